"""Tables of text -> Campaign; the only place that decides what a settings cell means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sishui_eco.errors import SettingsError
from sishui_eco.spec.build_catalogue import build_indicators, build_listed_projects, build_materials
from sishui_eco.spec.build_forms import build_forms
from sishui_eco.spec.build_task import TaskSheet, build_decisions, build_holidays
from sishui_eco.spec.build_units import build_units
from sishui_eco.spec.campaign import Campaign
from sishui_eco.spec.faults import Faults
from sishui_eco.spec.tables import SettingsTable
from sishui_eco.zh import load_table


def build_campaign(tables: Mapping[str, SettingsTable], digest: str, faults: Faults | None = None) -> Campaign:
    """Return the frozen Campaign of eight settings tables.

    Raises: SettingsError holding every fault found, each naming sheet and cell.
    """
    faults = faults or Faults()
    words: dict[str, Any] = load_table("settings")
    task = TaskSheet(tables["campaign"], faults)
    plain = task.plain_fields()
    forms, form_fields = build_forms(tables["fields"], task, faults)
    roster = build_units(tables["units"], forms, faults)
    indicators = build_indicators(tables["indicators"], roster, faults)
    materials = build_materials(tables["materials"], roster, indicators, task.years, faults)
    listed = build_listed_projects(tables["listed_projects"], roster, faults)
    holidays = build_holidays(tables["holidays"], faults)
    decisions = build_decisions(tables["decisions"], roster, forms, faults)
    names = {item.no for item in indicators}
    if task.expected_indicators and indicators and len(names) != task.expected_indicators:
        faults.add(
            "wrong_count",
            sheet=tables["indicators"].title,
            found=len(names),
            name=words["keys"]["expected_indicators"],
            expected=task.expected_indicators,
        )
    if faults.sentences:
        raise SettingsError("settings_faults", tuple(faults.sentences), count=len(faults.sentences))
    return Campaign(
        **plain,
        forms=forms,
        form_fields=form_fields,
        units=roster.units,
        indicators=indicators,
        materials=materials,
        listed_projects=listed,
        holidays=holidays,
        decisions=decisions,
        digest=digest,
    )
