"""Going through an audience's templates before they are needed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from cockpit.comms.audience import Audience
from cockpit.comms.draft import acknowledgement, draft, help_request
from cockpit.incident.entries import (
    FACTS,
    STAGES,
    Contained,
    Copied,
    Declared,
    Entry,
    Joined,
    Noted,
    StageSet,
)
from cockpit.incident.state import Incident, fold

_BEGAN = datetime(2026, 1, 5, 14, 2, tzinfo=UTC)
_NOW = _BEGAN + timedelta(minutes=20)


def check_templates(audience: Audience) -> None:
    """Fill in each template, with every fact known and with none.

    Raises TemplateError, naming file and line, at the first that is not valid, uses a name that
    does not exist, fails, or gives an empty message.
    """
    for incident in _samples(audience):
        draft(audience, incident, _NOW, UTC)
        acknowledgement(audience, incident, _NOW, UTC)
        if audience.help:
            help_request(audience, incident, "Ana", "the database", 15, _NOW, UTC, room="#incident")


def _samples(audience: Audience) -> Iterator[Incident]:
    at, who = _BEGAN, "sam@laptop"
    nothing = Declared(id="1", at=at, who=who, facts={})
    everything: list[Entry] = [
        Declared(
            id="1",
            at=at,
            who=who,
            facts={name: f"{name} in words" for name in FACTS},
            severity="SEV2",
        ),
        Copied(
            id="2",
            at=at,
            who=who,
            audience=audience.name,
            text="Told.",
            route="clipboard",
            certainty="checked",
        ),
        Joined(id="3", at=at, who=who, person="Ana"),
        Noted(id="4", at=at, who=who, text="hold deploys", mark="decision"),
        Contained(id="5", at=at, who=who),
    ]
    for stage in STAGES:
        for entries in (everything, [nothing]):
            yield fold([*entries, StageSet(id="9", at=at, who=who, stage=stage)])
