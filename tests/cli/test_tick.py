from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .conftest import Cockpit

Read = Callable[..., list[dict[str, Any]]]

STEP = "stop-further-deploys"
ASKS = "confirm-that-the-errors-fall"


def test_a_step_is_ticked_by_a_unique_beginning_of_its_name(
    cockpit: Cockpit, checkout: str, on_disk: Read
) -> None:
    said = cockpit("tick", "stop-f")

    assert (said.code, said.out) == (0, "")
    tick = on_disk()[-1]
    assert (tick["kind"], tick["step"]) == ("ticked", STEP)
    assert "next: " in said.err


def test_the_value_seen_goes_on_record(cockpit: Cockpit, checkout: str, on_disk: Read) -> None:
    said = cockpit("tick", ASKS, "--observed", "0.2 % errors")

    assert said.code == 0
    assert on_disk()[-1]["observed"] == "0.2 % errors"


def test_without_a_terminal_nothing_is_asked_and_the_missing_value_is_said(
    cockpit: Cockpit, checkout: str, on_disk: Read
) -> None:
    said = cockpit("tick", ASKS)

    assert said.code == 0
    assert "--observed" in said.err
    assert on_disk()[-1]["step"] == ASKS
    assert "observed" not in on_disk()[-1]


def test_a_step_that_is_done_is_refused(cockpit: Cockpit, checkout: str, on_disk: Read) -> None:
    cockpit("tick", STEP)
    before = on_disk()

    said = cockpit("tick", STEP)

    assert said.code == 1
    assert "done already" in said.err
    assert on_disk() == before


def test_a_question_is_refused_because_it_wants_an_answer(cockpit: Cockpit, checkout: str) -> None:
    said = cockpit("tick", "is-it-safe-to-roll-back")

    assert said.code == 1
    assert "yes or no" in said.err


def test_a_name_that_is_no_step_or_could_be_several_is_refused(
    cockpit: Cockpit, checkout: str, on_disk: Read
) -> None:
    before = on_disk()
    unknown, several = cockpit("tick", "zzz"), cockpit("tick", "say")

    assert (unknown.code, several.code) == (2, 2)
    assert "zzz" in unknown.err
    assert "could be any of" in several.err
    assert on_disk() == before
