"""`cockpit draft` and `cockpit audiences`: the words for those who wait."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from cockpit.commands.call import Call, which_incident
from cockpit.commands.exits import ExitCode, Stop
from cockpit.commands.say import data, data_json, talk

if TYPE_CHECKING:
    from cockpit.comms.audience import Audience
    from cockpit.comms.draft import Draft
    from cockpit.delivery.clipboard import Outcome
    from cockpit.incident.state import Incident
    from cockpit.store.incident_file import IncidentFile


@click.command()
@click.argument("audience")
@click.option("--copy", is_flag=True, help="Copy it too; the copy is recorded, and counts as told.")
@which_incident
@click.pass_obj
@click.pass_context
def draft(ctx: click.Context, call: Call, audience: str, copy: bool, incident_id: str) -> None:
    """Print the next update for AUDIENCE.

    It is made from the facts, and from what has happened since its last one.

    With --copy, exit code 1 says that it reached no clipboard; the text is then in a file.
    """
    from cockpit.incident.state import fold

    call.forgive()
    chosen = find_audience(call, audience)
    file = call.open(call.which(incident_id), writable=copy)
    try:
        incident = fold(file.entries)
        made = drafted(call, incident, chosen)
        data(made.text)
        if copy:
            outcome = copy_and_record(call, file, incident, chosen, made)
            talk(outcome.said)
            if outcome.certainty == "saved":
                ctx.exit(ExitCode.REFUSED)
    finally:
        file.close()


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def audiences(call: Call, as_json: bool) -> None:
    """List the audiences, built in and your own."""
    found = call.library.audiences()
    for failure in found.failed:
        talk(failure.reason)
    listed = sorted(found.items.values(), key=lambda one: (one.order, one.name))
    if as_json:
        data_json([{"name": one.name, "label": one.label, "file": one.file} for one in listed])
    else:
        width = max((len(one.name) for one in listed), default=0)
        data("\n".join(f"{one.name:<{width}}  {one.label}" for one in listed))


def find_audience(call: Call, name: str) -> Audience:
    """The audience of that name. Raises Stop, with the nearest name and what can't be read."""
    found = call.library.audiences()
    if name in found.items:
        return found.items[name]
    from cockpit.comms.audience import nearest

    reasons = "".join(f"\n{failure.reason}" for failure in found.failed)
    hint = nearest(name, found.items)
    raise Stop(ExitCode.USAGE, f"There is no audience “{name[:60]}”. {hint}{reasons}")


def drafted(call: Call, incident: Incident, audience: Audience) -> Draft:
    """The next message for an audience: the acknowledgement first, where it has one."""
    from cockpit.comms.draft import next_word
    from cockpit.incident.checklist import playbook_of

    now, zone = datetime.now(UTC), call.settings.zone
    return next_word(audience, incident, now, zone, steps=playbook_of(incident).containing)


def copy_and_record(
    call: Call, file: IncidentFile, incident: Incident, audience: Audience, made: Draft
) -> Outcome:
    """Copy a message, and put on record that it was. The same words again are the same update."""
    from cockpit.delivery.clipboard import copy, terminal_writer
    from cockpit.incident import actions

    outcome = copy(
        made.text,
        what=f"{audience.name} update",
        keep=call.paths.clipboard_file,
        environ=os.environ,
        osc52=terminal_writer(),
    )
    entry = actions.copied(
        call.stamp(),
        incident,
        audience.name,
        made.text,
        route=outcome.route,
        certainty=outcome.certainty,
        promise=made.promise,
    )
    if entry is not None:
        file.append([entry])
    return outcome
