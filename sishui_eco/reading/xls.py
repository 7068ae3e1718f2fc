"""Workbooks of the old binary kind (.xls, .et), read by xlrd with formats, notes and hidden states."""

from __future__ import annotations

import io
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import xlrd

from sishui_eco.model.finding import make_finding
from sishui_eco.model.grid import Cell, CellKind, Document, Grid, Merge
from sishui_eco.model.place import Place
from sishui_eco.reading.cells import PLAIN, CellStyle, exact_number, is_blank, number_cell, text_cell
from sishui_eco.reading.limits import OverLimit, ReadLimits, Unreadable
from sishui_eco.reading.merges import split_covered
from sishui_eco.reading.number_format import builtin_format, compile_format
from sishui_eco.reading.ole import open_compound, stream
from sishui_eco.reading.tables import CellCounter
from sishui_eco.zh import word

# xlrd gives results of formulas, not their text, and knows neither pictures nor validations.
_UNKNOWN = frozenset({"formulas", "pictures", "validations"})
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FILEPASS = 0x002F
CHINESE = "gb18030"
_WESTERN = frozenset({"cp1252", "iso-8859-1", "latin_1", "mac_roman", "cp437", "cp850"})
_MACRO_STREAMS = ("_VBA_PROJECT_CUR", "Macros", "VBA")


def read_xls(content: bytes, place: Place, limits: ReadLimits) -> Document:
    """Return every sheet of a BIFF workbook.

    Raises: Unreadable R102, R103, R104; OverLimit R101 for a password and for limits.
    """
    stream_data, has_macros = workbook_stream(content, limits)
    book = _open(stream_data, None, CHINESE)
    mislabelled = _is_mislabelled(book)
    if mislabelled:
        book = _open(stream_data, CHINESE)
    if book.nsheets > limits.sheets:
        raise OverLimit("R205", count=book.nsheets, limit=limits.sheets)
    styles = _styles(book)
    counter = CellCounter(limits)
    try:
        grids = tuple(_grid(book, index, styles, counter) for index in range(book.nsheets))
    except (OverLimit, MemoryError):
        raise
    except Exception:  # a mangled sheet record surfaces here as any kind of exception
        raise Unreadable("R102") from None
    if not grids:
        raise Unreadable("R103")
    notices = [make_finding("R302", place)] if has_macros else []
    if mislabelled:
        notices.append(make_finding("R304", place, what=word("repairs.code_page", "reading")))
    return Document(reader="xls", grids=grids, notices=tuple(notices), has_macros=has_macros)


def workbook_stream(content: bytes, limits: ReadLimits) -> tuple[bytes, bool]:
    """Return the BIFF stream of a compound file, and whether there are macros beside it.

    The readers get this stream and never the container, whose chains may be cyclic anywhere.
    Raises: Unreadable R102, R103; OverLimit R101.
    """
    if content[:8] != _OLE:
        return content, False
    compound = open_compound(content, limits)
    if compound.exists("EncryptedPackage"):
        raise OverLimit("R101")
    data = stream(compound, "Workbook", "Book", "WORKBOOK", "BOOK")
    if data is None:
        raise Unreadable("R103")
    if has_password(data):
        raise OverLimit("R101")
    return data, any(compound.exists(name) for name in _MACRO_STREAMS)


def has_password(data: bytes) -> bool:
    """Say whether a BIFF stream is encrypted: a FILEPASS record among its first records."""
    position = 0
    for _ in range(40):
        if position + 4 > len(data):
            return False
        record = int.from_bytes(data[position : position + 2], "little")
        if record == _FILEPASS:
            return True
        if record == 0x000A:
            return False
        position += 4 + int.from_bytes(data[position + 2 : position + 4], "little")
    return False


def _open(content: bytes, *encodings: str | None) -> Any:
    """Return the workbook under the first encoding it can be read with; None is the one it states itself."""
    quiet = io.StringIO()
    for encoding in encodings:
        try:
            return xlrd.open_workbook(
                file_contents=content,
                formatting_info=True,
                ragged_rows=True,
                logfile=quiet,
                encoding_override=encoding,
            )
        except xlrd.XLRDError as fault:
            text = str(fault).lower()
            if "encrypt" in text or "password" in text:
                raise OverLimit("R101") from None
            if "biff version" in text or "version 2" in text:
                raise Unreadable("R104", what="Excel 2.x") from None
        except MemoryError:
            raise
        except Exception:  # noqa: S112 - xlrd leaks AssertionError, struct.error, LookupError …
            continue
    raise Unreadable("R102")


