"""Which columns a unit's own table has, in what order, under what headings."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from sishui_eco.sample.tables import words
from sishui_eco.spec.campaign import Campaign, Field, Form

PROSE_KEY = "actual"


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnColumn:
    """`key` is a field key, `actual` for a prose column of all years, "" for a column of the unit's own."""

    key: str
    heading: str
    group: str = ""


def choose_columns(form: Form, shape: dict[str, str], campaign: Campaign, random: Random) -> list[DrawnColumn]:
    """Return the columns for a shape: years two-row, flat or in prose; renamed, shuffled, dropped, inserted."""
    dropped = set(shape.get("drop", "").split(","))
    fields = [item for item in form.fields if item.in_blank and item.key not in dropped]
    blocks: list[list[DrawnColumn]] = []
    years = [item for item in fields if item.year is not None]
    for item in fields:
        if item.year is None:
            blocks.append([DrawnColumn(key=item.key, heading=_heading(item, shape))])
        elif item is years[0]:
            blocks.append(_year_block(years, shape))
    if "order" in shape:
        rest = blocks[1:]
        random.shuffle(rest)
        blocks = [blocks[0], *rest]
    if shape.get("extra"):
        blocks.insert(3, [DrawnColumn(key="", heading=shape["extra"])])
    return [column for block in blocks for column in block]


def _year_block(years: list[Field], shape: dict[str, str]) -> list[DrawnColumn]:
    drawing = words()["drawing"]
    style = shape.get("years", "two")
    if style == "prose":
        return [DrawnColumn(key=PROSE_KEY, heading=drawing["prose_heading"])]
    if style == "flat":
        return [DrawnColumn(key=item.key, heading=drawing["flat_heading"].format(year=item.year)) for item in years]
    return [DrawnColumn(key=item.key, heading=item.heading, group=item.group) for item in years]


def _heading(field: Field, shape: dict[str, str]) -> str:
    heading = field.heading
    if "names" in shape and field.aliases:
        heading = field.aliases[int(shape["names"]) % len(field.aliases)]
    measure = shape.get("measure") or field.measure
    if field.kind == "money" and measure:
        return str(words()["drawing"]["heading_measure"]).format(heading=heading, measure=measure)
    return heading
