"""附件4: projects by class with subtotals and a total (万元)."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache, lru_cache

import msgspec

from sishui_eco.model.outcome import MergedRow, Outcome, StandingState
from sishui_eco.outputs.styles import PAPER_A3
from sishui_eco.outputs.summary.book import Book, Entry, decimals_of, listed, money, text, words
from sishui_eco.outputs.summary.figures import PROJECT_FORM
from sishui_eco.outputs.summary.laying import lay_sheet
from sishui_eco.outputs.summary.parts import (
    Filed,
    amount_of,
    answer_cell,
    as_of_line,
    form_title,
    found_entry,
    inner_notes,
    kept,
    source_entry,
    source_link,
    top_line,
    version_cell,
)
from sishui_eco.outputs.summary.table import LAST_ROW, Cell, Column, Row, Table, body_row, column_range
from sishui_eco.spec.campaign import Campaign
from sishui_eco.zh import word

_WIDTHS = {
    "number": (6, 6),
    "category": (10, 10),
    "project": (18, 28),
    "unit": (14, 18),
    "responsible": (12, 18),
    "nature": (7, 8),
    "site": (10, 16),
    "content": (26, 36),
    "period": (12, 14),
    "investment": (12, 16),
    "funding": (12, 18),
}
_TAIL = {
    "stage": (9, 12),
    "supports": (12, 18),
    "listed": (10, 10),
    "version": (5, 6),
    "found": (8, 8),
    "source": (12, 13),
}
_CENTRED = frozenset({"category", "nature", "period", "stage", "listed", "version", "found"})
_NOTHING = Decimal(0)
CATEGORY, UNIT, INVESTMENT, FIRST_YEAR = 1, 3, 9, 11


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """Where the projects landed on their sheet, for formulas elsewhere. Rows are 0-based sheet rows."""

    first: int
    last: int
    years: tuple[int, ...]
    decimals: int
    by_class: Mapping[str, Sums]
    by_unit: Mapping[str, Sums]

    def formula(self, formula: str) -> str:
        """Return a formula over the sheet of projects, nothing when not all of them fit on it."""
        return formula if self.last < LAST_ROW else ""

    def column(self, number: int) -> str:
        sheet = word("sheets.annex4", "summary")
        return f"'{sheet}'!{column_range(number, self.first, self.last, fixed=True)}"


class Sums(msgspec.Struct, kw_only=True):
    """What some projects add up to: how many they are, and the amounts of each column of money, in 万元."""

    projects: int = 0
    amounts: list[Decimal]

    def add(self, amounts: Sequence[Decimal | None]) -> None:
        self.projects += 1
        for number, amount in enumerate(amounts):
            if amount:
                self.amounts[number] += amount

    @property
    def investment(self) -> Decimal:
        return self.amounts[0]


class Surveyed(msgspec.Struct, frozen=True, kw_only=True):
    """What must be known of all projects before the first is written: years, decimals, who belongs together."""

    years: tuple[int, ...]
    decimals: int
    members: Mapping[str, array[int]]  # class -> positions; "" when it is none of the campaign's


def yearly(row: MergedRow) -> Mapping[int, Decimal]:
    """Return the investment by year, empty unless the whole text reads as years with amounts.

    Measure: 万元. Example: `2023年100；2024年200` is {2023: 100, 2024: 200}.
    """
    answer = row.record.answers.get("investment_by_year")
    return _years_with_amounts(answer.value or answer.raw) if answer is not None else {}


@cache
def _yearly_patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what stands between two years' amounts, and what one of them looks like."""
    mark, measure = re.escape(words("punctuation.year")), re.escape(words("punctuation.money"))
    stops = words("punctuation.clause") + words("punctuation.comma") + words("punctuation.list") + ";,\n"
    part_of = rf"\s*(20\d\d)\s*{mark}?\s*[:\uff1a=\s]?\s*(\d+(?:\.\d+)?)\s*(?:{measure})?\s*"
    return re.compile(f"[{re.escape(stops)}]"), re.compile(part_of)


