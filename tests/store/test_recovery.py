"""Files that have been through something: torn, rewritten, damaged, or never ours."""

from __future__ import annotations

import errno
import itertools
import json
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from zlib import crc32

import pytest
from tinydb import TinyDB

from cockpit.incident.entries import Unknown
from cockpit.store import incident_file, layout, system
from cockpit.store.errors import Busy, Damaged, Gone, NewerSchema, NotAnIncident
from cockpit.store.incident_file import IncidentFile
from cockpit.store.lock import LockFile
from tests.store.making import (
    NOW,
    as_someone_else,
    content,
    ids,
    incident,
    names,
    note,
    plain_ids,
)
from tests.waiting import PATIENCE

WHOLE = content(incident(6))


def line_ends(data: bytes) -> list[int]:
    """Where each line ends, its newline not counted, from the first entry on."""
    at = len(layout.head(NOW))
    ends = []
    while (at := data.find(b"\n", at)) >= 0:
        ends.append(at)
        at += 1
    return ends[:-1]


def open_and_append(path: Path) -> tuple[IncidentFile, list[str]]:
    """Open, check that plain TinyDB reads it, append one entry, check again."""
    file = IncidentFile.open(path)
    found = ids(file.entries)
    assert not file.read_only
    assert plain_ids(path) == found
    file.append([note(99)])
    assert plain_ids(path) == [*found, note(99).id]
    return file, found


@pytest.fixture
def untouched(path: Path) -> Callable[[], None]:
    """Call it after writing the file, and use what it returns to see that nothing touched it."""
    state: list[tuple[bytes, int]] = []

    def check() -> None:
        now = (path.read_bytes(), path.stat().st_mtime_ns)
        state.append(now)
        assert now == state[0]

    return check


def test_torn_at_every_byte_of_the_last_three_entries(tmp_path: Path) -> None:
    ends = line_ends(WHOLE)
    for cut in range(ends[2] + 1, len(WHOLE)):
        path = tmp_path / f"{cut}.json"
        path.write_bytes(WHOLE[:cut])
        file, found = open_and_append(path)
        whole = sum(end <= cut for end in ends)
        assert found == ids(incident(6))[:whole], cut
        assert len(file.notices) == 1
        remains = WHOLE[:cut].split(b"\n")[-1]
        if remains not in (b"", b"}", b"}}") and whole < 6 and cut != ends[whole - 1]:
            [kept] = (tmp_path / "quarantine").glob(f"{cut}.torn-at-*")
            assert kept.read_bytes() == remains
            assert str(kept) in file.notices[0]
        file.close()


def test_sectors_of_the_last_write_old_new_or_zero(tmp_path: Path) -> None:
    """A power cut may keep some 512-byte sectors of a write and lose others."""
    before = content(incident(4))
    large = note(50, "y" * 1800)
    after = content([*incident(4), large])
    start = len(before) - len(layout.FOOTER)
    first = start // 512
    last = (len(after) - 1) // 512
    old = before.ljust(len(after), b"\0")
    for number, states in enumerate(itertools.product("on0", repeat=last - first + 1)):
        torn = bytearray(after)
        for sector, state in enumerate(states, first):
            here = slice(max(sector * 512, start), (sector + 1) * 512)
            size = len(torn[here])
            torn[here] = {"o": old[here], "n": after[here], "0": b"\0" * size}[state]
        path = tmp_path / f"{number}.json"
        path.write_bytes(torn)
        file, found = open_and_append(path)
        assert found[:4] == ids(incident(4))
        assert found[4:] == ([large.id] if torn == after else [])
        file.close()


def test_the_footer_split_between_two_sectors(tmp_path: Path) -> None:
    before = content(incident(4))
    after = content(incident(5))
    start = len(before) - 3
    for old in (1, 2):
        for size in (len(after), start + 3, start + 40):
            torn = before[: start + old] + after[start + old : size]
            path = tmp_path / f"{old}-{size}.json"
            path.write_bytes(torn)
            _, found = open_and_append(path)
            assert found == ids(incident(4))


@pytest.mark.parametrize("zeros", [1, 100, 5000])
def test_zeros_behind_the_last_entry_are_cut_and_the_entry_kept(path: Path, zeros: int) -> None:
    path.write_bytes(WHOLE[: -len("\n}}\n")] + b"\0" * zeros)
    _, found = open_and_append(path)
    assert found == ids(incident(6))


def test_zeros_behind_the_footer_are_cut(path: Path) -> None:
    path.write_bytes(WHOLE + b"\0" * 700)
    _, found = open_and_append(path)
    assert found == ids(incident(6))
    assert not (path.parent / "quarantine").exists()


