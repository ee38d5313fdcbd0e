"""What a person can do: each action makes the one entry it stands for, or refuses and says why.

Pure: the id, the time and the author are passed in as a `Stamp`.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, tzinfo
from typing import Any, Literal, NamedTuple

from cockpit.incident.checklist import Row
from cockpit.incident.entries import (
    FACTS,
    MARKS,
    ROLES,
    SEVERITIES,
    STAGES,
    Amended,
    Answered,
    Certainty,
    Closed,
    Contained,
    Copied,
    Declared,
    Entry,
    FactsSet,
    Joined,
    Left,
    Mark,
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
from cockpit.incident.state import MAY_BE_WORDLESS, TEXT_FIELDS, Incident, person
from cockpit.incident.times import read_past
from cockpit.playbooks.slugs import slug

FACT_LIMIT = 500
"""Characters of one fact: it must fit into a message."""
STEP_LIMIT = 200


class Refusal(Exception):
    """The action can't be done; the message says why, and what can be done."""


class Stamp(NamedTuple):
    """Who acts, and when."""

    id: str
    now: datetime
    who: str
    via: Literal["", "command"] = ""

    def fields(self, at: datetime | None = None) -> dict[str, Any]:
        """The base fields of an entry; `at` backdates it."""
        now = self.now.replace(microsecond=0)
        moment = now if at is None else at.replace(microsecond=0)
        added = None if moment == now else now
        return {"id": self.id, "at": moment, "who": self.who, "added": added, "via": self.via}


def declare(
    stamp: Stamp,
    facts: dict[str, str],
    severity: Severity = "",
    playbooks: tuple[PlaybookText, ...] = (),
) -> Declared:
    return Declared(**stamp.fields(), facts=_facts(facts), severity=severity, playbooks=playbooks)


def _facts(facts: dict[str, str]) -> dict[str, str]:
    """The facts in a form that can be kept. Beside those of FACTS there are the ones that a
    playbook's commands ask for (`fill:`), under their own names.
    """
    clean: dict[str, str] = {}
    for name, words in facts.items():
        value = words.strip()
        if not re.fullmatch(r"[a-z][a-z0-9_-]{0,39}", name, re.I):
            raise Refusal(f"“{name}” is no name for a fact: letters, digits, - and _ make one.")
        if len(value) > FACT_LIMIT:
            raise Refusal(
                f"“{FACTS.get(name, name)}” has {len(value):,} characters; messages are made "
                f"from it, so keep it to {FACT_LIMIT} and put the rest into a note."
            )
        if value:
            clean[name] = value
    return clean


# -- the timeline ---------------------------------------------------------------------------


class NoteLine(NamedTuple):
    mark: Mark
    at: datetime | None
    text: str


def read_note(line: str, now: datetime, zone: tzinfo | None) -> NoteLine:
    """`!decision 14:02 hold deploys` -> its mark, its time, its words. Never raises.

    The mark may be shortened (`!d`); a word after `!` that is no mark stays in the text, and so
    does a time with no words behind it.
    """
    mark: Mark = ""
    text = line.strip()
    if match := re.match(r"!([a-z]+)(?:\s+|$)", text, re.I):
        name = match[1].lower()
        fits = [known for known in MARKS if known.startswith(name)]
        if len(fits) == 1:
            mark, text = fits[0], text[match.end() :]
    found = read_past(text, now, zone)
    if found is not None and found[1].strip() and found[0] <= now + timedelta(minutes=1):
        return NoteLine(mark, found[0], found[1].strip())
    return NoteLine(mark, None, text)


def note(stamp: Stamp, text: str, mark: Mark = "", at: datetime | None = None) -> Noted:
    if not text.strip():
        raise Refusal("The note has no words.")
    return Noted(**stamp.fields(at), text=text.strip("\n"), mark=mark)


def amend(
    stamp: Stamp,
    entry: Entry,
    *,
    text: str | None = None,
    mark: Mark | None = None,
    when: datetime | None = None,
) -> Amended:
    """Put right the words, the mark or the time of an entry; None leaves that part alone.

    `entry` is as it reads now (`Incident.effective`): what is the same already is left out.
    """
    if isinstance(entry, (Undone, Amended)):
        raise Refusal("An undo or an amendment has nothing to amend.")
    if mark is not None and not isinstance(entry, Noted):
        raise Refusal("Only a note has a mark.")
    if text is not None and type(entry) not in TEXT_FIELDS:
        raise Refusal("Only its time can be amended; its words follow from what was done.")
    if text is not None and not text.strip() and not isinstance(entry, MAY_BE_WORDLESS):
        raise Refusal("It would have no words. To take it back, press delete on it.")
    moment = None if when is None else when.replace(microsecond=0)
    if text is not None and text == getattr(entry, TEXT_FIELDS[type(entry)]):
        text = None
    if isinstance(entry, Noted) and mark == entry.mark:
        mark = None
    if moment == entry.at:
        moment = None
    if text is None and mark is None and moment is None:
        raise Refusal("Nothing was changed.")
    return Amended(**stamp.fields(), entry=entry.id, text=text, mark=mark, when=moment)


