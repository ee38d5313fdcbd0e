"""Writes that the system takes only a part of: a real limit on the size of files."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from cockpit.store.errors import NotSaved
from cockpit.store.incident_file import IncidentFile
from tests.faults.conftest import ROOT
from tests.store.making import NOW, content, ids, incident, note, plain_ids


def append_under_each_limit(folder: Path) -> int:
    """Runs in a process of its own, because the limit holds for all of its files."""
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before, after = content(incident(3)), content([*incident(3), note(9)])
    for limit in range(len(before), len(after)):
        path = folder / f"{limit}.json"
        with IncidentFile.create(path, incident(3), NOW) as file:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
            for _ in range(2):
                with pytest.raises(NotSaved, match="file size limit reached"):
                    file.append([note(9)])
                assert path.read_bytes() == before, limit
                assert ids(file.entries) == ids(incident(3))
            resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
            file.append([note(9)])
            assert path.read_bytes() == after, limit
    return len(after) - len(before)


def test_a_write_cut_short_at_any_byte_is_taken_back_and_works_later(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tests.faults.test_short_writes", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr
    assert int(run.stdout) > 100
    assert len(list(tmp_path.glob("*.json"))) == int(run.stdout)
    for path in tmp_path.glob("*.json"):
        assert plain_ids(path) == [*ids(incident(3)), note(9).id]


if __name__ == "__main__":
    print(append_under_each_limit(Path(sys.argv[1])))
