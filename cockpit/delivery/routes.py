"""The ways to the clipboard of the machine that a person sits at. Each says what it knows.

Through tmux, through the system's own clipboard or a display's tool, and through the terminal
itself (OSC 52). None of them raises, and none blocks longer than a few of runner's limits.
"""

from __future__ import annotations

import base64
import shutil
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from cockpit.delivery import runner
from cockpit.delivery.surroundings import Surroundings
from cockpit.incident.entries import Certainty

OSC52_LIMIT = 74_994
"""Bytes of text. In Base64, with its frame, that is a sequence of 100,000 bytes, which is where
common terminals stop; a longer one is dropped without a sign."""

SYSTEM_LIMIT = 5.0
"""Seconds for a clipboard that the system serves: WSL starts a PowerShell to read it."""


@dataclass(frozen=True)
class Attempt:
    """What came of one way.

    reason  why it is not better than it is, "" when it is good; no full stop.
    fix     how to mend that, "" when nobody can; no full stop.
    """

    route: str
    certainty: Certainty
    reason: str = ""
    fix: str = ""


@dataclass(frozen=True)
class Tool:
    """A display's clipboard tool, with the commands that copy and that read back.

    once_above  bytes; of a longer text only the first paste is sure to get anything.
    """

    name: str
    copy: tuple[str, ...]
    paste: tuple[str, ...]
    once_above: int | None = None


WL_COPY = Tool(
    "wl-copy",
    # Without a type, wl-copy guesses one from the words, and some guesses can't be pasted.
    ("wl-copy", "--type", "text/plain"),
    ("wl-paste", "--no-newline", "--type", "text"),
)
XCLIP = Tool(
    "xclip", ("xclip", "-selection", "clipboard"), ("xclip", "-selection", "clipboard", "-o")
)
XSEL = Tool(
    "xsel",
    # Its log would go below the home directory, and it fails where that can't be written.
    ("xsel", "--logfile", "/dev/null", "--clipboard", "--input"),
    ("xsel", "--logfile", "/dev/null", "--clipboard", "--output"),
    # It hands longer texts over in parts, and afterwards often hangs or has nothing (1.2.0).
    once_above=4_000,
)


def osc52_sequence(text: str) -> str:
    """The control sequence that asks a terminal to put `text` on its person's clipboard."""
    return f"\x1b]52;c;{base64.b64encode(text.encode(errors='replace')).decode()}\x07"


def tools(here: Surroundings) -> list[Tool]:
    """The tools worth trying, best first: those that pyperclip would choose here.

    pyperclip is not asked itself: where it finds no tool it starts Qt, and Qt ends the process
    when the display is dead.
    """

    def found(name: str) -> bool:
        return shutil.which(name, path=here.environ.get("PATH")) is not None

    chosen = []
    if here.wayland and found("wl-copy") and found("wl-paste"):
        chosen.append(WL_COPY)
    if here.display:
        chosen += [tool for tool in (XCLIP, XSEL) if found(tool.name)][:1]
    return chosen


def through_tool(tool: Tool, data: bytes, here: Surroundings) -> Attempt:
    """Run the tool, then read back what is on the clipboard and compare."""
    try:
        runner.feed(tool.copy, data, here.environ)
        arrived = _comes_back(tool, data, here)
        once = arrived and tool.once_above is not None and len(data) > tool.once_above
        if once:  # reading it back was the one paste, so copy it again for the person's
            runner.feed(tool.copy, data, here.environ)
    except runner.ToolFailed as failure:
        display = here.wayland if tool is WL_COPY else here.display
        return Attempt(tool.name, "saved", str(failure), f"see that the display {display} is alive")
    if not arrived:
        return Attempt(
            tool.name,
            "saved",
            "the clipboard holds something else",
            "see whether a clipboard manager changes what is copied",
        )
    if once:
        return Attempt(
            tool.name,
            "checked",
            f"{tool.name} may lose a text of this length after one paste",
            "install xclip",
        )
    return Attempt(tool.name, "checked")


def _comes_back(tool: Tool, data: bytes, here: Surroundings) -> bool:
    """Read the clipboard until it holds `data`, for as long as one run of a tool may take.

    The tool is done a moment before the process that it leaves behind owns the clipboard; until
    then there is nothing to read, or what was there before.

    Raises ToolFailed when the last reading failed.
    """
    deadline = time.monotonic() + runner.LIMIT
    while True:
        late = time.monotonic() >= deadline
        try:
            if runner.read(tool.paste, here.environ) == data:
                return True
        except runner.ToolFailed:
            if late or time.monotonic() >= deadline:
                raise
        if late:
            return False
        time.sleep(0.02)


def through_system(text: str, here: Surroundings) -> Attempt:
    """macOS, Windows and WSL, where pyperclip can be trusted; read back and compared."""
    route = "pbcopy" if here.system == "macOS" else "pyperclip"

    def copied() -> bool:
        copy, paste = _pyperclip()
        copy(text)
        return _same_lines(paste(), text)

    try:
        arrived = runner.within(SYSTEM_LIMIT, copied, f"the {here.system} clipboard")
    except runner.ToolFailed as failure:
        return Attempt(route, "saved", str(failure))
    if not arrived:
        return Attempt(route, "saved", "the clipboard holds something else")
    return Attempt(route, "checked")


