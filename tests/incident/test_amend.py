"""Amendments: words and times put right, with the old version still readable."""

from __future__ import annotations

from typing import Any

import pytest

from cockpit.incident import actions
from cockpit.incident.actions import Refusal
from cockpit.incident.entries import (
    Amended,
    Closed,
    Contained,
    Copied,
    Declared,
    Entry,
    Joined,
    Noted,
    Reopened,
    Skipped,
    Snoozed,
    Ticked,
    Undone,
    Unknown,
)
from cockpit.incident.state import TEXT_FIELDS
from tests.incident.story import Story, minute

WORDED: list[tuple[type[Entry], dict[str, Any]]] = [
    (Noted, {"text": "old"}),
    (Ticked, {"step": "s", "text": "Step", "observed": "old"}),
    (Skipped, {"step": "s", "text": "Step", "reason": "old"}),
    (Copied, {"audience": "team", "text": "old", "route": "x", "certainty": "sent"}),
    (Snoozed, {"audience": "team", "until": minute(9), "reason": "old"}),
    (Closed, {"note": "old"}),
    (Reopened, {"reason": "old"}),
]


@pytest.fixture
def story() -> Story:
    story = Story()
    story.tell(Declared, facts={"what": "down"})
    return story


@pytest.mark.parametrize(("kind", "fields"), WORDED)
def test_amended_words_are_shown_and_the_old_ones_stay_in_the_record(
    story: Story, kind: type[Entry], fields: dict[str, Any]
) -> None:
    entry = story.tell(kind, **fields)
    story.add(actions.amend(story.stamp(), entry, text="new"))
    incident = story.incident
    assert getattr(incident.timeline()[-1], TEXT_FIELDS[kind]) == "new"
    assert incident.entries[1] == entry
    assert [a.text for a in incident.amendments[entry.id]] == ["new"]


def test_an_amendment_is_no_line_of_its_own(story: Story) -> None:
    note = story.tell(Noted, text="old")
    story.tell(Amended, entry=note.id, text="new")
    assert [e.id for e in story.incident.timeline()] == ["e1", "e2"]


def test_the_last_of_several_amendments_counts_each_part_by_itself(story: Story) -> None:
    note = story.tell(Noted, text="old", mark="question")
    story.tell(Amended, entry=note.id, text="newer", when=minute(-3))
    story.tell(Amended, entry=note.id, text="newest")
    story.tell(Amended, entry=note.id, mark="decision")
    shown = story.incident.effective(note)
    assert shown == Noted(
        id="e2", at=minute(-3), added=minute(1), who=note.who, text="newest", mark="decision"
    )


def test_an_undone_amendment_among_several_leaves_the_others(story: Story) -> None:
    note = story.tell(Noted, text="old")
    story.tell(Amended, entry=note.id, text="newer")
    wrong = story.tell(Amended, entry=note.id, text="wrong")
    story.tell(Undone, entry=wrong.id)
    shown = story.incident.effective(note)
    assert isinstance(shown, Noted)
    assert shown.text == "newer"


@pytest.mark.parametrize(
    ("when", "order"),
    [
        (-1, ["e3", "e1", "e2", "e4"]),
        (0, ["e1", "e3", "e2", "e4"]),
        (1, ["e1", "e2", "e3", "e4"]),
        (3, ["e1", "e2", "e3", "e4"]),
        (4, ["e1", "e2", "e4", "e3"]),
    ],
)
def test_an_amended_time_moves_the_line(story: Story, when: int, order: list[str]) -> None:
    story.tell(Noted, text="e2")
    entry = story.tell(Noted, text="e3")
    story.tell(Noted, text="e4")
    story.tell(Amended, entry=entry.id, when=minute(when))
    assert [e.id for e in story.incident.timeline()] == order


def test_a_line_that_comes_later_finds_its_place_among_amended_times(story: Story) -> None:
    note = story.tell(Noted, text="x")
    story.tell(Amended, entry=note.id, when=minute(10))
    incident = story.incident
    incident.add(story.tell(Noted, text="before it", at=minute(8)))
    incident.add(story.tell(Noted, text="after it", at=minute(12)))
    assert [e.id for e in incident.timeline()] == ["e1", "e4", "e2", "e5"]


def test_an_entry_whose_time_was_amended_shows_when_it_was_written(story: Story) -> None:
    live = story.tell(Noted, text="x")
    late = story.tell(Noted, text="y", at=minute(-9), added=minute(2))
    for entry in (live, late):
        story.tell(Amended, entry=entry.id, when=minute(-5))
    incident = story.incident
    assert incident.effective(live).added == minute(1)
    assert incident.effective(late).added == minute(2)


