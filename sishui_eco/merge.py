"""Accepted submissions -> consolidated tables, and the tally that proves that no row was lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sishui_eco.model.finding import Finding
from sishui_eco.model.outcome import MergedRow, TallyLine, Verdict, Version
from sishui_eco.model.submission import Record, RowClass, Submission, Understood
from sishui_eco.spec.campaign import Campaign

if TYPE_CHECKING:
    import pandas

RECORD = RowClass.RECORD


def rejected_records(submission: Submission, campaign: Campaign) -> frozenset[tuple[str, int]]:
    """Return (sheet, first row) of records that cannot enter a consolidated table.

    They go back to the unit with their findings: indicators the catalogue does not know or the unit does
    not lead, and later rows under a key already used. A material beyond the list is welcome when its
    indicator is known. Without a known unit all go back.
    """
    seen: set[str] = set()
    rejected: set[tuple[str, int]] = set()
    for record in submission.records:
        known = record.known or _extra_material(record, campaign)
        if not submission.unit_id or not known or record.key in seen or not _own(record, submission, campaign):
            rejected.add((record.place.sheet, record.place.row))
        seen.add(record.key)
    return frozenset(rejected)


def _extra_material(record: Record, campaign: Campaign) -> bool:
    return record.form == "annex3" and record.value("indicator") in {item.name for item in campaign.indicators}


def _own(record: Record, submission: Submission, campaign: Campaign) -> bool:
    indicator = campaign.indicator_by_key.get(record.key) if record.form == "annex2" else None
    return indicator is None or indicator.lead == submission.unit_id


def merge_versions(
    versions: Sequence[Version], verdicts: Sequence[Verdict], campaign: Campaign
) -> Mapping[str, tuple[MergedRow, ...]]:
    """Return the rows of every form from the versions that count, in catalogue then roster order."""
    judged = {(verdict.unit_id, verdict.record): verdict for verdict in verdicts}
    merged: dict[str, list[MergedRow]] = {form.key: [] for form in campaign.forms}
    for version in versions:
        if version.counts:
            merged[version.submission.form].extend(_rows(version, judged))
    order = _Order(campaign)
    return {form: tuple(sorted(rows, key=order)) for form, rows in merged.items()}


def _rows(version: Version, judged: Mapping[tuple[str, str], Verdict]) -> list[MergedRow]:
    submission = version.submission
    by_record: dict[str, list[Finding]] = {}
    for finding in version.findings:
        by_record.setdefault(finding.record, []).append(finding)
    return [
        MergedRow(
            unit_id=submission.unit_id,
            form=submission.form,
            record=record,
            version=version.number,
            arrival=submission.arrival,
            verdict=judged.get((submission.unit_id, record.key)) if submission.form == "annex2" else None,
            findings=tuple(by_record.get(record.key, ())),
        )
        for record in submission.records
        if (record.place.sheet, record.place.row) not in version.rejected
    ]


class _Order:
    """Sort key of merged rows: catalogue order, then roster order, then place."""

    def __init__(self, campaign: Campaign) -> None:
        self._units = {unit.unit_id: unit.order for unit in campaign.units}
        self._records = {item.key: item.order for item in campaign.indicators}
        self._records |= {item.key: item.order for item in campaign.materials}
        self._categories = {name: order for order, name in enumerate(campaign.categories)}

    def __call__(self, row: MergedRow) -> tuple[int, int, int, str, int, int]:
        last = len(self._records)
        category = self._categories.get(row.record.value("category"), len(self._categories))
        known = self._records.get(row.record.key, last)
        unit = self._units.get(row.unit_id, len(self._units))
        place = row.record.place
        return (known, category, unit, place.sheet, place.row, place.column)


def tally_arrivals(understood: Sequence[Understood], versions: Sequence[Version]) -> tuple[TallyLine, ...]:
    """Return one line per sheet read, every non-blank row in exactly one account.

    Copies of the same bytes are not read again; their rows stand under the first copy.
    """
    by_submission = {id(version.submission): version for version in versions}
    by_content = {_identity(version.submission): version for version in versions}
    counting = {(v.submission.unit_id, v.submission.form): v.number for v in versions if v.counts}
    tally = []
    for item in understood:
        for sheet in item.rows:
            if not sheet.classes:
                continue
            counts = Counter(kind.value for kind in sheet.classes.values() if kind is not RECORD)
            rows: dict[int | None, list[int]] = {}  # by the submission that owns them
            for row, kind in sheet.classes.items():
                if kind is RECORD:
                    rows.setdefault(sheet.owner.get(row), []).append(row)
            for owner, own in rows.items():
                submission = item.submissions[owner] if owner is not None else None
                version = None
                if submission is not None:
                    version = by_submission.get(id(submission)) or by_content.get(_identity(submission))
                counts.update(_accounts(version, counting, sheet.sheet, own))
            place = item.arrival
            tally.append(
                TallyLine(
                    file=place.file, member=place.member, sheet=sheet.sheet, rows=len(sheet.classes), **dict(counts)
                )
            )
    return tuple(sorted(tally, key=lambda line: (line.file, line.member, line.sheet)))


def _identity(submission: Submission) -> tuple[str, str, str, int]:
    first = submission.records[0].place if submission.records else None
    arrival = submission.arrival
    return (arrival.file, arrival.member, first.sheet if first else "", first.row if first else 0)


def _accounts(
    version: Version | None, counting: Mapping[tuple[str, str], int], sheet: str, rows: Sequence[int]
) -> Counter[str]:
    """Return account -> number of the rows of one version on a sheet; a row of no record was returned."""
    if version is None:
        return Counter(returned=len(rows))
    if version.excluded:
        return Counter(excluded=len(rows))
    if not version.counts:
        newer = counting.get((version.submission.unit_id, version.submission.form), 0)
        return Counter({"superseded" if version.number < newer else "returned": len(rows)})
    accounts: dict[int, str] = {}
    for record in version.submission.records:
        if record.place.sheet == sheet:
            account = "returned" if (sheet, record.place.row) in version.rejected else "merged"
            for row in record.rows:
                accounts.setdefault(row, account)
    return Counter(accounts.get(row, "returned") for row in rows)


def plain_frame(rows: Sequence[Mapping[str, object]]) -> pandas.DataFrame:
    """Return rows of plain values as a pandas frame, nothing coerced. Shape: one column a key."""
    import pandas

    return pandas.DataFrame(list(rows), dtype=object)


def frame(rows: Sequence[MergedRow], campaign: Campaign) -> pandas.DataFrame:
    """Return merged rows as a pandas frame: unit, record, version, place, then one column per field.

    Shape: one row per record; values are canonical strings, never coerced (001 stays 001).
    """
    import pandas

    form = campaign.form_by_key[rows[0].form] if rows else None
    fields = [field.key for field in form.fields] if form else []
    extras = sorted({key for row in rows for key in row.record.answers if key not in fields})
    data = [
        {
            "unit_id": row.unit_id,
            "unit": campaign.unit_name(row.unit_id),
            "record": row.record.key,
            "version": row.version,
            "place": str(row.record.place),
            **{key: row.record.value(key) for key in (*fields, *extras)},
        }
        for row in rows
    ]
    columns = ["unit_id", "unit", "record", "version", "place", *fields, *extras]
    return pandas.DataFrame(data, columns=columns, dtype="str")
