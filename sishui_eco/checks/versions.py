"""V1xx: what the versions of a unit's form tell when held against one another, and against the deadline."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sishui_eco.checks.comparing import Compared, by_key, mended, same_answer
from sishui_eco.checks.deadlines import days_overdue, unknown_years
from sishui_eco.checks.examined import Examined
from sishui_eco.checks.explanations import identity
from sishui_eco.checks.indicator_checks import as_date
from sishui_eco.checks.texts import bare, is_meaningful, words
from sishui_eco.model.finding import Finding, Severity, make_finding
from sishui_eco.model.outcome import Change, Version
from sishui_eco.spec.campaign import Campaign


def check_versions(
    versions: Sequence[Version], campaign: Campaign, compared: Iterable[Compared]
) -> tuple[Finding, ...]:
    """Return what the history tells, of the newest version of each unit's form against the one before it."""
    found: list[Finding] = []
    newest = {_key(version): version.number for version in versions if not version.excluded}
    kept = {_key(version): version for version in versions if version.counts}
    for pair in compared:
        old, new, changes = pair.old, pair.new, pair.changes
        found.extend(_older_came_later(old, new))
        if new.number != newest[_key(new)]:
            continue
        found.extend(_unchanged(changes, old, new))
        found.extend(_without_a_word(changes, old, new, campaign))
        found.extend(_vanished(changes, old, new, campaign))
        found.extend(_same_again(old, new))
        found.extend(_worse(new, kept.get(_key(new))))
    found.extend(_late(versions, campaign))
    found.extend(_calendar(campaign))
    return tuple(found)


def _key(version: Version) -> tuple[str, str]:
    return version.submission.unit_id, version.submission.form


def _fault(code: str, version: Version, change: Change | None = None, **parts: object) -> Finding:
    submission = version.submission
    place = change.place if change and change.place else submission.arrival.place
    about = {"record": change.record, "field": change.field} if change else {}
    return make_finding(code, place, unit_id=submission.unit_id, form=submission.form, **{**about, **parts})  # type: ignore[arg-type]


def _heading(change: Change, campaign: Campaign) -> str:
    form = campaign.form_by_key.get(change.form)
    field = form.field(change.field) if form else None
    return f"{field.group}{field.heading}" if field else change.field


def _without_a_word(changes: Sequence[Change], old: Version, new: Version, campaign: Campaign) -> list[Finding]:
    """V101: doubt a figure that changed though nobody had asked, without a word in the remarks."""
    table = words()["watched"]
    asked = {item.record for item in old.findings if item.severity != "note"}
    told = {(item.record, item.field) for item in new.findings if item.severity is Severity.ERROR}
    records = by_key(new.submission)
    earlier = by_key(old.submission)
    found = []
    for change in changes:
        watched = change.field in table["fields"] or change.field.startswith(table["prefix"])
        if not (change.field and watched and change.before and change.after):
            continue
        remarks = records[change.record].raw("remarks")
        explained = is_meaningful(remarks) and remarks != earlier[change.record].raw("remarks")
        if change.record in asked or explained or (change.record, change.field) in told:
            continue
        finding = _fault(
            "V101", new, change, raw=change.after, before=change.before, heading=_heading(change, campaign)
        )
        if not is_meaningful(new.submission.explanations.get(identity(finding), "")):
            found.append(finding)
    return found


def _vanished(changes: Sequence[Change], old: Version, new: Version, campaign: Campaign) -> list[Finding]:
    """V102, V103: doubt an answer or a record that the version before had, unless it was found fault with there."""
    gone = [change for change in changes if change.before and (not change.after or not change.field)]
    if not gone:
        return []
    asked = {(item.record, item.field) for item in old.findings} | {
        (item.record, "") for item in old.findings if not item.field or item.code in words()["asked_away"]["codes"]
    }
    told = {(item.record, item.field) for item in new.findings}
    known = {*campaign.indicator_by_key, *(material.key for material in campaign.materials)}  # F201, F301 tell these
    examined, records = Examined(submission=new.submission, campaign=campaign), by_key(new.submission)
    found = []
    for change in gone:
        if (change.record, change.field) in asked or (change.record, change.field) in told:
            continue
        if not change.field:
            if change.record not in known:
                found.append(_fault("V103", new, change, raw=change.record))
        elif _watched_blank(change, campaign):
            empty = replace(change, place=examined.place(records[change.record], change.field))
            found.append(_fault("V102", new, empty, before=change.before, heading=_heading(change, campaign)))
    return found


