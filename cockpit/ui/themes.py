"""Theme files to Textual themes. A bad one is reported and skipped: Textual itself would accept
a wrong colour and fall over when it is first drawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from textual.color import Color, ColorParseError
from textual.theme import Theme

COLOURS = (
    "primary",
    "secondary",
    "accent",
    "foreground",
    "background",
    "surface",
    "panel",
    "success",
    "warning",
    "error",
)
NEEDED = ("primary", "accent", "foreground", "background", "surface", "success", "warning", "error")
DEFAULT = "dusk"


class ThemeError(ValueError):
    """The theme can't be used; the message says which key and why."""


def to_theme(name: str, table: Mapping[str, Any]) -> Theme:
    """A theme from the table of its file: colours as #rrggbb or names, and `dark`.

    Raises ThemeError.
    """
    for key in table:
        if key not in (*COLOURS, "dark"):
            near = get_close_matches(key, [*COLOURS, "dark"], n=1)
            hint = f" Did you mean “{near[0]}”?" if near else ""
            raise ThemeError(f"unknown key “{key}”.{hint}")
    missing = [key for key in NEEDED if key not in table]
    if missing:
        raise ThemeError(f"no colour for {', '.join(missing)}.")
    dark = table.get("dark", True)
    if not isinstance(dark, bool):
        raise ThemeError("“dark” is true or false.")
    colours: dict[str, Any] = {key: _colour(key, table[key]) for key in COLOURS if key in table}
    theme = Theme(name=name, dark=dark, **colours)
    theme.to_color_system().generate()
    return theme


def _colour(key: str, value: object) -> str:
    if not isinstance(value, str):
        raise ThemeError(f'“{key}” is {value!r}; write a colour in quotes, as "#1e90ff".')
    try:
        Color.parse(value)
    except ColorParseError:
        raise ThemeError(
            f'“{key}” is “{value}”, which is no colour. Write it as "#1e90ff".'
        ) from None
    return value
