"""What goes wrong on a first try: no playbook, no clipboard, a tiny window, a cockpit elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.journeys.conftest import Opener, entries, incident_files, kinds, ready
from tests.journeys.terminal import Terminal

Declared = Callable[..., Terminal]


def test_with_no_playbook_chosen_there_is_a_checklist_all_the_same(
    start: Opener, home: Path
) -> None:
    term = start("declare", "something is odd")
    ready(term)
    term.wait_for("3 Contain the damage +0/")
    assert [one["name"] for one in entries(home)[0]["playbooks"]] == ["general"]


def test_with_no_clipboard_anywhere_the_text_is_in_a_file_that_is_named(
    start: Opener, home: Path
) -> None:
    term = start("declare", "something is odd", DISPLAY=":77", PATH="/nonexistent")
    ready(term)
    term.send("3")
    term.wait_for("╭─ Comms: customers")
    term.send("y")
    term.wait_for("the text is also in")
    term.wait_for(r"clipboard\.txt")
    term.wait_for("install xclip")
    term.wait_until(lambda: kinds(home).count("copied") == 2, "the copy is on record")
    assert (home / "state" / "clipboard.txt").read_text() == entries(home)[-1]["text"]


def test_everything_can_be_done_in_a_tiny_window(start: Opener, home: Path) -> None:
    term = start(rows=5, cols=20)
    term.wait_for("happening")
    term.type_text("it broke")
    term.send("enter")
    term.wait_until(lambda: incident_files(home) and kinds(home) == ["declared", "copied"], "it")
    term.wait_for("● saved")
    term.send("n")
    term.type_text("seen from 20x5")
    term.send("enter")
    term.wait_until(lambda: kinds(home)[-1] == "noted", "the note is on the disk")
    term.send("1", "space")
    term.wait_until(lambda: kinds(home)[-1] == "ticked", "the tick is on the disk")
    term.send("q")
    assert term.wait_exit() == 0
    assert b"Traceback" not in bytes(term.received)


def test_a_second_cockpit_opens_the_same_incident_and_both_go_on(
    declared: Declared, start: Opener, home: Path
) -> None:
    one = declared()
    two = start(rows=24, cols=80)
    ready(two)
    two.send("space")
    one.wait_for(r"1 Own it +1/", timeout=5)
    one.send("j", "space")
    two.wait_for(r"1 Own it +2/", timeout=5)
    two.send("q")
    assert two.wait_exit() == 0
    one.send("n", "the first goes on", "enter")
    one.wait_for("• the first goes on")
    one.wait_for("● saved")
    assert kinds(home)[2:] == ["ticked", "ticked", "noted"]
