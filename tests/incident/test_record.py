"""Durable and pending: whatever order the disk reports in, the screen shows the sum."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from cockpit.incident.entries import Amended, Declared, Entry, Noted, Ticked, Undone
from cockpit.incident.record import Record
from cockpit.incident.state import Incident, fold
from tests.incident.story import ANA, SAM, Story, minute, state_of


def note(name: str, who: str = SAM) -> Noted:
    return Noted(id=name, at=minute(0), who=who, text=name)


def shown(record: Record) -> list[str]:
    return [entry.id for entry in record.incident.entries]


def pending(record: Record) -> list[str]:
    return [entry.id for entry in record.incident.entries if record.is_pending(entry)]


def test_an_entry_is_shown_at_once_and_pending_until_the_disk_has_it() -> None:
    record = Record([note("a")])
    record.add(note("b"))
    assert (shown(record), pending(record)) == (["a", "b"], ["b"])
    record.confirm([note("b")])
    assert (shown(record), pending(record), record.pending) == (["a", "b"], [], [])


def test_entries_of_others_go_below_what_is_pending() -> None:
    record = Record([note("a")])
    record.add(note("mine"))
    record.confirm([note("theirs", ANA)])
    assert (shown(record), pending(record)) == (["a", "theirs", "mine"], ["mine"])
    record.confirm([note("mine")])
    assert (shown(record), pending(record)) == (["a", "theirs", "mine"], [])


def test_several_pending_entries_become_durable_with_others_between_them() -> None:
    record = Record([])
    for name in ("m1", "m2", "m3"):
        record.add(note(name))
    record.confirm([note("m1"), note("t1", ANA), note("m2")])
    assert (shown(record), pending(record)) == (["m1", "t1", "m2", "m3"], ["m3"])


def test_an_undo_of_a_pending_entry_waits_on_top_with_it() -> None:
    record = Record([])
    record.add(note("mine"))
    record.add(Undone(id="undo", at=minute(0), who=SAM, entry="mine"))
    record.confirm([note("theirs", ANA)])
    assert not record.incident.stands(note("mine"))
    assert pending(record) == ["mine", "undo"]


def test_what_is_told_twice_counts_once() -> None:
    record = Record([note("a")])
    record.add(note("b"))
    record.add(note("b"))
    record.add(note("a"))
    record.confirm([note("b"), note("b"), note("a")])
    record.confirm([note("b")])
    record.add(note("c"))
    assert (shown(record), pending(record)) == (["a", "b", "c"], ["c"])


def test_a_file_that_was_replaced_has_the_say_and_pending_entries_stay_on_top() -> None:
    record = Record([note("a"), note("rolled back")])
    record.add(note("m1"))
    record.add(note("m2"))
    record.replace([note("a"), note("other"), note("m1")])
    assert (shown(record), pending(record)) == (["a", "other", "m1", "m2"], ["m2"])


def test_the_incident_stays_the_same_object_and_its_version_grows() -> None:
    record = Record([note("a")])
    incident, versions = record.incident, [record.incident.version]
    record.add(note("m1"))
    versions.append(incident.version)
    record.confirm([note("t", ANA)])
    versions.append(incident.version)
    record.replace([note("z")])
    versions.append(incident.version)
    assert record.incident is incident
    assert versions == sorted(set(versions))


def test_an_own_entry_becoming_durable_folds_nothing() -> None:
    record = Record([note("a")])
    record.add(note("mine"))
    version = record.incident.version
    record.confirm([note("mine")])
    assert record.incident.version == version


class AnyOrder(RuleBasedStateMachine):
    """A disk that takes own and others' entries in any mixture, and a record that hears of it."""

    def __init__(self) -> None:
        super().__init__()
        self.story = Story()
        self.disk: list[Entry] = [self.story.tell(Declared, facts={"what": "down"})]
        self.waiting: list[Entry] = []
        self.record = Record(self.disk)

    def make(self, what: int, who: str) -> Entry:
        every = self.record.incident.entries
        target = every[what % len(every)].id
        match what % 4:
            case 0:
                return self.story.tell(Undone, entry=target, who=who)
            case 1:
                return self.story.tell(Amended, entry=target, when=minute(what % 40), who=who)
            case 2:
                return self.story.tell(Ticked, step=f"s{what % 3}", text="Step", who=who)
        return self.story.tell(Noted, text="x", at=minute(what % 50), who=who)

    @rule(what=st.integers(0, 999))
    def someone_here_acts(self, what: int) -> None:
        entry = self.make(what, SAM)
        self.record.add(entry)
        self.waiting.append(entry)

    @rule(
        what=st.lists(st.integers(0, 999), max_size=3), own=st.integers(0, 3), cut=st.integers(0, 9)
    )
    def the_disk_reports(self, what: list[int], own: int, cut: int) -> None:
        theirs = [self.make(number, ANA) for number in what]
        ours, self.waiting = self.waiting[:own], self.waiting[own:]
        at = cut % (len(ours) + 1)
        batch = [*ours[:at], *theirs, *ours[at:]]
        self.disk += batch
        self.record.confirm(batch)

    @rule(again=st.integers(1, 5))
    def the_disk_repeats_itself(self, again: int) -> None:
        self.record.confirm(self.disk[-again:])

    @rule(lost=st.integers(0, 3), own=st.integers(0, 2))
    def the_file_is_replaced(self, lost: int, own: int) -> None:
        ours, self.waiting = self.waiting[:own], self.waiting[own:]
        self.disk = [*self.disk[: max(len(self.disk) - lost, 1)], *ours]
        self.record.replace(self.disk)

    @invariant()
    def what_is_shown_is_the_disk_with_the_waiting_entries_on_top(self) -> None:
        assert state_of(self.record.incident) == state_of(fold([*self.disk, *self.waiting]))

    @invariant()
    def what_waits_is_pending_and_nothing_else(self) -> None:
        assert self.record.pending == self.waiting
        assert pending(self.record) == [entry.id for entry in self.waiting]


AnyOrder.TestCase.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)
test_any_order_of_reports_comes_to_the_same = AnyOrder.TestCase


def test_starting_over_leaves_nothing_of_before() -> None:
    incident = Incident()
    incident.add_all([note("a"), note("b")])
    incident.start_over([note("c"), note("c")])
    assert state_of(incident) == state_of(fold([note("c")]))
