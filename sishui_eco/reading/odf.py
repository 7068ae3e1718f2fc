"""OpenDocument: spreadsheets (.ods) as sheets, texts (.odt) as Word-like tables and paragraphs."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from datetime import date, datetime, time

import msgspec

from sishui_eco.model.grid import Cell, CellKind, Document, Grid, Merge, Picture
from sishui_eco.model.place import Place
from sishui_eco.reading.cells import exact_number, is_blank
from sishui_eco.reading.limits import LAST_COLUMN, LAST_ROW, OverLimit, ReadLimits, Unreadable
from sishui_eco.reading.package import Package
from sishui_eco.reading.tables import TEXT_UNKNOWN, CellCounter, text_grid
from sishui_eco.reading.word_text import MAX_DEPTH
from sishui_eco.reading.xml_text import attribute, local, parse_tree
from sishui_eco.zh import word

_UNSEEN = frozenset(("annotation", "note", "tracked-changes", "ruby-text", "shapes"))
_MOST_NESTED = 50
_GROUPS = frozenset(("table-header-rows", "table-rows", "table-row-group"))
_COLUMN_GROUPS = frozenset(("table-header-columns", "table-columns", "table-column-group"))


def read_ods(content: bytes, place: Place, limits: ReadLimits) -> Document:
    """Return every table of an OpenDocument spreadsheet; repeated cells count as often as they repeat.

    Raises: Unreadable R102, R103; OverLimit.
    """
    root, body = _body(content, limits, "spreadsheet")
    invisible = _invisible_tables(root)
    walk = _Walk(CellCounter(limits))
    tables = [item for item in body if local(item.tag) == "table"]
    if len(tables) > limits.sheets:
        raise OverLimit("R205", count=len(tables), limit=limits.sheets)
    for item in tables:
        hidden = attribute(item, "style-name") in invisible
        walk.table(item, attribute(item, "name"), "sheet", hidden, 0)
    if not walk.grids:
        raise Unreadable("R103")
    return _document("ods", walk.grids)


def read_odt(content: bytes, place: Place, limits: ReadLimits) -> Document:
    """Return the tables of an OpenDocument text, then its paragraphs. Raises: as read_ods."""
    _, body = _body(content, limits, "text")
    walk = _Walk(CellCounter(limits))
    paragraphs: list[str] = []
    _blocks(walk, body, paragraphs, 0)
    grids = list(walk.grids)
    grids.append(text_grid(paragraphs, word("words.word_text", "reading"), len(grids), walk.counter))
    return _document("odt", grids)


def _document(reader: str, grids: list[Grid]) -> Document:
    return Document(reader=reader, grids=tuple(grids), pictures=sum(len(grid.pictures) for grid in grids))


def _body(content: bytes, limits: ReadLimits, kind: str) -> tuple[ElementTree.Element, ElementTree.Element]:
    package = Package(content, limits)
    manifest = package.read("META-INF/manifest.xml") or b""
    if b"encryption-data" in manifest:
        raise OverLimit("R101")
    data = package.read("content.xml")
    if data is None:
        raise Unreadable("R103")
    root = parse_tree(data)
    for body in root:
        if local(body.tag) == "body":
            for child in body:
                if local(child.tag) == kind:
                    return root, child
    raise Unreadable("R103")


def _invisible_tables(root: ElementTree.Element) -> frozenset[str]:
    found = set()
    for style in root.iter():
        is_table = local(style.tag) == "style" and attribute(style, "family") == "table"
        if is_table and any(attribute(item, "display") == "false" for item in style):
            found.add(attribute(style, "name"))
    return frozenset(found)


def _blocks(walk: _Walk, element: ElementTree.Element, paragraphs: list[str], depth: int) -> None:
    if depth > MAX_DEPTH:
        raise OverLimit("R213", limit=MAX_DEPTH)
    for child in element:
        name = local(child.tag)
        if name in ("p", "h"):
            paragraphs.append(_text(child))
        elif name == "table":
            walk.numbered += 1
            walk.table(child, word("words.word_table", "reading", number=walk.numbered), "word_table", False, depth + 1)
        elif name not in _UNSEEN:
            _blocks(walk, child, paragraphs, depth + 1)


def _text(element: ElementTree.Element, depth: int = 0) -> str:
    if depth > MAX_DEPTH:
        raise OverLimit("R213", limit=MAX_DEPTH)
    pieces = [element.text or ""]
    for child in element:
        name = local(child.tag)
        if name == "s":
            count = attribute(child, "c")
            pieces.append(" " * (int(count) if count.isdigit() and len(count) < 5 else 1))
        elif name in ("tab", "line-break"):
            pieces.append("\t" if name == "tab" else "\n")
        elif name not in _UNSEEN:
            pieces.append(_text(child, depth + 1))
        pieces.append(child.tail or "")
    return "".join(pieces)


@dataclass(slots=True)
class _Table:
    """One table being walked."""

    name: str
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    covered: dict[tuple[int, int], Cell] = field(default_factory=dict)
    comments: dict[tuple[int, int], str] = field(default_factory=dict)
    pictures: list[Picture] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    row: int = 0
    column: int = 0


class _Walk:
    """Collects grids; nested tables follow their parent."""

    def __init__(self, counter: CellCounter) -> None:
        self.counter = counter
        self.grids: list[Grid] = []
        self.numbered = 0

    def table(self, element: ElementTree.Element, name: str, kind: str, hidden: bool, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise OverLimit("R213", limit=MAX_DEPTH)
        table, inner = _Table(name), list[ElementTree.Element]()
        place = len(self.grids)
        self._rows(table, element, inner, depth)
        unknown = {"number_formats", "validations"} if kind == "sheet" else set(TEXT_UNKNOWN)
        self.grids.append(
            Grid(
                name=name or f"Sheet{place + 1}",
                index=place,
                kind=kind,
                cells=table.cells,
                merges=tuple(table.merges),
                covered=table.covered,
                hidden=hidden,
                hidden_rows=frozenset(table.hidden_rows),
                hidden_columns=frozenset(table.hidden_columns),
                comments=table.comments,
                pictures=tuple(table.pictures),
                unknown=frozenset(unknown),
            )
        )
        for number, nested in enumerate(inner, start=1):
            title = word("words.word_nested_table", "reading", number=name, inner=number)
            self.table(nested, title, "word_table", hidden, depth + 1)

    def _rows(self, table: _Table, element: ElementTree.Element, inner: list[ElementTree.Element], depth: int) -> None:
        if depth > MAX_DEPTH:
            raise OverLimit("R213", limit=MAX_DEPTH)
        for child in element:
            name = local(child.tag)
            if name in _GROUPS or name in _COLUMN_GROUPS:
                self._rows(table, child, inner, depth + 1)
            elif name == "table-column":
                self._column(table, child)
            elif name == "table-row":
                self._row(table, child, inner)

    def _column(self, table: _Table, element: ElementTree.Element) -> None:
        count = _count(element, "number-columns-repeated")
        if attribute(element, "visibility") in ("collapse", "filter"):
            table.hidden_columns.update(range(table.column + 1, min(table.column + count, 2000) + 1))
        table.column += count

    def _row(self, table: _Table, element: ElementTree.Element, inner: list[ElementTree.Element]) -> None:
        repeat = _count(element, "number-rows-repeated")
        first, column, filled = table.row + 1, 1, False
        cells = [item for item in element if local(item.tag) in ("table-cell", "covered-table-cell")]
        for item in cells:
            width = _count(item, "number-columns-repeated")
            if len(item) or attribute(item, "value-type") or attribute(item, "formula"):
                filled = self._repeated(table, item, first, repeat, column, width, inner) or filled
            self._merge(table, item, first, column)
            column += width
        if attribute(element, "visibility") in ("collapse", "filter") and (filled or repeat < 1000):
            table.hidden_rows.update(range(first, min(first + repeat, LAST_ROW + 1)))
        table.row += repeat

    def _repeated(
        self,
        table: _Table,
        item: ElementTree.Element,
        row: int,
        rows: int,
        column: int,
        columns: int,
        inner: list[ElementTree.Element],
    ) -> bool:
        cell = _cell(row, column, item)
        inner += _outermost_tables(item)
        notes = [
            "\n".join(_text(p) for p in child if local(p.tag) == "p")
            for child in item
            if local(child.tag) == "annotation"
        ]
        if notes:
            table.comments[(row, column)] = "\n".join(notes)
        if any(local(child.tag) == "image" for child in item.iter()):
            table.pictures.append(Picture(row, column))
        if cell is None:
            return False
        if row + rows - 1 > LAST_ROW or column + columns - 1 > LAST_COLUMN:
            raise OverLimit("R208", sheet=table.name[:40], cell=f"({row}, {column})")
        self.counter.foreseen(rows * columns)
        target = table.cells if local(item.tag) == "table-cell" else table.covered
        for down in range(rows):
            for across in range(columns):
                copy = msgspec.structs.replace(cell, row=row + down, column=column + across)
                target[(row + down, column + across)] = self.counter.checked(copy, table.name)
        return True

    def _merge(self, table: _Table, item: ElementTree.Element, row: int, column: int) -> None:
        wide, high = _count(item, "number-columns-spanned"), _count(item, "number-rows-spanned")
        if wide > 1 or high > 1:
            if len(table.merges) >= self.counter.limits.merges:
                raise OverLimit("R211", sheet=table.name[:40], limit=self.counter.limits.merges)
            table.merges.append(Merge(row, column, min(row + high - 1, LAST_ROW), min(column + wide - 1, LAST_COLUMN)))


def _outermost_tables(element: ElementTree.Element) -> list[ElementTree.Element]:
    """Return the first tables met on every way down; those inside them are met when they are read."""
    found: list[ElementTree.Element] = []
    waiting = list(reversed(element))
    while waiting and len(found) < _MOST_NESTED:
        item = waiting.pop()
        if local(item.tag) == "table":
            found.append(item)
        else:
            waiting += reversed(item)
    return found


def _count(element: ElementTree.Element, name: str) -> int:
    value = attribute(element, name)
    return max(1, int(value)) if value.isdigit() and len(value) < 9 else 1


def _cell(row: int, column: int, item: ElementTree.Element) -> Cell | None:
    text = "\n".join(_text(child) for child in item if local(child.tag) in ("p", "h", "list"))
    kind = attribute(item, "value-type")
    formula = attribute(item, "formula").partition(":")[2].removeprefix("=") or None
    if kind == "string" and not text:
        text = attribute(item, "string-value")
    if is_blank(text) and kind in ("", "string"):
        if formula is None:
            return None
        return Cell(row, column, CellKind.TEXT, "", formula=formula, uncached=not kind)
    if (text.startswith("#") and text.rstrip("!?").isupper()) or text.startswith("Err:"):
        return Cell(row, column, CellKind.ERROR, text, formula=formula)
    if kind in ("float", "percentage", "currency"):
        number = exact_number(attribute(item, "value"))
        if number is not None:
            shown = text or str(number)
            return Cell(row, column, CellKind.NUMBER, shown, number, number_format=_shape(kind), formula=formula)
    if kind == "boolean":
        return Cell(row, column, CellKind.BOOLEAN, attribute(item, "boolean-value").upper(), formula=formula)
    moment = _moment(attribute(item, "date-value")) if kind == "date" else None
    if moment is not None:
        return Cell(row, column, CellKind.DATE, text or moment.isoformat(), None, moment, formula=formula)
    return Cell(row, column, CellKind.TEXT, text, formula=formula) if not is_blank(text) else None


def _shape(kind: str) -> str:
    return "0%" if kind == "percentage" else "General"


def _moment(value: str) -> datetime | date | time | None:
    try:
        return datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    except ValueError:
        return None
