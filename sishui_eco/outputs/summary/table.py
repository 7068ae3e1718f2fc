"""A table as data, and the one engine that lays it on a sheet: widths, heights, headings, print set-up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from sishui_eco.outputs.styles import (
    PAPER_A4,
    TALLEST_ROW,
    set_up_page,
    text_height,
    text_width,
    widest_line,
    wrapped_lines,
)
from sishui_eco.outputs.summary.book import Book, Entry, LongText, text, words
from sishui_eco.outputs.summary.figures import moment_words

LONG_PART = 1000  # characters of one row of the sheet of long texts
LONG_WIDTH = 110
SHORT_ROW = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: heading, upper heading, and between which widths (half-width units) it may be."""

    heading: str
    group: str = ""
    least: float = 6
    most: float = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of entries. `kind` is body, missing, section, subtotal or total; `anchor` what it is about."""

    entries: tuple[Entry, ...]
    kind: str = "body"
    anchor: object = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Everything about one table. `merges` are (column, first row, last row), counted from the first body row."""

    title: str
    left: str = ""
    right: str = ""
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    merges: tuple[tuple[int, int, int], ...] = ()
    notes: tuple[str, ...] = ()
    frozen: int = 0
    paper: int = PAPER_A4

    @property
    def heading_rows(self) -> int:
        return 2 if any(column.group for column in self.columns) else 1

    @property
    def body_offset(self) -> int:
        """Rows from the title to the first body row."""
        return 2 + self.heading_rows


def body_row(columns: Sequence[Column], index: int, top: int = 0) -> int:
    """Return the 0-based sheet row of a body row, for formulas made before the table is laid."""
    return top + 2 + (2 if any(column.group for column in columns) else 1) + index


def cell_name(row: int, column: int, *, fixed: bool = False) -> str:
    """Return the A1 name of a 0-based cell."""
    return str(xl_rowcol_to_cell(row, column, row_abs=fixed, col_abs=fixed))


def column_range(column: int, first: int, last: int, *, fixed: bool = False) -> str:
    return f"{cell_name(first, column, fixed=fixed)}:{cell_name(last, column, fixed=fixed)}"


def lay_sheet(book: Book, key: str, tables: Sequence[Table]) -> None:
    """Lay tables one below the other on a sheet; the first sets the frozen panes, the last the filter."""
    sheet = book.sheets[key]
    widths = _widths(tables)
    for number, width in enumerate(widths):
        sheet.set_column(number, number, width)
    top = 0
    for position, table in enumerate(tables):
        last = _lay_table(book, key, table, top, widths)
        if position == 0:
            sheet.freeze_panes(table.body_offset, table.frozen)
            sheet.repeat_rows(2, table.body_offset - 1)
        if position == len(tables) - 1 and table.rows:
            filtered = sum(1 for row in table.rows if row.kind != "total")
            end = top + table.body_offset + max(filtered, 1) - 1
            sheet.autofilter(top + table.body_offset - 1, 0, end, len(table.columns) - 1)
        top = last + 2
    as_of = words("line.footer_right", as_of=moment_words(book.as_of))
    set_up_page(sheet, paper=tables[0].paper, left=book.campaign.name, right=as_of)


def _widths(tables: Sequence[Table]) -> list[float]:
    """Return the column widths that the content asks for, within what each column allows."""
    widths = [0.0] * max(len(table.columns) for table in tables)
    for table in tables:
        for number, column in enumerate(table.columns):
            widest = widest_line(column.heading)
            widest = max([widest, *(widest_line(row.entries[number].shown) for row in table.rows)])
            widths[number] = max(widths[number], min(max(widest + 2.5, column.least), column.most))
            numbers = [row.entries[number].shown for row in table.rows if row.entries[number].number is not None]
            widths[number] = max([widths[number], *(text_width(shown) + 2.5 for shown in numbers)])
    return widths


def _lay_table(book: Book, key: str, table: Table, top: int, widths: list[float]) -> int:
    """Write one table; return the last row it used."""
    _write_head(book, key, table, top, widths)
    first = top + table.body_offset
    heights = []
    hidden = _covered(table)
    for index, row in enumerate(table.rows):
        if row.anchor is not None:
            book.anchors[key, row.anchor] = first + index
        entries = [
            _shortened(book, key, entry, first + index, number, widths[number])
            for number, entry in enumerate(row.entries)
        ]
        covered = hidden.get(index, set())
        needed = [
            text_height(entry.shown, widths[number])
            for number, entry in enumerate(entries)
            if number not in covered and entry.number is None
        ]
        heights.append(max([SHORT_ROW, *needed]))
        for number, entry in enumerate(entries):
            book.put(key, first + index, number, entry, _format(book, entry, row.kind))
    _merge(book, key, table, first, widths, heights)
    for index, height in enumerate(heights):
        book.sheets[key].set_row(first + index, min(height, 409.0))
    return _write_notes(book, key, table, first + len(table.rows), widths)


