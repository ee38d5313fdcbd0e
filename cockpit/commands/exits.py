"""How a command ends: its exit code, and one sentence on standard error."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    DONE = 0
    REFUSED = 1
    USAGE = 2
    WHICH = 3
    BUSY = 4
    NOT_SAVED = 5
    DAMAGED = 6
    INTERRUPTED = 130


MEANINGS: dict[ExitCode, str] = {
    ExitCode.DONE: "done",
    ExitCode.REFUSED: "refused, or it did not work; the message says why",
    ExitCode.USAGE: "a wrong option or bad input (text, file, config); no terminal to open in",
    ExitCode.WHICH: "which incident? the list is on standard error",
    ExitCode.BUSY: "another process kept the incident locked for 2 seconds; try again",
    ExitCode.NOT_SAVED: "not saved: disk full, permission, the file is gone",
    ExitCode.DAMAGED: "the incident's file is damaged, from a newer cockpit, or something else",
    ExitCode.INTERRUPTED: "interrupted",
}


class Stop(Exception):
    """The command ends here, with this code and this sentence."""

    def __init__(self, code: ExitCode, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def stop_for(error: Exception) -> Stop | None:
    """The end of a command that met this error; None for an error of the program itself.

    Only a command that failed pays for these imports.
    """
    if isinstance(error, Stop):
        return error
    from cockpit.comms.audience import AudienceError
    from cockpit.incident.actions import Refusal
    from cockpit.incident.checklist import UnknownStep
    from cockpit.incident.times import NotATime
    from cockpit.library import LibraryError
    from cockpit.paths import PathsError
    from cockpit.playbooks.parse import PlaybookError
    from cockpit.settings import SettingsError
    from cockpit.store import errors as store

    codes: tuple[tuple[type[Exception] | tuple[type[Exception], ...], ExitCode], ...] = (
        (Refusal, ExitCode.REFUSED),
        (
            (
                AudienceError,
                LibraryError,
                NotATime,
                PathsError,
                PlaybookError,
                SettingsError,
                UnknownStep,
                store.EntryRefused,
            ),
            ExitCode.USAGE,
        ),
        (store.Busy, ExitCode.BUSY),
        ((store.Damaged, store.NewerSchema, store.NotAnIncident, store.Stranger), ExitCode.DAMAGED),
        (store.StoreError, ExitCode.NOT_SAVED),
    )
    for kinds, code in codes:
        if isinstance(error, kinds):
            return Stop(code, str(error))
    if isinstance(error, OSError) and not isinstance(error, BrokenPipeError):
        where = f"{error.filename}: " if error.filename else ""
        return Stop(ExitCode.REFUSED, f"{where}{error.strerror or error}.")
    return None
