"""What leaders must decide, and whom the clerk must call: both ranked by plain rules."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

import msgspec

from sishui_eco.model.arrival import ArrivalVerdict
from sishui_eco.model.finding import Finding, Severity
from sishui_eco.model.outcome import Judgement, Outcome, Standing, StandingState
from sishui_eco.outputs.summary.book import listed, words
from sishui_eco.outputs.summary.coverage import lacking_materials
from sishui_eco.outputs.summary.figures import DONE, MISSING, Figures, IndicatorState, overdue, standings_by_unit
from sishui_eco.spec.campaign import Campaign

MATTERS = 5
Owners = Mapping[tuple[str, str], tuple[str, ...]]
NAMES = 4  # names spelled out in one matter


class Matter(msgspec.Struct, frozen=True, kw_only=True):
    """One matter for a decision: what, what is advised, who answers for it, on which sheet it is shown."""

    kind: str
    what: str
    advice: str
    who: str
    sheet: str


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One call of the clerk's worklist."""

    unit_id: str
    weight: int
    why: str
    say: str


def matters_of(
    outcome: Outcome, campaign: Campaign, figures: Figures, sheets: Collection[str] = ()
) -> tuple[Matter, ...]:
    """Return at most five matters, the gravest kind first; with `sheets` only those that one of these shows."""
    makers: tuple[Callable[[Outcome, Campaign, Figures], Matter | None], ...] = (
        _not_met_binding,
        _silent,
        _missing_binding,
        _claims,
        _joint,
        _not_met_reference,
        _manual,
        _refused,
        _gaps,
        _settings,
    )
    found = [matter for maker in makers if (matter := maker(outcome, campaign, figures)) is not None]
    return tuple([matter for matter in found if not sheets or matter.sheet in sheets][:MATTERS])


def _matter(kind: str, sheet: str, who: str, names: Sequence[str], **parameters: object) -> Matter | None:
    if not names:
        return None
    parameters = {"count": len(names), **parameters}
    return Matter(
        kind=kind,
        what=words(f"matters.{kind}", names=listed(names, NAMES), **parameters),
        advice=words(f"matters.{kind}_advice"),
        who=who,
        sheet=sheet,
    )


def _leads(items: Sequence[IndicatorState]) -> str:
    names = [name for item in items for name in item.lead.split(words("punctuation.list"))]
    return listed(list(dict.fromkeys(names)), 3)


def _of(figures: Figures, state: str, *, binding: bool) -> list[IndicatorState]:
    mark = words("attributes.binding")
    return [item for item in figures.indicators if item.state == state and (item.attribute == mark) == binding]


def _by_state(kind: str, state: str, figures: Figures, *, binding: bool) -> Matter | None:
    items = _of(figures, state, binding=binding)
    return _matter(kind, "annex2", _leads(items), [item.name for item in items])


def _not_met_binding(outcome: Outcome, campaign: Campaign, figures: Figures) -> Matter | None:
    return _by_state("not_met_binding", Judgement.NOT_MET, figures, binding=True)


def _not_met_reference(outcome: Outcome, campaign: Campaign, figures: Figures) -> Matter | None:
    return _by_state("not_met_reference", Judgement.NOT_MET, figures, binding=False)


def _missing_binding(outcome: Outcome, campaign: Campaign, figures: Figures) -> Matter | None:
    return _by_state("missing_binding", MISSING, figures, binding=True)


def _manual(outcome: Outcome, campaign: Campaign, figures: Figures) -> Matter | None:
    items = [item for item in figures.indicators if item.state == Judgement.MANUAL]
    return _matter("manual", "review", _leads(items), [item.name for item in items])


def _silent(outcome: Outcome, campaign: Campaign, figures: Figures) -> Matter | None:
    names = [campaign.unit_name(unit) for unit in figures.silent_units]
    days = max((item.days_overdue for item in outcome.standings if item.unit_id in figures.silent_units), default=0)
    return _matter("silent", "progress", listed(names, 3), names, days=days)


def _claims(outcome: Outcome, campaign: Campaign, figures: Figures) -> Matter | None:
    items = [item for item in outcome.verdicts if item.agreement == "claims_met"]
    units = list(dict.fromkeys(campaign.unit_name(item.unit_id) for item in items))
    return _matter("claims", "review", listed(units, 3), [item.record for item in items])


def _joint(outcome: Outcome, campaign: Campaign, figures: Figures) -> Matter | None:
    groups, owners = joint_findings(outcome), owners_of(outcome)
    names = [record or findings[0].message for (_, record), findings in groups.items()]
    units = list(dict.fromkeys(unit for findings in groups.values() for unit in units_of(findings, owners)))
    return _matter("joint", "joint", listed([campaign.unit_name(unit) for unit in units], 3), names)


