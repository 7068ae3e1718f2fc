"""What has to be told about a table beside its values: columns missing, moved, unknown; rows hidden, stray, unsure."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from sishui_eco.model.finding import Finding, make_finding
from sishui_eco.model.place import Place
from sishui_eco.model.submission import RowClass
from sishui_eco.spec.campaign import Field
from sishui_eco.understanding.body import Body, Classified
from sishui_eco.understanding.columns import Assigned, naming_fields
from sishui_eco.understanding.vocabulary import EXTRA, SEVERAL_YEARS, bare, key_text, pattern
from sishui_eco.zh import word

LEAST_LIKENESS = 0.5
LONGEST_QUOTE = 60


def table_findings(body: Body, classified: Classified) -> tuple[Finding, ...]:
    """Return what has to be told about a table's columns and rows, in a fixed order."""
    return (*_columns(body), *_hidden(body, classified), *_rows(body, classified), *_covered(body, classified))


def _at(body: Body, row: int, column: int = 0) -> Place:
    return body.sheet.at(row, column)


def _columns(body: Body) -> Iterator[Finding]:
    form = body.form
    several = SEVERAL_YEARS in body.layout.fields
    heading_row = body.block.rows[-1]
    extras = [item for item in body.layout.columns if item.field.startswith(EXTRA)]
    for item in _missing(body, several=several):
        suggestion = _likely(item, extras)
        heading = f"{item.group}{item.heading}" if item.year else item.heading
        if suggestion is not None:
            place = _at(body, suggestion.row, suggestion.column)
            yield make_finding(
                "I208", place, form=form.key, field=item.key, raw=suggestion.heading, expected=heading, heading=heading
            )
        else:
            yield make_finding(
                "I201", _at(body, heading_row), form=form.key, field=item.key, expected=heading, heading=heading
            )
    for column in body.layout.columns:
        place = _at(body, column.row, column.column)
        known = form.field(column.field)
        heading = known.heading if known else column.known
        if column.how in ("suffix", "ambiguous") and known is not None and bare(column.heading) != bare(heading):
            yield make_finding(
                "I203", place, form=form.key, field=column.field, raw=column.heading, expected=heading, heading=heading
            )
    if extras:
        named = word("records.list", "understanding").join(item.heading for item in extras)
        places = tuple(_at(body, item.row, item.column) for item in extras)
        yield make_finding("I202", *places, form=form.key, raw=named, count=len(extras))


def _missing(body: Body, *, several: bool) -> list[Field]:
    """Return the fields a unit has to answer that have no column, and the one that names records if none does."""
    present = body.layout.fields
    nameless = not present & naming_fields(body.form.key)
    return [
        item
        for item in body.form.fields
        if item.required and item.in_blank and item.key not in present
        if not item.prefilled or (nameless and item.key == body.main)
        if not (several and item.year) and not (item.key == "period" and "period_start" in present)
    ]


def _likely(field: Field, extras: Sequence[Assigned]) -> Assigned | None:
    """Return the unknown column whose heading is most like a field's heading or alias; another year never is."""
    best: tuple[float, Assigned | None] = (LEAST_LIKENESS, None)
    for extra in extras:
        years = pattern("headings", "year").findall(key_text(extra.heading))
        if field.year is not None and years and str(field.year) not in years:
            continue
        for spelling in (field.heading, *field.aliases):
            likeness = difflib.SequenceMatcher(None, bare(extra.heading), bare(spelling)).ratio()
            if likeness > best[0] or (best[1] is None and likeness == best[0]):
                best = (likeness, extra)
    return best[1]


def _hidden(body: Body, classified: Classified) -> Iterator[Finding]:
    grid = body.sheet.grid
    columns = [item for item in body.layout.columns if item.column in grid.hidden_columns]
    if columns:
        named = word("records.list", "understanding").join(item.heading for item in columns)
        places = tuple(_at(body, item.row, item.column) for item in columns)
        yield make_finding("I206", *places, form=body.form.key, raw=named, count=len(columns))
    rows = [row for record in classified.records for row in record.rows if row in grid.hidden_rows]
    if rows:
        yield make_finding("I301", *(_at(body, row) for row in rows), form=body.form.key, count=len(rows))


def _quote(body: Body, row: int) -> str:
    text = word("records.list", "understanding").join(" ".join(c.text.split()) for c in body.sheet.own(row))
    return text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1] + "\u2026"


def _rows(body: Body, classified: Classified) -> Iterator[Finding]:
    form = body.form.key
    for row in classified.strays:
        yield make_finding("I303", _at(body, row), form=form, raw=_quote(body, row))
    for row in classified.unsure_samples:
        yield make_finding("I306", _at(body, row), form=form, raw=_quote(body, row))
    if classified.foreign:
        yield make_finding("I104", _at(body, classified.foreign), form=form, raw=_quote(body, classified.foreign))
    headed = {item.column for item in body.layout.columns}
    outside = [
        cell
        for record in classified.records
        for row in record.rows
        for cell in body.sheet.own(row)
        if cell.column not in headed
    ]
    if outside:
        places = tuple(_at(body, cell.row, cell.column) for cell in outside)
        quoted = word("records.list", "understanding").join(dict.fromkeys(" ".join(c.text.split()) for c in outside))
        yield make_finding("I304", *places, form=form, raw=quoted[:LONGEST_QUOTE], count=len(outside))
    filled = [record for record in classified.records if record.parent_from]
    if filled:
        places = tuple(_at(body, record.rows[0]) for record in filled)
        yield make_finding("I315", *places, form=form, count=len(filled))


def _covered(body: Body, classified: Classified) -> Iterator[Finding]:
    """Tell values that lie under a merge, where nobody sees them."""
    rows = {row for record in classified.records for row in record.rows}
    rows |= {row for row, kind in classified.classes.items() if kind is RowClass.SUBTOTAL}
    hidden = sorted(place for place in body.sheet.grid.covered if place[0] in rows)
    if hidden:
        quoted = word("records.list", "understanding").join(body.sheet.grid.covered[place].text for place in hidden)
        places = tuple(_at(body, *place) for place in hidden)
        yield make_finding("I305", *places, form=body.form.key, raw=quoted[:LONGEST_QUOTE], count=len(hidden))
