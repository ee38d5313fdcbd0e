"""The header: what is wrong, how bad, how long, who is owed a word, and whether all is saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from rich.cells import cell_len
from rich.text import Text
from textual.widgets import Static

from cockpit.incident.state import Incident
from cockpit.incident.times import show_clock, show_span
from cockpit.incident.wording import one_line
from cockpit.ui.looks import look
from cockpit.ui.wrap import cut

Part = tuple[str, str]
"""Words, and their look: "" plain, "dim", "bad", "warn", "good", "strong"."""

MUST_SHOW = len("✗ NOT SAVED")
"""Cells of the state of saving that are shown on the narrowest screen."""
SHORT_TITLE = 8


@dataclass(slots=True)
class HeaderFacts:
    """What the header is made from, at one tick of the clock."""

    incident: Incident
    now: datetime
    saved: str
    """ "saved", "saving", or why it is not saved, or can't be."""
    owed: Sequence[Part] = field(default_factory=tuple)
    """The most urgent first."""
    spread: Part | None = None
    others_open: int = 0


def saved_part(saved: str) -> Part:
    if saved == "saved":
        return "● saved", "good"
    if saved == "saving":
        return "○ saving", "warn"
    return f"✗ {saved}", "bad"


def first_line(facts: HeaderFacts, width: int) -> list[Part]:
    """Severity, title, then stage, time and people, then the state of saving at the right edge."""
    incident, now = facts.incident, facts.now
    began = incident.declared_at or now
    until = incident.closed_at or now
    severity = incident.severity or "SEV?"
    saved, saved_look = saved_part(facts.saved)
    left: list[Part] = [(severity, "strong" if incident.severity else "dim"), ("  ", "")]
    if len(severity) + 6 + min(cell_len(saved), MUST_SHOW) > width:
        left = []
    left_width = sum(cell_len(words) for words, _ in left)
    saved = cut(saved, max(width - left_width - SHORT_TITLE - 4, MUST_SHOW))
    stage = "closed" if incident.closed else incident.stage
    people = _people(incident, now)
    middle: list[Part] = [(stage, "strong"), (show_clock(until - began), "strong")]
    title = one_line(incident.title)
    for keep in (3, 2, 1, 0):
        parts = [*middle, *people][:keep] if keep < 3 else [*middle, *people]
        parts_width = sum(cell_len(words) + 2 for words, _ in parts)
        room = width - left_width - parts_width - cell_len(saved) - 4
        if room >= min(cell_len(title), 24) or keep == 0:
            break
    shown = cut(title, room)
    gap = room + 2 - cell_len(shown)
    line = [*left, (shown, "title"), (" " * gap, "")]
    for part in parts:
        line += [part, ("  ", "")]
    return [*line, (saved, saved_look)]


def _people(incident: Incident, now: datetime) -> list[Part]:
    if incident.alone and not incident.closed:
        began = incident.declared_at or now
        return [(f"alone {show_clock(now - began)}", "warn")]
    roles: dict[str, str] = {name: role for role, name in incident.roles.items()}
    names = [f"{roles[n]} {one_line(n)}" if n in roles else one_line(n) for n in incident.people]
    return [(cut(" ".join(names), 30), "dim")] if names else []


def second_line(facts: HeaderFacts, width: int) -> list[Part]:
    """Who is owed a word, whether it still spreads, other open incidents; as many as fit."""
    parts = list(facts.owed)
    if facts.spread is not None:
        at = next((i for i, (_, look) in enumerate(parts) if look != "bad"), len(parts))
        parts.insert(at if facts.spread[1] != "bad" else min(at, 1), facts.spread)
    if facts.others_open:
        parts.append((f"+{facts.others_open} open (o)", "dim"))
    if not parts:
        parts = [("nobody is waiting for a word", "dim")]
    line: list[Part] = []
    used = 0
    for words, name in parts:
        sign = "▲ " if name == "bad" else ""
        shown = f"{sign}{words}"
        if used and used + cell_len(shown) + 3 > width:
            if used - 1 <= width:
                line.append((" …", "dim"))
            break
        line += [("   ", ""), (cut(shown, width), name)] if used else [(cut(shown, width), name)]
        used += cell_len(shown) + 3
    return line


def contained_part(incident: Incident) -> Part | None:
    if incident.contained_at is None:
        return None
    began = incident.declared_at
    after = incident.contained_at - began if began else timedelta()
    return f"contained after {show_span(after)}", "good"


class Header(Static):
    """Two lines; redrawn once a second at a fixed size, which costs no layout."""

    def show(self, facts: HeaderFacts) -> None:
        width = max(self.size.width - 2, 10)
        text = Text(no_wrap=True, end="")
        for index, line in enumerate((first_line(facts, width), second_line(facts, width))):
            if index:
                text.append("\n")
            for words, name in line:
                text.append(words, look(self.app, name))
        self.update(text, layout=False)
