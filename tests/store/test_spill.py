"""Entries that the incident's file did not take."""

from __future__ import annotations

import errno
import tempfile
from pathlib import Path

import pytest

from cockpit.store import system
from cockpit.store.errors import NotSaved
from cockpit.store.incident_file import IncidentFile
from cockpit.store.spill import spill, unspill
from tests.store.making import NOW, as_someone_else, declared, ids, incident, names, note, plain_ids

FIRST = incident(1)[0].id


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    return tmp_path / "state"


def test_spilled_entries_are_saved_the_next_time(path: Path, state: Path) -> None:
    with IncidentFile.create(path, incident(2), NOW) as file:
        kept = spill([note(8), note(9)], state, path.stem, FIRST)
        assert kept.parent == state
        assert kept.stat().st_mode & 0o777 == 0o600
        file.append([note(8)])  # it had reached the disk after all
        change, notices = unspill(file, state)
        assert change.entries == (note(9),)
        assert "2 entries" in notices[0]
        assert str(kept) in notices[0]
        assert names(state) == []
        assert unspill(file, state) == (change.__class__(), [])
    assert plain_ids(path) == [*ids(incident(2)), note(8).id, note(9).id]


def test_when_the_state_folder_refuses_the_temporary_folder_is_used(
    path: Path, state: Path
) -> None:
    state.write_text("a file, where a folder should be")
    kept = spill([note(9)], state, path.stem, FIRST)
    assert kept.parent == Path(tempfile.gettempdir())
    with IncidentFile.create(path, incident(2), NOW) as file:
        assert unspill(file, state)[0].entries == (note(9),)
    assert not kept.exists()


def test_a_spill_stays_until_its_entries_are_durable(
    path: Path, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "")

    with IncidentFile.create(path, incident(2), NOW) as file:
        kept = spill([note(9)], state, path.stem, FIRST)
        with monkeypatch.context() as patched:
            patched.setattr(system, "pwrite", full)
            with pytest.raises(NotSaved):
                unspill(file, state)
        assert kept.exists()
        assert unspill(file, state)[0].entries == (note(9),)


def test_a_broken_line_costs_only_itself(path: Path, state: Path) -> None:
    kept = spill([note(7), note(8), note(9)], state, path.stem, FIRST)
    kept.write_bytes(kept.read_bytes().replace(b"note 8", b"note #")[:-10])
    with IncidentFile.create(path, incident(1), NOW) as file:
        change, notices = unspill(file, state)
    assert change.entries == (note(7),)
    assert f"{kept}.broken" in notices[0]
    assert names(state) == [f"{kept.name}.broken"]


def test_another_incidents_spill_is_left_alone(path: Path, state: Path) -> None:
    spill([note(9)], state, path.stem + "-2", FIRST)
    spill([note(9)], state, path.stem + ".x", FIRST)
    with IncidentFile.create(path, incident(1), NOW) as file:
        assert unspill(file, state)[1] == []
    assert len(names(state)) == 2


def test_a_link_to_elsewhere_is_not_followed(path: Path, state: Path) -> None:
    real = spill([note(9)], state, "elsewhere", FIRST)
    (state / f"{path.stem}.aaaa.unsaved.jsonl").symlink_to(real)
    with IncidentFile.create(path, incident(1), NOW) as file:
        assert unspill(file, state)[1] == []


def test_a_spill_that_cannot_be_removed_does_no_harm() -> None:
    def work(folder: Path) -> tuple[int, int]:
        path, state = folder / "a.json", folder / "state"
        with IncidentFile.create(path, incident(2), NOW) as file:
            spill([note(9)], state, "a", FIRST)
            state.chmod(0o500)
            try:
                first = len(unspill(file, state)[0].entries)
                return first, len(unspill(file, state)[0].entries)
            finally:
                state.chmod(0o700)

    assert as_someone_else(work) == (1, 0)


def test_an_incident_of_the_same_name_on_another_shelf_gets_nothing(
    path: Path, state: Path, tmp_path: Path
) -> None:
    kept = spill([note(9)], state, path.stem, FIRST)
    other = tmp_path / "another shelf" / path.name
    with IncidentFile.create(other, [declared("another outage", number=5)], NOW) as file:
        assert unspill(file, state)[1] == []
        assert len(file.entries) == 1
    assert kept.exists()
