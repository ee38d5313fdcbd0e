"""An audience's templates, filled in.

The language is Jinja2, strict about names: a name that does not exist is found when the template
is read, in the branches that are not taken as well. It takes 40 ms to load, so only here and only
when a draft is made. The text is plain: nothing is escaped.

How the lines of a template become a message: sentences flow together, a blank line begins a
paragraph, a line that begins with "•" stays a line, and a line that comes out empty is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cockpit.comms.audience import Audience, TemplateError, nearest
from cockpit.comms.language import clause, ending, sentence
from cockpit.incident.entries import FACTS

if TYPE_CHECKING:
    from jinja2 import Environment, Template
    from jinja2.runtime import Context

OUTSIDE = frozenset(
    {"facts", "stage", "contained", "started", "declared", "resolved", "last_told", "next_update"}
)
"""All that a message to people outside can be made of: nothing from the timeline is here."""
OUTSIDE_FACTS = ("what", "impact", "since", "workaround", "doing")
"""Of the fact sheet, what may go outside: no cause, no link to where the team meets."""
INSIDE = OUTSIDE | {"severity", "lead", "people", "alone", "contained_after", "happened"}
HELP = INSIDE | {"person", "need", "minutes", "room", "tried"}

KeyPath = tuple[str, ...]
"""Of a template in the audience's file: ("templates", "resolved"), ("help",)."""

BULLET = "•"
_PARAGRAPH = "\x1e"
_BLANK_LINE = re.compile(r"(\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\})|^[ \t]*$", re.S | re.M)
_TIME_WORDS = "_time_words"
_DICT_METHODS = ("get", "items", "keys", "values")


class _Wrong(Exception):
    """Something in a template, and the template's own line (from 1) that it stands on."""

    def __init__(self, row: int, words: str) -> None:
        super().__init__(words)
        self.row = row


def names_for(audience: Audience, path: KeyPath) -> frozenset[str]:
    if path == ("help",):
        return HELP
    return INSIDE if audience.inside else OUTSIDE


def facts_for(names: frozenset[str]) -> tuple[str, ...]:
    return OUTSIDE_FACTS if names == OUTSIDE else tuple(FACTS)


def source(audience: Audience, path: KeyPath) -> str:
    if path[0] == "templates":
        return audience.templates[path[1]]  # type: ignore[index]
    text: str = getattr(audience, path[0])
    return text


def fill_in(
    audience: Audience,
    path: KeyPath,
    values: Mapping[str, Any],
    time_words: Callable[[datetime], str],
) -> str:
    """The message that a template gives. `values` has each of `names_for`.

    Raises TemplateError, naming the file and line.
    """
    text = source(audience, path)
    try:
        template = _compiled(text, names_for(audience, path))
        try:
            filled = template.render({**values, _TIME_WORDS: time_words})
        except Exception as error:  # a template is a program: it can fail in any way
            words = str(error) or type(error).__name__
            raise _Wrong(_row_of(error), f"this can't be filled in: {words}.") from error
        message = _flow(filled)
        if not message:
            raise _Wrong(1, "this template gives an empty message.")
    except _Wrong as wrong:
        line = audience.line(path, wrong.row)
        raise TemplateError(audience.file, line, str(wrong)) from wrong
    return message


def _flow(filled: str) -> str:
    paragraphs: list[str] = []
    for block in filled.split(_PARAGRAPH):
        lines: list[str] = []
        for line in block.splitlines():
            words = " ".join(line.split())
            if not words:
                continue
            if lines and not words.startswith(BULLET) and not lines[-1].startswith(BULLET):
                lines[-1] += f" {words}"
            else:
                lines.append(words)
        if lines:
            paragraphs.append("\n".join(lines))
    return "\n\n".join(paragraphs)


# -- the language -------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import Environment, StrictUndefined, pass_context

    @pass_context
    def time(context: Context, moment: datetime | None) -> str:
        words: str = "" if moment is None else context[_TIME_WORDS](moment)
        return words

    @pass_context
    def shown(context: Context, value: Any) -> Any:
        """What is put out without a filter: a moment in words, and nothing for nothing."""
        return time(context, value) if value is None or isinstance(value, datetime) else value

    environment = Environment(undefined=StrictUndefined, autoescape=False, finalize=shown)
    environment.filters |= {"sentence": sentence, "clause": clause, "ending": ending, "time": time}
    return environment


@lru_cache(maxsize=128)
def _compiled(text: str, names: frozenset[str]) -> Template:
    from jinja2 import TemplateSyntaxError

    environment = _environment()
    marked = _BLANK_LINE.sub(lambda match: match[1] or _PARAGRAPH, text)
    try:
        _check_names(environment, marked, names)
        return environment.from_string(marked)
    except TemplateSyntaxError as error:
        words = (error.message or "this can't be read").rstrip(".")
        raise _Wrong(error.lineno, f"the template is not valid: {words}.") from error


def _check_names(environment: Environment, text: str, names: frozenset[str]) -> None:
    from jinja2 import meta, nodes

    tree = environment.parse(text)
    for filtered in tree.find_all(nodes.Filter):
        if filtered.name not in environment.filters:
            hint = nearest(filtered.name, environment.filters, "The filters")
            raise _Wrong(filtered.lineno, f"there is no filter “{filtered.name}”. {hint}")
    unknown = meta.find_undeclared_variables(tree) - names - environment.globals.keys()
    for name in tree.find_all(nodes.Name):
        if name.name in unknown:
            raise _Wrong(name.lineno, _unknown(name.name, names))
    for part in tree.find_all((nodes.Getattr, nodes.Getitem)):
        if not isinstance(part, (nodes.Getattr, nodes.Getitem)):
            continue
        if not isinstance(part.node, nodes.Name) or part.node.name != "facts":
            continue
        fact: Any = None
        if isinstance(part, nodes.Getattr):
            fact = part.attr
        elif isinstance(part.arg, nodes.Const):
            fact = part.arg.value
        if fact is not None and fact not in facts_for(names) and fact not in _DICT_METHODS:
            raise _Wrong(part.lineno, _no_fact(str(fact), names))


_NOT_OUTSIDE = (
    "is only for audiences inside: a message to people outside is made from the stage, the times "
    f"and these facts alone: {', '.join(OUTSIDE_FACTS)}. Take it out, or set inside = true."
)


def _unknown(name: str, names: frozenset[str]) -> str:
    if name in HELP - INSIDE:
        return f"“{name}” is only known in the template “help”."
    if name in INSIDE:
        return f"“{name}” {_NOT_OUTSIDE}"
    if name in FACTS:
        return f"“{name}” is a fact: write facts.{name}."
    return f"“{name}” is not known here. {nearest(name, sorted(names))}"


def _no_fact(name: str, names: frozenset[str]) -> str:
    if name in FACTS:
        return f"the fact “{name}” {_NOT_OUTSIDE}"
    return f"there is no fact “{name}”. {nearest(name, facts_for(names), 'The facts')}"


def _row_of(error: BaseException) -> int:
    """The template's own line where it failed: its frames stand in the traceback."""
    row, frame = 1, error.__traceback__
    while frame is not None:
        if frame.tb_frame.f_code.co_filename == "<template>":
            row = frame.tb_lineno
        frame = frame.tb_next
    return row
