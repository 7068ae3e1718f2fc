"""The rows of long tables as text: what XlsxWriter does cell by cell, done once for each distinct text.

A county has some hundred thousand cells, a province ten million; most say what another cell of their
column says. Titles, headings, notes and charts stay with XlsxWriter (`book.py`, `splice.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

import msgspec
from xlsxwriter.utility import xl_col_to_name

from sishui_eco.outputs.markup import escaped
from sishui_eco.outputs.styles import TALLEST_ROW, height_of_lines, lines_within, usable_width
from sishui_eco.outputs.summary.book import Book, Entry, count
from sishui_eco.outputs.summary.links import link_formula
from sishui_eco.outputs.summary.table import Cell

REMEMBERED = 10_000  # distinct texts of one column
TALLEST = int((TALLEST_ROW - height_of_lines(0)) / (height_of_lines(1) - height_of_lines(0)))
Ending = tuple[str, int]  # how a cell ends, and how many lines it takes
Look = tuple[str, str, str, str]  # align, tone, kind of row, number format
Shorten = Callable[[str, str, float], str]
_NOTHING: Ending = ("/>", 1)


class PrintedColumn(msgspec.Struct, kw_only=True):
    """A column while its rows are printed; `after` stands between its cell and the row's number in the next name."""

    letter: str
    width: float
    fits: float  # so many half-width units on a line
    align: str
    after: str
    size: Decimal | int = 0  # the greatest number that no width was measured for, its sign aside
    greatest: Entry | None = None

    def keep(self, entry: Entry, number: Decimal | int) -> None:
        if number > self.size or -number > self.size:
            self.greatest, self.size = entry, max(number, -number)


class PlainEndings(dict[str, Ending]):
    """How the cells of a column end that are a text and nothing else, in rows of one kind; learnt when asked."""

    def __init__(self, printer: RowPrinter, column: PrintedColumn, kind: str) -> None:
        super().__init__()
        self._printer, self._column = printer, column
        self._asked: Look = (column.align, "", kind, "")

    def __missing__(self, content: str) -> Ending:
        printer, column = self._printer, self._column
        end, lines, lasting = printer.learn(column, content) if content else (*_NOTHING, True)
        found = f'" s="{printer.look(self._asked)}"{end}{column.after}', lines
        if lasting:
            if len(self) >= REMEMBERED:
                self.clear()
            self[content] = found
        return found


