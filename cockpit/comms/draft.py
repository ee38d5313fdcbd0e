"""Drafts: the words for an audience, from the fact sheet and what happened since its last word.

Nothing here is sent or recorded. A draft names the time of the next update; copying it makes
that a promise.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, NamedTuple

from cockpit.comms.audience import Audience, TemplateError
from cockpit.comms.happened import since_last_word, tried
from cockpit.comms.language import clock_words, readable
from cockpit.comms.templates import KeyPath, fill_in
from cockpit.comms.values import values_for
from cockpit.incident.state import Incident
from cockpit.incident.wording import one_line

MOST_HAPPENED = 8
"""Lines of what happened that a message takes; a longer list is not read."""
COARSE = timedelta(minutes=15)
"""From this cadence on, a promise falls on a full five minutes: easier to say and to remember."""


class Draft(NamedTuple):
    text: str
    promise: datetime | None
    """The time of the next update that the text names, UTC."""
    since: tuple[str, ...]
    """What happened since the audience's last word, oldest first (of very many, the newest)."""


def draft(
    audience: Audience,
    incident: Incident,
    now: datetime,
    zone: tzinfo | None,
    *,
    steps: Collection[str] | None = None,
) -> Draft:
    """The next message for an audience, at the incident's stage.

    now    UTC
    zone   of the person who writes; people outside always read UTC
    steps  slugs of the steps whose ticks are news for others (those that contain); None: all

    Raises TemplateError, naming the file and line.
    """
    return _drafted(audience, ("templates", incident.stage), incident, now, zone, steps=steps)


def acknowledgement(
    audience: Audience, incident: Incident, now: datetime, zone: tzinfo | None
) -> Draft:
    """The first word to an audience. One without a template for it gets the stage's, and so does
    anyone who only hears when it is resolved.

    Raises TemplateError.
    """
    path: KeyPath = ("acknowledgement",)
    if not audience.acknowledgement or incident.stage == "resolved":
        path = ("templates", incident.stage)
    return _drafted(audience, path, incident, now, zone)


def next_word(
    audience: Audience,
    incident: Incident,
    now: datetime,
    zone: tzinfo | None,
    *,
    steps: Collection[str] | None = None,
) -> Draft:
    """What an audience should hear now: an acknowledgement first, where it has one; then updates.

    Raises TemplateError.
    """
    first = audience.acknowledgement and audience.name not in incident.told
    if first and incident.stage == "investigating":
        return acknowledgement(audience, incident, now, zone)
    return draft(audience, incident, now, zone, steps=steps)


def help_request(  # noqa: PLR0917 - in the order in which one says it
    audience: Audience,
    incident: Incident,
    person: str,
    need: str,
    minutes: int,
    now: datetime,
    zone: tzinfo | None,
    *,
    room: str = "",
    steps: Collection[str] | None = None,
) -> Draft:
    """A request to one person, for one thing, with a time box. It promises no update.

    room  where to come to: a channel, a thread, a link to a call; "" is the one on the fact
          sheet. What is not known is left as a gap in the text (see `gaps`).

    Raises TemplateError, also when the audience has no template for it.
    """
    if not audience.help:
        raise TemplateError(
            audience.file,
            1,
            "this audience has no template for asking for help. Add help = '''…'''.",
        )
    asked = {
        "person": one_line(person),
        "need": readable(need),
        "minutes": minutes,
        "room": readable(room or incident.facts.get("room", "")),
        "tried": tried(incident, now, zone, steps),
    }
    made = _drafted(audience, ("help",), incident, now, zone, steps=steps, asked=asked)
    return made._replace(promise=None)


def next_update(audience: Audience, incident: Incident, now: datetime) -> datetime | None:
    """When to promise the next update, UTC; None when it is resolved."""
    if incident.stage == "resolved":
        return None
    span = audience.cadence.between(incident.severity)
    step = timedelta(minutes=5 if span >= COARSE else 1)
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - (midnight - (now + span)) // step * step


def _drafted(
    audience: Audience,
    path: KeyPath,
    incident: Incident,
    now: datetime,
    zone: tzinfo | None,
    *,
    steps: Collection[str] | None = None,
    asked: dict[str, Any] | None = None,
) -> Draft:
    def time_words(moment: datetime) -> str:
        return clock_words(moment, now, zone, inside=audience.inside)

    news = since_last_word(incident, audience.name, now, zone, steps)
    promise = next_update(audience, incident, now)
    values = values_for(audience, incident, now, zone) | {"next_update": promise} | (asked or {})
    count = min(len(news.lines), MOST_HAPPENED)
    while True:
        if audience.inside:
            values["happened"] = news.newest(count)
        text = fill_in(audience, path, values, time_words)
        if not count or not audience.inside or len(text) <= audience.limit:
            break
        count -= 1
    if promise is not None and time_words(promise) not in text:
        promise = None
    return Draft(text, promise, news.lines)


# -- reading a draft over -----------------------------------------------------------------------


class Span(NamedTuple):
    """Characters `start` up to `end` of a text."""

    start: int
    end: int


class Remark(NamedTuple):
    """What there is to say about a draft, and the characters it is about."""

    blocks: bool
    """Copying waits for the person to say that it is meant so."""
    text: str
    start: int
    end: int


_GAP = re.compile(
    r"""
      \[ [^\[\]\n]{0,80} \? \]                    # [who?]
    | \[ [a-z]+ (?:[ -][a-z]+){0,3} \] (?!\()      # [service name], but no [link](…)
    | (?<![$\\]) \{\{? \s* [A-Za-z_][\w .-]{0,40} \s* \}\}?   # {name}, but no ${NAME}
    | < [a-z][a-z0-9_]* (?:[ -][a-z0-9_]+){0,3} >  # <service>
    | \b (?: TBD | TBC | TODO | FIXME | XX+X ) \b
    | (?<!\w) _{3,} (?!\w)
    """,
    re.VERBOSE,
)
_NAMES_A_TIME = re.compile(
    r"\b(?:next|update|back|again|hear)\b[^\n]{0,60}?"
    r"(?:\b\d{1,2}[:.]\d{2}\b|\bin \d+ (?:m|h)|\bhalf an hour\b|\ban hour\b)",
    re.I,
)
_STATES_IMPACT = re.compile(
    r"\b(?:impact|affect|unable|can[’']?t|cannot|can not|no one|nobody|everyone|users?|customers?"
    r"|fail|slow|down|unavailable|lost|missing)",
    re.I,
)


def gaps(text: str) -> tuple[Span, ...]:
    """What still has to be filled in: [who?], {name}, <service>, TBD, XXX."""
    return tuple(Span(*match.span()) for match in _GAP.finditer(text))


def remarks(text: str, audience: Audience, incident: Incident) -> tuple[Remark, ...]:
    """What there is to say about a draft before it goes out, as it stands in `text`.

    The first word to an audience may go without impact and time: it is better early than whole.
    """
    found = [
        Remark(True, f"“{text[start:end]}” is still to be filled in.", start, end)
        for start, end in gaps(text)
    ]
    if len(text) > audience.limit:
        over = f"{len(text):,} characters: {audience.label} can take {audience.limit:,}."
        found.append(Remark(False, over, audience.limit, len(text)))
    if audience.name in incident.told:
        if not _STATES_IMPACT.search(text) and incident.stage != "resolved":
            found.append(Remark(False, "It does not say who is affected, and how.", 0, 0))
        if not _NAMES_A_TIME.search(text) and incident.stage != "resolved":
            found.append(Remark(False, "It does not say when the next update comes.", 0, 0))
    return tuple(found)
