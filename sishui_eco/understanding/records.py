"""Raw rows -> records: every cell interpreted by its field, every record known by its canonical key."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from msgspec import structs

from sishui_eco.model.finding import Finding, make_finding
from sishui_eco.model.grid import Cell, CellKind
from sishui_eco.model.remembered import remembered
from sishui_eco.model.submission import Answer, Blank, Record
from sishui_eco.spec.campaign import Campaign, Field, Indicator
from sishui_eco.understanding.body import Body, Classified, RecordRows
from sishui_eco.understanding.columns import naming_fields
from sishui_eco.understanding.indicators import KEY_JOINT, indicator_name, match_indicator
from sishui_eco.understanding.rawrows import RawRow, RawValue, gather, part_lines, several_names
from sishui_eco.understanding.values import (
    Interpretation,
    blank_class,
    clean_text,
    interpret,
    interpret_years,
    key_text,
    normalise_measure,
)
from sishui_eco.understanding.vocabulary import EXTRA, SEVERAL_YEARS
from sishui_eco.zh import word

TEXT_MEASURES = ("", "-")
NOTE_JOINT = word("records.joint", "understanding")
HALF_TOLD = "N407"  # one point in time instead of two: just what a start or an end column asks for


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """The records of one table and the findings made while reading them."""

    records: tuple[Record, ...]
    findings: tuple[Finding, ...]


def read_records(body: Body, classified: Classified, measure: str = "") -> Read:
    """Return every record of a classified table body; `measure` is the one stated above the table for amounts."""
    records: list[Record] = []
    findings: list[Finding] = []
    above: RawRow | None = None
    used: frozenset[tuple[int, int]] = frozenset()
    for rows in classified.records:
        gathered = gather(rows, body, above, used, measure)
        used |= gathered.money_anchors
        above = gathered.values
        parted, told = part_lines(gathered.values, body)
        for index, values in enumerate(parted):
            record, faults = _record(values, rows, body)
            records.append(record)
            first = (*gathered.findings, *told) if index == 0 else ()
            findings.extend(_of_record(item, record) for item in (*first, *faults))
    return Read(records=tuple(records), findings=tuple(findings))


def _of_record(finding: Finding, record: Record) -> Finding:
    if finding.record and finding.form:
        return finding
    return replace(finding, record=finding.record or record.key, form=finding.form or record.form)


def _record(values: RawRow, rows: RecordRows, body: Body) -> tuple[Record, list[Finding]]:
    place = body.sheet.at(rows.rows[0], 0)
    hidden = any(row in body.sheet.grid.hidden_rows for row in rows.rows)
    return make_record(values, rows.rows, body, hidden=hidden, first=rows.rows[0], sheet_place_row=place.row)


def make_record(
    values: RawRow, rows: tuple[int, ...], body: Body, *, hidden: bool, first: int, sheet_place_row: int = 0
) -> tuple[Record, list[Finding]]:
    """Return a record of raw values with its key and answers, and what had to be told."""
    campaign = body.vocabulary.campaign
    key, known, indicator, findings = _key(values, first, body)
    answers: dict[str, Answer] = {}
    place = body.sheet.at(sheet_place_row or first)
    for field, value in values.items():
        for answer, told in _answers(field, value, indicator, values, body, campaign):
            answers.setdefault(answer.field, answer)
            if told:
                findings.extend(replace(item, record=key, form=body.form.key) for item in told)
    _join_period(answers, values, body, findings, key)
    lines = several_names(values, body)
    if lines:
        told_at = values["project"]
        findings.append(
            make_finding("I307", told_at.place, record=key, field="project", raw=told_at.raw, count=len(lines))
        )
    record = Record(form=body.form.key, key=key, place=place, rows=rows, answers=answers, known=known, hidden=hidden)
    return record, findings


# --- keys ---------------------------------------------------------------------------------------------


def _key(values: RawRow, first: int, body: Body) -> tuple[str, bool, Indicator | None, list[Finding]]:
    """Return (key, known, catalogue leaf, findings) of a record."""
    if body.form.key == "annex2":
        return _indicator_key(values, first, body)
    if body.form.key == "annex3":
        return _material_key(values, first, body)
    main = values.get(body.main)
    name = _one_line(_named(main))
    return (name, True, None, []) if name else _nameless(first, body)


def _named(value: RawValue | None) -> str:
    """Return the text of a naming cell, "" for a blank marker."""
    if value is None or blank_class(value.cell.text) is not Blank.FILLED:
        return ""
    return clean_text(value.cell.text)


def _one_line(text: str) -> str:
    """Return a name without the line breaks and spaces that came from typing it into a narrow cell."""
    parts = text.split()
    joined = ""
    for part in parts:
        ascii_seam = joined[-1:].isascii() and part[:1].isascii() and joined[-1:].isalnum() and part[:1].isalnum()
        joined += (" " if ascii_seam and joined else "") + part
    return joined


def _nameless(first: int, body: Body) -> tuple[str, bool, Indicator | None, list[Finding]]:
    """Return the key of a record without a name; where the column of names is missing, that is told instead."""
    key = word("records.nameless", "understanding", row=first)
    if body.layout.columns and not body.layout.fields & naming_fields(body.form.key):
        return key, False, None, []
    column = next((item.column for item in body.layout.columns if item.field == body.main), 0)
    place = body.sheet.at(first, column)
    finding = make_finding("I302", place, record=key, field=body.main, form=body.form.key, row=first)
    return key, False, None, [finding]


def _indicator_key(values: RawRow, first: int, body: Body) -> tuple[str, bool, Indicator | None, list[Finding]]:
    name, sub = _named(values.get("indicator")), _named(values.get("sub_indicator"))
    if not name and not sub:
        return _nameless(first, body)
    match = match_indicator(name, sub, body.catalogue)
    source = values.get("sub_indicator") if not name else values.get("indicator")
    place = source.place if source else body.sheet.at(first)
    findings: list[Finding] = []
    if match.whole:
        leaves = body.catalogue.leaves(match.key)
        told = word("records.joint", "understanding").join(item.sub_name for item in leaves)
        findings.append(
            make_finding("I310", place, field="indicator", raw=name, expected=told, count=len(leaves), leaves=told)
        )
    elif not match.known and match.suggestions:
        raw = _one_line(KEY_JOINT.join(item for item in (name, sub) if item))
        told = word("records.or", "understanding").join(match.suggestions)
        findings.append(make_finding("I309", place, field="indicator", raw=raw, expected=told, suggestion=told))
    return match.key, match.known, match.indicator, findings


def _material_key(values: RawRow, first: int, body: Body) -> tuple[str, bool, Indicator | None, list[Finding]]:
    raw, material = _one_line(_named(values.get("indicator"))), _one_line(_named(values.get("material")))
    if not material:
        key, known, _, findings = _nameless(first, body)
        return key, known, None, findings
    name = indicator_name(raw, body.catalogue)
    wanted = key_text(material)
    same = body.catalogue.materials.get(wanted, ())
    exact = next((item for item in same if item.indicator == name), None)
    if exact is None and not raw and len(same) == 1:
        exact = same[0]
    if exact is not None:
        return exact.key, True, None, []
    return KEY_JOINT.join(item for item in (name or raw, material) if item), False, None, []


# --- answers ------------------------------------------------------------------------------------------


def _answers(
    field: str, value: RawValue, indicator: Indicator | None, values: RawRow, body: Body, campaign: Campaign
) -> Sequence[tuple[Answer, Sequence[Finding]]]:
    if field == SEVERAL_YEARS:
        return _several_years(value, indicator, values, body, campaign)
    known = body.form.field_by_key.get(field)
    if known is None:
        return ((_answer(field, value, interpret(value.cell, kind="text", campaign=campaign)), ()),)
    kind, measure = _kind_and_measure(known, indicator, values)
    result = _interpret(known, value, kind, measure, campaign)
    if not result.remarks:
        return ((_answer(field, value, result), ()),)
    told = _remarks(field, value, result)
    if known.year and indicator is not None and key_text(value.raw) == key_text(indicator.target):
        told = [
            make_finding("N203", *item.places, field=field, raw=item.raw) if item.code == "N201" else item
            for item in told
        ]
    return ((_answer(field, value, result), told),)


def _interpret(known: Field, value: RawValue, kind: str, measure: str, campaign: Campaign) -> Interpretation:
    return interpret(
        value.cell,
        kind=kind,
        field_measure=measure,
        heading_measure=value.measure if kind in ("number", "percent", "money") else "",
        choices=known.choices,
        years=(known.year,) if known.year else campaign.years,
        campaign=campaign,
    )


def _answer(field: str, value: RawValue, result: Interpretation) -> Answer:
    return Answer(
        field=field,
        kind=result.kind,
        raw=value.raw,
        value=result.value,
        place=value.place,
        blank=result.blank,
        approximate=result.approximate,
        note=value.note + NOTE_JOINT + result.note if value.note and result.note else value.note or result.note,
    )


def _remarks(field: str, value: RawValue, result: Interpretation) -> list[Finding]:
    return [
        make_finding(
            item.code, value.place, field=field, raw=value.raw, expected=item.expected, **dict(item.parameters)
        )
        for item in result.remarks
    ]


def _kind_and_measure(known: Field, indicator: Indicator | None, values: RawRow) -> tuple[str, str]:
    """Return how a field is to be read: present values by the measure of their indicator, others as specified."""
    if known.year is None or not known.key.startswith("actual."):
        return known.kind, known.measure
    return _present_value(indicator.measure if indicator else _stated_measure(values))


@remembered
def _present_value(measure: str) -> tuple[str, str]:
    """Return the kind and the measure of present values stated in a measure."""
    canonical = normalise_measure(measure)
    if canonical in TEXT_MEASURES or blank_class(measure) is not Blank.FILLED:
        return "text", ""
    return ("percent", "%") if canonical == "%" else ("number", measure)


def _stated_measure(values: RawRow) -> str:
    """Return the measure a row of an unknown indicator states itself."""
    value = values.get("measure")
    return clean_text(value.cell.text) if value else ""


def _several_years(
    value: RawValue, indicator: Indicator | None, values: RawRow, body: Body, campaign: Campaign
) -> list[tuple[Answer, list[Finding]]]:
    """Return one answer a year for a cell that tells several; what tells no year stays raw and is told."""
    fields = [item for item in body.form.fields if item.year]
    text = clean_text(value.cell.text)
    parts = interpret_years(text, campaign.years)
    if parts is None:
        return _without_year(value, fields, indicator, values, campaign)
    found: list[tuple[Answer, list[Finding]]] = []
    for item in fields:
        part = parts.get(item.year or 0)
        if part is None:
            continue
        part = _as_written(text, part)
        note = word("notes.several_years", "understanding", year=item.year, text=part)
        cell = Cell(row=value.cell.row, column=value.cell.column, kind=CellKind.TEXT, text=part)
        piece = structs.replace(value, cell=cell, note=note)
        kind, measure = _kind_and_measure(item, indicator, values)
        result = _interpret(item, piece, kind, measure, campaign)
        found.append((_answer(item.key, piece, result), _remarks(item.key, piece, result)))
    return found


def _as_written(text: str, part: str) -> str:
    """Return a part of a text as the unit wrote it: parts of years come with their full-width signs made narrow."""
    at = _narrow(text).find(_narrow(part))
    return text[at : at + len(part)] if at >= 0 else part


def _narrow(text: str) -> str:
    """Return a text with every sign folded that folds to one sign; positions stay the same."""
    folded = (unicodedata.normalize("NFKC", sign) for sign in text)
    return "".join(one if len(one) == 1 else sign for one, sign in zip(folded, text, strict=True))


def _without_year(
    value: RawValue, fields: Sequence[Field], indicator: Indicator | None, values: RawRow, campaign: Campaign
) -> list[tuple[Answer, list[Finding]]]:
    """A present value without a year: a blank marker holds for all years, a state for the latest, a number for none."""
    latest = max(fields, key=lambda item: item.year or 0)
    kind, measure = _kind_and_measure(latest, indicator, values)
    if blank_class(value.cell.text) is not Blank.FILLED:
        marked = ((item, _interpret(item, value, kind, measure, campaign)) for item in fields)
        return [(_answer(item.key, value, result), _remarks(item.key, value, result)) for item, result in marked]
    if kind == "text":
        result = _interpret(latest, value, kind, measure, campaign)
        told = make_finding("I313", value.place, field=latest.key, raw=value.raw, year=latest.year or "")
        return [(_answer(latest.key, value, result), [told, *_remarks(latest.key, value, result)])]
    plain = interpret(value.cell, kind="text", campaign=campaign)
    field = EXTRA + latest.group if latest.group else EXTRA + SEVERAL_YEARS
    years = word("records.joint", "understanding").join(str(item.year) for item in fields)
    told = make_finding("I314", value.place, field=field, raw=value.raw, years=years)
    return [(_answer(field, structs.replace(value, note=word("notes.year_missing", "understanding")), plain), [told])]


def _join_period(answers: dict[str, Answer], values: RawRow, body: Body, findings: list[Finding], key: str) -> None:
    """Make one `period` of a start and an end column; its place is the start, its note names the end."""
    if body.form.field("period") is None or not {"period_start", "period_end"} & set(answers):
        return
    halves = [answers.pop(name, None) for name in ("period_start", "period_end")]
    findings[:] = [item for item in findings if item.field not in ("period_start", "period_end")]
    if "period" in answers:
        return
    campaign = body.vocabulary.campaign
    ends: list[str] = []
    for index, name in enumerate(("period_start", "period_end")):
        value = values.get(name)
        told = interpret(value.cell, kind="period", campaign=campaign) if value else None
        ends.append(told.value.split("/")[index] if told and "/" in told.value else "")
        if told and value:
            remarks = _remarks("period", value, told)
            findings.extend(replace(item, record=key) for item in remarks if item.code != HALF_TOLD)
    base = halves[0] or halves[1]
    if base is None:
        return
    start_raw, end_raw = (half.raw if half else "" for half in halves)
    end_place = halves[1].place.cell if halves[1] else ""
    note = word("notes.period_two_columns", "understanding", start=start_raw, end=end_raw, place=end_place)
    blank = next((half.blank for half in halves if half), Blank.EMPTY)
    filled = any(half is not None and half.blank is Blank.FILLED for half in halves)
    answers["period"] = Answer(
        field="period",
        kind="period",
        raw=base.raw,
        value="/".join(ends) if ends[0] or ends[1] else "",
        place=base.place,
        blank=Blank.FILLED if filled else blank,
        note=note,
    )
