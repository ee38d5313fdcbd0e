"""How often, and with what."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cockpit.store.incident_file import IncidentFile
from tests.store.making import NOW, incident

ROOT = Path(__file__).parents[2]


class Appender:
    """One process of tests/faults/appender.py, and what it has said so far."""

    def __init__(self, how: str, path: Path, author: int, count: int) -> None:
        self.author = author
        self.acknowledged: list[str] = []
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "tests.faults.appender",
                how,
                str(path),
                str(author),
                str(count),
            ],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.pid = self._process.pid

    def hear(self, word: str = "") -> str:
        """The next word, which has to be `word` if one is given; "" when it has ended."""
        assert self._process.stdout
        heard = self._process.stdout.readline()
        if not heard.endswith("\n"):
            heard = ""
        heard = heard.strip()
        assert not word or heard == word, f"the process said {heard!r} instead of {word!r}"
        if heard.startswith("01JD"):
            self.acknowledged.append(heard)
        return heard

    def go(self) -> None:
        """Let it go on."""
        assert self._process.stdin
        self._process.stdin.write("go\n")
        self._process.stdin.flush()

    def kill(self) -> None:
        """kill -9, then read what it had said before."""
        self._process.kill()
        self.finish()

    def finish(self) -> int:
        while self.hear():
            pass
        return self._process.wait()


@pytest.fixture
def rounds() -> int:
    """COCKPIT_FAULT_ROUNDS: how often the tests that rely on chance try it."""
    return int(os.environ.get("COCKPIT_FAULT_ROUNDS", "30"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An incident file of one entry."""
    path = tmp_path / "2026-11-24-checkout-returns-500s.json"
    IncidentFile.create(path, incident(1), NOW).close()
    return path


@pytest.fixture
def start() -> Iterator[Callable[[str, Path, int, int], Appender]]:
    """Start an appender; none outlives the test."""
    started: list[Appender] = []

    def start_one(how: str, path: Path, author: int = 1, count: int = 1000) -> Appender:
        started.append(Appender(how, path, author, count))
        return started[-1]

    yield start_one
    for one in started:
        one.kill()
