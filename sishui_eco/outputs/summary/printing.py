"""The rows of long tables as text: what XlsxWriter does cell by cell, done once for each distinct text.

A county has some hundred thousand cells, a province ten million; most say what another cell of their
column says. Titles, headings, notes and charts stay with XlsxWriter (`book.py`, `splice.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from xlsxwriter.utility import xl_col_to_name

from sishui_eco.outputs.styles import TALLEST_ROW, count_lines, height_of_lines
from sishui_eco.outputs.summary.book import Book, Entry
from sishui_eco.outputs.summary.links import link_formula
from sishui_eco.outputs.summary.strings import escaped

REMEMBERED = 10_000  # distinct texts of one column
TALLEST = int((TALLEST_ROW - height_of_lines(0)) / (height_of_lines(1) - height_of_lines(0)))
_NOTHING = ("/>", 1)
Shorten = Callable[[str, str, float], str]


@dataclass(slots=True, kw_only=True)
class PrintedColumn:
    """What is known of a column while its rows are printed: how its texts end and how many lines they take."""

    letter: str
    width: float
    known: dict[str, tuple[str, int]] = field(default_factory=dict)
    size: Decimal | int = 0  # the greatest number that no width was measured for, its sign aside
    greatest: Entry | None = None

    def keep(self, entry: Entry, number: Decimal | int) -> None:
        if number > self.size or -number > self.size:
            self.greatest, self.size = entry, max(number, -number)


class RowPrinter:
    """Prints the rows of one table: widths are settled, formats and texts are looked up.

    `shorten` is asked what to show of a text that no row could be tall enough for. `measured` is the
    0-based row from which on no width was measured.
    """

    def __init__(self, book: Book, key: str, widths: Sequence[float], measured: int, shorten: Shorten) -> None:
        self._book, self._key, self._measured, self._shorten = book, key, measured, shorten
        self.columns = [PrintedColumn(letter=xl_col_to_name(at), width=width) for at, width in enumerate(widths)]
        self._looks: dict[tuple[str, str, str, str], str] = {}

    def cells(self, row: int, entries: Iterable[Entry], kinds: Iterable[str]) -> tuple[list[str], list[int]]:
        """Return the cells of a 0-based row as text, and how many lines each of them takes."""
        looks, number, texts, lines = self._looks, row + 1, [], []
        for column, entry, kind in zip(self.columns, entries, kinds, strict=False):
            content, (end, taken) = entry.text, _NOTHING
            if entry.number is not None:
                end, taken = self._number(column, entry, row), 0
            elif content:
                end, taken = column.known.get(content) or self._learn(column, number, content)
                if entry.formula:
                    end = self._worded(entry, entry.formula)
            name, asked = f"{column.letter}{number}", (entry.align, entry.tone, kind, entry.number_format)
            if entry.link and taken < 2:  # LibreOffice does not wrap a linked text: it would print cut
                end = self._linked(name, entry, end)
            texts.append(f'<c r="{name}" s="{looks.get(asked) or self._look(asked)}"{end}')
            lines.append(taken)
        return texts, lines

    def spread(self, row: int, content: str, columns: int, look: Any) -> str:
        """Return a row of so many cells of one format, the text in the first of them."""
        number, asked = self._book.strings.number(content), self._book.formats.number_of(look)
        blank = [f'<c r="{column.letter}{row + 1}" s="{asked}"/>' for column in self.columns[1:columns]]
        return f'<c r="{self.columns[0].letter}{row + 1}" s="{asked}" t="s"><v>{number}</v></c>{"".join(blank)}'

    def _look(self, asked: tuple[str, str, str, str]) -> str:
        align, tone, kind, number = asked
        look = self._book.formats.cell(align=align, tone=tone, kind=kind, number=number)
        self._looks[asked] = str(self._book.formats.number_of(look))
        return self._looks[asked]

    def _number(self, column: PrintedColumn, entry: Entry, row: int) -> str:
        assert entry.number is not None
        if row >= self._measured:
            column.keep(entry, entry.number)
        value = entry.number if isinstance(entry.number, int) else float(entry.number)
        if entry.formula:
            return f"><f>{escaped(entry.formula[1:])}</f><v>{value}</v></c>"
        return f"><v>{value:.16G}</v></c>" if isinstance(value, float) else f"><v>{value}</v></c>"

    def _worded(self, entry: Entry, formula: str) -> str:
        shown = escaped(self._book.clean(entry.text))
        return f' t="str"><f>{escaped(formula[1:])}</f><v>{shown}</v></c>'

    def _linked(self, name: str, entry: Entry, end: str) -> str:
        """Keep the cell's link; return the end of the cell, a formula that leads there when no more links fit."""
        if self._book.links.add(self._key, name, entry.link, way=entry.tone == "link"):
            return end
        return self._worded(entry, link_formula(entry.link, entry.text))

    def _learn(self, column: PrintedColumn, number: int, content: str) -> tuple[str, int]:
        """Return the end of a text's cell and its lines, and remember both: the text may come again."""
        lines, shown = count_lines(content, column.width), content
        if lines > TALLEST:
            shown = self._shorten(content, f"{column.letter}{number}", column.width)
            lines = count_lines(shown, column.width)
        found = (f' t="s"><v>{self._book.strings.number(self._book.clean(shown))}</v></c>', lines)
        if shown is content:  # what was shortened tells where its own whole stands
            if len(column.known) >= REMEMBERED:
                column.known.clear()
            column.known[content] = found
        return found
