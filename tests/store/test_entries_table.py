"""An incident file as a TinyDB database of our own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tinydb import TinyDB, where
from tinydb.table import Document

from cockpit.incident.entries import to_document
from cockpit.store import system
from cockpit.store.entries_table import EntriesTable, IncidentDatabase, IncidentStorage
from cockpit.store.errors import AppendOnly, EntryRefused, NotAnIncident
from cockpit.store.incident_file import IncidentFile
from tests.store.making import NOW, ids, incident, note, plain, plain_ids


@pytest.fixture
def database(path: Path) -> Any:
    IncidentFile.create(path, incident(3), NOW).close()
    with IncidentDatabase(path) as opened:
        yield opened


def test_it_reads_what_plain_tinydb_reads(database: IncidentDatabase, path: Path) -> None:
    table = database.table("entries")
    assert isinstance(table, EntriesTable)
    assert [dict(document) for document in table.all()] == plain(path)
    assert [document.doc_id for document in table] == [1, 2, 3]
    assert [document["id"] for document in table.search(where("kind") == "noted")] == ids(
        incident(3)[1:]
    )
    assert database.tables() == {"meta", "entries"}


def test_an_insert_is_one_append_and_gives_the_number(
    database: IncidentDatabase, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    real = system.pwrite
    monkeypatch.setattr(system, "pwrite", lambda *a: (sizes.append(len(a[1])), real(*a))[1])
    assert database.insert(to_document(note(9))) == 4
    assert len(sizes) == 1
    assert sizes[0] < 300
    assert database.table("entries").insert_multiple(
        [to_document(note(10)), to_document(note(9))]
    ) == [5, 4]
    assert plain_ids(path) == [*ids(incident(3)), note(9).id, note(10).id]


def test_what_other_processes_append_is_found(database: IncidentDatabase, path: Path) -> None:
    query = where("text") == "from a deploy script"
    assert database.search(query) == []
    with IncidentFile.open(path) as other:
        other.append([note(9, "from a deploy script")])
    assert [document.doc_id for document in database.search(query)] == [4]
    assert len(database) == 4


CHANGES: dict[str, Callable[[IncidentDatabase], object]] = {
    "update": lambda db: db.update({"text": "never happened"}),
    "update_multiple": lambda db: db.update_multiple([({"a": 1}, where("kind") == "noted")]),
    "upsert": lambda db: db.upsert({"text": "x"}, where("kind") == "noted"),
    "remove": lambda db: db.remove(where("kind") == "noted"),
    "remove by number": lambda db: db.remove(doc_ids=[2]),
    "truncate": lambda db: db.truncate(),
    "drop_table": lambda db: db.drop_table("entries"),
    "drop_tables": lambda db: db.drop_tables(),
    "insert with a number": lambda db: db.insert(Document(db.all()[1], doc_id=9)),
}


@pytest.mark.parametrize("change", list(CHANGES))
def test_nothing_that_was_recorded_can_be_changed(
    database: IncidentDatabase, path: Path, change: str
) -> None:
    before = path.read_bytes()
    with pytest.raises(AppendOnly, match="never changed or removed"):
        CHANGES[change](database)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"text": "by hand"}, "no entry"),
        (to_document(note(9)) | {"kind": "teleported"}, '"teleported" is not known'),
        (to_document(note(9)) | {"mood": 7}, 'field "mood"'),
        (to_document(note(9)) | {"text": 7}, "fields do not fit"),
    ],
    ids=["no id", "kind", "field", "type"],
)
def test_what_is_no_entry_is_refused(
    database: IncidentDatabase, path: Path, document: dict[str, Any], said: str
) -> None:
    with pytest.raises(EntryRefused) as refused:
        database.insert(document)
    assert said in str(refused.value)
    assert len(plain(path)) == 3


def test_there_is_no_other_table(database: IncidentDatabase) -> None:
    with pytest.raises(ValueError, match='not "people"'):
        database.table("people")


def test_tinydb_with_only_the_storage_can_add_but_not_change(path: Path) -> None:
    IncidentFile.create(path, incident(3), NOW).close()
    with TinyDB(path, storage=IncidentStorage) as database:
        table = database.table("entries")
        assert table.insert(to_document(note(9))) == 4
        for change in (
            lambda: table.update({"text": "x"}, doc_ids=[2]),
            lambda: table.remove(doc_ids=[2]),
            lambda: database.table("people").insert({"name": "x"}),
            table.truncate,
        ):
            with pytest.raises(AppendOnly):
                change()
    assert plain_ids(path) == [*ids(incident(3)), note(9).id]


def test_another_programs_file_is_refused(path: Path) -> None:
    with TinyDB(path) as other:
        other.insert({"a": 1})
    with pytest.raises(NotAnIncident):
        IncidentDatabase(path)


def test_appending_does_not_load_tinydb() -> None:
    code = (
        "import sys, cockpit.store.incident_file, cockpit.store.shelf, cockpit.store.spill;"
        "sys.exit('tinydb' in sys.modules or 'logging' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=60).returncode == 0
