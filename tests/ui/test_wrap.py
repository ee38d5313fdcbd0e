"""Lines of so many cells, whatever the letters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from cockpit.ui.wrap import cut, fit, wrap

SHOWN = st.characters(codec="utf-8", exclude_categories=["Cc"])
"""Control characters are made visible before anything is broken into lines."""
TEXTS = st.text(
    st.sampled_from("ab é e\u0301 世界 🙈 👨\u200d👩\u200d👧 \n-.…") | SHOWN,
    max_size=60,
)


def test_breaks_between_words() -> None:
    assert wrap("roll the api back now", 10) == ["roll the", "api back", "now"]


def test_breaks_a_word_that_is_too_long() -> None:
    assert wrap("see https://example.org/x", 10) == ["see", "https://ex", "ample.org/", "x"]


def test_wide_letters_count_twice() -> None:
    assert wrap("世界世界", 4) == ["世界", "世界"]
    assert wrap("a 世界", 5) == ["a", "世界"]
    assert wrap("a 世界", 6) == ["a 世界"]


def test_combining_letters_count_nothing() -> None:
    assert wrap("e\u0301e\u0301e\u0301", 3) == ["e\u0301e\u0301e\u0301"]


def test_lines_of_the_text_stay_lines() -> None:
    assert wrap("a\n\nb", 10) == ["a", "", "b"]
    assert wrap("", 10) == [""]


@pytest.mark.parametrize(
    ("width", "lines"),
    [
        (8, ["roll the", "api bac…"]),
        (9, ["roll the", "api back…"]),
        (40, ["roll the api back now"]),
    ],
)
def test_with_most_the_last_line_says_that_there_is_more(width: int, lines: list[str]) -> None:
    assert wrap("roll the api back now", width, most=2) == lines


def test_most_says_nothing_when_nothing_is_left_out() -> None:
    assert wrap("roll back", 5, most=2) == ["roll", "back"]
    assert wrap("a\nb", 5, most=1) == ["a…"]


@given(TEXTS, st.integers(2, 30), st.integers(0, 4))
def test_no_line_is_too_long(text: str, width: int, most: int) -> None:
    lines = wrap(text, width, most)
    assert all(cell_len(line) <= width for line in lines)
    assert not most or len(lines) <= most


@given(TEXTS, st.integers(2, 30))
def test_no_letter_is_lost(text: str, width: int) -> None:
    assert "".join("".join(wrap(text, width)).split()) == "".join(text.split())


@given(TEXTS.filter(lambda text: "\n" not in text), st.integers(0, 30))
def test_cut_and_fit_are_exact(text: str, width: int) -> None:
    assert cell_len(cut(text, width)) <= width
    assert cell_len(fit(text, width)) == width
    if cell_len(text) <= width:
        assert cut(text, width) == text
    elif width:
        assert cut(text, width).endswith("…")
