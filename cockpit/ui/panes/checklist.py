"""The checklist pane: phases with their progress, steps with what the record says of them."""

from __future__ import annotations

from cockpit.incident.checklist import Checklist, PhaseRows, Row
from cockpit.incident.wording import one_line
from cockpit.ui.panes.rows import Line, RowsView
from cockpit.ui.wrap import cut, fit, wrap

STATUS_GLYPHS = {"open": "□", "doing": "◐", "done": "✓", "skipped": "↷", "na": "·"}
STATUS_LOOKS = {"open": "text", "doing": "warn", "done": "dim", "skipped": "dim", "na": "dim"}
MOST_LINES = 4


class ChecklistPane(RowsView):
    BORDER_TITLE = "Checklist"

    def __init__(self) -> None:
        super().__init__(id="checklist", empty="Reading the playbook…")
        self.checklist = Checklist((), None)
        self._items: list[PhaseRows | Row] = []
        self._drawn: list[list[Line]] = []
        self._drawn_cursor = 0
        self._opened: dict[int, bool] = {}
        """Phases that the person has opened or folded; the others follow the next step."""

    # -- what it shows ----------------------------------------------------------------------------

    def show(self, checklist: Checklist) -> None:
        """Draw the checklist as it is now; the cursor stays on its step."""
        was = self.selected
        first = not self.checklist.phases
        self.checklist = checklist
        self._list_items()
        if first and checklist.next is not None:
            self._go_to(checklist.next.step.slug)
        elif isinstance(was, Row):
            self._go_to(was.step.slug)
        self.rows_changed()

    def show_next(self) -> None:
        """Name the next step below; it may be out of sight. Draws the whole pane."""
        following = self.checklist.next
        subtitle = f"next: {following.step.text}" if following else "all steps handled"
        if subtitle != self.border_subtitle:
            self.border_subtitle = subtitle

    def _list_items(self) -> None:
        self._items = []
        for phase in self.checklist.phases:
            self._items.append(phase)
            if self.is_open(phase):
                self._items.extend(phase.rows)

    def is_open(self, phase: PhaseRows) -> bool:
        following = self.checklist.next
        current = following is not None and following.phase == phase.number
        return self._opened.get(phase.number, current)

    @property
    def selected(self) -> PhaseRows | Row | None:
        return self._items[self.cursor] if self.cursor < len(self._items) else None

    @property
    def row(self) -> Row | None:
        """The selected step, or None on a phase."""
        item = self.selected
        return item if isinstance(item, Row) else None

    def _go_to(self, slug: str) -> bool:
        for index, item in enumerate(self._items):
            if isinstance(item, Row) and item.step.slug == slug:
                self.cursor = index
                return True
        return False

    def select_step(self, slug: str) -> None:
        """Put the cursor on a step, opening its phase if need be."""
        row = self.checklist.row(slug)
        if row is None:
            return
        phase = next(p for p in self.checklist.phases if p.number == row.phase)
        if not self.is_open(phase):
            self._opened[row.phase] = True
            self._list_items()
            self.rows_changed()
        for index, item in enumerate(self._items):
            if isinstance(item, Row) and item.step.slug == slug:
                self.select(index)

    def advance_from(self, slug: str) -> None:
        """After a step was handled: on to the next open one; finished phases fold away."""
        following = self.checklist.after(slug)
        if following is None:
            return
        handled = self.checklist.row(slug)
        if handled is not None and handled.phase != following.phase:
            self._opened.pop(handled.phase, None)
            self._list_items()
            self.rows_changed()
        self.select_step(following.step.slug)

    def toggle_phase(self, phase: PhaseRows) -> None:
        self._opened[phase.number] = not self.is_open(phase)
        self._list_items()
        self.rows_changed()

    def rows_changed(self) -> None:
        """Where the heights stay, only the rows that look different are drawn again."""
        width = self.row_width
        lines = [self.row_lines(index, width) for index in range(len(self._items))]
        same_shape = (
            self._laid_out_for == width
            and len(self._offsets) == len(lines) + 1
            and list(map(len, lines)) == list(map(len, self._drawn))
        )
        if not same_shape:
            super().rows_changed()
        else:
            for index in {self.cursor, self._drawn_cursor}:
                self.row_changed(index)
            for index, (new, old) in enumerate(zip(lines, self._drawn, strict=True)):
                if new != old:
                    self.row_changed(index)
        self._drawn, self._drawn_cursor = lines, self.cursor

    # -- rows -------------------------------------------------------------------------------------

    def row_count(self) -> int:
        return len(self._items)

    def row_heights(self, width: int) -> list[int]:
        return [len(self.row_lines(index, width)) for index in range(len(self._items))]

    def row_lines(self, row: int, width: int) -> list[Line]:
        item = self._items[row]
        return self._step(item, width) if isinstance(item, Row) else [self._phase(item, width)]

    def _phase(self, phase: PhaseRows, width: int) -> Line:
        complete = phase.total > 0 and phase.handled == phase.total
        sign = "✓" if complete else ("▾" if self.is_open(phase) else "▸")
        progress = f"{phase.handled}/{phase.total} "
        title = fit(f"{sign} {phase.number} {phase.title}", width - len(progress) - 1)
        look = "dim" if complete else "strong"
        return [(f"{title} ", look), (progress, look)]

    def _step(self, row: Row, width: int) -> list[Line]:
        step, status = row.step, row.status
        following = self.checklist.next
        is_next = following is not None and following.step.slug == step.slug
        look = STATUS_LOOKS[status]
        glyph = "?" if step.question and status == "open" else STATUS_GLYPHS[status]
        indent = "▸ " if is_next else "  "
        indent += "  " * min(step.depth, 4) + f"{glyph} "
        room = width - len(indent) - 1
        text = one_line(step.text)
        if step.question and row.answer:
            text += f" {row.answer}"
        elif step.question and status == "open":
            text += " y/n"
        if step.observe and status in ("open", "doing"):
            text += " ◉"
        lines: list[Line] = []
        for index, words in enumerate(wrap(text, room, MOST_LINES)):
            head = indent if index == 0 else " " * len(indent)
            mark = "accent" if is_next else look
            lines.append([(head, mark), (words, "strong" if is_next else look)])
        margin = " " * len(indent)
        if (note := self._note(row)) is not None:
            lines += [[(margin, look), (words, note[1])] for words in wrap(note[0], room, 2)]
        if is_next and step.commands:
            sign = cut(f"$ {one_line(step.commands[0])}", room - 2)
            lines.append([(margin, look), (fit(sign, room - 2), "dim"), (" c", "accent")])
        return lines

    @staticmethod
    def _note(row: Row) -> tuple[str, str] | None:
        record = row.record
        if record is None:
            return None
        if row.status == "doing":
            return f"in progress: {one_line(record.by)}", "warn"
        if row.status == "skipped":
            return f"skipped: {one_line(record.note)}", "dim"
        if row.status == "done" and record.note and not row.step.question:
            return f"saw {one_line(record.note)}", "dim"
        return None
