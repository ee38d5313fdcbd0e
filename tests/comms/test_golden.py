"""The words themselves, whole: each golden file is what one audience reads."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from cockpit.comms.draft import acknowledgement, draft, help_request
from cockpit.incident.entries import STAGES
from tests.comms.scene import KNOWN, LOCAL, at, blank, built_in, busy, declared, incident

GOLDEN = Path(__file__).parent / "golden"


def golden(file: str) -> dict[str, str]:
    """Title of a section -> its text."""
    whole = (GOLDEN / f"{file}.txt").read_text(encoding="utf-8")
    parts = re.split(r"^=== (.+)\n\n", whole, flags=re.M)[1:]
    return {title: text.strip() for title, text in zip(parts[::2], parts[1::2], strict=True)}


def stage_messages(audience: str) -> dict[str, Callable[[], str]]:
    def message(stage: str, known: bool) -> Callable[[], str]:
        made = (busy if known else blank)(stage)  # type: ignore[arg-type]
        return lambda: draft(built_in(audience), made, at(12), LOCAL).text

    return {
        f"{stage}, {'all known' if known else 'nothing known'}": message(stage, known)
        for stage in STAGES
        for known in (True, False)
    }


def first_words() -> dict[str, Callable[[], str]]:
    def message(*names: str) -> Callable[[], str]:
        facts = {name: KNOWN[name] for name in names}
        made = incident(declared(facts))
        return lambda: acknowledgement(built_in("team"), made, at(1), LOCAL).text

    return {
        "my change, all known": message(*KNOWN),
        "my change, impact not known": message("what", "change"),
        "my change, not known what fails": message("change"),
        "no change of mine": message("what", "impact", "since"),
        "nothing known": message(),
    }


def help_messages() -> dict[str, Callable[[], str]]:
    def message(known: bool) -> Callable[[], str]:
        team = built_in("team")
        if known:
            return lambda: (
                help_request(
                    team,
                    busy("investigating"),
                    "Ana",
                    "look at the database locks with me",
                    15,
                    at(12),
                    LOCAL,
                    room="#inc-checkout",
                ).text
            )
        return lambda: help_request(team, blank("investigating"), "", "", 1, at(12), LOCAL).text

    return {"all known": message(True), "nothing known": message(False)}


MESSAGES = {
    "team": stage_messages("team"),
    "stakeholders": stage_messages("stakeholders"),
    "customers": stage_messages("customers"),
    "first-words": first_words(),
    "help": help_messages(),
}
CASES = [(file, title) for file, messages in MESSAGES.items() for title in messages]


@pytest.mark.parametrize(
    ("file", "title"), CASES, ids=[f"{file}: {title}" for file, title in CASES]
)
def test_reads_exactly_so(file: str, title: str) -> None:
    assert MESSAGES[file][title]() == golden(file)[title]


@pytest.mark.parametrize("file", MESSAGES)
def test_every_golden_text_is_one_that_the_cockpit_drafts(file: str) -> None:
    assert list(golden(file)) == list(MESSAGES[file])
