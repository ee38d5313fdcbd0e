from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import Cockpit


def test_the_built_in_playbooks_are_listed_shown_and_sound(cockpit: Cockpit) -> None:
    listed = json.loads(cockpit("playbooks", "--json").out)

    assert {one["name"] for one in listed} >= {"bad-deploy", "general", "misconfiguration"}
    for one in listed:
        assert cockpit("playbooks", "show", one["name"]).out.count("- [ ]") >= 10
        assert cockpit("playbooks", "check", one["file"]).code == 0


def test_ones_own_playbook_takes_the_place_of_a_built_in_one(cockpit: Cockpit, home: Path) -> None:
    (home / "playbooks").mkdir()
    (home / "playbooks" / "bad-deploy.md").write_text("# Our deploys\n\n- [ ] call ana\n")

    assert "Our deploys" in cockpit("playbooks").out
    assert "call ana" in cockpit("playbooks", "show", "bad-deploy").out


def test_a_playbook_that_cannot_be_read_is_reported_beside_the_others(
    cockpit: Cockpit, home: Path
) -> None:
    folder = home / "playbooks"
    folder.mkdir()
    (folder / "dead.md").symlink_to("nowhere")
    (folder / "loop.md").symlink_to("loop.md")
    (folder / "big.md").write_bytes(b"x" * 2_000_000)
    (folder / ".hidden.md").write_text("- [ ] x\n")
    (folder / "folder.md").mkdir()

    said = cockpit("playbooks")

    assert said.code == 0
    assert "bad-deploy" in said.out
    for name in ("dead.md", "loop.md", "big.md", "folder.md"):
        assert name in said.err
    assert "hidden" not in said.out + said.err


def test_check_says_line_by_line_what_was_understood(cockpit: Cockpit, tmp_path: Path) -> None:
    file = tmp_path / "mine.md"
    file.write_text("# Mine\n\n- [ ] look <!-- observe: error rate -->\n")
    said = cockpit("playbooks", "check", str(file))

    assert said.code == 0
    assert "observe: error rate" in said.out


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("---\nseverity: [\n---\n- [ ] look\n", 1),
        ("words only\n", 2),
        ("", 2),
    ],
    ids=["broken front matter", "no steps", "empty"],
)
def test_check_ends_with_the_code_of_what_it_found(
    cockpit: Cockpit, tmp_path: Path, text: str, code: int
) -> None:
    file = tmp_path / "mine.md"
    file.write_text(text)

    assert cockpit("playbooks", "check", str(file)).code == code


def test_check_of_a_file_that_is_not_there(cockpit: Cockpit, tmp_path: Path) -> None:
    said = cockpit("playbooks", "check", str(tmp_path / "no.md"))

    assert said.code == 2
    assert "no.md" in said.err
