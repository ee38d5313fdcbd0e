"""docs/file-format.md: another program, made from that page alone, reads and appends."""

from __future__ import annotations

import fcntl
import json
import os
import zlib
from pathlib import Path
from typing import Any

from cockpit.store.incident_file import IncidentFile
from tests.store.making import NOW, ids, incident, note, plain_ids

PAGE = Path(__file__).parents[2] / "docs" / "file-format.md"


def sealed(document: dict[str, Any]) -> bytes:
    plain = json.dumps(
        document, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    ).encode()
    return plain[:-1] + b',"crc":"%08x"}' % zlib.crc32(plain)


def append(path: Path, document: dict[str, Any]) -> None:
    with path.with_name(f".{path.name}.lock").open("a+b") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with path.open("r+b") as file:
            *head_and_entries, footer = file.read().splitlines(keepends=True)
            assert footer == b"}}\n"
            number = len(head_and_entries) - 2 + 1
            comma = b"," if number > 1 else b""
            line = b'%s"%d":%s\n}}\n' % (comma, number, sealed(document))
            os.pwrite(file.fileno(), line, sum(map(len, head_and_entries)))
            os.fdatasync(file.fileno())
            mine = f"{number} {os.fstat(file.fileno()).st_ino}\n"
        os.ftruncate(lock.fileno(), 0)
        os.pwrite(lock.fileno(), mine.encode(), 0)


def test_the_page_shows_a_whole_file(path: Path) -> None:
    example = PAGE.read_text().split("```\n")[1]
    path.write_text(example)
    with IncidentFile.open(path) as file:
        assert [entry.id for entry in file.entries] == [note(1).id, note(2).id]
        assert file.notices == []
    assert path.read_text() == example


def test_another_program_appends_beside_an_open_cockpit(path: Path) -> None:
    document = {"id": "X", "at": "2026-11-24T14:05:00Z", "who": "ci@build", "kind": "noted"}
    with IncidentFile.create(path, [], NOW) as file:
        append(path, document | {"text": "deployed żółw"})
        [entry] = file.refresh().entries
        file.append(incident(3))
        append(path, document | {"id": "Y", "kind": "measured", "value": 7})
        assert [entry.id for entry in file.append([note(9)]).entries] == ["Y", note(9).id]
    with IncidentFile.open(path) as file:
        assert file.notices == []
        assert ids(file.entries) == ["X", *ids(incident(3)), "Y", note(9).id]
    assert entry.text == "deployed żółw"  # type: ignore[attr-defined]
    assert plain_ids(path) == ids(file.entries)
