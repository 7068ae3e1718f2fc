"""C1xx: answers that are not there. Every record of every form."""

from __future__ import annotations

from collections.abc import Iterator

from sishui_eco.checks.examined import Examined, filled, said
from sishui_eco.checks.targets import Target, TargetKind
from sishui_eco.checks.texts import bare, is_meaningful, words
from sishui_eco.checks.verdicts import indicator_target
from sishui_eco.model.finding import Finding
from sishui_eco.model.submission import Blank, Record
from sishui_eco.spec.campaign import Field

ACTUAL = "actual."


def required_fields(examined: Examined, record: Record) -> list[Field]:
    """Return the fields a record must answer: required ones that are not prefilled, of records the unit answers for."""
    form = examined.campaign.form_by_key.get(record.form)
    if form is None or not owes(examined, record):
        return []
    return [item for item in form.fields if item.required and not item.prefilled and item.in_blank]


def owes(examined: Examined, record: Record) -> bool:
    """Whether the unit must answer a record: its own leaf, a material, a project; not a second copy."""
    if id(record) in examined.duplicates:
        return False
    if record.form == "annex2":
        return examined.leads(record)
    if record.form == "annex3":
        provider = next((m.provider for m in examined.campaign.materials if m.key == record.key), "")
        return provider in ("", examined.unit_id) or not is_unanswered(examined, record)
    return record.known


def is_unanswered(examined: Examined, record: Record) -> bool:
    """Whether a record has nothing but what the blank came with."""
    form = examined.campaign.form_by_key.get(record.form)
    prefilled = {item.key for item in form.fields if item.prefilled} if form else set()
    return not any(name not in prefilled for name in record.answers)


def row_unanswered(examined: Examined, record: Record) -> Iterator[Finding]:
    """C102: tell a row of the unit's own of which nothing at all was answered."""
    fields = required_fields(examined, record)
    if fields and is_unanswered(examined, record):
        yield examined.fault("C102", record, raw=record.key)


def required_missing(examined: Examined, record: Record) -> Iterator[Finding]:
    """C101: tell every required field that is empty; 无 counts as an answer where it can be one."""
    if is_unanswered(examined, record):
        return
    for item in required_fields(examined, record):
        answer = record.answers.get(item.key)
        blank = answer.blank if answer else Blank.EMPTY
        if examined.mentioned(record, item.key) or blank not in (Blank.EMPTY, Blank.NONE, Blank.SAME):
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


def required_pending(examined: Examined, record: Record) -> Iterator[Finding]:
    """C103: tell a required field answered 待定."""
    yield from _blank_fault(examined, record, Blank.PENDING, "C103")


def required_elsewhere(examined: Examined, record: Record) -> Iterator[Finding]:
    """C104: tell a required field answered 详见附件."""
    yield from _blank_fault(examined, record, Blank.ELSEWHERE, "C104")


def _blank_fault(examined: Examined, record: Record, blank: Blank, code: str) -> Iterator[Finding]:
    for item in required_fields(examined, record):
        answer = record.answers.get(item.key)
        if answer is not None and answer.blank is blank and not examined.mentioned(record, item.key):
            yield examined.fault(code, record, item.key, heading=examined.heading(item.key))


def not_applicable_answer(examined: Examined, record: Record) -> Iterator[Finding]:
    """C107: tell a required field of a material or project answered 不涉及."""
    if record.form == "annex2":
        return
    for item in required_fields(examined, record):
        answer = record.answers.get(item.key)
        if answer is None or answer.blank is not Blank.NOT_APPLICABLE or examined.mentioned(record, item.key):
            continue
        if item.key not in words()["required"]["none_is_an_answer"]:
            yield examined.fault("C107", record, item.key, heading=examined.heading(item.key))


def binding_not_applicable(examined: Examined, record: Record) -> Iterator[Finding]:
    """C105: doubt a binding indicator declared not applicable."""
    leaf = examined.indicator(record)
    if leaf is None or not examined.leads(record) or leaf.attribute not in words()["attributes"]["binding"]:
        return
    name = _not_applicable_field(examined, record)
    if name:
        yield examined.fault("C105", record, name)


def not_applicable_without_reason(examined: Examined, record: Record) -> Iterator[Finding]:
    """C106: doubt a reference indicator declared not applicable without a reason in the remarks."""
    leaf = examined.indicator(record)
    if leaf is None or not examined.leads(record) or leaf.attribute in words()["attributes"]["binding"]:
        return
    name = _not_applicable_field(examined, record)
    if name and not is_meaningful(record.raw("remarks")) and not is_meaningful(record.raw("gap_plan")):
        yield examined.fault("C106", record, name)


def _not_applicable_field(examined: Examined, record: Record) -> str:
    years = [f"{ACTUAL}{year}" for year in reversed(examined.campaign.years)]
    for name in years:
        answer = record.answers.get(name)
        if answer is not None and answer.blank is Blank.NOT_APPLICABLE:
            return name
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
