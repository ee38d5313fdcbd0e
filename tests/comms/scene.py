"""Incidents and audiences that the tests of the words share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from itertools import count
from pathlib import Path

import cockpit
from cockpit.comms.audience import Audience, parse
from cockpit.incident.entries import (
    Contained,
    Copied,
    Declared,
    Entry,
    FactsSet,
    Joined,
    Noted,
    Severity,
    Stage,
    StageSet,
    Ticked,
)
from cockpit.incident.state import Incident, fold

BUILT_IN = Path(cockpit.__file__).parent / "comms" / "audiences"
BEGAN = datetime(2026, 11, 24, 14, 3, tzinfo=UTC)
LOCAL = timezone(timedelta(hours=1), "CET")
"""Where the incident is worked on: the declaration is at 15:03 there."""
WHO = "sam@laptop"

KNOWN = {
    "what": "checkout returns 500s",
    "impact": "No one can pay.",
    "since": "15:02",
    "change": "deployed api 2.31 at 15:02",
    "undo": "roll back to 2.30",
    "workaround": "pay by invoice",
    "doing": "Rolling back to 2.30",
}

_ids = count(1)


def new_id() -> str:
    return f"{next(_ids):026}"


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def at(number: float) -> datetime:
    """So many minutes after the declaration."""
    return BEGAN + minutes(number)


def built_in(name: str) -> Audience:
    file = BUILT_IN / f"{name}.toml"
    return parse(file.read_text(encoding="utf-8"), file.name)


def all_built_in() -> list[Audience]:
    return [built_in(file.stem) for file in sorted(BUILT_IN.glob("*.toml"))]


def declared(
    facts: dict[str, str] | None = None, severity: Severity = "", after: float = 0
) -> Declared:
    return Declared(id=new_id(), at=at(after), who=WHO, facts=facts or {}, severity=severity)


def told(audience: str, after: float, promise: float | None = None, text: str = "Told.") -> Copied:
    return Copied(
        id=new_id(),
        at=at(after),
        who=WHO,
        audience=audience,
        text=text,
        route="clipboard",
        certainty="checked",
        promise=None if promise is None else at(promise),
    )


def stage(name: Stage, after: float) -> StageSet:
    return StageSet(id=new_id(), at=at(after), who=WHO, stage=name)


def note(text: str, after: float, mark: str = "") -> Noted:
    return Noted(id=new_id(), at=at(after), who=WHO, text=text, mark=mark)  # type: ignore[arg-type]


def ticked(step: str, text: str, after: float, observed: str = "") -> Ticked:
    return Ticked(id=new_id(), at=at(after), who=WHO, step=step, text=text, observed=observed)


def facts_set(facts: dict[str, str], after: float) -> FactsSet:
    return FactsSet(id=new_id(), at=at(after), who=WHO, facts=facts)


def joined(person: str, after: float) -> Joined:
    return Joined(id=new_id(), at=at(after), who=WHO, person=person)


def contained(after: float) -> Contained:
    return Contained(id=new_id(), at=at(after), who=WHO)


def incident(*entries: Entry | Iterable[Entry]) -> Incident:
    flat: list[Entry] = []
    for entry in entries:
        flat += [entry] if isinstance(entry, Entry) else entry
    return fold(flat)


def busy(name: Stage) -> Incident:
    """All facts known, everybody told once, and much has happened since."""
    return incident(
        declared(KNOWN, "SEV2"),
        [told(audience.name, 2) for audience in all_built_in()],
        joined("ana", 4),
        note("pool exhausted, SECRET-HYPOTHESIS", 4, "hypothesis"),
        note("SECRET-NOTE", 5),
        note("hold deploys until 16:00", 5, "decision"),
        ticked("roll-back", "Roll back the deployment", 6),
        ticked("confirm", "Confirm errors are falling", 8, "12 % to 3 %"),
        contained(9),
        [] if name == "investigating" else [stage(name, 10)],
    )


def blank(name: Stage) -> Incident:
    """Nothing is known, nobody was told, nobody is there."""
    return incident(declared(), [] if name == "investigating" else [stage(name, 10)])
