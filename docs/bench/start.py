"""From the start of the program to its first painted frame, beside the smallest Textual app.

    python docs/bench/start.py

With one and with 500 incidents on the shelf, in a real pseudo-terminal, one after the other in
turn. The first round compiles the bytecode and is not counted.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from measure import (
    COCKPIT,
    FIRST_FRAME,
    SMALLEST_FRAME,
    Program,
    Table,
    begin,
    environment,
    fill_shelf,
    make_incident,
    options,
    smallest_app,
)


def main() -> None:
    parser = options(__doc__, 20)
    parser.add_argument("--shelf", type=int, default=500, help="incidents on the full shelf")
    args = parser.parse_args()
    begin()
    with TemporaryDirectory() as name:
        folder = Path(name)
        one, many = folder / "one", folder / "many"
        for home in (one, many):
            make_incident(home)
        fill_shelf(one, 0)
        fill_shelf(many, args.shelf - 1)
        cases = {
            "smallest Textual app": (smallest_app(folder), SMALLEST_FRAME, one),
            "cockpit, 1 incident": (COCKPIT, FIRST_FRAME, one),
            f"cockpit, {args.shelf} incidents": (COCKPIT, FIRST_FRAME, many),
        }
        table = Table("start to first painted frame")
        for turn in range(args.n + 1):
            for case, (command, marker, home) in cases.items():
                with Program(command, environment(home)) as program:
                    took = program.wait_for(marker)
                if turn:
                    table.add(case, took)
        table.show()


if __name__ == "__main__":
    main()
