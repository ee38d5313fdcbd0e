"""Who is owed a word, and when."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cockpit.comms.promises import Owed, ledger, overdue_count, owed_words, spread_due
from cockpit.incident.entries import (
    Closed,
    Entry,
    Reopened,
    SeveritySet,
    Snoozed,
    Spread,
    SpreadChecked,
    Undone,
)
from cockpit.incident.state import Incident
from tests.comms.scene import (
    WHO,
    all_built_in,
    at,
    built_in,
    contained,
    declared,
    incident,
    minutes,
    new_id,
    stage,
    told,
)


def words(made: Incident, after: float) -> list[str]:
    return [owed_words(owed, at(after)) for owed in ledger(made, all_built_in(), at(after))]


def owed(made: Incident, name: str, after: float) -> Owed:
    (one,) = ledger(made, [built_in(name)], at(after))
    return one


def snoozed(name: str, after: float, until: float) -> Snoozed:
    return Snoozed(
        id=new_id(), at=at(after), who=WHO, audience=name, until=at(until), reason="waiting"
    )


def test_at_the_declaration_everyone_is_owed_a_first_word_in_their_own_time() -> None:
    assert words(incident(declared()), 0) == [
        "team: first word in 02:00",
        "customers: first word in 05:00",
        "stakeholders: first word in 10:00",
    ]


def test_who_was_never_told_waits_since_the_declaration() -> None:
    made = incident(declared(), told("team", 1, promise=20))
    found = ledger(made, all_built_in(), at(14) + timedelta(seconds=32))
    shown = [owed_words(one, at(14) + timedelta(seconds=32)) for one in found]
    assert shown == [
        "customers: never told, 14:32",
        "stakeholders: never told, 14:32",
        "team in 05:28",
    ]
    assert [one.overdue for one in found] == [True, True, False]
    assert overdue_count(found) == 2


def test_a_promise_falls_due_and_is_overdue() -> None:
    made = incident(declared(), told("customers", 4, promise=20))
    before = owed(made, "customers", 13)
    assert (before.kind, before.overdue, before.last_told) == ("next", False, at(4))
    assert owed_words(before, at(13)) == "customers in 07:00"
    assert owed(made, "customers", 20).overdue
    assert owed_words(owed(made, "customers", 21.2), at(21.2)) == "customers: update overdue 01:12"


def test_the_most_urgent_comes_first() -> None:
    made = incident(
        declared(), told("team", 1, 30), told("customers", 1, 10), told("stakeholders", 1, 20)
    )
    assert [one.audience for one in ledger(made, all_built_in(), at(15))] == [
        "customers",
        "stakeholders",
        "team",
    ]


def test_a_first_word_can_be_moved() -> None:
    made = incident(declared(), snoozed("stakeholders", 2, 25))
    assert owed_words(owed(made, "stakeholders", 12), at(12)) == "stakeholders: first word in 13:00"
    late = owed(made, "stakeholders", 26)
    assert (late.kind, late.overdue) == ("first", True)


def test_a_promise_can_be_moved() -> None:
    made = incident(declared(), told("customers", 1, 21), snoozed("customers", 20, 40))
    assert owed(made, "customers", 22).due == at(40)


def test_a_message_that_was_not_posted_was_never_told() -> None:
    message = told("customers", 1, promise=21)
    made = incident(declared(), message, Undone(id=new_id(), at=at(2), who=WHO, entry=message.id))
    one = owed(made, "customers", 3)
    assert (one.kind, one.last_told, one.due) == ("first", None, at(5))


def test_a_message_without_a_promise_leaves_the_cadence() -> None:
    made = incident(declared(severity="SEV4"), told("customers", 1))
    assert owed(made, "customers", 2).due == at(61)
    made.add(SeveritySet(id=new_id(), at=at(2), who=WHO, severity="SEV1"))
    assert owed(made, "customers", 2).due == at(21)


def test_who_was_told_is_owed_that_it_is_resolved_and_then_nothing() -> None:
    made = incident(declared(), told("customers", 1, 21), stage("resolved", 10))
    one = owed(made, "customers", 11)
    assert (one.kind, one.due, one.overdue) == ("resolved", at(15), False)
    assert owed_words(one, at(11)) == "customers: tell them it is resolved"
    assert owed_words(owed(made, "customers", 16), at(16)) == (
        "customers: tell them it is resolved, overdue 01:00"
    )
    made.add(told("customers", 16, text="It is over."))
    after = owed(made, "customers", 17)
    assert (after.kind, after.due, after.overdue) == ("none", None, False)
    assert owed_words(after, at(17)) == "customers: nothing owed"


def test_order_in_the_record_decides_who_has_heard_not_the_clock() -> None:
    same_second = incident(declared(), told("customers", 10), stage("resolved", 10))
    assert owed(same_second, "customers", 11).kind == "resolved"
    other_way = incident(declared(), stage("resolved", 10), told("customers", 10))
    assert owed(other_way, "customers", 11).kind == "none"


def test_who_should_have_been_told_is_owed_the_end_as_well() -> None:
    made = incident(declared(), stage("resolved", 7))
    assert owed(made, "customers", 8).kind == "resolved"  # owed since minute 5
    assert owed(made, "stakeholders", 8).kind == "none"  # not before minute 10


def test_moving_a_first_word_does_not_make_it_vanish_when_it_is_resolved() -> None:
    made = incident(declared(), snoozed("customers", 4, 60), stage("resolved", 20))
    assert owed(made, "customers", 21).kind == "resolved"


def test_the_word_that_it_is_resolved_can_be_moved_too() -> None:
    made = incident(
        declared(), told("customers", 1), stage("resolved", 10), snoozed("customers", 11, 30)
    )
    one = owed(made, "customers", 16)
    assert (one.kind, one.due, one.overdue) == ("resolved", at(30), False)


def test_a_promise_made_after_the_end_is_still_a_promise() -> None:
    made = incident(declared(), stage("resolved", 10), told("customers", 11, promise=600))
    one = owed(made, "customers", 12)
    assert (one.kind, one.due) == ("next", at(600))


def test_an_incident_that_comes_back_owes_updates_again() -> None:
    made = incident(
        declared(),
        told("customers", 1, 31),
        stage("resolved", 10),
        told("customers", 11),
        stage("investigating", 12),
    )
    one = owed(made, "customers", 13)
    assert (one.kind, one.due) == ("next", at(41))
    made.add(stage("resolved", 20))
    assert owed(made, "customers", 21).kind == "resolved"


def test_a_resolution_that_was_taken_back_does_not_count() -> None:
    over = stage("resolved", 10)
    made = incident(
        declared(),
        told("customers", 1, 31),
        over,
        Undone(id=new_id(), at=at(11), who=WHO, entry=over.id),
    )
    assert owed(made, "customers", 12).kind == "next"


def test_a_closed_incident_owes_nothing() -> None:
    made = incident(declared(), stage("resolved", 10), Closed(id=new_id(), at=at(11), who=WHO))
    found = ledger(made, all_built_in(), at(1000))
    assert [one.kind for one in found] == ["none"] * 3
    assert [one.audience for one in found] == ["team", "stakeholders", "customers"]
    assert overdue_count(found) == 0
    made.add(Reopened(id=new_id(), at=at(12), who=WHO))
    assert owed(made, "customers", 13).kind == "resolved"


def test_a_record_without_a_declaration_owes_nothing() -> None:
    assert owed(Incident(), "team", 1).kind == "none"


# -- still spreading? -----------------------------------------------------------------------------


def checked(answer: Spread, after: float) -> SpreadChecked:
    return SpreadChecked(id=new_id(), at=at(after), who=WHO, spreading=answer)


@pytest.mark.parametrize(
    ("entries", "due"),
    [
        ([], 5),
        ([checked("yes", 6)], 16),
        ([checked("unknown", 6)], 16),
        ([checked("no", 6)], 16),
        ([contained(6)], None),
        ([contained(6), checked("yes", 8)], 18),
        ([stage("monitoring", 6)], 5),
        ([stage("resolved", 6)], None),
        ([Closed(id=new_id(), at=at(6), who=WHO)], None),
    ],
)
def test_still_spreading_is_asked_until_it_is_contained(
    entries: list[Entry], due: float | None
) -> None:
    made = incident(declared(), entries)
    expected = None if due is None else minutes(due - 9)
    assert spread_due(made, at(9)) == expected
