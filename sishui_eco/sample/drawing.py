"""Draw a draft as a table in one of many untidy shapes."""

from __future__ import annotations

from decimal import Decimal
from random import Random

from sishui_eco.sample.canvas import Canvas
from sishui_eco.sample.columns import PROSE_KEY, DrawnColumn, choose_columns
from sishui_eco.sample.drafts import Draft, Entry, Raw
from sishui_eco.sample.tables import words
from sishui_eco.spec.campaign import Campaign

MERGED_DOWN = ("domain", "task", "no", "indicator")
HUNDRED_MILLION = Decimal(10000)


def draw_table(draft: Draft, campaign: Campaign, shape: dict[str, str], name: str, random: Random) -> Canvas:
    """Return the canvas of one form: titles, unit line, header, records with what the shape adds, bottom."""
    form = campaign.form_by_key[draft.form]
    columns = choose_columns(form, shape, campaign, random)
    left = 1 + int(shape.get("left", 0))
    canvas = Canvas(name=name, next_row=1)
    last = left + len(columns) - 1
    _draw_top(canvas, draft, campaign, shape, left, last)
    _draw_header(canvas, columns, left)
    _draw_records(canvas, draft, columns, shape, left, last, campaign)
    _draw_bottom(canvas, draft, shape, left, last)
    return canvas


def draw_bare_table(draft: Draft, campaign: Campaign, shape: dict[str, str], name: str, random: Random) -> Canvas:
    """Return header and records only, as a Word table holds them."""
    columns = choose_columns(campaign.form_by_key[draft.form], shape, campaign, random)
    canvas = Canvas(name=name)
    _draw_header(canvas, columns, 1)
    _draw_records(canvas, draft, columns, shape, 1, len(columns), campaign)
    return canvas


def unit_text(draft: Draft, campaign: Campaign, shape: dict[str, str]) -> str:
    """Return the unit's name as this file spells it: in full, or its alias number N (from 1)."""
    unit = campaign.unit_by_id[draft.unit_id]
    number = int(shape.get("unit") or 0)
    return unit.aliases[(number - 1) % len(unit.aliases)] if number and unit.aliases else unit.name


def people_text(draft: Draft) -> str:
    """Return the line that names responsible person, liaison, telephone and day."""
    drawing = words()["drawing"]
    pattern = "people_line" if draft.heading["liaison_name"] else "people_line_no_liaison"
    return str(drawing[pattern]).format(**draft.heading)


def _draw_top(canvas: Canvas, draft: Draft, campaign: Campaign, shape: dict[str, str], left: int, last: int) -> None:
    drawing, form = words()["drawing"], campaign.form_by_key[draft.form]
    canvas.next_row += int(shape.get("top", 0))
    canvas.line(drawing["label_title"].format(label=form.label), left, last)
    canvas.line(drawing["main_title"].format(region=campaign.region, title=form.title), left, last)
    if "top" in shape:
        canvas.line(drawing["top_remark"], left, last)
    canvas.line(drawing["unit_line"].format(unit=unit_text(draft, campaign, shape)), left, last)
    if shape.get("people") == "line":
        canvas.line(people_text(draft), left, last)


def _draw_header(canvas: Canvas, columns: list[DrawnColumn], left: int) -> None:
    row = canvas.next_row
    depth = 2 if any(column.group for column in columns) else 1
    groups: dict[str, list[int]] = {}
    for number, column in enumerate(columns, start=left):
        if column.group:
            groups.setdefault(column.group, []).append(number)
            canvas.put(row + 1, number, column.heading)
        else:
            canvas.put(row, number, column.heading)
            if depth == 2:
                canvas.merges.append((row, number, row + 1, number))
    for group, members in groups.items():
        canvas.put(row, members[0], group)
        canvas.merges.append((row, members[0], row, members[-1]))
    for number in range(row, row + depth):
        canvas.accounts[number] = "other"
        canvas.heading_rows.add(number)
    canvas.next_row = row + depth


def _draw_records(
    canvas: Canvas,
    draft: Draft,
    columns: list[DrawnColumn],
    shape: dict[str, str],
    left: int,
    last: int,
    campaign: Campaign,
) -> None:
    if shape.get("nil") == "row":
        _draw_nil_row(canvas, columns, left)
    section, held = "", Decimal(0)
    first = canvas.next_row
    for index, record in enumerate(draft.records):
        category = str(record["category"].raw) if "category" in record else ""
        if category != section and ("section" in shape or "subtotal" in shape):
            if "subtotal" in shape and section:
                _draw_sum(canvas, columns, left, words()["drawing"]["subtotal"], held)
            held = Decimal(0)
            if "section" in shape:
                _draw_section(canvas, category, left, last)
            section = category
        held += Decimal(record["investment"].raw) if "investment" in record else 0
        _draw_record(canvas, index, record, columns, shape, left, campaign)
    if "subtotal" in shape and section:
        _draw_sum(canvas, columns, left, words()["drawing"]["subtotal"], held)
    if "total" in shape:
        whole = sum((Decimal(record["investment"].raw) for record in draft.records), Decimal(0))
        _draw_sum(canvas, columns, left, words()["drawing"]["total"], whole)
    if "down" in shape:
        _merge_down(canvas, draft, columns, left, first)
    if "hide" in shape:
        canvas.hidden.add(max(row for row, account in canvas.accounts.items() if account == "records"))


