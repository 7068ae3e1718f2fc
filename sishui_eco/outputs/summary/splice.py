"""Long tables put into the workbook that XlsxWriter wrote around them.

XlsxWriter makes the workbook with titles, headings, notes, charts, styles and print set-up; the rows between
heading and notes are printed as text (`printing.py`) and put where they belong. Everything read here is
what XlsxWriter wrote a moment before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

import msgspec

from sishui_eco.outputs.deflating import Deflated, entry_of
from sishui_eco.outputs.markup import DECLARATION, escaped
from sishui_eco.outputs.packaging import LIMIT, RawEntry, read_entries, write_entries
from sishui_eco.outputs.summary.strings import SharedStrings

STRINGS = "xl/sharedStrings.xml"
_SHEET = re.compile(r"xl/worksheets/sheet(\d+)\.xml")
_ROW = re.compile(r'<row r="(\d+)"')
_STRING_CELL = re.compile(r'( t="s"><v>)(\d+)(</v>)')
_DIMENSION = re.compile(r'<dimension ref="[^"]*"/>')
_MERGES = re.compile(r'<mergeCells count="(\d+)">')
_LINKS_BEFORE = "<printOptions"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"


class Region(msgspec.Struct, kw_only=True):
    """The printed rows of one table, from 0-based row `first` on; `merges` are A1 ranges."""

    first: int
    rows: int = 0
    columns: str = "A"  # the name of the last column
    text: Deflated = msgspec.field(default_factory=Deflated)
    merges: list[str] = msgspec.field(default_factory=list)

    def print_row(self, pieces: Iterable[str], height: float) -> None:
        """Add a row; the pieces are what is printed behind its number in the names of its cells."""
        self.rows += 1
        number = str(self.first + self.rows)
        self.text.write(number.join(['<row r="', _opening(height), *pieces]) + "</row>")


@lru_cache(maxsize=1024)
def _opening(height: float) -> str:
    """Return a row from behind its number to that of its first cell; heights are whole pixels, as in XlsxWriter."""
    return f'" ht="{int(height * 4 / 3 + 0.5) * 0.75:g}" customHeight="1"><c r="A'


class SheetParts(msgspec.Struct, frozen=True, kw_only=True):
    """What goes into one sheet: its regions from top to bottom, its links, and the files they lead to."""

    regions: Sequence[Region]
    links: Sequence[str | Deflated]
    targets: dict[str, str]


def spliced(content: bytes, sheets: Sequence[SheetParts], strings: SharedStrings) -> bytes:
    """Return the workbook with every sheet's regions put in; `sheets` in the order of their numbers."""
    return write_entries(_entries(content, sheets, strings))


def _entries(content: bytes, sheets: Sequence[SheetParts], strings: SharedStrings) -> list[RawEntry]:
    made: list[RawEntry] = []
    for entry in read_entries(content):
        number = _SHEET.fullmatch(entry.name)
        if number:
            parts = sheets[int(number[1]) - 1]
            text = _moved_strings(entry.content(LIMIT).decode("utf-8"), strings.count)
            made.append(entry_of(entry.name, _sheet(text, parts)))
            if parts.targets:
                made.append(entry_of(f"xl/worksheets/_rels/sheet{number[1]}.xml.rels", [_relations(parts.targets)]))
        elif entry.name == STRINGS:
            made.append(entry_of(entry.name, _string_table(entry.content(LIMIT).decode("utf-8"), strings)))
        else:
            made.append(entry)
    return made


def _moved_strings(text: str, by: int) -> str:
    """Return a sheet whose own texts stand behind the printed ones in the table of shared strings."""
    return _STRING_CELL.sub(lambda found: f"{found[1]}{int(found[2]) + by}{found[3]}", text)


def _string_table(text: str, strings: SharedStrings) -> list[str | Deflated]:
    head, start, items = text.partition("<si>")
    own = items.count("<si>") + (1 if start else 0)
    head = re.sub(r' count="\d+" uniqueCount="\d+"', f' uniqueCount="{own + strings.count}"', head)
    return [head, strings.items, start + items]


def _sheet(text: str, parts: SheetParts) -> list[str | Deflated]:
    """Return a sheet in pieces: what XlsxWriter wrote, cut open where the regions go in."""
    if not parts.regions:
        return [text]
    starts = [(int(found[1]), found.start()) for found in _ROW.finditer(text)]
    end = text.index("</sheetData>")
    pieces: list[str | Deflated] = []
    done = 0
    for region in parts.regions:
        cut = next((at for row, at in starts if row > region.first), end)
        pieces += [text[done:cut], region.text]
        done = cut
    pieces += [text[done:end], *_finished(text[end:], parts)]
    assert isinstance(pieces[0], str)
    pieces[0] = _DIMENSION.sub(f'<dimension ref="{_dimension(starts, parts.regions)}"/>', pieces[0])
    return pieces


def _dimension(starts: Sequence[tuple[int, int]], regions: Sequence[Region]) -> str:
    last = max([row for row, _ in starts] + [region.first + region.rows for region in regions])
    column = max((region.columns for region in regions), key=lambda name: (len(name), name))
    return f"A1:{column}{last}"


def _finished(tail: str, parts: SheetParts) -> list[str | Deflated]:
    """Return what stands behind the rows, with the merged cells and the links of the regions."""
    merges = [merge for region in parts.regions for merge in region.merges]
    found = _MERGES.search(tail)
    assert found is not None and _LINKS_BEFORE in tail  # a title is always merged, a page always centred
    elements = "".join(f'<mergeCell ref="{merge}"/>' for merge in merges)
    tail = _MERGES.sub(f'<mergeCells count="{int(found[1]) + len(merges)}">{elements}', tail)
    before, mark, after = tail.partition(_LINKS_BEFORE)
    return [before, *parts.links, mark + after]


def _relations(targets: dict[str, str]) -> str:
    lines = [
        f'<Relationship Id="{name}" Type="{_RELATION}" Target="{escaped(target)}" TargetMode="External"/>'
        for target, name in targets.items()
    ]
    return f'{DECLARATION}<Relationships xmlns="{_RELATIONS}">{"".join(lines)}</Relationships>'
