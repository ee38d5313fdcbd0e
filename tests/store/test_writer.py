"""The thread that appends, beside a disk that is slow, full, broken or changed underneath."""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cockpit.incident.entries import Entry
from cockpit.store import lock, system
from cockpit.store import writer as writer_module
from cockpit.store.errors import EntryRefused
from cockpit.store.incident_file import Change, IncidentFile
from cockpit.store.spill import spill, unspill
from cockpit.store.writer import Trouble, Writer
from tests.store.making import NOW, content, declared, ids, incident, note, plain_ids
from tests.waiting import PATIENCE, wait_until

AT_ONCE = 0.01
NEVER = 3600.0


class Heard:
    """What a writer told its screen."""

    def __init__(self) -> None:
        self.changes: list[Change] = []
        self.troubles: list[Trouble | None] = []

    @property
    def entries(self) -> list[Entry]:
        return [entry for change in self.changes for entry in change.entries]

    def trouble(self, reason: str, waiting: int) -> Trouble:
        """Wait until this is the trouble."""

        def look() -> Trouble | None:
            last = self.troubles[-1] if self.troubles else None
            return last if last and reason in last.reason and last.waiting == waiting else None

        return wait_until(look, f'trouble "{reason}" with {waiting} waiting')

    def all_well(self) -> None:
        wait_until(lambda: self.troubles[-1:] == [None], "all is well again")


class Disk:
    """The seam to the disk: `refuses` with an error number, `hangs` in fdatasync until `go`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.refuses = 0
        self.hangs = False
        self.entered = threading.Event()
        self.go = threading.Event()
        self.syncs = 0
        real_write, real_sync = system.pwrite, system.fdatasync

        def pwrite(fd: int, data: bytes, offset: int) -> int:
            if self.refuses:
                raise OSError(self.refuses, "")
            return real_write(fd, data, offset)

        def fdatasync(fd: int) -> None:
            self.syncs += 1
            if self.hangs:
                self.entered.set()
                assert self.go.wait(PATIENCE)
            real_sync(fd)

        monkeypatch.setattr(system, "pwrite", pwrite)
        monkeypatch.setattr(system, "fdatasync", fdatasync)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Disk]:
    disk = Disk(monkeypatch)
    yield disk
    disk.go.set()


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def retries(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Set the seconds between two attempts."""

    def set_both(seconds: float) -> None:
        monkeypatch.setattr(writer_module, "FIRST_RETRY", seconds)
        monkeypatch.setattr(writer_module, "NEXT_RETRY", seconds)

    set_both(AT_ONCE)
    return set_both


@pytest.fixture
def writer(
    path: Path, disk: Disk, heard: Heard, retries: Callable[[float], None]
) -> Iterator[Writer]:
    file = IncidentFile.create(path, incident(1), NOW)
    writer = Writer(file, heard.changes.append, heard.troubles.append, poll=AT_ONCE)
    yield writer
    disk.refuses = 0
    disk.go.set()
    writer.stop(PATIENCE)


def test_entries_become_durable_in_the_order_they_were_queued(
    writer: Writer, heard: Heard, path: Path
) -> None:
    notes = [note(number) for number in range(1, 31)]
    for entry in notes:
        writer.append(entry)
    assert writer.flush(PATIENCE)
    assert heard.entries == notes
    assert plain_ids(path) == ids([declared(), *notes])
    assert heard.troubles == []


def test_a_hanging_sync_blocks_no_caller_and_what_waits_shares_the_next_one(
    writer: Writer, heard: Heard, disk: Disk
) -> None:
    disk.hangs = True
    writer.append(note(1))
    assert disk.entered.wait(PATIENCE)
    for number in range(2, 8):
        writer.append(note(number))
    writer.later(lambda: None, "words")
    assert not writer.flush(0)
    assert heard.changes == []
    disk.go.set()
    assert writer.flush(PATIENCE)
    assert [len(change.entries) for change in heard.changes] == [1, 6]
    assert disk.syncs == 2


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (errno.ENOSPC, "disk full"),
        (errno.EIO, "I/O error"),
        (errno.EROFS, "read-only file system"),
        (errno.EDQUOT, "disk quota used up"),
    ],
    ids=["ENOSPC", "EIO", "EROFS", "EDQUOT"],
)
def test_a_refusing_disk_is_said_in_words_and_the_entries_wait(
    writer: Writer, heard: Heard, disk: Disk, path: Path, number: int, reason: str
) -> None:
    disk.refuses = number
    writer.append(note(1))
    assert heard.trouble(reason, 1) == Trouble(reason, 1)
    writer.append(note(2))
    writer.append(note(3))
    assert heard.trouble(reason, 3) == Trouble(reason, 3)
    assert heard.entries == []
    disk.refuses = 0
    assert writer.flush(PATIENCE)
    heard.all_well()
    assert heard.entries == [note(1), note(2), note(3)]
    assert plain_ids(path) == ids(incident(4))


