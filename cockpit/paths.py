"""Where things live. Asking makes no folder: whoever writes there makes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

APP = "cockpit"


class PathsError(Exception):
    """There is no place to put anything; the message says which variable to set."""


@dataclass(frozen=True, slots=True)
class Paths:
    """Every place that the cockpit reads from or writes to."""

    incidents: Path
    """The shelf: one file an incident."""
    config_file: Path
    playbooks: Path
    """A person's own; the built-in ones are in the package. So for the next two."""
    audiences: Path
    themes: Path
    state: Path
    """What may be lost without losing the record: drafts, the log, kept words."""

    @property
    def drafts(self) -> Path:
        return self.state / "drafts"

    @property
    def clipboard_file(self) -> Path:
        """What was copied last: it is there even when the clipboard is not."""
        return self.state / "clipboard.txt"

    @property
    def kept(self) -> Path:
        """Words that could not go on a record: too long, or the disk refused."""
        return self.state / "kept"

    @property
    def log(self) -> Path:
        return self.state / "cockpit.log"

    def named(self) -> dict[str, Path]:
        """All of them by name, in the order in which a person would ask."""
        return {
            "incidents": self.incidents,
            "config": self.config_file,
            "playbooks": self.playbooks,
            "audiences": self.audiences,
            "themes": self.themes,
            "state": self.state,
            "drafts": self.drafts,
            "clipboard": self.clipboard_file,
            "kept": self.kept,
            "log": self.log,
        }


def find_paths(environ: Mapping[str, str]) -> Paths:
    """COCKPIT_HOME holds everything; without it the XDG base directories do.

    As their specification says (freedesktop.org, XDG Base Directory 0.8), a relative value of
    an XDG variable counts as not set. Raises PathsError when neither they nor HOME say where.
    """
    if home := environ.get("COCKPIT_HOME", ""):
        root = Path(home).absolute()
        return _paths(data=root, config=root, state=root / "state")
    return _paths(
        data=_base(environ, "XDG_DATA_HOME", ".local/share") / APP,
        config=_base(environ, "XDG_CONFIG_HOME", ".config") / APP,
        state=_base(environ, "XDG_STATE_HOME", ".local/state") / APP,
    )


def _paths(data: Path, config: Path, state: Path) -> Paths:
    return Paths(
        incidents=data / "incidents",
        config_file=config / "config.toml",
        playbooks=config / "playbooks",
        audiences=config / "audiences",
        themes=config / "themes",
        state=state,
    )


def _base(environ: Mapping[str, str], variable: str, default: str) -> Path:
    chosen = Path(environ.get(variable, ""))
    if chosen.is_absolute():
        return chosen
    home = Path(environ.get("HOME", ""))
    if not home.is_absolute():
        raise PathsError(
            "There is no home folder to keep incidents in. Set COCKPIT_HOME to a folder "
            "(or HOME) and try again."
        )
    return home / default
