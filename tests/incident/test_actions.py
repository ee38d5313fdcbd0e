"""What a person can do: the entry it makes, or the sentence that says why not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.incident import actions
from cockpit.incident.actions import NoteLine, Refusal, Stamp, read_note
from cockpit.incident.checklist import Row, checklist
from cockpit.incident.entries import (
    Answered,
    Closed,
    Contained,
    Copied,
    Declared,
    Entry,
    Joined,
    Noted,
    PlaybookText,
    RoleTaken,
    Skipped,
    SpreadChecked,
    StageSet,
    Taken,
    Ticked,
    Undone,
)
from cockpit.playbooks.playbook import Phase, Playbook, Step
from tests.incident.story import ANA, Story, minute

BERLIN = ZoneInfo("Europe/Berlin")
GENERAL = PlaybookText("general", "- [ ] x")
PLAYBOOK = Playbook(
    name="x",
    title="X",
    phases=(
        Phase(
            title="Own it",
            number=1,
            line=1,
            steps=(
                Step(slug="say-so", text="Say so", line=2),
                Step(slug="flag", text="Is there a flag?", line=3, question=True),
            ),
        ),
    ),
)


@pytest.fixture
def story() -> Story:
    story = Story()
    story.tell(Declared, facts={"what": "down"}, severity="SEV2", playbooks=(GENERAL,))
    return story


def row(story: Story, slug: str = "say-so") -> Row:
    found = checklist(PLAYBOOK, story.incident).row(slug)
    assert found is not None
    return found


def refusal(act: Callable[..., object], *args: Any, **kwargs: Any) -> str:
    with pytest.raises(Refusal) as refused:
        act(*args, **kwargs)
    return str(refused.value)


# -- the stamp -----------------------------------------------------------------------------


def test_an_entry_has_whole_seconds_its_author_and_whence_it_came() -> None:
    stamp = Stamp("e1", minute(0) + timedelta(microseconds=999), ANA, "command")
    assert actions.note(stamp, "x") == Noted(
        id="e1", at=minute(0), who=ANA, via="command", text="x"
    )


def test_a_backdated_entry_says_when_it_was_added(story: Story) -> None:
    made = actions.note(story.stamp(), "x", at=minute(-5))
    assert (made.at, made.added) == (minute(-5), minute(1))


def test_an_entry_dated_to_this_very_second_is_not_late() -> None:
    now = minute(1) + timedelta(milliseconds=700)
    made = actions.note(Stamp("e1", now, ANA), "x", at=minute(1) + timedelta(milliseconds=2))
    assert (made.at, made.added) == (minute(1), None)


# -- declaring -----------------------------------------------------------------------------


def test_a_declaration_keeps_what_is_known(story: Story) -> None:
    made = actions.declare(story.stamp(), {"what": " down\n", "impact": " "}, "SEV1", (GENERAL,))
    assert (made.facts, made.severity, made.playbooks) == ({"what": "down"}, "SEV1", (GENERAL,))


def test_an_incident_can_be_declared_with_nothing_known(story: Story) -> None:
    assert actions.declare(story.stamp(), {}).facts == {}


def test_a_fact_that_fits_no_message_is_refused(story: Story) -> None:
    assert actions.declare(story.stamp(), {"what": "x" * 500})
    assert refusal(actions.declare, story.stamp(), {"impact": "x" * 10_000}) == (
        "“who is affected, and how” has 10,000 characters; messages are made from it, so keep it "
        "to 500 and put the rest into a note."
    )


# -- the note line -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "mark", "at", "text"),
    [
        ("errors fall", "", None, "errors fall"),
        ("  errors fall ", "", None, "errors fall"),
        ("!decision hold deploys", "decision", None, "hold deploys"),
        ("!d hold deploys", "decision", None, "hold deploys"),
        ("!HYP pool exhausted", "hypothesis", None, "pool exhausted"),
        ("!i no one can pay", "impact", None, "no one can pay"),
        ("!q who owns it?", "question", None, "who owns it?"),
        ("!decision 13:50 hold deploys", "decision", minute(-10), "hold deploys"),
        ("!d 10m ago hold deploys", "decision", minute(-10), "hold deploys"),
        ("13:50 hold deploys", "", minute(-10), "hold deploys"),
        ("13:50 first\nsecond", "", minute(-10), "first\nsecond"),
        ("yesterday 13:50 x", "", minute(-1450), "x"),
        ("!d", "decision", None, ""),
        ("!nonsense x", "", None, "!nonsense x"),
        ("!decisions x", "", None, "!decisions x"),
        ("! x", "", None, "! x"),
        ("!!d x", "", None, "!!d x"),
        ("!d!q x", "", None, "!d!q x"),
        ("10m ago", "", None, "10m ago"),
        ("13:50", "", None, "13:50"),
        ("13:50:", "", None, "13:50:"),
        ("!d 13:50", "decision", None, "13:50"),
        ("now", "", None, "now"),
        ("now errors fall", "", None, "now errors fall"),
        ("today 15:00 a plan", "", None, "today 15:00 a plan"),
        ("3 days of logs lost", "", None, "3 days of logs lost"),
        ("", "", None, ""),
    ],
)
def test_a_note_is_read_with_its_mark_and_its_time(
    line: str, mark: str, at: Any, text: str
) -> None:
    now = minute(0) + timedelta(hours=-1)  # 14:00 in Berlin
    wanted = None if at is None else at - timedelta(hours=1)
    assert read_note(line, now, BERLIN) == NoteLine(mark, wanted, text)  # type: ignore[arg-type]


@given(
    st.text(max_size=30) | st.from_regex(r"!?[a-z]{0,4} ?\d\d:\d\d[ :zZ]?.{0,9}", fullmatch=True)
)
def test_no_word_of_a_note_line_is_lost(line: str) -> None:
    read = read_note(line, minute(0), BERLIN)
    assert line.strip().endswith(read.text)
    if not read.mark and read.at is None:
        assert read.text == line.strip()
    if read.at is not None:
        assert read.text
        assert read.at <= minute(1)


@pytest.mark.parametrize("text", ["", " ", "\n\t\n"])
def test_a_note_without_words_is_refused(story: Story, text: str) -> None:
    assert refusal(actions.note, story.stamp(), text) == "The note has no words."


def test_a_note_of_several_lines_keeps_them_as_they_are(story: Story) -> None:
    assert actions.note(story.stamp(), "\n  first\n\n\tsecond \n\n").text == "  first\n\n\tsecond "


# -- the checklist -------------------------------------------------------------------------


def test_a_step_is_ticked_with_what_was_seen(story: Story) -> None:
    made = actions.tick(story.stamp(), row(story), " 0.2 % ", minute(-3))
    assert (made.step, made.text, made.observed) == ("say-so", "Say so", "0.2 %")
    assert (made.at, made.added) == (minute(-3), minute(1))


def test_a_done_step_can_be_unticked_only(story: Story) -> None:
    story.tell(Ticked, step="say-so", text="")
    done = row(story)
    assert refusal(actions.tick, story.stamp(), done) == "“Say so” is done already."
    assert refusal(actions.take, story.stamp(), done) == "“Say so” is done already."
    said = refusal(actions.skip, story.stamp(), done, "why")
    assert said == "“Say so” is done. Untick it first (space)."
    assert actions.untick(story.stamp(), done).step == "say-so"


@pytest.mark.parametrize(
    ("kind", "fields"), [(Skipped, {"reason": "x"}), (Taken, {"by": "ana"}), (Ticked, {})]
)
def test_a_step_that_was_touched_can_be_opened_again(
    story: Story, kind: type[Entry], fields: dict[str, Any]
) -> None:
    assert refusal(actions.untick, story.stamp(), row(story)) == "“Say so” is open already."
    story.tell(kind, step="say-so", text="", **fields)
    story.add(actions.untick(story.stamp(), row(story)))
    assert row(story).status == "open"


def test_a_skipped_step_or_one_in_hand_can_be_ticked(story: Story) -> None:
    story.tell(Skipped, step="say-so", text="", reason="x")
    assert actions.tick(story.stamp(), row(story))
    story.tell(Taken, step="say-so", text="", by="ana")
    assert actions.tick(story.stamp(), row(story))


def test_a_skip_needs_a_reason(story: Story) -> None:
    said = refusal(actions.skip, story.stamp(), row(story), " ")
    assert said == "A skipped step needs a reason: whoever reads the record will ask."
    assert actions.skip(story.stamp(), row(story), " no canary ").reason == "no canary"


def test_a_step_is_taken_by_its_author_or_given_to_someone(story: Story) -> None:
    assert actions.take(story.stamp(), row(story)).by == "sam"
    assert actions.take(story.stamp(), row(story), " ana ").by == "ana"


def test_a_question_wants_an_answer_and_a_step_does_not(story: Story) -> None:
    said = refusal(actions.tick, story.stamp(), row(story, "flag"))
    assert said == "“Is there a flag?” wants an answer: yes or no."
    said = refusal(actions.answer, story.stamp(), row(story), "yes")
    assert said == "“Say so” is no question."


def test_an_answer_can_be_changed_but_not_repeated(story: Story) -> None:
    story.tell(Answered, step="flag", text="", answer="yes")
    said = refusal(actions.answer, story.stamp(), row(story, "flag"), "yes")
    assert said == "The answer is “yes” already."
    assert actions.answer(story.stamp(), row(story, "flag"), "no").answer == "no"


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Call Bo", "call-bo"),
        ("  Call \n Bo  ", "call-bo-2"),
        ("Don't panic", "dont-panic"),
        ("Größe prüfen", "grosse-prufen"),
        ("!!!", "step"),
    ],
)
def test_a_step_of_ones_own_gets_a_name_that_is_free(story: Story, text: str, slug: str) -> None:
    taken = {"call-bo"} if slug.endswith("-2") else set()
    made = actions.add_step(story.stamp(), text, 3, "say-so", taken)
    assert (made.step, made.text) == (slug, " ".join(text.split()))
    assert (made.phase, made.after) == (3, "say-so")


def test_names_of_steps_are_numbered_as_far_as_it_takes(story: Story) -> None:
    made = actions.add_step(story.stamp(), "X", 3, "", {"x", "x-2", "x-3"})
    assert made.step == "x-4"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (" \n", "The step has no words."),
        ("x" * 201, "A step has at most 200 characters; put the rest into a note."),
    ],
)
def test_a_step_has_words_but_not_too_many(story: Story, text: str, says: str) -> None:
    assert refusal(actions.add_step, story.stamp(), text, 1, "", set()) == says


def test_only_playbooks_that_are_new_are_added(story: Story) -> None:
    deploy = PlaybookText("bad-deploy", "x")
    made = actions.add_playbook(story.stamp(), story.incident, (GENERAL, deploy))
    assert made.playbooks == (deploy,)
    said = refusal(actions.add_playbook, story.stamp(), story.incident, (GENERAL,))
    assert said == "That playbook is in use already."


def test_a_playbook_can_be_swapped_for_any(story: Story) -> None:
    assert actions.swap_playbook(story.stamp(), (GENERAL,)).playbooks == (GENERAL,)


# -- facts, severity, stage, containment ---------------------------------------------------


def test_only_facts_that_changed_are_written(story: Story) -> None:
    facts = {"what": " down ", "impact": " all ", "since": "", "change": ""}
    assert actions.set_facts(story.stamp(), story.incident, facts).facts == {"impact": "all"}
    assert actions.set_facts(story.stamp(), story.incident, {"what": " "}).facts == {"what": ""}


def test_facts_that_did_not_change_or_do_not_fit_are_refused(story: Story) -> None:
    said = refusal(actions.set_facts, story.stamp(), story.incident, {"what": "down "})
    assert said == "No fact was changed."
    said = refusal(actions.set_facts, story.stamp(), story.incident, {"undo": "x" * 501})
    assert said.startswith("“how to undo it” has 501 characters; ")


def test_a_severity_is_one_of_four_or_unset_and_changes(story: Story) -> None:
    set_to = actions.set_severity
    assert set_to(story.stamp(), story.incident, "SEV1").severity == "SEV1"
    assert set_to(story.stamp(), story.incident, "").severity == ""
    assert refusal(set_to, story.stamp(), story.incident, "SEV2") == "It is SEV2 already."
    said = refusal(set_to, story.stamp(), story.incident, "SEV5")
    assert said == "“SEV5” is no severity. Choose SEV1, SEV2, SEV3, SEV4."
    story.add(set_to(story.stamp(), story.incident, ""))
    assert refusal(set_to, story.stamp(), story.incident, "") == "It is unset already."


def test_a_stage_is_one_of_four_and_changes(story: Story) -> None:
    set_to = actions.set_stage
    assert set_to(story.stamp(), story.incident, "resolved").stage == "resolved"
    said = refusal(set_to, story.stamp(), story.incident, "investigating")
    assert said == "It is investigating already."
    said = refusal(set_to, story.stamp(), story.incident, "over")
    assert said == "“over” is no stage. Choose investigating, identified, monitoring, resolved."


def test_what_is_contained_is_not_contained_again_until_it_spreads(story: Story) -> None:
    made = story.add(actions.contain(story.stamp(), story.incident, minute(-2)))
    assert made == Contained(id="e2", at=minute(-2), added=minute(1), who=made.who)
    said = refusal(actions.contain, story.stamp(), story.incident)
    assert said == "It is contained already. If it spreads again, answer “yes” (x, then y)."
    story.add(actions.check_spread(story.stamp(), "yes"))
    assert actions.contain(story.stamp(), story.incident)


def test_the_answer_to_still_spreading_can_be_repeated(story: Story) -> None:
    for _ in range(2):
        assert isinstance(story.add(actions.check_spread(story.stamp(), "no")), SpreadChecked)


# -- people --------------------------------------------------------------------------------


def test_people_join_once_by_name(story: Story) -> None:
    story.add(actions.join(story.stamp(), story.incident, "  Ana \t B "))
    assert isinstance(story.entries[-1], Joined)
    assert story.entries[-1].person == "Ana B"
    said = refusal(actions.join, story.stamp(), story.incident, "Ana B")
    assert said == "Ana B is here already."
    assert refusal(actions.join, story.stamp(), story.incident, " ") == "Who? A name is needed."


def test_only_who_is_here_can_leave(story: Story) -> None:
    said = refusal(actions.leave, story.stamp(), story.incident, "ana")
    assert said == "ana is not recorded as here."
    assert actions.leave(story.stamp(), story.incident, "sam").person == "sam"


def test_roles_go_to_one_person_at_a_time_and_can_be_given_up(story: Story) -> None:
    take = actions.take_role
    made = story.add(take(story.stamp(), story.incident, "lead", " ana "))
    assert (made.role, made.person) == ("lead", "ana")
    said = refusal(take, story.stamp(), story.incident, "lead", "ana")
    assert said == "ana has that role already."
    assert take(story.stamp(), story.incident, "lead", " ") == RoleTaken(
        id="e3", at=minute(2), who=made.who, role="lead", person=""
    )
    said = refusal(take, story.stamp(), story.incident, "scribe", "")
    assert said == "Nobody has that role already."
    said = refusal(take, story.stamp(), story.incident, "hero", "ana")
    assert said == "“hero” is no role. The roles: lead, comms, scribe, fixer."


# -- words ---------------------------------------------------------------------------------


def copied(story: Story, audience: str, text: str, **fields: Any) -> Copied | None:
    fields = {"route": "xclip", "certainty": "checked", "promise": None} | fields
    made = actions.copied(story.stamp(), story.incident, audience, text, **fields)
    if made is not None:
        story.add(made)
    return made


def test_copying_the_same_text_again_is_the_same_update(story: Story) -> None:
    first = copied(story, "team", "news", promise=minute(30) + timedelta(microseconds=5))
    assert first is not None
    assert first.promise == minute(30)
    assert copied(story, "team", "news", promise=minute(40)) is None
    assert copied(story, "customers", "news") is not None
    assert copied(story, "team", "more news") is not None
    assert copied(story, "team", "news") is not None


def test_the_same_text_counts_again_once_it_was_not_posted(story: Story) -> None:
    copied(story, "team", "news")
    story.add(actions.not_posted(story.stamp(), story.incident, "team"))
    assert copied(story, "team", "news") is not None


def test_asking_the_same_person_the_same_again_is_the_same_request(story: Story) -> None:
    assert copied(story, "team", "please help", to="ana") is not None
    assert copied(story, "team", "please help", to="ana") is None
    assert copied(story, "team", "please help", to="bo") is not None
    assert copied(story, "team", "it is urgent", to="ana") is not None


def test_a_request_for_help_is_not_the_update_of_the_same_words(story: Story) -> None:
    copied(story, "team", "news")
    assert copied(story, "team", "news", to="ana") is not None


def test_a_moved_promise_needs_a_reason(story: Story) -> None:
    until = minute(20) + timedelta(microseconds=7)
    said = refusal(actions.snooze, story.stamp(), "team", until, "  ")
    assert said == "A moved promise needs a reason: “20m waiting for the database team”."
    made = actions.snooze(story.stamp(), "team", until, " db team ")
    assert (made.until, made.reason) == (minute(20), "db team")


# -- the end -------------------------------------------------------------------------------


def test_closing_wants_the_stage_resolved_first(story: Story) -> None:
    said = refusal(actions.close, story.stamp(), story.incident, "")
    assert said == ("It is still investigating. Set the stage to resolved first (t), then close.")
    story.tell(StageSet, stage="resolved")
    assert actions.close(story.stamp(), story.incident, " done ").note == "done"


def test_a_closed_incident_can_be_reopened_and_only_that(story: Story) -> None:
    said = refusal(actions.reopen, story.stamp(), story.incident, "x")
    assert said == "It is open."
    story.tell(StageSet, stage="resolved")
    story.tell(Closed)
    assert refusal(actions.close, story.stamp(), story.incident, "") == "It is closed already."
    assert actions.reopen(story.stamp(), story.incident, " again ").reason == "again"


def test_an_undo_is_an_entry_like_any_other(story: Story) -> None:
    note = story.tell(Noted, text="x")
    made = actions.undo(story.stamp(who=ANA), story.incident, note)
    assert made == Undone(id="e3", at=minute(2), who=ANA, entry="e2")
