from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cockpit.commands.note import MARK_NAMES
from cockpit.incident.entries import MARKS, SIZE_LIMIT

from .conftest import Cockpit

Read = Callable[..., list[dict[str, Any]]]


def test_a_note_is_on_disk_and_standard_output_stays_empty(
    cockpit: Cockpit, checkout: str, on_disk: Read
) -> None:
    said = cockpit("note", "rolled back api to 2.30")

    assert (said.code, said.out) == (0, "")
    assert checkout in said.err
    note = on_disk()[-1]
    assert (note["kind"], note["text"], note["via"]) == (
        "noted",
        "rolled back api to 2.30",
        "command",
    )


def test_mark_and_time_may_stand_in_the_line(
    cockpit: Cockpit, checkout: str, on_disk: Read
) -> None:
    said = cockpit("note", "!decision 10m ago hold all deploys")

    note = on_disk()[-1]
    assert said.code == 0
    assert (note["mark"], note["text"]) == ("decision", "hold all deploys")
    assert note["at"] < note["added"]


def test_mark_and_time_may_be_options_and_then_the_text_is_taken_as_it_is(
    cockpit: Cockpit, checkout: str, on_disk: Read
) -> None:
    said = cockpit("note", "14:02 !decision stays", "--mark", "impact", "--at", "yesterday 23:50")

    note = on_disk()[-1]
    assert said.code == 0
    assert (note["mark"], note["text"]) == ("impact", "14:02 !decision stays")
    assert note["at"] < note["added"]


@pytest.mark.parametrize("when", ["soon", "25:00", "in 20m", ""])
def test_words_that_are_no_time_are_refused(
    cockpit: Cockpit, checkout: str, on_disk: Read, when: str
) -> None:
    before = on_disk()
    said = cockpit("note", "x", "--at", when)

    assert said.code == 2
    assert "time" in said.err
    assert on_disk() == before


def test_standard_input_becomes_one_note_of_many_lines(
    cockpit: Cockpit, checkout: str, on_disk: Read
) -> None:
    said = cockpit("note", "-", given="first\nsecond\n\nfourth\n")

    assert said.code == 0
    assert on_disk()[-1]["text"] == "first\nsecond\n\nfourth"


def test_bytes_that_are_no_text_do_not_lose_the_rest(
    cockpit: Cockpit, checkout: str, on_disk: Read
) -> None:
    said = cockpit("note", "-", given=b"caf\xe9 is down\n")

    assert said.code == 0
    assert on_disk()[-1]["text"] == "caf\ufffd is down"


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_a_note_without_words_is_refused(
    cockpit: Cockpit, checkout: str, on_disk: Read, text: str
) -> None:
    before = on_disk()
    assert cockpit("note", text).code == 1
    assert cockpit("note", "-", given=text).code == 1
    assert on_disk() == before


def kept_in(home: Path) -> list[Path]:
    return list((home / "state" / "kept").glob("*"))


@pytest.mark.parametrize("size", [SIZE_LIMIT + 1, 1_000_000])
def test_a_text_over_the_limit_is_kept_in_a_file_whole(
    cockpit: Cockpit, checkout: str, on_disk: Read, home: Path, size: int
) -> None:
    before = on_disk()
    text = ("0123456789" * (size // 10 + 1))[:size]
    said = cockpit("note", "-", given=text)

    assert said.code == 2
    assert "64 KiB" in said.err
    [kept] = kept_in(home)
    assert str(kept) in said.err
    assert kept.read_text() == text
    assert kept.stat().st_mode & 0o077 == 0
    assert on_disk() == before


def test_a_text_that_is_over_the_limit_only_on_the_record_is_kept_too(
    cockpit: Cockpit, checkout: str, home: Path
) -> None:
    text = '"' * (SIZE_LIMIT - 10)  # each of them takes two bytes in JSON
    said = cockpit("note", text)

    assert said.code == 2
    [kept] = kept_in(home)
    assert kept.read_text() == text


def test_words_from_a_pipe_are_kept_when_no_incident_is_open(cockpit: Cockpit, home: Path) -> None:
    said = cockpit("note", "-", given="it is the database\n")

    assert said.code == 3
    [kept] = kept_in(home)
    assert kept.read_text() == "it is the database\n"
    assert str(kept) in said.err


def test_a_damaged_file_takes_no_note_and_the_words_are_kept(
    cockpit: Cockpit, checkout: str, files: Callable[[], list[Path]], home: Path
) -> None:
    cockpit("note", "one")
    cockpit("note", "two")
    path = files()[0]
    damaged = path.read_bytes().replace(b'"text":"one"', b'"text":"0ne"')
    path.write_bytes(damaged)

    said = cockpit("note", "three", "--incident", checkout)

    assert said.code == 6
    assert str(path) in said.err
    assert path.read_bytes() == damaged
    assert [kept.read_text() for kept in kept_in(home)] == ["three"]


def test_a_file_of_a_newer_cockpit_takes_no_note(
    cockpit: Cockpit, checkout: str, files: Callable[[], list[Path]]
) -> None:
    path = files()[0]
    newer = path.read_bytes().replace(b'"schema":1', b'"schema":2')
    path.write_bytes(newer)

    said = cockpit("note", "x", "--incident", checkout)

    assert said.code == 6
    assert "schema 2" in said.err
    assert path.read_bytes() == newer


def test_a_typo_in_the_config_is_said_and_keeps_no_note_from_the_record(
    cockpit: Cockpit, checkout: str, on_disk: Read, home: Path
) -> None:
    (home / "config.toml").write_text('thme = "light"\n')

    said = cockpit("note", "rolled back")

    assert said.code == 0
    assert "config.toml, line 1" in said.err
    assert "“theme”" in said.err
    assert on_disk()[-1]["text"] == "rolled back"


def test_the_option_knows_the_same_marks_as_the_record() -> None:
    assert MARK_NAMES == MARKS
