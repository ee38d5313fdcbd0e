"""Bad input of any kind gets a sentence that names the thing, and nothing is overwritten."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tinydb import TinyDB

from tests.journeys.conftest import Opener, incident_files, kinds, ready
from tests.journeys.terminal import Terminal

Declared = Callable[..., Terminal]
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00\xff\xfe", "not a text file"),
        (b"", "empty"),
        (b"# Title\n" + b"word " * 1_100_000, "MiB"),
        (b"# Only prose\n\nNothing to tick here.\n", "step"),
    ],
    ids=["binary", "empty", "huge", "without steps"],
)
def test_a_playbook_that_is_none(run: Run, tmp_path: Path, content: bytes, words: str) -> None:
    file = tmp_path / "odd.md"
    file.write_bytes(content)
    checked = run("playbooks", "check", str(file))
    assert checked.returncode != 0
    assert words in checked.stderr + checked.stdout
    assert "odd.md" in checked.stderr + checked.stdout
    assert "Traceback" not in checked.stderr


def test_broken_front_matter_is_named_and_the_steps_are_there(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "odd.md"
    file.write_text("---\nfill: [a\n---\n# T\n\n- [ ] Roll back\n")
    checked = run("playbooks", "check", str(file))
    assert "not valid YAML" in checked.stdout
    assert "Roll back" in checked.stdout


def test_a_broken_audience_and_theme_block_nothing(declared: Declared, home: Path) -> None:
    (home / "audiences").mkdir()
    (home / "audiences" / "board.toml").write_text("name = 'board'\nlable = 'x'\n")
    (home / "themes").mkdir()
    (home / "themes" / "odd.toml").write_text("primary = 'no colour'\n")
    term = declared()
    term.wait_for("board.toml")
    term.send("3")
    term.wait_for("╭─ Comms: customers")


def test_a_typo_in_the_config_is_named_and_the_cockpit_opens(start: Opener, home: Path) -> None:
    (home / "config.toml").write_text("thme = 'paper'\n")
    term = start()
    term.wait_for("What is happening")
    term.send("enter")
    ready(term)
    assert len(incident_files(home)) == 1


def test_an_unknown_key_id_names_the_nearest(declared: Declared, home: Path) -> None:
    (home / "config.toml").write_text("[keys]\nnoet = 'N'\n")
    term = declared()
    term.wait_for("Did you mean “note”")


@pytest.mark.parametrize("content", [b"", b'{"meta":{"1":{"for', b"hello", b'{"_default": {}}'])
def test_a_file_on_the_shelf_that_is_no_incident(
    start: Opener, run: Run, home: Path, content: bytes
) -> None:
    (home / "incidents").mkdir(mode=0o700)
    odd = home / "incidents" / "2026-11-24-odd.json"
    odd.write_bytes(content)
    opened = run("--incident", "2026-11-24-odd", "show")
    assert opened.returncode not in (0, 1)
    assert "2026-11-24-odd" in opened.stderr
    assert "Traceback" not in opened.stderr
    term = start()  # the others are not kept from anybody
    term.wait_for("What is happening")
    assert odd.read_bytes() == content


def test_a_newer_schema_is_refused_untouched(run: Run, home: Path) -> None:
    assert run("declare", "x", "--no-open").returncode == 0
    (path,) = incident_files(home)
    text = path.read_text().replace('"schema":1', '"schema":2')
    path.write_text(text)
    before = path.stat().st_mtime_ns
    refused = run("--incident", path.stem, "note", "x")
    assert refused.returncode == 6
    assert "schema 2" in refused.stderr
    assert (path.read_text(), path.stat().st_mtime_ns) == (text, before)


def test_the_file_vanishes_while_the_cockpit_is_open(declared: Declared, home: Path) -> None:
    term = declared()
    (path,) = incident_files(home)
    path.unlink()
    term.wait_for("deleted")
    term.send("n", "still here", "enter")
    term.wait_for("● saved")
    term.wait_until(lambda: path.exists() and kinds(home)[-1] == "noted", "written again")
    assert kinds(home) == ["declared", "copied", "noted"]


def test_words_of_every_kind_stay_on_their_lines(start: Opener, home: Path) -> None:
    term = start("declare", "kasse \x1b[31mrot\x1b[0m \u202eabc 🙈 שלום", "--playbook", "general")
    ready(term)
    term.wait_for("🙈")
    assert "‹U+202E›" in term.text()
    assert b"\x1b[31mrot" not in bytes(term.received)


def test_a_tiny_terminal_and_back(declared: Declared) -> None:
    term = declared()
    term.resize(5, 20)
    term.send("n", "from a tiny window", "enter")
    term.resize(1, 1)
    term.resize(36, 120)
    term.wait_for("from a tiny window")
    term.wait_for("● saved")


def test_no_terminal_says_so() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "cockpit"],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
    )
    assert ran.returncode == 2
    assert "needs a terminal" in ran.stderr


def test_no_home_says_what_to_set() -> None:
    env = {k: v for k, v in os.environ.items() if not k.startswith(("COCKPIT", "XDG"))}
    env.pop("HOME", None)
    ran = subprocess.run(
        [sys.executable, "-m", "cockpit", "list"],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env=env,
        timeout=60,
    )
    assert ran.returncode == 2
    assert "COCKPIT_HOME" in ran.stderr


def test_another_programs_tinydb_is_not_touched(run: Run, home: Path) -> None:
    (home / "incidents").mkdir(mode=0o700)
    path = home / "incidents" / "2026-11-24-contacts.json"
    db = TinyDB(path)
    db.insert({"name": "ana"})
    db.close()
    before = path.read_bytes()
    refused = run("--incident", path.stem, "note", "x")
    assert refused.returncode not in (0, 1)
    assert path.read_bytes() == before
    assert json.loads(before)["_default"]


def test_a_disk_that_refuses_is_said_and_nothing_is_lost(declared: Declared, home: Path) -> None:
    term = declared()
    (path,) = incident_files(home)
    size = path.stat().st_size
    limit(term.pid, size + 10)
    term.send("n", "while it is full", "enter")
    term.wait_for("NOT SAVED")
    term.wait_for("while it is full")
    term.send("space")  # keys go on
    term.wait_for(r"1 Own it +1/")
    limit(term.pid, None)
    term.wait_for("● saved")
    assert kinds(home) == ["declared", "copied", "noted", "ticked"]


def limit(pid: int, size: int | None) -> None:
    """Files of this process may have so many bytes: a full disk, for it alone."""
    import resource

    if not hasattr(resource, "prlimit"):
        pytest.skip("this system cannot limit another process")
    _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    soft = hard if size is None else size
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (soft, hard))
