"""The first sheet of a blank: what is owed, how to fill it in, how to send it."""

from __future__ import annotations

from datetime import date, datetime

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from sishui_eco.outputs.blanks.cells import merge, put
from sishui_eco.outputs.blanks.content import own_indicators
from sishui_eco.outputs.blanks.measure_text import height_for
from sishui_eco.outputs.blanks.styles import Styles
from sishui_eco.spec.campaign import Campaign, Form, Unit
from sishui_eco.zh import load_table

WIDTHS = (14.0, 66.0, 16.0)
TOTAL = sum(WIDTHS)


def write_guide(
    workbook: Workbook, styles: Styles, forms: tuple[Form, ...], unit: Unit | None, campaign: Campaign, moment: datetime
) -> str:
    """Write the guide and return the range that lists the indicators a project may support."""
    words = load_table("blanks")
    name = words["names"]["guide"]
    sheet = workbook.add_worksheet(name)
    for index, width in enumerate(WIDTHS):
        sheet.set_column(index, index, width)
    merge(sheet, (0, 0, 0, 2), words["guide"]["title"], styles["guide_title"])
    sheet.set_row(0, 36)
    intro = words["guide"]["intro" if unit else "intro_generic"].format(region=campaign.region)
    merge(sheet, (1, 0, 1, 2), intro, styles["guide_text"])
    sheet.set_row(1, height_for([(intro, TOTAL)], 20.0))
    row = _write_facts(sheet, styles, 2, _facts(forms, unit, campaign, moment))
    only = "_annex4_only" if [form.key for form in forms] == ["annex4"] else ""
    for part in ("how", "send"):
        row = _write_steps(sheet, styles, row, words["guide"][part], words["guide"]["steps"][part + only])
    first, last = _write_own(sheet, styles, row, unit, campaign)
    _set_print(sheet, campaign)
    return f"='{name}'!$B${first + 1}:$B${last + 1}"


def _facts(forms: tuple[Form, ...], unit: Unit | None, campaign: Campaign, moment: datetime) -> list[tuple[str, str]]:
    words = load_table("blanks")
    rows, values, office = words["guide"]["rows"], words["guide"]["values"], campaign.office
    owed = [values["form"].format(label=form.label, title=form.title) for form in forms]
    facts = [(rows["task"], campaign.name)]
    if unit:
        facts.append((rows["unit"], unit.name))
    facts += [(rows["deadline"], _deadline(campaign)), (rows["forms"], words["sheet"]["list_joint"].join(owed))]
    if unit and (led := len(campaign.indicators_of(unit.unit_id))):
        facts.append((rows["indicators"], values["indicators"].format(count=led)))
    if unit and (due := len(campaign.materials_of(unit.unit_id))):
        facts.append((rows["materials"], values["materials"].format(count=due)))
    contact = values["contact"].format(contact=office.contact, phone=office.phone, email=office.email)
    facts += [
        (rows["issuer"], office.issuer),
        (rows["contact"], contact),
        (rows["edition"], values["edition"].format(edition=campaign.edition)),
        (rows["issued"], _day(moment.date())),
    ]
    return facts


def _day(day: date) -> str:
    return str(load_table("blanks")["guide"]["values"]["day"]).format(year=day.year, month=day.month, day=day.day)


def _deadline(campaign: Campaign) -> str:
    due = campaign.deadline
    pattern = str(load_table("blanks")["guide"]["values"]["deadline"])
    return pattern.format(year=due.year, month=due.month, day=due.day, clock=f"{due:%H:%M}")


def _write_facts(sheet: Worksheet, styles: Styles, row: int, facts: list[tuple[str, str]]) -> int:
    for number, (label, value) in enumerate(facts, start=row):
        put(sheet, number, 0, label, styles["guide_label"])
        merge(sheet, (number, 1, number, 2), value, styles["guide_value"])
        sheet.set_row(number, height_for([(value, WIDTHS[1] + WIDTHS[2])], 22.0))
    return row + len(facts)


def _write_steps(sheet: Worksheet, styles: Styles, row: int, head: str, steps: list[str]) -> int:
    merge(sheet, (row, 0, row, 2), head, styles["guide_head"])
    sheet.set_row(row, 28)
    for number, step in enumerate(steps, start=1):
        text = str(load_table("blanks")["guide"]["step"]).format(number=number, text=step)
        merge(sheet, (row + number, 0, row + number, 2), text, styles["guide_step"])
        sheet.set_row(row + number, height_for([(text, TOTAL)], 19.0))
    return row + len(steps) + 1


def _write_own(sheet: Worksheet, styles: Styles, row: int, unit: Unit | None, campaign: Campaign) -> tuple[int, int]:
    """Write the list of own indicators; return its first and last row."""
    words = load_table("blanks")["guide"]
    items = own_indicators(unit, campaign)
    known = bool(items) and bool(items[0][2])
    merge(sheet, (row, 0, row, 2), words["own" if known else "own_generic"], styles["guide_head"])
    sheet.set_row(row, 28)
    merge(sheet, (row + 1, 0, row + 1, 2), words["own_hint"], styles["guide_text"])
    sheet.set_row(row + 1, height_for([(words["own_hint"], TOTAL)], 19.0))
    for index, key in enumerate(("no", "name", "role")):
        put(sheet, row + 2, index, words["own_columns"][key], styles["guide_label"])
    roles = {"lead": words["lead_role"], "support": words["support_role"], "": ""}
    first = row + 3
    for number, (no, name, role) in enumerate(items, start=first):
        put(sheet, number, 0, no, styles["guide_centre"], number=True)
        put(sheet, number, 1, name, styles["guide_value"])
        put(sheet, number, 2, roles[role], styles["guide_centre"])
        sheet.set_row(number, height_for([(name, WIDTHS[1])], 19.0))
    return first, first + max(len(items), 1) - 1


def _set_print(sheet: Worksheet, campaign: Campaign) -> None:
    words = load_table("blanks")["sheet"]
    sheet.set_paper(9)
    sheet.set_portrait()
    sheet.set_margins(left=0.7, right=0.7, top=0.8, bottom=0.8)
    sheet.center_horizontally()
    sheet.fit_to_pages(1, 0)
    sheet.hide_gridlines(2)
    right = words["footer_right"].format(edition=campaign.edition)
    sheet.set_footer(f"&L&9{campaign.name}&C&9{words['footer_centre']}&R&9{right}")
    sheet.protect("", {"format_columns": True, "format_rows": True})
