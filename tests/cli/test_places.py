from __future__ import annotations

import json
from pathlib import Path

import pytest

from cockpit.commands.exits import MEANINGS, ExitCode

from .conftest import Cockpit

DOCS = Path(__file__).parents[2] / "docs" / "commands.md"


def test_paths_prints_every_place_and_makes_none(cockpit: Cockpit, home: Path) -> None:
    named = json.loads(cockpit("paths", "--json").out)

    assert named["incidents"] == str(home / "incidents")
    assert cockpit("paths").out.splitlines()[0].split() == ["incidents", named["incidents"]]
    assert list(home.iterdir()) == []


def test_without_any_home_a_command_says_what_to_set(
    cockpit: Cockpit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COCKPIT_HOME")
    monkeypatch.delenv("HOME")

    for command in ("paths", "list"):
        said = cockpit(command)
        assert said.code == 2
        assert "COCKPIT_HOME" in said.err


def test_a_home_that_can_be_no_folder_saves_nothing_and_says_so(
    cockpit: Cockpit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("COCKPIT_HOME", str(tmp_path / "file"))

    declared = cockpit("declare", "x", "--no-open")

    assert declared.code == 5
    assert "Not saved" in declared.err
    assert cockpit("list").code == 0


def test_doctor_clipboard_says_the_way_and_how_to_mend_it(cockpit: Cockpit) -> None:
    said = cockpit("doctor", "clipboard")

    assert said.code == 1
    assert "reaches no clipboard" in said.out
    assert "clipboard.txt" in said.out


def test_help_and_docs_have_every_exit_code(cockpit: Cockpit) -> None:
    shown, written = " ".join(cockpit("--help").out.split()), DOCS.read_text()

    assert set(MEANINGS) == set(ExitCode)
    for code, words in MEANINGS.items():
        assert f"{code:d} {words}" in shown
        assert f"| {code:d} | {words} |" in written


def test_help_and_docs_have_every_command(cockpit: Cockpit) -> None:
    from cockpit.cli import cli

    written = DOCS.read_text()
    for name in cli.commands:
        assert f"`cockpit {name}" in written
        assert cockpit(name, "--help").code == 0


def test_the_version_is_the_packages(cockpit: Cockpit) -> None:
    import cockpit as package

    assert cockpit("--version").out == f"cockpit, version {package.__version__}\n"


def test_an_unknown_command_is_named_with_the_code_for_usage(cockpit: Cockpit) -> None:
    assert cockpit("ntoe", "x").code == 2
