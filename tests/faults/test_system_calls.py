"""Every system call on the way to the disk fails, one after the other."""

from __future__ import annotations

import errno
import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest

from cockpit.incident.entries import Entry
from cockpit.store import system
from cockpit.store.errors import Gone, NotSaved
from cockpit.store.incident_file import IncidentFile
from tests.faults.verdict import verdict
from tests.store.making import NOW, content, ids, incident, note, plain_ids

CALLS = ("open_file", "pwrite", "ftruncate", "rename", "link", "unlink", "fsync", "fdatasync")
ATTEMPTS = 3
REASONS = {errno.EIO: "I/O error", errno.ENOSPC: "disk full"}

Result = TypeVar("Result")


class Faults:
    """The seam to the disk, where call `at` (from 1) fails, and with `lasts` each one after it.

    With `partly`, the call does a part of its work, or all of it, before it fails.
    """

    def __init__(
        self, patch: pytest.MonkeyPatch, at: int, number: int, *, lasts: bool, partly: bool
    ) -> None:
        self.count = 0
        self.hit = ""
        self.on = True
        self._at = at
        self._number = number
        self._lasts = lasts
        self._partly = partly
        for name in CALLS:
            patch.setattr(system, name, self._failing(name, getattr(system, name)))

    def _failing(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any) -> Any:
            if not self.on:
                return real(*given)
            self.count += 1
            if self.count < self._at or (self.count > self._at and not self._lasts):
                return real(*given)
            self.hit = self.hit or name
            if self._partly and name == "pwrite":
                fd, data, offset = given
                real(fd, data[: len(data) // 2], offset)
            elif self._partly and name != "open_file":
                real(*given)
            raise OSError(self._number, "")

        return call


class Story:
    """A life of one file, with each step tried until it works."""

    def __init__(self, path: Path, faults: Faults) -> None:
        self.path = path
        self.faults = faults
        self.acknowledged: list[str] = []
        self.said: set[str] = set()

    def until_it_works(self, step: Callable[[], Result], expected: list[str]) -> Result:
        """Under the faults at first, and from the last attempt on without them."""
        for _ in range(ATTEMPTS):
            self.faults.on = True
            try:
                result = step()
            except (NotSaved, Gone) as error:
                self.said.add(str(error))
                self.faults.on = False
                self.nothing_is_lost()
            else:
                break
        else:
            self.faults.on = False
            result = step()
        self.faults.on = False
        self.acknowledged += expected
        self.nothing_is_lost()
        return result

    def nothing_is_lost(self) -> None:
        """What another process would find, without putting anything right."""
        if not self.path.exists():
            return
        with IncidentFile.open(self.path, writable=False) as viewer:
            found = ids(viewer.entries)
        assert [one for one in found if one in self.acknowledged] == self.acknowledged
        assert len(found) == len(set(found))

    def tell(self) -> None:
        with self.until_it_works(self.create, ids(incident(2))) as file:
            self.append(file, note(10))
            self.append(file, note(11), note(12, "x" * 5000))
            self.path.unlink()
            self.append(file, note(13))
            torn = content([*file.entries, note(99, "never acknowledged")])[:-40]
            self.path.write_bytes(torn)
            self.append(file, note(14))
            self.append(file, note(15))
            assert ids(file.entries) == self.acknowledged

    def create(self) -> IncidentFile:
        if self.path.exists():  # made, but it could not be opened
            return IncidentFile.open(self.path)
        return IncidentFile.create(self.path, incident(2), NOW)

    def append(self, file: IncidentFile, *entries: Entry) -> None:
        self.until_it_works(lambda: file.append(entries), ids(entries))


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC], ids=["EIO", "ENOSPC"])
@pytest.mark.parametrize("lasts", [False, True], ids=["once", "for good"])
@pytest.mark.parametrize("partly", [False, True], ids=["whole", "partial"])
def test_whichever_call_fails_nothing_acknowledged_is_lost_or_doubled(
    tmp_path: Path, number: int, lasts: bool, partly: bool
) -> None:
    hit: list[str] = []
    said: set[str] = set()
    for at in itertools.count(1):
        path = tmp_path / str(at) / "a.json"
        with pytest.MonkeyPatch.context() as patch:
            faults = Faults(patch, at, number, lasts=lasts, partly=partly)
            story = Story(path, faults)
            story.tell()
        assert verdict(path, story.acknowledged) == "", f"call {at}, {faults.hit}"
        assert plain_ids(path) == story.acknowledged, f"call {at}, {faults.hit}"
        with IncidentFile.open(path) as file:
            assert file.notices == []
        if not faults.hit:
            break
        hit.append(faults.hit)
        said |= story.said
    assert set(hit) == set(CALLS)
    assert len(hit) > 30
    assert said
    assert all(REASONS[number] in sentence for sentence in said)
