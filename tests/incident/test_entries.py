"""Entries as lines of JSON."""

from __future__ import annotations

import json
from datetime import timedelta, timezone
from typing import Any, get_args

import msgspec
import pytest

from cockpit.incident.entries import (
    AnyEntry,
    Declared,
    Entry,
    Noted,
    PlaybookAdded,
    PlaybookSwapped,
    PlaybookText,
    Ticked,
    Unknown,
    decode,
    to_document,
)
from cockpit.incident.state import Incident
from cockpit.incident.wording import GLYPHS, describe
from tests.incident.story import START, minute

KINDS: tuple[type[Entry], ...] = get_args(AnyEntry)
BASE: dict[str, Any] = {"id": "e1", "at": "2026-11-24T14:00:00Z", "who": "sam@laptop"}


def line(**fields: Any) -> bytes:
    return json.dumps(BASE | fields).encode()


def test_a_line_is_flat_and_begins_with_who_did_what_when() -> None:
    entry = Ticked(
        id="e1", at=START, who="sam@laptop", step="roll-back", text="Roll back", observed="0.2 %"
    )
    assert json.dumps(to_document(entry)) == (
        '{"id": "e1", "at": "2026-11-24T14:00:00Z", "who": "sam@laptop", "kind": "ticked", '
        '"step": "roll-back", "text": "Roll back", "observed": "0.2 %"}'
    )


def test_what_was_not_said_is_not_written() -> None:
    entry = Noted(id="e1", at=START, who="sam@laptop", text="x")
    assert to_document(entry) == BASE | {"kind": "noted", "text": "x"}


def test_every_part_reads_back() -> None:
    entry = Declared(
        id="e1",
        at=START,
        added=minute(5),
        who="sam@laptop",
        via="command",
        facts={"what": "naïve ☃ “quotes” \n lines"},
        severity="SEV3",
        playbooks=(PlaybookText("general", "# General\n- [ ] x"),),
    )
    assert decode(json.dumps(to_document(entry)).encode()) == entry


def test_a_field_of_a_newer_version_is_ignored() -> None:
    assert decode(line(kind="noted", text="x", colour="red")) == decode(
        line(kind="noted", text="x")
    )


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "paged", "text": "x"},
        {"kind": "noted"},
        {"kind": "noted", "text": 5},
        {"kind": "noted", "text": "x", "mark": "rumour"},
        {"kind": "noted", "text": "x", "via": "carrier pigeon"},
        {"kind": "noted", "text": "x", "added": "2026-11-24T14:00:00"},
        {"kind": "stage-set", "stage": "panicking"},
        {"kind": "?", "newer_kind": "noted"},
    ],
)
def test_a_kind_or_a_value_from_a_newer_version_is_kept_as_unknown(fields: dict[str, Any]) -> None:
    entry = decode(line(**fields))
    assert entry == Unknown(id="e1", at=START, who="sam@laptop", newer_kind=fields["kind"])


@pytest.mark.parametrize("missing", ["id", "at", "who", "kind"])
def test_a_line_that_is_no_entry_at_all_is_an_error(missing: str) -> None:
    document = BASE | {"kind": "noted", "text": "x"}
    del document[missing]
    with pytest.raises(msgspec.DecodeError):
        decode(json.dumps(document).encode())


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"null", b'"x"', b"\xff", b'{"at":'])
def test_a_line_that_is_no_object_is_an_error(text: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        decode(text)


def test_a_time_without_its_zone_is_an_error() -> None:
    with pytest.raises(msgspec.DecodeError):
        decode(line(kind="noted", text="x", at="2026-11-24T14:00:00"))


def test_a_time_of_another_zone_is_the_same_moment() -> None:
    entry = decode(line(kind="noted", text="x", at="2026-11-24T15:00:00+01:00"))
    assert entry.at == START
    assert entry.at.utcoffset() in (timedelta(0), timedelta(hours=1))
    berlin = Noted(id="e1", at=START.astimezone(timezone(timedelta(hours=1))), who="x", text="x")
    assert decode(json.dumps(to_document(berlin)).encode()) == berlin


def test_an_entry_cannot_be_changed() -> None:
    entry = Noted(id="e1", at=START, who="sam@laptop", text="x")
    with pytest.raises(AttributeError):
        entry.text = "y"  # type: ignore[misc]


def test_only_what_carries_a_playbook_may_be_large() -> None:
    large = {kind for kind in KINDS if kind.size_limit > 64 * 1024}
    assert large == {Declared, PlaybookAdded, PlaybookSwapped}
    assert {kind.size_limit for kind in large} == {1024 * 1024}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_no_kind_holds_a_float(kind: type[Entry]) -> None:
    for field in msgspec.inspect.type_info(kind).fields:  # type: ignore[attr-defined]
        assert "Float" not in repr(field.type)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_has_a_glyph_and_words(kind: type[Entry]) -> None:
    samples: dict[str, Any] = {
        "facts": {"what": "down"},
        "playbooks": (PlaybookText("general", "x"),),
        "phase": 1,
        "until": minute(9),
        "answer": "yes",
        "stage": "monitoring",
        "spreading": "no",
        "certainty": "checked",
        "severity": "SEV1",
    }
    needed = {
        f.name: samples.get(f.name, "words") for f in msgspec.structs.fields(kind) if f.required
    }
    entry = kind(**needed | {"id": "e1", "at": START})
    words = describe(entry, Incident())
    assert words
    assert words != kind.__name__.lower() or kind.__name__ in ("Contained", "Closed", "Reopened")
    assert kind in GLYPHS or kind.__name__ == "Amended"
