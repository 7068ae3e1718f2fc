"""What one record says of each year: numbers where they are numbers, words where they are words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from sishui_eco.checks.examined import said
from sishui_eco.checks.texts import NUMBER, measure_key, plain, targets
from sishui_eco.model.submission import Answer, Blank, Record
from sishui_eco.spec.campaign import Campaign

ACTUAL = "actual."
_GROUPED = re.compile(r"(?<=\d),(?=\d{3})")
_COMPARED = re.compile(r"[\u2265\u2264<>]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Actuals:
    """The present values of one record by year.

    `numbers` holds only what is surely a number in the indicator's own measure; `vague` years whose
    answer is approximate or a bound; `blanks` years with a stated blank such as 不涉及.
    """

    years: tuple[int, ...]
    texts: Mapping[int, str] = field(default_factory=dict)
    numbers: Mapping[int, Decimal] = field(default_factory=dict)
    vague: frozenset[int] = frozenset()
    blanks: Mapping[int, Blank] = field(default_factory=dict)
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
    found = {year: record.answers.get(f"{ACTUAL}{year}") for year in campaign.years}
    return {year: answer for year, answer in found.items() if answer is not None}


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
        texts[year] = said(answer)
        number = answer_number(answer, measure)
        if answer.approximate or answer.field in doubtful or _COMPARED.search(plain(said(answer))):
            vague.add(year)
        elif number is not None:
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
    found = re.fullmatch(rf"(?P<number>{NUMBER})(?P<unit>[^\d;,]{{0,12}})", _GROUPED.sub("", plain(said(answer))))
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
