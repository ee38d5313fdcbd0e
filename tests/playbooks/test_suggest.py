"""Which playbook fits the words of someone who is declaring an incident."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import cockpit.playbooks
from cockpit.playbooks.front_matter import front_matter
from cockpit.playbooks.suggest import Card, card, suggest

FOLDER = Path(cockpit.playbooks.__file__).parent
BUILT_IN = [card(file.stem, file.read_text("utf-8")) for file in sorted(FOLDER.glob("*.md"))]


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("checkout 500s after deploy", "bad-deploy"),
        ("checkout returns 500s, deployed api 2.31 at 14:02", "bad-deploy"),
        ("API down since the last release", "bad-deploy"),
        ("I ran the migration and login broke", "bad-deploy"),
        ("wrong env var", "misconfiguration"),
        ("turned on the feature flag and search died", "misconfiguration"),
        ("Config change broke e-mail", "misconfiguration"),
        ("wrong totals since release", "bug-in-production"),
        ("bug: invoices sent twice", "bug-in-production"),
        ("orders are duplicated", "bug-in-production"),
        ("checkout returns 500s", "general"),
        ("everything is down!!", "general"),
        ("deployable flagship debugger", "general"),
        ("", "general"),
        ("🔥", "general"),
    ],
)
def test_the_built_in_playbooks(said: str, name: str) -> None:
    assert suggest(said, BUILT_IN) == name


def test_of_equals_the_first_wins() -> None:
    cards: list[Card] = [("a", "A", ["disk"]), ("b", "B", ["disk"])]
    assert suggest("disk full", cards) == "a"
    assert suggest("disk full", cards[::-1]) == "b"


def test_a_longer_phrase_counts_more() -> None:
    cards: list[Card] = [("a", "A", ["disk"]), ("b", "B", ["disk full"])]
    assert suggest("Disk-full on db1", cards) == "b"


def test_names_and_titles_count() -> None:
    cards: list[Card] = [("general", "x", ["disk"]), ("expired-cert", "Expired certificate", [])]
    assert suggest("expired certificate on www", cards) == "expired-cert"
    assert suggest("the disk", cards) == "general"


def test_without_a_general_playbook_nothing_is_suggested() -> None:
    assert suggest("something", [("a", "A", ["disk"])]) is None
    assert suggest("something", []) is None


def test_a_card_has_title_and_keywords() -> None:
    text = "\ufeff---\r\nkeywords: a, b c\r\n---\r\n\r\n# The title #\r\n- [ ] x\r\n"
    assert card("name", text) == ("name", "The title", ("a", "b c"))
    assert card("name", "---\n# a comment\ntitle: Head\n---\n- [ ] x") == ("name", "Head", ())
    assert card("name", "- [ ] x") == ("name", "name", ())


@pytest.mark.parametrize("text", ["", "# T", "---\na: b", "---\na: [\n---\n", "---\n- a\n---\n"])
def test_no_front_matter_or_a_broken_one_is_empty(text: str) -> None:
    assert front_matter(text) == {}


def test_suggesting_reads_no_markdown() -> None:
    code = (
        "import sys; from cockpit.playbooks.suggest import card, suggest; "
        "suggest('x', [card('a', '---\\nkeywords: [x]\\n---\\n# A')]); "
        "import cockpit.playbooks.playbook, cockpit.playbooks.parse, cockpit.playbooks.compose; "
        "sys.exit('markdown_it' in sys.modules or 'mdit_py_plugins' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_types_cost_neither_yaml_nor_markdown() -> None:
    code = (
        "import sys; import cockpit.playbooks.playbook, cockpit.playbooks.commands, "
        "cockpit.playbooks.parse; sys.exit('yaml' in sys.modules or 'markdown_it' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
