"""The incident's screen: its parts, what they show, and how an action becomes an entry.

The actions themselves are in the modules beside this one, grouped as in the table of keys.
"""

from __future__ import annotations

import asyncio
import gc
import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, tzinfo
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from cockpit.incident.actions import Refusal
from cockpit.incident.checklist import Row
from cockpit.incident.entries import Entry
from cockpit.incident.state import Incident
from cockpit.ui.keys import Key, footer_keys, shown
from cockpit.ui.panes.checklist import ChecklistPane
from cockpit.ui.panes.comms import CommsPane
from cockpit.ui.panes.facts import FactsPane
from cockpit.ui.panes.header import Header, HeaderFacts, Part, contained_part
from cockpit.ui.panes.rows import RowsView
from cockpit.ui.panes.timeline import TimelinePane
from cockpit.ui.session import Session
from cockpit.ui.wrap import wrap

if TYPE_CHECKING:
    from textual.theme import Theme

    from cockpit.comms.promises import Owed
    from cockpit.ui.app import CockpitApp
    from cockpit.ui.dialogs.line import ChoiceLine, QuestionLine
    from cockpit.ui.dialogs.question import Answer, Question

NEXT_FRAME = 0.02
"""Seconds after which what is not looked at follows: behind the frame that answers the key."""
PANES = ("checklist", "timeline", "comms", "facts")


