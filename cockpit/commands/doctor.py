"""`cockpit doctor` and `cockpit paths`: what is where on this machine, and does it work."""

from __future__ import annotations

import os

import click

from cockpit.commands.call import Call
from cockpit.commands.exits import ExitCode
from cockpit.commands.say import data, data_json


@click.group()
def doctor() -> None:
    """Try out what the cockpit depends on here."""


@doctor.command()
@click.pass_context
def clipboard(ctx: click.Context) -> None:
    """Try the way from here to your clipboard, and say how to mend it."""
    from cockpit.delivery.clipboard import terminal_writer
    from cockpit.delivery.diagnosis import diagnose

    call: Call = ctx.obj
    found = diagnose(os.environ, keep=call.paths.clipboard_file, osc52=terminal_writer())
    data("\n".join(found.lines()))
    if found.certainty == "saved":
        ctx.exit(ExitCode.REFUSED)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def paths(call: Call, as_json: bool) -> None:
    """Print where everything lives."""
    named = call.paths.named()
    if as_json:
        data_json({name: str(path) for name, path in named.items()})
        return
    width = max(map(len, named))
    data("\n".join(f"{name:<{width}}  {path}" for name, path in named.items()))
