"""The last resort: entries that the incident's file did not take, kept elsewhere until it does.

A spill is JSON lines, each sealed as in the incident's file, 0600. It is read back, and only
then removed, when the incident is opened again.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from cockpit.incident.entries import Entry, decode
from cockpit.store import atomic, layout
from cockpit.store.errors import EntryRefused
from cockpit.store.incident_file import Change, IncidentFile

_SUFFIX = ".unsaved.jsonl"


def spill(entries: Sequence[Entry], folder: Path, incident_id: str, first: str) -> Path:
    """Write entries to a file in `folder`, or in the system's temporary folder if that fails.

    first  the id of the incident's first entry: in the temporary folder, incidents of several
           shelves meet, and two of them can have one name.

    Raises OSError when neither takes it.
    """
    data = b"".join(layout.sealed_entry(entry) + b"\n" for entry in entries)
    name = f"{incident_id}.{first}-{os.urandom(4).hex()}{_SUFFIX}"
    try:
        atomic.make_folder(folder)
        atomic.create(folder / name, data)
    except OSError:
        folder = _temporary_folder()
        atomic.create(folder / name, data)
    return folder / name


def unspill(file: IncidentFile, folder: Path) -> tuple[Change, list[str]]:
    """Append what was spilled for this incident, then remove the spills.

    Returns what that changed, and a sentence for each spill. A spill with a line that does not
    verify gives its other lines and is set aside. Raises as IncidentFile.append does; then the
    spills are still there.
    """
    entries: list[Entry] = []
    read: list[tuple[Path, bool]] = []
    notices = []
    first = file.entries[0].id if file.entries else ""
    for path in _spills(folder, file.path.stem, first):
        try:
            found, whole = _read(path)
        except OSError:
            continue
        entries += found
        read.append((path, whole))
        notices.append(
            f"{len(found)} entries that could not be saved last time were found in {path} "
            "and are saved now."
            + ("" if whole else f" Some of its lines cannot be read: see {path}.broken.")
        )
    change = file.append(entries) if entries else Change()
    for path, whole in read:
        with contextlib.suppress(OSError):  # read once more the next time, and found known by id
            if whole:
                path.unlink()
            else:
                path.replace(f"{path}.broken")
    return change, notices


def _temporary_folder() -> Path:
    import tempfile

    return Path(tempfile.gettempdir())


def _spills(folder: Path, incident_id: str, first: str) -> Iterator[Path]:
    for place in dict.fromkeys((folder, _temporary_folder())):
        try:
            paths = sorted(place.iterdir())
        except OSError:
            continue
        for name in (path.name for path in paths):
            middle = name.removeprefix(f"{incident_id}.{first}-").removesuffix(_SUFFIX)
            if name == f"{incident_id}.{first}-{middle}{_SUFFIX}" and "." not in middle:
                yield place / name


def _read(path: Path) -> tuple[list[Entry], bool]:
    """The entries of a spill, and whether that is all of it. Others' files are not read."""
    fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    with os.fdopen(fd, "rb") as file:
        status = os.fstat(fd)
        if status.st_uid != os.getuid() or not stat.S_ISREG(status.st_mode):
            raise PermissionError(path)
        lines = file.read().split(b"\n")
    whole = lines.pop() == b""
    entries = []
    for sealed in lines:
        try:
            if not layout.verifies(sealed):
                raise EntryRefused(path)
            entry = decode(sealed)
            layout.sealed_entry(entry)
        except (msgspec.DecodeError, EntryRefused):
            whole = False
        else:
            entries.append(entry)
    return entries, whole
