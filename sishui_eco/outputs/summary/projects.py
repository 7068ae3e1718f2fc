"""附件4: projects by class with subtotals, and what they cost by class, unit and year (万元)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from sishui_eco.model.outcome import MergedRow, Outcome, StandingState
from sishui_eco.outputs.styles import PAPER_A3
from sishui_eco.outputs.summary.book import Book, Entry, centred, count, decimals_of, listed, money, text, words
from sishui_eco.outputs.summary.figures import PROJECT_FORM, percentage
from sishui_eco.outputs.summary.parts import (
    amount_of,
    answer_entry,
    as_of_line,
    empty_row,
    form_title,
    found_entry,
    inner_notes,
    source_entry,
    source_link,
    source_thing,
    top_line,
    version_entry,
)
from sishui_eco.outputs.summary.table import Column, Row, Table, body_row, cell_name, column_range, lay_sheet
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
CATEGORY, UNIT, INVESTMENT, FIRST_YEAR = 1, 3, 9, 11


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Where the projects landed on their sheet, for formulas elsewhere. Rows are 0-based sheet rows."""

    first: int
    last: int
    years: tuple[int, ...]
    decimals: int

    def column(self, number: int) -> str:
        sheet = word("sheets.annex4", "summary")
        return f"'{sheet}'!{column_range(number, self.first, self.last, fixed=True)}"


def yearly(row: MergedRow) -> Mapping[int, Decimal]:
    """Return the investment by year, empty unless the whole text reads as years with amounts.

    Measure: 万元. Example: `2023年100；2024年200` is {2023: 100, 2024: 200}.
    """
    answer = row.record.answers.get("investment_by_year")
    return _years_with_amounts(answer.value or answer.raw) if answer is not None else {}


@lru_cache(maxsize=65_536)
def _years_with_amounts(content: str) -> Mapping[int, Decimal]:
    mark, measure = re.escape(words("punctuation.year")), re.escape(words("punctuation.money"))
    stops = words("punctuation.clause") + words("punctuation.comma") + words("punctuation.list") + ";,\n"
    part_of = re.compile(rf"\s*(20\d\d)\s*{mark}?\s*[:\uff1a=\s]?\s*(\d+(?:\.\d+)?)\s*(?:{measure})?\s*")
    found: dict[int, Decimal] = {}
    for part in re.split(f"[{re.escape(stops)}]", content):
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
    planned = {year for row in rows for year in yearly(row)}
    years = tuple(year for year in range(campaign.window[0], campaign.window[1] + 1) if year in planned)
    columns = _columns(years)
    decimals = max((decimals_of(value) for row in rows for value in _amounts(row)), default=0)
    lines: list[Row] = []
    names = [*campaign.categories, ""]
    number = 0
    for name in names:
        members = [row for row in rows if _class_of(row, campaign) == name]
        if not members and not name:
            continue
        start = len(lines)
        for row in members:
            number += 1
            lines.append(_project_row(book, campaign, number, row, years, decimals))
        label = words("headings.class_subtotal", name=name or words("headings.unclassified"), count=len(members))
        lines.append(_sum_row(label, "subtotal", columns, members, years, decimals, start, len(lines) - 1))
    label = words("headings.total")
    lines.append(_sum_row(label, "total", columns, rows, years, decimals, 0, len(lines) - 1))
    table = Table(
        title=form_title(campaign, PROJECT_FORM, words("titles.annex4")),
        left=top_line(campaign),
        right=as_of_line(book) + "\u3000" + words("line.money"),
        columns=columns,
        rows=tuple(lines),
        notes=_notes(book, outcome, campaign),
        frozen=3,
        paper=PAPER_A3,
    )
    lay_sheet(book, "annex4", [table])
    last = body_row(columns, max(len(lines) - 2, 0))
    return Plan(first=body_row(columns, 0), last=last, years=years, decimals=decimals)


def _class_of(row: MergedRow, campaign: Campaign) -> str:
    value = row.record.value("category")
    return value if value in campaign.categories else ""


def _amounts(row: MergedRow) -> list[Decimal]:
    total = amount_of(row, "investment")
    return [*([total] if total is not None else []), *yearly(row).values()]


