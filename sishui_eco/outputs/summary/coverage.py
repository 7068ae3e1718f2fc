"""Which materials were provided for which years: the catalogue held against what came."""

from __future__ import annotations

import re
from enum import StrEnum

import msgspec

from sishui_eco.model.outcome import MergedRow, Outcome
from sishui_eco.outputs.summary.figures import MATERIAL_FORM
from sishui_eco.spec.campaign import Campaign, Material
from sishui_eco.zh import word

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


class YearState(StrEnum):
    HAVE = "have"
    UNCLEAR = "unclear"  # provided, but not said for which year; or neither yes nor no
    LACKING = "lacking"
    NOT_ASKED = "not_asked"


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """One material of the catalogue by year; the year 0 stands for a material not asked by year."""

    material: Material
    row: MergedRow | None
    position: int | None = None  # of the row among those of its form
    states: tuple[tuple[int, YearState], ...]

    @property
    def lacking(self) -> int:
        return sum(1 for _, state in self.states if state is YearState.LACKING)


def years_in(text: str) -> frozenset[int]:
    """Return every year a text names, spans filled in: `2020-2022` is three years."""
    years = {int(year) for year in _YEAR.findall(text)}
    dashes = re.escape(word("punctuation.spans", "summary"))
    for first, last in re.findall(rf"((?:19|20)\d\d)[^\d{dashes}]{{0,2}}[{dashes}]((?:19|20)\d\d)", text):
        if int(first) <= int(last) <= int(first) + 50:
            years |= set(range(int(first), int(last) + 1))
    return frozenset(years)


def coverage_of(outcome: Outcome, campaign: Campaign) -> tuple[Coverage, ...]:
    """Return the coverage of every material of the catalogue, in its order."""
    merged = enumerate(outcome.merged.get(MATERIAL_FORM, ()))
    rows = {(row.unit_id, row.record.key): (position, row) for position, row in merged}
    result = []
    for material in campaign.materials:
        position, row = rows.get((material.provider, material.key), (None, None))
        states = tuple((year, _state(row, year, campaign)) for year in material.years or (0,))
        result.append(Coverage(material=material, row=row, position=position, states=states))
    return tuple(result)


def lacking_materials(outcome: Outcome, campaign: Campaign) -> tuple[Coverage, ...]:
    return tuple(item for item in coverage_of(outcome, campaign) if item.lacking)


def _state(row: MergedRow | None, year: int, campaign: Campaign) -> YearState:
    if row is None or row.record.value("provided") == "no":
        return YearState.LACKING
    if row.record.value("provided") != "yes":
        return YearState.UNCLEAR
    if not year:
        return YearState.HAVE
    named = years_in(row.record.value("years") or row.record.raw("years"))
    if not named:
        return YearState.UNCLEAR
    return YearState.HAVE if year in named else YearState.LACKING
