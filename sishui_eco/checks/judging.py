"""One clause of a target against what a record says: met, not met, or a person must judge, with the basis."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Context, Decimal
from functools import cache
from itertools import pairwise

import msgspec

from sishui_eco.checks.actuals import Actuals, is_change, is_ratio
from sishui_eco.checks.stating import (
    Words,
    doubtful_word,
    judge_absence,
    judge_state,
    judge_superior_words,
    judge_three_nots,
)
from sishui_eco.checks.targets import Target, TargetKind, parse_target
from sishui_eco.checks.texts import any_of, first_word, plain, shorten, show, targets, to_decimal, without_words
from sishui_eco.model.outcome import Judgement
from sishui_eco.model.remembered import remembered
from sishui_eco.spec.campaign import Campaign, Indicator

_PLACES, _WIDE = Decimal("0.0001"), Context(prec=800)  # a change as told; of the smallest to the largest number too
MET, NOT_MET, MANUAL = Judgement.MET, Judgement.NOT_MET, Judgement.MANUAL


class Ruling(msgspec.Struct, frozen=True, kw_only=True):
    """The judgement of one clause, and what tells in Chinese what it rests on: few judgements are ever told."""

    judgement: Judgement
    said: Words


class Case(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What is judged: the indicator, its values and the county's settings."""

    indicator: Indicator
    actuals: Actuals
    campaign: Campaign

    @property
    def rising(self) -> str:
        return self.indicator.polarity

    @property
    def value_is_change(self) -> bool:
        return is_change(self.indicator.name, self.indicator.sub_name)


def basis(key: str, **parameters: object) -> str:
    """Return a sentence of `zh/targets.toml` [basis], filled in."""
    return str(targets()["basis"][key]).format_map(parameters)


def shown(text: str) -> str:
    """Return a raw text as the basis quotes it."""
    return shorten(" ".join(text.split()), targets()["basis"]["shown_longest"])


def result_word(judgement: Judgement) -> str:
    return basis(judgement.value)


def judge(target: Target, case: Case) -> Ruling:
    """Return the judgement of a target; combinations follow three-valued logic.

    ALL_OF: one clause not met decides; else one undecided clause makes the whole undecided. ANY_OF: one met decides.
    """
    if target.kind in _WHOLES:
        rulings = [judge(part, case) for part in target.parts]
        order = (NOT_MET, MANUAL, MET) if target.kind is TargetKind.ALL_OF else (MET, MANUAL, NOT_MET)
        judgement = min((ruling.judgement for ruling in rulings), key=order.index)
        return Ruling(judgement=judgement, said=lambda: basis("joint").join(ruling.said() for ruling in rulings))
    if target.tiers:
        return _judge_tier(target, case)
    ruling = _judge_clause(target, case)
    return Ruling(judgement=ruling.judgement, said=lambda: basis("clause", clause=target.text, said=ruling.said()))


def _judge_tier(target: Target, case: Case) -> Ruling:
    table = targets()["tiers"]
    own = {
        name
        for key, default in (
            (table["terrain_key"], ""),
            (table["level_key"], table["level_default"]),
            (table["region_key"], ""),
        )
        for name in _same_tier(case.campaign.parameter(key, default))
    }
    chosen = [(name, tier) for name, tier in target.tiers if name in own]
    if len(chosen) != 1:
        return _undecided(lambda: basis("clause", clause=target.text, said=basis("tier_unknown")))
    name, tier = chosen[0]
    ruling = judge(tier, case)
    return Ruling(judgement=ruling.judgement, said=lambda: basis("tier", tier=name) + ruling.said())


def _same_tier(name: str) -> tuple[str, ...]:
    for group in targets()["tiers"]["same"]:
        if name in group:
            return tuple(group)
    return (name,) if name else ()


def _judge_clause(target: Target, case: Case) -> Ruling:
    actuals, reader = case.actuals, _CLAUSES.get(target.kind)
    if reader is None:
        return _UNREAD[target.kind](target)
    if not actuals.text:
        return _undecided(lambda: basis("missing", year=actuals.year))
    return reader(target, case)


def _undecided(said: Words) -> Ruling:
    return Ruling(judgement=MANUAL, said=said)


# --- numbers --------------------------------------------------------------------------------------


