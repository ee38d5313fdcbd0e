"""A theme is one TOML file; a bad one is named, and never reaches the screen."""

from __future__ import annotations

from typing import Any

import pytest
from textual.color import Color
from textual.theme import Theme

from cockpit.library import Library
from cockpit.paths import find_paths
from cockpit.ui.themes import DEFAULT, ThemeError, to_theme

GOOD: dict[str, Any] = {
    "dark": False,
    "primary": "#224466",
    "accent": "orange",
    "foreground": "#000",
    "background": "#ffffff",
    "surface": "#eeeeee",
    "success": "green",
    "warning": "rgb(200,150,0)",
    "error": "#aa0000",
}


def test_colours_as_people_write_them() -> None:
    theme = to_theme("mine", GOOD)
    assert (theme.name, theme.dark, theme.accent) == ("mine", False, "orange")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"acent": "#123456"}, "unknown key “acent”. Did you mean “accent”?"),
        ({"zzz": 1}, "unknown key “zzz”."),
        ({"accent": "reddish"}, "“accent” is “reddish”, which is no colour. Write it as"),
        ({"accent": "#12"}, "“accent” is “#12”, which is no colour"),
        ({"accent": ""}, "“accent” is “”, which is no colour"),
        ({"accent": 7}, "“accent” is 7; write a colour in quotes"),
        ({"dark": "yes"}, "“dark” is true or false."),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ThemeError) as refused:
        to_theme("mine", GOOD | change)
    assert words in str(refused.value)


@pytest.mark.parametrize("missing", [key for key in GOOD if key != "dark"])
def test_what_is_missing_is_named(missing: str) -> None:
    table = {key: value for key, value in GOOD.items() if key != missing}
    with pytest.raises(ThemeError, match=f"no colour for {missing}"):
        to_theme("mine", table)


@pytest.fixture(scope="module")
def built_in() -> dict[str, Theme]:
    found = Library(find_paths({"COCKPIT_HOME": "/nonexistent"})).themes()
    assert found.failed == ()
    return {name: to_theme(name, theme.table) for name, theme in found.items.items()}


def test_every_built_in_theme_loads(built_in: dict[str, Theme]) -> None:
    assert DEFAULT in built_in
    assert {theme.dark for theme in built_in.values()} == {True, False}


def test_words_can_be_read_in_every_built_in_theme(built_in: dict[str, Theme]) -> None:
    """At least 4.5 to 1 for text and 3 to 1 for signs (WCAG 2.2, 1.4.3 and 1.4.11)."""
    for theme in built_in.values():
        background = Color.parse(theme.background or "")
        for name, least in (("foreground", 4.5), ("error", 3), ("warning", 3), ("success", 3)):
            colour = Color.parse(getattr(theme, name))
            ratio = contrast(colour, background)
            assert ratio >= least, f"{theme.name}: {name} on background is {ratio:.1f}"


def contrast(one: Color, other: Color) -> float:
    """The contrast ratio of WCAG."""

    def luminance(colour: Color) -> float:
        parts = [
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
            for part in colour.normalized
        ]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