@lru_cache(maxsize=4_096)
def _years_with_amounts(content: str) -> Mapping[int, Decimal]:
    stops, part_of = _yearly_patterns()
    found: dict[int, Decimal] = {}
    for part in stops.split(content):
        if not part.strip():
            continue
        match = part_of.fullmatch(part)
        if not match or int(match[1]) in found:
            return {}
        found[int(match[1])] = Decimal(match[2])
    return found


def lay_projects(book: Book, outcome: Outcome, campaign: Campaign) -> Plan:
    """Write the projects by class, each class with its subtotal, and the grand total."""
    rows = outcome.merged.get(PROJECT_FORM, ())
    surveyed = _survey(rows, campaign)
    years = surveyed.years
    columns = kept(book, _columns(years))
    by_class: dict[str, Sums] = {name: nothing(years) for name in surveyed.members}
    by_unit: dict[str, Sums] = {}
    table = Table(
        title=form_title(campaign, PROJECT_FORM, words("titles.annex4")),
        left=top_line(campaign),
        right=as_of_line(book) + "\u3000" + words("line.money"),
        columns=columns,
        rows=_lines(book, campaign, rows, surveyed, by_class, by_unit),
        notes=_notes(book, outcome, campaign),
        frozen=3,
        paper=PAPER_A3,
    )
    lay_sheet(book, "annex4", [table])
    last = body_row(columns, max(len(rows) + len(surveyed.members) - 1, 0))
    return Plan(
        first=body_row(columns, 0),
        last=last,
        years=years,
        decimals=surveyed.decimals,
        by_class=by_class,
        by_unit=by_unit,
    )


def nothing(years: Sequence[int]) -> Sums:
    return Sums(amounts=[Decimal(0)] * (len(years) + 2))


def _survey(rows: Sequence[MergedRow], campaign: Campaign) -> Surveyed:
    planned: set[int] = set()
    decimals = 0
    members = {name: array("l") for name in campaign.categories}
    for position, row in enumerate(rows):
        total, plan = amount_of(row, "investment"), yearly(row)
        planned.update(plan)
        for amount in (total, *plan.values()) if total is not None else plan.values():
            decimals = max(decimals, decimals_of(amount))
        members.setdefault(_class_of(row, campaign), array("l")).append(position)
    years = tuple(year for year in range(campaign.window[0], campaign.window[1] + 1) if year in planned)
    return Surveyed(years=years, decimals=decimals, members=members)


def _lines(
    book: Book,
    campaign: Campaign,
    rows: Sequence[MergedRow],
    surveyed: Surveyed,
    by_class: dict[str, Sums],
    by_unit: dict[str, Sums],
) -> Iterator[Row]:
    """Yield the projects class by class with their subtotals, and the total; add up by class and by unit on the way."""
    columns, number, at = kept(book, _columns(surveyed.years)), 0, 0
    whole = nothing(surveyed.years)
    for name, positions in surveyed.members.items():
        start = at
        for position in positions:
            number, at = number + 1, at + 1
            row = rows[position]
            amounts = _amounts(row, surveyed.years)
            for sums in (whole, by_class[name], by_unit.setdefault(row.unit_id, nothing(surveyed.years))):
                sums.add(amounts)
            yield _project_row(book, campaign, number, Filed(position, row), name, amounts, surveyed.decimals)
        label = words("headings.class_subtotal", name=name or words("headings.unclassified"), count=len(positions))
        yield _sum_row(label, "subtotal", columns, by_class[name], surveyed.decimals, start, at - 1)
        at += 1
    yield _sum_row(words("headings.total"), "total", columns, whole, surveyed.decimals, 0, at - 1)


def _class_of(row: MergedRow, campaign: Campaign) -> str:
    value = row.record.value("category")
    return value if value in campaign.categories else ""


