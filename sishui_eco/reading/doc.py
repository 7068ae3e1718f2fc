"""Word documents of the old binary kind (.doc, .wps): text by the piece table, tables by their marks.

Source: MS-DOC; FIB, Clx, PlcBtePapx, sprmPFInTable 0x2416, sprmPFTtp 0x2417, sprmTDefTable 0xD608.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from dataclasses import dataclass, field
from struct import unpack_from

import olefile

from sishui_eco.model.finding import Finding, make_finding
from sishui_eco.model.grid import Document
from sishui_eco.model.place import Place
from sishui_eco.reading.doc_tables import RowShape, build_tables, row_shape
from sishui_eco.reading.limits import OverLimit, ReadLimits, Unreadable
from sishui_eco.reading.ole import open_compound, stream
from sishui_eco.reading.tables import CellCounter, text_grid
from sishui_eco.zh import word

_MAGIC = 0xA5EC
_OLDEST = 0x00C1  # Word 97
_ENCRYPTED, _TABLE_1 = 0x0100, 0x0200
_PAGE = 512
_DELETED = "\x00"


@dataclass(slots=True)
class Paragraph:
    """One paragraph: its text without its mark, whether it stands in a table, and a row's shape."""

    text: str
    mark: str
    in_table: bool = False
    row: RowShape | None = None
    depth: int = 1


@dataclass(slots=True)
class _Pieces:
    """The piece table: where runs of characters lie in the file, in reading order."""

    starts: list[int] = field(default_factory=list)  # character positions
    offsets: list[int] = field(default_factory=list)  # byte positions
    wide: list[bool] = field(default_factory=list)
    end: int = 0


def read_doc(content: bytes, place: Place, limits: ReadLimits) -> Document:
    """Return each table as a grid of kind word_table, then the other text.

    Raises: Unreadable R102, R103, R104 for Word 95 and older or Works; OverLimit R101 for a password.
    """
    compound = open_compound(content, limits)
    data = stream(compound, "WordDocument")
    if data is None:
        works = any(compound.exists(name) for name in ("MatOST", "MN0", "CONTENTS"))
        raise Unreadable("R104", what="Works") if works else Unreadable("R103")
    if compound.exists("EncryptedPackage") or compound.exists("EncryptedSummary"):
        raise OverLimit("R101")
    try:
        paragraphs = _paragraphs(data, compound)
    except (struct.error, IndexError):
        raise Unreadable("R102") from None
    counter = CellCounter(limits)
    tables, loose = build_tables(paragraphs, counter)
    grids = list(tables)
    grids.append(text_grid(loose, word("words.word_text", "reading"), len(grids), counter))
    has_macros = compound.exists("Macros") or compound.exists("_VBA_PROJECT")
    notices: tuple[Finding, ...] = (make_finding("R302", place),) if has_macros else ()
    return Document(reader="doc", grids=tuple(grids), notices=notices, has_macros=has_macros)


def _paragraphs(data: bytes, compound: olefile.OleFileIO) -> list[Paragraph]:
    magic, version = unpack_from("<HH", data, 0)
    flags = unpack_from("<H", data, 0x0A)[0]
    if flags & _ENCRYPTED:
        raise OverLimit("R101")
    if magic != _MAGIC or version < _OLDEST:
        raise Unreadable("R104", what="Word 95")
    table = stream(compound, "1Table" if flags & _TABLE_1 else "0Table", "0Table", "1Table")
    if table is None:
        raise Unreadable("R102")
    length = unpack_from("<i", data, 0x4C)[0]
    offset, size = unpack_from("<II", data, 0x01A2)
    pieces = _pieces(table[offset : offset + size])
    bins_offset, bins_size = unpack_from("<II", data, 0x0102)
    marks = _paragraph_marks(data, table[bins_offset : bins_offset + bins_size])
    return _split(data, pieces, marks, length)


