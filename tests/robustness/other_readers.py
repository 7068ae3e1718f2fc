"""What openpyxl, python-calamine and xlrd see in a spreadsheet, each asked in a worker of its own under limits."""

from __future__ import annotations

import io
import warnings
from datetime import date, datetime, time, timedelta
from typing import Any

READERS = ("openpyxl", "calamine", "xlrd")
Seen = dict[tuple[str, int, int], str]  # sheet, row, column -> value in comparable form


def see(item: tuple[str, bytes], _: object) -> Seen:
    """Return the non-empty cells one reader sees (worker task). Raises: whatever the reader raises."""
    reader, content = item
    return {"openpyxl": _openpyxl, "calamine": _calamine, "xlrd": _xlrd}[reader](content)


def _openpyxl(content: bytes) -> Seen:
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    seen: Seen = {}
    for sheet in book.worksheets:
        for (row, column), cell in sheet._cells.items():
            _add(seen, sheet.title, row, column, cell.value)
    return seen


def _calamine(content: bytes) -> Seen:
    from python_calamine import CalamineWorkbook

    seen: Seen = {}
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for name in book.sheet_names:
            for row, values in enumerate(book.get_sheet_by_name(name).to_python(skip_empty_area=False), start=1):
                for column, value in enumerate(values, start=1):
                    _add(seen, name, row, column, value)
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as fault:  # a panic of the Rust reader is no Exception
        raise ValueError(type(fault).__name__) from None
    return seen


def _xlrd(content: bytes) -> Seen:
    import xlrd

    book = xlrd.open_workbook(file_contents=content, logfile=io.StringIO())
    seen: Seen = {}
    for sheet in book.sheets():
        for row in range(sheet.nrows):
            for column in range(sheet.ncols):
                kind, value = sheet.cell_type(row, column), sheet.cell_value(row, column)
                if kind == xlrd.XL_CELL_ERROR:
                    value = xlrd.error_text_from_code.get(value, "#")
                elif kind == xlrd.XL_CELL_BOOLEAN:
                    value = bool(value)
                if kind not in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
                    _add(seen, sheet.name, row + 1, column + 1, value)
    return seen


def _add(seen: Seen, sheet: str, row: int, column: int, value: Any) -> None:
    key = comparable(value)
    if key:
        seen[sheet, row, column] = key


def comparable(value: Any) -> str:
    """Return a value in a form in which readers can be compared; "" for an empty one."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return f"{float(value):.9g}"
    if isinstance(value, datetime | date | time | timedelta):
        return "moment"
    text = getattr(value, "text", value)
    return "".join(str(text).split())
