"""Fill in the real blank, as most units do: open it, type, save."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date

from openpyxl import load_workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.worksheet.worksheet import Worksheet

from sishui_eco.outputs.blanks.layout import Plan as BlankPlan
from sishui_eco.outputs.blanks.layout import plan_sheet
from sishui_eco.sample.canvas import Canvas
from sishui_eco.sample.drafts import Draft, Entry
from sishui_eco.sample.packages import normalised
from sishui_eco.sample.tables import words
from sishui_eco.sample.workbooks import plain_value
from sishui_eco.spec.campaign import Campaign, Field
from sishui_eco.zh import load_table


@dataclass(frozen=True, slots=True)
class Filled:
    """The saved workbook and, per sheet, the truth about its rows and answers."""

    content: bytes
    canvases: tuple[Canvas, ...]


def fill_blank(blank: bytes, drafts: tuple[Draft, ...], campaign: Campaign) -> Filled:
    """Return the blank with the drafts typed into it; forms without a draft stay as they were issued."""
    book = load_workbook(io.BytesIO(blank))
    by_form = {draft.form: draft for draft in drafts}
    canvases = [_as_notes(book.worksheets[0])]
    for form in campaign.forms:
        if form.label not in book.sheetnames:
            continue
        draft = by_form.get(form.key)
        unit = next((item for item in campaign.units if draft and item.unit_id == draft.unit_id), None)
        sheet = book[form.label]
        if draft is None or unit is None:
            properties = book.custom_doc_props  # type: ignore[attr-defined]
            canvases.append(_untouched(sheet, plan_of_blank(properties, form.key, campaign)))
            continue
        plan = plan_sheet(form, unit, campaign)
        places = _type_in(sheet, draft, plan, campaign)
        canvases.append(_accounts(sheet, plan, draft, places, answered=bool(drafts)))
    buffer = io.BytesIO()
    book.save(buffer)
    return Filled(content=normalised(buffer.getvalue()), canvases=tuple(canvases))


def plan_of_blank(properties: object, form_key: str, campaign: Campaign) -> BlankPlan:
    """Return the plan of a sheet of a blank nobody filled in, by the blank's own hidden properties."""
    found = {item.name: str(item.value) for item in properties.props}  # type: ignore[attr-defined]
    unit = campaign.unit_by_id[found["eco_unit"]]
    return plan_sheet(campaign.form_by_key[form_key], unit, campaign)


def _type_in(
    sheet: Worksheet, draft: Draft, plan: BlankPlan, campaign: Campaign
) -> dict[tuple[int, str], tuple[int, int]]:
    for field, slot in plan.slots:
        value = draft.heading.get(field.key, "")
        if value and field.key != "reporting_unit":
            _write(sheet, slot.row + 1, slot.value[0] + 1, _typed(field, value))
    if draft.nil and plan.nil_row is not None:
        _write(sheet, plan.nil_row + 1, plan.slots[0][1].value[0] + 1, words()["values"]["yes"])
        _write(sheet, plan.end + 1, plan.slots[0][1].value[0] + 1, draft.heading["signatory"])
    places = {}
    for index, record in enumerate(draft.records):
        row = plan.first_record + index + 1
        prefilled = plan.rows[index] if index < len(plan.rows) else {}
        for column in plan.columns:
            entry = record.get(column.field.key)
            if entry is None or entry.raw == "":
                continue
            if column.field.key not in prefilled or _altered(column.field.key, entry, prefilled):
                _write(sheet, row, column.index + 1, _typed_entry(column.field, entry))
            places[index, column.field.key] = (row, column.index + 1)
    return places


def _altered(key: str, entry: Entry, prefilled: dict[str, str]) -> bool:
    """A unit that unlocked the sheet and overwrote what was given; only the target is ever altered here."""
    return key == "target" and entry.raw != prefilled[key]


def _typed_entry(field: Field, entry: Entry) -> str | int | float | date:
    raw = plain_value(entry.raw)
    return _typed(field, raw) if isinstance(raw, str) else raw


def _typed(field: Field, value: str) -> str | date:
    return date.fromisoformat(value) if field.kind == "date" else value


def _write(sheet: Worksheet, row: int, column: int, value: str | int | float | date) -> None:
    cell = sheet.cell(row, column)
    if isinstance(cell, MergedCell):
        raise ValueError(f"{sheet.title}!{cell.coordinate} lies under a merge")
    cell.value = value


def _filled_rows(sheet: Worksheet) -> list[int]:
    rows = sheet.iter_rows()
    return [number for number, row in enumerate(rows, start=1) if any(cell.value not in (None, "") for cell in row)]


def _as_notes(sheet: Worksheet) -> Canvas:
    canvas = Canvas(name=sheet.title)
    for row in _filled_rows(sheet):
        canvas.accounts[row] = "other"
        canvas.cells[row, 1] = "."
    return canvas


def _untouched(sheet: Worksheet, plan: BlankPlan) -> Canvas:
    return _accounts(sheet, plan, None, {}, answered=False)


def _accounts(
    sheet: Worksheet,
    plan: BlankPlan,
    draft: Draft | None,
    places: dict[tuple[int, str], tuple[int, int]],
    *,
    answered: bool,
) -> Canvas:
    """Return the truth about the rows: the sample row, records or unanswered rows, everything else."""
    canvas = Canvas(name=sheet.title, places=places)
    sample = plan.header_row + plan.header_depth + 1 if plan.sample else 0
    for row in _filled_rows(sheet):
        canvas.cells[row, 1] = "."
        if row == sample:
            canvas.accounts[row] = "sample"
        elif plan.first_record < row <= plan.end:
            canvas.accounts[row] = "records" if draft and answered else "blank_form"
        else:
            canvas.accounts[row] = "other"
    return canvas


def sheet_label(form_key: str, campaign: Campaign) -> str:
    """Return the sheet name of a form in a blank."""
    return str(load_table("blanks")["names"]["sheet"]).format(label=campaign.form_by_key[form_key].label)
