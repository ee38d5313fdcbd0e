"""Files that are broken, damaged, read-only or from elsewhere, met in the open cockpit."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.test_full_disk import fill, may_mount
from tests.journeys.conftest import Opener, entries, incident_files, kinds, ready
from tests.journeys.terminal import Terminal
from tests.needs import needs

Declared = Callable[..., Terminal]
Run = Callable[..., subprocess.CompletedProcess[str]]

CUSTOMERS = (Path(__file__).parents[2] / "cockpit/comms/audiences/customers.toml").read_text()


@pytest.fixture
def small_disk(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The home is on a disk of its own, of 512 KiB; what is kept elsewhere is in `tmp_path`."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    if not may_mount():
        pytest.skip("mounting a small disk needs the rights of root")
    mount, umount = needs("mount"), needs("umount")
    command = [mount, "-t", "tmpfs", "-o", "size=512k,mode=700", "tmpfs", str(home)]
    mounted = subprocess.run(command, capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"a small disk cannot be mounted: {mounted.stderr.strip()}")
    try:
        yield home
    finally:
        subprocess.run([umount, "--lazy", str(home)], check=True)


def sound(term: Terminal) -> None:
    """The cockpit is there and takes keys; no traceback was ever on the screen."""
    assert term.running
    assert b"Traceback" not in bytes(term.received)


# -- playbooks ------------------------------------------------------------------------------------

BROKEN_PLAYBOOKS = {
    "binary": (b"\x89PNG\r\n\x1a\n\x00\x00\xff\xfe", "text file"),
    "empty": (b"", "empty"),
    "5 MB": (b"# Title\n" + b"word " * 1_000_000, "MiB"),
    "without steps": (b"# Only prose\n\nNothing to tick here.\n", "step"),
}


@pytest.mark.parametrize("kind", BROKEN_PLAYBOOKS)
def test_a_playbook_that_was_asked_for_and_is_none(
    run: Run, home: Path, tmp_path: Path, kind: str
) -> None:
    content, words = BROKEN_PLAYBOOKS[kind]
    file = tmp_path / "odd.md"
    file.write_bytes(content)
    refused = run("declare", "it broke", "--playbook", str(file), "--no-open")
    assert refused.returncode == 2
    assert f"{file}" in refused.stderr
    assert words in refused.stderr
    assert "Traceback" not in refused.stderr
    assert incident_files(home) == []


def test_broken_playbooks_in_ones_own_folder_hide_none_of_the_others(
    start: Opener, home: Path
) -> None:
    (home / "playbooks").mkdir()
    for number, (content, _) in enumerate(BROKEN_PLAYBOOKS.values()):
        (home / "playbooks" / f"odd-{number}.md").write_bytes(content)
    (home / "playbooks" / "front.md").write_text("---\nfill: [a\n---\n# Front\n\n- [ ] Roll on\n")
    term = start("declare", "it broke", "--playbook", "front")
    ready(term)
    term.wait_for("3 Contain")
    term.send("P")
    term.wait_for("enter chooses")
    term.wait_for("A bad deploy|bad-deploy|Bad deploy")
    sound(term)
    term.send("escape")
    term.wait_gone("enter chooses")
    term.send("A")
    term.type_text("tell the night shift")
    term.send("enter")
    term.wait_for("tell the night shift")


# -- audiences ------------------------------------------------------------------------------------

BROKEN_TEMPLATES = {
    "an unknown variable": ("{{ facts.impact|ending }}", "{{ fcts.impact|ending }}", 22),
    "an operation that fails": ("{{ next_update|time }}", "{{ next_update / 0 }}", 31),
}


@pytest.mark.parametrize("kind", BROKEN_TEMPLATES)
def test_an_audience_whose_template_fails(declared: Declared, home: Path, kind: str) -> None:
    old, new, line = BROKEN_TEMPLATES[kind]
    folder = home / "audiences"
    folder.mkdir()
    (folder / "customers.toml").write_text(CUSTOMERS.replace(old, new, 1))
    term = declared()
    term.wait_for(rf"customers\.toml:{line}: ")
    term.send("3")
    term.wait_for("╭─ Comms: customers")
    term.wait_for("customers: no draft can be made")
    term.send("y")  # nothing of another audience goes to this one, and no empty message
    term.wait_for("Nothing to copy")
    term.send("[")
    term.wait_for("╭─ Comms: stakeholders")
    term.wait_for("Next update by")
    term.send("y")
    term.wait_for("stakeholders update sent")
    term.send("]", "e")
    term.wait_for("╭─ editing")
    term.type_text("We are looking into it.")
    term.send("ctrl+s")
    term.wait_for("customers update sent")
    term.wait_until(lambda: kinds(home).count("copied") == 3, "both copies are on record")
    assert [e["audience"] for e in entries(home)[1:]] == ["team", "stakeholders", "customers"]
    assert entries(home)[-1]["text"] == "We are looking into it."
    sound(term)


# -- config ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ("utc = true\nthme = 'paper'\n", r"config\.toml, line 2: .*“theme”"),
        ("theme = 'papre'\n", "There is no theme “papre”"),
        ("[keys]\nnote = 's'\n", "“s” for “note” belongs to “skip”"),
    ],
)
def test_a_mistake_in_the_config_is_said_on_the_open_screen(
    declared: Declared, home: Path, config: str, words: str
) -> None:
    (home / "config.toml").write_text(config)
    term = declared()
    term.wait_until(
        lambda: re.search(words, " ".join(term.text().split())), f"{words!r} on the screen"
    )
    term.send("n", "the screen works", "enter")
    term.wait_for("• the screen works")
    sound(term)


# -- incident files -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "is empty"), (b"hello", ""), (b'{"meta":{"1":{"for', ""), (b'{"_default": {}}', "")],
    ids=["empty", "no JSON", "cut at once", "another TinyDB"],
)
def test_opening_what_is_no_incident(start: Opener, home: Path, content: bytes, words: str) -> None:
    (home / "incidents").mkdir(mode=0o700)
    odd = home / "incidents" / "2026-11-24-odd.json"
    odd.write_bytes(content)
    term = start("--incident", "2026-11-24-odd")
    assert term.wait_exit() == 6
    seen = "".join(term.lines())
    assert str(odd) in seen
    assert words in seen
    assert "Not opened, not modified" in seen or "Nothing was changed" in seen
    assert "Traceback" not in seen
    assert odd.read_bytes() == content


def test_a_damaged_incident_opens_to_be_read(start: Opener, run: Run, home: Path) -> None:
    assert run("declare", "checkout returns 500s", "--no-open").returncode == 0
    for number in range(3):
        assert run("note", f"note number {number}").returncode == 0
    (path,) = incident_files(home)
    damaged = path.read_bytes().replace(b"note number 1", b"note nXmber 1")
    path.write_bytes(damaged)
    term = start("--incident", path.stem)
    term.wait_for("read only")
    term.wait_for("is damaged: entry 4")
    term.wait_for("• note number 0")
    term.send("n", "one more", "enter")
    term.wait_for("can only be read")
    sound(term)
    term.send("escape")
    term.wait_for("Your note is kept")
    term.send("q")
    assert term.wait_exit() == 0
    assert path.read_bytes() == damaged


def test_an_incident_from_a_newer_cockpit(start: Opener, run: Run, home: Path) -> None:
    assert run("declare", "checkout returns 500s", "--no-open").returncode == 0
    (path,) = incident_files(home)
    newer = path.read_text().replace('"schema":1', '"schema":2')
    path.write_text(newer)
    term = start("--incident", path.stem)
    assert term.wait_exit() == 6
    seen = "".join(term.lines())
    assert "was written by schema 2, this program knows 1" in seen
    assert "A newer cockpit can open it" in seen
    assert path.read_text() == newer


def test_an_incident_on_a_disk_that_is_read_only(
    small_disk: Path, declared: Declared, run: Run, start: Opener
) -> None:
    term = declared()
    term.send("q")
    assert term.wait_exit() == 0
    mount = needs("mount")
    subprocess.run([mount, "-o", "remount,ro", str(small_disk)], check=True)
    refused = run("note", "x")
    assert refused.returncode == 5
    assert "read-only file system" in refused.stderr
    assert "Traceback" not in refused.stderr
    term = start()
    term.wait_for("next: ")
    term.wait_for("checkout returns 500s")
    term.send("n", "still here", "enter")
    term.wait_for("can only be read: .*read-only|NOT SAVED: read-only file system")
    sound(term)


def test_an_incident_from_elsewhere_opens_and_goes_on(
    start: Opener, run: Run, home: Path, tmp_path: Path
) -> None:
    other = {**os.environ, "COCKPIT_HOME": str(tmp_path / "other"), "COCKPIT_ME": "ana"}
    assert run("declare", "mail is late", "--no-open", env=other).returncode == 0
    (theirs,) = (tmp_path / "other" / "incidents").glob("2*.json")
    asked = run("--incident", str(theirs), "status")  # a path is no id
    assert asked.returncode == 3
    assert "No incident's id begins with" in asked.stderr
    (home / "incidents").mkdir(mode=0o700)
    shutil.copy(theirs, home / "incidents" / "from-ana.json")
    term = start()
    ready(term)
    term.wait_for("mail is late")
    term.send("n", "taken over", "enter")
    term.wait_for("• taken over")
    term.send("u")
    term.wait_for("taken over [(]undone[)]")
    term.send("u")  # what ana did is not mine to undo by u
    term.wait_for("declaration can't be undone|Nothing of yours|[Nn]othing")
    term.wait_for("● saved")
    assert len(list((home / "incidents").glob("from-ana.json"))) == 1
    sound(term)


# -- words ----------------------------------------------------------------------------------------


def test_a_title_of_ten_thousand_characters(start: Opener, run: Run, home: Path) -> None:
    refused = run("declare", "checkout! " * 1000, "--no-open")
    assert refused.returncode == 1
    assert "“what is happening” has 9,999 characters" in refused.stderr
    assert "keep it to 500 and put the rest into a note" in refused.stderr
    assert incident_files(home) == []


def test_letters_of_every_kind_end_no_sequence_and_ring_no_bell(start: Opener, home: Path) -> None:
    title = "kasse \x07\x1b[2J\x1b]0;owned\x07 世界 👩‍💻 e\u0301 \u202eabc שלום"
    term = start("declare", title, "--playbook", "general", rows=24, cols=80)
    ready(term)
    term.wait_for("世界")
    term.send("n")
    term.type_text("نص عربي 🙈 世")
    term.send("enter")
    term.wait_until(lambda: kinds(home)[-1] == "noted", "the note is on the disk")
    term.wait_for("🙈")
    assert b"\x1b[2J\x1b]0;owned" not in bytes(term.received)
    assert term.title.startswith("kasse ␇␛[2J")
    assert term.bell_count == 0
    assert entries(home)[-1]["text"] == "نص عربي 🙈 世"
    sound(term)


# -- a disk that is really full -------------------------------------------------------------------


def long_notes(term: Terminal) -> None:
    """Twelve notes that need more room than a page of the disk."""
    for number in range(12):
        term.paste(f"number {number} " + "x" * 900)
        term.wait_for("^ ?note ")
        term.send("enter")
        term.wait_for(f"• number {number} ")


def test_a_full_disk_is_said_and_all_is_saved_when_there_is_room(
    small_disk: Path, declared: Declared
) -> None:
    home = small_disk
    term = declared()
    term.wait_for("╭─ Comms: ")
    ballast = fill(home)
    long_notes(term)
    term.wait_for("✗ NOT SAVED: disk full")
    term.send("1", "space")
    term.wait_for(r"1 Own it +1/")
    before = len(term.clipboard)
    term.send("Y")  # the whole timeline to the clipboard, while nothing can be written
    term.wait_until(lambda: len(term.clipboard) > before, "the timeline on the clipboard")
    assert "number 11" in term.clipboard[-1]
    ballast.unlink()
    term.wait_for("● saved", timeout=30)
    term.wait_until(lambda: kinds(home)[-1] == "ticked", "all of it is on the disk")
    assert kinds(home) == ["declared", "copied", *["noted"] * 12, "ticked"]
    sound(term)
    term.send("q")
    assert term.wait_exit() == 0


def test_leaving_while_the_disk_is_full_keeps_the_entries_elsewhere(
    small_disk: Path, declared: Declared, start: Opener, run: Run
) -> None:
    home = small_disk
    term = declared()
    ballast = fill(home)
    long_notes(term)
    term.wait_for("✗ NOT SAVED: disk full")
    term.send("q")
    assert term.wait_exit(timeout=30) == 5
    seen = "".join(term.lines())
    assert "entries could not be written to" in seen
    assert "They are kept in" in seen
    ballast.unlink()
    term = start()
    ready(term)
    term.wait_for("entries that could not be saved last time")
    term.send("2", "G")
    term.wait_for("• number 11 ")
    assert kinds(home) == ["declared", "copied", *["noted"] * 12]
