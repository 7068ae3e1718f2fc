"""Untidy files to bytes: workbooks by XlsxWriter or openpyxl, documents by python-docx."""

from __future__ import annotations

import datetime
import io
import random
from typing import Any

import docx
import openpyxl
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange

from tests.untidy.generator.model import Entry, Line, Sheet, Untidy

WHEN = datetime.datetime(2023, 7, 20, 9, 0, 0)


def write(untidy: Untidy, chance: random.Random) -> bytes:
    """Return the file's bytes. Formulas with results need one library, values under merges the other."""
    if untidy.word:
        return _document(untidy.sheets[0])
    entries = [entry for sheet in untidy.sheets for line in sheet.lines for entry in line.cells.values()]
    under = any(sheet.under_merge for sheet in untidy.sheets)
    if under or any(entry.formula and not entry.cached for entry in entries):
        return _by_openpyxl(untidy)
    if any(entry.formula for entry in entries) or chance.random() < 0.5:
        return _by_xlsxwriter(untidy)
    return _by_openpyxl(untidy)


def _by_openpyxl(untidy: Untidy) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    book.properties.created = book.properties.modified = WHEN
    for sheet in untidy.sheets:
        page = book.create_sheet(sheet.name)
        page.sheet_state = "hidden" if sheet.hidden else "visible"
        for row, line in enumerate(sheet.lines, start=1):
            for column, entry in line.cells.items():
                _put(page.cell(row, column), entry)
            page.row_dimensions[row].hidden = line.hidden
        rows = sheet.rows()
        for line, column, value in sheet.under_merge:
            page.cell(rows[id(line)], column).value = value
        for top, left, bottom, right in sheet.merges:
            area = CellRange(min_row=rows[id(top)], min_col=left, max_row=rows[id(bottom)], max_col=right)
            page.merged_cells.ranges.add(area)
        for column in sheet.hidden_columns:
            page.column_dimensions[get_column_letter(column)].hidden = True
        for row, column, text in sheet.far:
            page.cell(row, column).value = text
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _put(cell: Any, entry: Entry) -> None:
    cell.value = entry.formula or entry.value
    cell.number_format = entry.number_format
    if isinstance(entry.value, str) and entry.value.startswith("="):
        cell.data_type = "s"
    if entry.comment:
        cell.comment = Comment(entry.comment, "核对")
    if entry.struck:
        cell.font = Font(strike=True)


def _by_xlsxwriter(untidy: Untidy) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": WHEN})
    formats: dict[tuple[str, bool], Any] = {}
    for sheet in untidy.sheets:
        page = book.add_worksheet(sheet.name)
        if sheet.hidden:
            page.hide()
        rows = sheet.rows()
        for top, left, bottom, right in sheet.merges:
            page.merge_range(rows[id(top)] - 1, left - 1, rows[id(bottom)] - 1, right - 1, "")
        for row, line in enumerate(sheet.lines):
            for column, entry in line.cells.items():
                key = (entry.number_format, entry.struck)
                if key not in formats:
                    formats[key] = book.add_format({"num_format": key[0], "font_strikeout": key[1]})
                _write(page, row, column - 1, entry, formats[key])
            if line.hidden:
                page.set_row(row, options={"hidden": True})
        for column in sheet.hidden_columns:
            page.set_column(column - 1, column - 1, None, None, {"hidden": True})
        for row, column, text in sheet.far:
            page.write_string(row - 1, column - 1, text)
    _activate(book, untidy)
    book.close()
    return stream.getvalue()


def _activate(book: Any, untidy: Untidy) -> None:
    first = next(i for i, sheet in enumerate(untidy.sheets) if not sheet.hidden)
    book.worksheets()[first].activate()
    book.worksheets()[first].set_first_sheet()


ERRORS = {"#REF!": "=Sheet9!A1", "#DIV/0!": "=1/0", "#VALUE!": '="a"+1', "#N/A": "=NA()"}


def _write(page: Any, row: int, column: int, entry: Entry, style: Any) -> None:
    value = entry.value
    if entry.formula:
        page.write_formula(row, column, entry.formula, style, value)
    elif isinstance(value, str) and value in ERRORS:
        page.write_formula(row, column, ERRORS[value], style, value)
    elif isinstance(value, datetime.date):
        page.write_datetime(row, column, datetime.datetime(value.year, value.month, value.day), style)
    elif isinstance(value, str):
        page.write_string(row, column, value, style)
    elif value is not None:
        page.write_number(row, column, value, style)
    if entry.comment:
        page.write_comment(row, column, entry.comment)


def _document(sheet: Sheet) -> bytes:
    """Return a Word file: paragraphs and tables in the order of the lines."""
    document = docx.Document()
    document.core_properties.created = document.core_properties.modified = WHEN
    at = 0
    while at < len(sheet.lines):
        line = sheet.lines[at]
        if not line.block.startswith("table"):
            document.add_paragraph("".join(shown(entry) for _, entry in sorted(line.cells.items())))
            at += 1
            continue
        rows = [line]
        while at + len(rows) < len(sheet.lines) and sheet.lines[at + len(rows)].block == line.block:
            rows.append(sheet.lines[at + len(rows)])
        _table(document, rows, sheet)
        at += len(rows)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _table(document: Any, rows: list[Line], sheet: Sheet) -> None:
    width = max(max(line.cells, default=1) for line in rows)
    inside = {id(line): row for row, line in enumerate(rows)}
    areas = [merge for merge in sheet.merges if id(merge[0]) in inside and id(merge[2]) in inside]
    width = max([width, *(merge[3] for merge in areas)])
    table = document.add_table(len(rows), width, style="Table Grid")
    cells = [list(row.cells) for row in table.rows]
    for row, line in enumerate(rows):
        for column, entry in line.cells.items():
            cells[row][column - 1].text = shown(entry)
    for top, left, bottom, right in areas:
        cells[inside[id(top)]][left - 1].merge(cells[inside[id(bottom)]][right - 1])
        kept = table.cell(inside[id(top)], left - 1)
        kept.text = kept.text.strip("\n")


def shown(entry: Entry) -> str:
    """Return what a cell shows when it is typed into Word."""
    value = entry.value
    if value is None:
        return ""
    if entry.number_format.endswith("%") and isinstance(value, float):
        places = len(entry.number_format.removesuffix("%").partition(".")[2])
        return f"{value * 100:.{places}f}%"
    if entry.number_format.startswith("#,##0") and not isinstance(value, str):
        return f"{value:,.2f}" if ".00" in entry.number_format else f"{value:,}"
    return str(value)
