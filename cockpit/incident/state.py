"""What is true now: the entries of one incident, folded.

`Incident` is one accumulator that entries are added to; nothing else writes state, and nothing
is copied for each entry. Whoever shows it watches `version`.

An undo or an amendment reaches back, so it folds everything again (100,000 entries: about a
tenth of a second); every other entry is applied on top.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Literal, NamedTuple, cast

import msgspec

from cockpit.incident.entries import (
    Amended,
    Answered,
    Closed,
    Contained,
    Copied,
    Declared,
    Entry,
    FactsSet,
    Joined,
    Left,
    Noted,
    PlaybookAdded,
    PlaybookSwapped,
    PlaybookText,
    Reopened,
    RoleTaken,
    Severity,
    SeveritySet,
    Skipped,
    Snoozed,
    Spread,
    SpreadChecked,
    Stage,
    StageSet,
    StepAdded,
    Taken,
    Ticked,
    Undone,
    Unticked,
)

Status = Literal["open", "doing", "done", "skipped", "na"]

UNTITLED = "something is wrong (not described yet)"


class StepRecord(NamedTuple):
    """The last word on a step. A step without a record is open."""

    status: Status
    at: datetime
    by: str
    """Who did it, or who has it in hand."""
    note: str
    """The observed value of a tick, the reason of a skip, the answer of a branch."""
    entry: str
    """The id of the entry that says so."""


class Told(NamedTuple):
    """An audience has heard from us."""

    at: datetime
    position: int
    """In the file: "since the last update" goes by position, not by time."""
    text: str
    entry: str


class Promise(NamedTuple):
    due: datetime
    entry: str
    """The message that made it, or the snooze that moved it."""


TEXT_FIELDS: dict[type[Entry], str] = {
    Noted: "text",
    Ticked: "observed",
    Skipped: "reason",
    Copied: "text",
    Snoozed: "reason",
    Closed: "note",
    Reopened: "reason",
}
"""The kinds whose words an amendment can put right, and the field that holds them."""

MAY_BE_WORDLESS: tuple[type[Entry], ...] = (Ticked, Closed, Reopened)

CANNOT_BE_UNDONE: tuple[type[Entry], ...] = (Declared, Closed)

REACH_BACK: tuple[type[Entry], ...] = (Undone, Amended)
"""The kinds that change what earlier entries say."""

_BEFORE_ALL = datetime.min.replace(tzinfo=UTC)


@lru_cache(maxsize=256)
def person(who: str) -> str:
    """person@machine -> person."""
    return who.rsplit("@", 1)[0]


class Incident:
    """The folded record of one incident."""

    def __init__(self) -> None:
        self.version = 0
        self.entries: list[Entry] = []
        """As they stand in the file."""
        self.position: dict[str, int] = {}
        """Entry id -> index in `entries`."""
        self._clear()

    def _clear(self) -> None:
        self.order: list[int] = []
        """Positions of the lines of the timeline, by time, then by position."""
        self.undone: dict[str, str] = {}
        """Entry id -> id of the standing undo that takes it out."""
        self.amendments: dict[str, list[Amended]] = {}
        """Entry id -> its standing amendments, oldest first."""
        self.declared: Declared | None = None
        self.facts: dict[str, str] = {}
        """The facts that are known."""
        self.severity: Severity = ""
        self.stage: Stage = "investigating"
        self.stage_at: datetime | None = None
        self.playbooks: tuple[PlaybookText, ...] = ()
        self.playbook_version = 0
        """Grows when the playbooks or the added steps change, and whenever all is folded again."""
        self.steps: dict[str, StepRecord] = {}
        self.added_steps: list[StepAdded] = []
        self.people: dict[str, datetime] = {}
        """Who is here -> since when. The one who declared is the first."""
        self.roles: dict[str, str] = {}
        self.told: dict[str, Told] = {}
        """Audience -> the last message that counts as told."""
        self.helpers_asked: list[Copied] = []
        self.promises: dict[str, Promise] = {}
        self.spreading: Spread | Literal[""] = ""
        self.spread_checked_at: datetime | None = None
        self.contained_at: datetime | None = None
        self.closed = False
        self.closed_at: datetime | None = None
        self._latest = _BEFORE_ALL

    # -- reading ----------------------------------------------------------------------------

    @property
    def title(self) -> str:
        return " ".join(self.facts.get("what", "").split()) or UNTITLED

    @property
    def declared_at(self) -> datetime | None:
        """When it began for us, UTC; None only for a file without a declaration."""
        if self.declared is not None:
            return self.declared.at
        return self.entries[0].at if self.entries else None

    @property
    def declared_by(self) -> str:
        return person(self.declared.who) if self.declared is not None else ""

    @property
    def alone(self) -> bool:
        """Nobody but the one who declared it is recorded as here."""
        return len(self.people) < 2

    def __len__(self) -> int:
        return len(self.entries)

    def entry(self, entry_id: str) -> Entry | None:
        """The entry as it was written down, or None."""
        at = self.position.get(entry_id)
        return None if at is None else self.entries[at]

    def effective(self, entry: Entry) -> Entry:
        """The entry with its standing amendments applied."""
        amendments = self.amendments.get(entry.id)
        if not amendments:
            return entry
        changes: dict[str, Any] = {}
        for amendment in amendments:
            if amendment.when is not None:
                written = entry.added or entry.at
                changes["at"] = amendment.when
                changes["added"] = None if written == amendment.when else written
            if amendment.text is not None and type(entry) in TEXT_FIELDS:
                changes[TEXT_FIELDS[type(entry)]] = amendment.text
            if amendment.mark is not None and isinstance(entry, Noted):
                changes["mark"] = amendment.mark
        return msgspec.structs.replace(entry, **changes)

    def stands(self, entry: Entry) -> bool:
        return entry.id not in self.undone

    def timeline(self) -> list[Entry]:
        """The lines of the timeline in order, each as amended. Undone entries are among them."""
        return [self.effective(self.entries[position]) for position in self.order]

    def since(self, audience: str) -> list[Entry]:
        """What stands on the record since the audience's last message, in file order."""
        told = self.told.get(audience)
        start = 0 if told is None else told.position + 1
        return [self.effective(entry) for entry in self.entries[start:] if self.stands(entry)]

    # -- folding ----------------------------------------------------------------------------

    def add(self, entry: Entry) -> None:
        """Add one entry at the end. An id that is already there changes nothing."""
        self.add_all((entry,))

    def add_all(self, entries: Iterable[Entry]) -> None:
        """Add entries at the end, folding at most once."""
        position, mine = self.position, self.entries
        first = len(mine)
        reaches_back = False
        for entry in entries:
            entry_id = entry.id
            if entry_id not in position:
                position[entry_id] = len(mine)
                mine.append(entry)
                if type(entry) in REACH_BACK:
                    reaches_back = True
        if len(mine) == first:
            return
        self.version += 1
        if reaches_back:
            self._refold()
        else:
            self._apply(first)

    def start_over(self, entries: Iterable[Entry]) -> None:
        """These are all the entries from now on."""
        self.entries = list({entry.id: entry for entry in entries}.values())
        self.position = {entry.id: index for index, entry in enumerate(self.entries)}
        self.version += 1
        self._refold()

    def _refold(self) -> None:
        version = self.playbook_version
        self._clear()
        self.playbook_version = version + 1
        self.undone = _standing_undos(self.entries, self.position)
        for entry in self.entries:
            if isinstance(entry, Amended) and entry.id not in self.undone:
                self.amendments.setdefault(entry.entry, []).append(entry)
        self._apply(0)

    def _apply(self, first: int) -> None:
        """Apply the entries from this position on. One plain loop: the cost of opening a file."""
        order, undone, amendments, rules = self.order, self.undone, self.amendments, _RULES
        for position, entry in enumerate(self.entries[first:], first):
            if amendments and entry.id in amendments:
                entry = self.effective(entry)  # noqa: PLW2901
            kind = type(entry)
            if kind not in REACH_BACK or self._is_a_line(entry):
                at = entry.at
                if at >= self._latest:
                    self._latest = at
                    order.append(position)
                else:
                    self._insert(position, at)
            if undone and entry.id in undone:
                continue
            rule = rules.get(kind)
            if rule is not None:
                rule(self, entry)

    def _is_a_line(self, entry: Entry) -> bool:
        """Amendments show on what they amend; an undo that was itself undone leaves no line."""
        if not isinstance(entry, Undone):
            return False
        target = self.entry(entry.entry)
        return self.undone.get(entry.entry) == entry.id and not isinstance(target, Undone)

    def _insert(self, position: int, at: datetime) -> None:
        """Put a backdated line in its place."""

        def when(place: int) -> tuple[datetime, int]:
            known = at if place == position else self.effective(self.entries[place]).at
            return known, place

        insort(self.order, position, key=when)


