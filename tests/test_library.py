from __future__ import annotations

from pathlib import Path

import pytest

from cockpit.library import Library, LibraryError
from cockpit.paths import Paths, find_paths
from cockpit.playbooks.suggest import GENERAL


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return find_paths({"COCKPIT_HOME": str(tmp_path)})


def put(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text)
    return folder / name


def test_the_built_in_ones_are_there_without_any_folder_of_ones_own(paths: Paths) -> None:
    library = Library(paths)

    assert {"general", "bad-deploy"} <= set(library.playbook_names())
    assert {"team", "stakeholders", "customers"} <= set(library.audiences().items)
    assert library.themes().items
    for loaded in (library.catalogue(), library.audiences(), library.themes()):
        assert loaded.failed == ()


def test_a_playbook_needs_one_markdown_file_and_nothing_else(paths: Paths) -> None:
    put(paths.playbooks, "queue.md", "# The queue is stuck\n\n- [ ] restart the worker\n")
    library = Library(paths)

    assert library.catalogue().items["queue"][1] == "The queue is stuck"
    assert [one.name for one in library.texts_for("queue")] == [GENERAL, "queue"]


def test_a_theme_needs_one_toml_file_and_nothing_else(paths: Paths) -> None:
    file = put(paths.themes, "mine.toml", 'primary = "#ff0000"\n')

    theme = Library(paths).themes().items["mine"]
    assert (theme.file, theme.table) == (file, {"primary": "#ff0000"})


def test_an_audience_needs_one_toml_file_and_nothing_else(paths: Paths) -> None:
    built_in = Path(Library(paths).audiences().items["customers"].file).read_text()
    text = built_in.replace('name = "customers"', 'name = "partners"')
    assert text != built_in
    put(paths.audiences, "partners.toml", text)

    assert Library(paths).audiences().items["partners"].name == "partners"


def test_a_playbook_with_the_five_phases_stands_alone(paths: Paths) -> None:
    library = Library(paths)

    assert [one.name for one in library.texts_for("bad-deploy")] == ["bad-deploy"]
    assert [one.name for one in library.texts_for(GENERAL)] == [GENERAL]


def test_a_general_playbook_of_ones_own_is_taken_for_what_others_lack(paths: Paths) -> None:
    put(paths.playbooks, "general.md", "# Ours\n\n- [ ] call ana\n")
    put(paths.playbooks, "queue.md", "# Queue\n\n- [ ] restart\n")

    assert "call ana" in Library(paths).texts_for("queue")[0].text


def test_a_bad_file_of_ones_own_leaves_the_built_in_one_of_that_name(paths: Paths) -> None:
    file = put(paths.audiences, "team.toml", "name = ")

    loaded = Library(paths).audiences()
    assert "team" in loaded.items
    assert [failure.file for failure in loaded.failed] == [file]
    assert "team.toml" in loaded.failed[0].reason


def test_a_theme_that_is_no_toml_is_reported_beside_the_others(paths: Paths) -> None:
    put(paths.themes, "broken.toml", "primary = #")
    put(paths.themes, "fine.toml", 'primary = "red"\n')

    loaded = Library(paths).themes()
    assert "fine" in loaded.items
    assert "broken" not in loaded.items
    assert "broken.toml" in loaded.failed[0].reason


def test_a_folder_that_is_a_file_is_reported(paths: Paths) -> None:
    paths.playbooks.write_text("no folder")

    loaded = Library(paths).catalogue()
    assert "general" in loaded.items
    assert str(paths.playbooks) in loaded.failed[0].reason


def test_a_playbook_from_windows_reads_like_any_other(paths: Paths) -> None:
    paths.playbooks.mkdir()
    (paths.playbooks / "win.md").write_bytes(b"\xef\xbb\xbf# Win\r\n\r\n- [ ] look\r\n")

    assert [one.name for one in Library(paths).texts_for("win")] == [GENERAL, "win"]


def test_a_playbook_is_read_up_to_a_limit(paths: Paths) -> None:
    put(paths.playbooks, "big.md", "- [ ] step\n" * 200_000)

    with pytest.raises(LibraryError, match=r"big\.md has 2\.1 MiB, and 1 MiB is the limit"):
        Library(paths).playbook_text("big")


def test_a_pipe_is_not_waited_for(paths: Paths, tmp_path: Path) -> None:
    import os

    os.mkfifo(tmp_path / "pipe.md")

    with pytest.raises(LibraryError, match="is not a file"):
        Library(paths).playbook_text(str(tmp_path / "pipe.md"))


def test_an_unknown_playbook_is_named_with_the_nearest_or_with_all(paths: Paths) -> None:
    library = Library(paths)

    with pytest.raises(LibraryError, match="Did you mean “bad-deploy”"):
        library.playbook_text("bad-depoly")
    with pytest.raises(LibraryError, match=r"There are: .*general"):
        library.playbook_text("zzzzzz")