def test_a_whole_last_record_without_its_newline_is_kept(path: Path) -> None:
    path.write_bytes(WHOLE[: -len("\n}}\n")])
    file, found = open_and_append(path)
    assert found == ids(incident(6))
    assert "Nothing was lost" in file.notices[0]


def test_a_lost_footer_is_put_back(path: Path) -> None:
    path.write_bytes(WHOLE[:-3])
    with IncidentFile.open(path):
        assert path.read_bytes() == WHOLE


def test_looking_only_leaves_a_torn_file_alone(path: Path, untouched: Callable[[], None]) -> None:
    path.write_bytes(WHOLE[:-20])
    untouched()
    with IncidentFile.open(path, writable=False) as file:
        assert ids(file.entries) == ids(incident(5))
        assert file.read_only
    untouched()
    assert names(path.parent) == [path.name]


def test_damage_in_the_middle_is_named_and_never_written_to(
    path: Path, untouched: Callable[[], None]
) -> None:
    at = line_ends(WHOLE)[2] - 40
    data = WHOLE[:at] + b"#" + WHOLE[at + 1 :]
    path.write_bytes(data)
    untouched()
    with pytest.raises(Damaged) as raised:
        IncidentFile.open(path)
    untouched()
    damage = raised.value
    assert (damage.number, damage.offset) == (3, line_ends(WHOLE)[1] + 1)
    assert f"entry 3 (byte {damage.offset}) does not match its checksum" in str(damage)
    assert damage.copy
    assert damage.copy.parent == path.parent / "quarantine"
    assert damage.copy.read_bytes() == data
    assert damage.copy.stat().st_mode & 0o777 == 0o600
    with IncidentFile.open(path, writable=False) as file:
        left = ids(incident(6))
        del left[2]
        assert ids(file.entries) == left
        assert "entry 3" in file.why_read_only
    with pytest.raises(Damaged):
        IncidentFile.open(path)
    assert len(names(path.parent / "quarantine")) == 1
    untouched()


def test_a_complete_last_line_that_does_not_verify_is_damage_and_not_torn(path: Path) -> None:
    at = line_ends(WHOLE)[5] - 40
    path.write_bytes(WHOLE[:at] + b"#" + WHOLE[at + 1 :])
    with pytest.raises(Damaged, match="entry 6"):
        IncidentFile.open(path)


def test_a_missing_line_is_damage(path: Path) -> None:
    lines = WHOLE.splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:4] + lines[5:]))
    with pytest.raises(Damaged, match=r"entry 3 .* is numbered 4"):
        IncidentFile.open(path)


def test_a_broken_head_is_damage_and_the_entries_can_be_read(path: Path) -> None:
    path.write_bytes(b"#" + WHOLE[1:])
    with pytest.raises(Damaged, match="its head"):
        IncidentFile.open(path)
    with IncidentFile.open(path, writable=False) as file:
        assert ids(file.entries) == ids(incident(6))


@pytest.mark.parametrize("keep", [3, 5], ids=["three", "five"])
def test_a_file_cut_between_two_lines_has_lost_entries(path: Path, keep: int) -> None:
    IncidentFile.create(path, incident(1), NOW).close()
    with IncidentFile.open(path) as file:
        file.append(incident(6)[1:])
    os.truncate(path, line_ends(WHOLE)[keep - 1] + 1)
    with path.open("ab") as end:
        end.write(layout.FOOTER)
    with pytest.raises(Damaged, match=rf"entry {keep + 1} .*6 entries had been saved") as raised:
        IncidentFile.open(path)
    lock = path.with_name(f".{path.name}.lock")
    assert f"empty {lock} and open it again" in str(raised.value)
    lock.write_bytes(b"")
    with IncidentFile.open(path) as file:
        assert ids(file.entries) == ids(incident(keep))


@pytest.mark.parametrize("how", ["cut", "zeroed"])
def test_an_acknowledged_entry_is_never_trimmed_as_torn(path: Path, how: str) -> None:
    with IncidentFile.create(path, incident(1), NOW) as file:
        file.append(incident(3)[1:])
    data = path.read_bytes()
    broken = data[:-30] if how == "cut" else data[:-30] + b"\0" + data[-29:]
    path.write_bytes(broken)
    with pytest.raises(Damaged, match="3 entries had been saved"):
        IncidentFile.open(path)
    assert path.read_bytes() == broken


STYLES = {
    "TinyDB's own": {},
    "indented": {"indent": 4},
    "sorted": {"sort_keys": True},
    "compact": {"separators": (",", ":"), "ensure_ascii": False},
}


