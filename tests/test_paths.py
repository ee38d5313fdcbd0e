from __future__ import annotations

from pathlib import Path

import pytest

from cockpit.paths import PathsError, find_paths


def test_cockpit_home_holds_everything(tmp_path: Path) -> None:
    paths = find_paths({"COCKPIT_HOME": str(tmp_path), "XDG_DATA_HOME": "/elsewhere"})

    assert all(path.is_relative_to(tmp_path) for path in paths.named().values())
    assert paths.incidents == tmp_path / "incidents"
    assert paths.config_file == tmp_path / "config.toml"


def test_no_two_places_are_the_same(tmp_path: Path) -> None:
    named = find_paths({"HOME": str(tmp_path)}).named()

    assert len(set(named.values())) == len(named)


def test_xdg_variables_move_each_kind() -> None:
    paths = find_paths(
        {"XDG_DATA_HOME": "/data", "XDG_CONFIG_HOME": "/config", "XDG_STATE_HOME": "/state"}
    )

    assert paths.incidents == Path("/data/cockpit/incidents")
    assert paths.config_file == Path("/config/cockpit/config.toml")
    assert paths.audiences == Path("/config/cockpit/audiences")
    assert paths.clipboard_file == Path("/state/cockpit/clipboard.txt")


@pytest.mark.parametrize("value", ["", "relative/data"])
def test_a_relative_or_empty_xdg_variable_counts_as_not_set(value: str) -> None:
    paths = find_paths({"HOME": "/home/sam", "XDG_DATA_HOME": value})

    assert paths.incidents == Path("/home/sam/.local/share/cockpit/incidents")


@pytest.mark.parametrize("environ", [{}, {"HOME": ""}, {"HOME": "relative"}])
def test_without_any_home_it_says_what_to_set(environ: dict[str, str]) -> None:
    with pytest.raises(PathsError, match="COCKPIT_HOME"):
        find_paths(environ)


def test_a_relative_cockpit_home_is_one_place_whatever_folder_comes_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    paths = find_paths({"COCKPIT_HOME": "mine"})

    assert paths.incidents == tmp_path / "mine" / "incidents"


def test_asking_makes_no_folder(tmp_path: Path) -> None:
    find_paths({"COCKPIT_HOME": str(tmp_path / "home")}).named()

    assert list(tmp_path.iterdir()) == []
