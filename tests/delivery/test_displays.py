"""Copying on a machine with a display, with a dead one, and with none."""

from __future__ import annotations

import os
import platform
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cockpit.delivery import routes, runner, surroundings
from cockpit.delivery.clipboard import osc52_sequence
from cockpit.delivery.surroundings import look_around
from tests.delivery.conftest import ROOT, Desk
from tests.journeys.terminal import Terminal
from tests.needs import needs
from tests.waiting import wait_until

PASTE = {
    "xclip": ["xclip", "-selection", "clipboard", "-o"],
    "xsel": ["xsel", "--clipboard", "--output"],
}
TEXT = "Some payments fail since 14:02 – we're on it.\n✓ carts are safe\n"


def pasted(tool: str, display: str) -> str:
    command = [needs(tool), *PASTE[tool][1:]]
    environ = {"DISPLAY": display}
    try:
        return subprocess.run(
            command, env=environ, stdout=subprocess.PIPE, text=True, timeout=5
        ).stdout
    except subprocess.TimeoutExpired:  # a tool that hangs has nothing to paste
        return ""


@pytest.mark.parametrize(
    ("tool", "text"),
    [("xclip", TEXT), ("xclip", "x" * 300_000), ("xsel", TEXT)],
    ids=["xclip", "xclip-long", "xsel"],
)
def test_a_display_gets_the_text_and_it_is_checked(
    desk: Desk, xvfb: str, tool: str, text: str
) -> None:
    outcome = desk.copy(text, desk.environ(tool, DISPLAY=xvfb))
    assert outcome.said == "customers update copied (checked)."
    assert (outcome.certainty, outcome.route, outcome.fix) == ("checked", tool, "")
    assert pasted(tool, xvfb) == text


def test_a_long_text_in_xsel_is_there_for_the_first_paste_and_that_is_said(
    desk: Desk, xvfb: str
) -> None:
    text = "x" * 300_000
    outcome = desk.copy(text, desk.environ("xsel", DISPLAY=xvfb))
    assert (outcome.certainty, outcome.route) == ("checked", "xsel")
    assert outcome.said == (
        "customers update copied (checked). But xsel may lose a text of this length after one "
        "paste. Fix: install xclip"
    )
    wait_until(lambda: pasted("xsel", xvfb) == text, "the new owner serves the text")


def test_reading_a_long_text_back_does_not_use_up_the_one_paste_of_xsel(desk: Desk) -> None:
    served = desk.folder / "served"
    desk.fake(
        "xsel",
        f"cd {desk.folder}\n"
        'case "$*" in\n'
        "*--output*) cat served && mv served used;;\n"
        "*) cat > served;;\n"
        "esac",
    )
    outcome = desk.copy("x" * 4_001, desk.environ("cat", "mv", DISPLAY=":0"))
    assert outcome.certainty == "checked"
    assert served.read_text() == "x" * 4_001


def test_the_text_is_in_a_private_file_as_well(desk: Desk, xvfb: str) -> None:
    outcome = desk.copy(TEXT, desk.environ("xclip", DISPLAY=xvfb))
    assert outcome.file.read_text() == TEXT
    assert outcome.file.stat().st_mode & 0o777 == 0o600
    assert outcome.file.parent.stat().st_mode & 0o777 == 0o700
    assert list(outcome.file.parent.iterdir()) == [outcome.file]


def test_the_copy_outlives_the_program_and_its_terminal(desk: Desk, xvfb: str) -> None:
    environ = {**desk.environ("xclip"), "DISPLAY": xvfb, "PYTHONPATH": str(ROOT)}
    with Terminal(desk.copier("still here", "stay"), env=environ) as term:
        term.wait_for("^copied")
        assert desk.outcome().certainty == "checked"
        os.killpg(os.getsid(term.pid), signal.SIGKILL)
        term.wait_exit()
        term.hang_up()
    assert pasted("xclip", xvfb) == "still here"


def test_a_dead_display_is_said_and_the_terminal_gets_the_text(desk: Desk) -> None:
    terminal: list[str] = []
    outcome = desk.copy(TEXT, desk.environ("xclip", DISPLAY=":987"), terminal=terminal)
    assert (outcome.certainty, outcome.route) == ("sent", "osc52")
    assert terminal == [osc52_sequence(TEXT)]
    assert ":987" in outcome.fix


def test_a_dead_display_without_a_terminal_leaves_the_file(desk: Desk) -> None:
    outcome = desk.copy(TEXT, desk.environ("xclip", DISPLAY=":987"))
    assert (outcome.certainty, outcome.route) == ("saved", "file")
    assert outcome.said == (
        "customers update not copied: xclip failed (exit code 1). "
        f"The text is in {desk.keep}. Fix: see that the display :987 is alive"
    )
    assert desk.keep.read_text() == TEXT


