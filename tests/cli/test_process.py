"""The program as a process of its own: at once, locked out, without room, on a terminal."""

from __future__ import annotations

import base64
import errno
import fcntl
import os
import pty
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.waiting import wait_until

from .conftest import Cockpit

ROOT = Path(__file__).parents[2]
Read = Callable[..., list[dict[str, Any]]]


def command(*args: str) -> list[str]:
    return [sys.executable, "-m", "cockpit", *args]


def run(*args: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run to its end, without a terminal to speak to."""
    chosen: dict[str, Any] = {"stdin": subprocess.DEVNULL, "start_new_session": True} | options
    return subprocess.run(command(*args), capture_output=True, text=True, cwd=ROOT, **chosen)


class Terminal:
    """A process on a terminal of its own, with all that it has written there."""

    def __init__(self, pid: int, fd: int) -> None:
        self.pid, self._fd, self.shown, self.code = pid, fd, b"", -1
        os.set_blocking(fd, False)

    def shows(self, words: bytes) -> bool:
        while True:
            try:
                chunk = os.read(self._fd, 65536)
            except BlockingIOError:
                break
            except OSError as error:
                if error.errno != errno.EIO:  # Linux: the other end is closed
                    raise
                break
            if not chunk:
                break
            self.shown += chunk
        return words in self.shown

    def type(self, keys: bytes) -> None:
        os.write(self._fd, keys)

    def has_ended(self) -> bool:
        self.shows(b"")
        if self.code < 0:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.code = os.waitstatus_to_exitcode(status)
        return self.code >= 0

    def interrupted(self) -> int:
        """The exit code after ctrl+c.

        It is pressed again when nothing came of it: a signal that arrives just before Python
        begins to wait for a line is seen only when the wait ends.
        """
        pressed = 0.0

        def press() -> bool:
            nonlocal pressed
            if self.has_ended():
                return True
            if time.monotonic() - pressed > 1:
                pressed = time.monotonic()
                self.type(b"\x03")
            return False

        wait_until(press, "ctrl+c ends the command")
        return self.code

    def ended(self) -> int:
        """The exit code, when it has come to its end."""
        wait_until(self.has_ended, "the command ends")
        self.shows(b"")
        return self.code


@contextmanager
def terminal(*args: str) -> Iterator[Terminal]:
    pid, fd = pty.fork()
    if pid == 0:
        try:
            os.chdir(ROOT)
            os.execv(sys.executable, command(*args))
        finally:
            os._exit(127)
    screen = Terminal(pid, fd)
    try:
        yield screen
    finally:
        if not screen.has_ended():
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        os.close(fd)


def test_without_a_terminal_it_says_so_and_prompts_for_nothing(home: Path) -> None:
    said = run()

    assert said.returncode == 2
    assert "needs a terminal" in said.stderr
    assert "Traceback" not in said.stderr


def test_notes_of_several_processes_at_once_are_all_there_once(
    checkout: str, on_disk: Read, home: Path
) -> None:
    texts = [f"note {number}" for number in range(6)]
    processes = [
        subprocess.Popen(command("note", text), cwd=ROOT, stderr=subprocess.PIPE, text=True)
        for text in texts
    ]
    ends = [(process.communicate()[1], process.returncode) for process in processes]

    assert [code for _, code in ends] == [0] * len(texts), ends
    assert sorted(e["text"] for e in on_disk() if e["kind"] == "noted") == texts


def test_a_lock_that_another_process_keeps_ends_with_4_and_the_words_are_kept(
    checkout: str, on_disk: Read, home: Path
) -> None:
    before = on_disk()
    with (home / "incidents" / f".{checkout}.json.lock").open("r+b") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        said = run("note", "while it is locked", "--incident", checkout)

    assert said.returncode == 4
    assert "locked by another process" in said.stderr
    assert [f.read_text() for f in (home / "state" / "kept").iterdir()] == ["while it is locked"]
    assert on_disk() == before


def test_a_disk_that_takes_no_more_ends_with_5_and_the_words_are_kept(
    cockpit: Cockpit, checkout: str, on_disk: Read, files: Callable[[], list[Path]], home: Path
) -> None:
    before, size = on_disk(), files()[0].stat().st_size

    def no_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 10, size + 10))

    said = run("note", "no room for this", preexec_fn=no_room)

    assert said.returncode == 5
    assert "Not saved" in said.stderr
    assert [f.read_text() for f in (home / "state" / "kept").iterdir()] == ["no room for this"]
    assert on_disk() == before
    assert cockpit("note", "there is room again").code == 0


def test_a_reader_that_leaves_early_gets_no_traceback(checkout: str, home: Path) -> None:
    process = subprocess.Popen(
        command("timeline", "--json"), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.close()
    _, err = process.communicate()

    assert b"Traceback" not in err


def test_signs_that_the_terminal_has_no_letters_for_become_question_marks(
    checkout: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    said = run("timeline")

    assert said.returncode == 0
    assert "? declared: checkout returns 500s" in said.stdout


def test_a_closed_standard_input_is_said(checkout: str, home: Path) -> None:
    said = subprocess.run(
        ["sh", "-c", '"$@" <&-', "sh", *command("note", "-")],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )

    assert said.returncode == 2
    assert "Standard input is closed" in said.stderr


def test_a_mistake_of_the_program_is_a_line_for_the_person_and_a_private_log(home: Path) -> None:
    broken = (
        "import sys, cockpit.cli, cockpit.paths; sys.argv = ['cockpit', 'paths']\n"
        "cockpit.paths.Paths.named = lambda self: 1 / 0\n"
        "cockpit.cli.main()"
    )
    done = subprocess.run([sys.executable, "-c", broken], capture_output=True, text=True, cwd=ROOT)
    log = home / "state" / "cockpit.log"

    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert str(log) in done.stderr
    assert "ZeroDivisionError" in log.read_text()
    assert log.stat().st_mode & 0o077 == 0


def test_closed_outputs_are_no_reason_to_lose_a_note(
    checkout: str, on_disk: Read, home: Path
) -> None:
    done = subprocess.run(
        ["sh", "-c", '"$@" >&- 2>&-', "sh", *command("note", "still here")], cwd=ROOT
    )

    assert done.returncode == 0
    assert on_disk()[-1]["text"] == "still here"


def test_bytes_in_an_argument_that_are_no_text_lose_nothing_else(
    checkout: str, on_disk: Read, home: Path
) -> None:
    subprocess.run([*command("note"), b"caf\xe9 is down"], cwd=ROOT, check=True)

    assert on_disk()[-1]["text"] == "caf\ufffd is down"


def test_on_a_terminal_a_step_asks_for_the_value_seen(
    checkout: str, on_disk: Read, home: Path
) -> None:
    with terminal("tick", "confirm-that") as screen:
        wait_until(lambda: screen.shows(b"error rate"), "the question for the value")
        screen.type(b"0.2 %\r")
        assert screen.ended() == 0

    assert on_disk()[-1]["observed"] == "0.2 %"


def test_ctrl_c_at_the_question_ticks_nothing_and_ends_with_130(
    checkout: str, on_disk: Read, home: Path
) -> None:
    before = on_disk()
    with terminal("tick", "confirm-that") as screen:
        wait_until(lambda: screen.shows(b"error rate"), "the question for the value")
        assert screen.interrupted() == 130

    assert on_disk() == before


def test_over_ssh_the_acknowledgement_goes_through_the_terminal_to_the_persons_clipboard(
    on_disk: Read, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.1 50000 192.0.2.2 22")
    with terminal("declare", "checkout returns 500s", "--no-open") as screen:
        assert screen.ended() == 0
        told = on_disk()[1]
        assert b"\x1b]52;c;" + base64.b64encode(told["text"].encode()) in screen.shown

    assert (told["route"], told["certainty"]) == ("osc52", "sent")
    assert b"Traceback" not in screen.shown
