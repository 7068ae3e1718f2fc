"""Workbooks in the XML of Excel 2003, as business systems write them under the name .xls."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from datetime import datetime

from sishui_eco.model.finding import make_finding
from sishui_eco.model.grid import Cell, CellKind, Document, Grid, Merge
from sishui_eco.model.place import Place
from sishui_eco.reading.cells import PLAIN, CellStyle, exact_number, is_blank, number_cell, text_cell
from sishui_eco.reading.limits import LAST_COLUMN, LAST_ROW, OverLimit, ReadLimits, Unreadable
from sishui_eco.reading.merges import split_covered
from sishui_eco.reading.number_format import compile_format, show_moment
from sishui_eco.reading.tables import CellCounter
from sishui_eco.reading.xml_text import attribute, local, parse_tree
from sishui_eco.zh import word

_NAMED = {
    "General Number": "General",
    "General Date": "yyyy/m/d h:mm",
    "Short Date": "yyyy/m/d",
    "Long Date": "yyyy/m/d",
    "Medium Date": "yyyy/m/d",
    "Short Time": "h:mm",
    "Long Time": "h:mm:ss",
    "Medium Time": "h:mm",
    "Currency": "#,##0.00",
    "Fixed": "0.00",
    "Standard": "#,##0.00",
    "Percent": "0.00%",
    "Scientific": "0.00E+00",
}


def read_xml_sheet(content: bytes, place: Place, limits: ReadLimits) -> Document:
    """Return every worksheet of a SpreadsheetML 2003 file.

    Raises: Unreadable R102, R103, R104 for other XML; OverLimit.
    """
    if len(content) > limits.file_bytes:
        raise OverLimit("R207", size=f"{len(content) >> 20} MB", limit=f"{limits.file_bytes >> 20} MB")
    root = parse_tree(content)
    if local(root.tag) != "Workbook":
        raise Unreadable("R104", what="XML") if local(root.tag) in ("wordDocument", "package") else Unreadable("R103")
    styles = _styles(root)
    sheets = [child for child in root if local(child.tag) == "Worksheet"]
    if len(sheets) > limits.sheets:
        raise OverLimit("R205", count=len(sheets), limit=limits.sheets)
    counter = CellCounter(limits)
    grids = tuple(_grid(sheet, index, styles, counter) for index, sheet in enumerate(sheets))
    if not grids:
        raise Unreadable("R103")
    what = word("disguises.xml_sheet", "reading")
    return Document(reader="xml_sheet", grids=grids, notices=(make_finding("R305", place, what=what),))


def _styles(root: ElementTree.Element) -> dict[str, CellStyle]:
    found: dict[str, CellStyle] = {}
    for style in root.iter():
        if local(style.tag) != "Style":
            continue
        code, struck = "General", False
        for item in style:
            if local(item.tag) == "NumberFormat":
                code = attribute(item, "Format") or "General"
            elif local(item.tag) == "Font":
                struck = attribute(item, "StrikeThrough") == "1"
        found[attribute(style, "ID")] = CellStyle(compile_format(_NAMED.get(code, code)), struck)
    return found


def _grid(sheet: ElementTree.Element, index: int, styles: dict[str, CellStyle], counter: CellCounter) -> Grid:
    name = attribute(sheet, "Name") or f"Sheet{index + 1}"
    state = _SheetState(name, styles, counter)
    hidden = False
    for child in sheet:
        if local(child.tag) == "Table":
            state.table(child)
        elif local(child.tag) == "WorksheetOptions":
            hidden = any(local(item.tag) == "Visible" and "Hidden" in (item.text or "") for item in child)
    merges = tuple(state.merges)
    covered = split_covered(state.cells, merges, name, counter.limits.merges)
    return Grid(
        name=name,
        index=index,
        cells=state.cells,
        merges=merges,
        covered=covered,
        hidden=hidden,
        hidden_rows=frozenset(state.hidden_rows),
        hidden_columns=frozenset(state.hidden_columns),
        comments=state.comments,
        unknown=frozenset({"pictures", "validations"}),
    )


class _SheetState:
    """One worksheet being walked."""

    def __init__(self, name: str, styles: dict[str, CellStyle], counter: CellCounter) -> None:
        self.name = name
        self.styles = styles
        self.counter = counter
        self.cells: dict[tuple[int, int], Cell] = {}
        self.merges: list[Merge] = []
        self.comments: dict[tuple[int, int], str] = {}
        self.hidden_rows: set[int] = set()
        self.hidden_columns: set[int] = set()

    def table(self, table: ElementTree.Element) -> None:
        row = column = 0
        for child in table:
            if local(child.tag) == "Column":
                column = _number(child, "Index", column + 1)
                span = _number(child, "Span", 0)
                if attribute(child, "Hidden") == "1":
                    self.hidden_columns.update(range(column, min(column + span, LAST_COLUMN) + 1))
                column += span
            elif local(child.tag) == "Row":
                row = _number(child, "Index", row + 1)
                if attribute(child, "Hidden") == "1":
                    self.hidden_rows.add(row)
                self.row(child, row)
                row += _number(child, "Span", 0)

    def row(self, element: ElementTree.Element, row: int) -> None:
        column = 0
        for item in element:
            if local(item.tag) != "Cell":
                continue
            column = _number(item, "Index", column + 1)
            across, down = _number(item, "MergeAcross", 0), _number(item, "MergeDown", 0)
            if not (1 <= row <= LAST_ROW and 1 <= column + across <= LAST_COLUMN):
                raise OverLimit("R208", sheet=self.name[:40], cell=f"({row}, {column})")
            if across or down:
                if len(self.merges) >= self.counter.limits.merges:
                    raise OverLimit("R211", sheet=self.name[:40], limit=self.counter.limits.merges)
                self.merges.append(Merge(row, column, min(row + down, LAST_ROW), column + across))
            self.cell(item, row, column)
            column += across

    def cell(self, item: ElementTree.Element, row: int, column: int) -> None:
        style = self.styles.get(attribute(item, "StyleID"), PLAIN)
        formula = attribute(item, "Formula").removeprefix("=") or None
        cell: Cell | None = None
        for child in item:
            if local(child.tag) == "Data":
                cell = _value(row, column, attribute(child, "Type"), "".join(child.itertext()), style)
            elif local(child.tag) == "Comment":
                text = "".join("".join(part.itertext()) for part in child if local(part.tag) == "Data")
                self.comments[(row, column)] = text
        if formula is not None:
            cell = _with_formula(cell, row, column, style, formula)
        if cell is not None:
            self.cells[(row, column)] = self.counter.checked(cell, self.name)


def _with_formula(cell: Cell | None, row: int, column: int, style: CellStyle, formula: str) -> Cell:
    if cell is None:
        return Cell(row, column, CellKind.TEXT, "", None, None, style.shape.code, formula, True, style.struck)
    return Cell(
        row, column, cell.kind, cell.text, cell.number, cell.moment, cell.number_format, formula, False, cell.struck
    )


def _value(row: int, column: int, kind: str, text: str, style: CellStyle) -> Cell | None:
    if is_blank(text):
        return None
    code = style.shape.code
    if kind == "Number":
        number = exact_number(text)
        if number is not None:
            return number_cell(row, column, number, style, False)
    if kind == "DateTime":
        try:
            moment = datetime.fromisoformat(text.strip()).replace(tzinfo=None)
        except ValueError:
            return text_cell(row, column, text, style)
        day = moment.date() if moment.time().isoformat() == "00:00:00" else moment
        shown = show_moment(day, style.shape) if style.shape.is_date else day.isoformat().replace("T", " ")
        return Cell(row, column, CellKind.DATE, shown, None, day, code, None, False, style.struck)
    if kind == "Boolean":
        shown = "TRUE" if text.strip() == "1" else "FALSE"
        return Cell(row, column, CellKind.BOOLEAN, shown, None, None, code, None, False, style.struck)
    if kind == "Error":
        return Cell(row, column, CellKind.ERROR, text.strip(), None, None, code, None, False, style.struck)
    return text_cell(row, column, text, style)


def _number(element: ElementTree.Element, name: str, default: int) -> int:
    value = attribute(element, name)
    return int(value) if value.isdigit() and len(value) < 9 else default