@pytest.mark.parametrize("style", list(STYLES))
def test_a_file_rewritten_by_plain_tinydb_is_put_back(path: Path, style: str) -> None:
    unknown = {
        "id": "01JDX",
        "at": "2026-11-24T14:05:00Z",
        "who": "ada@web1",
        "kind": "teleported",
        "to": ["moon", {"deep": None}],
    }
    newer_field = {
        "id": "01JDY",
        "at": "2026-11-24T14:06:00Z",
        "who": "ada@web1",
        "kind": "noted",
        "text": "zażółć 🚀 \u2028",
        "mood": 7,
    }
    data = (
        WHOLE[:-3]
        + layout.line(7, layout.seal(unknown))
        + layout.line(8, layout.seal(newer_field))
        + layout.FOOTER
    )
    path.write_bytes(data)
    with TinyDB(path, **STYLES[style]) as database:
        database.storage.write(database.storage.read() or {})
    rewritten = path.read_bytes()
    assert rewritten != data
    if style == "sorted":  # then the members' order is lost, and with it what the sum was made of
        with pytest.raises(Damaged):
            IncidentFile.open(path)
        assert path.read_bytes() == rewritten
        return
    with IncidentFile.open(path) as file:
        assert path.read_bytes() == data
        assert [type(entry) for entry in file.entries].count(Unknown) == 1
        [copy] = (path.parent / "quarantine").iterdir()
        assert copy.read_bytes() == rewritten
        assert str(copy) in file.notices[0]
        file.append([note(9)])
    assert plain_ids(path)[-1] == note(9).id
    assert path.read_bytes().startswith(data[:-3])


def test_a_record_that_plain_tinydb_inserted_is_reported(path: Path) -> None:
    path.write_bytes(WHOLE)
    with TinyDB(path) as database:
        database.table("entries").insert({"text": "by hand"})
    before = path.read_bytes()
    with pytest.raises(Damaged, match=r"entry 7 \(byte \d+\) has no checksum"):
        IncidentFile.open(path)
    assert path.read_bytes() == before
    with IncidentFile.open(path, writable=False) as file:
        assert ids(file.entries) == ids(incident(6))


def test_a_record_that_plain_tinydb_removed_is_noticed(path: Path) -> None:
    path.write_bytes(WHOLE)
    with TinyDB(path) as database:
        database.table("entries").remove(doc_ids=[2])
    with pytest.raises(Damaged, match="is numbered 3"):
        IncidentFile.open(path)


@pytest.mark.parametrize("style", ["ours", "tinydb"])
@pytest.mark.parametrize("writable", [True, False])
def test_a_newer_schema_is_left_exactly_as_it_is(
    path: Path, untouched: Callable[[], None], style: str, writable: bool
) -> None:
    meta = {"format": layout.FORMAT, "schema": 2, "new": {"deep": "}"}, "sum": "sha256:1"}
    data = json.dumps({"meta": {"1": meta}, "entries": {"1": {"?": 1}}}).encode()
    if style == "ours":
        data = data.replace(b", ", b",\n")
    path.write_bytes(data)
    untouched()
    with pytest.raises(NewerSchema) as raised:
        IncidentFile.open(path, writable=writable)
    untouched()
    assert "was written by schema 2, this program knows 1. Not opened, not modified." in str(
        raised.value
    )
    assert names(path.parent) == [path.name]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b'{"_default": {"1": {"a": 1}}}', "is a TinyDB file of another program"),
        (
            b'{"meta": {"1": {"format": "zoo"}}, "entries": {}}',
            "is a TinyDB file of another program",
        ),
        (b'["a", 1]', "is JSON, but not an incident"),
        (b"{}", "is JSON, but not an incident"),
        (b"dear diary", "is not JSON"),
        (b'{"meta"', "is not JSON"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\0", "is a binary file"),
        (b"\0" * 600, "is a binary file"),
        (b"[" * 100_000, "is not JSON"),
    ],
    ids=["empty", "TinyDB", "likeness", "list", "dict", "text", "cut", "PNG", "zeros", "deep"],
)
def test_what_is_no_incident_is_said_and_left_alone(
    path: Path, untouched: Callable[[], None], data: bytes, said: str
) -> None:
    path.write_bytes(data)
    untouched()
    for writable in (True, False):
        with pytest.raises(NotAnIncident) as raised:
            IncidentFile.open(path, writable=writable)
        assert f"{path} {said}" in str(raised.value)
    untouched()
    assert names(path.parent) == [path.name]


