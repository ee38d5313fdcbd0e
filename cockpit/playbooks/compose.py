"""Several playbooks as the one checklist of an incident: the five phases, always in order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

import msgspec

from cockpit.playbooks.playbook import CONTAIN, PHASES, Phase, Playbook, Step
from cockpit.playbooks.slugs import Taken


def compose(playbooks: Sequence[Playbook]) -> Playbook:
    """The first playbook with the others worked into it. Always exactly the five phases.

    What is under one of the five headings goes to that phase, and a step that is there already
    appears once; whatever else a playbook has takes the place of phase 3 of the first, and that
    of several playbooks follows each other there. Ticks are kept by slug, so slugs stay as they
    are wherever they can: the earlier playbook keeps its own, and a later one's gets a number
    only where it would be a second.
    """
    replaced = (
        bool(playbooks)
        and playbooks[0].has_five_phases
        and any(_replaces_containment(playbook) for playbook in playbooks[1:])
    )
    checklist = _Checklist()
    for index, playbook in enumerate(playbooks):
        checklist.work_in(playbook, without_containment=replaced and index == 0)
    return Playbook(
        name="+".join(playbook.name for playbook in playbooks),
        title=" + ".join(playbook.title for playbook in playbooks),
        intro=_joined(playbook.intro for playbook in playbooks),
        phases=checklist.phases(),
        # A later playbook is the more specific one, so what it says of these counts.
        severity=next((it.severity for it in reversed(playbooks) if it.severity), ""),
        cadence={key: span for it in playbooks for key, span in it.cadence.items()},
        links=_all(playbook.links for playbook in playbooks),
        fill=_all(playbook.fill for playbook in playbooks),
        keywords=_all(playbook.keywords for playbook in playbooks),
    )


def _replaces_containment(playbook: Playbook) -> bool:
    return not playbook.has_five_phases and any(
        phase.steps and phase.number in (0, CONTAIN) for phase in playbook.phases
    )


class _Checklist:
    def __init__(self) -> None:
        self.steps: dict[int, list[Step]] = {number: [] for number in range(1, len(PHASES) + 1)}
        self.intros: dict[int, list[str]] = {number: [] for number in self.steps}
        self.lines: dict[int, int] = {}
        self.slugs = Taken()

    def work_in(self, playbook: Playbook, without_containment: bool) -> None:
        renamed: dict[str, str] = {}
        for phase in playbook.phases:
            number = phase.number or CONTAIN
            if without_containment and number == CONTAIN:
                continue
            self.lines.setdefault(number, phase.line)
            self.intros[number].append(phase.intro)
            steps = self.steps[number]
            there = {step.slug: step for step in steps} if phase.number else {}
            united: dict[str, Step] = {}
            for original in phase.steps:
                step = _under_new_names(original, renamed)
                same = there.get(step.slug)
                if same and (same.parent, same.when) == (step.parent, step.when):
                    united[same.slug] = _united(same, step)
                    continue
                renamed[step.slug] = slug = self.slugs.take(step.slug)
                group = step.group or ("" if phase.number else phase.title)
                _place(steps, msgspec.structs.replace(step, slug=slug, group=group))
            if united:
                steps[:] = [united.get(step.slug, step) for step in steps]

    def phases(self) -> tuple[Phase, ...]:
        return tuple(
            Phase(
                title=title,
                number=number,
                steps=tuple(self.steps[number]),
                line=self.lines.get(number, 0),
                intro="\n\n".join(self.intros[number]),
            )
            for number, title in enumerate(PHASES, 1)
        )


def _place(steps: list[Step], step: Step) -> None:
    """After its parent and that one's other sub-steps, or at the end."""
    at = len(steps)
    if step.parent and step.parent not in (steps[-1].slug, steps[-1].parent):
        parent = at - 1
        while steps[parent].slug != step.parent:
            parent -= 1
        at = parent + 1
        while at < len(steps) and steps[at].depth > steps[parent].depth:
            at += 1
    steps.insert(at, step)


def _under_new_names(step: Step, renamed: dict[str, str]) -> Step:
    parent = renamed.get(step.parent, step.parent)
    branch = renamed.get(step.branch, step.branch)
    if (parent, branch) == (step.parent, step.branch):
        return step
    return msgspec.structs.replace(step, parent=parent, branch=branch)


def _united(first: Step, second: Step) -> Step:
    """The same step of two playbooks: the first one's words, and whatever only the second has."""
    return msgspec.structs.replace(
        first,
        help=_joined((first.help, second.help)),
        commands=_all((first.commands, second.commands)),
        observe=first.observe or second.observe,
        within=first.within or second.within,
        who=first.who or second.who,
        links=_all((first.links, second.links)),
        question=first.question or second.question,
    )


def _joined(parts: Iterable[str]) -> str:
    return "\n\n".join(dict.fromkeys(part for part in parts if part))


Part = TypeVar("Part")


def _all(parts: Iterable[Iterable[Part]]) -> tuple[Part, ...]:
    return tuple(dict.fromkeys(part for some in parts for part in some))
