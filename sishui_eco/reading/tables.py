"""Grids of tables that come cell by cell with spans: Word, web pages, OpenDocument."""

from __future__ import annotations

from sishui_eco.model.grid import Cell, Grid, Merge, Picture
from sishui_eco.reading.cells import is_blank, text_cell
from sishui_eco.reading.limits import LAST_COLUMN, LAST_ROW, OverLimit, ReadLimits

# What tables of texts have none of or cannot tell.
TEXT_UNKNOWN = frozenset({"number_formats", "formulas", "validations", "errors"})


class CellCounter:
    """Counts the cells of one file against its limits. Raises: OverLimit R206, R209."""

    def __init__(self, limits: ReadLimits) -> None:
        self.limits = limits
        self.cells = 0

    def foreseen(self, more: int) -> None:
        """Refuse before a cell is made what will pass the limit."""
        if self.cells + more > self.limits.cells:
            raise OverLimit("R206", limit=self.limits.cells)

    def passed(self, columns: int) -> None:
        """Count columns that a span from above has taken: a page of a few bytes a row could hold millions."""
        self.foreseen(columns)
        self.cells += columns

    def checked(self, cell: Cell, sheet: str) -> Cell:
        self.foreseen(1)
        self.cells += 1
        if len(cell.text) > self.limits.cell_text:
            place = f"({cell.row}, {cell.column})"
            raise OverLimit("R209", sheet=sheet[:40], cell=place, limit=self.limits.cell_text)
        return cell


class TableBuilder:
    """A table being built row by row; cells pushed down by a span above find their free column."""

    def __init__(self, name: str, counter: CellCounter) -> None:
        self.name = name
        self.row = 0
        self.column = 0
        self.cells: dict[tuple[int, int], Cell] = {}
        self.covered: dict[tuple[int, int], Cell] = {}
        self.merges: list[Merge] = []
        self.hidden_rows: set[int] = set()
        self.comments: dict[tuple[int, int], str] = {}
        self.pictures: list[Picture] = []
        self._counter = counter
        self._taken: dict[int, int] = {}  # column -> last row taken by a span from above

    def next_row(self, hidden: bool = False) -> None:
        self.row += 1
        self.column = 0
        if hidden:
            self.hidden_rows.add(self.row)

    def skip(self, columns: int) -> None:
        """Leave grid columns out, as Word's gridBefore does."""
        self.column += max(0, columns)

    def place(self) -> tuple[int, int]:
        """Return the next free place of the row."""
        if self.row == 0:
            self.next_row()
        first = column = self.column + 1
        while self._taken.get(column, 0) >= self.row:
            column += 1
        if column > first:
            self._counter.passed(column - first)
        return self.row, column

    def add(self, text: str, columns: int = 1, rows: int = 1, struck: bool = False) -> tuple[int, int]:
        """Put a cell at the next free place and return that place."""
        row, column = self.place()
        columns = min(max(1, columns), 1000)
        rows = min(max(1, rows), LAST_ROW - row + 1)
        self.column = column + columns - 1
        if self.column > LAST_COLUMN or row > LAST_ROW:
            raise OverLimit("R208", sheet=self.name[:40], cell=f"({row}, {column})")
        if rows > 1:
            self._taken.update(dict.fromkeys(range(column, column + columns), row + rows - 1))
        if rows > 1 or columns > 1:
            self.merge(Merge(row, column, row + rows - 1, column + columns - 1))
        self.put(row, column, text, struck)
        return row, column

    def put(self, row: int, column: int, text: str, struck: bool = False) -> None:
        if not is_blank(text):
            cell = text_cell(row, column, text)
            self.cells[(row, column)] = self._counter.checked(_struck(cell) if struck else cell, self.name)

    def cover(self, row: int, column: int, text: str) -> None:
        """Keep a text that lies under a merge."""
        if not is_blank(text):
            self.covered[(row, column)] = self._counter.checked(text_cell(row, column, text), self.name)

    def merge(self, merge: Merge) -> None:
        if len(self.merges) >= self._counter.limits.merges:
            raise OverLimit("R211", sheet=self.name[:40], limit=self._counter.limits.merges)
        self.merges.append(merge)

    def grid(self, index: int, kind: str, unknown: frozenset[str]) -> Grid:
        """Return the finished grid; a span reaching below the last row ends there."""
        merges = [
            Merge(merge.top, merge.left, min(merge.bottom, max(self.row, merge.top)), merge.right)
            for merge in self.merges
        ]
        return Grid(
            name=self.name,
            index=index,
            kind=kind,
            cells=self.cells,
            covered=self.covered,
            merges=tuple(merge for merge in merges if (merge.top, merge.left) != (merge.bottom, merge.right)),
            hidden_rows=frozenset(self.hidden_rows),
            comments=self.comments,
            pictures=tuple(self.pictures),
            unknown=unknown,
        )


def _struck(cell: Cell) -> Cell:
    return Cell(cell.row, cell.column, cell.kind, cell.text, struck=True)


def text_grid(
    paragraphs: list[str], name: str, index: int, counter: CellCounter, pictures: tuple[Picture, ...] = ()
) -> Grid:
    """Return loose paragraphs as a grid: one per row, column 1, blank ones leaving their row empty."""
    cells = {
        (number, 1): counter.checked(text_cell(number, 1, text), name)
        for number, text in enumerate(paragraphs, start=1)
        if not is_blank(text)
    }
    return Grid(name=name, index=index, kind="text", cells=cells, pictures=pictures, unknown=TEXT_UNKNOWN)
