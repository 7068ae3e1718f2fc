"""The quick way through the cells of a sheet part, for parts whose every cell has the usual shape."""

from __future__ import annotations

import re

from sishui_eco.model.grid import Cell, CellKind
from sishui_eco.model.place import column_number
from sishui_eco.reading.cells import CellStyle
from sishui_eco.reading.limits import LAST_COLUMN, Unreadable
from sishui_eco.reading.shared_strings import rich_text, unescape_xml
from sishui_eco.reading.sheet_cells import (
    SheetContext,
    SheetFacts,
    StoredCell,
    add_cell,
    check_position,
    numeric,
    shared_text,
)
from sishui_eco.reading.xml_text import parse_tree

_CELL = re.compile(
    r'<c r="([A-Z]{1,3})([0-9]{1,7})"(?: s="([0-9]{1,8})")?(?: t="([A-Za-z]+)")?>(?:<v>([^<]*)</v></c>|(.*?)</c>)',
    re.DOTALL,
)
_REST = re.compile(
    r'(?:<f((?: [A-Za-z:]+="[^"]*")*)(?:/>|>([^<]*)</f>))?(?:<v(?: xml:space="preserve")?>([^<]*)</v>|<v ?/>)?'
    r"(<is>.*</is>)?",
    re.DOTALL,
)
_PLAIN_INLINE = re.compile(r'<is><t(?: xml:space="preserve")?>([^<]*)</t></is>')
_ATTRIBUTE = re.compile(r'([A-Za-z:]+)="([^"]*)"')
_HIDDEN_ROW = re.compile(r'<row (?=[^>]*\bhidden="(?:1|true|on)")[^>]*>')
_ROW_NUMBER = re.compile(r' r="([0-9]{1,7})"')
_CHUNK = 256 * 1024
_MEMO = 20_000


# A style, its format text, whether it is struck, and the number cells already worked out under it.
_KnownStyle = tuple[CellStyle, str, bool, dict[str, Cell]]


class _Unusual(Exception):
    """A cell has another shape than the scanner knows; expat must read this part."""


def scan_cells(text: str, facts: SheetFacts, context: SheetContext) -> str | None:
    """Fill the cells of `facts` and return the part without its cells; None when expat is needed.

    Sure by counting: every closing tag of a cell must belong to a cell that matched, every cell must
    carry its reference, and no comment, CDATA or instruction may stand among them.
    """
    start = text.find("<sheetData>")
    end = text.find("</sheetData>")
    if start < 0 or end < start or text.count("<sheetData") != 1:
        return None
    start += len("<sheetData>")
    try:
        matched, inner = _scan(text, start, end, facts, context)
        if not _accounted(text, start, end, matched + inner):
            return None
        _hidden_rows(text, start, end, facts)
    except _Unusual:
        return None
    return text[:start] + text[end:]


def _accounted(text: str, start: int, end: int, known: int) -> bool:
    """Say whether every opening bracket belongs to a row, a cell, a value or the inside of a known cell.

    A cell without reference, a comment, CDATA, an unmatched or misspelt tag leaves a bracket over.
    """
    tags = sum(text.count(sign, start, end) for sign in ('<c r="', "<row", "</row>"))
    return text.count("<", start, end) == tags + 2 * text.count("<v>", start, end) + known


def _scan(text: str, start: int, end: int, facts: SheetFacts, context: SheetContext) -> tuple[int, int]:
    """Return how many cells matched, and how many brackets stand inside them beside plain values."""
    matched = inner = 0
    styles: dict[str, _KnownStyle] = {}
    while start < end:
        stop = text.find("</row>", min(start + _CHUNK, end), end)
        stop = end if stop < 0 else stop + len("</row>")
        found = _CELL.findall(text, start, stop)
        context.counted(len(found))
        inner += _chunk(found, facts, context, styles)
        matched += len(found)
        start = stop
    return matched, inner


class _Columns(dict[str, int]):
    def __missing__(self, letters: str) -> int:
        self[letters] = number = column_number(letters)
        return number


def _chunk(  # noqa: C901 - the hot loop: a call per cell would cost a tenth of all reading
    found: list[tuple[str, str, str, str, str, str]],
    facts: SheetFacts,
    context: SheetContext,
    styles: dict[str, _KnownStyle],
) -> int:
    inner = 0
    texts = context.strings.texts if context.strings else []
    struck = context.strings.struck if context.strings else frozenset()
    cells, columns, count, date1904 = facts.cells, _Columns(), len(texts), context.date1904
    text_kind, make = CellKind.TEXT, Cell
    last, row = "", 0
    for letters, digits, index, kind, value, rest in found:
        column = columns[letters]
        if digits != last:
            last, row = digits, int(digits)
            check_position(row, 1, facts.name)
        if column > LAST_COLUMN:
            check_position(row, column, facts.name)
        known = styles.get(index)
        if known is None:
            style = context.style(index)
            known = styles[index] = (style, style.shape.code, style.struck, {})
        style, code, line, memo = known
        if rest:
            _unusual_cell(facts, context, StoredCell(row, column, index, kind), rest)
            inner += rest.count("<") - 2 * rest.count("<v>")
        elif kind == "s":
            number = int(value) if value.isdigit() else count
            if number >= count:
                if value.strip():
                    shared_text(context, value)
            elif shown := texts[number]:
                line = line or (number in struck if struck else False)
                cells[row, column] = make(row, column, text_kind, shown, None, None, code, None, False, line)
        elif (not kind or kind == "n") and value:
            same = memo.get(value)
            if same is None:
                memo[value] = cells[row, column] = numeric(row, column, value, style, date1904)
                if len(memo) > _MEMO:
                    memo.clear()
            else:
                cells[row, column] = make(
                    row, column, same.kind, same.text, same.number, same.moment, code, None, False, line
                )
        elif value or kind == "str":
            if "\r" in value:
                raise _Unusual
            add_cell(facts, context, StoredCell(row, column, index, kind, unescape_xml(value)))
    return inner


def _unusual_cell(facts: SheetFacts, context: SheetContext, stored: StoredCell, rest: str) -> None:
    match = _REST.fullmatch(rest)
    if match is None or "<c " in rest or "\r" in rest:
        raise _Unusual
    attributes, formula, value, inline = match.groups()
    if attributes is not None:
        given = dict(_ATTRIBUTE.findall(attributes))
        stored.formula = unescape_xml(formula or "")
        stored.formula_kind, stored.formula_index = given.get("t", ""), given.get("si", "")
    stored.value = unescape_xml(value) if value is not None else None
    if inline is not None:
        plain = _PLAIN_INLINE.fullmatch(inline)
        if plain:
            stored.inline = unescape_xml(plain.group(1))
        else:
            try:
                stored.inline, stored.inline_struck = rich_text(parse_tree(inline))
            except Unreadable:
                raise _Unusual from None
    add_cell(facts, context, stored)


def _hidden_rows(text: str, start: int, end: int, facts: SheetFacts) -> None:
    if text.find("hidden=", start, end) < 0:
        return
    for match in _HIDDEN_ROW.finditer(text, start, end):
        number = _ROW_NUMBER.search(match.group(0))
        if number is None:
            raise _Unusual
        facts.hidden_rows.add(int(number.group(1)))
