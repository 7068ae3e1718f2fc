"""What became of everything that came: arrival lines, open findings, figures of the day, the balance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

import msgspec

from sishui_eco.errors import ConservationError
from sishui_eco.model.arrival import Arrival, ArrivalVerdict
from sishui_eco.model.finding import Finding, Severity
from sishui_eco.model.outcome import (
    ArrivalLine,
    Judgement,
    Outcome,
    Snapshot,
    StandingState,
    TallyLine,
    Version,
)
from sishui_eco.model.submission import Understood
from sishui_eco.spec.campaign import Campaign
from sishui_eco.zh import word


def arrival_lines(
    arrivals: Sequence[tuple[Arrival, tuple[Finding, ...]]],
    understood: Sequence[Understood],
    versions: Sequence[Version],
) -> tuple[ArrivalLine, ...]:
    """Return one line per arrival, in order of file and member, each with exactly one verdict.

    Copies of bytes already seen are duplicates of the earliest; an arrival is superseded when no
    submission of it counts and a newer one of the same unit and form does.
    """
    by_hash = {item.arrival.sha256: item for item in understood}
    counting = {(v.submission.unit_id, v.submission.form): v.number for v in versions if v.counts}
    numbers: dict[tuple[str, str], list[Version]] = {}
    for version in versions:
        arrival = version.submission.arrival
        numbers.setdefault((arrival.file, arrival.member), []).append(version)
    lines = []
    for arrival, findings in arrivals:
        item = by_hash[arrival.sha256]
        if (item.arrival.file, item.arrival.member) != (arrival.file, arrival.member):
            lines.append(_duplicate(arrival, item, findings))
            continue
        own = numbers.get((arrival.file, arrival.member), [])
        lines.append(_line(item, own, counting, findings))
    return tuple(sorted(lines, key=lambda line: (line.arrival.file, line.arrival.member)))


def _duplicate(arrival: Arrival, original: Understood, findings: tuple[Finding, ...]) -> ArrivalLine:
    if original.verdict is ArrivalVerdict.IGNORED:
        verdict, evidence = ArrivalVerdict.IGNORED, original.evidence
    else:
        verdict = ArrivalVerdict.DUPLICATE
        evidence = word("arrivals.duplicate", "reckoning", place=str(original.arrival.place))
    return ArrivalLine(
        arrival=replace(arrival, content=b""),
        verdict=verdict,
        forms=tuple(item.form for item in original.submissions),
        unit_id=original.unit_id,
        evidence=evidence,
        findings=findings,
    )


def _line(
    item: Understood,
    own: Sequence[Version],
    counting: Mapping[tuple[str, str], int],
    findings: tuple[Finding, ...],
) -> ArrivalLine:
    verdict, evidence = item.verdict, item.evidence
    if verdict in (ArrivalVerdict.READ, ArrivalVerdict.NIL_RETURN) and own and all(_is_older(v, counting) for v in own):
        verdict = ArrivalVerdict.SUPERSEDED
        newer = max(counting[v.submission.unit_id, v.submission.form] for v in own)
        note = word("arrivals.superseded", "reckoning", number=own[0].number, newer=newer)
        evidence = f"{evidence}{note}"
    units = sorted({v.submission.unit_id for v in own if v.submission.unit_id}) or [item.unit_id]
    return ArrivalLine(
        arrival=item.arrival,
        verdict=verdict,
        forms=tuple(dict.fromkeys(v.submission.form for v in own)) or tuple(s.form for s in item.submissions),
        unit_id=";".join(units),
        evidence=evidence,
        code=item.code,
        findings=(*findings, *item.findings),
        red_round=item.red_round,
    )


def _is_older(version: Version, counting: Mapping[tuple[str, str], int]) -> bool:
    key = (version.submission.unit_id, version.submission.form)
    return not version.counts and not version.excluded and version.number < counting.get(key, 0)


def supporting_files(lines: Iterable[ArrivalLine]) -> dict[str, tuple[str, ...]]:
    """Return unit_id -> names of everything that came from it besides its forms (scans, materials)."""
    found: dict[str, list[str]] = {}
    for line in lines:
        if line.verdict is ArrivalVerdict.SUPPORTING and line.unit_id:
            found.setdefault(line.unit_id, []).append(line.arrival.name)
    return {unit_id: tuple(sorted(names)) for unit_id, names in sorted(found.items())}


def pictures_seen(lines: Iterable[ArrivalLine]) -> dict[str, dict[str, bool]]:
    """Return unit_id -> name of a picture that was looked at -> whether a round red mark is on it."""
    found: dict[str, dict[str, bool]] = {}
    for line in lines:
        if line.unit_id and line.red_round is not None:
            names = found.setdefault(line.unit_id, {})
            names[line.arrival.name] = names.get(line.arrival.name, False) or line.red_round
    return found


def open_findings(
    lines: Sequence[ArrivalLine], versions: Sequence[Version], others: Sequence[Finding], campaign: Campaign
) -> tuple[Finding, ...]:
    """Return all open findings: of arrivals, of the versions that count or were sent back, across, over time.

    Order: roster, form, file, sheet, row, column, code. Severities are the campaign's.
    """
    newest = {(v.submission.unit_id, v.submission.form): v.number for v in versions}
    found: list[Finding] = [
        finding.about(unit_id=line.unit_id if ";" not in line.unit_id else "")
        for line in lines
        for finding in line.findings
    ]
    for version in versions:
        key = (version.submission.unit_id, version.submission.form)
        if version.counts or version.number == newest[key]:
            found.extend(finding.about(unit_id=key[0], form=key[1]) for finding in version.findings)
    found.extend(others)
    order = {unit.unit_id: unit.order for unit in campaign.units}
    unique = dict.fromkeys(with_severity(finding, campaign) for finding in found)
    return tuple(sorted(unique, key=lambda finding: _finding_order(finding, order)))


def with_severity(finding: Finding, campaign: Campaign) -> Finding:
    """Return the finding with the severity the campaign gives its code."""
    chosen = campaign.severities.get(finding.code)
    return msgspec.structs.replace(finding, severity=Severity(chosen)) if chosen else finding


def _finding_order(finding: Finding, order: Mapping[str, int]) -> tuple[object, ...]:
    place = finding.places[0] if finding.places else None
    where = (place.file, place.member, place.sheet, place.row, place.column) if place else ("", "", "", 0, 0)
    return (order.get(finding.unit_id, len(order)), finding.form, *where, finding.code, finding.record, finding.field)


def require_balance(tally: Sequence[TallyLine]) -> None:
    """Stop publication when a row was lost. Raises: ConservationError naming the sheets."""
    wrong = [line for line in tally if not line.balanced]
    if wrong:
        joint = word("joint", "reckoning")
        raise ConservationError("unbalanced", lines=joint.join(f"{line.file} › {line.sheet}" for line in wrong))


def snapshot(outcome: Outcome) -> Snapshot:
    """Return the figures of this run that a later run compares itself with."""
    done = (StandingState.ACCEPTED, StandingState.NIL)
    amounts = [
        row.record.answers["investment"].amount
        for row in outcome.merged.get("annex4", ())
        if "investment" in row.record.answers
    ]
    return Snapshot(
        as_of=outcome.as_of.date(),
        accepted=sum(item.state in done for item in outcome.standings),
        returned_units=len({item.unit_id for item in outcome.standings if item.state is not StandingState.MISSING}),
        met=sum(verdict.judgement is Judgement.MET for verdict in outcome.verdicts),
        not_met=sum(verdict.judgement is Judgement.NOT_MET for verdict in outcome.verdicts),
        projects=len(outcome.merged.get("annex4", ())),
        investment=sum((amount for amount in amounts if amount is not None), Decimal(0)),
    )
