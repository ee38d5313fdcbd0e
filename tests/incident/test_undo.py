"""Undo and redo: entries like others, that take entries out and bring them back."""

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
    FactsSet,
    Joined,
    Left,
    Noted,
    PlaybookSwapped,
    PlaybookText,
    Reopened,
    RoleTaken,
    SeveritySet,
    Snoozed,
    SpreadChecked,
    StageSet,
    StepAdded,
    Taken,
    Ticked,
    Undone,
    Unticked,
)
from cockpit.incident.state import Promise
from tests.incident.story import ANA, Story, meaning_of, minute

STEP = {"step": "roll-back", "text": "Roll back"}
COPY = {"audience": "team", "route": "xclip", "certainty": "checked"}


@pytest.fixture
def story() -> Story:
    story = Story()
    story.tell(Declared, facts={"what": "down"}, playbooks=(PlaybookText("general", "x"),))
    return story


def texts(story: Story) -> list[str]:
    """The notes that stand, in the order of the timeline."""
    incident = story.incident
    return [e.text for e in incident.timeline() if isinstance(e, Noted) and incident.stands(e)]


# -- what an undo does ---------------------------------------------------------------------


def test_an_undone_entry_stays_on_the_timeline_and_a_line_says_so(story: Story) -> None:
    note = story.tell(Noted, text="x")
    undo = story.tell(Undone, entry=note.id)
    incident = story.incident
    assert incident.timeline() == story.entries
    assert not incident.stands(note)
    assert incident.undone == {note.id: undo.id}


def test_a_redo_leaves_no_line_of_either_undo(story: Story) -> None:
    note = story.tell(Noted, text="x")
    undo = story.tell(Undone, entry=note.id)
    story.tell(Undone, entry=undo.id)
    incident = story.incident
    assert incident.timeline() == story.entries[:2]
    assert incident.stands(note)


def test_an_undo_of_a_redo_takes_it_out_again(story: Story) -> None:
    note = story.tell(Noted, text="x")
    undo = story.tell(Undone, entry=note.id)
    redo = story.tell(Undone, entry=undo.id)
    story.tell(Undone, entry=redo.id)
    incident = story.incident
    assert not incident.stands(note)
    assert incident.timeline() == [*story.entries[:3]]


def test_the_undo_of_a_tick_restores_what_was_before_it(story: Story) -> None:
    taken = story.tell(Taken, **STEP, by="ana")
    tick = story.tell(Ticked, **STEP, observed="0.2 %")
    story.tell(Undone, entry=tick.id)
    assert story.incident.steps["roll-back"] == ("doing", taken.at, "ana", "", taken.id)


def test_the_undo_of_an_older_tick_leaves_the_newer_one(story: Story) -> None:
    first = story.tell(Ticked, **STEP)
    second = story.tell(Ticked, **STEP, who=ANA)
    story.tell(Undone, entry=first.id)
    assert story.incident.steps["roll-back"].entry == second.id


def test_the_undo_of_an_untick_restores_the_tick(story: Story) -> None:
    tick = story.tell(Ticked, **STEP)
    untick = story.tell(Unticked, **STEP)
    story.tell(Undone, entry=untick.id)
    assert story.incident.steps["roll-back"].entry == tick.id


def test_the_undo_of_someone_leaving_restores_their_roles(story: Story) -> None:
    story.tell(RoleTaken, role="lead", person="ana")
    before = meaning_of(story.incident)
    left = story.tell(Left, person="ana")
    assert story.incident.roles == {}
    story.tell(Undone, entry=left.id)
    assert story.incident.roles == before["roles"] == {"lead": "ana"}
    assert story.incident.people == before["people"]


def test_a_copy_not_posted_restores_the_message_and_the_promise_before_it(story: Story) -> None:
    story.tell(Copied, **COPY, text="first", promise=minute(30))
    between = story.tell(Noted, text="rolled back")
    second = story.tell(Copied, **COPY, text="second", promise=minute(60))
    undo = story.tell(Undone, entry=second.id)
    incident = story.incident
    assert incident.told["team"].text == "first"
    assert incident.promises["team"] == Promise(minute(30), "e2")
    assert incident.since("team") == [between, undo]


