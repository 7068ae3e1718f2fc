"""Label-value layouts as tables: the form that fits best, one record a card."""

from __future__ import annotations

from collections.abc import Sequence

from sishui_eco.model.finding import Finding, make_finding
from sishui_eco.model.submission import Record, RowClass
from sishui_eco.spec.campaign import Form
from sishui_eco.understanding.body import Body
from sishui_eco.understanding.columns import Layout
from sishui_eco.understanding.forms import title_found
from sishui_eco.understanding.headers import HeaderBlock
from sishui_eco.understanding.labelled import Card, lines_with_labels, read_cards
from sishui_eco.understanding.labels import Labelled, read_labels
from sishui_eco.understanding.nil import find_nil
from sishui_eco.understanding.records import make_record
from sishui_eco.understanding.table import Table, Words, class_above, present_labels, texts_of
from sishui_eco.understanding.transposed import stand_up
from sishui_eco.understanding.view import Sheet
from sishui_eco.zh import word

CARD_ROWS = 1000


def find_cards(
    sheet: Sheet, file_name: str, words: Words, rows: Sequence[int] = ()
) -> tuple[Form, tuple[Card, ...]] | None:
    """Return the label-value records of the form that fits a sheet, or some rows of it, best; None when none does."""
    best: tuple[float, Form, tuple[Card, ...]] | None = None
    if len(sheet.rows) > CARD_ROWS:
        return None
    rows = rows or sheet.rows
    lines = lines_with_labels(sheet, rows, words.vocabulary)
    for form in words.campaign.forms:
        cards = stand_up(read_cards(sheet, lines, form), sheet)
        if not cards:
            continue
        fields = {pair.field: words.vocabulary.weight(pair.label.text) for card in cards for pair in card.pairs}
        titles = (*texts_of(sheet, rows), sheet.grid.name, file_name)
        score = sum(fields.values()) + 2 * bool(title_found(form, titles))
        if best is None or score > best[0]:
            best = (score, form, cards)
    return (best[1], best[2]) if best is not None else None


def fullest(cards: Sequence[Card]) -> int:
    """Return how many fields the fullest card labels; a list labels more in its heading than in any card."""
    return max(len({pair.field for pair in card.pairs}) for card in cards)


def card_table(sheet: Sheet, rows: Sequence[int], form: Form, cards: Sequence[Card], words: Words) -> Table:
    """Return the table that label-value records come to; every row of a card is its record's."""
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
        marks=words.marks,
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
    classes |= {row: class_above(sheet, row, form, words) for row in outside}
    fields = frozenset(pair.field for card in cards for pair in card.pairs)
    hidden_rows = [row for record in records for row in record.rows if row in sheet.grid.hidden_rows]
    if hidden_rows:
        places = (sheet.at(row) for row in hidden_rows)
        findings.append(make_finding("I301", *places, form=form.key, count=len(hidden_rows)))
    return Table(
        form=form.key,
        sheet=sheet,
        records=tuple(records),
        classes=classes,
        evidence=_evidence(form, fields),
        present=fields | present_labels(sheet, rows, words.labels),
        labelled=tuple(_unclaimed(read_labels(sheet, rows, words.labels), cards)),
        nil=find_nil(sheet, outside, words.campaign),
        findings=tuple(findings),
    )


def _unclaimed(labelled: Sequence[Labelled], cards: Sequence[Card]) -> list[Labelled]:
    """Return the form-level texts that are not the value of a record's own label."""
    taken = {pair.value.place for card in cards for pair in card.pairs if pair.value is not None}
    return [item for item in labelled if item.place not in taken]


def _evidence(form: Form, fields: frozenset[str]) -> str:
    return word(
        "evidence.form",
        "understanding",
        label=form.label,
        hit=len(fields),
        all=sum(item.in_blank for item in form.fields),
        missing="",
        title=word("evidence.labelled", "understanding"),
    )
