"""Whatever people do, in whatever order: what must then be true."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.incident import actions
from cockpit.incident.actions import Refusal
from cockpit.incident.entries import Amended, Undone, decode, to_document
from cockpit.incident.state import fold
from tests.incident.player import A_MOVE, MANY_MOVES, MOVES, Player
from tests.incident.story import meaning_of, state_of

Moves = list[tuple[str, int, str]]


@pytest.mark.parametrize("name", sorted(MOVES))
def test_every_move_of_the_player_can_be_made(name: str) -> None:
    """Guards the tests below: a move that is always refused would prove nothing."""
    player = Player()
    player.play(
        [
            ("note", 1, "a note"),
            ("copy", 0, "to the team"),
            ("tick", 0, ""),
            ("join", 0, ""),
            ("stage", 3, ""),
            ("undo newest", 0, ""),
            ("stage", 3, ""),
            ("close", 0, "") if name == "reopen" else ("note", 1, "another"),
        ]
    )
    assert any(player.move(name, number, "some words") for number in range(12))


@given(MANY_MOVES)
def test_adding_entries_one_by_one_comes_to_the_same_as_folding_them_all(moves: Moves) -> None:
    player = Player()
    player.play(moves)
    assert state_of(player.incident) == state_of(fold(player.incident.entries))


@given(MANY_MOVES, st.integers(0, 40))
def test_adding_entries_in_two_lots_comes_to_the_same(moves: Moves, cut: int) -> None:
    player = Player()
    player.play(moves)
    incident = fold(player.incident.entries[:cut])
    incident.add_all(player.incident.entries[cut // 2 :])
    assert state_of(incident) == state_of(player.incident)


@given(MANY_MOVES)
def test_what_was_done_reads_back_the_same_from_its_json(moves: Moves) -> None:
    player = Player()
    player.play(moves)
    lines = [json.dumps(to_document(entry)).encode() for entry in player.incident.entries]
    assert state_of(fold(map(decode, lines))) == state_of(player.incident)


@given(MANY_MOVES, st.integers(1, 6))
def test_redoing_all_that_was_undone_is_as_if_nothing_was(moves: Moves, times: int) -> None:
    player = Player()
    player.play(moves)
    before = meaning_of(player.incident)
    undone = sum(player.move("undo newest", 0, "") is not None for _ in range(times))
    if undone:
        assert meaning_of(player.incident) != before
    for _ in range(undone):
        assert player.move("redo newest", 0, "") is not None
    assert meaning_of(player.incident) == before


@given(MANY_MOVES, st.integers(0, 99))
def test_undoing_the_undo_of_any_entry_brings_all_back(moves: Moves, number: int) -> None:
    player = Player()
    player.play(moves)
    before = meaning_of(player.incident)
    try:
        made = actions.undo(player.stamp(), player.incident, player.line(number))
    except Refusal:
        return
    player.add(made)
    player.add(actions.undo(player.stamp(), player.incident, made))
    assert meaning_of(player.incident) == before


@given(MANY_MOVES, A_MOVE)
def test_undoing_the_last_action_leaves_what_was_before_it(
    moves: Moves, last: tuple[str, int, str]
) -> None:
    player = Player()
    player.play(moves)
    before = meaning_of(player.incident)
    lines = before.pop("timeline")
    made = player.move(*last)
    if made is None or isinstance(made, Undone):
        return
    try:
        player.add(actions.undo(player.stamp(), player.incident, made))
    except Refusal:
        return
    after = meaning_of(player.incident)
    timeline = after.pop("timeline")
    assert after == before
    assert [line for line in timeline if line in lines] == lines
    assert len(timeline) == len(lines) + (1 if isinstance(made, Amended) else 2)


@given(MANY_MOVES)
def test_the_timeline_is_in_order_and_has_every_entry_once(moves: Moves) -> None:
    player = Player()
    player.play(moves)
    incident = player.incident
    timeline = incident.timeline()
    keys = [(entry.at, incident.position[entry.id]) for entry in timeline]
    assert keys == sorted(keys)
    shown = [entry.id for entry in timeline if not isinstance(entry, Undone)]
    written = [e.id for e in incident.entries if not isinstance(e, (Undone, Amended))]
    assert sorted(shown) == sorted(written)


@given(MANY_MOVES)
def test_every_undone_entry_has_the_one_line_that_says_so(moves: Moves) -> None:
    player = Player()
    player.play(moves)
    incident = player.incident
    said = [entry.entry for entry in incident.timeline() if isinstance(entry, Undone)]
    gone = [e.id for e in incident.entries if not incident.stands(e) and not isinstance(e, Undone)]
    assert sorted(said) == sorted(gone)


@given(MANY_MOVES, st.integers(0, 99))
def test_an_id_that_is_there_already_changes_nothing(moves: Moves, number: int) -> None:
    player = Player()
    player.play(moves)
    entries = player.incident.entries
    before = state_of(fold(entries))
    player.incident.add(entries[number % len(entries)])
    player.incident.add_all(entries)
    assert state_of(player.incident) == before
