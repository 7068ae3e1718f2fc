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
from sishui_eco.understanding.labels import is_label
from sishui_eco.understanding.marks import (
    blank_marker,
    counts_projects,
    is_note,
    is_sample,
    is_section,
    is_serial,
    is_signature,
    is_subtotal,
    nil_word,
    reads_like_sentence,
)
from sishui_eco.understanding.named import known, leaves_follow, next_row, sealed, titles_group
from sishui_eco.understanding.plain import is_plain
from sishui_eco.understanding.vocabulary import bare, bare_words, key_text, pattern, words

BAND = 3
FEWEST_AFTER_GAP = 3
FEWEST_WITHOUT_NAME = 2
FEWEST_PLAIN = 5  # texts: a line of labels, a title, a lone text has fewer

PROVEN = frozenset({RowClass.RECORD, RowClass.SAMPLE, RowClass.HEADING})

# Fields a unit or a blank fills on every line before there is anything to say.
CARRIED_ALONG = frozenset(
    {"no", "responsible_unit", "provider", "contact", "lead_unit", "measure", "domain", "task", "attribute"}
)


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
    if _labelled_line(row, body):
        return RowClass.NOTE
    if _nil_row(row, body):
        reading.nil_rows.append(row)
        return RowClass.NOTE
    if _sample(row, body):
        if _filled_like_real(row, body):
            reading.unsure.append(row)
        return RowClass.SAMPLE
    if _subtotal(row, body):
        return RowClass.SUBTOTAL
    if all(is_serial(cell.text) or blank_marker(cell.text) for cell in cells) and not _named(row, body):
        return RowClass.BLANK_FORM if body.inside(row) or reading.previous == row - 1 else RowClass.NOTE
    single = _single(row, body, reading)
    if single is not None:
        return single
    if is_note(cells[0].text) and not _has_name(row, body):
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
    return is_plain(row, body.sheet, body.plain, FEWEST_PLAIN) and _named(row, body)


def _heading(row: int, body: Body, reading: _Reading) -> bool:
    if row in body.again or (row in reading.alike and repeats_heading(row, body)):
        reading.again.append(row)
        return True
    return (not reading.records and numbers_columns(row, body)) or titles_page(body.sheet.own(row), body)


def _labelled_line(row: int, body: Body) -> bool:
    """Tell whether a row holds form-level fields or signatures: 填报单位：…, 审核人：…"""
    cells = body.sheet.own(row)
    first = cells[0]
    if is_label(first.text, body.labels):
        return True
    if is_signature(first.text) and all(is_signature(c.text) or is_label(c.text, body.labels) for c in cells):
        return True
    key = key_text(first.text)
    if len(cells) == 1 and pattern("rows", "signing").match(key):
        return True
    if key.endswith(":") and len(key) <= 14 and not is_subtotal(first.text):
        named = body.identity(row, body.main)
        if named is None or named is first:
            return len(body.filled(row)) <= 2
    return len(cells) <= 4 and any(body.labels.near.match(cell.text.strip()) for cell in cells[1:])


def _nil_row(row: int, body: Body) -> bool:
    """Tell whether a row only says that there is nothing: 无 in the name, nothing else of weight."""
    if not body.form.nil_allowed:
        return False
    inside = body.inside(row)
    told = [cell for item, cell in inside if nil_word(cell.text) and item.field in (body.main, "content", "category")]
    own = body.sheet.own(row)
    alone = len(own) == 1 and nil_word(own[0].text) and own[0].column <= body.main_column
    if not told and not alone:
        return False
    weightless = CARRIED_ALONG | {"remarks", "category"}
    others = [
        cell
        for item, cell in inside
        if item.field not in weightless and not nil_word(cell.text) and not blank_marker(cell.text)
    ]
    name = body.identity(row, body.main)
    return not others and (name is None or nil_word(name.text) or blank_marker(name.text))


def _sample(row: int, body: Body) -> bool:
    numbers = [body.sheet.own(row)[0], *body.own(row, "no")]
    if any([is_sample(cell.text, whole=True) for cell in numbers]):
        return True
    names = [cell for name in body.names if (cell := body.identity(row, name)) and cell.row == row]
    return any([is_sample(cell.text) for cell in (*names, *body.own(row, "remarks"))])


def _filled_like_real(row: int, body: Body) -> bool:
    """Tell whether a row marked as sample carries a name without any sign of a sample."""
    name = body.identity(row, body.main)
    if name is None or is_sample(name.text):
        return False
    marks = words()["rows"]["sample_stand_ins"]
    texts = [cell.text for cell in body.sheet.own(row)]
    return not any(mark in text for mark in marks for text in texts) and not any(is_sample(text) for text in texts[1:])


def _subtotal(row: int, body: Body) -> bool:
    """Tell whether a row sums others up: 小计, 合计 … in front of, or instead of, a name."""
    cells = body.sheet.own(row)
    if any([counts_projects(cell.text) for cell in cells]) and not _named(row, body):
        return True
    leading = [cell for cell in cells if cell.column <= body.main_column]
    for cell in leading:
        if bare(cell.text) in bare_words("rows", "subtotal"):
            return True
        if is_subtotal(cell.text):
            name = body.identity(row, body.main)
            return name is None or name is cell or name.row != row or is_subtotal(name.text)
    return False


def _named(row: int, body: Body) -> bool:
    for name in body.names:
        cell = body.identity(row, name)
        if cell is not None and cell.row == row and not blank_marker(cell.text):
            return True
    return False


def _has_name(row: int, body: Body) -> bool:
    return any(body.name(row, name) is not None for name in body.names)


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
    if _titles_another_table(row, body):
        return RowClass.NOTE
    if not body.block.left <= cell.column <= body.block.right and body.sheet.width(cell) < BAND:
        return RowClass.NOTE
    if name in body.names and not band:
        return _single_name(row, cell, name, body, reading)
    if name and name not in CARRIED_ALONG and name != "category" and body.sheet.width(cell) < BAND:
        return None if _has_name(row, body) else _stray(row, reading)
    if name in CARRIED_ALONG and name not in ("no", "domain", "task") and body.sheet.width(cell) < BAND:
        return None if _has_name(row, body) else RowClass.BLANK_FORM
    if _has_name(row, body) and not band:
        return None
    reading.section = row
    return RowClass.SECTION


def _titles_another_table(row: int, body: Body) -> bool:
    below = next_row(row, body)
    again = below in body.again or (below and repeats_heading(below, body))
    return bool(below) and not again and heads_another_table(below, body)


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
    if not _has_name(row, body):
        return _without_name(row, body.filled(row), body, reading)
    gap = reading.previous < row - 1
    if gap and len(body.filled(row)) < FEWEST_AFTER_GAP and not _numbered(row, body) and not known(row, body):
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


def _numbered(row: int, body: Body) -> bool:
    return any(is_serial(cell.text) for cell in body.own(row, "no"))


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
