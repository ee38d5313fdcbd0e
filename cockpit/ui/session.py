"""One incident, open in one cockpit: its record, its way to the disk, its unfinished words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from cockpit.author import stamp
from cockpit.incident.actions import Refusal, Stamp
from cockpit.incident.entries import Entry
from cockpit.incident.record import Record
from cockpit.incident.state import Incident, person
from cockpit.incident.wording import describe
from cockpit.store.drafts import Words, load, save
from cockpit.store.errors import EntryRefused
from cockpit.store.incident_file import Change, IncidentFile
from cockpit.store.writer import Trouble, Writer

if TYPE_CHECKING:
    from cockpit.comms.audience import Audience
    from cockpit.comms.draft import Draft
    from cockpit.incident.checklist import Checklist
    from cockpit.paths import Paths
    from cockpit.playbooks.playbook import Playbook

CLOSING_WAIT = 3.0
"""Seconds that quitting waits for the disk before it says what is not saved."""


class Session:
    """Everything that the screen knows of its incident. Only handlers of the UI call it."""

    def __init__(
        self,
        file: IncidentFile,
        paths: Paths,
        me: str,
        on_change: Callable[[Change], None],
        on_trouble: Callable[[Trouble | None], None],
    ) -> None:
        self.incident_id = file.path.stem
        self.path: Path = file.path
        self.me = me
        self.read_only = file.why_read_only
        self.notices: list[str] = list(file.notices)
        self.record = Record(file.entries)
        self.trouble = ""
        self._words_folder = paths.drafts
        self.words = load(paths.drafts, self.incident_id)
        if self.words.notice:
            self.notices.append(self.words.notice)
        self.mine = {
            entry.id
            for entry in self.incident.entries
            if person(entry.who) == me and entry.via == ""
        }
        self.audiences: Sequence[Audience] = ()
        self._playbook: Playbook | None = None
        self._playbook_of: tuple[int, int] = (0, -1)
        self._writer = Writer(file, on_change, on_trouble)

    # -- the record -------------------------------------------------------------------------------

    @property
    def incident(self) -> Incident:
        return self.record.incident

    @property
    def first(self) -> str:
        """The id of the first entry: what tells this incident from one of the same name."""
        return self.incident.entries[0].id if self.incident.entries else ""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def stamp(self) -> Stamp:
        return stamp(self.me, "")

    def act(self, entry: Entry) -> None:
        """Show the entry at once, and send it on its way to the disk. Raises Refusal."""
        if self.read_only:
            raise Refusal(f"This incident can only be read: {self.read_only}")
        try:
            self._writer.append(entry)
        except EntryRefused as refused:
            raise Refusal(str(refused)) from None
        self.record.add(entry)
        self.mine.add(entry.id)

    def changed(self, change: Change) -> None:
        """What the writer reports: these entries are on the disk."""
        if change.replaced:
            self.record.replace(change.entries)
        else:
            self.record.confirm(change.entries)

    @property
    def saved(self) -> str:
        """For the header: "saved", "saving", or the trouble in words."""
        if self.read_only:
            return "read only"
        if self.trouble:
            return f"NOT SAVED: {self.trouble}"
        return "saving" if self.record.pending else "saved"

    # -- the playbook -----------------------------------------------------------------------------

    def checklist(self) -> Checklist:
        """The checklist as it is now."""
        from cockpit.incident.checklist import checklist, playbook_of

        of = (id(self.incident), self.incident.playbook_version)
        if self._playbook is None or self._playbook_of != of:
            self._playbook = playbook_of(self.incident)
            self._playbook_of = of
        return checklist(self._playbook, self.incident)

    @property
    def playbook(self) -> Playbook | None:
        """None until the first checklist was asked for."""
        return self._playbook

    @property
    def containing(self) -> frozenset[str]:
        return self._playbook.containing if self._playbook is not None else frozenset()

    # -- words ------------------------------------------------------------------------------------

    def audience(self, name: str) -> Audience | None:
        return next((a for a in self.audiences if a.name == name), None)

    def drafted(self, audience: Audience, zone: tzinfo | None) -> Draft:
        """The draft for an audience as the record has it."""
        from cockpit.comms.draft import next_word

        return next_word(audience, self.incident, self.now(), zone, steps=self.containing)

    def save_words(self) -> None:
        """Unfinished words and the place go to the disk behind the entries, the newest only."""
        words = Words(
            drafts=dict(self.words.drafts),
            note=self.words.note,
            place=dict(self.words.place),
            seen=len(self.incident),
            left_at=self.now(),
        )
        folder, incident_id = self._words_folder, self.incident_id
        self._writer.later(lambda: save(folder, incident_id, words), "words")

    # -- coming back and leaving ------------------------------------------------------------------

    def since_left(self) -> tuple[timedelta, list[str]] | None:
        """How long ago this person left this incident, and what happened since; None at first."""
        left_at = self.words.left_at
        if left_at is None:
            return None
        new = self.incident.entries[self.words.seen :]
        lines = [
            describe(self.incident.effective(entry), self.incident)
            for entry in new
            if self.incident.stands(entry)
        ]
        return self.now() - left_at, lines

    def leave(self) -> tuple[Entry, ...]:
        """Write what is waiting and let go of the file; returns what could not be saved."""
        self.save_words()
        return self._writer.stop(CLOSING_WAIT)
