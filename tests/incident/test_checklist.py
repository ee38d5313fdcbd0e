"""The checklist: what is done, what applies, what is next."""

from __future__ import annotations

from typing import Any

import pytest

from cockpit.incident.checklist import Checklist, UnknownStep, checklist, with_added_steps
from cockpit.incident.entries import (
    Answered,
    Declared,
    Skipped,
    StepAdded,
    Taken,
    Ticked,
    Unticked,
)
from cockpit.incident.state import Incident
from cockpit.playbooks.playbook import Phase, Playbook, Step
from tests.incident.story import Story


def step(slug: str, parent: str = "", when: str = "", **fields: Any) -> Step:
    """A step; one with `when` belongs to the branch of its parent."""
    depth = fields.pop("depth", 1 if parent else 0)
    branch = fields.pop("branch", parent if when else "")
    return Step(
        slug=slug,
        text=slug.capitalize(),
        line=1,
        depth=depth,
        parent=parent,
        when=when,  # type: ignore[arg-type]
        branch=branch,
        **fields,
    )


PLAYBOOK = Playbook(
    name="bad-deploy",
    title="Bad deploy",
    phases=(
        Phase(title="Own it", number=1, line=1, steps=(step("say-so"), step("say-when"))),
        Phase(
            title="Contain the damage",
            number=3,
            line=5,
            steps=(
                step("flag", question=True),
                step("switch-off", "flag", "yes"),
                step("ask-owner", "flag", "no"),
                step("still", "flag", "no", question=True),
                step("page", "still", "yes", depth=2),
                step("wait", "still", "no", depth=2),
                step("note-why", "wait", "no", depth=3, branch="still"),
                step("verify", group="Afterwards"),
            ),
        ),
        Phase(title="Move on", number=5, line=20, steps=()),
    ),
)


@pytest.fixture
def story() -> Story:
    story = Story()
    story.tell(Declared, facts={"what": "down"})
    return story


def look(story: Story) -> Checklist:
    return checklist(with_added_steps(PLAYBOOK, story.incident), story.incident)


def slugs(found: Checklist, phase: int) -> list[str]:
    return [row.step.slug for row in found.phases[phase].rows]


def answer(story: Story, slug: str, choice: str) -> None:
    story.tell(Answered, step=slug, text=slug, answer=choice)


# -- status and progress -------------------------------------------------------------------


def test_at_first_every_step_is_open_and_the_first_is_next(story: Story) -> None:
    found = look(story)
    assert {row.status for row in found.rows()} == {"open"}
    assert [(p.title, p.handled, p.total, p.folded) for p in found.phases] == [
        ("Own it", 0, 2, 0),
        ("Contain the damage", 0, 8, 0),
        ("Move on", 0, 0, 0),
    ]
    assert found.next is not None
    assert found.next.step.slug == "say-so"


def test_ticks_and_skips_are_progress_and_a_step_in_hand_is_not(story: Story) -> None:
    story.tell(Ticked, step="say-so", text="", observed="seen")
    story.tell(Taken, step="say-when", text="", by="ana")
    story.tell(Skipped, step="verify", text="", reason="no need")
    found = look(story)
    assert [(phase.handled, phase.total) for phase in found.phases] == [(1, 2), (1, 8), (0, 0)]
    rows = {row.step.slug: row for row in found.rows()}
    assert [rows[s].status for s in ("say-so", "say-when", "verify")] == [
        "done",
        "doing",
        "skipped",
    ]
    assert rows["say-so"].record is not None
    assert rows["say-so"].record.note == "seen"


def test_the_next_step_is_the_first_not_handled_also_when_someone_has_it_in_hand(
    story: Story,
) -> None:
    story.tell(Ticked, step="say-so", text="")
    story.tell(Taken, step="say-when", text="", by="ana")
    found = look(story)
    assert found.next is not None
    assert found.next.step.slug == "say-when"


def test_unticking_makes_a_step_the_next_again(story: Story) -> None:
    story.tell(Ticked, step="say-so", text="")
    story.tell(Unticked, step="say-so", text="")
    found = look(story)
    assert found.next is not None
    assert found.next.step.slug == "say-so"


def test_when_all_is_handled_nothing_is_next(story: Story) -> None:
    for row in look(story).rows():
        story.tell(Skipped, step=row.step.slug, text="", reason="x")
    found = look(story)
    assert found.next is None
    assert found.after("say-so") is None
    assert all(phase.handled == phase.total for phase in found.phases)