def _draw_nil_row(canvas: Canvas, columns: list[DrawnColumn], left: int) -> None:
    """A single 无 where the first project's name should stand."""
    column = next(number for number, item in enumerate(columns, start=left) if item.key == "project")
    canvas.put(canvas.next_row, column, words()["values"]["nil_row"])
    canvas.accounts[canvas.next_row] = "other"
    canvas.next_row += 1


def _draw_section(canvas: Canvas, category: str, left: int, last: int) -> None:
    drawing = words()["drawing"]
    done = sum(account == "section" for account in canvas.accounts.values())
    text = drawing["section"].format(number=drawing["numbers"][done], category=category)
    canvas.line(text, left, last, "section")


def _draw_sum(canvas: Canvas, columns: list[DrawnColumn], left: int, label: str, amount: Decimal) -> None:
    row = canvas.next_row
    name = next(number for number, item in enumerate(columns, start=left) if item.key == "project")
    money = next(number for number, item in enumerate(columns, start=left) if item.key == "investment")
    canvas.put(row, name, label)
    canvas.put(row, money, amount)
    canvas.accounts[row] = "subtotal"
    canvas.next_row += 1


def _draw_record(
    canvas: Canvas,
    index: int,
    record: dict[str, Entry] | object,
    columns: list[DrawnColumn],
    shape: dict[str, str],
    left: int,
    campaign: Campaign,
) -> None:
    assert isinstance(record, dict)
    row = canvas.next_row
    for number, column in enumerate(columns, start=left):
        if column.key == PROSE_KEY:
            canvas.put(row, number, _prose(record, campaign))
            canvas.places |= {(index, f"{PROSE_KEY}.{year}"): (row, number) for year in campaign.years}
            continue
        if not column.key:
            canvas.put(row, number, words()["drawing"]["extra_value"])
            continue
        entry = record.get(column.key)
        if entry is None or entry.raw == "":
            continue
        raw, number_format = _drawn(column.key, entry, record, shape)
        canvas.put(row, number, raw, number_format)
        canvas.places[index, column.key] = (row, number)
    canvas.accounts[row] = "records"
    canvas.next_row += 1


def _prose(record: dict[str, Entry], campaign: Campaign) -> str:
    values = words()["values"]
    measure = str(record["measure"].raw)
    shown = measure if measure == "%" else ""
    parts = [
        values["prose"].format(year=year, value=record[f"{PROSE_KEY}.{year}"].raw, measure=shown)
        for year in campaign.years
    ]
    return str(values["prose_joint"]).join(parts)


def _drawn(key: str, entry: Entry, record: dict[str, Entry], shape: dict[str, str]) -> tuple[Raw, str]:
    """Return what the cell holds and its number format, as the shape writes numbers and amounts."""
    raw = entry.raw
    if key == "investment" and shape.get("measure") == words()["values"]["superior"]:
        return Decimal(raw) / HUNDRED_MILLION, ""
    if not isinstance(raw, Decimal) or not key.startswith(PROSE_KEY):
        return raw, ""
    if shape.get("numbers") == "text":
        return str(raw), ""
    if shape.get("numbers") == "percent" and record["measure"].raw == "%":
        return raw / 100, "0.0%"
    return raw, ""


def _merge_down(canvas: Canvas, draft: Draft, columns: list[DrawnColumn], left: int, first: int) -> None:
    """Merge equal neighbours in the naming columns and clear what the merge hides."""
    wider: list[str] = []
    for key in MERGED_DOWN:
        column = next((number for number, item in enumerate(columns, start=left) if item.key == key), None)
        if column is None or (key == "no" and draft.form != "annex2"):
            continue
        wider.append(key)
        names = [tuple(record[part].raw for part in wider) for record in draft.records]
        start = 0
        for stop in range(1, len(names) + 1):
            if stop < len(names) and names[stop] == names[start]:
                continue
            if stop - start > 1:
                canvas.merges.append((first + start, column, first + stop - 1, column))
                for row in range(first + start + 1, first + stop):
                    canvas.cells.pop((row, column), None)
                    canvas.places.pop((row - first, key), None)
            start = stop


def _draw_bottom(canvas: Canvas, draft: Draft, shape: dict[str, str], left: int, last: int) -> None:
    drawing = words()["drawing"]
    if "notes" in shape:
        canvas.line(drawing["note"], left, last)
    if shape.get("people") == "bottom":
        canvas.line(drawing["bottom_responsible"].format(**draft.heading), left, last)
        canvas.line(drawing["bottom_liaison"].format(**draft.heading), left, last)
        canvas.line(drawing["bottom_date"].format(**draft.heading), left, last)
