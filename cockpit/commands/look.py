"""`cockpit status`, `list`, `show`, `timeline`: what is on record, for people and for scripts."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Any

import click

from cockpit.commands.call import Call, which_incident
from cockpit.commands.say import data, data_json, talk
from cockpit.commands.tick import checklist_of

if TYPE_CHECKING:
    from pathlib import Path

    from cockpit.comms.promises import Owed
    from cockpit.incident.entries import Entry
    from cockpit.incident.state import Incident
    from cockpit.store.shelf import Summary

as_json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def row(one: Summary) -> str:
    """An incident in one line of a list."""
    from cockpit.incident.wording import one_line

    if one.problem:
        return f"{one.id}  {one_line(one.problem)}"
    state = "closed" if one.closed else one.stage
    return f"{one.id}  {one.severity or '-':4}  {state:13}  {one_line(one.title)[:200]}"


@click.command("list")
@as_json_option
@click.pass_obj
def list_incidents(call: Call, as_json: bool) -> None:
    """List all incidents, the newest first."""
    incidents = call.shelf.list()
    if as_json:
        data_json([_summary(one, call.file_of(one)) for one in incidents])
    elif incidents:
        data("\n".join(row(one) for one in incidents))
    else:
        talk("No incident is on record yet. cockpit declare starts one.")


def _summary(one: Summary, path: Path) -> dict[str, Any]:
    return {
        "id": one.id,
        "title": one.title,
        "severity": one.severity or None,
        "stage": one.stage,
        "closed": one.closed,
        "declared_at": _moment(one.declared_at),
        "problem": one.problem or None,
        "file": str(path),
    }


@click.command()
@as_json_option
@which_incident
@click.pass_obj
def status(call: Call, as_json: bool, incident_id: str) -> None:
    """Stage, time, next step, who is owed a word."""
    path, incident = read(call, incident_id)
    now = datetime.now(UTC)
    if as_json:
        data_json(standing(call, path, incident, now))
    else:
        data("\n".join(_status_lines(call, path, incident, now)))


@click.command()
@as_json_option
@which_incident
@click.pass_obj
def show(call: Call, as_json: bool, incident_id: str) -> None:
    """Status, fact sheet, and checklist with the name of each step."""
    path, incident = read(call, incident_id)
    now = datetime.now(UTC)
    if as_json:
        data_json(
            standing(call, path, incident, now)
            | {
                "facts": incident.facts,
                "roles": incident.roles,
                "playbooks": [one.name for one in incident.playbooks],
                "checklist": _checklist(incident),
                "entries": len(incident),
            }
        )
        return
    from cockpit.incident.entries import FACTS

    lines = [*_status_lines(call, path, incident, now), "", "Facts"]
    width = max(map(len, FACTS.values()))
    lines += [
        f"  {words:<{width}}  {incident.facts.get(name) or '-'}" for name, words in FACTS.items()
    ]
    marks = {"open": " ", "doing": ">", "done": "x", "skipped": "-", "na": " "}
    for phase in checklist_of(incident).phases:
        lines += ["", f"{phase.number} {phase.title} {phase.handled}/{phase.total}"]
        for each in phase.rows:
            note = f" ({each.record.note or each.record.by})" if each.record else ""
            indent = "  " * each.step.depth
            words = f"{each.step.text}{note}  <{each.step.slug}>"
            lines.append(f"  {indent}[{marks[each.status]}] {words}")
    data("\n".join(lines))


@click.command()
@as_json_option
@click.option("--markdown", is_flag=True, help="Print Markdown, for a document or a ticket.")
@click.option("--utc", is_flag=True, help="Show times in UTC.")
@which_incident
@click.pass_obj
def timeline(call: Call, as_json: bool, markdown: bool, utc: bool, incident_id: str) -> None:
    """What has happened, in order. With --json the entries are as they are on record."""
    from cockpit.incident import wording
    from cockpit.incident.state import person
    from cockpit.incident.times import show_time

    if as_json and markdown:
        raise click.UsageError("Choose one of --json and --markdown.")
    _, incident = read(call, incident_id)
    now = datetime.now(UTC)
    zone: tzinfo | None = UTC if utc else call.settings.zone
    if as_json:
        data_json([_entry(one, incident) for one in incident.timeline()])
        return
    if markdown:
        data(wording.markdown(incident, now, zone).rstrip("\n"))
        return
    entries = incident.timeline()
    times = [show_time(one.at, now, zone) for one in entries]
    width = max(map(len, times), default=0)
    lines = []
    for when, one in zip(times, entries, strict=True):
        undone = "" if incident.stands(one) else " (undone)"
        late = f" (added {show_time(one.added, now, zone)})" if one.added else ""
        words = wording.describe(one, incident)
        lines.append(
            f"{when:<{width}}  {wording.glyph(one)} {words}{undone}{late}  {person(one.who)}"
        )
    data("\n".join(lines))


def read(call: Call, incident_id: str) -> tuple[Path, Incident]:
    """The incident that is meant, as it is on the disk; nothing in its file is touched."""
    from cockpit.incident.state import fold

    path = call.which(incident_id)
    file = call.open(path)
    try:
        return path, fold(file.entries)
    finally:
        file.close()


def standing(call: Call, path: Path, incident: Incident, now: datetime) -> dict[str, Any]:
    """The status as JSON values. Times are UTC, spans are whole seconds."""
    began = incident.declared_at
    following = checklist_of(incident).next
    return {
        "id": path.stem,
        "file": str(path),
        "title": incident.title,
        "severity": incident.severity or None,
        "stage": incident.stage,
        "closed": incident.closed,
        "declared_at": _moment(began),
        "declared_by": incident.declared_by,
        "seconds_since_declared": int((now - began).total_seconds()) if began else None,
        "contained_at": _moment(incident.contained_at),
        "still_spreading": incident.spreading or None,
        "people": list(incident.people),
        "next_step": (
            None
            if following is None
            else {"step": following.step.slug, "text": following.step.text}
        ),
        "audiences": [
            {
                "audience": one.audience,
                "owed": one.kind,
                "due": _moment(one.due),
                "overdue": one.overdue,
                "last_told": _moment(one.last_told),
            }
            for one in _owed(call, incident, now)
        ],
    }


def _status_lines(call: Call, path: Path, incident: Incident, now: datetime) -> list[str]:
    from cockpit.comms.promises import owed_words
    from cockpit.incident.times import show_span, show_time

    began, zone = incident.declared_at, call.settings.zone
    lines = [f"{incident.severity or 'severity not set'}  {incident.title}"]
    state = "closed" if incident.closed else str(incident.stage)
    if began is not None:
        state += f", {show_span(now - began)} since {show_time(began, now, zone)}"
    if incident.contained_at is not None and began is not None:
        state += f", contained after {show_span(incident.contained_at - began)}"
    elif not incident.closed:
        state += f", not contained (still spreading: {incident.spreading or 'not asked yet'})"
    lines += [f"  {state}", f"  here: {', '.join(incident.people)}"]
    following = checklist_of(incident).next
    if following is not None:
        lines.append(f"  next step: {following.step.text} ({following.step.slug})")
    lines += [f"  {owed_words(one, now)}" for one in _owed(call, incident, now)]
    return [*lines, f"  {path.stem}"]


def _owed(call: Call, incident: Incident, now: datetime) -> tuple[Owed, ...]:
    from cockpit.comms.promises import ledger

    found = call.library.audiences()
    for failure in found.failed:
        talk(failure.reason)
    return ledger(incident, found.items.values(), now)


def _checklist(incident: Incident) -> list[dict[str, Any]]:
    return [
        {
            "phase": phase.number,
            "title": phase.title,
            "handled": phase.handled,
            "steps": [
                {
                    "step": each.step.slug,
                    "text": each.step.text,
                    "status": each.status,
                    "by": each.record.by if each.record else None,
                    "at": _moment(each.record.at) if each.record else None,
                    "note": (each.record.note or None) if each.record else None,
                    "observe": each.step.observe or None,
                    "commands": list(each.step.commands),
                }
                for each in phase.rows
            ],
        }
        for phase in checklist_of(incident).phases
    ]


def _entry(one: Entry, incident: Incident) -> dict[str, Any]:
    from cockpit.incident.entries import to_document
    from cockpit.incident.wording import describe

    document = to_document(one) | {"says": describe(one, incident)}
    return document if incident.stands(one) else document | {"undone": True}


def _moment(at: datetime | None) -> str | None:
    if at is None:
        return None
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
