"""What a playbook is. Types only, cheap to import: parsing is next door."""

from __future__ import annotations

from typing import Literal

import msgspec

PHASES: tuple[str, ...] = (
    "Own it",
    "Don't isolate yourself",
    "Contain the damage",
    "Share what you've learned",
    "Move on",
)
"""The five phases, in order; a phase's number is its place, 1 to 5."""

CONTAIN = 3
"""The phase whose place is taken by a playbook that does not have the five."""

When = Literal["", "yes", "no"]
Level = Literal["understood", "ignored", "problem"]


class Link(msgspec.Struct, frozen=True):
    text: str
    url: str


class Remark(msgspec.Struct, frozen=True):
    """Something that the parser has to say about a line of the file (lines count from 1)."""

    line: int
    text: str
    level: Level


class Step(msgspec.Struct, frozen=True):
    """One step. `text` and `help` are plain words, without Markdown."""

    slug: str
    text: str
    line: int
    depth: int = 0
    """0 for a step, 1 for its sub-steps, and so on."""
    parent: str = ""
    """The slug of the step that this is a sub-step of."""
    help: str = ""
    commands: tuple[str, ...] = ()
    """Each is copied as a whole and may have several lines."""
    observe: str = ""
    """What to look at before ticking; the value seen goes on the timeline."""
    within: int = 0
    """Seconds that the step should take at most; 0: nothing is said."""
    who: str = ""
    links: tuple[Link, ...] = ()
    question: bool = False
    """A branch: it is answered with yes or no instead of ticked."""
    when: When = ""
    """The answer to `branch` under which this step applies; "" for always."""
    branch: str = ""
    """The slug of the nearest enclosing question."""
    group: str = ""
    """The heading inside the phase, or the title of the list, that the step stands under."""


class Phase(msgspec.Struct, frozen=True):
    title: str
    number: int
    """1..5, or 0 for a heading that is none of the five phases."""
    steps: tuple[Step, ...]
    """In document order, sub-steps after their step."""
    line: int
    intro: str = ""
    """The words between the heading and the first step."""


class Playbook(msgspec.Struct, frozen=True):
    name: str
    title: str
    intro: str = ""
    phases: tuple[Phase, ...] = ()
    severity: str = ""
    """SEV1..SEV4, or "" when the playbook does not say."""
    cadence: dict[str, int] = {}
    """Minutes between updates: severity -> minutes; "" is for any other severity."""
    links: tuple[Link, ...] = ()
    fill: tuple[str, ...] = ()
    """Names of placeholders that may be filled in commands, besides the facts."""
    keywords: tuple[str, ...] = ()
    """Words that suggest this playbook."""
    remarks: tuple[Remark, ...] = ()

    @property
    def steps(self) -> tuple[Step, ...]:
        return tuple(step for phase in self.phases for step in phase.steps)

    def step(self, slug: str) -> Step | None:
        return next((step for step in self.steps if step.slug == slug), None)

    @property
    def containing(self) -> frozenset[str]:
        """The slugs of the steps that contain: their ticks are news for those who wait."""
        phases = (phase for phase in self.phases if phase.number == CONTAIN)
        return frozenset(step.slug for phase in phases for step in phase.steps)

    @property
    def has_five_phases(self) -> bool:
        return {1, 2, 3, 4, 5} <= {phase.number for phase in self.phases}
