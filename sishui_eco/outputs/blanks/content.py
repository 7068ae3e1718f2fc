"""What stands in a blank before the unit touches it: prefilled rows, own indicators, sample row."""

from __future__ import annotations

from sishui_eco.spec.campaign import Campaign, Field, Form, Indicator, Material, Unit
from sishui_eco.zh import load_table

Row = dict[str, str]


def leads_nothing(unit: Unit | None, campaign: Campaign) -> bool:
    return unit is not None and not campaign.indicators_of(unit.unit_id)


def supports(unit: Unit, indicator: Indicator) -> bool:
    """Return whether a unit supports an indicator, by name or by a group word such as all towns."""
    by_group = bool(unit.category) and any(unit.category in group for group in indicator.support_groups)
    return unit.unit_id in indicator.supports or (by_group and unit.unit_id != indicator.lead)


def indicators_for(unit: Unit | None, campaign: Campaign) -> tuple[Indicator, ...]:
    """Return the leaves listed in annex 2: those led; without any, those supported; all for a generic blank."""
    if unit is None:
        return campaign.indicators
    led = campaign.indicators_of(unit.unit_id)
    return led or tuple(item for item in campaign.indicators if supports(unit, item))


def own_indicators(unit: Unit | None, campaign: Campaign) -> tuple[tuple[str, str, str], ...]:
    """Return (no, name, role) of every indicator a unit's project may support, each name once.

    `role` is `lead`, `support` or "" (a generic blank, or a unit with no indicator of its own: then all).
    """
    roles: dict[str, tuple[str, str, str]] = {}
    for item in campaign.indicators:
        if unit is not None and item.lead == unit.unit_id:
            roles[item.name] = (item.no, item.name, "lead")
        elif unit is not None and supports(unit, item):
            roles.setdefault(item.name, (item.no, item.name, "support"))
    if roles:
        return tuple(roles.values())
    return tuple(dict.fromkeys((item.no, item.name, "") for item in campaign.indicators))


def prefilled_rows(form: Form, unit: Unit | None, campaign: Campaign) -> tuple[Row, ...]:
    """Return the prefilled rows of a form, by field key; none for a form that is the unit's own list."""
    if form.key == "annex2":
        return tuple(_indicator_row(item, campaign) for item in indicators_for(unit, campaign))
    if form.key == "annex3":
        materials = campaign.materials if unit is None else campaign.materials_of(unit.unit_id)
        return tuple(_material_row(number, item, campaign) for number, item in enumerate(materials, start=1))
    return ()


def prefilled_keys(form: Form, unit: Unit | None, campaign: Campaign) -> tuple[str, ...]:
    """Return the record keys of the prefilled rows, in their order."""
    if form.key == "annex2":
        return tuple(item.key for item in indicators_for(unit, campaign))
    if form.key == "annex3":
        return tuple(item.key for item in (campaign.materials if unit is None else campaign.materials_of(unit.unit_id)))
    return ()


def _indicator_row(item: Indicator, campaign: Campaign) -> Row:
    joint = load_table("blanks")["sheet"]["list_joint"]
    return {
        "no": item.no,
        "domain": item.domain,
        "task": item.task,
        "indicator": item.name,
        "sub_indicator": item.sub_name,
        "measure": item.measure,
        "target": item.target,
        "attribute": item.attribute,
        "lead_unit": campaign.unit_name(item.lead),
        "support_units": joint.join((*map(campaign.unit_name, item.supports), *item.support_groups)),
    }


def _material_row(number: int, item: Material, campaign: Campaign) -> Row:
    return {
        "no": str(number),
        "indicator": item.indicator,
        "material": item.name,
        "requirement": item.requirement,
        "years": load_table("blanks")["sheet"]["year_joint"].join(map(str, item.years)),
        "provider": campaign.unit_name(item.provider),
        "medium": item.medium,
    }


def sample_row(form: Form, campaign: Campaign) -> Row:
    """Return the row that shows how to fill in; its first cell is the mark that makes it a sample."""
    words = load_table("blanks")
    sample = words["samples"].get(form.key)
    columns = blank_fields(form)
    if not sample or not columns:
        return {}
    row: Row = {}
    for field in columns:
        value = sample.get(field.key.partition(".")[0], "")
        if isinstance(value, list):
            value = value[campaign.years.index(field.year) % len(value)] if field.year in campaign.years else ""
        row[field.key] = value
    row[columns[0].key] = words["sheet"]["sample_mark"]
    return row


def blank_fields(form: Form) -> tuple[Field, ...]:
    """Return the columns printed in a blank, in order."""
    return tuple(field for field in form.fields if field.in_blank)
