"""What each kind of entry does to what is true now."""

from __future__ import annotations

from typing import Any

import pytest

from cockpit.incident.entries import (
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
from cockpit.incident.state import UNTITLED, Incident, Promise, StepRecord, fold, person
from tests.incident.story import ANA, Story, minute, state_of

GENERAL = PlaybookText("general", "- [ ] Say so")
DEPLOY = PlaybookText("bad-deploy", "- [ ] Roll back")


@pytest.fixture
def story() -> Story:
    story = Story()
    story.tell(Declared, facts={"what": "checkout is down"}, severity="SEV2", playbooks=(GENERAL,))
    return story


def step(slug: str = "roll-back") -> dict[str, Any]:
    return {"step": slug, "text": "Roll back"}


def copy(audience: str = "team", **fields: Any) -> dict[str, Any]:
    return {"audience": audience, "text": "t", "route": "xclip", "certainty": "checked"} | fields


# -- the beginning -------------------------------------------------------------------------


def test_an_empty_file_is_an_incident_of_which_nothing_is_known() -> None:
    incident = fold(())
    assert (incident.title, incident.declared_at, incident.declared_by) == (UNTITLED, None, "")
    assert (incident.severity, incident.stage, incident.closed) == ("", "investigating", False)
    assert incident.alone
    assert incident.timeline() == []
    assert incident.since("team") == []


def test_a_declaration_brings_its_facts_severity_playbooks_and_its_author(story: Story) -> None:
    incident = story.incident
    assert incident.title == "checkout is down"
    assert incident.severity == "SEV2"
    assert incident.playbooks == (GENERAL,)
    assert (incident.declared_at, incident.declared_by) == (minute(0), "sam")
    assert incident.people == {"sam": minute(0)}
    assert incident.alone


def test_a_second_declaration_is_on_the_timeline_and_changes_nothing(story: Story) -> None:
    before = story.incident
    story.tell(Declared, who=ANA, facts={"what": "something else"}, severity="SEV1")
    after = story.incident
    assert after.timeline() == story.entries
    for name in ("title", "severity", "playbooks", "people", "declared", "declared_at"):
        assert getattr(after, name) == getattr(before, name)


def test_a_file_without_a_declaration_began_with_its_first_entry() -> None:
    story = Story()
    story.tell(Noted, text="hello")
    story.tell(Ticked, **step())
    incident = story.incident
    assert (incident.declared_at, incident.declared_by) == (minute(0), "")
    assert incident.title == UNTITLED
    assert incident.steps["roll-back"].status == "done"


def test_a_title_of_several_lines_is_shown_in_one() -> None:
    story = Story()
    story.tell(Declared, facts={"what": " checkout\n is \t down "})
    assert story.incident.title == "checkout is down"


@pytest.mark.parametrize(
    ("who", "name"),
    [("sam@laptop", "sam"), ("sam", "sam"), ("a@b@host", "a@b"), ("@host", ""), ("", "")],
)
def test_the_person_is_what_stands_before_the_machine(who: str, name: str) -> None:
    assert person(who) == name


# -- steps ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "fields", "record"),
    [
        (Ticked, {"observed": "0.2 %"}, ("done", "ana", "0.2 %")),
        (Ticked, {}, ("done", "ana", "")),
        (Skipped, {"reason": "no canary"}, ("skipped", "ana", "no canary")),
        (Taken, {"by": "bo"}, ("doing", "bo", "")),
        (Answered, {"answer": "no"}, ("done", "ana", "no")),
    ],
)
def test_the_last_word_on_a_step(
    story: Story, kind: type[Entry], fields: dict[str, Any], record: tuple[str, str, str]
) -> None:
    story.tell(Skipped, **step(), reason="an older word")
    entry = story.tell(kind, **step(), **fields, who=ANA)
    status, by, note = record
    assert story.incident.steps == {
        "roll-back": StepRecord(status, entry.at, by, note, entry.id)  # type: ignore[arg-type]
    }


def test_one_untick_opens_a_step_that_two_people_had_ticked(story: Story) -> None:
    story.tell(Ticked, **step())
    story.tell(Ticked, **step(), who=ANA)
    story.tell(Unticked, **step())
    assert story.incident.steps == {}


