"""What a judgement is made of: the case, the ruling, its words, and whether the judged value can be compared."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from sishui_eco.checks.actuals import Actuals, is_change, is_ratio
from sishui_eco.checks.stating import Words
from sishui_eco.checks.targets import Target
from sishui_eco.checks.texts import shorten, show, targets
from sishui_eco.model.outcome import Judgement
from sishui_eco.spec.campaign import Campaign, Indicator

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


def undecided(said: Words) -> Ruling:
    """Return that a person must judge, and why."""
    return Ruling(judgement=MANUAL, said=said)


def bad_number(case: Case) -> Ruling | None:
    """Return why the value of the judged year cannot be compared, None when it can."""
    actuals, number = case.actuals, case.actuals.number
    if actuals.year in actuals.vague:
        return undecided(lambda: basis("approximate", year=actuals.year, value=shown(actuals.text)))
    if number is None:
        return undecided(lambda: basis("unreadable", year=actuals.year, value=shown(actuals.text)))
    indicator = case.indicator
    if number < 0 and not case.value_is_change:
        return undecided(lambda: basis("negative", year=actuals.year, value=show(number)))
    if number > 100 and is_ratio(indicator.name, indicator.sub_name, indicator.measure):
        return undecided(lambda: basis("over", year=actuals.year, value=show(number)))
    return None


def year_said(value: Decimal, case: Case, judgement: Judgement) -> str:
    """Return what the judged year's value comes to, as the basis tells it."""
    return basis("year_value", year=case.actuals.year, value=show(value), result=result_word(judgement))


def compare_up(value: Decimal, bound: Decimal, strict: bool) -> bool:
    """Whether a value is above a bound, or, unless `strict`, equal to it."""
    return value > bound or (value == bound and not strict)


def value_of(case: Case) -> Decimal:
    """Return the number of the judged year. Raises: AssertionError unless `bad_number` was asked first."""
    value = case.actuals.number
    if value is None:
        raise AssertionError("judged without a number")
    return value


def bound_of(target: Target) -> Decimal:
    """Return the number a target names. Raises: AssertionError for a kind that names none."""
    if target.bound is None:
        raise AssertionError("numeric target without a bound")
    return target.bound
