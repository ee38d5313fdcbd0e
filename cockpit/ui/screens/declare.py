"""Declaring: two questions, and what else is known at once. Enter, from anywhere, declares."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, cast

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, Static

from cockpit.incident.entries import SEVERITIES, Severity
from cockpit.playbooks.suggest import Card, suggest

UNKNOWN = ("", "?", "don't know", "dont know", "don't know yet", "unknown", "not known", "no idea")


class FactInput(Input):
    """One fact. A paste of several lines becomes one line, so that none of it is lost."""

    def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
        self.insert_text_at_cursor(" ".join(event.text.split()))


class ChoiceField(Widget, can_focus=True):
    """One of a few, with left and right, or by its first key."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "turn(-1)", show=False, priority=True),
        Binding("right,l,space", "turn(1)", show=False, priority=True),
    ]

    class Turned(Message):
        """The person chose; suggestions stop."""

        def __init__(self, field: ChoiceField) -> None:
            super().__init__()
            self.field = field

        @property
        def control(self) -> ChoiceField:
            return self.field

    def __init__(self, options: Sequence[tuple[str, str]], *, id: str) -> None:
        super().__init__(id=id)
        self.options = list(options)
        self.at = 0

    @property
    def value(self) -> str:
        return self.options[self.at][0] if self.options else ""

    def choose(self, value: str) -> None:
        for index, (known, _) in enumerate(self.options):
            if known == value and index != self.at:
                self.at = index
                self.refresh()

    def render(self) -> Text:
        words = self.options[self.at][1] if self.options else ""
        return Text(f"‹ {words} ›", no_wrap=True, overflow="ellipsis")

    def action_turn(self, by: int) -> None:
        self.at = (self.at + by) % len(self.options)
        self.refresh()
        self.post_message(self.Turned(self))

    def on_key(self, event: events.Key) -> None:
        for index, (_, words) in enumerate(self.options):
            if event.character and event.character.isdigit() and words.endswith(event.character):
                event.stop()
                self.at = index
                self.refresh()

    def on_click(self) -> None:
        self.action_turn(1)


class DeclareScreen(Screen[None]):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "declare", show=False, priority=True),
        Binding("escape", "leave", show=False, priority=True),
        Binding("ctrl+q", "app.quit", show=False, priority=True),
        Binding("tab,down", "app.focus_next", show=False, priority=True),
        Binding("shift+tab,up", "app.focus_previous", show=False, priority=True),
    ]
    AUTO_FOCUS = "#what"

    class Declared(Message):
        """What the person said; nothing is on disk yet."""

        def __init__(self, facts: dict[str, str], severity: Severity, playbook: str) -> None:
            super().__init__()
            self.facts = facts
            self.severity = severity
            self.playbook = playbook

    def __init__(self, cards: Sequence[Card], *, said: str = "", can_leave: bool = False) -> None:
        super().__init__()
        self._cards = cards
        self._said = said
        self._can_leave = can_leave
        self._playbook_chosen = False

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="declare", can_focus=False) as panel:
            panel.border_title = "Something is wrong"
            leave = "esc goes back" if self._can_leave else "esc or ctrl+q quits"
            panel.border_subtitle = f"enter declares, tab goes on, {leave}"
            yield Static("What is happening?", classes="label")
            yield FactInput(id="what", placeholder="checkout returns 500s  (or leave it empty)")
            yield Static("What does it mean for those affected?", classes="label")
            yield FactInput(id="impact", placeholder="no one can pay  (empty: don't know yet)")
            yield Static("If you know it at once:", classes="label optional")
            yield Static("what I changed, and when", classes="optional")
            yield FactInput(id="change", placeholder="deployed api 2.31 at 14:02")
            yield Static("severity", classes="optional")
            yield ChoiceField([("", "not set yet"), *((s, s) for s in SEVERITIES)], id="severity")
            yield Static("playbook (suggested from your words)", classes="optional")
            yield ChoiceField([(name, title) for name, title, _ in self._cards], id="playbook")
            yield Static(
                "Enter writes it to disk and copies a first message for your team.",
                classes="optional label",
            )
            yield Static(Text(self._said), id="declare-said")

    def on_mount(self) -> None:
        self._suggest()

    def say(self, words: str) -> None:
        said = self.query_one("#declare-said", Static)
        said.update(Text(words))
        said.scroll_visible(animate=False)

    def _words(self, field: str) -> str:
        words = self.query_one(f"#{field}", Input).value.strip()
        return "" if words.lower().rstrip(".") in UNKNOWN else words

    @on(Input.Changed)
    def _suggest(self) -> None:
        if not self._playbook_chosen:
            said = " ".join(self._words(field) for field in ("what", "impact", "change"))
            name = suggest(said, list(self._cards))
            if name is not None:
                self.query_one("#playbook", ChoiceField).choose(name)

    @on(ChoiceField.Turned, "#playbook")
    def _chosen(self) -> None:
        self._playbook_chosen = True

    def action_declare(self) -> None:
        facts = {field: self._words(field) for field in ("what", "impact", "change")}
        severity = cast(Severity, self.query_one("#severity", ChoiceField).value)
        playbook = self.query_one("#playbook", ChoiceField).value
        self.post_message(self.Declared(facts, severity, playbook))

    def action_leave(self) -> None:
        if self._can_leave:
            self.app.pop_screen()
        elif any(self._words(field) for field in ("what", "impact", "change")):
            self.say("Nothing is declared yet. enter declares, ctrl+q quits without.")
        else:
            self.app.exit(0)
