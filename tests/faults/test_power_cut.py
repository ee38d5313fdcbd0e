"""The power goes at any moment: what had not been synced is there, or a part of it, or nothing.

A model of the disk stands in for it: it hears each call on its way, and knows for each file what
is durable and what is not yet.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cockpit.store import system
from cockpit.store.incident_file import IncidentFile
from tests.faults.verdict import verdict
from tests.store.making import NOW, content, ids, incident, note

CALLS = ("open_file", "pwrite", "ftruncate", "fsync", "fdatasync", "rename", "link", "unlink")
STEP = 61
"""Bytes between the places at which a write is cut."""

Change = Callable[[bytes], bytes]


def written(data: bytes, offset: int) -> Change:
    return lambda old: old[:offset].ljust(offset, b"\0") + data + old[offset + len(data) :]


def truncated(size: int) -> Change:
    return lambda old: old[:size].ljust(size, b"\0")


def inode_of(what: int | Path) -> int:
    return os.fstat(what).st_ino if isinstance(what, int) else what.stat().st_ino


class Disk:
    """The model: content by inode, names in one folder, and what of both is not durable yet."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self._folder = folder
        self._durable: dict[int, bytes] = defaultdict(bytes)
        self._pending: dict[int, list[Change]] = defaultdict(list)
        self._names: dict[str, int] = {}
        self._renames: list[dict[str, int | None]] = []
        self.moment: Callable[[], None] = lambda: None
        for name in CALLS:
            patch.setattr(system, name, self._heard(name, getattr(system, name)))

    def _heard(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any) -> Any:
            inode = inode_of(given[0]) if name not in {"open_file", "unlink"} else 0
            result = real(*given)
            self._take(name, inode or inode_of(result or self._folder), *given)
            self.moment()
            return result

        return call

    def _take(self, name: str, inode: int, *given: Any) -> None:
        match name:
            case "open_file":
                if given[1] & os.O_EXCL:  # a new file, whose inode may have been another's
                    self._durable[inode] = b""
                    self._pending[inode] = []
            case "pwrite":
                self._pending[inode].append(written(bytes(given[1]), given[2]))
            case "ftruncate":
                self._pending[inode].append(truncated(given[1]))
            case "rename":
                self._renames.append({given[0].name: None, given[1].name: inode})
            case "link":
                self._renames.append({given[1].name: inode})
            case "unlink":
                self._renames.append({given[0].name: None})
            case _ if inode == inode_of(self._folder):
                self._names = self._named(len(self._renames))
                self._renames = []
            case _:
                self._durable[inode] = self._content(inode, len(self._pending[inode]))
                self._pending[inode] = []

    def _content(self, inode: int, done: int) -> bytes:
        data = self._durable[inode]
        for change in self._pending[inode][:done]:
            data = change(data)
        return data

    def _named(self, done: int) -> dict[str, int]:
        names: dict[str, int | None] = dict(self._names)
        for change in self._renames[:done]:
            names |= change
        return {name: inode for name, inode in names.items() if inode is not None}

    def images(self, name: str) -> Iterator[bytes | None]:
        """Every content that the file may have when the power goes now; None is no file."""
        for renamed in range(len(self._renames) + 1):
            inode = self._named(renamed).get(name)
            if inode is None:
                yield None
                continue
            for done in range(len(self._pending[inode]) + 1):
                yield self._content(inode, done)
                if done:
                    before, after = self._content(inode, done - 1), self._content(inode, done)
                    for size in range(0, len(after), STEP):
                        yield after[:size] + before[size:]


class Cuts:
    """Cuts the power at each moment, and keeps what was lost."""

    def __init__(self, path: Path, disk: Disk) -> None:
        self.acknowledged: list[str] = []
        self.lost: set[str] = set()
        self.tried: set[tuple[int, bytes | None]] = set()
        self._path = path
        self._disk = disk
        self._looking = False
        disk.moment = self.cut

    def cut(self) -> None:
        if self._looking:
            return
        self._looking = True
        for image in list(self._disk.images(self._path.name)):
            if (len(self.acknowledged), image) not in self.tried:
                self.tried.add((len(self.acknowledged), image))
                if trouble := self.found_in(image):
                    self.lost.add(trouble)
        self._looking = False

    def found_in(self, image: bytes | None) -> str:
        if image is None or not self.acknowledged:
            return f"no file: {len(self.acknowledged)}" if self.acknowledged else ""
        folder = self._path.parent.parent / f"cut-{len(self.tried)}"
        folder.mkdir()
        path = folder / "a.json"
        path.write_bytes(image)
        try:
            IncidentFile.open(path).close()
        except Exception as error:
            return f"{type(error).__name__}: {error}"
        return verdict(path, self.acknowledged)

    def acknowledge(self, *new: str) -> None:
        self.acknowledged += new
        self.cut()


def live(path: Path, cuts: Cuts) -> None:
    """Declare, append, lose the end of a write, be deleted, go on."""
    with IncidentFile.create(path, incident(2), NOW) as file:
        cuts.acknowledge(*ids(incident(2)))
        for number in (10, 11):
            file.append([note(number)])
            cuts.acknowledge(note(number).id)
        file.append([note(12, "x" * 3000), note(13)])
        cuts.acknowledge(note(12).id, note(13).id)
        with path.open("r+b") as other:  # a process that died in mid-write
            torn = content([*file.entries, note(99)])[:-40]
            system.pwrite(other.fileno(), torn[-150:], len(torn) - 150)
        file.append([note(14)])
        cuts.acknowledge(note(14).id)
        file._poisoned = True  # as after a sync that failed
        file.append([note(15)])
        cuts.acknowledge(note(15).id)
        file.append([note(16)])
        cuts.acknowledge(note(16).id)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    folder = tmp_path / "incidents"
    folder.mkdir()
    return folder / "a.json"


def test_at_any_moment_everything_acknowledged_is_durable(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cuts = Cuts(path, Disk(path.parent, monkeypatch))
    live(path, cuts)
    assert cuts.lost == set()
    assert len(cuts.tried) > 50


@pytest.mark.parametrize("call", ["fsync", "fdatasync"])
def test_without_its_syncs_the_same_life_loses_entries(
    path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    cuts = Cuts(path, Disk(path.parent, monkeypatch))
    monkeypatch.setattr(system, call, lambda fd: None)
    live(path, cuts)
    assert any(trouble.startswith(("lost", "no file", "NotAn")) for trouble in cuts.lost)
