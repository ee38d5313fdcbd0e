from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .conftest import Cockpit

Read = Callable[..., list[dict[str, Any]]]


def test_a_draft_is_printed_and_nothing_is_recorded(
    cockpit: Cockpit, checkout: str, on_disk: Read
) -> None:
    before = on_disk()
    said = cockpit("draft", "customers")

    assert said.code == 0
    assert "checkout returns 500s" in said.out
    assert on_disk() == before


def test_a_copy_is_recorded_with_its_promise_and_is_in_the_file(
    cockpit: Cockpit, checkout: str, on_disk: Read, home: Path
) -> None:
    said = cockpit("draft", "customers", "--copy")

    copied = on_disk()[-1]
    assert (copied["kind"], copied["audience"]) == ("copied", "customers")
    assert copied["promise"]
    assert said.out == copied["text"].rstrip("\n") + "\n"
    assert (home / "state" / "clipboard.txt").read_text() == copied["text"]


def test_a_copy_that_reaches_no_clipboard_says_so_and_ends_with_1(
    cockpit: Cockpit, checkout: str
) -> None:
    said = cockpit("draft", "customers", "--copy")

    assert said.code == 1
    assert "not copied" in said.err


def test_what_happened_since_the_last_word_is_in_the_next_draft_for_the_team(
    cockpit: Cockpit, checkout: str
) -> None:
    cockpit("note", "!decision hold all deploys")
    cockpit("tick", "stop-further-deploys")
    cockpit("tick", "write-down-what-changed-and-when")
    said = cockpit("draft", "team")

    assert "hold all deploys" in said.out
    assert "Stop further deploys" in said.out
    assert "Write down what changed" not in said.out  # it contains nothing: no news for others


def test_an_unknown_audience_is_named_with_the_nearest(cockpit: Cockpit, checkout: str) -> None:
    said = cockpit("draft", "custmers")

    assert said.code == 2
    assert "“customers”" in said.err


def test_a_broken_audience_of_ones_own_is_reported_and_the_built_in_one_serves(
    cockpit: Cockpit, checkout: str, home: Path
) -> None:
    (home / "audiences").mkdir()
    (home / "audiences" / "customers.toml").write_text("name = \n")

    listed = cockpit("audiences")
    said = cockpit("draft", "customers")

    assert listed.code == 0
    assert "customers.toml" in listed.err
    assert "customers" in listed.out
    assert said.code == 0


def test_an_unknown_name_in_a_template_is_said_with_file_and_line(
    cockpit: Cockpit, checkout: str, home: Path
) -> None:
    built_in = Path(__file__).parents[2] / "cockpit" / "comms" / "audiences" / "customers.toml"
    text = built_in.read_text().replace("facts.what", "facts.waht")
    (home / "audiences").mkdir()
    (home / "audiences" / "customers.toml").write_text(text)

    said = cockpit("draft", "customers")

    assert said.code == 2
    assert "customers.toml:" in said.err
    assert "waht" in said.err


@pytest.mark.parametrize("name", ["team", "stakeholders", "customers"])
def test_the_built_in_audiences_are_listed(cockpit: Cockpit, name: str) -> None:
    listed = json.loads(cockpit("audiences", "--json").out)

    assert name in [one["name"] for one in listed]
    assert name in cockpit("audiences").out
