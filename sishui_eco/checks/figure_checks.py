"""C22x: annex 2, the numbers of one indicator over the years."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from sishui_eco.checks.actuals import Actuals, is_change, is_ratio
from sishui_eco.checks.examined import Examined
from sishui_eco.checks.situations import BELOW, JUMPS, OVER, STILL, jump_factor, only
from sishui_eco.checks.targets import TargetKind
from sishui_eco.checks.texts import show
from sishui_eco.checks.verdicts import indicator_target
from sishui_eco.model.finding import Finding
from sishui_eco.model.submission import Record
from sishui_eco.spec.campaign import Indicator


def _figures(examined: Examined, record: Record) -> tuple[Indicator, Actuals] | None:
    facts = examined.facts(record)
    return (facts.leaf, facts.actuals) if facts.leaf is not None and facts.actuals.numbers else None


@only(OVER)
def ratio_over_100(examined: Examined, record: Record) -> Iterator[Finding]:
    """C222: tell a share of a whole above 100 %."""
    found = _figures(examined, record)
    over = [year for year, number in found[1].numbers.items() if number > 100] if found else []
    if found is None or not over or not is_ratio(found[0].name, found[0].sub_name, found[0].measure):
        return
    for year in over:
        if not examined.silent(record, f"actual.{year}"):
            yield examined.fault("C222", record, f"actual.{year}")


@only(BELOW)
def negative_value(examined: Examined, record: Record) -> Iterator[Finding]:
    """C223: tell a negative value of what cannot be negative; changes may be."""
    found = _figures(examined, record)
    below = [year for year, number in found[1].numbers.items() if number < 0] if found else []
    if found is None or not below or is_change(found[0].name, found[0].sub_name):
        return
    if indicator_target(found[0]).kind is TargetKind.CHANGE:
        return
    for year in below:
        if not examined.silent(record, f"actual.{year}"):
            yield examined.fault("C223", record, f"actual.{year}")


@only(JUMPS)
def jump_between_years(examined: Examined, record: Record) -> Iterator[Finding]:
    """C224: doubt a value ten times, or a tenth of, the year before: likely another unit of measurement.

    Findings: C224 at the later year, with the place of the earlier.
    """
    found = _figures(examined, record)
    jumps = _jumps(found[1]) if found else []
    if found is None or not jumps or is_change(found[0].name, found[0].sub_name):
        return
    for before, after in jumps:
        if not _told(examined, record, before, after):
            earlier = examined.place(record, f"actual.{before}")
            value = show(found[1].numbers[before])
            yield examined.fault("C224", record, f"actual.{after}", earlier, year=before, value=value)


def _jumps(actuals: Actuals) -> list[tuple[int, int]]:
    """Return pairs of successive years of which one value is many times the other."""
    numbers, factor = actuals.numbers, jump_factor()
    found = []
    for before, after in pairwise(sorted(numbers)):
        low, high = numbers[before], numbers[after]
        if low > high:
            low, high = high, low
        if low > 0 and after - before == 1 and high >= low * factor:
            found.append((before, after))
    return found


def _told(examined: Examined, record: Record, *years: int) -> bool:
    return any(examined.mentioned(record, f"actual.{year}") for year in years)


@only(STILL)
def three_identical_years(examined: Examined, record: Record) -> Iterator[Finding]:
    """C225: note three years with the very same number that is neither 0 nor 100."""
    found = _figures(examined, record)
    if found is None or len(found[1].numbers) < max(3, len(examined.campaign.years)):
        return
    values = list(found[1].numbers.values())
    if values.count(values[0]) == len(values) and values[0] not in (0, 100):
        years = sorted(found[1].numbers)
        places = [examined.place(record, f"actual.{year}") for year in years[:-1]]
        yield examined.fault("C225", record, f"actual.{years[-1]}", *places)


CHECKS = (ratio_over_100, negative_value, jump_between_years, three_identical_years)
