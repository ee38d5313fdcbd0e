"""Markdown text -> tokens, by markdown-it: CommonMark with tables, task lists and a YAML head."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

CHECKBOX = re.compile(r"\[[ xX]\](?=\s)")

DEEPEST = 100
"""Levels of nesting that are read; the default of 20 is ten lists in one another."""


@cache
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.front_matter import front_matter_plugin

    markdown = MarkdownIt("commonmark", {"maxNesting": DEEPEST}).enable("table")
    return markdown.use(front_matter_plugin)


def read_tokens(text: str) -> Sequence[Token]:
    # The front matter rule reads one character past a last line without a line end.
    return _markdown().parse(text + "\n")


def line_of(token: Token) -> int:
    """The file's line that the token begins at, from 1; 0 where that is not known."""
    return token.map[0] + 1 if token.map else 0


def is_task(tokens: Sequence[Token], index: int) -> bool:
    """Whether the token at `index` opens a list item with a checkbox, ticked or not.

    GitHub's rule: brackets with one blank or x, then white space, at the item's beginning. The
    plugin for task lists has the same rule, but searches backwards from every item: 12,500 items
    take it half a minute.
    """
    return (
        tokens[index].type == "list_item_open"
        and tokens[index + 1].type == "paragraph_open"
        and CHECKBOX.match(tokens[index + 2].content) is not None
    )
