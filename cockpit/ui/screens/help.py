"""All keys, from the table, those of the focused pane first."""

from __future__ import annotations

from itertools import groupby

from rich.text import Text

from cockpit.ui.keys import IN_ROWS, IN_TEXT, Key, all_shown
from cockpit.ui.wrap import wrap

KEYS_WIDTH = 18


def help_text(rows: tuple[Key, ...], pane: str, width: int) -> Text:
    """The help for a person whose focus is in `pane`, for so many cells."""
    text = Text()
    here = [row for row in rows if pane in row.footer]
    room = max(width - KEYS_WIDTH - 2, 20)
    _group(text, f"Here, in the {pane}", [(all_shown(row.keys), row.tip) for row in here], room)
    elsewhere = [row for row in rows if row not in here]
    for group, members in groupby(elsewhere, key=lambda row: row.group):
        _group(text, group, [(all_shown(row.keys), row.tip) for row in members], room)
    _group(text, "Moving", list(IN_ROWS), room)
    _group(text, "While typing", list(IN_TEXT), room)
    text.append("Keys can be changed in config.toml ([keys]); `cockpit paths` says where it is.")
    return text


def _group(text: Text, title: str, lines: list[tuple[str, str]], room: int) -> None:
    text.append(f"{title}\n", "bold")
    for keys, tip in lines:
        for index, words in enumerate(wrap(tip, room)):
            head = f"  {keys:<{KEYS_WIDTH}}" if index == 0 else " " * (KEYS_WIDTH + 2)
            text.append(head, "bold")
            text.append(f"{words}\n")
    text.append("\n")
