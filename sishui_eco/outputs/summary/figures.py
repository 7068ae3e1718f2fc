"""The counts that leaders read, worked out once for the workbook, the public copy and the board."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

import msgspec

from sishui_eco.model.outcome import Judgement, MergedRow, Outcome, Snapshot, Standing, StandingState, Verdict
from sishui_eco.spec.campaign import Campaign, Indicator
from sishui_eco.zh import word

DONE = frozenset({StandingState.ACCEPTED, StandingState.NIL})
INDICATOR_FORM, MATERIAL_FORM, PROJECT_FORM = "annex2", "annex3", "annex4"
MISSING = "missing"  # beside the three judgements: nobody reported it


class FormCount(msgspec.Struct, frozen=True, kw_only=True):
    """How the units stand with one form; `overdue` counts those past the deadline and not done."""

    form: str
    label: str
    owed: int
    accepted: int
    nil: int
    to_mend: int
    awaiting_seal: int
    missing: int
    overdue: int

    @property
    def returned(self) -> int:
        return self.owed - self.missing


class AttributeCount(msgspec.Struct, frozen=True, kw_only=True):
    """Indicators (not leaves) of one attribute by their standing."""

    attribute: str
    met: int
    not_met: int
    manual: int
    missing: int

    @property
    def total(self) -> int:
        return self.met + self.not_met + self.manual + self.missing


class ClassCount(msgspec.Struct, frozen=True, kw_only=True):
    """Projects of one class and what they cost, in 万元."""

    name: str
    projects: int
    investment: Decimal


class IndicatorState(msgspec.Struct, frozen=True, kw_only=True):
    """One indicator with the worst standing of its leaves: not met, then missing, then manual, then met."""

    name: str
    attribute: str
    state: str
    lead: str


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the overview shows in numbers."""

    units: int
    units_complete: int
    units_some: int
    late_units: tuple[str, ...]  # unit_ids with something overdue
    silent_units: tuple[str, ...]  # unit_ids overdue that returned nothing at all
    forms: tuple[FormCount, ...]
    attributes: tuple[AttributeCount, ...]
    indicators: tuple[IndicatorState, ...]
    classes: tuple[ClassCount, ...]  # the campaign's classes in order
    unclassified: ClassCount
    previous: Snapshot | None
    current: Snapshot

    @property
    def owed(self) -> int:
        return sum(item.owed for item in self.forms)

    @property
    def returned(self) -> int:
        return sum(item.returned for item in self.forms)

    @property
    def accepted(self) -> int:
        return sum(item.accepted + item.nil for item in self.forms)

    def of_state(self, state: str) -> int:
        return sum(1 for item in self.indicators if item.state == state)


def figures_of(outcome: Outcome, campaign: Campaign) -> Figures:
    """Return the counts of an outcome."""
    by_unit = standings_by_unit(outcome)
    late = tuple(unit for unit, items in by_unit.items() if any(overdue(item) for item in items))
    states = indicator_states(outcome, campaign)
    classes, unclassified = class_counts(outcome, campaign)
    return Figures(
        units=len(by_unit),
        units_complete=sum(1 for items in by_unit.values() if all(item.state in DONE for item in items)),
        units_some=sum(1 for items in by_unit.values() if any(_came(item) for item in items)),
        late_units=_in_roster_order(late, campaign),
        silent_units=_in_roster_order(
            [unit for unit in late if not any(_came(item) for item in by_unit[unit])], campaign
        ),
        forms=tuple(_form_count(outcome, form.key, form.label) for form in campaign.forms),
        attributes=_attribute_counts(states),
        indicators=states,
        classes=classes,
        unclassified=unclassified,
        previous=outcome.previous,
        current=_snapshot(outcome, (*classes, unclassified)),
    )


def snapshot_of(outcome: Outcome, campaign: Campaign) -> Snapshot:
    """Return the figures that the ledger keeps for the next run's comparison; met and not met count leaves."""
    classes, unclassified = class_counts(outcome, campaign)
    return _snapshot(outcome, (*classes, unclassified))


def _snapshot(outcome: Outcome, every: Sequence[ClassCount]) -> Snapshot:
    judged = [item.judgement for item in outcome.verdicts]
    return Snapshot(
        as_of=outcome.as_of.date(),
        accepted=sum(1 for item in outcome.standings if item.state in DONE),
        returned_units=len({item.unit_id for item in outcome.standings if _came(item)}),
        met=judged.count(Judgement.MET),
        not_met=judged.count(Judgement.NOT_MET),
        projects=sum(item.projects for item in every),
        investment=sum((item.investment for item in every), Decimal(0)),
    )


def standings_by_unit(outcome: Outcome) -> dict[str, list[Standing]]:
    by_unit: dict[str, list[Standing]] = {}
    for item in outcome.standings:
        by_unit.setdefault(item.unit_id, []).append(item)
    return by_unit


def overdue(item: Standing) -> bool:
    return item.days_overdue > 0 and item.state not in DONE


def _came(item: Standing) -> bool:
    return item.state is not StandingState.MISSING


