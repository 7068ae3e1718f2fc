"""A whole returned file: sheets or a Word document, with its truth."""

from __future__ import annotations

import random
from typing import Any

from tests.untidy.generator import around, words
from tests.untidy.generator.around import Frame
from tests.untidy.generator.cards import card_lines
from tests.untidy.generator.columns import Table, heading_lines, make_table, numbers_line
from tests.untidy.generator.content import Item, items_for, units_for
from tests.untidy.generator.kinds import BY_NAME, choose
from tests.untidy.generator.model import NOT_A_RECORD, UNFILLED, Claim, Line, Part, Sheet, Untidy
from tests.untidy.generator.spelling import Hand
from tests.untidy.generator.tables import (
    fold_down,
    lines_of_leaves,
    record_line,
    sample_line,
    section_line,
    sum_line,
)
from tests.untidy.generator.writing import write

FORMS = ("annex2", "annex3", "annex4")


def make_file(
    seed: int,
    campaign: Any,
    *,
    hard: bool = False,
    form: str = "",
    force: frozenset[str] = frozenset(),
    only: bool = False,
) -> Untidy:
    """Return one untidy file of a seed; `force` switches kinds on, `only` switches all others off."""
    chance = random.Random(f"untidy {seed} {hard} {form}")
    form = form or chance.choices(FORMS, (40, 25, 35))[0]
    kinds = force if only else choose(chance, form, hard=hard, force=force)
    hand = Hand(kinds, chance, 0.5 if hard else 0.35)
    unit = chance.choice(units_for(form, campaign))
    return _assembled(seed, form, unit, campaign, hand)


def _assembled(seed: int, form: str, unit: Any, campaign: Any, hand: Hand) -> Untidy:
    unit_text = around.name_of(unit, hand)
    word = bool(hand.kinds & {"list_in_word", "cards_in_word", "nil_in_word"})
    forms = [form]
    if hand.has("several_forms") and not hand.kinds & {"nil_in_workbook"}:
        forms += [other for other in FORMS if other != form and unit in units_for(other, campaign)][
            : hand.chance.randint(1, 2)
        ]
    sheets, parts = [], []
    for position, each in enumerate(forms):
        part = Part(each, unit.unit_id)
        if position and hand.has("forms_on_one_sheet"):
            sheet = sheets[0]
            sheet.add(Line(), Line())
        else:
            sheet = Sheet(_sheet_name(each, unit_text, position, hand))
            sheets.append(sheet)
        own = Hand(frozenset(kind for kind in hand.kinds if each in BY_NAME[kind].forms), hand.chance, hand.often)
        _fill(sheet, each, unit, unit_text, campaign, own, part, word)
        parts.append(part)
    untidy = Untidy(_file_name(form, unit, unit_text, campaign, hand, word), seed, (), sheets, parts, word=word)
    untidy.unit_id, untidy.unit_must_tell = unit.unit_id, hand.has("file_name_of_another_unit")
    if not word:
        taken = {sheet.name for sheet in sheets}
        extra = [sheet for sheet in around.decoy_sheets(hand) if sheet.name not in taken]
        sheets[:] = [*extra[:1], *sheets, *extra[1:]] if hand.chance.random() < 0.3 else [*sheets, *extra]
        _last_touches(sheets, hand)
    untidy.kinds = tuple(sorted(hand.kinds))
    untidy.content = write(untidy, hand.chance)
    return untidy


def _sheet_name(form: str, unit_text: str, position: int, hand: Hand) -> str:
    if hand.has("unit_in_sheet_name"):
        return f"{unit_text.replace(' ', '')[:20]}{position or ''}"
    name = hand.pick(words.SHEET_NAMES[form])
    return name if not (position and name.startswith(("Sheet", "工作表"))) else words.LABELS[form]


def _file_name(form: str, unit: Any, unit_text: str, campaign: Any, hand: Hand, word: bool) -> str:
    named = hand.has("unit_only_in_file_name") or hand.chance.random() < 0.4
    text = unit_text
    if hand.has("file_name_of_another_unit"):
        named, text = True, hand.chance.choice([other for other in campaign.units if other is not unit]).name
    pattern = hand.pick(words.NAMES_WITH_UNIT if named else words.FILE_NAMES[form])
    name = pattern.format(unit=text, label=words.LABELS[form], title=words.TITLES[form][0])
    return name.replace(".xlsx", ".docx") if word else name


