"""The timeline pane: every entry, in order of time."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

from cockpit.incident.entries import Contained, Copied, Declared, Entry, Noted, Undone
from cockpit.incident.record import Record
from cockpit.incident.state import Incident, person
from cockpit.incident.times import show_time, to_wall
from cockpit.incident.wording import describe, glyph
from cockpit.ui.panes.rows import Line, RowsView
from cockpit.ui.wrap import cut, wrap

WRAPPED_TAIL = 500
"""So many of the latest entries are wrapped; older ones take one line (enter shows all of it)."""
MOST_LINES = 4

LOOKS: dict[type[Entry], str] = {Declared: "strong", Copied: "accent", Contained: "good"}


class TimelinePane(RowsView):
    BORDER_TITLE = "Timeline"

    def __init__(self, me: str) -> None:
        super().__init__(
            id="timeline", empty="Nothing on the timeline yet. n writes the first note."
        )
        self.me = me
        self.record = Record(())
        self.zone: tzinfo | None = None
        self.now = datetime.now(UTC)
        self.filter = ""
        self._rows: list[int] = []
        self._drawn_of: tuple[int, int] = (0, -1)
        self._pending: list[int] = []
        """Positions of the entries that were drawn as pending."""

    @property
    def incident(self) -> Incident:
        return self.record.incident

    # -- what it shows ----------------------------------------------------------------------------

    def show(self, record: Record, zone: tzinfo | None, now: datetime) -> None:
        """Draw what is new. The cursor follows the end if it was there, else stays on its entry."""
        self.record, self.zone, self.now = record, zone, now
        incident = record.incident
        before, at_end = self.entry, self.cursor >= len(self._rows) - 1
        rows, laid_out = self._matching(incident), self.laid_out
        drawn_of = (id(incident), incident.playbook_version)
        grown = len(rows) - len(self._rows)
        same = self._drawn_of == drawn_of and rows[: len(self._rows)] == self._rows
        if same and 0 <= grown <= 50 and laid_out and self._rows:
            known = len(self._rows)
            self._rows = rows
            for position in self._pending:
                self.row_changed(rows.index(position))
            for row in range(known, len(rows)):
                self.row_appended(len(self._lines(row, self.row_width, MOST_LINES)))
        else:
            self._rows, self._drawn_of = rows, drawn_of
            self.rows_changed()
        positions = (incident.position[entry.id] for entry in record.pending)
        self._pending = [position for position in positions if position in rows]
        if at_end and (grown > 0 or before is None):
            self.select(len(rows) - 1)
        elif before is not None:
            self.select_entry(before.id)
        self._title()

    def _matching(self, incident: Incident) -> list[int]:
        words = self.filter.casefold().split()
        if not words:
            return list(incident.order)
        found = []
        for position in incident.order:
            entry = incident.effective(incident.entries[position])
            text = f"{describe(entry, incident)} {entry.who}".casefold()
            if all(word in text for word in words):
                found.append(position)
        return found

    def _title(self) -> None:
        self.border_title = "Timeline" if self.zone is None else "Timeline (UTC)"
        total = len(self.incident.order)
        self.border_subtitle = (
            f"/{cut(self.filter, 20)}: {len(self._rows)} of {total}, esc shows all"
            if self.filter
            else ""
        )
        self.empty = (
            f"No entry has “{self.filter}”. esc shows all {total}."
            if self.filter and total
            else "Nothing on the timeline yet. n writes the first note."
        )

    @property
    def entry(self) -> Entry | None:
        """The selected entry, as amended."""
        if self.cursor >= len(self._rows):
            return None
        return self.incident.effective(self.incident.entries[self._rows[self.cursor]])

    def select_entry(self, entry_id: str) -> None:
        position = self.incident.position.get(entry_id)
        if position is not None and position in self._rows:
            self.select(self._rows.index(position))

    # -- rows -------------------------------------------------------------------------------------

    def row_count(self) -> int:
        return len(self._rows)

    def row_heights(self, width: int) -> list[int]:
        wrapped = max(len(self._rows) - WRAPPED_TAIL, 0)
        heights = [1] * wrapped
        for row in range(wrapped, len(self._rows)):
            heights.append(len(self._lines(row, width, MOST_LINES)))
        return heights

    def row_lines(self, row: int, width: int) -> list[Line]:
        height = self._offsets[row + 1] - self._offsets[row]
        return self._lines(row, width, height)

    def _lines(self, row: int, width: int, most: int) -> list[Line]:
        incident = self.incident
        written = incident.entries[self._rows[row]]
        entry = incident.effective(written)
        stands = incident.stands(entry)
        wall = to_wall(entry.at, self.zone)
        time = f"{wall:%H:%M}" + ("Z" if self.zone is UTC else "")
        text = describe(entry, incident)
        author = person(entry.who)
        if author != self.me:
            text += f" ({author})"
        if not stands:
            text += " (undone)"
        if entry.id in incident.amendments:
            text += " (amended)"
        elif entry.added is not None:
            text += f" (added {show_time(entry.added, self.now, self.zone)})"
        look = LOOKS.get(type(entry), "text") if stands else "dim"
        if isinstance(entry, Undone):
            look = "dim"
        if isinstance(entry, Noted) and entry.mark and stands:
            look = "strong"
        lines: list[Line] = []
        if self._new_day(row):
            lines.append([(f"── {wall:%A %d %B} ──", "dim")])
        saving = "○" if self.record.is_pending(entry) else " "
        margin = len(time) + 3
        room = max(width - margin - 1, 8)
        space = max(most - len(lines), 1)
        for index, words in enumerate(wrap(text, room, space)):
            if index == 0:
                lines.append(
                    [(f"{time}{saving}", "dim"), (f"{glyph(entry)} ", look), (words, look)]
                )
            else:
                lines.append([(" " * margin, look), (words, look)])
        return lines[:most] if most > 1 else lines[-1:]

    def _new_day(self, row: int) -> bool:
        if row == 0:
            first = self.incident.effective(self.incident.entries[self._rows[0]])
            return to_wall(first.at, self.zone).date() != to_wall(self.now, self.zone).date()
        here, above = (
            to_wall(self.incident.effective(self.incident.entries[self._rows[r]]).at, self.zone)
            for r in (row, row - 1)
        )
        return here.date() != above.date()
