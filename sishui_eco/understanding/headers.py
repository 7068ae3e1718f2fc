"""Where the heading of a table stands and what each column is headed by, before anyone says which form it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sishui_eco.model.grid import Cell, CellKind
from sishui_eco.understanding.heads import FARTHEST_GROUP, Column, headed_columns, measure_only
from sishui_eco.understanding.meant import LONGEST_HEADING, headed_rows
from sishui_eco.understanding.view import Sheet
from sishui_eco.understanding.vocabulary import (
    Vocabulary,
    bare,
    fields_headed,
    key_text,
    lookup,
    pattern,
    several_years_heading,
)

MOST_HEADING_ROWS = 3
ROWS_SEARCHED = 3000  # no form has its heading below that many filled rows
ROWS_COMPARED = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderBlock:
    """One to three heading rows and the columns they head, left to right."""

    rows: tuple[int, ...]
    columns: tuple[Column, ...]

    @property
    def left(self) -> int:
        return self.columns[0].column

    @property
    def right(self) -> int:
        return self.columns[-1].column


def find_blocks(sheet: Sheet, vocabulary: Vocabulary) -> tuple[HeaderBlock, ...]:
    """Return every heading block of a sheet from top to bottom, side by side ones split.

    A row starts a block when at least two of its cells are headings of one form; whether the block
    is a form is decided later, on all its columns.
    """
    blocks: list[HeaderBlock] = []
    done = 0
    searched = sheet.rows[:ROWS_SEARCHED]
    headed = headed_rows(sheet, searched, vocabulary)
    for row in searched:
        if (
            row <= done
            or row not in headed
            or hits(sheet.own(row), vocabulary) < 2
            or _form_labels(sheet, row, vocabulary)
        ):
            continue
        rows = _block_rows(sheet, row, done, vocabulary)
        columns = headed_columns(sheet, rows, vocabulary)
        if len(columns) >= 2:
            blocks.extend(split_runs(HeaderBlock(rows=rows, columns=columns), vocabulary, sheet))
            done = rows[-1]
    return tuple(blocks)


def _form_labels(sheet: Sheet, row: int, vocabulary: Vocabulary) -> bool:
    """Tell whether a row consists of form-level labels (联络员 is also a heading of annex 3)."""
    cells = sheet.own(row)
    return sum(bare(cell.text) in vocabulary.form_labels for cell in cells) * 2 >= len(cells)


def hits(cells: Iterable[Cell], vocabulary: Vocabulary) -> int:
    """Return the largest number of distinct fields of one form that these cells head, 0 when there is but one text."""
    found: dict[str, set[str]] = {}
    texts = 0
    for cell in cells:
        if cell.kind is CellKind.TEXT and len(cell.text) <= LONGEST_HEADING:
            texts += 1
            for form, name in fields_headed(cell.text, vocabulary).items():
                found.setdefault(form, set()).add(name)
    return max(map(len, found.values()), default=0) if texts > 1 else 0


def known_fields(texts: Iterable[str], form: str, vocabulary: Vocabulary) -> set[str]:
    """Return the fields of a form that texts head by their own words."""
    found = (fields_headed(text, vocabulary).get(form, "") for text in texts)
    return {name for name in found if name}


def _block_rows(sheet: Sheet, row: int, done: int, vocabulary: Vocabulary) -> tuple[int, ...]:
    """Return the heading rows around a row that looks like one: groups above, years and measures below."""
    rows = [row]
    bottom = max((merge.bottom for merge in sheet.merges.get(row, ()) if _heads_down(sheet, merge.top, row)), default=0)
    for below in range(row + 1, row + MOST_HEADING_ROWS):
        merged = below <= bottom and bool(sheet.own(below)) and not _holds_values(sheet, below)
        if not merged and not _continues(sheet, rows, below, vocabulary):
            break
        rows.append(below)
    above = rows[0] - 1
    while len(rows) < MOST_HEADING_ROWS and above > done and _groups(sheet, above, rows[0], vocabulary):
        rows.insert(0, above)
        above -= 1
    return tuple(rows)


def _heads_down(sheet: Sheet, top: int, row: int) -> bool:
    return top == row and bool(sheet.own(row))


def _holds_values(sheet: Sheet, row: int) -> bool:
    """Tell whether a row under a vertical merge is a body row after all: numbers or long texts in it."""
    cells = sheet.own(row)
    plain = [cell for cell in cells if cell.kind is CellKind.TEXT and len(cell.text) <= LONGEST_HEADING]
    return len(plain) < len(cells) and not all(_year_number(cell) for cell in cells if cell not in plain)


def _year_number(cell: Cell) -> bool:
    return cell.kind is CellKind.NUMBER and pattern("headings", "year").fullmatch(cell.text) is not None


def _continues(sheet: Sheet, rows: list[int], below: int, vocabulary: Vocabulary) -> bool:
    """Tell whether an unmerged row goes on with the heading: sub-headings under groups, or measures."""
    cells = sheet.own(below)
    if not cells or any(len(cell.text) > LONGEST_HEADING for cell in cells):
        return False
    if all(measure_only(cell.text) for cell in cells):
        return True
    if len(cells) == 1 and sheet.width(cells[0]) > 1:
        return False  # a section title merged over the table, not a sub-heading
    upper = rows[-1]
    told = 0
    for cell in cells:
        above = sheet.text(upper, cell.column)
        under_group = not above or _spreads(sheet, upper, below, cell.column)
        year = pattern("headings", "year").match(key_text(cell.text)) is not None
        known = any(lookup(cell.text, form.key, vocabulary) for form in vocabulary.campaign.forms)
        if not (under_group or measure_only(cell.text)) or not (cell.kind is CellKind.TEXT or year):
            return False
        told += year or known or measure_only(cell.text) or bool(above)
    return told > 0 and told * 2 >= len(cells)


def _spreads(sheet: Sheet, upper: int, below: int, column: int) -> bool:
    """Tell whether a heading spreads over blank cells to its right that are headed below."""
    merge = sheet.merge(upper, column)
    if merge is not None:
        return merge.right > merge.left and merge.bottom < below
    return not sheet.text(upper, column + 1) and bool(sheet.text(below, column + 1))


def _groups(sheet: Sheet, above: int, row: int, vocabulary: Vocabulary) -> bool:
    """Tell whether the row above holds upper headings: several short cells, one spanning or reaching down."""
    cells = sheet.own(above)
    if len(cells) == 1 and _heads_years(sheet, cells[0], row, vocabulary):
        return True
    if len(cells) < 2 or any(len(cell.text) > LONGEST_HEADING or ":" in key_text(cell.text) for cell in cells):
        return False
    if any(bare(cell.text) in vocabulary.form_labels for cell in cells):
        return False
    reaching = [merge for merge in sheet.merges.get(above, ()) if merge.top == above and merge.bottom >= row]
    if reaching or _completes(sheet, cells, row, vocabulary):
        return True
    spanning = [cell for cell in cells if 1 < sheet.width(cell) <= FARTHEST_GROUP]
    left, right = min(sheet.columns(row)), max(sheet.columns(row))
    inside = all(left <= cell.column <= right for cell in cells)
    return inside and (bool(spanning) or hits(cells, vocabulary) >= 2) and all(c.kind is CellKind.TEXT for c in cells)


def _heads_years(sheet: Sheet, cell: Cell, row: int, vocabulary: Vocabulary) -> bool:
    """Tell whether a lone text stands over the first of the years it heads."""
    year = pattern("headings", "year").search(key_text(sheet.text(row, cell.column)))
    return year is not None and any(
        several_years_heading(cell.text, form.key, vocabulary) for form in vocabulary.campaign.forms
    )


def _completes(sheet: Sheet, cells: tuple[Cell, ...], row: int, vocabulary: Vocabulary) -> bool:
    """Tell whether texts above a heading fill its gaps: headings of columns it leaves blank, groups over years."""
    below = sheet.columns(row)
    if not all(cell.kind is CellKind.TEXT and below[0] <= cell.column <= below[-1] for cell in cells):
        return False
    years = [pattern("headings", "year").search(key_text(sheet.text(row, cell.column))) for cell in cells]
    blank = [not sheet.text(row, cell.column) for cell in cells]
    return any(blank) and any(years) and all(gap or year for gap, year in zip(blank, years, strict=True))


def split_runs(block: HeaderBlock, vocabulary: Vocabulary, sheet: Sheet) -> tuple[HeaderBlock, ...]:
    """Return the block without headed runs that stand apart and head nothing known.

    Two runs that both head three or more fields of a form, and the same field twice, are two tables.
    A run behind one blank column that is filled just where the table is filled belongs to the table.
    """
    runs: list[list[Column]] = []
    for column in block.columns:
        if runs and column.column == runs[-1][-1].column + 1:
            runs[-1].append(column)
        else:
            runs.append([column])
    if len(runs) == 1:
        return (block,)
    known = [_run_fields(run, vocabulary) for run in runs]
    strong = [run for run, fields in zip(runs, known, strict=True) if max(map(len, fields), default=0) >= 3]
    repeated = len(strong) > 1 and any(
        _run_fields(strong[0], vocabulary)[index] & fields
        for run in strong[1:]
        for index, fields in enumerate(_run_fields(run, vocabulary))
    )
    if repeated:
        return tuple(replace(block, columns=tuple(run)) for run in strong)
    kept: list[Column] = []
    for run, fields in zip(runs, known, strict=True):
        if any(fields) or _goes_along(sheet, block.rows[-1], run, kept):
            kept.extend(run)
    return (replace(block, columns=tuple(kept)),) if kept else ()


def _goes_along(sheet: Sheet, heading: int, run: list[Column], kept: list[Column]) -> bool:
    """Tell whether a run stands behind one blank column and is filled in the same rows as the columns before."""
    if not kept or run[0].column - kept[-1].column != 2:
        return False
    below = [row for row in sheet.rows if heading < row <= heading + ROWS_COMPARED]
    before = {row for row in below if len({item.column for item in kept} & set(sheet.columns(row))) > 2}
    beside = {row for row in below if {item.column for item in run} & set(sheet.columns(row))}
    return bool(beside) and beside <= before and len(beside) * 2 > len(before)


def _run_fields(run: list[Column], vocabulary: Vocabulary) -> list[set[str]]:
    texts = [text for column in run for text in column.path]
    return [known_fields(texts, form.key, vocabulary) for form in vocabulary.campaign.forms]
