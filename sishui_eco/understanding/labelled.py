"""Label-value layouts: one record a table, labels on the left and values on the right, in Excel and in Word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sishui_eco.model.grid import Cell, CellKind
from sishui_eco.spec.campaign import Form
from sishui_eco.understanding.columns import IDENTITY
from sishui_eco.understanding.marks import is_note
from sishui_eco.understanding.rawrows import RawValue, raw_text
from sishui_eco.understanding.values import heading_measure
from sishui_eco.understanding.view import Sheet
from sishui_eco.understanding.vocabulary import (
    SEVERAL_YEARS,
    Known,
    Vocabulary,
    bare,
    lookup,
    several_years_heading,
    unmarked,
)

FEWEST_LABELS = 4
FEWEST_ROWS = 3
MOST_IN_A_ROW = 4
LONGEST_LABEL = 30
FAR = 3
COLON = (":", "\uff1a")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A label and the value beside it; `value` is None when nothing stands there."""

    field: str
    label: Cell
    value: RawValue | None
    exactness: int

    @property
    def in_one_cell(self) -> bool:
        """Tell whether label and value stand in one cell."""
        return self.value is not None and self.value.cell.column == self.label.column


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One record of label-value pairs with the rows it occupies."""

    pairs: tuple[Pair, ...]

    @property
    def rows(self) -> tuple[int, ...]:
        return tuple(sorted({pair.label.row for pair in self.pairs} | {row for row in self._value_rows()}))

    def _value_rows(self) -> set[int]:
        return {pair.value.place.row for pair in self.pairs if pair.value is not None}

    def values(self) -> dict[str, RawValue]:
        """Return the values by field; the most exact label wins when two mean the same."""
        found: dict[str, RawValue] = {}
        for pair in sorted(self.pairs, key=lambda item: item.exactness):
            if pair.value is not None:
                found.setdefault(pair.field, pair.value)
        return found


def read_cards(sheet: Sheet, rows: Sequence[int], form: Form, vocabulary: Vocabulary) -> tuple[Card, ...]:
    """Return the label-value records of a form in the given rows; nothing when the rows are no such layout.

    A layout needs the label of what the record is about, four labels in all, in three rows at least.
    """
    main = IDENTITY[form.key][-1] if form.key != "annex2" else "indicator"
    pairs = _without_notes([pair for row in rows for pair in _pairs(sheet, row, form, vocabulary)], main)
    cards: list[list[Pair]] = []
    early: list[Pair] = []
    for pair in pairs:
        if pair.field == main:
            cards.append([*early, pair])
            early = []
        elif cards and not any(other.field == pair.field and other.label.row != pair.label.row for other in cards[-1]):
            cards[-1].append(pair)
        else:
            early.append(pair)
    return tuple(Card(pairs=tuple(card)) for card in cards if _is_card(card))


def _without_notes(pairs: Sequence[Pair], main: str) -> list[Pair]:
    """Leave out notes above the first card, and below a card whose own labels stand in cells of their own."""
    apart = sum(not pair.in_one_cell for pair in pairs) * 2 > len(pairs)
    kept: list[Pair] = []
    for index, pair in enumerate(pairs):
        if pair.in_one_cell and is_note(pair.label.text):
            begun = any(other.field == main for other in pairs[:index])
            further = next((other for other in pairs[index + 1 :] if not is_note(other.label.text)), None)
            if not begun or (apart and (further is None or further.field == main)):
                continue
        kept.append(pair)
    return kept


def _is_card(card: Sequence[Pair]) -> bool:
    fields = {pair.field for pair in card}
    return len(fields) >= FEWEST_LABELS and len({pair.label.row for pair in card}) >= FEWEST_ROWS


def _pairs(sheet: Sheet, row: int, form: Form, vocabulary: Vocabulary) -> list[Pair]:
    cells = sheet.own(row)
    known = [_label(cell, form, vocabulary) for cell in cells]
    pairs: list[Pair] = []
    for index, (cell, meaning) in enumerate(zip(cells, known, strict=True)):
        if meaning is None:
            continue
        field, exactness, rest = meaning
        _, measure = heading_measure(unmarked(_parted(cell.text)[0]))
        if rest:
            value = Cell(row=cell.row, column=cell.column, kind=CellKind.TEXT, text=rest)
            found = RawValue(cell=value, raw=cell.text, place=sheet.at(row, cell.column), measure=measure)
            pairs.append(Pair(field=field, label=cell, value=found, exactness=exactness))
            continue
        beside = _beside(sheet, cells, known, index)
        pairs.append(Pair(field=field, label=cell, value=_raw(beside, sheet, measure), exactness=exactness))
    answered = sum(pair.value is not None for pair in pairs)
    heads_a_list = len(pairs) > MOST_IN_A_ROW or (len(pairs) >= FEWEST_ROWS and answered * 2 < len(pairs))
    return [] if heads_a_list else pairs


def _raw(cell: Cell | None, sheet: Sheet, measure: str) -> RawValue | None:
    if cell is None:
        return None
    return RawValue(cell=cell, raw=raw_text(cell), place=sheet.at(cell.row, cell.column), measure=measure)


def _label(cell: Cell, form: Form, vocabulary: Vocabulary) -> tuple[str, int, str] | None:
    """Return (field, exactness, text after a colon) of a label cell, None when the cell is no label."""
    if cell.kind is not CellKind.TEXT:
        return None
    head, rest = _parted(cell.text)
    if len(head) > LONGEST_LABEL:
        return None
    meaning = lookup(head, form.key, vocabulary) or _ambiguous(head, form, vocabulary)
    if meaning is None and several_years_heading(head, form.key, vocabulary):
        meaning = Known(field=SEVERAL_YEARS, rank=50, how="several_years")
    return (meaning.field, meaning.rank, rest) if meaning else None


def _ambiguous(head: str, form: Form, vocabulary: Vocabulary) -> Known | None:
    known = vocabulary.ambiguous.get(form.key, {}).get(bare(head))
    return replace(known, field=known.field.split(";")[0]) if known else None


def _parted(text: str) -> tuple[str, str]:
    """Return (before, after) the first colon; a text without one is all before."""
    at = min((place for place in (text.find(colon) for colon in COLON) if place >= 0), default=-1)
    return (text[:at], text[at + 1 :].strip()) if at >= 0 else (text, "")


def _beside(sheet: Sheet, cells: Sequence[Cell], known: Sequence[object], index: int) -> Cell | None:
    """Return the value cell right of a label; another label there means that nothing was filled in."""
    cell = cells[index]
    merge = sheet.merge(cell.row, cell.column)
    right = (merge.right if merge else cell.column) + 1
    value = sheet.cell(cell.row, right)
    if value is None:
        following = cells[index + 1] if index + 1 < len(cells) else None
        if following is None or known[index + 1] is not None or following.column - right >= FAR:
            return None
        return following
    for other, meaning in zip(cells, known, strict=True):
        if other is value and meaning is not None:
            return None
    return value
