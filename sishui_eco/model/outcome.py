"""What one collect says: the typed objects behind the export and every output."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

import msgspec

from sishui_eco.model.arrival import Arrival, ArrivalVerdict
from sishui_eco.model.finding import Finding
from sishui_eco.model.place import Place
from sishui_eco.model.submission import Record, Submission


class StandingState(StrEnum):
    """Where a unit stands with a form."""

    ACCEPTED = "accepted"  # 合格
    NIL = "nil"  # 零报告
    TO_MEND = "to_mend"  # 待修改
    AWAITING_SEAL = "awaiting_seal"  # 待盖章件
    MISSING = "missing"  # 未报


class Judgement(StrEnum):
    MET = "met"  # 达标
    NOT_MET = "not_met"  # 未达标
    MANUAL = "manual"  # 需人工判定


class Verdict(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The judgement of one indicator leaf of one unit, with what it rests on."""

    unit_id: str
    record: str
    indicator: str
    sub_indicator: str = ""
    attribute: str = ""
    target: str = ""
    actual: str = ""  # raw text of the year judged
    year: str = ""
    self_verdict: str = ""  # met | not_met | "" as the unit says
    judgement: Judgement
    basis: str  # Chinese: clause, year, number
    agreement: str = ""  # agrees | claims_met | claims_not_met | cannot_tell
    place: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One submission in the sequence of its unit and form; `number` counts from 1 by time received.

    `findings` are all findings of this version that are still open (explained doubts removed).
    """

    submission: Submission
    number: int
    counts: bool
    reason: str = ""
    acceptable: bool = True
    excluded: bool = False
    findings: tuple[Finding, ...] = ()
    rejected: frozenset[tuple[str, int]] = frozenset()  # (sheet, row) of records not merged


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where one unit stands with one form it owes."""

    unit_id: str
    form: str
    state: StandingState
    version: int = 0
    due: datetime
    days_overdue: int = 0  # working days; 0 when not overdue
    late: bool = False  # first acceptable return came after the deadline
    owed: tuple[str, ...] = ()  # Chinese words: what is still owed
    first_received: datetime | None = None
    last_received: datetime | None = None
    errors: int = 0
    doubts: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivalLine:
    """What became of one arrival."""

    arrival: Arrival
    verdict: ArrivalVerdict
    forms: tuple[str, ...] = ()
    unit_id: str = ""
    evidence: str = ""
    code: str = ""
    findings: tuple[Finding, ...] = ()
    red_round: bool | None = None  # of a picture: whether a round red mark is on it; None when not looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class TallyLine:
    """Every non-blank row of one sheet in exactly one account; rows = the sum of the others."""

    file: str
    member: str
    sheet: str
    rows: int
    merged: int = 0
    returned: int = 0
    superseded: int = 0
    excluded: int = 0
    heading: int = 0
    section: int = 0
    subtotal: int = 0
    note: int = 0
    sample: int = 0
    blank_form: int = 0

    @property
    def balanced(self) -> bool:
        parts = (self.merged, self.returned, self.superseded, self.excluded, self.heading)
        return self.rows == sum(parts) + self.section + self.subtotal + self.note + self.sample + self.blank_form


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedRow:
    """One record of a version that counts, as the consolidated table shows it."""

    unit_id: str
    form: str
    record: Record
    version: int
    arrival: Arrival
    verdict: Verdict | None = None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference between two versions of a unit's form, in the words of the form.

    With a `code` it is what became of a finding: `fate` is mended, explained, open or new, `before` its
    sentence as told of the earlier version, `after` as told of the later.
    """

    unit_id: str
    form: str
    record: str
    field: str  # "" when a whole record came or went
    before: str
    after: str
    from_version: int
    to_version: int
    place: Place | None = None
    code: str = ""
    fate: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionEffect:
    """A decision of the settings workbook and what it did; `matched` 0 means it hit nothing."""

    decision: object  # spec.Decision
    matched: int
    what: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewItem:
    """One thing for a person to look at: what, of whom, and what was found about it."""

    unit_id: str
    form: str
    subject: str
    record: str = ""
    evidence: str
    place: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The figures kept in the ledger to say what changed since an earlier day."""

    as_of: date
    accepted: int
    returned_units: int
    met: int
    not_met: int
    projects: int
    investment: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Everything one collect found out. Outputs read this and the campaign, nothing else.

    `merged` maps a form key to its rows in catalogue then roster order. `findings` are all open
    findings of versions that count plus those of arrivals and across units, in a fixed order.
    """

    campaign: object  # spec.Campaign; typed there, to keep model below spec
    as_of: datetime
    arrivals: tuple[ArrivalLine, ...] = ()
    versions: tuple[Version, ...] = ()
    findings: tuple[Finding, ...] = ()
    standings: tuple[Standing, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    merged: Mapping[str, tuple[MergedRow, ...]] = field(default_factory=dict)
    tally: tuple[TallyLine, ...] = ()
    changes: tuple[Change, ...] = ()
    decisions: tuple[DecisionEffect, ...] = ()
    previous: Snapshot | None = None
    reviews: tuple[ReviewItem, ...] = ()
