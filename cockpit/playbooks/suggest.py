"""Which playbook fits what a person says is happening. Reads no Markdown, so it costs little."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cockpit.playbooks.front_matter import load, split, words

GENERAL = "general"
"""The playbook for when no other fits."""

Card = tuple[str, str, Sequence[str]]
"""(name, title, keywords)"""


def card(name: str, text: str) -> Card:
    """What `suggest` needs to know of a playbook, from the beginning of its text."""
    yaml_text, below = split(text)
    head = load(yaml_text)[0] if yaml_text else {}
    heading = re.search(r"^#[ \t]+(.+?)[ \t#\r]*$", below, re.M)
    title = heading[1] if heading else head.get("title")
    return name, title if isinstance(title, str) else name, words(head.get("keywords", ""))


def suggest(said: str, playbooks: Sequence[Card]) -> str | None:
    """The name of the playbook that fits best, else "general" if it is there, else None.

    A playbook's keywords, name and title count where they occur as whole words, each as many
    points as it has words; of equals, the first in `playbooks` wins.
    """
    spoken = _plain(said)
    best, most = None, 0
    for name, title, keywords in playbooks:
        if name == GENERAL:
            continue
        phrases = {_plain(phrase) for phrase in (*keywords, name, title)} - {" "}
        points = sum(len(phrase.split()) for phrase in phrases if phrase in spoken)
        if points > most:
            best, most = name, points
    if best is None and any(name == GENERAL for name, _, _ in playbooks):
        return GENERAL
    return best


def _plain(said: str) -> str:
    """Lower case words between single spaces, so that whole words can be found as substrings."""
    return " " + " ".join(re.findall(r"[^\W_]+", said.casefold())) + " "
