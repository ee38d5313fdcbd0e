"""Where this process runs: whose screen, whose keyboard, and so whose clipboard."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cockpit.delivery import runner

# What a tmux session learns anew from each client that attaches. The environment of a process
# inside tmux is the one of the day its pane was opened.
_TOLD_BY_TMUX = ("SSH_CONNECTION", "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY")


@dataclass(frozen=True)
class Surroundings:
    """environ  the environment, with what tmux knows better put right.
    tmux     inside tmux.
    remote   the person sits at another machine, so this machine's clipboard is not theirs.
    system   "macOS", "Windows" or "WSL" where the system itself has one clipboard, else "".
    """

    environ: Mapping[str, str]
    tmux: bool
    remote: bool
    system: str

    @property
    def display(self) -> str:
        """The X display that shows on the person's own screen, or ""."""
        display = self.environ.get("DISPLAY", "")
        return display if not self.remote or _is_forwarded(display) else ""

    @property
    def wayland(self) -> str:
        """The Wayland display that shows on the person's own screen, or ""."""
        return "" if self.remote else self.environ.get("WAYLAND_DISPLAY", "")


def look_around(environ: Mapping[str, str]) -> Surroundings:
    """Read the surroundings off an environment; inside tmux, ask tmux (at most runner.LIMIT)."""
    now = dict(environ)
    tmux = bool(now.get("TMUX"))
    if tmux:
        told = _session_environment(now)
        for name in _TOLD_BY_TMUX:
            if name in told:
                now.pop(name, None)
                if value := told[name]:
                    now[name] = value
        if "SSH_CONNECTION" in told:
            now.pop("SSH_TTY", None)  # as old as the pane
    return Surroundings(
        environ=now,
        tmux=tmux,
        remote=bool(now.get("SSH_CONNECTION") or now.get("SSH_TTY")),
        system=_system(),
    )


def _session_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """tmux's own table: name -> value, "" for what the newest client came without."""
    try:
        lines = runner.read(["tmux", "show-environment"], environ).decode(errors="replace")
    except runner.ToolFailed:
        return {}
    told: dict[str, str] = {}
    for line in lines.splitlines():
        name, is_set, value = line.partition("=")
        if is_set:
            told[name] = value
        elif line.startswith("-"):
            told[line[1:]] = ""
    return told


def _is_forwarded(display: str) -> bool:
    """ssh -X makes displays with a host in front: localhost:10.0."""
    host, colon, _ = display.rpartition(":")
    return bool(colon) and host not in ("", "unix")


def _system() -> str:
    name = platform.system()
    if name == "Darwin":
        return "macOS"
    if name == "Windows":
        return "Windows"
    try:
        kernel = Path("/proc/version").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    return "WSL" if "microsoft" in kernel.lower() else ""
