"""Targets that compare years: a change against the base year, a trend over the years asked for."""

from __future__ import annotations

from decimal import Context, Decimal
from itertools import pairwise

from sishui_eco.checks.ruling import (
    MET,
    NOT_MET,
    Case,
    Ruling,
    bad_number,
    basis,
    bound_of,
    compare_up,
    result_word,
    undecided,
    value_of,
    year_said,
)
from sishui_eco.checks.targets import Target
from sishui_eco.checks.texts import plain, show, targets, to_decimal
from sishui_eco.spec.campaign import Indicator

_PLACES, _WIDE = Decimal("0.0001"), Context(prec=800)  # a change as told; of the smallest to the largest number too


def judge_change(target: Target, case: Case) -> Ruling:
    """Judge a change against the base year; a value that is itself a change is compared as it stands."""
    bad = bad_number(case)
    if bad:
        return bad
    if case.value_is_change:
        judgement = MET if compare_up(value_of(case), bound_of(target), target.strict) else NOT_MET
        return Ruling(judgement=judgement, said=lambda: year_said(value_of(case), case, judgement))
    base = target.base or (case.actuals.years[0] if case.actuals.years else 0)
    before = case.actuals.numbers.get(base)
    if before is None or base == case.actuals.year:
        return undecided(lambda: basis("trend_missing", years=base))
    return _compare_change(target, case, base, before)


def _compare_change(target: Target, case: Case, base: int, before: Decimal) -> Ruling:
    after, bound = value_of(case), bound_of(target)
    change = after - before
    ways = [change]
    if target.relative:
        if before == 0:
            return undecided(lambda: basis("trend_missing", years=base))
        ways = [change / before * 100]
        if _is_percent(case.indicator):
            ways.append(change)
    met = {_change_met(way, bound, target) for way in ways}
    facts = {"base": base, "before": show(before), "year": case.actuals.year, "after": show(after)}
    if len(met) > 1:
        return undecided(lambda: basis("change_ambiguous", **facts))
    judgement = MET if met == {True} else NOT_MET
    key = "change_relative" if target.relative else "change"
    said = {**facts, "change": show(ways[0].quantize(_PLACES, context=_WIDE)), "result": result_word(judgement)}
    return Ruling(judgement=judgement, said=lambda: basis(key, **said))


def _change_met(change: Decimal, bound: Decimal, target: Target) -> bool:
    if target.mode == "<":
        return change < bound or (change == bound and not target.strict)
    return compare_up(-change if target.mode == "-" else change, bound, target.strict)


def _is_percent(indicator: Indicator) -> bool:
    return plain(indicator.measure) in targets()["measures"]["percent"]


def judge_trend(target: Target, case: Case) -> Ruling:
    """Judge years against each other; every year asked for is needed, the last two for 高于上年."""
    actuals = case.actuals
    years = actuals.years[-2:] if target.mode.endswith("_last") else actuals.years
    missing = [str(year) for year in years if year not in actuals.numbers]
    if missing or len(years) < 2:
        return undecided(lambda: basis("trend_missing", years=basis("trend_joint").join(missing)))
    direction = _direction(target.mode, case)
    if not direction:
        return undecided(lambda: basis("trend_no_direction"))
    bad = bad_number(case)
    if bad:
        return bad
    values = [actuals.numbers[year] for year in years]
    judgement = MET if _trend_met(target.mode, [direction * value for value in values], case) else NOT_MET
    if judgement is NOT_MET and case.value_is_change and target.mode == "stable" and min(values) >= 0:
        return undecided(lambda: basis("trend_change", values=values_said(case, years)))
    result = result_word(judgement)
    return Ruling(judgement=judgement, said=lambda: basis("trend", values=values_said(case, years), result=result))


_DIRECTIONS = {"rise": 1, "not_fall": 1, "above_last": 1, "fall": -1, "not_rise": -1, "below_last": -1}


def _direction(mode: str, case: Case) -> int:
    """Return 1 when a higher value is better under this wording, -1 when a lower one, 0 when unknown."""
    return _DIRECTIONS.get(mode) or {"+": 1, "-": -1}.get(case.rising, 0)


def _trend_met(mode: str, values: list[Decimal], case: Case) -> bool:
    if mode.endswith("_last"):
        return values[-1] > values[-2]
    if mode in ("stable", "not_fall", "not_rise"):
        tolerance = to_decimal(case.campaign.parameter(targets()["trend"]["tolerance_key"])) or Decimal(0)
        return all(after >= before - tolerance for before, after in pairwise(values))
    return all(after >= before for before, after in pairwise(values)) and values[-1] > values[0]


def values_said(case: Case, years: tuple[int, ...]) -> str:
    """Return the values of the years as the basis tells them: 2020年 81.2，2021年 83."""
    numbers = case.actuals.numbers
    told = [basis("trend_value", year=year, value=show(numbers[year])) for year in years]
    return basis("trend_joint").join(told)