def _watched_blank(change: Change, campaign: Campaign) -> bool:
    form = campaign.form_by_key.get(change.form)
    field = form.field(change.field) if form else None
    return field is not None and not field.prefilled and change.field != "remarks"


def _same_again(old: Version, new: Version) -> list[Finding]:
    """V104: tell a fault that had been told of the version before and is still there."""
    _, still, _ = mended(old.findings, new.findings)
    return [
        make_finding(
            "V104",
            *item.places,
            unit_id=new.submission.unit_id,
            form=new.submission.form,
            record=item.record,
            field=item.field,
            raw=item.raw,
            message=item.message,
            fault=item.code,
        )
        for item in still
        if item.severity == "error" and item.audience == "unit"
    ]


def _older_came_later(old: Version, new: Version) -> list[Finding]:
    """V105: doubt a form received later whose date of reporting is earlier."""
    dates = []
    for version in (old, new):
        answer = version.submission.form_fields.get("report_date")
        stated = as_date(answer.value, last=False) if answer else None
        dates.append((stated, answer.raw if answer else ""))
    (before, before_raw), (after, after_raw) = dates
    if before is None or after is None or after >= before:
        return []
    answer = new.submission.form_fields["report_date"]
    finding = make_finding(
        "V105",
        answer.place,
        unit_id=new.submission.unit_id,
        form=new.submission.form,
        field="report_date",
        raw=after_raw,
        other=before_raw,
    )
    return [finding]


def _worse(new: Version, kept: Version | None) -> list[Finding]:
    """V106: note a newer version that was not taken because it is worse than the one that counts."""
    if new.counts or new.acceptable or kept is None or kept.number >= new.number:
        return []
    return [_fault("V106", new, number=new.number, kept=kept.number)]


def _unchanged(changes: Sequence[Change], old: Version, new: Version) -> list[Finding]:
    """V107: note a version that says nothing new."""
    labels = (old.submission.form_fields, new.submission.form_fields)
    same_labels = all(same_answer(labels[0].get(name), labels[1].get(name)) for name in {*labels[0], *labels[1]})
    nil = [bare(v.submission.nil_statement.raw) if v.submission.nil_statement else "" for v in (old, new)]
    if changes or not same_labels or nil[0] != nil[1] or _explains(old, new):
        return []
    return [_fault("V107", new, number=new.number)]


def _explains(old: Version, new: Version) -> bool:
    before = old.submission.explanations
    return any(before.get(key) != text for key, text in new.submission.explanations.items())


def _late(versions: Sequence[Version], campaign: Campaign) -> list[Finding]:
    """V108: note a form whose first acceptable version came after the deadline."""
    first: dict[tuple[str, str], Version] = {}
    for version in versions:
        key = _key(version)
        if version.acceptable and not version.excluded and key[0]:
            best = first.get(key)
            if best is None or version.submission.arrival.received < best.submission.arrival.received:
                first[key] = version
    found = []
    for (_, form_key), version in first.items():
        days = days_overdue(campaign.deadline, version.submission.arrival.received, campaign)
        form = campaign.form_by_key.get(form_key)
        if days:
            found.append(_fault("V108", version, days=days, label=form.label if form else form_key))
    return found


def _calendar(campaign: Campaign) -> list[Finding]:
    """V109: note that the holidays of the deadline's year are not known."""
    day = campaign.deadline.date()
    return [make_finding("V109", year=year) for year in unknown_years(day, day, campaign)]
