"""The raw values of one record -> its answers: every cell read by its field, years parted, start and end joined."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import partial

from msgspec import Struct, structs

from sishui_eco.model.finding import Finding, make_finding
from sishui_eco.model.grid import Cell, CellKind
from sishui_eco.model.remembered import LONGEST, remembered
from sishui_eco.model.submission import Answer, Blank
from sishui_eco.spec.campaign import Campaign, Field, Form, Indicator
from sishui_eco.understanding.rawrows import RawRow, RawValue
from sishui_eco.understanding.values import (
    Interpretation,
    Question,
    asked_of,
    blank_class,
    clean_text,
    interpret,
    interpret_years,
    key_text,
    normalise_measure,
    question,
)
from sishui_eco.understanding.vocabulary import EXTRA, SEVERAL_YEARS
from sishui_eco.zh import word

TEXT_MEASURES = ("", "-")
NOTE_JOINT = word("records.joint", "understanding")
HALF_TOLD = "N407"  # one point in time instead of two: just what a start or an end column asks for
FIGURES = ("number", "percent", "money")
HALVES = ("period_start", "period_end")


class Named(Struct, frozen=True, kw_only=True):
    """The raw values of a record with its key and the catalogue's leaf, None when it is no indicator of ours."""

    key: str
    indicator: Indicator | None
    values: RawRow
    form: Form
    campaign: Campaign


class Told(Struct, frozen=True, kw_only=True):
    """The answers of a record by field and what had to be told of them."""

    answers: dict[str, Answer]
    findings: list[Finding]


def answers_of(record: Named) -> Told:
    """Return every answer of a record; of two for one field the first stands."""
    answers: dict[str, Answer] = {}
    told = Told(answers=answers, findings=[])
    present = _present_value(record.indicator.measure if record.indicator else _stated_measure(record.values))
    questions = _questions(record.form, present, record.campaign)
    for name, value in record.values.items():
        question = questions.get((name, value.measure))
        if question is None:
            if name == SEVERAL_YEARS:
                _several_years(value, record, present, told)
                continue
            question = _question(name, value.measure, record, present)
        result = question.answer(value.cell)
        if result.remarks and (known := record.form.field(name)) is not None:
            told.findings.extend(_plain_remarks(known, value, result, record))
        if name not in answers:
            answers[name] = _answer(name, value, result)
    if HALVES[0] in answers or HALVES[1] in answers:
        _join_period(record, told)
    return told


def _questions(form: Form, present: tuple[str, str], campaign: Campaign) -> dict[object, Question]:
    """Return what was asked so far of the columns of a form, in rows whose present values are of one measure."""
    if len(present[1]) > LONGEST:
        return {}
    return asked_of(campaign).columns.setdefault((form.key, present), {})


def _question(name: str, heading_measure: str, record: Named, present: tuple[str, str]) -> Question:
    """Return what is asked of a field's cells: present values by the measure of their indicator, others as specified.

    A column that nobody specified is read as text.
    """
    known, campaign = record.form.field(name), record.campaign
    if known is None:
        made = question("text", "", "", (), (), campaign)
    else:
        kind, measure, years = known.kind, known.measure, campaign.years
        if known.year:
            years = (known.year,)
            kind, measure = present if known.key.startswith("actual.") else (kind, measure)
        heading = heading_measure if kind in FIGURES else ""
        made = question(kind, measure, heading, known.choices, years, campaign)
    asked_of(campaign).count()
    _questions(record.form, present, campaign)[name, heading_measure] = made
    return made


def _answer(field: str, value: RawValue, result: Interpretation) -> Answer:
    return Answer(
        field=field,
        kind=result.kind,
        raw=value.raw,
        value=result.value,
        place=value.place,
        blank=result.blank,
        approximate=result.approximate,
        note=_noted(value.note, result.note),
    )


def _noted(found: str, said: str) -> str:
    """Return how a value was found and how it was understood."""
    return found + NOTE_JOINT + said if found and said else found or said


def _remarks(field: str, value: RawValue, result: Interpretation, record: Named) -> list[Finding]:
    return [
        make_finding(
            item.code,
            value.place,
            form=record.form.key,
            record=record.key,
            field=field,
            raw=value.raw,
            expected=item.expected,
            **item.parameters,
        )
        for item in result.remarks
    ]


def _plain_remarks(known: Field, value: RawValue, result: Interpretation, record: Named) -> list[Finding]:
    """Return what has to be told of a value; a present value that only repeats the target is told as just that."""
    target = record.indicator.target if record.indicator is not None and known.year else None
    told = _remarks(known.key, value, result, record)
    if target is None or key_text(value.raw) != key_text(target):
        return told
    repeats = make_finding("N203", value.place, form=record.form.key, record=record.key, field=known.key, raw=value.raw)
    return [repeats if item.code == "N201" else item for item in told]


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


