"""What one record says of each year: numbers where they are numbers, words where they are words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache

import msgspec

from sishui_eco.checks.saying import said
from sishui_eco.checks.texts import FIGURE, NUMBER, measure_key, plain, targets
from sishui_eco.model.remembered import remembered_with
from sishui_eco.model.submission import FILLED, Blank, Record
from sishui_eco.spec.campaign import Campaign

ACTUAL = "actual."
_GROUPED = re.compile(r"(?<=\d),(?=\d{3})")
_WITH_MEASURE = re.compile(rf"(?P<number>{NUMBER})(?P<unit>[^\d;,]{{0,12}})")
_NONE: frozenset[int] = frozenset()
_LONGEST = 40  # more is no number that anybody measured
_COMPARED = re.compile(r"[\u2265\u2264<>]")


class Actuals(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The present values of one record by year.

    `numbers` holds only what is surely a number in the indicator's own measure; `vague` years whose
    answer is approximate or a bound; `blanks` years with a stated blank such as 不涉及; `wordless` says that
    every text is a figure.
    """

    years: tuple[int, ...]
    texts: Mapping[int, str] = {}
    numbers: Mapping[int, Decimal] = {}
    vague: frozenset[int] = frozenset()
    blanks: Mapping[int, Blank] = {}
    wordless: bool = True
    record: Record | None = None

    @property
    def year(self) -> int:
        """The year judged: the last year asked for."""
        return self.years[-1] if self.years else 0

    @property
    def remarks(self) -> str:
        return self.record.raw("remarks") if self.record else ""

    @property
    def evidence(self) -> str:
        answer = self.record.answers.get("evidence") if self.record else None
        return said(answer) if answer and answer.blank is FILLED else ""

    @property
    def text(self) -> str:
        return self.texts.get(self.year, "")

    @property
    def number(self) -> Decimal | None:
        return self.numbers.get(self.year)


@lru_cache(maxsize=64)
def _year_fields(years: tuple[int, ...]) -> tuple[tuple[int, str], ...]:
    return tuple((year, f"{ACTUAL}{year}") for year in years)


def read_actuals(record: Record, measure: str, campaign: Campaign, doubtful: frozenset[str] = frozenset()) -> Actuals:
    """Return what a record says of each year of the campaign; nothing surely for a field that is `doubtful`."""
    texts: dict[int, str] = {}
    numbers: dict[int, Decimal] = {}
    vague: set[int] = set()
    blanks: dict[int, Blank] = {}
    wordless, answers = True, record.answers
    for year, name in _year_fields(campaign.years):
        answer = answers.get(name)
        if answer is None:
            continue
        if answer.blank is not FILLED:
            blanks[year] = answer.blank
            if answer.blank is Blank.NONE:
                texts[year], wordless = said(answer), False
            continue
        texts[year] = text = answer.raw if answer.raw == answer.value else said(answer)
        figure = FIGURE.fullmatch(text) is not None
        wordless = wordless and figure
        if answer.approximate or name in doubtful or (not figure and _COMPARED.search(plain(text))):
            vague.add(year)
            continue
        number = number_in_words(text, measure) if answer.kind == "text" else answer.amount
        if number is not None and number.is_finite():
            numbers[year] = number
    return Actuals(
        years=campaign.years,
        texts=texts,
        numbers=numbers,
        vague=frozenset(vague) if vague else _NONE,
        blanks=blanks,
        wordless=wordless,
        record=record,
    )


@remembered_with
def number_in_words(text: str, measure: str) -> Decimal | None:
    """Return the number of a text in the indicator's measure: a bare number with that measure."""
    text = _GROUPED.sub("", plain(text))
    found = _WITH_MEASURE.fullmatch(text) if len(text) <= _LONGEST else None
    if not found or (measure_key(found["unit"]) and measure_key(found["unit"]) != measure_key(measure)):
        return None
    return Decimal(found["number"])


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
