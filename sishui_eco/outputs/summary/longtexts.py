"""Texts too long for their cell: kept whole in parts, a row each, on a sheet of their own."""

from __future__ import annotations

from dataclasses import dataclass

PART = 1000  # characters of one row
LINES = 15  # line breaks of one row
FIRST_LINE = 4  # of the sheet, from 1


@dataclass(frozen=True, slots=True, kw_only=True)
class LongText:
    """A text too long for its cell, kept whole on a sheet of its own."""

    sheet_name: str
    cell: str
    line: int  # on which it begins, from 1
    parts: tuple[str, ...]

    @property
    def next_line(self) -> int:
        return self.line + len(self.parts)


def parts_of(content: str) -> list[str]:
    """Return a long text in pieces that fit one row each, losing nothing."""
    parts: list[str] = []
    for start in range(0, len(content), PART):
        lines = content[start : start + PART].splitlines(keepends=True)
        parts.extend("".join(lines[first : first + LINES]) for first in range(0, len(lines), LINES))
    return parts
