"""The incident's screen as a person sees it, at a time that stands still."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
import textual
from textual.pilot import Pilot

from cockpit.ui.app import CockpitApp
from cockpit.ui.screens.incident import IncidentScreen

MADE_WITH = "8.2.8"
SIZES = [(80, 24), (120, 36)]
PATIENCE = 15.0


async def drawn(pilot: Pilot[int]) -> None:
    """What loads behind the first frame is there, and everything is drawn."""
    app = pilot.app
    assert isinstance(app, CockpitApp)

    async def until_loaded() -> None:
        while True:
            await pilot.pause()
            screen = app.screen
            if isinstance(screen, IncidentScreen) and screen.comms_pane.drawn:
                return

    await asyncio.wait_for(until_loaded(), PATIENCE)
    await pilot.pause()


def lines(app: CockpitApp) -> list[str]:
    return [strip.text.rstrip() for strip in app.screen._compositor.render_strips()]


@pytest.mark.skipif(textual.__version__ != MADE_WITH, reason=f"drawn by Textual {MADE_WITH}")
@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x36"])
def test_the_picture_is_as_it_was(
    app: Callable[[], CockpitApp], snap_compare: Callable[..., bool], size: tuple[int, int]
) -> None:
    assert snap_compare(app(), terminal_size=size, run_before=drawn)


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x36"])
async def test_what_it_says(app: Callable[[], CockpitApp], size: tuple[int, int]) -> None:
    cockpit = app()
    async with cockpit.run_test(size=size) as pilot:
        await drawn(pilot)
        seen = lines(cockpit)
        text = "\n".join(seen)
        assert len(seen) == size[1]
        assert seen[0].startswith(" SEV2  checkout returns 500s")
        assert "● saved" in seen[0]
        assert "investigating" in seen[0]
        assert "16:00" in seen[0]  # since 14:00
        assert "customers" in seen[1]
        assert "✓ 1 Own it" in text
        assert "2/2" in text
        assert "▸ □ Name one person who can help" in text
        assert "next: Name one person" in text
        assert "14:00Z ⚑ declared: checkout" in text
        assert "? hypothesis: the pool" in text
        assert "? help" in seen[-1]
        if size[0] >= 120:
            assert "Comms: " in text
            assert "no one can pay" in text
        else:
            assert "Comms: " not in text
            await pilot.press("3")
            await drawn(pilot)
            assert "Comms: " in "\n".join(lines(cockpit))


@pytest.mark.parametrize("width", [20, 40, 80, 120, 200])
async def test_every_width_shows_the_focused_pane_and_the_state_of_saving(
    app: Callable[[], CockpitApp], width: int
) -> None:
    cockpit = app()
    async with cockpit.run_test(size=(width, 24)) as pilot:
        await drawn(pilot)
        for key, title in (("1", "Checklist"), ("2", "Timeline"), ("3", "Comms")):
            await pilot.press(key)
            await pilot.pause()
            seen = lines(cockpit)
            assert "saved" in seen[0]
            assert f"╭─ {title}" in "\n".join(seen)
