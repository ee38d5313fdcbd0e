from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cockpit.commands.declare import SEVERITY_NAMES
from cockpit.incident.entries import SEVERITIES

from .conftest import Cockpit

Read = Callable[..., list[dict[str, Any]]]
Files = Callable[[], list[Path]]

OUTAGE = (
    "declare",
    "checkout returns 500s",
    "--impact",
    "no one can pay",
    "--change",
    "deployed api 2.31 at 14:02",
)


def test_the_incident_is_on_disk_with_its_facts_and_its_playbook(
    cockpit: Cockpit, on_disk: Read
) -> None:
    said = cockpit(*OUTAGE, "--severity", "sev2", "--playbook", "bad-deploy", "--no-open")

    assert said.code == 0
    declared = on_disk()[0]
    assert declared["kind"] == "declared"
    assert declared["facts"] == {
        "what": "checkout returns 500s",
        "impact": "no one can pay",
        "change": "deployed api 2.31 at 14:02",
    }
    assert declared["severity"] == "SEV2"
    assert [one["name"] for one in declared["playbooks"]] == ["bad-deploy"]
    assert "- [ ]" in declared["playbooks"][0]["text"]
    assert declared["who"].startswith("sam@")
    assert declared["via"] == "command"


def test_standard_output_is_the_acknowledgement_and_nothing_else(
    cockpit: Cockpit, on_disk: Read, home: Path
) -> None:
    said = cockpit(*OUTAGE, "--no-open")

    told = on_disk()[1]
    assert (told["kind"], told["audience"]) == ("copied", "team")
    assert said.out == told["text"].rstrip("\n") + "\n"
    assert "checkout returns 500s" in said.out
    assert "promise" in told
    assert (home / "state" / "clipboard.txt").read_text() == told["text"]
    assert "declared: " in said.err


def test_without_any_way_to_a_clipboard_it_says_where_the_text_is(
    cockpit: Cockpit, on_disk: Read, home: Path
) -> None:
    said = cockpit(*OUTAGE, "--no-open")

    assert said.code == 0
    assert "not copied" in said.err
    assert str(home / "state" / "clipboard.txt") in said.err
    assert on_disk()[1]["certainty"] == "saved"


def test_nothing_need_be_known_yet(cockpit: Cockpit, on_disk: Read) -> None:
    said = cockpit("declare", "--no-open")

    assert said.code == 0
    assert said.out.strip()
    assert on_disk()[0]["facts"] == {}


def test_the_playbook_is_suggested_from_the_words(cockpit: Cockpit, on_disk: Read) -> None:
    cockpit("declare", "500s since the deploy", "--no-open")

    assert [one["name"] for one in on_disk()[0]["playbooks"]] == ["bad-deploy"]


def test_words_that_fit_no_playbook_get_the_general_one(cockpit: Cockpit, on_disk: Read) -> None:
    cockpit("declare", "zzz", "--no-open")

    assert [one["name"] for one in on_disk()[0]["playbooks"]] == ["general"]


def test_a_playbook_without_the_five_phases_comes_with_the_general_one(
    cockpit: Cockpit, on_disk: Read, tmp_path: Path
) -> None:
    runbook = tmp_path / "queue.md"
    runbook.write_text("# Queue\n\n- [ ] restart the worker\n")

    said = cockpit("declare", "queue is stuck", "--playbook", str(runbook), "--no-open")

    assert said.code == 0
    assert [one["name"] for one in on_disk()[0]["playbooks"]] == ["general", "queue"]
    assert "restart-the-worker" in cockpit("show").out


def test_an_unknown_playbook_is_named_with_the_nearest_and_nothing_is_created(
    cockpit: Cockpit, files: Files
) -> None:
    said = cockpit("declare", "x", "--playbook", "bad-deplyo", "--no-open")

    assert said.code == 2
    assert "bad-deplyo" in said.err
    assert "“bad-deploy”" in said.err
    assert said.out == ""
    assert files() == []


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is empty"),
        (b"# Words only\n\nNo list.\n", "no steps"),
        (b"- [ ] a\n\x00\x01\x02", "not a text file"),
        (b"- [ ] \xff\xfe\n", "UTF-8"),
        (b"- [ ] step\n" * 500_000, "limit"),
    ],
    ids=["empty", "no steps", "binary", "not UTF-8", "5 MB"],
)
def test_a_file_that_can_be_no_playbook_is_refused_and_nothing_is_created(
    cockpit: Cockpit, files: Files, tmp_path: Path, content: bytes, why: str
) -> None:
    runbook = tmp_path / "mine.md"
    runbook.write_bytes(content)

    said = cockpit("declare", "x", "--playbook", str(runbook), "--no-open")

    assert said.code == 2
    assert why in said.err
    assert "mine.md" in said.err
    assert files() == []