def _refused(outcome: Outcome, campaign: Campaign, figures: Figures) -> Matter | None:
    lost = (ArrivalVerdict.REFUSED, ArrivalVerdict.UNRECOGNISED)
    names = [line.arrival.name for line in outcome.arrivals if line.verdict in lost]
    return _matter("refused", "arrivals", words("matters.office"), names)


def _gaps(outcome: Outcome, campaign: Campaign, figures: Figures) -> Matter | None:
    lacking = lacking_materials(outcome, campaign)
    by_unit: dict[str, int] = {}
    for item in lacking:
        by_unit[item.material.provider] = by_unit.get(item.material.provider, 0) + item.lacking
    ranked = sorted(by_unit, key=lambda unit: (-by_unit[unit], unit))
    names = [campaign.unit_name(unit) for unit in ranked]
    return _matter("gaps", "gaps", listed(names, 3), names, count=sum(by_unit.values()), units=len(by_unit))


def _settings(outcome: Outcome, campaign: Campaign, figures: Figures) -> Matter | None:
    return _matter("settings", "overview", words("matters.office"), campaign.provisional)


def joint_findings(outcome: Outcome) -> dict[tuple[str, str], list[Finding]]:
    """Return findings across units (letter P) that concern several units, by code and record; notes left out."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in outcome.findings:
        if finding.code.startswith("P") and finding.severity is not Severity.NOTE:
            groups.setdefault((finding.code, finding.record), []).append(finding)
    owners = owners_of(outcome)
    return {key: findings for key, findings in groups.items() if len(units_of(findings, owners)) > 1}


def owners_of(outcome: Outcome) -> Owners:
    """Return which units each file or member belongs to."""
    return {
        (line.arrival.file, line.arrival.member): tuple(unit for unit in line.unit_id.split(";") if unit)
        for line in outcome.arrivals
    }


def units_of(findings: Sequence[Finding], owners: Owners) -> list[str]:
    """Return the units a group of findings concerns: named, or owning a file it points at."""
    units = [finding.unit_id for finding in findings if finding.unit_id]
    for finding in findings:
        for place in finding.places:
            units += owners.get((place.file, place.member), ())
    return list(dict.fromkeys(units))


def calls_of(outcome: Outcome, campaign: Campaign) -> tuple[Call, ...]:
    """Return every unit that still owes something, the one to call first on top.

    Weight: each form not done counts 100, each working day overdue 10 (at most 300), each binding
    indicator the unit leads 5, each error to mend 1. Ties fall in roster order.
    """
    binding = words("attributes.binding")
    calls = []
    for unit_id, items in standings_by_unit(outcome).items():
        open_items = [item for item in items if item.state not in DONE]
        if not open_items:
            continue
        led = sum(1 for leaf in campaign.indicators_of(unit_id) if leaf.attribute == binding)
        days = max(item.days_overdue for item in open_items)
        weight = 100 * sum(2 if item.state is StandingState.MISSING else 1 for item in open_items)
        weight += min(10 * days, 300) + 5 * led + sum(item.errors for item in open_items)
        calls.append(
            Call(unit_id=unit_id, weight=weight, why=_why(open_items, campaign, led), say=_say(open_items, campaign))
        )
    position = {unit.unit_id: unit.order for unit in campaign.units}
    return tuple(sorted(calls, key=lambda call: (-call.weight, position.get(call.unit_id, len(position)))))


def _labels(items: Sequence[Standing], state: StandingState, campaign: Campaign) -> str:
    forms = [campaign.form_by_key[item.form].label for item in items if item.state is state]
    return words("punctuation.list").join(forms)


def _why(items: Sequence[Standing], campaign: Campaign, led: int) -> str:
    parts = []
    for state in (StandingState.MISSING, StandingState.TO_MEND, StandingState.AWAITING_SEAL):
        if forms := _labels(items, state, campaign):
            own = [item for item in items if item.state is state]
            errors, doubts = sum(item.errors for item in own), sum(item.doubts for item in own)
            parts.append(words(f"calls.{state}", forms=forms, errors=errors, doubts=doubts))
    late = max((item.days_overdue for item in items if overdue(item)), default=0)
    if late:
        parts.append(words("calls.overdue", days=late))
    if led:
        parts.append(words("calls.binding", count=led))
    return words("punctuation.comma").join(parts)


def _say(items: Sequence[Standing], campaign: Campaign) -> str:
    parts = []
    if forms := _labels(items, StandingState.MISSING, campaign):
        missing = [campaign.form_by_key[item.form] for item in items if item.state is StandingState.MISSING]
        nil = any(form.nil_allowed for form in missing)
        parts.append(words("calls.say_missing" if nil else "calls.say_missing_plain", forms=forms))
    if forms := _labels(items, StandingState.TO_MEND, campaign):
        parts.append(words("calls.say_mend", forms=forms))
    if forms := _labels(items, StandingState.AWAITING_SEAL, campaign):
        parts.append(words("calls.say_seal", forms=forms))
    return "".join(parts)
