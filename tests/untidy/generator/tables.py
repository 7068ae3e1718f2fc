"""A list layout: one line a record, and all that stands between the lines."""

from __future__ import annotations

import copy
from decimal import Decimal

from tests.untidy.generator import words
from tests.untidy.generator.columns import Table
from tests.untidy.generator.content import Item, spell
from tests.untidy.generator.model import (
    RECORD,
    SAMPLE,
    SECTION,
    SUBTOTAL,
    Claim,
    Entry,
    Line,
    Part,
    Sheet,
)
from tests.untidy.generator.spelling import Hand, Spelled, plain, spell_blank

NAMING = {"annex2": ("indicator", "sub_indicator"), "annex3": ("indicator",), "annex4": ()}
FILLED_DOWN = {
    "annex2": ("domain", "task", "indicator", "attribute", "lead_unit", "support_units"),
    "annex3": ("indicator", "provider", "medium", "contact"),
    "annex4": ("category", "site", "nature", "funding"),
}
MERGED_DOWN = {"annex2": ("domain", "task", "indicator"), "annex3": ("indicator",), "annex4": ("category",)}


def record_line(table: Table, item: Item, number: int, part: Part) -> Line:
    """Return one record as a line and put its claims into the part."""
    line = Line(RECORD)
    for offset, slot in enumerate(table.slots):
        column = table.left + offset
        if slot.name == "no":
            _number(table, item, number, line, column, part)
        elif slot.name == "actual.*":
            _prose(table, item, line, column, part)
        elif slot.name.startswith("extra."):
            value = table.hand.pick(words.EXTRA_VALUES[slot.heading])
            line.put(column, value)
            part.claims.append(Claim(item.key, slot.name, value, [(line, column)], kind="columns_added"))
        elif slot.name in ("period_start", "period_end"):
            _end(table, item, slot.name, line, column, part)
        elif slot.name == "indicator" and table.hand.has("leaf_joined_to_name") and item.values["sub_indicator"]:
            joined = table.hand.pick(("{}（{}）", "{}—{}", "{}：{}", "{}\n{}")).format(
                item.values["indicator"], item.values["sub_indicator"]
            )
            line.put(column, joined)
            claim = Claim(item.key, "indicator", item.values["indicator"], [(line, column)], also=(joined,))
            claim.kind = "leaf_joined_to_name"
            part.claims.append(claim)
        elif slot.name:
            spelled = spell(item, slot.name, table.hand, table.campaign, table.money)
            _enter(table, item.key, slot.name, spelled, line, column, part)
    part.keys.append(item.key)
    return line


def _enter(table: Table, key: str, name: str, spelled: Spelled | None, line: Line, column: int, part: Part) -> None:
    if spelled is None:
        blank = None if name in ("indicator", "project", "material", "sub_indicator") else spell_blank(table.hand)
        if blank is not None:
            line.put(column, blank)
            part.claims.append(Claim(key, name, "", [(line, column)], optional=True, kind="blank_markers"))
        return
    if name == "investment" and table.hand.strays("struck_out"):
        spelled.entry.struck, spelled.tell, spelled.kind = True, True, "struck_out"
    line.put(column, spelled.entry)
    part.claims.append(claim_of(key, name, spelled, line, column))


def claim_of(key: str, name: str, spelled: Spelled, line: Line, column: int) -> Claim:
    return Claim(
        key,
        name,
        spelled.value,
        [(line, column)],
        also=spelled.also,
        tell=spelled.tell,
        optional=spelled.optional,
        kind=spelled.kind,
    )


def _number(table: Table, item: Item, number: int, line: Line, column: int, part: Part) -> None:
    if table.hand.has("numbers_missing"):
        return
    own = item.values.get("no")
    value: str | int = int(own) if own and not table.hand.has("renumbered") else number
    shown = str(value)
    if table.hand.has("numbers_in_brackets"):
        value = table.hand.pick((f"（{shown}）", f"({shown})", f"{shown}."))
    line.put(column, value)
    part.claims.append(Claim(item.key, "no", str(value), [(line, column)], also=(shown,), kind="numbers_in_brackets"))


