"""Several playbooks make one checklist of five phases."""

from __future__ import annotations

from cockpit.playbooks.compose import compose
from cockpit.playbooks.parse import parse
from cockpit.playbooks.playbook import PHASES, Playbook

HEADINGS = ("1. Own it", "2. Don't isolate", "3. Contain", "4. Lessons learned", "5. Move on")


def five(name: str, *steps: str) -> Playbook:
    """A playbook with the five phases; `steps` are the Markdown lines of each."""
    padded = (*steps, *[""] * 5)
    text = "\n\n".join(
        f"## {title}\n{lines}" for title, lines in zip(HEADINGS, padded, strict=False)
    )
    return parse(f"# {name}\n\n{text}", name)


def guest(name: str, text: str) -> Playbook:
    return parse(f"# {name}\n\n{text}", name)


def slugs(playbook: Playbook) -> list[list[str]]:
    return [[step.slug for step in phase.steps] for phase in playbook.phases]


BASE = five(
    "General", "- [ ] own", "- [ ] ask", "- [ ] stop\n- [ ] look", "- [ ] write", "- [ ] go"
)


def test_one_playbook_has_the_five_phases_with_their_own_titles() -> None:
    whole = compose([BASE])
    assert tuple(phase.title for phase in whole.phases) == PHASES
    assert [phase.number for phase in whole.phases] == [1, 2, 3, 4, 5]
    assert slugs(whole) == [["own"], ["ask"], ["stop", "look"], ["write"], ["go"]]
    assert (whole.title, whole.name) == ("General", "General")


def test_no_playbook_still_has_five_phases() -> None:
    assert [phase.title for phase in compose([]).phases] == list(PHASES)


def test_a_playbook_without_the_five_takes_the_place_of_the_third() -> None:
    whole = compose([BASE, guest("Payments", "## Restart\n- [ ] drain\n## Check\n- [ ] look")])
    assert slugs(whole) == [["own"], ["ask"], ["drain", "look"], ["write"], ["go"]]
    assert [step.group for step in whole.phases[2].steps] == ["Restart", "Check"]
    assert whole.title == "General + Payments"


def test_several_follow_each_other_there() -> None:
    whole = compose([BASE, guest("A", "- [ ] a\n- [ ] both"), guest("B", "- [ ] both\n- [ ] b")])
    assert slugs(whole)[2] == ["a", "both", "both-2", "b"]


def test_a_playbook_alone_that_lacks_the_five_fills_the_third() -> None:
    whole = compose([guest("A", "- [ ] a")])
    assert slugs(whole) == [[], [], ["a"], [], []]


def test_one_with_the_five_is_merged_phase_by_phase() -> None:
    other = five("Deploy", "- [ ] own\n- [ ] tell", "", "- [ ] roll back\n- [ ] look")
    whole = compose([BASE, other])
    assert slugs(whole) == [
        ["own", "tell"],
        ["ask"],
        ["stop", "look", "roll-back"],
        ["write"],
        ["go"],
    ]


def test_what_is_under_one_of_the_five_headings_goes_there() -> None:
    whole = compose(
        [BASE, guest("A", "## Own it\n- [ ] tell the bank\n## Lessons learned\n- [ ] bill")]
    )
    assert slugs(whole) == [
        ["own", "tell-the-bank"],
        ["ask"],
        ["stop", "look"],
        ["write", "bill"],
        ["go"],
    ]


def test_the_same_step_of_two_playbooks_keeps_what_either_says() -> None:
    one = five("A", "- [ ] own\n  <!-- who: lead -->\n\n  First.\n\n  ```\n  a\n  ```")
    two = five("B", "- [ ] own\n  <!-- within: 5m -->\n\n  Second.\n\n  ```\n  b\n  ```")
    (step,) = compose([one, two]).steps
    assert (step.who, step.within, step.help) == ("lead", 300, "First.\n\nSecond.")
    assert step.commands == ("a", "b")


def test_the_same_words_in_another_phase_are_another_step() -> None:
    whole = compose([BASE, five("B", "- [ ] look")])
    assert slugs(whole)[0] == ["own", "look-2"]
    assert slugs(whole)[2] == ["stop", "look"]


def test_earlier_slugs_never_change_when_a_playbook_is_added() -> None:
    parts = [BASE, guest("A", "- [ ] a\n- [ ] own\n  - [ ] sub"), guest("B", "- [ ] own\n- [ ] a")]
    before = compose(parts[:2]).steps
    after = compose(parts).steps
    assert tuple(step for step in after if step in before) == before


def test_sub_steps_and_branches_follow_their_step_under_its_new_name() -> None:
    text = "- [ ] own?\n  - [ ] Yes: sub\n  - [ ] No: other"
    whole = compose([five("G", "- [ ] own"), guest("A", text)])
    question, yes, no = whole.phases[2].steps
    assert question.slug == "own-2"
    assert (yes.parent, yes.branch, yes.when) == ("own-2", "own-2", "yes")
    assert (no.parent, no.branch, no.when) == ("own-2", "own-2", "no")


def test_new_sub_steps_of_a_shared_step_are_put_under_it() -> None:
    one = five("A", "- [ ] a\n  - [ ] a1\n- [ ] b")
    two = five("B", "- [ ] a\n  - [ ] a2\n    - [ ] deep\n  - [ ] a3\n- [ ] c")
    assert slugs(compose([one, two]))[0] == ["a", "a1", "a2", "deep", "a3", "b", "c"]


def test_a_shared_step_is_not_moved_into_a_branch() -> None:
    one = five("A", "", "", "- [ ] safe?\n  - [ ] Yes: go\n  - [ ] No: stay")
    two = five("B", "", "", "- [ ] go")
    steps = compose([one, two]).phases[2].steps
    assert [(step.slug, step.when) for step in steps] == [
        ("safe", ""),
        ("go", "yes"),
        ("stay", "no"),
        ("go-2", ""),
    ]


def test_the_later_playbook_is_the_more_specific() -> None:
    one = parse("---\nseverity: SEV3\ncadence: {SEV1: 15m}\nfill: [a]\n---\n- [ ] {a}", "one")
    two = parse("---\nseverity: SEV1\ncadence: {SEV1: 5m, SEV2: 30m}\nfill: [b, a]\n---\n", "two")
    whole = compose([one, two, parse("- [ ] x", "three")])
    assert (whole.severity, whole.cadence) == ("SEV1", {"SEV1": 5, "SEV2": 30})
    assert whole.fill == ("a", "b")
