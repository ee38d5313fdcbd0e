"""Times as people write and read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.incident.times import (
    LONGEST_SPAN,
    NotATime,
    from_wall,
    past,
    read_future,
    read_past,
    read_span,
    show_clock,
    show_span,
    show_time,
    to_wall,
)

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 24, 13, 30, 20, tzinfo=UTC)
"""A Tuesday; 14:30:20 in Berlin."""


def wall(text: str, zone: tzinfo = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


# -- the past ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "at", "rest"),
    [
        ("14:02", "2026-11-24 14:02", ""),
        ("14:02 rolled back api", "2026-11-24 14:02", "rolled back api"),
        ("  14:02   rolled back  ", "2026-11-24 14:02", "rolled back"),
        ("14:02:37 rolled back", "2026-11-24 14:02:37", "rolled back"),
        ("14:02: rolled back", "2026-11-24 14:02", "rolled back"),
        ("14:02, rolled back", "2026-11-24 14:02", "rolled back"),
        ("14:02\nrolled\nback", "2026-11-24 14:02", "rolled\nback"),
        ("9:05 x", "2026-11-24 09:05", "x"),
        ("00:00 x", "2026-11-24 00:00", "x"),
        (
            "14:31 a clock that is a little ahead",
            "2026-11-24 14:31",
            "a clock that is a little ahead",
        ),
        ("14:32 x", "2026-11-23 14:32", "x"),
        ("23:50 last night", "2026-11-23 23:50", "last night"),
        ("13:02Z x", "2026-11-24 14:02", "x"),
        ("13:02z x", "2026-11-24 14:02", "x"),
        ("13:02 UTC x", "2026-11-24 14:02", "x"),
        ("13:02utc x", "2026-11-24 14:02", "x"),
        ("14:02Z x", "2026-11-23 15:02", "x"),
        ("14:02 utcnow() is used", "2026-11-24 14:02", "utcnow() is used"),
        ("14:02 pmset sleeps", "2026-11-24 14:02", "pmset sleeps"),
        ("10m ago rolled back api", "2026-11-24 14:20:20", "rolled back api"),
        ("10m ago: rolled back", "2026-11-24 14:20:20", "rolled back"),
        ("10m ago, rolled back", "2026-11-24 14:20:20", "rolled back"),
        ("10 minutes AGO x", "2026-11-24 14:20:20", "x"),
        ("10min ago x", "2026-11-24 14:20:20", "x"),
        ("30s ago x", "2026-11-24 14:29:50", "x"),
        ("0m ago x", "2026-11-24 14:30:20", "x"),
        ("1h 30m ago x", "2026-11-24 13:00:20", "x"),
        ("1h30m ago x", "2026-11-24 13:00:20", "x"),
        ("2 days 1 hour ago x", "2026-11-22 13:30:20", "x"),
        ("today 09:15 x", "2026-11-24 09:15", "x"),
        ("yesterday 23:50 x", "2026-11-23 23:50", "x"),
        ("Yesterday, 23:50: x", "2026-11-23 23:50", "x"),
        ("yesterday 23:50Z x", "2026-11-24 00:50", "x"),
        ("mon 14:02 x", "2026-11-23 14:02", "x"),
        ("Monday 14:02 x", "2026-11-23 14:02", "x"),
        ("wed 14:02 x", "2026-11-18 14:02", "x"),
        ("tue 09:00 x", "2026-11-24 09:00", "x"),
        ("tue 15:00 x", "2026-11-17 15:00", "x"),
        ("2026-11-23 23:50 x", "2026-11-23 23:50", "x"),
        ("2026-1-2 3:04 x", "2026-01-02 03:04", "x"),
        ("2024-02-29 12:00 x", "2024-02-29 12:00", "x"),
        ("11-23 23:50 x", "2026-11-23 23:50", "x"),
        ("12-31 23:50 x", "2025-12-31 23:50", "x"),
        ("now", "2026-11-24 14:30:20", ""),
        (" NOW ", "2026-11-24 14:30:20", ""),
    ],
)
def test_a_time_in_the_past_and_the_words_behind_it(words: str, at: str, rest: str) -> None:
    assert read_past(words, NOW, BERLIN) == (wall(at), rest)


@pytest.mark.parametrize(
    "words",
    [
        "",
        " ",
        "rolled back api",
        "3 days of logs lost",
        "10m",
        "10m later it stopped",
        "10mago x",
        "2 days ago's backup is gone",
        "14:02 pm?",
        "2:02 PM x",
        "2:02pm x",
        "2:02 a.m. x",
        "14:02-14:10 errors",
        "14:02,123 ERROR x",
        "14:02:37.123 ERROR x",
        "14:02x",
        "14:2 x",
        "24:00 x",
        "14:60 x",
        "14:02:61 x",
        "114:02 x",
        "monday mornings are bad",
        "mo 14:02 x",
        "mondays 14:02 x",
        "today is bad",
        "yesterday was bad",
        "yesterday",
        "tomorrow 09:00 x",
        "now 500s everywhere",
        "2026-11-23",
        "2026-11-23T23:50 x",
        "2026-02-30 10:00 x",
        "2026-13-01 10:00 x",
        "02-29 10:00 x",
        "24-7 10:00 x",
        "1:3 x",
        "10.5.0.3:8080 is down",
        "99999999999d ago x",
        "400d ago x",
        "at 14:02 x",
    ],
)
def test_words_that_are_no_time(words: str) -> None:
    assert read_past(words, NOW, BERLIN) is None


def test_a_day_beyond_the_calendar_of_another_zone_is_no_time() -> None:
    assert read_past("9999-12-31 23:59", NOW, NEW_YORK) is None
    assert read_past("0001-01-01 00:00", NOW, BERLIN) is None


@pytest.mark.parametrize(
    "words", ["today 14:32", "today 23:50", "2026-11-24 23:50", "2027-01-01 0:00"]
)
def test_a_dated_time_that_is_still_to_come_is_refused(words: str) -> None:
    with pytest.raises(NotATime, match=f"“{words}” is still to come; a record is about the past"):
        past(words, NOW, BERLIN)


@pytest.mark.parametrize("words", ["", "soon", "14:02 x", "10m", "x" * 500])
def test_what_is_no_time_says_what_would_be(words: str) -> None:
    with pytest.raises(NotATime, match=f"“{words[:40]}” is not a time. Write 14:02, 10m ago"):
        past(words, NOW, BERLIN)


@pytest.mark.parametrize("words", ["14:02", " 14:02 ", "14:02:00"])
def test_a_time_alone(words: str) -> None:
    assert past(words, NOW, BERLIN) == wall("2026-11-24 14:02")


def test_a_time_is_kept_in_utc() -> None:
    for words in ("14:02", "yesterday 23:50", "2026-11-23 23:50"):
        assert past(words, NOW, BERLIN).utcoffset() == timedelta(0)


# -- midnight, years, summer time ----------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "words", "at"),
    [
        ("2026-11-24 00:05", "23:50", "2026-11-23 23:50"),
        ("2026-11-24 00:05", "00:04", "2026-11-24 00:04"),
        ("2026-11-24 00:05", "10m ago", "2026-11-23 23:55"),
        ("2026-11-24 00:05", "yesterday 23:50", "2026-11-23 23:50"),
        ("2026-11-24 00:30", "23:20Z", "2026-11-24 00:20"),
        ("2026-11-24 00:30", "yesterday 23:50Z", "2026-11-23 00:50"),
        ("2027-01-01 00:05", "23:50", "2026-12-31 23:50"),
        ("2027-01-01 00:05", "12-31 23:50", "2026-12-31 23:50"),
        ("2027-01-01 00:05", "01-01 00:01", "2027-01-01 00:01"),
        ("2027-01-01 00:05", "thu 23:50", "2026-12-31 23:50"),
        ("2028-01-10 12:00", "02-28 10:00", "2027-02-28 10:00"),
        ("2028-03-10 12:00", "02-29 10:00", "2028-02-29 10:00"),
        ("2029-01-10 12:00", "02-29 10:00", "2028-02-29 10:00"),
    ],
)
def test_midnight_and_the_turn_of_the_year(now: str, words: str, at: str) -> None:
    assert past(words, wall(now).astimezone(UTC), BERLIN) == wall(at)


def test_a_leap_day_that_was_in_neither_year_is_no_time() -> None:
    assert read_past("02-29 10:00", wall("2028-01-10 12:00").astimezone(UTC), BERLIN) is None


@pytest.mark.parametrize(
    ("now", "words", "at"),
    [
        # 2026-10-25: at 01:00 UTC the clock goes from 03:00 back to 02:00
        ("2026-10-25 00:40", "02:30", "2026-10-25 00:30"),
        ("2026-10-25 01:40", "02:30", "2026-10-25 01:30"),
        ("2026-10-25 01:20", "02:30", "2026-10-25 00:30"),
        ("2026-10-25 12:00", "02:30", "2026-10-25 01:30"),
        ("2026-10-25 12:00", "01:30", "2026-10-24 23:30"),
        ("2026-10-25 12:00", "yesterday 12:00", "2026-10-24 10:00"),
        ("2026-10-25 12:00", "24h ago", "2026-10-24 12:00"),
        ("2026-10-26 08:00", "yesterday 02:30", "2026-10-25 01:30"),
        # 2026-03-29: at 01:00 UTC the clock goes from 02:00 to 03:00
        ("2026-03-29 10:00", "01:30", "2026-03-29 00:30"),
        ("2026-03-29 10:00", "03:30", "2026-03-29 01:30"),
        ("2026-03-29 10:00", "yesterday 12:00", "2026-03-28 11:00"),
    ],
)
def test_the_clock_going_back_and_forward(now: str, words: str, at: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert past(words, moment, BERLIN) == datetime.fromisoformat(at).replace(tzinfo=UTC)


def test_a_clock_time_that_never_was_is_read_as_one_beside_the_gap() -> None:
    now = datetime(2026, 3, 29, 10, 0, tzinfo=UTC)
    at = past("02:30", now, BERLIN)
    assert wall("2026-03-29 01:00") <= at <= wall("2026-03-29 04:00")


# -- the future ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "at", "rest"),
    [
        ("20m", "2026-11-24 14:50:20", ""),
        ("20m waiting for the db team", "2026-11-24 14:50:20", "waiting for the db team"),
        ("in 20 minutes", "2026-11-24 14:50:20", ""),
        ("for 20m", "2026-11-24 14:50:20", ""),
        ("1h 30m", "2026-11-24 16:00:20", ""),
        ("16:00", "2026-11-24 16:00", ""),
        ("until 16:00 waiting", "2026-11-24 16:00", "waiting"),
        ("Until  16:00", "2026-11-24 16:00", ""),
        ("by 16:00", "2026-11-24 16:00", ""),
        ("at 16:00", "2026-11-24 16:00", ""),
        ("16:00Z", "2026-11-24 17:00", ""),
        ("16:00 UTC x", "2026-11-24 17:00", "x"),
        ("09:00", "2026-11-25 09:00", ""),
        ("14:30", "2026-11-25 14:30", ""),
        ("14:31", "2026-11-24 14:31", ""),
        ("0:00", "2026-11-25 00:00", ""),
    ],
)
def test_a_time_to_come_and_the_words_behind_it(words: str, at: str, rest: str) -> None:
    assert read_future(words, NOW, BERLIN) == (wall(at), rest)


@pytest.mark.parametrize(
    "words", ["", "soon", "0m", "in a while", "25:00", "4:00 pm", "until", "400d"]
)
def test_words_that_are_no_time_to_come(words: str) -> None:
    assert read_future(words, NOW, BERLIN) is None


@pytest.mark.parametrize(("now", "at"), [(0, 30), (30, 90), (60, 90)])
def test_a_time_to_come_that_the_clock_shows_twice_is_the_next_of_the_two(
    now: int, at: int
) -> None:
    began = datetime(2026, 10, 25, 0, 0, tzinfo=UTC)
    found = read_future("02:30", began + timedelta(minutes=now), BERLIN)
    assert found == (began + timedelta(minutes=at), "")


# -- spans ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "seconds", "rest"),
    [
        ("10m", 600, ""),
        ("10 mins x", 600, "x"),
        ("1h", 3600, ""),
        ("2hrs", 7200, ""),
        ("1d 2h 3m 4s x", 93784, "x"),
        ("90 seconds", 90, ""),
        ("366d", 366 * 86400, ""),
    ],
)
def test_a_span_and_the_words_behind_it(words: str, seconds: int, rest: str) -> None:
    assert read_span(words) == (timedelta(seconds=seconds), rest)


@pytest.mark.parametrize("words", ["", "m", "10", "10 months", "ten m", "367d", "9" * 5000 + "d"])
def test_words_that_are_no_span(words: str) -> None:
    assert read_span(words) is None


# -- showing -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "zone", "shown"),
    [
        ("2026-11-24 13:02", BERLIN, "14:02"),
        ("2026-11-24 13:02", UTC, "13:02Z"),
        ("2026-11-24 13:02", NEW_YORK, "08:02"),
        ("2026-11-23 23:00", BERLIN, "00:00"),
        ("2026-11-23 22:59", BERLIN, "Mon 23:59"),
        ("2026-11-23 22:59", UTC, "Mon 22:59Z"),
        ("2026-11-18 10:00", BERLIN, "Wed 11:00"),
        ("2026-11-17 23:30", BERLIN, "Wed 00:30"),
        ("2026-11-17 10:00", BERLIN, "2026-11-17 11:00"),
        ("2025-11-24 10:00", UTC, "2025-11-24 10:00Z"),
        ("2026-11-24 23:30", BERLIN, "2026-11-25 00:30"),
        ("2026-07-01 10:00", BERLIN, "2026-07-01 12:00"),
    ],
)
def test_a_time_as_a_person_reads_it(at: str, zone: tzinfo, shown: str) -> None:
    assert show_time(datetime.fromisoformat(at).replace(tzinfo=UTC), NOW, zone) == shown


@pytest.mark.parametrize("zone", [None, BERLIN, NEW_YORK, UTC, timezone(timedelta(hours=14))])
@pytest.mark.parametrize("at", [datetime.min, datetime.max])
def test_the_first_and_the_last_moment_of_all_can_be_shown(at: datetime, zone: tzinfo) -> None:
    assert show_time(at.replace(tzinfo=UTC), NOW, zone)


@pytest.mark.parametrize(
    ("seconds", "clock", "words"),
    [
        (0, "00:00", "0 s"),
        (0.9, "00:00", "0 s"),
        (40, "00:40", "40 s"),
        (59.9, "00:59", "59 s"),
        (60, "01:00", "1 min"),
        (271, "04:31", "4 min"),
        (3599, "59:59", "59 min"),
        (3600, "1:00:00", "1 h"),
        (3871, "1:04:31", "1 h 4 min"),
        (4800, "1:20:00", "1 h 20 min"),
        (90000, "25:00:00", "25 h"),
        (172799, "47:59:59", "47 h 59 min"),
        (172800, "2d 00:00", "2 days"),
        (274200, "3d 04:10", "3 days"),
        (-72, "01:12", "1 min"),
    ],
)
def test_a_span_as_a_clock_and_in_words(seconds: float, clock: str, words: str) -> None:
    span = timedelta(seconds=seconds)
    assert (show_clock(span), show_span(span)) == (clock, words)


# -- any words at all ----------------------------------------------------------------------

ZONES = st.sampled_from([BERLIN, NEW_YORK, UTC, ZoneInfo("Australia/Lord_Howe")])
MOMENTS = st.datetimes(
    datetime(1971, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)
) | st.sampled_from(
    [
        datetime(2026, 10, 25, 0, m, tzinfo=UTC) + timedelta(hours=h)
        for m in (0, 30)
        for h in (0, 1, 2)
    ]
)
PARTS = st.sampled_from(
    [
        *("14:02", "02:30", "23:59:59", "Z", "z", "utc", "pm", "ago", "10m", "1h30m", "3d", "now"),
        *("yesterday", "today", "mon", "tuesday", "02-29", "2026-11-23", "0000-01-01", "31-12"),
        *("0001-01-01", "9999-12-31", "9" * 20 + "d", "in", "until", "x", ":", ",", "\n", "²"),
        "١٤:٠٢",
    ]
)
PHRASES = st.lists(PARTS | st.text(max_size=5), max_size=5).map(" ".join) | st.lists(
    PARTS, max_size=3
).map("".join)


@given(PHRASES, MOMENTS, ZONES)
def test_no_words_are_ever_too_much(words: str, now: datetime, zone: tzinfo) -> None:
    found = read_past(words, now, zone)
    if found is not None:
        assert found[0].tzinfo is not None
        assert words.rstrip().endswith(found[1])
    later = read_future(words, now, zone)
    if later is not None:
        assert later[0] > now
        assert words.rstrip().endswith(later[1])


@given(PHRASES, MOMENTS, ZONES)
def test_the_past_is_never_later_than_now(words: str, now: datetime, zone: tzinfo) -> None:
    try:
        at = past(words, now, zone)
    except NotATime:
        return
    assert at <= now + timedelta(minutes=1)


@given(MOMENTS, st.integers(0, 24 * 60 - 2), ZONES)
def test_what_the_clock_showed_within_the_day_is_read_as_that_clock(
    now: datetime, minutes: int, zone: tzinfo
) -> None:
    """The latest moment not to come at which the wall clock showed so."""
    at = now.replace(second=0, microsecond=0) - timedelta(minutes=minutes)
    found = past(f"{to_wall(at, zone):%H:%M}", now, zone)
    assert at <= found <= now + timedelta(minutes=1)
    assert to_wall(found, zone).strftime("%H:%M") == to_wall(at, zone).strftime("%H:%M")


@given(MOMENTS, ZONES)
def test_the_wall_clock_and_back(at: datetime, zone: tzinfo) -> None:
    shown = to_wall(at, zone)
    assert from_wall(shown.replace(tzinfo=None), zone) == at


def test_the_longest_span_is_a_leap_year() -> None:
    assert timedelta(days=366) == LONGEST_SPAN
