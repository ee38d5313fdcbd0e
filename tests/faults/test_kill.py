"""kill -9 of a process that appends, at any moment."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from cockpit.store.incident_file import IncidentFile
from tests.faults.conftest import Appender
from tests.faults.verdict import verdict
from tests.store.making import ids, incident, plain_ids, ulid

Start = Callable[..., Appender]


@pytest.mark.parametrize("how", ["plain", "slow sync", "slow write"])
def test_a_killed_process_loses_nothing_that_it_acknowledged(
    path: Path, start: Start, rounds: int, how: str
) -> None:
    chance = random.Random(how)
    acknowledged = ids(incident(1))
    each = -(-rounds // 3)
    for author in range(1, each + 1):
        process = start(how, path, author)
        process.hear("ready")
        process.go()
        for _ in range(chance.randrange(1, 20 if how == "plain" else 5)):
            process.hear()
        threading.Event().wait(chance.random() * 0.02)  # a moment of chance, not a wait
        process.kill()
        assert process.acknowledged
        acknowledged += process.acknowledged
        with IncidentFile.open(path) as file:
            assert not file.read_only
            assert set(acknowledged) <= set(ids(file.entries))
        assert verdict(path, acknowledged) == ""
    # At most one entry for each kill had reached the disk without having been acknowledged.
    assert len(plain_ids(path)) <= len(acknowledged) + each


def test_the_same_check_finds_what_tinydbs_own_storage_leaves_behind(
    tmp_path: Path, start: Start
) -> None:
    path = tmp_path / "control.json"
    process = start("control", path, 1, 5)
    process.hear("ready")
    process.go()
    for _ in range(4):
        process.hear()
    assert verdict(path, process.acknowledged) == ""
    process.go()
    process.hear("half")
    process.kill()
    assert len(process.acknowledged) == 4
    assert verdict(path, process.acknowledged).startswith("unreadable")


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ([1, 2, 3], ""),
        ([1, 2, 3, 4], ""),
        ([1, 3], "lost: 1 of 3"),
        ([1, 2, 3, 2], "doubled"),
        ([1, 3, 2], "not in order"),
    ],
    ids=["all", "one more", "lost", "doubled", "out of order"],
)
def test_the_check_tells_what_is_wrong(tmp_path: Path, found: list[int], said: str) -> None:
    documents = {str(n): {"id": ulid(one)} for n, one in enumerate(found, 1)}
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"entries": documents}))
    assert verdict(path, [ulid(1), ulid(2), ulid(3)])[: len(said) or None] == said
