"""A record to fold: entries one after another, and what they come to."""

from __future__ import annotations

from copy import copy
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from cockpit.incident.actions import Stamp
from cockpit.incident.entries import Entry
from cockpit.incident.state import Incident, fold

START = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
SAM = "sam@laptop"
ANA = "ana@desk"

Kind = TypeVar("Kind", bound=Entry)


def minute(number: float) -> datetime:
    return START + timedelta(minutes=number)


class Story:
    """Entries e1, e2, …, a minute apart from 14:00, by sam unless it says otherwise."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def tell(self, kind: type[Kind], **fields: Any) -> Kind:
        number = len(self.entries)
        base: dict[str, Any] = {"id": f"e{number + 1}", "at": minute(number), "who": SAM}
        entry = kind(**base | fields)
        self.entries.append(entry)
        return entry

    @property
    def incident(self) -> Incident:
        return fold(self.entries)

    def stamp(self, **fields: Any) -> Stamp:
        number = len(self.entries)
        base: dict[str, Any] = {"id": f"e{number + 1}", "now": minute(number), "who": SAM}
        return Stamp(**base | fields)

    def add(self, entry: Kind) -> Kind:
        self.entries.append(entry)
        return entry


def state_of(incident: Incident) -> dict[str, Any]:
    """All that the fold has come to, but for the counters of changes."""
    return {
        name: copy(value)
        for name, value in vars(incident).items()
        if name not in ("version", "playbook_version")
    }


def meaning_of(incident: Incident) -> dict[str, Any]:
    """What a person sees of it: the same for two records that differ only in undos and redos."""
    state = state_of(incident)
    for bookkeeping in ("entries", "position", "order", "undone", "amendments", "_latest"):
        del state[bookkeeping]
    lines = [(entry, incident.stands(entry)) for entry in incident.timeline()]
    return state | {"timeline": lines, "title": incident.title, "alone": incident.alone}