def test_the_only_copy_not_posted_leaves_the_audience_untold(story: Story) -> None:
    copy = story.tell(Copied, **COPY, text="first", promise=minute(30))
    story.tell(Undone, entry=copy.id)
    assert (story.incident.told, story.incident.promises) == ({}, {})


def test_a_snooze_outlives_the_message_that_was_not_posted(story: Story) -> None:
    story.tell(Copied, **COPY, text="first", promise=minute(30))
    second = story.tell(Copied, **COPY, text="second", promise=minute(60))
    snooze = story.tell(Snoozed, audience="team", until=minute(90), reason="db team")
    story.tell(Undone, entry=second.id)
    assert story.incident.told["team"].text == "first"
    assert story.incident.promises["team"] == Promise(minute(90), snooze.id)


def test_an_undone_snooze_gives_the_promise_back_its_time(story: Story) -> None:
    story.tell(Copied, **COPY, text="first", promise=minute(30))
    snooze = story.tell(Snoozed, audience="team", until=minute(90), reason="db team")
    story.tell(Undone, entry=snooze.id)
    assert story.incident.promises["team"] == Promise(minute(30), "e2")


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (FactsSet, {"facts": {"what": "", "impact": "all"}}),
        (SeveritySet, {"severity": "SEV1"}),
        (StageSet, {"stage": "monitoring"}),
        (SpreadChecked, {"spreading": "yes"}),
        (Contained, {}),
        (Joined, {"person": "ana"}),
        (RoleTaken, {"role": "lead", "person": "ana"}),
        (StepAdded, {"step": "x", "text": "X", "phase": 1}),
        (PlaybookSwapped, {"playbooks": (PlaybookText("bad-deploy", "y"),)}),
        (Copied, {**COPY, "text": "help", "to": "ana"}),
    ],
)
def test_an_undo_leaves_nothing_of_any_kind(
    story: Story, kind: type[Entry], fields: dict[str, Any]
) -> None:
    story.tell(Contained)
    before = meaning_of(story.incident)
    entry = story.tell(kind, **fields)
    undo = story.tell(Undone, entry=entry.id)
    after = meaning_of(story.incident)
    assert after.pop("timeline") == [*before.pop("timeline"), (entry, False), (undo, True)]
    assert after == before


def test_the_undo_of_a_backdated_entry_stands_at_its_own_time(story: Story) -> None:
    story.tell(Noted, text="x")
    late = story.tell(Contained, at=minute(0.5), added=minute(2))
    undo = story.tell(Undone, entry=late.id)
    assert [e.id for e in story.incident.timeline()] == ["e1", late.id, "e2", undo.id]
    assert story.incident.contained_at is None


def test_the_undo_of_an_amendment_restores_words_and_time(story: Story) -> None:
    note = story.tell(Noted, text="fist")
    story.tell(Noted, text="second")
    amendment = story.tell(Amended, entry=note.id, text="first", when=minute(9))
    assert texts(story) == ["second", "first"]
    story.tell(Undone, entry=amendment.id)
    assert texts(story) == ["fist", "second"]
    assert story.incident.effective(note) == note


def test_two_undos_of_one_entry_show_one_line_and_both_must_go(story: Story) -> None:
    note = story.tell(Noted, text="x")
    story.tell(Undone, entry=note.id)
    second = story.tell(Undone, entry=note.id, who=ANA)
    assert story.incident.timeline() == [*story.entries[:2], second]
    story.tell(Undone, entry=second.id)
    assert not story.incident.stands(note)
    story.tell(Undone, entry="e3")
    assert story.incident.stands(note)


# -- void undos ----------------------------------------------------------------------------


