"""One sheet -> the forms on it: where each table begins and ends, what each of its rows is, what its records say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sishui_eco.model.finding import Finding, make_finding
from sishui_eco.model.submission import RowClass
from sishui_eco.spec.campaign import Form
from sishui_eco.understanding.body import Body
from sishui_eco.understanding.cards import card_table, find_cards, fullest
from sishui_eco.understanding.columns import Layout
from sishui_eco.understanding.forms import Judged, Titles, judge
from sishui_eco.understanding.headers import HeaderBlock, find_blocks
from sishui_eco.understanding.labelled import Card
from sishui_eco.understanding.labels import Labelled, empty_labels, is_label, read_labels
from sishui_eco.understanding.marks import is_note
from sishui_eco.understanding.nil import find_nil
from sishui_eco.understanding.plain import plain_of
from sishui_eco.understanding.records import read_records
from sishui_eco.understanding.rows import classify
from sishui_eco.understanding.table import (
    TITLE_ROWS,
    Table,
    Words,
    class_above,
    present_labels,
    stated_measure,
    texts_of,
    title_text,
)
from sishui_eco.understanding.telling import table_findings
from sishui_eco.understanding.view import Sheet
from sishui_eco.zh import word

LOOSE_ROWS = 200
FEWEST_BESIDE_CARDS = 5  # columns of a list on a sheet that holds cards too
FEWEST_BESIDE_LISTS = 6  # labels of a card on a sheet that holds a list too
REPORTING = "reporting_unit"


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRead:
    """A sheet with the forms on it and every non-blank row classified; labels and nil of rows outside the tables."""

    sheet: Sheet
    tables: tuple[Table, ...] = ()
    classes: dict[int, RowClass] = field(default_factory=dict)
    labelled: tuple[Labelled, ...] = ()
    nil: Labelled | None = None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Region:
    """Rows of one table: the zone above its heading, the heading, the body."""

    block: HeaderBlock
    judged: Judged
    above: tuple[int, ...]
    body: tuple[int, ...]
    again: tuple[int, ...] = ()  # rows of the same heading, repeated in the body


def read_sheet(sheet: Sheet, file_name: str, words: Words) -> SheetRead:
    """Return the forms on one sheet. A sheet that is no form has only notes."""
    if sheet.grid.kind == "text":
        return _loose(sheet, words)
    regions, rivals = _regions(sheet, file_name, words)
    cards = find_cards(sheet, file_name, words)
    apart = _cards_apart(sheet, regions, file_name, words) if cards is not None else None
    if (
        apart is None
        and cards is not None
        and fullest(cards[1]) > max((len(r.judged.layout.fields) for r in regions), default=0)
    ):
        table = card_table(sheet, sheet.every_row, cards[0], cards[1], words)
        return SheetRead(sheet=sheet, tables=(table,), classes=_all_classes(sheet, (table,)), findings=rivals)
    lists = apart.regions if apart else regions
    tables = side_by_side(tuple(_list_table(sheet, region, words) for region in lists))
    if apart:
        tables = (*tables, card_table(sheet, apart.rows, apart.form, apart.cards, words))
    taken = {row for table in tables for row in table.classes}
    rest = tuple(row for row in sheet.every_row if row not in taken)
    return SheetRead(
        sheet=sheet,
        tables=tables,
        classes=_all_classes(sheet, tables),
        labelled=tuple(read_labels(sheet, _ends(rest), words.labels)),
        nil=find_nil(sheet, _ends(rest), words.campaign),
        findings=rivals,
    )


def side_by_side(tables: tuple[Table, ...]) -> tuple[Table, ...]:
    """Return tables without what each said of cells outside its columns that stand in a table beside it."""
    if len(tables) < 2:
        return tables
    return tuple(
        replace(
            table,
            findings=tuple(
                item
                for item in table.findings
                if item.code != "I304" or not any(_within(item, other) for other in tables if other is not table)
            ),
        )
        for table in tables
    )


def _within(finding: Finding, table: Table) -> bool:
    """Whether every place of a finding is in a record of a table, under one of its headings."""
    columns = {item.column for item in table.layout.columns} if table.layout is not None else set()
    rows = {row for record in table.records for row in record.rows}
    return all(place.row in rows and place.column in columns for place in finding.places)


def _ends(rows: Sequence[int]) -> Sequence[int]:
    """Return the first and last rows outside the tables: a long list between them holds no label."""
    return rows if len(rows) <= 2 * LOOSE_ROWS else (*rows[:LOOSE_ROWS], *rows[-LOOSE_ROWS:])


def _loose(sheet: Sheet, words: Words) -> SheetRead:
    return SheetRead(
        sheet=sheet,
        classes=_all_classes(sheet, ()),
        labelled=tuple(read_labels(sheet, sheet.rows, words.labels)),
        nil=find_nil(sheet, sheet.rows, words.campaign),
    )


def _all_classes(sheet: Sheet, tables: Sequence[Table]) -> dict[int, RowClass]:
    """Return one class for every row that holds anything; what no table claims is a note."""
    classes = dict.fromkeys(sheet.every_row, RowClass.NOTE)
    for table in tables:
        classes.update(table.classes)
    return classes


# --- list layouts --------------------------------------------------------------------------------------


def _regions(sheet: Sheet, file_name: str, words: Words) -> tuple[list[_Region], tuple[Finding, ...]]:
    blocks = find_blocks(sheet, words.vocabulary)
    regions: list[_Region] = []
    rivals: list[Finding] = []
    for index, block in enumerate(blocks):
        end = next((other.rows[0] for other in blocks[index + 1 :] if other.rows[0] > block.rows[-1]), 0)
        floor = regions[-1].block.rows[-1] if regions else 0
        above = _above(sheet, block.rows[0], floor, words)
        body = tuple(row for row in sheet.every_row if row > block.rows[-1] and (not end or row < end))
        titles = Titles(above=texts_of(sheet, above), sheet=sheet.grid.name, file=file_name)
        judged = judge(block, titles, sheet, body, words.vocabulary)
        if judged is None:
            _give_back(regions, (*block.rows, *body))
        elif judged.rivals:
            told = word("records.list", "understanding").join(judged.rivals)
            rivals.append(make_finding("I101", sheet.at(block.rows[0]), forms=told))
        elif _same_table(regions, judged, above, sheet, words):
            _give_back(regions, (*block.rows, *body), again=block.rows)
        else:
            _cut(regions, above)
            regions.append(_Region(block=block, judged=judged, above=above, body=body))
    return regions, tuple(rivals)


def _give_back(regions: list[_Region], rows: Sequence[int], again: Sequence[int] = ()) -> None:
    """Add rows to the table above: its heading repeated on a further page, or a row that only looked like one."""
    if regions:
        last = regions[-1]
        regions[-1] = replace(last, body=tuple(sorted({*last.body, *rows})), again=(*last.again, *again))


def _cut(regions: list[_Region], above: Sequence[int]) -> None:
    """Take the title rows of the next table out of the body of the one before."""
    if regions:
        last = regions[-1]
        regions[-1] = replace(last, body=tuple(row for row in last.body if row not in above))


def _same_table(regions: Sequence[_Region], judged: Judged, above: Sequence[int], sheet: Sheet, words: Words) -> bool:
    """Tell whether a heading is the one above again (same form, same columns, no other unit named between)."""
    if not regions or regions[-1].judged.form != judged.form:
        return False
    before = {(item.column, item.field) for item in regions[-1].judged.layout.columns}
    now = {(item.column, item.field) for item in judged.layout.columns}
    if before != now:
        return False
    named = read_labels(sheet, above, words.labels)
    return not any(item.field == REPORTING for item in named)


def _above(sheet: Sheet, top: int, floor: int, words: Words) -> tuple[int, ...]:
    """Return the rows above the first row of a table that belong to it: titles, labels, the measure line.

    Labels between the table above and the first title, or the last blank row, are signatures of the table above.
    """
    candidates = [row for row in sheet.rows if floor < row < top]
    if not floor:
        return tuple(row for row in sheet.every_row if row < top)
    taken: list[int] = []
    titles: list[int] = []
    for row in reversed(candidates[-TITLE_ROWS:]):
        texts = [cell.text for cell in sheet.own(row)]
        labelled = any(is_label(text, words.labels) for text in texts)
        if any(title_text(text, words.campaign) for text in texts):
            titles.append(row)
        elif not (labelled or stated_measure(texts) or is_note(texts[0])):
            break
        taken.append(row)
    first = min(titles, default=0) or _own_labels(taken, top, sheet) or top
    return tuple(row for row in sheet.every_row if first <= row < top)


def _own_labels(taken: Sequence[int], top: int, sheet: Sheet) -> int:
    """Return the first of the untitled rows (given from the lowest up) that belong to the table below them, or 0.

    A blank row parts them from what is above; rows nearer to the table above than to this one are not its own.
    """
    first = 0
    for row in taken:
        if first and first - row > 1:
            break
        first = row
    before = max((row for row in sheet.rows if row < first), default=0)
    return 0 if not taken or top - taken[0] > first - before else first


@dataclass(frozen=True, slots=True, kw_only=True)
class _Apart:
    """Label-value records above or below the lists of the same sheet, and the lists without their rows."""

    form: Form
    cards: tuple[Card, ...]
    rows: tuple[int, ...]
    regions: tuple[_Region, ...]


def _cards_apart(sheet: Sheet, regions: Sequence[_Region], file_name: str, words: Words) -> _Apart | None:
    """Return the cards of another form on a sheet that holds lists: the fullest between two headings or titles."""
    best: tuple[Form, tuple[Card, ...]] | None = None
    if any(len(region.judged.layout.fields) < FEWEST_BESIDE_CARDS for region in regions):
        return None
    listed = {region.judged.form for region in regions}
    for rows in _stretches(sheet, regions, words):
        found = find_cards(sheet, file_name, words, rows)
        if found is not None and found[0].key not in listed and (best is None or fullest(found[1]) > fullest(best[1])):
            best = found
    if not regions or best is None or fullest(best[1]) < FEWEST_BESIDE_LISTS:
        return None
    return _parted(sheet, regions, best[0], best[1], words)


def _stretches(sheet: Sheet, regions: Sequence[_Region], words: Words) -> list[list[int]]:
    """Return the rows of a sheet in stretches that no heading or title interrupts."""
    headed = {row for region in regions for row in (*region.block.rows, *region.again)}
    stretches: list[list[int]] = [[]]
    for row in sheet.rows:
        if row in headed or any(title_text(cell.text, words.campaign) for cell in sheet.own(row)):
            stretches.append([])
        else:
            stretches[-1].append(row)
    return [rows for rows in stretches if rows]


def _parted(sheet: Sheet, regions: Sequence[_Region], form: Form, cards: tuple[Card, ...], words: Words) -> _Apart:
    """Return cards with their own rows, and the lists without them."""
    first, last = min(cards[0].rows), max(cards[-1].rows)
    floor = max((region.block.rows[-1] for region in regions if region.block.rows[-1] < first), default=0)
    top = min((*_above(sheet, first, floor, words), first))
    following = next((region for region in regions if region.block.rows[0] > last), None)
    above = _above(sheet, following.block.rows[0], last, words) if following else ()
    bottom = min((*above, following.block.rows[0])) if following else max(sheet.every_row) + 1
    rows = tuple(row for row in sheet.every_row if top <= row < bottom)
    lists = tuple(
        replace(
            region,
            above=above if region is following else region.above,
            body=tuple(row for row in region.body if row not in rows),
        )
        for region in regions
    )
    return _Apart(form=form, cards=cards, rows=rows, regions=lists)


def _list_table(sheet: Sheet, region: _Region, words: Words) -> Table:
    form = words.campaign.form_by_key[region.judged.form]
    body = Body(
        sheet=sheet,
        form=form,
        layout=region.judged.layout,
        block=region.block,
        rows=region.body,
        vocabulary=words.vocabulary,
        catalogue=words.catalogue,
        labels=words.labels,
        marks=words.marks,
        plain=plain_of(sheet.told(region.body), words.marks, nil=form.nil_allowed),
        again=frozenset(region.again),
    )
    classified = classify(body)
    read = read_records(body, classified, stated_measure(texts_of(sheet, region.above)))
    classes = classified.classes | dict.fromkeys(region.block.rows, RowClass.HEADING)
    classes |= {row: class_above(sheet, row, form, words) for row in region.above}
    silent = (RowClass.RECORD, RowClass.SAMPLE)
    headed = {*region.block.rows, *classified.again}
    spoken = [row for row in sorted(classes) if classes[row] not in silent and row not in headed]
    nil = find_nil(sheet, spoken, words.campaign) or _nil_of_rows(classified.nil_rows, body)
    labelled = (*read_labels(sheet, spoken, words.labels), *empty_labels(sheet, spoken, words.labels))
    return Table(
        form=form.key,
        sheet=sheet,
        records=read.records,
        classes=classes,
        evidence=region.judged.evidence,
        present=_present(body.layout, form) | present_labels(sheet, spoken, words.labels),
        labelled=labelled,
        nil=nil,
        findings=(*table_findings(body, classified), *read.findings),
        layout=region.judged.layout,
        block=region.block,
    )


def _nil_of_rows(rows: Sequence[int], body: Body) -> Labelled | None:
    for row in rows:
        cell = body.identity(row, body.main) or next(iter(body.sheet.own(row)), None)
        if cell is not None:
            place = body.sheet.at(cell.row, cell.column)
            return Labelled(field="nil_statement", text=cell.text.strip(), raw=cell.text, place=place, cell=cell)
    return None


def _present(layout: Layout, form: Form) -> frozenset[str]:
    """Return the fields a table has columns for; one column of several years stands for them all."""
    years = {item.key for item in form.fields if item.year} if "actual" in layout.fields else set()
    return frozenset((layout.fields - {"actual"}) | years)
