"""All keys, from the table, those of the focused pane first."""

from __future__ import annotations

from itertools import groupby

from rich.text import Text

from cockpit.ui.keys import IN_ROWS, IN_TEXT, Key, all_shown

WIDTH = 16


def help_text(rows: tuple[Key, ...], pane: str) -> Text:
    """The help for a person whose focus is in `pane`."""
    text = Text()
    here = [row for row in rows if pane in row.footer]
    _group(text, f"Here, in the {pane}", [(all_shown(row.keys), row.tip) for row in here])
    elsewhere = [row for row in rows if row not in here]
    for group, members in groupby(elsewhere, key=lambda row: row.group):
        _group(text, group, [(all_shown(row.keys), row.tip) for row in members])
    _group(text, "Moving", list(IN_ROWS))
    _group(text, "While typing", list(IN_TEXT))
    text.append("Keys can be changed in config.toml ([keys]); `cockpit paths` says where it is.")
    return text


def _group(text: Text, title: str, lines: list[tuple[str, str]]) -> None:
    text.append(f"{title}\n", "bold")
    for keys, tip in lines:
        text.append(f"  {keys:<{WIDTH}}", "bold")
        text.append(f"{tip}\n")
    text.append("\n")
