"""Panels over the screen: a text to read, or a list to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option


class ReadPanel(ModalScreen[str]):
    """A text to read. Its result is the key that closed it: "y" where copying is offered."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "leave", show=False),
        Binding("y,c", "copy", show=False),
        Binding("down,j", "scroll(1)", show=False),
        Binding("up,k", "scroll(-1)", show=False),
        Binding("pagedown,space", "scroll(10)", show=False),
        Binding("pageup", "scroll(-10)", show=False),
    ]

    def __init__(self, title: str, text: Text, *, copies: str = "") -> None:
        super().__init__()
        self._title, self._text, self._copies = title, text, copies

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="panel") as panel:
            panel.border_title = self._title
            panel.border_subtitle = (
                f"y copies {self._copies}, esc leaves" if self._copies else "esc leaves"
            )
            yield Static(self._text)

    def action_leave(self) -> None:
        self.dismiss("")

    def action_copy(self) -> None:
        if self._copies:
            self.dismiss("y")
        else:
            self.app.bell()

    def action_scroll(self, by: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)


class PickPanel(ModalScreen[str]):
    """A list to choose one from. Its result is the chosen id; "" when it was left."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", show=False),
        Binding("j", "move(1)", show=False),
        Binding("k", "move(-1)", show=False),
    ]

    def __init__(self, title: str, options: Sequence[tuple[str, str]], note: str = "") -> None:
        super().__init__()
        self._title, self._options, self._note = title, options, note

    def compose(self) -> ComposeResult:
        with Vertical(classes="panel") as panel:
            panel.border_title = self._title
            panel.border_subtitle = "enter chooses, esc leaves"
            if self._note:
                yield Static(Text(self._note), classes="panel-note")
            yield OptionList(
                *(Option(Text(words), id=option_id) for option_id, words in self._options)
            )

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option.id or "")

    def action_leave(self) -> None:
        self.dismiss("")

    def action_move(self, by: int) -> None:
        options = self.query_one(OptionList)
        if by > 0:
            options.action_cursor_down()
        else:
            options.action_cursor_up()
