"""Ranges, merged ones above all, and the values lying under them, found without ever expanding a range."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import lru_cache
from itertools import islice, product

from sishui_eco.model.grid import Cell, Merge
from sishui_eco.model.place import column_number
from sishui_eco.reading.limits import LAST_COLUMN, LAST_ROW, OverLimit

_AREA = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,9})(?::\$?([A-Za-z]{1,3})\$?([0-9]{1,9}))?\Z")
_PLAIN_LIST = re.compile(
    r'<mergeCells(?: count="[0-9]*")?>((?:<mergeCell ref="[A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7}"/>)++)</mergeCells>'
)
_PLAIN_ITEM = re.compile(r'"([A-Z]+)([0-9]+):([A-Z]+)([0-9]+)"')
_PROBES = 256
_STEPS = 5_000_000
CellMap = dict[tuple[int, int], Cell]
_column = lru_cache(maxsize=1024)(column_number)


def area(reference: str) -> Merge | None:
    """Return the range of an A1:B2 reference, clipped to the sheet; None when it is none."""
    match = _AREA.match(reference.strip())
    if not match:
        return None
    letters, digits, end_letters, end_digits = match.groups()
    return _range(letters, digits, end_letters or letters, end_digits or digits)


def _range(letters: str, digits: str, end_letters: str, end_digits: str) -> Merge | None:
    left, top = _column(letters), int(digits) or 1
    right, bottom = _column(end_letters), int(end_digits) or 1
    if left > right:
        left, right = right, left
    if top > bottom:
        top, bottom = bottom, top
    if left > LAST_COLUMN or top > LAST_ROW:
        return None
    return Merge(top, left, min(bottom, LAST_ROW), min(right, LAST_COLUMN))


def taken_merges(part: str) -> tuple[list[Merge | None], str]:
    """Return the merged ranges of a sheet part and the part without their list.

    A list of unusual shape, and any in a part with comments or CDATA, stays where it is for expat.
    """
    found = None if "<!" in part else _PLAIN_LIST.search(part)
    if found is None:
        return [], part
    ranges = [_range(*item) for item in _PLAIN_ITEM.findall(found.group(1))]
    return ranges, part[: found.start()] + part[found.end() :]


def split_covered(cells: CellMap, merges: tuple[Merge, ...], sheet: str, limit: int) -> CellMap:
    """Take the cells under a merge (not its top left) out of `cells` and return them.

    Raises: OverLimit R211 when there are too many merges, or large ones overlap beyond reason.
    """
    if len(merges) > limit:
        raise OverLimit("R211", sheet=sheet[:40], limit=limit)
    covered: CellMap = {}
    large: list[Merge] = []
    for merge in merges:
        height, width = merge.bottom - merge.top + 1, merge.right - merge.left + 1
        if height * width > _PROBES:
            large.append(merge)
            continue
        under = product(range(merge.top, merge.bottom + 1), range(merge.left, merge.right + 1))
        for place in filter(cells.__contains__, islice(under, 1, None)):  # the first is the top left cell
            covered[place] = cells.pop(place)
    if large:
        _split_large(cells, covered, large, sheet, limit)
    return covered


def _split_large(cells: CellMap, covered: CellMap, merges: list[Merge], sheet: str, limit: int) -> None:
    by_row: dict[int, list[int]] = {}
    by_column: dict[int, list[int]] = {}
    for row, column in sorted(cells):
        by_row.setdefault(row, []).append(column)
        by_column.setdefault(column, []).append(row)
    rows, columns = sorted(by_row), sorted(by_column)
    steps = 0
    for merge in merges:
        present_rows = rows[bisect_left(rows, merge.top) : bisect_right(rows, merge.bottom)]
        present_columns = columns[bisect_left(columns, merge.left) : bisect_right(columns, merge.right)]
        steps += min(len(present_rows), len(present_columns))
        hits: list[tuple[int, int]] = []
        if len(present_rows) <= len(present_columns):
            for row in present_rows:
                line = by_row[row]
                hits += [(row, c) for c in line[bisect_left(line, merge.left) : bisect_right(line, merge.right)]]
        else:
            for column in present_columns:
                line = by_column[column]
                hits += [(r, column) for r in line[bisect_left(line, merge.top) : bisect_right(line, merge.bottom)]]
        steps += len(hits)
        if steps > _STEPS:
            raise OverLimit("R211", sheet=sheet[:40], limit=limit)
        for place in hits:
            if place != (merge.top, merge.left) and place in cells:
                covered[place] = cells.pop(place)
