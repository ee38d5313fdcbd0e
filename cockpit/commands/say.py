"""Standard output is data, standard error is talk."""

from __future__ import annotations

import json
import sys
from typing import Any, TextIO

import click


def data(text: str) -> None:
    """Print the answer. A terminal gets it without anything that could drive the terminal."""
    if sys.stdout is not None and sys.stdout.isatty():
        from cockpit.incident.wording import plain

        text = plain(text)
    _print(text, sys.stdout)


def data_json(document: Any) -> None:
    _print(json.dumps(document, ensure_ascii=False, indent=2), sys.stdout)


def talk(text: str) -> None:
    from cockpit.incident.wording import plain

    _print(plain(text), sys.stderr)


def _print(text: str, stream: TextIO | None) -> None:
    if stream is None:  # closed by whoever called
        return
    encoding = stream.encoding or "utf-8"
    writable = text.encode(encoding, "replace").decode(encoding)  # glyphs on an old terminal
    click.echo(writable, file=stream)
