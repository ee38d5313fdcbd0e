"""What an append and an opening cost, beside TinyDB's own storage and the bare system calls.

    python docs/bench/append.py [FOLDER]

FOLDER is on the disk to be measured; without it, a folder in the system's temporary one, which
may be in memory. It prints medians, ratios, and whether the targets are met.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from tinydb import TinyDB

from cockpit.incident.entries import Entry, Noted, to_document
from cockpit.store import layout
from cockpit.store.incident_file import IncidentFile

NOW = datetime(2026, 11, 24, 14, 2, tzinfo=UTC)
TEXT = "rolled back to the version before, errors are at 0.2 % and falling"
APPENDS = 300
TINYDB_INSERTS = {100: 100, 10_000: 15}
OPENINGS = 7


def entry(number: int) -> Entry:
    """A line of about 200 bytes."""
    at = NOW + timedelta(seconds=number)
    return Noted(id=f"01JD{number:022d}", at=at, who="ada@web1", text=TEXT)


def made(path: Path, count: int) -> Path:
    lines = (layout.line(n, layout.sealed_entry(entry(n))) for n in range(1, count + 1))
    path.write_bytes(layout.head(NOW) + b"".join(lines) + layout.FOOTER)
    return path


def seconds(work: Callable[..., object], *given: object) -> float:
    began = time.perf_counter()
    work(*given)
    return time.perf_counter() - began


def appends(folder: Path) -> tuple[dict[int, float], float]:
    """Medians by size, and of the bare calls; in turns, so that noise is the same for all."""
    sizes = (100, 100_000)
    files = {size: IncidentFile.open(made(folder / f"{size}.json", size)) for size in sizes}
    line = layout.line(101, layout.sealed_entry(entry(101))) + layout.FOOTER
    bare = os.open(folder / "bare", os.O_RDWR | os.O_CREAT, 0o600)
    took: dict[int, list[float]] = {size: [] for size in sizes}
    took_bare: list[float] = []
    at = 0

    def bare_append() -> None:
        os.pwrite(bare, line, at)
        os.fdatasync(bare)

    for number in range(1, APPENDS + 1):
        for size, file in files.items():
            took[size].append(seconds(file.append, [entry(1_000_000 + number)]))
        took_bare.append(seconds(bare_append))
        at += len(line) - len(layout.FOOTER)
    os.close(bare)
    for file in files.values():
        file.close()
    return {size: median(times) for size, times in took.items()}, median(took_bare)


def tinydb_inserts(folder: Path) -> dict[int, float]:
    medians = {}
    for size, times in TINYDB_INSERTS.items():
        with TinyDB(folder / f"tinydb-{size}.json") as database:
            table = database.table("entries")
            table.insert_multiple(to_document(entry(n)) for n in range(1, size + 1))
            new = to_document(entry(1_000_000))
            medians[size] = median(seconds(table.insert, new) for _ in range(times))
    return medians


def open_and_close(path: Path) -> None:
    IncidentFile.open(path).close()


def openings(folder: Path) -> dict[int, float]:
    """Reading, verifying each checksum, and decoding; folding comes on top."""
    medians = {}
    for size in (0, 10_000, 100_000):
        path = made(folder / f"open-{size}.json", size)
        medians[size] = median(seconds(open_and_close, path) for _ in range(OPENINGS))
    return medians


def told(what: str, took: float, beside: str = "") -> None:
    print(f"{what:<44}{took * 1000:>10.2f} ms   {beside}".rstrip())


def verdict(target: str, met: bool) -> None:
    print(f"{'met' if met else 'NOT MET':<8}{target}")


def main(folder: Path) -> None:
    print(
        f"{os.cpu_count()} cores, lines of {len(layout.line(1, layout.sealed_entry(entry(1))))} B"
    )
    took, bare = appends(folder)
    ratio = took[100_000] / took[100]
    told("bare pwrite and fdatasync", bare)
    told("append at 100 entries", took[100], f"{took[100] / bare:.2f} of the bare calls")
    told("append at 100,000 entries", took[100_000], f"{ratio:.2f} of that at 100")
    inserts = tinydb_inserts(folder)
    for size, time_taken in inserts.items():
        told(
            f"TinyDB's own storage at {size:,}", time_taken, f"{time_taken / took[100]:.1f} appends"
        )
    opened = openings(folder)
    for size, time_taken in opened.items():
        told(f"open with {size:,} entries", time_taken)
    print()
    verdict("append at 100,000 costs at most 1.5 times that at 100", ratio <= 1.5)
    verdict("10,000 entries open in 0.3 s", opened[10_000] <= 0.3)
    verdict("100,000 open at most 2 s after an empty one", opened[100_000] - opened[0] <= 2)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(dir=sys.argv[1] if len(sys.argv) > 1 else None) as name:
        main(Path(name))
