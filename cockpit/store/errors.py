"""What can go wrong between an entry and the disk, in sentences for the person who waits."""

from __future__ import annotations

import errno
import os
from pathlib import Path

_REASONS = {
    errno.ENOSPC: "disk full",
    errno.EDQUOT: "disk quota used up",
    errno.EROFS: "read-only file system",
    errno.EACCES: "permission denied",
    errno.EPERM: "permission denied",
    errno.EIO: "I/O error",
    errno.EFBIG: "file size limit reached",
    errno.ENOENT: "the folder is gone",
    errno.ENOLCK: "this file system cannot lock files",
    errno.ENOTSUP: "not supported by this file system",
}


def reason_for(error: OSError) -> str:
    """Why the disk refused, in a few words: "disk full"."""
    if error.errno is None:
        return str(error) or "I/O error"
    return _REASONS.get(error.errno) or os.strerror(error.errno).lower()


class StoreError(Exception):
    """Something about one incident's file. `path` is that file."""

    def __init__(self, path: Path, sentence: str) -> None:
        super().__init__(sentence)
        self.path = path


class Damaged(StoreError):
    """The file does not verify, and not in the way that a torn write leaves behind.

    number  the first entry that does not verify; 0 is the file's head.
    offset  where that is in the file, bytes.
    copy    where a copy was put, or None when there is none.
    """

    def __init__(
        self,
        path: Path,
        what: str,
        *,
        number: int,
        offset: int,
        copy: Path | None = None,
        advice: str = "",
    ) -> None:
        place = f"entry {number}" if number else "its head"
        kept = f" A copy is in {copy}." if copy else ""
        super().__init__(
            path,
            f"{path} is damaged: {place} (byte {offset}) {what}. Nothing was changed.{kept} "
            f"It still opens read-only, with every entry that verifies.{advice}",
        )
        self.what = what
        self.number = number
        self.offset = offset
        self.copy = copy


class NewerSchema(StoreError):
    def __init__(self, path: Path, schema: int, known: int) -> None:
        super().__init__(
            path,
            f"{path} was written by schema {schema}, this program knows {known}. "
            "Not opened, not modified. A newer cockpit can open it.",
        )


class NotAnIncident(StoreError):
    """The file is something else. `what` continues a sentence: "is empty"."""

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(path, f"{path} {what}. Not opened, not modified.")
        self.what = what


class Stranger(StoreError):
    """Another incident's file was put where this one was."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            path,
            f"{path} now holds another incident than the one that is open here. "
            "Nothing is written to it. Move it away, and the open incident is written again.",
        )


class Busy(StoreError):
    """Another process has kept the lock for too long; it may be stopped or hang."""

    def __init__(self, path: Path, seconds: float) -> None:
        super().__init__(
            path,
            f"{path} has been locked by another process for {seconds:g} seconds. "
            "Is a cockpit stopped (ctrl+z), or the disk hanging?",
        )


class Gone(StoreError):
    """The file was deleted, or (deleted=False) it can no longer be read."""

    def __init__(self, path: Path, reason: str, *, deleted: bool) -> None:
        what = "does not exist" if deleted else f"cannot be read: {reason}"
        super().__init__(path, f"{path} {what}.")
        self.reason = reason
        self.deleted = deleted


class NotSaved(StoreError):
    """The entries are not on the disk. `reason` is a few words: "disk full"."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, f"Not saved: {reason} ({path}).")
        self.reason = reason


class EntryRefused(ValueError):
    """The entry can never be written as it is; nothing was written."""


class AppendOnly(TypeError):
    """Someone tried to change or remove what was recorded."""

    def __init__(self) -> None:
        super().__init__(
            "An incident's entries are never changed or removed. "
            "Append an entry that amends or undoes the other one."
        )
