"""`cockpit note` from a shell, the whole process, beside Python importing click and msgspec.

python docs/bench/note.py
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from measure import COCKPIT, Table, begin, environment, make_incident, options, run

NOTE = ("note", "rolled back api to 2.30")


def main() -> None:
    args = options(__doc__, 30).parse_args()
    begin()
    cases = {
        "import click, msgspec": (sys.executable, "-c", "import click, msgspec"),
        "python -m cockpit note": (*COCKPIT, *NOTE),
    }
    script = Path(sys.executable).with_name("cockpit")
    if script.exists():
        cases["cockpit note"] = (str(script), *NOTE)
    clock, cpu = Table("whole process, by the clock"), Table("whole process, CPU time")
    with TemporaryDirectory() as name:
        home = Path(name)
        make_incident(home)
        for turn in range(args.n + 1):
            for case, command in cases.items():
                took, used = run(command, environment(home))
                if turn:
                    clock.add(case, took)
                    cpu.add(case, used)
    clock.show()
    cpu.show()


if __name__ == "__main__":
    main()
