"""The real program, in a real terminal."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tinydb import TinyDB

from tests.journeys.terminal import Terminal

COCKPIT = [sys.executable, "-m", "cockpit"]

Opener = Callable[..., Terminal]


@pytest.fixture
def run(home: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """A cockpit command from another shell, without a terminal."""

    def command(*words: str, **more: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*COCKPIT, *words],
            capture_output=True,
            text=True,
            timeout=60,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            **more,
        )

    return command


@pytest.fixture
def start(home: Path) -> Iterator[Opener]:
    """Opens a terminal with the program in it; all are closed at the end."""
    opened: list[Terminal] = []

    def opener(*words: str, rows: int = 36, cols: int = 120, **env: str | None) -> Terminal:
        term = Terminal([*COCKPIT, *words], rows=rows, cols=cols, env=env)
        opened.append(term)
        return term

    yield opener
    for term in opened:
        term.close()


@pytest.fixture
def declared(
    start: Opener, run: Callable[..., subprocess.CompletedProcess[str]]
) -> Callable[..., Terminal]:
    """An incident on the shelf, open in a terminal, its pane of comms drawn."""

    def opener(*words: str, **more: Any) -> Terminal:
        made = run(
            "declare", "checkout returns 500s", "--impact", "no one can pay",
            "--change", "deployed api 2.31", "--playbook", "bad-deploy", "--no-open", *words,
        )  # fmt: skip
        assert made.returncode == 0, made.stderr
        term = start(**more)
        ready(term)
        return term

    return opener


def ready(term: Terminal) -> None:
    """The first frame, and what loads behind it."""
    term.wait_for(r"next: ")
    term.wait_for(r"● saved")


def incident_files(home: Path) -> list[Path]:
    return sorted(p for p in (home / "incidents").glob("2*.json"))


def entries(home: Path) -> list[dict[str, Any]]:
    """The entries of the only incident, read by plain TinyDB."""
    (path,) = incident_files(home)
    db = TinyDB(path)
    try:
        return [dict(document) for document in db.table("entries").all()]
    finally:
        db.close()


def kinds(home: Path) -> list[str]:
    return [entry["kind"] for entry in entries(home)]
