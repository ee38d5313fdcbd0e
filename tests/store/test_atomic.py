"""Whole files: the old one or the new one."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from cockpit.store import atomic, system
from tests.store.making import names


@pytest.mark.parametrize("call", ["open_file", "pwrite", "fsync", "rename"])
def test_a_write_that_fails_leaves_the_old_file_and_no_remains(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "")

    path = tmp_path / "a"
    atomic.write(path, b"old")
    with monkeypatch.context() as patched:
        patched.setattr(system, call, full)
        with pytest.raises(OSError, match="28"):
            atomic.write(path, b"new")
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a"]
    atomic.write(path, b"new")
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_partial_write_is_completed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = system.pwrite
    monkeypatch.setattr(system, "pwrite", lambda fd, data, at: real(fd, data[:3], at))
    atomic.write(tmp_path / "a", b"0123456789")
    assert (tmp_path / "a").read_bytes() == b"0123456789"


def test_a_folder_under_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("")
    with pytest.raises(OSError, match="Not a directory"):
        atomic.make_folder(tmp_path / "a" / "b")
