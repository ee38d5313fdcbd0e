"""Unfinished words."""

from __future__ import annotations

from pathlib import Path

import pytest

from cockpit.store.drafts import Words, load, save
from tests.store.making import NOW, names

WORDS = Words(
    drafts={"team": "I think I might have broken checkout"},
    note="rolled b",
    place={"pane": "comms", "audience": "team"},
    seen=7,
    left_at=NOW,
)


def test_words_come_back_as_they_were_left(tmp_path: Path) -> None:
    folder = tmp_path / "words"
    assert load(folder, "a") == Words()
    save(folder, "a", WORDS)
    assert load(folder, "a") == WORDS
    assert load(folder, "b") == Words()
    assert names(folder) == ["a.json"]
    assert (folder / "a.json").stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"seen": "x"}', b"\xff\0"])
def test_a_broken_file_is_set_aside_and_said(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.json").write_bytes(data)
    words = load(tmp_path, "a")
    assert "cannot be read" in words.notice
    assert str(tmp_path / "a.json.broken") in words.notice
    assert (tmp_path / "a.json.broken").read_bytes() == data
    save(tmp_path, "a", words)
    assert load(tmp_path, "a") == Words()


def test_a_broken_character_does_not_cost_the_other_words(tmp_path: Path) -> None:
    save(tmp_path, "a", Words(note="so far \ud83d", drafts={"team": "ok \ud83d"}))
    assert load(tmp_path, "a") == Words(note="so far ?", drafts={"team": "ok ?"})


def test_fields_of_a_newer_cockpit_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b'{"note":"x","mood":7}')
    assert load(tmp_path, "a") == Words(note="x")
