"""What is true of the incident: facts, severity, stage, containment, people, its end."""

from __future__ import annotations

from datetime import datetime, timedelta

from cockpit.incident import actions
from cockpit.incident.entries import FACTS, ROLES, SEVERITIES, STAGES, Severity, Spread, Stage
from cockpit.incident.times import show_clock, show_span
from cockpit.incident.wording import one_line
from cockpit.ui.dialogs.question import Answer, Question
from cockpit.ui.panes.header import Part
from cockpit.ui.screens.base import IncidentBase


class SheetActions(IncidentBase):
    def action_facts(self) -> None:
        if self.pane == "facts":
            self.show_pane("comms")
            return
        self.show_pane("facts")
        self.facts_pane.select_first_unknown()

    def edit_fact(self) -> None:
        name = self.facts_pane.name_selected

        def done(value: str) -> str | None:
            return self.try_to(
                lambda: actions.set_facts(self.session.stamp(), self.incident, {name: value}),
                "Fact sheet changed; the drafts follow.",
            )

        self.ask(
            Question(FACTS.get(name, name), done, empty_means="Empty: not known."),
            self.incident.facts.get(name, ""),
        )

    def action_severity(self) -> None:
        def answer(key: str, severity: Severity) -> Answer:
            return Answer(
                key,
                severity or "unset",
                lambda: self.do(
                    lambda: actions.set_severity(self.session.stamp(), self.incident, severity),
                    f"Severity: {severity or 'unset'}.",
                ),
            )

        answers = [answer(str(i), severity) for i, severity in enumerate(SEVERITIES, 1)]
        self.choose("severity", [*answers, answer("0", "")])

    def action_stage(self) -> None:
        def answer(stage: Stage) -> Answer:
            key = "d" if stage == "identified" else stage[0]
            return Answer(
                key,
                stage,
                lambda: self.do(
                    lambda: actions.set_stage(self.session.stamp(), self.incident, stage),
                    f"Stage: {stage}. The drafts follow it; y copies.",
                ),
            )

        self.choose("stage", [answer(stage) for stage in STAGES])

    # -- containment ------------------------------------------------------------------------------

    def spread_part(self, now: datetime) -> Part | None:
        from cockpit.comms.promises import spread_due

        due = spread_due(self.incident, now)
        if due is None:
            return None
        if due <= timedelta():
            return "still spreading? (x)", "warn"
        return f"still spreading? asked in {show_clock(due)}", "dim"

    def action_spread(self) -> None:
        def check(spread: Spread) -> None:
            self.do(
                lambda: actions.check_spread(self.session.stamp(), spread),
                f"Still spreading: {spread}.",
            )

        self.choose(
            "still spreading?",
            [
                Answer("y", "yes", lambda: check("yes")),
                Answer("n", "no", lambda: check("no")),
                Answer("u", "unknown", lambda: check("unknown")),
                Answer("c", "it is contained", self.action_contain),
            ],
        )

    def action_contain(self) -> None:
        made = self.do(lambda: actions.contain(self.session.stamp(), self.incident))
        began = self.incident.declared_at
        if made is not None and began is not None:
            self.say(f"Contained after {show_span(made.at - began)}. u takes it back.", "good")

    # -- people -----------------------------------------------------------------------------------

    def action_people(self) -> None:
        here = ", ".join(one_line(name) for name in self.incident.people) or "nobody"
        roles = [
            Answer(str(i), role, lambda role=role: self._ask_role(role))  # type: ignore[misc]
            for i, role in enumerate(ROLES, 1)
        ]
        self.choose(
            f"here: {here}",
            [
                Answer("j", "joined", self._ask_joined),
                Answer("l", "left", self._ask_left),
                *roles,
            ],
        )

    def _ask_joined(self) -> None:
        self.ask(
            Question(
                "who is here now?",
                lambda name: self.try_to(
                    lambda: actions.join(self.session.stamp(), self.incident, name),
                    f"{one_line(name)} is here.",
                ),
            )
        )

    def _ask_left(self) -> None:
        self.ask(
            Question(
                "who has left?",
                lambda name: self.try_to(
                    lambda: actions.leave(self.session.stamp(), self.incident, name.strip()),
                    f"{one_line(name)} has left.",
                ),
                hint=lambda _: "here: " + ", ".join(self.incident.people),
            )
        )

    def _ask_role(self, role: str) -> None:
        me = self.session.me
        self.ask(
            Question(
                f"who is {role}?",
                lambda name: self.try_to(
                    lambda: actions.take_role(
                        self.session.stamp(), self.incident, role, name.strip() or me
                    ),
                    f"{role}: {one_line(name) or me}",
                ),
                empty_means=f"Enter alone: {me}",
            )
        )

    # -- the end ----------------------------------------------------------------------------------

    def action_close_incident(self) -> None:
        if self.incident.closed:
            self.ask(
                Question(
                    "reopen: why?",
                    lambda reason: self.try_to(
                        lambda: actions.reopen(self.session.stamp(), self.incident, reason),
                        "Open again.",
                    ),
                )
            )
            return
        if self.incident.stage != "resolved":
            self.say(
                f"It is still {self.incident.stage}. Set the stage to resolved first (t r).", "warn"
            )
            return
        self.ask(
            Question(
                "close: what is left to do, and who has it?",
                lambda note: self.try_to(
                    lambda: actions.close(self.session.stamp(), self.incident, note),
                    "Closed. X reopens it; q quits; o declares another.",
                ),
                empty_means="Enter alone: nothing is left.",
            )
        )
