"""The 单位名录 sheet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sishui_eco.spec.build_task import split_list
from sishui_eco.spec.campaign import Form, Unit
from sishui_eco.spec.faults import Faults
from sishui_eco.spec.tables import SettingsRow, SettingsTable
from sishui_eco.zh import load_table


@dataclass(frozen=True, slots=True)
class Roster:
    """The units, and every registered name with its unit."""

    units: tuple[Unit, ...]
    by_name: dict[str, str]

    def find(self, name: str, place: str, faults: Faults) -> str:
        """Return the unit_id of a registered name or alias; anything else is a fault."""
        unit_id = self.by_name.get(name, "")
        if not unit_id:
            faults.add("unknown_unit", place=place, value=name)
        return unit_id

    def find_many(self, text: str, place: str, faults: Faults) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return (unit_ids, group words) of a list; group words (各镇街) are kept as written."""
        groups = load_table("settings")["groups"]["words"]
        parts = split_list(text)
        named = tuple(self.find(part, place, faults) for part in parts if part not in groups)
        return tuple(unit_id for unit_id in named if unit_id), tuple(part for part in parts if part in groups)


def build_units(table: SettingsTable, forms: tuple[Form, ...], faults: Faults) -> Roster:
    """Return the roster in sheet order; duplicate ids, names and aliases are faults."""
    labels = {form.label: form.key for form in forms}
    units: list[Unit] = []
    by_name: dict[str, str] = {}
    seen: dict[tuple[str, str], str] = {}
    for order, row in enumerate(table.rows):
        unit = _unit(table, row, order, labels, faults)
        _register(table, row, "unit_id", unit.unit_id, "duplicate_id", seen, faults)
        _register(table, row, "name", unit.name, "duplicate_unit", seen, faults)
        for alias in unit.aliases:
            _register(table, row, "aliases", alias, "duplicate_alias", seen, faults)
        for name in (unit.name, *unit.aliases):
            by_name.setdefault(name, unit.unit_id)
        units.append(unit)
    return Roster(tuple(units), by_name)


def _unit(table: SettingsTable, row: SettingsRow, order: int, labels: dict[str, str], faults: Faults) -> Unit:
    columns: dict[str, Any] = load_table("settings")["columns"]["units"]
    for name in ("unit_id", "name"):
        if not row.get(name):
            faults.add("missing_value", place=table.place(row, name), value=columns[name])
    wanted = split_list(row.get("forms"))
    for label in wanted:
        if label not in labels:
            faults.add("unknown_form", place=table.place(row, "forms"), value=label, allowed="、".join(labels))
    return Unit(
        unit_id=row.get("unit_id"),
        name=row.get("name"),
        aliases=split_list(row.get("aliases")),
        category=row.get("category"),
        order=order,
        forms=tuple(labels[label] for label in wanted if label in labels),
    )


def _register(
    table: SettingsTable,
    row: SettingsRow,
    column: str,
    value: str,
    fault: str,
    seen: dict[tuple[str, str], str],
    faults: Faults,
) -> None:
    """Tell a value that stands twice; names and aliases share one space, ids have their own."""
    space = (("id" if column == "unit_id" else "name"), value)
    place = table.place(row, column)
    if value and space in seen:
        faults.add(fault, place=place, value=value, other=seen[space])
    seen.setdefault(space, place)
