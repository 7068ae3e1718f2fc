"""What a unit means to report, before it is drawn in some untidy shape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from sishui_eco.sample.tables import facts, projects, words
from sishui_eco.spec.campaign import Campaign, Indicator, Material

Raw = str | Decimal
UNMEASURED = ("", "-")
LATER_SHARE = Decimal("0.6")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What stands in a cell and, where it is sure, the canonical value that must be read from it."""

    raw: Raw
    value: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One form of one unit. `heading` are the form-level fields; `keys` name the records in order."""

    unit_id: str
    form: str
    heading: Mapping[str, str]
    records: tuple[Mapping[str, Entry], ...]
    keys: tuple[str, ...]
    nil: bool = False
    rejected: frozenset[str] = frozenset()  # records that go back to the unit


def make_draft(unit_id: str, form: str, campaign: Campaign, round_number: int, random: Random, nil: bool) -> Draft:
    """Return what a unit reports in good faith; `random` only chooses how periods are written."""
    heading = heading_block(unit_id, campaign, round_number)
    if form == "annex2":
        leaves = campaign.indicators_of(unit_id)
        records = tuple(indicator_entries(item, campaign) for item in leaves)
        keys = tuple(item.key for item in leaves)
    elif form == "annex3":
        materials = campaign.materials_of(unit_id)
        records = tuple(_material(number, item, campaign) for number, item in enumerate(materials, start=1))
        keys = tuple(item.key for item in materials)
    else:
        own = [] if nil else [row for row in projects() if row["unit"] == unit_id]
        records = tuple(_project(number, row, campaign, random) for number, row in enumerate(own, start=1))
        keys = tuple(row["project"] for row in own)
    return Draft(unit_id=unit_id, form=form, heading=heading, records=records, keys=keys, nil=nil)


def heading_block(unit_id: str, campaign: Campaign, round_number: int) -> dict[str, str]:
    """Return the form-level fields of a unit: its own name, two synthetic people, the day of the round."""
    people = words()["people"]
    order = [unit.unit_id for unit in campaign.units].index(unit_id)
    mark = people["marks"][order % len(people["marks"])]
    return {
        "reporting_unit": campaign.unit_name(unit_id),
        "responsible_name": people["responsible"].format(mark=mark),
        "responsible_phone": people["phone"].format(number=order * 2 + 1),
        "signatory": people["signatory"].format(mark=mark),
        "liaison_name": people["liaison"].format(mark=mark),
        "liaison_phone": people["phone"].format(number=order * 2 + 2),
        "report_date": words()["rounds"]["reported"][round_number - 1],
    }


def indicator_entries(item: Indicator, campaign: Campaign) -> dict[str, Entry]:
    """Return one row of annex 2 as the lead unit would truly fill it in."""
    fact = facts()[item.key]
    joint = words()["values"]["list_separator"]
    plain = {
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
        "gap_plan": fact.gap_plan,
        "evidence": fact.evidence,
    }
    entries = {key: Entry(raw=value) for key, value in plain.items()}
    measured = item.measure not in UNMEASURED
    for year, value in zip(campaign.years, fact.values, strict=True):
        entries[f"actual.{year}"] = Entry(raw=Decimal(value) if measured else value, value=value)
    entries["self_verdict"] = Entry(raw=fact.self_verdict, value=fact.self_verdict)
    entries["due"] = Entry(raw=fact.due, value=fact.due or None)
    return entries


def _material(number: int, item: Material, campaign: Campaign) -> dict[str, Entry]:
    values = words()["values"]
    given = number % 5 != 0
    entries = {
        "no": Entry(raw=Decimal(number)),
        "indicator": Entry(raw=item.indicator),
        "material": Entry(raw=item.name),
        "requirement": Entry(raw=item.requirement),
        "years": Entry(raw=values["list_separator"].join(map(str, item.years))),
        "provider": Entry(raw=campaign.unit_name(item.provider)),
        "medium": Entry(raw=item.medium),
        "provided": Entry(raw=values["yes" if given else "no"], value="yes" if given else "no"),
    }
    if given:
        copies = str(len(item.years) or 1)
        entries["copies"] = Entry(raw=Decimal(copies), value=copies)
        entries["file_ref"] = Entry(raw=values["file_ref"].format(unit=int(item.provider[1:]), number=number))
    else:
        entries["remarks"] = Entry(raw=values["pending_remark"])
    return entries


def _project(number: int, row: Mapping[str, str], campaign: Campaign, random: Random) -> dict[str, Entry]:
    values = words()["values"]
    plain = ("project", "nature", "site", "content", "stage", "supports", "listed")
    entries = {key: Entry(raw=row[key]) for key in plain}
    start, end, investment = int(row["start"]), int(row["end"]), Decimal(row["investment"])
    pattern = values["period_one"] if start == end else random.choice(values["periods"])
    entries["no"] = Entry(raw=Decimal(number))
    entries["category"] = Entry(raw=row["category"], value=row["category"])
    entries["period"] = Entry(raw=pattern.format(start=start, end=end), value=f"{start}-01/{end}-12")
    entries["investment"] = Entry(raw=investment, value=row["investment"])
    entries["responsible_unit"] = Entry(raw=campaign.unit_name(row["unit"]))
    entries |= _money_parts(investment, start, end)
    return entries


def _money_parts(investment: Decimal, start: int, end: int) -> dict[str, Entry]:
    """Return funding and yearly investment whose parts add up to the whole."""
    values = words()["values"]
    first = (investment * LATER_SHARE).to_integral_value()
    years = list(range(start, end + 1))
    share = (investment / len(years)).to_integral_value()
    amounts = [share] * (len(years) - 1) + [investment - share * (len(years) - 1)]
    parts = [values["by_year"].format(year=year, amount=amount) for year, amount in zip(years, amounts, strict=True)]
    return {
        "funding": Entry(raw=values["funding"].format(first=first, second=investment - first)),
        "investment_by_year": Entry(raw=values["list_separator"].join(parts)),
    }
