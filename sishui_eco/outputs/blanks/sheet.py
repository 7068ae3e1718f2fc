"""One form's sheet of a blank."""

from __future__ import annotations

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from sishui_eco.outputs.blanks.bottom import write_bottom
from sishui_eco.outputs.blanks.cells import merge, put
from sishui_eco.outputs.blanks.checks import choices_of, input_check
from sishui_eco.outputs.blanks.layout import Column, Plan
from sishui_eco.outputs.blanks.measure_text import height_for
from sishui_eco.outputs.blanks.styles import Styles
from sishui_eco.spec.campaign import Campaign, Field, Form
from sishui_eco.zh import load_table

CENTRED = frozenset({"no", "measure", "attribute", "domain", "medium", "years", "task"})
CENTRED_KINDS = frozenset({"choice", "yes-no", "period"})
TEXT_KINDS = frozenset({"period"})  # a spreadsheet program would turn 2023-3 into a date
MERGED_DOWN = {"annex2": ("domain", "task", "no", "indicator"), "annex3": ("indicator",)}
PROTECTION = {
    "insert_rows": True,
    "delete_rows": True,
    "format_cells": True,
    "format_columns": True,
    "format_rows": True,
    "sort": True,
}


def write_form_sheet(workbook: Workbook, styles: Styles, plan: Plan, campaign: Campaign, list_range: str) -> None:
    """Write the sheet of one form: title, heading block, header, sample, prefilled and empty rows, bottom.

    `list_range` is where the guide sheet lists the indicators that a project of this unit may support.
    """
    sheet = workbook.add_worksheet(sheet_name(plan.form))
    for column in plan.columns:
        sheet.set_column(column.index, column.index, column.width)
    _write_top(sheet, styles, plan, campaign)
    _write_header(sheet, styles, plan)
    _write_records(sheet, styles, plan)
    _add_checks(sheet, plan, list_range)
    end = write_bottom(sheet, styles, plan, campaign)
    _set_print(sheet, plan, campaign, end)
    sheet.protect("", PROTECTION)
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{end + 1}"})


def sheet_name(form: Form) -> str:
    return str(load_table("blanks")["names"]["sheet"]).format(label=form.label)


def _write_top(sheet: Worksheet, styles: Styles, plan: Plan, campaign: Campaign) -> None:
    words = load_table("blanks")["sheet"]
    last = plan.columns[-1].index
    put(sheet, 0, 0, words["label_line"].format(label=plan.form.label), styles["label_line"])
    title = words["title"].format(region=campaign.region, title=plan.form.title)
    merge(sheet, (1, 0, 1, last), title, styles["title"])
    sheet.set_row(0, 20)
    sheet.set_row(1, 36)
    for field, slot in plan.slots:
        merge(sheet, (slot.row, slot.label[0], slot.row, slot.label[1]), field.heading, styles["label"])
        fixed = plan.unit.name if field.key == "reporting_unit" and plan.unit else ""
        merge(sheet, (slot.row, slot.value[0], slot.row, slot.value[1]), fixed, styles[_entry_style(field, fixed)])
        _check_cell(sheet, field, slot.row, slot.value[0], locked=bool(fixed))
        sheet.set_row(slot.row, 26)
    if plan.nil_row is not None:
        _write_nil_row(sheet, styles, plan, campaign)


def _entry_style(field: Field, fixed: str) -> str:
    if fixed:
        return "entry_fixed"
    if field.kind == "date":
        return "entry_date"
    return "entry_text" if field.key.endswith("_phone") else "entry"


def _write_nil_row(sheet: Worksheet, styles: Styles, plan: Plan, campaign: Campaign) -> None:
    field = next((item for item in campaign.form_fields if item.key == "nil_statement"), None)
    if field is None or plan.nil_row is None:
        return
    row, (_, slot) = plan.nil_row, plan.slots[0]
    merge(sheet, (row, slot.label[0], row, slot.label[1]), field.heading, styles["label"])
    merge(sheet, (row, slot.value[0], row, slot.value[0]), "", styles["answer_centre"])
    _check_cell(sheet, field, row, slot.value[0], locked=False)
    hint = load_table("blanks")["sheet"]["nil_hint"]
    merge(sheet, (row, slot.value[0] + 1, row, plan.columns[-1].index), hint, styles["hint"])
    sheet.set_row(row, 34)


def _check_cell(sheet: Worksheet, field: Field, row: int, column: int, *, locked: bool) -> None:
    check = None if locked else input_check(field)
    if check:
        sheet.data_validation(row, column, row, column, check)


def _write_header(sheet: Worksheet, styles: Styles, plan: Plan) -> None:
    top, bottom = plan.header_row, plan.header_row + plan.header_depth - 1
    groups: dict[str, list[Column]] = {}
    for column in plan.columns:
        field = column.field
        style = styles["heading_required" if field.required and not field.prefilled else "heading"]
        if field.group:
            groups.setdefault(field.group, []).append(column)
            put(sheet, bottom, column.index, heading_text(field), style)
        else:
            merge(sheet, (top, column.index, bottom, column.index), heading_text(field), style)
    for group, members in groups.items():
        style = styles["heading_required" if any(item.field.required for item in members) else "heading"]
        merge(sheet, (top, members[0].index, top, members[-1].index), group, style)
    texts = [(heading_text(item.field), item.width) for item in plan.columns]
    height = height_for(texts, 36.0)
    for row in range(top, bottom + 1):
        sheet.set_row(row, height / plan.header_depth + (6 if plan.header_depth > 1 else 0))


