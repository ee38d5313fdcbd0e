"""Somebody who does anything that can be done to an incident, in any order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from hypothesis import strategies as st

from cockpit.incident import actions
from cockpit.incident.actions import Refusal, Stamp
from cockpit.incident.checklist import Checklist, Row, checklist, with_added_steps
from cockpit.incident.entries import (
    FACTS,
    MARKS,
    ROLES,
    SEVERITIES,
    STAGES,
    Entry,
    PlaybookText,
)
from cockpit.incident.state import Incident
from cockpit.playbooks.playbook import Phase, Playbook, Step
from tests.incident.story import ANA, SAM, START

AUDIENCES = ("team", "customers", "executives")
NAMES = ("ana", "sam", "bo")
PLAYBOOK = Playbook(
    name="general",
    title="General",
    phases=(
        Phase(
            title="Own it", number=1, line=1, steps=(Step(slug="say-so", text="Say so", line=2),)
        ),
        Phase(
            title="Contain the damage",
            number=3,
            line=3,
            steps=(
                Step(slug="roll-back", text="Roll back", line=4),
                Step(slug="flag", text="Is there a flag?", line=5, question=True),
                Step(
                    slug="off",
                    text="Off",
                    line=6,
                    depth=1,
                    parent="flag",
                    when="yes",
                    branch="flag",
                ),
                Step(
                    slug="ask", text="Ask", line=7, depth=1, parent="flag", when="no", branch="flag"
                ),
            ),
        ),
    ),
)


class Player:
    """Acts on an incident as the cockpit does: each entry is added on top, nothing else is kept.

    A move is (name, number, words): the number chooses among what there is to choose from, and
    makes every fifth move another person's and every seventh a script's.
    """

    def __init__(self) -> None:
        self.incident = Incident()
        self.mine: set[str] = set()
        self.add(actions.declare(self.stamp(0), {"what": "checkout is down"}))

    # -- playing ---------------------------------------------------------------------------

    def play(self, moves: list[tuple[str, int, str]]) -> None:
        for move in moves:
            self.move(*move)

    def move(self, name: str, number: int, words: str) -> Entry | None:
        """Makes the move; None when it was refused."""
        try:
            entry = MOVES[name](self, self.stamp(number), number, words)
        except Refusal:
            return None
        if entry is not None:
            self.add(entry)
        return entry

    def add(self, entry: Entry) -> None:
        self.incident.add(entry)
        if entry.who == SAM and entry.via == "":
            self.mine.add(entry.id)

    def stamp(self, number: int = 0) -> Stamp:
        count = len(self.incident)
        who = ANA if number % 5 == 4 else SAM
        now = START + timedelta(seconds=40 * count)
        return Stamp(f"e{count + 1}", now, who, "command" if number % 7 == 6 else "")

    # -- choosing --------------------------------------------------------------------------

    @property
    def checklist(self) -> Checklist:
        return checklist(with_added_steps(PLAYBOOK, self.incident), self.incident)

    def row(self, number: int) -> Row:
        rows = list(self.checklist.rows())
        return rows[number % len(rows)]

    def line(self, number: int) -> Entry:
        """An entry of the timeline, as amended."""
        lines = self.incident.timeline()
        return lines[number % len(lines)]


def _books(number: int) -> tuple[PlaybookText, ...]:
    return (PlaybookText(f"book-{number % 3}", "- [ ] a step"),)


def _copy(player: Player, stamp: Stamp, number: int, words: str) -> Entry | None:
    promise = stamp.now + timedelta(minutes=20) if number % 2 else None
    return actions.copied(
        stamp,
        player.incident,
        AUDIENCES[number % 3],
        words,
        route="xclip",
        certainty="checked",
        promise=promise,
        to=NAMES[number % 3] if number % 4 == 3 else "",
    )


def _amend(player: Player, stamp: Stamp, number: int, words: str) -> Entry:
    entry = player.line(number)
    when = stamp.now - timedelta(minutes=number % 30)
    if number % 3 == 0:
        return actions.amend(stamp, entry, when=when)
    if number % 3 == 1:
        return actions.amend(stamp, entry, text=words)
    return actions.amend(stamp, entry, mark=MARKS[number % 4])


def _note(player: Player, stamp: Stamp, number: int, words: str) -> Entry:
    at = stamp.now - timedelta(minutes=number % 50) if number % 3 == 0 else None
    return actions.note(stamp, words, ("", *MARKS)[number % 5], at)


Move = Callable[[Player, Stamp, int, str], Entry | None]
MOVES: dict[str, Move] = {
    "note": _note,
    "amend": _amend,
    "undo": lambda p, s, n, w: actions.undo(s, p.incident, p.line(n)),
    "undo newest": lambda p, s, n, w: actions.undo_newest(s, p.incident, p.mine),
    "redo newest": lambda p, s, n, w: actions.redo_newest(s, p.incident, p.mine),
    "tick": lambda p, s, n, w: actions.tick(s, p.row(n), w if n % 2 else ""),
    "untick": lambda p, s, n, w: actions.untick(s, p.row(n)),
    "skip": lambda p, s, n, w: actions.skip(s, p.row(n), w),
    "take": lambda p, s, n, w: actions.take(s, p.row(n), NAMES[n % 3] if n % 2 else ""),
    "answer": lambda p, s, n, w: actions.answer(s, p.row(n), "yes" if n % 2 else "no"),
    "add step": lambda p, s, n, w: actions.add_step(
        s, w, (1, 3)[n % 2], p.row(n).step.slug, {row.step.slug for row in p.checklist.rows()}
    ),
    "add playbook": lambda p, s, n, w: actions.add_playbook(s, p.incident, _books(n)),
    "swap playbook": lambda p, s, n, w: actions.swap_playbook(s, _books(n)),
    "facts": lambda p, s, n, w: actions.set_facts(s, p.incident, {list(FACTS)[n % 7]: w}),
    "severity": lambda p, s, n, w: actions.set_severity(s, p.incident, ("", *SEVERITIES)[n % 5]),
    "stage": lambda p, s, n, w: actions.set_stage(s, p.incident, STAGES[n % 4]),
    "spread": lambda p, s, n, w: actions.check_spread(s, ("yes", "no", "unknown")[n % 3]),
    "contain": lambda p, s, n, w: actions.contain(
        s, p.incident, s.now - timedelta(minutes=n % 9) if n % 2 else None
    ),
    "join": lambda p, s, n, w: actions.join(s, p.incident, NAMES[n % 3]),
    "leave": lambda p, s, n, w: actions.leave(s, p.incident, NAMES[n % 3]),
    "role": lambda p, s, n, w: actions.take_role(
        s, p.incident, ROLES[n % 4], ("", *NAMES)[n // 4 % 4]
    ),
    "copy": _copy,
    "not posted": lambda p, s, n, w: actions.not_posted(s, p.incident, AUDIENCES[n % 3]),
    "snooze": lambda p, s, n, w: actions.snooze(
        s, AUDIENCES[n % 3], s.now + timedelta(minutes=n % 60), w
    ),
    "close": lambda p, s, n, w: actions.close(s, p.incident, w),
    "reopen": lambda p, s, n, w: actions.reopen(s, p.incident, w),
}

WORDS = st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(
    ["errors fall", "two\nlines", "`tick` *star*", "# head", "ana", "14:02 x"]
)
A_MOVE = st.tuples(st.sampled_from(sorted(MOVES)), st.integers(0, 9999), WORDS)
MANY_MOVES = st.lists(A_MOVE, max_size=40)
