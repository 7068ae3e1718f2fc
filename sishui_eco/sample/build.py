"""Build the sample inbox and the plan of it."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

from sishui_eco.model.place import column_letters
from sishui_eco.sample.packages import encoded_word, mail, zipped_gbk
from sishui_eco.sample.plan import ExpectedAnswer, FilePlan, Plan, SubmissionPlan
from sishui_eco.sample.tables import FileRow, file_rows, words
from sishui_eco.sample.writers import Made, make_file
from sishui_eco.spec.campaign import Campaign

COUNTY_TIME = timezone(timedelta(hours=8))
ERRORS = frozenset(
    {
        "target_altered",
        "over_100",
        "claims_met",
        "own_missing",
        "actual_copied",
        "not_provided",
        "nil_unsigned",
        "not_own",
        "supports_not_own",
        "investment_zero",
        "period_outside",
        "no_liaison",
    }
)


def build_sample(folder: Path, campaign: Campaign, seed: int = 20230731) -> Plan:
    """Write the sample returns into `folder` (the inbox, made if absent) and return the truth about them.

    Same campaign and seed: same bytes, same file times. The campaign must be the shipped one or differ
    from it in settings only: the facts name its units and indicators.
    """
    rows = file_rows(tuple((form.label, form.key) for form in campaign.forms))
    made = {(row.file, row.member): make_file(row, campaign, seed) for row in rows if row.writer != "copy"}
    for row in rows:
        if row.writer == "copy":
            made[row.file, row.member] = Made(content=made[row.shape["copy"], ""].content)
    _write_files(folder, rows, made)
    return _plan(rows, made, campaign)


def _write_files(folder: Path, rows: tuple[FileRow, ...], made: Mapping[tuple[str, str], Made]) -> None:
    members: dict[str, list[FileRow]] = {}
    for row in rows:
        members.setdefault(row.file, []).append(row)
    for file, group in members.items():
        moment = datetime.fromisoformat(words()["rounds"]["received"][group[0].round - 1])
        contents = {row.member: made[row.file, row.member].content for row in group}
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_packed(file, contents, moment))
        stamp = moment.replace(tzinfo=COUNTY_TIME).timestamp()
        os.utime(path, (stamp, stamp))


def _packed(file: str, contents: Mapping[str, bytes], moment: datetime) -> bytes:
    if file.endswith(".eml"):
        texts = words()["mail"]
        headers = {
            "From": f"{encoded_word(texts['sender'])} <{texts['address']}>",
            "To": f"<{texts['to']}>",
            "Subject": encoded_word(texts["subject"]),
            "Message-ID": "<sample-0001@example.invalid>",
        }
        return mail(headers, texts["body"], contents.items(), moment)
    if file.endswith(".zip"):
        return zipped_gbk(contents)
    return contents[""]


def _plan(rows: tuple[FileRow, ...], made: Mapping[tuple[str, str], Made], campaign: Campaign) -> Plan:
    files = [_file_plan(row, made[row.file, row.member], campaign) for row in rows]
    files = _settle(files)
    planted = tuple(item for row in rows for item in made[row.file, row.member].planted)
    answers = tuple(item for row in rows for item in _answers(row, made[row.file, row.member]))
    returned = sorted({part.unit_id for file in files for part in file.submissions})
    counting = [part for file in files for part in file.submissions if part.counts]
    merged: Counter[str] = Counter({form.key: 0 for form in campaign.forms})
    for part in counting:
        merged[part.form] += part.records - part.rejected
    return Plan(
        files=tuple(sorted(files, key=lambda item: (item.file, item.member))),
        answers=answers,
        planted=planted,
        tally=_tally(rows, files, made),
        returned_units=tuple(returned),
        missing_units=tuple(unit.unit_id for unit in campaign.units if unit.unit_id not in returned),
        records_merged=dict(merged),
    )


def _file_plan(row: FileRow, item: Made, campaign: Campaign) -> FilePlan:
    wrong = {planted.form for planted in item.planted if planted.meaning in ERRORS}
    submissions = tuple(
        SubmissionPlan(
            unit_id=draft.unit_id,
            form=draft.form,
            round=row.round,
            records=len(draft.records),
            rejected=len(draft.rejected),
            nil=draft.nil,
            acceptable=draft.form not in wrong,
        )
        for draft in item.drafts
    )
    nil_only = bool(submissions) and all(part.nil for part in submissions)
    return FilePlan(
        file=row.file,
        member=row.member,
        verdict=row.verdict or ("nil_return" if nil_only else "read"),
        unit_id=row.unit_id,
        round=row.round,
        forms=tuple(part.form for part in submissions),
        submissions=submissions,
        sheets=tuple(canvas.sheet_plan() for _, canvas in item.canvases) if item.named_sheets else (),
        planted=item.planted,
    )


def _settle(files: list[FilePlan]) -> list[FilePlan]:
    """Decide which submission of a unit and form counts: the latest acceptable, else the latest."""
    counting: dict[tuple[str, str], tuple[bool, int]] = {}
    for file in files:
        for part in file.submissions:
            key = (part.unit_id, part.form)
            counting[key] = max(counting.get(key, (False, 0)), (part.acceptable, part.round))
    return [_settled(file, counting) for file in files]


def _settled(file: FilePlan, counting: Mapping[tuple[str, str], tuple[bool, int]]) -> FilePlan:
    parts = []
    for part in file.submissions:
        _, chosen = counting[part.unit_id, part.form]
        parts.append(replace(part, counts=part.round == chosen, superseded=part.round < chosen))
    verdict = "superseded" if parts and all(part.superseded for part in parts) else file.verdict
    return replace(file, submissions=tuple(parts), verdict=verdict)


def _answers(row: FileRow, item: Made) -> list[ExpectedAnswer]:
    found = []
    drafts = {draft.form: draft for draft in item.drafts}
    for form, canvas in item.canvases:
        draft = drafts.get(form)
        if draft is None:
            continue
        for (index, key), (line, column) in sorted(canvas.places.items()):
            entry = draft.records[index].get(key)
            if entry is None or entry.value is None:
                continue
            found.append(
                ExpectedAnswer(
                    file=row.file,
                    member=row.member,
                    sheet=canvas.name if item.named_sheets else "",
                    cell=f"{column_letters(column)}{line}",
                    form=form,
                    record=draft.keys[index],
                    field=key,
                    value=entry.value,
                )
            )
    return found


def _tally(rows: tuple[FileRow, ...], files: list[FilePlan], made: Mapping[tuple[str, str], Made]) -> dict[str, int]:
    """Return the rows of all sheets with a table by account; record rows by what becomes of their version."""
    tally: Counter[str] = Counter()
    for row, file in zip(rows, files, strict=True):
        parts = {part.form: part for part in file.submissions}
        for form, canvas in made[row.file, row.member].canvases:
            plan = canvas.sheet_plan()
            for account in ("section", "subtotal", "sample", "blank_form", "other"):
                tally[account] += getattr(plan, account)
            if part := parts.get(form):
                tally["merged" if part.counts else "superseded" if part.superseded else "returned"] += plan.records
                if part.counts:
                    tally["merged"] -= part.rejected
                    tally["returned"] += part.rejected
    return dict(sorted(tally.items()))
