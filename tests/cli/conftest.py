"""Commands as a person or a script calls them, in this process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import pytest
from click.testing import CliRunner
from tinydb import TinyDB

from cockpit.cli import cli


class Said(NamedTuple):
    code: int
    out: str
    err: str


class Cockpit(Protocol):
    def __call__(self, *args: str, given: str | bytes = "") -> Said: ...


@pytest.fixture
def cockpit(home: Path, monkeypatch: pytest.MonkeyPatch) -> Cockpit:
    """Run one command. The terminal that the tests run in gets nothing of what is copied."""
    monkeypatch.setattr("cockpit.delivery.clipboard.terminal_writer", lambda: None)

    def run(*args: str, given: str | bytes = "") -> Said:
        result = CliRunner().invoke(cli, args, input=given, prog_name="cockpit")
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Said(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture
def files(home: Path) -> Callable[[], list[Path]]:
    """The incident files on the shelf."""

    def find() -> list[Path]:
        return sorted(p for p in (home / "incidents").glob("*.json") if p.name != "index.json")

    return find


@pytest.fixture
def on_disk(files: Callable[[], list[Path]]) -> Callable[..., list[dict[str, Any]]]:
    """The entries of an incident, as plain TinyDB reads them; the only one when none is named."""

    def read(incident: str = "") -> list[dict[str, Any]]:
        path = next(path for path in files() if path.stem.endswith(incident))
        with TinyDB(path, access_mode="r") as database:
            return [dict(document) for document in database.table("entries").all()]

    return read


@pytest.fixture
def checkout(cockpit: Cockpit) -> str:
    """An open incident; its id."""
    said = cockpit("declare", "checkout returns 500s", "--playbook", "bad-deploy", "--no-open")
    assert said.code == 0, said.err
    return said.err.partition("declared: ")[2].split()[0]
