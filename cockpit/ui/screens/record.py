"""The timeline: notes, amendments, undo, filter, copying it."""

from __future__ import annotations

from rich.text import Text

from cockpit.incident import actions
from cockpit.incident.entries import SIZE_LIMIT, Copied, Declared, Entry, Noted
from cockpit.incident.state import TEXT_FIELDS, person
from cockpit.incident.times import NotATime, past, show_time
from cockpit.incident.wording import describe, full_text, markdown
from cockpit.ui.dialogs.panel import ReadPanel
from cockpit.ui.dialogs.question import Answer, Question
from cockpit.ui.screens.base import IncidentBase


class TimelineActions(IncidentBase):
    # -- notes ------------------------------------------------------------------------------------

    def action_note(self) -> None:
        self.ask(self._note_question(), self.session.words.note)

    def _note_question(self) -> Question:
        return Question(
            "note",
            self._write_note,
            hint=self._note_hint,
            changed=self._note_changed,
            left=self._note_left,
            empty_means="Write what happened. !decision 14:02 … marks and backdates it.",
        )

    def _note_hint(self, words: str) -> str:
        read = actions.read_note(words, self.session.now(), self.zone)
        parts: list[str] = [read.mark] if read.mark else []
        if read.at is not None:
            parts.append(f"at {show_time(read.at, self.session.now(), self.zone)}")
        lines = words.count("\n") + 1
        if lines > 1:
            parts.append(f"{lines} lines, one note")
        return ", ".join(parts) or "enter writes it down"

    def _note_changed(self, words: str) -> None:
        if words != self.session.words.note:
            self.session.words.note = words
            self.words_changed()

    def _note_left(self, words: str) -> None:
        if words.strip():
            self.say("Your note is kept; n goes on with it.")

    def _write_note(self, words: str) -> str | None:
        read = actions.read_note(words, self.session.now(), self.zone)
        problem = self.try_to(
            lambda: actions.note(self.session.stamp(), read.text, read.mark, read.at),
            "Noted.",
        )
        if problem is None:
            self.session.words.note = ""
            self.words_changed()
        return problem

    def paste_note(self, text: str) -> None:
        """A paste while a list has the focus: into the note line, or into a file if it is huge."""
        if len(text.encode(errors="replace")) > SIZE_LIMIT:
            kept = self.cockpit.keep_paste(text)
            self.say(
                f"The paste has {len(text) // 1024} KiB; a note holds {SIZE_LIMIT // 1024}. "
                f"It is kept in {kept}: note that path instead.",
                "warn",
            )
            return
        if self.line.asking:
            self.line.insert(text)
        else:
            self.ask(self._note_question(), self.session.words.note + text)
            self._note_changed(self.line.field.text)

    # -- reading and amending ---------------------------------------------------------------------

    def read_entry(self) -> None:
        entry = self.timeline_pane.entry
        if entry is None:
            self.say("Nothing on the timeline yet. n writes the first note.", "warn")
            return
        incident, now = self.incident, self.session.now()
        text = Text(f"{describe(entry, incident)}\n\n", "bold")
        body = full_text(entry)
        if body and body != describe(entry, incident):
            text.append(f"{body}\n\n", "not bold")
        text.append(f"{show_time(entry.at, now, self.zone)}, by {person(entry.who)}", "not bold")
        if entry.added is not None:
            text.append(f", added {show_time(entry.added, now, self.zone)}", "not bold")
        if not incident.stands(entry):
            text.append("\nundone: it does not count", "not bold")
        if amendments := incident.amendments.get(entry.id):
            written = incident.entry(entry.id)
            text.append("\n\nas it was first written:\n", "bold")
            if written is not None:
                old = full_text(written) or describe(written, incident)
                text.append(f"{show_time(written.at, now, self.zone)}  {old}\n", "not bold")
            for amendment in amendments:
                when = show_time(amendment.at, now, self.zone)
                text.append(f"amended {when} by {person(amendment.who)}\n", "not bold")
        copies = "its text" if isinstance(entry, (Noted, Copied)) else ""

        def closed(key: str | None) -> None:
            if key == "y":
                self.cockpit.copy_words(body, "text of the entry")

        self.app.push_screen(ReadPanel("entry", text, copies=copies), closed)

    def amend_entry(self) -> None:
        entry = self.timeline_pane.entry
        if entry is None:
            self.say("Select an entry first.", "warn")
            return
        answers = [Answer("t", "time", lambda: self._amend_time(entry))]
        if type(entry) in TEXT_FIELDS:
            answers.insert(0, Answer("w", "words", lambda: self._amend_words(entry)))
        if isinstance(entry, Declared):
            self.say("Its words are on the fact sheet (f); here its time can be amended.")
        self.choose("amend", answers)

    def _amend_words(self, entry: Entry) -> None:
        old: str = getattr(entry, TEXT_FIELDS[type(entry)])

        def done(words: str) -> str | None:
            if words == old:
                return "Nothing was changed; esc leaves."
            return self.try_to(
                lambda: actions.amend(self.session.stamp(), entry, text=words),
                "Amended; the old version stays readable (enter).",
            )

        self.ask(Question("amend the words", done), old)

    def _amend_time(self, entry: Entry) -> None:
        def done(words: str) -> str | None:
            def make() -> Entry:
                when = past(words, self.session.now(), self.zone)
                return actions.amend(self.session.stamp(), entry, when=when)

            return self.try_to(make, "Time amended.")

        def hint(words: str) -> str:
            try:
                when = past(words, self.session.now(), self.zone)
            except NotATime:
                return "14:02, 10m ago, yesterday 23:50, 2026-11-23 23:50"
            return show_time(when, self.session.now(), self.zone)

        old = show_time(entry.at, self.session.now(), self.zone)
        self.ask(Question(f"when was it really? ({old})", done, hint=hint))

    # -- undo -------------------------------------------------------------------------------------

    def action_undo(self) -> None:
        made = self.do(
            lambda: actions.undo_newest(self.session.stamp(), self.incident, self.session.mine)
        )
        if made is not None:
            self.say(f"{describe(made, self.incident)}. U brings it back.")

    def action_redo(self) -> None:
        made = self.do(
            lambda: actions.redo_newest(self.session.stamp(), self.incident, self.session.mine)
        )
        if made is not None:
            self.say("Brought back.")

    def take_back_entry(self) -> None:
        """The selected entry, whoever made it."""
        entry = self.timeline_pane.entry
        if entry is None:
            self.say("Select an entry first.", "warn")
            return
        made = self.do(lambda: actions.undo(self.session.stamp(), self.incident, entry))
        if made is not None:
            self.say(f"{describe(made, self.incident)}. U brings it back.")

    # -- filter, zone, copy -----------------------------------------------------------------------

    def action_filter(self) -> None:
        self.show_pane("timeline", focus=False)
        self.ask(
            Question(
                "show entries with",
                self._filter_done,
                hint=lambda _: f"{self.timeline_pane.row_count()} entries",
                changed=self._filter,
                left=lambda _: self._filter(""),
                empty_means="Words that the entries must have; empty shows all.",
            ),
            self.timeline_pane.filter,
        )

    def _filter_done(self, words: str) -> None:
        self._filter(words)

    def _filter(self, words: str) -> None:
        pane = self.timeline_pane
        if words != pane.filter:
            pane.filter = words
            pane.show(self.session.record, self.zone, self.session.now())

    def escape_pressed(self) -> bool:
        if self.pane == "timeline" and self.timeline_pane.filter:
            self._filter("")
            return True
        return False

    def action_utc(self) -> None:
        self.cockpit.utc = not self.cockpit.utc
        self.timeline_pane.show(self.session.record, self.zone, self.session.now())
        self.timeline_pane.rows_changed()
        self.show_comms()
        self.say("Times are in UTC." if self.cockpit.utc else "Times are local.")

    def action_copy_timeline(self) -> None:
        text = markdown(self.incident, self.session.now(), self.zone)
        self.cockpit.copy_words(text, "timeline")
