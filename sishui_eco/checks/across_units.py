"""P: across units. Every conflict is one finding with the cells of all units concerned, for one joint sheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sishui_eco.checks.claimed import conflicts
from sishui_eco.checks.examined import Examined
from sishui_eco.checks.saying import said
from sishui_eco.checks.texts import bare, show, words
from sishui_eco.checks.verdicts import unparsed_targets
from sishui_eco.model.finding import Finding, make_finding
from sishui_eco.model.place import Place
from sishui_eco.model.submission import Record
from sishui_eco.spec.campaign import Campaign, Indicator

Held = tuple[Examined, Record]


def check_units(submissions: Iterable[Examined], campaign: Campaign) -> tuple[Finding, ...]:
    """Return the findings across units, in catalogue order, then projects, then what is missing."""
    examined = [item for item in submissions if item.unit_id]
    order = {unit.unit_id: unit.order for unit in campaign.units}
    examined.sort(key=lambda item: (order.get(item.unit_id, len(order)), item.unit_id))
    found: list[Finding] = []
    found.extend(_indicators(examined, campaign))
    found.extend(_projects(examined, campaign))
    found.extend(_unreported(examined, campaign))
    found.extend(_unparsed(campaign))
    return tuple(found)


def _indicators(examined: Sequence[Examined], campaign: Campaign) -> Iterator[Finding]:
    """P101, P103, P107: an indicator that several units reported."""
    held: dict[str, list[Held]] = {}
    for item in examined:
        for record in item.submission.records:
            if item.submission.form == "annex2" and record.known and _values(item, record):
                held.setdefault(record.key, []).append((item, record))
    for leaf in campaign.indicators:
        several = held.get(leaf.key, [])
        if len({item.unit_id for item, _ in several}) > 1:
            yield _conflict(leaf, several, campaign)


def _values(examined: Examined, record: Record) -> dict[int, str]:
    actuals = examined.facts(record).actuals
    return {y: show(actuals.numbers[y]) if y in actuals.numbers else bare(t) for y, t in actuals.texts.items()}


def _conflict(leaf: Indicator, held: Sequence[Held], campaign: Campaign) -> Finding:
    """Return the finding on one indicator: same values, lead against support, or any two units.

    It is owned by the unit that does not lead the indicator.
    """
    held = sorted(held, key=lambda pair: pair[0].unit_id == leaf.lead)
    values = [_values(item, record) for item, record in held]
    years = sorted({year for value in values for year in value}, reverse=True)
    year = next((y for y in years if len({v[y] for v in values if y in v}) > 1), 0)
    units = [item.unit_id for item, _ in held]
    others = [unit for unit in units if unit != leaf.lead]
    if not year:
        code = "P107"
    elif leaf.lead in units and all(unit in leaf.supports for unit in others):
        code = "P103"
    else:
        code = "P101"
    name = f"actual.{year or (years[0] if years else campaign.years[-1])}"
    told = [
        words()["told"]["of_unit"].format(unit=campaign.unit_name(item.unit_id), value=_said(record, name))
        for item, record in held
    ]
    places = [item.place(record, name) for item, record in held]
    return _finding(code, places, units, record=leaf.key, form="annex2", field=name, told=words()["joint"].join(told))


def _said(record: Record, name: str) -> str:
    answer = record.answers.get(name)
    return said(answer) if answer else ""


def _finding(
    code: str, places: Sequence[Place], units: Sequence[str], *, record: str, form: str, told: str, field: str = ""
) -> Finding:
    """Return a finding of several units, owned by the first; its parameter `unit_ids` names all, joined by `;`."""
    return make_finding(
        code,
        *places,
        unit_id=units[0],
        form=form,
        record=record,
        field=field,
        told=told,
        unit_ids=";".join(dict.fromkeys(units)),
    )


def _projects(examined: Sequence[Examined], campaign: Campaign) -> Iterator[Finding]:
    """P102: a project that several units claim under the same name, or two under nearly the same."""
    held = [
        (item, record)
        for item in examined
        if item.submission.form == "annex4"
        for record in item.submission.records
        if record.known
    ]
    for places in conflicts([(item.unit_id, record) for item, record in held]):
        yield _claimed_twice([held[at] for at in places], campaign)


def _claimed_twice(claims: Sequence[Held], campaign: Campaign) -> Finding:
    told = [
        words()["told"]["of_unit"].format(unit=campaign.unit_name(one.unit_id), value=row.key) for one, row in claims
    ]
    return _finding(
        "P102",
        [one.place(row, "project") for one, row in claims],
        [one.unit_id for one, _ in claims],
        record=claims[0][1].key,
        form="annex4",
        field="project",
        told=words()["joint"].join(told),
    )


def _unreported(examined: Sequence[Examined], campaign: Campaign) -> Iterator[Finding]:
    """P104, P105: indicators nobody reported, and their number against the number expected. Rule B1."""
    reported = {
        record.key
        for item in examined
        if item.submission.form == "annex2"
        for record in item.submission.records
        if record.known and _values(item, record)
    }
    for leaf in campaign.indicators:
        if leaf.key not in reported:
            yield make_finding(
                "P104",
                unit_id=leaf.lead,
                form="annex2",
                record=leaf.key,
                raw=leaf.key,
                lead=campaign.unit_name(leaf.lead),
            )
    names = {leaf.name for leaf in campaign.indicators if leaf.key in reported}
    if campaign.expected_indicators and len(names) != campaign.expected_indicators:
        yield make_finding("P105", form="annex2", found=len(names), expected=str(campaign.expected_indicators))


def _unparsed(campaign: Campaign) -> Iterator[Finding]:
    """P106: targets of the catalogue that no clause of the grammar fits."""
    for leaf, reason in unparsed_targets(campaign):
        yield make_finding("P106", form="annex2", record=leaf.key, field="target", raw=leaf.target, reason=reason)