def test_a_folder_a_pipe_and_a_missing_file_are_said(tmp_path: Path) -> None:
    with pytest.raises(NotAnIncident, match="is not a file"):
        IncidentFile.open(tmp_path)
    os.mkfifo(tmp_path / "pipe.json")
    with pytest.raises(NotAnIncident, match="is not a file"):
        IncidentFile.open(tmp_path / "pipe.json")
    with pytest.raises(Gone, match="does not exist"):
        IncidentFile.open(tmp_path / "x.json")


def test_no_room_to_repair_opens_read_only(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = WHOLE[:-20]
    path.write_bytes(data)

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "")

    with monkeypatch.context() as patched:
        patched.setattr(system, "pwrite", full)
        file = IncidentFile.open(path)
    assert file.why_read_only == "disk full"
    assert ids(file.entries) == ids(incident(5))
    assert path.read_bytes() == data
    change = file.append([note(9)])
    assert not file.read_only
    assert len(change.notices) == 1
    assert plain_ids(path) == [*ids(incident(5)), note(9).id]


def test_a_read_only_folder_opens_read_only_and_says_why() -> None:
    def work(folder: Path) -> tuple[str, list[str]]:
        path = folder / "a.json"
        path.write_bytes(WHOLE)
        folder.chmod(0o500)
        try:
            with IncidentFile.open(path) as file:
                return file.why_read_only, ids(file.entries)
        finally:
            folder.chmod(0o700)

    assert as_someone_else(work) == ("permission denied", ids(incident(6)))


def test_a_file_that_another_person_owns_is_said_to_be_unreadable() -> None:
    def work(folder: Path) -> str:
        path = folder / "a.json"
        path.write_bytes(WHOLE)
        path.chmod(0)
        with pytest.raises(Gone) as raised:
            IncidentFile.open(path)
        return str(raised.value)

    assert as_someone_else(work).endswith("a.json cannot be read: permission denied.")


def test_a_table_that_another_program_added_is_reported(
    path: Path, untouched: Callable[[], None]
) -> None:
    path.write_bytes(WHOLE)
    with TinyDB(path) as database:
        database.insert({"text": "by hand"})
    untouched()
    with pytest.raises(Damaged, match='is in a table "_default" that no cockpit wrote'):
        IncidentFile.open(path)
    untouched()
    with IncidentFile.open(path, writable=False) as file:
        assert ids(file.entries) == ids(incident(6))


@pytest.mark.parametrize(
    "strange",
    [b'"text":"\xff"', b'"text":"x","more":' + b"[" * 200_000 + b"]" * 200_000, b'"text":NaN'],
    ids=["broken UTF-8", "deep", "not a number"],
)
def test_a_line_whose_checksum_is_right_but_that_is_no_entry_is_damage(
    path: Path, strange: bytes
) -> None:
    plain_json = (
        b'{"id":"1","at":"2026-11-24T14:05:00Z","who":"ada@web1","kind":"noted",%s}' % strange
    )
    sealed = plain_json[:-1] + b',"crc":"%08x"}' % crc32(plain_json)
    path.write_bytes(WHOLE[:-3] + layout.line(7, sealed) + layout.FOOTER)
    with pytest.raises(Damaged, match="entry 7"):
        IncidentFile.open(path)
    with IncidentFile.open(path, writable=False) as file:
        assert ids(file.entries) == ids(incident(6))


def test_a_shared_lock_that_others_hold_keeps_nobody_from_opening(path: Path) -> None:
    path.write_bytes(WHOLE)
    held = LockFile(path)
    held.acquire(exclusive=False)
    with IncidentFile.open(path) as file:
        assert ids(file.entries) == ids(incident(6))
        held.close()
        file.append([note(9)])
    assert plain_ids(path)[-1] == note(9).id


def test_opening_waits_for_who_is_in_the_middle_of_writing(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incident_file, "WAIT", PATIENCE)
    after = content([*incident(6), note(9)])
    path.write_bytes(after[:-60])
    writing = LockFile(path)
    writing.acquire(exclusive=True)
    with ThreadPoolExecutor() as pool:
        opening = pool.submit(IncidentFile.open, path)
        with pytest.raises(TimeoutError):
            opening.result(0.05)
        path.write_bytes(after)
        writing.close()
        with opening.result(PATIENCE) as file:
            assert ids(file.entries) == ids([*incident(6), note(9)])
            assert file.notices == []


def test_a_lock_that_is_never_given_back_is_named(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.write_bytes(WHOLE)
    held = LockFile(path)
    held.acquire(exclusive=True)
    monkeypatch.setattr(incident_file, "WAIT", 0.02)
    with pytest.raises(Busy, match="locked by another process"):
        IncidentFile.open(path)
    with IncidentFile.open(path, writable=False) as viewer:
        assert ids(viewer.entries) == ids(incident(6))
    held.close()
