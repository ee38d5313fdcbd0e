"""Where things stand in a TOML text: its parser gives values, a person needs line numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

_PART = r"(?:[A-Za-z0-9_-]+|\"[^\"\n]*\"|'[^'\n]*')"
_PATH = rf"{_PART}(?:\s*\.\s*{_PART})*"
_TABLE = re.compile(rf"\s*\[\[?\s*({_PATH})\s*\]")
_KEY = re.compile(rf"\s*({_PATH})\s*=\s*")
_END = {'"""': re.compile(r'(?:[^"\\]|\\.|"(?!""))*"""'), "'''": re.compile(r".*?'''")}


class Place(NamedTuple):
    line: int
    """Where the key is; lines count from 1."""
    rows: tuple[int, ...]
    """The line in the file of each line of a string; of any other value, the key's line."""

    def row(self, number: int) -> int:
        """The line in the file of the string's own line `number`, which counts from 1."""
        return self.rows[max(0, min(number, len(self.rows)) - 1)]


def places(text: str) -> dict[tuple[str, ...], Place]:
    """The path of each table, and of each key that begins a line -> where it stands.

    For a text that parses. Keys inside an inline table have no place of their own.
    """
    found: dict[tuple[str, ...], Place] = {}
    table: tuple[str, ...] = ()
    lines = text.split("\n")
    index = 0
    while index < len(lines):
        line, number = lines[index], index + 1
        index += 1
        if match := _KEY.match(line):
            rows: tuple[int, ...] = (number,)
            if line[match.end() :][:3] in _END:
                rows, index = _long_string(lines, number, match.end())
            found.setdefault(table + _parts(match[1]), Place(number, rows))
        elif match := _TABLE.match(line):
            table = _parts(match[1])
            found.setdefault(table, Place(number, (number,)))
    return found


def _parts(path: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in re.findall(_PART, path))


def _long_string(lines: Sequence[str], number: int, column: int) -> tuple[tuple[int, ...], int]:
    """The lines in the file of a multi-line string's own lines, and the line where it ends.

    It opens on line `number` at `column`. A line end right behind the opening quotes is no part
    of the string, nor is one behind a backslash.
    """
    opening = lines[number - 1]
    quotes, line = opening[column : column + 3], opening[column + 3 :]
    rows = [number] if line.strip() else []
    joined = False
    while not _END[quotes].match(line) and number < len(lines):
        joined = _is_continued(quotes, line) or (joined and not line.strip())
        line = lines[number]
        number += 1
        if not joined:
            rows.append(number)
    return tuple(rows), number


def _is_continued(quotes: str, line: str) -> bool:
    backslashes = re.search(r"\\*$", line.rstrip())
    return quotes == '"""' and backslashes is not None and len(backslashes[0]) % 2 == 1
