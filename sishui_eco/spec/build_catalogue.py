"""The 指标任务, 资料清单 and 已列入项目 sheets."""

from __future__ import annotations

from typing import Any

from sishui_eco.spec.build_task import split_list
from sishui_eco.spec.build_units import Roster
from sishui_eco.spec.campaign import Indicator, ListedProject, Material
from sishui_eco.spec.faults import Faults
from sishui_eco.spec.tables import SettingsRow, SettingsTable
from sishui_eco.zh import load_table


def build_indicators(table: SettingsTable, roster: Roster, faults: Faults) -> tuple[Indicator, ...]:
    """Return the catalogue's leaves in sheet order; each has exactly one lead, which does not support it too."""
    leaves: list[Indicator] = []
    seen: dict[str, str] = {}
    for order, row in enumerate(table.rows):
        leaf = _indicator(table, row, order, roster, faults)
        place = table.place(row, "name")
        if leaf.key in seen:
            faults.add("duplicate_indicator", place=place, value=leaf.key, other=seen[leaf.key])
        seen.setdefault(leaf.key, place)
        leaves.append(leaf)
    return tuple(leaves)


def _indicator(table: SettingsTable, row: SettingsRow, order: int, roster: Roster, faults: Faults) -> Indicator:
    words: dict[str, Any] = load_table("settings")
    for name in ("no", "name", "target"):
        if not row.get(name):
            faults.add("missing_value", place=table.place(row, name), value=words["columns"]["indicators"][name])
    for name, fault in (("attribute", "unknown_attribute"), ("polarity", "unknown_polarity")):
        allowed = words["attributes" if name == "attribute" else "polarity"]["allowed"]
        if row.get(name) not in allowed:
            faults.add(fault, place=table.place(row, name), value=row.get(name), allowed="、".join(allowed))
    lead = _lead(table, row, roster, faults)
    supports, groups = roster.find_many(row.get("supports"), table.place(row, "supports"), faults)
    if lead and lead in supports:
        faults.add("lead_supports", place=table.place(row, "supports"), value=row.get("lead"))
    return Indicator(
        no=row.get("no"),
        domain=row.get("domain"),
        task=row.get("task"),
        name=row.get("name"),
        sub_name=row.get("sub_name"),
        measure=row.get("measure"),
        target=row.get("target"),
        attribute=row.get("attribute"),
        polarity=row.get("polarity"),
        lead=lead,
        supports=supports,
        support_groups=groups,
        superior_target=row.get("superior_target"),
        source=row.get("source"),
        order=order,
    )


def _lead(table: SettingsTable, row: SettingsRow, roster: Roster, faults: Faults) -> str:
    names = split_list(row.get("lead"))
    place = table.place(row, "lead")
    if not names:
        faults.add("no_lead", place=place, value=row.get("name"))
        return ""
    if len(names) > 1:
        faults.add("two_leads", place=place, value=row.get("name"))
    return roster.find(names[0], place, faults)


def build_materials(
    table: SettingsTable, roster: Roster, indicators: tuple[Indicator, ...], years: tuple[int, ...], faults: Faults
) -> tuple[Material, ...]:
    """Return the list of materials in sheet order; each names a catalogue indicator and a provider."""
    known = {item.name for item in indicators}
    materials: list[Material] = []
    seen: dict[str, str] = {}
    for order, row in enumerate(table.rows):
        place = table.place(row, "indicator")
        if row.get("indicator") not in known:
            faults.add("unknown_indicator", place=place, value=row.get("indicator"))
        material = Material(
            indicator=row.get("indicator"),
            name=row.get("name"),
            requirement=row.get("requirement"),
            years=_material_years(table, row, years, faults),
            provider=roster.find(row.get("provider"), table.place(row, "provider"), faults),
            medium=row.get("medium"),
            source=row.get("source"),
            order=order,
        )
        if material.key in seen:
            faults.add("duplicate_material", place=place, value=material.key, other=seen[material.key])
        seen.setdefault(material.key, place)
        materials.append(material)
    return tuple(materials)


def _material_years(table: SettingsTable, row: SettingsRow, years: tuple[int, ...], faults: Faults) -> tuple[int, ...]:
    text = row.get("years")
    if not text:
        return ()
    if text in load_table("settings")["each_year"]["words"]:
        return years
    chosen = []
    for part in split_list(text):
        if not (part.isdecimal() and len(part) == 4):
            faults.add("bad_year", place=table.place(row, "years"), value=part)
        elif int(part) not in years:
            faults.add("year_not_collected", place=table.place(row, "years"), value=part)
        else:
            chosen.append(int(part))
    return tuple(chosen)


def build_listed_projects(table: SettingsTable, roster: Roster, faults: Faults) -> tuple[ListedProject, ...]:
    """Return the projects known to be listed, with their units."""
    return tuple(
        ListedProject(
            name=row.get("name"),
            unit_id=roster.find(row.get("unit"), table.place(row, "unit"), faults),
            level=row.get("level"),
        )
        for row in table.rows
    )
