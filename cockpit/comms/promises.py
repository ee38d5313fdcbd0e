"""Who is owed a word, and when: the clocks that run while an incident is open."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from cockpit.comms.audience import Audience
from cockpit.incident.entries import StageSet
from cockpit.incident.state import Incident
from cockpit.incident.times import show_clock

RESOLVED_WITHIN = timedelta(minutes=5)
"""From the stage "resolved" until everyone who waits has heard it."""
SPREAD_FIRST = timedelta(minutes=5)
SPREAD_EVERY = timedelta(minutes=10)

Kind = Literal["first", "next", "resolved", "none"]


class Owed(NamedTuple):
    """What one audience is owed: its first word, the next one, that it is resolved, or nothing."""

    audience: str
    label: str
    last_told: datetime | None
    since: datetime | None
    """From when they have waited: the last word, or the declaration. UTC."""
    due: datetime | None
    """UTC; None when nothing is owed."""
    overdue: bool
    kind: Kind


def ledger(incident: Incident, audiences: Iterable[Audience], now: datetime) -> tuple[Owed, ...]:
    """What each audience is owed at `now` (UTC), the most urgent first."""
    resolved_position = _resolved_position(incident)
    owed = [
        (audience.order, _owed(incident, audience, now, resolved_position))
        for audience in audiences
    ]
    owed.sort(key=lambda item: (item[1].due is None, item[1].due or now, item[0]))
    return tuple(item for _, item in owed)


def overdue_count(owed: Iterable[Owed]) -> int:
    return sum(item.overdue for item in owed)


def owed_words(owed: Owed, now: datetime) -> str:
    """ "customers: update overdue 01:12", "team in 06:40", "executives: never told, 14:32"."""
    name = owed.audience
    if owed.due is None or owed.kind == "none":
        return f"{name}: nothing owed"
    clock = show_clock(now - owed.due)
    if owed.kind == "resolved":
        late = f", overdue {clock}" if owed.overdue else ""
        return f"{name}: tell them it is resolved{late}"
    if owed.kind == "first":
        if owed.overdue and owed.since is not None:
            return f"{name}: never told, {show_clock(now - owed.since)}"
        return f"{name}: first word in {clock}"
    return f"{name}: update overdue {clock}" if owed.overdue else f"{name} in {clock}"


def spread_due(incident: Incident, now: datetime) -> timedelta | None:
    """Until "is it still spreading?" is asked again; negative when the answer is overdue.

    None when nothing is to be asked: it is contained, resolved or closed. It stands beside the
    promises because it is the same kind of clock, shown in the same line.
    """
    began = incident.declared_at
    if (
        began is None
        or incident.contained_at is not None
        or incident.stage == "resolved"
        or incident.closed
    ):
        return None
    checked = incident.spread_checked_at
    due = began + SPREAD_FIRST if checked is None else checked + SPREAD_EVERY
    return due - now


def _owed(
    incident: Incident, audience: Audience, now: datetime, resolved_position: int | None
) -> Owed:
    told = incident.told.get(audience.name)
    last_told = None if told is None else told.at
    began = incident.declared_at

    def owes(kind: Kind, due: datetime) -> Owed:
        return Owed(
            audience.name, audience.label, last_told, last_told or began, due, now >= due, kind
        )

    nothing = Owed(
        audience.name, audience.label, last_told, last_told or began, None, False, "none"
    )
    if incident.closed or began is None:
        return nothing
    promise = incident.promises.get(audience.name)
    first_due = began + timedelta(minutes=audience.cadence.first)
    if resolved_position is not None and incident.stage_at is not None:
        if promise is not None and incident.position[promise.entry] > resolved_position:
            heard = told is not None and told.position > resolved_position
            return owes("next" if heard else "resolved", promise.due)
        waits = told is not None or first_due <= incident.stage_at
        if not waits or (told is not None and told.position > resolved_position):
            return nothing
        return owes("resolved", incident.stage_at + RESOLVED_WITHIN)
    if told is None:
        return owes("first", first_due if promise is None else promise.due)
    if promise is not None:
        return owes("next", promise.due)
    return owes("next", told.at + audience.cadence.between(incident.severity))


def _resolved_position(incident: Incident) -> int | None:
    """Where in the record the stage became resolved; None while it is not."""
    if incident.stage != "resolved":
        return None
    for position in range(len(incident.entries) - 1, -1, -1):
        entry = incident.entries[position]
        if isinstance(entry, StageSet) and incident.stands(entry):
            return position
    return None
