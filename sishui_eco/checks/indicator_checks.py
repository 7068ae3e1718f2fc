"""C2xx: annex 2, one indicator. What was prefilled, what the unit says of itself, what it will do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sishui_eco.checks.examined import Examined
from sishui_eco.checks.saying import filled, said
from sishui_eco.checks.situations import FAILS, RETYPED, SAYS_UNMET, UNCLEAR, UNDATED, UNKNOWN, WORDED, only
from sishui_eco.checks.targets import TargetKind, parse_target
from sishui_eco.checks.texts import bare, is_meaningful, measure_key, plain, words
from sishui_eco.checks.verdicts import indicator_target, verdict_shown
from sishui_eco.model.finding import Finding
from sishui_eco.model.outcome import Judgement
from sishui_eco.model.submission import Blank, Record


@only(UNKNOWN)
def indicator_unknown(examined: Examined, record: Record) -> Iterator[Finding]:
    """C201: tell a row whose indicator is not in the catalogue, unless a near name was already suggested."""
    if not record.known and record.key not in examined.told_records:
        yield examined.fault("C201", record, "indicator", raw=record.key)


@only(RETYPED)
def target_altered(examined: Examined, record: Record) -> Iterator[Finding]:
    """C202: tell a target that no longer means what the catalogue asks; ≥20 and 不低于20 mean the same."""
    leaf, answer = examined.indicator(record), filled(record, "target")
    text = said(answer) if answer else ""
    if leaf is None or answer is None or text == leaf.target or plain(text) == plain(leaf.target):
        return
    typed = parse_target(text, polarity=leaf.polarity, measure=leaf.measure)
    if typed.signature() != indicator_target(leaf).signature() and not examined.mentioned(record, "target"):
        yield examined.fault("C202", record, "target", expected=leaf.target)


@only(RETYPED)
def measure_altered(examined: Examined, record: Record) -> Iterator[Finding]:
    """C203: tell a unit of measurement that differs from the catalogue's."""
    leaf, answer = examined.indicator(record), filled(record, "measure")
    if leaf is None or answer is None or examined.silent(record, "measure"):
        return
    text = said(answer)
    if text != leaf.measure and measure_key(text) != measure_key(leaf.measure):
        yield examined.fault("C203", record, "measure", expected=leaf.measure)


@only(RETYPED)
def attribute_altered(examined: Examined, record: Record) -> Iterator[Finding]:
    """C204: tell an attribute (约束性, 参考性) that differs from the catalogue's."""
    leaf, answer = examined.indicator(record), filled(record, "attribute")
    if leaf is None or answer is None or examined.silent(record, "attribute"):
        return
    text = answer.value or answer.raw
    if text != leaf.attribute and bare(text) != bare(leaf.attribute):
        yield examined.fault("C204", record, "attribute", expected=leaf.attribute)


@only(RETYPED)
def lead_altered(examined: Examined, record: Record) -> Iterator[Finding]:
    """C205: doubt a lead unit that differs from the catalogue's; two leads are C206's business."""
    leaf, leads = examined.indicator(record), _units(record, "lead_unit")
    if leaf is None or len(leads) != 1 or leads[0] == leaf.lead:
        return
    yield examined.fault("C205", record, "lead_unit", expected=examined.campaign.unit_name(leaf.lead))


@only(RETYPED)
def two_leads(examined: Examined, record: Record) -> Iterator[Finding]:
    """C206: tell an indicator with more than one lead unit."""
    leaf = examined.indicator(record)
    if leaf is not None and len(_units(record, "lead_unit")) > 1:
        yield examined.fault("C206", record, "lead_unit", expected=examined.campaign.unit_name(leaf.lead))


@only(RETYPED)
def lead_supports_itself(examined: Examined, record: Record) -> Iterator[Finding]:
    """C207: tell a unit that both leads and supports the same indicator."""
    both = set(_units(record, "lead_unit")) & set(_units(record, "support_units"))
    if both:
        names = words()["joint"].join(sorted(examined.campaign.unit_name(item) for item in both))
        yield examined.fault("C207", record, "support_units", units=names)


def _units(record: Record, name: str) -> list[str]:
    value = record.value(name)
    return [part for part in value.split(";") if part] if value else []


@only(UNCLEAR)
def self_verdict_unparseable(examined: Examined, record: Record) -> Iterator[Finding]:
    """C212: tell a self-judgement that says neither met nor not met (基本达标)."""
    answer = filled(record, "self_verdict")
    if answer is None or not examined.facts(record).owes or examined.mentioned(record, "self_verdict"):
        return
    if (
        not examined.facts(record).self_verdict
        and bare(answer.value or answer.raw) not in words()["self_verdict"]["not_applicable"]
    ):
        yield examined.fault("C212", record, "self_verdict")


@only(WORDED)
def actual_copied_from_target(examined: Examined, record: Record) -> Iterator[Finding]:
    """C221: doubt a present value that repeats the target's words; states such as 建立 may be repeated."""
    leaf = examined.indicator(record)
    if leaf is None or indicator_target(leaf).kind in _REPEATABLE:
        return
    actuals, target = examined.facts(record).actuals, plain(leaf.target)
    repeating = {text for text in set(actuals.texts.values()) if plain(text) == target}
    for year, text in actuals.texts.items() if repeating else ():
        name = f"actual.{year}"
        if text in repeating and year not in actuals.blanks and not examined.mentioned(record, name):
            yield examined.fault("C221", record, name)


