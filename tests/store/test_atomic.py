"""Whole files: the old one or the new one."""

from __future__ import annotations

import errno
from collections.abc import Callable
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


@pytest.mark.parametrize("links", [True, False], ids=["hard links", "no hard links"])
@pytest.mark.parametrize("call", ["pwrite", "fsync", "rename"])
def test_a_file_that_could_not_be_created_leaves_its_name_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, links: bool
) -> None:
    def refuse(number: int) -> Callable[..., None]:
        def call(*_: object) -> None:
            raise OSError(number, "")

        return call

    path = tmp_path / "a"
    with monkeypatch.context() as patched:
        if not links:
            patched.setattr(system, "link", refuse(errno.EPERM))
        if call != "rename" or not links:
            patched.setattr(system, call, refuse(errno.EIO))
            with pytest.raises(OSError, match="5"):
                atomic.create(path, b"new")
    assert names(tmp_path) == []
    atomic.create(path, b"new")
    assert names(tmp_path) == ["a"]


def test_a_file_whose_name_is_not_durable_was_not_created(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Path) -> None:
        raise OSError(errno.EIO, "")

    with monkeypatch.context() as patched:
        patched.setattr(system, "sync_folder", broken)
        with pytest.raises(OSError, match="5"):
            atomic.create(tmp_path / "a", b"new")
    assert names(tmp_path) == []
