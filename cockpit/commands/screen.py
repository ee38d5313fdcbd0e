"""Opening the screen, and what it needs: a terminal to draw on, and an incident to show."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime

from cockpit.commands.call import Call
from cockpit.commands.exits import ExitCode, Stop


def has_terminal() -> bool:
    """The screen is drawn on standard error, and keys come from standard input."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))


def open_screen(call: Call) -> int:
    """Open the incident that was asked for, else the one that is open, else none: declare.

    When several are open it is the one declared last.
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
    newest = max(is_open, key=lambda one: one.declared_at or datetime.min.replace(tzinfo=UTC))
    others = len(is_open) - 1
    more = "1 other incident is open" if others == 1 else f"{others} other incidents are open"
    return show(call, newest.id, f"{more}; o shows them." if others else "")


def show(call: Call, incident_id: str | None, said: str = "") -> int:
    """Run the cockpit until the person quits; the exit code. `said` is shown as a notice."""
    from cockpit.ui.app import open_cockpit

    settings, complaint = call.settings_anyway()
    return open_cockpit(
        settings, call.paths, incident_id, "\n".join(filter(None, (said, complaint)))
    )
