"""Canvases as an xlsx of a unit's own making, by openpyxl."""

from __future__ import annotations

import io
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from sishui_eco.outputs.blanks.measure_text import height_for, text_width
from sishui_eco.sample.canvas import Canvas
from sishui_eco.sample.drafts import Raw
from sishui_eco.sample.packages import normalised

THIN = Side(style="thin")
BORDER = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
PLAIN = Alignment(vertical="center", wrap_text=True)
RULED = frozenset({"records", "subtotal", "section", "sample"})
WIDEST, NARROWEST = 20.0, 6.0


def workbook_bytes(canvases: list[Canvas], empty_sheets: list[str] | None = None) -> bytes:
    """Return an xlsx with one sheet per canvas, then empty sheets under the given names."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for canvas in canvases:
        _draw(book.create_sheet(canvas.name), canvas)
    for name in empty_sheets or []:
        book.create_sheet(name)
    buffer = io.BytesIO()
    book.save(buffer)
    return normalised(buffer.getvalue())


def _draw(sheet: Worksheet, canvas: Canvas) -> None:
    for (row, column), value in sorted(canvas.cells.items()):
        cell = sheet.cell(row, column, plain_value(value))
        if (row, column) in canvas.formats:
            cell.number_format = canvas.formats[row, column]
        head = row in canvas.heading_rows
        cell.alignment = CENTRE if head or isinstance(value, Decimal) else PLAIN
        if head:
            cell.font = Font(bold=True)
        if (row, column) in canvas.titles:
            cell.font, cell.alignment = Font(bold=True, size=16), CENTRE
    _border(sheet, canvas)
    for top, left, bottom, right in canvas.merges:
        if (top, left) != (bottom, right):
            sheet.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
    for row in sorted(canvas.hidden):
        sheet.row_dimensions[row].hidden = True
    _fit(sheet, canvas)
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 8
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToHeight = 0


def _fit(sheet: Worksheet, canvas: Canvas) -> None:
    """Set widths and heights so that a person can read the sheet."""
    merged = {(top, left) for top, left, bottom, right in canvas.merges if (top, left) != (bottom, right)}
    widths: dict[int, float] = {}
    table = {row for row, account in canvas.accounts.items() if account == "records"} | canvas.heading_rows
    for (row, column), value in canvas.cells.items():
        if row in table and (row, column) not in merged:
            widths[column] = max(widths.get(column, NARROWEST), min(text_width(str(value)) + 2, WIDEST))
    for column, width in sorted(widths.items()):
        sheet.column_dimensions[get_column_letter(column)].width = width
    for row in sorted(table):
        texts = [
            (str(value), widths.get(column, NARROWEST))
            for (line, column), value in canvas.cells.items()
            if line == row and (line, column) not in merged
        ]
        sheet.row_dimensions[row].height = height_for(texts, 20.0)


def _border(sheet: Worksheet, canvas: Canvas) -> None:
    """Rule every cell of the table, the empty ones too."""
    ruled = [row for row, account in canvas.accounts.items() if account in RULED or row in canvas.heading_rows]
    columns = [column for row, column in canvas.cells if row in canvas.heading_rows]
    if not columns:
        columns = [column for _, column in canvas.cells]
    for row in sorted(ruled):
        for column in range(min(columns), max(columns) + 1):
            sheet.cell(row, column).border = BORDER


def plain_value(value: Raw) -> str | int | float:
    """Return a value as a spreadsheet stores it: texts stay texts, amounts become numbers."""
    if not isinstance(value, Decimal):
        return value
    return int(value) if value == value.to_integral_value() else float(value)