def _fill(
    sheet: Sheet, form: str, unit: Any, unit_text: str, campaign: Any, hand: Hand, part: Part, word: bool
) -> None:
    """Put one form of one unit on a sheet."""
    left = 1 + (hand.chance.randint(1, 2) if hand.has("blank_columns_before") and not word else 0)
    if form == "annex4" and hand.kinds & {"nil_in_workbook", "nil_in_word"}:
        frame = Frame(sheet, hand, left, 1, word)
        sheet.add(
            *around.above(frame, form, unit_text, part),
            *around.nil_lines(frame, part),
            *around.below(frame, unit_text, part),
        )
        return
    items = items_for(form, unit, campaign, hand)
    if form == "annex4" and hand.kinds & {"cards_in_workbook", "cards_in_word"}:
        _cards(sheet, items[:4], unit_text, campaign, hand, part, left, word)
        return
    table = make_table(form, hand, campaign, left)
    frame = Frame(sheet, hand, left, len(table.slots), word)
    sheet.add(*around.above(frame, form, unit_text, part))
    body = _body(table, sheet, items, unit, campaign, part, frame)
    if word:
        _as_tables(body, sheet)
    sheet.add(*body, *around.below(frame, unit_text, part))


def _as_tables(body: list[Line], sheet: Sheet) -> None:
    number = 1 + sum(line.block.startswith("table") for line in sheet.lines)
    for line in body:
        line.block = line.block or f"table{number}"


def _body(
    table: Table, sheet: Sheet, items: list[Item], unit: Any, campaign: Any, part: Part, frame: Frame
) -> list[Line]:
    """Return headings, records and everything between them."""
    hand = table.hand
    head = heading_lines(table, sheet)
    lines = [*head]
    if hand.has("numbered_columns"):
        lines.append(numbers_line(table))
    if hand.has("sample_row"):
        lines.append(sample_line(table, _stranger(table.form, unit, campaign, items, hand)))
    if hand.has("total_above"):
        lines.append(sum_line(table, items, "合计"))
    groups = _grouped(items, hand)
    number, records = 1, []
    for position, group in enumerate(groups):
        if hand.has("section_rows"):
            lines.append(section_line(table, group[0].group, position, sheet))
        elif position:
            lines += _new_table(table, sheet, head)
        made = _records(table, group, number, part)
        fold_down(table, sheet, made, part)
        number += len(made)
        records += made
        lines += made
        if hand.has("subtotals"):
            lines.append(sum_line(table, group, "小计"))
    if hand.has("total_below"):
        lines.append(sum_line(table, items, hand.pick(("合计", "总计"))))
    if hand.has("unfilled_rows") and table.column("no"):
        lines += [_only_number(table, number + step) for step in range(hand.chance.randint(1, 3))]
    _two_in_one(table, records, part)
    return _interrupted(lines, records, head, sheet, frame, table)


def _stranger(form: str, unit: Any, campaign: Any, items: list[Item], hand: Hand) -> Item:
    """Return a record of another unit, for an example line; never one this unit reports itself."""
    others = [other for other in units_for(form, campaign) if other is not unit]
    own = {item.key for item in items}
    while True:
        item = items_for(form, hand.chance.choice(others), campaign, Hand(frozenset(), hand.chance))[0]
        if item.key not in own:
            return item


def _grouped(items: list[Item], hand: Hand) -> list[list[Item]]:
    """Return the records in the order typed, parted by section or into two tables."""
    if hand.has("rows_reordered"):
        items = _shuffled(items, hand)
    if hand.has("section_rows"):
        names = list(dict.fromkeys(item.group for item in items))
        return [[item for item in items if item.group == name] for name in names]
    if hand.has("split_tables") and len(items) > 3:
        cut = hand.chance.randint(1, len(items) - 1)
        return [items[:cut], items[cut:]]
    return [items]


def _shuffled(items: list[Item], hand: Hand) -> list[Item]:
    """Return the records in another order; the leaves of an indicator stay together, their names lead them."""
    names = list(dict.fromkeys(item.values.get("indicator", item.key) for item in items))
    hand.chance.shuffle(names)
    return [item for name in names for item in items if item.values.get("indicator", item.key) == name]


def _records(table: Table, group: list[Item], number: int, part: Part) -> list[Line]:
    if not table.hand.has("lines_in_cell") or not table.column("sub_indicator"):
        return [record_line(table, item, number + step, part) for step, item in enumerate(group)]
    made = []
    for name in dict.fromkeys(item.values["indicator"] for item in group):
        leaves = [item for item in group if item.values["indicator"] == name]
        if len(leaves) > 1:
            made.append(lines_of_leaves(table, leaves, number + len(made), part))
        else:
            made.append(record_line(table, leaves[0], number + len(made), part))
    return made


