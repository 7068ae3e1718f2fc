"""When the second reader may be asked: only after its dangers were looked for in the bytes."""

from __future__ import annotations

import re
import struct
from dataclasses import replace

from sishui_eco.model.grid import Document
from sishui_eco.model.place import Place, column_number
from sishui_eco.reading.calamine import read_calamine
from sishui_eco.reading.limits import LAST_COLUMN, ReadLimits, Unreadable
from sishui_eco.reading.package import Package
from sishui_eco.reading.xls import workbook_stream

_COUNT = re.compile(rb"""[cC]ount\s*=\s*["']\s*([0-9]+)""")
_SECTOR = 512
_CELL_RECORDS = frozenset(
    (
        0x0006,
        0x0206,
        0x0406,
        0x0201,
        0x0202,
        0x0203,
        0x0204,
        0x0205,
        0x00BD,
        0x00BE,
        0x00D6,
        0x00FD,
        0x027E,
        1,
        2,
        3,
        4,
        5,
    )
)
_SHARED_TEXTS, _DIMENSIONS = 0x00FC, 0x0200
_ENDLESS = 1 << 60
_TABLE, _END, _FREE = 0xFFFFFFFD, 0xFFFFFFFE, 0xFFFFFFFF
_REFERENCE = re.compile(rb"""(?<![:\w.-])r\s*=\s*["']([^"']*)["']""")
_CELL = re.compile(rb"<(?:[A-Za-z0-9_.-]+:)?c[\s/>]")
_PLACE = re.compile(rb"([A-Za-z]{0,3})([0-9]{0,7})")


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
            if any(int(digits[:18]) > len(data) for digits in _COUNT.findall(data)):
                raise Unreadable("R102")  # calamine reserves room for as many as a part declares
            if b"<!DOCTYPE" in data:
                raise Unreadable("R105")
    return read_calamine(content, place, limits)


def _area(data: bytes) -> int:
    """Return the area the cells of a sheet span, endless when a reference is longer than any place can be.

    A row of thirty digits and a column of forty letters make calamine abort the process; cells that
    give no reference stand in the row they are in, one after the other.
    """
    references = _REFERENCE.findall(data)
    rows = columns = bare = lettered = 0
    for reference in references:
        found = _PLACE.fullmatch(reference.strip())
        if found is None:
            return _ENDLESS
        letters, digits = found.groups()
        if letters:
            lettered += 1
            rows, columns = max(rows, int(digits or 0)), max(columns, column_number(letters.decode("ascii")))
        else:
            bare = max(bare, int(digits or 0))
    silent = len(_CELL.findall(data)) - lettered
    if silent > 0:
        rows, columns = max(rows, bare, 1), min(columns + silent, LAST_COLUMN)
    return rows * columns


def read_xls_again(content: bytes, place: Place, limits: ReadLimits) -> Document:
    """Return what calamine sees of an old workbook, given to it in a container made anew.

    Source: PhpSpreadsheet oleloop.xls, 1,024 bytes with a cyclic chain, makes calamine abort the
    process; so do mutations of sound files whose other streams are cyclic.
    Raises: Unreadable R102, R103; OverLimit.
    """
    data, has_macros = workbook_stream(content, limits)
    if _binary_area(data) > limits.densified_cells:
        raise Unreadable("R102")
    return replace(read_calamine(compound_of(data), place, limits), has_macros=has_macros)


def _binary_area(data: bytes) -> int:
    """Return the area the cells of a BIFF stream span, endless when a count in it cannot be true."""
    rows = columns = position = 0
    while position + 4 <= len(data):
        record, size = struct.unpack_from("<HH", data, position)
        position += 4
        if record in _CELL_RECORDS and size >= 4 and position + 4 <= len(data):
            row, column = struct.unpack_from("<HH", data, position)
            rows, columns = max(rows, row + 1), max(columns, column + 1)
        elif record == _DIMENSIONS:
            top, bottom, left, right = _extent(data[position : position + size])
            if not (top <= bottom <= 65_536 and left <= right <= 256):
                return _ENDLESS
        elif record == _SHARED_TEXTS and int.from_bytes(data[position + 4 : position + 8], "little") > len(data):
            return _ENDLESS
        position += size
    return rows * columns if columns <= 256 else _ENDLESS


def _extent(payload: bytes) -> tuple[int, int, int, int]:
    """Return rows and columns a DIMENSIONS record declares: calamine reserves room for all of them."""
    if len(payload) >= 12:
        top, bottom, left, right = struct.unpack_from("<IIHH", payload)
    else:
        top, bottom, left, right = struct.unpack_from("<4H", payload.ljust(8, b"\0"))
    return top, bottom, left, right


def compound_of(stream: bytes) -> bytes:
    """Return a sound compound file that holds one stream named Workbook.

    Raises: Unreadable R102 when it needs more than the header's own list of 109 table sectors.
    """
    stream = stream.ljust(4096, b"\0")
    stream += bytes(-len(stream) % _SECTOR)
    count = len(stream) // _SECTOR
    tables = next(n for n in range(1, count + 2) if n * 128 >= n + 1 + count)
    if tables > 109:
        raise Unreadable("R102")
    chain = [_TABLE] * tables + [_END] + [*range(tables + 2, tables + 1 + count), _END]
    chain += [_FREE] * (tables * 128 - len(chain))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<9I", 0, tables, tables, 0, 4096, _END, 0, _END, 0)
    head += struct.pack("<109I", *(list(range(tables)) + [_FREE] * (109 - tables)))
    entries = _entry("Root Entry", 5, 1, _END, 0) + _entry("Workbook", 2, _FREE, tables + 1, len(stream))
    return head + struct.pack(f"<{len(chain)}I", *chain) + entries + _entry("", 0, _FREE, 0, 0) * 2 + stream


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    raw = name.encode("utf-16-le")
    length = len(raw) + 2 if name else 0
    links = struct.pack("<HBB3I", length, kind, 1, _FREE, _FREE, child)
    return raw.ljust(64, b"\0") + links + bytes(36) + struct.pack("<IQ", start, size)