def test_a_lock_that_another_holds_is_said(
    writer: Writer, heard: Heard, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = lock.LockFile.acquire
    monkeypatch.setattr(
        lock.LockFile,
        "acquire",
        lambda self, exclusive, wait=2.0: real(self, exclusive=exclusive, wait=AT_ONCE),
    )
    held = lock.LockFile(path)
    real(held, exclusive=True, wait=PATIENCE)
    writer.append(note(1))
    assert not heard.trouble("locked by another process", 1).lasting
    held.close()
    assert writer.flush(PATIENCE)
    heard.all_well()
    assert plain_ids(path) == ids(incident(2))


def test_what_others_append_is_heard(writer: Writer, heard: Heard, path: Path) -> None:
    with IncidentFile.open(path) as other:
        other.append([note(1, author=2)])
        wait_until(lambda: heard.entries == [note(1, author=2)], "their entry")
        writer.append(note(2))
        assert writer.flush(PATIENCE)
        assert other.refresh().entries == (note(2),)
    assert heard.troubles == []


def test_damage_underneath_is_lasting_and_never_written_to(
    writer: Writer, heard: Heard, path: Path
) -> None:
    writer.append(note(1))
    assert writer.flush(PATIENCE)
    whole = path.read_bytes()
    damaged = whole.replace(b"note 1", b"note #")
    path.with_name("beside").write_bytes(damaged)
    path.with_name("beside").replace(path)
    assert "entry 2" in heard.trouble("is damaged", 0).reason
    writer.append(note(2))
    assert heard.trouble("is damaged", 1).lasting
    assert not writer.flush(AT_ONCE * 5)
    assert path.read_bytes() == damaged
    path.with_name("beside").write_bytes(whole)
    path.with_name("beside").replace(path)
    assert writer.flush(PATIENCE)
    heard.all_well()
    assert plain_ids(path) == ids(incident(3))


def test_a_strangers_file_is_left_alone_and_ours_written_again_when_it_is_gone(
    writer: Writer, heard: Heard, path: Path
) -> None:
    stranger = content([declared("another outage", number=5)])
    path.with_name("beside").write_bytes(stranger)
    path.with_name("beside").replace(path)
    writer.append(note(1))
    assert heard.trouble("another incident", 1).lasting
    assert path.read_bytes() == stranger
    path.rename(path.with_name("moved-away"))
    assert writer.flush(PATIENCE)
    heard.all_well()
    assert plain_ids(path) == ids(incident(2))
    assert path.with_name("moved-away").read_bytes() == stranger


def test_a_deleted_file_is_said_and_written_again_with_the_next_entry(
    writer: Writer, heard: Heard, path: Path
) -> None:
    path.unlink()
    assert not heard.trouble("was deleted", 0).lasting
    writer.append(note(1))
    assert writer.flush(PATIENCE)
    heard.all_well()
    assert plain_ids(path) == ids(incident(2))
    assert "written again" in heard.changes[-1].notices[0]


def test_an_entry_that_can_never_be_written_is_refused_at_once(
    writer: Writer, heard: Heard
) -> None:
    with pytest.raises(EntryRefused):
        writer.append(note(1, "x" * 80_000))
    writer.append(note(2))
    assert writer.flush(PATIENCE)
    assert heard.entries == [note(2)]
    assert heard.troubles == []


def test_the_newest_job_of_a_key_is_done_after_the_entries(
    writer: Writer, heard: Heard, disk: Disk
) -> None:
    done: list[tuple[str, int]] = []
    disk.hangs = True
    writer.append(note(1))
    assert disk.entered.wait(PATIENCE)
    writer.append(note(2))
    writer.later(lambda: done.append(("old words", len(heard.entries))), "words")
    writer.later(lambda: done.append(("words", len(heard.entries))), "words")
    writer.later(lambda: done.append(("place", len(heard.entries))), "place")
    disk.go.set()
    assert writer.flush(PATIENCE)
    assert done == [("words", 2), ("place", 2)]


def test_a_job_that_comes_while_its_predecessor_is_done_is_done_too(writer: Writer) -> None:
    begun, go = threading.Event(), threading.Event()
    done: list[str] = []

    def slow() -> None:
        begun.set()
        assert go.wait(PATIENCE)
        done.append("old words")

    writer.later(slow, "words")
    assert begun.wait(PATIENCE)
    writer.later(lambda: done.append("words"), "words")
    go.set()
    assert writer.flush(PATIENCE)
    assert done == ["old words", "words"]


def test_a_failing_job_is_said_and_tried_again_while_entries_are_saved(
    writer: Writer, heard: Heard
) -> None:
    refuses = threading.Event()
    refuses.set()
    done: list[str] = []

    def job() -> None:
        if refuses.is_set():
            raise OSError(errno.ENOSPC, "")
        done.append("words")

    writer.later(job, "words")
    heard.trouble("unfinished words: disk full", 0)
    writer.append(note(1))
    wait_until(lambda: heard.entries == [note(1)], "the entry is saved")
    assert not done
    refuses.clear()
    assert writer.flush(PATIENCE)
    heard.all_well()
    assert done == ["words"]


def test_a_failing_job_gives_way_to_its_successor(writer: Writer, heard: Heard) -> None:
    def job() -> None:
        raise OSError(errno.EIO, "")

    writer.later(job, "words")
    heard.trouble("unfinished words: I/O error", 0)
    writer.later(lambda: None, "words")
    assert writer.flush(PATIENCE)
    heard.all_well()


def test_stopping_writes_what_waits(
    writer: Writer, heard: Heard, disk: Disk, path: Path, retries: Callable[[float], None]
) -> None:
    retries(NEVER)
    disk.refuses = errno.ENOSPC
    writer.append(note(1))
    heard.trouble("disk full", 1)
    writer.append(note(2))
    done: list[str] = []
    disk.refuses = 0
    writer.later(lambda: done.append("words"), "words")
    assert writer.stop(PATIENCE) == ()
    assert done == ["words"]
    assert heard.entries == [note(1), note(2)]
    assert plain_ids(path) == ids(incident(3))


def test_stopping_gives_back_what_the_disk_refuses(
    writer: Writer, heard: Heard, disk: Disk, path: Path
) -> None:
    disk.refuses = errno.ENOSPC
    writer.append(note(1))
    writer.append(note(2))
    heard.trouble("disk full", 2)
    assert writer.stop(PATIENCE) == (note(1), note(2))
    disk.refuses = 0
    with IncidentFile.open(path) as file:
        assert file.entries == incident(1)


def test_what_a_hanging_disk_gave_back_is_not_doubled_when_it_surfaces(
    writer: Writer, disk: Disk, path: Path, tmp_path: Path
) -> None:
    disk.hangs = True
    writer.append(note(1))
    assert disk.entered.wait(PATIENCE)
    writer.append(note(2))
    left = writer.stop(0)
    assert left == (note(1), note(2))
    spill(left, tmp_path / "state", path.stem, incident(1)[0].id)
    disk.go.set()
    assert writer.flush(PATIENCE)  # after all
    with IncidentFile.open(path) as file:
        unspill(file, tmp_path / "state")
    assert plain_ids(path) == ids(incident(3))


def test_a_screen_that_fails_does_not_end_the_saving(
    path: Path, disk: Disk, retries: Callable[[float], None]
) -> None:
    asked: list[object] = []

    def broken(news: object) -> None:
        asked.append(news)
        raise RuntimeError("the screen is gone")

    writer = Writer(IncidentFile.create(path, incident(1), NOW), broken, broken, poll=AT_ONCE)
    writer.append(note(1))
    assert writer.flush(PATIENCE)
    disk.refuses = errno.ENOSPC
    writer.append(note(2))
    wait_until(lambda: Trouble("disk full", 1) in asked, "the trouble")
    disk.refuses = 0
    assert writer.flush(PATIENCE)
    assert writer.stop(PATIENCE) == ()
    assert plain_ids(path) == ids(incident(3))
