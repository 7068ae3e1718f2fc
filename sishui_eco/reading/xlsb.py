"""Binary workbooks (.xlsb), read record by record; nothing is ever filled in between cells.

Source: MS-XLSB. calamine panics on two of sixteen real files and fills memory at a far corner.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from sishui_eco.model.finding import Finding, make_finding
from sishui_eco.model.grid import Cell, CellKind, Document, Grid, Merge
from sishui_eco.model.place import Place
from sishui_eco.reading.cells import PLAIN, CellStyle, exact_number, is_blank, number_cell, unescape_text
from sishui_eco.reading.extras import custom_properties, read_pictures
from sishui_eco.reading.limits import OverLimit, ReadLimits, Unreadable
from sishui_eco.reading.merges import split_covered
from sishui_eco.reading.number_format import builtin_format, compile_format
from sishui_eco.reading.package import Package
from sishui_eco.reading.relations import Relation, main_part, read_relations
from sishui_eco.reading.sheet_cells import check_position
from sishui_eco.reading.tables import CellCounter
from sishui_eco.reading.xls import tidy

_ROW, _FMT, _FONT, _XF, _COLUMN = 0, 44, 43, 47, 60
_RICH, _SHARED, _PROPERTIES, _SHEET, _MERGE = 62, 19, 153, 156, 176
_XFS_BEGIN, _XFS_END, _COMMENT, _COMMENT_TEXT = 617, 618, 635, 637
_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}
_UNKNOWN = frozenset({"formulas", "validations"})


def read_xlsb(content: bytes, place: Place, limits: ReadLimits) -> Document:
    """Return every sheet of a binary workbook. Raises: Unreadable R102, R103, R106; OverLimit."""
    package = Package(content, limits)
    part = main_part(package, "xl/workbook.bin")
    data = package.read(part)
    if data is None or not part.lower().endswith(".bin"):
        raise Unreadable("R103")
    try:
        book = _Book(package, part, data, limits)
        grids = tuple(book.grids())
    except (struct.error, IndexError):
        raise Unreadable("R102") from None
    has_macros = any("vbaproject" in name or "macrosheets/" in name for name in package.names())
    links = sum(relation.kind == "externalLink" for relation in book.relations.values())
    notices: list[Finding] = [make_finding("R302", place)] if has_macros else []
    if links:
        notices.append(make_finding("R303", place, count=links))
    return Document(
        reader="xlsb",
        grids=grids,
        properties=custom_properties(package),
        notices=tuple(notices),
        has_macros=has_macros,
        external_links=links,
        pictures=sum(len(grid.pictures) for grid in grids),
    )


def records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the records of a part as (type, payload). Raises: Unreadable R102 when one is cut short."""
    position, end = 0, len(data)
    while position < end:
        kind = data[position]
        position += 1
        if kind & 0x80:
            kind = kind & 0x7F | (data[position] & 0x7F) << 7
            position += 1
        size = shift = 0
        for _ in range(4):
            byte = data[position]
            position += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        if position + size > end:
            raise Unreadable("R102")
        yield kind, data[position : position + size]
        position += size


def wide(data: bytes, offset: int) -> tuple[str, int]:
    """Return a counted UTF-16 string and the offset after it."""
    count = struct.unpack_from("<I", data, offset)[0]
    if count == 0xFFFFFFFF:
        return "", offset + 4
    end = offset + 4 + 2 * count
    if end > len(data):
        raise Unreadable("R102")
    return data[offset + 4 : end].decode("utf-16-le", "replace"), end


def _listed(payload: bytes) -> tuple[str, str, bool]:
    """Return name, relation and hidden state of a listed sheet; Excel 2007 Beta put four bytes before."""
    for start in (8, 12):
        try:
            identity, after = wide(payload, start)
            return wide(payload, after)[0], identity, payload[0] != 0
        except (Unreadable, struct.error):
            continue
    raise Unreadable("R102")


