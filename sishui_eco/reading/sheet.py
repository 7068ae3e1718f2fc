"""A sheet part read by expat: sure, and indifferent to prefixes, order and missing references."""

from __future__ import annotations

from xml.parsers import expat

from sishui_eco.model.grid import CellKind
from sishui_eco.reading.limits import OverLimit, Unreadable
from sishui_eco.reading.merges import area, taken_merges
from sishui_eco.reading.scan import scan_cells
from sishui_eco.reading.sheet_cells import (
    SheetContext,
    SheetFacts,
    StoredCell,
    add_cell,
    cell_position,
    check_position,
    too_long,
)
from sishui_eco.reading.xml_text import decode_xml, is_usual, mend

_TRUE = ("1", "true", "on")


def read_sheet(data: bytes, name: str, context: SheetContext) -> tuple[SheetFacts, bool]:
    """Return what a sheet part says, and whether forbidden characters had to be mended.

    The cells go through the quick scanner when every one of them has the usual shape; the rest of
    the part, and the cells of an unusual one, go through expat.
    Raises: Unreadable R102, R106; OverLimit R105, R206, R208, R209, R211, R213.
    """
    context.foresee(data)
    facts, seen = SheetFacts(name), context.cells_seen
    frame = scan_cells(data, facts, context) if is_usual(data) else None
    if frame is not None:
        head, tail = frame
        try:
            facts.merges, rest = taken_merges(decode_xml(head + tail))
            if len(facts.merges) > context.limits.merges:
                raise OverLimit("R211", sheet=name[:40], limit=context.limits.merges)
            _SheetParser(facts, context).parse(rest)
            _check_lengths(facts, context)
            return facts, False
        except expat.ExpatError:
            pass
    text = decode_xml(data)
    for mended in (False, True):
        facts, context.cells_seen = SheetFacts(name), seen
        try:
            _SheetParser(facts, context).parse(mend(text) if mended else text)
            return facts, mended
        except (expat.ExpatError, UnicodeError):
            continue
    raise Unreadable("R102")


def _check_lengths(facts: SheetFacts, context: SheetContext) -> None:
    limit = context.limits.cell_text
    if context.strings.size <= limit or max(map(len, context.strings.texts)) <= limit:
        return
    for cell in facts.cells.values():
        if cell.kind is CellKind.TEXT and len(cell.text) > limit:
            raise too_long(facts.name, cell, context.limits)