def _amounts(row: MergedRow, years: Sequence[int]) -> list[Decimal | None]:
    """Return the columns of money of a project: investment, year by year, what no year of the window takes.

    The last is negative when the years exceed the investment.
    """
    total, plan = amount_of(row, "investment"), yearly(row)
    shares = [plan.get(year) for year in years]
    rest = None if total is None else total - sum([share for share in shares if share is not None], _NOTHING)
    return [total, *shares, rest]


def _columns(years: Sequence[int]) -> tuple[Column, ...]:
    def made(widths: dict[str, tuple[int, int]]) -> list[Column]:
        return [
            Column(heading=words(f"headings.{key}"), least=a, most=b, align="center" if key in _CENTRED else "left")
            for key, (a, b) in widths.items()
        ]

    group = words("headings.plan")
    planned = [Column(heading=words("headings.year", year=year), group=group, least=8, most=14) for year in years]
    planned.append(Column(heading=words("headings.unplanned"), group=group, least=10, most=14))
    return (*made(_WIDTHS), *planned, *made(_TAIL))


def _project_row(
    book: Book,
    campaign: Campaign,
    number: int,
    found: Filed,
    category: str,
    amounts: Sequence[Decimal | None],
    decimals: int,
) -> Row:
    position, row = found
    link = source_link(book, PROJECT_FORM, position)
    cells = (
        number,
        category or words("headings.unclassified"),
        row.record.raw("project") or row.record.key,
        campaign.unit_name(row.unit_id),
        answer_cell(row, "responsible_unit"),
        answer_cell(row, "nature"),
        answer_cell(row, "site"),
        answer_cell(row, "content"),
        answer_cell(row, "period"),
        _money_entry(row, amounts[0], decimals, link),
        answer_cell(row, "funding"),
        *[_planned(amount, decimals, link) for amount in amounts[1:]],
        answer_cell(row, "stage"),
        answer_cell(row, "supports"),
        answer_cell(row, "listed"),
        version_cell(row.version),
        found_entry(book, row.findings),
        source_entry(book, PROJECT_FORM, position),
    )
    return Row(cells=kept(book, cells), anchor=position)


def _money_entry(row: MergedRow, total: Decimal | None, decimals: int, link: str) -> Entry:
    if total is None:
        return text(row.record.raw("investment"), align="right", tone="warn", link=link)
    return money(total, decimals, link=link)


def _planned(amount: Decimal | None, decimals: int, link: str) -> Cell:
    return money(amount, decimals, link=link) if amount else ""


def _sum_row(
    label: str, kind: str, columns: tuple[Column, ...], sums: Sums, decimals: int, start: int, end: int
) -> Row:
    """Return a row of SUBTOTALs: they leave one another out, and follow the filter."""
    entries: list[Entry] = [text("") for _ in columns]
    entries[2] = text(label)
    for column, amount in zip(money_columns(sums), sums.amounts, strict=True):
        if end >= start:
            cells = column_range(column, body_row(columns, start), body_row(columns, end))
            entries[column] = money(amount, decimals, formula=f"=SUBTOTAL(9,{cells})", dash=True)
        else:
            entries[column] = money(amount, decimals, dash=True)
    return Row(cells=tuple(entries), kind=kind)


def money_columns(sums: Sums) -> tuple[int, ...]:
    return (INVESTMENT, *range(FIRST_YEAR, FIRST_YEAR + len(sums.amounts) - 1))


def _notes(book: Book, outcome: Outcome, campaign: Campaign) -> tuple[str, ...]:
    notes = []
    for state, key in ((StandingState.NIL, "annex4_nil"), (StandingState.MISSING, "annex4_missing")):
        own = [item for item in outcome.standings if item.form == PROJECT_FORM and item.state is state]
        names = [campaign.unit_name(item.unit_id) for item in own]
        if names:
            notes.append(words(f"notes.{key}", count=len(names), names=listed(names, len(names))))
    return (*notes, *inner_notes(book, "notes.returned_rows"), words("notes.plan"))