def _covered(table: Table) -> dict[int, set[int]]:
    """Return row -> the columns that a merge covers there."""
    found: dict[int, set[int]] = {}
    for column, start, end in table.merges:
        for index in range(start, end + 1):
            found.setdefault(index, set()).add(column)
    return found


def _format(book: Book, entry: Entry, kind: str) -> Any:
    return book.formats.cell(align=entry.align, tone=entry.tone, kind=kind, number=entry.number_format)


def _merge(book: Book, key: str, table: Table, first: int, widths: list[float], heights: list[float]) -> None:
    """Merge runs of a column, keeping the value in every cell beneath so that the filter finds each row."""
    for column, start, end in table.merges:
        row = table.rows[start]
        entry = row.entries[column]
        needed = text_height(entry.shown, widths[column])
        lacking = needed - sum(heights[start : end + 1])
        if lacking > 0:
            for index in range(start, end + 1):
                heights[index] += lacking / (end + 1 - start)
        if end > start:
            look = _format(book, entry, row.kind)
            book.sheets[key].merge_range(first + start, column, first + end, column, "", look)
            for index in range(start, end + 1):
                book.put(key, first + index, column, replace(entry, link=entry.link if index == start else ""), look)


def _write_head(book: Book, key: str, table: Table, top: int, widths: list[float]) -> None:
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


def _write_notes(book: Book, key: str, table: Table, row: int, widths: list[float]) -> int:
    """Write the notes under a table, each over its whole width; return the last row used."""
    last, look = len(table.columns) - 1, book.formats.line(wrap=True)
    width = sum(widths[: len(table.columns)])
    for note in table.notes:
        shown = book.clean(note)
        if last:
            book.sheets[key].merge_range(row, 0, row, last, shown, look)
        else:
            book.put(key, row, 0, text(shown), look)
        book.sheets[key].set_row(row, min(text_height(shown, width), 409.0))
        row += 1
    return row - 1


def _shortened(book: Book, key: str, entry: Entry, row: int, column: int, width: float) -> Entry:
    """Return the entry, or its beginning and where the whole stands when no row could be tall enough."""
    if entry.number is not None:
        return entry
    if entry.link and wrapped_lines(entry.text, width) > 1:
        entry = replace(entry, link="")  # LibreOffice does not wrap a linked text: it would print cut
    if text_height(entry.text, width) <= TALLEST_ROW:
        return entry
    target = 3 + sum(len(parts_of(item.text)) for item in book.long_texts)
    entry = replace(entry, text=book.clean(entry.text))  # before it is cut, or half a telephone would show
    book.long_texts.append(LongText(sheet_name=book.name(key), cell=cell_name(row, column), text=entry.text))
    pointer = words("notes.see_long", sheet=book.name("long"), row=target + 1)
    kept = entry.text[: max(40, int(width * 8))]
    while text_height(kept + pointer, width) > TALLEST_ROW and len(kept) > 1:
        kept = kept[: len(kept) * 3 // 4]
    return replace(entry, text=kept + pointer)


def parts_of(content: str) -> list[str]:
    """Return a long text in pieces that fit one row each, losing nothing."""
    parts: list[str] = []
    for start in range(0, len(content), LONG_PART):
        lines = content[start : start + LONG_PART].splitlines(keepends=True)
        parts.extend("".join(lines[first : first + 15]) for first in range(0, len(lines), 15))
    return parts


def lay_long_texts(book: Book) -> None:
    """Write the sheet of long texts, when there are any, as the last sheet."""
    if not book.long_texts:
        return
    book.sheets["long"] = book.workbook.add_worksheet(book.name("long"))
    book.sheets["long"].hide_gridlines(2)
    rows = []
    for item in list(book.long_texts):
        parts = parts_of(item.text)
        for number, part in enumerate(parts, start=1):
            where = f"{item.sheet_name}!{item.cell}"
            back = f"internal:'{item.sheet_name}'!{item.cell}"
            heading = words("headings.text", part=number, parts=len(parts))
            rows.append(Row(entries=(text(where, tone="link", link=back), text(heading), text(part))))
    columns = (
        Column(heading=words("headings.text_of"), least=16, most=20),
        Column(heading=words("headings.number"), least=22, most=26),
        Column(heading=words("titles.long"), least=LONG_WIDTH, most=LONG_WIDTH),
    )
    lay_sheet(book, "long", [Table(title=words("titles.long"), columns=columns, rows=tuple(rows))])
