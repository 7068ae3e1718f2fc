"""When the second reader may be asked: only after its dangers were looked for in the bytes."""

from __future__ import annotations

import re

from sishui_eco.model.grid import Document
from sishui_eco.model.place import Place, column_number
from sishui_eco.reading.calamine import read_calamine
from sishui_eco.reading.limits import ReadLimits, Unreadable
from sishui_eco.reading.ole import open_compound, stream
from sishui_eco.reading.package import Package

_REFERENCE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{1,4})([0-9]{1,10})["']""")


def read_xlsx_again(content: bytes, place: Place, limits: ReadLimits) -> Document:
    """Return what calamine sees, provided no cell lies so far out that it would fill memory.

    Every part is inflated under counting first, so a bomb is met here and not in the Rust reader.
    Raises: Unreadable R102, OverLimit.
    """
    package = Package(content, limits)
    for name in package.names():
        if "worksheets/" in name or name.endswith((".xml", ".rels")):
            data = package.read(name) or b""
            if "sheets/" in name and _area(data) > limits.densified_cells:
                raise Unreadable("R102")
            if b"<!DOCTYPE" in data:
                raise Unreadable("R105")
    return read_calamine(content, place, limits)


def _area(data: bytes) -> int:
    rows = columns = 0
    for letters, digits in _REFERENCE.findall(data):
        rows = max(rows, int(digits))
        columns = max(columns, column_number(letters.decode("ascii")))
    return rows * columns


def read_xls_again(content: bytes, place: Place, limits: ReadLimits) -> Document:
    """Return what calamine sees of an old workbook whose chains are sound. Raises: Unreadable R102, OverLimit.

    Source: PhpSpreadsheet oleloop.xls, 1,024 bytes with a cyclic chain, makes calamine abort the process.
    """
    compound = open_compound(content, limits)
    if stream(compound, "Workbook", "Book", "WORKBOOK", "BOOK") is None:
        raise Unreadable("R103")
    return read_calamine(content, place, limits)
