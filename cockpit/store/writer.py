"""The thread that owns an open incident's file, so that no key ever waits for the disk.

Entries are queued and appended in order; several that wait share one write and one sync. While
the disk refuses, they stay queued and are tried again. Between appends the thread looks for what
other processes wrote, and does small jobs such as saving unfinished words.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from cockpit.incident.entries import Entry
from cockpit.store.errors import (
    Busy,
    Damaged,
    Gone,
    NewerSchema,
    NotAnIncident,
    NotSaved,
    StoreError,
    Stranger,
    reason_for,
)
from cockpit.store.incident_file import Change, IncidentFile
from cockpit.store.layout import sealed_entry

FIRST_RETRY = 0.5
NEXT_RETRY = 2.0
"""Seconds until a refused write is tried again, at first and from then on."""

_LASTING = (Damaged, NewerSchema, NotAnIncident, Stranger)
_News = TypeVar("_News")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Trouble:
    """Why something is not saved.

    reason   a few words, or a sentence when it is lasting.
    waiting  how many entries are not durable.
    lasting  nothing will be written until a person has put the file right.
    """

    reason: str
    waiting: int
    lasting: bool = False


class Writer:
    """Starts at once. Both callbacks are called from its thread, and should only post messages.

    on_change   what became durable, one's own entries and others'.
    on_trouble  what keeps entries from being saved, whenever that changes; None when all is well.
    poll        seconds between two looks for what others wrote.
    """

    def __init__(
        self,
        file: IncidentFile,
        on_change: Callable[[Change], None],
        on_trouble: Callable[[Trouble | None], None],
        poll: float = 0.5,
    ) -> None:
        self._file = file
        self._on_change = on_change
        self._on_trouble = on_trouble
        self._poll = poll
        self._changed = threading.Condition()
        self._waiting: deque[Entry] = deque()
        self._jobs: dict[str, Callable[[], None]] = {}
        self._stopping = False
        # Only the thread touches what follows.
        self._next_try = 0.0
        self._next_job = 0.0
        self._next_look = 0.0
        self._refusals = 0
        self._file_trouble: tuple[str, bool] | None = None
        self._job_trouble = ""
        self._told: Trouble | None = None
        self._thread = threading.Thread(target=self._run, name="incident-writer", daemon=True)
        self._thread.start()

    def append(self, entry: Entry) -> None:
        """Queue an entry; returns at once. Raises EntryRefused when it can never be written."""
        sealed_entry(entry)
        with self._changed:
            self._waiting.append(entry)
            self._changed.notify_all()

    def later(self, job: Callable[[], None], key: str) -> None:
        """Queue a small job for the disk; it takes the place of one with the same key.

        One that fails is reported as trouble and tried again until it, or its successor, works.
        """
        with self._changed:
            self._jobs[key] = job
            self._changed.notify_all()

    def flush(self, timeout: float) -> bool:
        """Wait until all that was queued is durable; False when `timeout` seconds were too few."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._waiting and not self._jobs, timeout)

    def stop(self, timeout: float) -> tuple[Entry, ...]:
        """Try once more to write all that waits, close the file, and end the thread.

        Returns the entries that are not known to be durable after `timeout` seconds.
        """
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        self._thread.join(timeout)
        with self._changed:
            return tuple(self._waiting)

    # The thread

    def _run(self) -> None:
        while True:
            self._rest()
            if self._stopping:
                break
            now = time.monotonic()
            if self._waiting and now >= self._next_try:
                self._save()
            elif self._jobs and now >= self._next_job:
                self._do_a_job()
            elif now >= self._next_look:
                self._look()
            self._tell()
        if self._waiting:
            self._save()
        for _ in range(len(self._jobs)):
            self._do_a_job()
        self._tell()
        self._file.close()

    def _rest(self) -> None:
        """Sleep until something is due."""
        with self._changed:
            while not self._stopping:
                due = [self._next_look]
                if self._waiting:
                    due.append(self._next_try)
                if self._jobs:
                    due.append(self._next_job)
                pause = min(due) - time.monotonic()
                if pause <= 0 or self._untold():
                    return
                self._changed.wait(pause)

    def _save(self) -> None:
        batch = tuple(self._waiting)
        try:
            change = self._file.append(batch)
        except Exception as error:
            self._file_trouble = (_words(error), isinstance(error, _LASTING))
            self._next_try = time.monotonic() + (NEXT_RETRY if self._refusals else FIRST_RETRY)
            self._refusals += 1
            return
        self._refusals = 0
        self._file_trouble = None
        self._next_look = time.monotonic() + self._poll
        self._call(self._on_change, change)
        with self._changed:
            for _ in batch:
                self._waiting.popleft()
            self._changed.notify_all()

    def _do_a_job(self) -> None:
        with self._changed:
            key = next(iter(self._jobs))
            job = self._jobs[key]
        try:
            job()
        except Exception as error:
            self._job_trouble = f"unfinished words: {_words(error)}"
            self._next_job = time.monotonic() + NEXT_RETRY
            with self._changed:
                self._jobs[key] = self._jobs.pop(key)  # let the others have their turn
            return
        self._next_job = 0.0
        self._job_trouble = ""
        with self._changed:
            if self._jobs[key] is job:
                del self._jobs[key]
                self._changed.notify_all()

    def _look(self) -> None:
        self._next_look = time.monotonic() + self._poll
        try:
            change = self._file.refresh()
        except Busy:
            return
        except Exception as error:
            self._file_trouble = (_words(error), isinstance(error, _LASTING))
            return
        if not self._refusals:
            self._file_trouble = None
        elif self._file_trouble and self._file_trouble[1]:
            self._next_try = 0.0  # what must not be written to is no longer there
        if change.entries or change.replaced or change.notices:
            self._call(self._on_change, change)

    def _untold(self) -> bool:
        return self._trouble() != self._told

    def _trouble(self) -> Trouble | None:
        if self._file_trouble:
            reason, lasting = self._file_trouble
            return Trouble(reason, len(self._waiting), lasting)
        if self._job_trouble:
            return Trouble(self._job_trouble, len(self._waiting))
        return None

    def _tell(self) -> None:
        trouble = self._trouble()
        if trouble != self._told:
            self._told = trouble
            self._call(self._on_trouble, trouble)

    def _call(self, callback: Callable[[_News], None], news: _News) -> None:
        try:
            callback(news)
        except Exception:
            # A screen that is going away must not end the thread that saves.
            _log.exception("The screen did not take what the writer had to say")


def _words(error: Exception) -> str:
    match error:
        case NotSaved():
            return error.reason
        case Busy():
            return "locked by another process"
        case Gone(deleted=True):
            return "the incident's file was deleted; the next entry writes it again"
        case Gone():
            return error.reason
        case StoreError():
            return str(error)
        case OSError():
            return reason_for(error)
        case _:
            return f"{type(error).__name__}: {error}"
