"""A grid seen the way a person sees it: merges resolved, whitespace cells ignored, never densified."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field

from sishui_eco.model.grid import Cell, Grid, Merge
from sishui_eco.model.place import Place

MERGES_A_ROW_MAY_MEET = 400
MOST_AT_ONCE = 3000  # rows of a sheet whose texts are kept together


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One grid with its non-blank rows in order and a merge index restricted to those rows.

    `every_row` holds all rows with any cell, also whitespace or covered ones: the tally counts them.
    `rows` holds those a person sees something in.
    """

    grid: Grid
    place: Place  # the whole sheet
    rows: tuple[int, ...]
    every_row: tuple[int, ...]
    merges: Mapping[int, tuple[Merge, ...]]
    owned: Mapping[int, tuple[Cell, ...]]  # the visible cells standing in a row itself
    texts: Mapping[int, tuple[str, ...]]  # what those cells show
    found: dict[str, object] = field(default_factory=dict, compare=False, repr=False)  # by those who look it through

    def merge(self, row: int, column: int) -> Merge | None:
        """Return the merge over a cell, None when it stands alone."""
        for item in self.merges.get(row, ()):
            if item.left <= column <= item.right and item.top <= row <= item.bottom:
                return item
        return None

    def anchor(self, row: int, column: int) -> tuple[int, int]:
        """Return where the value of a cell stands: itself, or the top left of its merge."""
        merge = self.merge(row, column)
        return (merge.top, merge.left) if merge else (row, column)

    def cell(self, row: int, column: int) -> Cell | None:
        """Return the cell a person sees at a place, merges expanded; None when it looks empty."""
        place = self.anchor(row, column) if row in self.merges else (row, column)
        found = self.grid.cells.get(place)
        return found if found is not None and visible(found) else None

    def text(self, row: int, column: int) -> str:
        found = self.cell(row, column)
        return found.text.strip() if found else ""

    def own(self, row: int) -> tuple[Cell, ...]:
        """Return the visible cells standing in a row itself, left to right."""
        return self.owned.get(row, ())

    def columns(self, row: int) -> tuple[int, ...]:
        """Return the columns of the visible cells standing in a row itself."""
        return tuple([cell.column for cell in self.own(row)])

    def told(self, rows: Sequence[int]) -> Set[str]:
        """Return the distinct texts that stand in rows: what is asked of a text need be asked once only.

        Of most of the rows it may be those of the whole sheet, which are found once.
        """
        if len(rows) * 2 <= len(self.rows) or len(self.rows) > MOST_AT_ONCE:
            return set().union(*[self.texts[row] for row in rows if row in self.texts])
        known = self.found.get("told")
        if not isinstance(known, set):
            known = self.found["told"] = set().union(*self.texts.values())
        return known

    def width(self, cell: Cell) -> int:
        """Return how many columns a cell covers."""
        merge = self.merge(cell.row, cell.column)
        return merge.right - merge.left + 1 if merge else 1

    def at(self, row: int, column: int = 0) -> Place:
        return self.place.at(row, column)


def visible(cell: Cell) -> bool:
    """Tell whether a person sees anything in a cell, or would if its formula had a result."""
    return bool(cell.text.strip()) or cell.uncached or cell.formula is not None or cell.number is not None


def view(grid: Grid, place: Place) -> Sheet:
    """Return the grid with its indexes; `place` is the place of the whole sheet."""
    cells = grid.cells
    lines: dict[int, list[Cell]] = {}
    row, line = 0, []
    for at in sorted(cells):
        cell = cells[at]
        if at[0] != row:
            row = at[0]
            line = lines[row] = []
        if cell.text.strip() or visible(cell):
            line.append(cell)
    owned = {row: tuple(line) for row, line in lines.items() if line}
    covered = {row for row, _ in grid.covered}
    every_row = tuple(sorted({*lines, *covered}) if covered else lines)
    return Sheet(
        grid=grid,
        place=place,
        rows=tuple(owned),
        every_row=every_row,
        merges=_merges_by_row(grid.merges, every_row),
        owned=owned,
        texts={row: tuple([cell.text for cell in own]) for row, own in owned.items()},
    )


def _merges_by_row(merges: tuple[Merge, ...], rows: tuple[int, ...]) -> dict[int, tuple[Merge, ...]]:
    """Return the merges touching each given row, at most MERGES_A_ROW_MAY_MEET of them a row."""
    found: dict[int, list[Merge]] = {}
    for merge in merges:
        low, high = bisect_left(rows, merge.top), bisect_right(rows, merge.bottom)
        for row in rows[low:high]:
            here = found.setdefault(row, [])
            if len(here) < MERGES_A_ROW_MAY_MEET:
                here.append(merge)
    return {row: tuple(here) for row, here in found.items()}