@pytest.mark.parametrize("tool", ["xclip", "xsel"])
def test_no_complaint_of_a_tool_reaches_the_screen(desk: Desk, tool: str) -> None:
    environ = {**desk.environ(tool), "DISPLAY": ":987", "PYTHONPATH": str(ROOT)}
    with Terminal(desk.copier("words", "stay"), env=environ) as term:
        term.wait_for("^copied")
        assert desk.outcome().certainty == "sent"
        assert term.clipboard == ["words"]
        assert term.text().strip() == "copied"


@pytest.mark.parametrize("tool", ["xclip", "xsel"])
def test_a_display_that_hangs_is_given_up(
    desk: Desk, hanging_display: str, tool: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "LIMIT", 0.3)
    outcome = desk.copy(TEXT, desk.environ(tool, DISPLAY=hanging_display))
    assert outcome.certainty == "saved"
    assert f"{tool} did not answer in 0.3 s" in outcome.said


def test_a_tool_that_hangs_is_ended_with_all_that_it_started(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "LIMIT", 0.5)
    started = desk.folder / "started"
    desk.fake(
        "tool", f"sleep 1000 & echo $$ $! > {started}.part; mv {started}.part {started}; wait"
    )
    environ = {**os.environ, "PATH": f"{desk.folder / 'bin'}:{os.environ['PATH']}"}
    with pytest.raises(runner.ToolFailed, match="did not answer"):
        runner.feed(["tool"], b"x" * 1_000_000, environ)
    for pid in started.read_text().split():
        wait_until(lambda pid=pid: _gone(int(pid)), f"process {pid} ended")  # type: ignore[misc]


def _gone(pid: int) -> bool:
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], stdout=subprocess.PIPE).stdout
    return state.strip()[:1] in (b"", b"Z")


def test_a_tool_that_says_yes_and_copies_nothing_is_found_out(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "LIMIT", 0.3)
    desk.fake("xclip", 'case "$*" in *-o*) printf "something old";; esac; exit 0')
    outcome = desk.copy(TEXT, desk.environ("cat", DISPLAY=":0"))
    assert outcome.certainty == "saved"
    assert "the clipboard holds something else" in outcome.said


def test_a_tool_that_owns_the_clipboard_a_moment_later_is_waited_for(desk: Desk) -> None:
    """As xclip does: it is done before the process that it leaves behind serves the text."""
    desk.fake(
        "xclip",
        f"cd {desk.folder}\n"
        'case "$*" in\n'
        "*-o*) test -e asked && cat text; code=$?; touch asked; exit $code;;\n"
        "*) cat > text;;\n"
        "esac",
    )
    outcome = desk.copy(TEXT, desk.environ("cat", "touch", DISPLAY=":0"))
    assert outcome.certainty == "checked"


def test_a_display_without_a_tool_says_what_to_install(desk: Desk) -> None:
    terminal: list[str] = []
    outcome = desk.copy(TEXT, desk.environ(DISPLAY=":0"), terminal=terminal)
    assert outcome.certainty == "sent"
    assert outcome.fix == "install xclip"
    assert terminal == [osc52_sequence(TEXT)]


def test_no_display_and_no_terminal_leaves_the_file(desk: Desk) -> None:
    outcome = desk.copy(TEXT, desk.environ())
    assert outcome.said == (
        "customers update not copied: there is no display and no terminal here. "
        f"The text is in {desk.keep}."
    )


def test_no_display_but_a_terminal_is_sent_there(desk: Desk) -> None:
    terminal: list[str] = []
    outcome = desk.copy("x" * 2_100, desk.environ(), terminal=terminal)
    assert outcome.said == (
        "customers update sent to your terminal (2.1 KB). If paste is empty, it blocks OSC 52; "
        f"the text is also in {desk.keep}."
    )
    assert terminal == [osc52_sequence("x" * 2_100)]


def test_a_forwarded_display_is_the_persons_own(desk: Desk, xvfb: str) -> None:
    environ = desk.environ("xclip", DISPLAY=f"localhost{xvfb}.0", SSH_CONNECTION="a 1 b 2")
    outcome = desk.copy("over there", environ)
    assert (outcome.certainty, outcome.route) == ("checked", "xclip")
    assert pasted("xclip", xvfb) == "over there"


@pytest.mark.parametrize("sign", ["SSH_CONNECTION", "SSH_TTY"])
def test_the_display_of_a_remote_machine_is_left_alone(desk: Desk, xvfb: str, sign: str) -> None:
    desk.copy("before", desk.environ("xclip", DISPLAY=xvfb))
    terminal: list[str] = []
    environ = {"PATH": str(desk.folder / "bin"), "DISPLAY": xvfb, sign: "x"}
    outcome = desk.copy("for somebody far away", environ, terminal=terminal)
    assert (outcome.certainty, outcome.route) == ("sent", "osc52")
    assert terminal == [osc52_sequence("for somebody far away")]
    assert pasted("xclip", xvfb) == "before"