def test_unticking_an_open_step_is_harmless(story: Story) -> None:
    story.tell(Unticked, **step())
    assert story.incident.steps == {}


def test_steps_added_are_kept_in_their_order(story: Story) -> None:
    first = story.tell(StepAdded, step="call-bo", text="Call Bo", phase=2)
    second = story.tell(StepAdded, step="call-cy", text="Call Cy", phase=2, after="call-bo")
    assert story.incident.added_steps == [first, second]


def test_a_playbook_is_added_once(story: Story) -> None:
    story.tell(PlaybookAdded, playbooks=(DEPLOY, GENERAL))
    story.tell(PlaybookAdded, playbooks=(DEPLOY,))
    assert story.incident.playbooks == (GENERAL, DEPLOY)


def test_a_swap_replaces_all_playbooks_and_keeps_the_ticks(story: Story) -> None:
    story.tell(Ticked, **step())
    story.tell(PlaybookSwapped, playbooks=(DEPLOY,))
    assert story.incident.playbooks == (DEPLOY,)
    assert story.incident.steps["roll-back"].status == "done"


@pytest.mark.parametrize(
    ("kind", "fields", "changes"),
    [
        (StepAdded, {"step": "x", "text": "X", "phase": 1}, True),
        (PlaybookAdded, {"playbooks": (DEPLOY,)}, True),
        (PlaybookSwapped, {"playbooks": (DEPLOY,)}, True),
        (Noted, {"text": "x"}, False),
        (Ticked, step(), False),
    ],
)
def test_the_playbook_version_grows_when_the_steps_may_be_others(
    story: Story, kind: type[Entry], fields: dict[str, Any], changes: bool
) -> None:
    incident = story.incident
    before = incident.playbook_version
    incident.add(story.tell(kind, **fields))
    assert (incident.playbook_version > before) is changes


# -- facts, severity, stage ----------------------------------------------------------------


def test_facts_are_set_one_by_one_and_an_empty_one_is_not_known(story: Story) -> None:
    story.tell(FactsSet, facts={"impact": "no one can pay", "since": "13:50"})
    story.tell(FactsSet, facts={"since": "", "what": "payments fail"})
    assert story.incident.facts == {"what": "payments fail", "impact": "no one can pay"}
    assert story.incident.title == "payments fail"
    story.tell(FactsSet, facts={"what": ""})
    assert story.incident.title == UNTITLED


def test_severity_can_be_set_and_unset(story: Story) -> None:
    story.tell(SeveritySet, severity="SEV1")
    first = story.incident.severity
    story.tell(SeveritySet, severity="")
    assert (first, story.incident.severity) == ("SEV1", "")


def test_the_stage_and_when_it_was_reached(story: Story) -> None:
    before = story.incident
    entry = story.tell(StageSet, stage="monitoring")
    after = story.incident
    assert (before.stage, before.stage_at) == ("investigating", None)
    assert (after.stage, after.stage_at) == ("monitoring", entry.at)


# -- containment ---------------------------------------------------------------------------


def test_containment_has_its_moment_and_stops_the_spreading(story: Story) -> None:
    story.tell(SpreadChecked, spreading="yes")
    entry = story.tell(Contained)
    incident = story.incident
    assert incident.contained_at == entry.at
    assert (incident.spreading, incident.spread_checked_at) == ("no", entry.at)
    assert incident.stage == "investigating"


def test_when_it_spreads_again_it_was_not_contained_until_it_is_once_more(story: Story) -> None:
    story.tell(Contained)
    story.tell(SpreadChecked, spreading="yes")
    assert story.incident.contained_at is None
    second = story.tell(Contained)
    assert story.incident.contained_at == second.at


@pytest.mark.parametrize("spreading", ["no", "unknown"])
def test_an_answer_other_than_yes_leaves_containment_alone(story: Story, spreading: str) -> None:
    contained = story.tell(Contained)
    checked = story.tell(SpreadChecked, spreading=spreading)
    incident = story.incident
    assert incident.contained_at == contained.at
    assert (incident.spreading, incident.spread_checked_at) == (spreading, checked.at)


