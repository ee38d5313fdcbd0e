"""Rows under a cursor: what the checklist, the timeline and the fact sheet have in common.

A line-API view: rows are laid out as heights and drawn only when they come into sight, so that
100,000 of them cost no more to show than 20.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from cockpit.ui.looks import look
from cockpit.ui.wrap import wrap

Piece = tuple[str, str]
"""Text, and the name of its look (see looks.py)."""
Line = list[Piece]


class RowsView(ScrollView, can_focus=True):
    """Subclasses say how many rows there are, how high each is, and what its lines show."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", show=False, priority=True),
        Binding("down,j", "move(1)", show=False, priority=True),
        Binding("pageup", "page(-1)", show=False, priority=True),
        Binding("pagedown", "page(1)", show=False, priority=True),
        Binding("home,g", "top", show=False, priority=True),
        Binding("end,G", "end", show=False, priority=True),
    ]

    class CursorMoved(Message):
        """Another row is selected."""

        def __init__(self, rows: RowsView) -> None:
            super().__init__()
            self.rows = rows

        @property
        def control(self) -> RowsView:
            return self.rows

    class RowClicked(Message):
        """The selected row was clicked once more."""

        def __init__(self, rows: RowsView) -> None:
            super().__init__()
            self.rows = rows

    def __init__(self, *, id: str, empty: str) -> None:
        super().__init__(id=id)
        self.empty = empty
        self.cursor = 0
        self._offsets: list[int] = [0]
        self._strips: dict[int, list[Strip]] = {}
        self._laid_out_for = -1

    # -- what a subclass says ---------------------------------------------------------------------

    def row_count(self) -> int:
        raise NotImplementedError

    def row_heights(self, width: int) -> list[int]:
        """The height of each row, in lines, at this width."""
        raise NotImplementedError

    def row_lines(self, row: int, width: int) -> list[Line]:
        """What the row shows; as many lines as its height."""
        raise NotImplementedError

    # -- layout -----------------------------------------------------------------------------------

    @property
    def row_width(self) -> int:
        return max(self.scrollable_content_region.width, 8)

    def rows_changed(self) -> None:
        """Lay all rows out again."""
        if not self.size:  # not on the screen: it is laid out when it gets its size
            self._offsets, self._laid_out_for = [0], -1
            self._strips.clear()
            return
        heights = self.row_heights(self.row_width)
        self._offsets = [0, *accumulate(heights)]
        self._laid_out_for = self.row_width
        self.cursor = max(0, min(self.cursor, self.row_count() - 1))
        self._strips.clear()
        self._measure()
        self.refresh()

    @property
    def laid_out(self) -> bool:
        return len(self._offsets) == self.row_count() + 1

    def row_appended(self, height: int) -> None:
        """One more row at the end; the others are as they were."""
        top = self._offsets[-1]
        self._offsets.append(top + height)
        if not self._measure():
            self.refresh_lines(top, height)

    def row_changed(self, row: int) -> None:
        """The row looks different, at the same height."""
        self._strips.pop(row, None)
        if row + 1 < len(self._offsets):
            top = self._offsets[row]
            self.refresh_lines(top, self._offsets[row + 1] - top)

    def _measure(self) -> bool:
        """Whether the size to scroll over is another one, which lays the screen out again."""
        size = Size(self.row_width, max(self._offsets[-1], 1))
        if size == self.virtual_size:
            return False
        self.virtual_size = size
        return True

    def on_resize(self) -> None:
        if self._laid_out_for != self.row_width:
            self.rows_changed()
        self.show_cursor()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._strips.clear()

    # -- drawing ----------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        if not self.row_count():
            lines = wrap(self.empty, max(width - 2, 1))
            text = f" {lines[y]}" if y < len(lines) else ""
            return Strip([Segment(text, look(self.app, "dim"))]).adjust_cell_length(
                width, self.rich_style
            )
        y += self.scroll_offset.y
        row = bisect_right(self._offsets, y) - 1
        if row < 0 or row >= len(self._offsets) - 1:
            return Strip.blank(width, self.rich_style)
        strips = self._strips.get(row)
        if strips is None:
            if len(self._strips) > 2000:
                self._strips.clear()
            strips = self._strips[row] = self._draw(row, width)
        at = y - self._offsets[row]
        return strips[at] if at < len(strips) else Strip.blank(width, self.rich_style)

    def _draw(self, row: int, width: int) -> list[Strip]:
        base = self.rich_style
        if row == self.cursor:
            base += look(self.app, "cursor" if self.has_focus else "cursor-blurred")
        return [
            Strip(
                [Segment(text, base + look(self.app, name)) for text, name in line]
            ).adjust_cell_length(width, base)
            for line in self.row_lines(row, self.row_width)
        ]

    # -- the cursor -------------------------------------------------------------------------------

    def select(self, row: int) -> None:
        """Put the cursor on a row and bring it into sight."""
        count = self.row_count()
        if not count:
            return
        row = max(0, min(row, count - 1))
        if row != self.cursor:
            self.row_changed(self.cursor)
            self.cursor = row
            self.row_changed(row)
            self.post_message(self.CursorMoved(self))
        self.show_cursor()

    def show_cursor(self) -> None:
        if self.cursor + 1 >= len(self._offsets):
            return
        top = self._offsets[self.cursor]
        height = self._offsets[self.cursor + 1] - top
        self.scroll_to_region(Region(0, top, 1, height), animate=False, force=True, immediate=True)

    def action_move(self, by: int) -> None:
        self.select(self.cursor + by)

    def action_page(self, by: int) -> None:
        height = max(self.scrollable_content_region.height - 1, 1)
        y = self._offsets[self.cursor] + by * height if self.laid_out and self.row_count() else 0
        self.select(bisect_right(self._offsets, max(y, 0)) - 1)

    def action_top(self) -> None:
        self.select(0)

    def action_end(self) -> None:
        self.select(self.row_count() - 1)

    def on_focus(self) -> None:
        self.row_changed(self.cursor)

    def on_blur(self) -> None:
        self.row_changed(self.cursor)

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is None or not self.row_count():
            return
        row = bisect_right(self._offsets, offset.y + self.scroll_offset.y) - 1
        if row >= self.row_count():
            return
        if row == self.cursor and self.has_focus and event.chain == 2:
            self.post_message(self.RowClicked(self))
        self.select(row)