class _SheetParser:
    """Expat handlers filling SheetFacts; only the local part of every name counts."""

    def __init__(self, facts: SheetFacts, context: SheetContext) -> None:
        self.facts = facts
        self.context = context
        self.depth = 0
        self.row = 0
        self.column = 0
        self.cell: StoredCell | None = None
        self.text: list[str] | None = None
        self.size = 0
        self.phonetic = 0
        self.validation: list[str] | None = None  # kind, sqref, formula
        self.lines: list[bool] = []  # struck or not, of each text of an inline string that shows something
        self.struck: bool | None = None  # within a run only

    def parse(self, text: str) -> None:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.characters
        parser.Parse(text, True)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > self.context.limits.xml_depth:
            raise OverLimit("R213", limit=self.context.limits.xml_depth)
        handler = _STARTS.get(tag.rpartition(":")[2])
        if handler is not None:
            handler(self, attributes)

    def characters(self, text: str) -> None:
        if self.text is not None and not self.phonetic:
            self.size += len(text)
            if self.size > 4 * self.context.limits.cell_text:
                self.text = self.text[:1]
            self.text.append(text)

    def begin_row(self, attributes: dict[str, str]) -> None:
        given = attributes.get("r", "").strip()
        self.row = int(given) if given.isdigit() and len(given) < 12 else self.row + 1
        self.column = 0
        if attributes.get("hidden") in _TRUE and 0 < self.row <= 1_048_576:
            self.facts.hidden_rows.add(self.row)

    def begin_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        if reference:
            row, self.column = cell_position(reference, self.facts.name)
        else:
            row, self.column = self.row, self.column + 1
            check_position(row, self.column, self.facts.name)
        self.cell = StoredCell(row, self.column, attributes.get("s", ""), attributes.get("t", ""))
        self.context.counted(0)

    def begin_text(self, attributes: dict[str, str]) -> None:
        self.text, self.size = [], 0

    def begin_formula(self, attributes: dict[str, str]) -> None:
        if self.cell is not None:
            self.cell.formula_kind = attributes.get("t", "")
            self.cell.formula_index = attributes.get("si", "")
        self.text, self.size = [], 0

    def begin_run(self, attributes: dict[str, str]) -> None:
        self.struck = False

    def strike(self, attributes: dict[str, str]) -> None:
        if self.struck is not None:
            self.struck = attributes.get("val") not in ("0", "false")

    def begin_phonetic(self, attributes: dict[str, str]) -> None:
        self.phonetic += 1

    def merge(self, attributes: dict[str, str]) -> None:
        limit = self.context.limits.merges
        if len(self.facts.merges) >= limit:
            raise OverLimit("R211", sheet=self.facts.name[:40], limit=limit)
        self.facts.merges.append(area(attributes.get("ref", "")))

    def columns(self, attributes: dict[str, str]) -> None:
        first, last = attributes.get("min", ""), attributes.get("max", "")
        if attributes.get("hidden") in _TRUE and first.isdigit() and last.isdigit() and len(first + last) < 16:
            self.facts.hidden_columns.append((int(first), int(last)))

    def begin_validation(self, attributes: dict[str, str]) -> None:
        self.validation = [attributes.get("type", ""), attributes.get("sqref", ""), ""]

    def relation(self, attributes: dict[str, str]) -> None:
        for key, value in attributes.items():
            if key.rpartition(":")[2] == "id":
                self.facts.relations.append(value)

    def end(self, tag: str) -> None:
        self.depth -= 1
        name = tag.rpartition(":")[2]
        if name == "c" and self.cell is not None:
            self._end_cell(self.cell)
        elif name == "rPh":
            self.phonetic = max(0, self.phonetic - 1)
        elif name == "r":
            self.struck = None
        elif name in _TEXTS and self.text is not None:
            text, self.text = "".join(self.text), None
            self._take(name, text)
        elif name == "dataValidation" and self.validation is not None:
            kind, area, formula = self.validation
            if kind == "list" and formula.startswith('"') and len(self.facts.validations) < 5000:
                self.facts.validations.append((area, formula))
            self.validation = None

    def _take(self, name: str, text: str) -> None:
        if self.cell is None:
            if self.validation is not None and name in ("formula1", "f"):
                self.validation[2] = self.validation[2] or text.strip()
            elif self.validation is not None and name == "sqref":
                self.validation[1] = text.strip()
        elif name == "v":
            self.cell.value = text
        elif name == "f":
            self.cell.formula = text
        elif name == "t" and not self.phonetic:
            self.cell.inline = (self.cell.inline or "") + text
            if self.struck is None or text.strip():
                self.lines.append(bool(self.struck))

    def _end_cell(self, cell: StoredCell) -> None:
        cell.inline_struck = bool(self.lines) and all(self.lines)
        self.lines = []
        self.cell = None
        if cell.value is None and cell.formula is None and cell.inline is None:
            return
        self.context.counted(1)
        add_cell(self.facts, self.context, cell)


_TEXTS = frozenset(("v", "f", "t", "formula1", "sqref"))
_STARTS = {
    "row": _SheetParser.begin_row,
    "c": _SheetParser.begin_cell,
    "v": _SheetParser.begin_text,
    "t": _SheetParser.begin_text,
    "formula1": _SheetParser.begin_text,
    "sqref": _SheetParser.begin_text,
    "f": _SheetParser.begin_formula,
    "r": _SheetParser.begin_run,
    "strike": _SheetParser.strike,
    "rPh": _SheetParser.begin_phonetic,
    "mergeCell": _SheetParser.merge,
    "col": _SheetParser.columns,
    "dataValidation": _SheetParser.begin_validation,
    "drawing": _SheetParser.relation,
    "legacyDrawing": _SheetParser.relation,
}