def test_a_broken_playbook_of_ones_own_keeps_no_incident_from_being_declared(
    cockpit: Cockpit, on_disk: Read, home: Path
) -> None:
    (home / "playbooks").mkdir()
    (home / "playbooks" / "payments.md").write_text("payments, no steps at all\n")

    said = cockpit("declare", "payments fail", "--no-open")

    assert said.code == 0
    assert "payments.md has no steps" in said.err
    assert [one["name"] for one in on_disk()[0]["playbooks"]] == ["general"]


@pytest.mark.parametrize(
    "template", ["acknowledgement = '{{ nothing }}'", "acknowledgement = '{% if %}'"]
)
def test_a_broken_template_keeps_no_incident_from_being_declared(
    cockpit: Cockpit, on_disk: Read, home: Path, template: str
) -> None:
    built_in = Path(__file__).parents[2] / "cockpit" / "comms" / "audiences" / "team.toml"
    text = built_in.read_text()
    broken = re.sub(
        r"^acknowledgement\s*=\s*(\'\'\'|\"\"\").*?\1", template, text, count=1, flags=re.S | re.M
    )
    assert broken != text
    (home / "audiences").mkdir()
    (home / "audiences" / "team.toml").write_text(broken)

    said = cockpit(*OUTAGE, "--no-open")

    assert said.code == 0
    assert "team.toml" in said.err
    assert on_disk()[0]["kind"] == "declared"


def test_json_has_the_id_and_the_text(cockpit: Cockpit, files: Files) -> None:
    said = cockpit(*OUTAGE, "--json")

    document = json.loads(said.out)
    assert document["id"] == files()[0].stem
    assert document["file"] == str(files()[0])
    assert "checkout returns 500s" in document["acknowledgement"]
    assert document["copied"] == "saved"


def test_a_fact_that_fits_into_no_message_is_refused(cockpit: Cockpit, files: Files) -> None:
    said = cockpit("declare", "x" * 10_000, "--no-open")

    assert said.code == 1
    assert "10,000 characters" in said.err
    assert files() == []


@pytest.mark.parametrize(
    "words",
    ["\x1b[31mred\x07", "🔥 checkout 🔥", "הצ׳קאאוט נפל", "a\udcffb", "../../etc/passwd", "."],
)
def test_any_words_can_be_declared_and_read_again(
    cockpit: Cockpit, files: Files, words: str
) -> None:
    said = cockpit("declare", words, "--no-open")

    assert said.code == 0
    assert len(files()) == 1
    assert cockpit("status").code == 0
    assert "\x1b" not in cockpit("list").err


def test_a_second_incident_says_that_commands_need_to_name_one(
    cockpit: Cockpit, checkout: str
) -> None:
    said = cockpit("declare", "search is slow", "--no-open")

    assert said.code == 0
    assert "--incident" in said.err


def test_with_a_terminal_the_cockpit_opens_on_the_new_incident(
    cockpit: Cockpit, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[tuple[str | None, str]] = []

    def show(call: object, incident_id: str | None, said: str = "") -> int:
        opened.append((incident_id, said))
        return 0

    monkeypatch.setattr("cockpit.commands.declare.has_terminal", lambda: True)
    monkeypatch.setattr("cockpit.commands.declare.show", show)

    said = cockpit(*OUTAGE)

    assert said.code == 0
    assert [incident for incident, _ in opened] == [files()[0].stem]
    assert "not copied" in opened[0][1]
    assert "checkout returns 500s" in said.out


def test_no_open_opens_nothing(cockpit: Cockpit, monkeypatch: pytest.MonkeyPatch) -> None:
    def show(*_: object) -> int:
        raise AssertionError("opened")

    monkeypatch.setattr("cockpit.commands.declare.has_terminal", lambda: True)
    monkeypatch.setattr("cockpit.commands.declare.show", show)

    assert cockpit(*OUTAGE, "--no-open").code == 0


def test_the_option_knows_the_same_severities_as_the_record() -> None:
    assert SEVERITY_NAMES == SEVERITIES
