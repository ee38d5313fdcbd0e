"""Whole files, written so that a reader sees the old one or the new one, never a half."""

from __future__ import annotations

import contextlib
import errno
import os
from pathlib import Path

from cockpit.store import system


def make_folder(folder: Path) -> None:
    """Make the folder and what is missing above it, each 0700. Raises OSError."""
    missing = []
    while not folder.is_dir():
        missing.append(folder)
        if folder.parent == folder:
            break
        folder = folder.parent
    for new in reversed(missing):
        with contextlib.suppress(FileExistsError):
            new.mkdir(mode=0o700)
            new.chmod(0o700)
            system.sync_folder(new.parent)


def write(path: Path, data: bytes, *, durable: bool = True) -> None:
    """Put `data` at `path`, in place of what is there; 0600 whatever the umask.

    With durable=False nothing is synced: for caches that are rebuilt when they are broken.
    Raises OSError; then `path` holds what it held, or (when only the last sync, that of the
    folder, failed) the new data.
    """
    temporary = _written_beside(path, data, durable)
    try:
        system.rename(temporary, path)
    except BaseException:
        _discard(temporary)
        raise
    if durable:
        system.sync_folder(path.parent)


def create(path: Path, data: bytes) -> None:
    """Like `write`, but raises FileExistsError when the name is taken.

    After an OSError the name is free again, so that another attempt does not find it taken.
    """
    temporary = _written_beside(path, data, durable=True)
    try:
        try:
            system.link(temporary, path)
        except OSError as error:
            if error.errno not in {errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK}:
                raise
            _fill_reserved(path, temporary)
    finally:
        _discard(temporary)
    try:
        system.sync_folder(path.parent)
    except OSError:
        _discard(path)
        raise


def _fill_reserved(path: Path, temporary: Path) -> None:
    """Where the file system has no hard links: reserve the name, then fill it."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    try:
        system.rename(temporary, path)
    except OSError:
        _discard(path)
        raise


def _written_beside(path: Path, data: bytes, durable: bool) -> Path:
    temporary = path.with_name(f".{path.name[:180]}.{os.urandom(6).hex()}.tmp")
    fd = system.open_file(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        os.fchmod(fd, 0o600)
        system.write_all(fd, data, 0)
        if durable:
            system.fsync(fd)
    except BaseException:
        _discard(temporary)
        raise
    finally:
        os.close(fd)
    return temporary


def _discard(path: Path) -> None:
    with contextlib.suppress(OSError):
        system.unlink(path)
