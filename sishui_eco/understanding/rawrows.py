"""One record as raw cells by field: merges filled down, 同上 followed, several lines in a cell parted."""

from __future__ import annotations

from bisect import insort
from collections.abc import Mapping, Sequence, Set

from msgspec import Struct
from msgspec.structs import replace

from sishui_eco.model.finding import Finding, make_finding
from sishui_eco.model.grid import Cell, CellKind
from sishui_eco.model.place import Place
from sishui_eco.understanding.body import Body, Headed, RecordRows
from sishui_eco.understanding.columns import Assigned
from sishui_eco.understanding.indicators import match_indicator, parent_of
from sishui_eco.understanding.marks import lines_of, says_same
from sishui_eco.understanding.plain import LINES, SAME
from sishui_eco.understanding.vocabulary import SEVERAL_YEARS, key_text, pattern, words
from sishui_eco.zh import word


class RawValue(Struct, frozen=True, kw_only=True, gc=False):
    """What stands for a field: `cell` is interpreted, `raw` and `place` are what the file shows and where."""

    cell: Cell
    raw: str
    place: Place
    measure: str = ""
    note: str = ""


RawRow = Mapping[str, RawValue]


class Gathered(Struct, frozen=True, kw_only=True):
    """The raw values of one record with what had to be told about them."""

    values: RawRow
    findings: Sequence[Finding] = ()
    money_anchors: Set[tuple[int, int]] = frozenset()
    lines: bool = False  # a cell holds several


def raw_text(cell: Cell) -> str:
    """Return what a cell shows; a formula without result shows itself."""
    return cell.text if cell.text or cell.formula is None else f"={cell.formula}"


def gather(
    record: RecordRows, body: Body, above: RawRow | None, used_money: Set[tuple[int, int]], measure: str
) -> Gathered:
    """Return the raw values of a record's rows.

    A cell under a merge gives the value of the merge's top left cell and its place. An amount merged
    over several records is given to the first only. 同上 takes what the record above has.
    """
    values: dict[str, RawValue] = {}
    findings: list[Finding] = []
    anchors: set[tuple[int, int]] = set()
    here, money = body.sheet.place, body.money
    file, member, sheet = here.file, here.member, here.sheet
    for item, cell in _cells(record.rows, body):
        field, believed = item.field, item.measure
        if money and field in money:
            if (cell.row, cell.column) in used_money:
                findings.append(make_finding("I311", _place(cell, body), field=field, raw=cell.text))
                continue
            believed = believed or measure
            if field not in values:
                anchors.add((cell.row, cell.column))
        place = Place(file=file, member=member, sheet=sheet, row=cell.row, column=cell.column)
        value = RawValue(cell=cell, raw=cell.text or raw_text(cell), place=place, measure=believed)
        if field in values:
            findings.extend(_second_value(values[field], value, item))
            continue
        values[field] = value
    _fill_parent(record, values, body)
    marks = _marks(record, body)
    if marks & SAME:
        values = _follow_same(values, above)
    return Gathered(values=values, findings=findings, money_anchors=anchors, lines=bool(marks & LINES))


def _marks(record: RecordRows, body: Body) -> int:
    """Return what the texts of a record may be marks of: the same as above, several lines."""
    if record.parent_from:
        return SAME | LINES
    marks, plain = 0, body.plain
    for row in record.rows:
        texts = body.sheet.texts.get(row, ())
        marks |= body.under(row).marks
        if plain.same and not plain.same.isdisjoint(texts):
            marks |= SAME
        if plain.lines and not plain.lines.isdisjoint(texts):
            marks |= LINES
    return marks


def _cells(rows: Sequence[int], body: Body) -> Sequence[Headed]:
    """Return the headed cells of a record, column by column, in each column from its first row to its last."""
    if len(rows) == 1:
        return _cells_of(rows[0], body)
    by_row = [{item.column: cell for item, cell in _cells_of(row, body)} for row in rows]
    return [(item, cells[item.column]) for item in body.layout.columns for cells in by_row if item.column in cells]


def _cells_of(row: int, body: Body) -> Sequence[Headed]:
    """Return the headed cells of a row, merges expanded; what stands under a merge is the same for all its rows."""
    headed, under = body.layout.by_column, body.under(row).columns
    found = [(headed[cell.column], cell) for cell in body.sheet.own(row) if cell.column in headed]
    if under:
        columns = body.sheet.columns(row)
        if not under.keys().isdisjoint(columns):
            found = [pair for pair in found if pair[0].column not in under]
        for pair in under.values():
            if pair is not None:
                insort(found, pair, key=_column)
    return found


def _column(pair: Headed) -> int:
    return pair[0].column


def _place(cell: Cell, body: Body) -> Place:
    return body.sheet.at(cell.row, cell.column)


def _second_value(first: RawValue, second: RawValue, item: Assigned) -> list[Finding]:
    """Tell a further value of the same field in the other rows of a record; the first stands."""
    if first.place == second.place or key_text(first.raw) == key_text(second.raw):
        return []
    return [make_finding("I312", first.place, second.place, field=item.field, raw=first.raw, other=second.raw)]


