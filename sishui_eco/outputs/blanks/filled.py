"""A unit's blank with its own answers in it, for a return that came in a form that cannot be given back."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from sishui_eco.model.submission import Answer, Record, Submission
from sishui_eco.outputs.blanks.cells import put
from sishui_eco.outputs.blanks.content import prefilled_keys
from sishui_eco.outputs.blanks.guide import write_guide
from sishui_eco.outputs.blanks.layout import Column, Plan, plan_sheet
from sishui_eco.outputs.blanks.measure_text import height_for
from sishui_eco.outputs.blanks.sheet import answer_style, sheet_name, write_form_sheet
from sishui_eco.outputs.blanks.styles import Styles
from sishui_eco.outputs.blanks.workbook import identify
from sishui_eco.outputs.styles import LONGEST_CELL, writable
from sishui_eco.spec.campaign import Campaign, Field, Form, Unit
from sishui_eco.zh import load_table

SPARE_ROWS = 5
NUMBERS = ("number", "money", "percent")
_NUMBER = re.compile(r"-?\d{1,12}(?:\.\d{1,6})?")
Cell = tuple[int, int]  # row and column, 1-based


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """The workbook, and where each answer stands: of records by their number, of the form by field."""

    content: bytes
    sheet: str
    records: Mapping[tuple[int, str], Cell]
    block: Mapping[str, Cell]


def write_filled(submission: Submission, unit: Unit | None, campaign: Campaign, moment: datetime) -> Filled:
    """Return the unit's blank of one form with everything it answered, as it wrote it.

    What is prefilled stands as it was issued; records that are not prefilled follow in rows of their own,
    columns that the unit added stand at the right. Numbers are numbers, everything else is text.
    """
    form = _widened(campaign.form_by_key[submission.form], submission)
    plan = plan_sheet(form, unit, campaign)
    rows = _rows(submission.records, prefilled_keys(form, unit, campaign))
    added = max(0, 1 + max(rows, default=-1) - len(plan.rows))
    plan = replace(plan, empty_rows=max(plan.empty_rows, added + SPARE_ROWS))
    buffer = io.BytesIO()
    workbook = Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    identify(workbook, (form,), unit, campaign, moment)
    styles = Styles(workbook)
    list_range = write_guide(workbook, styles, (form,), unit, campaign, moment)
    write_form_sheet(workbook, styles, plan, campaign, list_range)
    sheet = workbook.get_worksheet_by_name(sheet_name(form))
    block = _fill_block(sheet, styles, plan, submission)
    records: dict[tuple[int, str], Cell] = {}
    for number, (record, row) in enumerate(zip(submission.records, rows, strict=True)):
        records |= {(number, key): cell for key, cell in _fill_record(sheet, styles, plan, record, row).items()}
    workbook.close()
    return Filled(content=buffer.getvalue(), sheet=sheet_name(form), records=records, block=block)


def _widened(form: Form, submission: Submission) -> Form:
    """Return the form with a printed column for everything that the unit answered."""
    present = dict.fromkeys(key for record in submission.records for key in record.answers)
    fields = tuple(replace(field, in_blank=field.in_blank or field.key in present) for field in form.fields)
    known = {field.key for field in fields}
    extra = tuple(
        Field(form=form.key, key=key, heading=key.partition(".")[2] or key) for key in present if key not in known
    )
    return replace(form, fields=(*fields, *extra))


def _rows(records: Sequence[Record], keys: Sequence[str]) -> list[int]:
    """Return which row of the plan each record takes: its prefilled one once, else the next free one."""
    free = {key: at for at, key in reversed(list(enumerate(keys)))}
    following, found = len(keys), []
    for record in records:
        row = free.pop(record.key, None)
        if row is None:
            row, following = following, following + 1
        found.append(row)
    return found


def _fill_record(sheet: Worksheet, styles: Styles, plan: Plan, record: Record, number: int) -> dict[str, Cell]:
    """Write one record and return where each of its fields stands."""
    row, fixed = plan.first_record + number, plan.rows[number] if number < len(plan.rows) else {}
    shown = _shown(record)
    for column in plan.columns:
        if column.field.key not in fixed:
            _answer(sheet, styles, column, row, shown.get(column.field.key, ""))
    texts = [(fixed.get(item.field.key) or shown.get(item.field.key, ""), item.width) for item in plan.columns]
    sheet.set_row(row, height_for(texts, float(str(plan.layout["row_height"]))))
    return {column.field.key: (row + 1, column.index + 1) for column in plan.columns}


def _shown(record: Record) -> dict[str, str]:
    """Return what a record's cells showed; of a cell that held several answers only the part of each."""
    held = Counter(answer.place for answer in record.answers.values())
    return {
        key: answer.value if held[answer.place] > 1 and answer.value and answer.value in answer.raw else answer.raw
        for key, answer in record.answers.items()
    }


def _answer(sheet: Worksheet, styles: Styles, column: Column, row: int, raw: str) -> None:
    style = styles[answer_style(column.field)]
    if column.field.kind in NUMBERS and _NUMBER.fullmatch(raw):
        sheet.write_number(row, column.index, float(raw), style)
    else:
        put(sheet, row, column.index, writable(raw)[:LONGEST_CELL], style)


def _fill_block(sheet: Worksheet, styles: Styles, plan: Plan, submission: Submission) -> dict[str, Cell]:
    """Write the heading block, the nil box and the signature; return where each stands."""
    places = {field.key: (slot.row, slot.value[0]) for field, slot in plan.slots}
    if plan.nil_row is not None:
        places["nil_statement"] = (plan.nil_row, plan.slots[0][1].value[0])
    if plan.form.sealed:
        places["signatory"] = (plan.end, plan.slots[0][1].value[0])
    answers = dict(submission.form_fields)
    if submission.nil_statement is not None:
        answers["nil_statement"] = submission.nil_statement
    for key, (row, column) in places.items():
        answer = answers.get(key)
        if answer is None or not answer.raw or (key == "reporting_unit" and plan.unit):
            continue
        day = _day(answer)
        if day is not None:
            sheet.write_datetime(row, column, day, styles["entry_date"])
            continue
        style = "answer_centre" if key == "nil_statement" else "entry_text" if key.endswith("_phone") else "entry"
        put(sheet, row, column, writable(_stated(answer))[:LONGEST_CELL], styles[style])
    return {key: (row + 1, column + 1) for key, (row, column) in places.items()}


def _day(answer: Answer) -> date | None:
    try:
        return date.fromisoformat(answer.value) if answer.kind == "date" else None
    except ValueError:
        return None


def _stated(answer: Answer) -> str:
    """Return a form-level answer without the label and the neighbours it may share its line with."""
    if answer.kind == "yes-no" and answer.value:
        yes, no = load_table("blanks")["yes_no"]["choices"]
        return str(yes if answer.value == "yes" else no)
    return answer.value if answer.value and answer.value in answer.raw else answer.raw
