"""Words for those who wait: drafts, copying, promises, asking for help, coming back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from rich.text import Text
from textual import on
from textual.widgets import Static

from cockpit.incident import actions
from cockpit.incident.entries import Entry
from cockpit.incident.times import read_future, read_span, show_span, show_time
from cockpit.incident.wording import one_line, plain
from cockpit.ui.dialogs.panel import ReadPanel
from cockpit.ui.dialogs.question import Question
from cockpit.ui.panes.comms import AudienceLine, CommsPane, CommsView
from cockpit.ui.screens.base import IncidentBase
from cockpit.ui.wrap import cut

if TYPE_CHECKING:
    from cockpit.comms.audience import Audience
    from cockpit.comms.draft import Draft
    from cockpit.comms.promises import Owed
    from cockpit.delivery.clipboard import Outcome

ASIDE = "aside:"
"""Where a draft's edited words wait after it was drafted anew."""
HELP_MINUTES = 15
LONGEST_NEWS = 72
"""Cells of one piece of news on the resume card: what is overdue must still fit below."""


def ended(sentence: str) -> str:
    """With a full stop, so that another sentence can follow."""
    return sentence if sentence.endswith((".", "?")) else f"{sentence}."


class CommsActions(IncidentBase):
    _passed_over: str = ""
    """A text that was not copied because of a gap; copying the same one again overrides."""
    _failed: str = ""
    """Why the chosen audience has no draft: what is wrong with its template."""
    _drafts: dict[str, Draft] = {}  # noqa: RUF012 - replaced, never changed, for each screen

    # -- what the pane shows ----------------------------------------------------------------------

    def owed(self) -> Sequence[Owed]:
        if not self.session.audiences:
            return ()
        from cockpit.comms.promises import ledger

        return ledger(self.incident, self.session.audiences, self.session.now())

    @property
    def audience(self) -> Audience | None:
        """The chosen audience; at first the one that is owed a word most urgently."""
        chosen = self.session.audience(self.chosen_audience)
        if chosen is None and self.session.audiences:
            owed = self.owed()
            first = owed[0].audience if owed else self.session.audiences[0].name
            chosen = self.session.audience(first)
            self.chosen_audience = first
        return chosen

    def show_comms(self) -> None:
        from cockpit.comms.audience import TemplateError
        from cockpit.comms.draft import remarks

        audience = self.audience
        if audience is None:
            return
        now = self.session.now()
        try:
            drafted = self.session.drafted(audience, self.zone)
        except TemplateError as error:
            self._show_no_draft(audience, str(error), now)
            return
        self._drafts = {**self._drafts, audience.name: drafted}
        self._failed = ""
        own = self.session.words.drafts.get(audience.name)
        text = drafted.text if own is None else own
        edited = "" if own is None else "your words (D drafts anew)"
        told = self.incident.told.get(audience.name)
        if told is not None and told.text == text:
            edited = f"copied {show_time(told.at, now, self.zone)}"
        since_title = (
            f"since your last word ({show_time(told.at, now, self.zone)}):"
            if told is not None
            else f"{audience.name}: not told yet. On the record so far:"
        )
        if told is not None and not drafted.since:
            since_title = f"nothing new since your last word ({show_time(told.at, now, self.zone)})"
        found = [
            (f"{'✗' if remark.blocks else '⚠'} {remark.text}", "bad" if remark.blocks else "warn")
            for remark in remarks(text, audience, self.incident)
        ]
        size = f"{len(text)}/{audience.limit} characters"
        if drafted.promise is not None:
            size += f", promises the next word by {show_time(drafted.promise, now, self.zone)}"
        self.comms_pane.show(
            CommsView(
                audience.name,
                self.incident.stage,
                self._audience_lines(self.owed(), now),
                since_title,
                drafted.since,
                text,
                edited,
                [(size, "dim"), *found],
            )
        )

    def _show_no_draft(self, audience: Audience, problem: str, now: datetime) -> None:
        """The template can't be filled in: say so where the draft would be, and copy no other."""
        self._drafts = {name: one for name, one in self._drafts.items() if name != audience.name}
        own = self.session.words.drafts.get(audience.name, "")
        if problem != self._failed:
            self.say(f"{problem} Until then e writes the message by hand.", "bad")
        self._failed = problem
        self.comms_pane.show(
            CommsView(
                audience.name,
                self.incident.stage,
                self._audience_lines(self.owed(), now),
                f"{audience.name}: no draft can be made",
                (),
                own,
                "your words" if own else "",
                [(f"✗ {problem}", "bad")],
            )
        )

    def _audience_lines(self, owed: Sequence[Owed], now: datetime) -> list[AudienceLine]:
        from cockpit.comms.promises import owed_words

        return [
            AudienceLine(
                item.audience,
                owed_words(item, now),
                "bad" if item.overdue else "text",
                item.audience == self.chosen_audience,
            )
            for item in owed
        ]

    def tick_comms(self, owed: Sequence[Owed], now: datetime) -> None:
        if self.comms_pane.display and self.comms_pane.drawn:
            self.comms_pane.show_audiences(self._audience_lines(owed, now), same_size=True)

    def action_audience(self, by: int) -> None:
        names = [audience.name for audience in self.session.audiences]
        if not names:
            self.say("The audiences are still being read.", "warn")
            return
        at = names.index(self.chosen_audience) if self.chosen_audience in names else 0
        self.run_worker(self._choose_audience(names[(at + by) % len(names)]))

    async def _choose_audience(self, name: str) -> None:
        await self.comms_pane.leave_editor()
        self.chosen_audience = name
        if not self.comms_pane.display:
            self.show_pane("comms")
        self.show_comms()
        self.words_changed()

    # -- editing ----------------------------------------------------------------------------------

    def _current_text(self) -> str:
        own = self.session.words.drafts.get(self.chosen_audience)
        if own is not None:
            return own
        drafted = self._drafts.get(self.chosen_audience)
        return drafted.text if drafted is not None else ""

    def action_edit(self) -> None:
        """e: the entry, the fact or the draft, whichever pane has the focus."""
        if self.pane == "timeline":
            self.amend_entry()
        elif self.pane == "facts":
            self.edit_fact()
        elif self.pane == "comms":
            self.edit_draft()
        else:
            self.say("e edits an entry (2), the draft (3) or a fact (f).", "warn")

    def edit_draft(self) -> None:
        if not self._current_text() and not self._failed:
            self.say("The draft is still being made.", "warn")
            return
        self.run_worker(self.comms_pane.edit(self._current_text()))

    @on(CommsPane.Edited)
    def _draft_edited(self, event: CommsPane.Edited) -> None:
        self._keep_own(event.text)

    def _keep_own(self, text: str) -> None:
        drafted = self._drafts.get(self.chosen_audience)
        if drafted is not None and text == drafted.text:
            self.session.words.drafts.pop(self.chosen_audience, None)
        else:
            self.session.words.drafts[self.chosen_audience] = text
        self.words_changed()
        self.show_comms()

    @on(CommsPane.Left)
    async def _editor_left(self) -> None:
        await self.comms_pane.leave_editor()
        self.show_comms()

    @on(CommsPane.CopyAsked)
    async def _copy_from_editor(self) -> None:
        await self.comms_pane.leave_editor()
        self.copy_draft()

    def action_draft_anew(self) -> None:
        drafts, name = self.session.words.drafts, self.chosen_audience
        own, aside = drafts.pop(name, None), drafts.pop(ASIDE + name, None)
        if own is not None:
            drafts[ASIDE + name] = own
            self.say("Drafted anew. D brings your words back.")
        elif aside is not None:
            drafts[name] = aside
            self.say("Your words are back. D drafts anew.")
        else:
            self.say("This is the draft as the record makes it. e edits it.")
        self.show_comms()
        self.words_changed()

    def action_editor(self) -> None:
        if not self._current_text() and not self._failed:
            self.say("The draft is still being made.", "warn")
            return
        edited, problem = self.cockpit.edit_outside(self._current_text())
        if problem:
            self.say(problem, "bad")
        elif edited is not None:
            self._keep_own(edited)
            self.say("The draft has your words. y copies it.")

    def acknowledge(self) -> None:
        first = next((a for a in self.session.audiences if a.acknowledgement), None)
        if first is not None:
            self.chosen_audience = first.name
            self.copy_draft()

    # -- copying ----------------------------------------------------------------------------------

    def action_copy(self) -> None:
        """The chosen audience's draft, as it is on the screen, to the clipboard."""
        if not self.comms_pane.display:
            self.show_pane("comms")
            self.say(f"This is the draft for {self.chosen_audience}. y copies it.")
        else:
            self.copy_draft()

    def copy_draft(self) -> None:
        from cockpit.comms.draft import remarks

        audience = self.audience
        if audience is None or not self._loaded:
            self.say("The draft is still being made; try again in a moment.", "warn")
            return
        self.show_comms()
        text = self._current_text()
        if not text.strip():
            self.say(f"Nothing to copy. {self._failed or 'e writes the message.'}", "warn")
            return
        blocking = [r for r in remarks(text, audience, self.incident) if r.blocks]
        if blocking and text != self._passed_over:
            self._passed_over = text
            self.say(
                f"Not copied: {blocking[0].text} e and f4 go there; y copies it anyway.", "warn"
            )
            return
        promise = self._promise_in(text, audience)
        what = f"{audience.name} update"
        self.cockpit.copy_words(
            text, what, lambda outcome: self._copied(audience, text, promise, outcome)
        )

    def _promise_in(self, text: str, audience: Audience) -> datetime | None:
        """The time that the draft promises; edited words count only if they still name it."""
        drafted = self._drafts.get(audience.name)
        if drafted is None or drafted.promise is None:
            return self._named_time(text)
        if text == drafted.text:
            return drafted.promise
        return self._named_time(text) or drafted.promise

    def _named_time(self, text: str) -> datetime | None:
        """ "next update by 14:40 UTC" in a person's own words -> that time."""
        match = re.search(
            r"next (?:update|word|message)[^.\n]*?(\d{1,2}:\d{2})(\s*UTC|Z)?", text, re.I
        )
        if match is None:
            return None
        found = read_future(match[1] + ("Z" if match[2] else ""), self.session.now(), self.zone)
        return None if found is None else found[0]

    def _copied(
        self, audience: Audience, text: str, promise: datetime | None, outcome: Outcome
    ) -> None:
        def make() -> Entry | None:
            return actions.copied(
                self.session.stamp(),
                self.incident,
                audience.name,
                text,
                route=outcome.route,
                certainty=outcome.certainty,
                promise=promise,
            )

        if self.do(make) is not None:
            self.session.words.drafts.pop(audience.name, None)
            self.words_changed()
        look = "warn" if outcome.certainty == "saved" else ""
        self.say(f"{ended(outcome.said)} Not posted? In comms, delete takes it back.", look)

    def action_take_back(self) -> None:
        """delete: the selected entry, or in comms the last message to the chosen audience."""
        if self.pane == "timeline":
            self.take_back_entry()
            return
        if self.pane != "comms":
            self.say(
                "delete takes back an entry (2) or the last message of an audience (3).", "warn"
            )
            return
        told = self.incident.told.get(self.chosen_audience)
        made = self.do(
            lambda: actions.not_posted(self.session.stamp(), self.incident, self.chosen_audience)
        )
        if made is not None and told is not None:
            self.session.words.drafts.setdefault(self.chosen_audience, told.text)
            self.words_changed()
            self.say("Not posted: it no longer counts as told; its text is the draft again.")

    # -- promises ---------------------------------------------------------------------------------

    def action_snooze(self) -> None:
        name = self.chosen_audience

        def done(words: str) -> str | None:
            found = read_future(words, self.session.now(), self.zone)
            if found is None:
                return "Begin with when: 20m …, or until 16:00 …"
            return self.try_to(
                lambda: actions.snooze(self.session.stamp(), name, found[0], found[1]),
                f"The promise to {name} is moved to "
                f"{show_time(found[0], self.session.now(), self.zone)}.",
            )

        def hint(words: str) -> str:
            found = read_future(words, self.session.now(), self.zone)
            return f"until {show_time(found[0], self.session.now(), self.zone)}" if found else ""

        self.ask(
            Question(
                f"{name}: next word when, and why so late?",
                done,
                hint=hint,
                empty_means="20m waiting for the database team",
            )
        )

    # -- asking for help --------------------------------------------------------------------------

    def action_ask_help(self) -> None:
        def named(name: str) -> str | None:
            if not name.strip():
                return "Name one person: a request to everybody is answered by nobody."
            self.ask(
                Question(
                    f"what should {one_line(name)} do, and for how long?",
                    lambda need: self._need_said(name.strip(), need),
                    empty_means="15m look at the connection pool with me",
                )
            )
            return None

        self.ask(Question("who can help? a name", named))

    def _need_said(self, name: str, words: str) -> str | None:
        """Who is asked for help must know where to come: the room is asked for once."""
        if not words.strip():
            return "Say what you need: “15m look at the connection pool with me”."
        if self.incident.facts.get("room"):
            return self._request_help(name, words)

        def room_said(room: str) -> str | None:
            if room.strip():
                problem = self.try_to(
                    lambda: actions.set_facts(self.session.stamp(), self.incident, {"room": room})
                )
                if problem:
                    return problem
            return self._request_help(name, words)

        self.ask(
            Question(
                "where do you meet?",
                room_said,
                empty_means="#inc-checkout, or the link of the call; it goes onto the fact sheet.",
            )
        )
        return None

    def _request_help(self, name: str, words: str) -> str | None:
        from cockpit.comms.audience import TemplateError
        from cockpit.comms.draft import help_request

        span = read_span(words.strip())
        minutes = HELP_MINUTES if span is None else max(int(span[0].total_seconds()) // 60, 1)
        need = (words if span is None else span[1]).strip()
        if not need:
            return "Say what you need: “15m look at the connection pool with me”."
        audience = next((a for a in self.session.audiences if a.help), None)
        if audience is None:
            return "No audience has a template for help requests (see docs/audiences.md)."
        try:
            drafted = help_request(
                audience,
                self.incident,
                name,
                need,
                minutes,
                self.session.now(),
                self.zone,
                room=self.incident.facts.get("room", ""),
                steps=self.session.containing,
            )
        except TemplateError as error:
            return str(error)
        promise = self.session.now() + timedelta(minutes=minutes)

        def copied(outcome: Outcome) -> None:
            self.do(
                lambda: actions.copied(
                    self.session.stamp(),
                    self.incident,
                    audience.name,
                    drafted.text,
                    route=outcome.route,
                    certainty=outcome.certainty,
                    promise=promise,
                    to=name,
                )
            )
            self.say(f"{ended(outcome.said)} When {one_line(name)} is here: r j.")

        def closed(key: str | None) -> None:
            if key == "y":
                self.cockpit.copy_words(drafted.text, f"help request to {one_line(name)}", copied)
            else:
                self.say("The request was not copied; w starts again.", "warn")

        self.app.push_screen(
            ReadPanel(f"to {one_line(name)}", Text(plain(drafted.text)), copies="it"), closed
        )
        return None

    # -- coming back ------------------------------------------------------------------------------

    def greet(self) -> None:
        """The resume card: where you were, what has happened since, what is overdue."""
        since = self.session.since_left()
        if since is None:
            return
        ago, news = since
        row = self.checklist_pane.checklist.row(self.session.words.place.get("step", ""))
        text = Text("Welcome back. ", "bold")
        text.append(f"You left {show_span(ago)} ago", "not bold")
        text.append(f", at “{one_line(row.step.text)}”." if row is not None else ".", "not bold")
        if news:
            newest = "; ".join(cut(one_line(line), LONGEST_NEWS) for line in news[-3:])
            text.append(f"\nSince then ({len(news)}): {newest}", "not bold")
        else:
            text.append("\nNothing was written down since then.", "not bold")
        from cockpit.comms.promises import owed_words

        overdue = [owed_words(o, self.session.now()) for o in self.owed() if o.overdue]
        if overdue:
            text.append(f"\nOverdue: {', '.join(overdue)}", "bold")
        if self.session.words.drafts or self.session.words.note:
            kept = ["a note"] if self.session.words.note else []
            kept += [f"the draft for {n}" for n in self.session.words.drafts if ":" not in n]
            if kept:
                text.append(f"\nKept as you left it: {', '.join(kept)}.", "not bold")
        card = self.query_one("#resume", Static)
        card.border_subtitle = "esc puts this away"
        card.update(text)
        card.display = True
