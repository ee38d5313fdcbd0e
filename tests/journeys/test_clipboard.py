"""What is copied in the cockpit is on the person's own clipboard: through tmux, on a display."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.delivery import conftest as machinery
from tests.delivery.conftest import ROOT, Tmux
from tests.journeys.conftest import COCKPIT, Opener, entries, kinds, ready
from tests.journeys.terminal import Terminal
from tests.needs import needs

desk, tmux, xvfb = machinery.desk, machinery.tmux, machinery.xvfb

Declared = Callable[..., Terminal]


def copied(home: Path) -> list[tuple[str, str]]:
    return [(e["route"], e["certainty"]) for e in entries(home) if e["kind"] == "copied"]


def on_display(display: str) -> str:
    command = [needs("xclip"), "-selection", "clipboard", "-o"]
    return subprocess.run(
        command, env={"DISPLAY": display}, capture_output=True, text=True, timeout=10
    ).stdout


@pytest.mark.parametrize("set_clipboard", ["external", "off"])
def test_inside_tmux_the_terminal_outside_gets_the_text(
    tmux: Tmux, home: Path, set_clipboard: str
) -> None:
    with tmux.session(set_clipboard=set_clipboard) as term:
        term.resize(36, 120)
        tmux("new-window", "-c", str(ROOT), *COCKPIT, "declare", "checkout returns 500s")
        ready(term)
        acknowledgement = entries(home)[1]["text"]
        assert tmux("show-buffer") == acknowledgement
        term.wait_until(lambda: term.clipboard[-1:] == [acknowledgement], "the acknowledgement")
        term.send("3")
        term.wait_for("╭─ Comms: customers")
        term.send("y")
        term.wait_for(r"customers update sent to your terminal \(\d+ bytes\)")
        term.wait_until(lambda: len(copied(home)) == 2, "the copy is on record")
        assert copied(home) == [("tmux", "sent")] * 2
        update = entries(home)[-1]["text"]
        assert "Next update by" in update
        assert tmux("show-buffer") == update
        term.wait_until(lambda: term.clipboard[-1] == update, "the update on the clipboard")
        term.send("q")
        term.wait_until(lambda: "cockpit" not in tmux("list-windows", "-F", "#W"), "the end")


def test_a_tmux_that_passes_nothing_on_is_said_with_the_fix(tmux: Tmux, home: Path) -> None:
    with tmux.session(term="screen-256color") as term:
        term.resize(36, 120)
        tmux("new-window", "-c", str(ROOT), *COCKPIT, "declare", "checkout returns 500s")
        ready(term)
        term.send("3")
        term.wait_for("╭─ Comms: customers")
        term.send("y")
        term.wait_for("customers update not copied: tmux can't pass it on")
        term.wait_for("terminal-features .,screen[*]:clipboard., then attach again")
        term.wait_until(lambda: len(copied(home)) == 2, "the copy is on record")
        assert term.clipboard == []
        assert (home / "state" / "clipboard.txt").read_text() == entries(home)[-1]["text"]
        assert tmux("show-buffer") == entries(home)[-1]["text"]


def test_on_a_display_it_is_checked_and_outlives_the_cockpit(
    start: Opener, home: Path, xvfb: str
) -> None:
    needs("xclip")
    term = start("declare", "checkout returns 500s", DISPLAY=xvfb)
    ready(term)
    assert on_display(xvfb) == entries(home)[1]["text"]
    term.send("3")
    term.wait_for("╭─ Comms: customers")
    term.send("y")
    term.wait_for("customers update copied [(]checked[)]")
    term.wait_until(lambda: len(copied(home)) == 2, "the copy is on record")
    assert copied(home) == [("xclip", "checked")] * 2
    term.send("Y")
    term.wait_for("timeline copied [(]checked[)]")
    term.send("q")
    assert term.wait_exit() == 0
    pasted = on_display(xvfb)
    assert pasted.startswith("# checkout returns 500s\n")
    assert pasted == (home / "state" / "clipboard.txt").read_text()


@pytest.mark.parametrize(
    "tool",
    ["echo 'Error: could not open display' >&2; exit 1", "sleep 30"],
    ids=["complains", "hangs"],
)
def test_a_tool_that_fails_keeps_nothing_waiting_and_draws_nothing(
    declared: Declared, home: Path, tmp_path: Path, tool: str
) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("xclip", "xsel", "wl-copy"):
        (folder / name).write_text(f"#!/bin/sh\n{tool}\n")
        (folder / name).chmod(0o755)
    (folder / "sleep").symlink_to(str(shutil.which("sleep")))
    term = declared(DISPLAY=":77", PATH=f"{folder}:/bin")
    term.send("3")
    term.wait_for("╭─ Comms: customers")
    term.send("y", "n")
    term.type_text("keys go on meanwhile")
    term.send("enter")
    term.wait_for("• keys go on")
    term.wait_until(lambda: kinds(home).count("copied") == 2, "the copy is on record")
    term.wait_until(
        lambda: (
            term.clipboard[-1:] == [e["text"] for e in entries(home) if e["kind"] == "copied"][1:]
        ),
        "the terminal has it all the same",
    )
    assert copied(home)[-1] == ("osc52", "sent")
    assert b"could not open display" not in bytes(term.received)
    assert (home / "state" / "clipboard.txt").read_text() == term.clipboard[-1]


def test_over_ssh_the_display_of_the_other_machine_is_left_alone(
    declared: Declared, home: Path, xvfb: str
) -> None:
    needs("xclip")
    before = on_display(xvfb)
    term = declared(DISPLAY=xvfb, SSH_CONNECTION="10.0.0.1 1 10.0.0.2 22", SSH_TTY="/dev/pts/0")
    term.send("3")
    term.wait_for("╭─ Comms: customers")
    term.send("y")
    term.wait_for("customers update sent to your terminal")
    term.wait_until(lambda: len(copied(home)) == 2, "the copy is on record")
    assert term.clipboard[-1] == entries(home)[-1]["text"]
    assert on_display(xvfb) == before
