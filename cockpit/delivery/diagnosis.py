"""`cockpit doctor clipboard`: the way a copy takes here, whether it works, how to mend it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cockpit.delivery import routes, runner
from cockpit.delivery.clipboard import deliver, short_path
from cockpit.delivery.private_file import save_private
from cockpit.delivery.surroundings import Surroundings, look_around
from cockpit.incident.entries import Certainty


@dataclass(frozen=True)
class Diagnosis:
    """level   "warning" when there is something to mend, else "ok".
    facts   what was found, name and value, in the order of reading.
    tried   what came of trying it with a test text.
    mend    what to do, one sentence each.
    """

    level: Literal["ok", "warning"]
    certainty: Certainty
    route: str
    facts: tuple[tuple[str, str], ...]
    tried: str
    mend: tuple[str, ...]

    def lines(self) -> list[str]:
        """For the terminal: the verdict first, then why, then what to do."""
        width = max(len(name) for name, _ in self.facts)
        verdict = {
            "checked": f"A copy is checked here: it goes through {self.route} and is read back.",
            "sent": f"A copy is sent to your terminal here ({self.route}); "
            "whether it takes it can't be known from here.",
            "saved": "A copy reaches no clipboard here; it is only saved in the file.",
        }[self.certainty]
        return [
            verdict,
            *(f"  {name:<{width}}  {value}" for name, value in self.facts),
            self.tried,
            *(f"To mend it: {sentence}" for sentence in self.mend),
        ]


def diagnose(
    environ: Mapping[str, str], *, keep: Path, osc52: Callable[[str], None] | None
) -> Diagnosis:
    """Look around, copy a marked test text for real, and put back what was there before.

    What was there can be read back from a display or the system, not from behind a terminal. The
    kept file is not touched. Arguments as for `clipboard.copy`. Blocks for seconds at the worst.
    """
    here = look_around(environ)
    test = f"cockpit clipboard test {secrets.token_hex(3)}"
    trouble = _cannot_keep(keep)
    facts = (
        ("you sit at", "another machine (ssh)" if here.remote else "this machine"),
        ("tmux", _tmux(here)),
        ("display", _display(here)),
        ("tools", _tools(here)),
        ("terminal", "can be written to" if osc52 else "none"),
        ("file", f"{short_path(keep, environ)} {trouble or 'can be written'}"),
    )
    before = _what_is_there(here)
    attempt = deliver(test, here, osc52)
    _forget_in_tmux(test, here)
    if before and attempt.certainty == "checked":
        deliver(before, here, osc52)
        _forget_in_tmux(before, here)
    mend = [attempt.fix] if attempt.fix else []
    if attempt.certainty == "saved" and not mend:
        mend.append(f"{attempt.reason}.")
    if trouble:
        mend.append(f"{short_path(keep, environ)} {trouble}: make room, or the folder writable.")
    return Diagnosis(
        level="warning" if mend else "ok",
        certainty=attempt.certainty,
        route=attempt.route,
        facts=facts,
        tried=_tried(test, attempt, bool(before)),
        mend=tuple(mend),
    )


def _tried(test: str, attempt: routes.Attempt, put_back: bool) -> str:
    if attempt.certainty == "checked":
        before = (
            "what was on the clipboard before is back."
            if put_back
            else "the clipboard was empty before, or held something that is no text."
        )
        return f'Tried: "{test}" was copied and read back; {before}'
    if attempt.certainty == "sent":
        reason = f" ({attempt.reason})" if attempt.reason else ""
        return f'Tried: "{test}" was sent{reason}. Paste now: if it is there, all is well.'
    return f'Tried: "{test}" was not copied: {attempt.reason}.'


def _tmux(here: Surroundings) -> str:
    if not here.tmux:
        return "no"
    try:
        client = routes.newest_client(here.environ)
        version = _ask_tmux(here, "display-message", "-p", "#{version}")
        clipboard = _ask_tmux(here, "show-options", "-sv", "set-clipboard")
    except runner.ToolFailed as failure:
        return f"yes, but {failure}"
    if not client.name:
        who = "no one is attached"
    else:
        takes = "takes the clipboard" if client.clipboard else "is not known to take a clipboard"
        who = f"{client.name} ({client.terminal}) {takes}"
    return f"{version}, set-clipboard {clipboard}; {who}"


def _ask_tmux(here: Surroundings, *command: str) -> str:
    return runner.read(["tmux", *command], here.environ).decode(errors="replace").strip()


def _display(here: Surroundings) -> str:
    shown = [f"Wayland {here.wayland}"] if here.wayland else []
    if here.display:
        shown.append(f"X {here.display}" + (" (forwarded by ssh)" if here.remote else ""))
    if not shown and (here.environ.get("DISPLAY") or here.environ.get("WAYLAND_DISPLAY")):
        return "one of this machine, not of yours"
    return ", ".join(shown) or "none"


def _tools(here: Surroundings) -> str:
    if here.system:
        return f"the clipboard of {here.system}"
    return ", ".join(tool.name for tool in routes.tools(here)) or "none that fits"


def _cannot_keep(keep: Path) -> str:
    probe = keep.with_name(f"{keep.name}.test")
    try:
        save_private(probe, b"")
        probe.unlink()
    except OSError as error:
        return f"can't be written ({error.strerror})"
    return ""


def _what_is_there(here: Surroundings) -> str:
    """The text on the clipboard that a checked copy would go to; "" when it can't be read."""
    if here.system and not here.remote:
        return routes.read_system(here)
    for tool in routes.tools(here):
        with suppress(runner.ToolFailed):
            return runner.read(tool.paste, here.environ).decode(errors="replace")
    return ""


def _forget_in_tmux(text: str, here: Surroundings) -> None:
    """Take the newest tmux buffer away again, if it is this text."""
    if not here.tmux:
        return
    with suppress(runner.ToolFailed):
        if runner.read(["tmux", "save-buffer", "-"], here.environ) == text.encode():
            runner.read(["tmux", "delete-buffer"], here.environ)
