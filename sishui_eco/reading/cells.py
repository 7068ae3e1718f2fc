"""Making cells: the one way every reader turns stored values into Cell objects, quickly."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from sishui_eco.model.grid import Cell, CellKind
from sishui_eco.reading.dates import moment_of
from sishui_eco.reading.number_format import NumberFormat, compile_format, show_moment, show_number

_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,400}(?:\.[0-9]{0,400})?|\.[0-9]{1,400})(?:[eE][+-]?[0-9]{1,4})?\Z")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
# A name the format language would take for a control character or half of a pair stays as it came.
_TEXT, _NUM, _BOOL, _DATE, _ERROR = CellKind.TEXT, CellKind.NUMBER, CellKind.BOOLEAN, CellKind.DATE, CellKind.ERROR


@dataclass(frozen=True, slots=True)
class CellStyle:
    """What of a cell's format matters to us."""

    shape: NumberFormat
    struck: bool = False


PLAIN = CellStyle(compile_format("General"))


def exact_number(text: str) -> Decimal | None:
    """Return the number a stored text means, binary noise removed; None when it is none.

    0.28999999999999998 gives 0.29: up to fifteen digits are taken as they stand, longer ones go
    through the nearest float, as Excel itself does.
    """
    if len(text) < 16 and text.isascii() and text.isdigit():
        return Decimal(text)
    text = text.strip()
    if not _NUMBER.match(text):
        return None
    number = Decimal(text)
    if len(number.as_tuple().digits) > 15:
        number = Decimal(repr(float(text))) if number.adjusted() < 308 else number
        whole = number == number.to_integral_value() and 0 <= number.adjusted() < 20
        number = number.quantize(Decimal(1)) if whole else number
    return number if -400 < number.adjusted() < 308 or not number else None


def number_parts(
    number: Decimal, shape: NumberFormat, date1904: bool
) -> tuple[CellKind, str, datetime | date | time | None]:
    """Return kind, seen text and moment of a number under a format.

    A number that is no date under a date format (20230301, -3) stays a number and shows itself.
    """
    if not shape.is_date:
        return _NUM, show_number(number, shape), None
    if shape.elapsed:
        return _NUM, _elapsed(number), None
    moment = moment_of(number, date1904, shape.has_calendar, shape.has_clock)
    if moment is None:
        return _NUM, format(number, "f") if abs(number.adjusted()) < 30 else str(number), None
    return _DATE, show_moment(moment, shape), moment


def _elapsed(number: Decimal) -> str:
    if abs(number) > 1_000_000_000:
        return str(number)
    seconds = round(float(abs(number)) * 86_400)
    sign = "-" if number < 0 and seconds else ""
    return f"{sign}{seconds // 3600}:{seconds % 3600 // 60:02d}:{seconds % 60:02d}"


def number_cell(row: int, column: int, number: Decimal, style: CellStyle, date1904: bool) -> Cell:
    """Return the cell of a number under a style."""
    kind, text, moment = number_parts(number, style.shape, date1904)
    return Cell(row, column, kind, text, number, moment, style.shape.code, None, False, style.struck)


def text_cell(row: int, column: int, text: str, style: CellStyle = PLAIN) -> Cell:
    """Return the cell of a text under a style."""
    return Cell(row, column, _TEXT, text, None, None, style.shape.code, None, False, style.struck)


def unescape_text(text: str) -> str:
    """Return a text with the `_x000D_` escapes of Office decoded and line ends as they are."""
    return _ESCAPE.sub(_character, text) if "_x" in text else text


def _character(match: re.Match[str]) -> str:
    code = int(match.group(1), 16)
    if 0xD800 <= code < 0xE000:
        return match.group(0)
    return chr(code)


def is_blank(text: str) -> bool:
    """Say whether a text shows nothing: white space, zero-width and control characters only."""
    return not text or not text.strip(BLANK_CHARACTERS)


BLANK_CHARACTERS = (
    "".join(map(chr, range(33)))
    + "\x7f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    + "\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
)
