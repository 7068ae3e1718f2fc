"""Which version of a unit's form counts: the latest that is acceptable, unless a decision says otherwise.

An invalid resubmission never replaces a valid one. Sub-units of one unit do not overwrite each other, and
tables of one form in one file are parts of one version.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from sishui_eco.checks.deciding import Deciding, Reader, first_scope
from sishui_eco.checks.explanations import identity, is_settled, waived_by, with_severity
from sishui_eco.checks.saying import said
from sishui_eco.checks.texts import bare, words
from sishui_eco.model.finding import Finding, Severity
from sishui_eco.model.outcome import DecisionEffect, Version
from sishui_eco.model.submission import Submission
from sishui_eco.spec.campaign import Campaign, Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Every version with the one that counts marked, and what every decision did."""

    versions: tuple[Version, ...]
    effects: tuple[DecisionEffect, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    """A version before it is known whether it counts; `edition` is the arrival it is a part of."""

    version: Version
    edition: tuple[datetime, str, str, str]
    stream: str
    accepted: Decision | None = None


def choose_versions(
    submissions: Iterable[Submission], campaign: Campaign, as_of: datetime, read: Reader | None = None
) -> Selection:
    """Return all versions in roster, form, number order, whatever the order they are given in.

    `read` reads the texts of corrections.
    """
    deciding = Deciding(campaign=campaign, today=as_of.date(), read=read)
    decided = [deciding.apply(item) for item in sorted(submissions, key=arrival_order)]
    groups: dict[tuple[str, str], list[Submission]] = {}
    for item in decided:
        groups.setdefault((item.unit_id, item.form), []).append(item)
    versions: list[Version] = []
    for key in sorted(groups, key=lambda pair: _group_order(pair, campaign)):
        versions.extend(_choose(carry_explanations(groups[key]), deciding))
    return Selection(versions=tuple(versions), effects=deciding.effects())


def arrival_order(submission: Submission) -> tuple[datetime, str, str, str, str, int]:
    """Return what submissions are ordered by: time received, then content, then place."""
    first = min((record.place for record in submission.records), default=None)
    return (*_edition(submission), *((first.sheet, first.row) if first else ("", 0)))


def _edition(submission: Submission) -> tuple[datetime, str, str, str]:
    """Return what tells one version of a unit's form from another: its arrival."""
    arrival = submission.arrival
    return (arrival.received, arrival.sha256, arrival.file, arrival.member)


def _group_order(key: tuple[str, str], campaign: Campaign) -> tuple[int, str, int, str]:
    unit = campaign.unit_by_id.get(key[0])
    forms = [form.key for form in campaign.forms]
    form = forms.index(key[1]) if key[1] in forms else len(forms)
    return (unit.order if unit else len(campaign.units) + 1, key[0], form, key[1])


def carry_explanations(group: Sequence[Submission]) -> list[Submission]:
    """Return submissions in order of arrival, each knowing what the unit explained before of the same findings.

    A marked copy lists only what is still open, so an explanation given once must hold for later versions,
    as long as the finding says the very same.
    """
    if not any(submission.explanations for submission in group):
        return list(group)
    said_before: dict[tuple[str, str], str] = {}
    told: list[Submission] = []
    for submission in group:
        own = {(identity(item), item.message): item for item in submission.findings}
        carried = {key[0]: said_before[key] for key in own if key in said_before}
        explanations = {**carried, **submission.explanations}
        said_before |= {key: explanations[key[0]] for key in own if key[0] in explanations}
        told.append(replace(submission, explanations=explanations))
    return told


def _choose(group: Sequence[Submission], deciding: Deciding) -> list[Version]:
    orders = [_edition(item) for item in group]
    numbers = {edition: number for number, edition in enumerate(dict.fromkeys(orders), start=1)}
    by_stream: dict[str, list[_Candidate]] = {}
    candidates: list[_Candidate] = []
    for item, order, stream in zip(group, orders, _streams(group, deciding.campaign), strict=True):
        candidates.append(_candidate(item, numbers[order], order, stream, deciding))
        by_stream.setdefault(stream, []).append(candidates[-1])
    chosen = {stream: _best(own) for stream, own in by_stream.items()}
    return [_marked(item, by_stream[item.stream], chosen[item.stream]) for item in candidates]


def _candidate(
    submission: Submission, number: int, edition: tuple[datetime, str, str, str], stream: str, deciding: Deciding
) -> _Candidate:
    excluded = first_scope(deciding.of("exclude"), submission)
    accepted = first_scope(deciding.of("accept"), submission)
    for decision in (excluded, accepted):
        if decision is not None:
            deciding.used[decision.number] += 1
    findings = open_findings(submission, deciding)
    errors = any(item.severity is Severity.ERROR for item in findings)
    version = Version(
        submission=submission,
        number=number,
        counts=False,
        reason=words()["versions"]["excluded"].format(number=excluded.number) if excluded else "",
        acceptable=bool(submission.unit_id) and (accepted is not None or not errors),
        excluded=excluded is not None,
        findings=findings,
    )
    return _Candidate(version=version, edition=edition, stream=stream, accepted=accepted)


def open_findings(submission: Submission, deciding: Deciding) -> tuple[Finding, ...]:
    """Return the findings of a submission under the campaign's severities, without waived and explained ones."""
    campaign = deciding.campaign
    owned = (
        finding.about(unit_id=submission.unit_id, form=submission.form)
        for finding in dict.fromkeys(submission.findings)
    )
    findings = [with_severity(item, campaign) for item in owned]
    waived = waived_by(findings, deciding.decisions, campaign)
    for number in waived.values():
        deciding.used[number] += 1
    return tuple(item for item in findings if item not in waived and not is_settled(item, submission.explanations))


def settle(
    findings: Sequence[Finding], effects: Sequence[DecisionEffect], campaign: Campaign, as_of: datetime
) -> tuple[tuple[Finding, ...], tuple[DecisionEffect, ...]]:
    """Return findings made outside versions (arrivals, across, history) without the waived, and the effects so far."""
    deciding = Deciding(campaign=campaign, today=as_of.date())
    for effect in effects:
        if isinstance(effect.decision, Decision):
            deciding.used[effect.decision.number] += effect.matched
    waived = waived_by(findings, deciding.decisions, campaign)
    for number in waived.values():
        deciding.used[number] += 1
    counted = {item.decision: item for item in deciding.effects()}
    told = tuple(
        counted[item.decision] if item.decision in counted and item.matched != counted[item.decision].matched else item
        for item in effects
    )
    return tuple(item for item in findings if item not in waived), told


def _best(candidates: Sequence[_Candidate]) -> tuple[datetime, str, str, str] | None:
    """Return the edition that counts: accepted by decision, else the latest acceptable, else the latest."""
    live = [item for item in candidates if not item.version.excluded and item.version.submission.unit_id]
    parts: dict[tuple[datetime, str, str, str], list[_Candidate]] = {}
    for item in live:
        parts.setdefault(item.edition, []).append(item)
    editions = sorted(parts)
    ladder = (
        [edition for edition in editions if any(item.accepted for item in parts[edition])],
        [edition for edition in editions if all(item.version.acceptable for item in parts[edition])],
        editions,
    )
    return next((fitting[-1] for fitting in ladder if fitting), None)


def _marked(item: _Candidate, stream: Sequence[_Candidate], chosen: tuple[datetime, str, str, str] | None) -> Version:
    """Return a candidate as a version that counts or not, with the reason; `stream` are all of its sub-unit."""
    version, table = item.version, words()["versions"]
    counts = item.edition == chosen and not version.excluded
    if version.excluded:
        return version
    if not version.submission.unit_id:
        return replace(version, reason=table["no_unit"])
    if counts and item.accepted:
        reason = table["accepted"].format(number=item.accepted.number)
    elif counts:
        newer = [other.version for other in stream if other.edition > item.edition]
        worse = any(not other.acceptable and not other.excluded for other in newer)
        reason = table["newer_worse" if worse else "latest_acceptable"] if version.acceptable else table["latest"]
    else:
        reason = table["superseded" if chosen and chosen > item.edition else "worse"]
    return replace(version, counts=counts, reason=reason)


# --- sub-units ---------------------------------------------------------------------------------------


def _streams(group: Sequence[Submission], campaign: Campaign) -> list[str]:
    """Return for each submission the sub-unit it comes from, "" for the unit itself.

    Sub-units are kept apart only when they report different things; otherwise it is one unit correcting itself.
    """
    names = [sub_unit(item, campaign) for item in group]
    if not any(names):
        return names
    keys: dict[str, set[str]] = {}
    for name, item in zip(names, group, strict=True):
        keys.setdefault(name, set()).update(bare(record.key) for record in item.records)
    apart = {
        name
        for name, own in keys.items()
        if name and own and not any(own & others for other, others in keys.items() if other != name)
    }
    return [name if name in apart else "" for name in names]


@cache
def _marks() -> tuple[str, ...]:
    return tuple(sorted(map(bare, words()["sub_units"]["marks"]), key=len, reverse=True))


def sub_unit(submission: Submission, campaign: Campaign) -> str:
    """Return what the reporting cell says beyond the unit's own name (畜牧站 of 县农业农村局（畜牧站）)."""
    unit = campaign.unit_by_id.get(submission.unit_id)
    answer = submission.form_fields.get("reporting_unit")
    if unit is None or answer is None:
        return ""
    rest = bare(said(answer))
    for mark in _marks():
        rest = rest.replace(mark, "")
    names = sorted((bare(name) for name in (unit.name, *unit.aliases)), key=len, reverse=True)
    found = next((name for name in names if name and name in rest), "")
    if not found:
        return ""
    before, _, after = rest.partition(found)
    return after if len(after) >= 2 and len(before) <= 8 else ""
