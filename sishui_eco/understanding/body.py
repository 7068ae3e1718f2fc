"""A table body and the questions its rows are asked: what stands in a row, what names it."""

from __future__ import annotations

from dataclasses import dataclass, field

from msgspec import Struct

from sishui_eco.model.grid import Cell, Merge
from sishui_eco.model.submission import RowClass
from sishui_eco.spec.campaign import Form
from sishui_eco.understanding.columns import IDENTITY, Assigned, Layout
from sishui_eco.understanding.headers import HeaderBlock
from sishui_eco.understanding.indicators import Catalogue
from sishui_eco.understanding.labels import Labels
from sishui_eco.understanding.marks import blank_marker
from sishui_eco.understanding.plain import NOTHING_MARKED, Marks, Plain
from sishui_eco.understanding.view import Sheet, visible
from sishui_eco.understanding.vocabulary import Vocabulary

Headed = tuple[Assigned, Cell]


class Under(Struct, frozen=True):
    """What rows under the same merges have in the columns these cover: a cell, or None where it is no value of theirs.

    `marks` are those of all these texts.
    """

    columns: dict[int, Headed | None]
    marks: int = 0


NO_MERGES = Under({})


class RecordRows(Struct, frozen=True, kw_only=True):
    """The physical rows of one record; `parent_from` is the row an unmerged blank name is taken from, 0 when none."""

    rows: tuple[int, ...]
    parent_from: int = 0
    section: int = 0  # the section row above it


@dataclass(frozen=True, slots=True, kw_only=True)
class Classified:
    """Every row of a table body with its class, the records, and what had to be told."""

    classes: dict[int, RowClass]
    records: tuple[RecordRows, ...]
    nil_rows: tuple[int, ...] = ()
    again: tuple[int, ...] = ()  # rows that repeat the heading
    strays: tuple[int, ...] = ()  # rows with content that belongs to no record
    nameless: tuple[int, ...] = ()  # record rows without a name
    foreign: int = 0  # first row of another kind of table below, 0 when none
    unsure_samples: tuple[int, ...] = ()  # marked as sample, but filled like a real record


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A table body and everything one must know to read its rows.

    `main` is the field that must stand in a record's own row, `names` are those that say what a record is about,
    `money` those of amounts.
    """

    sheet: Sheet
    form: Form
    layout: Layout
    block: HeaderBlock
    rows: tuple[int, ...]
    vocabulary: Vocabulary
    catalogue: Catalogue
    labels: Labels
    marks: Marks
    plain: Plain = NOTHING_MARKED
    again: frozenset[int] = frozenset()  # rows of the heading found again below
    main: str = field(init=False, compare=False)
    names: tuple[str, ...] = field(init=False, compare=False)
    main_column: int = field(init=False, compare=False)
    money: frozenset[str] = field(init=False, compare=False)
    lines: dict[int, tuple[Headed, ...]] = field(init=False, compare=False, repr=False, default_factory=dict)
    merged: dict[int, Under] = field(init=False, compare=False, repr=False, default_factory=dict)
    named: dict[tuple[int, str], Cell | None] = field(init=False, compare=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        names = IDENTITY[self.form.key]
        main = names[-1] if self.form.key != "annex2" else "indicator"
        left = self.block.left if self.block.columns else 0
        column = max((item.column for item in self.layout.of(main)), default=left)
        object.__setattr__(self, "names", names)
        object.__setattr__(self, "money", frozenset(item.key for item in self.form.fields if item.kind == "money"))
        object.__setattr__(self, "main", main)
        object.__setattr__(self, "main_column", column)

    def field_at(self, column: int) -> str:
        item = self.layout.by_column.get(column)
        return item.field if item is not None else ""

    def inside(self, row: int) -> tuple[Headed, ...]:
        """Return the headed cells of a row, as (column, cell), left to right."""
        line = self.lines.get(row)
        if line is None:
            headed = self.layout.by_column
            line = tuple([(headed[c.column], c) for c in self.sheet.own(row) if c.column in headed])
            self.lines[row] = line
        return line

    def own(self, row: int, name: str) -> list[Cell]:
        """Return the cells a row has itself in the columns of a field."""
        found = [self.sheet.grid.cells.get((row, item.column)) for item in self.layout.of(name)]
        return [cell for cell in found if cell is not None and visible(cell)]

    def filled(self, row: int) -> frozenset[str]:
        """Return the form's own fields that a row fills itself."""
        own = self.layout.fields
        return frozenset(
            [item.field for item, cell in self.inside(row) if item.field in own and not blank_marker(cell.text)]
        )

    def name(self, row: int, name: str) -> Cell | None:
        """Return the cell that names a record, None when it only marks that there is nothing."""
        cell = self.identity(row, name)
        return None if cell is None or blank_marker(cell.text) else cell

    def identity(self, row: int, name: str) -> Cell | None:
        """Return the cell that names a record, merges from above expanded, cells of other fields not taken."""
        if (row, name) not in self.named:
            self.named[row, name] = self._identity(row, name)
        return self.named[row, name]

    def _identity(self, row: int, name: str) -> Cell | None:
        under = self.under(row).columns
        for item in self.layout.of(name):
            if item.column in under:
                pair = under[item.column]
                cell = pair[1] if pair is not None else None
            else:
                cell = self.sheet.grid.cells.get((row, item.column))
            if cell is not None and visible(cell):
                return cell
        return None

    def under(self, row: int) -> Under:
        """Return what a row has in the columns under its merges, remembered while rows have the same merges."""
        if row not in self.sheet.merges:
            return NO_MERGES
        if row in self.merged:
            return self.merged[row]
        merges = self.sheet.merges[row]
        known = self.merged.get(row - 1) if self.sheet.merges.get(row - 1) == merges else None
        self.merged[row] = known = known or self._under(row, merges)
        return known

    def _under(self, row: int, merges: tuple[Merge, ...]) -> Under:
        columns = self.layout.columns
        if not columns:
            return NO_MERGES
        first, last = columns[0].column, columns[-1].column
        covered = {c for merge in merges for c in range(max(merge.left, first), min(merge.right, last) + 1)}
        found = {item.column: self._merged(row, item) for item in columns if item.column in covered}
        marks = 0
        for pair in found.values():
            marks |= self.marks.of(pair[1].text) if pair is not None else 0
        return Under(found, marks)

    def _merged(self, row: int, item: Assigned) -> Headed | None:
        """Return the cell a row has in a merged column; one that belongs to another field, or the heading, is none."""
        anchor = self.sheet.anchor(row, item.column)
        if anchor[0] in self.block.rows:
            return None
        if anchor[1] != item.column:
            other = self.field_at(anchor[1])
            if other and other != item.field:
                return None
        cell = self.sheet.cell(row, item.column)
        return (item, cell) if cell is not None else None
