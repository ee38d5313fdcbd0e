"""What a terminal makes of a program's bytes: a screen, a clipboard, bells, a title, answers."""

from __future__ import annotations

import base64
import binascii
import re
import sys

import pyte

_TOKEN = re.compile(
    rb"""
      [^\x07\x1b]+                                       # text
    | \x07                                               # bell
    | \x1b\[ [0-?]* [ -/]* [@-~]                         # CSI
    | \x1b\] (?:[^\x07\x1b]|\x1b(?!\\))* (?:\x07|\x1b\\) # OSC
    | \x1b[PX^_k] (?:[^\x1b]|\x1b(?!\\))* \x1b\\         # DCS, SOS, PM, APC, screen's title
    | \x1b [ -/]+ [0-~]                                  # character sets
    | \x1b [0-OQ-WYZ\\`-jl-~]                            # the rest, of two bytes
    """,
    re.VERBOSE,
)
_OSC = re.compile(rb"\x1b\](\d+);(.*?)(?:\x07|\x1b\\)", re.DOTALL)
_MODE = re.compile(rb"\x1b\[\?([0-9;]+)([hl])")
# Sequences that a screen does not show and that the emulator would print or trip over: private
# parameters other than of modes, intermediate bytes, colons, strings.
_INVISIBLE = re.compile(
    rb"""
      \x1b\[[<>=] .*
    | \x1b\[[0-?]* [ -/]+ .
    | \x1b\[\? [0-9;:]* [^hl0-9;:]
    | \x1b\[[0-9;]* : .*
    | \x1b[PX^_k] .*
    """,
    re.DOTALL | re.VERBOSE,
)
_ANSWERS: dict[bytes, bytes] = {
    b"\x1b[c": b"\x1b[?62;22c",
    b"\x1b[0c": b"\x1b[?62;22c",
    b"\x1b[>c": b"\x1b[>1;10;0c",
    b"\x1b[>0c": b"\x1b[>1;10;0c",
    b"\x1b[>q": b"\x1bP>|terminal 1\x1b\\",
    b"\x1b[>0q": b"\x1bP>|terminal 1\x1b\\",
    b"\x1b[5n": b"\x1b[0n",
    b"\x1b[?2026$p": b"\x1b[?2026;2$y",
}
_ASKED_MODE = re.compile(rb"\x1b\[\?(\d+)\$p")
_COLOURS = {b"10": b"rgb:dddd/dddd/dddd", b"11": b"rgb:1111/1111/1111"}


class Emulator:
    """Two screens (normal and alternate), and everything else that a person's terminal keeps.

    answers  False plays a terminal that answers no query.
    """

    def __init__(self, rows: int, cols: int, *, answers: bool = True) -> None:
        self.clipboard: list[str] = []
        """What OSC 52 delivered, oldest first."""
        self.bell_count = 0
        self.title = ""
        self.painting = False
        """A frame has begun and not ended (synchronised output)."""
        self._answers = answers
        self._rest = b""
        self._replies = b""
        self._normal = pyte.Screen(cols, rows)
        self._alternate = pyte.Screen(cols, rows)
        self._screen = self._normal
        self._stream = pyte.ByteStream(self._screen)

    @property
    def rows(self) -> list[str]:
        """Top to bottom, without trailing blanks."""
        return [row.rstrip() for row in self._screen.display]

    @property
    def cursor(self) -> tuple[int, int]:
        return self._screen.cursor.y, self._screen.cursor.x

    @property
    def full_screen(self) -> bool:
        return self._screen is self._alternate

    def resize(self, rows: int, cols: int) -> None:
        self._normal.resize(rows, cols)
        self._alternate.resize(rows, cols)

    def feed(self, data: bytes) -> bytes:
        """Take in what the program wrote; what the terminal answers to it."""
        data = self._rest + data
        at = 0
        while at < len(data):
            token = _TOKEN.match(data, at)
            if token is None:  # a sequence whose end has not come yet
                break
            self._one(token[0])
            at = token.end()
        self._rest = data[at:]
        replies, self._replies = self._replies, b""
        return replies

    def _one(self, token: bytes) -> None:
        if token == b"\x07":
            self.bell_count += 1
        elif token.startswith(b"\x1b]"):
            self._command(token)
        elif not self._reply(token) and not _INVISIBLE.fullmatch(token):
            if mode := _MODE.fullmatch(token):
                self._set_mode(set(mode[1].split(b";")), mode[2] == b"h")
            self._feed(token)

    def _feed(self, token: bytes) -> None:
        try:
            self._stream.feed(token)
        except Exception as error:  # the emulator's fault, not the program's
            print(f"pyte could not show {token!r}: {error!r}", file=sys.stderr)

    def _set_mode(self, modes: set[bytes], on: bool) -> None:
        if b"2026" in modes:
            self.painting = on
        if b"1049" in modes:
            if on:
                self._alternate.reset()
            self._stream.detach(self._screen)
            self._screen = self._alternate if on else self._normal
            self._stream.attach(self._screen)

    def _command(self, token: bytes) -> None:
        parts = _OSC.fullmatch(token)
        if parts is None:
            return
        number, body = parts[1], parts[2]
        if number in (b"0", b"2"):
            self.title = body.decode(errors="replace")
        elif number in _COLOURS and body == b"?" and self._answers:
            self._replies += b"\x1b]" + number + b";" + _COLOURS[number] + b"\x1b\\"
        elif number == b"52":
            _, _, payload = body.partition(b";")
            try:
                text = base64.b64decode(payload, validate=True).decode()
            except (binascii.Error, UnicodeDecodeError):
                return  # as terminals do: a query ("?") or a broken payload changes nothing
            self.clipboard.append(text)

    def _reply(self, token: bytes) -> bool:
        answer = _ANSWERS.get(token)
        if token == b"\x1b[6n":
            cursor = self._screen.cursor
            answer = f"\x1b[{cursor.y + 1};{cursor.x + 1}R".encode()
        elif answer is None and (mode := _ASKED_MODE.fullmatch(token)):
            answer = b"\x1b[?" + mode[1] + b";0$y"
        if answer is not None and self._answers:
            self._replies += answer
        return answer is not None
