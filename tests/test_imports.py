"""Who may know whom: the static graph, and what a command really loads."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SCREEN = {"textual", "rich"}
NOT_FOR_A_NOTE = SCREEN | {
    "httpx",
    "jinja2",
    "markdown_it",
    "mdit_py_plugins",
    "yaml",
    "pyperclip",
}

LOADED = """
import json, sys
from cockpit.cli import main
sys.argv = ["cockpit", *sys.argv[1:]]
try:
    main()
except SystemExit as end:
    code = end.code or 0
print(json.dumps(sorted({name.split(".")[0] for name in sys.modules})), file=sys.stderr)
sys.exit(code)
"""


def test_the_contracts_in_pyproject_hold() -> None:
    lint = "from importlinter.cli import lint_imports as run; raise SystemExit(run(no_cache=True))"
    done = subprocess.run([sys.executable, "-c", lint], capture_output=True, text=True, cwd=ROOT)

    assert done.returncode == 0, done.stdout + done.stderr


def loaded_by(*args: str) -> set[str]:
    """The top names of all modules that a command has loaded when it ends well."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *args],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    names: list[str] = json.loads(done.stderr.splitlines()[-1])
    return set(names)


@pytest.fixture
def incident(home: Path) -> None:
    loaded_by("declare", "checkout returns 500s", "--playbook", "general", "--no-open")


@pytest.mark.usefixtures("incident")
@pytest.mark.parametrize(
    "command", [("note", "x"), ("list",), ("paths",), ("--help",), ("--version",)], ids=" ".join
)
def test_a_quick_command_loads_no_screen_no_network_and_no_markdown(
    command: tuple[str, ...],
) -> None:
    assert loaded_by(*command) & NOT_FOR_A_NOTE == set()


@pytest.mark.usefixtures("incident")
@pytest.mark.parametrize(
    "command",
    [("status",), ("show",), ("timeline",), ("draft", "team"), ("playbooks",)],
    ids=" ".join,
)
def test_no_command_loads_the_screen_or_the_network(command: tuple[str, ...]) -> None:
    assert loaded_by(*command) & (SCREEN | {"httpx"}) == set()


SITE = {"sitecustomize", "usercustomize"}
"""What some systems' Python loads at every start."""


def test_help_and_version_load_click_and_the_standard_library_alone() -> None:
    for command in ("--help", "--version"):
        own = loaded_by(command) - set(sys.stdlib_module_names) - SITE
        assert {name for name in own if not name.startswith("_")} <= {"click", "cockpit"}