_REPEATABLE = frozenset(
    {
        TargetKind.STATE,
        TargetKind.NONE_OR_SLIGHT,
        TargetKind.THREE_NOTS,
        TargetKind.FULL,
        TargetKind.BARE,
        TargetKind.ORDERED_CLASS,
    }
)


@only(FAILS)
def claims_met_but_is_not(examined: Examined, record: Record) -> Iterator[Finding]:
    """C231: tell a unit that says met where its own numbers say not met, with the basis.

    Source: domain facts, section 3.3 and rule B5.
    """
    judged = examined.judged.get(record.key)
    if judged and examined.facts(record).owes and judged.agreement == "claims_met":
        verdict = judged.verdict()
        places = [verdict.place] if verdict.place else []
        yield examined.fault("C231", record, "self_verdict", *places, value=verdict_shown(verdict), basis=verdict.basis)


@only(SAYS_UNMET)
def claims_not_met_but_is(examined: Examined, record: Record) -> Iterator[Finding]:
    """C232: note a unit that says not met where its numbers meet the target."""
    judged = examined.judged.get(record.key)
    if judged and examined.facts(record).owes and judged.agreement == "claims_not_met":
        yield examined.fault("C232", record, "self_verdict", basis=judged.ruling.said())


@only(FAILS)
def binding_not_met(examined: Examined, record: Record) -> Iterator[Finding]:
    """C233: note for the clerk a binding indicator honestly reported as not met."""
    yield from _honestly_not_met(examined, record, binding=True, code="C233")


@only(FAILS)
def reference_not_met(examined: Examined, record: Record) -> Iterator[Finding]:
    """C234: note for the clerk a reference indicator neither met nor improving year by year."""
    yield from _honestly_not_met(examined, record, binding=False, code="C234")


def _honestly_not_met(examined: Examined, record: Record, *, binding: bool, code: str) -> Iterator[Finding]:
    judged = examined.judged.get(record.key)
    if judged is None or not examined.facts(record).owes or judged.ruling.judgement is not Judgement.NOT_MET:
        return
    if judged.self_verdict != "met" and (judged.leaf.attribute in words()["attributes"]["binding"]) == binding:
        verdict = judged.verdict()
        yield examined.fault(code, record, f"actual.{verdict.year}", basis=verdict.basis)


@only(SAYS_UNMET)
def unmet_without_plan(examined: Examined, record: Record) -> Iterator[Finding]:
    """C241: doubt an indicator reported as not met without measures."""
    answer = record.answers.get("gap_plan")
    if _says_not_met(examined, record) and (answer is None or answer.blank is not Blank.FILLED):
        yield examined.fault("C241", record, "gap_plan")


@only(SAYS_UNMET)
def unmet_without_due(examined: Examined, record: Record) -> Iterator[Finding]:
    """C242: doubt an indicator reported as not met without a date by which it will be."""
    answer = record.answers.get("due")
    if not _says_not_met(examined, record) or examined.mentioned(record, "due"):
        return
    if answer is None or answer.blank is not Blank.FILLED:
        yield examined.fault("C242", record, "due")


@only(SAYS_UNMET)
def plan_is_perfunctory(examined: Examined, record: Record) -> Iterator[Finding]:
    """C245: doubt measures too short to be any."""
    answer = filled(record, "gap_plan")
    if _says_not_met(examined, record) and answer and not is_meaningful(said(answer)):
        yield examined.fault("C245", record, "gap_plan")


@only(UNDATED)
def due_unreadable(examined: Examined, record: Record) -> Iterator[Finding]:
    """C243: tell a date of completion that is no date, unless the reading stage already did."""
    answer = filled(record, "due")
    if answer and examined.facts(record).owes and not answer.value and not examined.mentioned(record, "due"):
        yield examined.fault("C243", record, "due")


@only(SAYS_UNMET)
def due_past(examined: Examined, record: Record) -> Iterator[Finding]:
    """C244: doubt a date of completion that had passed on the day the form came."""
    if not _says_not_met(examined, record) or examined.silent(record, "due"):
        return
    due, received = as_date(record.value("due"), last=True), examined.submission.arrival.received.date()
    if due is not None and due < received:
        yield examined.fault("C244", record, "due", received=received.isoformat())


def as_date(text: str, *, last: bool) -> date | None:
    """Return the date of an ISO text that may lack day or month: its last day, or its first."""
    parts = text.partition("/")[2 if last and "/" in text else 0].split("-")
    try:
        numbers = [int(part) for part in parts]
        if len(numbers) == 3:
            return date(*numbers)
        year, month = numbers[0], numbers[1] if len(numbers) > 1 else (12 if last else 1)
        if not last:
            return date(year, month, 1)
        following = date(year + month // 12, month % 12 + 1, 1)
        return date.fromordinal(following.toordinal() - 1)
    except (ValueError, OverflowError):
        return None


def _says_not_met(examined: Examined, record: Record) -> bool:
    return examined.facts(record).says_not_met


CHECKS = (
    indicator_unknown,
    target_altered,
    measure_altered,
    attribute_altered,
    lead_altered,
    two_leads,
    lead_supports_itself,
    self_verdict_unparseable,
    actual_copied_from_target,
    claims_met_but_is_not,
    claims_not_met_but_is,
    binding_not_met,
    reference_not_met,
    unmet_without_plan,
    unmet_without_due,
    plan_is_perfunctory,
    due_unreadable,
    due_past,
)
