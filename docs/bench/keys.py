"""From a key to its painted cell, beside the smallest Textual app, which shows the key.

    python docs/bench/keys.py

Moving, ticking and typing a note, in incidents of 100 and of 10,000 entries. All programs are
open at once and get their keys in turn. The header, where the clock runs, is left out.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from measure import (
    CHECKLIST_DRAWN,
    COCKPIT,
    COLS,
    ROWS,
    SETTLED,
    SMALLEST_FRAME,
    Program,
    Table,
    begin,
    environment,
    make_incident,
    options,
    smallest_app,
)

HEADER = 2
CHECKLIST = (range(HEADER, ROWS - 4), range(37))
TIMELINE = (range(HEADER, ROWS - 4), range(38, 74))
NOTE_LINE = (range(ROWS - 12, ROWS), range(COLS))
EVERYTHING = (range(ROWS), range(COLS))

Part = tuple[range, range]
WORDS = "errors are falling since the rollback of api, still 4 % "


@dataclass(frozen=True)
class Work:
    """One kind of work: the pane, the keys that lead there, the keys that are timed.

    before  keys that put right what the last turn's key moved; not timed.
    """

    name: str
    part: Part
    lead: str
    key: Callable[[int], str]
    before: Callable[[int], str] = lambda _: ""


def _typed(turn: int) -> str:
    """Words, then backspaces over them, and so on: a note of at most one line."""
    at = turn % (2 * len(WORDS))
    return WORDS[at] if at < len(WORDS) else "\x7f"


WORKS = (
    Work("move in the checklist", CHECKLIST, "1", lambda turn: "jk"[turn % 2]),
    Work("move in the timeline", TIMELINE, "2", lambda turn: "kj"[turn % 2]),
    # A tick goes on to the next step: back up to it, to untick it.
    Work("tick and untick", CHECKLIST, "1", lambda _: " ", lambda turn: "k" if turn % 2 else ""),
    Work("type a note", NOTE_LINE, "n", _typed),
)


def main() -> None:
    parser = options(__doc__, 200)
    parser.add_argument(
        "--entries", type=int, nargs="+", default=[100, 10_000], help="sizes of the incidents"
    )
    args = parser.parse_args()
    begin()
    with TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        smallest = stack.enter_context(Program(smallest_app(folder), environment(folder)))
        smallest.wait_for(SMALLEST_FRAME)
        cockpits: dict[str, Program] = {}
        for entries in args.entries:
            home = folder / str(entries)
            make_incident(home, entries)
            cockpit = stack.enter_context(Program(COCKPIT, environment(home)))
            cockpit.wait_for(CHECKLIST_DRAWN)
            cockpit.wait_for(SETTLED)
            cockpits[f"cockpit, {entries:,} entries"] = cockpit
        for work in WORKS:
            _measure(work, args.n, smallest, cockpits).show()


def _measure(work: Work, n: int, smallest: Program, cockpits: dict[str, Program]) -> Table:
    """The first key of each is not counted: it may import something."""
    smallest.send("x")  # so that the first key differs from the last one
    table = Table(f"{work.name}: key to painted cell")
    for cockpit in cockpits.values():
        cockpit.send(work.lead)
    for turn in range(n + 1):
        took = {"smallest Textual app": smallest.press("jk"[turn % 2], *EVERYTHING)}
        for case, cockpit in cockpits.items():
            if before := work.before(turn):
                cockpit.send(before)
            took[case] = cockpit.press(work.key(turn), *work.part)
        if turn:
            for case, seconds in took.items():
                table.add(case, seconds)
    return table


if __name__ == "__main__":
    main()
