"""What an open cockpit costs while nobody touches it, and whether its clock makes it grow.

    python docs/bench/idle.py

CPU and memory of the whole program with the clock running, beside the smallest Textual app; then
the handler of the clock, 10,000 times in this process.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import sys
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from measure import (
    CHECKLIST_DRAWN,
    COCKPIT,
    COLS,
    ROWS,
    SETTLED,
    SMALLEST_FRAME,
    Program,
    begin,
    environment,
    make_incident,
    resident,
    smallest_app,
)

from cockpit.paths import find_paths
from cockpit.settings import resolve
from cockpit.store.incident_file import IncidentFile
from cockpit.ui.app import CockpitApp

PAINTED_EACH = 10
"""Ticks to one painted frame: the pilot waits for a frame longer than a tick takes."""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=60, help="how long to watch")
    parser.add_argument("--entries", type=int, default=100, help="size of the incident")
    parser.add_argument("--ticks", type=int, default=10_000, help="of the clock, for the growth")
    args = parser.parse_args()
    begin()
    with TemporaryDirectory() as name:
        folder = Path(name)
        path = make_incident(folder, args.entries)
        _watch(folder, args.seconds)
        asyncio.run(_grow(folder, path, args.ticks))


def _watch(home: Path, seconds: float) -> None:
    """Both programs at once, so that they have the same neighbours."""
    with (
        Program(smallest_app(home), environment(home)) as smallest,
        Program(COCKPIT, environment(home)) as cockpit,
    ):
        smallest.wait_for(SMALLEST_FRAME)
        cockpit.wait_for(CHECKLIST_DRAWN)
        cockpit.wait_for(SETTLED)
        both = {"smallest Textual app": smallest, "cockpit": cockpit}
        _read_for(2, both.values())  # what loads behind the first frame is not idling
        began = time.perf_counter()
        before = {case: program.cpu() for case, program in both.items()}
        _read_for(seconds, both.values())
        watched = time.perf_counter() - began
        print(f"\nidle for {watched:.0f} s")
        for case, program in both.items():
            used = (program.cpu() - before[case]) / watched
            print(f"  {case:<20}  CPU {used:7.2%} of a core   RSS {resident(program.pid):6.1f} MB")


def _read_for(seconds: float, programs: Iterable[Program]) -> None:
    """Take the output in as a terminal does, for so long."""
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        for program in programs:
            program.read(0.05, until)


async def _grow(home: Path, path: Path, ticks: int) -> None:
    """In quarters: what caches take until they are full is in the first ones, a leak in each."""
    env = environment(home)
    paths = find_paths(env)
    app = CockpitApp(resolve(paths.config_file, env), paths, IncidentFile.open(path))
    async with app.run_test(size=(COLS, ROWS)) as pilot:
        screen = app.incident_screen
        if screen is None:
            raise RuntimeError("The cockpit shows no incident.")
        while not screen.comms_pane.drawn:
            await pilot.pause(0.05)
        began = datetime.now(UTC)
        print(f"\nthe clock of one program, a second each tick\n  {'ticks':>7}  RSS MB  blocks")
        _print_size(0)
        with patch.object(screen.session, "now") as now:
            for tick in range(1, ticks + 1):
                now.return_value = began + timedelta(seconds=tick)
                screen.tick_clock()
                if tick % PAINTED_EACH == 0:
                    await pilot.pause()
                if tick % max(ticks // 4, 1) == 0:
                    _print_size(tick)
                now.reset_mock()


def _print_size(tick: int) -> None:
    gc.collect()
    print(f"  {tick:>7,}  {resident(os.getpid()):6.1f}  {sys.getallocatedblocks():,}")


if __name__ == "__main__":
    main()
