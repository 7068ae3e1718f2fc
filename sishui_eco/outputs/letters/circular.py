"""The circular on the state of returns: totals, percentages, names, what is asked."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence

from sishui_eco.model.outcome import Outcome, Standing, StandingState
from sishui_eco.outputs.letters import frame
from sishui_eco.outputs.letters.choosing import next_working_day
from sishui_eco.outputs.letters.official import write_official
from sishui_eco.outputs.letters.rendering import Facts, render
from sishui_eco.outputs.letters.template_files import Templates, template_of
from sishui_eco.outputs.letters.wording import (
    again_moment,
    basis_of,
    form_label,
    form_name,
    full_date,
    full_moment,
    labels,
    number_setting,
    say,
    subject_of,
    table,
)
from sishui_eco.outputs.telling import unread_arrivals
from sishui_eco.spec.campaign import Campaign, Form

PRODUCT = "circular"
GOOD = (StandingState.ACCEPTED, StandingState.NIL)
ByUnit = Mapping[str, Sequence[Standing]]


def write_circular(outcome: Outcome, campaign: Campaign, templates: Templates | None = None) -> bytes:
    """Return the circular as docx, with the table of all units as its annex."""
    text = render(template_of("circular", campaign, templates), _facts(outcome, campaign))
    names = [name for name, _ in text.annexes]
    annexes = frame.annexes(text.annexes, len(names))
    return write_official(text, names, annexes, campaign, outcome.as_of, PRODUCT)


def _facts(outcome: Outcome, campaign: Campaign) -> Facts:
    by_unit: dict[str, list[Standing]] = {}
    for standing in outcome.standings:
        by_unit.setdefault(standing.unit_id, []).append(standing)
    classes = _classes(by_unit, unread_arrivals(outcome), campaign)
    named = {f"{key}_names": _names(units) for key, units in classes.items()}
    counts = {key: str(len(names)) for key, names in classes.items()}
    again = next_working_day(outcome.as_of.date(), number_setting("again_days", campaign), campaign)
    values = {
        "subject": subject_of(campaign),
        "basis": basis_of(campaign),
        "due": full_moment(campaign.deadline),
        "again": again_moment(max(again, campaign.deadline.date()), campaign),
        "today": full_date(outcome.as_of.date()),
        "email": campaign.office.email,
        "address": campaign.office.address,
        "contact": campaign.office.contact,
        "phone": campaign.office.phone,
        "sealed": labels([form.key for form in campaign.forms if form.sealed], campaign),
        "nil_forms": labels([form.key for form in campaign.forms if form.nil_allowed], campaign),
        **_totals(outcome, by_unit),
        **counts,
        **named,
    }
    flags = {key: bool(names) for key, names in named.items()}
    flags |= {"told": any(flags.values())}
    flags |= {key: bool(values[key]) for key in ("sealed", "nil_forms")}
    flags |= {"open": not all(item.state in GOOD for items in by_unit.values() for item in items)}
    forms = [form for form in campaign.forms if any(item.form == form.key for item in outcome.standings)]
    flags |= {"many": len(forms) > 1}
    rows = {
        "forms": [_form_row(form, outcome.standings, campaign) for form in forms],
        "units": _unit_rows(by_unit, campaign),
    }
    return Facts(values=values, flags=flags, rows=rows)


def _totals(outcome: Outcome, by_unit: ByUnit) -> dict[str, str]:
    states = [item.state for item in outcome.standings]
    total = len(by_unit)
    done = sum(all(item.state in GOOD for item in items) for items in by_unit.values())
    silent = sum(_is_silent(items) for items in by_unit.values())
    good = sum(state in GOOD for state in states)
    return {
        "total": str(total),
        "obligations": str(len(states)),
        "done": str(done),
        "done_share": frame.share(done, total),
        "open": str(total - done - silent),
        "open_share": frame.share(total - done - silent, total),
        "silent_share": frame.share(silent, total),
        "good": str(good),
        "nil": str(states.count(StandingState.NIL)),
        "good_share": frame.share(good, len(states)),
    }


def _form_row(form: Form, standings: Sequence[Standing], campaign: Campaign) -> Facts:
    states = [item.state for item in standings if item.form == form.key]
    good = sum(state in GOOD for state in states)
    values = {
        "form": form_name(form.key, campaign),
        "count": str(len(states)),
        "good": str(good),
        "share": frame.share(good, len(states)),
        "mend": str(states.count(StandingState.TO_MEND)),
        "seal": str(states.count(StandingState.AWAITING_SEAL)),
        "missing": str(states.count(StandingState.MISSING)),
    }
    return Facts(values=values)


def _is_silent(items: Sequence[Standing]) -> bool:
    return all(item.state is StandingState.MISSING for item in items)


def _classes(by_unit: ByUnit, unread: Container[str], campaign: Campaign) -> dict[str, list[tuple[str, str]]]:
    """Return the units of each class of what is wrong as (name, forms); no forms where it is all of them.

    A unit whose file could not be read is not simply called silent.
    """
    silent = [unit for unit, items in by_unit.items() if _is_silent(items)]
    why = say("circular.unread")
    found = {"silent": [(campaign.unit_name(unit), why if unit in unread else "") for unit in silent]}
    for key, state in (
        ("partial", StandingState.MISSING),
        ("mend", StandingState.TO_MEND),
        ("seal", StandingState.AWAITING_SEAL),
    ):
        names = []
        for unit, items in by_unit.items():
            forms = [form_label(item.form, campaign) for item in items if item.state is state]
            if forms and unit not in silent:
                names.append((campaign.unit_name(unit), frame.joined(forms)))
        found[key] = names
    late = [unit for unit, items in by_unit.items() if any(item.late for item in items)]
    found["late"] = [(campaign.unit_name(unit), "") for unit in late]
    return found


def _names(units: Sequence[tuple[str, str]]) -> str:
    """Return names with their forms; forms that are the same for all are told once, at the end."""
    forms = {what for _, what in units}
    if len(units) > 1 and len(forms) == 1 and forms != {""}:
        return say("circular.all_named", units=frame.joined([name for name, _ in units]), what=forms.pop())
    return frame.joined([say("circular.named", unit=name, what=what) if what else name for name, what in units])


def _unit_rows(by_unit: ByUnit, campaign: Campaign) -> list[Facts]:
    """Return one row a unit; its state in each form goes by the form's key."""
    words = table("circular")
    rows = []
    for number, (unit, items) in enumerate(by_unit.items(), 1):
        states = {item.form: words["states"][item.state.value] for item in items}
        overdue = max(item.days_overdue for item in items)
        values = {form.key: states.get(form.key, words["not_owed"]) for form in campaign.forms}
        values |= {"number": str(number), "unit": campaign.unit_name(unit), "overdue": str(overdue) if overdue else ""}
        values["forms"] = frame.joined([form_label(item.form, campaign) for item in items])
        rows.append(Facts(values=values))
    return rows
