"""What every rule asks of a record, worked out once: its leaf, who owes it, what is missing, its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from sishui_eco.checks.actuals import Actuals, read_actuals
from sishui_eco.checks.saying import self_verdict
from sishui_eco.checks.texts import bare
from sishui_eco.model.submission import FILLED, Blank, Record, Submission
from sishui_eco.spec.campaign import Campaign, Field, Indicator, Material


class Facts(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One record against what the campaign asks.

    `missing` are the required fields (not prefilled ones) that state no value, with what stands there
    instead; none when the unit does not owe the record. `unanswered` says that nothing stands in it but
    what the blank came with.
    """

    leaf: Indicator | None
    material: Material | None
    owes: bool
    unanswered: bool
    missing: tuple[tuple[Field, Blank], ...]
    self_verdict: str
    actuals: Actuals

    @property
    def says_not_met(self) -> bool:
        return self.owes and not self.unanswered and self.self_verdict == "not_met"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the campaign asks, by the names records know it by; made once per process."""

    required: Mapping[str, tuple[Field, ...]]  # by form: what a unit must fill in itself
    prefilled: Mapping[str, frozenset[str]]  # by form
    materials: Mapping[str, Material]
    indicator_names: Mapping[str, str]  # name or leaf name, made comparable -> name of the indicator


def asked(campaign: Campaign) -> Asked:
    """Return what a campaign asks, worked out at the first question."""
    known: Asked | None = campaign.worked_out.get("asked")
    if known is None:
        known = campaign.worked_out["asked"] = _asked(campaign)
    return known


def _asked(campaign: Campaign) -> Asked:
    return Asked(
        required={
            form.key: tuple(item for item in form.fields if item.required and not item.prefilled and item.in_blank)
            for form in campaign.forms
        },
        prefilled={form.key: frozenset(item.key for item in form.fields if item.prefilled) for form in campaign.forms},
        materials={item.key: item for item in reversed(campaign.materials)},
        indicator_names={bare(name): i.name for i in reversed(campaign.indicators) for name in (i.key, i.name)},
    )


def facts_of(submission: Submission, campaign: Campaign) -> dict[int, Facts]:
    """Return the facts of every record of a submission by the record's identity."""
    found: dict[int, Facts] = {}
    seen: set[str] = set()
    table, unit_id = asked(campaign), submission.unit_id
    for record in submission.records:
        found[id(record)] = _facts(record, unit_id, record.key in seen, campaign, table)
        seen.add(record.key)
    return found


def _facts(record: Record, unit_id: str, again: bool, campaign: Campaign, table: Asked) -> Facts:
    """Return the facts of one record; `again` says that an earlier one has its key."""
    form = record.form
    leaf = campaign.indicator_by_key.get(record.key) if record.known else None
    material = table.materials.get(record.key)
    unanswered = table.prefilled.get(form, frozenset()).issuperset(record.answers)
    owes = not again and _owes(record, leaf, material, unit_id, unanswered)
    return Facts(
        leaf=leaf,
        material=material,
        owes=owes,
        unanswered=unanswered,
        missing=_missing(record, table.required.get(form, ())) if owes else (),
        self_verdict=self_verdict(record),
        actuals=read_actuals(record, leaf.measure, campaign) if leaf is not None else Actuals(years=campaign.years),
    )


def _owes(record: Record, leaf: Indicator | None, material: Material | None, unit_id: str, unanswered: bool) -> bool:
    """Whether the unit must answer a record: its own leaf, a material, a project."""
    if record.form == "annex2":
        return leaf is not None and unit_id in ("", leaf.lead)
    if record.form == "annex3":
        return material is None or material.provider in ("", unit_id) or not unanswered
    return record.known


def _missing(record: Record, required: tuple[Field, ...]) -> tuple[tuple[Field, Blank], ...]:
    found = []
    for item in required:
        answer = record.answers.get(item.key)
        blank = Blank.EMPTY if answer is None else answer.blank
        if blank is not FILLED:
            found.append((item, blank))
    return tuple(found)
