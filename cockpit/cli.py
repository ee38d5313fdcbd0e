"""`cockpit`: the commands of the shell, and the one that opens the screen.

At the top of this file and of every file in commands/: click and the standard library alone.
`cockpit note` runs inside deploy scripts, and must not wait for what it does not use.
"""

from __future__ import annotations

import sys
from typing import Any

import click

from cockpit import __version__
from cockpit.commands.call import Call
from cockpit.commands.closing import close, reopen
from cockpit.commands.declare import declare
from cockpit.commands.doctor import doctor, paths
from cockpit.commands.exits import MEANINGS, ExitCode, stop_for
from cockpit.commands.look import list_incidents, show, status, timeline
from cockpit.commands.note import note
from cockpit.commands.playbooks import playbooks
from cockpit.commands.say import talk
from cockpit.commands.screen import open_screen
from cockpit.commands.tick import tick
from cockpit.commands.words import audiences, draft

EXAMPLES = """\b
Examples:
  cockpit                                  declare what broke, or go on where you were
  cockpit declare "checkout returns 500s" --impact "no one can pay" \\
      --change "deployed api 2.31 at 14:02" --playbook bad-deploy
  cockpit note "rolled back api to 2.30"
  cockpit note '!decision 14:02 hold all deploys'
  cockpit tick roll-back --observed "errors at 0.2 %"
  cockpit draft customers --copy
  cockpit timeline --markdown
"""


class Cockpit(click.Group):
    """Turns what went wrong into a sentence and an exit code, in one place for all commands."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit):
            raise
        except (KeyboardInterrupt, click.Abort):
            ctx.exit(ExitCode.INTERRUPTED)
        except Exception as error:
            stop = stop_for(error)
            if stop is None:
                raise
            talk(stop.message)
            ctx.exit(stop.code)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_epilog(ctx, formatter)
        with formatter.section("Exit codes"):
            formatter.write_dl([(str(int(code)), words) for code, words in MEANINGS.items()])


@click.group(
    cls=Cockpit,
    invoke_without_command=True,
    epilog=EXAMPLES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option("--incident", default="", metavar="ID", help="Which incident. [COCKPIT_INCIDENT]")
@click.option("--me", metavar="NAME", help="Who acts, for the record. [COCKPIT_ME]")
@click.option("--theme", metavar="NAME", help="The theme of the screen. [COCKPIT_THEME]")
@click.option("--utc/--local", default=None, help="Which times to show and read. [COCKPIT_UTC]")
@click.version_option(__version__, prog_name="cockpit")
@click.pass_context
def cli(
    ctx: click.Context, incident: str, me: str | None, theme: str | None, utc: bool | None
) -> None:
    """The hour after something broke: checklist, timeline, and the right words on your clipboard.

    Without a command it opens the cockpit: the incident that is open, or two questions that
    declare one.
    """
    ctx.obj = Call(incident, me, theme, utc)
    if ctx.invoked_subcommand is None:
        ctx.exit(open_screen(ctx.obj))


for command in (
    declare,
    note,
    tick,
    draft,
    status,
    list_incidents,
    show,
    timeline,
    close,
    reopen,
    playbooks,
    audiences,
    doctor,
    paths,
):
    cli.add_command(command)


def main() -> None:
    """The program. Ends with one of the exit codes in commands/exits.py."""
    try:
        cli(prog_name="cockpit")
    except Exception as error:
        sys.exit(_report(error))


def _report(error: Exception) -> int:
    """A mistake of the program itself: what happened goes into the log, a line to the person."""
    import os
    import traceback

    from cockpit.paths import PathsError, find_paths

    told = "".join(traceback.format_exception(error))
    try:
        log = find_paths(os.environ).log
        log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with open(handle, "a", encoding="utf-8", errors="replace") as file:
            file.write(f"{told}\n")
        where = f"What happened is in {log}"
    except (OSError, PathsError):
        where = told
    talk(f"The cockpit made a mistake ({type(error).__name__}: {error}). {where}")
    return ExitCode.REFUSED
