from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from .conftest import Cockpit


def test_status_says_what_how_long_what_next_and_who_is_owed(
    cockpit: Cockpit, checkout: str
) -> None:
    said = cockpit("status")

    assert (said.code, said.err) == (0, "")
    for words in ("checkout returns 500s", "investigating", "next step: ", "customers: first word"):
        assert words in said.out


def test_status_as_json_is_whole(cockpit: Cockpit, checkout: str) -> None:
    cockpit("tick", "stop-further-deploys")
    document = json.loads(cockpit("status", "--json").out)

    assert document["id"] == checkout
    assert document["stage"] == "investigating"
    assert document["severity"] is None
    assert document["declared_at"].endswith("Z")
    assert document["next_step"]["step"]
    assert {one["audience"] for one in document["audiences"]} >= {"team", "customers"}


def test_show_has_facts_and_steps_with_their_names(cockpit: Cockpit, checkout: str) -> None:
    cockpit("tick", "confirm-that-the-errors-fall", "--observed", "0.2 %")
    said = cockpit("show")
    document = json.loads(cockpit("show", "--json").out)

    assert said.code == 0
    assert "[x] Confirm that the errors fall (0.2 %)" in said.out
    assert "<stop-further-deploys>" in said.out
    steps = {step["step"]: step for phase in document["checklist"] for step in phase["steps"]}
    assert steps["confirm-that-the-errors-fall"]["status"] == "done"
    assert steps["confirm-that-the-errors-fall"]["note"] == "0.2 %"
    assert steps["stop-further-deploys"]["status"] == "open"
    assert document["facts"] == {"what": "checkout returns 500s"}


def test_the_timeline_in_its_three_forms(cockpit: Cockpit, checkout: str) -> None:
    cockpit("note", "!decision hold all deploys")
    plain, marked = cockpit("timeline"), cockpit("timeline", "--markdown")
    entries = json.loads(cockpit("timeline", "--json").out)

    assert "◆ decision: hold all deploys" in plain.out
    assert marked.out.startswith("# checkout returns 500s\n")
    assert "decision: hold all deploys" in marked.out
    assert [one["kind"] for one in entries][:2] == ["declared", "copied"]
    assert entries[-1]["says"] == "decision: hold all deploys"


def test_the_timeline_in_utc(cockpit: Cockpit, checkout: str) -> None:
    cockpit("note", "first", "--at", "2026-01-02 03:04Z")

    assert "2026-01-02 03:04Z" in cockpit("timeline", "--utc").out
    assert "2026-01-02 03:04Z" in cockpit("--utc", "timeline").out
    assert "03:04Z" not in cockpit("--local", "timeline").out


def test_json_and_markdown_at_once_is_a_usage_error(cockpit: Cockpit, checkout: str) -> None:
    assert cockpit("timeline", "--json", "--markdown").code == 2


def test_list_shows_open_closed_and_unreadable_ones(
    cockpit: Cockpit, checkout: str, home: Path
) -> None:
    (home / "incidents" / "foreign.json").write_text('{"_default": {"1": {"a": 1}}}')
    said = cockpit("list")
    listed = {one["id"]: one for one in json.loads(cockpit("list", "--json").out)}

    assert said.code == 0
    assert f"{checkout}  -     investigating  checkout returns 500s" in said.out
    assert "foreign" in said.out
    assert listed["foreign"]["problem"]
    assert listed[checkout]["closed"] is False
    assert listed[checkout]["problem"] is None


def test_an_empty_shelf_lists_nothing_and_says_how_to_begin(cockpit: Cockpit) -> None:
    said = cockpit("list")

    assert (said.code, said.out) == (0, "")
    assert "cockpit declare" in said.err
    assert json.loads(cockpit("list", "--json").out) == []


def test_looking_changes_nothing_on_the_shelf(
    cockpit: Cockpit, checkout: str, files: Callable[[], list[Path]]
) -> None:
    path = files()[0]
    before = (path.read_bytes(), path.stat().st_mtime_ns)
    for command in ("status", "show", "timeline", "list"):
        assert cockpit(command).code == 0

    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


def test_a_damaged_file_is_shown_as_far_as_it_verifies_and_the_damage_is_said(
    cockpit: Cockpit, checkout: str, files: Callable[[], list[Path]]
) -> None:
    cockpit("note", "one")
    cockpit("note", "two")
    path = files()[0]
    path.write_bytes(path.read_bytes().replace(b'"text":"one"', b'"text":"0ne"'))

    said = cockpit("timeline", "--incident", checkout)

    assert said.code == 0
    assert "declared: checkout returns 500s" in said.out
    assert "0ne" not in said.out
    assert str(path) in said.err


def test_a_typo_in_the_config_ends_what_can_wait(
    cockpit: Cockpit, checkout: str, home: Path
) -> None:
    (home / "config.toml").write_text('\nthme = "light"\n')
    said = cockpit("timeline")

    assert said.code == 2
    assert "config.toml, line 2" in said.err
    assert said.out == ""


def test_what_was_typed_cannot_drive_the_terminal_through_an_error(cockpit: Cockpit) -> None:
    said = cockpit("draft", "\x1b[2Jteam", "--incident", "\x1b[2Jx")

    assert said.code in (2, 3)
    assert "\x1b" not in said.err
