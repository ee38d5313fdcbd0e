"""`cockpit doctor clipboard`: what it finds, what it tries, what it leaves behind."""

from __future__ import annotations

import pytest

from cockpit.delivery import routes
from cockpit.delivery.diagnosis import Diagnosis, diagnose
from tests.delivery.conftest import Desk, Tmux
from tests.delivery.test_displays import Pyperclip, pasted


def facts(diagnosis: Diagnosis) -> dict[str, str]:
    return dict(diagnosis.facts)


def test_a_good_display_is_ok_and_gets_its_own_content_back(desk: Desk, xvfb: str) -> None:
    environ = desk.environ("xclip", "xsel", DISPLAY=xvfb)
    desk.copy("what was there\n", environ)
    diagnosis = diagnose(environ, keep=desk.keep, osc52=None)
    assert (diagnosis.level, diagnosis.certainty, diagnosis.route) == ("ok", "checked", "xclip")
    assert diagnosis.mend == ()
    assert facts(diagnosis)["display"] == f"X {xvfb}"
    assert facts(diagnosis)["you sit at"] == "this machine"
    assert diagnosis.tried.endswith("what was on the clipboard before is back.")
    assert pasted("xclip", xvfb) == "what was there\n"
    assert desk.keep.read_text() == "what was there\n"


def test_nowhere_to_copy_is_a_warning(desk: Desk) -> None:
    diagnosis = diagnose(desk.environ(), keep=desk.keep, osc52=None)
    assert (diagnosis.level, diagnosis.certainty) == ("warning", "saved")
    shown = "\n".join(diagnosis.lines())
    assert shown.startswith("A copy reaches no clipboard here; it is only saved in the file.\n")
    assert "To mend it: there is no display and no terminal here." in shown


def test_over_ssh_the_terminal_gets_a_test_text_and_the_person_looks(desk: Desk) -> None:
    terminal: list[str] = []
    environ = desk.environ(SSH_CONNECTION="a 1 b 2", DISPLAY=":0")
    diagnosis = diagnose(environ, keep=desk.keep, osc52=terminal.append)
    assert (diagnosis.level, diagnosis.certainty, diagnosis.route) == ("ok", "sent", "osc52")
    assert facts(diagnosis)["display"] == "one of this machine, not of yours"
    test = diagnosis.tried.split('"')[1]
    assert terminal == [routes.osc52_sequence(test)]
    assert diagnosis.tried.endswith("Paste now: if it is there, all is well.")


def test_a_dead_display_names_what_to_look_at(desk: Desk) -> None:
    diagnosis = diagnose(desk.environ("xclip", DISPLAY=":987"), keep=desk.keep, osc52=None)
    assert diagnosis.level == "warning"
    assert diagnosis.mend == ("see that the display :987 is alive",)


def test_a_file_that_cannot_be_written_is_a_warning(desk: Desk, xvfb: str) -> None:
    desk.keep.parent.write_text("a file where the folder should be")
    environ = desk.environ("xclip", DISPLAY=xvfb)
    diagnosis = diagnose(environ, keep=desk.keep, osc52=None)
    assert (diagnosis.level, diagnosis.certainty) == ("warning", "checked")
    assert "can't be written (File exists)" in facts(diagnosis)["file"]
    assert str(desk.keep) in diagnosis.mend[0]


def test_trying_leaves_no_file(desk: Desk) -> None:
    diagnose(desk.environ(), keep=desk.keep, osc52=None)
    assert list(desk.keep.parent.iterdir()) == []


def test_inside_tmux_it_says_what_tmux_knows_and_leaves_the_buffer(
    tmux: Tmux, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tmux.session() as term:
        tmux("set-buffer", "the person's own")
        ids = tmux("display-message", "-p", "#{socket_path},#{pid},0|#{pane_id}").strip()
        where, pane = ids.split("|")
        environ = desk.environ("tmux", TMUX=where, TMUX_PANE=pane)
        diagnosis = diagnose(environ, keep=desk.keep, osc52=None)
        assert (diagnosis.level, diagnosis.route) == ("ok", "tmux")
        assert "set-clipboard external; " in facts(diagnosis)["tmux"]
        assert "(xterm-256color) takes the clipboard" in facts(diagnosis)["tmux"]
        assert tmux("show-buffer") == "the person's own"
        test = diagnosis.tried.split('"')[1]
        term.wait_until(lambda: term.clipboard, "the clipboard has something")
        assert term.clipboard == [test]


def test_the_clipboard_of_a_system_gets_its_own_content_back(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    served = Pyperclip(monkeypatch, "WSL")
    diagnosis = diagnose(desk.environ(), keep=desk.keep, osc52=None)
    assert (diagnosis.level, diagnosis.route) == ("ok", "pyperclip")
    assert facts(diagnosis)["tools"] == "the clipboard of WSL"
    assert served.holds == "before"
