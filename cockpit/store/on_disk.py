"""The file as it is at its path now, beside what was known of it.

Other processes append, heal, restore and delete. Before anything is written, and whenever the
file looks different, what is there is read and verified: just the new lines where that is all
that happened, everything otherwise.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

from cockpit.store import layout, recovery, system
from cockpit.store.acknowledged import Acknowledged
from cockpit.store.errors import (
    Damaged,
    NewerSchema,
    NotAnIncident,
    NotSaved,
    StoreError,
    Stranger,
    reason_for,
)
from cockpit.store.layout import Damage
from cockpit.store.lock import LockFile
from cockpit.store.recovery import Reading

_OVERLAP = 512
"""Bytes before the new lines that must still be as they were."""


@dataclass(frozen=True)
class Seen:
    """By what a file is told to be as it was: looked at twice a second."""

    device: int = 0
    inode: int = 0
    size: int = 0
    modified: int = 0

    @classmethod
    def of(cls, status: os.stat_result) -> Seen:
        return cls(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)

    def same_file(self, other: Seen) -> bool:
        return (self.device, self.inode) == (other.device, other.inode)


class OnDisk:
    """A descriptor on the file, and how the file looked when it was last read or written.

    why_read_only  "" while entries can be appended.
    doubtful       a repair failed half-way: the file is to be written anew, not appended to.
    """

    def __init__(self, path: Path, known: Acknowledged, lock: LockFile, *, viewer: bool) -> None:
        self.path = path
        self.viewer = viewer
        self.why_read_only = "opened to be read only" if viewer else ""
        self.fd = -1
        self.seen = Seen()
        self.whole = False
        self.doubtful = False
        self._fd_refusal = ""
        self._known = known
        self._lock = lock
        self._refused: tuple[Seen, StoreError] | None = None

    def there(self) -> Seen:
        try:
            return Seen.of(self.path.stat())
        except OSError as error:
            raise recovery.unreadable(self.path, error) from error

    def catch_up(self, *, repair: bool) -> None:
        there = self.there()
        ready = self.whole and not self._fd_refusal
        if there == self.seen and (ready or not repair):
            return
        try:
            grown = self.whole and there.same_file(self.seen) and there.size > self.seen.size
            if not (grown and self._read_on()) or (repair and self._fd_refusal):
                self.read_again(repair=repair)
        except OSError as error:
            raise recovery.unreadable(self.path, error) from error
        except (Damaged, NewerSchema, NotAnIncident, Stranger) as error:
            self._refused = (there, error)
            raise

    def _read_on(self) -> bool:
        """Take in just the lines that are new; False when there is more to it than that."""
        seen = Seen.of(os.fstat(self.fd))
        before = bytes(self._known.body[-_OVERLAP:])
        start = len(self._known.body) - len(before)
        data = os.pread(self.fd, seen.size - start, start)
        if len(data) != seen.size - start or not data.startswith(before):
            return False
        found = layout.scan(data, len(before), len(self._known.entries) + 1)
        if found.damage is not None:
            return False
        self._known.add(data[len(before) : found.end], found.entries)
        self.seen = seen
        return True

    def read_again(self, *, repair: bool) -> None:
        """Read and verify the whole file, and take it as it is now.

        With `repair` (and the exclusive lock) a torn end is put right; NotSaved when it can't be.
        """
        try:
            fd, refusal = self._opened()
        except OSError as error:
            raise recovery.unreadable(self.path, error) from error
        try:
            seen = Seen.of(os.fstat(fd))
            data, reading = self._examined(fd, seen)
            replaced = bool(self._known.body) and not reading.body.startswith(self._known.body)
            if repair and refusal:
                raise NotSaved(self.path, refusal)
            if repair and not reading.whole:
                fd = self._repaired(fd, data, reading)
                reading = Reading(reading.body, reading.entries)
                seen = Seen.of(os.fstat(fd))
        except OSError as error:
            close_quietly(fd)
            raise recovery.unreadable(self.path, error) from error
        except BaseException:
            close_quietly(fd)
            raise
        self._fd_refusal = refusal
        if refusal and not self.viewer:
            self.why_read_only = refusal
        self.take(fd, reading, seen, replaced=replaced)

    def _opened(self) -> tuple[int, str]:
        """A descriptor, and why it is one for reading only."""
        if not self.viewer:
            try:
                return system.open_file(self.path, os.O_RDWR | os.O_CLOEXEC), ""
            except FileNotFoundError:
                raise
            except OSError as error:
                reason = reason_for(error)
        else:
            reason = self.why_read_only
        return system.open_file(self.path, os.O_RDONLY | os.O_CLOEXEC), reason

    def _examined(self, fd: int, seen: Seen) -> tuple[bytes, Reading]:
        """The content, if it may be written to; if this is a viewer, whatever it is."""
        data = recovery.read_all(fd)
        known = self._known
        try:
            reading = recovery.examine(self.path, data)
        except NotAnIncident as error:
            if not seen.same_file(self.seen):
                raise
            damage = Damage(1, 0, f"is lost: the file {error.what}", torn=False)
            raise recovery.damaged(self.path, damage, data) from error
        if not known.same_incident(reading):
            raise Stranger(self.path)
        data, reading = self._settled(fd, data, reading)
        if self.viewer:
            if reading.damage:
                damage = reading.damage
                self.why_read_only = str(
                    Damaged(self.path, damage.what, number=damage.number, offset=damage.offset)
                )
            return data, reading
        if reading.corrupt:
            raise recovery.damaged(self.path, found_damage(reading), data)
        saved = self._lock.remembered(seen.inode)
        if seen.same_file(self.seen) and known.body.startswith(reading.body):
            saved = max(saved, len(self._known.entries))
        self._refuse_fewer(data, reading, saved)
        return data, reading

    def _refuse_fewer(self, data: bytes, reading: Reading, saved: int) -> None:
        have = len(reading.entries)
        if have < saved:
            what = f"is missing, though {saved} entries had been saved"
            damage = Damage(have + 1, len(reading.body), what, torn=False)
            advice = (
                " If an older copy was put there on purpose, empty "
                f"{self._lock.path} and open it again."
            )
            raise recovery.damaged(self.path, damage, data, advice)

    def _settled(self, fd: int, data: bytes, reading: Reading) -> tuple[bytes, Reading]:
        """Without a lock, what looks damaged may be mid-write: look until it rests."""
        while reading.damage and (again := recovery.read_all(fd)) != data:
            data, reading = again, recovery.examine(self.path, again)
        return data, reading

    def _repaired(self, fd: int, data: bytes, reading: Reading) -> int:
        try:
            self._known.notices.append(recovery.repair(self.path, fd, data, reading))
            if not reading.rewritten:
                return fd
            new = system.open_file(self.path, os.O_RDWR | os.O_CLOEXEC)
        except OSError as error:
            self.doubtful = True
            raise NotSaved(self.path, reason_for(error)) from error
        close_quietly(fd)
        return new

    def worth_keeping(self) -> tuple[Reading, bool]:
        """What a file that is written anew must hold, and whether that replaces what was known.

        With the exclusive lock. What will not be in it is kept as evidence first. Raises OSError
        when that fails; Damaged, NewerSchema, NotAnIncident or Stranger when what is at the path
        is not explained by a write that failed here.
        """
        ours = Reading(bytes(self._known.body), list(self._known.entries))
        try:
            with self.path.open("rb") as file:
                seen = Seen.of(os.fstat(file.fileno()))
                data = recovery.read_all(file.fileno())
        except OSError:
            return ours, False  # deleted, or not to be read: memory has the only good copy
        same_file = seen.same_file(self.seen)
        try:
            theirs = recovery.examine(self.path, data)
        except NotAnIncident:
            if same_file:
                return ours, False
            raise
        if not self._known.same_incident(theirs):
            raise Stranger(self.path)
        if theirs.corrupt and (theirs.later or not same_file):
            raise recovery.damaged(self.path, found_damage(theirs), data)
        longer = theirs.body.startswith(ours.body)
        kept = theirs if longer or not same_file else ours
        self._refuse_fewer(data, kept, self._lock.remembered(seen.inode))
        if not theirs.whole:
            recovery.keep_evidence(self.path, data, theirs)
        return Reading(kept.body, kept.entries), not longer and not same_file

    def take(self, fd: int, reading: Reading, seen: Seen, *, replaced: bool) -> None:
        close_quietly(self.fd)
        self.fd = fd
        self.seen = seen
        self.whole = reading.whole
        self._refused = None
        self._known.become(reading, replaced=replaced)

    def changed(self) -> bool:
        """Whether the file looks different: one stat. Raises Gone, or what was wrong before."""
        there = self.there()
        if self._refused and self._refused[0] == there:
            raise self._refused[1]
        return there != self.seen

    def close(self) -> None:
        close_quietly(self.fd)
        self.fd = -1


def found_damage(reading: Reading) -> Damage:
    assert reading.damage is not None
    return reading.damage


def close_quietly(fd: int) -> None:
    if fd >= 0:
        with contextlib.suppress(OSError):
            os.close(fd)
