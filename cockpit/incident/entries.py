"""Entries: the kinds of line that the record of an incident is made of.

The record is the timeline, and the timeline is the record: a tick, a note, a message that
went out, a change of severity are all entries. Nothing is edited and nothing is deleted; an
amendment or an undo is an entry of its own. State is never stored, it is folded (state.py).

One action makes one entry makes one line of the incident file, so that no fault can keep half
of an action. Entries hold no floats: their JSON must read back to the same bytes everywhere.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal

import msgspec

Severity = Literal["", "SEV1", "SEV2", "SEV3", "SEV4"]
SEVERITIES: tuple[Severity, ...] = ("SEV1", "SEV2", "SEV3", "SEV4")

Stage = Literal["investigating", "identified", "monitoring", "resolved"]
STAGES: tuple[Stage, ...] = ("investigating", "identified", "monitoring", "resolved")

Mark = Literal["", "decision", "impact", "hypothesis", "question"]
MARKS: tuple[Mark, ...] = ("decision", "impact", "hypothesis", "question")

Spread = Literal["yes", "no", "unknown"]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
"""A time with its zone; the program writes UTC."""

Certainty = Literal["checked", "sent", "saved"]

FACTS: dict[str, str] = {
    "what": "what is happening",
    "impact": "who is affected, and how",
    "since": "since when",
    "change": "my change",
    "undo": "how to undo it",
    "workaround": "workaround",
    "doing": "what we are doing now",
    "room": "where we meet",
}
"""The fact sheet: name of the fact -> the words a person sees. All drafts are made from these."""

ROLES: tuple[str, ...] = ("lead", "comms", "scribe", "fixer")

SIZE_LIMIT = 64 * 1024
"""Bytes that one entry may take in the file..."""
PLAYBOOK_SIZE_LIMIT = 1024 * 1024
"""...except those that carry a playbook's text."""


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind"):
    """One line of the record.

    id     a ULID; identity only (references, dedupe). Order is the position in the file.
    at     when it happened by the author's clock, UTC, whole seconds; may be backdated.
    who    person@machine.
    added  when it was written down, UTC, if that is not `at`.
    via    "" from the cockpit's screen, "command" from the shell: undo leaves scripts alone.
    """

    id: str
    at: Moment
    who: str
    added: Moment | None = None
    via: Literal["", "command"] = ""

    size_limit: ClassVar[int] = SIZE_LIMIT


class PlaybookText(msgspec.Struct, frozen=True):
    """A playbook as it was when it was chosen, so that an incident file is complete in itself."""

    name: str
    text: str


class Declared(Entry, frozen=True, kw_only=True, tag="declared"):
    facts: dict[str, str]
    severity: Severity = ""
    playbooks: tuple[PlaybookText, ...] = ()
    size_limit: ClassVar[int] = PLAYBOOK_SIZE_LIMIT


class Noted(Entry, frozen=True, kw_only=True, tag="noted"):
    text: str
    mark: Mark = ""


class Ticked(Entry, frozen=True, kw_only=True, tag="ticked"):
    step: str
    text: str
    """The step's words at that time: the timeline must read well without the playbook."""
    observed: str = ""


class Unticked(Entry, frozen=True, kw_only=True, tag="unticked"):
    step: str
    text: str


class Skipped(Entry, frozen=True, kw_only=True, tag="skipped"):
    step: str
    text: str
    reason: str


class Taken(Entry, frozen=True, kw_only=True, tag="taken"):
    """A step is in progress, by the author or by whom it was given to."""

    step: str
    text: str
    by: str


class Answered(Entry, frozen=True, kw_only=True, tag="answered"):
    """A branch was decided; the other branch is not applicable from now on."""

    step: str
    text: str
    answer: Literal["yes", "no"]


class StepAdded(Entry, frozen=True, kw_only=True, tag="step-added"):
    step: str
    text: str
    phase: int
    """1..5"""
    after: str = ""
    """The slug of the step that it follows; "" puts it at the phase's end."""


class PlaybookAdded(Entry, frozen=True, kw_only=True, tag="playbook-added"):
    playbooks: tuple[PlaybookText, ...]
    size_limit: ClassVar[int] = PLAYBOOK_SIZE_LIMIT