def test_an_entry_amended_back_to_when_it_was_written_is_not_late(story: Story) -> None:
    live = story.tell(Noted, text="x")
    late = story.tell(Noted, text="y", at=minute(-9), added=minute(2))
    story.tell(Amended, entry=live.id, when=minute(-5))
    story.tell(Amended, entry=live.id, when=minute(1))
    story.tell(Amended, entry=late.id, when=minute(2))
    incident = story.incident
    assert (incident.effective(live).at, incident.effective(live).added) == (minute(1), None)
    assert (incident.effective(late).at, incident.effective(late).added) == (minute(2), None)


def test_the_amended_time_of_containment_is_the_time_to_contain(story: Story) -> None:
    contained = story.tell(Contained)
    story.tell(Amended, entry=contained.id, when=minute(0.5))
    assert story.incident.contained_at == minute(0.5)


def test_the_amended_time_of_the_declaration_is_when_it_began(story: Story) -> None:
    story.tell(Amended, entry="e1", when=minute(-7))
    assert story.incident.declared_at == minute(-7)


def test_amended_words_of_a_message_are_what_the_audience_was_told(story: Story) -> None:
    copy = story.tell(Copied, audience="team", text="old", route="x", certainty="sent")
    story.tell(Amended, entry=copy.id, text="as I posted it")
    assert story.incident.told["team"].text == "as I posted it"
    assert story.incident.told["team"].position == 1


def test_an_amended_time_does_not_move_what_an_update_covers(story: Story) -> None:
    story.tell(Copied, audience="team", text="t", route="x", certainty="sent")
    note = story.tell(Noted, text="x")
    story.tell(Amended, entry=note.id, when=minute(-5))
    assert note.id in [e.id for e in story.incident.since("team")]


def test_amended_words_of_an_observed_value_are_on_the_step(story: Story) -> None:
    tick = story.tell(Ticked, step="s", text="Step", observed="3 %")
    story.tell(Amended, entry=tick.id, text="30 %")
    assert story.incident.steps["s"].note == "30 %"


def test_words_for_an_entry_that_has_none_of_its_own_change_nothing(story: Story) -> None:
    joined = story.tell(Joined, person="ana")
    story.tell(Amended, entry=joined.id, text="bo", mark="decision")
    assert story.incident.effective(joined) == joined


def test_the_time_of_a_kind_from_a_newer_version_can_be_amended(story: Story) -> None:
    entry = story.tell(Unknown, newer_kind="paged")
    story.add(actions.amend(story.stamp(), entry, when=minute(-1)))
    assert story.incident.timeline()[0].id == entry.id


# -- what is refused -----------------------------------------------------------------------


def refused(story: Story, entry: Entry, **change: Any) -> str:
    with pytest.raises(Refusal) as refusal:
        actions.amend(story.stamp(), entry, **change)
    return str(refusal.value)


@pytest.mark.parametrize("kind", [Undone, Amended])
def test_an_undo_or_an_amendment_cannot_be_amended(story: Story, kind: type[Entry]) -> None:
    entry = story.tell(kind, entry="e1")
    assert refused(story, entry, when=minute(0)) == "An undo or an amendment has nothing to amend."


def test_words_that_follow_from_what_was_done_cannot_be_amended(story: Story) -> None:
    said = refused(story, story.tell(Joined, person="ana"), text="bo")
    assert said == "Only its time can be amended; its words follow from what was done."


def test_only_a_note_has_a_mark(story: Story) -> None:
    assert refused(story, story.tell(Contained), mark="decision") == "Only a note has a mark."


@pytest.mark.parametrize(("kind", "fields"), WORDED)
def test_words_can_be_emptied_only_where_there_need_be_none(
    story: Story, kind: type[Entry], fields: dict[str, Any]
) -> None:
    entry = story.tell(kind, **fields)
    if kind in (Ticked, Closed, Reopened):
        assert actions.amend(story.stamp(), entry, text="").text == ""
    else:
        said = refused(story, entry, text=" \n")
        assert said == "It would have no words. To take it back, press delete on it."


@pytest.mark.parametrize(
    "change",
    [{}, {"text": "x"}, {"mark": "impact"}, {"when": minute(1)}],
    ids=["nothing", "the same words", "the same mark", "the same time"],
)
def test_an_amendment_that_changes_nothing_makes_no_entry(
    story: Story, change: dict[str, Any]
) -> None:
    note = story.tell(Noted, text="x", mark="impact")
    assert refused(story, note, **change) == "Nothing was changed."


def test_only_what_differs_is_amended(story: Story) -> None:
    note = story.tell(Noted, text="x", mark="impact")
    made = actions.amend(story.stamp(), note, text="x", mark="", when=minute(0))
    assert (made.text, made.mark, made.when) == (None, "", minute(0))


def test_what_was_amended_can_be_amended_back_to_the_first_words(story: Story) -> None:
    note = story.tell(Noted, text="x")
    story.add(actions.amend(story.stamp(), note, text="y"))
    shown = story.incident.effective(note)
    story.add(actions.amend(story.stamp(), shown, text="x"))
    assert story.incident.effective(note) == note
