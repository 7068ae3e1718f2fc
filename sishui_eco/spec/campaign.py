"""What was asked: the frozen Campaign that every stage reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """An organisation on the roster. `unit_id` is stable (U08); roster order is `order`."""

    unit_id: str
    name: str
    aliases: tuple[str, ...] = ()
    category: str = ""  # 部门 / 镇街
    order: int = 0
    forms: tuple[str, ...] = ()  # forms it owes


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A column (or a form-level label) of a form.

    `kind` is one of text, number, percent, money, year, period, choice, yes-no, units, date.
    `key` of a year column carries the year (`actual.2022`) and `group` the upper heading (现状值).
    `prefilled` fields come filled in the blank and must not be altered.
    """

    form: str
    key: str
    heading: str
    aliases: tuple[str, ...] = ()
    kind: str = "text"
    required: bool = False
    prefilled: bool = False
    measure: str = ""
    choices: tuple[str, ...] = ()
    group: str = ""
    year: int | None = None
    note: str = ""
    in_blank: bool = True  # False: understood when it comes, not printed in our blank


@dataclass(frozen=True, kw_only=True)
class Form:
    """The specification of an annex.

    `label` 附件2, `title` 建设指标任务分解表, `title_aliases` other titles in use. `sealed`: a sealed copy
    is owed. `nil_allowed`: a nil statement may replace it. `fields` in column order (record level);
    form-level fields are `Campaign.form_fields`, common to all forms.
    """

    key: str
    label: str
    title: str
    title_aliases: tuple[str, ...] = ()
    sealed: bool = False
    nil_allowed: bool = False
    provisional: bool = True
    fields: tuple[Field, ...] = ()

    @cached_property
    def field_by_key(self) -> dict[str, Field]:
        return {item.key: item for item in reversed(self.fields)}

    def field(self, key: str) -> Field | None:
        return self.field_by_key.get(key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One leaf of the indicator catalogue. `polarity` is "+", "-" or "". `target` is raw text."""

    no: str
    domain: str
    task: str
    name: str
    sub_name: str
    measure: str
    target: str
    attribute: str
    polarity: str
    lead: str  # unit_id
    supports: tuple[str, ...]  # unit_ids
    support_groups: tuple[str, ...] = ()  # group words such as 各镇街, as written
    superior_target: str = ""
    source: str = ""
    order: int = 0

    @property
    def key(self) -> str:
        """The record key: name, or name／sub_name."""
        return f"{self.name}／{self.sub_name}" if self.sub_name else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """One supporting material owed for an indicator."""

    indicator: str  # indicator name (not a leaf)
    name: str
    requirement: str
    years: tuple[int, ...]
    provider: str  # unit_id
    medium: str = ""
    source: str = ""
    order: int = 0

    @property
    def key(self) -> str:
        return f"{self.indicator}／{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedProject:
    """A project known to stand on a 十四五 list of province, city or county."""

    name: str
    unit_id: str
    level: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A clerk's recorded override (裁定 sheet).

    `action` is one of exclude, accept, assign_unit, assign_form, waive, correct. Empty scope parts
    match everything; `file` is matched by sha256 or by path. `value` is the unit, form or corrected value.
    """

    number: str
    action: str
    file: str = ""
    unit_id: str = ""
    form: str = ""
    record: str = ""
    field: str = ""
    code: str = ""
    value: str = ""
    who: str = ""
    why: str = ""
    until: date | None = None
    row: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """Who sends the forms and the letters."""

    issuer: str
    signature: str
    contact: str
    phone: str
    address: str
    email: str


@dataclass(frozen=True, kw_only=True)
class Campaign:
    """One collecting effort: settings, roster, catalogue, forms, deadlines. Frozen; told whole or not at all."""

    task_id: str
    name: str
    region: str  # 泗水县
    edition: str
    notice_title: str
    notice_number: str
    notice_date: date
    deadline: datetime
    years: tuple[int, ...]
    window: tuple[int, int]  # project years, inclusive
    expected_indicators: int
    office: Office
    forms: tuple[Form, ...]
    form_fields: tuple[Field, ...]  # reporting_unit, liaison_name …
    units: tuple[Unit, ...]
    indicators: tuple[Indicator, ...]
    materials: tuple[Material, ...]
    categories: tuple[str, ...]  # six classes of projects
    project_domains: tuple[tuple[str, str], ...]  # (field of work, class)
    listed_projects: tuple[ListedProject, ...] = ()
    holidays: Mapping[date, bool] = field(default_factory=dict)  # True: a day off, False: a make-up working day
    decisions: tuple[Decision, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)  # everything else of the 任务 sheet, by key
    severities: Mapping[str, str] = field(default_factory=dict)  # finding code -> severity override
    provisional: tuple[str, ...] = ()  # what is marked 暂定, in Chinese
    digest: str = ""  # hash of the settings, for the reading cache

    @cached_property
    def form_by_key(self) -> dict[str, Form]:
        return {form.key: form for form in self.forms}

    @cached_property
    def unit_by_id(self) -> dict[str, Unit]:
        return {unit.unit_id: unit for unit in self.units}

    @cached_property
    def indicator_by_key(self) -> dict[str, Indicator]:
        return {item.key: item for item in self.indicators}

    @cached_property
    def worked_out(self) -> dict[str, Any]:
        """What stages derive from the campaign alone, once per process; it does not travel to another."""
        return {}

    def __getstate__(self) -> dict[str, Any]:
        return {key: value for key, value in self.__dict__.items() if key in self.__dataclass_fields__}

    def unit_name(self, unit_id: str) -> str:
        unit = self.unit_by_id.get(unit_id)
        return unit.name if unit else unit_id

    def indicators_of(self, unit_id: str) -> tuple[Indicator, ...]:
        """Return the leaves a unit leads, in catalogue order."""
        return tuple(item for item in self.indicators if item.lead == unit_id)

    def materials_of(self, unit_id: str) -> tuple[Material, ...]:
        return tuple(item for item in self.materials if item.provider == unit_id)

    def parameter(self, key: str, default: str = "") -> str:
        return self.parameters.get(key, default)
