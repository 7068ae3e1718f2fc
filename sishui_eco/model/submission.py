"""An arrival's table understood as what a unit says, cell by cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum

import msgspec

from sishui_eco.model.arrival import Arrival, ArrivalVerdict
from sishui_eco.model.finding import Finding
from sishui_eco.model.place import Place


class Blank(StrEnum):
    """What kind of emptiness a cell states; FILLED means a real value."""

    FILLED = "filled"
    EMPTY = "empty"  # nothing at all
    NONE = "none"  # 无
    NOT_APPLICABLE = "not_applicable"  # / — 不涉及 不适用
    SAME = "same"  # 同上 〃 (only when it could not be resolved)
    PENDING = "pending"  # 待定
    ELSEWHERE = "elsewhere"  # 详见附件


FILLED = Blank.FILLED  # a member is looked up by Python code, 0.1 µs a time in 3.11: too slow for every cell


class Answer(msgspec.Struct, frozen=True, kw_only=True, gc=False, array_like=True):
    """One understood value, with its place and its raw text.

    `field` is a key of DESIGN.md §5 (`actual.2022`, `investment`, `extra.<heading>`). `value` is
    canonical (DESIGN.md §6): decimals without trailing zeros in the field's own measure, ISO dates,
    periods `2023-01/2025-12`, unit lists of unit_ids joined by `;`, yes-no as `yes`/`no`; "" when
    blank or not understood. `raw` is what the cell shows. `filled_from` is the place a merged or
    〃 cell took its text from (then `place` is the record's own cell).
    """

    field: str
    kind: str
    raw: str
    value: str
    place: Place
    blank: Blank = Blank.FILLED
    approximate: bool = False
    note: str = ""

    @property
    def amount(self) -> Decimal | None:
        """The value as a number, None when it is not one."""
        try:
            return Decimal(self.value)
        except InvalidOperation:
            return None


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One row: an indicator leaf, a material, a project.

    `key` is the canonical name the record is known by (annex 2: `指标名称` or `指标名称／子指标` in
    the catalogue's own spelling when it was recognised; annex 3: `指标／资料`; annex 4: project name).
    `known` says whether the catalogue knows it. `rows` are the physical rows it occupies.
    """

    form: str
    key: str
    place: Place  # sheet and first row
    rows: tuple[int, ...]
    answers: Mapping[str, Answer] = msgspec.field(default_factory=dict)
    known: bool = True
    hidden: bool = False

    def value(self, name: str) -> str:
        """Return the canonical value of a field, "" when absent or blank."""
        answer = self.answers.get(name)
        return answer.value if answer else ""

    def raw(self, name: str) -> str:
        answer = self.answers.get(name)
        return answer.raw if answer else ""


class RowClass(StrEnum):
    """What a non-blank row is; RECORD rows become merged, returned, superseded or excluded later."""

    RECORD = "record"
    HEADING = "heading"
    SECTION = "section"
    SUBTOTAL = "subtotal"
    NOTE = "note"
    SAMPLE = "sample"
    BLANK_FORM = "blank_form"


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRows:
    """Every non-blank row of one sheet with its class; `owner` indexes Understood.submissions."""

    sheet: str
    classes: Mapping[int, RowClass]
    owner: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A form of a unit, as understood from one arrival.

    `unit_id` is "" when no unit could be told. `form_fields` are the form-level answers
    (reporting_unit, liaison_name …). `nil_statement` is set when the unit states it has nothing to
    report. `evidence` says in Chinese why this form and this unit. `explanations` maps a finding's
    identity (`code|record|field`) to the unit's words in a returned issue list.
    """

    arrival: Arrival
    form: str
    unit_id: str
    records: tuple[Record, ...] = ()
    form_fields: Mapping[str, Answer] = field(default_factory=dict)
    nil_statement: Answer | None = None
    findings: tuple[Finding, ...] = ()
    evidence: str = ""
    edition: str = ""
    pictures: int = 0
    red_rounds: int | None = None  # pictures with a round red mark; None when none could be looked at
    present_fields: frozenset[str] = frozenset()  # field keys that have a column or a label
    explanations: Mapping[str, str] = field(default_factory=dict)
    label_places: Mapping[str, Place] = field(default_factory=dict)  # where an unfilled form-level field belongs


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """What the per-file stage says of one arrival: a pure function of its bytes and the campaign."""

    arrival: Arrival
    verdict: ArrivalVerdict
    submissions: tuple[Submission, ...] = ()
    rows: tuple[SheetRows, ...] = ()
    findings: tuple[Finding, ...] = ()  # about the file, not about one submission
    unit_id: str = ""  # whose file, also for supporting files
    evidence: str = ""
    code: str = ""  # of a refusal
    red_round: bool | None = None  # of a picture: whether a round red mark is on it; None when not looked at
