"""What the measurements share: a program in a terminal, its output timed as it comes, incidents
to open, and the table at the end.

Needs Linux (/proc) and the test extra. All that is measured lives in a temporary folder.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import pty
import re
import select
import signal
import statistics
import struct
import subprocess
import sys
import termios
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))  # for a checkout that is not installed, and for its tests' emulator

from cockpit.author import stamp  # noqa: E402
from cockpit.incident import actions  # noqa: E402
from cockpit.incident.entries import Closed, Entry, FactsSet, Noted  # noqa: E402
from cockpit.library import Library  # noqa: E402
from cockpit.paths import find_paths  # noqa: E402
from cockpit.store.incident_file import IncidentFile  # noqa: E402
from cockpit.store.shelf import Shelf  # noqa: E402
from tests.journeys.emulator import Emulator  # noqa: E402

ROWS, COLS = 36, 120
COCKPIT = (sys.executable, "-m", "cockpit")
ME = "sam"
FIRST_FRAME = "Timeline"
CHECKLIST_DRAWN = "next: "
SETTLED = "● saved"

SMALLEST = """\
from textual.app import App
from textual.widgets import Static


class Smallest(App):
    def compose(self):
        yield Static("smallest")

    def on_key(self, event):
        self.query_one(Static).update(event.key)


Smallest().run()
"""
SMALLEST_FRAME = "smallest"

_OUTSIDE = re.compile(
    r"COCKPIT_.*|SSH_.*|XDG_.*|TMUX.*|DISPLAY|WAYLAND_DISPLAY|COLUMNS|LINES|NO_COLOR"
    r"|PYTHONDONTWRITEBYTECODE|PYTHONPROFILEIMPORTTIME|TEXTUAL.*"
)
_ASKED_MODE = re.compile(rb"\x1b\[\?(\d+)\$p")


def environment(home: Path) -> dict[str, str]:
    """The environment of what is measured: nothing of the terminal that starts it.

    PYTHONDONTWRITEBYTECODE is taken away: the runs before the counted ones compile everything.
    """
    env = {name: value for name, value in os.environ.items() if not _OUTSIDE.fullmatch(name)}
    path = os.pathsep.join(filter(None, (str(ROOT), env.get("PYTHONPATH"))))
    return env | {
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "LC_ALL": "C.UTF-8",
        "PYTHONPATH": path,
        "COCKPIT_HOME": str(home),
        "COCKPIT_ME": ME,
    }


def smallest_app(folder: Path) -> tuple[str, ...]:
    """The command of the smallest Textual app: one Static, that shows the key last pressed."""
    file = folder / "smallest.py"
    file.write_text(SMALLEST, encoding="utf-8")
    return (sys.executable, str(file))


# -- a program in a terminal ----------------------------------------------------------------------


class Cells(Emulator):
    """A screen whose cells can be compared with their colours."""

    def cells(self, rows: range, cols: range) -> list[list[Any]]:
        """The characters of a part of the screen, as they are now."""
        return [[self._screen.buffer[y][x] for x in cols] for y in rows]


class Program:
    """A program in a pseudo-terminal of its own.

    What it writes is stamped when it arrives and put on the screen later, when the program has
    gone quiet, so that the cost of the emulator is in no number. Killed at the end, so that it
    leaves the next run the same files.
    """

    def __init__(self, command: Sequence[str], env: Mapping[str, str]) -> None:
        self.screen = Cells(ROWS, COLS)
        self._came: deque[tuple[float, bytes]] = deque()
        self._end = b""
        self.started = self.stamp = time.perf_counter()
        """Seconds, of `time.perf_counter`: when it was started; when the screen became as it is."""
        self.pid, self._master = pty.fork()
        if not self.pid:
            _become(command, env)

    def read(self, quiet: float, deadline: float) -> bool:
        """Take in output until there is none for `quiet` seconds; False if there was none."""
        any_came = False
        while time.perf_counter() < deadline:
            if not select.select([self._master], [], [], quiet)[0]:
                break
            try:
                data = os.read(self._master, 1 << 18)
            except OSError as error:  # how Linux says that the program has ended
                raise RuntimeError(f"The program ended:\n{self.text()}") from error
            self._came.append((time.perf_counter(), data))
            self._answer(data)
            any_came = True
        return any_came

    def _answer(self, data: bytes) -> None:
        """Say at once that frames are shown whole (mode 2026), as modern terminals do."""
        self._end = (self._end + data)[-4096:]
        while asked := _ASKED_MODE.search(self._end):
            state = b"2" if asked[1] == b"2026" else b"0"
            os.write(self._master, b"\x1b[?%b;%b$y" % (asked[1], state))
            self._end = self._end[asked.end() :]

    def show(self, look: Callable[[], bool]) -> bool:
        """Put what came on the screen, up to the frame that makes `look` true, if one does."""
        while True:
            if not self.screen.painting and look():
                return True
            if not self._came:
                return False
            self.stamp, data = self._came.popleft()
            self.screen.feed(data)

    def wait_for(self, pattern: str, timeout: float = 60) -> float:
        """Seconds from the start until the regular expression was on the screen."""
        deadline = time.perf_counter() + timeout
        while not self.show(lambda: re.search(pattern, self.text()) is not None):
            if time.perf_counter() > deadline:
                raise TimeoutError(f"{pattern!r} did not come:\n{self.text()}")
            self.read(0.1, deadline)
        return self.stamp - self.started

    def settle(self, quiet: float = 0.06, timeout: float = 2) -> None:
        """Put all that came on the screen, once nothing more comes."""
        self.read(quiet, time.perf_counter() + timeout)
        self.show(lambda: False)

    def press(self, key: str, rows: range, cols: range, timeout: float = 2) -> float:
        """Seconds from the key to the first whole frame in which those cells are different.

        Returns when all that the key set going has come to rest.
        """
        self.settle(0.0)
        before = self.screen.cells(rows, cols)
        deadline = time.perf_counter() + timeout
        sent = time.perf_counter()
        os.write(self._master, key.encode())
        while not self.show(lambda: self.screen.cells(rows, cols) != before):
            if time.perf_counter() > deadline:
                raise TimeoutError(f"{key!r} changed nothing:\n{self.text()}")
            self.read(0.06, deadline)
        took = self.stamp - sent
        self.settle()
        return took

    def send(self, keys: str) -> None:
        """Keys that are not measured."""
        os.write(self._master, keys.encode())
        self.settle()

    def text(self) -> str:
        return "\n".join(self.screen.rows)

    def cpu(self) -> float:
        """Seconds of one core that it has used so far, in user and system mode."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._master)


