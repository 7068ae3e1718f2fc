"""Draw a draft as a table in one of many untidy shapes."""

from __future__ import annotations

from random import Random

from sishui_eco.sample.canvas import Canvas
from sishui_eco.sample.columns import choose_columns
from sishui_eco.sample.drafts import Draft
from sishui_eco.sample.rows import Table, draw_records
from sishui_eco.sample.tables import words
from sishui_eco.spec.campaign import Campaign


def draw_table(draft: Draft, campaign: Campaign, shape: dict[str, str], name: str, random: Random) -> Canvas:
    """Return the canvas of one form: titles, unit line, header, records with what the shape adds, bottom."""
    columns = tuple(choose_columns(campaign.form_by_key[draft.form], shape, campaign, random))
    left = 1 + int(shape.get("left", 0))
    table = Table(draft=draft, campaign=campaign, columns=columns, shape=shape, left=left)
    canvas = Canvas(name=name)
    _draw_top(canvas, table)
    _draw_header(canvas, table)
    draw_records(canvas, table, _draw_header)
    _draw_bottom(canvas, table)
    return canvas


def draw_bare_table(draft: Draft, campaign: Campaign, shape: dict[str, str], name: str, random: Random) -> Canvas:
    """Return header and records only, as a Word table holds them."""
    columns = tuple(choose_columns(campaign.form_by_key[draft.form], shape, campaign, random))
    table = Table(draft=draft, campaign=campaign, columns=columns, shape=shape)
    canvas = Canvas(name=name)
    _draw_header(canvas, table)
    draw_records(canvas, table, _draw_header)
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


def _draw_top(canvas: Canvas, table: Table) -> None:
    drawing, campaign = words()["drawing"], table.campaign
    form = campaign.form_by_key[table.draft.form]
    shape = dict(table.shape)
    canvas.next_row += int(shape.get("top", 0))
    canvas.line(drawing["label_title"].format(label=form.label), table.left, table.last)
    canvas.titles.add((canvas.next_row, table.left))
    canvas.line(drawing["main_title"].format(region=campaign.region, title=form.title), table.left, table.last)
    if "top" in shape:
        canvas.line(drawing["top_remark"], table.left, table.last)
    unit = unit_text(table.draft, campaign, shape)
    canvas.line(drawing["unit_line"].format(unit=unit), table.left, table.last)
    if shape.get("people") == "line":
        canvas.line(people_text(table.draft), table.left, table.last)


def _draw_header(canvas: Canvas, table: Table) -> None:
    row = canvas.next_row
    depth = 2 if any(column.group for column in table.columns) else 1
    groups: dict[str, list[int]] = {}
    for number, column in enumerate(table.columns, start=table.left):
        if column.group:
            groups.setdefault(column.group, []).append(number)
            canvas.put(row + 1, number, column.heading)
            continue
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


def _draw_bottom(canvas: Canvas, table: Table) -> None:
    drawing, heading = words()["drawing"], table.draft.heading
    lines = [drawing["note"]] if "notes" in table.shape else []
    if table.draft.nil and heading["signatory"]:
        lines.append(drawing["bottom_signatory"].format(**heading))
    if table.shape.get("people") == "bottom":
        lines += [drawing[key].format(**heading) for key in ("bottom_responsible", "bottom_liaison", "bottom_date")]
    for line in lines:
        canvas.line(line, table.left, table.last)
