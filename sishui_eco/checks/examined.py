"""What every check of one submission looks at, and the one way it makes a finding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

from sishui_eco.checks.facts import Facts, facts_of
from sishui_eco.checks.projects import project_signs
from sishui_eco.checks.saying import said
from sishui_eco.checks.situations import situation_of
from sishui_eco.checks.texts import bare, shorten, words
from sishui_eco.checks.verdicts import Judged, judged_leaves
from sishui_eco.model.finding import Finding, make_finding
from sishui_eco.model.place import Place
from sishui_eco.model.submission import Record, Submission
from sishui_eco.spec.campaign import Campaign, Field, Indicator, Unit

IN_ORDER = 8  # answered columns in form order that show the sheet to follow the form
READ_LETTERS = "RIN"  # stages before the checks; what they told is not told again


@dataclass(frozen=True, kw_only=True)
class Examined:
    """A submission with the campaign, its verdicts, and what several checks ask of it, worked out once."""

    submission: Submission
    campaign: Campaign

    @property
    def unit_id(self) -> str:
        return self.submission.unit_id

    @cached_property
    def unit(self) -> Unit | None:
        return self.campaign.unit_by_id.get(self.submission.unit_id)

    @cached_property
    def told(self) -> frozenset[tuple[str, str]]:
        """(record, field) on which an earlier stage already made a finding."""
        return frozenset((item.record, item.field) for item in self.submission.findings if item.code[0] in READ_LETTERS)

    @cached_property
    def told_errors(self) -> frozenset[tuple[str, str]]:
        """(record, field) whose value an earlier stage could not read."""
        return frozenset(
            (item.record, item.field)
            for item in self.submission.findings
            if item.code[0] in READ_LETTERS and item.severity == "error"
        )

    @cached_property
    def told_records(self) -> frozenset[str]:
        """Records on which an earlier stage already made a finding."""
        return frozenset(record for record, _ in self.told)

    @cached_property
    def keys(self) -> frozenset[str]:
        """What the records are known by, made comparable."""
        return frozenset(bare(record.key) for record in self.submission.records)

    @cached_property
    def columns(self) -> Mapping[tuple[str, str], int]:
        """(sheet, field) -> the column most answers of this field stand in."""
        seen: dict[tuple[str, str], Counter[int]] = {}
        for record in self.submission.records:
            for name, answer in record.answers.items():
                seen.setdefault((answer.place.sheet, name), Counter())[answer.place.column] += 1
        found = {key: max(sorted(counts), key=lambda column: counts[column]) for key, counts in seen.items()}
        for sheet in sorted({key[0] for key in found}):
            found.update(self._between(sheet, found))
        return found

    def _between(self, sheet: str, found: Mapping[tuple[str, str], int]) -> dict[tuple[str, str], int]:
        """Return the columns of fields nobody answered, where the columns beside them leave no other place.

        Beyond the outermost answered column only when a long row of columns stands exactly in form order.
        """
        form = self.campaign.form_by_key.get(self.submission.form)
        names = [item.key for item in form.fields if item.key in self.submission.present_fields] if form else []
        placed = [(at, found[sheet, name]) for at, name in enumerate(names) if (sheet, name) in found]
        regular = [a for a, b in pairwise(placed) if b[1] - a[1] == b[0] - a[0]]
        inner = {
            (sheet, names[at]): column + at - first
            for (first, column), (last, next_column) in pairwise(placed)
            if next_column - column == last - first
            for at in range(first + 1, last)
        }
        if len(placed) < IN_ORDER or len(regular) < len(placed) - 1:
            return inner
        shift = placed[0][1] - placed[0][0]
        outer = {(sheet, name): shift + at for at, name in enumerate(names) if at + shift > 0}
        return {key: column for key, column in outer.items() if key not in found}

    @cached_property
    def known(self) -> dict[int, Facts]:
        return facts_of(self.submission, self.campaign)

    def facts(self, record: Record) -> Facts:
        """Return what the rules ask of one of the records, worked out once."""
        return self.known[id(record)]

    @cached_property
    def judged(self) -> Mapping[str, Judged]:
        """What is judged of the leaves the unit leads, by record."""
        return {item.record.key: item for item in judged_leaves(self.submission, self.campaign, self.known)}

    def situation(self, record: Record) -> int:
        """Return what a record is like, so that only rules that may say something are asked of it."""
        found = situation_of(record, self.known[id(record)], self.judged.get(record.key))
        return found | project_signs(record, self.campaign) if self.submission.form == "annex4" else found

    @cached_property
    def carried(self) -> frozenset[str]:
        """The leaves the unit leads, supports, or supports as one of a group such as 各镇街."""
        unit = self.unit
        if unit is None:
            return frozenset()
        return frozenset(
            leaf.key
            for leaf in self.campaign.indicators
            if unit.unit_id == leaf.lead
            or unit.unit_id in leaf.supports
            or any(unit.category and unit.category in group for group in leaf.support_groups)
        )

    def silent(self, record: Record, name: str) -> bool:
        """Whether the value of a field was already found fault with, so that later checks keep silent on it."""
        return (record.key, name) in self.told_errors

    def mentioned(self, record: Record, name: str) -> bool:
        return (record.key, name) in self.told

    def indicator(self, record: Record) -> Indicator | None:
        return self.known[id(record)].leaf

    def leads(self, record: Record) -> bool:
        """Whether the record is a leaf that this unit leads (or whose lead cannot be compared)."""
        leaf = self.indicator(record)
        return leaf is not None and (not self.unit_id or leaf.lead == self.unit_id)

    def field_of(self, name: str) -> Field | None:
        form = self.campaign.form_by_key.get(self.submission.form)
        return form.field(name) if form else None

    def heading(self, name: str) -> str:
        """Return the heading of a field as the form prints it, with its upper heading."""
        found = self.field_of(name) or next((item for item in self.campaign.form_fields if item.key == name), None)
        if found is None:
            return name
        return f"{found.group}{found.heading}" if found.group else found.heading

    def place(self, record: Record, name: str) -> Place:
        """Return the cell of a field; for an empty one, where its column crosses the record's row."""
        answer = record.answers.get(name)
        if answer is not None:
            return answer.place
        return record.place.at(record.place.row, self.columns.get((record.place.sheet, name), 0))

    @cached_property
    def sheet_place(self) -> Place:
        """Return the sheet the form stands on, the file when it has no rows."""
        records, labels = self.submission.records, self.submission.form_fields
        if records:
            return records[0].place.at(0, 0)
        first = next(iter(sorted(labels.values(), key=lambda answer: answer.place)), None)
        return first.place.at(0, 0) if first else self.submission.arrival.place

    def fault(
        self,
        code: str,
        record: Record,
        name: str = "",
        *others: Place,
        raw: str | None = None,
        expected: str = "",
        **parameters: str | int,
    ) -> Finding:
        """Return a finding on one field of a record, or on the whole record when no field is named."""
        place = self.place(record, name) if name else record.place
        answer = record.answers.get(name)
        shown = raw if raw is not None else said(answer) if answer else ""
        return make_finding(
            code,
            place,
            *others,
            unit_id=self.unit_id,
            form=self.submission.form,
            record=record.key,
            field=name,
            raw=shorten(" ".join(shown.split()), words()["limits"]["quoted"]),
            expected=expected,
            **_told(parameters),
        )

    def form_fault(
        self,
        code: str,
        name: str = "",
        *places: Place,
        record: str = "",
        raw: str = "",
        expected: str = "",
        **parameters: str | int,
    ) -> Finding:
        """Return a finding on a form-level field, or on the form as a whole; `record` names one that is not there."""
        answer = self.submission.form_fields.get(name)
        empty = self.submission.label_places.get(name)
        where = places or ((answer.place,) if answer else (empty or self.sheet_place,))
        return make_finding(
            code,
            *where,
            unit_id=self.unit_id,
            form=self.submission.form,
            record=record,
            field=name,
            raw=raw or ((answer.value or answer.raw) if answer else ""),
            expected=expected,
            **_told(parameters),
        )


def _told(parameters: Mapping[str, str | int]) -> dict[str, Any]:
    return {name: str(value) for name, value in parameters.items()}


def is_nil(examined: Examined) -> bool:
    """Whether the submission is a nil return: the statement, and no records."""
    return examined.submission.nil_statement is not None and not examined.submission.records
