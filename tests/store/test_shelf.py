"""The folder of incidents."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

import cockpit
from cockpit.incident.entries import Closed, Declared, SeveritySet
from cockpit.store import shelf as shelf_module
from cockpit.store.errors import NotSaved
from cockpit.store.incident_file import IncidentFile
from cockpit.store.shelf import Shelf
from tests.store.making import (
    NOW,
    WHO,
    as_someone_else,
    content,
    declared,
    incident,
    names,
    note,
)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "incidents")


@pytest.fixture
def no_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf_module, "_read", lambda path: pytest.fail(f"read {path}"))


def add(shelf: Shelf, what: str, days: int = 0, *more: object) -> str:
    moment = NOW + timedelta(days=days)
    entry = Declared(id=f"01JD{what}", at=moment, who=WHO, facts={"what": what})
    with shelf.create(entry, moment) as file:
        file.append(more)  # type: ignore[arg-type]
        return file.path.stem


@pytest.mark.parametrize(
    ("what", "stem"),
    [
        ("Checkout returns 500s!", "2026-11-24-checkout-returns-500s"),
        ("Zażółć gęślą: café ☕ ../../etc", "2026-11-24-zazoc-gesla-cafe-etc"),
        ("", "2026-11-24-incident"),
        ("🔥🔥", "2026-11-24-incident"),
        ("قاعدة", "2026-11-24-incident"),
        ("a\0b\x1b[2Jc\n/d", "2026-11-24-a-b-2jc-d"),
        ("words " * 4000, "2026-11-24-words-words-words-words-words-words-words-words"),
        ("x" * 10_000, "2026-11-24-" + "x" * 49),
    ],
    ids=["words", "accents", "none", "emoji", "Arabic", "controls", "many words", "one long word"],
)
def test_the_name_says_the_day_and_what_happened(shelf: Shelf, what: str, stem: str) -> None:
    with shelf.create(declared(what), NOW) as file:
        assert file.path == shelf.path_of(stem)
        assert len(stem) <= 60


def test_equal_names_get_numbers(shelf: Shelf) -> None:
    assert [add(shelf, "down") for _ in range(3)] == [
        "2026-11-24-down",
        "2026-11-24-down-2",
        "2026-11-24-down-3",
    ]


def test_two_processes_never_get_the_same_name(shelf: Shelf) -> None:
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from cockpit.store.shelf import Shelf\n"
        "from tests.store.making import NOW, declared\n"
        "for _ in range(15):\n"
        "    print(Shelf(Path(sys.argv[1])).create(declared('down'), NOW).path)\n"
    )
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(shelf.folder)], stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    paths = [line for run in runs for line in run.communicate(timeout=60)[0].split()]
    assert len(paths) == len(set(paths)) == 45
    assert len(shelf.list()) == 45


LONG = "x" * 201


@pytest.mark.parametrize(
    "bad",
    ["", ".", "..", ".hidden", "a/b", "../x", "/etc/passwd", "a\\b", "a\0", "a\nb", "index", LONG],
    ids=repr,
)
def test_an_id_never_leads_out_of_the_folder(shelf: Shelf, bad: str) -> None:
    with pytest.raises(ValueError, match="is no incident's id"):
        shelf.path_of(bad)


def test_the_list_says_what_each_incident_is_newest_first(shelf: Shelf) -> None:
    sev = SeveritySet(id="01JDS", at=NOW, who=WHO, severity="SEV1")
    add(shelf, "older", -1, Closed(id="01JDC", at=NOW, who=WHO))
    add(shelf, "newer", 0, sev)
    newer, older = shelf.list()
    assert (newer.id, newer.title, newer.severity) == ("2026-11-24-newer", "newer", "SEV1")
    assert (newer.stage, newer.declared_at, newer.closed) == ("investigating", NOW, False)
    assert (older.id, older.closed) == ("2026-11-23-older", True)
    assert [one.id for one in shelf.open_ones()] == ["2026-11-24-newer"]


def test_an_empty_or_missing_shelf_has_an_empty_list(shelf: Shelf) -> None:
    assert shelf.list() == []
    assert not shelf.folder.exists()


def test_with_a_fresh_index_no_incident_is_read(
    shelf: Shelf, request: pytest.FixtureRequest
) -> None:
    for number in range(30):
        add(shelf, f"outage {number}", -number)
    listed = shelf.list()
    assert len(listed) == 30
    (shelf.folder / "notes.txt").write_text("no incident")
    (shelf.folder / "quarantine").mkdir()
    request.getfixturevalue("no_reading")
    assert shelf.list() == listed


def test_five_thousand_incidents_are_listed_from_the_index(
    shelf: Shelf, request: pytest.FixtureRequest
) -> None:
    shelf.folder.mkdir()
    data = content([declared()])
    rows = {}
    for number in range(5000):
        path = shelf.folder / f"{number}.json"
        path.write_bytes(data)
        status = path.stat()
        rows[path.name] = {
            "size": status.st_size,
            "mtime_ns": status.st_mtime_ns,
            "summary": {"id": path.stem, "title": "x", "declared_at": NOW},
        }
    index = {"version": cockpit.__version__, "rows": rows}
    (shelf.folder / "index.json").write_bytes(msgspec.json.encode(index))
    request.getfixturevalue("no_reading")
    assert len(shelf.list()) == 5000


def test_an_incident_that_changed_is_read_again_and_one_that_is_gone_is_dropped(
    shelf: Shelf,
) -> None:
    first, second = add(shelf, "first"), add(shelf, "second", 1)
    shelf.list()
    with IncidentFile.open(shelf.path_of(first)) as file:
        file.append([Closed(id="01JDC", at=NOW, who=WHO)])
    shelf.path_of(second).unlink()
    assert [(one.id, one.closed) for one in shelf.list()] == [(first, True)]


@pytest.mark.parametrize(
    "index",
    [b"", b"{", b"[]", b'{"version":"0","rows":{}}', b'{"rows":{"a":1}}', b"\0\xff"],
)
def test_a_broken_index_is_rebuilt(shelf: Shelf, index: bytes) -> None:
    add(shelf, "down")
    before = shelf.list()
    path = shelf.folder / "index.json"
    good = path.read_bytes()
    path.write_bytes(index)
    assert shelf.list() == before
    assert path.read_bytes() == good
    path.unlink()
    assert shelf.list() == before


def test_files_that_cannot_be_read_are_listed_with_the_reason(shelf: Shelf) -> None:
    add(shelf, "down")
    for name, data in {
        "empty": b"",
        "text": b"dear diary",
        "newer": content(incident(2)).replace(b'"schema":1', b'"schema":2'),
        "torn": content(incident(3))[:-30],
        "nothing": content([]),
    }.items():
        (shelf.folder / f"{name}.json").write_bytes(data)
    (shelf.folder / "dangling.json").symlink_to("nowhere")
    os.mkfifo(shelf.folder / "pipe.json")
    before = {
        path.name: path.stat().st_mtime_ns
        for path in shelf.folder.glob("[!i]*.json")
        if path.exists()
    }
    for _ in range(2):
        listed = {one.id: one for one in shelf.list()}
        assert "is empty" in listed["empty"].problem
        assert "is not JSON" in listed["text"].problem
        assert "schema 2" in listed["newer"].problem
        assert "is not a file" in listed["pipe"].problem
        assert (listed["torn"].title, listed["torn"].problem) == ("checkout returns 500s", "")
        assert listed["2026-11-24-down"].title == "down"
        assert [one.id for one in shelf.open_ones() if one.title == "down"] == ["2026-11-24-down"]
    assert all(
        (shelf.folder / name).stat().st_mtime_ns == moment for name, moment in before.items()
    )


def test_a_damaged_incident_is_listed_with_what_verifies(shelf: Shelf) -> None:
    shelf.folder.mkdir()
    data = content(incident(4)).replace(b"note 1", b"note #")
    (shelf.folder / "a.json").write_bytes(data)
    [one] = shelf.list()
    assert one.title == "checkout returns 500s"
    assert names(shelf.folder) == ["a.json", "index.json"]


def test_a_shelf_that_cannot_be_written_to_is_listed() -> None:
    def work(folder: Path) -> list[str]:
        (folder / "a.json").write_bytes(content(incident(3)))
        folder.chmod(0o500)
        try:
            return [one.title for one in Shelf(folder).list()] + names(folder)
        finally:
            folder.chmod(0o700)

    assert as_someone_else(work) == ["checkout returns 500s", "a.json"]


def test_a_read_only_shelf_says_so_in_sentences() -> None:
    def work(folder: Path) -> list[str]:
        (folder / "a.json").write_bytes(content(incident(3)))
        folder.chmod(0o500)
        said = []
        try:
            with pytest.raises(NotSaved) as refused:
                Shelf(folder).create(declared("down"), NOW)
            said.append(refused.value.reason)
            with IncidentFile.open(folder / "a.json") as file:
                said.append(file.why_read_only)
                with pytest.raises(NotSaved) as refused:
                    file.append([note(9)])
                said.append(refused.value.reason)
            folder.chmod(0)
            [one] = Shelf(folder).list()
            said.append(one.problem)
            assert Shelf(folder).open_ones() == []
        finally:
            folder.chmod(0o700)
        return [sentence.replace(str(folder), "FOLDER") for sentence in said]

    assert as_someone_else(work) == [
        "permission denied",
        "permission denied",
        "permission denied",
        "FOLDER cannot be read: permission denied.",
    ]


def test_a_file_where_the_shelf_should_be_is_said(shelf: Shelf) -> None:
    shelf.folder.write_text("")
    assert shelf.list()[0].problem == f"{shelf.folder} cannot be read: not a directory."


def test_appending_beside_the_list_is_not_disturbed(shelf: Shelf) -> None:
    with shelf.create(declared("down"), NOW) as file:
        for number in range(1, 6):
            file.append([note(number)])
            assert [one.title for one in shelf.list()] == ["down"]
        assert len(file.entries) == 6
