"""Timeliness, completeness and quality of each unit as points, for people to decide on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from sishui_eco.checks.deadlines import days_overdue
from sishui_eco.checks.texts import to_decimal, words
from sishui_eco.model.outcome import Standing, StandingState
from sishui_eco.spec.campaign import Campaign

_DONE = (StandingState.ACCEPTED, StandingState.NIL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Points of one unit; `total` is the sum. The weights are the campaign's."""

    unit_id: str
    timeliness: Decimal
    completeness: Decimal
    quality: Decimal

    @property
    def total(self) -> Decimal:
        return self.timeliness + self.completeness + self.quality


def weight(name: str, campaign: Campaign) -> Decimal:
    """Return the points a campaign gives for timeliness, completeness or quality."""
    table = words()["scores"]
    number = to_decimal(campaign.parameter(table[name]))
    return number if number is not None and number >= 0 else Decimal(table["weights"][name])


def unit_scores(standings: Sequence[Standing], campaign: Campaign) -> tuple[Score, ...]:
    """Return the score of every unit that owes a form, in roster order.

    Timeliness loses a share per working day late; a form that never came gets none. Completeness is the share of
    forms done, half for one that came. Quality loses a share per open error and doubt; what did not come has none.
    """
    by_unit: dict[str, list[Standing]] = {}
    for item in standings:
        by_unit.setdefault(item.unit_id, []).append(item)
    return tuple(
        _score(unit.unit_id, by_unit[unit.unit_id], campaign) for unit in campaign.units if unit.unit_id in by_unit
    )


def _score(unit_id: str, standings: Sequence[Standing], campaign: Campaign) -> Score:
    shares = {
        "timeliness": [_timely(item, campaign) for item in standings],
        "completeness": [_complete(item) for item in standings],
        "quality": [_clean(item) for item in standings],
    }
    points = {
        name: (weight(name, campaign) * sum(values, Decimal(0)) / len(values)).quantize(Decimal("0.1"), ROUND_HALF_UP)
        for name, values in shares.items()
    }
    return Score(unit_id=unit_id, **points)


def _timely(item: Standing, campaign: Campaign) -> Decimal:
    if item.first_received is None:
        return Decimal(0)
    days = days_overdue(item.due, item.first_received, campaign)
    return max(Decimal(0), 1 - days * Decimal(words()["scores"]["late_day"]) / 100)


def _complete(item: Standing) -> Decimal:
    if item.state is StandingState.MISSING:
        return Decimal(0)
    return Decimal(1) if item.state in _DONE else Decimal("0.5")


def _clean(item: Standing) -> Decimal:
    if item.state is StandingState.MISSING:
        return Decimal(0)
    table = words()["scores"]
    lost = item.errors * Decimal(table["error"]) + item.doubts * Decimal(table["doubt"])
    return max(Decimal(0), 1 - lost / 100)
