"""Facts, drafts, copying and promises."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from tests.journeys.conftest import entries, kinds
from tests.journeys.terminal import Terminal

Declared = Callable[..., Terminal]


def test_facts_severity_and_stage_reach_the_draft_at_once(declared: Declared, home: Path) -> None:
    term = declared()
    term.send("3", "]")
    term.send("f")
    term.wait_for("╭─ Facts")
    term.send("g", "down", "enter")
    term.wait_for("^ who is affected")
    term.send("ctrl+u")
    term.type_text("card payments fail")
    term.send("enter")
    term.wait_for("Fact sheet changed")
    term.wait_for("[Cc]ard payments fail[.]")
    term.send("v", "1")
    term.wait_for("^ SEV1")
    term.send("t", "d")
    term.wait_for("identified")
    assert kinds(home)[-3:] == ["facts-set", "severity-set", "stage-set"]
    assert entries(home)[-3]["facts"] == {"impact": "card payments fail"}


def test_copy_counts_as_told_and_can_be_taken_back(declared: Declared, home: Path) -> None:
    term = declared()
    choose(term, "customers")
    term.wait_for("customers: first word in")
    term.send("y")
    term.wait_for("customers update sent to your terminal")
    copied = entries(home)[-1]
    assert copied["kind"] == "copied"
    assert copied["audience"] == "customers"
    assert (copied["route"], copied["certainty"]) == ("osc52", "sent")
    assert term.clipboard[-1] == copied["text"]
    assert (home / "state" / "clipboard.txt").read_text() == copied["text"]
    term.wait_for("customers in ")
    term.send("delete")
    term.wait_for("Not posted")
    term.wait_for("customers: first word in")
    term.wait_until(lambda: kinds(home)[-2:] == ["copied", "undone"], "the undo is on disk")


def test_the_same_text_twice_is_one_update(declared: Declared, home: Path) -> None:
    term = declared()
    choose(term, "customers")
    term.send("e")
    term.wait_for("editing")
    term.send("ctrl+a")
    term.type_text("We're looking into it. Next update by 23:59 UTC. ")
    term.send("ctrl+s")
    term.wait_for("customers update sent")
    term.wait_until(lambda: kinds(home)[-1] == "copied", "the copy is on record")
    number = len(entries(home))
    term.send("delete")
    term.wait_for("Not posted")
    term.send("y")
    term.wait_until(lambda: len(entries(home)) == number + 2, "copied once more")
    term.send("y")
    term.wait_until(lambda: len(term.clipboard) >= 3, "the third copy")
    assert len(entries(home)) <= number + 3


def test_edit_in_place_and_draft_anew(declared: Declared, home: Path) -> None:
    term = declared()
    choose(term, "stakeholders")
    term.send("e")
    term.wait_for("editing")
    term.type_text("In my own words. ")
    term.send("escape")
    term.wait_for(r"your words \(D drafts anew\)")
    term.wait_for("In my own words")
    term.send("D")
    term.wait_gone("In my own words")
    term.send("D")
    term.wait_for("In my own words")


def test_edit_in_an_editor(declared: Declared, home: Path, tmp_path: Path) -> None:
    editor = tmp_path / "ed"
    editor.write_text("#!/bin/sh\necho 'From the editor.' > \"$1\"\n")
    editor.chmod(0o755)
    term = declared(EDITOR=str(editor))
    choose(term, "stakeholders")
    term.send("E")
    term.wait_for("From the editor")


def test_an_editor_that_is_not_there(declared: Declared) -> None:
    term = declared(EDITOR="/nowhere/ed")
    choose(term, "stakeholders")
    term.send("E")
    term.wait_for("can't be started")
    term.wait_for("next: ")


def test_ask_a_named_person_for_help(declared: Declared, home: Path) -> None:
    term = declared()
    term.send("3", "w")
    term.wait_for("who can help")
    term.send("enter")
    term.wait_for("Name one person")
    term.type_text("Ana")
    term.send("enter")
    term.wait_for("what should Ana do")
    term.type_text("20m look at the pool with me")
    term.send("enter")
    term.wait_for("where do you meet")
    term.type_text("#inc-checkout")
    term.send("enter")
    term.wait_for("to Ana")
    term.send("y")
    term.wait_until(lambda: kinds(home)[-1] == "copied", "the request is on record")
    request = entries(home)[-1]
    assert request["to"] == "Ana"
    assert "20 minutes" in request["text"]
    assert "#inc-checkout" in request["text"]
    term.send("r", "j")
    term.wait_for("who is here now")
    term.type_text("Ana")
    term.send("enter")
    term.wait_gone(r"alone \d")


def test_move_a_promise_and_say_why(declared: Declared, home: Path) -> None:
    term = declared()
    choose(term, "team")
    term.send("z")
    term.type_text("45m")
    term.send("enter")
    term.wait_for("needs a reason")
    term.type_text(" waiting for the vendor")
    term.send("enter")
    term.wait_for("promise to team is moved")
    assert entries(home)[-1]["reason"] == "waiting for the vendor"


def test_a_promise_that_falls_due_rings_once_and_is_in_the_title(
    declared: Declared, home: Path
) -> None:
    term = declared()
    assert term.title == "checkout returns 500s"
    bells = term.bell_count
    choose(term, "team")
    term.send("z")
    term.type_text("2s a very short promise")
    term.send("enter")
    term.wait_until(lambda: "1 overdue" in term.title, "the overdue promise in the title")
    term.wait_for("▲ team")
    term.wait_for(r"overdue 00:0[3-9]")
    assert term.bell_count == bells + 1


def choose(term: Terminal, audience: str) -> None:
    """Go to comms and step through the audiences until this one is chosen."""
    term.send("3")
    term.wait_for("╭─ Comms: ")
    for _ in range(4):
        shown = re.search(r"╭─ Comms: (\w+)", term.text())
        if shown is not None and shown[1] == audience:
            return
        term.send("]")
        term.wait_until(
            lambda was=shown: (
                (now := re.search(r"╭─ Comms: (\w+)", term.text())) is not None
                and (was is None or now[1] != was[1])
            ),
            "another audience",
        )
    raise AssertionError(term.text())
