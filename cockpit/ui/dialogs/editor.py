"""The draft in an editor, in its place in the comms pane."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widgets import TextArea
from textual.widgets.text_area import Selection

from cockpit.comms.draft import gaps
from cockpit.ui.panes.comms import CommsPane


class DraftEditor(TextArea):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False, priority=True),
        Binding("ctrl+s", "copy_draft", show=False, priority=True),
        Binding("f3", "gap(-1)", show=False, priority=True),
        Binding("f4", "gap(1)", show=False, priority=True),
    ]
    BORDER_TITLE = "editing"
    BORDER_SUBTITLE = "esc leaves, ctrl+s copies"

    def __init__(self, text: str) -> None:
        super().__init__(text, id="editor", soft_wrap=True, tab_behavior="focus", compact=True)

    @on(TextArea.Changed)
    def _changed(self) -> None:
        self.post_message(CommsPane.Edited(self.text))

    def action_leave(self) -> None:
        self.post_message(CommsPane.Left())

    def action_copy_draft(self) -> None:
        self.post_message(CommsPane.CopyAsked())

    def action_gap(self, direction: int) -> None:
        """Select the next or previous unfilled place in the draft."""
        spans = [(span.start, span.end) for span in gaps(self.text)]
        if not spans:
            self.app.bell()
            return
        row, column = self.selection.start
        here = sum(len(line) + 1 for line in self.text.split("\n")[:row]) + column
        ahead = [s for s in spans if (s[0] > here if direction > 0 else s[0] < here)]
        start, end = (ahead or spans)[0 if direction > 0 else -1]
        self.selection = Selection(self._location(start), self._location(end))
        self.scroll_cursor_visible()

    def _location(self, index: int) -> tuple[int, int]:
        before = self.text[:index]
        return before.count("\n"), index - (before.rfind("\n") + 1)
