"""Reading an incident file that may have been through something, and putting its end right.

Three things are told apart. Torn: an interrupted write; its remains are kept and trimmed.
Rewritten: plain TinyDB wrote the same documents in its own style; they verify, and the layout is
put back. Damaged: everything else; such a file is never written to.
"""

from __future__ import annotations

import contextlib
import json
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zlib import crc32

from cockpit.incident.entries import Entry
from cockpit.store import atomic, layout, system
from cockpit.store.errors import Damaged, Gone, NewerSchema, NotAnIncident, reason_for
from cockpit.store.layout import FOOTER, Damage


@dataclass
class Reading:
    """What a file holds.

    body       its verified bytes in our layout, from the head to the last whole line.
    entries    the same as entries.
    damage     what follows and does not verify; None when all does.
    rewritten  the file is not in our layout, though all of it verifies.
    later      entries that verify behind the damage.
    """

    body: bytes
    entries: list[Entry]
    damage: Damage | None = None
    rewritten: bool = False
    newline_missing: bool = False
    later: list[Entry] = field(default_factory=list)

    @property
    def corrupt(self) -> bool:
        return self.damage is not None and not self.damage.torn

    @property
    def whole(self) -> bool:
        """In our layout to the last byte."""
        return self.damage is None and not self.rewritten


def read_all(fd: int) -> bytes:
    """The whole file. Raises OSError."""
    parts = []
    offset = 0
    while part := os.pread(fd, max(os.fstat(fd).st_size - offset, 0) + 1, offset):
        parts.append(part)
        offset += len(part)
    return b"".join(parts)


def refuse_foreign(path: Path) -> None:
    """Look at a file without touching it or its folder.

    Raises Gone, NotAnIncident or NewerSchema.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise NotAnIncident(path, "is not a file")
        with path.open("rb") as file:
            data = file.read(4096)
            if not _is_ours(path, data):
                examine(path, data + file.read())
    except OSError as error:
        raise unreadable(path, error) from error


def unreadable(path: Path, error: OSError) -> Gone:
    return Gone(path, reason_for(error), deleted=isinstance(error, FileNotFoundError))


def _is_ours(path: Path, data: bytes) -> bool:
    meta = layout.meta_of(data)
    return meta is not None and _refuse_newer(path, meta)


def _refuse_newer(path: Path, meta: dict[str, Any]) -> bool:
    schema = meta.get("schema")
    if isinstance(schema, int) and schema > layout.SCHEMA:
        raise NewerSchema(path, schema, layout.SCHEMA)
    return True


def examine(path: Path, data: bytes) -> Reading:
    """Verify every byte of a file's content. Raises NotAnIncident or NewerSchema."""
    if not data:
        raise NotAnIncident(path, "is empty")
    ours = _is_ours(path, data)
    start = layout.body_start(data)
    if start is not None:
        found = layout.scan(data, start, 1)
        body = data[: found.end] + (b"\n" if found.newline_missing else b"")
        return Reading(
            body,
            found.entries,
            found.damage,
            newline_missing=found.newline_missing,
            later=found.later,
        )
    try:
        tables = json.loads(data)
    except (ValueError, RecursionError):
        later = layout.intact_lines(data)
        if not ours and not later:
            raise NotAnIncident(path, _what_it_is(data)) from None
        what = "is not whole JSON" if ours else "cannot be read"
        return Reading(b"", [], Damage(0, 0, what, torn=False), later=later)
    meta = _first(tables, "meta")
    if not layout.is_ours(meta):
        raise NotAnIncident(path, _whose_it_is(tables))
    _refuse_newer(path, meta)
    return _rewritten(data, meta, tables)


def _first(tables: object, name: str) -> Any:
    table = tables.get(name) if isinstance(tables, dict) else None
    return table.get("1") if isinstance(table, dict) else None


def _rewritten(data: bytes, meta: dict[str, Any], tables: dict[str, Any]) -> Reading:
    """The documents as plain TinyDB leaves them: any style of JSON, the same checksums."""
    if not layout.document_verifies(meta):
        damage = Damage(0, 0, "does not match its checksum", torn=False)
        return Reading(b"", [], damage, later=_verified(tables))
    body = bytearray(layout.head_of(_plain(meta)))
    entries: list[Entry] = []
    documents = tables.get("entries")
    for number, (key, document) in enumerate(
        documents.items() if isinstance(documents, dict) else (), start=1
    ):
        what = ""
        if key != str(number):
            what = f"is numbered {key}"
        elif not isinstance(document, dict) or "crc" not in document:
            what = "has no checksum, so no cockpit wrote it"
        elif not layout.document_verifies(document):
            what = "does not match its checksum"
        else:
            sealed = layout.seal(_plain(document))
            entry = layout.entry_in(sealed)
            if entry is None:
                what = "is not an entry"
            else:
                entries.append(entry)
        if what:
            offset = max(data.find(f'"{key}":'.encode()), 0)
            later = _verified(tables)[len(entries) :]
            return Reading(b"", entries, Damage(number, offset, what, torn=False), later=later)
        body += layout.line(number, sealed)
    if others := [name for name in tables if name not in {"meta", "entries"} and tables[name]]:
        offset = max(data.find(f'"{others[0]}"'.encode()), 0)
        what = f'is in a table "{others[0]}" that no cockpit wrote'
        damage = Damage(len(entries) + 1, offset, what, torn=False)
        return Reading(bytes(body), entries, damage, rewritten=True)
    return Reading(bytes(body), entries, rewritten=True)


