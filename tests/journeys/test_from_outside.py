"""Other shells and scripts, while the cockpit is open."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

from cockpit.playbooks.parse import parse
from tests.journeys.conftest import Opener, entries, incident_files, kinds, ready
from tests.journeys.terminal import Terminal

Declared = Callable[..., Terminal]
Run = Callable[..., "subprocess.CompletedProcess[str]"]


def test_what_scripts_write_is_on_the_open_screen(declared: Declared, run: Run, home: Path) -> None:
    term = declared()
    assert run("note", "rolled back api to 2.30").returncode == 0
    term.wait_for("rolled back api to", timeout=5)
    slug = first_step(home)
    assert run("tick", slug, "--observed", "0.2 %").returncode == 0
    term.wait_for(r"1 Own it +1/", timeout=5)
    copied = run("draft", "customers", "--copy")
    assert "Next update by" in copied.stdout
    term.wait_for("customers told", timeout=5)
    assert kinds(home)[-3:] == ["noted", "ticked", "copied"]
    assert {e["via"] for e in entries(home)[-3:]} == {"command"}
    term.send("u")  # nothing of this cockpit stands above the declaration: the scripts' stays
    term.wait_for("declaration can't be undone|Nothing of yours")
    assert kinds(home)[-1] == "copied"


def first_step(home: Path) -> str:
    playbook = parse(entries(home)[0]["playbooks"][0]["text"], "bad-deploy")
    return playbook.steps[0].slug


def test_reading_commands_print_data(declared: Declared, run: Run) -> None:
    declared()
    for words in (["status"], ["list"], ["show"], ["timeline"]):
        assert json.loads(run(*words, "--json").stdout)
        assert run(*words).stdout.strip()
    assert run("timeline", "--markdown").stdout.startswith("# checkout returns 500s")
    assert "Z" in run("timeline", "--utc").stdout


def test_which_incident(run: Run, home: Path) -> None:
    for what in ("first thing", "second thing"):
        assert run("declare", what, "--no-open").returncode == 0
    refused = run("note", "x")
    assert refused.returncode == 3
    assert "first-thing" in refused.stderr
    assert "second-thing" in refused.stderr
    ids = [path.stem for path in incident_files(home)]
    assert run("--incident", ids[0], "note", "here").returncode == 0


def test_two_cockpits_on_one_incident(declared: Declared, start: Opener, home: Path) -> None:
    one = declared()
    two = start()
    ready(two)
    one.send("n", "from the first", "enter")
    two.wait_for("from the first", timeout=5)
    two.send("n", "from the second", "enter")
    one.wait_for("from the second", timeout=5)
    one.wait_for("● saved")
    assert [e["text"] for e in entries(home) if e["kind"] == "noted"] == [
        "from the first",
        "from the second",
    ]


def test_the_variable_and_a_beginning_of_the_id_say_which(run: Run, home: Path) -> None:
    for what in ("first thing", "second thing"):
        assert run("declare", what, "--no-open").returncode == 0
    first, second = (path.stem for path in incident_files(home))
    found = run("status", "--json", env={**os.environ, "COCKPIT_INCIDENT": first})
    assert json.loads(found.stdout)["id"] == first
    found = run("status", "--json", "--incident", second[:-3])
    assert json.loads(found.stdout)["id"] == second
    ambiguous = run("status", "--incident", "2026")
    assert ambiguous.returncode == 3
    assert ambiguous.stdout == ""
    assert first in ambiguous.stderr
    unknown = run("note", "x", env={**os.environ, "COCKPIT_INCIDENT": "nothing"})
    assert unknown.returncode == 3
    assert "No incident's id begins with “nothing” (from COCKPIT_INCIDENT)" in unknown.stderr


def test_undo_takes_back_ones_own_and_leaves_what_others_did_between(
    declared: Declared, run: Run, start: Opener, home: Path
) -> None:
    one = declared()
    one.send("n", "mine, first", "enter")
    one.wait_for("• mine, first")
    assert run("note", "a script's").returncode == 0
    one.wait_for("• a script's")
    two = start(COCKPIT_ME="ana")
    ready(two)
    two.send("n", "from two", "enter")
    one.wait_for("• from two")
    one.send("u")
    one.wait_for("mine, first( [(]sam[)])? [(]undone[)]")
    two.wait_for("mine, first( [(]sam[)])? [(]undone[)]")
    one.send("u")
    one.wait_for("[Nn]othing|can't be undone")
    two.send("u")
    two.wait_for("from two( [(]ana[)])? [(]undone[)]")
    one.wait_for("from two( [(]ana[)])? [(]undone[)]")
    one.send("U")
    two.wait_gone("mine, first( [(]sam[)])? [(]undone[)]")
    assert "a script's" in two.text()
    assert "(undone)" not in two.text().partition("a script's")[2].partition("\n")[0]
    one.wait_for("● saved")
    assert kinds(home) == ["declared", "copied", *["noted"] * 3, *["undone"] * 3]
    assert {e["who"].partition("@")[0] for e in entries(home)} == {"sam", "ana"}
