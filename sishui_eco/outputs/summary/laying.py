"""The one engine that lays tables on a sheet: widths, heights, rows, frozen panes, filter, print set-up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import chain, islice
from operator import attrgetter, itemgetter

from msgspec.structs import replace
from xlsxwriter.utility import xl_col_to_name

from sishui_eco.outputs.styles import (
    TALLEST_ROW,
    height_of_lines,
    set_up_page,
    text_height,
    text_width,
    widest_line,
)
from sishui_eco.outputs.summary.book import NOTHING, Book, Entry, text, words
from sishui_eco.outputs.summary.figures import moment_words
from sishui_eco.outputs.summary.heads import write_head
from sishui_eco.outputs.summary.printing import RowPrinter
from sishui_eco.outputs.summary.splice import Region
from sishui_eco.outputs.summary.table import LAST_ROW, Cell, Column, Row, Table, cell_name, column_range

LONG_WIDTH = 110
SHORT_ROW = 20.0
TALLEST_MERGED = 409.0
AIR = 2.5  # half-width units that a column is wider than its text
MEASURED = 5_000  # rows that a column's width is found from; what is longer further down wraps


def lay_sheet(book: Book, key: str, tables: Sequence[Table]) -> None:
    """Lay tables one below the other on a sheet; the first sets the frozen panes, the last the filter.

    A table without rows says so. Rows are taken one by one: only the first ones are held, to find widths.
    """
    sheet = book.sheets[key]
    firsts, tables = _opened(tables)
    widths = _widths(tables, firsts)
    top = 0
    for position, table in enumerate(tables):
        end, last = _lay_table(book, key, table, top, widths)
        if position == 0:
            sheet.freeze_panes(table.body_offset, table.frozen)
            sheet.repeat_rows(2, table.body_offset - 1)
        if position == len(tables) - 1:
            sheet.autofilter(top + table.body_offset - 1, 0, end, len(table.columns) - 1)
        top = last + 2
    for number, width in enumerate(widths):
        sheet.set_column(number, number, width)
    as_of = words("line.footer_right", as_of=moment_words(book.as_of))
    set_up_page(sheet, paper=tables[0].paper, left=book.campaign.name, right=as_of)


def _opened(tables: Sequence[Table]) -> tuple[list[list[Row]], list[Table]]:
    """Return the first rows of each table, and the tables with all their rows to come."""
    firsts, opened = [], []
    for table in tables:
        rows = iter(table.rows)
        first = list(islice(rows, MEASURED)) or [empty_row(len(table.columns))]
        firsts.append(first)
        opened.append(replace(table, rows=chain(first, rows)))
    return firsts, opened


def empty_row(columns: int) -> Row:
    """Return the row that says that a table has nothing to tell."""
    return Row(cells=(text(words("notes.empty")), *[NOTHING] * (columns - 1)))


def _widths(tables: Sequence[Table], firsts: Sequence[Sequence[Row]]) -> list[float]:
    """Return the column widths that the content asks for, within what each column allows."""
    widths = [0.0] * max(len(table.columns) for table in tables)
    for table, rows in zip(tables, firsts, strict=True):
        for number, (column, cells) in enumerate(zip(table.columns, _columns_of(rows), strict=False)):
            texts, numbers = _told_apart(cells)
            widest = widest_line(column.heading)
            for shown in (*numbers, *texts):
                if widest + AIR >= column.most:
                    break
                if 2 * len(shown) > widest:
                    widest = max(widest, widest_line(shown))
            widths[number] = max(widths[number], min(max(widest + AIR, column.least), column.most))
            widths[number] = max([widths[number], *(text_width(shown) + AIR for shown in numbers)])
    return widths


def _told_apart(cells: Sequence[Cell]) -> tuple[set[str], list[str]]:
    """Return the distinct texts of a column, and its outermost numbers as they are shown."""
    kinds = set(map(type, cells))
    if kinds == {str}:
        return set(cells), []  # type: ignore[arg-type]
    entries = [cell for cell in cells if isinstance(cell, Entry)] if kinds - {int} else []
    texts = {cell for cell in cells if isinstance(cell, str)} if kinds - {int, Entry} else set()
    texts.update([entry.text for entry in entries if entry.number is None])
    whole = [cell for cell in cells if isinstance(cell, int)] if int in kinds else []
    return texts, _outermost(entries) + ([str(min(whole)), str(max(whole))] if whole else [])


def _outermost(entries: Iterable[Entry]) -> list[str]:
    """Return the greatest and the least number of each format as they are shown: no other is wider."""
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.number is not None:
            found.setdefault(entry.number_format, []).append(entry)
    return [entry.shown for like in found.values() for entry in (min(like, key=_number), max(like, key=_number))]


_number = attrgetter("number")


def _columns_of(rows: Sequence[Row]) -> Iterator[list[Cell]]:
    every = [row.cells for row in rows]
    return (list(map(itemgetter(at), every)) for at in range(len(every[0])))


def _lay_table(book: Book, key: str, table: Table, top: int, widths: list[float]) -> tuple[int, int]:
    """Write one table; return the last row a filter covers and the last row used."""
    write_head(book, key, table, top, widths)
    first = top + table.body_offset
    region = Region(first=first, columns=xl_col_to_name(len(table.columns) - 1))
    book.regions.setdefault(key, []).append(region)
    aligns = [column.align for column in table.columns]
    printer = RowPrinter(book, key, widths, aligns, first + MEASURED, partial(_shortened, book, key))
    rows = iter(table.rows)
    shown = replace(table, rows=islice(rows, max(LAST_ROW - first, 1)))
    end = max(_print_body(book, key, shown, region, printer), first)
    if left := sum(1 for _ in rows):
        note = words("notes.too_long", rows=region.rows, left=left)
        table = replace(table, notes=(note, *table.notes))
    for number, column in enumerate(printer.columns):
        if column.greatest is not None:
            widths[number] = max(widths[number], text_width(column.greatest.shown) + AIR)
    _print_notes(book, table, region, printer, sum(widths[: len(table.columns)]))
    return end, first + region.rows - 1


def _print_body(book: Book, key: str, table: Table, region: Region, printer: RowPrinter) -> int:
    """Print the rows of a table; return the last one that is not a total."""
    if table.merges:
        return _print_merged(book, key, table, region, printer)
    end = 0
    for at, row in enumerate(table.rows, start=region.first):
        pieces, lines = printer.line(at, row.cells, row.kind)
        region.print_row(pieces, max(SHORT_ROW, height_of_lines(lines)))
        if row.anchor is not None:
            book.land(key, row.anchor, at)
        if row.kind != "total":
            end = at
    return end


def _print_merged(book: Book, key: str, table: Table, region: Region, printer: RowPrinter) -> int:
    """Print rows of which some cells are merged: the value stays in every cell beneath, so that a filter finds it."""
    rows, end = list(table.rows), 0
    kinds = [[row.kind] * len(row.cells) for row in rows]
    cells = [list(row.cells) for row in rows]
    merges = [merge for merge in table.merges if merge[2] < len(rows)]
    for column, start, stop in merges:
        for index in range(start, stop + 1):
            cell = rows[start].cells[column]
            beneath = replace(cell, link="") if isinstance(cell, Entry) else cell
            cells[index][column] = cell if index == start else beneath
            kinds[index][column] = rows[start].kind
        name = column_range(column, region.first + start, region.first + stop)
        region.merges.append(name)
    printed = [printer.cells(region.first + index, cells[index], kinds[index]) for index in range(len(rows))]
    heights = _merged_heights(merges, [lines for _, lines in printed])
    for index, row in enumerate(rows):
        region.print_row(printed[index][0], min(heights[index], TALLEST_MERGED))
        if row.anchor is not None:
            book.land(key, row.anchor, region.first + index)
        if row.kind != "total":
            end = region.first + index
    return end


def _merged_heights(merges: Sequence[tuple[int, int, int]], lines: list[list[int]]) -> list[float]:
    """Return the heights of rows: what stands alone fits its row, what is merged fits its rows together."""
    wanted = {(column, start): lines[start][column] for column, start, _ in merges}
    for column, start, stop in merges:
        for index in range(start, stop + 1):
            lines[index][column] = 0
    heights = [max(SHORT_ROW, height_of_lines(max(line))) for line in lines]
    for column, start, stop in merges:
        lacking = height_of_lines(wanted[column, start]) - sum(heights[start : stop + 1])
        for index in range(start, stop + 1) if lacking > 0 else ():
            heights[index] += lacking / (stop + 1 - start)
    return heights


def _print_notes(book: Book, table: Table, region: Region, printer: RowPrinter, width: float) -> None:
    """Print the notes under a table, each over its whole width.

    XlsxWriter could, but it goes through every row above what it writes, and keeps something for each.
    """
    for note in table.notes:
        shown, row, last = book.clean(note), region.first + region.rows, len(table.columns) - 1
        pieces = printer.spread(shown, last + 1, book.formats.line(wrap=True))
        region.print_row(pieces, min(text_height(shown, width), TALLEST_MERGED))
        if last:
            region.merges.append(f"{cell_name(row, 0)}:{cell_name(row, last)}")


def _shortened(book: Book, key: str, content: str, cell: str, width: float) -> str:
    """Return the beginning of a text that no row could be tall enough for, and where the whole stands."""
    content = book.clean(content)  # before it is cut, or half a telephone would show
    pointer = words("notes.see_long", sheet=book.name("long"), row=book.keep_long(key, cell, content))
    kept = content[: max(40, int(width * 8))]
    while text_height(kept + pointer, width) > TALLEST_ROW and len(kept) > 1:
        kept = kept[: len(kept) * 3 // 4]
    return kept + pointer


def lay_long_texts(book: Book) -> None:
    """Write the sheet of long texts, when there are any, as the last sheet."""
    if not book.long_texts:
        return
    book.sheets["long"] = book.workbook.add_worksheet(book.name("long"))
    book.sheets["long"].hide_gridlines(2)
    rows = []
    for item in book.long_texts:
        for number, part in enumerate(item.parts, start=1):
            where = f"{item.sheet_name}!{item.cell}"
            back = f"internal:'{item.sheet_name}'!{item.cell}"
            heading = words("headings.text", part=number, parts=len(item.parts))
            rows.append(Row(cells=(text(where, tone="link", link=back), text(heading), text(part))))
    columns = (
        Column(heading=words("headings.text_of"), least=16, most=20),
        Column(heading=words("headings.number"), least=22, most=26),
        Column(heading=words("titles.long"), least=LONG_WIDTH, most=LONG_WIDTH),
    )
    lay_sheet(book, "long", [Table(title=words("titles.long"), columns=columns, rows=rows)])
