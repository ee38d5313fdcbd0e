"""Looks: the few ways in which words on the screen differ, taken from the theme.

The panes draw their own lines, so their looks are styles made once for a theme; a CSS class for
each would be matched again at every change of the screen.
"""

from __future__ import annotations

from collections.abc import Mapping
from weakref import WeakKeyDictionary

from rich.style import Style
from textual.app import App
from textual.color import Color

_made: WeakKeyDictionary[App[object], tuple[str, dict[str, Style]]] = WeakKeyDictionary()


def look(app: App[object], name: str) -> Style:
    """The style of a look in the app's theme; one without a name of its own is plain."""
    theme, looks = _made.get(app, ("", {}))
    if theme != app.theme:
        looks = _looks(app.theme_variables)
        _made[app] = (app.theme, looks)
    return looks.get(name, _PLAIN)


_PLAIN = Style()


def _looks(variables: Mapping[str, str]) -> dict[str, Style]:
    def colour(name: str, *, bold: bool = False) -> Style:
        return Style(color=Color.parse(variables[name]).rich_color, bold=bold or None)

    def ground(name: str) -> Style:
        return Style(bgcolor=Color.parse(variables[name]).rich_color)

    return {
        "dim": colour("secondary"),
        "accent": colour("accent", bold=True),
        "good": colour("success", bold=True),
        "warn": colour("warning"),
        "bad": colour("error", bold=True),
        "strong": Style(bold=True),
        "title": colour("primary", bold=True),
        "cursor": ground("primary-muted"),
        "cursor-blurred": ground("panel"),
    }
