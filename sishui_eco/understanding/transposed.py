"""A table lying on its side: the headings in a column, each record in a column of its own."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from sishui_eco.understanding.labelled import Card, Pair
from sishui_eco.understanding.rawrows import RawValue, raw_text
from sishui_eco.understanding.view import Sheet

FEWEST_FILLED = 3


def stand_up(cards: Sequence[Card], sheet: Sheet) -> tuple[Card, ...]:
    """Return one card a column where a single card has its labels in one column and further values beside.

    A column counts as a record when at least three of the labels have something in it.
    """
    if len(cards) != 1 or len({pair.label.column for pair in cards[0].pairs}) != 1:
        return tuple(cards)
    pairs = cards[0].pairs
    first = pairs[0].label.column
    filled: dict[int, int] = {}
    for pair in pairs:
        for cell in sheet.own(pair.label.row):
            if cell.column > first:
                filled[cell.column] = filled.get(cell.column, 0) + 1
    columns = [column for column in sorted(filled) if filled[column] >= FEWEST_FILLED]
    if len(columns) < 2:
        return tuple(cards)
    return tuple(Card(pairs=tuple(_at(pair, column, sheet) for pair in pairs)) for column in columns)


def _at(pair: Pair, column: int, sheet: Sheet) -> Pair:
    cell = sheet.cell(pair.label.row, column)
    measure = pair.value.measure if pair.value is not None else ""
    if cell is None:
        return replace(pair, value=None)
    place = sheet.at(cell.row, cell.column)
    return replace(pair, value=RawValue(cell=cell, raw=raw_text(cell), place=place, measure=measure))
