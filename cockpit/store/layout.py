"""The bytes of an incident file: a head, one line an entry, a three-byte footer. No files here.

The comma leads the line, so that an append overwrites the footer alone. Each line carries a
checksum of its document in the one canonical encoding (the standard library's json, compact),
so that it still verifies after another program has written the same documents in its own style.
docs/file-format.md is the description for those other programs.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zlib import crc32

from cockpit.incident.entries import Entry, Unknown, decode, to_document
from cockpit.store.errors import EntryRefused

FORMAT = "cockpit-incident"
SCHEMA = 1
FOOTER = b"}}\n"

_CRC = b',"crc":"'
_TAIL = len(b',"crc":"01234567"}')
_HEAD_START = b'{"meta":{"1":'
_HEAD_END = b'},\n"entries":{\n'
_ANY_HEAD = re.compile(r'\s*\{\s*"meta"\s*:\s*\{\s*"1"\s*:\s*(?=\{)')
_NUMBERED = re.compile(rb',?"(\d+)":(\{.*\})', re.DOTALL)

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
_decoder = json.JSONDecoder()


def canonical(document: dict[str, Any]) -> bytes:
    """The one encoding that checksums are made of. Raises ValueError for what has no such form."""
    return _encode(document).encode()


def seal(document: dict[str, Any]) -> bytes:
    """The document in its canonical encoding, with its checksum as the last member."""
    plain = canonical(document)
    return plain[:-1] + b',"crc":"%08x"}' % crc32(plain)


def sealed_entry(entry: Entry) -> bytes:
    """The entry's JSON object as it goes into the file.

    Raises EntryRefused when it is too large or cannot be written as JSON.
    """
    if isinstance(entry, Unknown):
        raise EntryRefused(f'An entry of kind "{entry.newer_kind}" needs a newer cockpit.')
    document = to_document(entry)
    try:
        sealed = seal(document)
    except UnicodeEncodeError as error:
        broken = error.object[error.start]
        raise EntryRefused(
            f"The {document['kind']} entry has a broken character (U+{ord(broken):04X}) "
            "that no file can keep. Type that part anew."
        ) from error
    except ValueError as error:
        raise EntryRefused(f"The {document['kind']} entry cannot be written: {error}.") from error
    if len(sealed) > entry.size_limit:
        raise EntryRefused(
            f"The {document['kind']} entry takes {-(-len(sealed) // 1024):,} KiB; "
            f"{entry.size_limit // 1024:,} KiB is the limit. Make it shorter, or keep the text "
            "in a file and note where it is."
        )
    return sealed


def line(number: int, sealed: bytes) -> bytes:
    """Entry `number` (from 1) as a line of the file."""
    return _key(number) + sealed + b"\n"


def head(created: datetime) -> bytes:
    """All that comes before the first entry. `created` is aware; it is written as UTC."""
    moment = created.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return head_of({"format": FORMAT, "schema": SCHEMA, "created": moment})


def head_of(meta: dict[str, Any]) -> bytes:
    return _HEAD_START + seal(meta) + _HEAD_END


def _key(number: int) -> bytes:
    return b',"%d":' % number if number > 1 else b'"1":'


def verifies(sealed: bytes) -> bool:
    """Whether a JSON object matches the checksum that it carries."""
    if (
        sealed[-_TAIL:-10] == _CRC
        and b"%08x" % crc32(b"}", crc32(sealed[:-_TAIL])) == sealed[-10:-2]
    ):
        return sealed.endswith(b'"}')
    try:
        document = json.loads(sealed)
    except (ValueError, RecursionError):
        return False
    return isinstance(document, dict) and document_verifies(document)


def document_verifies(document: dict[str, Any]) -> bool:
    """The same for a parsed object, whatever style its JSON had."""
    plain = {name: value for name, value in document.items() if name != "crc"}
    try:
        return f"{crc32(canonical(plain)):08x}" == document.get("crc")
    except (ValueError, RecursionError):
        return False


def entry_in(sealed: bytes) -> Entry | None:
    """The entry that a JSON object is. None when it is none, even though its checksum may match."""
    try:
        return decode(sealed)
    except (ValueError, RecursionError):  # a msgspec.DecodeError is a ValueError
        return None


def meta_of(data: bytes) -> dict[str, Any] | None:
    """What the file's head says of itself, in any style of JSON; None when it is not ours."""
    text = data[:4096].decode("utf-8", "ignore")
    found = _ANY_HEAD.match(text)
    if not found:
        return None
    try:
        meta, _ = _decoder.raw_decode(text, found.end())
    except (ValueError, RecursionError):
        return None
    return meta if is_ours(meta) else None


