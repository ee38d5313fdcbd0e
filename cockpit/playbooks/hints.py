"""Hints: HTML comments that are invisible elsewhere and tell the cockpit more about a step."""

from __future__ import annotations

import re
from typing import NamedTuple

from cockpit.incident.times import read_span

HINTS: tuple[str, ...] = ("observe", "within", "who")

_COMMENT = re.compile(r"<!--(.*?)(-->|\Z)", re.S)
_HINT = re.compile(r"([A-Za-z][\w-]*)\s*:(?!//)\s*(.*)", re.S)
_KNOWN_WORD = re.compile(rf"({'|'.join(HINTS)})\b", re.I)
_SECOND_HINT = re.compile(rf"\b({'|'.join(HINTS)})\s*:", re.I)


class Hint(NamedTuple):
    """One hint as it was read. Exactly one of `value` and `problem` is not empty."""

    line: int
    name: str
    value: str
    problem: str = ""
    known: bool = True


def seconds(words: str) -> int:
    """ "10m", "1h 30m" or a bare number of minutes, in seconds; 0 when it is none of these."""
    words = words.strip()
    if re.fullmatch(r"[0-9]{1,5}", words):
        words += "m"
    span = read_span(words)
    return int(span[0].total_seconds()) if span and not span[1].strip() else 0


def read(html: str, line: int) -> list[Hint]:
    """The hints in the comments of `html`, which begins at `line`. Prose comments are nothing."""
    found: list[Hint] = []
    for comment in _COMMENT.finditer(html):
        at = line + html.count("\n", 0, comment.start())
        if not comment[2]:
            found.append(Hint(at, "", "", "this comment is never closed with “-->”"))
            continue
        for offset, words in enumerate(comment[1].split("\n")):
            hint = _one(words.strip(), at + offset)
            if hint is not None:
                found.append(hint)
    return found


def _one(words: str, line: int) -> Hint | None:
    match = _HINT.fullmatch(words)
    if match is None:
        known = _KNOWN_WORD.match(words)
        if known is None or len(words.split()) > 5:  # longer: a sentence that begins so
            return None
        name = known[1].lower()
        return Hint(line, name, "", f"write it with a colon: <!-- {name}: … -->")
    name, value = match[1].lower(), " ".join(match[2].split())
    if name not in HINTS:
        problem = f"“{name}:” is not a hint (the hints are {', '.join(HINTS)})"
        return Hint(line, name, "", problem, known=False)
    if not value:
        return Hint(line, name, "", f"the hint “{name}:” has no value")
    if _SECOND_HINT.search(value):
        return Hint(line, name, "", "two hints in one line: give each a comment of its own")
    if name == "within" and not seconds(value):
        return Hint(line, name, "", f"“{value[:40]}” is not a time span; write 10m, 90s or 1h 30m")
    return Hint(line, name, value)
