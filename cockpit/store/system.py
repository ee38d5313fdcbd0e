"""The few system calls by which a file reaches the disk.

They are plain names of one module, called as `system.pwrite(...)`, so that a fault test can make
the Nth of them fail without touching `os` for everybody else.
"""

from __future__ import annotations

import errno
import fcntl
import os
import sys
from pathlib import Path

open_file = os.open
pwrite = os.pwrite
ftruncate = os.ftruncate
rename = os.replace
link = os.link
unlink = os.unlink

if sys.platform == "darwin":

    def fsync(fd: int) -> None:
        """fsync on macOS leaves the data in the drive's cache; F_FULLFSYNC does not."""
        try:
            fcntl.fcntl(fd, fcntl.F_FULLFSYNC)
        except OSError as error:
            if error.errno not in {errno.ENOTSUP, errno.EINVAL, errno.ENOTTY}:
                raise
            os.fsync(fd)

    fdatasync = fsync
else:
    fsync = os.fsync
    fdatasync = os.fdatasync


def write_all(fd: int, data: bytes, offset: int) -> None:
    """Write all of `data` at `offset` (bytes); raises OSError when the disk takes only a part."""
    rest = memoryview(data)
    while rest:
        written = pwrite(fd, rest, offset)
        if not written:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        rest = rest[written:]
        offset += written


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable. Raises OSError."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fsync(fd)
    except OSError as error:
        if error.errno != errno.EINVAL:  # file systems without it keep names in order themselves
            raise
    finally:
        os.close(fd)