def _prose(table: Table, item: Item, line: Line, column: int, part: Part) -> None:
    """Put the figures of all years into one cell."""
    years = {name.removeprefix("actual."): value for name, value in item.values.items() if name.startswith("actual.")}
    if any(isinstance(value, str) for value in years.values()):
        state = str(next(iter(years.values())))
        line.put(column, state)
        last = max(years)
        part.claims.append(
            Claim(item.key, f"actual.{last}", state, [(line, column)], optional=True, kind="years_in_prose")
        )
        return
    sign = "%" if item.values["measure"] == "%" else table.hand.pick(("", str(item.values["measure"])))
    pattern = table.hand.pick(("{y}年：{v}{s}", "{y}年{v}{s}", "{y}年:{v}{s}", "{y}年为{v}{s}"))
    joint = table.hand.pick(("；", "\n", "，", "; "))
    line.put(column, joint.join(pattern.format(y=year, v=plain(value), s=sign) for year, value in years.items()))
    for year, value in years.items():
        part.claims.append(Claim(item.key, f"actual.{year}", plain(value), [(line, column)], kind="years_in_prose"))


def _end(table: Table, item: Item, name: str, line: Line, column: int, part: Part) -> None:
    year, month = item.values["period"][0 if name == "period_start" else 1]
    text = table.hand.pick((f"{year}年{month}月", f"{year}.{month:02}", f"{year}-{month:02}", f"{year}/{month}"))
    line.put(column, text)
    kind = "period_in_two_columns"
    part.claims.append(Claim(item.key, name, f"{year}-{month:02}", [(line, column)], optional=True, kind=kind))
    whole = "/".join(f"{y}-{m:02}" for y, m in item.values["period"])
    known = next((claim for claim in part.claims if claim.record == item.key and claim.field == "period"), None)
    if known is None:
        both = table.column("period_start") and table.column("period_end")
        part.claims.append(Claim(item.key, "period", whole, [(line, column)], optional=not both, kind=kind))
    else:
        known.places.append((line, column))


def lines_of_leaves(table: Table, items: list[Item], number: int, part: Part) -> Line:
    """Return one line for an indicator whose leaves stand as lines within its cells."""
    line, per_leaf = Line(RECORD), {"sub_indicator", "self_verdict", "measure", "target"}
    for offset, slot in enumerate(table.slots):
        column, name = table.left + offset, slot.name
        if name == "no":
            _number(table, items[0], number, line, column, part)
            shown = [str(entry.value) for at, entry in line.cells.items() if at == column]
            part.claims += [
                Claim(item.key, "no", text, [(line, column)], optional=True) for item in items[1:] for text in shown
            ]
            continue
        if not name or name.startswith("extra.") or name in ("due", "gap_plan", "remarks", "evidence"):
            continue
        if name.startswith("actual."):
            texts = [plain(value) if isinstance(value := item.values[name], Decimal) else str(value) for item in items]
        else:
            calm = Hand(frozenset(), table.hand.chance)
            made = [spell(item, name, calm, table.campaign) for item in items]
            texts = [str(spelled.entry.value) if spelled else "" for spelled in made]
        shared = len(set(texts)) == 1 and (name not in per_leaf or name in ("measure", "target"))
        if not texts[0]:
            continue
        line.put(column, texts[0] if shared and not name.startswith("actual.") else "\n".join(texts))
        for item, text in zip(items, texts, strict=True):
            value = text if name.startswith("actual.") else _canonical(item, name, table)
            part.claims.append(
                Claim(item.key, name, value, [(line, column)], optional=text == "-", kind="lines_in_cell")
            )
    part.keys.extend(item.key for item in items)
    return line


def _canonical(item: Item, name: str, table: Table) -> str:
    spelled = spell(item, name, Hand(frozenset(), table.hand.chance), table.campaign)
    return spelled.value if spelled else ""