def test_not_spreading_alone_is_not_contained(story: Story) -> None:
    story.tell(SpreadChecked, spreading="no")
    assert story.incident.contained_at is None


# -- people --------------------------------------------------------------------------------


def test_whoever_joins_ends_the_isolation(story: Story) -> None:
    story.tell(Joined, person="ana")
    assert story.incident.people == {"sam": minute(0), "ana": minute(1)}
    assert not story.incident.alone


def test_joining_twice_keeps_the_first_time(story: Story) -> None:
    story.tell(Joined, person="ana")
    story.tell(Joined, person="ana")
    assert story.incident.people["ana"] == minute(1)


def test_whoever_leaves_gives_up_their_roles_only(story: Story) -> None:
    story.tell(RoleTaken, role="lead", person="ana")
    story.tell(RoleTaken, role="scribe", person="ana")
    story.tell(RoleTaken, role="comms", person="sam")
    story.tell(Left, person="ana")
    assert story.incident.roles == {"comms": "sam"}
    assert story.incident.people == {"sam": minute(0)}
    assert story.incident.alone


def test_whoever_takes_a_role_is_here(story: Story) -> None:
    story.tell(RoleTaken, role="lead", person="ana")
    assert story.incident.people["ana"] == minute(1)
    story.tell(RoleTaken, role="lead", person="sam")
    assert story.incident.roles == {"lead": "sam"}


def test_a_role_can_be_given_up(story: Story) -> None:
    story.tell(RoleTaken, role="lead", person="ana")
    story.tell(RoleTaken, role="lead", person="")
    story.tell(RoleTaken, role="scribe", person="")
    assert story.incident.roles == {}
    assert "ana" in story.incident.people


def test_someone_who_was_not_here_can_leave(story: Story) -> None:
    story.tell(Left, person="nobody")
    assert story.incident.people == {"sam": minute(0)}


# -- words that went out -------------------------------------------------------------------


def test_a_copy_counts_as_told_and_sets_the_promise_of_its_audience_only(story: Story) -> None:
    entry = story.tell(Copied, **copy("team", text="we are on it", promise=minute(30)))
    incident = story.incident
    assert set(incident.told) == set(incident.promises) == {"team"}
    told = incident.told["team"]
    assert (told.at, told.position, told.text, told.entry) == (entry.at, 1, "we are on it", "e2")
    assert incident.promises["team"] == Promise(minute(30), "e2")


def test_a_message_without_a_promise_ends_the_one_before(story: Story) -> None:
    story.tell(Copied, **copy(promise=minute(30)))
    story.tell(Copied, **copy("customers", promise=minute(40)))
    story.tell(Copied, **copy(text="resolved"))
    assert story.incident.promises == {"customers": Promise(minute(40), "e3")}


def test_a_request_for_help_tells_no_audience(story: Story) -> None:
    asked = story.tell(Copied, **copy(to="ana", promise=minute(3)))
    incident = story.incident
    assert incident.helpers_asked == [asked]
    assert (incident.told, incident.promises) == ({}, {})
    assert incident.alone


def test_a_snooze_moves_the_promise_until_the_next_message(story: Story) -> None:
    story.tell(Copied, **copy(promise=minute(30)))
    story.tell(Snoozed, audience="team", until=minute(50), reason="waiting")
    assert story.incident.promises == {"team": Promise(minute(50), "e3")}
    story.tell(Copied, **copy(text="news", promise=minute(40)))
    assert story.incident.promises == {"team": Promise(minute(40), "e4")}


def test_since_the_last_update_goes_by_position_not_by_time(story: Story) -> None:
    story.tell(Noted, text="before")
    story.tell(Copied, **copy("team"))
    late = story.tell(Noted, text="backdated", at=minute(0), added=minute(3))
    other = story.tell(Copied, **copy("customers"))
    assert story.incident.since("team") == [late, other]
    assert story.incident.since("customers") == []
    assert story.incident.since("executives") == story.entries


def test_since_the_last_update_leaves_out_what_was_undone(story: Story) -> None:
    story.tell(Copied, **copy("team"))
    wrong = story.tell(Noted, text="wrong")
    right = story.tell(Noted, text="right")
    story.tell(Undone, entry=wrong.id)
    since = story.incident.since("team")
    assert right in since
    assert wrong not in since


