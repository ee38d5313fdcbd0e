"""The program on the screen: opening and leaving incidents, the clipboard, themes, the end.

Work that takes time runs on threads, and threads only post messages; handlers change things.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import App, SystemCommand
from textual.binding import BindingType
from textual.geometry import Size
from textual.message import Message
from textual.screen import Screen

from cockpit.author import stamp
from cockpit.incident import actions
from cockpit.incident.actions import Refusal
from cockpit.incident.entries import Severity
from cockpit.incident.times import show_time
from cockpit.incident.wording import one_line
from cockpit.library import Library, LibraryError, Loaded
from cockpit.library import Theme as ThemeFile
from cockpit.paths import Paths
from cockpit.settings import Settings
from cockpit.store.errors import Damaged, StoreError
from cockpit.store.incident_file import Change, IncidentFile
from cockpit.store.shelf import Shelf
from cockpit.store.writer import Trouble
from cockpit.ui import themes
from cockpit.ui.keys import remapped, shown
from cockpit.ui.screens.declare import DeclareScreen
from cockpit.ui.screens.incident import IncidentScreen
from cockpit.ui.session import Session

if TYPE_CHECKING:
    from cockpit.comms.audience import Audience
    from cockpit.delivery.clipboard import Outcome

DECLARE = "+declare"
LONGEST_KEY = 2.0
"""Seconds that the next key waits for a widget to handle the last one; it may be gone."""


class AppendedByWriter(Message):
    def __init__(self, session: Session, change: Change) -> None:
        super().__init__()
        self.session = session
        self.change = change


class WriterTrouble(Message):
    def __init__(self, session: Session, trouble: Trouble | None) -> None:
        super().__init__()
        self.session = session
        self.trouble = trouble


class EverythingRead(Message):
    """What the first frame did without has been read."""

    def __init__(
        self,
        session: Session,
        audiences: Loaded[Audience],
        found_themes: Loaded[ThemeFile],
        others_open: int,
    ) -> None:
        super().__init__()
        self.session = session
        self.audiences = audiences
        self.themes = found_themes
        self.others_open = others_open


class CopyDone(Message):
    def __init__(self, outcome: Outcome, then: Callable[[Outcome], None] | None) -> None:
        super().__init__()
        self.outcome = outcome
        self.then = then


def open_cockpit(settings: Settings, paths: Paths, incident_id: str | None, said: str = "") -> int:
    """Run the program until the person quits; the exit code.

    incident_id  the incident to open; None asks for a declaration.
    said         a notice to begin with.
    Raises StoreError when the incident can't be opened, and ValueError for an impossible id.
    """
    shelf = Shelf(paths.incidents)
    file = None if incident_id is None else _open_file(shelf.path_of(incident_id), paths)
    app = CockpitApp(settings, paths, file, said)
    code = app.run()
    for words in app.last_words:
        print(words, file=sys.stderr)
    return code if isinstance(code, int) else (app.return_code or 0)


def _open_file(path: Path, paths: Paths) -> IncidentFile:
    """A damaged file opens too, to be read; entries kept aside last time are appended first."""
    from cockpit.store.spill import unspill

    try:
        file = IncidentFile.open(path)
    except Damaged as damaged:
        file = IncidentFile.open(path, writable=False)
        file.notices.append(str(damaged))
        return file
    if not file.read_only:
        try:
            file.notices.extend(unspill(file, paths.kept)[1])
        except StoreError as error:
            file.notices.append(str(error))
    return file


class CockpitApp(App[int]):
    CSS_PATH = "cockpit.tcss"
    TITLE = "cockpit"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(
        self, settings: Settings, paths: Paths, file: IncidentFile | None, said: str = ""
    ) -> None:
        super().__init__()
        self.animation_level = "none"
        self.settings = settings
        self.paths = paths
        self.library = Library(paths)
        self.shelf = Shelf(paths.incidents)
        self.utc = settings.utc
        self.others_open = 0
        self.last_words: list[str] = []
        """What to say on the shell once the screen is gone."""
        self._session: Session | None = None
        self._first_file = file
        self._said = [said] if said else []
        self._keys, problems = remapped(settings.keys)
        self._said += problems
        self._title = ""
        self._leaving = False
        self._terminal_gone = False
        self._sessions = 0
        self._load_first_theme()

    # -- start ------------------------------------------------------------------------------------

    def _load_first_theme(self) -> None:
        """The theme that is asked for, or the default; the others can wait."""
        wanted = self.settings.theme or themes.DEFAULT
        usable = self._register_usable(self.library.themes(wanted, themes.DEFAULT).items)
        if usable:
            self.theme = wanted if wanted in usable else usable[0]

    def _register_usable(self, found: Mapping[str, ThemeFile]) -> list[str]:
        """The names of the themes that can be used; what is wrong with the others is said."""
        usable: list[str] = []
        for name, theme in found.items():
            try:
                self.register_theme(themes.to_theme(name, theme.table))
                usable.append(name)
            except themes.ThemeError as error:
                self._said.append(f"Theme {theme.file} is skipped: {error}")
        return usable

    def _register_every_theme(self, found: Loaded[ThemeFile]) -> None:
        self._said = [words for words in self._said if not words.startswith("Theme ")]
        usable = self._register_usable(found.items)
        self._said += [failure.reason for failure in found.failed]
        for name in list(self.available_themes):
            if name not in usable and usable:
                self.unregister_theme(name)
        if self.settings.theme and self.settings.theme not in usable:
            self._said.append(
                f"There is no theme “{self.settings.theme}”. There are: {', '.join(usable)}."
            )

    def get_default_screen(self) -> Screen[None]:
        if self._first_file is None:
            return self._declare_screen(said=" ".join(self._said))
        return self._incident_screen(self._first_file)

    def _declare_screen(self, *, said: str = "", can_leave: bool = False) -> DeclareScreen:
        cards = self.library.catalogue()
        names = sorted(cards.items.values(), key=lambda card: card[0] != "general")
        return DeclareScreen(names, said=said, can_leave=can_leave)

    def _incident_screen(
        self, file: IncidentFile, *, just_declared: bool = False
    ) -> IncidentScreen:
        session: Session

        def changed(change: Change) -> None:
            self.post_message(AppendedByWriter(session, change))

        def trouble(news: Trouble | None) -> None:
            self.post_message(WriterTrouble(session, news))

        session = Session(file, self.paths, self.settings.me, changed, trouble)
        self._session = session
        self._said += session.notices
        return IncidentScreen(session, self._keys, just_declared=just_declared)

    def on_mount(self) -> None:
        loop = asyncio.get_running_loop()
        for sig in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(sig, self._leave_on_signal)
        loop.add_signal_handler(signal.SIGHUP, self._leave_without_terminal)
        self._write_terminal("\x1b[22;2t")  # keep the window's title, to give it back at the end
        self.call_after_refresh(gc.enable)  # whoever started this turned it off

    async def on_event(self, event: events.Event) -> None:
        """One key is wholly handled before the next one.

        Keys come in bursts over a slow line. Textual hands a key to the focused widget's queue
        and goes on, and a key that is bound comes back to the end of the queue here: a quick
        "n" and the words behind it could act on the checklist, and a backspace come too late.
        """
        if not isinstance(event, (events.Key, events.Paste)) or event.is_forwarded:
            await super().on_event(event)
            return
        if isinstance(event, events.Paste):  # terminals send a line's end as a return key
            event.text = event.text.replace("\r\n", "\n").replace("\r", "\n")
        if isinstance(self.screen, IncidentScreen):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.screen.ready.wait(), LONGEST_KEY)
        if isinstance(event, events.Key) and not event.is_printable and self.focused is not None:
            for first in (True, False):
                if await self._check_bindings(event.key, priority=first):
                    return
        await super().on_event(event)
        focused = self.focused if self.is_running else None
        if focused is not None:
            handled = asyncio.Event()
            focused.call_later(handled.set)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(handled.wait(), LONGEST_KEY)

    # -- the session's messages -------------------------------------------------------------------

    @property
    def incident_screen(self) -> IncidentScreen | None:
        return next((s for s in self.screen_stack if isinstance(s, IncidentScreen)), None)

    def read_the_rest(self, session: Session) -> None:
        """On a thread: read audiences and themes, and import what drafts and playbooks need."""

        def read() -> None:
            from cockpit.comms import draft, promises  # noqa: F401
            from cockpit.playbooks import compose, parse  # noqa: F401

            others = sum(one.id != session.incident_id for one in self.shelf.open_ones())
            self.post_message(
                EverythingRead(session, self.library.audiences(), self.library.themes(), others)
            )

        self.run_worker(read, thread=True, group="reading")

    @on(EverythingRead)
    def _everything_read(self, message: EverythingRead) -> None:
        session, screen = message.session, self.incident_screen
        if session is not self._session or screen is None:
            return
        audiences = message.audiences
        session.audiences = sorted(audiences.items.values(), key=lambda audience: audience.order)
        self.others_open = message.others_open
        self._register_every_theme(message.themes)
        self._said += [failure.reason for failure in audiences.failed]
        screen.everything_read()
        if self._said:
            screen.say(" ".join(self._said), "warn")
            self._said.clear()

    @on(AppendedByWriter)
    def _appended(self, message: AppendedByWriter) -> None:
        message.session.changed(message.change)
        screen = self.incident_screen
        if screen is not None and screen.is_mounted and message.session is self._session:
            screen.refresh_record()

    @on(WriterTrouble)
    def _trouble(self, message: WriterTrouble) -> None:
        session, trouble = message.session, message.trouble
        session.trouble = trouble.reason if trouble is not None else ""
        screen = self.incident_screen
        if screen is None or not screen.is_mounted or session is not self._session:
            return
        screen.tick_clock()
        if trouble is None:
            screen.say("Everything is saved again.", "good")
        elif trouble.waiting or trouble.lasting:
            screen.say(
                f"Not saved: {trouble.reason}. {trouble.waiting} entries are kept in memory and "
                "tried again; go on. Y copies the whole timeline.",
                "bad",
            )

    # -- declaring and switching ------------------------------------------------------------------

    @on(DeclareScreen.Declared)
    def _declare(self, message: DeclareScreen.Declared) -> None:
        screen = self.screen
        if not isinstance(screen, DeclareScreen):
            return
        try:
            file = self._create(message.facts, message.severity, message.playbook)
        except (Refusal, StoreError, LibraryError) as error:
            screen.say(f"{error} Your words stay here; enter tries again.")
            return
        self.run_worker(self._switch(file, just_declared=True))

    def _create(self, facts: dict[str, str], severity: Severity, playbook: str) -> IncidentFile:
        playbooks = self.library.texts_for(playbook) if playbook else ()
        entry = actions.declare(stamp(self.settings.me, ""), facts, severity, playbooks)
        return self.shelf.create(entry, datetime.now().astimezone())

    def choose_incident(self) -> None:
        from cockpit.ui.dialogs.panel import PickPanel

        now = datetime.now().astimezone()
        options = [(DECLARE, "+ declare another incident")]
        for one in self.shelf.list()[:500]:
            if one.problem:
                options.append((one.id, f"✗ {one.id}: {one.problem}"))
                continue
            when = "" if one.declared_at is None else show_time(one.declared_at, now, None)
            stage = "closed" if one.closed else one.stage
            options.append((one.id, f"{one_line(one.title)}  ({stage}, {when})"))
        self.push_screen(PickPanel("incidents", options), self._incident_chosen)

    def _incident_chosen(self, chosen: str | None) -> None:
        if not chosen or (self._session is not None and chosen == self._session.incident_id):
            return
        if chosen == DECLARE:
            self.push_screen(self._declare_screen(can_leave=True))
            return
        try:
            file = _open_file(self.shelf.path_of(chosen), self.paths)
        except (StoreError, ValueError) as error:
            if self.incident_screen is not None:
                self.incident_screen.say(str(error), "bad")
            return
        self.run_worker(self._switch(file))

    async def _switch(self, file: IncidentFile, *, just_declared: bool = False) -> None:
        """Leave the incident that is open, if one is, and show this one."""
        await self._let_go()
        if self.incident_screen is not None:
            self.incident_screen.retire()
        self._sessions += 1
        old, new = self.current_mode, f"incident {self._sessions}"
        screen = self._incident_screen(file, just_declared=just_declared)
        self.add_mode(new, lambda: screen)
        await self.switch_mode(new)
        if old != "_default":
            await self.remove_mode(old)

    async def _let_go(self) -> None:
        session, screen = self._session, self.incident_screen
        self._session = None
        if session is None:
            return
        if screen is not None:
            screen.remember_place()
        unsaved = await asyncio.to_thread(session.leave)
        if unsaved:
            from cockpit.store.spill import spill

            try:
                kept = spill(unsaved, self.paths.kept, session.incident_id, session.first)
                self.last_words.append(
                    f"{len(unsaved)} entries could not be written to {session.path} "
                    f"({session.trouble or 'the disk did not answer'}). They are kept in {kept}, "
                    "and the next start of this incident writes them."
                )
            except OSError as error:
                self.last_words.append(
                    f"{len(unsaved)} entries could not be written anywhere ({error})."
                )

    # -- copying ----------------------------------------------------------------------------------

    def copy_words(
        self, text: str, what: str, then: Callable[[Outcome], None] | None = None
    ) -> None:
        """To the clipboard of the machine that the person sits at; `then` runs when it is known
        how far it got."""
        if self.incident_screen is not None:
            self.incident_screen.say(f"{what}: copying…")

        def osc52(sequence: str) -> None:
            self.call_from_thread(self._write_terminal, sequence)

        def copying() -> None:
            from cockpit.delivery import clipboard

            outcome = clipboard.copy(
                text, what=what, keep=self.paths.clipboard_file, environ=os.environ, osc52=osc52
            )
            self.post_message(CopyDone(outcome, then))

        self.run_worker(copying, thread=True, group="copying")

    @on(CopyDone)
    def _copy_done(self, message: CopyDone) -> None:
        if self.incident_screen is not None:
            look = "warn" if message.outcome.certainty == "saved" else ""
            self.incident_screen.say(message.outcome.said, look)
        if message.then is not None:
            message.then(message.outcome)

    def copy_to_clipboard(self, text: str) -> None:
        """What Textual copies (a selection, the editor) goes the same way."""
        self._clipboard = text
        self.copy_words(text, "selection")

    def keep_paste(self, text: str) -> Path:
        """A paste that is too long for a note, in a file of its own."""
        from cockpit.store import atomic

        atomic.make_folder(self.paths.kept)
        path = self.paths.kept / f"paste-{stamp(self.settings.me, '').id}.txt"
        atomic.write(path, text.encode(errors="replace"))
        return path

    def edit_outside(self, text: str) -> tuple[str | None, str]:
        """The text after $EDITOR; (None, "") when unchanged, or (None, what went wrong)."""
        import shlex
        import subprocess
        import tempfile

        command = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
        problem, edited = "", None
        with tempfile.TemporaryDirectory(prefix="cockpit-") as folder:
            file = Path(folder) / "draft.txt"
            file.write_text(text, encoding="utf-8")
            try:
                with self.suspend():
                    try:
                        code = subprocess.run([*shlex.split(command), str(file)], check=False)
                        if code.returncode:
                            problem = f"{command} ended with {code.returncode}; nothing was taken."
                    except (OSError, ValueError) as error:
                        problem = f"{command} can't be started ({error}). Set EDITOR."
            except Exception as error:  # a terminal that can't be handed over
                return None, f"The editor can't have this terminal: {error}"
            if not problem:
                edited = file.read_text(encoding="utf-8", errors="replace").rstrip("\n")
        return (None if edited == text else edited), problem

    # -- the terminal -----------------------------------------------------------------------------

    def _write_terminal(self, sequence: str) -> None:
        if self._driver is not None:
            self._driver.write(sequence)
            self._driver.flush()

    def check_size(self) -> None:
        """Once a second: a resize whose signal was lost in a burst of them is made up for."""
        if self.is_headless:
            return
        size = Size(*shutil.get_terminal_size(self.size))
        if size != self.size:
            self.post_message(events.Resize(size, size))

    def show_title(self, title: str, overdue: int) -> None:
        """The window's title: seen when the cockpit is in the background."""
        words = f"({overdue} overdue) {one_line(title)}" if overdue else one_line(title)
        if words != self._title:
            self._title = words
            self._write_terminal(f"\x1b]2;{words[:100]}\x07")

    def choose_theme(self) -> None:
        from cockpit.ui.dialogs.panel import PickPanel

        names = [(name, name) for name in sorted(self.available_themes)]
        self.push_screen(
            PickPanel("themes", names, note='To keep one: theme = "…" in config.toml'),
            self._theme_chosen,
        )

    def _theme_chosen(self, name: str | None) -> None:
        if name:
            self.theme = name

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The palette: every key's action, for those who don't remember the key."""
        if not isinstance(screen, IncidentScreen):
            return
        for key in self._keys:
            if key.id == "everything":
                continue
            yield SystemCommand(
                f"{key.label} ({shown(key.keys)})",
                key.tip,
                lambda action=key.action: self.call_later(screen.run_action, action),
            )
        for audience in screen.session.audiences:
            yield SystemCommand(
                f"draft for {audience.name}",
                f"Choose the audience {audience.label}",
                lambda name=audience.name: screen.run_worker(screen._choose_audience(name)),
            )

    # -- the end ----------------------------------------------------------------------------------

    def _leave_on_signal(self) -> None:
        self.run_worker(self.action_quit(), exclusive=False)

    def _leave_without_terminal(self) -> None:
        self._terminal_gone = True
        self._leave_on_signal()

    async def action_quit(self) -> None:
        """Nothing is lost: what waits for the disk is written, or kept beside it and said."""
        if self._leaving:
            return
        self._leaving = True
        await self._let_go()
        code = 5 if self.last_words else 0
        if self._terminal_gone:  # Textual would wait for ever for it to take the last sequences
            os._exit(code)
        # All is saved: from here on a closing window may end the program at once.
        asyncio.get_running_loop().remove_signal_handler(signal.SIGHUP)
        self._write_terminal("\x1b[23;2t")
        self.exit(code)

    def _handle_exception(self, error: Exception) -> None:
        """A fault of ours: the terminal is given back, the record is safe, the log has the rest.

        The traceback holds no values of variables: they could be secrets.
        """
        import traceback

        self._return_code = 1
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        where = ""
        try:
            self.paths.state.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(self.paths.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            with os.fdopen(handle, "a", encoding="utf-8", errors="replace") as log:
                log.write(f"{datetime.now().astimezone():%Y-%m-%d %H:%M:%S%z} crashed\n")
                fault: BaseException | None = error
                while fault is not None:
                    log.write("".join(traceback.format_tb(fault.__traceback__)))
                    log.write(f"{type(fault).__name__}\n")
                    fault = getattr(fault, "error", None) or fault.__cause__ or fault.__context__
                log.write("\n")
            where = f" Details are in {self.paths.log}."
        except OSError:
            pass
        self.last_words.append(
            f"The cockpit had a fault ({type(error).__name__}) and closed. What was shown as "
            f"saved is on disk; start it again to go on.{where}"
        )
        self._close_messages_no_wait()