def test_an_undo_of_something_unknown_changes_nothing_and_shows_nothing(story: Story) -> None:
    story.tell(Undone, entry="not here")
    assert story.incident.timeline() == story.entries[:1]
    assert story.incident.undone == {}


@pytest.mark.parametrize("bulk", [True, False])
def test_an_undo_of_what_comes_later_is_void(story: Story, bulk: bool) -> None:
    story.tell(Undone, entry="later")
    note = story.tell(Noted, id="later", text="x")
    incident = story.incident
    if not bulk:
        incident = type(incident)()
        for entry in story.entries:
            incident.add(entry)
    assert incident.stands(note)
    assert incident.timeline() == [story.entries[0], note]


def test_an_undo_of_itself_is_void(story: Story) -> None:
    undo = story.tell(Undone, entry="e2")
    assert story.incident.stands(undo)
    assert story.incident.timeline() == story.entries[:1]


@pytest.mark.parametrize("target", ["e1", "e2"])
def test_an_undo_of_a_declaration_or_a_closing_is_void(story: Story, target: str) -> None:
    story.tell(Closed)
    before = meaning_of(story.incident)
    story.tell(Undone, entry=target)
    assert meaning_of(story.incident) == before


def test_a_closing_stays_when_its_reopening_is_undone(story: Story) -> None:
    closed = story.tell(Closed)
    reopened = story.tell(Reopened)
    story.tell(Undone, entry=reopened.id)
    assert (story.incident.closed, story.incident.closed_at) == (True, closed.at)


# -- u and U -------------------------------------------------------------------------------


