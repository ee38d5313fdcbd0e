"""Breaking text into lines of so many terminal cells, wide characters counted as two."""

from __future__ import annotations

from rich.cells import cell_len, chop_cells, set_cell_size


def wrap(text: str, width: int, most: int = 0) -> list[str]:
    """Lines of at most `width` cells, broken between words where that is possible.

    With `most`, no more than that many lines; the last one ends in "…" if text was left out.
    """
    width = max(width, 1)
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines.extend(_wrap_paragraph(paragraph, width))
        if most and len(lines) > most:
            break
    if most and len(lines) > most:
        lines = lines[:most]
        lines[-1] = (
            cut(lines[-1] + "…", width)
            if cell_len(lines[-1]) < width
            else (set_cell_size(lines[-1], width - 1).rstrip() + "…")
        )
    return lines


def _wrap_paragraph(text: str, width: int) -> list[str]:
    if cell_len(text) <= width:
        return [text]
    lines: list[str] = []
    line, used = "", 0
    for word in text.split(" "):
        size = cell_len(word)
        if used and used + 1 + size <= width:
            line, used = f"{line} {word}", used + 1 + size
            continue
        if used or line:
            lines.append(line)
        if size <= width:
            line, used = word, size
            continue
        *full, line = chop_cells(word, width)
        lines.extend(full)
        used = cell_len(line)
    lines.append(line)
    return lines


def cut(text: str, width: int) -> str:
    """The text in at most `width` cells, ending in "…" if some of it was left out."""
    if cell_len(text) <= width:
        return text
    if width <= 0:
        return ""
    return set_cell_size(text, width - 1).rstrip() + "…"


def fit(text: str, width: int) -> str:
    """The text in exactly `width` cells: cut, or filled up with spaces."""
    return set_cell_size(cut(text, width), max(width, 0))
