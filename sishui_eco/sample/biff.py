"""Canvases as a real .xls (BIFF8 in an OLE2 file), as old WPS and Excel 97-2003 save them.

Only what a sheet of texts and numbers needs is written: no library of the project writes this format,
and the sample must not carry a binary.
"""

from __future__ import annotations

import struct
from decimal import Decimal

from sishui_eco.sample.canvas import Canvas
from sishui_eco.sample.junk import compound_file

BOF, EOF, CODEPAGE, FONT, XF, BOUNDSHEET = 0x0809, 0x000A, 0x0042, 0x0031, 0x00E0, 0x0085
DIMENSIONS, LABEL, NUMBER, MERGED, ROW = 0x0200, 0x0204, 0x0203, 0x00E5, 0x0208
GLOBALS, SHEET = 0x0005, 0x0010
BUILD, YEAR = 0x0DBB, 0x07CC
HIDDEN_ROW, PLAIN_ROW = 0x0120, 0x0100
XF_COUNT = 16  # fifteen style formats, then the cell format


def xls_bytes(canvas: Canvas) -> bytes:
    """Return the canvas as a workbook of one sheet."""
    sheet = _sheet(canvas)
    head = _bof(GLOBALS) + _record(CODEPAGE, struct.pack("<H", 1200)) + _font() * 4 + _formats()
    name = struct.pack("<BB", len(canvas.name), 1) + canvas.name.encode("utf-16-le")
    length = len(head) + 4 + 6 + len(name) + 4
    bound = _record(BOUNDSHEET, struct.pack("<IH", length, 0) + name)
    return compound_file([("Workbook", head + bound + _record(EOF, b"") + sheet)])


def _record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _bof(kind: int) -> bytes:
    return _record(BOF, struct.pack("<HHHHII", 0x0600, kind, BUILD, YEAR, 0x41, 0x06))


def _font() -> bytes:
    name = "SimSun"
    head = struct.pack("<HHHHHBBBB", 220, 0, 0x7FFF, 400, 0, 0, 0, 134, 0)
    return _record(FONT, head + struct.pack("<BB", len(name), 0) + name.encode("ascii"))


def _formats() -> bytes:
    style = struct.pack("<HHHBBBBIIH", 0, 0, 0xFFF5, 0x20, 0, 0, 0xF4, 0, 0, 0x20C0)
    cell = struct.pack("<HHHBBBBIIH", 0, 0, 0x0001, 0x28, 0, 0, 0, 0, 0, 0x20C0)
    return _record(XF, style) * (XF_COUNT - 1) + _record(XF, cell)


def _sheet(canvas: Canvas) -> bytes:
    last_row = max(row for row, _ in canvas.cells)
    last_column = max(column for _, column in canvas.cells)
    parts = [_bof(SHEET), _record(DIMENSIONS, struct.pack("<IIHHH", 0, last_row, 0, last_column, 0))]
    for row in sorted({row for row, _ in canvas.cells}):
        flags = HIDDEN_ROW if row in canvas.hidden else PLAIN_ROW
        parts.append(_record(ROW, struct.pack("<HHHHHHHH", row - 1, 0, last_column, 300, 0, 0, flags, XF_COUNT - 1)))
    for (row, column), value in sorted(canvas.cells.items()):
        place = struct.pack("<HHH", row - 1, column - 1, XF_COUNT - 1)
        if isinstance(value, Decimal):
            parts.append(_record(NUMBER, place + struct.pack("<d", float(value))))
        else:
            text = struct.pack("<HB", len(value), 1) + value.encode("utf-16-le")
            parts.append(_record(LABEL, place + text))
    spans = [(top - 1, bottom - 1, left - 1, right - 1) for top, left, bottom, right in canvas.merges]
    merged = b"".join(struct.pack("<HHHH", *span) for span in spans)
    parts.append(_record(MERGED, struct.pack("<H", len(spans)) + merged))
    return b"".join(parts) + _record(EOF, b"")
