"""The timeline as Markdown: right to the letter, and no text can pose as a line of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from cockpit.incident.entries import (
    Amended,
    Closed,
    Contained,
    Copied,
    Declared,
    Joined,
    Noted,
    SeveritySet,
    Ticked,
    Undone,
)
from cockpit.incident.state import Incident
from cockpit.incident.wording import describe, markdown, one_line, plain
from tests.incident.player import MANY_MOVES, Player
from tests.incident.story import ANA, Story, minute

BERLIN = ZoneInfo("Europe/Berlin")


def test_a_whole_incident() -> None:
    story = Story()
    story.tell(Declared, facts={"what": "checkout returns 500s", "impact": "no one can pay"})
    story.tell(Noted, text="rolled back api", at=minute(-970), added=minute(1), who=ANA)
    wrong = story.tell(Noted, text="it was the cache", mark="hypothesis")
    story.tell(Undone, entry=wrong.id)
    story.tell(Noted, text="from the log:\n\n  error: `x`\n- not an item")
    amended = story.tell(Noted, text="eror rate falls")
    story.tell(Amended, entry=amended.id, text="error rate falls", when=minute(4.5))
    story.tell(Copied, audience="team", text="We know.\nWe act.", route="x", certainty="checked")
    story.tell(Ticked, step="s", text="Roll back `api_v2`", observed="0.2 %")
    story.tell(SeveritySet, severity="SEV2")
    story.tell(Contained)
    story.tell(Closed, note="over", at=minute(700))
    assert markdown(story.incident, minute(1500), BERLIN) == (
        """\
# checkout returns 500s

SEV2, investigating, contained after 10 min (as of 2026-11-25 16:00 CET)

## Timeline

### Monday 2026-11-23 (CET)

- **22:50** rolled back api (ana, added 2026-11-24 15:01)

### Tuesday 2026-11-24 (CET)

- **15:00** declared: checkout returns 500s; impact: no one can pay (sam)
- **15:02** ~~hypothesis: it was the cache~~ (sam, undone)
- **15:03** undone: hypothesis: it was the cache (sam)
- **15:04** from the log: (+2 lines) (sam)
  ```
  from the log:

    error: `x`
  - not an item
  ```
- **15:04** error rate falls (sam, added 15:05, amended)
- **15:07** team told: “We know. (+1 lines)” (copied) (sam)
  ```
  We know.
  We act.
  ```
- **15:08** done: Roll back \\`api_v2\\`; saw 0.2 % (sam)
- **15:09** severity: SEV2 (sam)
- **15:10** contained after 10 min (sam)

### Wednesday 2026-11-25 (CET)