def _become(command: Sequence[str], env: Mapping[str, str]) -> None:
    """The child's part between fork and exec."""
    try:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLS, 0, 0))
        os.execvpe(command[0], list(command), env)
    finally:
        os._exit(127)


def resident(pid: int) -> float:
    """The memory that a process holds, in MB (10^6 bytes)."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def run(command: Sequence[str], env: Mapping[str, str]) -> tuple[float, float]:
    """A whole process, from start to end: seconds on the clock, and seconds of CPU."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    with process:
        _, status, used = os.wait4(process.pid, 0)
        took = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said = process.stderr.read().decode() if process.stderr else ""
            raise RuntimeError(f"{command} ended with {process.returncode}: {said}")
    return took, used.ru_utime + used.ru_stime


# -- incidents ------------------------------------------------------------------------------------


def make_incident(home: Path, more: int = 0) -> Path:
    """An open incident that follows a built-in playbook, with so many entries after the first."""
    paths = find_paths({"COCKPIT_HOME": str(home)})
    now = datetime.now(UTC).replace(microsecond=0)
    declared = actions.declare(
        stamp(ME, ""),
        {
            "what": "checkout returns 500s",
            "impact": "no one can pay",
            "change": "deployed api 2.31",
        },
        "SEV2",
        Library(paths).texts_for("bad-deploy"),
    )
    with Shelf(paths.incidents).create(declared, now) as file:
        start = now - timedelta(seconds=more)
        file.append([_entry(n, start + timedelta(seconds=n)) for n in range(more)])
        return file.path


def _entry(number: int, at: datetime) -> Entry:
    made = stamp(ME, "")
    if number % 10 == 9:
        return FactsSet(id=made.id, at=at, who=made.who, facts={"doing": f"trying fix {number}"})
    text = f"{number}: errors on api-{number % 7} at {number % 40} %, the queue holds {number * 13}"
    return Noted(id=made.id, at=at, who=made.who, text=text)


def fill_shelf(home: Path, closed: int) -> None:
    """So many closed incidents beside what is there, and the index as an earlier start left it."""
    shelf = Shelf(find_paths({"COCKPIT_HOME": str(home)}).incidents)
    now = datetime.now(UTC).replace(microsecond=0)
    for number in range(closed):
        declared = actions.declare(stamp(ME, ""), {"what": f"trouble number {number}"})
        end = stamp(ME, "")
        path = shelf.path_of(f"2026-01-01-trouble-number-{number}")
        IncidentFile.create(path, [declared, Closed(id=end.id, at=now, who=end.who)], now).close()
    shelf.list()


# -- the table ------------------------------------------------------------------------------------


class Table:
    """Times of one interleaved run, by case; the first case is what the others are held against.

    The median is what one usually gets. The ratio and what comes on top are those of the medians.
    """

    def __init__(self, title: str) -> None:
        self.title = title
        self._values: dict[str, list[float]] = {}

    def add(self, case: str, seconds: float) -> None:
        self._values.setdefault(case, []).append(seconds * 1000)

    def median(self, case: str) -> float:
        """In milliseconds."""
        return statistics.median(self._values[case])

    def show(self) -> None:
        print(f"\n{self.title}")
        width = max(map(len, self._values))
        base = next(iter(self._values))
        for case, values in self._values.items():
            middle, under = self.median(case), self.median(base)
            print(
                f"  {case:<{width}}  median {middle:8.2f} ms"
                f"   best {min(values):8.2f}   worst {max(values):8.2f}   n {len(values)}"
                f"   ratio {middle / under:5.2f}   more {middle - under:+9.2f}"
            )


def options(told: str | None, n: int) -> argparse.ArgumentParser:
    """The options that every measurement has. `told` is its module's docstring."""
    parser = argparse.ArgumentParser(description=(told or "").partition("\n")[0])
    parser.add_argument(
        "-n", type=int, default=n, help="counted runs of each (default %(default)s)"
    )
    return parser


def begin() -> None:
    """Say what ran where: the numbers are worth comparing within one run alone."""
    load = os.getloadavg()[0]
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, load {load:.2f}")
    if load > 0.5:
        print("Something else is running here: the times are longer than they need be.")
