"""One page over many tasks: a row a task, a row for all."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

from sishui_eco.outputs.packaging import normalise_package
from sishui_eco.outputs.plain_text import write_text
from sishui_eco.outputs.styles import Formats, set_up_page, text_height, writable
from sishui_eco.zh import load_table

PRODUCT = "rollup"
WIDTHS = {"name": 34.0, "note": 46.0}
WIDTH = 11.0
MONEY = "#,##0.00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The figures of one task; all None, and a note, where the task could not be collected."""

    name: str
    units: int | None = None
    returned: int | None = None
    owed: int | None = None
    done: int | None = None
    late: int | None = None
    findings: int | None = None
    projects: int | None = None
    investment: Decimal | None = None
    note: str = ""


COLUMNS = tuple(item.name for item in fields(Line))
SUMMED = COLUMNS[1:-1]


def write_rollup(lines: Sequence[Line], as_of: datetime) -> bytes:
    """Return the workbook: tasks in the given order, then their sums. Same lines and moment, same bytes."""
    words = load_table("province")
    buffer = io.BytesIO()
    book: Any = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_custom_property("eco_product", PRODUCT)
    book.set_properties({"title": words["title"], "author": ""})
    formats = Formats(book)
    sheet: Any = book.add_worksheet(words["sheet"])
    set_up_page(sheet, left=words["title"], right=words["as_of"].format(moment=f"{as_of:%Y-%m-%d %H:%M}"))
    sheet.merge_range(0, 0, 0, len(COLUMNS) - 1, words["title"], formats.title())
    line = words["line"].format(moment=f"{as_of:%Y-%m-%d %H:%M}", count=len(lines))
    sheet.merge_range(1, 0, 1, len(COLUMNS) - 1, line, formats.line())
    for at, key in enumerate(COLUMNS):
        sheet.set_column(at, at, WIDTHS.get(key, WIDTH))
        sheet.write_string(2, at, words["columns"][key], formats.heading())
    for row, item in enumerate(lines, start=3):
        _write(sheet, formats, row, item, "body")
        sheet.set_row(row, max(text_height(item.name, WIDTHS["name"]), text_height(item.note, WIDTHS["note"])))
    sums: dict[str, Any] = {key: sum(getattr(item, key) or 0 for item in lines) for key in SUMMED}
    _write(sheet, formats, 3 + len(lines), Line(name=words["sum"], **sums), "total")
    sheet.freeze_panes(3, 1)
    sheet.repeat_rows(2)
    sheet.autofilter(2, 0, 2 + len(lines), len(COLUMNS) - 1)
    book.close()
    return normalise_package(buffer.getvalue(), as_of)


def _write(sheet: Any, formats: Formats, row: int, item: Line, kind: str) -> None:
    for at, key in enumerate(COLUMNS):
        value = getattr(item, key)
        if isinstance(value, int | Decimal):
            number = MONEY if isinstance(value, Decimal) else "0"
            sheet.write_number(row, at, float(value), formats.cell(align="right", kind=kind, number=number))
        elif value:
            write_text(sheet, row, at, writable(value), formats.cell(kind=kind, tone="bad" if key == "note" else ""))
        else:
            sheet.write_blank(row, at, None, formats.cell(kind=kind))
