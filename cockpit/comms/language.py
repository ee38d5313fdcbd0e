"""Facts put into sentences. They are free text, typed by someone in a hurry.

What is typed is kept: a first letter and an end mark are all that is changed, and nothing that
may be a name is touched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo

from cockpit.incident.times import read_past, show_time, to_wall
from cockpit.incident.wording import plain

_END_MARKS = ".!?…。！？"
_KEPT_MARKS = "?。！？"
"""A loud "!" is not among them: it becomes a full stop."""
_CLOSED = re.compile(rf"[{_END_MARKS}][\"'”’»)\]]+$")
_EMOJI_NAME = re.compile(r":[a-z0-9_+-]+:$")
_BULLET = re.compile(r"^(?:[-*•–]\s+)+")
_DOTS = re.compile(r"\.{2,}(?=[\s\"'”’»)\]]|$)")

_COMMON_WORDS = """
    a an the this that these those there here it its it's we our you your they their he she who
    all any both each every everyone everybody everything few many more most much nobody no none
    nothing one only several some somebody someone something half almost nearly roughly maybe
    perhaps probably possibly still about after around as at before between by during for from if
    in into of on over since to until when where while with without
    can cannot can't could did didn't do does don't has have is isn't might must not should was
    were ran put set sent shut took turn turned asked
    back bad broken down high large long low new old partial partly slow wrong
    app apps card cards cart carts checkout client clients customer customers data database
    deploy deploys deployment deployments email emails error errors images internal invoice
    invoices job jobs login logins mail mails message messages order orders page pages payment
    payments people production request requests response responses sales search service services
    sign-in sign-ins signup signups site staff system systems team timeouts traffic user users
    web website
"""
_COMMON = frozenset(_COMMON_WORDS.split())
"""Words that can begin a fact and are surely no name: a clause may write them small."""
_VERB = re.compile(r"[A-Z][a-z]{2,}(?:ing|ed)")

_APPROXIMATE = re.compile(
    r"^(?:about|around|approx\.?|approximately|roughly|circa|ca\.?|~|≈)\s*", re.I
)
_SINCE = re.compile(r"^\s*(?:since|from|at)\s+", re.I)
_UTC_CLOCK = re.compile(r"\b(\d{1,2}:\d{2}(?::\d{2})?)\s*(?:utc|gmt|z)\b", re.I)


def readable(text: str) -> str:
    """What was typed, line by line, without stray spaces and with "..." as one character.

    "" when there is no word in it.
    """
    lines = (_DOTS.sub("…", plain(" ".join(line.split()))) for line in text.splitlines())
    kept = "\n".join(line for line in lines if line)
    return kept if any(character.isalnum() for character in kept) else ""


def sentence(text: str) -> str:
    """Capital first letter, exactly one end mark. Each line is a sentence of its own."""
    return " ".join(_capital(words) + mark for words, mark in _pieces(text))


def clause(text: str) -> str:
    """To go on with inside a sentence: small first letter unless it may be a name, no end mark."""
    return "; ".join(_small(words) for words, _ in _pieces(text))


def ending(text: str) -> str:
    """To end a sentence with, after a colon: a clause with its end mark."""
    pieces = list(_pieces(text))
    return clause(text) + pieces[-1][1] if pieces else ""


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """(words, end mark) of each line with words; the mark is "" where a quote closes one."""
    for line in readable(text).splitlines():
        words = _BULLET.sub("", line)
        if _CLOSED.search(words):
            yield words, ""
            continue
        bare = words.rstrip(_END_MARKS + " ")
        tail = words[len(bare) :]
        if not _EMOJI_NAME.search(bare):
            bare = bare.rstrip(_END_MARKS + " ,;:–—")
        if bare:
            yield bare, next((mark for mark in tail if mark in _KEPT_MARKS), ".")


def _first_word(text: str) -> str:
    return text.split(" ", 1)[0].rstrip(",;:" + _END_MARKS)


def _capital(text: str) -> str:
    """Words that are written in some way of their own ("iPhone", "api-2", "/cart") stay."""
    word = _first_word(text)
    plain_word = word.replace("-", "").replace("'", "").replace("’", "")
    if not plain_word.isalpha() or plain_word != plain_word.lower():
        return text
    capital = text[0].upper()
    return capital + text[1:] if len(capital) == 1 else text


def _small(text: str) -> str:
    word = _first_word(text).replace("’", "'")
    small = word.lower()
    is_common = small in _COMMON or small.split("'")[0] in _COMMON or _VERB.fullmatch(word)
    if word[1:] != word[1:].lower() or not is_common:
        return text
    return text[0].lower() + text[1:]


# -- times --------------------------------------------------------------------------------------


def clock_words(at: datetime, now: datetime, zone: tzinfo | None, *, inside: bool) -> str:
    """A moment for readers: inside the company on its own clock, outside always in UTC.

    "14:20", "Mon 14:20"; outside "14:20 UTC", "14:20 UTC on 23 November".
    """
    if inside:
        return show_time(at, now, zone)
    moment = to_wall(at, UTC)
    words = f"{moment:%H:%M} UTC"
    if moment.date() == to_wall(now, UTC).date():
        return words
    return f"{words} on {moment.day} {moment:%B}"


def without_since(text: str) -> str:
    """ "since lunchtime" -> "lunchtime": for a sentence that has a "since" of its own."""
    return _SINCE.sub("", text)


def read_started(
    text: str, typed_at: datetime, zone: tzinfo | None
) -> tuple[datetime, bool] | None:
    """The moment that the fact "since when" names, and whether it is approximate.

    "10m ago" counts from when it was typed. None when the words are no time ("lunchtime").
    """
    words = without_since(" ".join(text.split()).rstrip(_END_MARKS))
    exact = _APPROXIMATE.sub("", words)
    found = read_past(_UTC_CLOCK.sub(r"\1Z", exact), typed_at, zone)
    if found is None or found[1].strip():
        return None
    return found[0], exact != words
