"""Files changed at random: nothing but a StoreError comes of it, and no damage goes unnoticed."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from cockpit.incident.entries import Unknown
from cockpit.store.errors import StoreError
from cockpit.store.incident_file import IncidentFile
from cockpit.store.shelf import Shelf
from tests.store.making import NOW, incident, plain_ids

ENTRIES = incident(6)


def flipped(chance: random.Random, data: bytearray) -> None:
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def overwritten(chance: random.Random, data: bytearray) -> None:
    at = chance.randrange(len(data))
    size = min(chance.choice([1, 2, 8, 64, 512]), len(data) - at)
    data[at : at + size] = chance.choice([bytes(size), chance.randbytes(size), b"}" * size])


def removed(chance: random.Random, data: bytearray) -> None:
    at = chance.randrange(len(data))
    del data[at : at + chance.choice([1, 2, 3, 40, 512])]


def added(chance: random.Random, data: bytearray) -> None:
    at = chance.randrange(len(data) + 1)
    data[at:at] = chance.choice(
        [b" ", b"\n", b"\0", b"}}\n", b",", b'"', b"\r\n", chance.randbytes(9)]
    )


def cut(chance: random.Random, data: bytearray) -> None:
    del data[chance.randrange(len(data)) :]


def swapped(chance: random.Random, data: bytearray) -> None:
    lines = data.splitlines(keepends=True)
    a, b = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[a], lines[b] = lines[b], lines[a]
    data[:] = b"".join(lines)


def doubled(chance: random.Random, data: bytearray) -> None:
    lines = data.splitlines(keepends=True)
    lines.insert(chance.randrange(len(lines) + 1), chance.choice(lines))
    data[:] = b"".join(lines)


def lines_removed(chance: random.Random, data: bytearray) -> None:
    lines = data.splitlines(keepends=True)
    at = chance.randrange(len(lines))
    del lines[at : at + chance.choice([1, 1, 2, 3])]
    data[:] = b"".join(lines)


def reencoded(chance: random.Random, data: bytearray) -> None:
    data[:] = data.decode("utf-8", "replace").encode(chance.choice(["utf-16", "utf-8-sig"]))


WAYS: list[Callable[[random.Random, bytearray], None]] = [
    flipped,
    overwritten,
    removed,
    added,
    cut,
    swapped,
    doubled,
    lines_removed,
    reencoded,
]


@pytest.mark.parametrize("way", [*WAYS, None], ids=lambda way: way.__name__ if way else "mixed")
def test_no_change_to_a_file_goes_unnoticed_or_ends_in_another_exception(
    tmp_path: Path, rounds: int, way: Callable[[random.Random, bytearray], None] | None
) -> None:
    chance = random.Random(str(way and way.__name__))
    said: list[str] = []
    unchanged: list[bool] = []
    for number in range(rounds):
        path = tmp_path / str(number) / "a.json"
        with IncidentFile.create(path, ENTRIES[:3], NOW) as file:
            file.append(ENTRIES[3:])  # from here on the lock file knows that there are six
        data = bytearray(path.read_bytes())
        for _ in range(1 if way else chance.randrange(1, 5)):
            (way or chance.choice(WAYS))(chance, data)
            data = data or bytearray(b"{")
        path.write_bytes(data)
        told = Shelf(path.parent).list()
        assert [one.id for one in told] == ["a"]
        honest = {entry.id: entry for entry in ENTRIES}
        try:
            with IncidentFile.open(path, writable=False) as viewer:
                for entry in viewer.entries:
                    assert entry == honest[entry.id] or isinstance(entry, Unknown), number
                assert viewer.read_only
        except StoreError as error:
            said.append(str(error))
        assert path.read_bytes() == data
        try:
            with IncidentFile.open(path) as file:
                assert file.entries == ENTRIES, number
                assert plain_ids(path) == [entry.id for entry in ENTRIES]
        except StoreError as error:
            said.append(str(error))
            unchanged.append(path.read_bytes() == data)
    assert all(unchanged)
    assert all(str(tmp_path) in sentence for sentence in said)


def test_random_bytes_are_no_incident(tmp_path: Path, rounds: int) -> None:
    chance = random.Random(7)
    path = tmp_path / "a.json"
    for _ in range(rounds):
        data = chance.randbytes(chance.randrange(2000))
        path.write_bytes(data)
        for writable in (True, False):
            with pytest.raises(StoreError):
                IncidentFile.open(path, writable=writable)
        assert path.read_bytes() == data
