"""`cockpit note`: a line on the timeline, from any shell or script."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING, BinaryIO

import click

from cockpit.commands.call import Call, typed, which_incident
from cockpit.commands.exits import ExitCode, Stop
from cockpit.commands.say import talk

if TYPE_CHECKING:
    from cockpit.incident.actions import Stamp
    from cockpit.incident.entries import Mark, Noted

MARK_NAMES = ("decision", "impact", "hypothesis", "question")


@click.command()
@click.argument("text")
@click.option("--mark", type=click.Choice(MARK_NAMES), help="What kind of note it is.")
@click.option("--at", metavar="WHEN", help="When it happened: 14:02, '10m ago', 'yesterday 23:50'.")
@which_incident
@click.pass_obj
def note(call: Call, text: str, mark: Mark | None, at: str | None, incident_id: str) -> None:
    """Put TEXT on the timeline.

    "-" reads it from standard input. As in the cockpit, TEXT may begin with a mark and a
    time: '!decision 14:02 hold deploys'. With --mark or --at it is taken as it is.
    """
    call.forgive()
    words = _from_standard_input(call) if text == "-" else typed(text)
    _refuse_too_long(call, words.encode())
    try:
        path = call.which(incident_id)
        stamp = call.stamp()
        entry = _entry(call, stamp, words, mark, at)
        call.append(path, entry)
    except Exception as error:
        if words.strip() and (text == "-" or _is_of_the_store(error)):
            _keep(call, words.encode())
        raise
    from cockpit.incident.times import show_time

    when = f" at {show_time(entry.at, stamp.now, call.settings.zone)}" if entry.added else ""
    talk(f"noted{when} in {path.stem}")


def _entry(call: Call, stamp: Stamp, words: str, mark: Mark | None, at: str | None) -> Noted:
    from cockpit.incident import actions
    from cockpit.incident.times import past

    zone = call.settings.zone
    if mark or at is not None:
        when = None if at is None else past(at, stamp.now, zone)
        return actions.note(stamp, words, mark or "", when)
    line = actions.read_note(words, stamp.now, zone)
    return actions.note(stamp, line.text, line.mark, line.at)


def _from_standard_input(call: Call) -> str:
    if sys.stdin is None:
        raise Stop(ExitCode.USAGE, "Standard input is closed; write the note as an argument.")
    from cockpit.incident.entries import SIZE_LIMIT

    raw = sys.stdin.buffer.read(SIZE_LIMIT + 1)
    _refuse_too_long(call, raw, sys.stdin.buffer)
    return raw.decode("utf-8", "replace")


def _refuse_too_long(call: Call, raw: bytes, rest: BinaryIO | None = None) -> None:
    from cockpit.incident.entries import SIZE_LIMIT

    if len(raw) <= SIZE_LIMIT:
        return
    _keep(call, raw, rest)
    raise Stop(
        ExitCode.USAGE,
        f"A note has at most {SIZE_LIMIT // 1024} KiB, and this is more. Nothing was noted; "
        "note in a line what it is and where.",
    )


def _is_of_the_store(error: Exception) -> bool:
    from cockpit.store.errors import EntryRefused, StoreError

    return isinstance(error, (StoreError, EntryRefused))


def _keep(call: Call, raw: bytes, rest: BinaryIO | None = None) -> None:
    """Put words that got on no record into a file, and say where."""
    import tempfile

    kept = call.paths.kept
    try:
        kept.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            prefix="note-", suffix=".txt", dir=kept, delete=False
        ) as file:
            file.write(raw)
            if rest is not None:
                shutil.copyfileobj(rest, file)
    except OSError as error:
        talk(f"The text could not be kept in {kept} either: {error.strerror}.")
    else:
        talk(f"The text is kept in {file.name}")
