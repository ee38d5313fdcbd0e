"""Which of the five phases a heading is."""

from __future__ import annotations

import re
from collections.abc import Sequence

_NUMBER = re.compile(r"(?P<phase>phase)?\s*(?P<number>\d{1,2})\s*[.):–—-]*\s+(?=\S)", re.I)
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
_WORDS: tuple[re.Pattern[str], ...] = (
    re.compile(r"own (it|up)\b|take responsibility\b|acknowledge\b"),
    re.compile(r"(dont|do not|never) isolate\b|isolate yourself\b"),
    re.compile(r"contain(ing|ment)?\b"),
    re.compile(
        r"share$|learn$|(share|write down) (what|the lessons|your lessons|learnings)\b"
        r"|what (we|you|i)(ve| have)? learn|lessons? learn|share and learn|learn and share"
    ),
    re.compile(r"(move|moving) on\b(?!.?call)"),
)


def bare(title: str) -> str:
    """The heading without its leading number: "3. Contain the damage" -> "Contain the damage"."""
    match = _NUMBER.match(title)
    return title[match.end() :] if match else title


def by_words(title: str) -> int:
    """1..5 when the heading's words name one of the five phases, else 0."""
    words = _EDGES.sub("", re.sub(r"['’ʼ‘]", "", title.casefold()))
    words = _EDGES.sub("", bare(words))
    return next((number for number, form in enumerate(_WORDS, 1) if form.match(words)), 0)


def numbers(titles: Sequence[str]) -> list[int]:
    """The phase number of each heading, 0 for those that are none of the five.

    Words decide. A leading number alone says little ("2. Restart the pods" is a step of some
    other procedure), so numbers count only when the headings are numbered 1 to 5 in order, no
    heading's words say otherwise, and at least one heading's words agree or all say "Phase".
    """
    found = [by_words(title) for title in titles]
    matches = [_NUMBER.match(f"{title} .") for title in titles]
    counted = [index for index, match in enumerate(matches) if match]
    written = [int(match["number"]) for match in matches if match]
    if written != [1, 2, 3, 4, 5]:
        return found
    said = [found[index] for index in counted]
    agree = all(word in (0, number) for word, number in zip(said, written, strict=True))
    named = all(match["phase"] for match in matches if match)
    if agree and (any(said) or named):
        for index, number in zip(counted, written, strict=True):
            found[index] = number
    return found
