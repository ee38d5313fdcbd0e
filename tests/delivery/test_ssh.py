"""Copying on another machine: a real ssh server, with and without tmux on it."""

from __future__ import annotations

from tests.delivery.conftest import Desk, Ssh, Tmux
from tests.journeys.terminal import Terminal

TEXT = "Some payments fail – next update by 14:40 ✓"


def test_ssh_alone_sends_through_the_terminal(desk: Desk, ssh: Ssh, xvfb: str) -> None:
    with Terminal(ssh.run(*desk.copier("in-one-word"), DISPLAY=xvfb)) as term:
        outcome = desk.outcome()
        assert (outcome.certainty, outcome.route) == ("sent", "osc52")
        term.wait_until(lambda: term.clipboard, "the clipboard has something")
        assert term.clipboard == ["in-one-word"]


def test_tmux_over_ssh_reaches_the_terminal_at_the_persons_end(
    desk: Desk, ssh: Ssh, tmux: Tmux, xvfb: str
) -> None:
    with Terminal(ssh.run(*tmux.start, "sh")) as term:
        tmux.wait_for_clients(1)
        outcome = tmux.copy(TEXT, DISPLAY=xvfb)
        assert (outcome.certainty, outcome.route) == ("sent", "tmux")
        assert tmux("show-buffer") == TEXT
        term.wait_until(lambda: term.clipboard, "the clipboard has something")
        assert term.clipboard == [TEXT]


def test_a_session_begun_at_home_and_attached_over_ssh_is_remote(
    desk: Desk, ssh: Ssh, tmux: Tmux, xvfb: str
) -> None:
    with tmux.session():
        tmux("set-environment", "DISPLAY", xvfb)
        assert tmux.copy("at home").certainty == "checked"
    tmux.wait_for_clients(0)
    with Terminal(ssh.run(*tmux.attach)) as term:
        tmux.wait_for_clients(1)
        outcome = tmux.copy(TEXT, DISPLAY=xvfb)
        assert (outcome.certainty, outcome.route) == ("sent", "tmux")
        term.wait_until(lambda: term.clipboard, "the clipboard has something")
        assert term.clipboard == [TEXT]
