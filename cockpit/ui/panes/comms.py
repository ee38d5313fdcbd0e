"""The comms pane: who is owed a word, what happened since the last one, and the draft."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widgets import Static

from cockpit.incident.wording import plain
from cockpit.ui.looks import look

MOST_SINCE = 6
FEW_SINCE = 3
"""Lines of what happened since the last word, on a screen with room and on one without."""


@dataclass(frozen=True, slots=True)
class AudienceLine:
    name: str
    words: str
    """When it heard last, when it is owed the next word."""
    look: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class CommsView:
    """What the pane shows at one moment."""

    audience: str
    stage: str
    audiences: Sequence[AudienceLine]
    since_title: str
    since: Sequence[str]
    text: str
    edited: str
    """Why the draft is not the freshly drafted one; "" if it is."""
    remarks: Sequence[tuple[str, str]]
    """(words, look)"""


class CommsPane(VerticalScroll, can_focus=True):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "scroll_up", show=False),
        Binding("down,j", "scroll_down", show=False),
        Binding("g", "scroll_home", show=False),
        Binding("G", "scroll_end", show=False),
    ]
    BORDER_TITLE = "Comms"

    class Edited(Message):
        """The words in the editor changed."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Left(Message):
        """The editor was left with esc."""

    class CopyAsked(Message):
        """ctrl+s in the editor."""

    def __init__(self) -> None:
        super().__init__(id="comms")
        self._shown: CommsView | None = None
        self._since_lines = -1

    def compose(self) -> ComposeResult:
        yield Static(id="owed")
        yield Static(id="since")
        yield Static("Drafting…", id="draft")
        yield Static(id="remarks")

    # -- what it shows ----------------------------------------------------------------------------

    def forget(self) -> None:
        """Draw all of it at the next `show`: the theme has changed."""
        self._shown = None

    @property
    def drawn(self) -> bool:
        return self._shown is not None

    def show(self, view: CommsView) -> None:
        old, self._shown = self._shown, view
        self.border_title = f"Comms: {view.audience}, {view.stage}"
        same_size = old is not None and len(old.audiences) == len(view.audiences)
        self.show_audiences(view.audiences, same_size=same_size)
        if old is None or (old.since_title, old.since) != (view.since_title, view.since):
            self._show_since(view)
        if old is None or old.text != view.text or old.edited != view.edited:
            draft = self.query_one("#draft", Static)
            draft.update(Text(plain(view.text)))
            draft.border_title = view.edited or "draft"
        if old is None or old.remarks != view.remarks:
            text = Text()
            for words, name in view.remarks:
                text.append(f"{words}\n", look(self.app, name))
            self.query_one("#remarks", Static).update(text)

    def show_audiences(self, audiences: Sequence[AudienceLine], *, same_size: bool) -> None:
        """Once a second at the same size, which costs no layout."""
        text = Text(no_wrap=True, overflow="ellipsis")
        for index, line in enumerate(audiences):
            if index:
                text.append("\n")
            text.append("▸ " if line.chosen else "  ", look(self.app, "accent"))
            text.append(line.words, look(self.app, line.look))
        self.query_one("#owed", Static).update(text, layout=not same_size)

    def _show_since(self, view: CommsView) -> None:
        text = Text(no_wrap=True, overflow="ellipsis")
        text.append(view.since_title, look(self.app, "dim"))
        most = MOST_SINCE if self.app.size.height > 24 else FEW_SINCE
        left_out = len(view.since) - most
        if left_out > 0:
            text.append(f"\n  … {left_out} more before", look(self.app, "dim"))
        for line in view.since[-most:]:
            text.append(f"\n  {line}")
        lines = text.plain.count("\n")
        self.query_one("#since", Static).update(text, layout=lines != self._since_lines)
        self._since_lines = lines

    # -- editing in place -------------------------------------------------------------------------

    @property
    def editing(self) -> bool:
        return self.has_class("-editing")

    async def edit(self, text: str) -> None:
        """Put the draft into an editor, in the same place."""
        from cockpit.ui.dialogs.editor import DraftEditor

        if self.editing:
            return
        self.add_class("-editing")
        await self.mount(DraftEditor(text), after="#since")
        self.query_one(DraftEditor).focus()

    async def leave_editor(self) -> None:
        from cockpit.ui.dialogs.editor import DraftEditor

        if self.editing:
            self.remove_class("-editing")
            await self.query(DraftEditor).remove()
            self.focus()