def _bad_number(case: Case) -> Ruling | None:
    """Return why the value of the judged year cannot be compared, None when it can."""
    actuals, number = case.actuals, case.actuals.number
    if actuals.year in actuals.vague:
        return _undecided(lambda: basis("approximate", year=actuals.year, value=shown(actuals.text)))
    if number is None:
        return _undecided(lambda: basis("unreadable", year=actuals.year, value=shown(actuals.text)))
    indicator = case.indicator
    if number < 0 and not case.value_is_change:
        return _undecided(lambda: basis("negative", year=actuals.year, value=show(number)))
    if number > 100 and is_ratio(indicator.name, indicator.sub_name, indicator.measure):
        return _undecided(lambda: basis("over", year=actuals.year, value=show(number)))
    return None


def _judge_bound(target: Target, case: Case) -> Ruling:
    bad = _bad_number(case)
    if bad:
        return bad
    value, bound = _value(case), _bound(target)
    low = target.kind is TargetKind.AT_MOST or (target.kind is TargetKind.BARE and target.mode == "-")
    met = (value < bound or (value == bound and not target.strict)) if low else compare_up(value, bound, target.strict)
    judgement = MET if met else NOT_MET
    return Ruling(judgement=judgement, said=lambda: _year_said(value, case, judgement))


def _year_said(value: Decimal, case: Case, judgement: Judgement) -> str:
    return basis("year_value", year=case.actuals.year, value=show(value), result=result_word(judgement))


def compare_up(value: Decimal, bound: Decimal, strict: bool) -> bool:
    return value > bound or (value == bound and not strict)


def _value(case: Case) -> Decimal:
    value = case.actuals.number
    if value is None:
        raise AssertionError("judged without a number")
    return value


def _bound(target: Target) -> Decimal:
    if target.bound is None:
        raise AssertionError("numeric target without a bound")
    return target.bound


def _judge_about(target: Target, case: Case) -> Ruling:
    value = shown(case.actuals.text)
    return _undecided(lambda: basis("outside", reason=target.reason, year=case.actuals.year, value=value))


# --- change and trend -------------------------------------------------------------------------------


def _judge_change(target: Target, case: Case) -> Ruling:
    """Judge a change against the base year; a value that is itself a change is compared as it stands."""
    bad = _bad_number(case)
    if bad:
        return bad
    if case.value_is_change:
        judgement = MET if compare_up(_value(case), _bound(target), target.strict) else NOT_MET
        return Ruling(judgement=judgement, said=lambda: _year_said(_value(case), case, judgement))
    base = target.base or (case.actuals.years[0] if case.actuals.years else 0)
    before = case.actuals.numbers.get(base)
    if before is None or base == case.actuals.year:
        return _undecided(lambda: basis("trend_missing", years=base))
    return _compare_change(target, case, base, before)


def _compare_change(target: Target, case: Case, base: int, before: Decimal) -> Ruling:
    after, bound = _value(case), _bound(target)
    change = after - before
    ways = [change]
    if target.relative:
        if before == 0:
            return _undecided(lambda: basis("trend_missing", years=base))
        ways = [change / before * 100]
        if _is_percent(case.indicator):
            ways.append(change)
    met = {_change_met(way, bound, target) for way in ways}
    facts = {"base": base, "before": show(before), "year": case.actuals.year, "after": show(after)}
    if len(met) > 1:
        return _undecided(lambda: basis("change_ambiguous", **facts))
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


def _judge_trend(target: Target, case: Case) -> Ruling:
    """Judge years against each other; every year asked for is needed, the last two for 高于上年."""
    actuals = case.actuals
    years = actuals.years[-2:] if target.mode.endswith("_last") else actuals.years
    missing = [str(year) for year in years if year not in actuals.numbers]
    if missing or len(years) < 2:
        return _undecided(lambda: basis("trend_missing", years=basis("trend_joint").join(missing)))
    direction = _direction(target.mode, case)
    if not direction:
        return _undecided(lambda: basis("trend_no_direction"))
    bad = _bad_number(case)
    if bad:
        return bad
    values = [actuals.numbers[year] for year in years]
    judgement = MET if _trend_met(target.mode, [direction * value for value in values], case) else NOT_MET
    if judgement is NOT_MET and case.value_is_change and target.mode == "stable" and min(values) >= 0:
        return _undecided(lambda: basis("trend_change", values=values_said(case, years)))
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


# --- words, classes, what lies outside --------------------------------------------------------------


def _judge_words(target: Target, case: Case) -> Ruling:
    reader = {
        TargetKind.STATE: judge_state,
        TargetKind.NONE_OR_SLIGHT: judge_absence,
        TargetKind.THREE_NOTS: judge_three_nots,
    }[target.kind]
    judgement, said = reader(target, case.actuals)
    return Ruling(judgement=judgement, said=said)


