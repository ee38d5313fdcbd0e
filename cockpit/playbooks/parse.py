"""Markdown text -> Playbook.

Any Markdown file with task lists is a playbook as it is; without one, its numbered lists are the
steps. `parse` never fails: what it did not understand is in the playbook's remarks. `understand`
is for a file that a person hands over, and refuses what can't be a playbook.
"""

from __future__ import annotations

import re
from math import ceil

import msgspec

from cockpit.incident.entries import PLAYBOOK_SIZE_LIMIT
from cockpit.playbooks import front_matter
from cockpit.playbooks.playbook import Playbook
from cockpit.playbooks.reader import Reader

HOW = "Write its steps as lines that begin with “- [ ] ”, or as a numbered list."


class PlaybookError(ValueError):
    """A file that can't be a playbook; the message says why and what to do."""


def parse(text: str, name: str) -> Playbook:
    """The playbook in `text`; `name` is what it is called by, and its title if it has none."""
    text = text.removeprefix("\ufeff").encode("utf-8", "replace").decode("utf-8")
    text, toml = front_matter.without_toml(re.sub(r"\r\n?", "\n", text))
    playbook = Reader(text).read(name)
    if toml is None:
        return playbook
    return msgspec.structs.replace(playbook, remarks=(toml, *playbook.remarks))


def understand(data: bytes, name: str) -> Playbook:
    """The playbook in a file's bytes; `name` is what it is called by, in messages too.

    Raises PlaybookError for a file that is empty, too large, not UTF-8 text, or without steps.
    """
    if len(data) > PLAYBOOK_SIZE_LIMIT:
        size = ceil(len(data) / 1024 / 1024 * 10) / 10
        raise PlaybookError(f"{name} is {size} MB; a playbook may have 1 MiB. Split it.")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise PlaybookError(f"{name} is UTF-16 text. Save it as UTF-8.")
    zero = data.find(b"\0")
    if zero >= 0:
        raise PlaybookError(
            f"{name} is not a text file: it has a zero byte in {_place(data, zero)}. "
            "A playbook is a Markdown file."
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise PlaybookError(
            f"{name} is not UTF-8 text: 0x{data[error.start]:02X} in {_place(data, error.start)}. "
            "Save it as UTF-8."
        ) from None
    if not text.removeprefix("\ufeff").strip():
        raise PlaybookError(f"{name} is empty. {HOW}")
    playbook = parse(text, name)
    if not playbook.steps:
        problems = [remark for remark in playbook.remarks if remark.level == "problem"]
        first = f" Line {problems[0].line}: {problems[0].text}." if problems else ""
        raise PlaybookError(f"{name} has no steps. {HOW}{first}")
    return playbook


def _place(data: bytes, at: int) -> str:
    line = data.count(b"\n", 0, at) + 1
    return f"line {line} (byte {at + 1})"
