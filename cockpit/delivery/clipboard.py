"""One key puts a text on the clipboard of the machine that the person sits at.

Often that is not this machine: they are on ssh, inside tmux. So each way there is tried in turn,
and what is said afterwards is exactly what is known: checked by reading it back; sent on, with
nobody to confirm it; or only saved. The text is in a file before anything else is tried.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from cockpit.delivery.private_file import save_private
from cockpit.delivery.routes import (
    OSC52_LIMIT,
    Attempt,
    osc52_sequence,
    through_system,
    through_terminal,
    through_tmux,
    through_tool,
    tools,
)
from cockpit.delivery.surroundings import Surroundings, look_around
from cockpit.incident.entries import Certainty

__all__ = ["Outcome", "copy", "osc52_sequence", "terminal_writer"]


@dataclass(frozen=True)
class Outcome:
    """What became of a copy.

    certainty  "checked": read back from the clipboard; "sent": on its way through the terminal,
               unconfirmed; "saved": on no clipboard.
    route      "tmux", "xclip", "xsel", "wl-copy", "pbcopy", "pyperclip", "osc52" or "file".
    said       the sentence for the person.
    file       where the text is as well; `kept` False when that could not be written.
    fix        how to mend it, "" when there is nothing to mend.
    """

    certainty: Certainty
    route: str
    said: str
    file: Path
    fix: str
    kept: bool = True


def copy(
    text: str,
    *,
    what: str,
    keep: Path,
    environ: Mapping[str, str],
    osc52: Callable[[str], None] | None,
) -> Outcome:
    """Copy `text`; never raises for what the machine does. Blocks for seconds at the very worst.

    what   names it for the person: "customers update".
    keep   the file that gets the text first (0600, atomic).
    osc52  writes a control sequence to the person's terminal; None when there is no terminal.
    """
    trouble = _keep(text, keep)
    attempt = deliver(text, look_around(environ), osc52)
    return Outcome(
        certainty=attempt.certainty,
        route="file" if attempt.certainty == "saved" else attempt.route,
        said=_sentence(text, what, attempt, short_path(keep, environ), trouble),
        file=keep,
        fix=attempt.fix,
        kept=not trouble,
    )


def deliver(text: str, here: Surroundings, osc52: Callable[[str], None] | None) -> Attempt:
    """Try the ways that lead to the person's own machine, in the order of what can be known.

    Inside tmux its buffer gets the text in any case: that is where people in tmux paste from.
    """
    data = text.encode(errors="replace")
    by_tmux = through_tmux(data, here.environ) if here.tmux else None
    local = _locally(text, data, here)
    if local is not None and local.certainty == "checked":
        return local
    if by_tmux is not None:
        return by_tmux
    by_terminal = through_terminal(text, osc52, here.environ)
    if local is None or here.remote:
        return by_terminal
    if by_terminal.certainty == "sent":
        return replace(by_terminal, reason=local.reason, fix=local.fix)
    return local


def terminal_writer() -> Callable[[str], None] | None:
    """Writes to the terminal that a command runs in, past its redirections; None without one."""
    try:
        with open("/dev/tty", "w", encoding="ascii"):
            pass
    except OSError:
        return None

    def write(sequence: str) -> None:
        with open("/dev/tty", "w", encoding="ascii") as terminal:
            terminal.write(sequence)

    return write


def readable_size(size: int) -> str:
    """Bytes, in the unit that a person reads."""
    if size < 1000:
        return f"{size} bytes"
    if size < 1_000_000:
        return f"{size / 1000:.1f} KB"
    return f"{size / 1_000_000:.1f} MB"


def _locally(text: str, data: bytes, here: Surroundings) -> Attempt | None:
    """The clipboard of this machine or of a forwarded display; None when there is none."""
    if here.system and not here.remote:
        return through_system(text, here)
    attempt = None
    for tool in tools(here):
        attempt = through_tool(tool, data, here)
        if attempt.certainty == "checked":
            break
    if attempt is None and (here.wayland or here.display):
        name = "wl-clipboard" if here.wayland else "xclip"
        return Attempt("file", "saved", f"{name} is not installed", f"install {name}")
    return attempt


def _keep(text: str, keep: Path) -> str:
    """Why the file could not be written; "" when it was."""
    try:
        save_private(keep, text.encode(errors="replace"))
    except OSError as error:
        return error.strerror or str(error)
    return ""


def _sentence(text: str, what: str, attempt: Attempt, file: str, trouble: str) -> str:
    unwritten = f"{file} could not be written ({trouble})"
    fix = f" Fix: {attempt.fix}" if attempt.fix else ""
    if attempt.certainty == "checked":
        but = f" But {attempt.reason}." if attempt.reason else ""
        end = f" {unwritten}." if trouble else ""
        return f"{what} copied (checked).{but}{end}{fix}"
    if attempt.certainty == "sent":
        size = len(text.encode(errors="replace"))
        also = f"and {unwritten}" if trouble else f"the text is also in {file}"
        limit = ", or takes less at a time" if size > OSC52_LIMIT else ""
        return (
            f"{what} sent to your terminal ({readable_size(size)}). "
            f"If paste is empty, it blocks OSC 52{limit}; {also}.{fix}"
        )
    where = f"Nor is it saved: {unwritten}." if trouble else f"The text is in {file}."
    return f"{what} not copied: {attempt.reason}. {where}{fix}"


def short_path(path: Path, environ: Mapping[str, str]) -> str:
    """The path as a person would type it."""
    home = environ.get("HOME", "")
    if home and path.is_relative_to(home):
        return str(Path("~") / path.relative_to(home))
    return str(path)
