"""Stored cells of a sheet part, piece by piece, to Cell objects; shared by both sheet readers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from sishui_eco.model.grid import Cell, CellKind, Merge
from sishui_eco.model.place import column_letters, column_number
from sishui_eco.reading.cells import (
    PLAIN,
    CellStyle,
    is_blank,
    text_cell,
    unescape_text,
)
from sishui_eco.reading.formulas import moved
from sishui_eco.reading.limits import LAST_COLUMN, LAST_ROW, OverLimit, ReadLimits, Unreadable
from sishui_eco.reading.number_format import show_moment
from sishui_eco.reading.numbers import number_look
from sishui_eco.reading.shared_strings import SharedStrings
from sishui_eco.reading.xml_text import decode_xml, is_usual

_REFERENCE = re.compile(r"\$?([A-Za-z]{1,9})\$?([0-9]{1,12})\Z")
_OVERLONG = re.compile(r"\$?[A-Za-z]+\$?[0-9]+\Z")
_LEAST = len("<v>1</v>")
_DISPIMG = re.compile(r'DISPIMG\(\s*"([^"]{1,200})"', re.IGNORECASE)


@dataclass(slots=True, kw_only=True)
class SheetContext:
    """What all sheets of a workbook share, and the count of cells seen so far."""

    strings: SharedStrings
    styles: Sequence[CellStyle] | None
    date1904: bool
    limits: ReadLimits
    picture_word: str
    cells_seen: int = 0

    def style(self, index: str) -> CellStyle:
        """Return the style of an `s` attribute; an index out of range is plain."""
        if not index or self.styles is None or not index.isdigit() or len(index) > 8:
            index = "0"
        number = int(index)
        return self.styles[number] if self.styles and number < len(self.styles) else PLAIN

    def foresee(self, data: bytes) -> None:
        """Refuse before a cell is made the sheet that will pass the limit. Raises: OverLimit R206.

        Only a part long enough to hold so many cells is looked through.
        """
        room = self.limits.cells - self.cells_seen
        if len(data) // _LEAST <= room:
            return
        text = data if is_usual(data) else decode_xml(data).encode("utf-8", "replace")
        if text.count(b"<v>") > room and text.count(b"<v>") - text.count(b"<v></v>") > room:
            raise OverLimit("R206", limit=self.limits.cells)

    def counted(self, more: int) -> None:
        """Count cells. Raises: OverLimit R206."""
        self.cells_seen += more
        if self.cells_seen > self.limits.cells:
            raise OverLimit("R206", limit=self.limits.cells)


@dataclass(slots=True)
class SheetFacts:
    """What the XML of one sheet says, before relations and merges are worked in."""

    name: str
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    merges: list[Merge | None] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    validations: list[tuple[str, str]] = field(default_factory=list)
    relations: list[str] = field(default_factory=list)
    images: dict[tuple[int, int], str] = field(default_factory=dict)
    masters: dict[str, tuple[str, int, int]] = field(default_factory=dict)


@dataclass(slots=True)
class StoredCell:
    """One `c` element: attributes and children as text, unescaped."""

    row: int
    column: int
    style: str = ""
    kind: str = ""
    value: str | None = None
    formula: str | None = None
    formula_kind: str = ""
    formula_index: str = ""
    inline: str | None = None
    inline_struck: bool = False


def cell_position(reference: str, sheet: str) -> tuple[int, int]:
    """Return row and column of an A1 reference.

    Raises: OverLimit R208 outside A1:XFD1048576, Unreadable R102 for what is no reference.
    """
    found = _REFERENCE.match(reference.strip())
    if not found:
        if _OVERLONG.match(reference.strip()):  # never to the second reader: forty letters make it abort
            raise OverLimit("R208", sheet=sheet[:40], cell=f"{reference.strip()[:12]}…")
        raise Unreadable("R102")
    row, column = int(found.group(2)), column_number(found.group(1))
    check_position(row, column, sheet)
    return row, column


def check_position(row: int, column: int, sheet: str) -> None:
    """Refuse a place outside the sheet. Raises: OverLimit R208."""
    if not (1 <= row <= LAST_ROW and 1 <= column <= LAST_COLUMN):
        cell = f"{column_letters(column)[:12]}{row}"
        raise OverLimit("R208", sheet=sheet[:40], cell=cell)


def add_cell(facts: SheetFacts, context: SheetContext, stored: StoredCell) -> None:
    """Put a stored cell into the facts unless it shows and holds nothing."""
    style = context.style(stored.style)
    formula = _formula(facts, stored)
    cell = _valued(facts, context, stored, style)
    place = (stored.row, stored.column)
    if formula is not None:
        image = _DISPIMG.search(formula)
        if image:
            facts.images[place] = image.group(1)
            cell = text_cell(stored.row, stored.column, context.picture_word, style)
        cell = _with_formula(stored, cell, style, formula, bool(image))
    if cell is not None:
        if len(cell.text) > context.limits.cell_text:
            raise too_long(facts.name, cell, context.limits)
        facts.cells[place] = cell


def too_long(sheet: str, cell: Cell, limits: ReadLimits) -> OverLimit:
    """Return the refusal for a cell whose text no office program could hold."""
    place = f"{column_letters(cell.column)}{cell.row}"
    return OverLimit("R209", sheet=sheet[:40], cell=place, limit=limits.cell_text)


def _formula(facts: SheetFacts, stored: StoredCell) -> str | None:
    if stored.formula is None:
        return None
    text = stored.formula.strip()
    if stored.formula_kind != "shared":
        return text or None
    if text:
        facts.masters[stored.formula_index] = (text, stored.row, stored.column)
        return text
    master = facts.masters.get(stored.formula_index)
    if master is None:
        return ""
    return moved(master[0], stored.row - master[1], stored.column - master[2])


def _with_formula(stored: StoredCell, cell: Cell | None, style: CellStyle, formula: str, image: bool) -> Cell:
    uncached = not image and stored.inline is None and not stored.value and stored.kind != "str"
    row, column, code = stored.row, stored.column, style.shape.code
    if cell is None:
        return Cell(row, column, CellKind.TEXT, "", None, None, code, formula, uncached, style.struck)
    return Cell(row, column, cell.kind, cell.text, cell.number, cell.moment, code, formula, uncached, cell.struck)


def _valued(facts: SheetFacts, context: SheetContext, stored: StoredCell, style: CellStyle) -> Cell | None:
    row, column, kind, value = stored.row, stored.column, stored.kind, stored.value
    if kind == "inlineStr" or (value is None and stored.inline is not None):
        struck = style.struck or stored.inline_struck
        return _text(row, column, unescape_text(stored.inline or value or ""), style, struck)
    if not value or not value.strip():
        return _text(row, column, value or "", style, style.struck) if kind == "str" else None
    if kind == "s":
        struck = style.struck or context.strings.is_struck(value)
        return _text(row, column, context.strings[value], style, struck)
    if kind == "str":
        return _text(row, column, unescape_text(value), style, style.struck)
    if kind == "b":
        shown = "TRUE" if value.strip().lower() in ("1", "true") else "FALSE"
        return Cell(row, column, CellKind.BOOLEAN, shown, None, None, style.shape.code, None, False, style.struck)
    if kind == "e":
        return Cell(row, column, CellKind.ERROR, value.strip(), None, None, style.shape.code, None, False, style.struck)
    if kind == "d":
        return _iso_date(row, column, value.strip(), style)
    kind, shown, number, moment = number_look(value, style.shape, context.date1904)
    return Cell(row, column, kind, shown, number, moment, style.shape.code, None, False, style.struck)


def _text(row: int, column: int, text: str, style: CellStyle, struck: bool) -> Cell | None:
    if is_blank(text):
        return None
    return Cell(row, column, CellKind.TEXT, text, None, None, style.shape.code, None, False, struck)


def _iso_date(row: int, column: int, value: str, style: CellStyle) -> Cell:
    moment: datetime | date | time
    try:
        if "-" not in value:
            moment = time.fromisoformat(value)
        elif "T" in value:
            moment = datetime.fromisoformat(value).replace(tzinfo=None)
        else:
            moment = date.fromisoformat(value)
    except ValueError:
        return text_cell(row, column, value, style)
    text = show_moment(moment, style.shape) if style.shape.is_date else value.replace("T", " ")
    return Cell(row, column, CellKind.DATE, text, None, moment, style.shape.code, None, False, style.struck)