def _pieces(clx: bytes) -> _Pieces:
    """Return the piece table of a Clx. Raises: Unreadable R102 when there is none."""
    position = 0
    while position < len(clx) and clx[position] == 1:
        position += 3 + unpack_from("<H", clx, position + 1)[0]
    if position >= len(clx) or clx[position] != 2:
        raise Unreadable("R102")
    size = unpack_from("<I", clx, position + 1)[0]
    body = clx[position + 5 : position + 5 + size]
    count = (len(body) - 4) // 12
    if count < 1:
        raise Unreadable("R102")
    found = _Pieces(end=unpack_from("<I", body, count * 4)[0])
    for index in range(count):
        where = unpack_from("<I", body, (count + 1) * 4 + index * 8 + 2)[0]
        narrow = bool(where & 0x40000000)
        where &= 0x3FFFFFFF
        found.starts.append(unpack_from("<I", body, index * 4)[0])
        found.offsets.append(where // 2 if narrow else where)
        found.wide.append(not narrow)
    return found


def _paragraph_marks(data: bytes, bins: bytes) -> tuple[list[int], list[tuple[bool, RowShape | None, int]]]:
    """Return, by ascending byte position of their ends, the paragraphs' table properties."""
    found: dict[int, tuple[bool, RowShape | None, int]] = {}
    count = (len(bins) - 4) // 8
    for index in range(max(0, count)):
        page = (unpack_from("<I", bins, (count + 1) * 4 + index * 4)[0] & 0x3FFFFF) * _PAGE
        block = data[page : page + _PAGE]
        if len(block) < _PAGE:
            continue
        runs = block[_PAGE - 1]
        if (runs + 1) * 4 + runs * 13 > _PAGE:
            continue
        for run in range(runs):
            end = unpack_from("<I", block, (run + 1) * 4)[0]
            found[end] = _properties(block, block[(runs + 1) * 4 + run * 13] * 2)
    ends = sorted(found)
    return ends, [found[end] for end in ends]


def _properties(block: bytes, offset: int) -> tuple[bool, RowShape | None, int]:
    if offset == 0 or offset >= _PAGE - 1:
        return False, None, 1
    size = block[offset] * 2
    start = offset + 1
    if size == 0:
        size = block[offset + 1] * 2 + 1
        start = offset + 2
    else:
        size -= 1
    grpprl = block[start + 2 : start + size]  # after the style index
    in_table = ends_row = False
    shape: RowShape | None = None
    depth = 1
    for code, operand in _sprms(grpprl):
        if code == 0x2416:
            in_table = bool(operand[:1].strip(b"\0"))
        elif code in (0x2417, 0x244C):
            ends_row = bool(operand[:1].strip(b"\0")) or ends_row
        elif code == 0x6649 and len(operand) == 4:
            depth = max(1, min(int.from_bytes(operand, "little", signed=True), 50))
        elif code == 0xD608:
            shape = row_shape(operand)
    return in_table, (shape or RowShape((), ())) if ends_row else None, depth


def _sprms(grpprl: bytes) -> list[tuple[int, bytes]]:
    sizes = (1, 1, 2, 4, 2, 2, 0, 3)
    found: list[tuple[int, bytes]] = []
    position = 0
    while position + 2 <= len(grpprl):
        code = grpprl[position] | grpprl[position + 1] << 8
        position += 2
        kind = code >> 13
        if kind != 6:
            size = sizes[kind]
        elif code in (0xD608, 0xD606):
            if position + 2 > len(grpprl):
                break
            size = int.from_bytes(grpprl[position : position + 2], "little") - 1
            position += 2
        else:
            size = grpprl[position] if position < len(grpprl) else 0
            position += 1
        if size < 0:
            break
        found.append((code, grpprl[position : position + size]))
        position += size
    return found


def _split(
    data: bytes,
    pieces: _Pieces,
    marks: tuple[list[int], list[tuple[bool, RowShape | None, int]]],
    length: int,
) -> list[Paragraph]:
    """Return the paragraphs of the main text, cut at \\r, \\x07 and \\x0c."""
    ends, properties = marks
    paragraphs: list[Paragraph] = []
    text: list[str] = []
    last = [*pieces.starts[1:], pieces.end]
    for start, stop, offset, wide in zip(pieces.starts, last, pieces.offsets, pieces.wide, strict=True):
        stop = min(stop, length) if length > 0 else stop
        if stop <= start:
            continue
        width = 2 if wide else 1
        raw = data[offset : offset + (stop - start) * width]
        decoded = raw.decode("utf-16-le", "replace") if wide else raw.decode("cp1252", "replace")
        position = offset
        for line in _lines(decoded):
            position += _units(line, wide) * width
            if line[-1] not in "\r\x07\x0c":
                text.append(line)
                continue
            text.append(line[:-1])
            index = bisect_right(ends, position - 1)
            in_table, row, depth = properties[index] if index < len(ends) else (False, None, 1)
            paragraphs.append(Paragraph(_clean("".join(text)), line[-1], in_table, row, depth))
            text = []
    if "".join(text).strip():
        paragraphs.append(Paragraph(_clean("".join(text)), "\r"))
    return paragraphs


def _units(text: str, wide: bool) -> int:
    if not wide:
        return len(text)
    return len(text) + sum(character > "\uffff" for character in text)


def _lines(text: str) -> list[str]:
    lines: list[str] = []
    start = 0
    for index, character in enumerate(text):
        if character in "\r\x07\x0c":
            lines.append(text[start : index + 1])
            start = index + 1
    if start < len(text):
        lines.append(text[start:])
    return lines


def _clean(text: str) -> str:
    """Return a text without field codes (between \\x13 and \\x14) and control marks."""
    shown: list[str] = []
    codes: list[bool] = []  # per open field: still in its code part
    for character in text:
        if character == "\x13":
            codes.append(True)
        elif character == "\x14" and codes:
            codes[-1] = False
        elif character == "\x15" and codes:
            codes.pop()
        elif not any(codes):
            shown.append({"\x0b": "\n", "\x1e": "-", "\xa0": "\xa0"}.get(character, character))
    return "".join(c for c in shown if c >= " " or c in "\t\n")
