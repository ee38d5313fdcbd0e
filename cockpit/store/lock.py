"""One writer at a time: a lock file beside the incident's file, never unlinked.

The kernel drops an flock when its holder dies, so a lock left behind does not exist. The lock
file also remembers how many entries the file had when it was last written to, and which file
that was: a lower bound, written unsynced after the entries are durable. A file that has fewer
has lost some.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from pathlib import Path

from cockpit.store import system
from cockpit.store.errors import Busy

WAIT = 2.0
"""Seconds that an append waits for the lock."""
_LONGEST_PAUSE = 0.001
"""Seconds between two attempts. Who appends without a pause leaves the lock free for a tenth of
that each time; with longer pauses on a slow disk, others never find it free within WAIT."""
_RECORD = 64


class LockFile:
    def __init__(self, incident: Path) -> None:
        self._incident = incident
        self.path = incident.with_name(f".{incident.name}.lock")
        self._fd = -1

    def acquire(self, *, exclusive: bool, wait: float = WAIT) -> None:
        """Hold the lock: alone, or with other readers while nobody writes.

        Raises Busy after `wait` seconds, OSError when the lock file cannot be opened or made.
        """
        mode = fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH
        deadline = time.monotonic() + wait
        pause = 0.0002
        while True:
            if self._fd < 0:
                self._fd = self._opened()
            try:
                fcntl.flock(self._fd, mode | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise Busy(self._incident, wait) from None
                time.sleep(pause)
                pause = min(pause * 1.5, _LONGEST_PAUSE)
                continue
            if self._is_current():
                return
            self.close()  # someone deleted it: a lock that others cannot see is no lock

    def release(self) -> None:
        fcntl.flock(self._fd, fcntl.LOCK_UN)

    def _opened(self) -> int:
        flags = os.O_CREAT | os.O_CLOEXEC
        try:
            return system.open_file(self.path, flags | os.O_RDWR, 0o600)
        except PermissionError:
            if not self.path.exists():
                raise
            return system.open_file(self.path, os.O_CLOEXEC | os.O_RDONLY, 0o600)

    def _is_current(self) -> bool:
        ours = os.fstat(self._fd)
        try:
            there = self.path.stat()
        except FileNotFoundError:
            return False
        return (ours.st_dev, ours.st_ino) == (there.st_dev, there.st_ino)

    def remembered(self, inode: int) -> int:
        """The number of entries that the file with this inode had at least; 0 is not known."""
        with contextlib.suppress(OSError, ValueError):
            count, known = os.pread(self._fd, _RECORD, 0).split()
            if int(known) == inode:
                return int(count)
        return 0

    def remember(self, count: int, inode: int) -> None:
        """Best effort: the entries are durable already, so this never fails an append."""
        with contextlib.suppress(OSError):
            os.pwrite(self._fd, f"{count:>12} {inode:>24}\n".encode(), 0)

    def close(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1
