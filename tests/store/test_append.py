"""Appending to an incident file, alone and beside others."""

from __future__ import annotations

import errno
import os
import stat
from datetime import timedelta
from pathlib import Path

import pytest

from cockpit.incident.entries import Entry, Unknown
from cockpit.store import layout, lock, system
from cockpit.store.errors import (
    Busy,
    Damaged,
    EntryRefused,
    Gone,
    NewerSchema,
    NotAnIncident,
    NotSaved,
    Stranger,
)
from cockpit.store.incident_file import Change, IncidentFile
from tests.store.making import (
    NOW,
    as_someone_else,
    content,
    declared,
    ids,
    incident,
    names,
    note,
    plain_ids,
)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_file_is_private_whatever_the_umask(tmp_path: Path) -> None:
    for umask in (0o000, 0o777):
        folder = tmp_path / f"{umask:o}" / "incidents"
        before = os.umask(umask)
        try:
            with IncidentFile.create(folder / "a.json", incident(2), NOW) as file:
                file.append([note(5)])
        finally:
            os.umask(before)
        assert mode(folder / "a.json") == 0o600
        assert mode(folder) == mode(folder.parent) == 0o700
        assert mode(folder / ".a.json.lock") & 0o077 == 0
        assert names(folder) == [".a.json.lock", "a.json"]


def test_a_taken_name_is_never_overwritten(path: Path) -> None:
    path.write_text("mine")
    with pytest.raises(FileExistsError):
        IncidentFile.create(path, incident(1), NOW)
    assert path.read_text() == "mine"
    assert names(path.parent) == [path.name]


def test_without_hard_links_a_name_is_still_taken_only_once(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_: object) -> None:
        raise OSError(errno.EPERM, "")

    monkeypatch.setattr(system, "link", no_links)
    IncidentFile.create(path, incident(2), NOW).close()
    with pytest.raises(FileExistsError):
        IncidentFile.create(path, incident(3), NOW)
    assert path.read_bytes() == content(incident(2))


def test_each_append_is_one_line_behind_the_others(path: Path) -> None:
    with IncidentFile.create(path, [], NOW) as file:
        assert plain_ids(path) == []
        for number in range(1, 5):
            before = path.read_bytes()
            change = file.append([note(number)])
            assert change == Change((note(number),))
            assert path.read_bytes().startswith(before[:-3])
            assert plain_ids(path) == ids([note(n) for n in range(1, number + 1)])
        assert path.read_bytes() == content([note(n) for n in range(1, 5)])
        assert file.entries == [note(n) for n in range(1, 5)]


