"""What a unit is told of its newest versions: the findings it must mend or explain, and in which forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sishui_eco.model.arrival import ArrivalVerdict
from sishui_eco.model.finding import Finding, Severity
from sishui_eco.model.outcome import ArrivalLine, Outcome, Version


def newest_versions(versions: Sequence[Version]) -> list[Version]:
    """Return the newest version of every unit and form that was not excluded, in given order."""
    newest: dict[tuple[str, str], Version] = {}
    for version in versions:
        key = (version.submission.unit_id, version.submission.form)
        if not version.excluded and (key not in newest or version.number > newest[key].number):
            newest[key] = version
    return list(newest.values())


def told_by_form(outcome: Outcome) -> Mapping[tuple[str, str], Sequence[Finding]]:
    """Return (unit_id, form) -> the open findings that the unit must mend or explain."""
    found: dict[tuple[str, str], list[Finding]] = {}
    for item in outcome.findings:
        if told_to_unit(item):
            found.setdefault((item.unit_id, item.form), []).append(item)
    return found


def findings_to_send(version: Version, told: Mapping[tuple[str, str], Sequence[Finding]]) -> list[Finding]:
    """Return the open findings that a unit must mend or explain in one version, those found across forms too."""
    submission = version.submission
    here = (submission.arrival.file, submission.arrival.member)
    return [
        item
        for item in told.get((submission.unit_id, submission.form), ())
        if all((place.file, place.member) == here for place in item.places[:1])
    ]


def told_to_unit(finding: Finding) -> bool:
    """Say whether a finding asks the unit to mend or explain something."""
    return finding.audience == "unit" and finding.severity in (Severity.ERROR, Severity.DOUBT)


def unread_arrivals(outcome: Outcome) -> Mapping[str, Sequence[ArrivalLine]]:
    """Return unit_id -> the files of a unit that could not be read: it did send something."""
    found: dict[str, list[ArrivalLine]] = {}
    for line in outcome.arrivals:
        if line.unit_id and line.verdict is ArrivalVerdict.REFUSED:
            found.setdefault(line.unit_id, []).append(line)
    return found


def forms_sent_back(outcome: Outcome) -> Mapping[str, frozenset[str]]:
    """Return unit_id -> the forms that go back to it marked, whatever their standing."""
    told = told_by_form(outcome)
    found: dict[str, set[str]] = {}
    for version in newest_versions(outcome.versions):
        if findings_to_send(version, told):
            found.setdefault(version.submission.unit_id, set()).add(version.submission.form)
    return {unit: frozenset(forms) for unit, forms in found.items()}
