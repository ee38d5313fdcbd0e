"""Running other people's clipboard tools without trusting them.

A tool may be missing, fail silently, hang on a dead display, draw its complaints over the screen,
or stay behind as the owner of the clipboard. So each gets a session of its own (it survives the
terminal), no way to write to the screen, and a limit; its exit code counts.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")

LIMIT = 1.5
"""Seconds that one run of a tool may take: a clipboard answers in milliseconds or not at all."""


class ToolFailed(Exception):
    """A tool did not do its work; the message says why, without a full stop."""


def feed(command: Sequence[str], data: bytes, environ: Mapping[str, str]) -> None:
    """Run a tool that takes `data` on standard input. Its output goes nowhere.

    xclip and wl-copy leave a process behind that holds standard output open for as long as it
    owns the clipboard, so output must not be a pipe that someone reads to its end.

    Raises ToolFailed when it is missing, fails, or takes longer than LIMIT.
    """
    _run(command, environ, data, output=subprocess.DEVNULL)


def read(command: Sequence[str], environ: Mapping[str, str]) -> bytes:
    """What a tool prints.

    Raises ToolFailed when it is missing, fails, or takes longer than LIMIT.
    """
    return _run(command, environ, None, output=subprocess.PIPE)


def within(seconds: float, call: Callable[[], T], name: str) -> T:
    """The result of a call that has no limit of its own.

    Raises ToolFailed when it raises or takes longer; then its thread is left to itself.
    """
    result: list[T] = []
    trouble: list[Exception] = []

    def run() -> None:
        try:
            result.append(call())
        except Exception as error:  # whatever the platform's clipboard raises
            trouble.append(error)

    thread = threading.Thread(target=run, name=name, daemon=True)
    thread.start()
    thread.join(seconds)
    if trouble:
        raise ToolFailed(f"{name} failed ({trouble[0]})") from trouble[0]
    if not result:
        raise ToolFailed(f"{name} did not answer in {seconds:g} s")
    return result[0]


def _run(
    command: Sequence[str], environ: Mapping[str, str], data: bytes | None, *, output: int
) -> bytes:
    name = command[0]
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL if data is None else subprocess.PIPE,
            stdout=output,
            stderr=subprocess.DEVNULL,
            env={"HOME": "/", **environ},  # xsel refuses to work without one
            start_new_session=True,
        )
    except FileNotFoundError:
        raise ToolFailed(f"{name} is not installed") from None
    except OSError as error:
        raise ToolFailed(f"{name} can't be started ({error.strerror})") from error
    try:
        printed, _ = process.communicate(data, timeout=LIMIT)
    except subprocess.TimeoutExpired:
        _end(process)
        raise ToolFailed(f"{name} did not answer in {LIMIT:g} s") from None
    if process.returncode != 0:
        raise ToolFailed(f"{name} failed (exit code {process.returncode})")
    return printed or b""


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill a tool and what it started: they share the session that it got."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):  # closing flushes what the tool never took
                pipe.close()
