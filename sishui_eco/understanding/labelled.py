"""Label-value layouts: one record a table, labels on the left and values on the right, in Excel and in Word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain

from msgspec import Struct

from sishui_eco.model.grid import Cell, CellKind
from sishui_eco.spec.campaign import Form
from sishui_eco.understanding.columns import IDENTITY
from sishui_eco.understanding.marks import is_note
from sishui_eco.understanding.meant import labelled_rows
from sishui_eco.understanding.rawrows import RawValue, raw_text
from sishui_eco.understanding.view import Sheet
from sishui_eco.understanding.vocabulary import Label, Vocabulary, labels_of, measure_in, parted

FEWEST_LABELS = 4
FEWEST_ROWS = 3
MOST_IN_A_ROW = 4
FAR = 3
NO_LABEL: Mapping[str, Label] = {}


class Pair(Struct, frozen=True, kw_only=True):
    """A label and the value beside it; `value` is None when nothing stands there."""

    field: str
    label: Cell
    value: RawValue | None
    exactness: int

    @property
    def in_one_cell(self) -> bool:
        """Tell whether label and value stand in one cell."""
        return self.value is not None and self.value.cell.column == self.label.column


class Card(Struct, frozen=True, kw_only=True):
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


class LabelledRow(Struct, frozen=True, kw_only=True):
    """The cells of a row with what each labels in every form."""

    row: int
    cells: tuple[Cell, ...]
    labels: tuple[Mapping[str, Label], ...]
    counts: Mapping[str, int]  # of labels in every form


def lines_with_labels(sheet: Sheet, rows: Sequence[int], vocabulary: Vocabulary) -> tuple[LabelledRow, ...]:
    """Return the given rows in which anything is a label of a form: one look at every text, for all forms."""
    told = labelled_rows(sheet, rows, vocabulary)
    return tuple(_line(row, sheet.own(row), vocabulary) for row in rows if row in told)


def _line(row: int, cells: tuple[Cell, ...], vocabulary: Vocabulary) -> LabelledRow:
    labels = tuple(labels_of(c.text, vocabulary) if c.kind is CellKind.TEXT else NO_LABEL for c in cells)
    return LabelledRow(row=row, cells=cells, labels=labels, counts=Counter(chain.from_iterable(labels)))


def read_cards(sheet: Sheet, rows: Sequence[LabelledRow], form: Form) -> tuple[Card, ...]:
    """Return the label-value records of a form in the given rows; nothing when the rows are no such layout.

    A layout needs the label of what the record is about, four labels in all, in three rows at least.
    """
    main = IDENTITY[form.key][-1] if form.key != "annex2" else "indicator"
    key = form.key
    if sum(0 < line.counts.get(key, 0) <= MOST_IN_A_ROW for line in rows) < FEWEST_ROWS:
        return ()
    if not any(key in told and told[key].field == main for line in rows for told in line.labels):
        return ()
    pairs = _without_notes([pair for line in rows for pair in _pairs(sheet, line, form.key)], main)
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


def _pairs(sheet: Sheet, line: LabelledRow, form: str) -> list[Pair]:
    if line.counts.get(form, 0) > MOST_IN_A_ROW:
        return []  # a list is headed
    known = [told.get(form) for told in line.labels]
    pairs: list[Pair] = []
    for index, (cell, label) in enumerate(zip(line.cells, known, strict=True)):
        if label is None:
            continue
        measure = measure_in(parted(cell.text)[0])
        if label.rest:
            value = Cell(row=cell.row, column=cell.column, kind=CellKind.TEXT, text=label.rest)
            found = RawValue(cell=value, raw=cell.text, place=sheet.at(line.row, cell.column), measure=measure)
            pairs.append(Pair(field=label.field, label=cell, value=found, exactness=label.exactness))
            continue
        beside = _beside(sheet, line.cells, known, index)
        pairs.append(Pair(field=label.field, label=cell, value=_raw(beside, sheet, measure), exactness=label.exactness))
    answered = sum(pair.value is not None for pair in pairs)
    heads_a_list = len(pairs) >= FEWEST_ROWS and answered * 2 < len(pairs)
    return [] if heads_a_list else pairs


def _raw(cell: Cell | None, sheet: Sheet, measure: str) -> RawValue | None:
    if cell is None:
        return None
    return RawValue(cell=cell, raw=raw_text(cell), place=sheet.at(cell.row, cell.column), measure=measure)


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