def fold_down(table: Table, sheet: Sheet, lines: list[Line], part: Part) -> None:
    """Merge, blank or abbreviate cells that repeat the one above, and let their claims lead to the source too."""
    hand, form = table.hand, table.form
    if hand.has("merged_down"):
        for name in MERGED_DOWN[form]:
            _merge_runs(table, sheet, lines, name, part)
    if hand.has("values_merged_down"):
        name = {"annex4": "responsible_unit", "annex2": "lead_unit"}.get(form, "")
        _merge_runs(table, sheet, lines, name, part)
    if hand.has("blank_below"):
        for name in MERGED_DOWN[form]:
            for above, line, column in _repeats(table, lines, name):
                del line.cells[column]
                _lead_to_source(part, line, above, column, optional=name not in NAMING[form], kind="blank_below")
    for kind, sign in (("ditto", "〃"), ("same_as_above", "同上")):
        if hand.has(kind):
            for name in FILLED_DOWN[form]:
                for above, line, column in _repeats(table, lines, name):
                    if hand.chance.random() < 0.5:
                        line.put(column, sign)
                        _lead_to_source(part, line, above, column, optional=False, kind=kind)


def _repeats(table: Table, lines: list[Line], name: str) -> list[tuple[Line, Line, int]]:
    """Return (source, line, column) of cells that repeat the cell above within a run of neighbours."""
    column = table.column(name)
    found, source = [], None
    if not column:
        return found
    for line in lines:
        entry = line.cells.get(column)
        if entry is None or line.classes is not RECORD:
            source = None
        elif (
            source is not None
            and isinstance(entry.value, str)
            and source.cells[column].value == entry.value
            and "\n" not in entry.value
        ):
            found.append((source, line, column))
        else:
            source = line
    return found


def _merge_runs(table: Table, sheet: Sheet, lines: list[Line], name: str, part: Part) -> None:
    last: dict[int, tuple[Line, Line, int]] = {}
    for source, line, column in _repeats(table, lines, name):
        value = line.cells.pop(column).value
        _lead_to_source(part, line, source, column, optional=False, kind="merged_down")
        if table.hand.strays("values_under_merge"):
            sheet.under_merge.append((line, column, value))
        last[id(source)] = (source, line, column)
    for source, line, column in last.values():
        sheet.merge(source, column, line, column)


def _lead_to_source(part: Part, line: Line, source: Line, column: int, *, optional: bool, kind: str) -> None:
    for claim in part.claims:
        if claim.places[0][0] is line and claim.places[0][1] == column:
            claim.places.append((source, column))
            claim.optional, claim.kind = claim.optional or optional, kind


def section_line(table: Table, name: str, number: int, sheet: Sheet) -> Line:
    line = Line(SECTION)
    sign = "一二三四五六七八九十"[number % 10]
    line.put(table.left, table.hand.pick((f"{sign}、{name}", f"（{sign}）{name}", f"{sign}、{name}类")))
    if table.hand.chance.random() < 0.7:
        sheet.merge(line, table.left, line, table.left + len(table.slots) - 1)
    return line


def sum_line(table: Table, items: list[Item], word: str) -> Line:
    """Return a line of sums: the money, and perhaps how many projects there are."""
    line = Line(SUBTOTAL)
    named = table.column("project") or table.left
    line.put(table.hand.chance.choice((table.left, named)), table.hand.pick((word, " ".join(word), word + "：")))
    scale = {"亿元": Decimal(10000), "元": Decimal(1) / 10000}.get(table.money, Decimal(1))
    total = sum((item.values["investment"] for item in items), Decimal(0)) / scale
    money = table.column("investment")
    if money:
        line.put(money, Entry(float(total)))
    content = table.column("content")
    if table.hand.has("total_counts_projects") and content:
        line.put(content, f"{len(items)}个项目")
    return line


def sample_line(table: Table, item: Item) -> Line:
    """Return the example the blank came with, still standing."""
    line = Line(SAMPLE)
    spare = Part(item.form, "")
    source = record_line(table, item, 1, spare)
    line.cells = {column: copy.copy(entry) for column, entry in source.cells.items()}
    number, named = table.column("no"), table.column("project") or table.column("material") or table.column("indicator")
    if number and table.hand.chance.random() < 0.6:
        line.put(number, table.hand.pick(("示例", "例", "（示例）", "样例")))
    else:
        line.put(named, table.hand.pick(("（示例）", "示例：", "例：")) + str(line.cells[named].value))
    return line
