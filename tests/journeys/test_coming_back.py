"""Leaving by any means, and coming back to the same place with nothing lost."""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from tests.journeys.conftest import Opener, entries, kinds, ready
from tests.journeys.terminal import Terminal

Declared = Callable[..., Terminal]
Run = Callable[..., CompletedProcess[str]]

WITHIN = 1.5
"""Seconds from the last key until unfinished words must be on the disk."""
SANE = {
    "the alternate screen": (b"\x1b[?1049h", b"\x1b[?1049l"),
    "the cursor": (b"\x1b[?25l", b"\x1b[?25h"),
    "the paste brackets": (b"\x1b[?2004h", b"\x1b[?2004l"),
    "the mouse": (b"\x1b[?1003h", b"\x1b[?1003l"),
}
"""What a program does to a terminal, and how it is put right again."""


def words(home: Path) -> dict[str, Any]:
    (file,) = (home / "state" / "drafts").glob("*.json")
    found: dict[str, Any] = json.loads(file.read_text())
    return found


def kept(home: Path, look: Callable[[dict[str, Any]], bool]) -> Callable[[], bool]:
    def on_disk() -> bool:
        try:
            return look(words(home))
        except (ValueError, KeyError):  # no file yet, or nothing of the kind in it
            return False

    return on_disk


def work(term: Terminal) -> None:
    """Go to the third step, write half a draft for the stakeholders, and half a note."""
    term.send("j", "j", "3")
    term.wait_for("╭─ Comms: customers")
    term.send("[")
    term.wait_for("╭─ Comms: stakeholders")
    term.send("e")
    term.wait_for("editing")
    term.type_text("Half a sentence about")
    term.send("escape")
    term.wait_for("your words")
    term.send("n")
    term.type_text("!decision roll ba")
    term.wait_for("^ !decision roll ba")


def sane(term: Terminal) -> None:
    """The shell has its terminal back."""
    assert not term.full_screen
    received = bytes(term.received)
    for what, (taken, given_back) in SANE.items():
        assert received.rfind(given_back) > received.rfind(taken), what


def press_q(term: Terminal) -> None:
    term.send("escape")  # in a text field q is a letter
    term.wait_for("Your note is kept")
    term.send("q")


WAYS: dict[str, Callable[[Terminal], None]] = {
    "q": press_q,
    "ctrl+q, with the note line open": lambda term: term.send("ctrl+q"),
    "closing the terminal": lambda term: term.hang_up(),
    "SIGINT": lambda term: term.kill(signal.SIGINT),
    "SIGTERM": lambda term: term.kill(signal.SIGTERM),
    "kill -9": lambda term: term.kill(signal.SIGKILL),
}


@pytest.mark.parametrize("way", WAYS)
def test_the_next_start_opens_where_it_was_left(
    declared: Declared, start: Opener, run: Run, home: Path, way: str
) -> None:
    term = declared()
    work(term)
    if way == "kill -9":
        term.wait_until(
            kept(home, lambda found: found.get("note") == "!decision roll ba"),
            "the half-written note is on the disk",
            timeout=WITHIN,
        )
    WAYS[way](term)
    assert term.wait_exit() == (-signal.SIGKILL if way == "kill -9" else 0)
    if way not in ("kill -9", "closing the terminal"):
        sane(term)
    noted = run("note", "the deploy was rolled back")
    assert noted.returncode == 0, noted.stderr

    term = start()
    ready(term)
    term.wait_for(r"You left \d+ s ago, at “Set the severity”")
    term.wait_for(r"Since then \(1\): the deploy was rolled back")
    term.wait_for("Kept as you left it: a note, the draft for stakeholders")
    term.wait_for("^.*╭─ Comms: stakeholders")
    assert "Half a sentence about" in term.text()
    term.send("3", "D")  # the draft has the focus: D is about it
    term.wait_for("Drafted anew")
    term.send("D")
    term.wait_for("Half a sentence about")
    term.send("n")
    term.wait_for("^ !decision roll ba")
    term.type_text("ck")
    term.send("enter")
    term.wait_for("decision: roll back")
    term.wait_for("● saved")
    assert [e["text"] for e in entries(home) if e["kind"] == "noted"] == [
        "the deploy was rolled back",
        "roll back",
    ]


def test_a_draft_is_kept_while_it_is_being_edited(
    declared: Declared, start: Opener, home: Path
) -> None:
    term = declared()
    term.send("3")
    term.wait_for("╭─ Comms: customers")
    term.send("e")
    term.wait_for("editing")
    for word in ("We ", "are ", "look", "ing"):
        term.type_text(word)
    term.wait_until(
        kept(home, lambda found: found["drafts"].get("customers", "").startswith("We are looking")),
        "the draft is on the disk",
        timeout=WITHIN,
    )
    term.kill(signal.SIGKILL)
    assert term.wait_exit() == -signal.SIGKILL
    term = start()
    ready(term)
    term.wait_for("We are looking")
    term.wait_for("Kept as you left it: the draft for customers")


def test_the_last_key_before_a_proper_end_is_kept(
    declared: Declared, start: Opener, home: Path
) -> None:
    term = declared()
    term.send("n")
    term.type_text("to the very last lette")
    term.wait_for("last lette")
    term.send("r", "ctrl+q")
    assert term.wait_exit() == 0
    assert words(home)["note"] == "to the very last letter"


def test_what_was_shown_as_saved_is_there_after_kill_9(
    declared: Declared, start: Opener, home: Path
) -> None:
    term = declared()
    for number in range(5):
        term.send("n")
        term.type_text(f"number {number}")
        term.send("enter")
        term.wait_for(f"• number {number}")
    term.wait_for("● saved")
    term.kill(signal.SIGKILL)
    term.wait_exit()
    assert kinds(home) == ["declared", "copied", *["noted"] * 5]
    assert [entry["text"] for entry in entries(home)[2:]] == [f"number {n}" for n in range(5)]
    term = start()
    ready(term)
    term.wait_for("• number 4")


def test_the_card_says_what_is_overdue_and_is_put_away(
    declared: Declared, start: Opener, home: Path
) -> None:
    term = declared()
    term.send("3")
    term.wait_for("╭─ Comms: customers")
    term.send("z")
    term.type_text("1s promised too much")
    term.send("enter")
    term.wait_for(r"▲ customers: never told, \d\d:\d\d")
    term.send("q")
    assert term.wait_exit() == 0
    term = start()
    ready(term)
    term.wait_for(r"Overdue: customers: never told, \d\d:\d\d")
    term.wait_for("Nothing was written down since then")
    assert term.title.startswith("(1 overdue) checkout")
    term.send("escape")
    term.wait_gone("Welcome back")
    term.send("1", "space")
    term.wait_for("Done: ")


def test_several_starts_with_two_incidents_open_the_one_that_was_used_last(
    declared: Declared, start: Opener, run: Run, home: Path
) -> None:
    first = declared()
    assert run("declare", "mail is late", "--no-open").returncode == 0
    first.send("n")
    first.type_text("still here")
    first.send("enter")
    first.wait_for("• still here")
    first.send("q")
    assert first.wait_exit() == 0
    term = start()
    ready(term)
    term.wait_for("^ SEV[?]  checkout returns 500s")
    term.wait_for(r"1 other incident is open; o shows them|\+1 open \(o\)")
    term.send("o")
    term.wait_for("mail is late")
    shown = re.search(r"mail is late +\(", term.text())
    assert shown is not None
    term.send("escape")
    term.wait_gone("─ incidents ─")
    term.send("q")
    assert term.wait_exit() == 0
