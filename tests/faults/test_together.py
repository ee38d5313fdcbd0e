"""Several processes on one file: appending at once, stopped, killed while they hold the lock."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from cockpit.incident.entries import Entry
from cockpit.store import incident_file, lock
from cockpit.store.errors import Busy
from cockpit.store.incident_file import IncidentFile
from tests.faults.conftest import Appender
from tests.faults.verdict import verdict
from tests.store.making import ids, incident, note, plain_ids, ulid
from tests.waiting import PATIENCE

Start = Callable[..., Appender]


@pytest.mark.parametrize(("processes", "count"), [(2, 150), (8, 40)], ids=["two", "eight"])
def test_processes_that_append_at_once_have_one_order_and_each_entry_once(
    path: Path, start: Start, processes: int, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incident_file, "GLANCE", PATIENCE)
    running = [start("plain", path, author, count) for author in range(1, processes + 1)]
    for one in running:
        one.hear("ready")
    seen: list[Entry] = []
    done = threading.Event()

    def watch() -> None:
        """An open cockpit, and someone who looks without a lock."""
        with IncidentFile.open(path) as cockpit:
            seen.extend(cockpit.entries)
            while True:
                last = done.is_set()
                change = cockpit.refresh()
                assert not change.replaced
                seen.extend(change.entries)
                with IncidentFile.open(path, writable=False) as viewer:
                    assert viewer.entries[: len(seen)] == seen
                if last:
                    return

    watching = Watcher(watch)
    for one in running:
        one.go()
    assert [one.finish() for one in running] == [0] * processes
    done.set()
    watching.result()
    acknowledged = [one for process in running for one in process.acknowledged]
    assert len(acknowledged) == processes * count
    assert verdict(path, ids(incident(1)) + acknowledged) == ""
    assert len(plain_ids(path)) == 1 + processes * count
    assert ids(seen) == plain_ids(path)


class Watcher(threading.Thread):
    """A thread whose failure fails the test."""

    def __init__(self, work: Callable[[], None]) -> None:
        super().__init__(daemon=True)
        self._work = work
        self._failure: BaseException | None = None
        self.start()

    def run(self) -> None:
        try:
            self._work()
        except BaseException as error:
            self._failure = error

    def result(self) -> None:
        self.join()
        if self._failure:
            raise self._failure


def holder(path: Path, start: Start) -> Appender:
    """A process that has written its first entry, holds the lock, and has not synced yet."""
    process = start("held", path, 1, 1)
    process.hear("ready")
    process.go()
    process.hear("syncing")
    return process


def test_a_stopped_process_that_holds_the_lock_is_named_and_nothing_is_lost(
    path: Path, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    with IncidentFile.open(path) as file:
        stopped = holder(path, start)
        os.kill(stopped.pid, signal.SIGSTOP)
        try:
            began = time.monotonic()
            with pytest.raises(Busy, match=r"2 seconds.*stopped \(ctrl\+z\)"):
                file.append([note(7)])
            assert time.monotonic() - began >= lock.WAIT
            with pytest.raises(Busy):
                file.refresh()
            assert ids(file.entries) == ids(incident(1))
            with IncidentFile.open(path, writable=False) as viewer:
                assert ids(viewer.entries)[:1] == ids(incident(1))
        finally:
            os.kill(stopped.pid, signal.SIGCONT)
        stopped.go()
        assert stopped.finish() == 0
        file.append([note(7)])
    assert plain_ids(path) == [*ids(incident(1)), ulid(1, 1), note(7).id]


def test_a_killed_process_gives_its_lock_back(path: Path, start: Start) -> None:
    with IncidentFile.open(path) as file:
        holder(path, start).kill()
        file.append([note(7)])
    assert plain_ids(path) == [*ids(incident(1)), ulid(1, 1), note(7).id]
