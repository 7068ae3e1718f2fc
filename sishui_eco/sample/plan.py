"""The truth about the sample task, as the builder planned it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedAnswer:
    """One answer that collect must find again. `sheet` is "" where a format has no sheet names of its own."""

    file: str
    member: str
    sheet: str
    cell: str
    form: str
    record: str
    field: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """A fault put in on purpose. `meaning` is one of the words in `sample/faults.py`."""

    file: str
    member: str
    unit_id: str
    form: str
    record: str
    field: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetPlan:
    """What the non-blank rows of a sheet are. `other` are headings and notes together."""

    sheet: str
    records: int = 0
    section: int = 0
    subtotal: int = 0
    sample: int = 0
    blank_form: int = 0
    other: int = 0

    @property
    def rows(self) -> int:
        return self.records + self.section + self.subtotal + self.sample + self.blank_form + self.other


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionPlan:
    """One form of one unit in one file. `acceptable` is False when an error was planted in it.

    `rejected` of its `records` go back to the unit even when the submission counts.
    """

    unit_id: str
    form: str
    round: int
    records: int
    rejected: int = 0
    nil: bool = False
    acceptable: bool = True
    counts: bool = True
    superseded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePlan:
    """One arrival: a loose file, or one member of a container. `verdict` is the word of the export."""

    file: str
    member: str
    verdict: str
    unit_id: str
    round: int
    forms: tuple[str, ...] = ()
    submissions: tuple[SubmissionPlan, ...] = ()
    sheets: tuple[SheetPlan, ...] = ()
    planted: tuple[Planted, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything the builder meant.

    `tally` sums the rows of all files read by account: merged, returned, superseded, section, subtotal,
    sample, blank_form and `other` (headings and notes). Rows of duplicates are not counted again.
    """

    files: tuple[FilePlan, ...]
    answers: tuple[ExpectedAnswer, ...]
    planted: tuple[Planted, ...]
    tally: Mapping[str, int]
    returned_units: tuple[str, ...]
    missing_units: tuple[str, ...]
    records_merged: Mapping[str, int] = field(default_factory=dict)  # form -> records of versions that count

    def to_json(self) -> str:
        """Return the plan as JSON text, for the demo and for tests; never write it into the inbox."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True)
