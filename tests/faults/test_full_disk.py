"""A disk that is really full: a small tmpfs, where mounting is allowed."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tinydb import TinyDB

from cockpit.store.drafts import Words, save
from cockpit.store.errors import NotSaved
from cockpit.store.incident_file import IncidentFile
from cockpit.store.shelf import Shelf
from tests.faults.verdict import verdict
from tests.needs import needs
from tests.store.making import declared, ids, note

CAP_SYS_ADMIN = 1 << 21


def may_mount() -> bool:
    status = Path("/proc/self/status")
    if os.geteuid() or not status.exists():
        return False
    [rights] = [line for line in status.read_text().splitlines() if line.startswith("CapEff:")]
    return bool(int(rights.split()[1], 16) & CAP_SYS_ADMIN)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 256 KiB."""
    if not may_mount():
        pytest.skip("mounting a small disk needs the rights of root")
    mount, umount = needs("mount"), needs("umount")
    folder = tmp_path / "disk"
    folder.mkdir()
    options = ["-t", "tmpfs", "-o", "size=256k,mode=700", "tmpfs", str(folder)]
    run = subprocess.run([mount, *options], capture_output=True, text=True)
    if run.returncode:
        reason = f"a small disk cannot be mounted: {run.stderr.strip()}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    try:
        yield folder
    finally:
        subprocess.run([umount, "--lazy", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Take all the room there is, in a file that can be deleted."""
    ballast = folder / "ballast"
    fd = os.open(ballast, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    try:
        for size in (4096, 512, 1):
            while True:
                try:
                    os.write(fd, bytes(size))
                except OSError:
                    break
    finally:
        os.close(fd)
    return ballast


def test_a_full_disk_loses_nothing_and_all_is_saved_when_there_is_room(disk: Path) -> None:
    with Shelf(disk / "incidents").create(declared(), note(0).at) as file:
        acknowledged = [declared().id]
        ballast = fill(disk)
        number = 0
        refused = None
        while refused is None:
            number += 1
            before = file.path.read_bytes()
            try:
                file.append([note(number, "x" * 300)])
            except NotSaved as error:
                refused = error
            else:
                acknowledged.append(note(number).id)
        assert refused.reason == "disk full"
        assert file.path.read_bytes() == before
        for _ in range(3):
            with pytest.raises(NotSaved, match="disk full"):
                file.append([note(number, "x" * 300), note(number + 1)])
            assert verdict(file.path, acknowledged) == ""
        with IncidentFile.open(file.path) as other:
            assert ids(other.entries) == acknowledged
        assert [one.title for one in Shelf(disk / "incidents").list()] == ["checkout returns 500s"]
        with pytest.raises(OSError, match="No space left"):
            save(disk / "words", "a", Words(note="rolled b"))
        ballast.unlink()
        file.append([note(number, "x" * 300), note(number + 1)])
        acknowledged += [note(number).id, note(number + 1).id]
        assert ids(file.entries) == acknowledged
        assert verdict(file.path, acknowledged) == ""


def test_a_deleted_file_waits_for_room_to_be_written_again(disk: Path) -> None:
    with Shelf(disk).create(declared(), note(0).at) as file:
        file.append([note(1, "x" * 9000)])
        file.path.unlink()
        ballast = fill(disk)
        for _ in range(2):
            with pytest.raises(NotSaved, match="disk full"):
                file.append([note(2)])
        ballast.unlink()
        file.append([note(2)])
        assert verdict(file.path, [declared().id, note(1).id, note(2).id]) == ""


def test_a_full_disk_at_the_declaration_is_said_and_leaves_no_remains(disk: Path) -> None:
    shelf = Shelf(disk / "incidents")
    shelf.folder.mkdir()
    ballast = fill(disk)
    with pytest.raises(NotSaved, match="disk full"):
        shelf.create(declared(), note(0).at)
    assert list(shelf.folder.iterdir()) == []
    ballast.unlink()
    with shelf.create(declared(), note(0).at) as file:
        assert file.path.stem == "2026-11-24-checkout-returns-500s"


def test_the_same_check_finds_what_tinydbs_own_storage_leaves_behind(disk: Path) -> None:
    path = disk / "control.json"
    database = TinyDB(path)
    documents = [{"id": note(number).id, "text": "x" * 300} for number in range(100)]
    database.table("entries").insert_multiple(documents)
    acknowledged = [document["id"] for document in documents]
    assert verdict(path, acknowledged) == ""
    fill(disk)
    with pytest.raises(OSError, match="No space left"):
        database.table("entries").insert({"id": "last", "text": "x" * 9000})
    with contextlib.suppress(OSError):  # a part may still be in its buffer
        database.close()
    assert verdict(path, acknowledged).startswith("unreadable")