def _columns(years: Sequence[int]) -> tuple[Column, ...]:
    def made(widths: dict[str, tuple[int, int]]) -> list[Column]:
        return [Column(heading=words(f"headings.{key}"), least=a, most=b) for key, (a, b) in widths.items()]

    group = words("headings.plan")
    planned = [Column(heading=words("headings.year", year=year), group=group, least=8, most=14) for year in years]
    planned.append(Column(heading=words("headings.unplanned"), group=group, least=10, most=14))
    return (*made(_WIDTHS), *planned, *made(_TAIL))


def _project_row(
    book: Book, campaign: Campaign, number: int, row: MergedRow, years: Sequence[int], decimals: int
) -> Row:
    link = source_link(book, row)
    total, plan = amount_of(row, "investment"), yearly(row)
    shown_class = _class_of(row, campaign) or words("headings.unclassified")
    entries = (
        count(number),
        centred(shown_class),
        text(row.record.raw("project") or row.record.key),
        text(campaign.unit_name(row.unit_id)),
        answer_entry(row, "responsible_unit"),
        answer_entry(row, "nature", align="center"),
        answer_entry(row, "site"),
        answer_entry(row, "content"),
        answer_entry(row, "period", align="center"),
        _money_entry(row, total, decimals, link),
        answer_entry(row, "funding"),
        *(_planned(plan.get(year), decimals, link) for year in years),
        _planned(_unplanned(total, plan, years), decimals, link),
        answer_entry(row, "stage", align="center"),
        answer_entry(row, "supports"),
        answer_entry(row, "listed", align="center"),
        version_entry(row.version),
        found_entry(book, row.findings),
        source_entry(book, row),
    )
    return Row(entries=entries, anchor=source_thing(row))


def _money_entry(row: MergedRow, total: Decimal | None, decimals: int, link: str) -> Entry:
    if total is None:
        return text(row.record.raw("investment"), align="right", tone="warn", link=link)
    return money(total, decimals, link=link)


def _planned(amount: Decimal | None, decimals: int, link: str) -> Entry:
    return money(amount, decimals, link=link) if amount else text("")


def _unplanned(total: Decimal | None, plan: Mapping[int, Decimal], years: Sequence[int]) -> Decimal | None:
    """Return what of the investment no year of the window takes; negative when the years exceed it."""
    if total is None:
        return None
    return total - sum((amount for year, amount in plan.items() if year in years), Decimal(0))


def _sum_row(
    label: str,
    kind: str,
    columns: tuple[Column, ...],
    rows: Sequence[MergedRow],
    years: Sequence[int],
    decimals: int,
    start: int,
    end: int,
) -> Row:
    """Return a row of SUBTOTALs: they leave one another out, and follow the filter."""
    totals = _column_sums(rows, years)
    entries: list[Entry] = [text("") for _ in columns]
    entries[2] = text(label)
    for column, amount in totals.items():
        if end >= start:
            cells = column_range(column, body_row(columns, start), body_row(columns, end))
            entries[column] = money(amount, decimals, formula=f"=SUBTOTAL(9,{cells})", dash=True)
        else:
            entries[column] = money(amount, decimals, dash=True)
    return Row(entries=tuple(entries), kind=kind)


def _column_sums(rows: Sequence[MergedRow], years: Sequence[int]) -> dict[int, Decimal]:
    totals = {INVESTMENT: Decimal(0), **{FIRST_YEAR + number: Decimal(0) for number in range(len(years) + 1)}}
    for row in rows:
        total, plan = amount_of(row, "investment"), yearly(row)
        totals[INVESTMENT] += total or 0
        for number, year in enumerate(years):
            totals[FIRST_YEAR + number] += plan.get(year, Decimal(0))
        totals[FIRST_YEAR + len(years)] += _unplanned(total, plan, years) or 0
    return totals


def _notes(book: Book, outcome: Outcome, campaign: Campaign) -> tuple[str, ...]:
    notes = []
    for state, key in ((StandingState.NIL, "annex4_nil"), (StandingState.MISSING, "annex4_missing")):
        own = [item for item in outcome.standings if item.form == PROJECT_FORM and item.state is state]
        names = [campaign.unit_name(item.unit_id) for item in own]
        if names:
            notes.append(words(f"notes.{key}", count=len(names), names=listed(names, len(names))))
    return (*notes, *inner_notes(book, "notes.returned_rows"), words("notes.plan"))


