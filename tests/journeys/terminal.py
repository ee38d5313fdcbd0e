"""A person's terminal: a real pseudo-terminal with a program in it, and a screen to look at.

    with Terminal(["cockpit"], rows=24, cols=80) as term:
        term.wait_for("What is happening")
        term.send("checkout is down", "enter")

It answers what a modern terminal answers, keeps what the program puts on the clipboard (OSC 52),
counts bells and knows the window title. A thread reads all the time, so the program never stalls
because a test looks elsewhere.
"""

from __future__ import annotations

import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import termios
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.journeys.emulator import Emulator

KEYS: dict[str, str] = {
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "insert": "\x1b[2~",
    "delete": "\x1b[3~",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    "enter": "\r",
    "tab": "\t",
    "shift+tab": "\x1b[Z",
    "escape": "\x1b",
    "space": " ",
    "backspace": "\x7f",
    "f1": "\x1bOP",
    "f2": "\x1bOQ",
    "f3": "\x1bOR",
    "f4": "\x1bOS",
    "f5": "\x1b[15~",
    "f6": "\x1b[17~",
    "f7": "\x1b[18~",
}

# The variables that would tie the program to the terminal or the clipboard of whoever runs the
# tests.
_OUTSIDE = (
    "TMUX",
    "TMUX_PANE",
    "COLUMNS",
    "LINES",
    "NO_COLOR",
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "SSH_CONNECTION",
    "SSH_CLIENT",
    "SSH_TTY",
)

# A shell opens the terminal first: a session's leader that does so gets it as its own, without
# running Python between fork and exec while other threads live.
_TAKE_TERMINAL = 'exec <>"$0" >&0 2>&1; exec "$@"'


def key_bytes(key: str) -> bytes:
    """What a terminal sends for a key's name ("enter", "ctrl+s", "f3"); other text as it is."""
    if key in KEYS:
        return KEYS[key].encode()
    if re.fullmatch(r"ctrl\+[a-z@\[\\\]^_]", key):
        return bytes([ord(key[-1].upper()) & 0x1F])
    if re.fullmatch(r"alt\+.", key):
        return b"\x1b" + key[-1].encode()
    return key.encode()


