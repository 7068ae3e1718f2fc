"""The quick way through the cells of a sheet part, for parts whose every tag has a usual shape."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sishui_eco.model.grid import Cell, CellKind
from sishui_eco.model.place import column_number
from sishui_eco.reading.limits import LAST_COLUMN, LAST_ROW, OverLimit, Unreadable
from sishui_eco.reading.numbers import Looks, looks_under
from sishui_eco.reading.shared_strings import rich_text
from sishui_eco.reading.sheet_cells import (
    SheetContext,
    SheetFacts,
    StoredCell,
    add_cell,
)
from sishui_eco.reading.xml_text import Unusual, character_data, parse_tree

_OPEN, _CLOSE, _ROW_END = b"<sheetData>", b"</sheetData>", b"</row>"
# A cell with nothing but a value: most cells of most sheets.
_PLAIN = re.compile(r'<c r="([A-Z]++)([0-9]++)([^>]*+)><v>([^<]*+)</v></c>')
_CELL_ATTRIBUTES = r'(?: [a-z]{1,2}="[A-Za-z0-9]*")*+'
_ROW = r'<row(?: [A-Za-z][A-Za-z:0-9]*+="[^"<>&\x00-\x1f]*+")*+ ?'
_END = re.compile(rf"(?:{_ROW}/>|[ \t\r\n]++)*+")
_PLACE = r"(?:[A-Z]{1,2}|[A-W][A-Z]{2}|X[A-E][A-Z]|XF[A-D])(?:[1-9][0-9]{0,5}|10[0-3][0-9]{4})"
# What may stand between plain cells without holding a value: empty cells, or the change to another row.
_BETWEEN = re.compile(
    rf'(?:\n|<c r="{_PLACE}"(?: (?:s|t|cm|vm|ph)="[A-Za-z0-9]*+")*+ ?/>'
    rf"|</row>{_END.pattern}{_ROW}>|[ \t\r\n]++)*+"
)
_ODD = re.compile(
    r'<c r="([A-Z]++)([0-9]++)([^<>/]*+)>'
    r'(?:<f((?: [A-Za-z:]+="[^"<]*")*)(?:/>|>([^<]*)</f>))?'
    r'(?:<v(?: xml:space="preserve")?>([^<]*)</v>|<v ?/>)?'
    r'(?:<is><t(?: xml:space="preserve")?>([^<]*)</t></is>|(<is>.*?</is>))?</c>',
    re.DOTALL,
)
_ATTRIBUTES = re.compile(f'"{_CELL_ATTRIBUTES}')
_ATTRIBUTE = re.compile(r'([A-Za-z:]+)="([^"]*)"')
_HIDDEN_ROW = re.compile(r'<row(?= [^>]*\bhidden="(?:1|true|on)")[^>]*>')
_ROW_NUMBER = re.compile(r' r="([0-9]{1,7})"')
_CHUNK = 256 * 1024


def scan_cells(data: bytes, facts: SheetFacts, context: SheetContext) -> tuple[bytes, bytes] | None:
    """Fill the cells of `facts` and return what stands before and behind them; None when expat is needed.

    Sure because nothing is skipped: a chunk is split at its plain cells, and every piece left over
    must be made of row tags, empty cells and cells of a known shape from its first character to its
    last. Comments, CDATA, unknown or misspelt tags, references out of the sheet leave a piece that
    is not, and then expat reads the whole part anew, so refusals have one author only.
    """
    start, end = data.find(_OPEN), data.rfind(_CLOSE)
    if start < 0 or end < start:
        return None
    start += len(_OPEN)
    head, tail = data[:start], data[end:]
    if b"<sheetData" in head[: -len(_OPEN)] or b"<sheetData" in tail:
        return None
    scanner = _Scanner(facts, context)
    try:
        for chunk in _chunks(data, start, end):
            scanner.rows(chunk)
    except OverLimit:
        raise
    except (Unusual, Unreadable, UnicodeDecodeError):
        return None
    return head, tail


def _chunks(data: bytes, start: int, end: int) -> Iterator[str]:
    """Yield rows some at a time: a large sheet is never held a second time as text.

    Shape: each chunk begins with the end of a row, that of the row before; the last one is what
    follows the end of the last row.
    """
    last = data.rfind(_ROW_END, start, end)
    while start <= last:
        stop = data.find(_ROW_END, min(start + _CHUNK, last), end)
        yield "</row>" + data[start:stop].decode("utf-8")
        start = stop + len(_ROW_END)
    yield data[start:end].decode("utf-8")


class _Columns(dict[str, int]):
    """Column numbers by their letters, for all workbooks."""

    def __missing__(self, letters: str) -> int:
        number = column_number(letters) if len(letters) < 4 else 0
        if not 0 < number <= LAST_COLUMN:
            raise Unusual
        self[letters] = number
        return number


_COLUMNS = _Columns()


# Whether it is a shared text, the looks of its numbers if it is one, format text, strike.
_Prepared = tuple[bool, Looks | None, str, bool]


class _Prepare(dict[str, _Prepared]):
    """What the attributes of a cell mean, worked out once for each spelling of them."""

    def __init__(self, context: SheetContext) -> None:
        self.context = context
        self.named: dict[str, tuple[str, str]] = {}  # style and kind as they are written

    def __missing__(self, attributes: str) -> _Prepared:
        if not _ATTRIBUTES.fullmatch(attributes):
            raise Unusual
        pairs = _ATTRIBUTE.findall(attributes)
        given = dict(pairs)
        if len(given) < len(pairs) or "r" in given:
            raise Unusual
        index, kind = given.get("s", ""), given.get("t", "")
        style = self.context.style(index)
        numbers = looks_under(style.shape.code, self.context.date1904) if kind in ("", "n") else None
        self.named[attributes] = index, kind
        made = self[attributes] = (kind == "s", numbers, style.shape.code, style.struck)
        return made


class _Scanner:
    """The cells of one sheet, chunk by chunk."""

    def __init__(self, facts: SheetFacts, context: SheetContext) -> None:
        self.facts = facts
        self.context = context
        self.prepared = _Prepare(context)

    def rows(self, text: str) -> None:
        """Take the cells of some rows. Raises: Unusual, OverLimit R206, R209, Unreadable R106."""
        if text[:6] != "</row>":
            if not _END.fullmatch(text):
                raise Unusual
            self._hidden_rows(text)
            return
        pieces = _PLAIN.split(text)
        between = "\n".join(filter(None, pieces[::5]))
        self._hidden_rows(between)
        self.context.counted(len(pieces) // 5)
        self._cells(pieces, _BETWEEN.fullmatch(between) is not None)

    def _cells(self, pieces: list[str], plain: bool) -> None:
        """Take cells in order, `plain` when there are no others; a call each would cost as much as all the rest."""
        texts, any_struck = self.context.strings, bool(self.context.strings.struck)
        cells, columns, prepared = self.facts.cells, _COLUMNS, self.prepared
        make, text_kind, usual = Cell, CellKind.TEXT, _BETWEEN.fullmatch
        last, row = "", 0
        for between, letters, digits, attributes, value in zip(*[iter(pieces)] * 5, strict=False):
            if between and not plain and not usual(between):
                self._odd_cells(between)
            if digits != last:
                last, row = digits, _row(digits)
            column = columns[letters]
            shared, numbers, code, struck = prepared[attributes]
            if shared:
                text = texts[value]
                if text:
                    if any_struck and texts.is_struck(value):
                        struck = True
                    cells[row, column] = make(row, column, text_kind, text, None, None, code, None, False, struck)
            elif not value:
                pass
            elif numbers is not None:
                kind, shown, number, moment = numbers[value]
                cells[row, column] = make(row, column, kind, shown, number, moment, code, None, False, struck)
            else:
                stored = StoredCell(row, column, *self.prepared.named[attributes], character_data(value))
                add_cell(self.facts, self.context, stored)
        if not plain:
            self._odd_cells(pieces[-1])

    def _odd_cells(self, between: str) -> None:
        """Take the cells with formulas, inline texts and the like out of what is left between plain ones."""
        position = 0
        while True:
            skipped = _BETWEEN.match(between, position)
            position = skipped.end() if skipped else position
            if position == len(between):
                return
            found = _ODD.match(between, position)
            if found is None:
                raise Unusual
            position = found.end()
            self.context.counted(1)
            self._odd_cell(*found.groups())

    def _odd_cell(
        self,
        letters: str,
        digits: str,
        attributes: str,
        formula_attributes: str | None,
        formula: str | None,
        value: str | None,
        inline: str | None,
        rich: str | None,
    ) -> None:
        _ = self.prepared[attributes]
        stored = StoredCell(_row(digits), _COLUMNS[letters], *self.prepared.named[attributes])
        if formula_attributes is not None:
            given = dict(_ATTRIBUTE.findall(character_data(formula_attributes)))
            stored.formula = character_data(formula or "")
            stored.formula_kind, stored.formula_index = given.get("t", ""), given.get("si", "")
        if value is not None:
            stored.value = character_data(value)
        if inline is not None:
            stored.inline = character_data(inline)
        elif rich is not None:
            stored.inline, stored.inline_struck = _rich(rich)
        add_cell(self.facts, self.context, stored)

    def _hidden_rows(self, text: str) -> None:
        if "hidden=" not in text:
            return
        for match in _HIDDEN_ROW.finditer(text):
            number = _ROW_NUMBER.search(match.group(0))
            if number is None:
                raise Unusual
            self.facts.hidden_rows.add(_row(number.group(1)))


def _row(digits: str) -> int:
    row = int(digits) if len(digits) < 8 else 0
    if not 0 < row <= LAST_ROW:
        raise Unusual
    return row


def _rich(element: str) -> tuple[str, bool]:
    if "<c" in element or "<!" in element or "<?" in element:
        raise Unusual
    character_data(element)
    try:
        return rich_text(parse_tree(element))
    except Unreadable:
        raise Unusual from None
