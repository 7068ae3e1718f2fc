"""The columns that heading rows head, each with its texts from group to leaf; the same rows are read once."""

from __future__ import annotations

import re
from itertools import chain

from msgspec import Struct

from sishui_eco.understanding.view import Sheet
from sishui_eco.understanding.vocabulary import Vocabulary, key_text, measure_in

WIDEST_HEADING = 30
FARTHEST_GROUP = 12
MOST_HEADS, LONGEST_HEAD = 1 << 10, 1 << 10  # heads of tables remembered, and the characters of one

_MEASURE_ONLY = re.compile(r"^\([^()]*\)$")


class Column(Struct, frozen=True, kw_only=True):
    """A headed column; `path` holds the heading texts from top to leaf as they stand.

    `extension` is 0 for the column a heading stands on, 1, 2 … for the further columns of a
    horizontally merged leaf. `measure` is the measure named in the heading.
    """

    column: int
    path: tuple[str, ...]
    measure: str = ""
    extension: int = 0
    row: int = 0  # of the leaf

    @property
    def leaf(self) -> str:
        return self.path[-1]

    @property
    def group(self) -> str:
        return self.path[-2] if len(self.path) > 1 else ""


def measure_only(text: str) -> bool:
    return _MEASURE_ONLY.match(key_text(text)) is not None


def headed_columns(sheet: Sheet, rows: tuple[int, ...], vocabulary: Vocabulary) -> tuple[Column, ...]:
    """Return the headed columns of heading rows, worked out once for all sheets whose rows hold the same."""
    texts = tuple([sheet.texts.get(row, ()) for row in rows])
    merges = tuple([sheet.merges.get(row, ()) for row in rows])
    if sum(map(len, chain(*texts))) > LONGEST_HEAD or any(merge.top < rows[0] for merge in chain(*merges)):
        return _columns(sheet, rows)  # what stands above has a say
    key = (rows, texts, merges, tuple([sheet.columns(row) for row in rows]))
    known = vocabulary.heads.get(key)
    if known is None:
        known = _columns(sheet, rows)
        if len(vocabulary.heads) >= MOST_HEADS:
            vocabulary.heads.clear()
        vocabulary.heads[key] = known
    return known


def _columns(sheet: Sheet, rows: tuple[int, ...]) -> tuple[Column, ...]:
    """Return the headed columns of heading rows, merged leaves extended to the right."""
    wanted: set[int] = set()
    for row in rows:
        for cell in sheet.own(row):
            wanted.update(range(cell.column, cell.column + min(sheet.width(cell), WIDEST_HEADING)))
    columns = (_column(sheet, rows, column, wanted) for column in sorted(wanted))
    return tuple(column for column in columns if column is not None)


def _column(sheet: Sheet, rows: tuple[int, ...], column: int, wanted: set[int]) -> Column | None:
    path: list[str] = []
    anchors: list[tuple[int, int]] = []
    for index, row in enumerate(rows):
        anchor = sheet.anchor(row, column)
        text = sheet.text(row, column)
        if not text and index < len(rows) - 1 and any(sheet.text(lower, column) for lower in rows[index + 1 :]):
            anchor, text = _spread_from(sheet, row, rows[index + 1], column, wanted)
        if text and anchor not in anchors:
            anchors.append(anchor)
            path.append(text)
    if not path:
        return None
    while len(path) > 1 and measure_only(path[-1]):
        path = [*path[:-2], path[-2] + path[-1]]
        anchors.pop()
    measure = measure_in(path[-1])
    return Column(
        column=column, path=tuple(path), measure=measure, extension=column - anchors[-1][1], row=anchors[-1][0]
    )


def _spread_from(sheet: Sheet, row: int, lower: int, column: int, wanted: set[int]) -> tuple[tuple[int, int], str]:
    """Return the unmerged group heading to the left that spreads over this column, or nothing."""
    for left in range(column - 1, max(0, column - FARTHEST_GROUP), -1):
        if left not in wanted:
            break
        text = sheet.text(row, left)
        if text:
            spreads = bool(sheet.text(lower, left)) and sheet.anchor(lower, left) != sheet.anchor(row, left)
            return (sheet.anchor(row, left), text) if spreads else ((row, column), "")
    return (row, column), ""
