"""What to say about a playbook after it was read: slips that are easy to make and hard to see."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from cockpit.incident.entries import FACTS
from cockpit.playbooks.commands import placeholders
from cockpit.playbooks.draft import StepDraft
from cockpit.playbooks.playbook import Remark

_CHECKBOX = re.compile(r"\s*(?:>\s?)*(?:[-*+]|\d+[.)])?\s*\[[ xX]?\](?![(:\[])")


def unfinished(
    lines: Sequence[str], step_lines: Collection[int], code_lines: Collection[int]
) -> list[Remark]:
    """Lines that look like steps and are not: "-[ ] no space", "- [] no space", "- [ ]"."""
    return [
        Remark(number, "looks like a step but is not; write “- [ ] words”", "problem")
        for number, line in enumerate(lines, 1)
        if "[" in line
        and number not in step_lines
        and number not in code_lines
        and _CHECKBOX.match(line)
    ]


def one_sided(steps: Iterable[StepDraft]) -> list[Remark]:
    """Questions with steps for one answer only: right at times, so it is only said."""
    return [
        Remark(step.line, f"only the answer “{answer}” has steps", "understood")
        for step in steps
        for answer in step.answers
        if len(step.answers) == 1
    ]


def unfilled(steps: Iterable[StepDraft], fill: Collection[str], fill_line: int) -> list[Remark]:
    """Placeholders that nothing fills, and names under `fill:` that no command has."""
    remarks: list[Remark] = []
    used: set[str] = set()
    for step in steps:
        names = dict.fromkeys(name for command in step.commands for name in placeholders(command))
        used.update(names)
        remarks += [
            Remark(
                step.line,
                f"“{name}” in its command is left as it is; “fill: [{name}]” in the "
                "front matter would fill it",
                "ignored",
            )
            for name in names
            if name not in fill and name not in FACTS
        ]
    unused = [name for name in fill if name not in used]
    return remarks + [
        Remark(
            fill_line,
            f"“{name}” is under fill: but no command has {{{name}}} or <{name}>",
            "problem",
        )
        for name in unused
    ]
