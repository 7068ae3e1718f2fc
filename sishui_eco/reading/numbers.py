"""What stored numbers look like: kind, seen text, exact number and moment under a number format."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache

from sishui_eco.model.grid import CellKind
from sishui_eco.reading.cells import exact_number, number_parts
from sishui_eco.reading.number_format import NumberFormat, compile_format, show_number
from sishui_eco.reading.xml_text import Unusual, character_data

NumberLook = tuple[CellKind, str, Decimal | None, datetime | date | time | None]
_PLAIN_NUMBER = re.compile(r"(?:-?[1-9][0-9]{0,23}|0|-?0(?=\.))(?:\.[0-9]{0,23}[1-9])?\Z")
_NUMBER = CellKind.NUMBER
_FORMATS = 8
_NUMBERS = 16_384
_LONGEST = 400


def number_look(value: str, shape: NumberFormat, date1904: bool) -> NumberLook:
    """Return what a stored number looks like; what is no number (NaN, INF) is an error as it stands."""
    look = _plain_look(value, shape)
    if look is not None:
        return look
    exact = exact_number(value)
    if exact is None:
        kind = CellKind.ERROR if value.strip().lstrip("+-").lower() in ("nan", "inf", "infinity") else CellKind.TEXT
        return kind, value.strip(), None, None
    found, text, moment = number_parts(exact, shape, date1904)
    return found, text, exact, moment


def _plain_look(value: str, shape: NumberFormat) -> NumberLook | None:
    """Return what a plain decimal looks like under the commonest formats, None when it takes more thought.

    Of more than fifteen digits the nearest float counts, as in `exact_number`; with fewer its
    shortest spelling is the decimal itself.
    """
    if not _PLAIN_NUMBER.match(value):
        return None
    if len(value) > 15:
        value = repr(float(value))
        if len(value) > 20 or "e" in value or value[-2:] == ".0":
            return None
    if shape.is_general:
        return (_NUMBER, value, Decimal(value), None) if len(value) < 12 else None  # shows as it is stored
    if shape.quick is not None:
        number = Decimal(value)
        return _NUMBER, show_number(number, shape), number, None
    return None


class Looks(dict[str, NumberLook]):
    """The looks of numbers under one format by their stored text, worked out when first asked for.

    Raises: Unusual for what is hardly a number: a later look must not hide a text that needs mending.
    """

    def __init__(self, code: str, date1904: bool) -> None:
        self.shape = compile_format(code)
        self.date1904 = date1904

    def __missing__(self, value: str) -> NumberLook:
        look: NumberLook | None
        if self.shape.is_general and len(value) < 12 and value.isascii() and value.isdecimal() and value[0] != "0":
            look = _NUMBER, value, Decimal(value), None  # what most new numbers of a large sheet are
        else:
            look = _plain_look(value, self.shape)
        if look is None:
            if len(value) > _LONGEST or not value.strip():
                raise Unusual
            look = number_look(character_data(value), self.shape, self.date1904)
        if len(self) > _NUMBERS:
            self.clear()
        self[value] = look
        return look


looks_under = lru_cache(maxsize=_FORMATS)(Looks)
"""Return the looks of numbers under a format: returns of one form share formats and most small numbers.

At most 8 formats of 16,384 numbers are kept; a look depends on nothing else, so none can go stale.
"""
