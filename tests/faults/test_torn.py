"""The last write as a power cut may leave it: a part of its bytes, the others old or zero.

That the file just ends at any byte is in tests/store/test_recovery.py.
"""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from cockpit.incident.entries import Entry
from cockpit.store import layout
from cockpit.store.errors import Damaged
from cockpit.store.incident_file import IncidentFile
from tests.faults.verdict import verdict
from tests.store.making import content, ids, incident, note, plain_ids

SAVED = incident(4)
BEFORE = content(SAVED)
START = len(BEFORE) - len(layout.FOOTER)
SECTOR = 512


def recovered(path: Path, torn: bytes) -> list[str]:
    """What is there after recovery, on which plain TinyDB must agree before and after an append."""
    path.write_bytes(torn)
    with IncidentFile.open(path) as file:
        assert not file.read_only
        found = ids(file.entries)
        assert plain_ids(path) == found
        file.append([note(99)])
    assert plain_ids(path) == [*found, note(99).id]
    return found


@pytest.mark.parametrize("count", [1, 3], ids=["one entry", "three in one write"])
@pytest.mark.parametrize("rest", ["old", "zero"])
def test_a_write_that_reached_the_disk_up_to_any_byte(
    tmp_path: Path, count: int, rest: str
) -> None:
    """Behind that byte the old footer remains, or zeros. (Any third byte, for three entries.)"""
    written = [note(number) for number in range(50, 50 + count)]
    after = content([*SAVED, *written])
    ends = [len(content([*SAVED, *written[:n]])) - len("\n}}\n") for n in range(1, count + 1)]
    old = BEFORE if rest == "old" else BEFORE[:START]
    for cut in range(START, len(after), count):
        torn = after[:cut] + old[cut:]
        found = recovered(tmp_path / f"{cut}.json", torn.ljust(len(after), b"\0"))
        whole = sum(end <= cut for end in ends)
        assert found == ids([*SAVED, *written[:whole]]), cut


def sectors(after: bytes) -> list[bytes]:
    """Every way in which each sector of the last write is old, new or zero."""
    first, last = START // SECTOR, (len(after) - 1) // SECTOR
    old = BEFORE.ljust(len(after), b"\0")
    files = []
    for states in itertools.product("on0", repeat=last - first + 1):
        torn = bytearray(after)
        for sector, state in enumerate(states, first):
            here = slice(max(sector * SECTOR, START), (sector + 1) * SECTOR)
            if state != "n":
                torn[here] = old[here] if state == "o" else bytes(len(torn[here]))
        files.append(bytes(torn))
    return files


@pytest.mark.parametrize("size", [0, 60, 200, 350, 420, 500, 900])
def test_one_entry_of_which_some_sectors_are_missing(tmp_path: Path, size: int) -> None:
    written = note(50, "y" * size)
    after = content([*SAVED, written])
    for number, torn in enumerate(sectors(after)):
        found = recovered(tmp_path / f"{number}.json", torn)
        assert found == ids([*SAVED, written] if torn == after else SAVED)


def test_three_entries_in_one_write_of_which_some_sectors_are_missing(tmp_path: Path) -> None:
    """Where a later one is whole, nothing tells that the earlier was not saved: never trimmed."""
    written: list[Entry] = [note(50, "y" * 420), note(51, "y" * 500), note(52, "y" * 300)]
    after = content([*SAVED, *written])
    refused = 0
    for number, torn in enumerate(sectors(after)):
        path = tmp_path / f"{number}.json"
        try:
            found = recovered(path, torn)
        except Damaged:
            refused += 1
            assert path.read_bytes() == torn
            with IncidentFile.open(path, writable=False) as viewer:
                assert ids(viewer.entries)[: len(SAVED)] == ids(SAVED)
        else:
            assert found in [ids([*SAVED, *written[:n]]) for n in range(4)]
            assert verdict(path, found) == ""
    assert 0 < refused < number