def fold(entries: Iterable[Entry]) -> Incident:
    """The incident that these entries, in file order, add up to."""
    incident = Incident()
    incident.add_all(entries)
    return incident


def _standing_undos(entries: list[Entry], position: dict[str, int]) -> dict[str, str]:
    """Entry id -> the undo that counts. One pass backwards: a later undo decides on earlier ones.

    An undo of what cannot be undone, of something unknown or of something later is void.
    """
    undone: dict[str, str] = {}
    for index in range(len(entries) - 1, -1, -1):
        entry = entries[index]
        if not isinstance(entry, Undone) or entry.id in undone:
            continue
        target = position.get(entry.entry)
        if target is None or target >= index:
            continue
        if not isinstance(entries[target], CANNOT_BE_UNDONE):
            undone.setdefault(entry.entry, entry.id)
    return undone


# -- what each kind does --------------------------------------------------------------------


def _declared(incident: Incident, entry: Declared) -> None:
    if incident.declared is not None:  # a second declaration can only come from a broken script
        return
    incident.declared = entry
    _set_facts(incident, entry.facts)
    incident.severity = entry.severity
    incident.playbooks = entry.playbooks
    incident.playbook_version += 1
    incident.people.setdefault(person(entry.who), entry.at)


def _ticked(incident: Incident, entry: Ticked) -> None:
    incident.steps[entry.step] = StepRecord(
        "done", entry.at, person(entry.who), entry.observed, entry.id
    )


