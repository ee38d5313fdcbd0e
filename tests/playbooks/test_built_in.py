"""The built-in playbooks keep to their own rules."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import cockpit.playbooks
from cockpit.incident.entries import FACTS
from cockpit.playbooks.commands import fill, placeholders, refusal
from cockpit.playbooks.parse import understand
from cockpit.playbooks.playbook import CONTAIN, PHASES, Playbook, Step

FOLDER = Path(cockpit.playbooks.__file__).parent
NAMES = ("general", "bad-deploy", "misconfiguration", "bug-in-production")
PLAYBOOKS = {name: understand((FOLDER / f"{name}.md").read_bytes(), name) for name in NAMES}
DIAGNOSIS = re.compile(r"\b(cause|debug|diagnos\w*|investigat\w*|understand|root)\b", re.I)

each = pytest.mark.parametrize("playbook", PLAYBOOKS.values(), ids=PLAYBOOKS)


def containment(playbook: Playbook) -> tuple[Step, ...]:
    return playbook.phases[CONTAIN - 1].steps


def test_every_file_is_listed_here() -> None:
    assert {file.stem for file in FOLDER.glob("*.md")} == set(NAMES)


@each
def test_the_parser_has_nothing_to_remark(playbook: Playbook) -> None:
    assert playbook.remarks == ()
    assert playbook.title != playbook.name
    assert playbook.intro


@each
def test_the_five_phases_in_order(playbook: Playbook) -> None:
    assert tuple(phase.title for phase in playbook.phases) == PHASES
    assert [phase.number for phase in playbook.phases] == [1, 2, 3, 4, 5]


@each
def test_few_steps_in_each_phase(playbook: Playbook) -> None:
    counts = [len(phase.steps) for phase in playbook.phases]
    assert all(3 <= counts[index] <= 5 for index in (0, 1, 4)), counts
    assert 5 <= counts[2] <= 9, counts
    assert counts[3] == 5, counts


@each
def test_words_fit_a_narrow_pane(playbook: Playbook) -> None:
    assert [step.text for step in playbook.steps if len(step.text) > 44] == []


@each
def test_the_first_step_is_to_say_it(playbook: Playbook) -> None:
    first = playbook.steps[0]
    assert "I think I might have broken" in first.text
    assert first.within


@each
def test_those_affected_are_told_and_one_person_is_asked(playbook: Playbook) -> None:
    own, ask = playbook.phases[0].steps, playbook.phases[1].steps
    assert any("affected" in step.text for step in own)
    assert "one person by name" in ask[0].text
    room = next(step for step in ask if "room" in step.text)
    assert re.search(r"SEV1: a call.*SEV2: a channel.*SEV3 and SEV4: a thread", room.help, re.S)


@each
def test_containment_comes_before_diagnosis(playbook: Playbook) -> None:
    steps = containment(playbook)
    assert steps[0].text.startswith("Stop")
    confirmed = max(index for index, step in enumerate(steps) if step.text.startswith("Confirm"))
    looking = [index for index, step in enumerate(steps) if DIAGNOSIS.search(step.text)]
    assert looking == [len(steps) - 1]
    assert confirmed < looking[0]
    earlier = [*playbook.phases[0].steps, *playbook.phases[1].steps]
    assert not any(DIAGNOSIS.search(step.text) for step in earlier)


@each
def test_whether_it_helped_is_read_off_a_number(playbook: Playbook) -> None:
    steps = containment(playbook)
    branch = next(index for index, step in enumerate(steps) if step.question)
    assert any(step.observe for step in steps[:branch]), "the number before"
    confirmations = [step for step in steps if step.text.startswith("Confirm")]
    assert all(step.observe and step.within for step in confirmations)
    assert any("spreads" in step.text and step.observe for step in steps)


@each
def test_a_branch_has_a_step_for_each_answer(playbook: Playbook) -> None:
    (question,) = [step for step in playbook.steps if step.question]
    answers = [step.when for step in playbook.steps if step.branch == question.slug]
    assert answers == ["yes", "no"]


def test_rolling_back_considers_migrations() -> None:
    question = PLAYBOOKS["bad-deploy"].step("is-it-safe-to-roll-back")
    assert question is not None
    assert question.question
    assert "migration" in question.help


@each
def test_every_step_but_thanks_explains_itself(playbook: Playbook) -> None:
    silent = [step.slug for step in playbook.steps if not step.help]
    assert silent == ["thank-those-who-helped-by-name"]


@each
def test_commands_are_marked_as_examples_and_can_be_filled(playbook: Playbook) -> None:
    commands = [command for step in playbook.steps for command in step.commands]
    allowed = {*playbook.fill, *FACTS}
    assert {name for command in commands for name in placeholders(command)} <= allowed
    for command in commands:
        filled = fill(command, dict.fromkeys(allowed, "it's a value"), allowed)
        assert not filled.missing
        assert not refusal(filled.text)
    assert not commands or "examples" in playbook.intro


def test_swapping_one_for_another_keeps_the_ticks_of_the_shared_phases() -> None:
    shared = {
        name: [
            step.slug
            for phase in playbook.phases
            if phase.number != CONTAIN
            for step in phase.steps
        ]
        for name, playbook in PLAYBOOKS.items()
    }
    assert all(slugs == shared["general"] for slugs in shared.values())


@each
def test_people_are_not_blamed_and_nothing_is_promised(playbook: Playbook) -> None:
    words = " ".join((playbook.intro, *(f"{step.text} {step.help}" for step in playbook.steps)))
    assert not re.search(r"\b(fault|culprit|guilty|stupid|human error|root cause|ETA)\b", words)