def test_several_entries_share_one_write_and_one_sync(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []
    with IncidentFile.create(path, incident(1), NOW) as file:
        for name in ("pwrite", "fdatasync"):
            real = getattr(system, name)
            monkeypatch.setattr(
                system, name, lambda *a, _real=real, _name=name: (calls.append(_name), _real(*a))[1]
            )
        file.append([note(1), note(2), note(3)])
    assert calls == ["pwrite", "fdatasync"]
    assert plain_ids(path) == ids(incident(4))


def test_an_entry_that_is_there_already_is_not_written_twice(path: Path) -> None:
    with IncidentFile.create(path, incident(2), NOW) as file, IncidentFile.open(path) as other:
        other.append([note(7)])
        assert file.append([note(7), note(8), note(8)]) == Change((note(7), note(8)))
    assert plain_ids(path) == [*ids(incident(2)), note(7).id, note(8).id]


def test_a_refused_entry_leaves_the_file_and_its_companions_alone(path: Path) -> None:
    with IncidentFile.create(path, incident(2), NOW) as file:
        before = (path.read_bytes(), path.stat().st_mtime_ns)
        with pytest.raises(EntryRefused):
            file.append([note(7), note(8, "x" * 80_000)])
        assert (path.read_bytes(), path.stat().st_mtime_ns) == before
        file.append([note(7)])
    assert plain_ids(path)[-1] == note(7).id


def test_what_others_append_is_seen(path: Path) -> None:
    with IncidentFile.create(path, incident(1), NOW) as a, IncidentFile.open(path) as b:
        a.append([note(1, author=1)])
        assert b.refresh() == Change((note(1, author=1),))
        assert b.refresh() == Change()
        assert b.append([note(1, author=2)]) == Change((note(1, author=2),))
        assert a.append([note(2, author=1)]) == Change((note(1, author=2), note(2, author=1)))
        assert b.refresh() == Change((note(2, author=1),))
        assert a.entries == b.entries
        with IncidentFile.open(path, writable=False) as viewer:
            a.append([note(3, author=1)])
            assert viewer.refresh() == Change((note(3, author=1),))
            with pytest.raises(NotSaved, match="read only"):
                viewer.append([note(9)])


def test_looking_costs_one_stat_when_nothing_happened(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with IncidentFile.create(path, incident(1), NOW) as file:
        file.append([note(1)])
        monkeypatch.setattr(lock.LockFile, "acquire", lambda *_, **__: pytest.fail("locked"))
        assert file.refresh() == Change()


def test_what_a_symbolic_link_names_has_one_lock(path: Path) -> None:
    link = path.with_name("link.json")
    link.symlink_to(path)
    with IncidentFile.create(path, incident(1), NOW), IncidentFile.open(link) as file:
        file.append([note(1)])
    assert link.is_symlink()
    assert names(path.parent) == sorted([path.name, f".{path.name}.lock", "link.json"])


def test_a_lock_held_by_another_is_waited_for_and_then_named(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with IncidentFile.create(path, incident(1), NOW) as file:
        held = lock.LockFile(file.path)
        held.acquire(exclusive=True)
        real = lock.LockFile.acquire
        monkeypatch.setattr(
            lock.LockFile,
            "acquire",
            lambda self, exclusive, wait=2: real(self, exclusive=exclusive, wait=0.02),
        )
        with pytest.raises(Busy, match="locked by another process"):
            file.append([note(1)])
        held.release()
        assert file.append([note(1)]).entries == (note(1),)
        held.close()


def test_a_lock_file_that_was_deleted_is_made_again(path: Path) -> None:
    with IncidentFile.create(path, incident(1), NOW) as a, IncidentFile.open(path) as b:
        a.append([note(1)])
        path.with_name(f".{path.name}.lock").unlink()
        b.append([note(2)])
        a.append([note(3)])
        assert len(plain_ids(path)) == 4
        assert path.with_name(f".{path.name}.lock").exists()


def test_a_torn_tail_of_a_dead_writer_is_trimmed_before_the_next_line(path: Path) -> None:
    with IncidentFile.create(path, incident(3), NOW) as file:
        whole = path.read_bytes()
        torn = content(incident(5))[: len(whole) + 170]
        path.write_bytes(torn)
        seen = file.refresh()
        assert seen.entries == tuple(incident(4)[3:])
        change = file.append([note(9)])
        assert change.entries == (note(9),)
        assert "interrupted" in change.notices[0]
    assert plain_ids(path) == [*ids(incident(4)), note(9).id]


def test_a_deleted_file_is_said_and_written_again_with_all_entries(path: Path) -> None:
    with IncidentFile.create(path, incident(3), NOW) as file:
        path.unlink()
        with pytest.raises(Gone, match="does not exist"):
            file.refresh()
        change = file.append([note(9)])
        assert change.entries == (note(9),)
        assert change.notices == (
            f"{path.name} had been deleted; it is written again, with all 4 entries.",
        )
        assert mode(path) == 0o600
        file.append([note(10)])
        assert file.refresh() == Change()
    assert plain_ids(path) == [*ids(incident(3)), note(9).id, note(10).id]


def test_a_deleted_folder_is_made_again(tmp_path: Path) -> None:
    folder = tmp_path / "incidents"
    with IncidentFile.create(folder / "a.json", incident(3), NOW) as file:
        (folder / "a.json").unlink()
        (folder / ".a.json.lock").unlink()
        folder.rmdir()
        file.append([note(9)])
        assert plain_ids(folder / "a.json") == [*ids(incident(3)), note(9).id]
        with IncidentFile.open(folder / "a.json") as other:
            other.append([note(10)])
        assert file.refresh() == Change((note(10),))


def put(path: Path, data: bytes) -> None:
    """Put another file in its place, as a restored backup is."""
    beside = path.with_name("beside")
    beside.write_bytes(data)
    beside.replace(path)


def test_an_older_copy_put_in_its_place_is_taken_as_the_truth(path: Path) -> None:
    with IncidentFile.create(path, incident(5), NOW) as file:
        file.append([note(9)])
        put(path, content(incident(3)))
        assert file.refresh() == Change(tuple(incident(3)), replaced=True)
        assert file.append([note(10)]) == Change((note(10),))
    assert plain_ids(path) == [*ids(incident(3)), note(10).id]


def test_an_append_finds_the_older_copy_itself(path: Path) -> None:
    with IncidentFile.create(path, incident(5), NOW) as file:
        put(path, content(incident(3)))
        assert file.append([note(10)]) == Change((*incident(3), note(10)), replaced=True)


def test_a_new_file_with_the_same_beginning_only_adds(path: Path) -> None:
    with IncidentFile.create(path, incident(3), NOW) as file:
        put(path, content(incident(5)))
        assert file.refresh() == Change(tuple(incident(5)[3:]))


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (content([declared("another outage", number=5)]), Stranger),
        (content(incident(3), NOW + timedelta(days=1)), Stranger),
        (content(incident(4)).replace(b'"schema":1', b'"schema":2'), NewerSchema),
        (b'{"_default": {}}', NotAnIncident),
        (b"", NotAnIncident),
        (content(incident(4)).replace(b"note 2", b"note 3"), Damaged),
    ],
    ids=["another incident", "another day", "newer", "TinyDB", "empty", "damaged"],
)
def test_something_else_in_its_place_is_never_written_to(
    path: Path, data: bytes, error: type[Exception]
) -> None:
    with IncidentFile.create(path, incident(3), NOW) as file:
        put(path, data)
        for _ in range(2):
            with pytest.raises(error):
                file.refresh()
            with pytest.raises(error):
                file.append([note(9)])
        assert path.read_bytes() == data
        assert file.entries == incident(3)
        put(path, content(incident(3)))
        assert file.append([note(9)]).entries == (note(9),)
    assert plain_ids(path) == [*ids(incident(3)), note(9).id]


@pytest.mark.parametrize("keep", [0, 30, 400, 650])
def test_a_file_cut_underneath_is_damage_and_not_written_to(path: Path, keep: int) -> None:
    with IncidentFile.create(path, incident(5), NOW) as file:
        file.append([note(9)])
        os.truncate(path, keep)
        left = path.read_bytes()
        for attempt in (file.refresh, lambda: file.append([note(10)])):
            with pytest.raises(Damaged):
                attempt()
        assert path.read_bytes() == left
        assert file.entries == [*incident(5), note(9)]


def test_a_change_within_the_file_is_noticed_before_the_next_append(path: Path) -> None:
    with IncidentFile.create(path, incident(5), NOW) as file:
        data = path.read_bytes().replace(b"note 2", b"note 3")
        path.write_bytes(data)
        os.utime(path, ns=(1, 1))
        with pytest.raises(Damaged, match="entry 3"):
            file.append([note(9)])
        assert path.read_bytes() == data


def test_a_change_beside_new_lines_is_noticed(path: Path) -> None:
    with IncidentFile.create(path, incident(5), NOW) as file:
        data = content([*incident(5), note(9)]).replace(b"note 4", b"note 3")
        path.write_bytes(data)
        for look in (file.refresh, lambda: file.append([note(10)])):
            with pytest.raises(Damaged, match="entry 5"):
                look()
        assert path.read_bytes() == data
        assert file.entries == incident(5)


def test_what_this_version_does_not_know_survives_a_rewrite_byte_for_byte(path: Path) -> None:
    strange = {
        "id": "01JDX",
        "at": "2026-11-24T14:05:00Z",
        "who": "ada@web1",
        "kind": "teleported",
        "to": ["moon", {"deep": None, "ż": "\u2028"}],
    }
    data = content(incident(2))[:-3] + layout.line(3, layout.seal(strange)) + layout.FOOTER
    path.write_bytes(data)
    with IncidentFile.open(path) as file:
        assert isinstance(file.entries[2], Unknown)
        path.unlink()
        file.append([note(9)])
    assert path.read_bytes() == data[:-3] + (
        layout.line(4, layout.sealed_entry(note(9))) + layout.FOOTER
    )


def test_a_failed_sync_heals_to_a_new_file_and_others_follow(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: int) -> None:
        raise OSError(errno.EIO, "")

    with IncidentFile.create(path, incident(2), NOW) as file, IncidentFile.open(path) as other:
        with monkeypatch.context() as patched:
            patched.setattr(system, "fdatasync", broken)
            with pytest.raises(NotSaved, match="Not saved: I/O error"):
                file.append([note(9)])
        inode = path.stat().st_ino
        assert file.refresh() == Change()
        assert file.entries == incident(2)
        other.append([note(10)])
        change = file.append([note(9), note(11)])
        assert path.stat().st_ino != inode
        assert ids(change.entries) == ids([note(9), note(10), note(11)])
        assert "disk error" in change.notices[0]
        seen = other.refresh()
        assert (seen.entries, seen.replaced) == ((note(11),), False)
        other.append([note(12)])
    expected: list[Entry] = [*incident(2), note(9), note(10), note(11), note(12)]
    assert plain_ids(path) == ids(expected)


def test_a_file_made_read_only_says_so_and_takes_entries_when_it_is_not() -> None:
    def work(folder: Path) -> list[object]:
        path = folder / "a.json"
        IncidentFile.create(path, incident(2), NOW).close()
        path.chmod(0o400)
        with IncidentFile.open(path) as file:
            said: list[object] = [file.why_read_only, len(file.entries)]
            try:
                file.append([note(9)])
            except NotSaved as error:
                said.append(error.reason)
            path.chmod(0o600)
            file.append([note(9)])
            said += [file.why_read_only, len(plain_ids(path))]
        return said

    assert as_someone_else(work) == ["permission denied", 2, "permission denied", "", 3]
