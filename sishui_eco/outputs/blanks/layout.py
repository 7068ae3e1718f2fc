"""Where things stand on a form's sheet, computed before anything is written."""

from __future__ import annotations

from dataclasses import dataclass

from sishui_eco.outputs.blanks.content import Row, blank_fields, leads_nothing, prefilled_rows, sample_row
from sishui_eco.spec.campaign import Campaign, Field, Form, Unit
from sishui_eco.zh import load_table

LABEL_WIDTH = 13.0
PAIRS_PER_ROW = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One printed column; `index` is 0-based as XlsxWriter counts."""

    field: Field
    index: int
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A label and its value cell, as inclusive column spans on one row."""

    row: int
    label: tuple[int, int]
    value: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The rows of a form's sheet, 0-based. Rows: label line, title, heading block, header, sample, records."""

    form: Form
    unit: Unit | None
    columns: tuple[Column, ...]
    slots: tuple[tuple[Field, Slot], ...]
    nil_row: int | None
    header_row: int
    header_depth: int
    sample: Row
    rows: tuple[Row, ...]
    empty_rows: int
    layout: dict[str, object]
    supported_only: bool

    @property
    def first_record(self) -> int:
        return self.header_row + self.header_depth + (1 if self.sample else 0)

    @property
    def end(self) -> int:
        """The first row below the records."""
        return self.first_record + len(self.rows) + self.empty_rows

    @property
    def width(self) -> float:
        return sum(column.width for column in self.columns)

    def span_width(self, first: int, last: int) -> float:
        return sum(column.width for column in self.columns[first : last + 1])


def plan_sheet(form: Form, unit: Unit | None, campaign: Campaign) -> Plan:
    """Return the plan of one form's sheet for a unit, or for nobody in particular."""
    words = load_table("blanks")
    layout = words["layout"].get(form.key, words["layout"]["default"])
    columns = _columns(form)
    rows = prefilled_rows(form, unit, campaign)
    slots = _slots(_block_fields(campaign), columns)
    after_block = max((slot.row for _, slot in slots), default=1) + 1
    nil_row = after_block if form.nil_allowed else None
    return Plan(
        form=form,
        unit=unit,
        columns=columns,
        slots=slots,
        nil_row=nil_row,
        header_row=after_block + (1 if form.nil_allowed else 0),
        header_depth=2 if any(column.field.group for column in columns) else 1,
        sample=sample_row(form, campaign),
        rows=rows,
        empty_rows=layout["extra_rows"] if rows else layout["empty_rows"],
        layout=layout,
        supported_only=form.key == "annex2" and leads_nothing(unit, campaign) and bool(rows),
    )


def _columns(form: Form) -> tuple[Column, ...]:
    widths = load_table("blanks")["widths"]
    own = widths.get(form.key, {})
    return tuple(
        Column(field=field, index=index, width=own.get(field.key.partition(".")[0], widths["default"]["any"]))
        for index, field in enumerate(blank_fields(form))
    )


def _block_fields(campaign: Campaign) -> tuple[Field, ...]:
    """Return the heading block's fields; the nil box and the signature have places of their own."""
    return tuple(item for item in campaign.form_fields if item.key not in ("nil_statement", "signatory"))


def _slots(fields: tuple[Field, ...], columns: tuple[Column, ...]) -> tuple[tuple[Field, Slot], ...]:
    pairs = max(1, min(PAIRS_PER_ROW, len(columns) // 2))
    bounds = _thirds(columns, pairs)
    return tuple(
        (field, _slot(2 + number // pairs, bounds[number % pairs], columns)) for number, field in enumerate(fields)
    )


def _thirds(columns: tuple[Column, ...], parts: int) -> list[tuple[int, int]]:
    """Split the columns into neighbouring parts of about equal width, each at least two columns wide."""
    total = sum(column.width for column in columns)
    bounds, first, seen = [], 0, 0.0
    for part in range(1, parts + 1):
        last = first + 1
        seen += sum(column.width for column in columns[first : last + 1])
        room = len(columns) - 2 * (parts - part) - 1
        while last < room and (part == parts or seen + columns[last + 1].width / 2 < total * part / parts):
            last += 1
            seen += columns[last].width
        bounds.append((first, last))
        first = last + 1
    return bounds


def _slot(row: int, bounds: tuple[int, int], columns: tuple[Column, ...]) -> Slot:
    first, last = bounds
    label_last, width = first, columns[first].width
    while width < LABEL_WIDTH and label_last < last - 1:
        label_last += 1
        width += columns[label_last].width
    return Slot(row=row, label=(first, label_last), value=(label_last + 1, last))
