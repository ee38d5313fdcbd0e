"""What is said after a copy, and what is kept when things go wrong with the file."""

from __future__ import annotations

import base64
import errno
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.delivery.clipboard import copy, osc52_sequence, readable_size
from cockpit.delivery.routes import OSC52_LIMIT
from tests.delivery.conftest import Desk


def full(handle: int) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_does_not_keep_a_text_from_the_clipboard(
    desk: Desk, xvfb: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    environ = desk.environ("xclip", DISPLAY=xvfb)
    desk.copy("the older text", environ)
    monkeypatch.setattr(os, "fsync", full)
    outcome = desk.copy("words", environ)
    assert outcome.certainty == "checked"
    assert not outcome.kept
    assert outcome.said == (
        "customers update copied (checked). "
        f"{desk.keep} could not be written (No space left on device)."
    )
    assert desk.keep.read_text() == "the older text"
    assert list(desk.keep.parent.iterdir()) == [desk.keep]


def test_a_full_disk_is_said_with_what_was_sent(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", full)
    terminal: list[str] = []
    outcome = desk.copy("words", desk.environ(), terminal=terminal)
    assert terminal == [osc52_sequence("words")]
    assert outcome.said == (
        "customers update sent to your terminal (5 bytes). If paste is empty, it blocks OSC 52; "
        f"and {desk.keep} could not be written (No space left on device)."
    )


def test_neither_copied_nor_saved_is_said_as_it_is(desk: Desk) -> None:
    desk.keep.parent.write_text("a file where the folder should be")
    outcome = desk.copy("words", desk.environ())
    assert not outcome.kept
    assert outcome.said == (
        "customers update not copied: there is no display and no terminal here. "
        f"Nor is it saved: {desk.keep} could not be written (File exists)."
    )


def test_the_file_is_named_as_a_person_would_type_it(desk: Desk) -> None:
    outcome = desk.copy("words", {"PATH": "", "HOME": str(desk.folder)})
    assert "The text is in ~/state/clipboard.txt." in outcome.said


def test_more_than_a_terminal_takes_is_not_sent_at_all(desk: Desk) -> None:
    terminal: list[str] = []
    fits = desk.copy("x" * OSC52_LIMIT, desk.environ(), terminal=terminal)
    assert fits.certainty == "sent"
    assert len(terminal.pop()) == 100_000
    more = desk.copy("x" * OSC52_LIMIT + "é", desk.environ(), terminal=terminal)
    assert more.certainty == "saved"
    assert terminal == []
    assert "74,996 bytes are more than a terminal takes" in more.said
    assert desk.keep.read_text() == "x" * OSC52_LIMIT + "é"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.EIO, os.strerror(errno.EIO)), "Input/output error"),
        (RuntimeError("App is not running"), "App is not running"),
    ],
)
def test_a_terminal_that_is_gone_is_said(desk: Desk, error: Exception, words: str) -> None:
    def gone(sequence: str) -> None:
        raise error

    outcome = copy("x", what="team update", keep=desk.keep, environ=desk.environ(), osc52=gone)
    assert outcome.said.startswith(
        f"team update not copied: the terminal can't be written to ({words})."
    )


def test_ssh_out_of_a_tmux_names_the_tmux_that_may_drop_it(desk: Desk) -> None:
    environ = desk.environ(SSH_CONNECTION="a 1 b 2", TERM="tmux-256color")
    outcome = desk.copy("words", environ, terminal=[])
    assert outcome.certainty == "sent"
    assert outcome.said.endswith(
        "Fix: in the tmux on your own machine: tmux set -s set-clipboard on"
    )


@given(st.text())
def test_any_text_can_be_sent_and_read_back(text: str) -> None:
    sequence = osc52_sequence(text)
    assert sequence.startswith("\x1b]52;c;")
    assert sequence.endswith("\x07")
    payload = base64.b64decode(sequence[7:-1], validate=True)
    assert payload == text.encode(errors="replace")
    assert sequence[1:-1].isprintable()


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0 bytes"), (999, "999 bytes"), (2100, "2.1 KB"), (1_500_000, "1.5 MB")],
)
def test_sizes_are_in_the_unit_that_a_person_reads(size: int, words: str) -> None:
    assert readable_size(size) == words
