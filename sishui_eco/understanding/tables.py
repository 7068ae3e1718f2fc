"""One sheet -> the forms on it: where each table begins and ends, what each of its rows is, what its records say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sishui_eco.model.finding import Finding, make_finding
from sishui_eco.model.submission import Record, RowClass
from sishui_eco.spec.campaign import Campaign, Form
from sishui_eco.understanding.columns import Layout
from sishui_eco.understanding.forms import Judged, Titles, judge, title_found, titles_of
from sishui_eco.understanding.headers import HeaderBlock, find_blocks
from sishui_eco.understanding.indicators import Catalogue
from sishui_eco.understanding.labelled import Card, read_cards
from sishui_eco.understanding.labels import Labelled, Labels, is_label, read_labels
from sishui_eco.understanding.nil import find_nil
from sishui_eco.understanding.records import make_record, read_records
from sishui_eco.understanding.rows import Body, classify
from sishui_eco.understanding.telling import table_findings
from sishui_eco.understanding.view import Sheet
from sishui_eco.understanding.vocabulary import Vocabulary, key_text, pattern
from sishui_eco.zh import word

TITLE_ROWS = 12
LOOSE_ROWS = 200
CARD_ROWS = 1000
REPORTING = "reporting_unit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What every table of a file is read with."""

    campaign: Campaign
    vocabulary: Vocabulary
    catalogue: Catalogue
    labels: Labels


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One form found on a sheet: its records, the class of each of its rows, its labels, its nil statement."""

    form: str
    sheet: Sheet
    records: tuple[Record, ...]
    classes: dict[int, RowClass]
    evidence: str
    present: frozenset[str]
    labelled: tuple[Labelled, ...] = ()
    nil: Labelled | None = None
    findings: tuple[Finding, ...] = ()
    layout: Layout | None = None
    block: HeaderBlock | None = None


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


def read_sheet(sheet: Sheet, file_name: str, words: Words) -> SheetRead:
    """Return the forms on one sheet. A sheet that is no form has only notes."""
    if sheet.grid.kind == "text":
        return _loose(sheet, words)
    regions, rivals = _regions(sheet, file_name, words)
    cards = _cards(sheet, file_name, words)
    if cards is not None and _card_fields(cards[1]) > max((len(r.judged.layout.fields) for r in regions), default=0):
        table = _card_table(sheet, sheet.every_row, cards[0], cards[1], words)
        return SheetRead(sheet=sheet, tables=(table,), classes=_all_classes(sheet, (table,)), findings=rivals)
    tables = tuple(_list_table(sheet, region, words) for region in regions)
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
        above = _above(sheet, block, floor, words)
        body = tuple(row for row in sheet.every_row if row > block.rows[-1] and (not end or row < end))
        titles = Titles(above=_texts(sheet, above), sheet=sheet.grid.name, file=file_name)
        judged = judge(block, titles, sheet, body, words.vocabulary)
        if judged is None:
            _give_back(regions, (*block.rows, *body))
        elif judged.rivals:
            told = word("records.joint", "understanding").join(judged.rivals)
            rivals.append(make_finding("I101", sheet.at(block.rows[0]), forms=told))
        elif _same_table(regions, judged, above, sheet, words):
            _give_back(regions, (*block.rows, *body))
        else:
            _cut(regions, above)
            regions.append(_Region(block=block, judged=judged, above=above, body=body))
    return regions, tuple(rivals)


def _give_back(regions: list[_Region], rows: Sequence[int]) -> None:
    """Add rows to the table above: its heading repeated on a further page, or a row that only looked like one."""
    if regions:
        last = regions[-1]
        body = tuple(sorted({*last.body, *rows}))
        regions[-1] = _Region(block=last.block, judged=last.judged, above=last.above, body=body)


def _cut(regions: list[_Region], above: Sequence[int]) -> None:
    """Take the title rows of the next table out of the body of the one before."""
    if regions:
        last = regions[-1]
        body = tuple(row for row in last.body if row not in above)
        regions[-1] = _Region(block=last.block, judged=last.judged, above=last.above, body=body)


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


def _above(sheet: Sheet, block: HeaderBlock, floor: int, words: Words) -> tuple[int, ...]:
    """Return the rows above a heading that belong to it: titles, labels, the measure line."""
    candidates = [row for row in sheet.rows if floor < row < block.rows[0]]
    if not floor:
        return tuple(row for row in sheet.every_row if row < block.rows[0])
    taken: list[int] = []
    for row in reversed(candidates[-TITLE_ROWS:]):
        texts = [cell.text for cell in sheet.own(row)]
        titled = any(_title_text(text, words.campaign) for text in texts)
        labelled = any(is_label(text, words.labels) for text in texts)
        if not (titled or labelled or _stated_measure(texts)):
            break
        taken.append(row)
    first = min(taken, default=block.rows[0])
    return tuple(row for row in sheet.every_row if first <= row < block.rows[0])


def _title_text(text: str, campaign: Campaign) -> bool:
    key = key_text(text)
    names = [name for form in campaign.forms for name in (form.label, *titles_of(form))]
    return len(key) <= 60 and any(key_text(name) in key for name in names)


def _texts(sheet: Sheet, rows: Sequence[int]) -> tuple[str, ...]:
    return tuple(cell.text for row in rows[-TITLE_ROWS:] for cell in sheet.own(row))


def _stated_measure(texts: Sequence[str]) -> str:
    """Return the measure of amounts stated above a table (单位：万元), "" when none is."""
    for text in texts:
        found = pattern("labels", "measure").search(key_text(text))
        if found:
            return found.group("measure")
    return ""


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
    )
    classified = classify(body)
    read = read_records(body, classified, _stated_measure(_texts(sheet, region.above)))
    classes = classified.classes | dict.fromkeys(region.block.rows, RowClass.HEADING)
    classes |= {row: _class_above(sheet, row, form, words) for row in region.above}
    silent = (RowClass.RECORD, RowClass.SAMPLE)
    spoken = [row for row in sorted(classes) if classes[row] not in silent and row not in region.block.rows]
    nil = find_nil(sheet, spoken, words.campaign) or _nil_of_rows(classified.nil_rows, body)
    labelled = tuple(read_labels(sheet, spoken, words.labels))
    return Table(
        form=form.key,
        sheet=sheet,
        records=read.records,
        classes=classes,
        evidence=region.judged.evidence,
        present=_present(body.layout, form) | _present_labels(sheet, spoken, words.labels),
        labelled=labelled,
        nil=nil,
        findings=(*table_findings(body, classified), *read.findings),
        layout=region.judged.layout,
        block=region.block,
    )


def _class_above(sheet: Sheet, row: int, form: Form, words: Words) -> RowClass:
    """A title above a table is heading; labels, the measure line and whatever else stands there are notes."""
    texts = [cell.text for cell in sheet.own(row)]
    if any(_title_text(text, words.campaign) and not is_label(text, words.labels) for text in texts):
        return RowClass.HEADING
    return RowClass.NOTE


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


def _present_labels(sheet: Sheet, rows: Sequence[int], labels: Labels) -> frozenset[str]:
    found = (labels.field_of(cell.text) for row in rows for cell in sheet.own(row))
    return frozenset(item for item in found if item)


# --- label-value layouts -------------------------------------------------------------------------------


def _cards(sheet: Sheet, file_name: str, words: Words) -> tuple[Form, tuple[Card, ...]] | None:
    """Return the label-value records of the form that fits a sheet best, None when none does."""
    best: tuple[float, Form, tuple[Card, ...]] | None = None
    if len(sheet.rows) > CARD_ROWS:
        return None
    for form in words.campaign.forms:
        cards = read_cards(sheet, sheet.rows, form, words.vocabulary)
        if not cards:
            continue
        fields = {pair.field: words.vocabulary.weight(pair.label.text) for card in cards for pair in card.pairs}
        titles = (*_texts(sheet, sheet.rows), sheet.grid.name, file_name)
        score = sum(fields.values()) + 2 * bool(title_found(form, titles))
        if best is None or score > best[0]:
            best = (score, form, cards)
    return (best[1], best[2]) if best is not None else None


def _card_fields(cards: Sequence[Card]) -> int:
    """Return how many fields the fullest card labels; a list labels more in its heading than in any card."""
    return max(len({pair.field for pair in card.pairs}) for card in cards)


def _card_table(sheet: Sheet, rows: Sequence[int], form: Form, cards: Sequence[Card], words: Words) -> Table:
    empty = Layout(form=form.key, columns=())
    body = Body(
        sheet=sheet,
        form=form,
        layout=empty,
        block=HeaderBlock(rows=(0,), columns=()),
        rows=(),
        vocabulary=words.vocabulary,
        catalogue=words.catalogue,
        labels=words.labels,
    )
    records: list[Record] = []
    findings: list[Finding] = []
    classes: dict[int, RowClass] = {}
    for card in cards:
        values = card.values()
        hidden = any(row in sheet.grid.hidden_rows for row in card.rows)
        answered = bool(values)
        classes |= dict.fromkeys(card.rows, RowClass.RECORD if answered else RowClass.BLANK_FORM)
        if answered:
            record, told = make_record(values, card.rows, body, hidden=hidden, first=card.rows[0])
            records.append(record)
            findings.extend(told)
    outside = [row for row in rows if row not in classes]
    classes |= {row: _class_above(sheet, row, form, words) for row in outside}
    fields = {pair.field for card in cards for pair in card.pairs}
    evidence = word(
        "evidence.form",
        "understanding",
        label=form.label,
        hit=len(fields),
        all=sum(item.in_blank for item in form.fields),
        missing="",
        title=word("evidence.labelled", "understanding"),
    )
    return Table(
        form=form.key,
        sheet=sheet,
        records=tuple(records),
        classes=classes,
        evidence=evidence,
        present=frozenset(fields) | _present_labels(sheet, rows, words.labels),
        labelled=tuple(_unclaimed(read_labels(sheet, rows, words.labels), cards)),
        nil=find_nil(sheet, outside, words.campaign),
        findings=tuple(findings),
    )


def _unclaimed(labelled: Sequence[Labelled], cards: Sequence[Card]) -> list[Labelled]:
    """Return the form-level texts that are not the value of a record's own label."""
    taken = {pair.value.place for card in cards for pair in card.pairs if pair.value is not None}
    return [item for item in labelled if item.place not in taken]
