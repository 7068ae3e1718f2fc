"""Label-value layouts: one project as a card, label left and value right."""

from __future__ import annotations

from sishui_eco.sample.canvas import Canvas
from sishui_eco.sample.drafts import Draft
from sishui_eco.sample.drawing import people_text, unit_text
from sishui_eco.sample.tables import words
from sishui_eco.spec.campaign import Campaign

WIDE = frozenset({"content", "funding", "investment_by_year"})
LAST = 4


def draw_card(draft: Draft, campaign: Campaign, shape: dict[str, str], name: str) -> Canvas:
    """Return a canvas with every record of the draft as a card of label-value pairs, two pairs a row."""
    canvas = Canvas(name=name)
    drawing, form = words()["drawing"], campaign.form_by_key[draft.form]
    canvas.line(drawing["label_title"].format(label=form.label), 1, LAST)
    canvas.titles.add((canvas.next_row, 1))
    canvas.line(drawing["main_title"].format(region=campaign.region, title=form.title), 1, LAST)
    canvas.line(drawing["unit_line"].format(unit=unit_text(draft, campaign, shape)), 1, LAST)
    canvas.line(people_text(draft), 1, LAST)
    for index in range(len(draft.records)):
        _draw_pairs(canvas, index, draft, campaign)
    return canvas


def _draw_pairs(canvas: Canvas, index: int, draft: Draft, campaign: Campaign) -> None:
    record, column = draft.records[index], 1
    for field in campaign.form_by_key[draft.form].fields:
        entry = record.get(field.key)
        if not field.in_blank or field.key == "no" or entry is None or entry.raw == "":
            continue
        if field.key in WIDE and column == 3:
            canvas.next_row, column = canvas.next_row + 1, 1
        pattern = words()["drawing"]["heading_measure"]
        heading = pattern.format(heading=field.heading, measure=field.measure) if field.measure else field.heading
        canvas.put(canvas.next_row, column, heading)
        canvas.put(canvas.next_row, column + 1, entry.raw)
        canvas.places[index, field.key] = (canvas.next_row, column + 1)
        canvas.accounts[canvas.next_row] = "records"
        if field.key in WIDE:
            canvas.merges.append((canvas.next_row, 2, canvas.next_row, LAST))
        if field.key in WIDE or column == 3:
            canvas.next_row, column = canvas.next_row + 1, 1
        else:
            column = 3
    canvas.next_row += 1 if column == 3 else 0
