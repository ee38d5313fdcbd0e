"""Opening an incident of many entries: to the first frame, and to its checklist.

python docs/bench/open.py
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from measure import (
    CHECKLIST_DRAWN,
    COCKPIT,
    FIRST_FRAME,
    Program,
    Table,
    begin,
    environment,
    fill_shelf,
    make_incident,
    options,
)


def main() -> None:
    parser = options(__doc__, 10)
    parser.add_argument(
        "--entries", type=int, nargs="+", default=[0, 10_000, 100_000], help="the first is the base"
    )
    args = parser.parse_args()
    begin()
    frame = Table("start to first frame")
    checklist = Table("start to the checklist drawn")
    with TemporaryDirectory() as name:
        homes = {entries: Path(name) / str(entries) for entries in args.entries}
        for entries, home in homes.items():
            make_incident(home, entries)
            fill_shelf(home, 0)
        for turn in range(args.n + 1):
            for entries, home in homes.items():
                case = f"{entries:>7,} entries"
                with Program(COCKPIT, environment(home)) as program:
                    to_frame = program.wait_for(FIRST_FRAME)
                    to_checklist = program.wait_for(CHECKLIST_DRAWN)
                if turn:
                    frame.add(case, to_frame)
                    checklist.add(case, to_checklist)
    frame.show()
    checklist.show()


if __name__ == "__main__":
    main()
