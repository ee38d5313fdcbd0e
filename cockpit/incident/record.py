"""The record as one cockpit sees it: what is durable, and what is on its way to the disk."""

from __future__ import annotations

from collections.abc import Sequence

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
        self.pending.append(entry)
        self.incident.add(entry)

    def is_pending(self, entry: Entry) -> bool:
        return self.incident.position.get(entry.id, -1) >= self._durable

    def confirm(self, entries: Sequence[Entry]) -> None:
        """These entries, own or others', are now the next ones in the file."""
        fresh = [
            e for e in entries if self.incident.position.get(e.id, self._durable) >= self._durable
        ]
        if not fresh:
            return
        ahead = self.incident.entries[self._durable : self._durable + len(fresh)]
        confirmed = {entry.id for entry in fresh}
        self.pending = [entry for entry in self.pending if entry.id not in confirmed]
        if [entry.id for entry in ahead] == [entry.id for entry in fresh]:
            self._durable += len(fresh)
        elif not ahead:
            self.incident.add_all(fresh)
            self._durable += len(fresh)
        else:
            self._rebuild([*self.incident.entries[: self._durable], *fresh])

    def replace(self, entries: Sequence[Entry]) -> None:
        """The file was replaced: these are all durable entries; the pending ones stay on top."""
        known = {entry.id for entry in entries}
        self.pending = [entry for entry in self.pending if entry.id not in known]
        self._rebuild(list(entries))

    def _rebuild(self, durable: list[Entry]) -> None:
        version = self.incident.version
        playbook_version = self.incident.playbook_version
        self.incident = fold(durable)
        self._durable = len(self.incident)
        self.incident.add_all(self.pending)
        self.incident.version = version + 1
        self.incident.playbook_version = playbook_version + 1