def undo(stamp: Stamp, incident: Incident, entry: Entry) -> Undone:
    """Take one entry back."""
    if isinstance(entry, Declared):
        raise Refusal("A declaration can't be undone. Close the incident if it was a false alarm.")
    if isinstance(entry, Closed):
        raise Refusal("A closing can't be undone. Reopen the incident instead.")
    if not incident.stands(entry):
        raise Refusal("It is undone already. U brings it back.")
    return Undone(**stamp.fields(), entry=entry.id)


def undo_newest(stamp: Stamp, incident: Incident, mine: set[str]) -> Undone:
    """Take back the newest standing entry among `mine`: what this cockpit has written.

    Undos are not among what it takes back (that is what redo is for), nor is what a script wrote.
    """
    for entry in reversed(incident.entries):
        own = entry.id in mine and entry.via != "command"
        if own and incident.stands(entry) and not isinstance(entry, Undone):
            return undo(stamp, incident, entry)
    raise Refusal(
        "Nothing of yours is left to undo here. Select another entry and press delete "
        "to take that one back."
    )


def redo_newest(stamp: Stamp, incident: Incident, mine: set[str]) -> Undone:
    """Bring back what the newest standing undo among `mine` took out."""
    for entry in reversed(incident.entries):
        if entry.id not in mine or not isinstance(entry, Undone) or not incident.stands(entry):
            continue
        if isinstance(incident.entry(entry.entry), Undone):
            continue  # a redo; what it brought back can be undone, but not redone
        if incident.undone.get(entry.entry) != entry.id:
            continue  # it takes nothing out: somebody else's undo does
        return Undone(**stamp.fields(), entry=entry.id)
    raise Refusal("Nothing to redo: you have undone nothing here.")


# -- the checklist --------------------------------------------------------------------------


def tick(stamp: Stamp, row: Row, observed: str = "", at: datetime | None = None) -> Ticked:
    if row.step.question:
        raise Refusal(f"“{row.step.text}” wants an answer: yes or no.")
    if row.status == "done":
        raise Refusal(f"“{row.step.text}” is done already.")
    return Ticked(
        **stamp.fields(at), step=row.step.slug, text=row.step.text, observed=observed.strip()
    )


def untick(stamp: Stamp, row: Row) -> Unticked:
    """Open a step again: ticked, skipped, answered or in progress."""
    if row.record is None:
        raise Refusal(f"“{row.step.text}” is open already.")
    return Unticked(**stamp.fields(), step=row.step.slug, text=row.step.text)


def skip(stamp: Stamp, row: Row, reason: str) -> Skipped:
    if row.status == "done":
        raise Refusal(f"“{row.step.text}” is done. Untick it first (space).")
    if not reason.strip():
        raise Refusal("A skipped step needs a reason: whoever reads the record will ask.")
    return Skipped(**stamp.fields(), step=row.step.slug, text=row.step.text, reason=reason.strip())


def take(stamp: Stamp, row: Row, by: str = "") -> Taken:
    """The step is in progress, by the author or by whom it is given to."""
    if row.status == "done":
        raise Refusal(f"“{row.step.text}” is done already.")
    return Taken(
        **stamp.fields(),
        step=row.step.slug,
        text=row.step.text,
        by=by.strip() or person(stamp.who),
    )


def answer(stamp: Stamp, row: Row, choice: Literal["yes", "no"]) -> Answered:
    if not row.step.question:
        raise Refusal(f"“{row.step.text}” is no question.")
    if row.answer == choice:
        raise Refusal(f"The answer is “{choice}” already.")
    return Answered(**stamp.fields(), step=row.step.slug, text=row.step.text, answer=choice)


def add_step(stamp: Stamp, text: str, phase: int, after: str, taken: set[str]) -> StepAdded:
    """A step of one's own. `taken` holds the slugs in use."""
    words = " ".join(text.split())
    if not words:
        raise Refusal("The step has no words.")
    if len(words) > STEP_LIMIT:
        raise Refusal(f"A step has at most {STEP_LIMIT} characters; put the rest into a note.")
    base = slug(words) or "step"
    name, number = base, 2
    while name in taken:
        name, number = f"{base}-{number}", number + 1
    return StepAdded(**stamp.fields(), step=name, text=words, phase=phase, after=after)


def add_playbook(
    stamp: Stamp, incident: Incident, playbooks: tuple[PlaybookText, ...]
) -> PlaybookAdded:
    known = {playbook.name for playbook in incident.playbooks}
    new = tuple(playbook for playbook in playbooks if playbook.name not in known)
    if not new:
        raise Refusal("That playbook is in use already.")
    return PlaybookAdded(**stamp.fields(), playbooks=new)


