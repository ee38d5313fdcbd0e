"""The app with an incident in it, at a time that stands still."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cockpit import author
from cockpit.comms.draft import next_word
from cockpit.incident import actions
from cockpit.incident.checklist import checklist, playbook_of
from cockpit.incident.entries import PlaybookText
from cockpit.library import Library
from cockpit.paths import Paths, find_paths
from cockpit.settings import Settings
from cockpit.store.shelf import Shelf
from cockpit.ui import session
from cockpit.ui.app import CockpitApp
from tests.incident.story import SAM, Story, minute

NOW = datetime(2026, 11, 24, 14, 16, tzinfo=UTC)

PLAYBOOK = """# A bad deploy

## 1. Own it

- [ ] Say it: I think I might have broken X
- [ ] Set the severity

## 2. Don't isolate yourself

- [ ] Name one person who can help

## 3. Contain the damage

- [ ] Is it safe to roll back?
  - [ ] Yes: roll back
  - [ ] No: switch the feature off
- [ ] Check that errors fall <!-- observe: error rate -->

## 4. Share what you've learned

- [ ] Write down what happened

## 5. Move on

- [ ] Thank those who helped
"""


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """14:16 UTC on 2026-11-24, in UTC, and it stays so."""

    class Still(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return NOW

    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    monkeypatch.setattr(session, "datetime", Still)
    monkeypatch.setattr(author, "datetime", Still)
    yield
    monkeypatch.undo()
    time.tzset()


def the_story(paths: Paths) -> Story:
    """A quarter of an hour: declared, told, two steps done, a hypothesis, a note, an amendment."""
    story = Story()
    texts = (PlaybookText("bad-deploy", PLAYBOOK),)
    facts = {
        "what": "checkout returns 500s",
        "impact": "no one can pay",
        "change": "deployed api 2.31 at 13:58",
    }
    story.add(actions.declare(story.stamp(), facts, "SEV2", texts))
    found = Library(paths).audiences().items["team"]
    first = next_word(found, story.incident, minute(1), UTC)
    copied = actions.copied(
        story.stamp(), story.incident, "team", first.text,
        route="osc52", certainty="sent", promise=first.promise,
    )  # fmt: skip
    assert copied is not None
    story.add(copied)
    playbook = playbook_of(story.incident)
    for slug in ("say-it-i-think-i-might-have-broken-x", "set-the-severity"):
        row = checklist(playbook, story.incident).row(slug)
        assert row is not None
        story.add(actions.tick(story.stamp(), row))
    story.add(actions.note(story.stamp(), "errors went from 0.1 % to 12 % at 13:59"))
    story.add(actions.note(story.stamp(), "the pool of connections is used up", "hypothesis"))
    story.add(actions.join(story.stamp(), story.incident, "ana"))
    return story


@pytest.fixture
def app(home: Path, still: None) -> Callable[[], CockpitApp]:
    """The app as `cockpit` opens it when one incident is open."""
    paths = find_paths({"COCKPIT_HOME": str(home)})
    entries = the_story(paths).entries
    declared, *rest = entries
    file = Shelf(paths.incidents).create(declared, minute(0))  # type: ignore[arg-type]
    file.append(rest)
    assert SAM.startswith("sam@")
    return lambda: CockpitApp(Settings(me="sam", utc=True), paths, file)
