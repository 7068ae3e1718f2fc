"""What a unit has to say, before anyone makes it untidy: the rows of a form with their true values."""

from __future__ import annotations

import datetime
import random
import unicodedata
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tests.untidy.generator import words
from tests.untidy.generator.model import Entry
from tests.untidy.generator.spelling import (
    FULL,
    Hand,
    Spelled,
    padded,
    spell_choice,
    spell_date,
    spell_money,
    spell_percent,
    spell_period,
    spell_quantity,
    spell_text,
    spell_units,
    spell_verdict,
    spell_years,
    spell_yes_no,
)


@dataclass(eq=False)
class Item:
    """One record: its key and the values it truly has (absent: not answered)."""

    form: str
    key: str
    group: str  # what a section row would be named after
    values: dict[str, Any] = field(default_factory=dict)


def short_names(unit: Any) -> tuple[str, ...]:
    """Return how people call a unit; for a town its bare name and its government."""
    own = words.SHORT_NAMES.get(unit.name)
    if own:
        return own
    bare = unit.name.removesuffix("人民政府").removesuffix("办事处")
    return (bare,) if bare != unit.name else ()


def units_for(form: str, campaign: Any) -> list[Any]:
    """Return the units that have something to report in a form."""
    if form == "annex2":
        return [unit for unit in campaign.units if campaign.indicators_of(unit.unit_id)]
    if form == "annex3":
        return [unit for unit in campaign.units if campaign.materials_of(unit.unit_id)]
    return list(campaign.units)


def items_for(form: str, unit: Any, campaign: Any, hand: Hand) -> list[Item]:
    maker = {"annex2": _indicators, "annex3": _materials, "annex4": _projects}[form]
    items = maker(unit, campaign, hand.chance)
    if hand.has("missing_answers"):
        for item in items:
            for name in [key for key in item.values if key in MAY_MISS and hand.chance.random() < 0.25]:
                item.values[name] = None
    return items


MAY_MISS = {"due", "remarks", "gap_plan", "evidence", "requirement", "file_ref", "contact", "funding", "site", "stage"}


def _indicators(unit: Any, campaign: Any, chance: random.Random) -> list[Item]:
    leaves = list(campaign.indicators_of(unit.unit_id))
    names = sorted({leaf.name for leaf in leaves}, key=[leaf.name for leaf in leaves].index)
    if len(names) > 5:
        names = [name for name in names if name in set(chance.sample(names, 5))]
    return [_indicator(leaf, campaign, chance) for leaf in leaves if leaf.name in names]


def _indicator(leaf: Any, campaign: Any, chance: random.Random) -> Item:
    met = chance.random() < 0.75
    values: dict[str, Any] = {
        "no": leaf.no,
        "domain": leaf.domain,
        "task": leaf.task,
        "indicator": leaf.name,
        "sub_indicator": leaf.sub_name or None,
        "measure": leaf.measure,
        "target": leaf.target,
        "attribute": leaf.attribute,
        "self_verdict": met,
        "gap_plan": None if met else chance.choice(words.GAP_PLANS),
        "due": None if met else datetime.date(2023, chance.randint(8, 12), chance.randint(1, 28)),
        "lead_unit": [leaf.lead],
        "support_units": list(leaf.supports) or None,
        "evidence": chance.choice(words.EVIDENCES),
        "remarks": chance.choice(words.REMARKS) if chance.random() < 0.2 else None,
    }
    base = Decimal(chance.randint(400, 960)) / 10
    for step, year in enumerate(campaign.years):
        if leaf.measure == "%":
            values[f"actual.{year}"] = base + Decimal(step * chance.randint(0, 15)) / 10
        elif leaf.measure in ("", "-"):
            values[f"actual.{year}"] = chance.choice(words.STATES)
        else:
            values[f"actual.{year}"] = Decimal(chance.randint(200, 9000)) / 100
    return Item("annex2", leaf.key, leaf.domain, values)


def _materials(unit: Any, campaign: Any, chance: random.Random) -> list[Item]:
    found = list(campaign.materials_of(unit.unit_id))[:12]
    return [_material(material, chance) for material in found]


def _material(material: Any, chance: random.Random) -> Item:
    ready = chance.random() < 0.8
    values = {
        "no": None,
        "indicator": material.indicator,
        "material": material.name,
        "requirement": material.requirement,
        "years": tuple(material.years) or None,
        "provider": [material.provider],
        "medium": material.medium,
        "copies": chance.randint(1, 3),
        "provided": ready,
        "file_ref": f"{material.name}.pdf"
        if ready and chance.random() < 0.7
        else ("泗政字〔2022〕8号" if ready else None),
        "contact": chance.choice(words.PEOPLE),
        "remarks": chance.choice(words.REMARKS) if chance.random() < 0.2 else None,
    }
    return Item("annex3", material.key, material.indicator, values)


