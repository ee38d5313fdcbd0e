"""The terminal of the journeys itself: what it shows, answers and counts."""

from __future__ import annotations

import base64
import signal
import sys
from pathlib import Path

import pytest

from tests.journeys.terminal import Terminal

PYTHON = sys.executable


def python(code: str) -> list[str]:
    return [PYTHON, "-c", code]


def printing(text: str, then: str = "input()") -> list[str]:
    return python(f"import sys; sys.stdout.write({text!r}); sys.stdout.flush(); {then}")


def test_shows_what_the_program_wrote_and_what_is_typed() -> None:
    with Terminal(python("print('hello', input('name? '))"), rows=5, cols=40) as term:
        term.wait_for(r"^name\?")
        term.send("ana", "enter")
        term.wait_for(r"^hello ana$")
        assert term.wait_exit() == 0
        assert term.lines()[:2] == ["name? ana", "hello ana"]


def test_a_screen_that_never_comes_fails_with_what_is_there_instead() -> None:
    with (
        Terminal(printing("something else")) as term,
        pytest.raises(AssertionError, match=r"(?s)'welcome'.*something else"),
    ):
        term.wait_for("welcome", timeout=0.5)


def test_the_end_of_the_program_ends_the_waiting_with_its_code() -> None:
    with (
        Terminal(python("raise SystemExit(3)")) as term,
        pytest.raises(AssertionError, match=r"ended with 3|is running"),
    ):
        term.wait_for("welcome")


def test_keeps_clipboard_bells_and_title() -> None:
    payload = base64.b64encode("naïve ✓".encode()).decode()
    text = f"\x1b]52;c;{payload}\x07\x07\x1b]0;2 overdue\x1b\\\x07ready"
    with Terminal(printing(text)) as term:
        term.wait_for("^ready$")
        assert term.clipboard == ["naïve ✓"]
        assert term.bell_count == 2
        assert term.title == "2 overdue"


def test_a_clipboard_query_or_a_broken_payload_changes_nothing() -> None:
    with Terminal(printing("\x1b]52;c;?\x07\x1b]52;c;%%%\x07ready")) as term:
        term.wait_for("^ready$")
        assert term.clipboard == []


def test_sequences_that_the_emulator_does_not_know_are_not_printed() -> None:
    text = "a\x1b[>1u\x1b[?u\x1b[<u\x1b[>4;1mb\x1b_Gi=1\x1b\\c\x1bPq#0\x1b\\d\x1b[4:3me\x1b[ qf"
    with Terminal(printing(text), answers=False) as term:
        term.wait_for("^abcdef$")


@pytest.mark.parametrize("query", ["\x1b[c", "\x1b[?2026$p", "\x1b[6n", "\x1b]11;?\x1b\\"])
def test_answers_what_a_modern_terminal_answers(query: str) -> None:
    code = f"""
import os, sys, termios, tty
old = termios.tcgetattr(0); tty.setraw(0)
os.write(1, {query.encode()!r})
got = os.read(0, 64)
termios.tcsetattr(0, termios.TCSANOW, old)
print("got", got)
"""
    with Terminal(python(code)) as term:
        term.wait_for(r"^\s*got b'\\x1b")


def test_after_the_full_screen_the_lines_from_before_are_back() -> None:
    text = "before\\r\\n\x1b[?1049h\x1b[2J\x1b[Hinside".replace("\\r\\n", "\r\n")
    with Terminal(printing(text, "input(); sys.stdout.write('\x1b[?1049lafter')")) as term:
        term.wait_for("^inside$")
        assert term.full_screen
        assert "before" not in term.text()
        term.send("enter")
        term.wait_for("^after$")
        assert not term.full_screen
        assert term.lines()[0] == "before"


def test_a_frame_is_seen_whole_or_not_at_all() -> None:
    text = "\x1b[?2026hhalf of it"
    rest = "input(); sys.stdout.write(', and the rest\x1b[?2026l'); sys.stdout.flush(); input()"
    with Terminal(printing(text, rest)) as term:
        with pytest.raises(AssertionError):
            term.wait_for("half of it", timeout=0.3)
        term.send("enter")
        assert term.wait_for("half of it.*")[0].startswith("half of it")


def test_paste_is_bracketed_and_may_be_large() -> None:
    code = """
import os, tty
tty.setraw(0); got = b""; print("ready", flush=True)
while not got.endswith(b"\\x1b[201~"):
    got += os.read(0, 1 << 16)
print(len(got), got[:9])
"""
    with Terminal(python(code)) as term:
        term.wait_for("^ready")
        term.paste("a\n" + "b" * 200_000)
        term.wait_for(r"200014 b'\\x1b\[200~a\\r")


def test_resize_reaches_the_program() -> None:
    code = """
import os, signal
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGWINCH})
print("ready")
signal.sigwait({signal.SIGWINCH})
print("now", *os.get_terminal_size())
input()
"""
    with Terminal(python(code)) as term:
        term.wait_for("^ready$")
        term.resize(30, 120)
        term.wait_for("^now 120 30$")
        assert len(term.lines()) == 30


def test_hanging_up_ends_the_program_with_sighup(tmp_path: Path) -> None:
    with Terminal(printing("ready")) as term:
        term.wait_for("ready")
        term.hang_up()
        assert term.wait_exit() == -signal.SIGHUP


def test_the_machine_around_it_does_not_leak_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setenv("TMUX", "/tmp/x,1,0")
    code = "import os; print(*(os.environ.get(n) for n in ('DISPLAY', 'TMUX', 'TERM', 'MINE')))"
    with Terminal(python(code), env={"MINE": "yes"}) as term:
        term.wait_for("^None None xterm-256color yes$")
