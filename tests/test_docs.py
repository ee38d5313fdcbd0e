"""The README and the pages in docs tell the truth: links, commands, keys, settings, pictures."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tomllib
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import click
import pytest
from click.testing import CliRunner, Result

from cockpit.cli import cli
from cockpit.commands.exits import MEANINGS, ExitCode
from cockpit.library import Library
from cockpit.paths import find_paths
from cockpit.settings import Settings, read
from cockpit.ui.keys import remapped
from cockpit.ui.themes import COLOURS, DEFAULT, NEEDED, to_theme

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.glob("*.md"))]
README = (ROOT / "README.md").read_text("utf-8")
RUN_IT = "python3 -m venv .venv && .venv/bin/pip install -q . && .venv/bin/cockpit"
TEST_IT = "python3 -m venv .venv && .venv/bin/pip install -q -e '.[test]' && .venv/bin/pytest"
FENCE = re.compile(r"^( *)(`{3,})(\w*)\n(.*?)^\1\2$", re.M | re.S)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
SHELL = ("sh", "console")


def page(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


def fences(text: str, *marks: str) -> list[str]:
    return [match[4] for match in FENCE.finditer(text) if match[3] in marks]


def without_code(text: str) -> str:
    return re.sub(r"`[^`\n]+`", "", FENCE.sub("", text))


def script(name: str, *words: str) -> str:
    """What a script in docs/make prints; it must work from anywhere."""
    run = subprocess.run(
        [sys.executable, str(DOCS / "make" / name), *words],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


# -- the two commands, links ----------------------------------------------------------------------


@pytest.mark.parametrize("command", [RUN_IT, TEST_IT])
def test_the_readme_has_the_two_commands(command: str) -> None:
    assert any(command == line for fence in fences(README, "sh") for line in fence.splitlines())


def anchors(text: str) -> set[str]:
    """The names that GitHub gives to the headings of a page."""
    names = set()
    for heading in re.findall(r"^#+ (.+)$", FENCE.sub("", text), re.M):
        kept = "".join(
            c for c in heading.lower() if c in " -_" or unicodedata.category(c)[0] in "LN"
        )
        names.add(kept.replace(" ", "-"))
    return names


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.name)
def test_every_link_inside_leads_somewhere(file: Path) -> None:
    lost = []
    for target in LINK.findall(without_code(file.read_text("utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        there = (file.parent / name) if name else file
        if not there.exists() or (anchor and anchor not in anchors(there.read_text("utf-8"))):
            lost.append(target)
    assert not lost


# -- commands -------------------------------------------------------------------------------------


class Example(NamedTuple):
    page: str
    words: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.page}: cockpit {shlex.join(self.words)}"


def lines_of_shell(text: str) -> Iterator[str]:
    """The lines of the shell examples, in fences or indented; a continued line is one line."""
    indented = re.findall(r"^ {4}(.*)$", FENCE.sub("", text), re.M)
    for block in [*fences(text, *SHELL), "\n".join(indented)]:
        yield from (line.strip() for line in re.sub(r"\\\n\s*", " ", block).splitlines())


def examples() -> Iterator[Example]:
    for file in PAGES:
        for line in lines_of_shell(file.read_text("utf-8")):
            for command in re.split(r" \| | && ", line.removeprefix("$ ")):
                if re.match(r"([A-Z_]+=\S* )*cockpit( |$)", command):
                    words = shlex.split(command, comments=True)
                    yield Example(file.name, tuple(words[words.index("cockpit") + 1 :]))


EXAMPLES = sorted(set(examples()))


def expected(words: tuple[str, ...]) -> ExitCode:
    """How an example ends with one open incident, without a terminal and a clipboard."""
    if not words or words[0].startswith("-"):
        return ExitCode.USAGE  # no terminal to open in
    if "--copy" in words or words[0] in ("doctor", "close"):
        return ExitCode.REFUSED  # no clipboard; the incident is not resolved
    return ExitCode.WHICH if words[0] == "reopen" else ExitCode.DONE


@pytest.fixture
def run(home: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setattr("cockpit.delivery.clipboard.terminal_writer", lambda: None)

    def call(*words: str) -> Result:
        return CliRunner().invoke(cli, list(words), input="from a pipe\n", prog_name="cockpit")

    return call


def test_there_are_examples_on_the_pages_that_need_them() -> None:
    assert {"README.md", "guide.md", "commands.md", "themes.md"} <= {e.page for e in EXAMPLES}


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_the_examples_do_what_they_say(
    example: Example,
    run: Callable[..., Result],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("payments.md").write_text("# Payments\n\n- [ ] Look at the bank\n", "utf-8")
    words = list(example.words)
    if words[:1] != ["declare"]:
        declared = run("declare", "checkout returns 500s", "--playbook", "bad-deploy", "--no-open")
        assert declared.exit_code == 0, declared.stderr
        (incident,) = incident_files()
        words = [incident.stem if re.match(r"\d{4}-\d\d-\d\d-", word) else word for word in words]
    result = run(*words)
    assert "Usage:" not in result.stderr, result.stderr
    assert result.exit_code == expected(example.words), result.stderr


def incident_files() -> list[Path]:
    folder = Path(os.environ["COCKPIT_HOME"]) / "incidents"
    return [path for path in folder.glob("*.json") if path.name != "index.json"]


def commands_named(text: str) -> Iterator[str]:
    """What stands after `cockpit` in code, examples and tables alike."""
    yield from re.findall(r"`cockpit ([^`\n]+)`", FENCE.sub("", text))


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.name)
def test_every_command_and_option_that_is_named_exists(file: Path) -> None:
    for told in commands_named(file.read_text("utf-8")):
        command: click.Command = cli
        context = click.Context(cli)
        options = {"--help", *flags(cli)}
        for word in re.findall(r"[^\s\[\]|\\]+", told):
            if word.startswith("--"):
                assert word in options, f"{word} in “cockpit {told}”"
            elif isinstance(command, click.Group) and word.islower():
                found = command.get_command(context, word)
                assert found is not None, f"{word} in “cockpit {told}”"
                command = found
                options |= flags(command)


def flags(command: click.Command) -> set[str]:
    return {name for param in command.params for name in (*param.opts, *param.secondary_opts)}


def test_every_command_is_on_its_page() -> None:
    told = page("commands.md")
    for name in cli.list_commands(click.Context(cli)):
        assert f"`cockpit {name}" in told


def test_the_exit_codes_are_on_their_page_word_for_word() -> None:
    for code, words in MEANINGS.items():
        assert f"| {int(code)} | {words} |" in page("commands.md")


# -- settings, keys, themes -----------------------------------------------------------------------


def example_config() -> str:
    section = page("commands.md").partition("## config.toml")[2]
    (text,) = fences(section, "toml")
    return text


def test_the_settings_on_their_page_are_those_that_there_are() -> None:
    assert set(tomllib.loads(example_config())) == set(Settings.__struct_fields__)


def test_the_example_config_can_be_used(home: Path) -> None:
    file = home / "config.toml"
    file.write_text(example_config(), "utf-8")
    settings = read(file)
    assert settings.theme in Library(find_paths(os.environ)).themes().items
    assert remapped(settings.keys)[1] == []


def test_the_page_of_keys_is_fresh(tmp_path: Path) -> None:
    fresh = tmp_path / "keys.md"
    script("keys.py", str(fresh))
    assert page("keys.md") == fresh.read_text("utf-8"), (
        "docs/keys.md is older than cockpit/ui/keys.py. Run: .venv/bin/python docs/make/keys.py"
    )


def test_the_example_of_own_keys_works() -> None:
    (text,) = fences(page("keys.md"), "toml")
    rows, problems = remapped(tomllib.loads(text)["keys"])
    assert problems == []
    assert {row.id: row.keys for row in rows}["tick"] == "space,x"


def test_the_example_theme_is_a_theme(home: Path) -> None:
    name, table = example_theme()
    folder = home / "themes"
    folder.mkdir()
    (folder / f"{name}.toml").write_text(table, "utf-8")
    found = Library(find_paths(os.environ)).themes()
    assert not found.failed
    theme = to_theme(name, found.items[name].table)
    assert (theme.name, theme.dark, theme.accent) == ("harbour", True, "#ffd166")


def example_theme() -> tuple[str, str]:
    match = re.search(r"^`(\w+)\.toml`:\n\n```toml\n(.*?)^```$", page("themes.md"), re.M | re.S)
    assert match is not None
    return match[1], match[2]


def test_the_keys_of_a_theme_are_on_its_page() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", page("themes.md"), re.M))
    assert set(rows) == {*COLOURS, "dark"}
    optional = {name for name, words in rows.items() if words.endswith("; optional")}
    assert optional == set(COLOURS) - set(NEEDED)
    assert f"`{DEFAULT}`" in page("themes.md")


def test_the_built_in_themes_are_on_their_page(home: Path) -> None:
    for name in Library(find_paths(os.environ)).themes().items:
        assert f"`{name}`" in page("themes.md")


# -- the picture ----------------------------------------------------------------------------------


def seen(svg: str) -> str:
    """The words on the screen."""
    words = re.findall(r"<text[^>]*>([^<]*)</text>", svg)
    return " ".join(words).replace("&#160;", " ")


def test_the_picture_shows_an_incident_and_nothing_of_a_machine() -> None:
    svg = (DOCS / "cockpit.svg").read_text("utf-8")
    check_picture(svg)


def test_the_picture_can_be_made_anew(tmp_path: Path) -> None:
    file = tmp_path / "cockpit.svg"
    script("screenshot.py", str(file))
    check_picture(file.read_text("utf-8"))


def check_picture(svg: str) -> None:
    words = seen(svg)
    for shown in ("● saved", "Checklist", "Timeline", "customers: update overdue", "Next update"):
        assert shown in words
    for beginning in ("/home/", "/tmp/", "/root", "/Users/", str(ROOT)):
        assert beginning not in svg
