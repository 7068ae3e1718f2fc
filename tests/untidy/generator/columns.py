"""The columns of a list and their heading rows: which, in what order, called what, on one to three rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.untidy.generator import words
from tests.untidy.generator.model import HEADING, NOT_A_RECORD, Line, Sheet
from tests.untidy.generator.spelling import FULL, Hand

REMOVABLE = {
    "annex2": ("domain", "task", "attribute", "measure", "support_units", "remarks", "gap_plan", "no"),
    "annex3": ("no", "requirement", "contact", "copies", "remarks", "medium"),
    "annex4": ("no", "nature", "site", "funding", "investment_by_year", "stage", "remarks", "listed"),
}
MEASURES = {"hundred_million_heading": "亿元", "yuan_heading": "元", "measure_in_heading": "万元"}


@dataclass(eq=False)
class Slot:
    """One column of a table: `name` is the field, "" for an unnamed one; `upper` the headings above it."""

    name: str
    heading: str
    upper: tuple[str, ...] = ()


@dataclass(eq=False)
class Table:
    """A table under construction, left edge included."""

    form: str
    slots: list[Slot]
    left: int
    hand: Hand
    campaign: Any
    money: str = ""  # the unit of the money column's heading

    def column(self, name: str) -> int:
        return next((self.left + i for i, slot in enumerate(self.slots) if slot.name == name), 0)


def make_table(form: str, hand: Hand, campaign: Any, left: int) -> Table:
    """Return the columns of a list, in the order and with the headings this clerk gave them."""
    names = list(words.PLAIN[form])
    if form == "annex4":
        split = hand.has("period_in_two_columns")
        names = [n for n in names if (n != "period" if split else n not in ("period_start", "period_end"))]
    if form == "annex2":
        at = names.index("self_verdict")
        years = ["actual.*"] if hand.has("years_in_prose") else [f"actual.{year}" for year in campaign.years]
        names[at:at] = years
        if hand.has("leaf_joined_to_name"):
            names.remove("sub_indicator")
    if hand.has("columns_removed"):
        gone = set(hand.chance.sample(REMOVABLE[form], hand.chance.randint(1, 3)))
        names = [name for name in names if name not in gone]
    names = _with_extras(names, hand)
    money = next((measure for kind, measure in MEASURES.items() if hand.has(kind)), "") if form == "annex4" else ""
    slots = [_slot(form, name, hand, money) for name in _moved(names, hand)]
    if hand.has("three_row_heading"):
        _group(form, slots)
    group = hand.pick(words.YEAR_GROUP["renamed" if hand.strays("renamed_headings") else "plain"])
    for slot in slots:
        slot.upper = tuple(group if upper == "现状值" else upper for upper in slot.upper)
    return Table(form, slots, left, hand, campaign, money)


def _with_extras(names: list[str], hand: Hand) -> list[str]:
    if hand.has("columns_added"):
        for name in hand.chance.sample(words.EXTRA_COLUMNS, hand.chance.randint(1, 2)):
            names = _inserted(names, f"extra.{name}", hand)
    return _inserted(names, "", hand) if hand.has("unnamed_column") else names


def _inserted(names: list[str], name: str, hand: Hand) -> list[str]:
    """Return the columns with one more, never between the years."""
    free = [
        i
        for i in range(1, len(names) + 1)
        if not (names[i - 1].startswith("actual.") and i < len(names) and names[i].startswith("actual."))
    ]
    at = hand.chance.choice(free)
    return [*names[:at], name, *names[at:]]


def _moved(names: list[str], hand: Hand) -> list[str]:
    """Return the columns in another order, the years kept together."""
    if not hand.has("columns_moved"):
        return names
    blocks: list[list[str]] = []
    for name in names:
        if name.startswith("actual.") and blocks and blocks[-1][0].startswith("actual."):
            blocks[-1].append(name)
        else:
            blocks.append([name])
    if hand.chance.random() < 0.4:
        hand.chance.shuffle(blocks)
    else:
        for _ in range(2):
            blocks.insert(hand.chance.randrange(len(blocks)), blocks.pop(hand.chance.randrange(len(blocks))))
    return [name for block in blocks for name in block]


def _slot(form: str, name: str, hand: Hand, money: str) -> Slot:
    if name.startswith("actual."):
        return _year_slot(name, hand)
    if not name or name.startswith("extra."):
        return Slot(name, name.removeprefix("extra."))
    heading = words.PLAIN[form][name]
    if hand.strays("renamed_headings"):
        heading = hand.pick(words.RENAMED[form][name])
    elif name in words.EXPLAINED and hand.strays("explained_headings"):
        heading = hand.pick(words.EXPLAINED[name])
    if name == "investment" and money:
        heading += hand.pick(("（{}）", "({})", "\n（{}）", "/{}")).format(money)
    return Slot(name, _decorated(heading, hand))


def _year_slot(name: str, hand: Hand) -> Slot:
    year = name.removeprefix("actual.")
    if year == "*":
        groups = words.YEAR_GROUP["renamed" if hand.strays("renamed_headings") else "plain"]
        return Slot(name, _decorated(hand.pick(groups), hand))
    if hand.has("plain_heading"):
        alone = year + "年" if hand.has("year_headings_plain") else hand.pick(words.YEAR_ALONE).format(year=year)
        return Slot(name, _decorated(alone, hand))
    lower = hand.pick(words.YEAR_PLAIN).format(year=year)
    return Slot(name, _decorated(lower, hand), ("现状值",))


def _decorated(heading: str, hand: Hand) -> str:
    if len(heading) > 3 and "\n" not in heading and hand.strays("wrapped_headings"):
        middle = len(heading) // 2
        while 0 < middle < len(heading) and heading[middle - 1].isascii() and heading[middle].isascii():
            middle += 1
        return heading[:middle] + "\n" + heading[middle:]
    if 2 <= len(heading) <= 4 and hand.strays("spaced_headings"):
        return hand.pick((" ", "  ", "　")).join(heading)
    if hand.strays("full_width_headings"):
        return heading.translate(FULL)
    if hand.strays("starred_headings"):
        return hand.pick(("*{}", "{}*", "{}（必填）", "★{}")).format(heading)
    return heading


def _group(form: str, slots: list[Slot]) -> None:
    """Put a third heading row above columns that stand side by side and belong together."""
    for title, members in words.UPPER_GROUPS[form]:
        places = [i for i, slot in enumerate(slots) if slot.name in members]
        if len(places) > 1 and places[-1] - places[0] == len(places) - 1:
            for i in places:
                slots[i].upper = (title,)
    for slot in slots:
        if slot.upper == ("现状值",):
            slot.upper = ("近三年情况", "现状值")


def heading_lines(table: Table, sheet: Sheet) -> list[Line]:
    """Return the heading rows, merged as the kinds say, and add their merges to the sheet."""
    depth = max((len(slot.upper) for slot in table.slots), default=0) + 1
    merged = not table.hand.has("two_row_heading_unmerged")
    # Unmerged, a heading keeps its upper cell, as spreadsheets do; some type it beside the years instead.
    style = table.hand.pick(("upper", "upper", "upper", "lower", "mixed")) if table.hand.often >= 0.5 else "upper"
    lines = [Line(HEADING) for _ in range(depth)]
    for offset, slot in enumerate(table.slots):
        column = table.left + offset
        if not slot.heading:
            continue
        uppers = slot.upper
        first = offset == 0 or table.slots[offset - 1].upper != uppers
        for level, upper in enumerate(uppers):
            if first:
                width = _run(table.slots, offset)
                lines[level].put(column, upper)
                if merged:
                    sheet.merge(lines[level], column, lines[level], column + width - 1)
        own = len(uppers)
        if own == depth - 1:
            lines[-1].put(column, slot.heading)
        elif merged:
            lines[own].put(column, slot.heading)
            sheet.merge(lines[own], column, lines[-1], column)
        else:
            beside = offset > 0 and bool(table.slots[offset - 1].upper)  # below, it would seem to belong to the group
            rows = {"upper": (own,), "lower": (depth - 1,), "mixed": (own, depth - 1)}[style]
            lines[own if beside else table.hand.chance.choice(rows)].put(column, slot.heading)
    return [line for line in lines if line.cells]


def _run(slots: list[Slot], at: int) -> int:
    width = 1
    while at + width < len(slots) and slots[at + width].upper == slots[at].upper:
        width += 1
    return width


def numbers_line(table: Table) -> Line:
    """Return the line of column numbers some forms print under their headings."""
    line = Line(NOT_A_RECORD)
    signs = "甲乙丙丁" if table.hand.chance.random() < 0.4 else ""
    for offset, _ in enumerate(table.slots):
        line.put(table.left + offset, signs[offset] if offset < len(signs) else offset + 1 - len(signs))
    return line
