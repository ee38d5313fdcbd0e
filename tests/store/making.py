"""Entries and files for the tests of the store, made in one place."""

from __future__ import annotations

import os
import pickle
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from tinydb import TinyDB

from cockpit.incident.entries import Declared, Entry, Noted
from cockpit.store import layout

NOW = datetime(2026, 11, 24, 14, 2, tzinfo=UTC)
WHO = "ada@web1"

Result = TypeVar("Result")


def ulid(number: int, author: int = 0) -> str:
    return f"01JD{author:04d}{number:018d}"


def declared(what: str = "checkout returns 500s", number: int = 0) -> Declared:
    return Declared(id=ulid(number, 9999), at=NOW, who=WHO, facts={"what": what})


def note(number: int, text: str = "", author: int = 0) -> Noted:
    return Noted(
        id=ulid(number, author),
        at=NOW + timedelta(seconds=number),
        who=WHO,
        text=text or f"note {number}: zażółć 🚀",
    )


def incident(count: int) -> list[Entry]:
    """A declaration and notes: `count` entries in all."""
    return [declared(), *(note(number) for number in range(1, count))]


def content(entries: list[Entry], created: datetime = NOW) -> bytes:
    """The bytes of a whole file, made without the code that writes files."""
    lines = (layout.line(n, layout.sealed_entry(entry)) for n, entry in enumerate(entries, 1))
    return layout.head(created) + b"".join(lines) + layout.FOOTER


def plain(path: Path) -> list[dict[str, Any]]:
    """What plain TinyDB reads."""
    with TinyDB(path, access_mode="r") as database:
        return [dict(document) for document in database.table("entries")]


def plain_ids(path: Path) -> list[str]:
    return [document["id"] for document in plain(path)]


def ids(entries: list[Entry] | tuple[Entry, ...]) -> list[str]:
    return [entry.id for entry in entries]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def as_someone_else(work: Callable[[Path], Result]) -> Result:
    """Run `work` in a folder of its own, without the rights of root."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if os.getuid():
            return work(folder)
        os.chown(folder, 65534, 65534)
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            try:
                os.setgroups([])
                os.setgid(65534)
                os.setuid(65534)
                answer = pickle.dumps((True, work(folder)))
            except BaseException as error:
                answer = pickle.dumps((False, f"{type(error).__name__}: {error}"))
            with os.fdopen(writing, "wb") as pipe:
                pipe.write(answer)
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            worked, answer = pickle.loads(pipe.read())
        os.waitpid(child, 0)
        assert worked, answer
        return answer
