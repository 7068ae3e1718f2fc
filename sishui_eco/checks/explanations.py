"""When a doubt counts as explained, a finding as waived, and which severity the campaign gives a code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from msgspec.structs import replace

from sishui_eco.checks.texts import bare, is_meaningful, without_brackets
from sishui_eco.model.finding import Finding, Severity
from sishui_eco.spec.campaign import Campaign, Decision


def identity(finding: Finding) -> str:
    """Return what a finding is known by in a returned issue list: `code|record|field`."""
    return f"{finding.code}|{finding.record}|{finding.field}"


def with_severity(finding: Finding, campaign: Campaign) -> Finding:
    """Return the finding with the severity the campaign gives its code."""
    chosen = campaign.severities.get(finding.code)
    return replace(finding, severity=Severity(chosen)) if chosen else finding


def is_settled(finding: Finding, explanations: Mapping[str, str]) -> bool:
    """Whether a doubt was explained in words that say something; errors are never settled by words."""
    return finding.severity is Severity.DOUBT and is_meaningful(explanations.get(identity(finding), ""))


def in_force(decision: Decision, today: date) -> bool:
    """Whether a decision still holds on a day."""
    return decision.until is None or decision.until >= today


def waives(decision: Decision, finding: Finding, campaign: Campaign) -> bool:
    """Whether a waiving decision covers a finding; empty parts of its scope match everything."""
    return (
        decision.action == "waive"
        and decision.code in ("", finding.code)
        and decision.unit_id in ("", finding.unit_id)
        and decision.form in ("", finding.form)
        and (not decision.record or bare(decision.record) == bare(finding.record))
        and names_field(decision.field, finding.form, finding.field, campaign)
        and (not decision.file or any(decision.file in (p.file, p.member, str(p)) for p in finding.places))
        and any((decision.code, decision.record, decision.field, decision.file))
    )


def names_field(said: str, form: str, name: str, campaign: Campaign) -> bool:
    """Whether a decision's field, a key or a heading, is this field; empty is any."""
    if said in ("", name):
        return True
    spec = campaign.form_by_key.get(form)
    found = spec.field(name) if spec else None
    found = found or next((item for item in campaign.form_fields if item.key == name), None)
    if found is None:
        return False
    headings = (bare(found.heading), bare(found.group + found.heading))
    return bare(said) in headings or bare(without_brackets(said)) in headings  # the blank prints the measure behind it


def waived_by(findings: Iterable[Finding], decisions: Iterable[Decision], campaign: Campaign) -> dict[Finding, str]:
    """Return finding -> number of the first decision that waives it."""
    chosen = [item for item in decisions if item.action == "waive"]
    found: dict[Finding, str] = {}
    for finding in findings:
        number = next((item.number for item in chosen if waives(item, finding, campaign)), None)
        if number is not None:
            found[finding] = number
    return found
