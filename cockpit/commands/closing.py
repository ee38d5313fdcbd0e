"""`cockpit close` and `cockpit reopen`."""

from __future__ import annotations

import click

from cockpit.commands.call import Call, typed, which_incident
from cockpit.commands.say import talk


@click.command()
@click.argument("note", default="")
@which_incident
@click.pass_obj
def close(call: Call, note: str, incident_id: str) -> None:
    """Close the incident, with a last NOTE. Its stage must be resolved."""
    from cockpit.incident import actions
    from cockpit.incident.state import fold

    file = call.open(call.which(incident_id), writable=True)
    try:
        entry = actions.close(call.stamp(), fold(file.entries), typed(note))
        file.append([entry])
    finally:
        file.close()
    talk(f"closed: {file.path.stem}")


@click.command()
@click.argument("reason", default="")
@which_incident
@click.pass_obj
def reopen(call: Call, reason: str, incident_id: str) -> None:
    """Open a closed incident again, and say the REASON."""
    from cockpit.incident import actions
    from cockpit.incident.state import fold

    file = call.open(call.which(incident_id, closed=True), writable=True)
    try:
        entry = actions.reopen(call.stamp(), fold(file.entries), typed(reason))
        file.append([entry])
    finally:
        file.close()
    talk(f"open again: {file.path.stem}")
