"""What templates are filled in with. docs/audiences.md describes each name."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from typing import Any

from cockpit.comms.audience import Audience
from cockpit.comms.language import clock_words, read_started, readable, without_since
from cockpit.comms.templates import OUTSIDE_FACTS
from cockpit.incident.entries import FACTS, Declared, FactsSet
from cockpit.incident.state import Incident
from cockpit.incident.times import show_span
from cockpit.incident.wording import one_line


def values_for(
    audience: Audience, incident: Incident, now: datetime, zone: tzinfo | None
) -> dict[str, Any]:
    """The facts, the stage and the times; for an audience inside also who and how bad.

    Nothing that was written on the timeline is here.
    """
    told_facts = FACTS if audience.inside else OUTSIDE_FACTS
    facts = {name: readable(incident.facts.get(name, "")) for name in told_facts}
    facts["since"] = without_since(facts["since"])
    told = incident.told.get(audience.name)
    values: dict[str, Any] = {
        "facts": facts,
        "stage": incident.stage,
        "contained": incident.contained_at,
        "started": _started(incident, now, zone, inside=audience.inside),
        "declared": incident.declared_at,
        "resolved": incident.stage_at if incident.stage == "resolved" else None,
        "last_told": None if told is None else told.at,
    }
    if audience.inside:
        values |= {
            "severity": incident.severity,
            "lead": _name(incident.roles.get("lead", "") or incident.declared_by),
            "people": [_name(name) for name in incident.people],
            "alone": incident.alone,
            "contained_after": _contained_after(incident),
        }
    return values


def _name(person: str) -> str:
    """Without a full stop at its end: a sentence may end with it."""
    return one_line(person).rstrip(". ")


def _contained_after(incident: Incident) -> str:
    began, contained = incident.declared_at, incident.contained_at
    return (
        "" if began is None or contained is None else show_span(max(contained - began, timedelta()))
    )


def _started(incident: Incident, now: datetime, zone: tzinfo | None, *, inside: bool) -> str:
    """ "14:02", "about 14:02 UTC"; "" when the fact is not known or is no time."""
    words = incident.facts.get("since", "")
    if not words:
        return ""
    typed_at = next(
        (
            entry.added or entry.at
            for entry in reversed(incident.entries)
            if isinstance(entry, (Declared, FactsSet))
            and "since" in entry.facts
            and incident.stands(entry)
        ),
        now,
    )
    read = read_started(words, typed_at, zone)
    if read is None:
        return ""
    clock = clock_words(read[0], now, zone, inside=inside)
    return f"about {clock}" if read[1] else clock
