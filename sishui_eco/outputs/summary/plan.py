"""附件4分类 and 附件4分单位: what projects cost by class or unit and by year (万元), as formulas over their sheet."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from sishui_eco.model.outcome import Outcome
from sishui_eco.outputs.summary.book import Book, Entry, centred, count, money, text, words
from sishui_eco.outputs.summary.figures import percentage
from sishui_eco.outputs.summary.laying import lay_sheet
from sishui_eco.outputs.summary.parts import top_line
from sishui_eco.outputs.summary.projects import CATEGORY, UNIT, Plan, Sums, money_columns, nothing
from sishui_eco.outputs.summary.table import Column, Row, Table, body_row, cell_name, column_range
from sishui_eco.spec.campaign import Campaign


def lay_plan(book: Book, outcome: Outcome, campaign: Campaign, plan: Plan) -> None:
    """Write investment by class and by unit, as formulas over the sheet of projects."""
    by_class = [(name or words("headings.unclassified"), sums) for name, sums in plan.by_class.items()]
    lay_sheet(book, "plan", [_grouped(book, campaign, plan, "plan_class", "category", by_class)])
    by_unit = [(unit.name, plan.by_unit[unit.unit_id]) for unit in campaign.units if unit.unit_id in plan.by_unit]
    lay_sheet(book, "plan_unit", [_grouped(book, campaign, plan, "plan_unit", "unit", by_unit)])


def _grouped(
    book: Book,
    campaign: Campaign,
    plan: Plan,
    title: str,
    heading: str,
    groups: Sequence[tuple[str, Sums]],
) -> Table:
    columns = _plan_columns(heading, plan)
    rows = []
    whole = nothing(plan.years)
    for _, sums in groups:
        whole.projects += sums.projects
        whole.amounts = [one + other for one, other in zip(whole.amounts, sums.amounts, strict=True)]
    for index, (name, sums) in enumerate(groups):
        row = body_row(columns, index)
        rows.append(_group_row(name, sums, plan, whole, row, body_row(columns, len(groups)), heading))
    if groups:
        rows.append(_group_total(whole, plan, columns, len(groups)))
    return Table(
        title=words(f"titles.{title}"),
        left=top_line(campaign),
        right=words("line.money"),
        columns=columns,
        rows=rows,
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


def _group_row(name: str, sums: Sums, plan: Plan, whole: Sums, row: int, total_row: int, heading: str) -> Row:
    key = cell_name(row, 0)
    within = plan.column(CATEGORY if heading == "category" else UNIT)
    cells = [
        money(amount, plan.decimals, formula=plan.formula(f"=SUMIF({within},{key},{plan.column(column)})"), dash=True)
        for column, amount in zip(money_columns(sums), sums.amounts, strict=True)
    ]
    share = f"=IF({cell_name(total_row, 2)}=0,0,ROUND({cell_name(row, 2)}/{cell_name(total_row, 2)}*100,1))"
    shared = percentage(sums.investment, whole.investment)
    entries = (
        text(name),
        count(sums.projects, formula=plan.formula(f"=COUNTIF({within},{key})")),
        cells[0],
        Entry(number=shared, formula=share, align="center", number_format="0.0"),
        *cells[1:],
    )
    return Row(cells=entries)


def _group_total(whole: Sums, plan: Plan, columns: tuple[Column, ...], groups: int) -> Row:
    first, last = body_row(columns, 0), body_row(columns, groups - 1)

    def total(column: int, amount: Decimal) -> Entry:
        return money(amount, plan.decimals, formula=f"=SUM({column_range(column, first, last)})", dash=True)

    hundred = Decimal("100.0") if whole.investment else Decimal("0.0")
    entries = (
        centred(words("headings.total")),
        count(whole.projects, formula=f"=SUM({column_range(1, first, last)})"),
        total(2, whole.investment),
        Entry(number=hundred, align="center", number_format="0.0"),
        *(total(4 + number, amount) for number, amount in enumerate(whole.amounts[1:])),
    )
    return Row(cells=entries, kind="total")
