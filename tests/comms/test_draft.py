"""What a draft holds of the timeline, and what there is to say about it before it goes out."""

from __future__ import annotations

import msgspec
import pytest

from cockpit.comms.audience import TemplateError
from cockpit.comms.draft import acknowledgement, draft, gaps, help_request, remarks
from cockpit.incident.entries import (
    Amended,
    Left,
    SeveritySet,
    SpreadChecked,
    Undone,
    Unticked,
)
from tests.comms.scene import (
    LOCAL,
    WHO,
    all_built_in,
    at,
    built_in,
    contained,
    declared,
    incident,
    joined,
    new_id,
    note,
    stage,
    ticked,
    told,
)


def test_since_the_last_word_lists_what_others_need_to_know() -> None:
    made = incident(
        declared({"what": "x"}, "SEV3"),
        note("before the last word", 1, "decision"),
        told("customers", 2),
        told("team", 3),
        note("just a note", 4),
        note("pool exhausted", 4, "hypothesis"),
        note("orders are lost", 4, "impact"),
        joined("ana", 5),
        SeveritySet(id=new_id(), at=at(6), who=WHO, severity="SEV1"),
        stage("identified", 7),
        stage("monitoring", 8),
        ticked("roll-back", "Roll back", 9, "2.30 is up"),
        contained(10),
    )
    assert draft(built_in("customers"), made, at(12), LOCAL).since == (
        "15:07 impact: orders are lost",
        "15:08 ana joined",
        "15:09 severity: SEV1",
        "15:10 stage: identified",
        "15:12 done: Roll back; saw 2.30 is up",
        "15:13 contained after 10 min",
    )


def test_what_no_longer_holds_is_not_listed() -> None:
    wrong = note("hold deploys", 2, "decision")
    made = incident(
        declared({"what": "x"}),
        wrong,
        Undone(id=new_id(), at=at(3), who=WHO, entry=wrong.id),
        ticked("roll-back", "Roll back", 4),
        Unticked(id=new_id(), at=at(5), who=WHO, step="roll-back", text="Roll back"),
        joined("ana", 6),
        Left(id=new_id(), at=at(7), who=WHO, person="ana"),
        contained(8),
        SpreadChecked(id=new_id(), at=at(9), who=WHO, spreading="yes"),
    )
    assert draft(built_in("team"), made, at(12), LOCAL).since == ("15:12 still spreading? yes",)


def test_an_amended_decision_is_listed_as_amended() -> None:
    decision = note("hold deploys", 2, "decision")
    amended = Amended(id=new_id(), at=at(3), who=WHO, entry=decision.id, text="hold all deploys")
    made = incident(declared({}), decision, amended)
    assert draft(built_in("team"), made, at(4), LOCAL).since == (
        "15:05 decision: hold all deploys",
    )


def test_only_steps_that_contain_are_news_when_they_are_named() -> None:
    made = incident(
        declared({}), ticked("say-it", "Say it", 1), ticked("roll-back", "Roll back", 2)
    )
    drafted = draft(built_in("team"), made, at(4), LOCAL, steps={"roll-back"})
    assert drafted.since == ("15:05 done: Roll back",)
    asked = help_request(
        built_in("team"), made, "Ana", "look", 15, at(4), LOCAL, steps={"roll-back"}
    )
    assert "Roll back" in asked.text
    assert "Say it" not in asked.text


def test_a_long_list_is_cut_at_its_old_end_and_says_so() -> None:
    made = incident(declared({}), [note(f"decision {n}", n, "decision") for n in range(1, 21)])
    drafted = draft(built_in("team"), made, at(30), LOCAL)
    assert len(drafted.since) == 20
    assert "• 12 more before these\n• 15:16 decision: decision 13\n" in drafted.text


def test_a_very_long_list_is_put_into_words_only_at_its_new_end() -> None:
    made = incident(declared({}), [note(f"decision {n}", n, "decision") for n in range(500)])
    drafted = draft(built_in("team"), made, at(600), LOCAL)
    assert len(drafted.since) == 100
    assert drafted.since[-1].endswith("decision 499")
    assert "• 492 more before these\n" in drafted.text


def test_the_list_gives_way_when_the_message_would_be_too_long() -> None:
    team = msgspec.structs.replace(built_in("team"), limit=400)
    made = incident(declared({}), [note("d" * 100, n, "decision") for n in range(1, 5)])
    text = draft(team, made, at(30), LOCAL).text
    assert len(text) <= 400
    assert "• 3 more before these\n• 15:07 decision: ddd" in text


