"""A process that appends to one file until it is killed, and says what was acknowledged.

    python -m tests.faults.appender HOW PATH AUTHOR COUNT

It prints "ready", waits for a line, then appends COUNT entries and prints the id of each one
once it is acknowledged. HOW is one of:

plain       as the program does it.
slow sync   each sync takes 20 ms.
slow write  the system takes 16 bytes at a time, slowly: many kills find a write half done.
held        it says "syncing" with the lock held and waits for a line before the first sync.
control     TinyDB's own storage; before the last of COUNT it waits for a line, and stops in
            mid-write: it says "half".
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

from cockpit.incident.entries import Entry, Ticked
from cockpit.store import system
from cockpit.store.errors import Busy
from cockpit.store.incident_file import IncidentFile
from tests.store.making import NOW, WHO, note, ulid

NOTE_SIZES = (0, 20, 200, 5000, 20, 200)


def entry(number: int, author: int) -> Entry:
    """Notes of different lengths, and every third one a tick."""
    if number % 3 == 0:
        return Ticked(
            id=ulid(number, author),
            at=NOW,
            who=WHO,
            step=f"step-{number}",
            text="Roll back the deploy",
            observed="0.2 % errors",
        )
    return note(number, "x" * NOTE_SIZES[number % len(NOTE_SIZES)], author)


def say(word: str) -> None:
    print(word, flush=True)


def slow_sync() -> None:
    real = system.fdatasync

    def fdatasync(fd: int) -> None:
        time.sleep(0.02)
        real(fd)

    system.fdatasync = fdatasync


def slow_write() -> None:
    real = system.pwrite

    def pwrite(fd: int, data: bytes, offset: int) -> int:
        time.sleep(0.0002)
        return real(fd, data[:16], offset)

    system.pwrite = pwrite


def held() -> None:
    real = system.fdatasync

    def fdatasync(fd: int) -> None:
        system.fdatasync = real
        say("syncing")
        sys.stdin.readline()
        real(fd)

    system.fdatasync = fdatasync


def append(path: Path, author: int, count: int) -> None:
    with IncidentFile.open(path) as file:
        say("ready")
        sys.stdin.readline()
        for number in range(1, count + 1):
            while True:
                try:
                    file.append([entry(number, author)])
                except Busy:
                    continue
                break
            say(ulid(number, author))


class HalfWritten:
    """A file handle whose next write stops just before its end."""

    def __init__(self, handle: Any) -> None:
        self._handle = handle

    def __getattr__(self, name: str) -> Any:
        return getattr(self._handle, name)

    def write(self, text: str) -> None:
        self._handle.write(text[:-10])
        self._handle.flush()
        say("half")
        sys.stdin.readline()


def append_with_tinydb(path: Path, author: int, count: int) -> None:
    from tinydb import TinyDB

    with TinyDB(path) as database:
        say("ready")
        sys.stdin.readline()
        storage: Any = database.storage
        for number in range(1, count + 1):
            if number == count:
                sys.stdin.readline()
                storage._handle = HalfWritten(storage._handle)
            database.table("entries").insert({"id": ulid(number, author)})
            say(ulid(number, author))


def main(how: str, path: Path, author: int, count: int) -> None:
    if how == "control":
        append_with_tinydb(path, author, count)
        return
    {"plain": lambda: None, "slow sync": slow_sync, "slow write": slow_write, "held": held}[how]()
    append(path, author, count)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
