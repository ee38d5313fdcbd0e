"""One call of the program: what stands before the command, and which incident is meant."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cockpit.commands.exits import ExitCode, Stop
from cockpit.commands.say import talk

if TYPE_CHECKING:
    from pathlib import Path

    from cockpit.incident.actions import Stamp
    from cockpit.incident.entries import Entry
    from cockpit.library import Library
    from cockpit.paths import Paths
    from cockpit.settings import Settings
    from cockpit.store.incident_file import IncidentFile
    from cockpit.store.shelf import Shelf, Summary

F = TypeVar("F", bound=Callable[..., Any])

LISTED = 20
"""Incidents in the list that comes with "which one?"."""


@dataclass
class Call:
    incident: str = ""
    me: str | None = None
    theme: str | None = None
    utc: bool | None = None

    @cached_property
    def paths(self) -> Paths:
        from cockpit.paths import find_paths

        return find_paths(os.environ)

    @cached_property
    def settings(self) -> Settings:
        """Raises SettingsError for a config with a mistake in it."""
        from cockpit.settings import resolve

        return resolve(
            self.paths.config_file, os.environ, me=self.me, theme=self.theme, utc=self.utc
        )

    def settings_anyway(self) -> tuple[Settings, str]:
        """The settings as far as they can be read, and what is wrong with them.

        For what must work in an outage: a typo in a config does not keep a note from the record.
        """
        from cockpit.settings import resolve_anyway

        self.settings, complaint = resolve_anyway(
            self.paths.config_file, os.environ, me=self.me, theme=self.theme, utc=self.utc
        )
        return self.settings, complaint

    def forgive(self) -> None:
        """As `settings_anyway`, with the complaint on standard error."""
        complaint = self.settings_anyway()[1]
        if complaint:
            talk(f"{complaint} Going on without that.")

    @cached_property
    def shelf(self) -> Shelf:
        from cockpit.store.shelf import Shelf

        return Shelf(self.paths.incidents)

    @cached_property
    def library(self) -> Library:
        from cockpit.library import Library

        return Library(self.paths)

    def stamp(self) -> Stamp:
        from cockpit.author import stamp

        return stamp(self.settings.me, "command")

    def open(self, path: Path, *, writable: bool = False) -> IncidentFile:
        """The incident's file; what had to be put right in it is said on standard error."""
        from cockpit.store.incident_file import IncidentFile

        file = IncidentFile.open(path, writable=writable)
        for notice in file.notices:
            talk(notice)
        if str(file.path) in file.why_read_only:  # not just opened for reading: damaged
            talk(file.why_read_only)
        return file

    def append(self, path: Path, entry: Entry) -> None:
        """Put an entry on the record; it is durable when this returns."""
        file = self.open(path, writable=True)
        try:
            for notice in file.append([entry]).notices:
                talk(notice)
        finally:
            file.close()

    def which(self, asked: str, *, closed: bool = False) -> Path:
        """The file of the incident that is meant: `asked`, else the option before the command,
        else COCKPIT_INCIDENT, else the only open one (with `closed`: the only closed one).

        A unique beginning of an id will do. Raises Stop, with a list on standard error.
        """
        if name := asked or self.incident:
            return self._named(name)
        if name := os.environ.get("COCKPIT_INCIDENT", ""):
            return self._named(name, " (from COCKPIT_INCIDENT)")
        everything = self.shelf.list()
        fits = [one for one in everything if one.closed == closed and not one.problem]
        kind = "closed" if closed else "open"
        if len(fits) > 1:
            raise self._ask(f"{len(fits)} incidents are {kind}. Say which: --incident ID.", fits)
        if not fits:
            raise self._ask(f"No incident is {kind}.", everything)
        for one in everything:
            if one.problem:  # it may have been the one that was meant
                talk(one.problem)
        return self.file_of(fits[0])

    def file_of(self, one: Summary) -> Path:
        return self.shelf.folder / f"{one.id}.json"

    def _named(self, name: str, origin: str = "") -> Path:
        everything = self.shelf.list()
        fits = [one for one in everything if one.id.startswith(name)]
        exact = [one for one in fits if one.id == name]
        if len(exact or fits) == 1:
            return self.file_of((exact or fits)[0])
        if fits:
            raise self._ask(f"“{name}”{origin} could be any of these:", fits)
        raise self._ask(f"No incident's id begins with “{name[:80]}”{origin}.", everything)

    def _ask(self, sentence: str, incidents: list[Summary]) -> Stop:
        from cockpit.commands.look import row

        lines = [sentence, *(f"  {row(one)}" for one in incidents[:LISTED])]
        if len(incidents) > LISTED:
            lines.append(f"  and {len(incidents) - LISTED} more: cockpit list")
        return Stop(ExitCode.WHICH, "\n".join(lines))


def which_incident(command: F) -> F:
    """The option that says which incident a command is about."""
    return click.option(
        "--incident", "incident_id", default="", metavar="ID",
        help="Which incident (a unique beginning of its id will do).",
    )(command)  # fmt: skip


def typed(text: str) -> str:
    """An argument as text: bytes that are none get a sign in their place, for the file's sake."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