class Terminal:
    """A program in a pseudo-terminal of its own.

    command  the program and its arguments.
    env      added to the environment; None takes a variable away. Displays, tmux and ssh of the
             machine that runs the tests are already taken away.
    answers  False plays a terminal that answers no query.
    """

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        rows: int = 24,
        cols: int = 80,
        env: Mapping[str, str | None] | None = None,
        cwd: Path | None = None,
        answers: bool = True,
    ) -> None:
        self.received = bytearray()
        """Every byte that the program wrote."""
        self._emulator = Emulator(rows, cols, answers=answers)
        self._change = threading.Condition()
        self._closing = False
        self._ended = False
        self._outgoing = b""
        self._master, slave = os.openpty()
        os.set_blocking(self._master, False)
        self._wake_read, self._wake_write = os.pipe()
        self._set_size(rows, cols)
        try:
            self._process = subprocess.Popen(
                ["/bin/sh", "-c", _TAKE_TERMINAL, os.ttyname(slave), *map(str, command)],
                stdin=slave,
                stdout=slave,
                stderr=slave,
                env=_environment(env or {}),
                cwd=cwd,
                start_new_session=True,
            )
        finally:
            os.close(slave)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    # -- what a person does ------------------------------------------------

    def send(self, *keys: str) -> None:
        """Press keys by name ("enter", "ctrl+s"); anything that is no name is typed as text."""
        for key in keys:
            self._write(key_bytes(key))

    def type_text(self, text: str) -> None:
        """Type text, also when it happens to be the name of a key."""
        self._write(text.encode())

    def paste(self, text: str) -> None:
        """Paste text as terminals do, between the marks of a bracketed paste."""
        body = text.replace("\r\n", "\n").replace("\n", "\r")
        self._write(b"\x1b[200~" + body.encode() + b"\x1b[201~")

    def resize(self, rows: int, cols: int) -> None:
        with self._change:
            self._emulator.resize(rows, cols)
        self._set_size(rows, cols)

    def hang_up(self) -> None:
        """Close the window: the program gets SIGHUP and its terminal is gone."""
        if self._master >= 0:
            self._closing = True
            os.write(self._wake_write, b"x")
            self._reader.join()
            os.close(self._master)
            self._master = -1

    # -- what a person sees ------------------------------------------------

    def lines(self) -> list[str]:
        """The rows of the screen, top to bottom, without trailing blanks."""
        with self._change:
            self._change.wait_for(lambda: not self._emulator.painting or self._ended, timeout=1)
            return self._emulator.rows

    def text(self) -> str:
        return "\n".join(self.lines())

    @property
    def cursor(self) -> tuple[int, int]:
        """Row and column, from 0."""
        with self._change:
            return self._emulator.cursor

    @property
    def full_screen(self) -> bool:
        """The program has the alternate screen; the shell's own lines are put away."""
        with self._change:
            return self._emulator.full_screen

    @property
    def clipboard(self) -> list[str]:
        """What OSC 52 put on this terminal's clipboard, oldest first."""
        with self._change:
            return list(self._emulator.clipboard)

    @property
    def bell_count(self) -> int:
        with self._change:
            return self._emulator.bell_count

    @property
    def title(self) -> str:
        with self._change:
            return self._emulator.title

    def wait_for(self, pattern: str, timeout: float = 15) -> re.Match[str]:
        """Wait until the regular expression is on the screen (lines are matched with ^ and $)."""
        found: list[re.Match[str]] = []

        def look() -> bool:
            found[:] = [hit] if (hit := re.search(pattern, self._seen(), re.M)) else []
            return bool(found)

        self._wait(look, f"{pattern!r} on the screen", timeout)
        return found[0]

    def wait_gone(self, pattern: str, timeout: float = 15) -> None:
        """Wait until the regular expression is not on the screen any more."""
        self._wait(lambda: not re.search(pattern, self._seen(), re.M), f"{pattern!r} gone", timeout)

    def wait_until(self, look: Callable[[], object], what: str, timeout: float = 15) -> None:
        """Wait until `look` is true, for things beside the screen (files, the clipboard)."""
        self._wait(lambda: bool(look()), what, timeout, on_screen=False)

    # -- the program -------------------------------------------------------

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def kill(self, sig: signal.Signals = signal.SIGTERM) -> None:
        """Send the program a signal."""
        self._process.send_signal(sig)

    def wait_exit(self, timeout: float = 15) -> int:
        """The exit code, once the program ended and its last output is on the screen.

        A signal's number is negative.
        """
        try:
            code = self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise AssertionError(self._report(f"the program to end in {timeout} s")) from None
        with self._change:  # its children may keep the terminal open: then there is no end
            self._change.wait_for(lambda: self._ended, timeout=0.5)
        return code

    def close(self) -> None:
        """End the program and whatever runs beside it in its session's foreground."""
        self.hang_up()
        for sig in (signal.SIGTERM, signal.SIGKILL):
            if self._process.poll() is not None:
                break
            self._process.send_signal(sig)
            try:
                self._process.wait(2)
            except subprocess.TimeoutExpired:
                continue
        if self._wake_write >= 0:
            os.close(self._wake_read)
            os.close(self._wake_write)
            self._wake_read = self._wake_write = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # -- the wire ----------------------------------------------------------

    def _set_size(self, rows: int, cols: int) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))

    def _write(self, data: bytes) -> None:
        with self._change:
            self._outgoing += data
        os.write(self._wake_write, b"x")

    def _read(self) -> None:
        try:
            while not self._closing and self._transfer():
                pass
        finally:
            with self._change:
                self._ended = True
                self._change.notify_all()

    def _transfer(self) -> bool:
        """Move what can move now, in both directions; False once nobody holds the other end."""
        writing = [self._master] if self._outgoing else []
        readable, writable, _ = select.select([self._master, self._wake_read], writing, [])
        if self._wake_read in readable:
            os.read(self._wake_read, 1 << 16)
        with self._change:
            try:
                if writable:
                    self._outgoing = self._outgoing[os.write(self._master, self._outgoing) :]
                if self._master in readable:
                    data = os.read(self._master, 1 << 16)
                    self.received += data
                    self._outgoing += self._emulator.feed(data)
                    self._change.notify_all()
                    return bool(data)
            except BlockingIOError:
                pass
            except OSError:  # how Linux says that the other end is closed
                return False
        return True

    # -- looking -----------------------------------------------------------

    def _seen(self) -> str:
        return "\n".join(self._emulator.rows)

    def _wait(
        self, look: Callable[[], bool], what: str, timeout: float, *, on_screen: bool = True
    ) -> None:
        deadline = time.monotonic() + timeout
        with self._change:
            while True:
                final = time.monotonic() > deadline or (on_screen and self._ended)
                if (self._ended or not self._emulator.painting) and look():
                    return
                if final:
                    raise AssertionError(self._report(what))
                self._change.wait(0.05)

    def _report(self, what: str) -> str:
        state = "running" if self.running else f"ended with {self._process.returncode}"
        frame = "\n".join(f"|{row}" for row in self._emulator.rows)
        return f"waited for {what}; the program is {state}; the screen:\n{frame}"


def _environment(changes: Mapping[str, str | None]) -> dict[str, str]:
    env = {name: value for name, value in os.environ.items() if name not in _OUTSIDE}
    env.update(TERM="xterm-256color", COLORTERM="truecolor", LANG="C.UTF-8", LC_ALL="C.UTF-8")
    for name, value in changes.items():
        if value is None:
            env.pop(name, None)
        else:
            env[name] = value
    return env
