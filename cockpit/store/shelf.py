"""The folder of incidents: one file each, and an index that saves reading them all.

`index.json` is a cache. A row counts while its file has the size and the time that the row says;
without the index, or with a broken one, the files are read.
"""

from __future__ import annotations

import contextlib
import os
import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

import msgspec

import cockpit
from cockpit.incident.entries import Declared
from cockpit.store import atomic
from cockpit.store.errors import Busy, Gone, StoreError, reason_for
from cockpit.store.incident_file import IncidentFile

_SUFFIX = ".json"
_INDEX = "index.json"
_STEM_LENGTH = 60


class Summary(msgspec.Struct, frozen=True, omit_defaults=True):
    """One incident in a list. `problem` says why its file cannot be read; the rest is then ""."""

    id: str
    title: str = ""
    severity: str = ""
    stage: str = ""
    declared_at: datetime | None = None
    closed: bool = False
    problem: str = ""


Summaries: TypeAlias = list[Summary]


class _Row(msgspec.Struct, frozen=True):
    size: int
    mtime_ns: int
    summary: Summary


class _Index(msgspec.Struct):
    version: str
    """Of the program: another one may see other things in the same entries."""
    rows: dict[str, _Row]


class Shelf:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def create(self, entry: Declared, now: datetime) -> IncidentFile:
        """A new incident's file, named by the day of `now` (in its zone) and what is happening.

        Raises EntryRefused and NotSaved.
        """
        stem = _stem(entry, now)
        for name in _numbered(stem):
            with contextlib.suppress(FileExistsError):
                return IncidentFile.create(self.path_of(name), [entry], now)
        raise AssertionError

    def path_of(self, incident_id: str) -> Path:
        """Where this incident's file is, whether it exists or not.

        Raises ValueError when no incident can have that id.
        """
        if (
            not incident_id
            or incident_id.startswith(".")
            or incident_id + _SUFFIX == _INDEX
            or len(os.fsencode(incident_id)) > 200
            or not all(character.isprintable() for character in incident_id)
            or {"/", "\\"} & set(incident_id)
        ):
            raise ValueError(
                f"\"{incident_id[:80]}\" is no incident's id. An id is a file's name without "
                f'"{_SUFFIX}", as 2026-11-24-checkout-returns-500s.'
            )
        return self.folder / (incident_id + _SUFFIX)

    def list(self) -> Summaries:
        """Every incident, newest first; those that cannot be read come first of all.

        A folder that cannot be read is one of these, under its own name.
        """
        known = self._index()
        rows: dict[str, _Row] = {}
        unkept: list[Summary] = []
        try:
            files = list(self._files())
        except FileNotFoundError:
            return []
        except OSError as error:
            problem = f"{self.folder} cannot be read: {reason_for(error)}."
            return [Summary(id=self.folder.name, problem=problem)]
        for name, status in files:
            row = known.get(name)
            if row is None or (row.size, row.mtime_ns) != (status.st_size, status.st_mtime_ns):
                summary, lasts = _read(self.folder / name)
                if not lasts:
                    unkept.append(summary)
                    continue
                row = _Row(status.st_size, status.st_mtime_ns, summary)
            rows[name] = row
        if rows != known:
            self._save(rows)
        summaries = unkept + [row.summary for row in rows.values()]
        return sorted(summaries, key=_age)

    def open_ones(self) -> Summaries:
        """Incidents that can be read and are not closed, newest first."""
        return [one for one in self.list() if not one.closed and not one.problem]

    def _files(self) -> Iterator[tuple[str, os.stat_result]]:
        with os.scandir(self.folder) as found:
            for item in found:
                name = item.name
                if name.endswith(_SUFFIX) and name[0] != "." and name != _INDEX:
                    with contextlib.suppress(OSError):
                        if not item.is_dir():
                            yield name, item.stat()

    def _index(self) -> dict[str, _Row]:
        try:
            index = msgspec.json.decode((self.folder / _INDEX).read_bytes(), type=_Index)
        except (OSError, msgspec.DecodeError):
            return {}
        return index.rows if index.version == cockpit.__version__ else {}

    def _save(self, rows: dict[str, _Row]) -> None:
        index = msgspec.json.encode(_Index(cockpit.__version__, rows))
        with contextlib.suppress(OSError):  # on a read-only shelf the files are read each time
            atomic.write(self.folder / _INDEX, index, durable=False)


def _read(path: Path) -> tuple[Summary, bool]:
    """What a file says of its incident, and whether that lasts as long as its size and time."""
    from cockpit.incident.state import fold

    try:
        with IncidentFile.open(path, writable=False) as file:
            incident = fold(file.entries)
            return Summary(
                id=path.stem,
                title=incident.title,
                severity=incident.severity,
                stage=incident.stage,
                declared_at=incident.declared_at,
                closed=incident.closed,
            ), True
    except StoreError as error:
        return Summary(id=path.stem, problem=str(error)), not isinstance(error, Busy | Gone)
    except Exception as error:  # one strange file must not hide all the others
        problem = f"{path} cannot be shown ({type(error).__name__}: {error})."
        return Summary(id=path.stem, problem=problem), False


def _age(summary: Summary) -> tuple[float, str]:
    declared = summary.declared_at
    return (-declared.timestamp() if declared else float("-inf"), summary.id)


def _stem(entry: Declared, now: datetime) -> str:
    words = unicodedata.normalize("NFKD", entry.facts.get("what", ""))
    slug = re.sub(r"[^a-z0-9]+", "-", words.encode("ascii", "ignore").decode().lower()).strip("-")
    stem = f"{now:%Y-%m-%d}-{slug or 'incident'}"
    if len(stem) > _STEM_LENGTH:
        # Between two words, unless the first word is all there is room for.
        at = stem.rfind("-", len("2026-11-24-"), _STEM_LENGTH + 1)
        stem = stem[: at if at > 0 else _STEM_LENGTH]
    return stem


def _numbered(stem: str) -> Iterator[str]:
    yield stem
    number = 2
    while True:
        yield f"{stem}-{number}"
        number += 1