@dataclass(slots=True)
class _Sheet:
    """One sheet being walked."""

    name: str
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    row: int = 0


class _Book:
    """The parts all sheets share."""

    def __init__(self, package: Package, part: str, data: bytes, limits: ReadLimits) -> None:
        self.package = package
        self.relations = read_relations(package, part)
        self.counter = CellCounter(limits)
        self.date1904 = False
        self.sheets: list[tuple[str, str, bool]] = []
        for kind, payload in records(data):
            if kind == _PROPERTIES:
                self.date1904 = bool(payload[0] & 1)
            elif kind == _SHEET:
                self.sheets.append(_listed(payload))
        if len(self.sheets) > limits.sheets:
            raise OverLimit("R205", count=len(self.sheets), limit=limits.sheets)
        folder = part.rpartition("/")[0]
        self.texts = self._texts(package.read(f"{folder}/sharedStrings.bin"), limits)
        self.styles = self._styles(package.read(f"{folder}/styles.bin"), limits)

    def _texts(self, data: bytes | None, limits: ReadLimits) -> list[str]:
        found: list[str] = []
        for kind, payload in records(data or b""):
            if kind == _SHARED:
                found.append(unescape_text(wide(payload, 1)[0]))
                if len(found) > limits.cells:
                    raise OverLimit("R206", limit=limits.cells)
        return found

    def _styles(self, data: bytes | None, limits: ReadLimits) -> list[CellStyle]:
        formats: dict[int, str] = {}
        fonts: list[bool] = []
        styles: list[CellStyle] = []
        inside = False
        for kind, payload in records(data or b""):
            if kind == _FMT:
                formats[struct.unpack_from("<H", payload)[0]] = wide(payload, 2)[0]
            elif kind == _FONT:
                fonts.append(bool(struct.unpack_from("<H", payload, 2)[0] & 0x8))
            elif kind in (_XFS_BEGIN, _XFS_END):
                inside = kind == _XFS_BEGIN
            elif kind == _XF and inside:
                number, font = struct.unpack_from("<HH", payload, 2)
                code = formats.get(number) or builtin_format(number)
                styles.append(CellStyle(compile_format(code), font < len(fonts) and fonts[font]))
                if len(styles) > limits.cell_formats:
                    raise OverLimit("R212", limit=limits.cell_formats)
        return styles

    def grids(self) -> Iterator[Grid]:
        """Yield the sheets in order; charts have no cells and are left out."""
        for index, (name, identity, hidden) in enumerate(self.sheets):
            relation = self.relations.get(identity)
            if relation is None or relation.kind == "chartsheet":
                continue
            data = self.package.read(relation.target)
            if data is None:
                raise Unreadable("R106", what=name[:40])
            yield self._grid(_Sheet(name), index, hidden, data, read_relations(self.package, relation.target))

    def _grid(self, sheet: _Sheet, index: int, hidden: bool, data: bytes, relations: Mapping[str, Relation]) -> Grid:
        for kind, payload in records(data):
            if kind <= 11 or kind == _RICH:
                self._row_or_cell(sheet, kind, payload)
            elif kind == _MERGE:
                top, bottom, left, right = struct.unpack_from("<4I", payload)
                check_position(bottom + 1, right + 1, sheet.name)
                if len(sheet.merges) >= self.counter.limits.merges:
                    raise OverLimit("R211", sheet=sheet.name[:40], limit=self.counter.limits.merges)
                sheet.merges.append(Merge(top + 1, left + 1, bottom + 1, right + 1))
            elif kind == _COLUMN and payload[16] & 1:
                first, last = struct.unpack_from("<2I", payload)
                sheet.hidden_columns.append((first + 1, last + 1))
        merges = tuple(sheet.merges)
        covered = split_covered(sheet.cells, merges, sheet.name, self.counter.limits.merges)
        last = max((column for _, column in sheet.cells), default=0)
        return Grid(
            name=sheet.name,
            index=index,
            cells=sheet.cells,
            merges=merges,
            covered=covered,
            hidden=hidden,
            hidden_rows=frozenset(sheet.hidden_rows),
            hidden_columns=frozenset(
                column for first, end in sheet.hidden_columns for column in range(first, min(end, last) + 1)
            ),
            comments=self._comments(relations),
            pictures=tuple(read_pictures(self.package, relations)),
            unknown=_UNKNOWN,
        )

    def _row_or_cell(self, sheet: _Sheet, kind: int, payload: bytes) -> None:
        if kind == _ROW:
            sheet.row = struct.unpack_from("<I", payload)[0] + 1
            check_position(sheet.row, 1, sheet.name)
            if len(payload) > 11 and payload[11] & 0x10:
                sheet.hidden_rows.add(sheet.row)
        elif kind > 1:
            column, style = struct.unpack_from("<2I", payload)
            check_position(sheet.row, column + 1, sheet.name)
            number = style & 0xFFFFFF
            known = self.styles[number] if number < len(self.styles) else PLAIN
            cell = self._cell(sheet.row, column + 1, kind, payload, known)
            if cell is not None:
                sheet.cells[(sheet.row, column + 1)] = self.counter.checked(cell, sheet.name)

    def _cell(self, row: int, column: int, kind: int, payload: bytes, style: CellStyle) -> Cell | None:
        code, struck = style.shape.code, style.struck
        if kind in (6, 7, 8, _RICH):
            text = self._text(kind, payload)
            if is_blank(text):
                return None
            return Cell(row, column, CellKind.TEXT, text, None, None, code, None, False, struck)
        if kind in (3, 11):
            shown = _ERRORS.get(payload[8], "#N/A")
            return Cell(row, column, CellKind.ERROR, shown, None, None, code, None, False, struck)
        if kind in (4, 10):
            shown = "TRUE" if payload[8] else "FALSE"
            return Cell(row, column, CellKind.BOOLEAN, shown, None, None, code, None, False, struck)
        value = _rk(struct.unpack_from("<I", payload, 8)[0]) if kind == 2 else struct.unpack_from("<d", payload, 8)[0]
        number = exact_number(repr(value))
        if number is None:
            return Cell(row, column, CellKind.ERROR, str(value), None, None, code, None, False, struck)
        return number_cell(row, column, tidy(number), style, self.date1904)

    def _text(self, kind: int, payload: bytes) -> str:
        if kind == 7:
            number = int(struct.unpack_from("<I", payload, 8)[0])
            if number >= len(self.texts):
                raise Unreadable("R106", what="sharedStrings")
            return self.texts[number]
        return unescape_text(wide(payload, 9 if kind == _RICH else 8)[0])

    def _comments(self, relations: Mapping[str, Relation]) -> dict[tuple[int, int], str]:
        found: dict[tuple[int, int], str] = {}
        for relation in relations.values():
            if relation.kind != "comments" or relation.external:
                continue
            place = (0, 0)
            for kind, payload in records(self.package.read(relation.target) or b""):
                if kind == _COMMENT:
                    row, _, column, _ = struct.unpack_from("<4I", payload, 4)
                    place = (row + 1, column + 1)
                elif kind == _COMMENT_TEXT:
                    found[place] = unescape_text(wide(payload, 1)[0])
        return dict(sorted(found.items()))


def _rk(stored: int) -> float:
    """Return the number of a compact RK field."""
    if stored & 2:
        whole = (stored >> 2) - (1 << 30 if stored & 0x80000000 else 0)
        return float(Decimal(whole) / 100) if stored & 1 else float(whole)
    value: float = struct.unpack("<d", b"\0\0\0\0" + struct.pack("<I", stored & 0xFFFFFFFC))[0]
    return float(Decimal(repr(value)) / 100) if stored & 1 else value
