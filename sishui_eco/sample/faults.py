"""Faults planted in a draft, by meaning. Each changes a draft and tells where it bites."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal

from sishui_eco.sample.drafts import Draft, Entry, indicator_entries
from sishui_eco.sample.tables import words
from sishui_eco.spec.campaign import Campaign

Bite = tuple[Draft, str, str]  # the changed draft, the record, the field

# fault -> the form it bites in; "" for every form of the file
FORM_OF = {
    "target_altered": "annex2",
    "over_100": "annex2",
    "claims_met": "annex2",
    "own_missing": "annex2",
    "not_own": "annex2",
    "unmet_without_plan": "annex2",
    "actual_copied": "annex2",
    "claimed_by_two": "annex4",
    "in_yuan": "annex4",
    "investment_zero": "annex4",
    "period_outside": "annex4",
    "supports_not_own": "annex4",
    "not_provided": "annex3",
    "nil_unsigned": "annex4",
    "no_liaison": "",
}


def plant(draft: Draft, name: str, argument: str, campaign: Campaign) -> Bite | None:
    """Return the draft with the fault in it, None when the fault is not about this form."""
    if FORM_OF[name] not in ("", draft.form):
        return None
    if name == "not_own":
        return not_own(draft, argument, campaign)
    return FAULTS[name](draft, argument)


def _change(draft: Draft, key: str, entries: Mapping[str, Entry]) -> Draft:
    index = draft.keys.index(key)
    record = {**draft.records[index], **entries}
    return replace(draft, records=(*draft.records[:index], record, *draft.records[index + 1 :]))


def _last_year(draft: Draft) -> str:
    return max(key for key in draft.records[0] if key.startswith("actual."))


def target_altered(draft: Draft, key: str) -> Bite:
    altered = words()["values"]["altered_target"]
    return _change(draft, key, {"target": Entry(raw=altered)}), key, "target"


def over_100(draft: Draft, key: str) -> Bite:
    field = _last_year(draft)
    return _change(draft, key, {field: Entry(raw=Decimal("101.2"), value="101.2")}), key, field


def claims_met(draft: Draft, key: str) -> Bite:
    """Say met while the last year is below the target and below the year before."""
    field = _last_year(draft)
    return _change(draft, key, {field: Entry(raw=Decimal("45.2"), value="45.2")}), key, "self_verdict"


def own_missing(draft: Draft, key: str) -> Bite:
    index = draft.keys.index(key)
    records = (*draft.records[:index], *draft.records[index + 1 :])
    keys = (*draft.keys[:index], *draft.keys[index + 1 :])
    return replace(draft, records=records, keys=keys), key, ""


def not_own(draft: Draft, key: str, campaign: Campaign) -> Bite:
    """Report an indicator that another unit leads, with a figure that contradicts its lead."""
    field = _last_year(draft)
    foreign = {
        **indicator_entries(campaign.indicator_by_key[key], campaign),
        field: Entry(raw=Decimal("90.1"), value="90.1"),
    }
    changed = replace(
        draft, records=(*draft.records, foreign), keys=(*draft.keys, key), rejected=draft.rejected | {key}
    )
    return changed, key, ""


def unmet_without_plan(draft: Draft, key: str) -> Bite:
    return _change(draft, key, {"gap_plan": Entry(raw=""), "due": Entry(raw="")}), key, "gap_plan"


def actual_copied(draft: Draft, key: str) -> Bite:
    field = _last_year(draft)
    target = draft.records[draft.keys.index(key)]["target"].raw
    return _change(draft, key, {field: Entry(raw=target)}), key, field


def claimed_by_two(draft: Draft, key: str) -> Bite:
    """The data itself repeats a project of another unit; nothing to change."""
    return draft, key, "project"


def in_yuan(draft: Draft, key: str) -> Bite:
    amount = draft.records[draft.keys.index(key)]["investment"].raw
    yuan = Decimal(amount) * 10000
    parts = {"funding": Entry(raw=""), "investment_by_year": Entry(raw="")}
    return _change(draft, key, {"investment": Entry(raw=yuan, value=str(yuan)), **parts}), key, "investment"


def investment_zero(draft: Draft, key: str) -> Bite:
    parts = {"funding": Entry(raw=""), "investment_by_year": Entry(raw="")}
    return _change(draft, key, {"investment": Entry(raw=Decimal(0), value="0"), **parts}), key, "investment"


def period_outside(draft: Draft, key: str) -> Bite:
    gone = {"period": Entry(raw="2019-2022", value="2019-01/2022-12"), "investment_by_year": Entry(raw="")}
    return _change(draft, key, gone), key, "period"


def supports_not_own(draft: Draft, key: str) -> Bite:
    """The data itself names an indicator of another unit; nothing to change."""
    return draft, key, "supports"


def not_provided(draft: Draft, key: str) -> Bite:
    """The data itself says that the material is not there yet; nothing to change."""
    return draft, key, "provided"


def nil_unsigned(draft: Draft, _: str) -> Bite:
    return replace(draft, heading={**draft.heading, "signatory": ""}), "", "signatory"


def no_liaison(draft: Draft, _: str) -> Bite:
    heading = {**draft.heading, "liaison_name": "", "liaison_phone": ""}
    return replace(draft, heading=heading), "", "liaison_name"


FAULTS: dict[str, Callable[[Draft, str], Bite]] = {
    "target_altered": target_altered,
    "over_100": over_100,
    "claims_met": claims_met,
    "own_missing": own_missing,
    "unmet_without_plan": unmet_without_plan,
    "actual_copied": actual_copied,
    "claimed_by_two": claimed_by_two,
    "in_yuan": in_yuan,
    "investment_zero": investment_zero,
    "period_outside": period_outside,
    "supports_not_own": supports_not_own,
    "not_provided": not_provided,
    "nil_unsigned": nil_unsigned,
    "no_liaison": no_liaison,
}
