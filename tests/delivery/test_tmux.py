"""Copying inside tmux, with a person's terminal outside of it that keeps what it is handed."""

from __future__ import annotations

import pytest

from cockpit.delivery import runner
from tests.delivery.conftest import Desk, Tmux
from tests.journeys.terminal import Terminal

SENT = (
    "customers update sent to your terminal ({size}). If paste is empty, it blocks OSC 52; "
    "the text is also in {file}."
)


def wait_for_clipboard(term: Terminal, text: str) -> None:
    term.wait_until(lambda: term.clipboard[-1:] == [text], f"{text!r} on the clipboard")


TEXT = "We're aware, and working on a fix. Next update by 14:40 ✓"


@pytest.mark.parametrize("set_clipboard", ["external", "on", "off"])
def test_the_terminal_outside_gets_the_text_whatever_set_clipboard_says(
    tmux: Tmux, desk: Desk, set_clipboard: str
) -> None:
    with tmux.session(set_clipboard=set_clipboard) as term:
        outcome = tmux.copy(TEXT)
        assert (outcome.certainty, outcome.route) == ("sent", "tmux")
        assert outcome.said == SENT.format(size="59 bytes", file=desk.keep)
        assert tmux("show-buffer") == TEXT
        term.wait_until(lambda: term.clipboard, "the clipboard has something")
        assert term.clipboard == [TEXT]


def test_a_long_timeline_passes_whole(tmux: Tmux, desk: Desk) -> None:
    text = "14:02 déploiement\n" * 8_000
    (desk.folder / "text").write_text(text)
    with tmux.session() as term:
        outcome = tmux.copy(f"@{desk.folder / 'text'}")
        assert outcome.certainty == "sent"
        assert "it blocks OSC 52, or takes less at a time;" in outcome.said
        term.wait_until(lambda: term.clipboard, "the clipboard has something")
        assert term.clipboard == [text]


def test_a_terminal_that_tmux_cannot_tell_is_said_with_the_fix(tmux: Tmux, desk: Desk) -> None:
    with tmux.session(term="screen-256color") as term:
        outcome = tmux.copy(TEXT)
        assert outcome.certainty == "saved"
        assert outcome.said == (
            f"customers update not copied: tmux can't pass it on. The text is in {desk.keep}. "
            "Fix: tmux set -as terminal-features ',screen*:clipboard', then attach again"
        )
        assert tmux("show-buffer") == TEXT
        assert term.clipboard == []
    tmux("set", "-as", "terminal-features", ",screen*:clipboard")
    with Terminal(tmux.attach, env={"TERM": "screen-256color"}) as term:
        tmux.wait_for_clients(1)
        assert tmux.copy("now it does").certainty == "sent"
        term.wait_until(lambda: term.clipboard, "the clipboard has something")
        assert term.clipboard == ["now it does"]


def test_a_terminal_that_says_it_in_terminfo_alone_is_believed(tmux: Tmux) -> None:
    told = {"terminal_features": "", "terminal_overrides": r"xterm*:Ms=\E]52;%p1%s;%p2%s\007"}
    with tmux.session(**told) as term:
        assert "clipboard" not in tmux.clients()[0]
        assert tmux.copy(TEXT).certainty == "sent"
        term.wait_until(lambda: term.clipboard, "the clipboard has something")
        assert term.clipboard == [TEXT]


def test_with_nobody_attached_it_is_not_called_copied(tmux: Tmux, desk: Desk) -> None:
    tmux(*tmux.start[3:], "-d", "sh")
    outcome = tmux.copy(TEXT)
    assert outcome.said == (
        "customers update not copied: no one is attached to this tmux session. "
        f"The text is in {desk.keep}. Fix: attach, and copy again"
    )
    assert tmux("show-buffer") == TEXT


def test_of_two_people_the_one_who_typed_last_gets_it(tmux: Tmux) -> None:
    with tmux.session() as first, Terminal(tmux.attach) as second:
        tmux.wait_for_clients(2)
        turns = ((second, first), (first, second), (second, first))
        for turn, (typing, idle) in enumerate(turns):
            marker = f"typed-{turn}"
            typing.send(f"# {marker}")
            typing.wait_for(marker)
            before = list(idle.clipboard)
            assert tmux.copy(marker).certainty == "sent"
            wait_for_clipboard(typing, marker)
            assert idle.clipboard == before


def test_on_ones_own_machine_the_display_has_the_last_word(tmux: Tmux, xvfb: str) -> None:
    with tmux.session() as term:
        tmux("set-environment", "DISPLAY", xvfb)
        outcome = tmux.copy(TEXT)
        assert outcome.said == "customers update copied (checked)."
        assert outcome.route in ("xclip", "xsel")
        assert tmux("show-buffer") == TEXT
        term.wait_until(lambda: term.clipboard, "the clipboard has something")


def test_the_environment_of_the_day_the_pane_was_opened_is_not_believed(
    tmux: Tmux, xvfb: str
) -> None:
    with tmux.session():
        tmux("set-environment", "SSH_CONNECTION", "10.0.0.1 1 10.0.0.2 22")
        outcome = tmux.copy(TEXT, DISPLAY=xvfb)
        assert (outcome.certainty, outcome.route) == ("sent", "tmux")
        tmux("set-environment", "-r", "SSH_CONNECTION")
        tmux("set-environment", "DISPLAY", xvfb)
        outcome = tmux.copy(TEXT, SSH_CONNECTION="left over", SSH_TTY="left over", DISPLAY=":987")
        assert outcome.certainty == "checked"


def test_a_tmux_too_old_to_pass_it_on_says_so(desk: Desk) -> None:
    desk.fake(
        "tmux",
        'case "$*" in\n'
        "show-env*) exit 0;;\n"
        'display*) echo "/dev/pts/1|xterm|";;\n'
        "show-messages*) exit 1;;\n"
        "load-buffer*-w*) echo 'usage: load-buffer' >&2; exit 1;;\n"
        "esac",
    )
    outcome = desk.copy(TEXT, desk.environ("cat", TMUX="/tmp/x,1,0"))
    assert outcome.certainty == "saved"
    assert outcome.fix == "tmux has to be 3.2 or newer (tmux -V)"


def test_a_tmux_that_hangs_is_given_up(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "LIMIT", 0.2)
    desk.fake("tmux", "exec sleep 1000")
    outcome = desk.copy(TEXT, desk.environ("sleep", TMUX="/tmp/x,1,0"))
    assert outcome.said.startswith("customers update not copied: tmux did not answer in 0.2 s.")


def test_a_tmux_that_is_not_on_the_path_is_said(desk: Desk) -> None:
    outcome = desk.copy(TEXT, desk.environ(TMUX="/tmp/x,1,0"))
    assert "tmux is not installed" in outcome.said
    assert desk.keep.read_text() == TEXT