def test_a_tick_of_a_step_that_is_not_in_the_playbook_changes_no_number(story: Story) -> None:
    story.tell(Ticked, step="of-another-playbook", text="")
    assert [phase.handled for phase in look(story).phases] == [0, 0, 0]


# -- branches ------------------------------------------------------------------------------


def test_before_the_answer_both_branches_are_there(story: Story) -> None:
    assert slugs(look(story), 1) == [
        "flag", "switch-off", "ask-owner", "still", "page", "wait", "note-why", "verify",
    ]  # fmt: skip


def test_yes_folds_the_other_branch_away_with_all_that_hangs_on_it(story: Story) -> None:
    answer(story, "flag", "yes")
    found = look(story)
    assert slugs(found, 1) == ["flag", "switch-off", "verify"]
    assert (found.phases[1].handled, found.phases[1].total, found.phases[1].folded) == (1, 3, 5)


def test_a_nested_branch_folds_by_its_own_answer(story: Story) -> None:
    answer(story, "flag", "no")
    answer(story, "still", "yes")
    assert slugs(look(story), 1) == ["flag", "ask-owner", "still", "page", "verify"]
    answer(story, "still", "no")
    assert slugs(look(story), 1) == ["flag", "ask-owner", "still", "wait", "note-why", "verify"]


def test_an_answer_to_a_question_that_is_folded_away_does_not_bring_its_branch_back(
    story: Story,
) -> None:
    answer(story, "still", "yes")
    answer(story, "flag", "yes")
    assert slugs(look(story), 1) == ["flag", "switch-off", "verify"]


def test_a_changed_answer_brings_the_other_branch_back_with_its_ticks(story: Story) -> None:
    story.tell(Ticked, step="ask-owner", text="")
    answer(story, "flag", "yes")
    answer(story, "flag", "no")
    found = look(story)
    assert slugs(found, 1)[:2] == ["flag", "ask-owner"]
    row = found.row("ask-owner")
    assert row is not None
    assert row.status == "done"


def test_a_skipped_question_folds_both_branches(story: Story) -> None:
    story.tell(Skipped, step="flag", text="", reason="no flags here")
    assert slugs(look(story), 1) == ["flag", "verify"]


def test_a_question_skipped_because_of_no_is_not_answered_no(story: Story) -> None:
    story.tell(Skipped, step="flag", text="", reason="no")
    row = look(story).row("flag")
    assert row is not None
    assert (row.status, row.answer) == ("skipped", "")
    assert slugs(look(story), 1) == ["flag", "verify"]


@pytest.mark.parametrize("again", [Unticked, Taken])
def test_opening_a_question_again_unfolds_both_branches(story: Story, again: Any) -> None:
    answer(story, "flag", "yes")
    story.tell(again, step="flag", text="", **({"by": "ana"} if again is Taken else {}))
    assert len(slugs(look(story), 1)) == 8
    row = look(story).row("flag")
    assert row is not None
    assert row.answer == ""


def test_the_answer_is_read_from_the_row(story: Story) -> None:
    answer(story, "flag", "yes")
    row = look(story).row("flag")
    assert row is not None
    assert (row.status, row.answer) == ("done", "yes")


def test_a_question_that_was_a_plain_step_before_a_swap_has_no_answer(story: Story) -> None:
    story.tell(Ticked, step="flag", text="", observed="off since 14:02")
    row = look(story).row("flag")
    assert row is not None
    assert (row.status, row.answer) == ("done", "")
    assert len(slugs(look(story), 1)) == 8


def test_the_value_observed_at_a_plain_step_is_no_answer(story: Story) -> None:
    story.tell(Ticked, step="verify", text="", observed="yes")
    row = look(story).row("verify")
    assert row is not None
    assert row.answer == ""


def test_the_next_step_skips_what_is_folded_away(story: Story) -> None:
    for slug in ("say-so", "say-when"):
        story.tell(Ticked, step=slug, text="")
    answer(story, "flag", "no")
    found = look(story)
    assert found.next is not None
    assert found.next.step.slug == "ask-owner"


# -- moving on -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("behind", "follows"),
    [("say-so", "say-when"), ("say-when", "flag"), ("verify", "say-when"), ("unknown", "say-when")],
)
def test_the_next_open_step_behind_one_or_else_the_first_open_of_all(
    story: Story, behind: str, follows: str
) -> None:
    story.tell(Ticked, step="say-so", text="")
    row = look(story).after(behind)
    assert row is not None
    assert row.step.slug == follows


