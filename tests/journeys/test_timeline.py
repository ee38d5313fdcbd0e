"""Notes, amendments, undo, filter and zone, as a person would use them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.journeys.conftest import entries, incident_files, kinds
from tests.journeys.terminal import Terminal

Declared = Callable[..., Terminal]


def write(term: Terminal, words: str) -> None:
    term.send("n")
    term.wait_for("^ ?note ")
    term.type_text(words)
    term.send("enter")
    term.wait_for("Noted.")


def test_notes_with_mark_and_time(declared: Declared, home: Path) -> None:
    term = declared()
    write(term, "errors at 12 %")
    write(term, "!hypothesis 10m ago the pool is used up")
    write(term, "yesterday 23:50 the first alert")
    term.wait_for(r"• errors at 12 %")
    term.wait_for(r"\? hypothesis: the pool is")
    term.wait_for(r"── \w+ \d+ \w+ ──")
    first, second, third = (e for e in entries(home) if e["kind"] == "noted")
    assert "added" not in first
    assert second["mark"] == "hypothesis"
    assert second["at"] < second["added"]
    assert third["text"] == "the first alert"


def test_what_would_be_understood_is_shown_while_typing(declared: Declared) -> None:
    term = declared()
    term.send("n")
    term.type_text("!dec 00:01 hold")
    term.wait_for(r"decision, at .*00:01")
    term.send("escape")
    term.wait_for("Your note is kept")
    term.send("n")
    term.wait_for("!dec 00:01 hold")


def test_a_paste_of_many_lines_is_one_note(declared: Declared, home: Path) -> None:
    term = declared()
    term.paste("Traceback:\n  line one\n  line two\nValueError: no")
    term.wait_for("4 lines, one note")
    term.send("enter")
    term.wait_for(r"Traceback: \(\+3 lines\)")
    assert entries(home)[-1]["text"] == "Traceback:\n  line one\n  line two\nValueError: no"


def test_a_huge_paste_is_kept_in_a_file(declared: Declared, home: Path) -> None:
    term = declared()
    words = "line of a log\n" * 80_000
    term.paste(words)
    term.wait_for("It is kept in", timeout=30)
    (kept,) = (home / "state" / "kept").iterdir()
    assert kept.read_text() == words.replace("\r", "\n")
    assert kept.stat().st_mode & 0o777 == 0o600
    assert kinds(home) == ["declared", "copied"]


def test_amend_words_and_time_with_the_old_version_readable(declared: Declared, home: Path) -> None:
    term = declared()
    write(term, "errors at 21 %")
    term.send("2", "G", "e", "w")
    term.wait_for("amend the words")
    term.send("ctrl+u")
    term.type_text("errors at 12 %")
    term.send("enter")
    term.wait_for(r"errors at 12 % \(amended\)")
    term.send("e", "t")
    term.wait_for("when was it really")
    term.type_text("1m ago")
    term.send("enter")
    term.wait_for("Time amended")
    term.send("enter")
    term.wait_for("as it was first written")
    term.wait_for("errors at 21 %")
    assert kinds(home)[-3:] == ["noted", "amended", "amended"]


def test_undo_newest_and_take_back_a_selected_one(declared: Declared, home: Path) -> None:
    term = declared()
    write(term, "first")
    write(term, "second")
    term.send("u")
    term.wait_for(r"second \(undone\)")
    term.send("U")
    term.wait_for("Brought back")
    term.wait_gone(r"second \(undone\)")
    term.send("2", "G", "k", "delete")
    term.wait_for(r"first \(undone\)")
    assert kinds(home)[-5:] == ["noted", "noted", "undone", "undone", "undone"]


def test_filter_and_show_all_again(declared: Declared) -> None:
    term = declared()
    write(term, "pool size is 10")
    write(term, "cpu is fine")
    term.send("/")
    term.type_text("pool")
    term.wait_for(r"show entries with +1 entries")
    term.send("enter")
    term.wait_gone("cpu is fine")
    term.wait_for("/pool: 1 of")
    term.send("escape")
    term.wait_for("cpu is fine")


def test_utc_and_local(declared: Declared) -> None:
    term = declared(TZ="Asia/Tokyo")
    term.send("T")
    term.wait_for(r"Timeline \(UTC\)")
    term.wait_for(r"\d\d:\d\dZ")
    term.send("T")
    term.wait_gone(r"\d\d:\d\dZ")


def test_copy_the_timeline_as_markdown(declared: Declared, home: Path) -> None:
    term = declared()
    write(term, "errors at 12 %")
    before = len(term.clipboard)
    term.send("Y")
    term.wait_until(lambda: len(term.clipboard) > before, "the timeline on the clipboard")
    assert term.clipboard[-1].startswith("# checkout returns 500s\n")
    assert "errors at 12 %" in term.clipboard[-1]
    assert kinds(home)[-1] == "noted"


def test_a_secret_free_file_that_plain_tinydb_reads(declared: Declared, home: Path) -> None:
    term = declared()
    for number in range(20):
        term.send("n", f"note {number}", "enter")
    term.wait_for("note 19")
    term.wait_for("● saved")
    assert [e["text"] for e in entries(home) if e["kind"] == "noted"] == [
        f"note {number}" for number in range(20)
    ]
    assert incident_files(home)[0].stat().st_mode & 0o777 == 0o600