# --- several years in one cell ----------------------------------------------------------------------------


def _several_years(value: RawValue, record: Named, present: tuple[str, str], told: Told) -> None:
    """Add one answer a year for a cell that tells several; what tells no year stays raw and is told."""
    fields = [item for item in record.form.fields if item.year]
    text = clean_text(value.cell.text)
    parts = interpret_years(text, record.campaign.years)
    if parts is None:
        _without_year(value, fields, record, present, told)
        return
    for item in fields:
        part = parts.get(item.year or 0)
        if part is None:
            continue
        part = _as_written(text, part)
        note = word("notes.several_years", "understanding", year=item.year, text=part)
        cell = Cell(row=value.cell.row, column=value.cell.column, kind=CellKind.TEXT, text=part)
        _take(item, structs.replace(value, cell=cell, note=note), record, present, told)


def _take(item: Field, value: RawValue, record: Named, present: tuple[str, str], told: Told) -> None:
    result = _question(item.key, value.measure, record, present).answer(value.cell)
    told.answers.setdefault(item.key, _answer(item.key, value, result))
    told.findings.extend(_remarks(item.key, value, result, record))


def _as_written(text: str, part: str) -> str:
    """Return a part of a text as the unit wrote it: parts of years come with their full-width signs made narrow."""
    at = _narrow(text).find(_narrow(part))
    return text[at : at + len(part)] if at >= 0 else part


def _narrow(text: str) -> str:
    """Return a text with every sign folded that folds to one sign; positions stay the same."""
    folded = (unicodedata.normalize("NFKC", sign) for sign in text)
    return "".join(one if len(one) == 1 else sign for one, sign in zip(folded, text, strict=True))


def _without_year(
    value: RawValue, fields: Sequence[Field], record: Named, present: tuple[str, str], told: Told
) -> None:
    """A present value without a year: a blank marker holds for all years, a state for the latest, a number for none."""
    latest = max(fields, key=lambda item: item.year or 0)
    if blank_class(value.cell.text) is not Blank.FILLED:
        for item in fields:
            _take(item, value, record, present, told)
        return
    tell = partial(make_finding, form=record.form.key, record=record.key, raw=value.raw)
    if present[0] == "text":
        told.findings.append(tell("I313", value.place, field=latest.key, year=latest.year or ""))
        _take(latest, value, record, present, told)
        return
    field = EXTRA + latest.group if latest.group else EXTRA + SEVERAL_YEARS
    years = word("records.joint", "understanding").join(str(item.year) for item in fields)
    told.findings.append(tell("I314", value.place, field=field, years=years))
    plain = interpret(value.cell, kind="text", campaign=record.campaign)
    noted = structs.replace(value, note=word("notes.year_missing", "understanding"))
    told.answers.setdefault(field, _answer(field, noted, plain))


# --- start and end in two columns ---------------------------------------------------------------------------


def _join_period(record: Named, told: Told) -> None:
    """Make one `period` of a start and an end column; its place is the start, its note names the end."""
    answers = told.answers
    if record.form.field("period") is None:
        return
    start, end = (answers.pop(name, None) for name in HALVES)
    told.findings[:] = [item for item in told.findings if item.field not in HALVES]
    base = start or end
    if "period" in answers or base is None:
        return
    ends = [_end(index, name, record, told) for index, name in enumerate(HALVES)]
    note = word(
        "notes.period_two_columns",
        "understanding",
        start=start.raw if start else "",
        end=end.raw if end else "",
        place=end.place.cell if end else "",
    )
    filled = any(half is not None and half.blank is Blank.FILLED for half in (start, end))
    answers["period"] = Answer(
        field="period",
        kind="period",
        raw=base.raw,
        value="/".join(ends) if ends[0] or ends[1] else "",
        place=base.place,
        blank=Blank.FILLED if filled else base.blank,
        note=note,
    )


def _end(index: int, name: str, record: Named, told: Told) -> str:
    """Return the start or the end that a column of its own tells, "" when it tells none."""
    value = record.values.get(name)
    if value is None:
        return ""
    result = interpret(value.cell, kind="period", campaign=record.campaign)
    remarks = _remarks("period", value, result, record)
    told.findings.extend(item for item in remarks if item.code != HALF_TOLD)
    return result.value.split("/")[index] if "/" in result.value else ""
