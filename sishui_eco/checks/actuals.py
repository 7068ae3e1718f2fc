"""What one record says of each year: numbers where they are numbers, words where they are words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache

import msgspec

from sishui_eco.checks.saying import said
from sishui_eco.checks.texts import NUMBER, measure_key, plain, targets
from sishui_eco.model.submission import Answer, Blank, Record
from sishui_eco.spec.campaign import Campaign

ACTUAL = "actual."
_GROUPED = re.compile(r"(?<=\d),(?=\d{3})")
_WITH_MEASURE = re.compile(rf"(?P<number>{NUMBER})(?P<unit>[^\d;,]{{0,12}})")
_LONGEST = 40  # more is no number that anybody measured
_COMPARED = re.compile(r"[\u2265\u2264<>]")


class Actuals(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The present values of one record by year.

    `numbers` holds only what is surely a number in the indicator's own measure; `vague` years whose
    answer is approximate or a bound; `blanks` years with a stated blank such as 不涉及.
    """

    years: tuple[int, ...]
    texts: Mapping[int, str] = {}
    numbers: Mapping[int, Decimal] = {}
    vague: frozenset[int] = frozenset()
    blanks: Mapping[int, Blank] = {}
    remarks: str = ""
    evidence: str = ""

    @property
    def year(self) -> int:
        """The year judged: the last year asked for."""
        return self.years[-1] if self.years else 0

    @property
    def text(self) -> str:
        return self.texts.get(self.year, "")

    @property
    def number(self) -> Decimal | None:
        return self.numbers.get(self.year)


def actual_answers(record: Record, campaign: Campaign) -> dict[int, Answer]:
    """Return the answers of the years asked for, by year, stated blanks included."""
    answers = record.answers
    return {year: answers[name] for year, name in _year_fields(campaign.years) if name in answers}


@lru_cache(maxsize=64)
def _year_fields(years: tuple[int, ...]) -> tuple[tuple[int, str], ...]:
    return tuple((year, f"{ACTUAL}{year}") for year in years)


def read_actuals(record: Record, measure: str, campaign: Campaign, doubtful: frozenset[str] = frozenset()) -> Actuals:
    """Return what a record says of each year of the campaign; nothing surely for a field that is `doubtful`."""
    texts: dict[int, str] = {}
    numbers: dict[int, Decimal] = {}
    vague: set[int] = set()
    blanks: dict[int, Blank] = {}
    for year, answer in actual_answers(record, campaign).items():
        if answer.blank is not Blank.FILLED:
            blanks[year] = answer.blank
            if answer.blank is Blank.NONE:
                texts[year] = said(answer)
            continue
        texts[year] = text = said(answer)
        as_read = answer.kind != "text" and text == answer.value  # a bare number: no sign of comparison in it
        if answer.approximate or answer.field in doubtful or (not as_read and _COMPARED.search(plain(text))):
            vague.add(year)
            continue
        number = answer_number(answer, measure)
        if number is not None:
            numbers[year] = number
    return Actuals(
        years=campaign.years,
        texts=texts,
        numbers=numbers,
        vague=frozenset(vague),
        blanks=blanks,
        remarks=record.raw("remarks"),
        evidence=_filled(record, "evidence"),
    )


def answer_number(answer: Answer, measure: str) -> Decimal | None:
    """Return the number of an answer in the indicator's measure; a text must be a bare number with that measure."""
    if answer.kind != "text":
        number = answer.amount
        return number if number is not None and number.is_finite() else None
    text = _GROUPED.sub("", plain(said(answer)))
    found = _WITH_MEASURE.fullmatch(text) if len(text) <= _LONGEST else None
    if not found or (measure_key(found["unit"]) and measure_key(found["unit"]) != measure_key(measure)):
        return None
    return Decimal(found["number"])


def _filled(record: Record, name: str) -> str:
    answer = record.answers.get(name)
    return said(answer) if answer and answer.blank is Blank.FILLED else ""


def is_ratio(name: str, sub_name: str, measure: str) -> bool:
    """Whether an indicator in % is a share of a whole, which cannot exceed 100."""
    table = targets()["ratio"]
    full = sub_name or name
    if measure_key(measure) not in targets()["measures"]["percent"]:
        return False
    return any(word in full for word in table["names"]) and not any(word in full for word in table["not_names"])


def is_change(name: str, sub_name: str) -> bool:
    """Whether the value reported is itself a change (下降幅度, 下降率)."""
    return any(word in f"{name}{sub_name}" for word in targets()["trend"]["change_names"])
