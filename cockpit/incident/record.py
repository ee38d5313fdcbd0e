"""The record as one cockpit sees it: what is durable, and what is on its way to the disk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import takewhile

from cockpit.incident.entries import Entry
from cockpit.incident.state import fold


class Record:
    """Durable entries with the pending ones on top, always folded.

    A pending entry is shown at once. When the disk has it, `confirm` makes it durable; when
    entries of others got in before it, the pending ones are applied again above them.
    """

    def __init__(self, durable: Sequence[Entry]) -> None:
        self.incident = fold(durable)
        self.pending: list[Entry] = []
        self._durable = len(self.incident)

    def add(self, entry: Entry) -> None:
        """Show an entry before the disk has it."""
        if entry.id not in self.incident.position:
            self.pending.append(entry)
            self.incident.add(entry)

    def is_pending(self, entry: Entry) -> bool:
        return self.incident.position.get(entry.id, -1) >= self._durable

    def confirm(self, entries: Sequence[Entry]) -> None:
        """These entries, own or others', are now the next ones in the file."""
        incident, durable = self.incident, self._durable
        fresh = _once(e for e in entries if incident.position.get(e.id, durable) >= durable)
        expected = zip(self.pending, fresh, strict=False)
        ahead = sum(1 for _ in takewhile(lambda pair: pair[0].id == pair[1].id, expected))
        del self.pending[:ahead]
        self._durable += ahead
        others = fresh[ahead:]
        if others and self.pending:
            self._put_below_pending([*incident.entries[: self._durable], *others])
        else:
            incident.add_all(others)
            self._durable += len(others)

    def replace(self, entries: Sequence[Entry]) -> None:
        """The file was replaced: these are all durable entries; the pending ones stay on top."""
        self._put_below_pending(_once(entries))

    def _put_below_pending(self, durable: list[Entry]) -> None:
        known = {entry.id for entry in durable}
        self.pending = [entry for entry in self.pending if entry.id not in known]
        self._durable = len(durable)
        self.incident.start_over([*durable, *self.pending])


def _once(entries: Iterable[Entry]) -> list[Entry]:
    """Each id once."""
    return list({entry.id: entry for entry in entries}.values())
