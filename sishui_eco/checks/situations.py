"""What a record is like, so that a rule is asked only where it may have something to say.

Most rows of a return are in order: asking thirty rules of each took most of the time of checking. A rule marked `only`
is asked of a record whose situation shares a sign with it; it still decides by itself and may be asked of any record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import cache
from typing import TypeVar

from sishui_eco.checks.facts import Facts
from sishui_eco.checks.texts import FIGURE, plain, words
from sishui_eco.checks.verdicts import Judged
from sishui_eco.model.outcome import Judgement
from sishui_eco.model.submission import FILLED, Answer, Record
from sishui_eco.spec.campaign import Indicator

Rule = TypeVar("Rule", bound=Callable[..., object])

MISSING = 1 << 0  # a required field states no value
UNKNOWN = 1 << 1  # the catalogue does not have it
RETYPED = 1 << 2  # what the blank came with may be another
UNCLEAR = 1 << 3  # what it says of itself may be neither met nor not met
WITHOUT = 1 << 4  # a year states a blank such as 不涉及
FAILS = 1 << 5  # judged not met
SAYS_UNMET = 1 << 6  # says of itself that it is not met
UNDATED = 1 << 7  # what stands for the date of completion was not read
OVER = 1 << 8  # a number above 100
BELOW = 1 << 9  # a number below 0
JUMPS = 1 << 10  # the largest number may be many times the smallest
STILL = 1 << 11  # every number is the same
WORDED = 1 << 12  # a year's value may be what the target says

NOT_MET = Judgement.NOT_MET
_ONLY: dict[Callable[..., object], int] = {}


def only(signs: int) -> Callable[[Rule], Rule]:
    """Mark a rule that has nothing to say of records without any of these signs."""

    def mark(rule: Rule) -> Rule:
        _ONLY[rule] = signs
        return rule

    return mark


def rules_for(rules: Iterable[Rule], situation: int) -> tuple[Rule, ...]:
    """Return the rules to ask of a record, in their order."""
    return tuple(rule for rule in rules if rule not in _ONLY or _ONLY[rule] & situation)


def situation_of(record: Record, facts: Facts, judged: Judged | None) -> int:
    """Return the signs of a record; one too many costs time only, one too few would hide a fault."""
    found = MISSING if facts.missing else 0
    if not record.known:
        found |= UNKNOWN
    if facts.self_verdict == "not_met":
        found |= SAYS_UNMET
    if judged is not None and judged.ruling.judgement is NOT_MET:
        found |= FAILS
    if _unclear(record, facts):
        found |= UNCLEAR
    due = record.answers.get("due")
    if due is not None and not due.value:
        found |= UNDATED
    if "lead_unit" in record.answers or facts.leaf is not None:
        found |= _retyped(record, facts.leaf)
    return found | _figures(facts, facts.leaf) if facts.leaf is not None else found


def _unclear(record: Record, facts: Facts) -> bool:
    answer = record.answers.get("self_verdict")
    return answer is not None and answer.blank is FILLED and (not facts.self_verdict or answer.raw != answer.value)


def _retyped(record: Record, leaf: Indicator | None) -> int:
    """Return RETYPED unless target, measure, attribute and lead stand as the catalogue has them."""
    lead = record.value("lead_unit")
    if leaf is None or (lead and (lead != leaf.lead or lead in record.value("support_units"))):
        return RETYPED
    answers = record.answers
    same = (
        _stands(answers.get("target"), leaf.target)
        and _stands(answers.get("measure"), leaf.measure)
        and _stands(answers.get("attribute"), leaf.attribute)
    )
    return 0 if same else RETYPED


def _stands(answer: Answer | None, asked: str) -> bool:
    return answer is None or answer.raw == asked == answer.value or answer.blank is not FILLED


def _figures(facts: Facts, leaf: Indicator) -> int:
    """Return the signs of the values of all years."""
    numbers, found = facts.actuals.numbers.values(), WITHOUT if facts.actuals.blanks else 0
    if not facts.actuals.wordless or FIGURE.fullmatch(plain(leaf.target)):
        found |= WORDED
    if not numbers:
        return found
    low, high = min(numbers), max(numbers)
    if high > 100:
        found |= OVER
    if low < 0:
        found |= BELOW
    if low <= 0 or high >= low * jump_factor():
        found |= JUMPS
    return found | STILL if low == high else found


@cache
def jump_factor() -> Decimal:
    """Return how many times the year before a value is that is doubted."""
    return Decimal(str(words()["limits"]["jump"]))
