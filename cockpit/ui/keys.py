"""Every key, in one table: the footer, the help screen, the palette and the docs come from it.

A key means one thing everywhere outside a text field. Each row has an id, so that config.toml
can give it another key:

    [keys]
    note = "N"
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True)
class Key:
    id: str
    keys: str
    """Textual's names, several separated by commas."""
    action: str
    label: str
    """One or two words, for the footer."""
    tip: str
    """A sentence, for help and palette."""
    group: str
    footer: tuple[str, ...] = ()
    """The panes in whose footer it stands: "checklist", "timeline", "comms", "facts"."""


ALL = ("checklist", "timeline", "comms", "facts")

KEYS: tuple[Key, ...] = (
    # -- the checklist
    Key("tick", "space", "tick", "tick", "Tick the step, or untick it; on a question, answer yes or no", "Checklist", ("checklist",)),
    Key("skip", "s", "skip", "skip", "Skip the step, and say why", "Checklist", ("checklist",)),
    Key("take", "a", "take", "take", "Take the step in hand, or give it to someone", "Checklist", ("checklist",)),
    Key("command", "c", "command", "command", "Show the step's command, and copy it", "Checklist", ("checklist",)),
    Key("add-step", "A", "add_step", "add step", "Add a step of your own below this one", "Checklist"),
    Key("playbook", "P", "playbook", "playbook", "Add a playbook, or swap it; ticks are kept", "Checklist"),
    # -- the timeline
    Key("note", "n", "note", "note", "Write a note; !decision, !impact, !hypothesis or !question marks it, 14:02 or 10m ago backdates it", "Timeline", ALL),
    Key("amend", "e", "edit", "edit", "Amend the entry, edit the draft, or edit the fact", "Timeline", ("timeline", "comms", "facts")),
    Key("take-back", "delete,backspace", "take_back", "take back", "Take back the selected entry; in comms: the last message was not posted", "Timeline", ("timeline",)),
    Key("filter", "slash", "filter", "filter", "Show only the entries with these words", "Timeline", ("timeline",)),
    Key("copy-timeline", "Y", "copy_timeline", "copy timeline", "Copy the whole timeline as Markdown", "Timeline", ("timeline",)),
    Key("utc", "T", "utc", "local/UTC", "Show local times or UTC", "Timeline"),
    Key("open-entry", "enter", "open_row", "read", "Read the whole entry, or the step's help", "Timeline", ("checklist", "timeline")),
    # -- words
    Key("copy", "y", "copy", "copy", "Copy the draft for the chosen audience; it counts as told", "Words", ("checklist", "timeline", "comms")),
    Key("next-audience", "right_square_bracket", "audience(1)", "next audience", "Choose the next audience", "Words", ("comms",)),
    Key("previous-audience", "left_square_bracket", "audience(-1)", "previous audience", "Choose the previous audience", "Words"),
    Key("draft-anew", "D", "draft_anew", "draft anew", "Draft it anew from the facts; once more brings your words back", "Words", ("comms",)),
    Key("editor", "E", "editor", "$EDITOR", "Edit the draft in $EDITOR", "Words", ("comms",)),
    Key("ask-help", "w", "ask_help", "ask for help", "Ask a named person for help: draft and copy the request", "Words", ("timeline", "comms")),
    Key("snooze", "z", "snooze", "move promise", "Move the next promise of the chosen audience, and say why", "Words", ("comms",)),
    # -- the incident
    Key("facts", "f", "facts", "facts", "The fact sheet: every draft is made from it", "Incident", ("timeline", "comms")),
    Key("severity", "v", "severity", "severity", "Set the severity", "Incident"),
    Key("stage", "t", "stage", "stage", "Set the stage: investigating, identified, monitoring, resolved", "Incident"),
    Key("spread", "x", "spread", "spreading?", "Is it still spreading? yes, no, unknown; or: it is contained", "Incident", ("checklist",)),
    Key("contain", "C", "contain", "contained", "It is contained: it has stopped spreading", "Incident", ("checklist",)),
    Key("people", "r", "people", "people", "Who is here, and who has which role", "Incident"),
    Key("undo", "u", "undo", "undo", "Undo the newest thing you did here", "Incident", ("checklist", "timeline", "comms")),
    Key("redo", "U", "redo", "redo", "Redo what you undid last", "Incident"),
    Key("close", "X", "close_incident", "close", "Close the incident, once it is resolved", "Incident"),
    Key("open", "o", "open", "incidents", "Open another incident, or declare one", "Incident"),
    # -- getting about
    Key("checklist", "1", "pane('checklist')", "checklist", "Go to the checklist", "Getting about"),
    Key("timeline", "2", "pane('timeline')", "timeline", "Go to the timeline", "Getting about"),
    Key("comms", "3", "pane('comms')", "comms", "Go to comms: the draft and who is owed a word", "Getting about"),
    Key("next-pane", "tab", "next_pane(1)", "pane", "Go to the next pane", "Getting about", ALL),
    Key("previous-pane", "shift+tab", "next_pane(-1)", "previous pane", "Go to the previous pane", "Getting about"),
    Key("theme", "f2", "theme", "theme", "Change the theme", "Getting about"),
    Key("help", "question_mark,f1", "help", "help", "Show all keys", "Getting about", ALL),
    Key("everything", "ctrl+p", "app.command_palette", "everything", "Find any action by name", "Getting about", ALL),
    Key("quit", "q,ctrl+q", "quit", "quit", "Quit; the next start opens here again", "Getting about"),
)  # fmt: skip