def _projects(unit: Any, campaign: Any, chance: random.Random) -> list[Item]:
    count = chance.choice((1, 2, 3, 3, 4, 5, 6, 8))
    pairs = chance.sample([(place, work) for place in words.PLACES for work in words.WORKS], count)
    led = [leaf.name for leaf in campaign.indicators_of(unit.unit_id)] or [campaign.indicators[0].name]
    return [_project(place, work, unit, led, campaign, chance) for place, work in pairs]


def _project(place: str, work: str, unit: Any, led: list[str], campaign: Any, chance: random.Random) -> Item:
    start, length = chance.randint(2022, 2024), chance.randint(1, 5)
    yearly = chance.random() < 0.5
    period = (
        (start, 1 if yearly else chance.randint(2, 11)),
        (start + length, 12 if yearly else chance.randint(1, 11)),
    )
    amount = Decimal(
        chance.choice((chance.randint(20, 900), chance.randint(900, 30000), chance.randint(100, 99999) / Decimal(10)))
    )
    category = chance.choice(campaign.categories)
    values = {
        "no": None,
        "category": category,
        "project": f"{chance.choice(('泗水县', '', ''))}{place}{work}",
        "nature": chance.choice(("新建", "续建", "改建", "扩建")),
        "site": place,
        "content": chance.choice(words.CONTENTS).format(n=chance.randint(2, 60), m=chance.randint(2, 90)),
        "period": period,
        "investment": amount,
        "funding": chance.choice(words.FUNDINGS),
        "investment_by_year": f"{start}年{amount / 2:f}；{start + length}年{amount / 2:f}",
        "stage": chance.choice(words.STAGES),
        "responsible_unit": [unit.unit_id],
        "supports": "、".join(chance.sample(led, min(len(led), chance.randint(1, 2)))),
        "listed": chance.choice(words.LISTINGS),
        "remarks": chance.choice(words.REMARKS) if chance.random() < 0.2 else None,
    }
    return Item("annex4", str(values["project"]), category, values)


def spell(item: Item, name: str, hand: Hand, campaign: Any, heading: str = "") -> Spelled | None:
    """Return how a value is typed, None where nothing was answered. `heading` is the money unit of the column."""
    value = item.values.get(name)
    if value is None:
        return None
    if name.startswith("actual."):
        return padded(_actual(item, value, hand), hand)
    if name in ("indicator", "sub_indicator", "project", "material"):
        return padded(_name(str(value), name, hand), hand)
    if name in ("lead_unit", "support_units", "provider", "responsible_unit"):
        units = [campaign.unit_by_id[unit_id] for unit_id in value]
        return padded(spell_units([(unit.name, short_names(unit)) for unit in units], list(value), hand), hand)
    return padded(_simple(name, value, hand, heading), hand)


def _simple(name: str, value: Any, hand: Hand, heading: str) -> Spelled:
    if name == "investment":
        return spell_money(value, hand, heading)
    if name == "period":
        return spell_period(*value, hand)
    if name == "due":
        return spell_date(value, hand)
    if name == "years":
        return spell_years(value, hand)
    if name == "self_verdict":
        return spell_verdict(value, hand)
    if name == "provided":
        return spell_yes_no(value, hand)
    if name in ("attribute", "medium", "nature", "category"):
        return spell_choice(value, hand)
    if name == "copies":
        return _copies(value, hand)
    if name == "measure":
        return Spelled(Entry(value), value, also=("",), optional=value == "-")
    if name == "target" and str(value).isdigit() and hand.chance.random() < 0.6:
        return Spelled(Entry(int(value)), str(value))
    return spell_text(str(value), hand)


def _actual(item: Item, value: Any, hand: Hand) -> Spelled:
    if isinstance(value, str):
        return spell_text(value, hand)
    if hand.strays("zeros"):
        value = Decimal(0)
    if item.values["measure"] == "%":
        return spell_percent(value, hand)
    return spell_quantity(value, item.values["measure"], hand)


def _copies(value: int, hand: Hand) -> Spelled:
    if hand.strays("unit_attached"):
        return Spelled(Entry(f"{value}份"), str(value), kind="unit_attached")
    if hand.strays("chinese_numerals"):
        return Spelled(Entry("一两三"[value - 1] + "份"), str(value), kind="chinese_numerals")
    return Spelled(Entry(str(value) if hand.strays("text_numbers") else value), str(value))


def _name(text: str, name: str, hand: Hand) -> Spelled:
    """Spell a name with the habits that must not make it another one."""
    typed, kind = text, ""
    if name == "sub_indicator" and hand.has("leaf_numbered"):
        typed, kind = hand.pick(("（1）", "①", "1.", "（一）", "其中：")) + typed, "leaf_numbered"
    if len(text) > 4 and hand.strays("names_spaced"):
        middle = hand.chance.randint(2, len(typed) - 2)
        joint = hand.pick((" ", "\n", "　"))
        if not (typed[middle - 1].isascii() and typed[middle].isascii()):
            typed, kind = typed[:middle] + joint + typed[middle:], "names_spaced"
    if hand.strays("names_full_width"):
        typed, kind = _other_width(typed), "names_full_width"
    return Spelled(Entry(typed), text, also=(typed,), kind=kind)


def _other_width(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text)
    return folded if folded != text else text.translate(FULL)
