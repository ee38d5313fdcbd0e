"""What one process knows to be durable in an incident's file, and what is new in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cockpit.incident.entries import Entry
from cockpit.store import layout
from cockpit.store.recovery import Reading


@dataclass(frozen=True)
class Change:
    """What is new since the last Change.

    entries   in file order, others' and one's own. All of them when `replaced`.
    replaced  an older copy was put in the file's place, so what was known before may not count.
    notices   what had to be put right meanwhile, in sentences.
    """

    entries: tuple[Entry, ...] = ()
    replaced: bool = False
    notices: tuple[str, ...] = ()


NOTHING = Change()


class Acknowledged:
    """The verified bytes and their entries.

    The bytes are kept, because they hold what this version does not know, and because after a
    disk error they may be the only good copy.
    """

    def __init__(self) -> None:
        self.body = bytearray()
        self.entries: list[Entry] = []
        self.notices: list[str] = []
        self._ids: set[str] = set()
        self._reported = 0
        self._notices_reported = 0
        self._replaced = False

    def __contains__(self, entry_id: str) -> bool:
        return entry_id in self._ids

    @property
    def head(self) -> bytes:
        return bytes(self.body[: layout.body_start(bytes(self.body[:4096])) or 0])

    def add(self, data: bytes, entries: Iterable[Entry]) -> None:
        """Take in lines that were appended."""
        self.body += data
        for entry in entries:
            self.entries.append(entry)
            self._ids.add(entry.id)

    def become(self, reading: Reading, *, replaced: bool) -> None:
        """Take in a whole file."""
        self.body = bytearray(reading.body)
        self.entries = reading.entries + reading.later
        self._ids = {entry.id for entry in self.entries}
        self._replaced = self._replaced or replaced

    def same_incident(self, reading: Reading) -> bool:
        """False when the reading is of another incident's file."""
        if not self.body or not reading.body:
            return True
        if not reading.body.startswith(self.head):
            return False
        ours, theirs = self.entries[:1], reading.entries[:1]
        return not ours or not theirs or ours[0].id == theirs[0].id

    def report(self) -> Change:
        """What came in since the last report."""
        change = Change(
            tuple(self.entries if self._replaced else self.entries[self._reported :]),
            self._replaced,
            tuple(self.notices[self._notices_reported :]),
        )
        self._reported = len(self.entries)
        self._notices_reported = len(self.notices)
        self._replaced = False
        return change if change.entries or change.replaced or change.notices else NOTHING