IN_ROWS: tuple[tuple[str, str], ...] = (
    ("up down, k j", "Move up and down"),
    ("pgup pgdn", "Move a page"),
    ("g G, home end", "Go to the top, to the end"),
)
IN_TEXT: tuple[tuple[str, str], ...] = (
    ("enter", "Note line: write it down"),
    ("esc", "Leave; what you typed is kept"),
    ("ctrl+s", "Draft: copy it"),
    ("f3 f4", "Draft: previous and next gap"),
)
"""What the text fields understand; these can't be given other keys."""

_NAMES = {
    "slash": "/",
    "question_mark": "?",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "ctrl+p": "^p",
    "ctrl+q": "^q",
    "shift+tab": "S-tab",
}


def shown(keys: str) -> str:
    """ "question_mark,f1" -> "?"; the first key as a person would write it."""
    return _sign(keys.split(",", maxsplit=1)[0])


def all_shown(keys: str) -> str:
    return " ".join(_sign(key) for key in keys.split(","))


def _sign(key: str) -> str:
    """Textual's name of a key -> as a person would write it: "number_sign" is "#"."""
    if key in _NAMES or "_" not in key:
        return _NAMES.get(key, key)
    try:
        return unicodedata.lookup(key.replace("_", " "))
    except KeyError:
        return key


def remapped(own: Mapping[str, str]) -> tuple[tuple[Key, ...], list[str]]:
    """The table with a person's own keys, and what is wrong with them, in sentences.

    An unknown id, or a key that two actions would share, is left out and reported: Textual
    itself would ignore the first and silently drop the other binding for the second.
    """
    problems: list[str] = []
    ids = {key.id for key in KEYS}
    wanted: dict[str, str] = {}
    for key_id, keys in own.items():
        if key_id not in ids:
            near = get_close_matches(key_id, ids, n=1)
            hint = f" Did you mean “{near[0]}”?" if near else ""
            problems.append(f"config.toml, [keys]: there is no key “{key_id}”.{hint}")
        elif not all(map(str.strip, keys.split(","))):
            problems.append(
                f"config.toml, [keys]: “{key_id}” has no key. The key , is written comma."
            )
        else:
            wanted[key_id] = ",".join(_written(key) for key in keys.split(","))
    while (clash := _clash(wanted)) is not None:
        key_id, holder = clash
        problems.append(
            f"config.toml, [keys]: “{all_shown(wanted.pop(key_id))}” for “{key_id}” belongs to "
            f"“{holder}”; give that one another key first."
        )
    rows = tuple(
        row
        if row.id not in wanted
        else Key(row.id, wanted[row.id], row.action, row.label, row.tip, row.group, row.footer)
        for row in KEYS
    )
    return rows, problems


def _clash(wanted: Mapping[str, str]) -> tuple[str, str] | None:
    """An id that wants a key that another one has, and that other one.

    Whoever was refused has its old keys again, so all are looked at anew after each refusal.
    """
    held = {key: row.id for row in KEYS if row.id not in wanted for key in row.keys.split(",")}
    for key_id, keys in wanted.items():
        for key in keys.split(","):
            if held.setdefault(key, key_id) != key_id:
                return key_id, held[key]
    return None


def _written(key: str) -> str:
    """A key as a person writes it in the config -> Textual's name."""
    from textual.binding import Binding

    key = key.strip()
    named = next((name for name, sign in _NAMES.items() if sign == key), key)
    (binding,) = Binding.make_bindings([Binding(named, "")])  # which knows the names of signs
    return binding.key


FIRST = ("help", "everything", "tick", "note", "copy", "command", "undo", "amend", "next-pane")
"""What a footer without room for all keeps, the most needed first."""


def footer_keys(rows: tuple[Key, ...], pane: str, room: int) -> list[Key]:
    """The keys that matter where the focus is, as many as fit into `room` cells."""
    here = [row for row in rows if pane in row.footer]
    by_need = sorted(here, key=lambda row: FIRST.index(row.id) if row.id in FIRST else len(FIRST))
    chosen: set[str] = set()
    for row in by_need:
        size = len(shown(row.keys)) + len(row.label) + 3
        if size <= room:
            chosen.add(row.id)
            room -= size
    return [row for row in here if row.id in chosen]
