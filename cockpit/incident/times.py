"""Times as people write and read them. `now` and the zone are passed in; times are kept in UTC.

A `zone` of None is the machine's own zone, daylight saving included.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo

_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?(z?)", re.I)
_DATE = re.compile(r"(?:(\d{4})-)?(\d{1,2})-(\d{1,2})")
_SPAN_PART = re.compile(
    r"(\d+)\s*(d|days?|h|hrs?|hours?|m|mins?|minutes?|s|secs?|seconds?)(?![a-z])\s*", re.I
)
_SECONDS = {"d": 86400, "h": 3600, "m": 60, "s": 1}
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

LONGEST_SPAN = timedelta(days=366)


class NotATime(ValueError):
    """The words are not a time; the message says what would be."""


def to_wall(at: datetime, zone: tzinfo | None) -> datetime:
    """The clock on the wall in `zone` at that moment."""
    return at.astimezone(zone)


def from_wall(wall: datetime, zone: tzinfo | None) -> datetime:
    """The moment, in UTC, at which the wall clock in `zone` shows the naive time `wall`."""
    return (wall if zone is None else wall.replace(tzinfo=zone)).astimezone(UTC)


def read_span(words: str) -> tuple[timedelta, str] | None:
    """A span at the start of `words` ("10m", "1h 30m", "2 days") and the rest, or None."""
    position, seconds = 0, 0
    while match := _SPAN_PART.match(words, position):
        seconds += int(match[1][:9]) * _SECONDS[match[2][0].lower()]
        position = match.end()
    if not position or seconds > LONGEST_SPAN.total_seconds():
        return None
    return timedelta(seconds=seconds), words[position:]


def _read_clock(words: str) -> tuple[tuple[int, int, int], bool, str] | None:
    """((hour, minute, second), is it UTC, rest) from the start of `words`, or None."""
    match = _CLOCK.match(words)
    if match is None or (match.end() < len(words) and not words[match.end()].isspace()):
        return None
    hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    return (hour, minute, second), bool(match[4]), words[match.end() :].lstrip()


def read_past(words: str, now: datetime, zone: tzinfo | None) -> tuple[datetime, str] | None:
    """A time in the past at the start of `words`, in UTC, and the rest; None if there is none.

    "14:02", "14:02Z", "10m ago", "1h 30m ago", "yesterday 23:50", "mon 14:02",
    "2026-11-23 23:50", "11-23 23:50". A bare clock time that is still to come today was
    yesterday's: a note is about what has happened.
    """
    words = words.strip()
    span = read_span(words)
    if span is not None and (match := re.match(r"ago\b[:,]?\s*", span[1], re.I)):
        return now - span[0], span[1][match.end() :]
    head, _, tail = words.partition(" ")
    today = to_wall(now, zone).date()
    day, rest, dated = today, words, False
    name = head.lower().rstrip(",")
    if name == "now":
        return now, tail.lstrip()
    if name in ("today", "yesterday"):
        day, rest, dated = today - timedelta(days=name == "yesterday"), tail.lstrip(), True
    elif len(name) >= 3 and any(weekday.startswith(name) for weekday in _WEEKDAYS):
        wanted = next(i for i, weekday in enumerate(_WEEKDAYS) if weekday.startswith(name))
        day = today - timedelta(days=(today.weekday() - wanted) % 7 or 7)
        rest, dated = tail.lstrip(), True
    elif match := _DATE.fullmatch(head):
        try:
            day = day.replace(int(match[1] or day.year), int(match[2]), int(match[3]))
        except ValueError:
            return None
        if match[1] is None and day > today:
            day = day.replace(year=day.year - 1)
        rest, dated = tail.lstrip(), True
    clock = _read_clock(rest)
    if clock is None:
        return None
    (hour, minute, second), is_utc, rest = clock
    if is_utc:
        if not dated:
            day = now.astimezone(UTC).date()
        zone = UTC
    at = from_wall(datetime(day.year, day.month, day.day, hour, minute, second), zone)
    if not dated and at > now + timedelta(minutes=1):
        yesterday = day - timedelta(days=1)
        at = from_wall(
            datetime(yesterday.year, yesterday.month, yesterday.day, hour, minute, second), zone
        )
    return at, rest


def past(words: str, now: datetime, zone: tzinfo | None) -> datetime:
    """The past moment that `words` name, in UTC. Raises NotATime."""
    found = read_past(words, now, zone)
    if found is None or found[1].strip():
        raise NotATime(
            f"“{words.strip()[:40]}” is not a time. Write 14:02, 10m ago, yesterday 23:50, "
            "or 2026-11-23 23:50."
        )
    if found[0] > now + timedelta(minutes=1):
        raise NotATime(f"“{words.strip()[:40]}” is still to come; a record is about the past.")
    return found[0]


def read_future(words: str, now: datetime, zone: tzinfo | None) -> tuple[datetime, str] | None:
    """A time to come at the start of `words` ("20m", "in 20m", "until 16:00") and the rest."""
    words = re.sub(r"^(in|until|by|at|for)\s+", "", words.strip(), flags=re.I)
    span = read_span(words)
    if span is not None and span[0]:
        return now + span[0], span[1].strip()
    clock = _read_clock(words)
    if clock is None:
        return None
    (hour, minute, second), is_utc, rest = clock
    zone = UTC if is_utc else zone
    day = to_wall(now, zone).date()
    for ahead in (0, 1):
        on = day + timedelta(days=ahead)
        at = from_wall(datetime(on.year, on.month, on.day, hour, minute, second), zone)
        if at > now:
            return at, rest
    return None


def show_time(at: datetime, now: datetime, zone: tzinfo | None) -> str:
    """HH:MM today, the weekday or the date before that; UTC as "14:02Z"."""
    wall, today = to_wall(at, zone), to_wall(now, zone).date()
    clock = wall.strftime("%H:%M") + ("Z" if zone is UTC else "")
    days = (today - wall.date()).days
    if days == 0:
        return clock
    if 0 < days < 7:
        return f"{wall:%a} {clock}"
    return f"{wall:%Y-%m-%d} {clock}"


def show_clock(span: timedelta) -> str:
    """A running clock: "04:31", "1:04:31", "3d 04:10"."""
    seconds = int(abs(span.total_seconds()))
    hours, rest = divmod(seconds, 3600)
    if hours >= 48:
        return f"{hours // 24}d {hours % 24:02}:{rest // 60:02}"
    if hours:
        return f"{hours}:{rest // 60:02}:{rest % 60:02}"
    return f"{rest // 60:02}:{rest % 60:02}"


def show_span(span: timedelta) -> str:
    """A span in words: "40 s", "4 min", "1 h 20 min", "3 days"."""
    seconds = int(abs(span.total_seconds()))
    if seconds < 60:
        return f"{seconds} s"
    minutes = seconds // 60
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{hours // 24} days"
