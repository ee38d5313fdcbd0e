"""One incident's file, open: what it holds, and appending to it.

Other processes append to the same file, so each append takes the lock, first reads what is new,
then writes its lines over the footer and syncs. An entry is in `entries` only when it is durable.
An object belongs to one thread.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec

from cockpit.incident.entries import Entry
from cockpit.store import atomic, layout, recovery, system
from cockpit.store.acknowledged import Acknowledged, Change
from cockpit.store.errors import (
    Busy,
    Damaged,
    EntryRefused,
    Gone,
    NewerSchema,
    NotAnIncident,
    NotSaved,
    StoreError,
    Stranger,
    reason_for,
)
from cockpit.store.layout import FOOTER
from cockpit.store.lock import WAIT, LockFile
from cockpit.store.on_disk import OnDisk, Seen
from cockpit.store.recovery import Reading

__all__ = [
    "Busy",
    "Change",
    "Damaged",
    "EntryRefused",
    "Gone",
    "IncidentFile",
    "NewerSchema",
    "NotAnIncident",
    "NotSaved",
    "StoreError",
    "Stranger",
]

GLANCE = 0.25
"""Seconds that a look for news waits for the lock; the next look comes soon."""


class IncidentFile:
    """Made by `create` and `open`."""

    def __init__(self, path: Path, *, viewer: bool) -> None:
        self.path = Path(os.path.realpath(path))  # all who name it must share one lock file
        self._known = Acknowledged()
        self._lock = LockFile(self.path)
        self._disk = OnDisk(self.path, self._known, self._lock, viewer=viewer)
        self._poisoned = False

    @classmethod
    def create(cls, path: Path, entries: Sequence[Entry], created: datetime) -> IncidentFile:
        """A new file of these entries, durable when this returns. `created` is aware.

        Raises FileExistsError when the name is taken, EntryRefused, and NotSaved.
        """
        lines = [layout.line(n, layout.sealed_entry(entry)) for n, entry in enumerate(entries, 1)]
        try:
            atomic.make_folder(path.parent)
            atomic.create(path, layout.head(created) + b"".join(lines) + FOOTER)
        except FileExistsError:
            raise
        except OSError as error:
            raise NotSaved(path, reason_for(error)) from error
        return cls.open(path)

    @classmethod
    def open(cls, path: Path, *, writable: bool = True) -> IncidentFile:
        """Read and verify a file; put a torn end right, with the evidence kept.

        With writable=False nothing is touched, and a damaged file opens with what verifies.
        A file that cannot be written to (or repaired) opens too, and says why_read_only.
        Raises Gone, NotAnIncident, NewerSchema, Damaged, Busy.
        """
        file = cls(path, viewer=not writable)
        try:
            recovery.refuse_foreign(file.path)
            with file._reading(WAIT):
                file._disk.read_again(repair=False)
            if not file._disk.whole and not file.read_only:
                try:
                    with file._writing():
                        file._disk.catch_up(repair=True)
                        file._lock.remember(len(file.entries), file._disk.seen.inode)
                except NotSaved as error:
                    file._disk.why_read_only = error.reason
        except BaseException:
            file.close()
            raise
        file._known.report()
        return file

    @property
    def entries(self) -> list[Entry]:
        """Every durable entry, in file order."""
        return self._known.entries

    @property
    def notices(self) -> list[str]:
        """What recovery did, sentences for a person."""
        return self._known.notices

    @property
    def why_read_only(self) -> str:
        """A few words, as "permission denied"; "" while entries can be appended."""
        return self._disk.why_read_only

    @property
    def read_only(self) -> bool:
        return bool(self.why_read_only)

    def tables(self) -> dict[str, dict[str, Any]]:
        """The verified content as plain TinyDB would read it: table, number, document."""
        if not self._known.body:
            return {"meta": {}, "entries": {}}
        tables: dict[str, dict[str, Any]] = msgspec.json.decode(bytes(self._known.body) + FOOTER)
        return tables

    def append(self, entries: Sequence[Entry]) -> Change:
        """Write the entries behind all others and sync; those already there are not repeated.

        Raises EntryRefused before anything is written; NotSaved (try again: nothing is lost, and
        nothing gets written twice); Busy; Damaged, NewerSchema, NotAnIncident or Stranger when
        what is at the path now must not be written to.
        """
        sealed = {entry.id: (entry, layout.sealed_entry(entry)) for entry in entries}
        if self._disk.viewer:
            raise NotSaved(self.path, self.why_read_only)
        with self._writing():
            try:
                if not (self._poisoned or self._disk.doubtful):
                    self._disk.catch_up(repair=True)
            except Gone as error:
                if not error.deleted:
                    raise NotSaved(self.path, error.reason) from error
                self._poisoned = True  # what is in memory is all there is: write it anew
            if self._poisoned or self._disk.doubtful:
                self._write_anew(sealed)
            else:
                self._write([pair for id_, pair in sealed.items() if id_ not in self._known])
            self._disk.why_read_only = ""
            self._lock.remember(len(self.entries), self._disk.seen.inode)
        return self._known.report()

    def refresh(self) -> Change:
        """What others appended since; one stat when that is nothing.

        Raises Gone when the file was deleted (the next append writes it again); Damaged,
        NewerSchema, NotAnIncident or Stranger when something else is there now; Busy.
        `entries` then stays as it was.
        """
        if not self._poisoned and self._disk.changed():
            with self._reading(GLANCE):
                self._disk.catch_up(repair=False)
        return self._known.report()

    def close(self) -> None:
        self._disk.close()
        self._lock.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # Writing: only with the exclusive lock, and only to a file that verified.

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            if not self.path.parent.is_dir():
                atomic.make_folder(self.path.parent)
            self._lock.acquire(exclusive=True)
        except OSError as error:
            raise NotSaved(self.path, reason_for(error)) from error
        try:
            yield
        finally:
            self._lock.release()

    def _write(self, fresh: list[tuple[Entry, bytes]]) -> None:
        """With nothing fresh just the sync: a writer may have died between its write and that."""
        data = _lines(fresh, len(self.entries) + 1)
        end = len(self._known.body)
        try:
            if data:
                system.write_all(self._disk.fd, data + FOOTER, end)
        except OSError as error:
            try:
                recovery.put_end_right(self._disk.fd, end)
                self._disk.seen = Seen.of(os.fstat(self._disk.fd))
            except OSError:
                self._poisoned = True
            raise NotSaved(self.path, reason_for(error)) from error
        try:
            system.fdatasync(self._disk.fd)
        except OSError as error:
            # The kernel may count the failed pages as written: this descriptor can't be trusted.
            self._poisoned = True
            raise NotSaved(self.path, reason_for(error)) from error
        self._disk.seen = Seen.of(os.fstat(self._disk.fd))
        self._known.add(data, (entry for entry, _ in fresh))

    def _write_anew(self, sealed: dict[str, tuple[Entry, bytes]]) -> None:
        """Heal: all that was acknowledged, what others added, and the new, to a new inode.

        Poisoned stays until the last step has worked: the old inode may be the wrong one to
        write to from the first step on.
        """
        self._poisoned = True
        gone = not self.path.exists()
        try:
            reading, replaced = self._disk.worth_keeping()
            present = {entry.id for entry in reading.entries}
            fresh = [pair for id_, pair in sealed.items() if id_ not in present]
            body = reading.body + _lines(fresh, len(reading.entries) + 1)
            everything = [*reading.entries, *(entry for entry, _ in fresh)]
            atomic.write(self.path, body + FOOTER)
            fd = system.open_file(self.path, os.O_RDWR | os.O_CLOEXEC)
            seen = Seen.of(os.fstat(fd))
        except OSError as error:
            raise NotSaved(self.path, reason_for(error)) from error
        self._disk.take(fd, Reading(body, everything), seen, replaced=replaced)
        self._disk.doubtful = False
        self._poisoned = False
        why = (
            "had been deleted; it is" if gone else "could not be trusted after a disk error; it is"
        )
        self.notices.append(
            f"{self.path.name} {why} written again, with all {len(everything)} entries."
        )

    # Reading

    @contextlib.contextmanager
    def _reading(self, wait: float) -> Iterator[None]:
        """Keep writers out while reading. A viewer, or where no lock can be, does without."""
        locked = False
        if not self._disk.viewer:
            try:
                self._lock.acquire(exclusive=False, wait=wait)
                locked = True
            except OSError as error:
                self._disk.why_read_only = reason_for(error)
        try:
            yield
        finally:
            if locked:
                self._lock.release()


def _lines(fresh: list[tuple[Entry, bytes]], number: int) -> bytes:
    return b"".join(layout.line(n, sealed) for n, (_, sealed) in enumerate(fresh, number))
