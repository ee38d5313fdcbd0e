"""`cockpit declare`: the incident is on disk, and the first honest message on the clipboard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cockpit.commands.call import Call, typed
from cockpit.commands.exits import stop_for
from cockpit.commands.say import data, data_json, talk
from cockpit.commands.screen import has_terminal, show

if TYPE_CHECKING:
    from cockpit.comms.draft import Draft
    from cockpit.delivery.clipboard import Outcome
    from cockpit.incident.entries import PlaybookText, Severity
    from cockpit.store.incident_file import IncidentFile

SEVERITY_NAMES = ("SEV1", "SEV2", "SEV3", "SEV4")
FIRST_TOLD = "team"
"""The audience of the acknowledgement."""


@click.command()
@click.argument("what", default="")
@click.option("--impact", metavar="WORDS", default="", help="Who is affected, and how.")
@click.option("--change", metavar="WORDS", default="", help="What you changed, and when.")
@click.option("--since", metavar="WHEN", default="", help="Since when it happens: 14:02.")
@click.option("--severity", type=click.Choice(SEVERITY_NAMES, case_sensitive=False))
@click.option("--playbook", metavar="NAME", help="Default: the one that fits the words best.")
@click.option("--no-open", is_flag=True, help="Do not open the cockpit afterwards.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, and do not open the cockpit.")
@click.pass_context
def declare(
    ctx: click.Context,
    *,
    what: str,
    impact: str,
    change: str,
    since: str,
    severity: Severity | None,
    playbook: str | None,
    no_open: bool,
    as_json: bool,
) -> None:
    """Declare an incident.

    WHAT is happening, as far as it is known. Prints the acknowledgement for the team, copies
    it, and opens the cockpit (not without a terminal).
    """
    call: Call = ctx.obj
    call.forgive()
    given = {"what": what, "impact": impact, "change": change, "since": since}
    facts = {name: typed(words) for name, words in given.items()}
    file = _create(call, facts, severity or "", playbook)
    talk(f"declared: {file.path.stem}")
    try:
        made, outcome = _acknowledge(call, file)
    finally:
        file.close()
    if len(call.shelf.open_ones()) > 1:
        talk("Other incidents are open too: name this one with --incident, or in COCKPIT_INCIDENT.")
    if as_json:
        data_json(_document(file, made, outcome))
    elif made is not None:
        data(made.text)
    said = outcome.said if outcome else ""
    opens = not no_open and not as_json and has_terminal()
    if said and not opens:
        talk(said)
    if opens:
        ctx.exit(show(call, file.path.stem, said))


def _create(
    call: Call, facts: dict[str, str], severity: Severity, playbook: str | None
) -> IncidentFile:
    """The incident, on disk. A playbook that was only suggested never keeps it from there."""
    from cockpit.incident import actions
    from cockpit.library import LibraryError
    from cockpit.store.errors import EntryRefused

    stamp = call.stamp()
    day = stamp.now.astimezone(call.settings.zone)
    if playbook is not None:
        texts = call.library.texts_for(playbook)
        return call.shelf.create(actions.declare(stamp, facts, severity, texts), day)
    declared = actions.declare(stamp, facts, severity)
    try:
        texts = _suggested(call, facts)
        return call.shelf.create(actions.declare(stamp, facts, severity, texts), day)
    except (LibraryError, EntryRefused) as error:
        talk(f"No playbook was taken: {error}")
        return call.shelf.create(declared, day)


def _suggested(call: Call, facts: dict[str, str]) -> tuple[PlaybookText, ...]:
    from cockpit.library import LibraryError
    from cockpit.playbooks.suggest import GENERAL, suggest

    found = call.library.catalogue()
    for failure in found.failed:
        talk(failure.reason)
    name = suggest(" ".join(facts.values()), list(found.items.values())) or GENERAL
    try:
        return call.library.texts_for(name)
    except LibraryError as error:
        talk(str(error))
        return call.library.texts_for(GENERAL)


def _acknowledge(call: Call, file: IncidentFile) -> tuple[Draft | None, Outcome | None]:
    """Draft the first message, copy it, and put that on record.

    The incident is safe by now: whatever fails here is said, and nothing more.
    """
    from cockpit.commands.words import copy_and_record, drafted, find_audience
    from cockpit.incident.state import fold

    made = outcome = None
    try:
        incident = fold(file.entries)
        team = find_audience(call, FIRST_TOLD)
        made = drafted(call, incident, team)
        outcome = copy_and_record(call, file, incident, team, made)
    except Exception as error:
        stop = stop_for(error)
        why = stop.message if stop else f"{type(error).__name__}: {error}"
        talk(f"The incident is declared, but the team is not told: {why}")
    return made, outcome


def _document(file: IncidentFile, made: Draft | None, outcome: Outcome | None) -> dict[str, Any]:
    declared = file.entries[0]
    return {
        "id": file.path.stem,
        "file": str(file.path),
        "playbooks": [one.name for one in getattr(declared, "playbooks", ())],
        "acknowledgement": made.text if made else None,
        "copied": outcome.certainty if outcome else None,
        "route": outcome.route if outcome else None,
        "clipboard_file": str(outcome.file) if outcome else None,
    }
