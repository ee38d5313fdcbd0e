"""What every test may use."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell starts what runs in the background deaf to ctrl+c, and programs pass that on.
    signal.signal(signal.SIGINT, signal.default_int_handler)

FORGOTTEN = ("COCKPIT_", "SSH_", "XDG_")
"""Beginnings of the names of variables that must not reach a test from outside."""
FORGOTTEN_NAMES = (
    "TMUX",
    "TMUX_PANE",
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "NO_COLOR",
    "EDITOR",
    "VISUAL",
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """COCKPIT_HOME, an empty folder, in an environment without clipboard, ssh or tmux."""
    for name in list(os.environ):
        if name.startswith(FORGOTTEN) or name in FORGOTTEN_NAMES:
            monkeypatch.delenv(name)
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("COCKPIT_HOME", str(folder))
    monkeypatch.setenv("COCKPIT_ME", "sam")
    return folder
