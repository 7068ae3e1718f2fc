"""Writing a text into a cell so that it stays that text, whatever a unit typed."""

from __future__ import annotations

from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet


def write_text(sheet: Worksheet, row: int, column: int, text: str, style: Format | Any) -> None:
    """Write a text as it is: never a formula, a link, or markup.

    XlsxWriter takes `<r>…</r>` for rich text that it made itself and writes it unescaped, which breaks the workbook;
    such a text goes in as three pieces of rich text.
    """
    if text.startswith("<r>") and text.endswith("</r>"):
        sheet.write_rich_string(row, column, text[:1], text[1:3], text[3:], style)
    else:
        sheet.write_string(row, column, text, style)