class PlaybookSwapped(Entry, frozen=True, kw_only=True, tag="playbook-swapped"):
    playbooks: tuple[PlaybookText, ...]
    size_limit: ClassVar[int] = PLAYBOOK_SIZE_LIMIT


class FactsSet(Entry, frozen=True, kw_only=True, tag="facts-set"):
    """Only the facts that changed; "" means not known."""

    facts: dict[str, str]


class SeveritySet(Entry, frozen=True, kw_only=True, tag="severity-set"):
    severity: Severity


class StageSet(Entry, frozen=True, kw_only=True, tag="stage-set"):
    stage: Stage


class SpreadChecked(Entry, frozen=True, kw_only=True, tag="spread-checked"):
    """The answer to "is it still spreading?"."""

    spreading: Spread


class Contained(Entry, frozen=True, kw_only=True, tag="contained"):
    """It stopped spreading: a moment of its own, apart from the stage."""


class Joined(Entry, frozen=True, kw_only=True, tag="joined"):
    person: str


class Left(Entry, frozen=True, kw_only=True, tag="left"):
    person: str


class RoleTaken(Entry, frozen=True, kw_only=True, tag="role-taken"):
    role: str
    person: str
    """ "" gives the role up."""


class Copied(Entry, frozen=True, kw_only=True, tag="copied"):
    """A message is on a clipboard; it counts as told until it is taken back ("not posted")."""

    audience: str
    text: str
    route: str
    certainty: Certainty
    to: str = ""
    """The person, when the message asks one person for help."""
    promise: Moment | None = None
    """When this audience was promised the next word, UTC."""


class Snoozed(Entry, frozen=True, kw_only=True, tag="snoozed"):
    """The promise to an audience was moved, and why."""

    audience: str
    until: Moment
    reason: str


class Amended(Entry, frozen=True, kw_only=True, tag="amended"):
    """Another entry's words or time, put right. The old version stays readable."""

    entry: str
    text: str | None = None
    mark: Mark | None = None
    when: Moment | None = None


class Undone(Entry, frozen=True, kw_only=True, tag="undone"):
    """Another entry does not count. Counts itself only if it is not undone."""

    entry: str


class Closed(Entry, frozen=True, kw_only=True, tag="closed"):
    note: str = ""


class Reopened(Entry, frozen=True, kw_only=True, tag="reopened"):
    reason: str = ""


class Unknown(Entry, frozen=True, kw_only=True, tag="?"):
    """A line of a kind that this version does not know: kept byte for byte, shown as it is."""

    newer_kind: str


AnyEntry = (
    Declared
    | Noted
    | Ticked
    | Unticked
    | Skipped
    | Taken
    | Answered
    | StepAdded
    | PlaybookAdded
    | PlaybookSwapped
    | FactsSet
    | SeveritySet
    | StageSet
    | SpreadChecked
    | Contained
    | Joined
    | Left
    | RoleTaken
    | Copied
    | Snoozed
    | Amended
    | Undone
    | Closed
    | Reopened
)
"""Every kind that can be written. `Unknown` is not among them: it is only ever read."""

_decoder: msgspec.json.Decoder[AnyEntry] = msgspec.json.Decoder(AnyEntry)


class _Bare(msgspec.Struct):
    kind: str
    id: str
    at: Moment
    who: str


_bare_decoder = msgspec.json.Decoder(_Bare)


def decode(line: bytes) -> Entry:
    """One entry from its JSON object.

    Fields of a newer version are ignored here (the file keeps the bytes); a kind of a newer
    version, or a known kind whose fields do not fit, becomes `Unknown`.

    Raises msgspec.DecodeError when the line has not even an entry's id, time, author and kind.
    """
    try:
        return _decoder.decode(line)
    except msgspec.ValidationError:
        bare = _bare_decoder.decode(line)
        return Unknown(id=bare.id, at=bare.at, who=bare.who, newer_kind=bare.kind)


def to_document(entry: Entry) -> dict[str, Any]:
    """The entry as a flat dict of JSON values; `decode` reads its JSON back.

    The order (who did what when, then the rest) is for the person who reads the file.
    """
    document: dict[str, Any] = msgspec.to_builtins(entry)
    first = {name: document.pop(name) for name in ("id", "at", "who", "kind")}
    return first | document
