"""Slugs: the names that ticks are kept under and that people type after `cockpit tick`."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 60
"""Characters; a longer slug is cut between words."""


def slug(words: str) -> str:
    """ASCII where the letters have an ASCII form, else the letters as they are; may be ""."""
    folded = re.sub(r"['’`]", "", words.casefold())
    plain = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", folded)
        if not unicodedata.combining(letter)
    )
    if any(letter.isalpha() and not letter.isascii() for letter in plain):
        plain = unicodedata.normalize("NFKC", folded)
    parts = re.findall(r"[^\W_]+", plain)
    made = ""
    for part in parts:
        longer = f"{made}-{part}" if made else part[:LONGEST]
        if len(longer) > LONGEST:
            break
        made = longer
    return made


class Taken:
    """Slugs in use. Hands out each only once."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._next: dict[str, int] = {}

    def take(self, wanted: str) -> str:
        """`wanted`, or the first of wanted-2, wanted-3, … that is free."""
        free, number = wanted, self._next.get(wanted, 2)
        while free in self._taken:
            free = f"{wanted}-{number}"
            number += 1
        self._next[wanted] = number
        self._taken.add(free)
        return free
