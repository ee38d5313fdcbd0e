"""Writes docs/cockpit.svg: the real program, half an hour into an incident that never was.

    python docs/make/screenshot.py [FILE]

The clock stands still, and everything is in a folder that is gone afterwards.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from cockpit.comms.draft import next_word
from cockpit.incident import actions
from cockpit.incident.actions import Stamp
from cockpit.incident.checklist import Row, checklist, playbook_of
from cockpit.incident.entries import Entry
from cockpit.incident.state import fold
from cockpit.library import Library
from cockpit.paths import find_paths
from cockpit.settings import Settings
from cockpit.store.incident_file import IncidentFile
from cockpit.store.shelf import Shelf
from cockpit.ui.app import CockpitApp
from cockpit.ui.session import Session

PICTURE = Path(__file__).parents[1] / "cockpit.svg"
SIZE = (120, 36)
DAY = datetime(2026, 11, 24, tzinfo=UTC)
NOW = DAY + timedelta(hours=14, minutes=31, seconds=12)
PATIENCE = 30.0
"""Seconds until a program that shows no draft counts as stuck."""


class Story:
    """The entries of the incident, told one after the other."""

    def __init__(self, library: Library) -> None:
        self._audiences = library.audiences().items
        self.entries: list[Entry] = []
        self._at = DAY
        declared = actions.declare(
            self.at("14:05", "sam@laptop"),
            {
                "what": "checkout returns 500s",
                "impact": "no one can pay by card",
                "change": "deployed api 2.31 at 14:02",
                "since": "14:02",
            },
            "SEV2",
            library.texts_for("bad-deploy"),
        )
        self.entries.append(declared)

    def at(self, clock: str, who: str = "sam@laptop") -> Stamp:
        hour, minute = clock.split(":")
        self._at = DAY + timedelta(hours=int(hour), minutes=int(minute))
        return Stamp(f"{len(self.entries):026d}", self._at, who)

    def tell(self, clock: str, audience: str) -> None:
        stamp, incident = self.at(clock), fold(self.entries)
        drafted = next_word(self._audiences[audience], incident, stamp.now, None)
        entry = actions.copied(
            stamp,
            incident,
            audience,
            drafted.text,
            route="xclip",
            certainty="checked",
            promise=drafted.promise,
        )
        assert entry is not None
        self.entries.append(entry)

    def step(self, beginning: str) -> Row:
        incident = fold(self.entries)
        return checklist(playbook_of(incident), incident).find(beginning)

    def tick(self, clock: str, beginning: str, seen: str = "", who: str = "sam@laptop") -> None:
        self.entries.append(actions.tick(self.at(clock, who), self.step(beginning), seen))


def story(library: Library) -> list[Entry]:
    it = Story(library)
    it.tell("14:05", "team")
    it.tick("14:06", "say-it")
    it.tick("14:06", "write-down-what")
    it.tick("14:07", "set-the-severity")
    it.tell("14:08", "stakeholders")
    it.tell("14:08", "customers")
    it.tick("14:08", "tell-those")
    it.entries.append(actions.join(it.at("14:11"), fold(it.entries), "ana"))
    it.tick("14:11", "ask-one-person")
    it.entries.append(
        actions.set_facts(it.at("14:11"), fold(it.entries), {"room": "#inc-checkout"})
    )
    it.tick("14:11", "open-one-room")
    it.entries.append(actions.take_role(it.at("14:12"), fold(it.entries), "lead", "ana"))
    it.tick("14:12", "say-who-leads")
    it.tick("14:12", "promise-the-next")
    it.tick("14:13", "stop-further", who="ana@desk")
    it.tick("14:14", "write-down-the-error", "12 %")
    it.entries.append(actions.note(it.at("14:16"), "old carts fill the pool?", "hypothesis"))
    it.entries.append(actions.answer(it.at("14:18"), it.step("is-it-safe"), "yes"))
    it.tell("14:20", "team")
    it.entries.append(actions.note(it.at("14:22"), "no deploys until 16:00", "decision"))
    rolled_back = Stamp(f"{len(it.entries):026d}", it.at("14:26").now, "deploy@ci", "command")
    it.entries.append(actions.note(rolled_back, "rolled back api to 2.30"))
    it.tick("14:27", "roll-back")
    it.entries.append(
        actions.set_facts(
            it.at("14:28"), fold(it.entries), {"doing": "watching the errors after going back"}
        )
    )
    return it.entries


async def picture(home: Path) -> str:
    """The screen as SVG. `home` is an empty folder for the program's files."""
    paths = find_paths({"COCKPIT_HOME": str(home)})
    first, *others = story(Library(paths))
    with Shelf(paths.incidents).create(first, NOW) as file:  # type: ignore[arg-type]
        file.append(others)
        path = file.path
    app = CockpitApp(Settings(me="sam"), paths, IncidentFile.open(path))
    with patch.object(Session, "now", lambda _: NOW):
        async with app.run_test(size=SIZE) as pilot:
            deadline = time.monotonic() + PATIENCE
            while not _drawn(app):
                if time.monotonic() > deadline:
                    raise TimeoutError("the cockpit shows no draft")
                await pilot.pause(0.05)
            await pilot.press("down", "up")
            await pilot.pause()
            return app.export_screenshot(title="cockpit")


def _drawn(app: CockpitApp) -> bool:
    screen = app.incident_screen
    return screen is not None and screen.comms_pane.drawn and screen.session.saved == "saved"


def main() -> None:
    os.environ["TZ"] = "UTC"
    time.tzset()
    for variable in ("NO_COLOR", "COCKPIT_THEME"):
        os.environ.pop(variable, None)
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURE
    with TemporaryDirectory() as home:
        svg = asyncio.run(picture(Path(home)))
    target.write_text("".join(f"{line.rstrip()}\n" for line in svg.splitlines()), "utf-8")
    print(target)


if __name__ == "__main__":
    main()