- **02:40** closed: over (sam)
"""
    )


def test_an_incident_of_which_nothing_is_known() -> None:
    assert markdown(Incident(), minute(0), UTC) == (
        "# something is wrong (not described yet)\n\n"
        "severity not set, investigating (as of 2026-11-24 14:00 UTC)\n\n"
        "## Timeline\n"
    )


def test_times_in_utc_say_so() -> None:
    story = Story()
    story.tell(Joined, person="ana")
    text = markdown(story.incident, minute(1), UTC)
    assert "### Tuesday 2026-11-24 (UTC)\n\n- **14:00Z** ana joined (sam)\n" in text


def test_containment_before_the_declaration_took_no_time() -> None:
    story = Story()
    story.tell(Declared, facts={})
    story.tell(Contained, at=minute(-5), added=minute(1))
    assert "investigating, contained (as of" in markdown(story.incident, minute(2), UTC)


# -- text that would be more than text -----------------------------------------------------


class Read:
    """What a reader of Markdown makes of the document."""

    def __init__(self, text: str) -> None:
        parser = MarkdownIt("commonmark").enable(["strikethrough", "table"])
        self.tokens = parser.parse(text)
        self.headings = [
            _said(self.tokens[index + 1])
            for index, token in enumerate(self.tokens)
            if token.type == "heading_open"
        ]
        self.items = list(self._items())
        self.blocks = {token.type for token in self.tokens}
        self.html = [t.content for t in self._inline() if t.type.startswith("html")]
        self.images = [t for t in self._inline() if t.type in ("image", "link_open", "em_open")]

    def _inline(self) -> Iterator[Token]:
        for token in self.tokens:
            yield token
            yield from token.children or ()

    def _items(self) -> Iterator[tuple[str, str | None]]:
        """The words of each item, and its block of code."""
        words, code = "", None
        for token in self.tokens:
            if token.type == "list_item_open":
                words, code = "", None
            elif token.type == "inline":
                words = _said(token)
            elif token.type == "fence":
                code = token.content
            elif token.type == "list_item_close":
                yield words, code


def _said(token: Token) -> str:
    return "".join(child.content for child in token.children or ())


EVIL = [
    "# a heading",
    "- **14:02** an item",
    "x\n- **14:02** an item",
    "x\n\n- **14:02** an item\n\n# Title",
    "x\n```\n- **14:02** an item\n```",
    "````\n```\nx\n````",
    "x\n~~~\n# y",
    "`unbalanced",
    "``a`` and `b`",
    "~~struck out~~",
    "~~ (undone)",
    "**bold** *em* __b__ _e_ ***",
    "a_b_c __init__ x_",
    "![x](http://tracker/x.png) [x](javascript:alert) [x]: y",
    "<script>alert(1)</script> <!-- <b>",
    "<http://x.y> &lt;b&gt; &amp; &#35; & &x",
    "C:\\temp \\* \\",
    "\\\\",
    "1. first",
    "> quoted",
    "| a | b |\n|---|---|\n| c | d |",
    "x\n===",
    "x\n---",
    "    code",
    "\tcode\n\tmore",
    "issue #",
    "# #",
    "#",
    "a\r\n- b\r- c\x0b- d\x85- e\u2028- f",
    "\x1b[31mred",
]


def told(text: str, **fields: Any) -> tuple[Incident, Read]:
    """The text everywhere that text can come from."""
    story = Story()
    story.tell(Declared, facts={"what": text, "impact": text})
    undone = story.tell(Noted, text=text)
    story.tell(Undone, entry=undone.id)
    story.tell(Copied, audience=text, text=text, route="x", certainty="saved")
    story.tell(Joined, person=text, who=f"{text}@x")
    return story.incident, Read(markdown(story.incident, minute(9), UTC))


def assert_read_as_written(incident: Incident, read: Read) -> None:
    assert read.headings[0] == one_line(incident.title)
    assert read.headings[1] == "Timeline"
    assert all(heading.endswith("(UTC)") for heading in read.headings[2:])
    lines = incident.timeline()
    assert len(read.items) == len(lines)
    for entry, (words, code) in zip(lines, read.items, strict=True):
        wanted = f"{entry.at:%H:%M}Z {describe(entry, incident)} ("
        assert " ".join(words.split()).startswith(" ".join(wanted.split()))
        if isinstance(entry, (Noted, Copied)) and code is not None:
            shown = plain(entry.text).strip("\n").expandtabs(1).split()
            assert code.expandtabs(1).split() == shown
    assert read.html == []
    assert read.images == []
    assert not read.blocks & {"blockquote_open", "table_open", "ordered_list_open", "hr"}
    assert not read.blocks & {"code_block", "html_block"}


@pytest.mark.parametrize("text", EVIL)
def test_no_text_can_pose_as_a_line_or_break_one(text: str) -> None:
    assert_read_as_written(*told(text))


@given(st.lists(st.sampled_from([*EVIL, *"\\`*_[]<>~#&!-+|= \n\tab1"]), max_size=8).map("".join))
def test_no_mixture_of_markup_can_either(text: str) -> None:
    assert_read_as_written(*told(text))


@given(MANY_MOVES)
def test_whatever_was_done_is_read_as_it_was_written(moves: list[tuple[str, int, str]]) -> None:
    player = Player()
    player.play(moves)
    read = Read(markdown(player.incident, minute(90), UTC))
    assert_read_as_written(player.incident, read)


def test_only_what_is_undone_is_struck_out() -> None:
    story = Story()
    story.tell(Noted, text="~~not undone~~")
    undone = story.tell(Noted, text="~~undone~~ `x")
    story.tell(Undone, entry=undone.id)
    parser = MarkdownIt("commonmark").enable("strikethrough")
    html = parser.render(markdown(story.incident, minute(9), UTC))
    assert "<s>~~undone~~ `x</s> (sam, undone)" in html
    assert html.count("<s>") == 1


def test_words_of_every_day_are_left_as_they_are() -> None:
    story = Story()
    text = "checkout_v2: 12 % -> 3 % (PR #42, C:\\temp, R&D, it's 5 > 3!)"
    story.tell(Noted, text=text)
    assert f"- **14:00Z** {text} (sam)\n" in markdown(story.incident, minute(9), UTC)
