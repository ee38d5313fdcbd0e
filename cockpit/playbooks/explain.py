"""What the cockpit understood of a playbook, line by line, for the person who wrote it."""

from __future__ import annotations

from cockpit.playbooks.playbook import CONTAIN, PHASES, Playbook, Remark, Step

_LABELS = {"understood": "note", "ignored": "ignored", "problem": "PROBLEM"}


def explain(playbook: Playbook) -> list[str]:
    """Lines of text: a summary, then each line of the file that means something, then a verdict."""
    steps = len(playbook.steps)
    rows: list[tuple[int, str]] = [*_settings(playbook)]
    for phase in playbook.phases:
        if phase.number:
            rows.append((phase.line, f"phase {phase.number}   {PHASES[phase.number - 1]}"))
        elif phase.title:
            rows.append((phase.line, f"phase     {phase.title}"))
        rows += [(step.line, _step(step)) for step in phase.steps]
    rows += [(remark.line, _remark(remark)) for remark in playbook.remarks]
    rows.sort(key=lambda row: row[0])
    return [
        f"{playbook.title}: {_count(len(playbook.phases), 'phase')}, {_count(steps, 'step')}",
        *(f"{line or '':>5}  {text}" for line, text in rows),
        *_verdict(playbook),
    ]


def _settings(playbook: Playbook) -> list[tuple[int, str]]:
    rows = []
    if playbook.severity:
        rows.append(f"severity  {playbook.severity}")
    for severity, minutes in playbook.cadence.items():
        rows.append(f"cadence   {severity or 'any severity'}: an update every {minutes} min")
    if playbook.fill:
        rows.append(f"fill      {', '.join(playbook.fill)}")
    if playbook.keywords:
        rows.append(f"keywords  {', '.join(playbook.keywords)}")
    rows += [f"link      {link.text}" for link in playbook.links]
    return [(0, row) for row in rows]


def _step(step: Step) -> str:
    kind = "question" if step.question else "step"
    words = (
        f"{kind:8}  {'  ' * step.depth}{step.when.title() + ': ' if step.when else ''}{step.text}"
    )
    more = [f"[{step.slug}]"]
    if step.commands:
        lines = sum(command.count("\n") + 1 for command in step.commands)
        more.append(f"{_count(len(step.commands), 'command')} ({_count(lines, 'line')})")
    if step.observe:
        more.append(f"observe: {step.observe}")
    if step.within:
        more.append(f"within: {_span(step.within)}")
    if step.who:
        more.append(f"who: {step.who}")
    if step.help:
        more.append("help")
    if step.links:
        more.append(_count(len(step.links), "link"))
    return f"{words}  {' · '.join(more)}"


def _span(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    return " ".join(filter(None, (f"{minutes} min" * bool(minutes), f"{rest} s" * bool(rest))))


def _remark(remark: Remark) -> str:
    return f"{_LABELS[remark.level]:8}  {remark.text}"


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _verdict(playbook: Playbook) -> list[str]:
    lines = []
    if not playbook.steps:
        lines.append("It has no steps: write them as “- [ ] …”, or as a numbered list.")
    elif not playbook.has_five_phases:
        third = f"phase {CONTAIN}, “{PHASES[CONTAIN - 1]}”"
        lines.append(
            "It does not have the five phases. What is not under one of their headings takes the "
            f"place of {third}, in the playbook that it is added to."
        )
    levels = [remark.level for remark in playbook.remarks]
    problems, ignored = levels.count("problem"), levels.count("ignored")
    lines.append(f"{_count(problems, 'problem')}, {ignored} ignored.")
    return lines
