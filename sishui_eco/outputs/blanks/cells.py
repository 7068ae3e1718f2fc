"""Writing one cell or one merged area, always as plain text unless a number is asked for."""

from __future__ import annotations

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from sishui_eco.outputs.plain_text import write_text

Area = tuple[int, int, int, int]  # top, left, bottom, right; 0-based, inclusive


def put(sheet: Worksheet, row: int, column: int, text: str, style: Format, *, number: bool = False) -> None:
    """Write a text, or a whole number when `number` is set and the text is one."""
    if number and text.isdigit():
        sheet.write_number(row, column, int(text), style)
    elif text:
        write_text(sheet, row, column, text, style)
    else:
        sheet.write_blank(row, column, None, style)


def merge(sheet: Worksheet, area: Area, text: str, style: Format, *, number: bool = False) -> None:
    """Write an area as one cell; a single cell is written unmerged."""
    top, left, bottom, right = area
    if (top, left) != (bottom, right):
        sheet.merge_range(top, left, bottom, right, "", style)
    put(sheet, top, left, text, style, number=number)