@pytest.mark.skipif(platform.system() != "Linux", reason="the tools of Linux")
@pytest.mark.parametrize(
    ("present", "displays"),
    [
        (["xclip"], {"DISPLAY": ":9"}),
        (["xsel"], {"DISPLAY": ":9"}),
        (["xclip", "xsel"], {"DISPLAY": ":9"}),
        (["xclip", "wl-copy", "wl-paste"], {"DISPLAY": ":9", "WAYLAND_DISPLAY": "wayland-9"}),
        (["xclip", "wl-copy", "wl-paste"], {"DISPLAY": ":9"}),
        (["xclip", "wl-copy"], {"DISPLAY": ":9", "WAYLAND_DISPLAY": "wayland-9"}),
        (["xclip", "xsel", "wl-copy", "wl-paste"], {"WAYLAND_DISPLAY": "wayland-9"}),
    ],
)
def test_the_first_choice_is_the_one_pyperclip_would_make(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, present: list[str], displays: dict[str, str]
) -> None:
    import pyperclip  # type: ignore[import-untyped]

    for name in present:
        desk.fake(name, "exit 0")
    environ = desk.environ(**displays)
    monkeypatch.setattr(surroundings, "_system", lambda: "")
    ours = routes.tools(look_around(environ))[0].name
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    theirs = pyperclip.determine_clipboard()[0].__name__
    assert theirs == {"wl-copy": "copy_wl", "xclip": "copy_xclip", "xsel": "copy_xsel"}[ours]


def test_a_dead_wayland_display_does_not_hide_a_living_x_display(desk: Desk, xvfb: str) -> None:
    environ = desk.environ(
        "wl-copy", "wl-paste", "cat", "xclip",
        DISPLAY=xvfb, WAYLAND_DISPLAY="wayland-987", XDG_RUNTIME_DIR=str(desk.folder),
    )  # fmt: skip
    outcome = desk.copy(TEXT, environ)
    assert (outcome.certainty, outcome.route) == ("checked", "xclip")


def test_wayland_gets_the_text_and_it_is_checked(desk: Desk, sway: dict[str, str]) -> None:
    outcome = desk.copy(TEXT, desk.environ("wl-copy", "wl-paste", "cat", "rm", **sway))
    assert (outcome.certainty, outcome.route) == ("checked", "wl-copy")
    shown = subprocess.run(
        [needs("wl-paste"), "--no-newline"], env=sway, stdout=subprocess.PIPE, text=True
    )
    assert shown.stdout == TEXT
    # Its owner then clears up behind itself.
    subprocess.run([needs("wl-copy"), "--clear"], env=sway, check=True)


class Pyperclip:
    """The clipboard of a system that pyperclip serves."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, system: str) -> None:
        self.holds = "before"
        monkeypatch.setattr(surroundings, "_system", lambda: system)
        monkeypatch.setattr(routes, "_pyperclip", lambda: (self.copy, self.paste))

    def copy(self, text: str) -> None:
        self.holds = text.replace("\n", "\r\n")

    def paste(self) -> str:
        return self.holds


@pytest.mark.parametrize(
    ("system", "route"), [("macOS", "pbcopy"), ("Windows", "pyperclip"), ("WSL", "pyperclip")]
)
def test_pyperclip_serves_the_systems_with_one_clipboard(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, system: str, route: str
) -> None:
    served = Pyperclip(monkeypatch, system)
    outcome = desk.copy(TEXT, desk.environ())
    assert (outcome.certainty, outcome.route) == ("checked", route)
    assert served.holds.replace("\r\n", "\n") == TEXT


def test_pyperclip_is_not_used_for_somebody_at_another_machine(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    served = Pyperclip(monkeypatch, "macOS")
    outcome = desk.copy(TEXT, desk.environ(SSH_CONNECTION="a 1 b 2"), terminal=[])
    assert outcome.route == "osc52"
    assert served.holds == "before"


def test_pyperclip_that_raises_or_hangs_is_given_up(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    import threading

    served = Pyperclip(monkeypatch, "macOS")
    monkeypatch.setattr(routes, "SYSTEM_LIMIT", 0.2)
    released = threading.Event()
    monkeypatch.setattr(served, "copy", lambda text: released.wait(30))
    assert "did not answer in 0.2 s" in desk.copy(TEXT, desk.environ()).said
    released.set()

    def broken(text: str) -> None:
        raise RuntimeError("no pasteboard")

    monkeypatch.setattr(served, "copy", broken)
    assert "(no pasteboard)" in desk.copy(TEXT, desk.environ()).said


def test_nothing_is_loaded_for_it_before_it_is_needed() -> None:
    code = "import sys, cockpit.delivery.clipboard; print('pyperclip' in sys.modules)"
    shown = subprocess.run(
        [sys.executable, "-c", code], cwd=Path(ROOT), stdout=subprocess.PIPE, text=True
    )
    assert shown.stdout == "False\n"
