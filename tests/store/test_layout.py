"""The bytes of an incident file."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.incident.entries import Declared, Entry, Noted, PlaybookText, Ticked, Unknown, decode
from cockpit.store import layout, recovery
from cockpit.store.errors import EntryRefused, NewerSchema, NotAnIncident
from tests.store.making import NOW, WHO, content, incident, note

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)).map(
    lambda moment: moment.replace(microsecond=0)
)
common: dict[str, Any] = {"id": words, "at": moments, "who": words}
any_entry: st.SearchStrategy[Entry] = st.one_of(
    st.builds(Noted, text=words, mark=st.sampled_from(["", "decision"]), **common),
    st.builds(Ticked, step=words, text=words, observed=words, **common),
    st.builds(
        Declared,
        facts=st.dictionaries(words, words, max_size=3),
        playbooks=st.lists(st.builds(PlaybookText, name=words, text=words), max_size=2).map(tuple),
        **common,
    ),
)


def test_a_file_is_one_entry_a_line_in_one_json_document() -> None:
    data = content([note(1, "on it"), note(2, "rolled back")])
    assert data.decode().splitlines() == [
        '{"meta":{"1":{"format":"cockpit-incident","schema":1,"created":"2026-11-24T14:02:00Z",'
        '"crc":"28efe4c3"}},',
        '"entries":{',
        '"1":{"id":"01JD0000000000000000000001","at":"2026-11-24T14:02:01Z","who":"ada@web1",'
        '"kind":"noted","text":"on it","crc":"b2da7116"}',
        ',"2":{"id":"01JD0000000000000000000002","at":"2026-11-24T14:02:02Z","who":"ada@web1",'
        '"kind":"noted","text":"rolled back","crc":"a9f0758d"}',
        "}}",
    ]
    assert list(json.loads(data)["entries"]) == ["1", "2"]


@given(st.lists(any_entry, max_size=6))
def test_any_entries_read_back_as_they_were(entries: list[Entry]) -> None:
    data = content(entries)
    reading = recovery.examine(Path("x.json"), data)
    assert reading.whole
    assert reading.entries == entries
    assert reading.body + layout.FOOTER == data
    json.loads(data)


@given(any_entry)
def test_an_entry_still_verifies_when_another_program_wrote_it_its_own_way(entry: Entry) -> None:
    sealed = layout.sealed_entry(entry)
    assert layout.verifies(sealed)
    styled = json.dumps(json.loads(sealed), indent=2).encode()
    assert layout.verifies(styled)
    assert decode(styled) == entry


def test_no_flipped_bit_goes_unnoticed() -> None:
    data = content(incident(4))
    honest = recovery.examine(Path("x.json"), data).entries
    for at in range(len(data)):
        for mask in (0x01, 0x20, 0x80, data[at]):
            flipped = bytearray(data)
            flipped[at] ^= mask
            try:
                reading = recovery.examine(Path("x.json"), bytes(flipped))
            except (NotAnIncident, NewerSchema):
                assert at < len(layout.head(NOW))
                continue
            assert not reading.whole, at
            assert all(entry in honest for entry in reading.entries + reading.later), at


@given(st.binary(max_size=300), st.integers(0, 900), st.integers(0, 900))
def test_no_bytes_make_reading_fail_in_any_other_way(noise: bytes, a: int, b: int) -> None:
    data = content(incident(4))
    a, b = sorted((a, b))
    for mangled in (noise, data[:a] + noise + data[b:]):
        try:
            reading = recovery.examine(Path("x.json"), mangled)
        except (NotAnIncident, NewerSchema):
            continue
        assert mangled == data or not reading.whole or reading.body + layout.FOOTER == mangled


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (note(1, "half a pair: \ud83d"), "U+D83D"),
        (note(1, "x" * 70_000), "69 KiB; 64 KiB is the limit"),
        (
            Declared(id="1", at=NOW, who=WHO, facts={"what": "x" * 1_100_000}),
            "1,075 KiB; 1,024 KiB is the limit",
        ),
        (Declared(id="1", at=NOW, who=WHO, facts={"what": float("nan")}), "cannot be written"),  # type: ignore[dict-item]
        (Unknown(id="1", at=NOW, who=WHO, newer_kind="teleported"), "needs a newer cockpit"),
    ],
    ids=["lone surrogate", "large note", "large declaration", "not a number", "newer kind"],
)
def test_what_cannot_be_kept_is_refused_with_the_reason(entry: Entry, said: str) -> None:
    with pytest.raises(EntryRefused) as refused:
        layout.sealed_entry(entry)
    assert said in str(refused.value)


def test_the_largest_entry_that_fits_is_taken() -> None:
    room = 64 * 1024 - len(layout.sealed_entry(note(1, "x"))) + 1
    assert len(layout.sealed_entry(note(1, "x" * room))) == 64 * 1024
    with pytest.raises(EntryRefused, match="65 KiB"):
        layout.sealed_entry(note(1, "x" * (room + 1)))
