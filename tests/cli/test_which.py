from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .conftest import Cockpit

Read = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def search(cockpit: Cockpit, checkout: str) -> str:
    """A second open incident; its id."""
    said = cockpit("declare", "search is slow", "--no-open")
    return said.err.partition("declared: ")[2].split()[0]


COMMANDS = [
    ("note", "x"),
    ("tick", "stop-further-deploys"),
    ("draft", "team"),
    ("status",),
    ("show",),
    ("timeline",),
    ("close",),
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_with_two_open_a_command_asks_which_and_lists_them(
    cockpit: Cockpit, checkout: str, search: str, command: tuple[str, ...]
) -> None:
    said = cockpit(*command)

    assert (said.code, said.out) == (3, "")
    assert checkout in said.err
    assert search in said.err
    assert "--incident" in said.err


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_with_none_open_a_command_ends_with_3(cockpit: Cockpit, command: tuple[str, ...]) -> None:
    said = cockpit(*command)

    assert said.code == 3
    assert "No incident is open" in said.err


def test_option_before_or_behind_the_command_and_variable_say_which(
    cockpit: Cockpit, checkout: str, search: str, on_disk: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    cockpit("note", "one", "--incident", checkout)
    cockpit("--incident", checkout, "note", "two")
    monkeypatch.setenv("COCKPIT_INCIDENT", checkout)
    cockpit("note", "three")
    cockpit("note", "four", "--incident", search)

    texts = [entry.get("text") for entry in on_disk(checkout) if entry["kind"] == "noted"]
    assert texts == ["one", "two", "three"]
    assert on_disk(search)[-1]["text"] == "four"


def test_a_unique_beginning_of_an_id_will_do(
    cockpit: Cockpit, checkout: str, search: str, on_disk: Read
) -> None:
    beginning = checkout[: checkout.index("checkout") + 3]
    said = cockpit("note", "found", "--incident", beginning)

    assert said.code == 0
    assert on_disk(checkout)[-1]["text"] == "found"


def test_a_beginning_of_several_ids_is_asked_about(
    cockpit: Cockpit, checkout: str, search: str
) -> None:
    said = cockpit("note", "x", "--incident", checkout[:4])

    assert said.code == 3
    assert "could be any of these" in said.err


@pytest.mark.parametrize("name", ["nothing-like-it", "../../etc/passwd", "index", "*"])
def test_an_id_of_nothing_ends_with_3_and_a_list(
    cockpit: Cockpit, checkout: str, name: str
) -> None:
    said = cockpit("note", "x", "--incident", name)

    assert said.code == 3
    assert checkout in said.err


def test_a_variable_that_names_nothing_is_named_itself(
    cockpit: Cockpit, checkout: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COCKPIT_INCIDENT", "last-week")
    said = cockpit("status")

    assert said.code == 3
    assert "last-week" in said.err
    assert "COCKPIT_INCIDENT" in said.err


def test_a_file_with_a_strange_name_can_be_listed_and_used(
    cockpit: Cockpit, files: Callable[[], list[Path]], checkout: str
) -> None:
    files()[0].rename(files()[0].with_name("a\nb\x1b[31m.json"))

    assert cockpit("list", "--json").code == 0
    assert "\x1b" not in cockpit("status").err
    assert cockpit("note", "x").code == 0


def test_a_damaged_file_beside_the_open_one_is_mentioned(
    cockpit: Cockpit, checkout: str, home: Path, on_disk: Read
) -> None:
    (home / "incidents" / "2020-01-01-cut.json").write_text('{"meta":')
    said = cockpit("note", "x")

    assert said.code == 0
    assert "2020-01-01-cut.json" in said.err
    assert on_disk(checkout)[-1]["text"] == "x"


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"not json", b'{"_default": {"1": {"a": 1}}}', b"[]", b"\x00" * 100],
    ids=["empty", "cut", "not JSON", "another program's", "a list", "zeros"],
)
def test_a_file_that_is_no_incident_is_named_and_left_alone(
    cockpit: Cockpit, home: Path, content: bytes
) -> None:
    (home / "incidents").mkdir()
    path = home / "incidents" / "2026-01-01-strange.json"
    path.write_bytes(content)

    for command in (("status",), ("note", "x"), ("tick", "x"), ("draft", "team")):
        said = cockpit(*command, "--incident", "2026-01-01-strange")
        assert said.code == 6, command
        assert str(path) in said.err
    assert path.read_bytes() == content


def test_a_closed_incident_can_be_read_and_opened_again(
    cockpit: Cockpit, checkout: str, on_disk: Read, files: Callable[[], list[Path]]
) -> None:
    refused = cockpit("close", "all well")
    assert refused.code == 1
    assert "resolved" in refused.err

    from datetime import UTC, datetime

    from cockpit.incident.entries import StageSet
    from cockpit.store.incident_file import IncidentFile

    file = IncidentFile.open(files()[0])
    file.append([StageSet(id="01", at=datetime.now(UTC), who="sam@here", stage="resolved")])
    file.close()

    assert cockpit("close", "all well").code == 0
    assert on_disk()[-1]["note"] == "all well"
    assert cockpit("status").code == 3
    assert "closed" in cockpit("status", "--incident", checkout).out
    assert cockpit("reopen", "it is back").code == 0
    assert on_disk()[-1]["reason"] == "it is back"
    assert cockpit("status").code == 0