# -- the end -------------------------------------------------------------------------------


def test_closing_and_reopening(story: Story) -> None:
    closed = story.tell(Closed, note="rolled back")
    assert (story.incident.closed, story.incident.closed_at) == (True, closed.at)
    story.tell(Reopened, reason="again")
    assert (story.incident.closed, story.incident.closed_at) == (False, None)
    again = story.tell(Closed)
    assert story.incident.closed_at == again.at


# -- the timeline --------------------------------------------------------------------------


def test_entries_of_one_moment_stay_in_the_order_of_the_file(story: Story) -> None:
    for text in "abcd":
        story.tell(Noted, text=text, at=minute(5))
    late = story.tell(Noted, text="late", at=minute(5), added=minute(9))
    after = story.tell(Noted, text="after", at=minute(6))
    before = story.tell(Noted, text="before", at=minute(4), added=minute(9))
    declared, *same, _, _, _ = story.entries
    assert story.incident.timeline() == [declared, before, *same, late, after]


def test_an_entry_from_before_the_declaration_leads_the_timeline(story: Story) -> None:
    early = story.tell(Noted, text="the deploy began", at=minute(-10), added=minute(1))
    assert story.incident.timeline()[0] == early
    assert story.incident.declared_at == minute(0)


def test_a_kind_from_a_newer_version_is_on_the_timeline_and_changes_nothing(story: Story) -> None:
    before = state_of(story.incident)
    entry = story.tell(Unknown, newer_kind="paged")
    incident = story.incident
    assert incident.timeline()[-1] == entry
    after = state_of(incident)
    for bookkeeping in ("entries", "position", "order", "_latest"):
        del before[bookkeeping], after[bookkeeping]
    assert after == before


def test_what_was_written_can_be_found_by_its_id(story: Story) -> None:
    entry = story.tell(Noted, text="x")
    assert story.incident.entry(entry.id) == entry
    assert story.incident.entry("nothing") is None
    assert len(story.incident) == 2


# -- what a change costs -------------------------------------------------------------------


def test_the_version_grows_with_every_addition_and_only_then(story: Story) -> None:
    incident = story.incident
    note = story.tell(Noted, text="x")
    more = [story.tell(Noted, text="y"), story.tell(Undone, entry=note.id)]
    seen = [incident.version]
    incident.add(note)
    seen.append(incident.version)
    incident.add_all(more)
    seen.append(incident.version)
    assert seen == sorted(set(seen))
    incident.add(note)
    incident.add_all(story.entries)
    assert incident.version == seen[-1]


PLAIN: list[tuple[type[Entry], dict[str, Any]]] = [
    (Noted, {"text": "x"}),
    (Noted, {"text": "x", "at": minute(0), "added": minute(9)}),
    (Ticked, step()),
    (Unticked, step()),
    (Taken, {**step(), "by": "ana"}),
    (FactsSet, {"facts": {"impact": "x"}}),
    (Copied, copy(promise=minute(30))),
    (Joined, {"person": "ana"}),
    (Closed, {}),
]


@pytest.mark.parametrize(("kind", "fields"), PLAIN)
def test_a_plain_entry_is_applied_without_folding_the_others_again(
    story: Story, kind: type[Entry], fields: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(50):
        story.tell(Noted, text="x")
    incident = story.incident
    monkeypatch.setattr(Incident, "_refold", _never)
    lines = len(incident.order)
    incident.add(story.tell(kind, **fields))
    assert len(incident.order) == lines + 1


def test_many_entries_with_many_undos_are_folded_once(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes = [story.tell(Noted, text="x") for _ in range(20)]
    for note in notes:
        story.tell(Undone, entry=note.id)
    folds: list[int] = []
    refold = Incident._refold

    def counted(incident: Incident) -> None:
        folds.append(len(incident))
        refold(incident)

    monkeypatch.setattr(Incident, "_refold", counted)
    assert len(fold(story.entries).undone) == 20
    assert folds == [41]


def _never(*_: object) -> None:
    raise AssertionError("everything was folded again")