class IncidentBase(Screen[None]):
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - as Textual declares it
        (0, "-one"),
        (80, "-two"),
        (120, "-three"),
        (200, "-four"),
    ]
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "escape", show=False)]
    AUTO_FOCUS = "#checklist"

    def __init__(
        self, session: Session, keys: tuple[Key, ...], *, just_declared: bool = False
    ) -> None:
        super().__init__()
        self.session = session
        self.keys = keys
        self.pane = session.words.place.get("pane", "checklist")
        self.chosen_audience = session.words.place.get("audience", "")
        self.just_declared = just_declared
        self._beside = self.pane if self.pane in PANES[1:] else "timeline"
        """The pane beside the checklist, where there is room for two."""
        self.add_class(f"-on-{self.pane}", f"-beside-{self._beside}", update=False)
        self.ready = asyncio.Event()
        """Keys wait for it: those typed ahead find a question line to go to."""
        self._loaded = False
        self._drawn_on: date | None = None
        self._drawn_version = -1
        self._rest_due = False
        self._to_say: tuple[str, str] | None = None
        self._said_lines = 1
        self._rung: set[tuple[str, datetime]] = set()
        """Promises that the bell has rung for."""
        self._words_due = False
        self._comms_due = False
        self._actions = {key.action.partition("(")[0] for key in keys}
        self._typing_or_not = False
        for row in keys:
            for key in row.keys.split(","):
                action = row.action
                if key.startswith("ctrl+") or re.fullmatch(r"f\d+", key):
                    action = f"typing_or_not({row.action!r})"
                self._bindings.bind(key, action, row.label, show=False, priority=True)

    def compose(self) -> ComposeResult:
        yield Header(id="header")
        yield Static(id="resume")
        with Horizontal(id="panes"):
            yield ChecklistPane()
            yield TimelinePane(self.session.me)
            yield CommsPane()
            yield FactsPane()
        yield Static(id="said")
        yield Static(id="footer")

    # -- keys -------------------------------------------------------------------------------------

    def check_action(self, action: str, _: tuple[object, ...]) -> bool | None:
        """While a person types, the keys of the table are letters."""
        typing = self.typing and not self._typing_or_not
        return not (typing and action in self._actions)

    @property
    def typing(self) -> bool:
        """Letters are answers or words now, and no keys."""
        focused = self.focused
        return focused is not None and focused.id in ("question-field", "choice", "editor")

    async def action_typing_or_not(self, action: str) -> None:
        """ctrl and F keys work in a text field too."""
        self._typing_or_not = True
        try:
            await self.run_action(action)
        finally:
            self._typing_or_not = False

    # -- parts ------------------------------------------------------------------------------------

    @property
    def cockpit(self) -> CockpitApp:
        return self.app  # type: ignore[return-value]

    @property
    def incident(self) -> Incident:
        return self.session.incident

    @property
    def zone(self) -> tzinfo | None:
        """None is the machine's own zone."""
        return UTC if self.cockpit.utc else None

    @property
    def checklist_pane(self) -> ChecklistPane:
        return self.query_one(ChecklistPane)

    @property
    def timeline_pane(self) -> TimelinePane:
        return self.query_one(TimelinePane)

    @property
    def comms_pane(self) -> CommsPane:
        return self.query_one(CommsPane)

    @property
    def facts_pane(self) -> FactsPane:
        return self.query_one(FactsPane)

    @property
    def line(self) -> QuestionLine:
        return self.query_one("#question")  # type: ignore[return-value]

    @property
    def choice(self) -> ChoiceLine:
        return self.query_one("#choice")  # type: ignore[return-value]

    # -- life -------------------------------------------------------------------------------------

    def on_mount(self) -> None:
        self.show_pane(self.pane, focus=False)
        self.timeline_pane.show(self.session.record, self.zone, self.session.now())
        self.facts_pane.show(self.incident.facts)
        self.tick_clock()
        self._clock = self.set_interval(1, self.tick_clock)
        if self.just_declared:
            self.say("Declared, and on disk. Drafting the first message…")
        self.call_after_refresh(self._load_the_rest)

    async def _load_the_rest(self) -> None:
        """What the first frame does without: questions, the playbook's Markdown, audiences."""
        from cockpit.ui.dialogs.line import ChoiceLine, QuestionLine

        await self.mount(
            QuestionLine(self.question_done), ChoiceLine(self.question_done), before="#said"
        )
        self.ready.set()
        self.app.theme_changed_signal.subscribe(self, self._theme_changed)
        self.cockpit.read_the_rest(self.session)

    def _theme_changed(self, _: Theme) -> None:
        self.comms_pane.forget()
        self.show_comms()
        self.tick_clock()

    def retire(self) -> None:
        """Another incident is shown from now on."""
        self._clock.stop()

    def everything_read(self) -> None:
        """The audiences are there, and what drafts and playbooks need is imported."""
        self._loaded = True
        gc.freeze()  # what start-up made stays: later collections need not look at it
        self.checklist_pane.show(self.session.checklist())
        self.checklist_pane.show_next()
        self.show_pane(self.pane)
        place = self.session.words.place
        if step := place.get("step"):
            self.checklist_pane.select_step(step)
        self.tick_clock()
        self.show_comms()
        if self.just_declared:
            self.acknowledge()
        else:
            self.greet()

    # -- what the actions beside this module define -----------------------------------------------

    def greet(self) -> None:
        """What a person who comes back wants to know."""
        raise NotImplementedError

    def acknowledge(self) -> None:
        """The first message, for the team, onto the clipboard."""
        raise NotImplementedError

    def show_comms(self) -> None:
        raise NotImplementedError

    def owed(self) -> Sequence[Owed]:
        raise NotImplementedError

    def tick_comms(self, owed: Sequence[Owed], now: datetime) -> None:
        raise NotImplementedError

    def spread_part(self, now: datetime) -> Part | None:
        raise NotImplementedError

    def escape_pressed(self) -> bool:
        """Let go of what an action has opened; False when nothing was open."""
        raise NotImplementedError

    def paste_note(self, text: str) -> None:
        raise NotImplementedError

    def action_edit(self) -> None:
        raise NotImplementedError

    def read_entry(self) -> None:
        raise NotImplementedError

    def amend_entry(self) -> None:
        raise NotImplementedError

    def take_back_entry(self) -> None:
        raise NotImplementedError

    def edit_fact(self) -> None:
        raise NotImplementedError

    # -- from action to entry ---------------------------------------------------------------------

    def do(self, make: Callable[[], Entry | None], said: str = "") -> Entry | None:
        """Make the entry of an action and show it; a refusal is said, and nothing happens."""
        try:
            entry = make()
            if entry is not None:
                self.session.act(entry)
                self.put_away_card()
        except Refusal as refusal:
            self.say(str(refusal), "warn")
            return None
        if said:
            self.say(said)
        self.refresh_record()
        return entry

    def try_to(self, make: Callable[[], Entry | None], said: str = "") -> str | None:
        """Like `do`, for the question line: the refusal is returned, so that the line stays."""
        try:
            entry = make()
            if entry is not None:
                self.session.act(entry)
                self.put_away_card()
        except (Refusal, ValueError) as refusal:
            return str(refusal)
        if said:
            self.say(said)
        self.refresh_record()
        return None

    def put_away_card(self) -> None:
        self.query_one("#resume", Static).display = False

    def refresh_record(self) -> None:
        """Show the record as it is now: the pane that is looked at in this frame, then the rest.

        Textual paints all that lies between two changes at once. A step and the header in one
        frame would be the whole screen, and the key would wait for it.
        """
        if self.pane == "timeline":
            self._show_timeline()
        elif self._loaded:
            self.checklist_pane.show(self.session.checklist())
        if not self._rest_due:
            self._rest_due = True
            self.set_timer(NEXT_FRAME, self._show_the_rest)

    def _show_timeline(self) -> None:
        self.timeline_pane.show(self.session.record, self.zone, self.session.now())

    def _show_the_rest(self) -> None:
        """When entries have only become durable, their marks change and nothing else."""
        self._rest_due = False
        self._show_timeline()
        drawn, self._drawn_version = self._drawn_version, self.incident.version
        if self._loaded and drawn != self._drawn_version:
            self.checklist_pane.show(self.session.checklist())
            self.checklist_pane.show_next()
            if not self._comms_due:
                self._comms_due = True
                self.set_timer(0.05, self._show_comms_soon)
        self.facts_pane.show(self.incident.facts)
        self.tick_clock()

    def _show_comms_soon(self) -> None:
        self._comms_due = False
        self.show_comms()

    # -- words to the person ----------------------------------------------------------------------

    def say(self, words: str, look: str = "") -> None:
        """One line above the footer; it stays until the next one."""
        due, self._to_say = self._to_say is not None, (words, look)
        if not due:
            self.set_timer(NEXT_FRAME, self._show_said)

    def _show_said(self) -> None:
        if self._to_say is None:
            return
        (words, look), self._to_say = self._to_say, None
        said = self.query_one("#said", Static)
        wanted = {f"-{look}"} if look else set()
        if said.classes != wanted:
            said.set_classes(wanted)
        lines = len(wrap(words, max(self.app.size.width - 2, 1), 3))
        said.update(Text(words), layout=lines != self._said_lines)
        self._said_lines = lines

    def ask(self, question: Question, text: str = "") -> None:
        self.choice.put_away()
        self.line.ask(question, text)

    def choose(self, label: str, answers: Sequence[Answer]) -> None:
        self.choice.ask(label, answers)

    def question_done(self) -> None:
        if not self.line.asking and not self.choice.asking:
            self.focus_pane()

    # -- the clock --------------------------------------------------------------------------------

    def tick_clock(self) -> None:
        """Once a second: the header, and whether a promise has fallen due."""
        self.cockpit.check_size()
        now = self.session.now()
        owed = self.owed()
        parts: list[Part] = []
        if self._loaded:
            from cockpit.comms.promises import owed_words

            parts = [
                (owed_words(item, now), "bad" if item.overdue else "dim")
                for item in owed
                if item.due is not None
            ]
            self._ring(owed)
            self.tick_comms(owed, now)
        spread = contained_part(self.incident) or self.spread_part(now)
        self.query_one(Header).show(
            HeaderFacts(
                self.incident, now, self.session.saved, parts, spread, self.cockpit.others_open
            )
        )
        today = now.astimezone(self.zone).date()
        if self._drawn_on not in (None, today):
            self.timeline_pane.now = now
            self.timeline_pane.rows_changed()
        self._drawn_on = today
        if self._loaded and now.second == 0:
            self.show_comms()

    def _ring(self, owed: Sequence[Owed]) -> None:
        overdue = {(o.audience, o.due) for o in owed if o.overdue and o.due is not None}
        if overdue - self._rung:
            self.app.bell()
        self._rung = overdue
        self.cockpit.show_title(self.incident.title, len(overdue))

    # -- panes ------------------------------------------------------------------------------------

    def show_pane(self, name: str, *, focus: bool = True) -> None:
        """Bring a pane into sight. Facts takes the place beside the checklist that is in use."""
        self.pane = name if name in PANES else "checklist"
        if self.pane != "checklist":
            self._beside = self.pane
        wanted = {f"-on-{self.pane}", f"-beside-{self._beside}"}
        if not wanted <= self.classes:
            gone = {name for name in self.classes if name.startswith(("-on-", "-beside-"))}
            self.remove_class(*gone - wanted, update=False)
            self.add_class(*wanted)  # styles are matched anew once, for all of them
        self.show_footer()
        if focus:
            self.focus_pane()

    def focus_pane(self) -> None:
        pane = self.query_one(f"#{self.pane}")
        if self.comms_pane.editing and self.pane == "comms":
            self.set_focus(self.query_one("#editor"))
        else:
            self.set_focus(pane, scroll_visible=False)

    def show_footer(self) -> None:
        text = Text(no_wrap=True, overflow="ellipsis", end="")
        for row in footer_keys(self.keys, self.pane, self.app.size.width):
            text.append(f"{shown(row.keys)}", "bold")
            text.append(f" {row.label}  ")
        self.query_one("#footer", Static).update(text)

    def on_resize(self) -> None:
        self.call_after_refresh(self.show_footer)

    def on_descendant_focus(self) -> None:
        """A click moved the focus: the footer and the narrow layout follow.

        It is asked where the focus is now: the event may be older than the last key.
        """
        widget = self.focused
        while widget is not None and widget.id not in PANES:
            parent = widget.parent
            widget = parent if isinstance(parent, Widget) else None
        if widget is not None and widget.id is not None and widget.id != self.pane:
            self.show_pane(widget.id, focus=False)

    def action_pane(self, name: str) -> None:
        self.show_pane(name)

    def action_next_pane(self, by: int) -> None:
        order = PANES if self.has_class("-four") or self.pane == "facts" else PANES[:3]
        self.show_pane(order[(order.index(self.pane) + by) % len(order)])

    def action_escape(self) -> None:
        if self.query_one("#resume", Static).display:
            self.put_away_card()
        elif not self.escape_pressed():
            self.say("")

    # -- the person's place -----------------------------------------------------------------------

    def selected_step(self) -> Row | None:
        """The step under the cursor, or None with a sentence that says what to do."""
        if self.pane != "checklist":
            self.say("That key is about a step. 1 goes to the checklist.", "warn")
            return None
        row = self.checklist_pane.row
        if row is None:
            self.say("That is a phase, not a step. enter opens or folds it.", "warn")
        return row

    def words_changed(self) -> None:
        """Unfinished words or the place changed: on disk within a second."""
        if not self._words_due:
            self._words_due = True
            self.set_timer(0.4, self._save_words)

    def _save_words(self) -> None:
        self._words_due = False
        self.remember_place()
        self.session.save_words()

    def remember_place(self) -> None:
        if not self._loaded:  # the checklist is not drawn yet: the last place still holds
            return
        row = self.checklist_pane.row
        place = {"pane": self.pane, "audience": self.chosen_audience}
        if row is not None:
            place["step"] = row.step.slug
        self.session.words.place = place

    @on(RowsView.CursorMoved)
    def _cursor_moved(self) -> None:
        self.words_changed()

    # -- a paste anywhere opens the note line -----------------------------------------------------

    def on_paste(self, event: events.Paste) -> None:
        if self.typing:
            return
        event.stop()
        self.paste_note(event.text)
