"""Writes docs/keys.md from the table of keys.

python docs/make/keys.py [FILE]
"""

from __future__ import annotations

import sys
from itertools import groupby
from pathlib import Path

from cockpit.ui.keys import IN_ROWS, IN_TEXT, KEYS, Key, shown

PAGE = Path(__file__).parents[1] / "keys.md"

HEAD = """\
<!-- Written by docs/make/keys.py from cockpit/ui/keys.py. Change the table, not this page. -->

# Keys

A key means one thing everywhere outside a text field. `?` shows this list in the cockpit, the keys
of the pane that you are in first; `ctrl+p` finds any action by its words. A key that can't act
says why.
"""

OWN = """\
## Keys of your own

The id in the last column is what `config.toml` knows a key by (`cockpit paths` says where that file
is):

```toml
[keys]
note = "N"
tick = "space,x"
spread = "S"
```

Several keys are separated by commas. Here `x` ticks, so the action that had it gets another. An id
that does not exist, or a key that two actions would share, is left out, and the cockpit says so
when it starts.
"""


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    for group, rows in groupby(KEYS, key=lambda key: key.group):
        lines = [f"| {_cell(key)} | {_escaped(key.tip)} | `{key.id}` |" for key in rows]
        parts.append(_table(group, "| key | does | id |\n|---|---|---|", lines))
    for title, pairs in (("In a list", IN_ROWS), ("While you type", IN_TEXT)):
        lines = [f"| {_codes(keys)} | {words} |" for keys, words in pairs]
        parts.append(_table(title, "| key | does |\n|---|---|", lines))
    return "\n".join([*parts, OWN])


def _table(title: str, head: str, lines: list[str]) -> str:
    return "\n".join([f"## {title}", "", head, *lines, ""])


def _cell(key: Key) -> str:
    return " ".join(f"`{_written(name)}`" for name in key.keys.split(","))


def _written(name: str) -> str:
    """A key as people write it: "slash" -> "/", and "ctrl+p" in full, where there is room."""
    return name if "+" in name else shown(name)


def _codes(keys: str) -> str:
    """ "up down, k j" -> each key as code."""
    return ", ".join(" ".join(f"`{key}`" for key in several.split()) for several in keys.split(","))


def _escaped(words: str) -> str:
    return words.replace("|", "\\|")


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else PAGE
    target.write_text(page(), "utf-8")
    print(target)
