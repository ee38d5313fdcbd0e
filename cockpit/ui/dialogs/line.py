"""One line at the bottom: a question with a field, or a question with a few keys as answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Static, TextArea

from cockpit.ui.dialogs.question import Answer, Question


class LineField(TextArea):
    """Grows with its words; enter answers. A paste of many lines stays one answer."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "answer", show=False, priority=True),
        Binding("escape", "leave", show=False, priority=True),
        Binding("tab,shift+tab", "stay", show=False, priority=True),
    ]

    def __init__(self, line: QuestionLine) -> None:
        super().__init__(
            id="question-field",
            soft_wrap=True,
            show_line_numbers=False,
            compact=True,
            highlight_cursor_line=False,
        )
        self._line = line

    def action_answer(self) -> None:
        self._line.answer()

    def action_leave(self) -> None:
        self._line.leave()

    def action_stay(self) -> None:
        """Tab would take the focus out of an unfinished answer."""
        self.app.bell()


class QuestionLine(Vertical):
    """The question that is being asked, if any: its label with what would be understood, and
    a field below. The rest of the screen stays in sight.
    """

    def __init__(self, done: Callable[[], None]) -> None:
        """`done` is called when the line was answered or left."""
        super().__init__(id="question")
        self.question: Question | None = None
        self._done = done

    def compose(self) -> ComposeResult:
        yield Static(id="question-label")
        yield LineField(self)

    @property
    def field(self) -> LineField:
        return self.query_one("#question-field", LineField)

    @property
    def asking(self) -> bool:
        return self.question is not None

    def ask(self, question: Question, text: str = "") -> None:
        """Ask; the words that are there already can be edited."""
        self.question = question
        self.field.load_text(text)
        self.field.move_cursor(self.field.document.end)
        self.add_class("-asking")
        self.screen.set_focus(self.field)
        self._show_hint()

    def insert(self, text: str) -> None:
        self.field.insert(text)

    def put_away(self) -> None:
        self.question = None
        self.remove_class("-asking")

    def _show_hint(self, problem: str = "") -> None:
        label = self.query_one("#question-label", Static)
        question = self.question
        if question is None:
            return
        words = problem or question.hint(self.field.text)
        if not words and not self.field.text:
            words = question.empty_means
        label.set_class(bool(problem), "-problem")
        text = Text(question.label, "bold")
        text.append(f"   {words}" if words else "", "not bold")
        label.update(text)

    @on(TextArea.Changed)
    def _changed(self, event: TextArea.Changed) -> None:
        event.stop()
        if self.question is None:
            return
        if self.question.changed is not None:
            self.question.changed(self.field.text)
        self._show_hint()

    def answer(self) -> None:
        question = self.question
        if question is None:
            return
        problem = question.done(self.field.text)
        if problem:
            self._show_hint(problem)
        elif self.question is question:  # the answer may have asked the next question
            self.put_away()
            self._done()

    def leave(self) -> None:
        question, text = self.question, self.field.text
        self.put_away()
        if question is not None and question.left is not None:
            question.left(text)
        self._done()


class ChoiceLine(Static, can_focus=True):
    """A question whose answers are keys."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False, priority=True),
    ]

    def __init__(self, done: Callable[[], None]) -> None:
        """`done` is called when it was answered or left."""
        super().__init__(id="choice")
        self.answers: Sequence[Answer] = ()
        self._done = done

    @property
    def asking(self) -> bool:
        return bool(self.answers)

    def ask(self, label: str, answers: Sequence[Answer]) -> None:
        self.answers = answers
        text = Text(f"{label}  ")
        for answer in answers:
            text.append(f" {answer.key} ", "reverse")
            text.append(f" {answer.words}  ")
        text.append(" esc ", "reverse")
        text.append(" leave")
        self.update(text)
        self.add_class("-asking")
        self.screen.set_focus(self)

    def put_away(self) -> None:
        self.answers = ()
        self.remove_class("-asking")

    def action_leave(self) -> None:
        self.put_away()
        self._done()

    def on_key(self, event: events.Key) -> None:
        if not self.answers:
            return
        event.stop()
        event.prevent_default()
        chosen = next((a for a in self.answers if event.character == a.key), None)
        if chosen is None:
            self.app.bell()
            return
        self.put_away()
        chosen.do()
        self._done()