def _is_mislabelled(book: Any) -> bool:
    """Say whether a workbook from before Unicode states a Western code page and holds Chinese bytes.

    Sure when every text is Chinese under GB 18030 and nearly all of its signs are of the common set, whose two bytes
    are both high: letters with accents stand between plain ones and so make rare signs, or none.
    """
    if book.biff_version >= 80 or book.encoding not in _WESTERN:
        return False
    common = other = 0
    for text in _texts(book):
        try:
            signs = [sign for sign in text.encode(book.encoding).decode(CHINESE) if not sign.isascii()]
        except UnicodeError:
            return False
        known = sum(len(sign.encode("gb2312", "ignore")) == 2 for sign in signs)
        common, other = common + known, other + len(signs) - known
    return common >= 2 and common >= 4 * other


def _texts(book: Any) -> Iterator[str]:
    yield from book.sheet_names()
    for sheet in book.sheets():
        for row in range(sheet.nrows):
            kinds, values = sheet.row_types(row), sheet.row_values(row)
            yield from (value for kind, value in zip(kinds, values, strict=True) if kind == xlrd.XL_CELL_TEXT)


def _styles(book: Any) -> list[CellStyle]:
    styles: list[CellStyle] = []
    made: dict[tuple[str, bool], CellStyle] = {}
    for xf in book.xf_list:
        described = book.format_map.get(xf.format_key)
        code = described.format_str if described is not None else ""
        if 14 <= xf.format_key <= 58 and builtin_format(xf.format_key) != "General" and xf.format_key not in (49,):
            own = builtin_format(xf.format_key)
            code = own if not code or xf.format_key in (14, 22) or code == "General" else code
        fonts = book.font_list
        struck = bool(fonts[xf.font_index].struck_out) if 0 <= xf.font_index < len(fonts) else False
        key = (code or "General", struck)
        if key not in made:
            made[key] = CellStyle(compile_format(key[0]), struck)
        styles.append(made[key])
    return styles


def _grid(book: Any, index: int, styles: list[CellStyle], counter: CellCounter) -> Grid:
    sheet = book.sheet_by_index(index)
    cells: dict[tuple[int, int], Cell] = {}
    date1904 = book.datemode == 1
    for row in range(sheet.nrows):
        types, values, formats = sheet.row_types(row), sheet.row_values(row), sheet._cell_xf_indexes[row]
        for column, kind in enumerate(types):
            if kind in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
                continue
            number = formats[column]
            style = styles[number] if 0 <= number < len(styles) else PLAIN
            cell = _cell(row + 1, column + 1, kind, values[column], style, date1904)
            if cell is not None:
                cells[(row + 1, column + 1)] = counter.checked(cell, sheet.name)
    merges = tuple(
        Merge(top + 1, left + 1, bottom, right)
        for top, bottom, left, right in sheet.merged_cells
        if bottom > top and right > left and (bottom - top, right - left) != (1, 1)
    )
    covered = split_covered(cells, merges, sheet.name, counter.limits.merges)
    return Grid(
        name=sheet.name,
        index=index,
        cells=cells,
        merges=merges,
        covered=covered,
        hidden=sheet.visibility != 0,
        hidden_rows=frozenset(row + 1 for row, info in sheet.rowinfo_map.items() if info.hidden),
        hidden_columns=frozenset(
            column + 1 for column, info in sheet.colinfo_map.items() if info.hidden and column < max(sheet.ncols, 1)
        ),
        comments={
            (row + 1, column + 1): note.text for (row, column), note in sorted(sheet.cell_note_map.items()) if note.text
        },
        unknown=_UNKNOWN,
    )


def _cell(row: int, column: int, kind: int, value: Any, style: CellStyle, date1904: bool) -> Cell | None:
    if kind == xlrd.XL_CELL_TEXT:
        return None if is_blank(value) else text_cell(row, column, value, style)
    code = style.shape.code
    if kind == xlrd.XL_CELL_BOOLEAN:
        return Cell(
            row, column, CellKind.BOOLEAN, "TRUE" if value else "FALSE", None, None, code, None, False, style.struck
        )
    if kind == xlrd.XL_CELL_ERROR:
        shown = xlrd.error_text_from_code.get(value, "#N/A")
        return Cell(row, column, CellKind.ERROR, shown, None, None, code, None, False, style.struck)
    number = exact_number(repr(float(value)))
    if number is None:
        return Cell(row, column, CellKind.ERROR, str(value), None, None, code, None, False, style.struck)
    return number_cell(row, column, tidy(number), style, date1904)


def tidy(number: Decimal) -> Decimal:
    """Return a number from a float without the needless `.0` of whole ones."""
    if number == number.to_integral_value() and abs(number.adjusted()) < 20:
        return number.quantize(Decimal(1))
    return number
