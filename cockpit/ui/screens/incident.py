"""The screen of one incident: everything a person can do there."""

from __future__ import annotations

from cockpit.ui.dialogs.panel import ReadPanel
from cockpit.ui.screens.help import help_text
from cockpit.ui.screens.record import TimelineActions
from cockpit.ui.screens.sheet import SheetActions
from cockpit.ui.screens.steps import StepActions
from cockpit.ui.screens.words import CommsActions


class IncidentScreen(StepActions, TimelineActions, CommsActions, SheetActions):
    def action_help(self) -> None:
        width = min(self.app.size.width, 100) - 6
        self.app.push_screen(ReadPanel("keys", help_text(self.keys, self.pane, width)))

    def action_open(self) -> None:
        self.cockpit.choose_incident()

    def action_theme(self) -> None:
        self.cockpit.choose_theme()

    def action_quit(self) -> None:
        self.run_worker(self.cockpit.action_quit())