def _in_roster_order(units: Sequence[str], campaign: Campaign) -> tuple[str, ...]:
    position = {unit.unit_id: number for number, unit in enumerate(campaign.units)}
    return tuple(sorted(units, key=lambda unit: (position.get(unit, len(position)), unit)))


def _form_count(outcome: Outcome, form: str, label: str) -> FormCount:
    items = [item for item in outcome.standings if item.form == form]
    counts = {state: sum(1 for item in items if item.state is state) for state in StandingState}
    return FormCount(
        form=form,
        label=label,
        owed=len(items),
        accepted=counts[StandingState.ACCEPTED],
        nil=counts[StandingState.NIL],
        to_mend=counts[StandingState.TO_MEND],
        awaiting_seal=counts[StandingState.AWAITING_SEAL],
        missing=counts[StandingState.MISSING],
        overdue=sum(1 for item in items if overdue(item)),
    )


def lead_verdicts(outcome: Outcome, campaign: Campaign) -> dict[str, Verdict]:
    """Return the verdict of each leaf's lead unit by record key; others' words do not count here."""
    leads = {leaf.key: leaf.lead for leaf in campaign.indicators}
    return {item.record: item for item in outcome.verdicts if leads.get(item.record) == item.unit_id}


def indicator_states(outcome: Outcome, campaign: Campaign) -> tuple[IndicatorState, ...]:
    """Return every indicator of the catalogue, in its order, with its standing."""
    verdicts = lead_verdicts(outcome, campaign)
    leaves: dict[str, list[Indicator]] = {}
    for leaf in campaign.indicators:
        leaves.setdefault(leaf.name, []).append(leaf)
    states = []
    for name, members in leaves.items():
        found = [str(verdicts[leaf.key].judgement) if leaf.key in verdicts else MISSING for leaf in members]
        worst = next(state for state in (Judgement.NOT_MET, MISSING, Judgement.MANUAL, Judgement.MET) if state in found)
        leads = list(dict.fromkeys(leaf.lead for leaf in members))
        states.append(
            IndicatorState(
                name=name,
                attribute=members[0].attribute,
                state=str(worst),
                lead=word("punctuation.list", "summary").join(campaign.unit_name(lead) for lead in leads),
            )
        )
    return tuple(states)


def _attribute_counts(states: Sequence[IndicatorState]) -> tuple[AttributeCount, ...]:
    counts = []
    for attribute in dict.fromkeys(item.attribute for item in states):
        own = [item.state for item in states if item.attribute == attribute]
        counts.append(
            AttributeCount(
                attribute=attribute or word("attributes.other", "summary"),
                met=own.count(Judgement.MET),
                not_met=own.count(Judgement.NOT_MET),
                manual=own.count(Judgement.MANUAL),
                missing=own.count(MISSING),
            )
        )
    return tuple(counts)


def investment_of(row: MergedRow) -> Decimal:
    """Return a project's investment in 万元, 0 when none could be read."""
    answer = row.record.answers.get("investment")
    amount = answer.amount if answer else None
    return amount if amount is not None and amount.is_finite() else Decimal(0)


def class_counts(outcome: Outcome, campaign: Campaign) -> tuple[tuple[ClassCount, ...], ClassCount]:
    """Return the classes of the campaign in order, and what belongs to none of them."""
    known = {name: name for name in campaign.categories}
    projects = dict.fromkeys((*known, ""), 0)
    invested = dict.fromkeys(projects, Decimal(0))
    for row in outcome.merged.get(PROJECT_FORM, ()):
        name = known.get(row.record.value("category"), "")
        projects[name] += 1
        invested[name] += investment_of(row)
    other = word("headings.unclassified", "summary")
    every = [ClassCount(name=name or other, projects=projects[name], investment=invested[name]) for name in projects]
    return tuple(every[:-1]), every[-1]


def percentage(part: Decimal | int, whole: Decimal | int) -> Decimal:
    """Return part of whole in percent with one decimal, rounded as Excel does; 0 of nothing."""
    if not whole:
        return Decimal("0.0")
    return (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.1"), ROUND_HALF_UP)


def money_words(amount: Decimal) -> str:
    """Return an amount of 万元 as a sentence says it: 12.35亿元 from one 亿 on, else whole 万元."""
    if abs(amount) >= 10_000:
        shown = (amount / 10_000).quantize(Decimal("0.01"), ROUND_HALF_UP)
        return word("overview.hundred_million", "summary", amount=f"{shown:,f}")
    return word("overview.ten_thousand", "summary", amount=f"{amount.quantize(Decimal(1), ROUND_HALF_UP):,f}")


def deadline_words(campaign: Campaign) -> str:
    """Return the deadline as officials write it, marked when it is provisional."""
    shown = moment_words(campaign.deadline)
    marked = word("provisional.deadline", "summary") in campaign.provisional
    return shown + (word("line.provisional", "summary") if marked else "")


def moment_words(value: datetime) -> str:
    """Return a moment as officials write it: 2023年7月31日17时30分."""
    parts = {"year": value.year, "month": value.month, "day": value.day, "hour": value.hour, "minute": value.minute}
    return word("line.moment", "summary", **parts)
