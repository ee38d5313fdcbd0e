"""The plain words, links and commands in one Markdown paragraph."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from cockpit.playbooks.markdown import CHECKBOX
from cockpit.playbooks.playbook import Link

if TYPE_CHECKING:
    from markdown_it.token import Token

FULL_LINE = 60
"""Characters from which on a line was probably wrapped, not ended."""
STOPS = ".?!:。？！"

_CONTROL = {code: "\ufffd" for code in (*range(0x20), *range(0x7F, 0xA0)) if code not in (9, 10)}
_BARE_URL = re.compile(r"https?://[^\s<>()\"'`]*[^\s<>()\"'`.,;:!?]")
_TAG = re.compile(
    r"""</?(?:
    a|abbr|b|big|br|center|cite|code|dd|del|details|dfn|div|dl|dt|em|figure|font|h[1-6]|hr|i|
    iframe|img|input|ins|kbd|label|li|mark|ol|p|picture|pre|q|s|samp|small|source|span|strike|
    strong|sub|summary|sup|table|tbody|td|th|thead|tr|tt|u|ul|var|video|wbr
    )(?=[\s/>])[^>]*>""",
    re.I | re.X,
)
_PROMPT = re.compile(r"[ \t]*\$[ \t]+")


class Paragraph(NamedTuple):
    text: str
    """The words up to the first hard line break, without lines that are only a command."""
    rest: str
    """The words after it."""
    commands: tuple[str, ...]
    comments: tuple[tuple[int, str], ...]
    """(line, the HTML comment)."""
    links: tuple[Link, ...]

    @property
    def any_words(self) -> str:
        """The words, or the command where there is nothing else."""
        return self.text or (tidy(self.commands[0]) if self.commands else "")


NOTHING = Paragraph("", "", (), (), ())


class _Line:
    def __init__(self) -> None:
        self.parts: list[str] = []
        self.codes: list[str] = []
        self.words = False
        """Something besides inline code is on the line."""


def tidy(words: str) -> str:
    """One line, single spaces, control characters made visible."""
    return " ".join(words.split()).translate(_CONTROL)


def without_tags(html: str) -> str:
    """HTML's words. What only looks like a tag, such as <service>, stays."""
    return tidy(_TAG.sub(" ", html))


def without_prompts(code: str) -> tuple[str, bool]:
    """The command without leading "$ "; and whether lines without one stand beside it."""
    lines = code.rstrip().split("\n")
    while lines and not lines[0].strip():
        del lines[0]
    prompted = [bool(_PROMPT.match(line)) for line in lines]
    loose = any(
        line.strip() and not has and not (index and lines[index - 1].endswith("\\"))
        for index, (line, has) in enumerate(zip(lines, prompted, strict=True))
    )
    plain = (
        _PROMPT.sub("", line, count=1) if has else line
        for line, has in zip(lines, prompted, strict=True)
    )
    return "\n".join(plain), any(prompted) and loose


def read(inline: Token, line: int, of_a_step: bool = False) -> Paragraph:
    """`inline` is markdown-it's inline token, `line` the file's line that it begins at.

    `of_a_step`: the lines under a step's first line are its help (`rest`), unless that line is
    full and stops in mid-sentence: then the next one goes on with the step's words.
    """
    lines, breaks = [_Line()], [0]
    comments: list[tuple[int, str]] = []
    links: list[Link] = []
    link: tuple[str, list[str]] | None = None
    for place, token in enumerate(inline.children or []):
        now = lines[-1]
        shown = ""
        if token.type in ("softbreak", "hardbreak"):
            line += 1
            if token.type == "hardbreak":
                breaks.append(len(lines))
            lines.append(_Line())
            shown = " "
        elif token.type == "code_inline":
            now.codes.append(token.content)
            shown = _PROMPT.sub("", token.content)
            now.parts.append(shown)
        elif token.type == "link_open":
            link = (str(token.attrs.get("href", "")), [])
        elif token.type == "link_close" and link is not None:
            links.append(Link(tidy("".join(link[1])) or link[0], link[0]))
            link = None
        elif token.type == "html_inline" and token.content.startswith("<!--"):
            comments.append((line, token.content))
            line += token.content.count("\n")
        else:
            shown = token.content
            if of_a_step and place == 0:
                shown = CHECKBOX.sub("", shown + "\n", count=1)
            if token.type == "html_inline":
                shown = without_tags(shown) or " "
            if token.type == "text" and link is None:
                links += [Link(url, url) for url in _BARE_URL.findall(shown)]
            now.words = now.words or bool(shown.strip())
            now.parts.append(shown)
        if link is not None:
            link[1].append(shown)
    commands = [
        without_prompts(code)[0]
        for now in lines
        for code in now.codes
        if _PROMPT.match(code) or (len(now.codes) == 1 and not now.words)
    ]
    said = [
        "" if len(now.codes) == 1 and not now.words else tidy("".join(now.parts)) for now in lines
    ]
    if of_a_step:
        breaks = sorted({*breaks, _end_of_step(said)})
    parts = [
        " ".join(filter(None, said[start:end])) for start, end in pairwise([*breaks, len(said)])
    ]
    return Paragraph(
        parts[0],
        "\n".join(filter(None, parts[1:])),
        tuple(command for command in commands if command.strip()),
        tuple(comments),
        tuple(links),
    )


def _end_of_step(lines: list[str]) -> int:
    """How many of the lines are the step's own words."""
    end = 1
    while end < len(lines) and len(lines[end - 1]) >= FULL_LINE and lines[end - 1][-1] not in STOPS:
        end += 1
    return min(end, len(lines))
