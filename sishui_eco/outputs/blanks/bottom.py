"""Below the records: signature and seal, and the notes."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet

from sishui_eco.outputs.blanks.cells import merge
from sishui_eco.outputs.blanks.layout import Plan
from sishui_eco.outputs.blanks.measure_text import height_for
from sishui_eco.outputs.blanks.styles import Styles
from sishui_eco.spec.campaign import Campaign
from sishui_eco.zh import load_table

SEAL_HEIGHT = 62


def write_bottom(sheet: Worksheet, styles: Styles, plan: Plan, campaign: Campaign) -> int:
    """Write what stands below the records and return the last row used."""
    row = plan.end
    if plan.form.sealed:
        _write_seal(sheet, styles, plan, campaign, row)
        row += 1
    notes = _notes(plan, campaign)
    for number, note in enumerate(notes):
        merge(sheet, (row + number, 0, row + number, plan.columns[-1].index), note, styles["note"])
        sheet.set_row(row + number, height_for([(note, plan.width)], 18.0, 14.0))
    return row + len(notes) - 1


def _write_seal(sheet: Worksheet, styles: Styles, plan: Plan, campaign: Campaign, row: int) -> None:
    words = load_table("blanks")["sheet"]
    signatory = next((item for item in campaign.form_fields if item.key == "signatory"), None)
    slots = [slot for _, slot in plan.slots][: len({slot.label for _, slot in plan.slots})]
    if signatory is not None:
        text = words["signatory_label"].format(heading=signatory.heading)
        merge(sheet, (row, slots[0].label[0], row, slots[0].label[1]), text, styles["label"])
        merge(sheet, (row, slots[0].value[0], row, slots[0].value[1]), "", styles["entry"])
    seal, last = slots[1 % len(slots)], plan.columns[-1].index
    merge(sheet, (row, seal.label[0], row, seal.label[1]), words["seal_label"], styles["label"])
    merge(sheet, (row, seal.value[0], row, last), "", styles["entry"])
    sheet.set_row(row, SEAL_HEIGHT)


def _notes(plan: Plan, campaign: Campaign) -> list[str]:
    words = load_table("blanks")["sheet"]
    notes = [words["unlock_note"]] if plan.rows else [words["empty_note"], words["rows_note"]]
    if any(column.field.year for column in plan.columns):
        years = words["list_joint"].join(map(str, campaign.years))
        notes.append(words["years_note"].format(years=years))
    if plan.rows and plan.empty_rows:
        notes.append(words["extra_note"])
    if plan.supported_only:
        notes.append(words["support_note"])
    if plan.form.nil_allowed:
        notes.append(words["nil_note"])
    return [words["note"].format(number=number, text=text) for number, text in enumerate(notes, start=1)]
