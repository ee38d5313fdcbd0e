"""Entries in words, and text that can't do anything but be read."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.incident.entries import (
    Amended,
    Answered,
    Closed,
    Contained,
    Copied,
    Declared,
    Entry,
    FactsSet,
    Joined,
    Left,
    Noted,
    PlaybookAdded,
    PlaybookSwapped,
    PlaybookText,
    Reopened,
    RoleTaken,
    SeveritySet,
    Skipped,
    Snoozed,
    SpreadChecked,
    StageSet,
    StepAdded,
    Taken,
    Ticked,
    Undone,
    Unknown,
    Unticked,
)
from cockpit.incident.wording import GLYPHS, describe, full_text, glyph, one_line, plain
from tests.incident.player import MANY_MOVES, Player
from tests.incident.story import Story, minute

STEP = {"step": "s", "text": "Roll back"}
COPY = {"audience": "team", "text": "We know\nand act", "route": "xclip", "certainty": "checked"}


@pytest.fixture
def story() -> Story:
    story = Story()
    story.tell(Declared, facts={"what": "down"})
    return story


# -- text ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("errors 12 % → 3 %", "errors 12 % → 3 %"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("of\r\nWindows", "of\nWindows"),
        ("over\rwritten", "over␍written"),
        ("\x1b[31mred\x1b[0m", "␛[31mred␛[0m"),
        ("\x1b]52;c;ZXZpbA==\x07", "␛]52;c;ZXZpbA==␇"),
        ("\x9b31m", "‹U+009B›31m"),
        ("nul\x00bel\x07del\x7f", "nul␀bel␇del␡"),
        ("\x0b\x0c\x1c\x85", "␋␌␜‹U+0085›"),
        ("a\u2028b\u2029c", "a‹U+2028›b‹U+2029›c"),
        ("rm \u202egnp.exe", "rm ‹U+202E›gnp.exe"),
        ("\u2066a\u2069\u200e\u200f\u061c", "‹U+2066›a‹U+2069›‹U+200E›‹U+200F›‹U+061C›"),
        ("zero\u200bwidth", "zero‹U+200B›width"),
        ("ad\u200dmin \u200cx", "ad‹U+200D›min ‹U+200C›x"),
        ("\u2060\ufeff\u00ad\u034f", "‹U+2060›‹U+FEFF›‹U+00AD›‹U+034F›"),
        ("\u3164\u115f\u2800", "‹U+3164›‹U+115F›‹U+2800›"),
        ("\U000e0041\U000e007f", "‹U+E0041›‹U+E007F›"),
        ("\ud800", "‹U+D800›"),
        ("👩\u200d💻 می\u200cخواهم", "👩\u200d💻 می\u200cخواهم"),
        ("❤\ufe0f שלום مرحبا 日本", "❤\ufe0f שלום مرحبا 日本"),
        ("", ""),
    ],
)
def test_what_cannot_be_seen_is_shown(text: str, shown: str) -> None:
    assert plain(text) == shown


@given(st.text(st.characters()))
def test_no_text_can_drive_a_terminal_or_turn_its_direction(text: str) -> None:
    shown = plain(text)
    for character in shown:
        assert (
            character in "\n\t\u200c\u200d"
            or unicodedata.category(character)[0] != "C"
            or (unicodedata.category(character) in ("Co", "Cn"))
        )
    shown.encode()
    assert plain(shown) == shown
    assert "\n" not in one_line(text)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("one", "one"),
        ("  a \t b  ", "a b"),
        ("\n\n first \n\n second\n", "first (+1 lines)"),
        ("a\nb\nc", "a (+2 lines)"),
        ("a\r\nb\r\n", "a (+1 lines)"),
        (" \n\t", ""),
        ("a\x0bb", "a␋b"),
        ("x" * 9999, "x" * 9999),
    ],
)
def test_a_text_in_one_line_says_how_much_follows(text: str, line: str) -> None:
    assert one_line(text) == line


# -- entries -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        (Declared, {"facts": {}}, "declared: something is wrong (not described yet)"),
        (
            Declared,
            {
                "facts": {"what": "down", "impact": "no one\ncan pay", "change": "api 2.31"},
                "severity": "SEV1",
            },
            "declared: down; impact: no one (+1 lines); my change: api 2.31 (SEV1)",
        ),
        (Noted, {"text": "errors\nfall"}, "errors (+1 lines)"),
        (Noted, {"text": "hold deploys", "mark": "decision"}, "decision: hold deploys"),
        (Noted, {"text": " \n"}, "(no words)"),
        (Ticked, STEP, "done: Roll back"),
        (Ticked, STEP | {"observed": "0.2 %"}, "done: Roll back; saw 0.2 %"),
        (Unticked, STEP, "open again: Roll back"),
        (Skipped, STEP | {"reason": "no canary"}, "skipped: Roll back (no canary)"),
        (Taken, STEP | {"by": "ana"}, "in progress: Roll back (ana)"),
        (Answered, {"step": "s", "text": "A flag?", "answer": "no"}, "A flag? no"),
        (StepAdded, {"step": "x", "text": "Call Bo", "phase": 2}, "step added: Call Bo"),
        (
            PlaybookAdded,
            {"playbooks": (PlaybookText("bad-deploy", ""), PlaybookText("x\x1b", ""))},
            "playbook added: bad-deploy, x␛",
        ),
        (PlaybookSwapped, {"playbooks": (PlaybookText("general", ""),)}, "playbook now: general"),
        (
            FactsSet,
            {"facts": {"impact": "all", "undo": "", "new\x1bone": "x"}},
            "who is affected, and how: all; how to undo it: not known; new␛one: x",
        ),
        (SeveritySet, {"severity": "SEV1"}, "severity: SEV1"),
        (SeveritySet, {"severity": ""}, "severity: unset"),
        (StageSet, {"stage": "monitoring"}, "stage: monitoring"),
        (SpreadChecked, {"spreading": "unknown"}, "still spreading? unknown"),
        (Contained, {}, "contained after 1 min"),
        (Contained, {"at": minute(-1)}, "contained"),
        (Joined, {"person": "ana"}, "ana joined"),
        (Left, {"person": "ana"}, "ana left"),
        (RoleTaken, {"role": "lead", "person": "ana"}, "lead: ana"),
        (RoleTaken, {"role": "lead\n", "person": ""}, "lead: nobody"),
        (Copied, COPY, "team told: “We know (+1 lines)” (copied)"),
        (
            Copied,
            COPY | {"certainty": "sent", "audience": "te\x1bam"},
            "te␛am told: “We know (+1 lines)” (sent to the terminal)",
        ),
        (
            Copied,
            COPY | {"certainty": "saved", "to": "ana"},
            "help request to ana: “We know (+1 lines)” (in the file only)",
        ),
        (
            Snoozed,
            {"audience": "team", "until": minute(9), "reason": "db team"},
            "promise to team moved: db team",
        ),
        (Closed, {}, "closed"),
        (Closed, {"note": "rolled back"}, "closed: rolled back"),
        (Reopened, {}, "reopened"),
        (Reopened, {"reason": "again"}, "reopened: again"),
        (Unknown, {"newer_kind": "paged\x1b"}, "“paged␛” needs a newer cockpit"),
        (Amended, {"entry": "e1", "text": "new\nwords"}, "amended: “new (+1 lines)”"),
        (Amended, {"entry": "e1", "when": minute(0)}, "amended: its time"),
        (Amended, {"entry": "e1", "mark": "impact"}, "amended: its mark"),
    ],
)
def test_each_kind_in_one_line(
    story: Story, kind: type[Entry], fields: dict[str, Any], words: str
) -> None:
    entry = story.tell(kind, **fields)
    assert describe(entry, story.incident) == words


def test_the_words_of_a_declaration_are_those_of_then(story: Story) -> None:
    story.entries.clear()
    declared = story.tell(Declared, facts={})
    story.tell(FactsSet, facts={"what": "payments fail"})
    assert describe(declared, story.incident).startswith("declared: something is wrong")


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        (Noted, {"text": "old"}, "undone: new"),
        (Ticked, STEP, "undone: done: Roll back; saw new"),
        (Copied, COPY, "not posted: team told: “new” (copied)"),
    ],
)
def test_an_undo_says_what_it_takes_back_as_amended(
    story: Story, kind: type[Entry], fields: dict[str, Any], words: str
) -> None:
    entry = story.tell(kind, **fields)
    story.tell(Amended, entry=entry.id, text="new")
    undo = story.tell(Undone, entry=entry.id)
    assert describe(undo, story.incident) == words


def test_an_undo_of_an_amendment_says_so(story: Story) -> None:
    note = story.tell(Noted, text="old")
    amendment = story.tell(Amended, entry=note.id, text="new")
    undo = story.tell(Undone, entry=amendment.id)
    assert describe(undo, story.incident) == "undone: amended: “new”"


def test_an_undo_of_an_undo_says_what_is_back(story: Story) -> None:
    note = story.tell(Noted, text="hello")
    undo = story.tell(Undone, entry=note.id)
    redo = story.tell(Undone, entry=undo.id)
    third = story.tell(Undone, entry=redo.id)
    assert describe(redo, story.incident) == "brought back: hello"
    assert describe(third, story.incident) == "an undo was taken back"


def test_an_undo_that_points_nowhere_or_at_itself_can_be_described(story: Story) -> None:
    nowhere = story.tell(Undone, entry="gone")
    itself = story.tell(Undone, entry="e3")
    assert describe(nowhere, story.incident) == "undone: an entry that is not here"
    assert describe(itself, story.incident) == "an undo was taken back"


@given(MANY_MOVES)
def test_every_entry_has_one_line_of_printable_words(moves: list[tuple[str, int, str]]) -> None:
    player = Player()
    player.play(moves)
    for entry in player.incident.entries:
        words = describe(entry, player.incident)
        assert words.strip()
        assert words == plain(words)
        assert "\n" not in words


@pytest.mark.parametrize(
    ("kind", "fields", "sign"),
    [
        (Noted, {"text": "x"}, "•"),
        (Noted, {"text": "x", "mark": "decision"}, "◆"),
        (Noted, {"text": "x", "mark": "hypothesis"}, "?"),
        (Noted, {"text": "x", "mark": "question"}, "¿"),
        (Noted, {"text": "x", "mark": "impact"}, "!"),
        (Copied, COPY, "✉"),
        (Unknown, {"newer_kind": "x"}, "?"),
        (Amended, {"entry": "e1"}, "?"),
    ],
)
def test_glyphs(story: Story, kind: type[Entry], fields: dict[str, Any], sign: str) -> None:
    assert glyph(story.tell(kind, **fields)) == sign


def test_glyphs_take_one_cell() -> None:
    for sign in GLYPHS.values():
        assert len(sign) == 1
        assert unicodedata.east_asian_width(sign) not in ("W", "F")


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        (Noted, {"text": "two\nlines\x1b"}, "two\nlines␛"),
        (Copied, COPY, "We know\nand act"),
        (Ticked, STEP, "Roll back"),
        (Ticked, STEP | {"observed": "0.2 %\n0.3 %"}, "Roll back\n0.2 %\n0.3 %"),
        (Skipped, STEP | {"reason": "no\ncanary"}, "Roll back\nno\ncanary"),
        (Snoozed, {"audience": "team", "until": minute(1), "reason": "db\nteam"}, "db\nteam"),
        (Closed, {"note": "it\nis over"}, "it\nis over"),
        (Reopened, {"reason": "again"}, "again"),
        (
            Declared,
            {"facts": {"what": "down", "since": "13:50", "mine": "x"}},
            "what is happening: down\nsince when: 13:50\nmine: x",
        ),
        (FactsSet, {"facts": {"undo": "roll\nback"}}, "how to undo it: roll\nback"),
        (Joined, {"person": "ana"}, ""),
    ],
)
def test_all_the_words_of_an_entry(
    story: Story, kind: type[Entry], fields: dict[str, Any], words: str
) -> None:
    assert full_text(story.tell(kind, **fields)) == words