class Keys:
    """u and U in sam's cockpit."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.mine = {"e1"}

    def note(self, text: str, **fields: Any) -> Noted:
        note = self.story.tell(Noted, text=text, **fields)
        if note.who.startswith("sam"):
            self.mine.add(note.id)
        return note

    def press(self, keys: str) -> list[str]:
        for key in keys:
            act = actions.undo_newest if key == "u" else actions.redo_newest
            made = act(self.story.stamp(), self.story.incident, self.mine)
            self.mine.add(self.story.add(made).id)
        return texts(self.story)


@pytest.fixture
def keys(story: Story) -> Keys:
    keys = Keys(story)
    for text in ("a", "b", "c"):
        keys.note(text)
    return keys


@pytest.mark.parametrize(
    ("pressed", "left"),
    [
        ("u", "ab"),
        ("uu", "a"),
        ("uuu", ""),
        ("uU", "abc"),
        ("uuU", "ab"),
        ("uuUU", "abc"),
        ("uUu", "ab"),
        ("uuUu", "a"),
        ("uUuU", "abc"),
        ("uuUUuuU", "ab"),
    ],
)
def test_u_goes_back_and_shift_u_forward(keys: Keys, pressed: str, left: str) -> None:
    assert keys.press(pressed) == list(left)


def test_u_after_something_new_takes_the_new_first_and_then_goes_further_back(keys: Keys) -> None:
    keys.press("u")
    keys.note("d")
    assert keys.press("u") == ["a", "b"]
    assert keys.press("u") == ["a"]
    assert keys.press("UUU") == ["a", "b", "c", "d"]


def test_u_takes_the_newest_written_not_the_latest_of_the_timeline(keys: Keys) -> None:
    keys.note("backdated", at=minute(-5), added=minute(4))
    assert keys.press("u") == ["a", "b", "c"]


def test_u_never_takes_what_another_person_wrote(keys: Keys) -> None:
    keys.note("ana's", who=ANA)
    assert keys.press("uuu") == ["ana's"]


def test_u_never_takes_what_a_script_wrote_under_the_same_name(keys: Keys) -> None:
    keys.note("the deploy script's", via="command")
    assert keys.press("uuu") == ["the deploy script's"]


def test_u_skips_what_someone_else_has_undone_already(keys: Keys) -> None:
    keys.story.tell(Undone, entry="e4", who=ANA)
    assert keys.press("u") == ["a"]


def test_u_takes_back_an_amendment_before_the_entry_itself(keys: Keys) -> None:
    keys.mine.add(keys.story.tell(Amended, entry="e4", text="C").id)
    assert texts(keys.story) == ["a", "b", "C"]
    assert keys.press("u") == ["a", "b", "c"]
    assert keys.press("u") == ["a", "b"]
    assert keys.press("UU") == ["a", "b", "C"]


def test_shift_u_brings_back_what_was_taken_back_by_selecting_it(keys: Keys) -> None:
    story = keys.story
    undo = actions.undo(story.stamp(), story.incident, story.entries[1])
    keys.mine.add(story.add(undo).id)
    assert texts(story) == ["b", "c"]
    assert keys.press("U") == ["a", "b", "c"]


def test_shift_u_leaves_alone_what_another_person_has_undone(keys: Keys) -> None:
    keys.story.tell(Undone, entry="e4", who=ANA)
    with pytest.raises(Refusal, match="Nothing to redo"):
        keys.press("U")


def test_shift_u_does_not_pretend_when_somebody_else_has_undone_the_same(keys: Keys) -> None:
    keys.press("u")
    keys.story.tell(Undone, entry="e4", who=ANA)
    with pytest.raises(Refusal, match="Nothing to redo"):
        keys.press("U")


def test_u_stops_at_the_declaration_and_says_what_to_do(keys: Keys) -> None:
    keys.press("uuu")
    with pytest.raises(Refusal, match=r"A declaration can't be undone\. Close the incident"):
        keys.press("u")


def test_u_stops_at_a_closing_and_says_what_to_do(keys: Keys) -> None:
    keys.mine.add(keys.story.tell(Closed).id)
    with pytest.raises(Refusal, match=r"A closing can't be undone\. Reopen"):
        keys.press("u")
    assert texts(keys.story) == ["a", "b", "c"]


def test_u_in_somebody_elses_incident_has_nothing_to_take_back(story: Story) -> None:
    story.tell(Noted, text="x")
    with pytest.raises(Refusal, match="Nothing of yours is left to undo here"):
        actions.undo_newest(story.stamp(who=ANA), story.incident, set())


# -- any entry, by selecting it ------------------------------------------------------------


def test_anyones_entry_can_be_undone_by_selecting_it(story: Story) -> None:
    note = story.tell(Noted, text="x", who=ANA, via="command")
    story.add(actions.undo(story.stamp(), story.incident, note))
    assert not story.incident.stands(note)


def test_an_undo_can_be_undone_by_selecting_its_line(story: Story) -> None:
    note = story.tell(Noted, text="x")
    undo = story.tell(Undone, entry=note.id, who=ANA)
    story.add(actions.undo(story.stamp(), story.incident, undo))
    assert story.incident.stands(note)


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ("e1", "A declaration can't be undone. Close the incident if it was a false alarm."),
        ("e2", "A closing can't be undone. Reopen the incident instead."),
        ("e3", "It is undone already. U brings it back."),
    ],
)
def test_what_cannot_be_undone_says_why(story: Story, entry: str, says: str) -> None:
    story.tell(Closed)
    story.tell(Reopened)
    story.tell(Undone, entry="e3")
    incident = story.incident
    target = incident.entry(entry)
    assert target is not None
    with pytest.raises(Refusal) as refused:
        actions.undo(story.stamp(), incident, target)
    assert str(refused.value) == says


def test_not_posted_takes_back_the_last_message_of_that_audience(story: Story) -> None:
    story.tell(Copied, **COPY, text="first")
    second = story.tell(Copied, **COPY, text="second")
    story.tell(Copied, **(COPY | {"audience": "customers"}), text="other")
    made = story.add(actions.not_posted(story.stamp(), story.incident, "team"))
    assert made.entry == second.id
    assert story.incident.told["team"].text == "first"
    story.add(actions.not_posted(story.stamp(), story.incident, "team"))
    with pytest.raises(Refusal, match="Nothing was copied for team yet"):
        actions.not_posted(story.stamp(), story.incident, "team")
