"""What a unit filled in, copied as text into a new workbook, for originals that cannot be marked."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import xlsxwriter

from sishui_eco.model.finding import Finding
from sishui_eco.model.place import Place
from sishui_eco.model.submission import Record, Submission
from sishui_eco.outputs.packaging import normalise_package
from sishui_eco.outputs.styles import LONGEST_CELL, PAPER_A3, PAPER_A4, Formats, set_up_page, text_height, writable
from sishui_eco.spec.campaign import Campaign, Field
from sishui_eco.zh import word

EMPTY_ROWS, EMPTY_HEIGHT = 5, 24.0
A4_WIDTH = 150.0  # character widths that stay readable on A4 across
WIDTHS = {"text": 18.0, "number": 11.0, "percent": 10.0, "money": 12.0, "year": 9.0, "yes-no": 9.0}
NUMBER_FIELD, NUMBER_WIDTH, OTHER_WIDTH = "no", 6.0, 16.0
_NO_SHEET_NAME = re.compile(r"[\[\]:*?/\\']")
ROOM, TALLEST = 6.0, 390.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fresh:
    """The new workbook and where everything now stands: by old place, and by record and field."""

    content: bytes
    sheet: str
    moved: Mapping[Place, Place]
    fields: Mapping[tuple[str, str], Place]


def copy_out(submission: Submission, campaign: Campaign, moment: datetime) -> Fresh:
    """Return a workbook with the unit's heading block and records under the form's own headings, all as text."""
    form = campaign.form_by_key.get(submission.form)
    label = form.label if form else submission.form
    writer = _Writer(submission, campaign, _sheet_name(word("fresh.sheet", "sendback", label=label)))
    writer.line(word("fresh.title", "sendback", label=label, title=form.title if form else ""), writer.formats.title())
    writer.line(word("fresh.note", "sendback"), writer.formats.line(wrap=True))
    writer.heading_block()
    writer.heading()
    for record in submission.records:
        writer.record(record)
    writer.empty_rows()
    return Fresh(
        content=normalise_package(writer.close(), moment), sheet=writer.name, moved=writer.moved, fields=writer.fields
    )


def moved_findings(findings: Sequence[Finding], fresh: Fresh) -> list[Finding]:
    """Return findings with their places on the new sheet; what is not there keeps none of its places."""
    moved = []
    for finding in findings:
        places = tuple(dict.fromkeys(fresh.moved[place] for place in finding.places if place in fresh.moved))
        if not places and (finding.record, finding.field) in fresh.fields:
            places = (fresh.fields[finding.record, finding.field],)
        moved.append(replace(finding, places=places))
    return moved


class _Writer:
    """The growing sheet: the next row, and where each answer went."""

    def __init__(self, submission: Submission, campaign: Campaign, name: str) -> None:
        self._buffer = io.BytesIO()
        self._book: Any = xlsxwriter.Workbook(self._buffer, {"in_memory": True})
        self._submission = submission
        self._campaign = campaign
        self.formats = Formats(self._book)
        self.name = name
        self._sheet: Any = self._book.add_worksheet(name)
        self._row = 0
        self._columns = _columns(submission, campaign)
        self.moved: dict[Place, Place] = {}
        self.fields: dict[tuple[str, str], Place] = {}
        for at, column in enumerate(self._columns):
            self._sheet.set_column(at, at, _width(column))

    def line(self, text: str, style: Any) -> None:
        last = max(len(self._columns) - 1, 1)
        height = text_height(text, sum(map(_width, self._columns)), 18 if self._row == 0 else 10)
        self._sheet.set_row(self._row, height + ROOM)
        self._sheet.merge_range(self._row, 0, self._row, last, "", style)
        self._string(self._row, 0, text, style)
        self._row += 1

    def heading_block(self) -> None:
        answers = dict(self._submission.form_fields)
        if self._submission.nil_statement is not None:
            answers[self._submission.nil_statement.field] = self._submission.nil_statement
        for field in self._campaign.form_fields:
            answer = answers.get(field.key)
            if answer is None:
                continue
            self._sheet.merge_range(self._row, 0, self._row, 1, "", self.formats.heading())
            self._string(self._row, 0, field.heading, self.formats.heading())
            self._put(self._row, 2, answer.raw, "", field.key, answer.place)
            self._row += 1

    def heading(self) -> None:
        style = self.formats.heading()
        grouped = any(column.group for column in self._columns)
        top, self._row = self._row, self._row + (2 if grouped else 1)
        for at, column in enumerate(self._columns):
            if grouped and not column.group:
                self._sheet.merge_range(top, at, top + 1, at, "", style)
            self._string(top if not column.group else top + 1, at, column.heading, style)
        if grouped:
            self._group_headings(top, style)
        self._sheet.set_row(self._row - 1, 30)
        self._sheet.repeat_rows(top, self._row - 1)
        self._sheet.freeze_panes(self._row, 0)

    def _group_headings(self, top: int, style: Any) -> None:
        at = 0
        while at < len(self._columns):
            group, start = self._columns[at].group, at
            while at < len(self._columns) and self._columns[at].group == group:
                at += 1
            if group and at - start > 1:
                self._sheet.merge_range(top, start, top, at - 1, "", style)
            if group:
                self._string(top, start, group, style)

    def record(self, record: Record) -> None:
        height = EMPTY_HEIGHT
        for at, column in enumerate(self._columns):
            answer = record.answers.get(column.key)
            raw = answer.raw if answer else ""
            self._put(self._row, at, raw, record.key, column.key, answer.place if answer else None)
            height = max(height, text_height(raw, _width(column)) + ROOM)
        self._sheet.set_row(self._row, min(height, TALLEST))
        self._row += 1

    def empty_rows(self) -> None:
        for _ in range(EMPTY_ROWS):
            self._sheet.set_row(self._row, EMPTY_HEIGHT)
            for at in range(len(self._columns)):
                self._sheet.write_blank(self._row, at, None, self.formats.cell())
            self._row += 1

    def close(self) -> bytes:
        wide = sum(map(_width, self._columns)) > A4_WIDTH
        set_up_page(self._sheet, paper=PAPER_A3 if wide else PAPER_A4)
        self._book.close()
        return self._buffer.getvalue()

    def _put(self, row: int, column: int, text: str, record: str, field: str, old: Place | None) -> None:
        self._string(row, column, text, self.formats.cell())
        here = Place(
            file=self._submission.arrival.file,
            member=self._submission.arrival.member,
            sheet=self.name,
            row=row + 1,
            column=column + 1,
        )
        self.fields.setdefault((record, field), here)
        if old is not None and old.row:
            self.moved.setdefault(old, here)

    def _string(self, row: int, column: int, text: str, style: Any) -> None:
        plain = writable(text)[:LONGEST_CELL]
        if plain:
            self._sheet.write_string(row, column, plain, style)
        else:
            self._sheet.write_blank(row, column, None, style)


def _columns(submission: Submission, campaign: Campaign) -> list[Field]:
    """Return the form's columns, then those the unit added, in the order they first appear."""
    form = campaign.form_by_key.get(submission.form)
    present = dict.fromkeys(key for record in submission.records for key in record.answers)
    columns = [field for field in (form.fields if form else ()) if field.in_blank or field.key in present]
    known = {field.key for field in columns}
    for key in present:
        if key not in known:
            columns.append(Field(form=submission.form, key=key, heading=key.partition(".")[2] or key))
    return columns


def _sheet_name(text: str) -> str:
    """Return a text as Excel allows it for a sheet."""
    return _NO_SHEET_NAME.sub("_", text)[:31]


def _width(field: Field) -> float:
    return NUMBER_WIDTH if field.key == NUMBER_FIELD else WIDTHS.get(field.kind, OTHER_WIDTH)
