"""The header on screens of every width: never too long, and always says whether all is saved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from cockpit.incident.entries import Contained, Declared, Joined
from cockpit.incident.state import Incident
from cockpit.ui.panes.header import (
    HeaderFacts,
    Part,
    contained_part,
    first_line,
    second_line,
)
from tests.incident.story import Story, minute

TITLES = st.text(st.sampled_from("abc 世界🙈é\u202e\n\t") | st.characters(), max_size=200)
WIDTHS = st.integers(18, 200)
SAVED = st.sampled_from(
    [
        "saved",
        "saving",
        "read only",
        "NOT SAVED: disk full",
        "NOT SAVED: the incident's file was deleted; the next entry writes it again",
    ]
)


def incident(title: str = "checkout returns 500s", severity: str = "SEV2") -> Story:
    story = Story()
    story.tell(Declared, facts={"what": title}, severity=severity)
    return story


def facts(of: Incident, saved: str = "saved", minutes: float = 12) -> HeaderFacts:
    return HeaderFacts(of, minute(minutes), saved)


def words(line: Sequence[Part]) -> str:
    return "".join(part for part, _ in line)


def test_all_of_it_where_there_is_room() -> None:
    line = words(first_line(facts(incident().incident), 118))
    assert line.startswith("SEV2  checkout returns 500s   ")
    assert line.endswith("   investigating  12:00  alone 12:00  ● saved")


def test_who_is_here_instead_of_alone() -> None:
    story = incident()
    story.tell(Joined, person="ana")
    line = words(first_line(facts(story.incident), 118))
    assert "alone" not in line
    assert "sam ana" in line


@pytest.mark.parametrize("saved", ["saved", "saving", "NOT SAVED: disk full", "read only"])
def test_a_narrow_screen_keeps_the_title_and_the_state_of_saving(saved: str) -> None:
    line = words(first_line(facts(incident().incident, saved), 58))
    assert "checkout" in line
    assert line.endswith(saved)


@given(TITLES, WIDTHS, SAVED, st.sampled_from(["", "SEV1"]))
def test_never_too_long_and_always_says_whether_it_is_saved(
    title: str, width: int, saved: str, severity: str
) -> None:
    line = words(first_line(facts(incident(title, severity).incident, saved), width))
    assert cell_len(line) <= width
    assert "\n" not in line
    assert saved[: len("NOT SAVE")] in line


@given(
    WIDTHS,
    st.lists(
        st.tuples(
            st.sampled_from(["customers: first word in 04:59", "team overdue 12:01", "x" * 20]),
            st.sampled_from(["bad", "dim"]),
        ),
        max_size=5,
    ),
    st.sampled_from([None, ("still spreading? asked now", "bad"), ("contained", "good")]),
    st.integers(0, 3),
)
def test_the_second_line_is_never_too_long(
    width: int, owed: list[Part], spread: Part | None, others: int
) -> None:
    all_facts = HeaderFacts(incident().incident, minute(1), "saved", owed, spread, others)
    line = words(second_line(all_facts, width))
    assert 0 < cell_len(line) <= width


def test_what_is_overdue_comes_first_and_has_a_sign() -> None:
    owed = [("team overdue 02:00", "bad"), ("customers in 10:00", "dim")]
    spread = ("still spreading?", "warn")
    line = words(
        second_line(HeaderFacts(incident().incident, minute(1), "saved", owed, spread), 90)
    )
    assert line == "▲ team overdue 02:00   still spreading?   customers in 10:00"


def test_other_open_incidents_and_nobody_waiting() -> None:
    none = HeaderFacts(incident().incident, minute(1), "saved")
    assert words(second_line(none, 80)) == "nobody is waiting for a word"
    none.others_open = 2
    assert words(second_line(none, 80)) == "+2 open (o)"


def test_contained_after() -> None:
    story = incident()
    assert contained_part(story.incident) is None
    story.tell(Contained, at=minute(0) + timedelta(minutes=25))
    assert contained_part(story.incident) == ("contained after 25 min", "good")
