"""Which rows of a sheet hold words of a form: each distinct text is asked once, and most rows need no second look."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sishui_eco.model.grid import CellKind
from sishui_eco.understanding.view import Sheet
from sishui_eco.understanding.vocabulary import Vocabulary, fields_headed, labels_of

LONGEST_HEADING = 40
Meaning = Callable[[str, Vocabulary], Mapping[str, object]]


def headed_rows(sheet: Sheet, rows: Sequence[int], vocabulary: Vocabulary) -> frozenset[int]:
    """Return those of the rows in which any text heads a column of a form."""
    return _rows(sheet, rows, vocabulary, fields_headed, LONGEST_HEADING)


def labelled_rows(sheet: Sheet, rows: Sequence[int], vocabulary: Vocabulary) -> frozenset[int]:
    """Return those of the rows in which any text is the label of a field."""
    return _rows(sheet, rows, vocabulary, labels_of, None)


def _rows(
    sheet: Sheet, rows: Sequence[int], vocabulary: Vocabulary, meaning: Meaning, longest: int | None
) -> frozenset[int]:
    text = CellKind.TEXT
    told = [(row, [cell.text for cell in sheet.own(row) if cell.kind is text]) for row in rows]
    distinct = {item for _, texts in told for item in texts}
    meant = {item for item in distinct if (longest is None or len(item) <= longest) and meaning(item, vocabulary)}
    return frozenset(row for row, texts in told if not meant.isdisjoint(texts))
