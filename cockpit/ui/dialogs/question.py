"""Questions that are asked at the bottom of the screen, and what their answers do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(slots=True)
class Question:
    label: str
    done: Callable[[str], str | None]
    """Called with the words on enter; a sentence refuses them and keeps the line open."""
    hint: Callable[[str], str] = lambda _: ""
    """What would be understood, shown as one types."""
    changed: Callable[[str], None] | None = None
    left: Callable[[str], None] | None = None
    """Called with the words when the line is left with esc."""
    empty_means: str = ""
    """What enter on an empty line would do."""


@dataclass(frozen=True, slots=True)
class Answer:
    key: str
    words: str
    do: Callable[[], object]
