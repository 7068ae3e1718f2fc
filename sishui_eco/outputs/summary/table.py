"""A table as data: columns, rows, merges, and where its cells will stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

import msgspec
from xlsxwriter.utility import xl_rowcol_to_cell

from sishui_eco.outputs.styles import PAPER_A4
from sishui_eco.outputs.summary.book import Entry

LAST_ROW = 1_048_500  # Excel has 1,048,576; the rest is for notes
# A text stands as its column says, a whole number is centred; an entry says for itself how it looks. Most cells of
# a long table are plain, and an entry takes longer to make than a plain cell to print.
Cell: TypeAlias = Entry | str | int


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """A column: heading, upper heading, between which widths (half-width units) it may be, how plain texts stand."""

    heading: str
    group: str = ""
    least: float = 6
    most: float = 14
    align: str = "left"


class Row(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A row of cells. `kind` is body, missing, section, subtotal or total; `anchor` what it is about."""

    cells: tuple[Cell, ...]
    kind: str = "body"
    anchor: object = None


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about one table. `merges` are (column, first row, last row), counted from the first body row."""

    title: str
    left: str = ""
    right: str = ""
    columns: tuple[Column, ...]
    rows: Iterable[Row]
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


def body_row(columns: Sequence[Column], index: int) -> int:
    """Return the 0-based sheet row of a body row, for formulas made before the table is laid."""
    return 2 + (2 if any(column.group for column in columns) else 1) + index


def cell_name(row: int, column: int, *, fixed: bool = False) -> str:
    """Return the A1 name of a 0-based cell."""
    return str(xl_rowcol_to_cell(row, column, row_abs=fixed, col_abs=fixed))


def column_range(column: int, first: int, last: int, *, fixed: bool = False) -> str:
    return f"{cell_name(first, column, fixed=fixed)}:{cell_name(last, column, fixed=fixed)}"
