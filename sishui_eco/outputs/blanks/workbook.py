"""A whole blank workbook as bytes: guide sheet, form sheets, hidden identification."""

from __future__ import annotations

import io
from datetime import datetime

from xlsxwriter import Workbook

from sishui_eco.outputs.blanks.guide import write_guide
from sishui_eco.outputs.blanks.layout import plan_sheet
from sishui_eco.outputs.blanks.sheet import write_form_sheet
from sishui_eco.outputs.blanks.styles import Styles
from sishui_eco.spec.campaign import Campaign, Form, Unit
from sishui_eco.zh import load_table

PRODUCT = "blank"


def write_blank(unit: Unit, campaign: Campaign, moment: datetime) -> bytes:
    """Return the workbook issued to a unit, with a sheet for each form it owes.

    Same unit, campaign and moment: same bytes.
    """
    forms = tuple(form for form in campaign.forms if form.key in unit.forms)
    return _write(forms, unit, campaign, moment)


def write_generic_blank(form_key: str, campaign: Campaign, moment: datetime) -> bytes:
    """Return the blank of one form for nobody in particular: every indicator, every material, empty projects.

    Raises: KeyError for a form the campaign does not have.
    """
    return _write((campaign.form_by_key[form_key],), None, campaign, moment)


def blank_name(unit: Unit, campaign: Campaign) -> str:
    """Return the file name of a unit's blank, in roster order: number, unit, what it is."""
    names = load_table("blanks")["names"]
    number = [item.unit_id for item in campaign.units].index(unit.unit_id) + 1
    return str(names["file"]).format(order=f"{number:02d}", unit=unit.name, label=names["file_label"])


def _write(forms: tuple[Form, ...], unit: Unit | None, campaign: Campaign, moment: datetime) -> bytes:
    buffer = io.BytesIO()
    workbook = Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    identify(workbook, forms, unit, campaign, moment)
    styles = Styles(workbook)
    list_range = write_guide(workbook, styles, forms, unit, campaign, moment)
    for form in forms:
        write_form_sheet(workbook, styles, plan_sheet(form, unit, campaign), campaign, list_range)
    workbook.close()
    return buffer.getvalue()


def identify(
    workbook: Workbook, forms: tuple[Form, ...], unit: Unit | None, campaign: Campaign, moment: datetime
) -> None:
    """Write which task, unit, forms and edition a workbook is into its properties."""
    names = load_table("blanks")["names"]
    workbook.set_properties(
        {
            "title": campaign.name,
            "subject": unit.name if unit else names["generic_subject"],
            "author": names["author"],
            "created": moment,
        }
    )
    workbook.set_custom_property("eco_product", PRODUCT, "text")
    workbook.set_custom_property("eco_task", campaign.task_id, "text")
    workbook.set_custom_property("eco_unit", unit.unit_id if unit else "", "text")
    workbook.set_custom_property("eco_forms", ";".join(form.key for form in forms), "text")
    workbook.set_custom_property("eco_edition", campaign.edition, "text")
