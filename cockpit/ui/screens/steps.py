"""Working the checklist."""

from __future__ import annotations

from typing import Literal

from rich.text import Text
from textual import on

from cockpit.incident import actions
from cockpit.incident.checklist import PhaseRows, Row
from cockpit.incident.entries import PlaybookText
from cockpit.incident.wording import plain
from cockpit.playbooks.commands import fill, hidden_characters
from cockpit.ui.dialogs.panel import PickPanel, ReadPanel
from cockpit.ui.dialogs.question import Answer, Question
from cockpit.ui.panes.checklist import ChecklistPane
from cockpit.ui.panes.rows import RowsView
from cockpit.ui.screens.base import IncidentBase


class StepActions(IncidentBase):
    def action_tick(self) -> None:
        if isinstance(self.checklist_pane.selected, PhaseRows) and self.pane == "checklist":
            self.checklist_pane.toggle_phase(self.checklist_pane.selected)
            return
        row = self.selected_step()
        if row is None:
            return
        if row.status in ("done", "skipped"):
            self.do(
                lambda: actions.untick(self.session.stamp(), row), f"Open again: {row.step.text}"
            )
        elif row.step.question:
            self._ask_branch(row)
        elif row.step.observe:
            self.ask(
                Question(
                    f"{row.step.observe}?",
                    lambda seen: self._tick(row, seen),
                    empty_means="What do you see? It goes onto the timeline. "
                    "Enter alone ticks without a value.",
                )
            )
        elif problem := self._tick(row, ""):
            self.say(problem, "warn")

    def _tick(self, row: Row, observed: str) -> str | None:
        problem = self.try_to(lambda: actions.tick(self.session.stamp(), row, observed))
        if problem is None:
            self.say(f"Done: {row.step.text}")
            self.checklist_pane.advance_from(row.step.slug)
        return problem

    def _ask_branch(self, row: Row) -> None:
        def answer(choice: Literal["yes", "no"]) -> None:
            self.do(
                lambda: actions.answer(self.session.stamp(), row, choice),
                f"{row.step.text} {choice}",
            )
            self.checklist_pane.advance_from(row.step.slug)

        self.choose(
            row.step.text,
            [
                Answer("y", "yes", lambda: answer("yes")),
                Answer("n", "no", lambda: answer("no")),
            ],
        )

    def action_skip(self) -> None:
        row = self.selected_step()
        if row is None:
            return

        def done(reason: str) -> str | None:
            problem = self.try_to(lambda: actions.skip(self.session.stamp(), row, reason))
            if problem is None:
                self.say(f"Skipped: {row.step.text}")
                self.checklist_pane.advance_from(row.step.slug)
            return problem

        self.ask(Question(f"skip “{row.step.text}”: why?", done))

    def action_take(self) -> None:
        row = self.selected_step()
        if row is None:
            return
        me = self.session.me

        def done(name: str) -> str | None:
            return self.try_to(
                lambda: actions.take(self.session.stamp(), row, name),
                f"In progress: {row.step.text} ({name.strip() or me})",
            )

        self.ask(Question(f"who takes “{row.step.text}”?", done, empty_means=f"Enter alone: {me}"))

    def action_add_step(self) -> None:
        item = self.checklist_pane.selected if self.pane == "checklist" else None
        if item is None:
            self.selected_step()
            return
        phase = item.phase if isinstance(item, Row) else item.number
        after = item.step.slug if isinstance(item, Row) else ""
        playbook = self.session.playbook
        taken = {step.slug for step in playbook.steps} if playbook is not None else set()

        def done(words: str) -> str | None:
            return self.try_to(
                lambda: actions.add_step(self.session.stamp(), words, phase, after, taken),
                "Step added.",
            )

        where = f"below “{item.step.text}”" if isinstance(item, Row) else f"to “{item.title}”"
        self.ask(Question(f"new step {where}", done))

    # -- commands and help ------------------------------------------------------------------------

    def action_command(self) -> None:
        row = self.selected_step()
        if row is None:
            return
        if not row.step.commands:
            self.say("This step has no command. enter shows its help.", "warn")
            return
        if len(row.step.commands) == 1:
            self._show_command(row.step.commands[0])
            return
        options = [(str(i), plain(command)) for i, command in enumerate(row.step.commands)]
        self.app.push_screen(
            PickPanel(row.step.text, options),
            lambda chosen: self._show_command(row.step.commands[int(chosen)]) if chosen else None,
        )

    def _show_command(self, command: str) -> None:
        """The command with its placeholders filled; what is not known yet is asked for first."""
        playbook = self.session.playbook
        allowed = set(playbook.fill) if playbook is not None else set()
        facts = {name: value for name, value in self.incident.facts.items() if value}
        filled = fill(command, facts, allowed | set(facts))
        if filled.missing:
            name = filled.missing[0]

            def done(value: str) -> str | None:
                problem = self.try_to(
                    lambda: actions.set_facts(self.session.stamp(), self.incident, {name: value})
                )
                if problem is None:
                    self.call_after_refresh(self._show_command, command)
                return problem

            self.ask(Question(f"{name}?", done, empty_means=f"The command needs it: {command}"))
            return
        if hidden := hidden_characters(filled.text):
            self.say(f"Not copied: the command has hidden characters: {', '.join(hidden)}.", "bad")
            return
        text = Text(plain(filled.text))
        lines = "1 line" if filled.lines == 1 else f"{filled.lines} lines"

        def closed(key: str | None) -> None:
            if key == "y":
                self.cockpit.copy_words(filled.text, f"command ({lines})")

        self.app.push_screen(ReadPanel(f"command, {lines}", text, copies="it"), closed)

    def action_open_row(self) -> None:
        """enter, in the pane that has the focus."""
        if self.pane == "checklist":
            item = self.checklist_pane.selected
            if isinstance(item, PhaseRows):
                self.checklist_pane.toggle_phase(item)
            elif item is not None:
                self._show_help(item)
        elif self.pane == "timeline":
            self.read_entry()
        elif self.pane == "facts":
            self.edit_fact()
        else:
            self.action_edit()

    @on(RowsView.RowClicked)
    def _row_clicked(self) -> None:
        self.action_open_row()

    def _show_help(self, row: Row) -> None:
        step = row.step
        text = Text(f"{plain(step.text)}\n\n", "bold")
        if step.help:
            text.append(f"{plain(step.help)}\n\n", "not bold")
        for command in step.commands:
            text.append(f"{plain(command)}\n\n", "not bold")
        if step.observe:
            text.append(f"Ticking asks for: {plain(step.observe)}\n", "not bold")
        if step.within:
            text.append(f"Best within {step.within // 60} min.\n", "not bold")
        if step.who:
            text.append(f"Usually done by: {plain(step.who)}\n", "not bold")
        for link in step.links:
            text.append(f"{plain(link.text)}: {plain(link.url)}\n", "not bold")
        if not (step.help or step.commands or step.observe or step.links):
            text.append("The playbook says nothing more about this step.\n", "not bold")
        text.append(f"\nFrom a shell: cockpit tick {step.slug}", "not bold")
        self.app.push_screen(ReadPanel("step", text))

    # -- playbooks --------------------------------------------------------------------------------

    def action_playbook(self) -> None:
        library = self.cockpit.library
        names = {playbook.name for playbook in self.incident.playbooks}
        options = [
            (name, f"{title}  ({name}{', in use' if name in names else ''})")
            for name, title, _ in library.catalogue().items.values()
        ]
        self.app.push_screen(PickPanel("playbooks", options), self._playbook_chosen)

    def _playbook_chosen(self, name: str | None) -> None:
        if not name:
            return
        try:
            texts = self.cockpit.library.texts_for(name)
        except (OSError, ValueError) as error:
            self.say(str(error), "bad")
            return
        self.choose(
            f"“{name}”:",
            [
                Answer("a", "add its steps to the checklist", lambda: self._add_playbook(texts)),
                Answer("s", "swap: in place of the others", lambda: self._swap_playbook(texts)),
            ],
        )

    def _add_playbook(self, texts: tuple[PlaybookText, ...]) -> None:
        self.do(
            lambda: actions.add_playbook(self.session.stamp(), self.incident, texts),
            "Playbook added; ticks are kept.",
        )

    def _swap_playbook(self, texts: tuple[PlaybookText, ...]) -> None:
        self.do(
            lambda: actions.swap_playbook(self.session.stamp(), texts),
            "Playbook swapped; steps that both have keep their ticks.",
        )
        following = self.checklist_pane.checklist.next
        if following is not None:
            self.checklist_pane.select_step(following.step.slug)

    @property
    def checklist_focused(self) -> bool:
        return isinstance(self.focused, ChecklistPane)