def test_a_long_line_is_a_pointer() -> None:
    made = incident(declared({}), note("d" * 60_000, 1, "decision"))
    (line,) = draft(built_in("team"), made, at(30), LOCAL).since
    assert len(line) == 160
    assert line.endswith("d…")


def test_facts_are_never_cut_even_where_they_are_too_long() -> None:
    customers = msgspec.structs.replace(built_in("customers"), limit=100)
    made = incident(declared({"impact": "a" * 400}))
    drafted = draft(customers, made, at(1), LOCAL)
    assert "a" * 400 in drafted.text
    (remark,) = remarks(drafted.text, customers, made)
    assert "customers can take 100" in remark.text
    assert (remark.blocks, remark.start, remark.end) == (False, 100, len(drafted.text))


def test_the_promise_is_none_when_the_text_names_no_time() -> None:
    team = built_in("team")
    silent = msgspec.structs.replace(
        team, templates={**team.templates, "investigating": "I'm on it."}
    )
    assert draft(silent, incident(declared({})), at(1), LOCAL).promise is None


def test_an_audience_without_an_acknowledgement_gets_its_stage_first() -> None:
    made = incident(declared({"what": "x"}))
    customers = built_in("customers")
    assert acknowledgement(customers, made, at(1), LOCAL) == draft(customers, made, at(1), LOCAL)


def test_who_only_hears_when_it_is_resolved_hears_that() -> None:
    made = incident(declared({"what": "x"}), stage("resolved", 3))
    assert acknowledgement(built_in("team"), made, at(4), LOCAL).text.startswith("Resolved at")


def test_a_request_for_help_needs_a_template() -> None:
    with pytest.raises(TemplateError, match=r"customers\.toml:1: .*Add help ="):
        help_request(built_in("customers"), incident(declared({})), "Ana", "look", 15, at(1), LOCAL)


def test_a_request_for_help_names_the_room_of_the_fact_sheet() -> None:
    made = incident(declared({"what": "x", "room": "#inc-checkout"}))
    asked = help_request(built_in("team"), made, "Ana", "look", 15, at(1), LOCAL)
    assert "I'm in #inc-checkout right now; could you join?" in asked.text
    assert not gaps(asked.text)


# -- gaps and remarks -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ask [who?] now", ["[who?]"]),
        ("In [which channel or call?], at [time]", ["[which channel or call?]", "[time]"]),
        ("{name} and {{ service }}", ["{name}", "{{ service }}"]),
        ("restart <service> on <host name>", ["<service>", "<host name>"]),
        ("Impact TBD, cause XXX, TODO: ___", ["TBD", "XXX", "TODO", "___"]),
        ("${HOME} {.items[0]} a[0] [link](https://x) < dump.sql 5 <6", []),
        ("snake_case, __init__, <https://x.test>, <@U123>, [INC-12]", []),
        ("", []),
    ],
)
def test_gaps_are_what_has_to_be_filled_in(text: str, expected: list[str]) -> None:
    assert [text[span.start : span.end] for span in gaps(text)] == expected


def test_a_gap_blocks_and_is_marked() -> None:
    text = "Next update by 14:20. Impact: [who?]"
    (remark,) = remarks(text, built_in("team"), incident(declared({}), told("team", 1)))
    assert remark.blocks
    assert text[remark.start : remark.end] == "[who?]"
    assert "[who?]" in remark.text


def remark_texts(text: str, audience: str = "customers", resolved: bool = False) -> list[str]:
    made = incident(declared({}), told(audience, 1), [stage("resolved", 2)] if resolved else [])
    return [remark.text for remark in remarks(text, built_in(audience), made)]


def test_an_update_without_impact_or_time_is_remarked_on() -> None:
    assert remark_texts("We're working on it.") == [
        "It does not say who is affected, and how.",
        "It does not say when the next update comes.",
    ]
    assert remark_texts("Impact: none. Next update by 14:40 UTC.") == []
    assert remark_texts("Some customers can’t pay. We'll be back in 20 minutes.") == []


def test_nothing_is_asked_of_a_resolved_message_or_a_first_word() -> None:
    assert remark_texts("All is well again.", resolved=True) == []
    first = incident(declared({}))
    for text in ("I think I might have broken X", "We're aware of the issue and working on a fix"):
        assert remarks(text, built_in("customers"), first) == ()


@pytest.mark.parametrize("known", [True, False])
def test_no_draft_of_the_cockpit_is_remarked_on(known: bool) -> None:
    from cockpit.incident.entries import STAGES
    from tests.comms.scene import blank, busy

    for audience in all_built_in():
        for name in STAGES:
            made = (busy if known else blank)(name)
            text = draft(audience, made, at(12), LOCAL).text
            assert remarks(text, audience, made) == ()
