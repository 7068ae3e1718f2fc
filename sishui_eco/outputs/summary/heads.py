"""What stands above the rows of a table: title, the line under it, headings. XlsxWriter writes it."""

from __future__ import annotations

from collections.abc import Sequence

from sishui_eco.outputs.styles import text_height, text_width
from sishui_eco.outputs.summary.book import Book, text
from sishui_eco.outputs.summary.table import Table


def write_head(book: Book, key: str, table: Table, top: int, widths: list[float]) -> None:
    sheet = book.sheets[key]
    last = len(table.columns) - 1
    sheet.merge_range(top, 0, top, last, table.title, book.formats.title())
    sheet.set_row(top, 32)
    split = _split(widths[: last + 1], book.clean(table.right))
    _span(book, key, top + 1, 0, split, table.left, "left")
    _span(book, key, top + 1, split + 1, last, table.right, "right")
    sheet.set_row(top + 1, 20)
    _write_headings(book, key, table, top + 2, widths)


def _split(widths: Sequence[float], right: str) -> int:
    """Return the last column of the left text, so that the right text has the room it needs."""
    first = len(widths) - 1
    while first > 1 and sum(widths[first:]) < text_width(right) + 3:
        first -= 1
    return max(first - 1, 0)


def _span(book: Book, key: str, row: int, first: int, last: int, content: str, align: str) -> None:
    look = book.formats.line(align)
    if last > first:
        book.sheets[key].merge_range(row, first, row, last, book.clean(content), look)
    elif last == first:
        book.put(key, row, first, text(content), look)


def _write_headings(book: Book, key: str, table: Table, top: int, widths: list[float]) -> None:
    """Write one or two heading rows; a column without an upper heading takes both."""
    sheet, look = book.sheets[key], book.formats.heading()
    needed = max(text_height(column.heading, widths[number] + 1.5) for number, column in enumerate(table.columns))
    if table.heading_rows == 1:
        for number, column in enumerate(table.columns):
            book.put(key, top, number, text(column.heading), look)
        sheet.set_row(top, max(needed, 22))
        return
    start = 0
    while start < len(table.columns):
        group, end = table.columns[start].group, start
        while group and end + 1 < len(table.columns) and table.columns[end + 1].group == group:
            end += 1
        if not group:
            sheet.merge_range(top, start, top + 1, start, table.columns[start].heading, look)
        else:
            if end > start:
                sheet.merge_range(top, start, top, end, group, look)
            else:
                book.put(key, top, start, text(group), look)
            for number in range(start, end + 1):
                book.put(key, top + 1, number, text(table.columns[number].heading), look)
        start = end + 1
    sheet.set_row(top, 20)
    sheet.set_row(top + 1, max(needed - 6, 20))
