"""From a shell prompt to the first honest message on the clipboard."""

from __future__ import annotations

from pathlib import Path

from tests.journeys.conftest import Opener, entries, incident_files, kinds, ready


def test_two_questions_and_three_keys(start: Opener, home: Path) -> None:
    term = start()
    term.wait_for("What is happening")
    term.type_text("checkout returns 500s after deploy")
    term.send("tab")
    term.type_text("no one can pay")
    term.send("enter")
    ready(term)
    term.wait_for("team update sent to your terminal")
    declaration, copied = entries(home)
    assert declaration["facts"] == {
        "what": "checkout returns 500s after deploy",
        "impact": "no one can pay",
    }
    assert [p["name"] for p in declaration["playbooks"]] == ["bad-deploy"]
    assert copied["audience"] == "team"
    assert term.clipboard == [copied["text"]]
    assert "checkout returns 500s after deploy" in copied["text"]
    assert "no one can pay" in copied["text"]
    assert copied["promise"] > copied["at"]


def test_nothing_known_yet_is_declared_by_one_key(start: Opener, home: Path) -> None:
    term = start()
    term.wait_for("What is happening")
    term.send("enter")
    ready(term)
    term.wait_for("not described yet")
    assert entries(home)[0]["facts"] == {}
    term.wait_until(lambda: kinds(home) == ["declared", "copied"], "the acknowledgement")
    assert "None" not in entries(home)[1]["text"]


def test_change_severity_and_playbook_on_the_same_screen(start: Opener, home: Path) -> None:
    term = start()
    term.wait_for("What is happening")
    term.type_text("pages are slow")
    term.send("tab", "tab")
    term.type_text("switched the cache off at 14:02")
    term.send("tab", "right", "right", "tab")
    term.wait_for("‹ SEV2 ›")
    term.send("enter")
    ready(term)
    first = entries(home)[0]
    assert first["severity"] == "SEV2"
    assert first["facts"]["change"] == "switched the cache off at 14:02"
    term.wait_for("I think I might have")


def test_a_burst_of_keys_lands_where_it_was_meant_to(start: Opener, home: Path) -> None:
    term = start()
    term.wait_for("What is happening")
    term.send("checkout down\tnobody can pay\r")
    ready(term)
    assert entries(home)[0]["facts"] == {"what": "checkout down", "impact": "nobody can pay"}
    term.send("nroll out of order\rn!decision stop deploys\r")
    term.wait_for("decision: stop deploys")
    notes = [e["text"] for e in entries(home) if e["kind"] == "noted"]
    assert notes == ["roll out of order", "stop deploys"]
    assert "taken" not in kinds(home)


def test_declare_from_the_shell_opens_the_cockpit(start: Opener, home: Path) -> None:
    term = start("declare", "checkout returns 500s", "--playbook", "bad-deploy")
    ready(term)
    term.wait_for("checkout returns 500s")
    assert kinds(home) == ["declared", "copied"]
    assert term.clipboard == [entries(home)[1]["text"]]
    term.send("q")
    assert term.wait_exit() == 0
    assert "checkout returns 500s" in bytes(term.received).decode()


def test_the_second_incident_takes_another_file(start: Opener, home: Path) -> None:
    for number in (1, 2):
        term = start("declare", "the same thing")
        ready(term)
        term.send("q")
        assert term.wait_exit() == 0
        assert len(incident_files(home)) == number


def test_esc_leaves_without_declaring(start: Opener, home: Path) -> None:
    term = start()
    term.wait_for("What is happening")
    term.type_text("x")
    term.send("escape")
    term.wait_for("Nothing is declared yet")
    term.send("ctrl+q")
    assert term.wait_exit() == 0
    assert incident_files(home) == []


def test_a_description_that_is_too_long_stays_in_its_field(start: Opener, home: Path) -> None:
    term = start()
    term.wait_for("What is happening")
    term.paste("very long " * 1000)
    term.send("enter")
    term.wait_for("characters; messages are made from it")
    assert incident_files(home) == []