def _new_table(table: Table, sheet: Sheet, head: list[Line]) -> list[Line]:
    """Return the beginning of a second table with the same columns."""
    title = Line(NOT_A_RECORD)
    title.put(table.left, table.hand.pick(("（续表）", "二、其他", "续上表")))
    return [Line(), title, *_again(head, sheet)]


def _again(head: list[Line], sheet: Sheet) -> list[Line]:
    """Return the heading rows once more, with their merges."""
    twins = {id(line): Line(line.classes, dict(line.cells)) for line in head}
    for top, left, bottom, right in list(sheet.merges):
        if id(top) in twins:
            sheet.merge(twins[id(top)], left, twins[id(bottom)], right)
    return list(twins.values())


def _only_number(table: Table, number: int) -> Line:
    line = Line(UNFILLED | NOT_A_RECORD)
    line.put(table.column("no"), number)
    return line


def _two_in_one(table: Table, records: list[Line], part: Part) -> None:
    """Put a second project into the name cell of the last one."""
    column = table.column("project")
    if table.form != "annex4" or not table.hand.has("two_projects_in_one_cell") or len(records) < 2:
        return
    line = records[-1]
    line.cells[column].value = "1.泉林镇河道治理工程\n2.高峪镇荒山绿化项目"
    part.claims = [claim for claim in part.claims if claim.places[0][0] is not line]
    part.keys.pop()
    part.claims.append(Claim("*", "project", "", [(line, column)], tell=True, kind="two_projects_in_one_cell"))


def _interrupted(
    lines: list[Line], records: list[Line], head: list[Line], sheet: Sheet, frame: Frame, table: Table
) -> list[Line]:
    """Return the lines with blank rows, notes and repeated headings between records, and some rows hidden."""
    hand = table.hand
    safe = [line for line in records[1:] if not any(_within(line, merge, lines) for merge in sheet.merges)]
    for kind in ("blank_rows_inside", "note_inside", "repeated_headings"):
        if hand.has(kind) and safe:
            at = lines.index(hand.chance.choice(safe))
            if not _follows_above(lines[at], table):
                lines[at:at] = _between(kind, head, sheet, frame)
    if hand.has("hidden_rows") and len(records) > 2:
        hand.chance.choice(records[1:]).hidden = True
    return lines


def _between(kind: str, head: list[Line], sheet: Sheet, frame: Frame) -> list[Line]:
    if kind == "repeated_headings":
        return _again(head, sheet)
    return [Line()] if kind == "blank_rows_inside" else [around.inside_note(frame)]


def _follows_above(line: Line, table: Table) -> bool:
    """Say whether a line refers to the one above (〃, 同上, left blank), which nothing may come between."""
    if table.hand.has("blank_below"):
        return True
    return any(entry.value in ("〃", "同上") for entry in line.cells.values())


def _within(line: Line, merge: tuple[Line, int, Line, int], lines: list[Line]) -> bool:
    top, _, bottom, _ = merge
    if top is bottom or top not in lines:
        return False
    return lines.index(top) < lines.index(line) <= lines.index(bottom)


def _cards(
    sheet: Sheet, items: list[Item], unit_text: str, campaign: Any, hand: Hand, part: Part, left: int, word: bool
) -> None:
    frame = Frame(sheet, hand, left, 4, word)
    sheet.add(*around.above(frame, "annex4", unit_text, part))
    for number, item in enumerate(items, start=1):
        block = f"table{number}" if word else ""
        if number > 1:
            sheet.add(Line(block="paragraph" if word else ""))
        sheet.add(*card_lines(item, hand, campaign, sheet, left, part, block))
    sheet.add(*around.below(frame, unit_text, part))


def _last_touches(sheets: list[Sheet], hand: Hand) -> None:
    """Hide a column, leave a comment and a stray word."""
    filled = [sheet for sheet in sheets if sheet.lines]
    sheet = filled[0]
    cells = [entry for line in sheet.lines for entry in line.cells.values()]
    if hand.has("comments") and cells:
        hand.chance.choice(cells).comment = "请核实"
    if hand.has("hidden_columns"):
        columns = sorted({column for line in sheet.lines for column in line.cells})
        if len(columns) > 6:
            sheet.hidden_columns.add(hand.chance.choice(columns[3:]))
    if hand.has("stray_far_cell"):
        last = len(sheet.lines)
        sheet.far.append(
            (last + hand.chance.randint(30, 400), hand.chance.randint(20, 60), hand.pick((".", "1", "测试", "、")))
        )
