"""Whether an indicator is met: the target's clauses, the county's rule, and what the unit says of itself.

Source: the county rule (domain facts, section 1): binding indicators must be met; reference indicators
must be met or improve year by year.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from sishui_eco.checks.actuals import ACTUAL, Actuals, read_actuals
from sishui_eco.checks.explanations import is_settled
from sishui_eco.checks.judging import Case, Ruling, basis, judge, shown, values_said
from sishui_eco.checks.saying import self_verdict
from sishui_eco.checks.targets import Target, TargetKind, parse_target
from sishui_eco.checks.texts import targets
from sishui_eco.model.finding import Severity
from sishui_eco.model.outcome import Judgement, Verdict
from sishui_eco.model.submission import Blank, Record, Submission
from sishui_eco.spec.campaign import Campaign, Indicator

FORM = "annex2"


def indicator_target(indicator: Indicator) -> Target:
    """Return the parsed target of a catalogue leaf."""
    return parse_target(indicator.target, polarity=indicator.polarity, measure=indicator.measure)


def unparsed_targets(campaign: Campaign) -> tuple[tuple[Indicator, str], ...]:
    """Return the leaves whose target (or a clause of it) cannot be parsed, with the reason."""
    return tuple((leaf, reason) for leaf in campaign.indicators if (reason := _reason(indicator_target(leaf))))


def _reason(target: Target) -> str:
    if target.kind is TargetKind.MANUAL:
        return target.reason
    return next((reason for part in target.parts if (reason := _reason(part))), "")


def judge_submission(
    submission: Submission, campaign: Campaign, read: Mapping[int, Actuals] | None = None
) -> tuple[Verdict, ...]:
    """Return the verdicts of an annex 2 submission on the leaves its unit leads, in catalogue order.

    The first record of a leaf counts; later ones with the same key are duplicates and told as such.
    `read` are the values of records that were read already, by identity.
    """
    if submission.form != FORM:
        return ()
    records: dict[str, Record] = {}
    for record in submission.records:
        records.setdefault(record.key, record)
    doubts, unit_id = doubtful_fields(submission), submission.unit_id
    found = []
    for key, leaf in campaign.indicator_by_key.items():
        if key not in records or unit_id not in ("", leaf.lead):
            continue
        record = records[key]
        actuals = read.get(id(record)) if read and key not in doubts else None
        if actuals is None:
            actuals = read_actuals(record, leaf.measure, campaign, doubts.get(key, frozenset()))
        found.append(_verdict(leaf, record, actuals, campaign, unit_id))
    return tuple(found)


def doubtful_fields(submission: Submission) -> dict[str, frozenset[str]]:
    """Return, by record, the fields whose value the reading stage doubts and the unit has not explained."""
    found: dict[str, frozenset[str]] = {}
    for item in submission.findings:
        if item.code[0] == "N" and item.severity is Severity.DOUBT and not is_settled(item, submission.explanations):
            found[item.record] = found.get(item.record, frozenset()) | {item.field}
    return found


def judge_indicator(
    indicator: Indicator, record: Record, campaign: Campaign, doubtful: frozenset[str] = frozenset()
) -> Verdict:
    """Return the verdict on one leaf of the catalogue; the target is the catalogue's, never the one typed.

    A value in doubt (0.973 in a column of percentages) decides nothing.
    """
    actuals = read_actuals(record, indicator.measure, campaign, doubtful)
    return _verdict(indicator, record, actuals, campaign, indicator.lead)


def _verdict(indicator: Indicator, record: Record, actuals: Actuals, campaign: Campaign, unit_id: str) -> Verdict:
    case = Case(indicator=indicator, actuals=actuals, campaign=campaign)
    ruling = _ruling(case)
    said = self_verdict(record)
    answer = record.answers.get(f"{ACTUAL}{actuals.year}")
    return Verdict(
        unit_id=unit_id,
        record=record.key,
        indicator=indicator.name,
        sub_indicator=indicator.sub_name,
        attribute=indicator.attribute,
        target=indicator.target,
        actual=actuals.text,
        year=str(actuals.year) if answer else "",
        self_verdict=said,
        judgement=ruling.judgement,
        basis=ruling.said,
        agreement=agreement(said, ruling.judgement),
        place=answer.place if answer else record.place,
    )


def _ruling(case: Case) -> Ruling:
    actuals = case.actuals
    blank = actuals.blanks.get(actuals.year)
    if blank is Blank.NOT_APPLICABLE:
        said = basis("answered_not_applicable", year=actuals.year, value=_not_applicable_word())
        return Ruling(judgement=Judgement.MANUAL, said=said)
    ruling = judge(indicator_target(case.indicator), case)
    if ruling.judgement is Judgement.NOT_MET and case.indicator.attribute in targets()["attributes"]["reference"]:
        return _improving(case, ruling)
    return ruling


def _not_applicable_word() -> str:
    return str(targets()["self_verdict"]["not_applicable"][0])


def _improving(case: Case, ruling: Ruling) -> Ruling:
    """A reference indicator below its target is met when every year is better than the one before."""
    actuals, direction = case.actuals, {"+": 1, "-": -1}.get(case.indicator.polarity, 0)
    if not direction or actuals.number is None or len(actuals.years) < 2:
        return ruling
    missing = [str(year) for year in actuals.years if year not in actuals.numbers]
    if missing:
        note = basis("reference_missing", years=basis("trend_joint").join(missing))
        falls = any(b <= a for a, b in pairwise(direction * v for _, v in sorted(actuals.numbers.items())))
        judgement = Judgement.NOT_MET if falls else Judgement.MANUAL
        return Ruling(judgement=judgement, said=basis("joint").join((ruling.said, note)) if not falls else ruling.said)
    values = [direction * actuals.numbers[year] for year in actuals.years]
    rising = all(after > before for before, after in pairwise(values))
    said = basis("reference_rising" if rising else "reference_flat", values=values_said(case, actuals.years))
    judgement = Judgement.MET if rising else Judgement.NOT_MET
    return Ruling(judgement=judgement, said=basis("joint").join((ruling.said, said)))


def agreement(said: str, judgement: Judgement) -> str:
    """Return how the unit's word stands to the numbers."""
    if not said or judgement is Judgement.MANUAL:
        return "cannot_tell"
    if said == judgement.value:
        return "agrees"
    return "claims_met" if said == "met" else "claims_not_met"