def _unticked(incident: Incident, entry: Unticked) -> None:
    incident.steps.pop(entry.step, None)


def _skipped(incident: Incident, entry: Skipped) -> None:
    incident.steps[entry.step] = StepRecord(
        "skipped", entry.at, person(entry.who), entry.reason, entry.id
    )


def _taken(incident: Incident, entry: Taken) -> None:
    incident.steps[entry.step] = StepRecord("doing", entry.at, entry.by, "", entry.id)


def _answered(incident: Incident, entry: Answered) -> None:
    incident.steps[entry.step] = StepRecord(
        "done", entry.at, person(entry.who), entry.answer, entry.id
    )


def _step_added(incident: Incident, entry: StepAdded) -> None:
    incident.added_steps.append(entry)
    incident.playbook_version += 1


def _playbook_added(incident: Incident, entry: PlaybookAdded) -> None:
    known = {playbook.name for playbook in incident.playbooks}
    incident.playbooks += tuple(new for new in entry.playbooks if new.name not in known)
    incident.playbook_version += 1


def _playbook_swapped(incident: Incident, entry: PlaybookSwapped) -> None:
    incident.playbooks = entry.playbooks
    incident.playbook_version += 1


def _facts_set(incident: Incident, entry: FactsSet) -> None:
    _set_facts(incident, entry.facts)


def _set_facts(incident: Incident, facts: dict[str, str]) -> None:
    for name, value in facts.items():
        if value:
            incident.facts[name] = value
        else:
            incident.facts.pop(name, None)


def _severity_set(incident: Incident, entry: SeveritySet) -> None:
    incident.severity = entry.severity


def _stage_set(incident: Incident, entry: StageSet) -> None:
    incident.stage = entry.stage
    incident.stage_at = entry.at


def _spread_checked(incident: Incident, entry: SpreadChecked) -> None:
    incident.spreading = entry.spreading
    incident.spread_checked_at = entry.at
    if entry.spreading == "yes":  # it got away again: containment did not hold
        incident.contained_at = None


def _contained(incident: Incident, entry: Contained) -> None:
    incident.contained_at = entry.at
    incident.spreading = "no"
    incident.spread_checked_at = entry.at


def _joined(incident: Incident, entry: Joined) -> None:
    incident.people.setdefault(entry.person, entry.at)


def _left(incident: Incident, entry: Left) -> None:
    incident.people.pop(entry.person, None)
    for role in [role for role, who in incident.roles.items() if who == entry.person]:
        del incident.roles[role]


def _role_taken(incident: Incident, entry: RoleTaken) -> None:
    if entry.person:
        incident.roles[entry.role] = entry.person
        incident.people.setdefault(entry.person, entry.at)
    else:
        incident.roles.pop(entry.role, None)


def _copied(incident: Incident, entry: Copied) -> None:
    if entry.to:
        incident.helpers_asked.append(entry)
        return
    position = incident.position[entry.id]
    incident.told[entry.audience] = Told(entry.at, position, entry.text, entry.id)
    if entry.promise is None:
        incident.promises.pop(entry.audience, None)
    else:
        incident.promises[entry.audience] = Promise(entry.promise, entry.id)


def _snoozed(incident: Incident, entry: Snoozed) -> None:
    incident.promises[entry.audience] = Promise(entry.until, entry.id)


def _closed(incident: Incident, entry: Closed) -> None:
    incident.closed = True
    incident.closed_at = entry.at


def _reopened(incident: Incident, _: Reopened) -> None:
    incident.closed = False
    incident.closed_at = None


_RULES: dict[type[Entry], Callable[[Incident, Any], None]] = cast(
    "dict[type[Entry], Callable[[Incident, Any], None]]",
    {
        Declared: _declared,
        Ticked: _ticked,
        Unticked: _unticked,
        Skipped: _skipped,
        Taken: _taken,
        Answered: _answered,
        StepAdded: _step_added,
        PlaybookAdded: _playbook_added,
        PlaybookSwapped: _playbook_swapped,
        FactsSet: _facts_set,
        SeveritySet: _severity_set,
        StageSet: _stage_set,
        SpreadChecked: _spread_checked,
        Contained: _contained,
        Joined: _joined,
        Left: _left,
        RoleTaken: _role_taken,
        Copied: _copied,
        Snoozed: _snoozed,
        Closed: _closed,
        Reopened: _reopened,
    },
)
"""Kinds without a rule (notes, newer kinds) are on the timeline and change no state."""
