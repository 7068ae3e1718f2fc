"""What every row below a heading is: record, heading again, section, subtotal, note, sample or blank line."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice

from sishui_eco.model.grid import Cell
from sishui_eco.model.submission import RowClass
from sishui_eco.understanding.body import Body, Classified, RecordRows
from sishui_eco.understanding.heading_rows import (
    heads_another_table,
    numbers_columns,
    repeats_heading,
    rows_like_heading,
    titles_page,
)
from sishui_eco.understanding.indicators import nearly_named, parent_of
from sishui_eco.understanding.marks import (
    blank_marker,
    is_note,
    is_section,
    is_serial,
    reads_like_sentence,
)
from sishui_eco.understanding.named import known, leaves_follow, sealed, titles_group
from sishui_eco.understanding.plain import is_plain
from sishui_eco.understanding.row_signs import (
    CARRIED_ALONG,
    filled_like_real,
    has_name,
    is_labelled_line,
    is_nil_row,
    is_numbered,
    is_sample_row,
    is_subtotal_row,
    named_itself,
    titles_another_table,
)

BAND = 3
FEWEST_AFTER_GAP = 3
FEWEST_WITHOUT_NAME = 2
FEWEST_PLAIN = 5  # texts: a line of labels, a title, a lone text has fewer

PROVEN = frozenset({RowClass.RECORD, RowClass.SAMPLE, RowClass.HEADING})


@dataclass(slots=True)
class _Reading:
    """What is remembered while walking down a table."""

    previous: int
    alike: frozenset[int]
    ended: bool = False
    section: int = 0
    classes: dict[int, RowClass] = field(default_factory=dict)
    records: list[RecordRows] = field(default_factory=list)
    nil_rows: list[int] = field(default_factory=list)
    again: list[int] = field(default_factory=list)
    strays: list[int] = field(default_factory=list)
    nameless: list[int] = field(default_factory=list)
    unsure: list[int] = field(default_factory=list)
    foreign: int = 0


def classify(body: Body) -> Classified:
    """Return the class of every row of a table body and the records it holds.

    Shape: rows in order from top to bottom; each gets exactly one class, none is dropped.
    """
    reading = _Reading(previous=body.block.rows[-1], alike=rows_like_heading(body))
    for row in body.rows:
        if _surely_record(row, body, reading):
            reading.classes[row] = _own_record(row, body, reading)
            reading.previous = row
            continue
        reading.classes[row] = _class_of(row, body, reading)
        if _goes_on(row, body, reading):
            reading.previous = row
    _settle_sections(reading)
    return Classified(
        classes=reading.classes,
        records=tuple(reading.records),
        nil_rows=tuple(reading.nil_rows),
        again=tuple(reading.again),
        strays=tuple(reading.strays),
        nameless=tuple(reading.nameless),
        foreign=reading.foreign,
        unsure_samples=tuple(reading.unsure),
    )


def _goes_on(row: int, body: Body, reading: _Reading) -> bool:
    """Tell whether the table reaches down to a row, so that what stands right below it has not to prove itself.

    A row that follows without a gap does. After a gap only a row does that shows by its own words that the table
    goes on: a record, a sample, a heading again, the title of a group. A lone number, sum or word does not.
    """
    kind = reading.classes[row]
    cells = body.sheet.own(row)
    if not cells or kind is RowClass.NOTE:
        return False
    if reading.previous == row - 1 or kind in PROVEN:
        return True
    return kind is RowClass.SECTION and any(is_section(c.text, body.vocabulary.campaign) for _, c in body.inside(row))


def _settle_sections(reading: _Reading) -> None:
    """A section title with no record below it is a note (a seal line, a date)."""
    last = max((row for record in reading.records for row in record.rows), default=0)
    others = (RowClass.SAMPLE, RowClass.BLANK_FORM, RowClass.SUBTOTAL)
    last = max([last, *(row for row, kind in reading.classes.items() if kind in others)])
    for row, kind in reading.classes.items():
        if kind is RowClass.SECTION and row > last:
            reading.classes[row] = RowClass.NOTE


def _class_of(row: int, body: Body, reading: _Reading) -> RowClass:
    cells = body.sheet.own(row)
    if not cells or reading.ended:
        return RowClass.NOTE
    if _heading(row, body, reading):
        return RowClass.HEADING
    if heads_another_table(row, body):
        reading.ended, reading.foreign = True, row
        return RowClass.NOTE
    if is_labelled_line(row, body):
        return RowClass.NOTE
    if is_nil_row(row, body):
        reading.nil_rows.append(row)
        return RowClass.NOTE
    if is_sample_row(row, body):
        if filled_like_real(row, body):
            reading.unsure.append(row)
        return RowClass.SAMPLE
    if is_subtotal_row(row, body):
        return RowClass.SUBTOTAL
    if all(is_serial(cell.text) or blank_marker(cell.text) for cell in cells) and not named_itself(row, body):
        return RowClass.BLANK_FORM if body.inside(row) or reading.previous == row - 1 else RowClass.NOTE
    single = _single(row, body, reading)
    if single is not None:
        return single
    if is_note(cells[0].text) and not has_name(row, body):
        return RowClass.NOTE
    return _record_or_stray(row, body, reading)


def _surely_record(row: int, body: Body, reading: _Reading) -> bool:
    """Tell whether a row goes on with the records above it and is one, so that no question could say otherwise.

    It follows without a gap, nothing in it is a mark of anything or a heading, and it has a name in itself.
    """
    if reading.previous != row - 1 or reading.ended or (not reading.records and numbers_columns(row, body)):
        return False
    if row in body.again or row in reading.alike:
        return False
    return is_plain(row, body.sheet, body.plain, FEWEST_PLAIN) and named_itself(row, body)


def _heading(row: int, body: Body, reading: _Reading) -> bool:
    if row in body.again or (row in reading.alike and repeats_heading(row, body)):
        reading.again.append(row)
        return True
    return (not reading.records and numbers_columns(row, body)) or titles_page(body.sheet.own(row), body)


def _single(row: int, body: Body, reading: _Reading) -> RowClass | None:
    """Return the class of a row in which one text stands alone (a serial number beside it does not count)."""
    cells = body.sheet.own(row)
    texts = list(islice((cell for cell in cells if not is_serial(cell.text)), 2))
    if len(texts) != 1:
        return None
    cell = texts[0]
    name = body.field_at(cell.column)
    band = body.sheet.width(cell) >= BAND or name not in body.names
    if is_note(cell.text) or reads_like_sentence(cell.text) or sealed(row, cell, body):
        return RowClass.NOTE
    if titles_group(row, cell, name, body):
        reading.section = row
        return RowClass.SECTION
    if titles_another_table(row, body):
        return RowClass.NOTE
    if not body.block.left <= cell.column <= body.block.right and body.sheet.width(cell) < BAND:
        return RowClass.NOTE
    if name in body.names and not band:
        return _single_name(row, cell, name, body, reading)
    if name and name not in CARRIED_ALONG and name != "category" and body.sheet.width(cell) < BAND:
        return None if has_name(row, body) else _stray(row, reading)
    if name in CARRIED_ALONG and name not in ("no", "domain", "task") and body.sheet.width(cell) < BAND:
        return None if has_name(row, body) else RowClass.BLANK_FORM
    if has_name(row, body) and not band:
        return None
    reading.section = row
    return RowClass.SECTION


def _single_name(row: int, cell: Cell, name: str, body: Body, reading: _Reading) -> RowClass | None:
    """Return the class of a row with nothing but a name: a section, or None for an unanswered record."""
    if body.form.key == "annex2" and name == "indicator":
        if parent_of(cell.text, body.catalogue) and leaves_follow(row, body):
            reading.section = row
            return RowClass.SECTION
        return None if known(row, body) or nearly_named(cell.text, body.catalogue) else _stray(row, reading)
    if body.form.key == "annex3" and name == "indicator":
        reading.section = row
        return RowClass.SECTION
    if is_section(cell.text, body.vocabulary.campaign):
        reading.section = row
        return RowClass.SECTION
    if body.form.key == "annex2" and not known(row, body):
        return _stray(row, reading)
    return None if reading.previous == row - 1 else _stray(row, reading)


def _stray(row: int, reading: _Reading) -> RowClass:
    reading.strays.append(row)
    return RowClass.NOTE


def _record_or_stray(row: int, body: Body, reading: _Reading) -> RowClass:
    if not has_name(row, body):
        return _without_name(row, body.filled(row), body, reading)
    gap = reading.previous < row - 1
    if gap and len(body.filled(row)) < FEWEST_AFTER_GAP and not is_numbered(row, body) and not known(row, body):
        return _stray(row, reading)
    previous = reading.records[-1] if reading.records else None
    own = [cell for name in body.names if (cell := body.name(row, name)) and cell.row == row]
    if not own and previous is not None and previous.rows[-1] < row:
        reading.records[-1] = RecordRows(
            rows=(*previous.rows, row), parent_from=previous.parent_from, section=previous.section
        )
        return RowClass.RECORD
    if not own:
        return _without_name(row, body.filled(row), body, reading)
    return _own_record(row, body, reading)


def _own_record(row: int, body: Body, reading: _Reading) -> RowClass:
    parent = _parent_row(row, body, reading)
    reading.records.append(RecordRows(rows=(row,), parent_from=parent, section=reading.section))
    if body.form.key == "annex3" and body.identity(row, "material") is None:
        reading.nameless.append(row)
    return RowClass.RECORD


def _parent_row(row: int, body: Body, reading: _Reading) -> int:
    """Return the row above whose indicator an unmerged blank stands for, 0 when the row has its own."""
    if "indicator" not in body.names or body.identity(row, "indicator") is not None:
        return 0
    if not body.layout.of("indicator") or not reading.records:
        return reading.section
    previous = reading.records[-1]
    if reading.section > previous.rows[-1]:
        return reading.section
    cell = body.identity(previous.rows[0], "indicator")
    return cell.row if cell is not None else previous.parent_from


def _without_name(row: int, filled: frozenset[str], body: Body, reading: _Reading) -> RowClass:
    """Return the class of a row that names nothing: a blank line, a stray, or a record that lost its name."""
    if filled <= CARRIED_ALONG:
        return RowClass.BLANK_FORM if filled else _stray(row, reading)
    weighty = filled - CARRIED_ALONG - {"remarks"}
    if len(weighty) < FEWEST_WITHOUT_NAME or (reading.previous < row - 1 and "no" not in filled):
        return _stray(row, reading)
    reading.records.append(RecordRows(rows=(row,), section=reading.section))
    reading.nameless.append(row)
    return RowClass.RECORD
