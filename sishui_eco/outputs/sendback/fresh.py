"""A fresh prefilled blank with what a unit filled in, for originals that cannot be marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from sishui_eco.model.finding import Finding
from sishui_eco.model.place import Place
from sishui_eco.model.submission import Submission
from sishui_eco.outputs.blanks import write_filled
from sishui_eco.outputs.packaging import normalise_package
from sishui_eco.spec.campaign import Campaign


@dataclass(frozen=True, slots=True, kw_only=True)
class Fresh:
    """The new workbook and where everything now stands: by old place, and by record and field."""

    content: bytes
    sheet: str
    moved: Mapping[Place, Place]
    fields: Mapping[tuple[str, str], Place]


def copy_out(submission: Submission, campaign: Campaign, moment: datetime) -> Fresh:
    """Return the unit's blank with its answers, checks, dropdowns and protection as issued."""
    unit = campaign.unit_by_id.get(submission.unit_id)
    filled = write_filled(submission, unit, campaign, moment)
    arrival = submission.arrival

    def place(cell: tuple[int, int]) -> Place:
        return Place(file=arrival.file, member=arrival.member, sheet=filled.sheet, row=cell[0], column=cell[1])

    moved: dict[Place, Place] = {}
    fields: dict[tuple[str, str], Place] = {}
    for number, record in enumerate(submission.records):
        own = {key: place(cell) for (of, key), cell in filled.records.items() if of == number}
        for key, here in own.items():
            fields.setdefault((record.key, key), here)
            answer = record.answers.get(key)
            if answer is not None and answer.place.row:
                moved.setdefault(answer.place, here)
        if own:
            moved.setdefault(record.place, next(iter(own.values())))
    answers = dict(submission.form_fields)
    if submission.nil_statement is not None:
        answers["nil_statement"] = submission.nil_statement
    for key, cell in filled.block.items():
        fields.setdefault(("", key), place(cell))
        old = answers[key].place if key in answers else submission.label_places.get(key)
        if old is not None and old.row:
            moved.setdefault(old, place(cell))
    content = normalise_package(filled.content, moment)
    return Fresh(content=content, sheet=filled.sheet, moved=moved, fields=fields)


def moved_findings(findings: Sequence[Finding], fresh: Fresh) -> list[Finding]:
    """Return findings with their places on the new sheet; what is not there keeps none of its places.

    Answers of the heading block may all have stood in one cell: there the field tells more than the place.
    """
    moved = []
    for finding in findings:
        places = tuple(dict.fromkeys(fresh.moved[place] for place in finding.places if place in fresh.moved))
        if (not places or not finding.record) and (finding.record, finding.field) in fresh.fields:
            places = (fresh.fields[finding.record, finding.field],)
        moved.append(msgspec.structs.replace(finding, places=places))
    return moved
