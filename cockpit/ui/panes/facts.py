"""The fact sheet: the few named facts that every draft is made from."""

from __future__ import annotations

from cockpit.incident.entries import FACTS
from cockpit.incident.wording import plain
from cockpit.ui.panes.rows import Line, RowsView
from cockpit.ui.wrap import wrap


class FactsPane(RowsView):
    BORDER_TITLE = "Facts"
    BORDER_SUBTITLE = "enter edits"

    def __init__(self) -> None:
        super().__init__(id="facts", empty="")
        self._names = list(FACTS)
        self._facts: dict[str, str] = {}

    def show(self, facts: dict[str, str]) -> None:
        if facts == self._facts and self._laid_out_for == self.row_width:
            return
        self._facts = dict(facts)
        self._names = [*FACTS, *(name for name in facts if name not in FACTS)]
        self.rows_changed()

    @property
    def name_selected(self) -> str:
        return self._names[self.cursor]

    def select_first_unknown(self) -> None:
        unknown = (i for i, name in enumerate(self._names) if not self._facts.get(name))
        self.select(next(unknown, 0))

    def row_count(self) -> int:
        return len(self._names)

    def row_heights(self, width: int) -> list[int]:
        return [len(self.row_lines(row, width)) for row in range(len(self._names))]

    def row_lines(self, row: int, width: int) -> list[Line]:
        name = self._names[row]
        value = plain(self._facts.get(name, ""))
        lines: list[Line] = [[(FACTS.get(name, name), "dim")]]
        look = "text" if value else "warn"
        shown = wrap(" ".join(value.split()) or "not known yet", max(width - 3, 1), 3)
        return lines + [[("  ", look), (words, look)] for words in shown]
