"""`cockpit tick`: a step is done."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from cockpit.commands.call import Call, typed, which_incident
from cockpit.commands.say import talk

if TYPE_CHECKING:
    from cockpit.incident.checklist import Checklist
    from cockpit.incident.state import Incident


@click.command()
@click.argument("step")
@click.option("--observed", metavar="VALUE", help="What was seen, for steps that ask for it.")
@which_incident
@click.pass_obj
def tick(call: Call, step: str, observed: str | None, incident_id: str) -> None:
    """Tick a step of the checklist.

    STEP is its name or a unique beginning of it; `cockpit show` lists them. A step that asks
    for a value seen is asked about on a terminal; without one it is ticked without the value,
    and standard error says so.
    """
    from cockpit.incident import actions
    from cockpit.incident.state import fold

    call.forgive()
    file = call.open(call.which(incident_id), writable=True)
    try:
        incident = fold(file.entries)
        row = checklist_of(incident).find(step)
        stamp = call.stamp()
        entry = actions.tick(stamp, row, typed(observed or ""))
        if row.step.observe and observed is None:
            entry = actions.tick(stamp, row, _ask(row.step.observe, row.step.slug))
        file.append([entry])
    finally:
        file.close()
    incident.add(entry)
    following = checklist_of(incident).after(row.step.slug)
    then = f"; next: {following.step.slug} ({following.step.text})" if following else ""
    talk(f"ticked: {row.step.text}{then}")


def checklist_of(incident: Incident) -> Checklist:
    from cockpit.incident.checklist import checklist, playbook_of

    return checklist(playbook_of(incident), incident)


def _ask(what: str, slug: str) -> str:
    if sys.stdin.isatty() and sys.stderr.isatty():
        seen: str = click.prompt(what, default="", show_default=False, err=True)
        return seen
    talk(f"“{slug}” asks for a value ({what}); next time add --observed VALUE.")
    return ""
