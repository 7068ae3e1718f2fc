"""How tall a cell must be: a spreadsheet program does not grow merged cells by itself."""

from __future__ import annotations

import unicodedata


def text_width(text: str) -> float:
    """Return the width of a text in column units; a Chinese character takes a little over two."""
    return sum(2.15 if unicodedata.east_asian_width(letter) in "WFA" else 1.1 for letter in text)


def line_count(text: str, column_width: float) -> int:
    """Return the lines a text takes in a column of the given width."""
    usable = max(column_width - 1.0, 2.0)
    return sum(max(1, -int(-text_width(part) // usable)) for part in text.split("\n"))


def height_for(texts: list[tuple[str, float]], minimum: float, line_height: float = 15.5) -> float:
    """Return the row height that shows every (text, column width) in full, at least `minimum`."""
    lines = max((line_count(text, width) for text, width in texts), default=1)
    return max(minimum, lines * line_height + 4)
