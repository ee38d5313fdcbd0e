"""Commands to copy: placeholders filled in, invisible characters found."""

from __future__ import annotations

import re
import shlex
import unicodedata
from collections.abc import Collection, Iterator, Mapping

import msgspec

_PLACEHOLDER = re.compile(
    r"(?<![${])\{(?P<braces>[^\W\d][\w-]*)\}(?!\})|<(?P<angles>[^\W\d][\w-]*)>"
)
_COMMENT = re.compile(r"#[^\n]*")
_HERE_DOCUMENT = re.compile(r"<<-?[ \t]*['\"\\]?[A-Za-z_]")

_LOOKS_EMPTY = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and marks that show nothing; Unicode does not call them format characters."""


class Filled(msgspec.Struct, frozen=True):
    text: str
    missing: tuple[str, ...]
    """Names that are still in the text: no value yet, or no safe way to put it there."""
    filled: tuple[str, ...]
    lines: int


def placeholders(command: str) -> tuple[str, ...]:
    """The names in {name} and <name>, each once, in order."""
    names = (match["braces"] or match["angles"] for match in _PLACEHOLDER.finditer(command))
    return tuple(dict.fromkeys(names))


def fill(command: str, values: Mapping[str, str], allowed: Collection[str]) -> Filled:
    """The command with {name} and <name> filled where the name is in `allowed`.

    Everything else stays byte for byte: ${HOME}, {{ template }}, {.items[0]}, {a,b}, < dump.sql.

    A value becomes exactly one word of the shell, or part of one. A value of harmless characters
    is put in as it is. Any other is put in single quotes; inside quotes of the command, those are
    closed before it and opened again after it ("in {service}" -> "in "'a b'""). In comments, here
    documents, backticks, $'…', and $(…) within double quotes that can't be done safely: there the
    placeholder stays, and its name is among the missing.
    """
    parts: list[str] = []
    missing: dict[str, None] = {}
    filled: dict[str, None] = {}
    position = 0
    for match, quote in _in_context(command):
        name = match["braces"] or match["angles"]
        if name not in allowed:
            continue
        value = values.get(name, "").strip()
        word = _as_word(value, quote) if value else None
        if word is None:
            missing[name] = None
            continue
        parts += (command[position : match.start()], word)
        position = match.end()
        filled[name] = None
    text = "".join(parts) + command[position:]
    return Filled(text, tuple(missing), tuple(filled), text.count("\n") + 1)


def _as_word(value: str, quote: str) -> str | None:
    """`quote`: "" outside quotes, ' or " inside them, ? where quoting can't be followed."""
    quoted = shlex.quote(value)
    if quoted == value:
        return value
    return None if quote == "?" else f"{quote}{quoted}{quote}"


def _in_context(command: str) -> Iterator[tuple[re.Match[str], str]]:
    """Each placeholder with the quote that it stands in, as `_as_word` takes it."""
    quote = ""
    here_document = False
    position = 0
    while position < len(command):
        letter = command[position]
        match = _PLACEHOLDER.match(command, position)
        if match is not None:
            yield match, quote
            position = match.end()
        elif quote == "?":
            position += 1
        elif letter == "\\" and quote != "'":
            position += 2
        elif letter == "`" and quote != "'":
            quote = "?"
        elif quote:
            if letter == quote:
                quote = ""
            elif quote == '"' and command.startswith("$(", position):
                quote = "?"
            position += 1
        elif command.startswith("$'", position) or (here_document and letter == "\n"):
            quote = "?"
        elif letter == "#" and (position == 0 or command[position - 1] in " \t\n;&|("):
            comment = _COMMENT.match(command, position)
            assert comment is not None
            for inside in _PLACEHOLDER.finditer(command, position, comment.end()):
                yield inside, "?"
            position = comment.end()
        else:
            if letter in "'\"":
                quote = letter
            here_document = here_document or _HERE_DOCUMENT.match(command, position) is not None
            position += 1


def _is_hidden(letter: str) -> bool:
    if letter in " \n\t":
        return False
    category = unicodedata.category(letter)
    return category in ("Cc", "Cf", "Zl", "Zp", "Zs") or letter in _LOOKS_EMPTY


def _named(letter: str) -> str:
    name = unicodedata.name(letter, "CONTROL CHARACTER")
    return f"U+{ord(letter):04X} {name}"


def hidden_characters(text: str) -> tuple[str, ...]:
    """Invisible, direction-changing and control characters, and blanks that are no space.

    Each once, as "U+200B ZERO WIDTH SPACE". Line ends and tabs are not among them.
    """
    return tuple(dict.fromkeys(_named(letter) for letter in text if _is_hidden(letter)))


def refusal(command: str) -> str:
    """Why the command must not be copied, or ""."""
    for number, line in enumerate(command.split("\n"), 1):
        for place, letter in enumerate(line, 1):
            if _is_hidden(letter):
                where = f"{place}" if "\n" not in command else f"{place} in line {number}"
                return f"not copied: it has an invisible character ({_named(letter)}) at {where}"
    return ""
