"""What an audience has not heard yet: the timeline since the last word to it, in short lines."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, tzinfo
from typing import NamedTuple

from cockpit.comms.language import readable
from cockpit.incident.entries import (
    Answered,
    Contained,
    Entry,
    Joined,
    Noted,
    SeveritySet,
    SpreadChecked,
    StageSet,
    Ticked,
)
from cockpit.incident.state import Incident
from cockpit.incident.times import show_time
from cockpit.incident.wording import describe

LINE_LIMIT = 160
"""Characters of one line: it is a pointer, the timeline has the whole."""
MOST_LINES = 100
"""The newest that are put into words; nobody reads further back here."""
MOST_TRIED = 6

_KINDS = frozenset(
    (Noted, Ticked, Answered, Contained, SpreadChecked, Joined, SeveritySet, StageSet)
)


class News(NamedTuple):
    lines: tuple[str, ...]
    """Oldest first; at most MOST_LINES, the newest."""
    left_out: int
    """How many there are before these."""

    def newest(self, count: int) -> list[str]:
        """The last `count` lines, headed by how many there are before them."""
        before = len(self.lines) - count + self.left_out
        lines = list(self.lines[len(self.lines) - count :])
        return [f"{before} more before these", *lines] if lines and before else lines


def since_last_word(
    incident: Incident,
    audience: str,
    now: datetime,
    zone: tzinfo | None,
    steps: Collection[str] | None = None,
) -> News:
    """Decisions, impact, steps done, severity, stage, containment, people.

    steps  slugs of the steps that count as news (those that contain); None: all of them.
    """
    found = [
        entry
        for entry in incident.since(audience)
        if type(entry) in _KINDS and _is_news(entry, incident, steps)
    ]
    newest = found[-MOST_LINES:]
    lines = tuple(_line(entry, incident, now, zone) for entry in newest)
    return News(lines, len(found) - len(newest))


def tried(
    incident: Incident, now: datetime, zone: tzinfo | None, steps: Collection[str] | None = None
) -> list[str]:
    """The newest steps done, for someone who comes to help: oldest first."""
    done = [
        incident.effective(entry)
        for record in incident.steps.values()
        if (entry := incident.entry(record.entry)) is not None
    ]
    lines = [
        _line(entry, incident, now, zone)
        for entry in sorted(done, key=lambda entry: entry.at)
        if isinstance(entry, (Ticked, Answered)) and _is_news(entry, incident, steps)
    ]
    return lines[-MOST_TRIED:]


def _is_news(entry: Entry, incident: Incident, steps: Collection[str] | None) -> bool:
    match entry:
        case Noted():
            return entry.mark in ("decision", "impact")
        case Ticked() | Answered():
            record = incident.steps.get(entry.step)
            still_done = record is not None and record.entry == entry.id
            return still_done and (steps is None or entry.step in steps)
        case Contained():
            return incident.contained_at == entry.at
        case SpreadChecked():
            return entry.spreading == "yes"
        case Joined():
            return entry.person in incident.people
        case StageSet():  # the stage it is at now, every message says anyway
            return entry.stage != incident.stage
        case SeveritySet():
            return True
    return False


def _line(entry: Entry, incident: Incident, now: datetime, zone: tzinfo | None) -> str:
    words = readable(f"{show_time(entry.at, now, zone)} {describe(entry, incident)}")
    return words if len(words) <= LINE_LIMIT else f"{words[: LINE_LIMIT - 1].rstrip()}…"
