"""Finds and reads playbooks, audiences and themes: the built-in ones and a person's own.

A person's own file takes the place of the built-in one with its name. Folders are read when
asked, never at import; a bad file is reported beside the good ones and blocks none of them.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from cockpit.incident.entries import PLAYBOOK_SIZE_LIMIT, PlaybookText
from cockpit.paths import Paths
from cockpit.playbooks.suggest import GENERAL, Card, card

if TYPE_CHECKING:
    from cockpit.comms.audience import Audience

T = TypeVar("T")

PACKAGE = Path(__file__).parent
SMALL_FILE = 256 * 1024
"""Bytes of an audience or a theme that are read."""


class LibraryError(Exception):
    """A playbook, audience or theme can't be used; the message names it and says what to do."""


class Failure(NamedTuple):
    file: Path
    reason: str
    """A sentence that names the file."""


@dataclass(frozen=True, slots=True)
class Loaded(Generic[T]):
    """What could be read, by name, and what could not."""

    items: dict[str, T]
    failed: tuple[Failure, ...] = ()


class Library:
    def __init__(self, paths: Paths) -> None:
        self._paths = paths

    # -- playbooks --------------------------------------------------------------------------

    def playbook_names(self) -> list[str]:
        return sorted(self._playbook_files()[0])

    def playbook_file(self, name: str) -> Path:
        """The file behind a name, or the file itself when `name` is a path of a Markdown file.

        Raises LibraryError, with the nearest name.
        """
        found = self._playbook_files()[0]
        if name in found:
            return found[name][0]
        if os.sep in name or name.lower().endswith(".md"):
            return Path(name).expanduser()
        from difflib import get_close_matches

        near = get_close_matches(name, found, n=1, cutoff=0.5)
        hint = f"Did you mean “{near[0]}”?" if near else f"There are: {', '.join(sorted(found))}."
        raise LibraryError(f"There is no playbook “{name[:60]}”. {hint}")

    def playbook_text(self, name: str) -> PlaybookText:
        """A playbook's text as it stands on the disk, at most 1 MiB. Raises LibraryError."""
        file = self.playbook_file(name)
        return PlaybookText(file.stem, _decoded(read_playbook(file), file))

    def texts_for(self, name: str) -> tuple[PlaybookText, ...]:
        """What an incident must carry to follow a playbook: itself, and the general one for the
        phases that it lacks.

        Raises LibraryError for a file that can't be a playbook.
        """
        from cockpit.playbooks.parse import PlaybookError, understand

        file = self.playbook_file(name)
        data = read_playbook(file)
        try:
            playbook = understand(data, str(file))
        except PlaybookError as error:
            raise LibraryError(str(error)) from error
        chosen = PlaybookText(file.stem, _decoded(data, file))
        if playbook.has_five_phases or chosen.name == GENERAL:
            return (chosen,)
        return (self.playbook_text(GENERAL), chosen)

    def catalogue(self) -> Loaded[Card]:
        """Name, title and keywords of each playbook, without reading its steps."""
        return self._load(
            self._playbook_files(),
            lambda file: card(file.stem, _decoded(read_playbook(file), file)),
        )

    def _playbook_files(self) -> tuple[dict[str, list[Path]], list[Failure]]:
        return _find(".md", self._paths.playbooks, PACKAGE / "playbooks")

    # -- audiences and themes ---------------------------------------------------------------

    def audiences(self) -> Loaded[Audience]:
        from cockpit.comms.audience import AudienceError, parse

        def read(file: Path) -> Audience:
            try:
                return parse(_decoded(_bounded(file, SMALL_FILE), file), str(file))
            except AudienceError as error:
                raise LibraryError(str(error)) from error

        return self._load(
            _find(".toml", self._paths.audiences, PACKAGE / "comms" / "audiences"), read
        )

    def themes(self, *names: str) -> Loaded[Theme]:
        """The themes' tables as they were written; whoever shows them checks the colours.

        With names, only these are read.
        """
        wheel, checkout = PACKAGE / "themes", PACKAGE.parent / "themes"
        files, failed = _find(".toml", self._paths.themes, wheel if wheel.is_dir() else checkout)
        wanted = {name: files[name] for name in names or files if name in files}
        return self._load((wanted, failed), _theme)

    def _load(
        self,
        found: tuple[dict[str, list[Path]], list[Failure]],
        read: Callable[[Path], T],
    ) -> Loaded[T]:
        """For each name the first file that can be read; what could not is in `failed`."""
        files, failed = found
        items: dict[str, T] = {}
        for name, candidates in sorted(files.items()):
            for file in candidates:
                try:
                    items[name] = read(file)
                    break
                except LibraryError as error:
                    failed.append(Failure(file, str(error)))
        return Loaded(items, tuple(failed))


class Theme(NamedTuple):
    file: Path
    table: dict[str, Any]


def read_playbook(file: Path) -> bytes:
    """A playbook's bytes, at most 1 MiB. Raises LibraryError."""
    return _bounded(file, PLAYBOOK_SIZE_LIMIT)


def _find(suffix: str, *folders: Path) -> tuple[dict[str, list[Path]], list[Failure]]:
    """Name -> its files, the one of the first folder first; and what is no readable file.

    Hidden files are left out, and folders inside the folders are not looked into.
    """
    found: dict[str, list[Path]] = {}
    failed: list[Failure] = []
    for folder in folders:
        try:
            files = sorted(folder.iterdir())
        except FileNotFoundError:
            continue
        except OSError as error:
            failed.append(Failure(folder, f"{folder} can't be read: {error.strerror}."))
            continue
        for file in files:
            if file.name.startswith(".") or file.suffix.lower() != suffix:
                continue
            try:
                regular = stat.S_ISREG(file.stat().st_mode)
            except OSError as error:
                why = "is a link that leads nowhere" if file.is_symlink() else error.strerror
                failed.append(Failure(file, f"{file} {why}."))
                continue
            if regular:
                found.setdefault(file.stem, []).append(file)
            else:
                failed.append(Failure(file, f"{file} is not a file."))
    return found, failed


def _bounded(file: Path, limit: int) -> bytes:
    try:
        if not stat.S_ISREG(file.stat().st_mode):  # a pipe would be waited for without end
            raise LibraryError(f"{file} is not a file.")
        with file.open("rb") as opened:
            data = opened.read(limit + 1)
    except OSError as error:
        raise LibraryError(f"{file} can't be read: {error.strerror}.") from error
    if len(data) > limit:
        size = file.stat().st_size / 1024 / 1024
        raise LibraryError(
            f"{file} has {size:.1f} MiB, and {limit / 1024 / 1024:g} MiB is the limit. "
            "Is it the right file?"
        )
    return data


def _decoded(data: bytes, file: Path) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise LibraryError(f"{file}, line {line}: not UTF-8 text. Save it as UTF-8.") from error


def _theme(file: Path) -> Theme:
    import tomllib

    text = _decoded(_bounded(file, SMALL_FILE), file)
    try:
        return Theme(file, tomllib.loads(text))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise LibraryError(f"{file} is not valid TOML: {error}.") from error