def is_ours(meta: object) -> bool:
    return isinstance(meta, dict) and meta.get("format") == FORMAT


def body_start(data: bytes) -> int | None:
    """Where the first entry begins, when the head is exactly ours and verifies."""
    end = data.find(_HEAD_END, 0, 4096)
    if not data.startswith(_HEAD_START) or end < 0:
        return None
    return end + len(_HEAD_END) if verifies(data[len(_HEAD_START) : end]) else None


@dataclass(frozen=True)
class Damage:
    """What does not verify, from `offset` (bytes) on, where entry `number` should be.

    torn    the way an interrupted write leaves a file: nothing whole is behind it.
    what    continues a sentence: "does not match its checksum".
    """

    number: int
    offset: int
    what: str
    torn: bool


@dataclass
class Scan:
    """The entries of a file from some line on.

    end              where the next line goes: behind the last whole entry, bytes.
    newline_missing  the last entry is whole but for its newline, which goes to `end` first.
    damage           None when the footer follows, and then nothing.
    later            entries that verify behind the damage.
    """

    entries: list[Entry] = field(default_factory=list)
    end: int = 0
    newline_missing: bool = False
    damage: Damage | None = None
    later: list[Entry] = field(default_factory=list)


def scan(data: bytes, start: int, number: int) -> Scan:
    """Read and verify the lines of `data` from `start` on, of which the first is `number`."""
    found = Scan()
    at = start
    what = ""
    while (stop := data.find(b"\n", at)) >= 0:
        key = _key(number)
        sealed = data[at + len(key) : stop]
        if not data.startswith(key, at) or not verifies(sealed):
            break
        entry = entry_in(sealed)
        if entry is None:
            what = "is not an entry"
            break
        found.entries.append(entry)
        at = stop + 1
        number += 1
    found.end = at
    rest = data[at:]
    if rest != FOOTER:
        _judge(found, rest, number, what)
    return found


def _judge(found: Scan, rest: bytes, number: int, what: str) -> None:
    """Tell an interrupted write from damage, so that nothing acknowledged is ever trimmed."""
    last = rest.rstrip(b"\0")
    key = _key(number)
    if last.startswith(key) and b"\n" not in last and verifies(last[len(key) :]):
        entry = entry_in(last[len(key) :])
        if entry is not None:
            found.entries.append(entry)
            found.damage = Damage(number + 1, found.end + len(last), "is cut off", torn=True)
            found.end += len(last)
            found.newline_missing = True
            return
        what = "is not an entry"
    first, newline, behind = rest.partition(b"\n")
    found.later = intact_lines(behind)
    numbered = _NUMBERED.fullmatch(first) if newline and b"\0" not in first else None
    torn = False
    if what:
        pass
    elif numbered and verifies(numbered[2]):
        what = f"is numbered {int(numbered[1])}"
    elif numbered:
        what = "does not match its checksum"
    elif found.later:
        what = "cannot be read, but entries behind it can"
    elif b"\0" in rest or not rest.endswith(FOOTER) or rest.startswith(b"}"):
        what = "is cut off"
        torn = True
    else:
        what = "cannot be read"
    found.damage = Damage(number, found.end, what, torn)


def intact_lines(data: bytes) -> list[Entry]:
    """Every entry that verifies in a stretch of bytes that is not in order."""
    entries = []
    for text in data.split(b"\n"):
        numbered = _NUMBERED.fullmatch(text)
        if numbered and verifies(numbered[2]) and (entry := entry_in(numbered[2])):
            entries.append(entry)
    return entries
