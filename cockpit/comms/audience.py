"""An audience: who a message is for, how often they hear, and the words they get.

An audience is one TOML file. Reading it does not touch its templates' own language, which is
slow to load: `cockpit.comms.check` goes through the templates.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from difflib import get_close_matches
from typing import Annotated, Any

import msgspec

from cockpit.comms.toml_lines import Place, places
from cockpit.incident.entries import STAGES, Severity, Stage

Minutes = Annotated[int, msgspec.Meta(ge=1, le=7 * 24 * 60)]
_NAME = "^[a-z][a-z0-9-]*$"


class AudienceError(ValueError):
    """An audience's file can't be used; the message names file and line and says what to do."""

    def __init__(self, file: str, line: int, words: str) -> None:
        super().__init__(f"{file}:{line}: {words}")
        self.file = file
        self.line = line


class TemplateError(AudienceError):
    """One of the templates can't be used or can't be filled in."""


class Cadence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Minutes: to the first word, and then at most between two updates, by severity."""

    first: Minutes
    unset: Minutes
    SEV1: Minutes
    SEV2: Minutes
    SEV3: Minutes
    SEV4: Minutes

    def between(self, severity: Severity) -> timedelta:
        minutes: int = getattr(self, severity or "unset")
        return timedelta(minutes=minutes)


class Written(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What stands in the file."""

    name: Annotated[str, msgspec.Meta(pattern=_NAME)]
    label: Annotated[str, msgspec.Meta(min_length=1)]
    """In a sentence: "the team"."""
    order: int
    """Audiences are listed by it, the smallest first."""
    inside: bool
    """Inside the company "I" speaks, with what is on the timeline; outside "we", facts alone."""
    limit: Annotated[int, msgspec.Meta(ge=100)]
    """Characters that a message may have."""
    cadence: Cadence
    templates: dict[Stage, str]
    """One for each stage."""
    acknowledgement: str = ""
    """The template of the first word; without it the stage's is the first."""
    help: str = ""
    """The template of a request to one person; only for audiences inside."""


class Audience(Written, frozen=True, kw_only=True):
    file: str
    places: dict[tuple[str, ...], Place]
    """Where its tables and keys stand in the file."""

    def line(self, path: tuple[str, ...], row: int = 1) -> int:
        """The line in the file of line `row` of the string at `path`; both count from 1."""
        place = self.places.get(path)
        return 1 if place is None else place.row(row)


def parse(text: str, file: str) -> Audience:
    """The audience that a TOML text describes; `file` is only for messages.

    Raises AudienceError. The templates are strings here: see `cockpit.comms.check`.
    """
    if not text.strip():
        raise AudienceError(
            file, 1, "the file is empty. Copy a built-in audience and change its words."
        )
    text = text.replace("\r\n", "\n")
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line, words = _position(str(error), text)
        raise AudienceError(file, line, f"this is not valid TOML: {words}.") from error
    except RecursionError as error:
        raise AudienceError(file, 1, "this is nested too deeply for an audience.") from error
    found = places(text)
    _check_keys(table, found, file)
    try:
        written = msgspec.convert(table, Written)
    except msgspec.ValidationError as error:
        path, words = _wrong_value(str(error), table)
        raise AudienceError(file, _line(found, path), words) from error
    if written.help and not written.inside:
        raise AudienceError(
            file,
            _line(found, ("help",)),
            "a request for help needs inside = true: it says what is on the timeline.",
        )
    fields = {name: getattr(written, name) for name in Written.__struct_fields__}
    return Audience(**fields, file=file, places=found)


def nearest(name: str, known: Iterable[str], label: str = "There are") -> str:
    """A hint: the known name that was meant, or else all of them."""
    names = list(known)
    by_small = {each.lower(): each for each in names}
    near = get_close_matches(name.lower(), by_small, n=1, cutoff=0.6)
    return f"Did you mean “{by_small[near[0]]}”?" if near else f"{label}: {', '.join(names)}."


def _position(message: str, text: str) -> tuple[int, str]:
    """(line, what is wrong) from the parser's message."""
    words, _, where = message.partition(" (at ")
    words = words[:1].lower() + words[1:]
    if match := re.match(r"line (\d+), column (\d+)", where):
        return int(match[1]), f"{words}, at character {match[2]} of the line"
    return len(text.rstrip("\n").split("\n")), f"{words} before the end of the file"


def _line(found: Mapping[tuple[str, ...], Place], path: Sequence[str]) -> int:
    """Of the key at `path`, or else of the nearest thing around it."""
    for length in range(len(path), 0, -1):
        if place := found.get(tuple(path[:length])):
            return place.line
    return 1


def _check_keys(table: dict[str, Any], found: Mapping[tuple[str, ...], Place], file: str) -> None:
    needed = [field.name for field in msgspec.structs.fields(Written) if field.required]
    groups: tuple[tuple[tuple[str, ...], Any, Sequence[str], Sequence[str]], ...] = (
        ((), table, Written.__struct_fields__, needed),
        (("cadence",), table.get("cadence"), Cadence.__struct_fields__, Cadence.__struct_fields__),
        (("templates",), table.get("templates"), STAGES, STAGES),
    )
    for path, group, known, _ in groups:
        if not isinstance(group, dict):
            continue
        where = f" in [{path[0]}]" if path else ""
        for key in group:
            if key not in known:
                hint = nearest(key, known, "The keys")
                raise AudienceError(
                    file, _line(found, (*path, key)), f"“{key}” is no key{where}. {hint}"
                )
    for path, group, _, required in groups:
        if not isinstance(group, dict):
            continue
        where = f" to [{path[0]}]" if path else ""
        missing = [key for key in required if key not in group]
        if missing:
            raise AudienceError(
                file,
                _line(found, path),
                f"{_listed(missing)} {'is' if len(missing) == 1 else 'are'} missing. "
                f"Add {'it' if len(missing) == 1 else 'them'}{where}.",
            )


def _listed(names: Sequence[str]) -> str:
    quoted = [f"“{name}”" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"


_KINDS = {
    "int": "a whole number",
    "str": "text in quotes",
    "bool": "true or false",
    "object": "a table",
    "array": "a list",
    "float": "a number with a decimal point",
}


def _wrong_value(message: str, table: dict[str, Any]) -> tuple[tuple[str, ...], str]:
    """(path of the value, what is wrong with it) from msgspec's message."""
    words, _, where = message.partition(" - at `$")
    path = tuple(re.findall(r"\.([A-Za-z0-9_-]+)", where))
    if "[...]" in where:  # a template: the message does not say which
        wrong = (s for s in STAGES if not isinstance(table["templates"].get(s), str))
        path = (*path, next(wrong, ""))
    name = ".".join(path)
    if path == ("name",) and "regex" in words:
        return path, "name is one word of small letters, digits and hyphens, like “executives”."
    match = re.match(r"Expected `(\w+)`(?:, got `(\w+)`| of length >= 1| (>=|<=) (\d+))?", words)
    if match is None:
        return path, f"{name}: {words}."
    expected, got, comparison, bound = match.groups()
    if got:
        kind = _KINDS.get(expected, expected)
        return path, f"{name} must be {kind}, and this is {_KINDS.get(got, got)}."
    if comparison:
        return path, f"{name} must be {'at least' if comparison == '>=' else 'at most'} {bound}."
    return path, f"{name} is empty. Write a word or two."