def test_a_step_can_be_found_by_its_name_or_the_beginning_of_it(story: Story) -> None:
    found = look(story)
    for name in ("verify", "ver", "say-so", "still"):
        assert found.find(name).step.slug.startswith(name)


def test_the_whole_name_wins_over_longer_ones(story: Story) -> None:
    story.tell(StepAdded, step="say", text="Say", phase=1)
    assert look(story).find("say").step.slug == "say"


def test_a_beginning_that_fits_several_steps_names_them(story: Story) -> None:
    with pytest.raises(UnknownStep, match=r"“say” could be any of: say-so, say-when\."):
        look(story).find("say")


@pytest.mark.parametrize("name", ["nothing", "", "SO"])
def test_a_name_that_fits_no_step_lists_them_all(story: Story, name: str) -> None:
    with pytest.raises(UnknownStep, match=f"No step is called “{name}”. The steps: say-so, say-w"):
        look(story).find(name)


def test_a_checklist_without_steps_says_that_there_are_none() -> None:
    empty = checklist(Playbook(name="x", title="X"), Incident())
    assert empty.next is None
    with pytest.raises(UnknownStep, match=r"The steps: none\."):
        empty.find("x")


# -- steps of one's own --------------------------------------------------------------------


def test_a_step_is_added_behind_another(story: Story) -> None:
    story.tell(StepAdded, step="call-bo", text="Call Bo", phase=1, after="say-so")
    assert slugs(look(story), 0) == ["say-so", "call-bo", "say-when"]


def test_a_step_without_a_place_is_added_at_the_end_of_its_phase(story: Story) -> None:
    for slug, after in (("a", ""), ("b", "not-here"), ("c", "verify")):
        story.tell(StepAdded, step=slug, text=slug, phase=1, after=after)
    assert slugs(look(story), 0) == ["say-so", "say-when", "a", "b", "c"]


def test_a_step_is_added_to_a_phase_without_steps(story: Story) -> None:
    story.tell(StepAdded, step="walk", text="Walk", phase=5)
    assert slugs(look(story), 2) == ["walk"]


def test_a_step_behind_one_with_sub_steps_goes_behind_those(story: Story) -> None:
    story.tell(StepAdded, step="new", text="New", phase=3, after="flag")
    assert slugs(look(story), 1)[-2:] == ["new", "verify"]
    row = look(story).row("new")
    assert row is not None
    assert (row.step.depth, row.step.when, row.step.branch) == (0, "", "")


def test_a_step_added_in_a_branch_belongs_to_it(story: Story) -> None:
    story.tell(StepAdded, step="new", text="New", phase=3, after="switch-off")
    assert slugs(look(story), 1)[:3] == ["flag", "switch-off", "new"]
    answer(story, "flag", "no")
    assert "new" not in slugs(look(story), 1)


def test_a_step_added_under_a_heading_stands_under_it(story: Story) -> None:
    story.tell(StepAdded, step="new", text="New", phase=3, after="verify")
    row = look(story).row("new")
    assert row is not None
    assert row.step.group == "Afterwards"


def test_of_two_steps_added_at_one_place_the_later_is_nearer(story: Story) -> None:
    story.tell(StepAdded, step="a", text="A", phase=1, after="say-so")
    story.tell(StepAdded, step="b", text="B", phase=1, after="say-so")
    assert slugs(look(story), 0) == ["say-so", "b", "a", "say-when"]


def test_a_step_can_be_added_behind_an_added_one(story: Story) -> None:
    story.tell(StepAdded, step="a", text="A", phase=1, after="say-so")
    story.tell(StepAdded, step="b", text="B", phase=1, after="a")
    assert slugs(look(story), 0) == ["say-so", "a", "b", "say-when"]


def test_a_slug_appears_once_and_the_playbooks_own_step_wins(story: Story) -> None:
    story.tell(StepAdded, step="verify", text="Mine", phase=1)
    story.tell(StepAdded, step="new", text="First", phase=1)
    story.tell(StepAdded, step="new", text="Second", phase=3)
    texts = [row.step.text for row in look(story).rows() if row.step.slug in ("verify", "new")]
    assert texts == ["First", "Verify"]


def test_an_added_step_counts_and_can_be_ticked(story: Story) -> None:
    story.tell(StepAdded, step="new", text="New", phase=1)
    story.tell(Ticked, step="new", text="New")
    phase = look(story).phases[0]
    assert (phase.handled, phase.total) == (1, 3)


def test_without_added_steps_the_playbook_is_as_it_was(story: Story) -> None:
    assert with_added_steps(PLAYBOOK, story.incident) == PLAYBOOK