def swap_playbook(stamp: Stamp, playbooks: tuple[PlaybookText, ...]) -> PlaybookSwapped:
    """Another playbook in place of all others; steps that both have keep their ticks."""
    return PlaybookSwapped(**stamp.fields(), playbooks=playbooks)


# -- facts, severity, stage, containment, people ----------------------------------------------


def set_facts(stamp: Stamp, incident: Incident, facts: dict[str, str]) -> FactsSet:
    """`facts` may hold unchanged ones; "" means not known."""
    changed = {
        name: value.strip()
        for name, value in facts.items()
        if value.strip() != incident.facts.get(name, "")
    }
    if not changed:
        raise Refusal("No fact was changed.")
    _facts(changed)
    return FactsSet(**stamp.fields(), facts=changed)


def set_severity(stamp: Stamp, incident: Incident, severity: Severity) -> SeveritySet:
    if severity and severity not in SEVERITIES:
        raise Refusal(f"“{severity}” is no severity. Choose {', '.join(SEVERITIES)}.")
    if severity == incident.severity:
        raise Refusal(f"It is {severity or 'unset'} already.")
    return SeveritySet(**stamp.fields(), severity=severity)


def set_stage(stamp: Stamp, incident: Incident, stage: Stage) -> StageSet:
    if stage not in STAGES:
        raise Refusal(f"“{stage}” is no stage. Choose {', '.join(STAGES)}.")
    if stage == incident.stage:
        raise Refusal(f"It is {stage} already.")
    return StageSet(**stamp.fields(), stage=stage)


def check_spread(stamp: Stamp, spreading: Spread) -> SpreadChecked:
    return SpreadChecked(**stamp.fields(), spreading=spreading)


def contain(stamp: Stamp, incident: Incident, at: datetime | None = None) -> Contained:
    if incident.contained_at is not None:
        raise Refusal("It is contained already. If it spreads again, answer “yes” (x, then y).")
    return Contained(**stamp.fields(at))


def join(stamp: Stamp, incident: Incident, name: str) -> Joined:
    name = " ".join(name.split())
    if not name:
        raise Refusal("Who? A name is needed.")
    if name in incident.people:
        raise Refusal(f"{name} is here already.")
    return Joined(**stamp.fields(), person=name)


def leave(stamp: Stamp, incident: Incident, name: str) -> Left:
    if name not in incident.people:
        raise Refusal(f"{name} is not recorded as here.")
    return Left(**stamp.fields(), person=name)


def take_role(stamp: Stamp, incident: Incident, role: str, name: str) -> RoleTaken:
    name = " ".join(name.split())
    if role not in ROLES:
        raise Refusal(f"“{role}” is no role. The roles: {', '.join(ROLES)}.")
    if incident.roles.get(role, "") == name:
        raise Refusal(f"{name or 'Nobody'} has that role already.")
    return RoleTaken(**stamp.fields(), role=role, person=name)


# -- words ------------------------------------------------------------------------------------


def copied(
    stamp: Stamp,
    incident: Incident,
    audience: str,
    text: str,
    *,
    route: str,
    certainty: Certainty,
    promise: datetime | None,
    to: str = "",
) -> Copied | None:
    """The record of a copy; None when the same words went to the same audience before.

    Copying the same text again is the same update, or the same request for help.
    """
    told = incident.told.get(audience)
    if not to and told is not None and told.text == text:
        return None
    if to and any((asked.to, asked.text) == (to, text) for asked in incident.helpers_asked):
        return None
    moment = None if promise is None else promise.replace(microsecond=0)
    return Copied(
        **stamp.fields(),
        audience=audience,
        text=text,
        route=route,
        certainty=certainty,
        to=to,
        promise=moment,
    )


def not_posted(stamp: Stamp, incident: Incident, audience: str) -> Undone:
    """Take back the last message to this audience: it was copied, but nobody has seen it."""
    told = incident.told.get(audience)
    entry = None if told is None else incident.entry(told.entry)
    if entry is None:
        raise Refusal(f"Nothing was copied for {audience} yet.")
    return undo(stamp, incident, entry)


def snooze(stamp: Stamp, audience: str, until: datetime, reason: str) -> Snoozed:
    if not reason.strip():
        raise Refusal("A moved promise needs a reason: “20m waiting for the database team”.")
    return Snoozed(
        **stamp.fields(),
        audience=audience,
        until=until.replace(microsecond=0),
        reason=reason.strip(),
    )


def close(stamp: Stamp, incident: Incident, note: str) -> Closed:
    if incident.closed:
        raise Refusal("It is closed already.")
    if incident.stage != "resolved":
        raise Refusal(
            f"It is still {incident.stage}. Set the stage to resolved first (t), then close."
        )
    return Closed(**stamp.fields(), note=note.strip())


def reopen(stamp: Stamp, incident: Incident, reason: str) -> Reopened:
    if not incident.closed:
        raise Refusal("It is open.")
    return Reopened(**stamp.fields(), reason=reason.strip())
