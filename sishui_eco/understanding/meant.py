"""Which rows of a sheet hold words of a form: each distinct text is asked once, and most rows need no second look."""

from __future__ import annotations

from collections.abc import Sequence, Set

from msgspec import Struct

from sishui_eco.model.grid import CellKind
from sishui_eco.model.remembered import LONGEST, keep
from sishui_eco.understanding.view import Sheet
from sishui_eco.understanding.vocabulary import Vocabulary, fields_headed, labels_of, may_mean

LONGEST_HEADING = 40
HEADS, LABELS = 1, 2
NO_ROWS: frozenset[int] = frozenset()


class Meant(Struct, frozen=True):
    """The rows in which any text heads a column of a form, and those in which any is the label of a field."""

    headed: frozenset[int] = NO_ROWS
    labelled: frozenset[int] = NO_ROWS


def headed_rows(sheet: Sheet, rows: Sequence[int], vocabulary: Vocabulary) -> frozenset[int]:
    """Return those of the rows in which any text heads a column of a form."""
    return _meant(sheet, rows, vocabulary).headed


def labelled_rows(sheet: Sheet, rows: Sequence[int], vocabulary: Vocabulary) -> frozenset[int]:
    """Return those of the rows in which any text is the label of a field."""
    return _meant(sheet, rows, vocabulary).labelled


def _meant(sheet: Sheet, rows: Sequence[int], vocabulary: Vocabulary) -> Meant:
    """Return what texts of rows mean, looked up once for a sheet when asked about all of it."""
    whole = len(rows) == len(sheet.rows)
    known = sheet.found.get("meant") if whole else None
    if not isinstance(known, Meant):
        known = _look(sheet, rows, vocabulary)
        if whole:
            sheet.found["meant"] = known
    return known


def _look(sheet: Sheet, rows: Sequence[int], vocabulary: Vocabulary) -> Meant:
    text, meant = CellKind.TEXT, _meanings(sheet.told(rows), vocabulary)
    headed: list[int] = []
    labelled: list[int] = []
    for row in rows:
        if meant.keys().isdisjoint(sheet.texts.get(row, ())):
            continue
        told = [meant.get(cell.text, 0) for cell in sheet.own(row) if cell.kind is text]
        if any(meaning & HEADS for meaning in told):
            headed.append(row)
        if any(meaning & LABELS for meaning in told):
            labelled.append(row)
    return Meant(frozenset(headed), frozenset(labelled))


def _meanings(told: Set[str], vocabulary: Vocabulary) -> dict[str, int]:
    """Return the texts that mean anything with what they mean."""
    meanings: dict[str, int] = {}
    for text in vocabulary.dull.others(told):
        meaning = vocabulary.meanings.get(text) or _meaning(text, vocabulary)
        if not meaning:
            vocabulary.dull.learn(text)
            continue
        meanings[text] = meaning
        if len(text) <= LONGEST:
            keep(vocabulary.meanings, text, meaning)
    return meanings


def _meaning(text: str, vocabulary: Vocabulary) -> int:
    if not may_mean(text, vocabulary):
        return 0
    heads = HEADS if len(text) <= LONGEST_HEADING and fields_headed(text, vocabulary) else 0
    return heads | (LABELS if labels_of(text, vocabulary) else 0)
