"""Times as people write and read them. `now` and the zone are passed in; times are kept in UTC.

A `zone` of None is the machine's own zone, daylight saving included.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

_CLOCK = re.compile(
    r"(\d{1,2}):(\d{2})(?::(\d{2}))?(z|\s?utc)?(?=[\s:,]|$)[:,]?(?!\s*[ap]\.?m\b)(?!\S)", re.I
)
_AGO = re.compile(r"ago(?=[\s:,]|$)[:,]?\s*", re.I)
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
    try:
        return at.astimezone(zone)
    except (OverflowError, ValueError):  # the first or the last day that a calendar knows
        return at


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


class _Clock(NamedTuple):
    hour: int
    minute: int
    second: int
    is_utc: bool
    rest: str

    def moments(self, day: date, zone: tzinfo | None) -> list[datetime]:
        """When the clock shows this on that day, in UTC: twice when summer time ends."""
        wall = datetime.combine(day, time(self.hour, self.minute, self.second))
        try:
            return [from_wall(wall.replace(fold=fold), zone) for fold in (0, 1)]
        except (OverflowError, ValueError):  # the first or the last day that a calendar knows
            return []


def _read_clock(words: str) -> _Clock | None:
    """A clock time at the start of `words`, and the rest; "2:02 pm" is none."""
    match = _CLOCK.match(words)
    if match is None:
        return None
    hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    return _Clock(hour, minute, second, bool(match[4]), words[match.end() :].lstrip())


def _read_day(word: str, today: date) -> list[date]:
    """The days that a word can mean, the likeliest last; none if it names no day."""
    name = word.lower().rstrip(",")
    if name in ("today", "yesterday"):
        return [today - timedelta(days=name == "yesterday")]
    if len(name) >= 3:
        for number, weekday in enumerate(_WEEKDAYS):
            if weekday.startswith(name):
                ago = (today.weekday() - number) % 7
                return [today - timedelta(days=days) for days in ((ago,) if ago else (7, 0))]
    match = _DATE.fullmatch(name)
    if match is None:
        return []
    month, day = int(match[2]), int(match[3])
    years = (int(match[1]),) if match[1] else (today.year, today.year - 1)
    for year in years:
        try:
            named = date(year, month, day)
        except ValueError:
            continue
        if match[1] or named <= today:
            return [named]
    return []


def read_past(words: str, now: datetime, zone: tzinfo | None) -> tuple[datetime, str] | None:
    """A time in the past at the start of `words`, in UTC, and the rest; None if there is none.

    "14:02", "14:02Z", "10m ago", "1h 30m ago", "yesterday 23:50", "mon 14:02",
    "2026-11-23 23:50", "11-23 23:50"; "now" only alone, as it is also how a sentence begins.
    A bare clock time that is still to come today was yesterday's, and one that the clock showed
    twice was the later: a note is about what has just happened.
    """
    words = words.strip()
    if words.lower() == "now":
        return now, ""
    span = read_span(words)
    if span is not None and (match := _AGO.match(span[1])):
        return now - span[0], span[1][match.end() :]
    clock, day_word = _read_clock(words), ""
    if clock is None and len(parts := words.split(maxsplit=1)) == 2:
        day_word, clock = parts[0], _read_clock(parts[1])
    if clock is None:
        return None
    if clock.is_utc:
        zone = UTC
    today = to_wall(now, zone).date()
    days = _read_day(day_word, today) if day_word else [today - timedelta(days=1), today]
    moments = sorted(moment for day in days for moment in clock.moments(day, zone))
    if not moments:
        return None
    latest = now + timedelta(minutes=1)
    return next((m for m in reversed(moments) if m <= latest), moments[-1]), clock.rest


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
    if clock.is_utc:
        zone = UTC
    today = to_wall(now, zone).date()
    days = (today, today + timedelta(days=1))
    moments = sorted(moment for day in days for moment in clock.moments(day, zone))
    return next(((moment, clock.rest) for moment in moments if moment > now), None)


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
