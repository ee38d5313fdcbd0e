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
import time
import tracemalloc
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from measure import (
    CHECKLIST_DRAWN,
    COCKPIT,
    COLS,
    ME,
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

TICKS_BEFORE = 500
"""Ticks until every cache that fills itself is full."""


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
    """Once counting the process's pages, once counting Python's objects."""
    env = environment(home)
    paths = find_paths(env)
    app = CockpitApp(resolve(paths.config_file, env), paths, IncidentFile.open(path))
    async with app.run_test(size=(COLS, ROWS)) as pilot:
        screen = app.incident_screen
        if screen is None:
            raise RuntimeError("The cockpit shows no incident.")
        while not screen.comms_pane.drawn:
            await pilot.pause(0.05)

        async def run(count: int) -> None:
            for _ in range(count):
                screen.tick_clock()
                await pilot.pause()
            gc.collect()

        print(f"\n{ticks:,} ticks of the clock")
        await run(TICKS_BEFORE)
        pages, began = resident(os.getpid()), time.process_time()
        await run(ticks)
        used = (time.process_time() - began) / ticks * 1000
        print(f"  RSS             {pages:8.2f} MB  then {resident(os.getpid()) - pages:+8.3f} MB")
        print(f"  CPU             {used:8.2f} ms  a tick")
        tracemalloc.start()
        await run(TICKS_BEFORE)
        traced = tracemalloc.get_traced_memory()[0]
        await run(ticks)
        grown = tracemalloc.get_traced_memory()[0] - traced
        print(f"  Python objects  {traced / 1e6:8.2f} MB  then {grown / 1e6:+8.3f} MB")
        tracemalloc.stop()


if __name__ == "__main__":
    main()
