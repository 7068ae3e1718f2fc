"""Which letter a unit gets follows from its standings, the deadline and the letters already sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sishui_eco.model.finding import Finding, Severity
from sishui_eco.model.outcome import ArrivalLine, Outcome, Standing, StandingState, Version
from sishui_eco.outputs.letters.rendering import Facts, title_of
from sishui_eco.outputs.letters.template_files import template_of
from sishui_eco.outputs.letters.wording import number_setting, say, subject_of
from sishui_eco.outputs.telling import forms_sent_back, told_to_unit, unread_arrivals
from sishui_eco.spec.campaign import Campaign

CHASING = ("chase", "urge", "correction", "nil_confirm")
Sent = Mapping[str, Sequence[tuple[str, date]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterPlan:
    """One letter to be written: to whom, of what kind, about what.

    `title` is the short word for file names (提醒函), `heading` the title of the letter. `missing`, `mend`
    and `seal` hold form keys; `nil` those of them that lack the signed nil statement; `check` forms in good
    standing that go back marked all the same. `due_again` is the day on which what is owed must be there.
    `unread` are files that came from a unit with forms missing and could not be read: (name, why, what to do).
    `timely` is False for a reminder before its day has come.
    """

    unit_id: str
    kind: str
    title: str
    heading: str
    missing: tuple[str, ...] = ()
    mend: tuple[str, ...] = ()
    seal: tuple[str, ...] = ()
    nil: tuple[str, ...] = ()
    check: tuple[str, ...] = ()
    unread: tuple[tuple[str, str, str], ...] = ()
    findings: tuple[Finding, ...] = ()
    days_overdue: int = 0
    days_left: int = 0
    sent_before: int = 0
    due_again: date
    timely: bool = True
    unit_ids: tuple[str, ...] = ()  # all addressees of a joint letter


def choose_letters(outcome: Outcome, campaign: Campaign, sent: Sent | None = None) -> tuple[LetterPlan, ...]:
    """Return one plan for each unit that owes anything, in roster order; a unit that owes nothing gets none.

    `sent` maps unit ids to (kind, day) of letters that went out; those of the same day do not count.
    """
    owing: dict[str, list[Standing]] = {}
    for standing in outcome.standings:
        if standing.owed:
            owing.setdefault(standing.unit_id, []).append(standing)
    order = {unit.unit_id: unit.order for unit in campaign.units}
    nil = nil_forms(outcome.versions)
    marked = forms_sent_back(outcome)
    found = sorted(owing.items(), key=lambda item: (order.get(item[0], len(order)), item[0]))
    plans = [
        _plan(
            unit_id, standings, nil, marked.get(unit_id, frozenset()), outcome, campaign, (sent or {}).get(unit_id, ())
        )
        for unit_id, standings in found
    ]
    unread = unread_arrivals(outcome)
    return tuple(
        replace(plan, unread=tuple(map(_unread, unread.get(plan.unit_id, ())))) if plan.missing else plan
        for plan in plans
    )


def _unread(line: ArrivalLine) -> tuple[str, str, str]:
    """Return the name of a file that could not be read, why, and what its unit must do."""
    told = next((item for item in line.findings if item.code == line.code), None)
    return line.arrival.name, told.message if told else line.evidence, told.remedy if told else ""


def _plan(
    unit_id: str,
    standings: Sequence[Standing],
    nil: frozenset[tuple[str, str]],
    marked: frozenset[str],
    outcome: Outcome,
    campaign: Campaign,
    sent: Sequence[tuple[str, date]],
) -> LetterPlan:
    today = outcome.as_of.date()
    states = {item.form: item.state for item in standings}
    missing = _with_state(states, StandingState.MISSING)
    mend = tuple(form for form in states if states[form] is StandingState.TO_MEND)
    seal = _with_state(states, StandingState.AWAITING_SEAL)
    unsigned = tuple(form for form in seal if (unit_id, form) in nil)
    overdue = max(item.days_overdue for item in standings)
    due = max(item.due for item in standings)
    late = overdue > 0 or outcome.as_of > due
    before = [kind for kind, day in sent if day < today and kind in CHASING]
    kind = _kind(missing, mend, seal, unsigned, late, overdue, before, campaign)
    left = len(working_days(today + timedelta(days=1), due.date(), campaign)) if not late else 0
    remind = number_setting("remind_days", campaign)
    return LetterPlan(
        unit_id=unit_id,
        kind=kind,
        title=say(f"kinds.{kind}.name"),
        heading=heading_of(kind, campaign),
        missing=missing,
        mend=mend,
        seal=seal,
        nil=unsigned,
        check=tuple(form.key for form in campaign.forms if form.key in marked.difference(mend)),
        findings=findings_to_mend(unit_id, mend, outcome),
        days_overdue=overdue,
        days_left=left,
        sent_before=len(before),
        due_again=next_working_day(today, number_setting("again_days", campaign), campaign) if late else due.date(),
        timely=kind != "reminder" or left <= remind,
        unit_ids=(unit_id,),
    )


def heading_of(kind: str, campaign: Campaign) -> str:
    """Return the title of a kind of letter as the built-in template has it."""
    return title_of(template_of(kind, campaign), Facts(values={"subject": subject_of(campaign)}))


def _with_state(states: Mapping[str, StandingState], state: StandingState) -> tuple[str, ...]:
    return tuple(form for form, found in states.items() if found is state)


def _kind(
    missing: Sequence[str],
    mend: Sequence[str],
    seal: Sequence[str],
    unsigned: Sequence[str],
    late: bool,
    overdue: int,
    before: Sequence[str],
    campaign: Campaign,
) -> str:
    """Return the kind of letter.

    What is absent weighs more than what is faulty: only a unit that returned everything, with faults,
    gets a correction; it is urged when a correction has already gone out and the days are over.
    """
    expired = overdue >= number_setting("urge_days", campaign)
    only_faults = bool(mend) and not missing and not seal
    only_unsigned = bool(unsigned) and not missing and not mend and len(unsigned) == len(seal)
    if late and (before or (expired and not only_faults)) and not (only_faults and not expired):
        return "urge"
    if only_unsigned:
        return "nil_confirm"
    if only_faults:
        return "correction"
    if late:
        return "chase"
    return "correction" if mend else "reminder"


def nil_forms(versions: Sequence[Version]) -> frozenset[tuple[str, str]]:
    """Return (unit, form) of the versions that count and are nil statements without a record."""
    return frozenset(
        (item.submission.unit_id, item.submission.form)
        for item in versions
        if item.counts and item.submission.nil_statement is not None and not item.submission.records
    )


def findings_to_mend(unit_id: str, forms: Sequence[str], outcome: Outcome) -> tuple[Finding, ...]:
    """Return what a unit must mend or explain in these forms, errors first, otherwise in the given order."""
    own = [item for item in outcome.findings if item.unit_id == unit_id and item.form in forms and told_to_unit(item)]
    return tuple(sorted(dict.fromkeys(own), key=lambda item: item.severity is not Severity.ERROR))


# --- between units ------------------------------------------------------------------------------------


def choose_joint_letters(outcome: Outcome, campaign: Campaign) -> tuple[LetterPlan, ...]:
    """Return one plan for each group of two or more units that must settle something with one another."""
    owners = {
        (item.submission.arrival.file, item.submission.arrival.member): item.submission.unit_id
        for item in outcome.versions
    }
    order = {unit.unit_id: unit.order for unit in campaign.units}
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for finding in outcome.findings:
        if not finding.code.startswith("P") or finding.severity is Severity.NOTE:
            continue
        units = {owners.get((place.file, place.member), "") for place in finding.places} & order.keys()
        if len(units) > 1:
            groups.setdefault(tuple(sorted(units, key=order.__getitem__)), []).append(finding)
    again = next_working_day(outcome.as_of.date(), number_setting("again_days", campaign), campaign)
    return tuple(
        LetterPlan(
            unit_id=units[0],
            kind="joint",
            title=say("kinds.joint.name"),
            heading=heading_of("joint", campaign),
            findings=tuple(dict.fromkeys(findings)),
            due_again=again,
            unit_ids=units,
        )
        for units, findings in sorted(groups.items(), key=lambda item: [order[unit] for unit in item[0]])
    )


# --- working days: Mon-Fri and the campaign's own holidays ------------------------------------------------


def working_days(first: date, last: date, campaign: Campaign) -> tuple[date, ...]:
    """Return the working days from first to last, both included."""
    days = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
    return tuple(day for day in days if _is_worked(day, campaign))


def next_working_day(start: date, count: int, campaign: Campaign) -> date:
    """Return the day that lies `count` working days after a day."""
    day, left = start, count
    while left > 0:
        day += timedelta(days=1)
        left -= _is_worked(day, campaign)
    return day


def _is_worked(day: date, campaign: Campaign) -> bool:
    off = campaign.holidays.get(day)
    return day.weekday() < 5 if off is None else not off
