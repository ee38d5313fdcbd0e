"""Steps and phases while a file is being read, and how they become the finished ones."""

from __future__ import annotations

from collections.abc import Sequence

from cockpit.playbooks import phases as five
from cockpit.playbooks.playbook import Link, Phase, Step, When
from cockpit.playbooks.slugs import Taken, slug


class StepDraft:
    def __init__(
        self, text: str, line: int, parent: StepDraft | None, when: When, branch: StepDraft | None
    ) -> None:
        self.text, self.line, self.parent = text, line, parent
        self.when, self.branch = when, branch
        self.slug = ""
        self.depth: int = 0 if parent is None else parent.depth + 1
        self.group = ""
        self.help: list[str] = []
        self.commands: list[str] = []
        self.links: list[Link] = []
        self.observe = ""
        self.within = 0
        self.who = ""
        self.answers: set[str] = set()
        """The answers that its sub-steps are for; not empty makes it a question."""


class PhaseDraft:
    def __init__(self, title: str, line: int, level: int) -> None:
        self.title, self.line, self.level = title, line, level
        """`level` is the heading's, 1..6; 7 for steps that stand under no heading."""
        self.intro: list[str] = []
        self.steps: list[StepDraft] = []


def finish(drafts: Sequence[PhaseDraft]) -> tuple[Phase, ...]:
    """The phases that have steps or are one of the five, with a slug for every step."""
    numbers = five.numbers([draft.title for draft in drafts])
    _name([step for draft in drafts for step in draft.steps])
    return tuple(
        Phase(
            title=five.bare(draft.title) if number else draft.title,
            number=number,
            steps=tuple(_step(step) for step in draft.steps),
            line=draft.line,
            intro="\n\n".join(draft.intro),
        )
        for draft, number in zip(drafts, numbers, strict=True)
        if draft.steps or number
    )


def _name(steps: Sequence[StepDraft]) -> None:
    taken = Taken()
    for place, step in enumerate(steps, 1):
        step.slug = taken.take(slug(step.text) or f"step-{place}")


def _step(draft: StepDraft) -> Step:
    return Step(
        slug=draft.slug,
        text=draft.text,
        line=draft.line,
        depth=draft.depth,
        parent=draft.parent.slug if draft.parent else "",
        help="\n\n".join(draft.help),
        commands=tuple(draft.commands),
        observe=draft.observe,
        within=draft.within,
        who=draft.who,
        links=tuple(dict.fromkeys(draft.links)),
        question=bool(draft.answers),
        when=draft.when,
        branch=draft.branch.slug if draft.branch else "",
        group=draft.group,
    )
