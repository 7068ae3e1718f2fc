"""Plain and delimited text: its encoding, its delimiter, its rows."""

from __future__ import annotations

import codecs
import csv
import io

from sishui_eco.model.finding import make_finding
from sishui_eco.model.grid import Document
from sishui_eco.model.place import Place
from sishui_eco.reading.limits import OverLimit, ReadLimits, Unreadable
from sishui_eco.reading.tables import CellCounter, TableBuilder, text_grid
from sishui_eco.zh import word

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_DELIMITERS = ("\t", ",", ";", "|")
_SAMPLE_LINES = 200
_UNKNOWN = frozenset(
    {"number_formats", "formulas", "merges", "hidden", "comments", "pictures", "validations", "errors", "covered"}
)


def decode_text(content: bytes) -> str:
    """Return text by its mark, else UTF-8, UTF-16 without a mark, GB18030, in that order.

    Raises: Unreadable R103 for what is not text.
    """
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return _decoded(content, encoding)
    encodings = ["utf-8", "gb18030"]
    sample = content[:4096]
    if sample.count(b"\0") > len(sample) // 5:
        encodings = ["utf-16-le" if sample[1:2] == b"\0" or sample[1::2].count(b"\0") > 9 else "utf-16-be"]
    for encoding in encodings:
        try:
            return _plausible(content.decode(encoding))
        except UnicodeDecodeError:
            continue
    return _plausible(content.decode("gb18030", errors="replace"))


def _decoded(content: bytes, encoding: str) -> str:
    try:
        return _plausible(content.decode(encoding))
    except UnicodeDecodeError:
        return _plausible(content.decode(encoding, errors="replace"))


def _plausible(text: str) -> str:
    sample = text[:20_000]
    odd = sum(character < " " and character not in "\t\r\n\f\x0b\x1a" for character in sample)
    odd += 3 * sample.count("\ufffd")
    if odd * 20 > len(sample):
        raise Unreadable("R103")
    return text.replace("\0", "")


def read_text(content: bytes, place: Place, limits: ReadLimits) -> Document:
    """Return a delimited file as one grid, other text as a grid of paragraphs.

    Every value is text as it stands: 001 stays 001.
    Raises: Unreadable R103, OverLimit R206, R207, R209.
    """
    if len(content) > limits.file_bytes:
        raise OverLimit("R207", size=f"{len(content) >> 20} MB", limit=f"{limits.file_bytes >> 20} MB")
    text = decode_text(content)
    if not text.strip():
        raise Unreadable("R103")
    counter = CellCounter(limits)
    name = word("words.text_table", "reading")
    delimiter = sniff_delimiter(text)
    if delimiter is None:
        grid = text_grid(text.splitlines(), name, 0, counter)
        what = word("disguises.text", "reading")
    else:
        table = TableBuilder(name, counter)
        try:
            for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
                table.next_row()
                for column, value in enumerate(row, start=1):
                    table.put(table.row, column, value.strip(" \x1a"))
        except csv.Error:
            raise OverLimit("R209", sheet=name, cell=f"A{table.row + 1}", limit=limits.cell_text) from None
        grid = table.grid(0, "sheet", _UNKNOWN)
        what = word("disguises.delimited", "reading")
    return Document(reader="text", grids=(grid,), notices=(make_finding("R305", place, what=what),))


def sniff_delimiter(text: str) -> str | None:
    """Return the delimiter that cuts most sample lines into equally many pieces, None when none does.

    A tab needs half the lines, another delimiter three quarters of them, and at least two lines.
    """
    lines = [line for line in text[:200_000].splitlines()[:_SAMPLE_LINES] if line.strip()]
    best: tuple[float, str] | None = None
    for delimiter in _DELIMITERS:
        try:
            counts = [len(row) for row in csv.reader(lines, delimiter=delimiter) if row]
        except csv.Error:
            continue
        wide = [count for count in counts if count > 1]
        if not wide or (len(wide) < 2 and delimiter != "\t" and len(counts) > 1):
            continue
        common = max(sorted(set(wide)), key=wide.count)
        share = wide.count(common) / len(counts)
        needed = 0.5 if delimiter == "\t" else 0.75
        if share >= needed and (best is None or share * common > best[0]):
            best = (share * common, delimiter)
    return best[1] if best else None
