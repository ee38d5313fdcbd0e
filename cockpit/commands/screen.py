"""Opening the screen, and what it needs: a terminal to draw on, and an incident to show."""

from __future__ import annotations

import gc
import os
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cockpit.commands.call import Call
from cockpit.commands.exits import ExitCode, Stop

if TYPE_CHECKING:
    from cockpit.store.shelf import Summary


def has_terminal() -> bool:
    """The screen is drawn on standard error, and keys come from standard input."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))


def open_screen(call: Call) -> int:
    """Open the incident that was asked for, else the one that is open, else none: declare.

    When several are open it is the one that was looked at or declared last.
    """
    if not has_terminal():
        raise Stop(
            ExitCode.USAGE,
            "The cockpit needs a terminal on standard input and standard error. Without one, "
            "use its commands: declare, note, tick, draft, status (see cockpit --help).",
        )
    if call.incident or os.environ.get("COCKPIT_INCIDENT"):
        return show(call, call.which("").stem)
    is_open = call.shelf.open_ones()
    if not is_open:
        return show(call, None)
    newest = max(is_open, key=lambda one: _last_seen(call, one))
    others = len(is_open) - 1
    more = "1 other incident is open" if others == 1 else f"{others} other incidents are open"
    return show(call, newest.id, f"{more}; o shows them." if others else "")


def _last_seen(call: Call, one: Summary) -> datetime:
    """When the person was last there; an incident never opened counts from its declaration."""
    from cockpit.store.drafts import load

    never = datetime.min.replace(tzinfo=UTC)
    left = load(call.paths.drafts, one.id).left_at
    return max(left or never, one.declared_at or never)


def show(call: Call, incident_id: str | None, said: str = "") -> int:
    """Run the cockpit until the person quits; the exit code. `said` is shown as a notice."""
    gc.disable()  # start-up makes much and throws little away; the screen turns it on again
    from cockpit.ui.app import open_cockpit

    settings, complaint = call.settings_anyway()
    return open_cockpit(
        settings, call.paths, incident_id, "\n".join(filter(None, (said, complaint)))
    )
