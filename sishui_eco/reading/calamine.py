"""The second reader: python-calamine, asked only when a file cannot make it fill memory."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from python_calamine import CalamineWorkbook

from sishui_eco.model.grid import Cell, CellKind, Document, Grid, Merge
from sishui_eco.model.place import Place
from sishui_eco.reading.cells import PLAIN, is_blank, number_cell, text_cell
from sishui_eco.reading.limits import OverLimit, ReadLimits, Unreadable
from sishui_eco.reading.merges import split_covered
from sishui_eco.reading.tables import CellCounter
from sishui_eco.reading.xls import tidy

UNKNOWN = frozenset({"number_formats", "formulas", "hidden", "comments", "pictures", "validations", "errors"})


def guarded(call: Callable[[], Any]) -> Any:
    """Return what a call into the Rust reader gives; its own errors and panics become Unreadable R102.

    A Rust panic arrives as pyo3's PanicException, which no `except Exception` sees.
    """
    try:
        return call()
    except (MemoryError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as fault:
        if "password" in str(fault).lower():
            raise OverLimit("R101") from None
        raise Unreadable("R102") from None


def read_calamine(content: bytes, place: Place, limits: ReadLimits) -> Document:
    """Return values and merges of a workbook; what calamine cannot tell is listed in Grid.unknown.

    Raises: Unreadable R102, OverLimit.
    """
    book = guarded(lambda: CalamineWorkbook.from_filelike(io.BytesIO(content)))
    metadata = book.sheets_metadata
    if len(metadata) > limits.sheets:
        raise OverLimit("R205", count=len(metadata), limit=limits.sheets)
    counter = CellCounter(limits)
    grids: list[Grid] = []
    for index, sheet in enumerate(metadata):
        if "WorkSheet" in str(sheet.typ) or "Macro" in str(sheet.typ):
            hidden = "Hidden" in str(sheet.visible)
            grids.append(_grid(book, index, sheet.name, hidden, counter))
    if not grids:
        raise Unreadable("R103")
    return Document(reader="calamine", grids=tuple(grids))


def _grid(book: Any, index: int, name: str, hidden: bool, counter: CellCounter) -> Grid:
    sheet = guarded(lambda: book.get_sheet_by_index(index))
    if sheet.total_height * sheet.total_width > counter.limits.densified_cells:
        raise Unreadable("R102")
    rows = guarded(lambda: sheet.to_python(skip_empty_area=False))
    cells: dict[tuple[int, int], Cell] = {}
    for row, values in enumerate(rows, start=1):
        for column, value in enumerate(values, start=1):
            if value == "" and isinstance(value, str):
                continue
            cell = _cell(row, column, value)
            if cell is not None:
                cells[(row, column)] = counter.checked(cell, name)
    ranges = guarded(lambda: sheet.merged_cell_ranges)
    unknown = UNKNOWN - {"hidden"} | ({"merges", "covered"} if ranges is None else set())
    merges = tuple(
        Merge(top + 1, left + 1, bottom + 1, right + 1)
        for (top, left), (bottom, right) in ranges or ()
        if (top, left) != (bottom, right)
    )
    covered = split_covered(cells, merges, name, counter.limits.merges)
    return Grid(
        name=name,
        index=index,
        cells=cells,
        merges=merges,
        covered=covered,
        hidden=hidden,
        unknown=frozenset(unknown | {"hidden"}),
    )


def _cell(row: int, column: int, value: Any) -> Cell | None:
    if isinstance(value, str):
        return None if is_blank(value) else text_cell(row, column, value)
    if isinstance(value, bool):
        return Cell(row, column, CellKind.BOOLEAN, "TRUE" if value else "FALSE")
    if isinstance(value, int | float):
        number = Decimal(repr(value))
        if not number.is_finite():
            return Cell(row, column, CellKind.ERROR, str(value))
        return number_cell(row, column, tidy(number), PLAIN, False)
    if isinstance(value, timedelta):
        seconds = round(value.total_seconds())
        text = f"{seconds // 3600}:{seconds % 3600 // 60:02d}:{seconds % 60:02d}"
        return Cell(row, column, CellKind.NUMBER, text, Decimal(seconds) / 86_400)
    if isinstance(value, datetime | date | time):
        return Cell(row, column, CellKind.DATE, value.isoformat().replace("T", " "), None, value)
    return None