def _plain(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name != "crc"}


def _verified(tables: dict[str, Any]) -> list[Entry]:
    entries = []
    documents = tables.get("entries")
    for document in documents.values() if isinstance(documents, dict) else ():
        if isinstance(document, dict) and layout.document_verifies(document):
            entry = layout.entry_in(layout.seal(_plain(document)))
            if entry is not None:
                entries.append(entry)
    return entries


def _what_it_is(data: bytes) -> str:
    try:
        text = data[:4096].decode("utf-8", "strict" if len(data) <= 4096 else "ignore")
    except UnicodeDecodeError:
        return "is a binary file, not an incident"
    return "is a binary file, not an incident" if "\0" in text else "is not JSON"


def _whose_it_is(tables: object) -> str:
    if (
        isinstance(tables, dict)
        and tables
        and all(
            isinstance(table, dict) and all(key.isdigit() for key in table)
            for table in tables.values()
        )
    ):
        return "is a TinyDB file of another program, not an incident"
    return "is JSON, but not an incident"


def keep(path: Path, why: str, data: bytes) -> Path:
    """Put a copy into the quarantine folder beside the file; the same bytes only once.

    Raises OSError.
    """
    folder = path.parent / "quarantine"
    atomic.make_folder(folder)
    copy = folder / f"{path.stem}.{why}-{crc32(data):08x}{path.suffix}"
    with contextlib.suppress(FileExistsError):
        atomic.create(copy, data)
    return copy


def damaged(path: Path, damage: Damage, data: bytes, advice: str = "") -> Damaged:
    """The error for a file that must not be written to, with a copy of it in quarantine."""
    copy = None
    with contextlib.suppress(OSError):
        copy = keep(path, "damaged", data)
    return Damaged(
        path,
        damage.what,
        number=damage.number,
        offset=damage.offset,
        copy=copy,
        advice=advice,
    )


def put_end_right(fd: int, end: int, tail: bytes = FOOTER) -> None:
    """Cut what is behind `end` (bytes), close the file with `tail`, and sync. Raises OSError.

    Cutting comes first: stopped in between, the file is one without a footer, and the write
    needs no room on the disk that the file does not have.
    """
    if os.fstat(fd).st_size > end + len(tail):
        system.ftruncate(fd, end + len(tail))
    system.write_all(fd, tail, end)
    system.fdatasync(fd)


def keep_evidence(path: Path, data: bytes, reading: Reading) -> Path | None:
    """Keep what a repair will not leave in the file; None when that is nothing. Raises OSError."""
    if reading.rewritten:
        return keep(path, "rewritten", data)
    if reading.corrupt:
        return keep(path, "damaged", data)
    end = len(reading.body) - reading.newline_missing
    remains = data[end:]
    if FOOTER.startswith(remains.strip(b"\0\n")):
        return None
    return keep(path, f"torn-at-{end}", remains)


def repair(path: Path, fd: int, data: bytes, reading: Reading) -> str:
    """Make a torn or rewritten file whole, with the evidence kept first.

    Returns a sentence about it. Raises OSError; then the end of the file may be gone, or not be
    on the disk, and the descriptor is not to be written to any more.
    """
    copy = keep_evidence(path, data, reading)
    if reading.rewritten:
        atomic.write(path, reading.body + FOOTER)
        return (
            f"{path.name} had been rewritten by another program. All {len(reading.entries)} "
            f"entries verify and the layout is put back; the file as it was is in {copy}."
        )
    end = len(reading.body) - reading.newline_missing
    put_end_right(fd, end, b"\n" + FOOTER if reading.newline_missing else FOOTER)
    kept = f"What there was of it is in {copy}." if copy else "Nothing was lost."
    return (
        f"The last write to {path.name} had been interrupted; its end is put right behind entry "
        f"{len(reading.entries)}. {kept}"
    )
