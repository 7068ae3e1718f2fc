"""C1xx: answers that are not there. Every record of every form."""

from __future__ import annotations

from collections.abc import Iterator

from sishui_eco.checks.examined import Examined
from sishui_eco.checks.saying import filled, said
from sishui_eco.checks.situations import MISSING, UNCLEAR, WITHOUT, only
from sishui_eco.checks.targets import Target, TargetKind
from sishui_eco.checks.texts import bare, is_meaningful, words
from sishui_eco.checks.verdicts import indicator_target
from sishui_eco.model.finding import Finding
from sishui_eco.model.submission import Blank, Record
from sishui_eco.spec.campaign import Field

ACTUAL = "actual."
_SAYS_NOTHING = (Blank.EMPTY, Blank.NONE, Blank.SAME)


@only(MISSING)
def row_unanswered(examined: Examined, record: Record) -> Iterator[Finding]:
    """C102: tell a row of the unit's own of which nothing at all was answered."""
    facts = examined.facts(record)
    if facts.unanswered and facts.missing:
        yield examined.fault("C102", record, raw=record.key)


@only(MISSING)
def required_missing(examined: Examined, record: Record) -> Iterator[Finding]:
    """C101: tell every required field that is empty; 无 counts as an answer where it can be one."""
    facts = examined.facts(record)
    if facts.unanswered:
        return
    for item, blank in facts.missing:
        if blank not in _SAYS_NOTHING or examined.mentioned(record, item.key):
            continue
        if blank is not Blank.NONE or not _none_answers(examined, record, item):
            yield examined.fault("C101", record, item.key, heading=examined.heading(item.key))


def _none_answers(examined: Examined, record: Record, item: Field) -> bool:
    """Whether 无 is a real answer here."""
    if item.key in words()["required"]["none_is_an_answer"]:
        return True
    leaf = examined.indicator(record)
    return leaf is not None and item.key.startswith(ACTUAL) and _asks_absence(indicator_target(leaf))


def _asks_absence(target: Target) -> bool:
    return target.kind is TargetKind.NONE_OR_SLIGHT or any(map(_asks_absence, target.parts))


@only(MISSING)
def required_pending(examined: Examined, record: Record) -> Iterator[Finding]:
    """C103: tell a required field answered 待定."""
    yield from _blank_fault(examined, record, Blank.PENDING, "C103")


@only(MISSING)
def required_elsewhere(examined: Examined, record: Record) -> Iterator[Finding]:
    """C104: tell a required field answered 详见附件."""
    yield from _blank_fault(examined, record, Blank.ELSEWHERE, "C104")


def _blank_fault(examined: Examined, record: Record, blank: Blank, code: str) -> Iterator[Finding]:
    for item, found in examined.facts(record).missing:
        if found is blank and not examined.mentioned(record, item.key):
            yield examined.fault(code, record, item.key, heading=examined.heading(item.key))


@only(MISSING)
def not_applicable_answer(examined: Examined, record: Record) -> Iterator[Finding]:
    """C107: tell a required field of a material or project answered 不涉及."""
    if record.form == "annex2":
        return
    for item, blank in examined.facts(record).missing:
        if blank is not Blank.NOT_APPLICABLE or examined.mentioned(record, item.key):
            continue
        if item.key not in words()["required"]["none_is_an_answer"]:
            yield examined.fault("C107", record, item.key, heading=examined.heading(item.key))


@only(WITHOUT | UNCLEAR)
def binding_not_applicable(examined: Examined, record: Record) -> Iterator[Finding]:
    """C105: doubt a binding indicator declared not applicable."""
    leaf = examined.indicator(record)
    if leaf is None or not examined.leads(record) or leaf.attribute not in words()["attributes"]["binding"]:
        return
    name = _not_applicable_field(examined, record)
    if name:
        yield examined.fault("C105", record, name)


@only(WITHOUT | UNCLEAR)
def not_applicable_without_reason(examined: Examined, record: Record) -> Iterator[Finding]:
    """C106: doubt a reference indicator declared not applicable without a reason in the remarks."""
    leaf = examined.indicator(record)
    if leaf is None or not examined.leads(record) or leaf.attribute in words()["attributes"]["binding"]:
        return
    name = _not_applicable_field(examined, record)
    if name and not is_meaningful(record.raw("remarks")) and not is_meaningful(record.raw("gap_plan")):
        yield examined.fault("C106", record, name)


def _not_applicable_field(examined: Examined, record: Record) -> str:
    blanks = examined.facts(record).actuals.blanks
    for year in reversed(examined.campaign.years):
        if blanks.get(year) is Blank.NOT_APPLICABLE:
            return f"{ACTUAL}{year}"
    verdict = filled(record, "self_verdict")
    return "self_verdict" if verdict and bare(said(verdict)) in words()["self_verdict"]["not_applicable"] else ""


CHECKS = (
    row_unanswered,
    required_missing,
    required_pending,
    required_elsewhere,
    not_applicable_answer,
    binding_not_applicable,
    not_applicable_without_reason,
)
