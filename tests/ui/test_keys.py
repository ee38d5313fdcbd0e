"""The table of keys: what a person may change in it, and what of it stands in the footer."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from cockpit.ui.app import CockpitApp
from cockpit.ui.keys import ALL, KEYS, Key, all_shown, footer_keys, remapped, shown
from cockpit.ui.screens.help import help_text
from cockpit.ui.screens.incident import IncidentScreen


def keys_of(rows: tuple[Key, ...]) -> dict[str, str]:
    return {row.id: row.keys for row in rows}


def test_without_wishes_the_table_is_as_it_is() -> None:
    assert remapped({}) == (KEYS, [])


def test_every_id_is_there_once_and_every_key_belongs_to_one_action() -> None:
    ids = [row.id for row in KEYS]
    keys = [key for row in KEYS for key in row.keys.split(",")]
    assert len(ids) == len(set(ids))
    assert len(keys) == len(set(keys))


def test_every_action_of_the_table_exists() -> None:
    for row in KEYS:
        name = row.action.partition("(")[0]
        owner, _, action = name.rpartition(".")
        where = CockpitApp if owner == "app" else IncidentScreen
        assert callable(getattr(where, f"action_{action}", None)), row.id


def test_another_key_takes_the_place_of_the_old_one() -> None:
    rows, problems = remapped({"note": "N"})
    assert problems == []
    assert keys_of(rows) == {**keys_of(KEYS), "note": "N"}


@pytest.mark.parametrize(
    ("written", "name", "seen"),
    [
        ("ctrl+x", "ctrl+x", "ctrl+x"),
        ("f5", "f5", "f5"),
        ("#", "number_sign", "#"),
        ("!", "exclamation_mark", "!"),
        ("ö", "ö", "ö"),
        ("N, ctrl+n", "N,ctrl+n", "N"),
        ("number_sign", "number_sign", "#"),
    ],
)
def test_keys_are_written_as_people_write_them(written: str, name: str, seen: str) -> None:
    rows, problems = remapped({"note": written})
    assert problems == []
    assert keys_of(rows)["note"] == name
    assert shown(name) == seen


def test_a_sign_that_stands_in_the_table_under_its_name_can_move() -> None:
    rows, problems = remapped({"filter": "?", "help": "/"})
    assert problems == []
    assert keys_of(rows)["filter"] == "question_mark"
    assert keys_of(rows)["help"] == "slash"


def test_two_keys_can_be_swapped() -> None:
    rows, problems = remapped({"note": "s", "skip": "n"})
    assert problems == []
    assert (keys_of(rows)["note"], keys_of(rows)["skip"]) == ("s", "n")


def test_an_unknown_id_is_named_with_the_nearest() -> None:
    rows, problems = remapped({"noet": "N"})
    assert rows == KEYS
    assert problems == ["config.toml, [keys]: there is no key “noet”. Did you mean “note”?"]


def test_a_key_that_another_action_has_is_refused_and_said() -> None:
    rows, problems = remapped({"note": "s"})
    assert rows == KEYS
    assert problems == [
        "config.toml, [keys]: “s” for “note” belongs to “skip”; give that one another key first."
    ]


def test_two_wishes_for_one_key() -> None:
    rows, problems = remapped({"note": "N", "skip": "N"})
    assert keys_of(rows) == {**keys_of(KEYS), "note": "N"}
    (problem,) = problems
    assert "“N” for “skip” belongs to “note”" in problem


def test_who_was_refused_keeps_its_key_even_if_another_one_wished_for_it() -> None:
    rows, problems = remapped({"tick": "n", "note": "s"})
    taken = [key for row in rows for key in row.keys.split(",")]
    assert len(taken) == len(set(taken))
    assert rows == KEYS
    assert len(problems) == 2


@pytest.mark.parametrize("written", ["", " ", ",", "N,"])
def test_no_key_at_all_is_refused(written: str) -> None:
    rows, problems = remapped({"note": written})
    assert rows == KEYS
    assert "“note” has no key" in problems[0]


def test_help_shows_every_key_of_the_table_as_it_is_now() -> None:
    rows, _ = remapped({"note": "#"})
    text = help_text(rows, "timeline", 80).plain
    for row in rows:
        assert all_shown(row.keys) in text
        assert row.tip.split()[0] in text
    assert all(cell_len(line) <= 80 for line in text.splitlines()[:-1])


@pytest.mark.parametrize("pane", ALL)
@pytest.mark.parametrize("width", [20, 60, 80, 120, 200])
def test_the_footer_fits_and_keeps_help(pane: str, width: int) -> None:
    chosen = footer_keys(KEYS, pane, width)
    line = "  ".join(f"{shown(row.keys)} {row.label}" for row in chosen)
    assert cell_len(line) <= width
    assert "help" in {row.id for row in chosen}
    assert [row for row in KEYS if row in chosen] == chosen


@pytest.mark.parametrize("pane", ALL)
def test_a_wider_footer_loses_nothing(pane: str) -> None:
    before: set[str] = set()
    for width in (60, 80, 120, 200):
        now = {row.id for row in footer_keys(KEYS, pane, width)}
        assert {"help", "everything", "note"} <= now
        assert before <= now
        before = now
    assert before == {row.id for row in KEYS if pane in row.footer}
