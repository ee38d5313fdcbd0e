"""Facts are free text from someone in a hurry: whatever was typed, the sentences hold."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.comms.draft import Draft, acknowledgement, draft, help_request
from cockpit.comms.language import (
    clause,
    clock_words,
    ending,
    read_started,
    readable,
    sentence,
    without_since,
)
from cockpit.incident.entries import FACTS, SEVERITIES, STAGES, Entry, Stage
from cockpit.incident.state import Incident
from tests.comms.scene import (
    LOCAL,
    all_built_in,
    at,
    built_in,
    contained,
    declared,
    incident,
    joined,
    note,
    stage,
    ticked,
    told,
)


@pytest.mark.parametrize(
    ("typed", "as_sentence", "as_clause", "as_ending"),
    [
        ("checkout returns 500s", "Checkout returns 500s.", "checkout returns 500s", None),
        ("No one can pay.", "No one can pay.", "no one can pay", None),
        ("No one can pay!!!", "No one can pay.", "no one can pay", None),
        ("wait... is it down?", "Wait… is it down?", "wait… is it down", "wait… is it down?"),
        ("API is down", "API is down.", "API is down", None),
        ("Ana is on it", "Ana is on it.", "Ana is on it", None),
        ("Stripe is down", "Stripe is down.", "Stripe is down", None),
        ("I restarted it", "I restarted it.", "I restarted it", None),
        ("iPhone users see it", "iPhone users see it.", "iPhone users see it", None),
        ("api-2 is slow", "api-2 is slow.", "api-2 is slow", None),
        ("/cart fails", "/cart fails.", "/cart fails", None),
        ("Rolling back to 2.30", "Rolling back to 2.30.", "rolling back to 2.30", None),
        ("Restarted the workers,", "Restarted the workers.", "restarted the workers", None),
        ("we're rolling back", "We're rolling back.", "we're rolling back", None),
        ("It's slow", "It's slow.", "it's slow", None),
        ("5 % of users", "5 % of users.", "5 % of users", None),
        ("all of them (EU only)", "All of them (EU only).", "all of them (EU only)", None),
        ('the log says "no space."', 'The log says "no space."', 'the log says "no space."', None),
        (
            "- carts empty\n- cards fail",
            "Carts empty. Cards fail.",
            "carts empty; cards fail",
            None,
        ),
        ("  a \t b\r\n\r\nc ", "A b. C.", "a b; c", None),
        ("決済が失敗します。", "決済が失敗します。", "決済が失敗します", "決済が失敗します。"),
        ("done :tada:", "Done :tada:.", "done :tada:", None),
        ("errors:", "Errors.", "errors", None),
        ("über slow", "Über slow.", "über slow", None),
        ("?", "", "", ""),
        ("...", "", "", ""),
        ("", "", "", ""),
    ],
)
def test_a_fact_becomes_a_sentence_a_clause_and_an_ending(
    typed: str, as_sentence: str, as_clause: str, as_ending: str | None
) -> None:
    assert sentence(typed) == as_sentence
    assert clause(typed) == as_clause
    closed = as_clause.endswith('."')
    assert ending(typed) == (as_ending or (as_clause and as_clause + ("" if closed else ".")))


def test_what_could_drive_a_terminal_is_shown_and_not_passed_on() -> None:
    assert sentence("all \x1b[31mred\x1b[0m") == "All ␛[31mred␛[0m."


TYPED = st.text(max_size=500) | st.text(alphabet="aA1 .,:;!?…'\")(-\n\t", max_size=60)


@settings(deadline=None)
@given(TYPED)
def test_any_sentence_has_its_end_mark_once_and_no_stray_space(typed: str) -> None:
    made = sentence(typed)
    assert made == " ".join(made.split())
    assert not re.search(r"\.\.(\s|$)", made)
    assert made == "" or re.search(r"[.!?…。！？][\"'”’»)\]]*$", made)
    assert bool(made) == bool(readable(typed))


@settings(deadline=None)
@given(TYPED)
def test_nothing_but_marks_and_the_first_letter_of_what_was_typed_is_changed(typed: str) -> None:
    def letters(text: str) -> str:
        return "".join(each for each in text if each.isalnum()).casefold()

    if readable(typed):
        assert letters(sentence(typed)) == letters(readable(typed)) == letters(clause(typed))


# -- whole messages -------------------------------------------------------------------------------

END = re.compile(r"[.!?…。！？][\"'”’»)\]]*$")
FACT_TEXT = st.text(max_size=500).map(lambda text: text.strip()[:500])


@st.composite
def incidents(draw: st.DrawFn) -> Incident:
    facts = draw(st.dictionaries(st.sampled_from(list(FACTS)), FACT_TEXT, max_size=len(FACTS)))
    entries: list[Entry] = [declared(facts, draw(st.sampled_from(["", *SEVERITIES])))]
    if draw(st.booleans()):
        entries += [told(audience.name, 2) for audience in all_built_in()]
    if draw(st.booleans()):
        entries += [
            joined(draw(st.text(min_size=1, max_size=30)), 3),
            *(note(f"ZQX {draw(FACT_TEXT)}", 4, "decision") for _ in range(12)),
            ticked("a", "ZQX step", 5, draw(FACT_TEXT)),
            contained(6),
        ]
    stage_name: Stage = draw(st.sampled_from(STAGES))
    return incident(entries, stage(stage_name, 7))


def holds(message: str) -> None:
    assert message == message.strip()
    assert "  " not in message
    assert "\n\n\n" not in message
    assert "None" not in message
    assert not re.search(r"\.\.(\s|$)", message)
    sentences = re.sub(r"^•.*$", "", message, flags=re.M)
    assert not re.search(r"[:,]\s*\.(\s|$)", sentences), "an empty sentence"
    assert END.search(message)


@pytest.mark.parametrize("name", ["team", "stakeholders", "customers"])
@settings(deadline=None)
@given(made=incidents())
def test_a_message_holds_whatever_the_facts_are(name: str, made: Incident) -> None:
    audience = built_in(name)
    drafted = draft(audience, made, at(12), LOCAL)
    clean = drafted.text if "None" not in str(made.facts) else drafted.text.replace("None", "")
    holds(clean)
    assert len(drafted.text) <= audience.limit


@settings(deadline=None)
@given(made=incidents(), need=FACT_TEXT, person=st.text(max_size=30))
def test_first_words_and_requests_for_help_hold_too(made: Incident, need: str, person: str) -> None:
    team = built_in("team")
    holds(acknowledgement(team, made, at(1), LOCAL).text)
    holds(help_request(team, made, person, need, 15, at(12), LOCAL).text)


@settings(deadline=None)
@given(made=incidents())
def test_nothing_from_the_timeline_reaches_customers(made: Incident) -> None:
    text = draft(built_in("customers"), made, at(12), LOCAL).text
    assert "ZQX" not in text


def test_customers_get_no_cause_no_undo_and_no_room() -> None:
    secrets = {"change": "SECRET-CHANGE", "undo": "SECRET-UNDO", "room": "SECRET-ROOM"}
    for name in STAGES:
        made = incident(declared({"what": "checkout is down"} | secrets), stage(name, 1))
        assert "SECRET" not in draft(built_in("customers"), made, at(12), LOCAL).text


# -- times ----------------------------------------------------------------------------------------


def drafted_at(moment: datetime, name: str = "customers", severity: str = "SEV2") -> Draft:
    made = incident(declared({"what": "x"}, severity))  # type: ignore[arg-type]
    return draft(built_in(name), made, moment, LOCAL)


@pytest.mark.parametrize(
    ("now", "promise"),
    [
        (datetime(2026, 11, 24, 14, 15, tzinfo=UTC), datetime(2026, 11, 24, 14, 35, tzinfo=UTC)),
        (datetime(2026, 11, 24, 14, 15, 1, tzinfo=UTC), datetime(2026, 11, 24, 14, 40, tzinfo=UTC)),
        (datetime(2026, 11, 24, 23, 41, tzinfo=UTC), datetime(2026, 11, 25, 0, 5, tzinfo=UTC)),
    ],
)
def test_the_promise_is_the_cadence_up_to_the_next_five_minutes(
    now: datetime, promise: datetime
) -> None:
    assert drafted_at(now).promise == promise


def test_a_short_cadence_is_promised_to_the_minute() -> None:
    import msgspec

    customers = built_in("customers")
    quick = msgspec.structs.replace(
        customers, cadence=msgspec.structs.replace(customers.cadence, SEV1=10)
    )
    now = datetime(2026, 11, 24, 14, 16, 20, tzinfo=UTC)
    made = draft(quick, incident(declared({}, "SEV1")), now, UTC)
    assert made.promise == datetime(2026, 11, 24, 14, 27, tzinfo=UTC)
    assert "Next update by 14:27 UTC." in made.text


def test_customers_read_utc_and_the_date_when_it_is_another_day() -> None:
    text = drafted_at(datetime(2026, 11, 24, 23, 41, tzinfo=UTC)).text
    assert text.endswith("Next update by 00:05 UTC on 25 November.")


def test_the_team_reads_the_clock_on_its_wall() -> None:
    text = drafted_at(datetime(2026, 11, 24, 14, 15, tzinfo=UTC), "team").text
    assert text.endswith("Next update by 15:30.")


def test_a_resolved_incident_promises_nothing() -> None:
    made = incident(declared({}), stage("resolved", 5))
    for audience in all_built_in():
        drafted = draft(audience, made, at(6), UTC)
        assert drafted.promise is None
        assert "ext update" not in drafted.text


def test_a_request_for_help_promises_no_update() -> None:
    made = incident(declared({"what": "x"}))
    asked = help_request(built_in("team"), made, "Ana", "look", 15, at(5), UTC, room="#room")
    assert asked.promise is None


@pytest.mark.parametrize(
    ("typed", "clock", "approximate"),
    [
        ("14:02", (14, 2), False),
        ("since 14:02.", (14, 2), False),
        ("about 14:02", (14, 2), True),
        ("since around 14:02", (14, 2), True),
        ("~14:02", (14, 2), True),
        ("10m ago", (15, 20), False),
        ("13:02 UTC", (14, 2), False),
        ("13:02Z", (14, 2), False),
    ],
)
def test_since_when_is_read_as_a_time(
    typed: str, clock: tuple[int, int], approximate: bool
) -> None:
    typed_at = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)  # 15:30 on the wall
    found = read_started(typed, typed_at, LOCAL)
    assert found is not None
    wall = found[0].astimezone(LOCAL)
    assert ((wall.hour, wall.minute), found[1]) == (clock, approximate)


@pytest.mark.parametrize("typed", ["lunchtime", "14:02 when I deployed", "not sure", "25:99"])
def test_since_when_may_be_no_time_at_all(typed: str) -> None:
    assert read_started(typed, at(0), LOCAL) is None
    made = incident(declared({"what": "x", "since": typed}))
    text = draft(built_in("customers"), made, at(5), LOCAL).text
    assert f"When it began: {ending(typed)}" in text


def test_ten_minutes_ago_counts_from_when_it_was_typed() -> None:
    made = incident(declared({"what": "x", "since": "10m ago"}))  # at 14:03 UTC
    assert "since 13:53 UTC." in draft(built_in("customers"), made, at(30), LOCAL).text


def test_a_sentence_does_not_say_since_twice() -> None:
    assert without_since("since lunchtime") == "lunchtime"
    made = incident(declared({"what": "x", "since": "Since lunchtime"}))
    assert "When it began: lunchtime." in draft(built_in("team"), made, at(5), LOCAL).text


def test_a_moment_in_words() -> None:
    now = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    east = timezone(timedelta(hours=9))
    assert clock_words(now, now, UTC, inside=True) == "23:30Z"
    assert clock_words(now, now, east, inside=True) == "08:30"
    assert clock_words(now, now, east, inside=False) == "23:30 UTC"
    assert (
        clock_words(now - timedelta(days=1), now, east, inside=False) == "23:30 UTC on 23 November"
    )