def lay_plan(book: Book, outcome: Outcome, campaign: Campaign, plan: Plan) -> None:
    """Write investment by class and by unit, as formulas over the sheet of projects."""
    rows = outcome.merged.get(PROJECT_FORM, ())
    whole = sum((amount_of(row, "investment") or Decimal(0) for row in rows), Decimal(0))
    by_class = [(name, [row for row in rows if _class_of(row, campaign) == name]) for name in campaign.categories]
    rest = [row for row in rows if not _class_of(row, campaign)]
    if rest:
        by_class.append((words("headings.unclassified"), rest))
    top = _grouped(book, campaign, plan, "plan_class", "category", by_class, whole, 0)
    by_unit = [(unit.name, [row for row in rows if row.unit_id == unit.unit_id]) for unit in campaign.units]
    by_unit = [(name, members) for name, members in by_unit if members]
    after = top.body_offset + len(top.rows) + len(top.notes) + 1
    below = _grouped(book, campaign, plan, "plan_unit", "unit", by_unit, whole, after)
    lay_sheet(book, "plan", [top, below])


def _grouped(
    book: Book,
    campaign: Campaign,
    plan: Plan,
    title: str,
    heading: str,
    groups: Sequence[tuple[str, Sequence[MergedRow]]],
    whole: Decimal,
    top: int,
) -> Table:
    columns = _plan_columns(heading, plan)
    rows = []
    for index, (name, members) in enumerate(groups):
        row = body_row(columns, index, top)
        rows.append(_group_row(name, members, plan, whole, row, body_row(columns, len(groups), top), heading))
    if groups:
        every = [row for _, members in groups for row in members]
        rows.append(_group_total(every, plan, columns, len(groups), top))
    else:
        rows.append(empty_row(len(columns)))
    return Table(
        title=words(f"titles.{title}"),
        left=top_line(campaign),
        right=words("line.money"),
        columns=columns,
        rows=tuple(rows),
        notes=(words("notes.plan"),),
        frozen=1,
    )


def _plan_columns(heading: str, plan: Plan) -> tuple[Column, ...]:
    group = words("headings.plan")
    return (
        Column(heading=words(f"headings.{heading}"), least=22, most=30),
        Column(heading=words("headings.projects"), least=8, most=9),
        Column(heading=words("headings.investment"), least=12, most=16),
        Column(heading=words("headings.share"), least=8, most=9),
        *(Column(heading=words("headings.year", year=year), group=group, least=10, most=14) for year in plan.years),
        Column(heading=words("headings.unplanned"), group=group, least=10, most=14),
    )


def _group_row(
    name: str, members: Sequence[MergedRow], plan: Plan, whole: Decimal, row: int, total_row: int, heading: str
) -> Row:
    key = cell_name(row, 0)
    within = plan.column(CATEGORY if heading == "category" else UNIT)
    sums = _column_sums(members, plan.years)
    own = sums[INVESTMENT]
    cells = [
        money(amount, plan.decimals, formula=f"=SUMIF({within},{key},{plan.column(column)})", dash=True)
        for column, amount in sums.items()
    ]
    share = f"=IF({cell_name(total_row, 2)}=0,0,ROUND({cell_name(row, 2)}/{cell_name(total_row, 2)}*100,1))"
    entries = (
        text(name),
        count(len(members), formula=f"=COUNTIF({within},{key})"),
        cells[0],
        Entry(number=percentage(own, whole), formula=share, align="center", number_format="0.0"),
        *cells[1:],
    )
    return Row(entries=entries)


def _group_total(every: Sequence[MergedRow], plan: Plan, columns: tuple[Column, ...], groups: int, top: int) -> Row:
    first, last = body_row(columns, 0, top), body_row(columns, groups - 1, top)
    sums = list(_column_sums(every, plan.years).values())

    def total(column: int, amount: Decimal) -> Entry:
        return money(amount, plan.decimals, formula=f"=SUM({column_range(column, first, last)})", dash=True)

    entries = (
        centred(words("headings.total")),
        count(len(every), formula=f"=SUM({column_range(1, first, last)})"),
        total(2, sums[0]),
        Entry(number=Decimal("100.0") if sums[0] else Decimal("0.0"), align="center", number_format="0.0"),
        *(total(4 + number, amount) for number, amount in enumerate(sums[1:])),
    )
    return Row(entries=entries, kind="total")
