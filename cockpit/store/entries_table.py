"""An incident's file as a TinyDB database: for scripts and exports that query it.

TinyDB's own table reads and writes the whole database for each insert. Here an insert is one
append to the file, and what was recorded is neither changed nor removed.

    IncidentDatabase(path).table("entries").search(where("kind") == "noted")

Not imported by the append path: importing tinydb costs more than an append does.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NoReturn

import msgspec
from tinydb import TinyDB
from tinydb.storages import Storage
from tinydb.table import Document, Table

from cockpit.incident.entries import Entry, Unknown, decode
from cockpit.store.errors import AppendOnly, EntryRefused
from cockpit.store.incident_file import IncidentFile

ENTRIES = "entries"


class IncidentStorage(Storage):
    """The storage under a TinyDB of one incident. Raises as IncidentFile.open does."""

    def __init__(self, path: Path | str, *, writable: bool = True) -> None:
        super().__init__()
        self.file = IncidentFile.open(Path(path), writable=writable)

    def read(self) -> dict[str, dict[str, Any]]:
        """The documents of every table, checksums included, as of now."""
        self.file.refresh()
        return self.file.tables()

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        """Take what TinyDB's own table would write, if it only adds entries at the end.

        Raises AppendOnly for any other change, EntryRefused for what is no entry.
        """
        now = self.read()
        entries = {str(number): dict(doc) for number, doc in data.get(ENTRIES, {}).items()}
        count = len(now[ENTRIES])
        if (
            {name: table for name, table in data.items() if table} | {ENTRIES: None}
            != now | {ENTRIES: None}
        ) or dict(list(entries.items())[:count]) != now[ENTRIES]:
            raise AppendOnly
        self.file.append([entry_of(doc) for doc in list(entries.values())[count:]])

    def close(self) -> None:
        self.file.close()


class EntriesTable(Table):
    """A table to which documents are only added, each for the price of one append."""

    _storage: IncidentStorage

    def __init__(self, storage: Storage, name: str, **_options: Any) -> None:
        if name != ENTRIES:
            raise ValueError(f'An incident has one table, "{ENTRIES}", not "{name}".')
        # No cache of query results: other processes append too.
        super().__init__(storage, name, cache_size=0)

    def insert(self, document: Mapping[str, Any]) -> int:
        return self.insert_multiple([document])[0]

    def insert_multiple(self, documents: Iterable[Mapping[str, Any]]) -> list[int]:
        """Append entries, durable when this returns; the numbers that they have in the file.

        Raises EntryRefused when a document is no entry of a known kind.
        """
        entries = [entry_of(document) for document in documents]
        file = self._storage.file
        before = len(file.entries)
        file.append(entries)
        number = {entry.id: n for n, entry in enumerate(file.entries[before:], before + 1)}
        return [number.get(entry.id) or self._number_of(entry) for entry in entries]

    def _number_of(self, entry: Entry) -> int:
        return 1 + [known.id for known in self._storage.file.entries].index(entry.id)

    def __len__(self) -> int:
        self._storage.file.refresh()
        return len(self._storage.file.entries)

    def _update_table(self, updater: object) -> NoReturn:  # noqa: ARG002
        """The one way that TinyDB's update, upsert, remove and truncate all go."""
        raise AppendOnly


class IncidentDatabase(TinyDB):
    """TinyDB with this storage and this table: `IncidentDatabase(path)`."""

    default_storage_class = IncidentStorage  # type: ignore[assignment]  # any Storage will do
    table_class = EntriesTable  # type: ignore[assignment]  # hidden by tinydb's mypy plugin
    default_table_name = ENTRIES

    def drop_tables(self) -> NoReturn:
        raise AppendOnly

    def drop_table(self, name: str) -> NoReturn:  # noqa: ARG002
        raise AppendOnly


def entry_of(document: Mapping[str, Any]) -> Entry:
    """The entry that a document is. Raises EntryRefused when it is none of a known kind."""
    if isinstance(document, Document) and "crc" in document:
        raise AppendOnly
    try:
        entry = decode(json.dumps(dict(document), ensure_ascii=False).encode())
    except (msgspec.DecodeError, ValueError, TypeError) as error:
        raise EntryRefused(f"The document is no entry: {error}.") from error
    if isinstance(entry, Unknown):
        raise EntryRefused(
            f'The document is no entry: its kind "{entry.newer_kind}" is not known here, '
            "or its fields do not fit that kind."
        )
    strange = sorted(set(document) - {"kind", *type(entry).__struct_fields__})
    if strange:
        raise EntryRefused(f'The document is no entry: {entry.id} has a field "{strange[0]}".')
    return entry
