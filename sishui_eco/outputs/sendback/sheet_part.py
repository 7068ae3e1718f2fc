"""One sheet part: its cells found, added and given another format; where on the page a cell lies."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping

from lxml import etree

from sishui_eco.model.place import column_letters, column_number
from sishui_eco.outputs.sendback.package import MAIN, RELATION, NotPatchable, child, insert_in_order, local, unset

AFTER_LEGACY_DRAWING = frozenset(
    ["legacyDrawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst"]
)
ROW, CELL = f"{{{MAIN}}}row", f"{{{MAIN}}}c"
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
_REFERENCE = re.compile(r"([A-Za-z]{1,3})([1-9][0-9]{0,6})")
_DEFAULT_WIDTH, _DEFAULT_HEIGHT = 8.43, 15.0

Position = tuple[int, int]


class Sheet:
    """The cells of a sheet part by position, in a tree that is changed in place."""

    def __init__(self, root: etree._Element) -> None:
        data = child(root, "sheetData")
        if root.tag != f"{{{MAIN}}}worksheet" or data is None:
            raise NotPatchable("broken")
        self.root = root
        self._data = data
        self._rows = dict(_numbered_rows(data))
        self._order = sorted(self._rows)
        if list(self._rows) != self._order:
            raise NotPatchable("broken")
        self._merges = tuple(_merges(root))

    def anchor(self, row: int, column: int) -> Position:
        """Return the cell that shows at a position: the top left one where cells are merged."""
        for top, left, bottom, right in self._merges:
            if top <= row <= bottom and left <= column <= right:
                return top, left
        return row, column

    def format_of(self, position: Position) -> int:
        """Return the format a cell has, or would have if it were there."""
        row = self._rows.get(position[0])
        if row is not None:
            cell = dict(_numbered_cells(row)).get(position[1])
            if cell is not None:
                return int(cell.get("s", "0"))
            if row.get("customFormat") in ("1", "true"):
                return int(row.get("s", "0"))
        return self._column_format(position[1])

    def set_format(self, position: Position, index: int) -> None:
        """Give a cell another format, adding row and cell where they are not there."""
        self._cell(*position).set("s", str(index))

    def restore_formats(self, mapping: Mapping[int, int]) -> list[Position]:
        """Give cells with a mapped format their old one; cells and rows that only we needed go. Returns positions."""
        changed = []
        for number, row in list(self._rows.items()):
            for column, cell in list(_numbered_cells(row)):
                old = mapping.get(int(cell.get("s", "0")))
                if old is None:
                    continue
                changed.append((number, column))
                self._restore(row, number, column, cell, old)
        return changed

    def _restore(self, row: etree._Element, number: int, column: int, cell: etree._Element, old: int) -> None:
        if old:
            cell.set("s", str(old))
        else:
            unset(cell, "s")
        if len(cell) or cell.get("r") is None:  # cells without an address count from the one before
            return
        row.remove(cell)
        if self.format_of((number, column)) != old:
            self._place(row, number, column, cell)
        elif not len(row) and set(row.attrib) <= {"r"}:
            self._data.remove(row)
            del self._rows[number]
            self._order.remove(number)

    def _column_format(self, column: int) -> int:
        columns = child(self.root, "cols")
        for item in columns if columns is not None else ():
            if local(item) == "col" and int(item.get("min", "0")) <= column <= int(item.get("max", "0")):
                return int(item.get("style", "0"))
        return 0

    def _cell(self, number: int, column: int) -> etree._Element:
        if not (0 < number <= LAST_ROW and 0 < column <= LAST_COLUMN):
            raise NotPatchable("sheets")
        row = self._rows.get(number)
        if row is None:
            row = self._add_row(number)
        cell = dict(_numbered_cells(row)).get(column)
        if cell is None:
            cell = etree.Element(CELL, r=f"{column_letters(column)}{number}")
            self._place(row, number, column, cell)
        return cell

    def _add_row(self, number: int) -> etree._Element:
        row = etree.Element(ROW, r=str(number))
        at = bisect_left(self._order, number)
        if at < len(self._order):
            following = self._rows[self._order[at]]
            following.addprevious(row)
            following.set("r", str(self._order[at]))  # numbers left out count from the row before
        else:
            self._data.append(row)
        self._order.insert(at, number)
        self._rows[number] = row
        return row

    def _place(self, row: etree._Element, number: int, column: int, cell: etree._Element) -> None:
        unset(row, "spans")  # a hint for readers that no longer holds
        for other_column, other in _numbered_cells(row):
            if other_column > column:
                other.set("r", f"{column_letters(other_column)}{number}")
                other.addprevious(cell)
                return
        last = next((item for item in row if local(item) == "extLst"), None)
        if last is not None:
            last.addprevious(cell)
        else:
            row.append(cell)

    def relation_of_notes(self) -> str:
        """Return the relationship id of the old-style drawing that shows the notes, "" when there is none."""
        item = child(self.root, "legacyDrawing")
        return item.get(f"{{{RELATION}}}id", "") if item is not None else ""

    def link_notes(self, relation_id: str) -> None:
        item = etree.Element(f"{{{MAIN}}}legacyDrawing", nsmap={"r": RELATION})
        item.set(f"{{{RELATION}}}id", relation_id)
        insert_in_order(self.root, item, AFTER_LEGACY_DRAWING)

    def unlink_notes(self) -> None:
        item = child(self.root, "legacyDrawing")
        if item is not None:
            self.root.remove(item)

    def select_tab(self, selected: bool) -> bool:
        """Set whether the sheet is among the selected ones; return whether that changed anything."""
        views = child(self.root, "sheetViews")
        changed = False
        for view in views if views is not None else ():
            if local(view) == "sheetView" and (view.get("tabSelected") in ("1", "true")) != selected:
                changed = True
                if selected:
                    view.set("tabSelected", "1")
                else:
                    unset(view, "tabSelected")
        return changed

    def column_pixels(self, column: int) -> int:
        """Return the width of a column in pixels; 0 when it is hidden."""
        columns = child(self.root, "cols")
        for item in columns if columns is not None else ():
            if local(item) == "col" and int(item.get("min", "0")) <= column <= int(item.get("max", "0")):
                return 0 if item.get("hidden") in ("1", "true") else _pixels(item.get("width"), self._width())
        return _pixels(None, self._width())

    def row_pixels(self, number: int) -> int:
        """Return the height of a row in pixels; 0 when it is hidden."""
        row = self._rows.get(number)
        if row is not None and row.get("hidden") in ("1", "true"):
            return 0
        height = row.get("ht") if row is not None else None
        return round(_number(height, self._height()) * 4 / 3)

    def _width(self) -> float:
        item = child(self.root, "sheetFormatPr")
        return _number(item.get("defaultColWidth") if item is not None else None, _DEFAULT_WIDTH)

    def _height(self) -> float:
        item = child(self.root, "sheetFormatPr")
        return _number(item.get("defaultRowHeight") if item is not None else None, _DEFAULT_HEIGHT)


def _numbered_rows(data: etree._Element) -> Iterator[tuple[int, etree._Element]]:
    number = 0
    for row in data.iterchildren(ROW):
        stated = row.get("r")
        number = int(stated) if stated is not None and stated.isdigit() else number + 1
        yield number, row


def _numbered_cells(row: etree._Element) -> Iterator[tuple[int, etree._Element]]:
    column = 0
    for cell in row.iterchildren(CELL):
        found = _REFERENCE.fullmatch(cell.get("r", ""))
        column = column_number(found.group(1)) if found else column + 1
        yield column, cell


def _merges(root: etree._Element) -> Iterator[tuple[int, int, int, int]]:
    container = child(root, "mergeCells")
    for item in container if container is not None else ():
        first, last = (_REFERENCE.fullmatch(part) for part in (item.get("ref", "").split(":") * 2)[:2])
        if first and last:
            yield (
                int(first.group(2)),
                column_number(first.group(1)),
                int(last.group(2)),
                column_number(last.group(1)),
            )


def _pixels(width: str | None, default: float) -> int:
    return int(_number(width, default) * 7 + 5)


def _number(text: str | None, default: float) -> float:
    try:
        return float(text) if text is not None else default
    except ValueError:
        return default
