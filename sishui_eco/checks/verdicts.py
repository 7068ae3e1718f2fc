"""Whether an indicator is met: the target's clauses, the county's rule, and what the unit says of itself.

Source: the county rule (domain facts, section 1): binding indicators must be met; reference indicators
must be met or improve year by year.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import msgspec

from sishui_eco.checks.actuals import ACTUAL, Actuals, read_actuals
from sishui_eco.checks.explanations import is_settled
from sishui_eco.checks.facts import Facts
from sishui_eco.checks.judging import judge
from sishui_eco.checks.ruling import NOT_MET, Case, Ruling, basis, shown
from sishui_eco.checks.saying import self_verdict
from sishui_eco.checks.stating import Words
from sishui_eco.checks.targets import Target, TargetKind, parse_target
from sishui_eco.checks.texts import targets
from sishui_eco.checks.trends import values_said
from sishui_eco.model.finding import Severity
from sishui_eco.model.outcome import Judgement, Verdict
from sishui_eco.model.submission import Blank, Record, Submission
from sishui_eco.spec.campaign import Campaign, Indicator

FORM = "annex2"
_NOT_APPLICABLE, _DOUBT = Blank.NOT_APPLICABLE, Severity.DOUBT


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


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """One leaf judged by what one record says, before any of it is put into words."""

    leaf: Indicator
    record: Record
    actuals: Actuals
    unit_id: str
    self_verdict: str
    ruling: Ruling

    @property
    def agreement(self) -> str:
        return agreement(self.self_verdict, self.ruling.judgement)

    def verdict(self) -> Verdict:
        """Return the judgement with the words for what it rests on."""
        leaf, year = self.leaf, self.actuals.year
        answer = self.record.answers.get(f"{ACTUAL}{year}")
        return Verdict(
            unit_id=self.unit_id,
            record=self.record.key,
            indicator=leaf.name,
            sub_indicator=leaf.sub_name,
            attribute=leaf.attribute,
            target=leaf.target,
            actual=self.actuals.text,
            year=str(year) if answer else "",
            self_verdict=self.self_verdict,
            judgement=self.ruling.judgement,
            basis=self.ruling.said(),
            agreement=self.agreement,
            place=answer.place if answer else self.record.place,
        )


def judge_submission(submission: Submission, campaign: Campaign) -> tuple[Verdict, ...]:
    """Return the verdicts of an annex 2 submission on the leaves its unit leads, in catalogue order."""
    return tuple(item.verdict() for item in judged_leaves(submission, campaign))


def judged_leaves(
    submission: Submission, campaign: Campaign, known: Mapping[int, Facts] | None = None
) -> tuple[Judged, ...]:
    """Return the leaves that a unit leads and an annex 2 submission reports, judged, in catalogue order.

    The first record of a leaf counts; later ones with the same key are duplicates and told as such.
    `known` are facts of records that were worked out already, by identity.
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
        facts = known[id(record)] if known is not None and key not in doubts else None
        if facts is not None and facts.leaf is leaf:
            actuals, said = facts.actuals, facts.self_verdict
        else:
            actuals = read_actuals(record, leaf.measure, campaign, doubts.get(key, frozenset()))
            said = self_verdict(record)
        found.append(_judged(leaf, record, actuals, campaign, unit_id, said))
    return tuple(found)


def doubtful_fields(submission: Submission) -> dict[str, frozenset[str]]:
    """Return, by record, the fields whose value the reading stage doubts and the unit has not explained."""
    found: dict[str, frozenset[str]] = {}
    for item in submission.findings:
        if item.code[0] == "N" and item.severity is _DOUBT and not is_settled(item, submission.explanations):
            found[item.record] = found.get(item.record, frozenset()) | {item.field}
    return found


def judge_indicator(
    indicator: Indicator, record: Record, campaign: Campaign, doubtful: frozenset[str] = frozenset()
) -> Verdict:
    """Return the verdict on one leaf of the catalogue; the target is the catalogue's, never the one typed.

    A value in doubt (0.973 in a column of percentages) decides nothing.
    """
    actuals = read_actuals(record, indicator.measure, campaign, doubtful)
    return _judged(indicator, record, actuals, campaign, indicator.lead, self_verdict(record)).verdict()


def _judged(leaf: Indicator, record: Record, actuals: Actuals, campaign: Campaign, unit_id: str, said: str) -> Judged:
    ruling = _ruling(Case(indicator=leaf, actuals=actuals, campaign=campaign))
    return Judged(leaf=leaf, record=record, actuals=actuals, unit_id=unit_id, self_verdict=said, ruling=ruling)


def _ruling(case: Case) -> Ruling:
    actuals = case.actuals
    blank = actuals.blanks.get(actuals.year)
    if blank is _NOT_APPLICABLE:
        return Ruling(judgement=Judgement.MANUAL, said=lambda: _not_applicable_said(actuals.year))
    ruling = judge(indicator_target(case.indicator), case)
    if ruling.judgement is NOT_MET and case.indicator.attribute in targets()["attributes"]["reference"]:
        return _improving(case, ruling)
    return ruling


def _not_applicable_said(year: int) -> str:
    return basis("answered_not_applicable", year=year, value=targets()["self_verdict"]["not_applicable"][0])


def _improving(case: Case, ruling: Ruling) -> Ruling:
    """A reference indicator below its target is met when every year is better than the one before."""
    actuals, direction = case.actuals, {"+": 1, "-": -1}.get(case.indicator.polarity, 0)
    if not direction or actuals.number is None or len(actuals.years) < 2:
        return ruling
    missing = [str(year) for year in actuals.years if year not in actuals.numbers]
    if missing:
        falls = any(b <= a for a, b in pairwise(direction * v for _, v in sorted(actuals.numbers.items())))
        note = partial(basis, "reference_missing", years=basis("trend_joint").join(missing))
        return ruling if falls else Ruling(judgement=Judgement.MANUAL, said=partial(_joined, ruling.said, note))
    values = [direction * actuals.numbers[year] for year in actuals.years]
    rising = all(after > before for before, after in pairwise(values))
    key, judgement = ("reference_rising", Judgement.MET) if rising else ("reference_flat", Judgement.NOT_MET)
    note = partial(_improving_said, key, case)
    return Ruling(judgement=judgement, said=partial(_joined, ruling.said, note))


def _improving_said(key: str, case: Case) -> str:
    return basis(key, values=values_said(case, case.actuals.years))


def _joined(first: Words, second: Words) -> str:
    return basis("joint").join((first(), second()))


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
