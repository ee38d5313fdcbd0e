"""Which incident the screen opens on. The screen itself is replaced: it is tested elsewhere."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from .conftest import Cockpit


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the screen was asked to open, with a terminal there."""
    asked: list[dict[str, Any]] = []

    def open_cockpit(settings: Any, paths: Any, incident_id: str | None, said: str = "") -> int:
        asked.append({"settings": settings, "paths": paths, "id": incident_id, "said": said})
        return 0

    screen = ModuleType("cockpit.ui.app")
    screen.open_cockpit = open_cockpit  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "cockpit.ui.app", screen)
    monkeypatch.setattr("cockpit.commands.screen.has_terminal", lambda: True)
    return asked


def test_without_a_terminal_it_says_so(cockpit: Cockpit) -> None:
    said = cockpit()

    assert (said.code, said.out) == (2, "")
    assert "needs a terminal" in said.err


def test_with_nothing_open_it_declares(cockpit: Cockpit, opened: list[dict[str, Any]]) -> None:
    assert cockpit().code == 0
    assert opened[0]["id"] is None


def test_the_only_open_incident_opens(
    cockpit: Cockpit, checkout: str, opened: list[dict[str, Any]]
) -> None:
    assert cockpit().code == 0
    assert (opened[0]["id"], opened[0]["said"]) == (checkout, "")


def test_of_several_one_opens_and_the_others_are_mentioned(
    cockpit: Cockpit, checkout: str, opened: list[dict[str, Any]]
) -> None:
    cockpit("declare", "search is slow", "--no-open")
    assert cockpit().code == 0

    assert opened[0]["id"]
    assert "1 other incident is open" in opened[0]["said"]


def test_the_one_that_is_asked_for_opens(
    cockpit: Cockpit,
    checkout: str,
    opened: list[dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cockpit("declare", "search is slow", "--no-open")
    cockpit("--incident", checkout)
    monkeypatch.setenv("COCKPIT_INCIDENT", checkout)
    cockpit()

    assert [one["id"] for one in opened] == [checkout, checkout]
    assert cockpit("--incident", "nothing-like-it").code == 3


def test_flags_reach_the_screen(cockpit: Cockpit, opened: list[dict[str, Any]]) -> None:
    cockpit("--theme", "light", "--utc", "--me", "ana")

    settings = opened[0]["settings"]
    assert (settings.theme, settings.utc, settings.me) == ("light", True, "ana")


def test_a_typo_in_the_config_is_a_notice_and_the_screen_opens(
    cockpit: Cockpit, opened: list[dict[str, Any]], home: Path
) -> None:
    (home / "config.toml").write_text('theme = "light"\nutcc = true\n')

    assert cockpit().code == 0
    assert "config.toml, line 2" in opened[0]["said"]
    assert opened[0]["settings"].theme == "light"