def _fill_parent(record: RecordRows, values: dict[str, RawValue], body: Body) -> None:
    """Give a record without its own indicator name the one of the row or section above it."""
    if not record.parent_from or "indicator" in values:
        return
    found = body.identity(record.parent_from, "indicator")
    if found is None:
        found = next((cell for cell in body.sheet.own(record.parent_from) if cell.kind is CellKind.TEXT), None)
        if found is None or not _names_indicator(found.text, body):
            return
    place = _place(found, body)
    note = word("notes.filled_down", "understanding", place=place.cell)
    values["indicator"] = RawValue(cell=found, raw=found.text, place=place, note=note)


def _names_indicator(text: str, body: Body) -> bool:
    return bool(parent_of(text, body.catalogue)) or match_indicator(text, "", body.catalogue).known


def _follow_same(values: dict[str, RawValue], above: RawRow | None) -> dict[str, RawValue]:
    """Return the values with those that only say `the same` taken from the record above."""
    if above is None:
        return values
    for field, value in values.items():
        source = above.get(field) if says_same(value.raw) else None
        if source is not None:
            note = word("notes.same", "understanding", raw=value.raw.strip(), place=source.place.cell)
            values[field] = replace(value, cell=source.cell, note=note)
    return values


# --- several lines in one cell -------------------------------------------------------------------------


def part_lines(values: RawRow, body: Body) -> tuple[tuple[RawRow, ...], tuple[Finding, ...]]:
    """Return one raw row per leaf when a cell names several leaves line by line, else the row itself.

    Only when every line is a leaf of the catalogue. A cell with as many lines gives one line each; a
    cell with one line holds for all, except a number, which would be a guess and is told.
    """
    subs = _leaf_lines(values, body)
    if len(subs) < 2:
        return (values,), ()
    findings: list[Finding] = []
    rows: list[dict[str, RawValue]] = [{} for _ in subs]
    for field, value in values.items():
        if field in ("indicator", "sub_indicator"):
            continue
        lines = lines_of(value.raw)
        if len(lines) == len(subs) and not _tell_years(lines):
            for index, line in enumerate(lines):
                note = word("notes.several_lines", "understanding", line=index + 1, text=line)
                rows[index][field] = replace(value, cell=_text_cell(value.cell, line), note=note)
        elif len(lines) == 1 and not _is_figure(field, body):
            for row in rows:
                row[field] = value
        else:
            findings.append(make_finding("I308", value.place, field=field, raw=value.raw, count=len(subs)))
            if field != SEVERAL_YEARS:
                rows[0][field] = replace(value, cell=_text_cell(value.cell, ""))
    for index, (name, sub) in enumerate(subs):
        rows[index] |= _names(values, name, sub)
    return tuple(rows), tuple(findings)


def _tell_years(lines: Sequence[str]) -> bool:
    """Tell whether lines are about one year each, so that they are no lines of leaves."""
    years = [frozenset(pattern("headings", "year").findall(key_text(line))) for line in lines]
    return all(len(found) == 1 for found in years) and len(set(years)) == len(years)


def _names(values: RawRow, name: str, sub: str) -> dict[str, RawValue]:
    base = values.get("sub_indicator") or values["indicator"]
    named = {"sub_indicator": replace(base, cell=_text_cell(base.cell, sub))}
    if name and "indicator" in values:
        named["indicator"] = replace(values["indicator"], cell=_text_cell(values["indicator"].cell, name))
    return named


def _text_cell(cell: Cell, text: str) -> Cell:
    return Cell(row=cell.row, column=cell.column, kind=CellKind.TEXT, text=text)


def _is_figure(field: str, body: Body) -> bool:
    known = body.form.field(field)
    return field == SEVERAL_YEARS or (known is not None and known.kind in ("number", "percent", "money"))


def _leaf_lines(values: RawRow, body: Body) -> list[tuple[str, str]]:
    """Return (name, sub-name) per leaf when the name or sub-name cell lists leaves line by line, else nothing."""
    if body.form.key != "annex2":
        return []
    name_value, sub_value = values.get("indicator"), values.get("sub_indicator")
    name_lines = lines_of(name_value.raw) if name_value else ()
    sub_lines = lines_of(sub_value.raw) if sub_value else ()
    if len(name_lines) < 2 and len(sub_lines) < 2:
        return []
    name = " ".join(name_lines)
    if len(sub_lines) >= 2 and all(match_indicator(name, line, body.catalogue).known for line in sub_lines):
        return [(name, line) for line in sub_lines]
    if len(sub_lines) < 2 and len(name_lines) >= 3 and not sub_lines:
        first, rest = name_lines[0], name_lines[1:]
        if all(match_indicator(first, line, body.catalogue).known for line in rest):
            return [(first, line) for line in rest]
    alone = len(name_lines) >= 2 and not sub_lines
    if alone and all(match_indicator("", line, body.catalogue).known for line in name_lines):
        return [("", line) for line in name_lines]
    return []


def several_names(values: RawRow, body: Body) -> Sequence[str]:
    """Return the lines of a project cell when each looks like a project of its own, else nothing."""
    value = values.get("project")
    lines = lines_of(value.raw) if value else ()
    if len(lines) < 2:
        return []
    numbered = all(pattern("projects", "numbered").match(key_text(line)) for line in lines)
    endings = tuple(words()["projects"]["endings"])
    whole = all(key_text(line).rstrip(".;,").endswith(endings) and len(line) >= 5 for line in lines)
    money = values.get("investment")
    amounts = len(lines_of(money.raw)) if money else 1
    return lines if numbered or whole or amounts == len(lines) else ()
