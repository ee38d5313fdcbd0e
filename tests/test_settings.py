from __future__ import annotations

from datetime import UTC
from pathlib import Path

import pytest

from cockpit.settings import Settings, SettingsError, resolve, resolve_anyway


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def test_no_file_is_the_defaults(config: Path) -> None:
    settings = resolve(config, {})

    assert (settings.theme, settings.utc, settings.keys) == ("", False, {})
    assert settings.me
    assert settings.zone is None


def test_the_file_is_read(config: Path) -> None:
    config.write_text('me = "sam"\ntheme = "light"\nutc = true\n[keys]\nnote = "N"\n')

    settings = resolve(config, {})

    assert settings == Settings(me="sam", theme="light", utc=True, keys={"note": "N"})
    assert settings.zone is UTC


def test_environment_beats_file(config: Path) -> None:
    config.write_text('me = "sam"\ntheme = "light"\nutc = true\n')

    settings = resolve(config, {"COCKPIT_ME": "ana", "COCKPIT_THEME": "dark", "COCKPIT_UTC": "0"})

    assert settings == Settings(me="ana", theme="dark", utc=False)


def test_flags_beat_environment(config: Path) -> None:
    environ = {"COCKPIT_ME": "ana", "COCKPIT_THEME": "dark", "COCKPIT_UTC": "1"}

    settings = resolve(config, environ, me="li", theme="light", utc=False)

    assert settings == Settings(me="li", theme="light", utc=False)


def test_an_empty_variable_counts_as_not_set(config: Path) -> None:
    config.write_text('me = "sam"\nutc = true\n')

    assert resolve(config, {"COCKPIT_ME": "", "COCKPIT_UTC": ""}) == Settings(me="sam", utc=True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('me = "sam"\nthme = "light"\n', ["line 2", "“thme”", "Did you mean “theme”?"]),
        ("zzz = 1\n", ["line 1", "“zzz”", "me, theme, utc, keys"]),
        ('\nutc = "yes"\n', ["line 2", "“utc”", "expected bool", "str"]),
        ('[keys]\nnote = "N"\ntick = 3\n', ["line 3", "“tick”", "expected str"]),
        ("me = \n", ["not valid TOML", "line 1"]),
        ("[" * 5000, ["TOML"]),
    ],
    ids=["nearest key", "no near key", "wrong type", "wrong type of a key", "no TOML", "nested"],
)
def test_a_mistake_is_named_with_its_place(config: Path, text: str, said: list[str]) -> None:
    config.write_text(text)

    with pytest.raises(SettingsError) as caught:
        resolve(config, {})

    for words in (str(config), *said):
        assert words in str(caught.value)


def test_bytes_that_are_no_text_are_named_with_their_line(config: Path) -> None:
    config.write_bytes(b'me = "sam"\ntheme = "\xff"\n')

    with pytest.raises(SettingsError, match="line 2: not UTF-8"):
        resolve(config, {})


def test_a_huge_file_is_not_read(config: Path) -> None:
    config.write_bytes(b"#" * 1_000_000)

    with pytest.raises(SettingsError, match="larger than"):
        resolve(config, {})


def test_a_folder_in_its_place_is_an_error(config: Path) -> None:
    config.mkdir()

    with pytest.raises(SettingsError, match=r"config\.toml can't be read"):
        resolve(config, {})


def test_a_variable_that_is_neither_yes_nor_no_is_named(config: Path) -> None:
    with pytest.raises(SettingsError, match="COCKPIT_UTC is “maybe”"):
        resolve(config, {"COCKPIT_UTC": "maybe"})


def test_in_an_outage_a_typo_costs_only_what_it_is_in(config: Path) -> None:
    config.write_text('me = "sam"\nthme = "light"\nutc = 3\n')

    settings, complaint = resolve_anyway(config, {"COCKPIT_UTC": "maybe"})

    assert settings == Settings(me="sam")
    for words in ("“thme”", "“utc”", "COCKPIT_UTC"):
        assert words in complaint


def test_in_an_outage_a_file_that_is_no_config_costs_all_of_it(config: Path) -> None:
    config.write_text("me =")

    settings, complaint = resolve_anyway(config, {"COCKPIT_ME": "sam"})

    assert settings == Settings(me="sam")
    assert "not valid TOML" in complaint


def test_a_name_is_one_line_of_text_that_can_be_written_down(config: Path) -> None:
    assert resolve(config, {"COCKPIT_ME": " sam\n lee \udcff"}).me == "sam lee ?"
