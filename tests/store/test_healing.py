"""Writing a file anew after the disk failed, or after the file was deleted."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tinydb import TinyDB

from cockpit.store import system
from cockpit.store.errors import Damaged, NotSaved
from cockpit.store.incident_file import IncidentFile
from tests.store.making import NOW, content, ids, incident, note, plain_ids


def broken(*_: object) -> int:
    raise OSError(errno.EIO, "")


def put(path: Path, data: bytes) -> None:
    """Put another file in its place."""
    path.with_name("beside").write_bytes(data)
    path.with_name("beside").replace(path)


@pytest.fixture
def fails(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Do something while the named calls fail; it has to end in NotSaved."""

    def attempt(work: Callable[[], object], *calls: str) -> None:
        with monkeypatch.context() as patched:
            for call in calls:
                patched.setattr(system, call, broken)
            with pytest.raises(NotSaved, match="I/O error"):
                work()

    return attempt


@pytest.fixture
def poisoned(path: Path, fails: Callable[..., None]) -> Iterator[IncidentFile]:
    """A file of two entries, open, whose sync failed for note 9."""
    with IncidentFile.create(path, incident(2), NOW) as file:
        fails(lambda: file.append([note(9)]), "fdatasync")
        yield file


def test_an_entry_that_is_known_is_acknowledged_only_after_a_sync(
    path: Path, fails: Callable[..., None]
) -> None:
    """Who wrote it may have died before the sync."""
    with IncidentFile.create(path, incident(2), NOW) as file:
        path.write_bytes(content([*incident(2), note(9)]))
        inode = path.stat().st_ino
        fails(lambda: file.append([note(9)]), "fdatasync")
        file.append([note(9)])
        assert path.stat().st_ino != inode
    assert plain_ids(path) == [*ids(incident(2)), note(9).id]


@pytest.mark.parametrize("call", ["open_file", "pwrite", "fsync", "rename", "sync_folder"])
def test_a_healing_that_fails_is_begun_anew_and_nothing_is_lost_or_doubled(
    poisoned: IncidentFile, path: Path, fails: Callable[..., None], call: str
) -> None:
    for _ in range(3):
        fails(lambda: poisoned.append([note(9), note(10)]), call)
        assert poisoned.entries == incident(2)
        assert poisoned.refresh().entries == ()
    poisoned.append([note(9), note(10)])
    assert plain_ids(path) == [*ids(incident(2)), note(9).id, note(10).id]


def test_after_a_repair_that_failed_the_next_entry_goes_to_a_new_file(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.write_bytes(content(incident(4))[:-30])
    with monkeypatch.context() as patched:
        patched.setattr(system, "fdatasync", broken)
        file = IncidentFile.open(path)
    assert file.why_read_only == "I/O error"
    inode = path.stat().st_ino
    with IncidentFile.open(path) as other:
        other.append([note(8)])
        assert file.refresh().entries == (note(8),)
    file.append([note(9)])
    assert path.stat().st_ino != inode
    assert not file.read_only
    file.close()
    assert plain_ids(path) == [*ids(incident(3)), note(8).id, note(9).id]


def test_a_file_rewritten_by_plain_tinydb_is_kept_before_it_is_healed(
    poisoned: IncidentFile, path: Path
) -> None:
    with TinyDB(path, indent=1) as database:
        database.storage.write(database.storage.read() or {})
    rewritten = path.read_bytes()
    poisoned.append([note(9)])
    [copy] = (path.parent / "quarantine").iterdir()
    assert copy.read_bytes() == rewritten
    assert path.read_bytes() == content([*incident(2), note(9)])


def test_what_others_saved_and_the_disk_lost_is_not_healed_away(
    poisoned: IncidentFile, path: Path
) -> None:
    with IncidentFile.open(path) as other:
        other.append([note(10), note(11)])
    whole = path.read_bytes()
    os.truncate(path, len(whole) - 100)
    cut = path.read_bytes()
    with pytest.raises(Damaged, match="5 entries had been saved"):
        poisoned.append([note(9)])
    assert path.read_bytes() == cut
    path.write_bytes(whole)
    poisoned.append([note(9), note(12)])
    expected = [*incident(2), note(9), note(10), note(11), note(12)]
    assert plain_ids(path) == ids(expected)


def test_a_damaged_copy_in_its_place_is_not_healed_away(poisoned: IncidentFile, path: Path) -> None:
    data = content(incident(6)).replace(b"note 5", b"note #")
    put(path, data)
    with pytest.raises(Damaged, match="entry 6"):
        poisoned.append([note(9)])
    assert path.read_bytes() == data
    path.unlink()
    poisoned.append([note(9)])
    assert plain_ids(path) == [*ids(incident(2)), note(9).id]


def test_an_older_copy_put_in_its_place_is_taken_as_the_truth(
    poisoned: IncidentFile, path: Path
) -> None:
    put(path, content(incident(1)))
    change = poisoned.append([note(9)])
    assert change.replaced
    assert change.entries == (*incident(1), note(9))
    assert plain_ids(path) == [*ids(incident(1)), note(9).id]