def read_system(here: Surroundings) -> str:
    """The text on the system's own clipboard; "" when it can't be read."""

    def pasted() -> str:
        _, paste = _pyperclip()
        return paste()

    with suppress(runner.ToolFailed):
        return runner.within(SYSTEM_LIMIT, pasted, f"the {here.system} clipboard")
    return ""


def through_tmux(data: bytes, environ: Mapping[str, str]) -> Attempt:
    """tmux's buffer first, which is checked; from there tmux tells the person's terminal.

    It goes to the client that was typed in last, and only there. Whether tmux can tell that
    terminal is known; whether the terminal listens is not.
    """
    try:
        client = newest_client(environ)
    except runner.ToolFailed as failure:
        return Attempt("tmux", "saved", str(failure), "see that tmux list-clients works here")
    onwards = ["-w", "-t", client.name] if client.name else []
    try:
        runner.feed(["tmux", "load-buffer", *onwards, "-"], data, environ)
        arrived = runner.read(["tmux", "save-buffer", "-"], environ) == data
    except runner.ToolFailed as failure:
        return Attempt("tmux", "saved", str(failure), "tmux has to be 3.2 or newer (tmux -V)")
    if not arrived:
        return Attempt("tmux", "saved", "tmux's buffer holds something else", "copy it again")
    if not client.name:
        return Attempt(
            "tmux", "saved", "no one is attached to this tmux session", "attach, and copy again"
        )
    if not client.clipboard:
        kind = client.terminal.partition("-")[0]
        return Attempt(
            "tmux",
            "saved",
            "tmux can't pass it on",
            f"tmux set -as terminal-features ',{kind}*:clipboard', then attach again",
        )
    return Attempt("tmux", "sent")


def through_terminal(
    text: str, osc52: Callable[[str], None] | None, environ: Mapping[str, str]
) -> Attempt:
    """A bare OSC 52, not wrapped for anything in between. Nobody says whether it arrived."""
    if osc52 is None:
        return Attempt("file", "saved", "there is no display and no terminal here")
    size = len(text.encode(errors="replace"))
    if size > OSC52_LIMIT:
        return Attempt(
            "osc52",
            "saved",
            f"{size:,} bytes are more than a terminal takes ({OSC52_LIMIT:,})",
            "copy a part of it, or fetch the file",
        )
    try:
        osc52(osc52_sequence(text))
    except (OSError, RuntimeError) as error:  # it is gone, or the screen is being closed
        why = getattr(error, "strerror", None) or str(error)
        return Attempt("osc52", "saved", f"the terminal can't be written to ({why})")
    # A tmux on the person's own machine, with ssh inside it, drops it unless it was told.
    outer_tmux = environ.get("TERM", "").startswith(("tmux", "screen"))
    return Attempt("osc52", "sent", fix=_OUTER_TMUX if outer_tmux else "")


_OUTER_TMUX = "in the tmux on your own machine: tmux set -s set-clipboard on"


@dataclass(frozen=True)
class Client:
    """A terminal attached to this tmux session. `name` "" when there is none."""

    name: str
    terminal: str
    clipboard: bool


def newest_client(environ: Mapping[str, str]) -> Client:
    """The client that was typed in last, and whether tmux can reach its clipboard.

    Raises ToolFailed when tmux does not answer.
    """
    said = runner.read(
        [
            "tmux",
            "display-message",
            "-p",
            "#{client_name}|#{client_termname}|#{client_termfeatures}",
        ],
        environ,
    )
    name, terminal, features = (said.decode(errors="replace").strip() + "||").split("|")[:3]
    clipboard = "clipboard" in features.split(",")
    if name and not clipboard:
        clipboard = _terminfo_has_clipboard(name, environ)
    return Client(name, terminal, clipboard)


def _terminfo_has_clipboard(client: str, environ: Mapping[str, str]) -> bool:
    """Terminals such as Alacritty are not known to tmux by name, but say it in terminfo (Ms)."""
    try:
        said = runner.read(["tmux", "show-messages", "-T"], environ).decode(errors="replace")
    except runner.ToolFailed:  # a tmux that is too old for this
        return False
    ours = False
    for line in said.splitlines():
        if line.startswith("Terminal "):
            ours = f" for {client}," in line
        elif ours and " Ms: (string)" in line:
            return True
    return False


def _pyperclip() -> tuple[Callable[[str], None], Callable[[], str]]:
    """pyperclip's choice for this system: how to copy and how to paste."""
    import pyperclip  # type: ignore[import-untyped]  # it has no types, and loads late

    copy, paste = pyperclip.determine_clipboard()
    return copy, paste


def _same_lines(one: str, other: str) -> bool:
    """Windows turns line ends on its clipboard into its own."""
    return one.replace("\r\n", "\n") == other.replace("\r\n", "\n")
