"""`cockpit playbooks`: which there are, their text, and what the cockpit makes of a file."""

from __future__ import annotations

from pathlib import Path

import click

from cockpit.commands.call import Call
from cockpit.commands.exits import ExitCode
from cockpit.commands.say import data, data_json, talk


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def playbooks(ctx: click.Context, as_json: bool) -> None:
    """List playbooks, show one, or check a file.

    They are built in, or your own: see `cockpit paths`.
    """
    if ctx.invoked_subcommand is not None:
        return
    library = ctx.obj.library
    found = library.catalogue()
    for failure in found.failed:
        talk(failure.reason)
    cards = list(found.items.values())
    if as_json:
        files = {name: str(library.playbook_file(name)) for name, _, _ in cards}
        data_json(
            [
                {"name": name, "title": title, "keywords": list(words), "file": files[name]}
                for name, title, words in cards
            ]
        )
        return
    width = max((len(name) for name, _, _ in cards), default=0)
    data("\n".join(f"{name:<{width}}  {title}" for name, title, _ in cards))


@playbooks.command("show")
@click.argument("name")
@click.pass_obj
def show_playbook(call: Call, name: str) -> None:
    """Print the Markdown text of a playbook."""
    data(call.library.playbook_text(name).text.rstrip("\n"))


@playbooks.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_context
def check(ctx: click.Context, file: Path) -> None:
    """Say what the cockpit understands of a Markdown FILE, line by line, and what it does not.

    Exit code 1 when something in it is a problem, 2 when it can't be a playbook.
    """
    from cockpit.library import read_playbook
    from cockpit.playbooks.explain import explain
    from cockpit.playbooks.parse import understand

    playbook = understand(read_playbook(file), str(file))
    data("\n".join(explain(playbook)))
    if any(remark.level == "problem" for remark in playbook.remarks):
        ctx.exit(ExitCode.REFUSED)
