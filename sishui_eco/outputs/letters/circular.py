"""The circular on the state of returns: totals, percentages, names, what is asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sishui_eco.model.outcome import Outcome, Standing, StandingState
from sishui_eco.outputs.letters import frame
from sishui_eco.outputs.letters.blocks import Block, Paragraph, Table
from sishui_eco.outputs.letters.choosing import next_working_day
from sishui_eco.outputs.letters.official import write_official
from sishui_eco.outputs.letters.wording import (
    again_moment,
    basis_of,
    form_label,
    full_date,
    full_moment,
    number_setting,
    say,
    subject_of,
    table,
)
from sishui_eco.spec.campaign import Campaign, Form

PRODUCT = "circular"
GOOD = (StandingState.ACCEPTED, StandingState.NIL)


def write_circular(outcome: Outcome, campaign: Campaign) -> bytes:
    """Return the circular as docx, with the table of all units as its annex."""
    by_unit: dict[str, list[Standing]] = {}
    for standing in outcome.standings:
        by_unit.setdefault(standing.unit_id, []).append(standing)
    body: list[Block] = [Paragraph(text=_opening(outcome.as_of, campaign))]
    body += [frame.level1(1, say("circular.general")), *_general(outcome, by_unit, campaign)]
    body += [frame.level1(2, say("circular.problems")), *_problems(by_unit, campaign)]
    body += [frame.level1(3, say("circular.requirements")), *_requirements(outcome, by_unit, campaign)]
    annex_name = say("circular.annex")
    return write_official(
        say("circular.heading", subject=subject_of(campaign)),
        say("circular.addressee"),
        body,
        [annex_name],
        frame.annex(say("parts.annex_label"), annex_name, _matrix(by_unit, campaign)),
        campaign,
        outcome.as_of,
        PRODUCT,
    )


def _opening(as_of: datetime, campaign: Campaign) -> str:
    return say(
        "circular.opening",
        basis=basis_of(campaign),
        due=full_moment(campaign.deadline),
        subject=subject_of(campaign),
        today=full_date(as_of.date()),
    )


def _general(outcome: Outcome, by_unit: dict[str, list[Standing]], campaign: Campaign) -> list[Block]:
    states = [item.state for item in outcome.standings]
    total = len(by_unit)
    done = sum(all(item.state in GOOD for item in items) for items in by_unit.values())
    silent = sum(_is_silent(items) for items in by_unit.values())
    good = sum(state in GOOD for state in states)
    text = say(
        "circular.general_text",
        total=total,
        forms=len(states),
        done=done,
        done_share=frame.share(done, total),
        open=total - done - silent,
        open_share=frame.share(total - done - silent, total),
        silent=silent,
        silent_share=frame.share(silent, total),
        good=good,
        nil=states.count(StandingState.NIL),
        good_share=frame.share(good, len(states)),
    )
    forms = [form for form in campaign.forms if any(item.form == form.key for item in outcome.standings)]
    lines = [_form_line(form, outcome.standings) for form in forms]
    return [
        Paragraph(text=text),
        *(Paragraph(lead=frame.level2(at), text=line) for at, line in enumerate(lines, 1)),
    ]


def _form_line(form: Form, standings: Sequence[Standing]) -> str:
    states = [item.state for item in standings if item.form == form.key]
    good = sum(state in GOOD for state in states)
    return say(
        "circular.form_text",
        label=form.label,
        title=form.title,
        total=len(states),
        good=good,
        share=frame.share(good, len(states)),
        mend=states.count(StandingState.TO_MEND),
        seal=states.count(StandingState.AWAITING_SEAL),
        missing=states.count(StandingState.MISSING),
    )


def _is_silent(items: Sequence[Standing]) -> bool:
    return all(item.state is StandingState.MISSING for item in items)


def _problems(by_unit: dict[str, list[Standing]], campaign: Campaign) -> list[Block]:
    """Return one paragraph a class of units, with their names and, where it is not all, their forms."""
    silent = [unit for unit, items in by_unit.items() if _is_silent(items)]
    found = [("silent", [campaign.unit_name(unit) for unit in silent])]
    for key, state in (
        ("partial", StandingState.MISSING),
        ("mend", StandingState.TO_MEND),
        ("seal", StandingState.AWAITING_SEAL),
    ):
        names = []
        for unit, items in by_unit.items():
            forms = [form_label(item.form, campaign) for item in items if item.state is state]
            if forms and unit not in silent:
                names.append(say("circular.named", unit=campaign.unit_name(unit), what=frame.joined(forms)))
        found.append((key, names))
    late = [campaign.unit_name(unit) for unit, items in by_unit.items() if any(item.late for item in items)]
    found.append(("late", late))
    told = [say(f"circular.{key}", count=len(names), names=frame.joined(names)) for key, names in found if names]
    if not told:
        return [Paragraph(text=say("circular.none"))]
    return [Paragraph(lead=frame.level2(at), text=text) for at, text in enumerate(told, 1)]


def _requirements(outcome: Outcome, by_unit: dict[str, list[Standing]], campaign: Campaign) -> list[Block]:
    everything_in = all(item.state in GOOD for items in by_unit.values() for item in items)
    again = next_working_day(outcome.as_of.date(), number_setting("again_days", campaign), campaign)
    again = max(again, campaign.deadline.date())
    texts = [say("circular.requirement_all")]
    if everything_in:
        texts.append(say("circular.requirement_done"))
    else:
        moment = again_moment(again, campaign)
        texts.insert(0, say("circular.requirement_open", again=moment, email=campaign.office.email))
    return [Paragraph(lead=frame.level2(at), text=text) for at, text in enumerate(texts, 1)]


def _matrix(by_unit: dict[str, list[Standing]], campaign: Campaign) -> Table:
    words = table("circular")
    rows = []
    for number, (unit, items) in enumerate(by_unit.items(), 1):
        states = {item.form: words["states"][item.state.value] for item in items}
        overdue = max(item.days_overdue for item in items)
        cells = [states.get(form.key, words["not_owed"]) for form in campaign.forms]
        rows.append((str(number), campaign.unit_name(unit), *cells, str(overdue) if overdue else ""))
    labels = [form.label for form in campaign.forms]
    count = len(labels)
    return Table(
        columns=(*words["columns_first"], *labels, words["column_last"]),
        widths=(8, 34, *([38 // max(1, count)] * count), 20),
        rows=tuple(rows),
        centred=(0, *range(2, count + 3)),
        dense=True,
    )