def heading_text(field: Field) -> str:
    """Return the printed heading, with the unit of measurement where one is fixed."""
    words = load_table("blanks")["sheet"]
    if not field.measure or field.measure in field.heading:
        return field.heading
    return str(words["heading_measure"]).format(heading=field.heading, measure=field.measure)


def _write_records(sheet: Worksheet, styles: Styles, plan: Plan) -> None:
    minimum = float(str(plan.layout["row_height"]))
    if plan.sample:
        _write_sample(sheet, styles, plan, minimum)
    for number, row in enumerate(plan.rows):
        _write_prefilled(sheet, styles, plan, plan.first_record + number, row, minimum)
    for key in MERGED_DOWN.get(plan.form.key, ()):
        _merge_down(sheet, styles, plan, key)
    for row_number in range(plan.first_record + len(plan.rows), plan.end):
        for column in plan.columns:
            sheet.write_blank(row_number, column.index, None, styles[answer_style(column.field)])
    sheet.set_default_row(minimum)


def _write_sample(sheet: Worksheet, styles: Styles, plan: Plan, minimum: float) -> None:
    row = plan.header_row + plan.header_depth
    for column in plan.columns:
        text = plan.sample.get(column.field.key, "")
        centred = column.index == 0 or answer_style(column.field).endswith("centre") or _is_number(text)
        put(sheet, row, column.index, text, styles["sample_centre" if centred else "sample"])
    texts = [(plan.sample.get(item.field.key, ""), item.width) for item in plan.columns]
    sheet.set_row(row, height_for(texts, minimum))


def _write_prefilled(
    sheet: Worksheet, styles: Styles, plan: Plan, row: int, values: dict[str, str], low: float
) -> None:
    for column in plan.columns:
        field, value = column.field, values.get(column.field.key, "")
        if field.key not in values:
            sheet.write_blank(row, column.index, None, styles[answer_style(field)])
            continue
        style = "fixed_centre" if field.key in CENTRED else "fixed"
        put(sheet, row, column.index, value, styles[style], number=field.key == "no")
    texts = [(values.get(item.field.key, ""), item.width) for item in plan.columns]
    if (height := height_for(texts, low)) > low:
        sheet.set_row(row, height)


def _merge_down(sheet: Worksheet, styles: Styles, plan: Plan, key: str) -> None:
    """Merge equal neighbours of a column; a narrower column never merges across the border of a wider one."""
    column = next((item for item in plan.columns if item.field.key == key), None)
    if column is None:
        return
    wider = MERGED_DOWN[plan.form.key][: MERGED_DOWN[plan.form.key].index(key) + 1]
    names = [tuple(row.get(part, "") for part in wider) for row in plan.rows]
    style = styles["fixed_centre" if key in CENTRED else "fixed"]
    start = 0
    for stop in range(1, len(names) + 1):
        if stop < len(names) and names[stop] == names[start]:
            continue
        if stop - start > 1:
            area = (plan.first_record + start, column.index, plan.first_record + stop - 1, column.index)
            merge(sheet, area, plan.rows[start].get(key, ""), style, number=key == "no")
        start = stop


def answer_style(field: Field) -> str:
    """Return the style of an answer cell by the field's kind."""
    if field.kind == "date":
        return "answer_date"
    if field.kind in ("number", "money", "percent"):
        return "answer_number"
    text = "answer_text" if field.kind in TEXT_KINDS else "answer"
    centred = field.key in CENTRED or field.kind in CENTRED_KINDS or bool(choices_of(field))
    return f"{text}_centre" if centred else text


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdigit()


def _add_checks(sheet: Worksheet, plan: Plan, list_range: str) -> None:
    for column in plan.columns:
        field, source = column.field, list_range if column.field.key == "supports" else ""
        first_empty = plan.first_record + len(plan.rows)
        if field.year is not None:
            for number, row in enumerate(plan.rows):
                _add_check(sheet, plan, column, (plan.first_record + number,) * 2, row.get("measure", ""), source)
        elif plan.rows and field.key not in plan.rows[0]:
            _add_check(sheet, plan, column, (plan.first_record, first_empty - 1), "", source)
        if plan.empty_rows:
            _add_check(sheet, plan, column, (first_empty, plan.end - 1), "", source)


def _add_check(
    sheet: Worksheet, plan: Plan, column: Column, rows: tuple[int, int], measure: str, list_range: str
) -> None:
    check = input_check(column.field, measure=measure, list_range=list_range)
    if check and plan.columns:
        sheet.data_validation(rows[0], column.index, rows[1], column.index, check)


def _set_print(sheet: Worksheet, plan: Plan, campaign: Campaign, end: int) -> None:
    words = load_table("blanks")["sheet"]
    sheet.set_landscape()
    sheet.set_paper(int(str(plan.layout["paper"])))
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    sheet.center_horizontally()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(plan.header_row, plan.header_row + plan.header_depth - 1)
    sheet.print_area(0, 0, end, plan.columns[-1].index)
    left = words["footer_left"].format(task=campaign.name, label=plan.form.label)
    right = words["footer_right"].format(edition=campaign.edition)
    sheet.set_footer(f"&L&9{left}&C&9{words['footer_centre']}&R&9{right}")
    held = next((item.index + 1 for item in plan.columns if item.field.key == plan.layout["freeze"]), 0)
    sheet.freeze_panes(plan.header_row + plan.header_depth, held)