class RowPrinter:
    """Prints the rows of one table: widths are settled, formats and texts are looked up.

    What is printed of a row are the pieces behind its numbers: each cell is named by letters and the number of
    the row, so a piece is the end of one cell and the beginning of the next, and the same in many rows.
    `aligns` says how the plain texts of each column stand. `shorten` is asked what to show of a text that no row
    could be tall enough for. `measured` is the 0-based row from which on no width was measured.
    """

    def __init__(
        self,
        book: Book,
        key: str,
        widths: Sequence[float],
        aligns: Sequence[str],
        measured: int,
        shorten: Shorten,
    ) -> None:
        self._book, self._measured, self._shorten = book, measured, shorten
        self._links = book.links_of(key)
        self._number = 0
        self._looks: dict[Look, str] = {}
        self._plain: dict[str, list[PlainEndings]] = {}
        letters = [xl_col_to_name(at) for at in range(len(aligns))]
        after = [f'<c r="{letter}' for letter in letters[1:]] + [""]
        self.columns = [
            PrintedColumn(
                letter=letter, width=widths[at], fits=usable_width(widths[at]), align=aligns[at], after=after[at]
            )
            for at, letter in enumerate(letters)
        ]

    def line(self, row: int, cells: Iterable[Cell], kind: str) -> tuple[tuple[str, ...], int]:
        """Return the pieces of a 0-based row, all its cells of one kind, and how many lines its tallest cell takes."""
        self._number = row + 1
        printed = [
            plain[cell] if isinstance(cell, str) else self._cell(column, cell, kind)
            for column, plain, cell in zip(self.columns, self._plain_of(kind), cells, strict=True)
        ]
        ends, lines = zip(*printed, strict=True)
        return ends, max(lines)

    def cells(self, row: int, cells: Iterable[Cell], kinds: Iterable[str]) -> tuple[tuple[str, ...], list[int]]:
        """Return the pieces of a 0-based row of cells of several kinds, and how many lines each of them takes."""
        self._number = row + 1
        printed = [
            self._plain_of(kind)[at][cell] if isinstance(cell, str) else self._cell(self.columns[at], cell, kind)
            for at, (cell, kind) in enumerate(zip(cells, kinds, strict=True))
        ]
        return tuple([end for end, _ in printed]), [lines for _, lines in printed]

    def spread(self, content: str, columns: int, look: Any) -> tuple[str, ...]:
        """Return the pieces of a row of so many cells of one format, the text in the first of them."""
        number, asked = self._book.strings.number(content), self._book.formats.number_of(look)
        first, *blank = self.columns[:columns]
        blanks = [f'" s="{asked}"/>{column.after}' for column in blank]
        return f'" s="{asked}" t="s"><v>{number}</v></c>{first.after}', *blanks

    def learn(self, column: PrintedColumn, content: str) -> tuple[str, int, bool]:
        """Return the end of a text's cell, its lines, and whether another cell with that text ends so too."""
        lines, shown = 1, content
        if 2 * len(content) > column.fits or "\n" in content:
            lines = lines_within(content, column.fits)
        if lines > TALLEST:  # what is shortened tells where its own whole stands
            shown = self._shorten(content, f"{column.letter}{self._number}", column.width)
            lines = lines_within(shown, column.fits)
        number = self._book.strings.number(self._book.clean(shown))
        return f' t="s"><v>{number}</v></c>', lines, shown is content

    def look(self, asked: Look) -> str:
        """Return the number of a format; not before it is needed, for formats are numbered as they are asked for."""
        found = self._looks.get(asked)
        if found is None:
            align, tone, kind, number = asked
            look = self._book.formats.cell(align=align, tone=tone, kind=kind, number=number)
            found = self._looks[asked] = str(self._book.formats.number_of(look))
        return found

    def _plain_of(self, kind: str) -> list[PlainEndings]:
        found = self._plain.get(kind)
        if found is None:
            found = self._plain[kind] = [PlainEndings(self, column, kind) for column in self.columns]
        return found

    def _cell(self, column: PrintedColumn, cell: Entry | int, kind: str) -> Ending:
        if isinstance(cell, Entry):
            return self._entry(column, cell, kind)
        if self._number > self._measured:
            column.keep(count(cell), cell)
        return f'" s="{self.look(("center", "", kind, "0"))}"><v>{cell}</v></c>{column.after}', 0

    def _entry(self, column: PrintedColumn, entry: Entry, kind: str) -> Ending:
        end, taken = _NOTHING
        if entry.number is not None:
            end, taken = self._figure(column, entry), 0
        elif entry.text:
            end, taken, _ = self.learn(column, entry.text)
            if entry.formula:
                end = self._worded(entry, entry.formula)
        if entry.link and taken < 2:  # LibreOffice does not wrap a linked text: it would print cut
            name = f"{column.letter}{self._number}"
            if not self._links.add(name, entry.link, way=entry.tone == "link"):  # no more links fit
                end = self._worded(entry, link_formula(entry.link, entry.text))
        asked = (entry.align, entry.tone, kind, entry.number_format)
        return f'" s="{self._looks.get(asked) or self.look(asked)}"{end}{column.after}', taken

    def _figure(self, column: PrintedColumn, entry: Entry) -> str:
        assert entry.number is not None
        if self._number > self._measured:
            column.keep(entry, entry.number)
        value = entry.number if isinstance(entry.number, int) else float(entry.number)
        if entry.formula:
            return f"><f>{escaped(entry.formula[1:])}</f><v>{value}</v></c>"
        return f"><v>{value:.16G}</v></c>" if isinstance(value, float) else f"><v>{value}</v></c>"

    def _worded(self, entry: Entry, formula: str) -> str:
        shown = escaped(self._book.clean(entry.text))
        return f' t="str"><f>{escaped(formula[1:])}</f><v>{shown}</v></c>'