# --- the indicator as a whole, and the overall count -------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorVerdict:
    """One indicator with all its leaves: met only when every leaf is met; `missing` leaves nobody reported."""

    no: str
    indicator: str
    attribute: str
    judgement: Judgement | None  # None: nothing was reported at all
    leaves: tuple[Verdict, ...]
    missing: tuple[str, ...] = ()


def overall(verdicts: Iterable[Verdict], campaign: Campaign) -> tuple[IndicatorVerdict, ...]:
    """Return one verdict per indicator in catalogue order.

    A leaf not met decides; else a leaf undecided or not reported leaves the indicator undecided.
    """
    by_record = {verdict.record: verdict for verdict in verdicts}
    leaves: dict[str, list[Indicator]] = {}
    for leaf in campaign.indicators:
        leaves.setdefault(leaf.name, []).append(leaf)
    return tuple(_whole(items, by_record) for items in leaves.values())


def _whole(items: list[Indicator], by_record: dict[str, Verdict]) -> IndicatorVerdict:
    found = tuple(by_record[item.key] for item in items if item.key in by_record)
    missing = tuple(item.key for item in items if item.key not in by_record)
    judgements = {verdict.judgement for verdict in found}
    judgement: Judgement | None
    if Judgement.NOT_MET in judgements:
        judgement = Judgement.NOT_MET
    elif not found:
        judgement = None
    else:
        judgement = Judgement.MANUAL if missing or Judgement.MANUAL in judgements else Judgement.MET
    first = items[0]
    return IndicatorVerdict(
        no=first.no,
        indicator=first.name,
        attribute=first.attribute,
        judgement=judgement,
        leaves=found,
        missing=missing,
    )


def cross_table(whole: Iterable[IndicatorVerdict]) -> dict[str, dict[str, int]]:
    """Return attribute -> judgement (or "missing") -> number of indicators."""
    table: dict[str, dict[str, int]] = {}
    for item in whole:
        row = table.setdefault(item.attribute, {"met": 0, "not_met": 0, "manual": 0, "missing": 0})
        row[item.judgement.value if item.judgement else "missing"] += 1
    return table


def verdict_shown(verdict: Verdict) -> str:
    """Return the value judged as a sentence quotes it."""
    return shown(verdict.actual)


__all__ = [
    "Actuals",
    "IndicatorVerdict",
    "agreement",
    "cross_table",
    "indicator_target",
    "judge_indicator",
    "judge_submission",
    "overall",
    "self_verdict",
    "unparsed_targets",
]
