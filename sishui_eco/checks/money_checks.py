"""C43x: annex 4, the money of one project. All amounts in 万元.

Source: annex 4, section 2(3): a project must have an investment estimate.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache

from sishui_eco.checks.examined import Examined
from sishui_eco.checks.projects import FUNDED, ODD_AMOUNT, YEARLY, period, period_reversed_in, plausible
from sishui_eco.checks.saying import filled, said
from sishui_eco.checks.situations import only
from sishui_eco.checks.texts import any_of, plain, show, words
from sishui_eco.model.finding import Finding
from sishui_eco.model.submission import Record

_SHARE = re.compile(r"(?<!\d)(\d+(?:\.\d+)?)%")  # from the first digit only: no run of digits is gone through twice
_GROUPED = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")


def investment(examined: Examined, record: Record) -> Decimal | None:
    """Return the investment of a project, None when it is blank or could not be read."""
    answer = filled(record, "investment")
    amount = answer.amount if answer and not examined.silent(record, "investment") else None
    return amount if amount is not None and amount.is_finite() else None


@only(ODD_AMOUNT)
def investment_not_positive(examined: Examined, record: Record) -> Iterator[Finding]:
    """C431: tell an investment of zero or less."""
    amount = investment(examined, record)
    if amount is not None and amount <= 0:
        yield examined.fault("C431", record, "investment")


@only(ODD_AMOUNT)
def investment_too_large(examined: Examined, record: Record) -> Iterator[Finding]:
    """C432: doubt an investment so large that it was likely typed in 元."""
    amount = investment(examined, record)
    if amount is not None and amount >= words()["limits"]["investment_large"]:
        yuan = show(amount / 10000)
        yield examined.fault("C432", record, "investment", expected=yuan, amount=show(amount))


@only(ODD_AMOUNT)
def investment_too_small(examined: Examined, record: Record) -> Iterator[Finding]:
    """C433: doubt an investment so small that it was likely typed in 亿元."""
    amount = investment(examined, record)
    if amount is not None and 0 < amount < Decimal(str(words()["limits"]["investment_small"])):
        yield examined.fault("C433", record, "investment", expected=show(amount * 10000), amount=show(amount))


@only(FUNDED)
def funding_does_not_add_up(examined: Examined, record: Record) -> Iterator[Finding]:
    """C434: tell funding parts that do not add up to the investment; one amount alone is no sum.

    Findings: C434 at the funding, with the place of the investment.
    """
    total, answer = investment(examined, record), filled(record, "funding")
    parts = amounts(said(answer)) if answer else []
    if total is None or not plausible(total) or len(parts) < 2 or close(sum(parts, Decimal(0)), total):
        return
    yield _sum_fault("C434", examined, record, "funding", sum(parts, Decimal(0)), total)


@only(FUNDED)
def funding_shares_do_not_add_up(examined: Examined, record: Record) -> Iterator[Finding]:
    """C435: doubt funding shares in % that do not add up to 100."""
    answer = filled(record, "funding")
    text = said(answer) if answer else ""
    shares = [Decimal(share) for share in _SHARE.findall(plain(text))] if "%" in plain(text) else []
    if len(shares) > 1 and not amounts(text) and not close(sum(shares, Decimal(0)), Decimal(100)):
        yield examined.fault("C435", record, "funding", total=show(sum(shares, Decimal(0))))


@only(YEARLY)
def years_do_not_add_up(examined: Examined, record: Record) -> Iterator[Finding]:
    """C436: tell yearly parts that do not add up to the investment."""
    total, parts = investment(examined, record), yearly_amounts(record)
    if total is None or not plausible(total) or not parts or close(sum(parts.values(), Decimal(0)), total):
        return
    yield _sum_fault("C436", examined, record, "investment_by_year", sum(parts.values(), Decimal(0)), total)


@only(YEARLY)
def money_outside_period(examined: Examined, record: Record) -> Iterator[Finding]:
    """C437: doubt money for years in which the project does not run."""
    found, parts = period(record), yearly_amounts(record)
    if (
        not found
        or not all(found)
        or not parts
        or examined.mentioned(record, "period")
        or _period_is_wrong(examined, found)
    ):
        return
    outside = [str(year) for year, amount in sorted(parts.items()) if amount and not _runs(found, year)]
    if outside:
        years = words()["joint"].join(outside)
        yield examined.fault("C437", record, "investment_by_year", examined.place(record, "period"), years=years)


def _period_is_wrong(examined: Examined, found: tuple[str, str]) -> bool:
    """Whether the period itself is already told (C411, C412, C413)."""
    first, last = (str(year) for year in examined.campaign.window)
    return period_reversed_in(found) or found[0][:4] > last or found[1][:4] < first


def _runs(found: tuple[str, str], year: int) -> bool:
    return found[0][:4] <= str(year) <= found[1][:4]


def _sum_fault(code: str, examined: Examined, record: Record, name: str, found: Decimal, total: Decimal) -> Finding:
    difference = show(abs(found - total))
    other = examined.place(record, "investment")
    return examined.fault(
        code, record, name, other, expected=show(total), total=show(total), sum=show(found), difference=difference
    )


def close(found: Decimal, total: Decimal) -> bool:
    """Whether two amounts agree but for rounding."""
    limits = words()["limits"]
    slack = max(Decimal(str(limits["sum_absolute"])), abs(total) * Decimal(str(limits["sum_relative"])))
    return abs(found - total) <= slack


@cache
def _shapes() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Return what finds totals, years, amounts, and the amount of a year."""
    money = words()["money"]
    factors, number = any_of(money["factors"]), r"\d+(?:\.\d+)?"
    return (
        re.compile(rf"{any_of(money['totals'])}:?{number}{factors}?"),
        re.compile(r"(?:19|20)\d\d(?:-(?:19|20)\d\d)?" + money["year"]),
        re.compile(rf"(?P<number>{number})(?P<unit>{factors}|%|\w?)"),
        re.compile(rf"(20\d\d){money['year']}[^\d;,]{{0,8}}?[:=]?({number})({factors})?"),
    )


def amounts(text: str) -> list[Decimal]:
    """Return the amounts named in a funding text; years, shares and totals (共 … 其中) are not parts."""
    money = words()["money"]
    totals, years, amount, _ = _shapes()
    parts = []
    for found in amount.finditer(years.sub("", totals.sub("", _GROUPED.sub("", plain(text))))):
        if found["unit"] == "%":
            continue
        factor = money["factors"].get(found["unit"])
        if factor is None and found["unit"] and not found["unit"].isdigit() and not _starts_next(found["unit"]):
            continue
        parts.append(Decimal(found["number"]) * Decimal(str(factor if factor is not None else 1)))
    return parts


def _starts_next(sign: str) -> bool:
    return sign in words()["money"]["next_part"]


def yearly_amounts(record: Record) -> dict[int, Decimal]:
    """Return year -> amount of a yearly plan such as 2023年100；2024年200."""
    answer = filled(record, "investment_by_year")
    if answer is None:
        return {}
    factors = words()["money"]["factors"]
    parts: dict[int, Decimal] = {}
    for year, number, unit in _shapes()[3].findall(_GROUPED.sub("", plain(said(answer)))):
        factor = Decimal(str(factors.get(unit, 1)))
        parts[int(year)] = parts.get(int(year), Decimal(0)) + Decimal(number) * factor
    return parts


CHECKS = (
    investment_not_positive,
    investment_too_large,
    investment_too_small,
    funding_does_not_add_up,
    funding_shares_do_not_add_up,
    years_do_not_add_up,
    money_outside_period,
)
