"""Draw the records of a table, with the sections, sums and repeated headings a shape adds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from sishui_eco.outputs.blanks.content import sample_row
from sishui_eco.sample.canvas import Canvas
from sishui_eco.sample.columns import PROSE_KEY, DrawnColumn
from sishui_eco.sample.drafts import Draft, Entry, Raw
from sishui_eco.sample.lines import draw_in_lines
from sishui_eco.sample.tables import words
from sishui_eco.spec.campaign import Campaign

MERGED_DOWN = ("domain", "task", "no", "indicator")
HUNDRED_MILLION = Decimal(10000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What is drawn, where its columns stand (from `left`), and in what shape."""

    draft: Draft
    campaign: Campaign
    columns: tuple[DrawnColumn, ...]
    shape: Mapping[str, str]
    left: int = 1

    @property
    def last(self) -> int:
        return self.left + len(self.columns) - 1

    def column(self, key: str) -> int | None:
        return next((number for number, item in enumerate(self.columns, start=self.left) if item.key == key), None)


def draw_records(canvas: Canvas, table: Table, draw_header: Callable[[Canvas, Table], None]) -> None:
    """Draw all records below the header that stands already; `draw_header` serves repeated headings."""
    if table.shape.get("nil") == "row":
        _draw_nil_row(canvas, table)
    if "sample" in table.shape:
        _draw_sample_row(canvas, table)
    first = canvas.next_row
    if "lines" in table.shape:
        draw_in_lines(canvas, table.draft, list(table.columns), table.left)
    else:
        _draw_groups(canvas, table, draw_header)
    if "total" in table.shape:
        _draw_sum(canvas, table, "total", range(len(table.draft.records)))
    if "down" in table.shape:
        _merge_down(canvas, table, first)
    if "hide" in table.shape:
        canvas.hidden.add(max(row for row, account in canvas.accounts.items() if account == "records"))


def _draw_groups(canvas: Canvas, table: Table, draw_header: Callable[[Canvas, Table], None]) -> None:
    grouped = "section" in table.shape or "subtotal" in table.shape
    start = 0
    for index in range(len(table.draft.records)):
        if table.shape.get("repeat") == str(index):
            draw_header(canvas, table)
        if grouped and _category(table, index) != _category(table, index - 1 if index else -1):
            _close_group(canvas, table, range(start, index))
            start = index
        if grouped and start == index and "section" in table.shape:
            _draw_section(canvas, table, _category(table, index))
        _draw_record(canvas, table, index)
    if grouped:
        _close_group(canvas, table, range(start, len(table.draft.records)))


def _category(table: Table, index: int) -> str:
    return str(table.draft.records[index]["category"].raw) if index >= 0 else ""


def _close_group(canvas: Canvas, table: Table, members: range) -> None:
    if "subtotal" in table.shape and len(members):
        _draw_sum(canvas, table, "subtotal", members)


def _draw_nil_row(canvas: Canvas, table: Table) -> None:
    """A single word for nothing where the first project's name should stand."""
    canvas.put(canvas.next_row, table.column("project") or table.left, words()["values"]["nil_row"])
    canvas.accounts[canvas.next_row] = "other"
    canvas.next_row += 1


def _draw_sample_row(canvas: Canvas, table: Table) -> None:
    """The sample row of the blank, copied along and left in."""
    sample = sample_row(table.campaign.form_by_key[table.draft.form], table.campaign)
    for number, column in enumerate(table.columns, start=table.left):
        canvas.put(canvas.next_row, number, sample.get(column.key, ""))
    canvas.accounts[canvas.next_row] = "sample"
    canvas.next_row += 1


def _draw_section(canvas: Canvas, table: Table, category: str) -> None:
    drawing = words()["drawing"]
    done = sum(account == "section" for account in canvas.accounts.values())
    text = drawing["section"].format(number=drawing["numbers"][done], category=category)
    canvas.line(text, table.left, table.last, "section")


def _draw_sum(canvas: Canvas, table: Table, label: str, members: range) -> None:
    amount = sum((Decimal(table.draft.records[index]["investment"].raw) for index in members), Decimal(0))
    canvas.put(canvas.next_row, table.column("project") or table.left, words()["drawing"][label])
    canvas.put(canvas.next_row, table.column("investment") or table.last, amount)
    canvas.accounts[canvas.next_row] = "subtotal"
    canvas.next_row += 1


def _draw_record(canvas: Canvas, table: Table, index: int) -> None:
    row, record = canvas.next_row, table.draft.records[index]
    for number, column in enumerate(table.columns, start=table.left):
        if column.key == PROSE_KEY:
            canvas.put(row, number, _prose(record, table.campaign))
            canvas.places |= {(index, f"{PROSE_KEY}.{year}"): (row, number) for year in table.campaign.years}
        elif not column.key:
            canvas.put(row, number, words()["drawing"]["extra_value"])
        elif column.key in record and record[column.key].raw != "":
            raw, number_format = _drawn(column.key, record, table.shape)
            canvas.put(row, number, raw, number_format)
            canvas.places[index, column.key] = (row, number)
    canvas.accounts[row] = "records"
    canvas.next_row += 1


def _prose(record: Mapping[str, Entry], campaign: Campaign) -> str:
    values = words()["values"]
    measure = str(record["measure"].raw)
    shown = measure if measure == "%" else ""
    parts = [
        values["prose"].format(year=year, value=record[f"{PROSE_KEY}.{year}"].raw, measure=shown)
        for year in campaign.years
    ]
    return str(values["prose_joint"]).join(parts)


def _drawn(key: str, record: Mapping[str, Entry], shape: Mapping[str, str]) -> tuple[Raw, str]:
    """Return what the cell holds and its number format, as the shape writes numbers and amounts."""
    raw = record[key].raw
    if key == "investment" and shape.get("measure") == words()["values"]["superior"]:
        return Decimal(raw) / HUNDRED_MILLION, ""
    if not isinstance(raw, Decimal) or not key.startswith(PROSE_KEY):
        return raw, ""
    if shape.get("numbers") == "text":
        return str(raw), ""
    if shape.get("numbers") == "percent" and record["measure"].raw == "%":
        return raw / 100, "0.0%"
    return raw, ""


def _merge_down(canvas: Canvas, table: Table, first: int) -> None:
    """Merge equal neighbours in the naming columns and clear what the merge hides."""
    wider: list[str] = []
    for key in MERGED_DOWN:
        column = table.column(key)
        if column is None or (key not in ("indicator",) and table.draft.form != "annex2"):
            continue
        wider.append(key)
        names = [tuple(record[part].raw for part in wider) for record in table.draft.records]
        start = 0
        for stop in range(1, len(names) + 1):
            if stop < len(names) and names[stop] == names[start]:
                continue
            if stop - start > 1:
                canvas.merge_rows(first + start, first + stop - 1, column)
            start = stop
