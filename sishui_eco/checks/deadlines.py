"""Deadlines in working days, and where a unit stands with each form it owes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sishui_eco.checks.human import scans_of, seal_evidence
from sishui_eco.checks.texts import words
from sishui_eco.model.finding import Severity
from sishui_eco.model.outcome import Standing, StandingState, Version
from sishui_eco.model.remembered import keep
from sishui_eco.spec.campaign import Campaign, Form, Unit
from sishui_eco.spec.deadline import cutoff

try:  # optional: without it only the campaign's own holidays are known
    import chinese_calendar
except ImportError:  # pragma: no cover
    chinese_calendar = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingDay:
    """Whether a day is worked; `known` is False when the year's holidays are not known and Mon-Fri is assumed."""

    working: bool
    known: bool


def working_day(day: date, campaign: Campaign) -> WorkingDay:
    """Return whether a day is worked: the campaign's own holidays first, then the calendar, then Mon-Fri."""
    off = campaign.holidays.get(day)
    if off is not None:
        return WorkingDay(working=not off, known=True)
    if chinese_calendar is not None:
        try:
            return WorkingDay(working=bool(chinese_calendar.is_workday(day)), known=True)
        except NotImplementedError:
            pass
    return WorkingDay(working=day.weekday() < 5, known=False)


def days_overdue(deadline: datetime, moment: datetime, campaign: Campaign) -> int:
    """Return the working days from a deadline to a moment, 0 when it is not overdue, at least 1 when it is."""
    last = cutoff(deadline, campaign)
    if moment <= last:
        return 0
    return max(1, len(working_days(last.date() + timedelta(days=1), moment.date(), campaign)))


def working_days(first: date, last: date, campaign: Campaign) -> tuple[date, ...]:
    """Return the working days from first to last, both included; every unit is asked for the same few spans."""
    known: dict[tuple[date, date], tuple[date, ...]] = campaign.worked_out.setdefault("working_days", {})
    found = known.get((first, last))
    if found is None:
        days = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
        found = keep(known, (first, last), tuple(day for day in days if working_day(day, campaign).working))
    return found


def add_working_days(start: date, count: int, campaign: Campaign) -> date:
    """Return the day that lies `count` working days after (or, when negative, before) a day."""
    step = 1 if count >= 0 else -1
    day, left = start, abs(count)
    while left:
        day += timedelta(days=step)
        left -= working_day(day, campaign).working
    return day


def unknown_years(first: date, last: date, campaign: Campaign) -> tuple[int, ...]:
    """Return the years between two days whose holidays are not known."""
    years = range(first.year, last.year + 1)
    ends = {year: (max(first, date(year, 1, 1)), min(last, date(year, 12, 31))) for year in years}
    return tuple(
        year
        for year in years
        if not all(
            working_day(ends[year][0] + timedelta(days=offset), campaign).known
            for offset in range((ends[year][1] - ends[year][0]).days + 1)
        )
    )


# --- standing ----------------------------------------------------------------------------------------


def all_standings(
    versions: Sequence[Version], campaign: Campaign, as_of: datetime, supporting: Mapping[str, Sequence[str]]
) -> tuple[Standing, ...]:
    """Return one standing per unit and form it owes, in roster then form order."""
    groups: dict[tuple[str, str], list[Version]] = {}
    for version in versions:
        groups.setdefault((version.submission.unit_id, version.submission.form), []).append(version)
    standings = []
    for unit in campaign.units:
        for form in campaign.forms:
            if form.key not in unit.forms:
                continue
            own = groups.get((unit.unit_id, form.key), [])
            evidence = seal_evidence(form, own, scans_of(supporting.get(unit.unit_id, ())))
            standings.append(standing(unit, form, own, as_of, campaign, bool(evidence)))
    return tuple(standings)


def standing(
    unit: Unit, form: Form, versions: Sequence[Version], as_of: datetime, campaign: Campaign, seal_evidence: bool
) -> Standing:
    """Return where a unit stands with a form: nothing came, to be mended, a sealed copy awaited, accepted, nil."""
    live = [item for item in versions if not item.excluded]
    counted = [item for item in live if item.counts]
    state = _state(form, counted, seal_evidence)
    done = state in (StandingState.ACCEPTED, StandingState.NIL)
    received = sorted(item.submission.arrival.received for item in live)
    good = sorted(item.submission.arrival.received for item in live if item.acceptable)
    errors = _count(counted, Severity.ERROR)
    first_good = good[0] if good else None
    return Standing(
        unit_id=unit.unit_id,
        form=form.key,
        state=state,
        version=max((item.number for item in counted), default=0),
        due=campaign.deadline,
        days_overdue=0 if done else days_overdue(campaign.deadline, as_of, campaign),
        late=first_good is not None and days_overdue(campaign.deadline, first_good, campaign) > 0,
        owed=_owed(form, state, counted, errors),
        first_received=received[0] if received else None,
        last_received=received[-1] if received else None,
        errors=errors,
        doubts=_count(counted, Severity.DOUBT),
    )


def _state(form: Form, counted: Sequence[Version], sealed: bool) -> StandingState:
    if not counted:
        return StandingState.MISSING
    if not all(item.acceptable for item in counted):
        return StandingState.TO_MEND
    nil = all(is_nil_version(item) for item in counted)
    if (nil or form.sealed) and not sealed:
        return StandingState.AWAITING_SEAL
    return StandingState.NIL if nil else StandingState.ACCEPTED


def is_nil_version(version: Version) -> bool:
    return version.submission.nil_statement is not None and not version.submission.records


def _count(counted: Sequence[Version], severity: Severity) -> int:
    return sum(finding.severity is severity for item in counted for finding in item.findings)


def _owed(form: Form, state: StandingState, counted: Sequence[Version], errors: int) -> tuple[str, ...]:
    table = words()["standing"]
    if state is StandingState.MISSING:
        return (table["owed_form"].format(label=form.label, title=form.title),)
    if state is StandingState.TO_MEND:
        return (table["owed_mended"].format(label=form.label, errors=errors),)
    if state is StandingState.AWAITING_SEAL:
        nil = all(is_nil_version(item) for item in counted)
        return (table["owed_nil_seal" if nil else "owed_seal"].format(label=form.label),)
    return ()
