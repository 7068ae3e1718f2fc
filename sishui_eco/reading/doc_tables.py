"""Tables of an old Word document, from its paragraphs and the shapes of its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sishui_eco.model.grid import Grid, Merge
from sishui_eco.reading.tables import TEXT_UNKNOWN, CellCounter, TableBuilder
from sishui_eco.zh import word

_UNKNOWN = TEXT_UNKNOWN | {"hidden", "comments", "pictures"}
_CELL_SIZE = 20


@dataclass(frozen=True, slots=True)
class RowShape:
    """Edges of a row's cells in twips, and per cell: 1 continues the left one, 2 continues the upper one."""

    edges: tuple[int, ...]
    joins: tuple[int, ...]


def row_shape(operand: bytes) -> RowShape:
    """Return the shape that a sprmTDefTable operand describes."""
    count = operand[0] if operand else 0
    needed = 1 + (count + 1) * 2
    if count == 0 or count > 64 or len(operand) < needed:
        return RowShape((), ())
    edges = tuple(
        int.from_bytes(operand[1 + 2 * index : 3 + 2 * index], "little", signed=True) for index in range(count + 1)
    )
    joins = []
    for index in range(count):
        start = needed + index * _CELL_SIZE
        flags = int.from_bytes(operand[start : start + 2], "little")
        joins.append((1 if flags & 0x0002 else 0) | (2 if flags & 0x0020 and not flags & 0x0040 else 0))
    return RowShape(edges, tuple(joins))


class _Paragraph(Protocol):
    text: str
    mark: str
    in_table: bool
    row: RowShape | None
    depth: int


Row = tuple[list[str], RowShape]


def build_tables(paragraphs: Sequence[_Paragraph], counter: CellCounter) -> tuple[list[Grid], list[str]]:
    """Return the tables and the loose paragraphs, in order.

    A cell ends with \\x07, a row with a paragraph marked as such; without row marks (no paragraph
    properties kept) an empty \\x07 after a cell ends the row. Paragraphs of nested tables stay lines
    of their outer cell.
    """
    tables: list[list[Row]] = []
    loose: list[str] = []
    marked = any(item.row is not None for item in paragraphs)
    rows: list[Row] = []
    cells: list[str] = []
    lines: list[str] = []
    for item in paragraphs:
        if item.mark == "\x07":
            ends = item.row is not None if marked else not item.text and not lines and bool(cells)
            if ends and item.depth < 2:
                rows.append((cells, item.row or RowShape((), ())))
                cells, lines = [], []
            else:
                cells.append("\n".join([*lines, item.text]).strip("\n"))
                lines = []
        elif item.in_table or item.depth > 1 or (cells and marked):
            lines.append(item.text)
        else:
            if rows or cells:
                tables.append(rows + ([(cells, RowShape((), ()))] if cells else []))
                rows, cells = [], []
            loose.append(item.text)
    if rows or cells or lines:
        cells = [*cells, "\n".join(lines)] if lines else cells
        tables.append(rows + ([(cells, RowShape((), ()))] if cells else []))
    return [_grid(number, rows, counter) for number, rows in enumerate(tables)], loose


def _grid(index: int, rows: list[Row], counter: CellCounter) -> Grid:
    name = word("words.word_table", "reading", number=index + 1)
    table = TableBuilder(name, counter)
    shaped = all(len(shape.edges) == len(cells) + 1 for cells, shape in rows)
    edges = _edges(rows) if shaped else []
    above: dict[int, tuple[int, int]] = {}  # left column -> top row, width
    for cells, shape in rows:
        table.next_row()
        below: dict[int, tuple[int, int]] = {}
        if shaped:
            _shaped_row(table, cells, shape, edges, above, below)
        else:
            for text in cells:
                table.add(text)
        for left, (top, width) in above.items():
            if left not in below or below[left][0] != top:
                _merge(table, top, left, table.row - 1, width)
        above = below
    for left, (top, width) in above.items():
        _merge(table, top, left, table.row, width)
    unknown = _UNKNOWN if shaped else _UNKNOWN | {"merges", "covered"}
    return table.grid(index, "word_table", frozenset(unknown))


def _edges(rows: list[Row]) -> list[int]:
    """Return the column edges of all rows; edges within a millimetre are one."""
    found = sorted({edge for _, shape in rows for edge in shape.edges})
    kept: list[int] = []
    for edge in found:
        if not kept or edge - kept[-1] > 56:
            kept.append(edge)
    return kept


def _column(edges: list[int], edge: int) -> int:
    return max((number for number, known in enumerate(edges, start=1) if known <= edge + 1), default=1)


def _shaped_row(
    table: TableBuilder,
    cells: list[str],
    shape: RowShape,
    edges: list[int],
    above: dict[int, tuple[int, int]],
    below: dict[int, tuple[int, int]],
) -> None:
    open_left: int | None = None
    for number, text in enumerate(cells):
        left = _column(edges, shape.edges[number])
        width = max(1, _column(edges, shape.edges[number + 1]) - left)
        joins = shape.joins[number] if number < len(shape.joins) else 0
        if joins & 1 and open_left is not None:
            top, before = below[open_left]
            below[open_left] = (top, before + width)
            table.cover(table.row, left, text)
            continue
        open_left = left
        if joins & 2 and left in above:
            below[left] = (above[left][0], width)
            table.cover(table.row, left, text)
        else:
            below[left] = (table.row, width)
            table.put(table.row, left, text)


def _merge(table: TableBuilder, top: int, left: int, bottom: int, width: int) -> None:
    if bottom > top or width > 1:
        table.merge(Merge(top, left, bottom, left + width - 1))
