"""Entries in words: one line of the timeline, and the timeline as Markdown.

A mark is a glyph, and the words always say the same without it. Text is shown through `plain`
and `one_line`: nothing that was typed or pasted can drive a terminal or hide what it says.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime, tzinfo

from cockpit.incident.entries import (
    FACTS,
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
    Reopened,
    RoleTaken,
    SeveritySet,
    Skipped,
    Snoozed,
    SpreadChecked,
    StageSet,
    StepAdded,
    Taken,
    Ticked,
    Undone,
    Unknown,
    Unticked,
)
from cockpit.incident.state import Incident, person
from cockpit.incident.times import show_span, show_time

_BIDI = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")

GLYPHS: dict[type[Entry], str] = {
    Declared: "⚑",
    Noted: "•",
    Ticked: "✓",
    Unticked: "□",
    Skipped: "↷",
    Taken: "▸",
    Answered: "✓",
    StepAdded: "+",
    PlaybookAdded: "+",
    PlaybookSwapped: "+",
    FactsSet: "Δ",
    SeveritySet: "Δ",
    StageSet: "Δ",
    SpreadChecked: "≈",
    Contained: "■",
    Joined: "+",
    Left: "-",
    RoleTaken: "+",
    Copied: "✉",
    Snoozed: "z",
    Undone: "⎌",
    Closed: "⚑",
    Reopened: "⚑",
    Unknown: "?",
}
MARK_GLYPHS = {"decision": "◆", "impact": "!", "hypothesis": "?", "question": "¿"}
CERTAINTY_WORDS = {
    "checked": "copied",
    "sent": "sent to the terminal",
    "saved": "in the file only",
}


def plain(text: str) -> str:
    """Text that can be printed: control characters as pictures, direction marks spelled out.

    Line ends and tabs stay.
    """
    if text.isascii() and text.isprintable():
        return text
    shown: list[str] = []
    for character in text:
        code = ord(character)
        if character in "\n\t":
            shown.append(character)
        elif code < 0x20:
            shown.append(chr(0x2400 + code))
        elif code == 0x7F:
            shown.append("␡")
        elif character in _BIDI or unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp"):
            shown.append(f"‹U+{code:04X}›")
        else:
            shown.append(character)
    return "".join(shown)


def one_line(text: str) -> str:
    """The first line with words, and how many follow it."""
    lines = [" ".join(line.split()) for line in plain(text).splitlines()]
    lines = [line for line in lines if line]
    if not lines:
        return ""
    return lines[0] if len(lines) == 1 else f"{lines[0]} (+{len(lines) - 1} lines)"


def glyph(entry: Entry) -> str:
    if isinstance(entry, Noted) and entry.mark:
        return MARK_GLYPHS[entry.mark]
    return GLYPHS.get(type(entry), "?")


def describe(entry: Entry, incident: Incident) -> str:
    """What happened, in one line. The entry is as amended."""
    match entry:
        case Declared():
            facts = entry.facts
            text = f"declared: {one_line(facts.get('what', '')) or incident.title}"
            if impact := facts.get("impact"):
                text += f"; impact: {one_line(impact)}"
            if change := facts.get("change"):
                text += f"; my change: {one_line(change)}"
            return f"{text} ({entry.severity})" if entry.severity else text
        case Noted():
            return f"{entry.mark}: {one_line(entry.text)}" if entry.mark else one_line(entry.text)
        case Ticked():
            seen = one_line(entry.observed)
            return f"done: {one_line(entry.text)}" + (f"; saw {seen}" if seen else "")
        case Unticked():
            return f"open again: {one_line(entry.text)}"
        case Skipped():
            return f"skipped: {one_line(entry.text)} ({one_line(entry.reason)})"
        case Taken():
            return f"in progress: {one_line(entry.text)} ({one_line(entry.by)})"
        case Answered():
            return f"{one_line(entry.text)} {entry.answer}"
        case StepAdded():
            return f"step added: {one_line(entry.text)}"
        case PlaybookAdded():
            return f"playbook added: {', '.join(p.name for p in entry.playbooks)}"
        case PlaybookSwapped():
            return f"playbook now: {', '.join(p.name for p in entry.playbooks)}"
        case FactsSet():
            return "; ".join(
                f"{FACTS.get(name, one_line(name))}: {one_line(value) or 'not known'}"
                for name, value in entry.facts.items()
            )
        case SeveritySet():
            return f"severity: {entry.severity or 'unset'}"
        case StageSet():
            return f"stage: {entry.stage}"
        case SpreadChecked():
            return f"still spreading? {entry.spreading}"
        case Contained():
            began = incident.declared_at
            took = (
                "" if began is None or entry.at < began else f" after {show_span(entry.at - began)}"
            )
            return f"contained{took}"
        case Joined():
            return f"{one_line(entry.person)} joined"
        case Left():
            return f"{one_line(entry.person)} left"
        case RoleTaken():
            return f"{entry.role}: {one_line(entry.person) or 'nobody'}"
        case Copied():
            whom = f"help request to {one_line(entry.to)}" if entry.to else f"{entry.audience} told"
            how = CERTAINTY_WORDS[entry.certainty]
            return f"{whom}: “{one_line(entry.text)}” ({how})"
        case Snoozed():
            return f"promise to {entry.audience} moved: {one_line(entry.reason)}"
        case Undone():
            target = incident.entry(entry.entry)
            if target is None:
                return "undone: an entry that is not here"
            if isinstance(target, Copied):
                return f"not posted: {describe(incident.effective(target), incident)}"
            return f"undone: {describe(incident.effective(target), incident)}"
        case Amended():
            return "amended"
        case Closed():
            return f"closed: {one_line(entry.note)}" if entry.note else "closed"
        case Reopened():
            return f"reopened: {one_line(entry.reason)}" if entry.reason else "reopened"
        case Unknown():
            return f"“{one_line(entry.newer_kind)}” needs a newer cockpit"
    return type(entry).__name__.lower()


def full_text(entry: Entry) -> str:
    """All the words of an entry, for a person who wants to read the whole of it."""
    match entry:
        case Noted() | Copied():
            return plain(entry.text)
        case Ticked():
            return plain(f"{entry.text}\n{entry.observed}".strip())
        case Skipped():
            return plain(f"{entry.text}\n{entry.reason}")
        case Declared() | FactsSet():
            lines = (f"{FACTS.get(name, name)}: {value}" for name, value in entry.facts.items())
            return plain("\n".join(lines))
    return ""


def markdown(incident: Incident, now: datetime, zone: tzinfo | None) -> str:
    """The timeline as a Markdown document."""
    lines = [f"# {one_line(incident.title)}", ""]
    state: list[str] = [incident.severity or "severity not set", incident.stage]
    if incident.contained_at is not None and incident.declared_at is not None:
        state.append(f"contained after {show_span(incident.contained_at - incident.declared_at)}")
    lines += [", ".join(state), "", "## Timeline", ""]
    for entry in incident.timeline():
        text = describe(entry, incident)
        if not incident.stands(entry):
            text = f"~~{text}~~ (undone)"
        late = ""
        if entry.added is not None:
            late = f" (added {show_time(entry.added, now, zone)})"
        lines.append(f"- **{show_time(entry.at, now, zone)}** {text}{late} ({person(entry.who)})")
        if isinstance(entry, (Noted, Copied)) and "\n" in entry.text:
            lines += [f"  > {line}" for line in plain(entry.text).splitlines()]
    return "\n".join(lines) + "\n"
