"""The checklist: a playbook's steps with what the record says of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import msgspec

from cockpit.incident.entries import PlaybookText
from cockpit.incident.state import Incident, Status, StepRecord
from cockpit.playbooks.playbook import Phase, Playbook, Step


class UnknownStep(LookupError):
    """No step, or more than one, goes by that name; the message lists what could be meant."""


@dataclass(frozen=True, slots=True)
class Row:
    step: Step
    phase: int
    status: Status
    record: StepRecord | None

    @property
    def answer(self) -> str:
        """ "yes", "no", or "" while the branch is open."""
        if not self.step.question or self.record is None or self.record.status != "done":
            return ""
        return self.record.note if self.record.note in ("yes", "no") else ""


@dataclass(frozen=True, slots=True)
class PhaseRows:
    number: int
    title: str
    rows: tuple[Row, ...]
    """The rows that apply; those of a branch that was not taken are in `folded`."""
    folded: int

    @property
    def handled(self) -> int:
        return sum(row.status in ("done", "skipped") for row in self.rows)

    @property
    def total(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, slots=True)
class Checklist:
    phases: tuple[PhaseRows, ...]
    next: Row | None
    """The first step that is not handled, in the order of the playbook."""

    def rows(self) -> Iterator[Row]:
        for phase in self.phases:
            yield from phase.rows

    def row(self, slug: str) -> Row | None:
        return next((row for row in self.rows() if row.step.slug == slug), None)

    def find(self, name: str) -> Row:
        """The step with this slug or unique prefix of a slug. Raises UnknownStep."""
        exact = self.row(name)
        if exact is not None:
            return exact
        fits = [row for row in self.rows() if name and row.step.slug.startswith(name)]
        if len(fits) == 1:
            return fits[0]
        if fits:
            names = ", ".join(row.step.slug for row in fits)
            raise UnknownStep(f"“{name}” could be any of: {names}.")
        names = ", ".join(row.step.slug for row in self.rows())
        raise UnknownStep(f"No step is called “{name}”. The steps: {names or 'none'}.")

    def after(self, slug: str) -> Row | None:
        """The next open step behind this one, or the first open one of all.

        A step of a branch that nobody has decided on is not next: its question is.
        """
        seen = False
        undecided = {
            row.step.slug for row in self.rows() if row.step.question and row.status == "open"
        }
        for row in self.rows():
            waits = row.step.branch in undecided
            if seen and not waits and row.status in ("open", "doing"):
                return row
            seen = seen or row.step.slug == slug
        return self.next


def with_added_steps(playbook: Playbook, incident: Incident) -> Playbook:
    """The playbook with the steps that were added during the incident put in their places."""
    phases = {phase.number: list(phase.steps) for phase in playbook.phases}
    taken = {step.slug for step in playbook.steps}
    for added in incident.added_steps:
        if added.step in taken or added.phase not in phases:
            continue
        steps = phases[added.phase]
        at = next((i for i, step in enumerate(steps) if step.slug == added.after), None)
        if at is None:
            steps.append(Step(slug=added.step, text=added.text, line=0))
        else:
            above = steps[at]
            at += 1
            while at < len(steps) and steps[at].depth > above.depth:
                at += 1
            steps.insert(
                at,
                Step(
                    slug=added.step,
                    text=added.text,
                    line=0,
                    depth=above.depth,
                    parent=above.parent,
                    when=above.when,
                    branch=above.branch,
                    group=above.group,
                ),
            )
        taken.add(added.step)
    return msgspec.structs.replace(
        playbook,
        phases=tuple(
            msgspec.structs.replace(phase, steps=tuple(phases[phase.number]))
            for phase in playbook.phases
        ),
    )


@lru_cache(maxsize=16)
def _parsed(text: PlaybookText) -> Playbook:
    from cockpit.playbooks.parse import parse  # Markdown: only when a checklist is wanted

    return parse(text.text, text.name)


def playbook_of(incident: Incident) -> Playbook:
    """The playbooks of the incident as one, with the steps that were added to it.

    The Markdown of each is read once, however often the record changes.
    """
    from cockpit.playbooks.compose import compose

    return with_added_steps(compose([_parsed(one) for one in incident.playbooks]), incident)


def checklist(playbook: Playbook, incident: Incident) -> Checklist:
    """`playbook` is composed, with its added steps (see `with_added_steps`)."""
    phases = tuple(_phase_rows(phase, incident) for phase in playbook.phases)
    rows = [row for phase in phases for row in phase.rows]
    following = next((row for row in rows if row.status in ("open", "doing")), None)
    return Checklist(phases, following)


def _phase_rows(phase: Phase, incident: Incident) -> PhaseRows:
    rows: list[Row] = []
    closed_branches: set[tuple[str, str]] = set()
    """(question, branch) pairs that do not apply."""
    folded_steps: set[str] = set()
    for step in phase.steps:
        record = incident.steps.get(step.slug)
        away = (step.branch, step.when) in closed_branches or step.parent in folded_steps
        if away or step.branch in folded_steps:
            folded_steps.add(step.slug)
            continue
        status: Status = record.status if record is not None else "open"
        row = Row(step, phase.number, status, record)
        rows.append(row)
        if step.question and status == "skipped":
            closed_branches |= {(step.slug, "yes"), (step.slug, "no")}
        elif row.answer:
            closed_branches.add((step.slug, "no" if row.answer == "yes" else "yes"))
    return PhaseRows(phase.number, phase.title, tuple(rows), len(folded_steps))