def _judge_superior(target: Target, case: Case) -> Ruling:
    """Judge against the superior's target when the catalogue has one, else by conclusion and supporting file."""
    superior = case.indicator.superior_target
    if not superior:
        judgement, said = judge_superior_words(case.actuals)
        return Ruling(judgement=judgement, said=said)
    parsed = parse_target(superior, polarity=case.indicator.polarity, measure=case.indicator.measure)
    if parsed.kind is TargetKind.SUPERIOR:
        judgement, said = judge_superior_words(case.actuals)
        return Ruling(judgement=judgement, said=said)
    ruling = judge(parsed, case)
    return Ruling(
        judgement=ruling.judgement, said=lambda: basis("superior_target", target=superior, said=ruling.said())
    )


def _judge_class(target: Target, case: Case) -> Ruling:
    """Compare classes such as Ⅲ类; of several named, the worst counts."""
    rank = worst_class(case.actuals.text)
    if rank is None:
        return _undecided(lambda: basis("unreadable", year=case.actuals.year, value=shown(case.actuals.text)))
    bound = _bound(target)
    judgement = MET if rank < bound or (rank == bound and not target.strict) else NOT_MET
    doubt = class_doubt(case.actuals.text) if judgement is MET else ""
    facts = {"year": case.actuals.year, "value": shown(case.actuals.text)}
    if doubt:
        return _undecided(lambda: basis("class_doubtful", **facts, word=doubt))
    return Ruling(judgement=judgement, said=lambda: basis("class", **facts, result=result_word(judgement)))


@cache
def _classes() -> re.Pattern[str]:
    table = targets()["class"]
    ranks = any_of(word for options in table["words"].values() for word in options)
    prefix = rf"({re.escape(table['worse'])}|(?<!{table['or_better']})(?:{table['strictly']}))?"
    return re.compile(rf"{prefix}({ranks})(?:(?:[-~]({ranks}))?{table['suffix']})")


@remembered
def class_doubt(text: str) -> str:
    """Return the word that says a class is not reached, or only nearly or in future; "" when there is none."""
    table, rest = targets()["class"], plain(text)
    worst = without_words(rest, table["no_doubt"])
    return first_word(worst, table["doubt"]) or doubtful_word(rest)


def worst_class(text: str) -> int | None:
    """Return the worst class named in a text (1 best, 6 for 劣Ⅴ), None when none is named; 优于Ⅲ类 names Ⅱ类."""
    table = targets()["class"]
    ranks = {word: int(number) for number, options in table["words"].items() for word in options}
    found = _classes().findall(plain(text))
    named: list[int] = []
    for prefix, first, second in found:
        better = bool(prefix) and prefix != table["worse"]
        named.extend(ranks[word] - better for word in (first, second) if word)
        if prefix == table["worse"]:
            named.append(int(table["worst"]))
    return max(named, default=None)


def _judge_outside(target: Target, case: Case) -> Ruling:
    value = shown(case.actuals.text)
    return _undecided(lambda: basis("outside", reason=target.reason, year=case.actuals.year, value=value))


_WHOLES = frozenset({TargetKind.ALL_OF, TargetKind.ANY_OF})
_UNREAD: dict[TargetKind, Callable[[Target], Ruling]] = {
    TargetKind.MANUAL: lambda target: _undecided(lambda: basis("unparsed", reason=target.reason)),
    TargetKind.NOT_APPLICABLE: lambda target: _undecided(lambda: basis("not_applicable")),
}
_CLAUSES: dict[TargetKind, Callable[[Target, Case], Ruling]] = {
    TargetKind.AT_LEAST: _judge_bound,
    TargetKind.AT_MOST: _judge_bound,
    TargetKind.FULL: _judge_bound,
    TargetKind.BARE: _judge_bound,
    TargetKind.ABOUT: _judge_about,
    TargetKind.CHANGE: _judge_change,
    TargetKind.TREND: _judge_trend,
    TargetKind.STATE: _judge_words,
    TargetKind.NONE_OR_SLIGHT: _judge_words,
    TargetKind.THREE_NOTS: _judge_words,
    TargetKind.SUPERIOR: _judge_superior,
    TargetKind.ORDERED_CLASS: _judge_class,
    TargetKind.OUTSIDE: _judge_outside,
}
