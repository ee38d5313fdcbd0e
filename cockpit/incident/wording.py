"""Entries in words: one line of the timeline, and the timeline as Markdown.

A mark is a glyph, and the words always say the same without it. Text is shown through `plain`
and `one_line`: nothing that was typed or pasted can drive a terminal or hide what it says.
"""

from __future__ import annotations

import re
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
from cockpit.incident.state import TEXT_FIELDS, UNTITLED, Incident, person
from cockpit.incident.times import show_span, show_time, to_wall

_UNSEEN_CATEGORIES = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
"""Controls, formats (zero-width, direction marks, tags), lone surrogates, line separators."""
_UNSEEN_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_JOINERS = frozenset("\u200c\u200d")
"""Emoji and some scripts need them, so behind anything but ASCII they stay."""

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
    """Text that can be printed: control characters as pictures, what can't be seen spelled out.

    Line ends and tabs stay; a line end of Windows becomes one of Unix.
    """
    if text.isascii() and text.isprintable():
        return text
    shown: list[str] = []
    before = ""
    for character in text.replace("\r\n", "\n"):
        code = ord(character)
        if character in "\n\t" or (character in _JOINERS and before and not before.isascii()):
            shown.append(character)
        elif code < 0x20:
            shown.append(chr(0x2400 + code))
        elif code == 0x7F:
            shown.append("␡")
        elif character in _UNSEEN_LETTERS or unicodedata.category(character) in _UNSEEN_CATEGORIES:
            shown.append(f"‹U+{code:04X}›")
        else:
            shown.append(character)
        before = character
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
            text = f"declared: {one_line(facts.get('what', '')) or UNTITLED}"
            if impact := facts.get("impact"):
                text += f"; impact: {one_line(impact)}"
            if change := facts.get("change"):
                text += f"; my change: {one_line(change)}"
            return f"{text} ({entry.severity})" if entry.severity else text
        case Noted():
            words = one_line(entry.text) or "(no words)"
            return f"{entry.mark}: {words}" if entry.mark else words
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
            return f"playbook added: {', '.join(one_line(p.name) for p in entry.playbooks)}"
        case PlaybookSwapped():
            return f"playbook now: {', '.join(one_line(p.name) for p in entry.playbooks)}"
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
            return _contained(entry.at, incident)
        case Joined():
            return f"{one_line(entry.person)} joined"
        case Left():
            return f"{one_line(entry.person)} left"
        case RoleTaken():
            return f"{one_line(entry.role)}: {one_line(entry.person) or 'nobody'}"
        case Copied():
            audience = one_line(entry.audience)
            whom = f"help request to {one_line(entry.to)}" if entry.to else f"{audience} told"
            how = CERTAINTY_WORDS[entry.certainty]
            return f"{whom}: “{one_line(entry.text)}” ({how})"
        case Snoozed():
            return f"promise to {one_line(entry.audience)} moved: {one_line(entry.reason)}"
        case Undone():
            target = incident.entry(entry.entry)
            if target is None:
                return "undone: an entry that is not here"
            if isinstance(target, Undone):
                return _brought_back(target, incident)
            word = "not posted" if isinstance(target, Copied) else "undone"
            return f"{word}: {describe(incident.effective(target), incident)}"
        case Amended():
            if entry.text is not None:
                return f"amended: “{one_line(entry.text)}”"
            return "amended: its time" if entry.mark is None else "amended: its mark"
        case Closed():
            return f"closed: {one_line(entry.note)}" if entry.note else "closed"
        case Reopened():
            return f"reopened: {one_line(entry.reason)}" if entry.reason else "reopened"
        case Unknown():
            return f"“{one_line(entry.newer_kind)}” needs a newer cockpit"
    return type(entry).__name__.lower()


def _contained(at: datetime, incident: Incident) -> str:
    began = incident.declared_at
    return (
        "contained" if began is None or at < began else f"contained after {show_span(at - began)}"
    )


def _brought_back(undo: Undone, incident: Incident) -> str:
    target = incident.entry(undo.entry)
    if target is None or isinstance(target, Undone):
        return "an undo was taken back"
    return f"brought back: {describe(incident.effective(target), incident)}"


def full_text(entry: Entry) -> str:
    """All the words of an entry, for a person who wants to read the whole of it."""
    match entry:
        case Ticked() | Skipped():
            return plain(f"{entry.text}\n{_words(entry)}".strip())
        case Declared() | FactsSet():
            lines = (f"{FACTS.get(name, name)}: {value}" for name, value in entry.facts.items())
            return plain("\n".join(lines))
    return plain(_words(entry))


def _words(entry: Entry) -> str:
    """The words that a person gave to the entry, or ""."""
    field = TEXT_FIELDS.get(type(entry))
    return "" if field is None else str(getattr(entry, field))


_MARKUP = re.compile(
    r"[`*\[<~]"
    r"|\\(?=[!-/:-@\[-`{-~]|$)"  # a backslash only where it would escape something
    r"|(?<![^\W_])_|_(?![^\W_])"  # an underscore inside a word is none of Markdown's
    r"|&(?=#?\w+;)"
    r"|(?<!\S)#(?=#*$)"  # the end of a heading
)


def _escaped(line: str) -> str:
    """One line as Markdown that reads exactly so: it can't pose as anything but words."""
    return _MARKUP.sub(lambda match: f"\\{match[0]}", line)


def _fenced(text: str) -> list[str]:
    """Several lines as they are, under an item of a list; no text can end the block early."""
    lines = plain(text).strip("\n").split("\n")
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(longest + 1, 3)
    return [f"  {line}" if line else "" for line in (fence, *lines, fence)]


def markdown(incident: Incident, now: datetime, zone: tzinfo | None) -> str:
    """The timeline as a Markdown document. It will be read on other days and elsewhere, so each
    day has its date and the zone of its times.
    """
    state: list[str] = [incident.severity or "severity not set", incident.stage]
    if incident.contained_at is not None:
        state.append(_contained(incident.contained_at, incident))
    today = to_wall(now, zone)
    lines = [
        f"# {_escaped(one_line(incident.title))}",
        "",
        f"{', '.join(state)} (as of {today:%Y-%m-%d %H:%M %Z})",
        "",
        "## Timeline",
    ]
    day = ""
    for entry in incident.timeline():
        wall = to_wall(entry.at, zone)
        if day != (day := f"### {wall:%A %Y-%m-%d} ({wall:%Z})"):
            lines += ["", day, ""]
        text = _escaped(describe(entry, incident))
        remarks = [_escaped(one_line(person(entry.who)))]
        if entry.added is not None:
            remarks.append(f"added {show_time(entry.added, entry.at, zone)}")
        if entry.id in incident.amendments:
            remarks.append("amended")
        if not incident.stands(entry):
            text = f"~~{text}~~"
            remarks.append("undone")
        lines.append(f"- **{show_time(entry.at, entry.at, zone)}** {text} ({', '.join(remarks)})")
        if "\n" in _words(entry).strip():
            lines += _fenced(_words(entry))
    return "\n".join(lines) + "\n"
