"""Workbooks of the Office Open XML kind: xlsx, xlsm, xltx, and .et holding a zip."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter

from sishui_eco.model.finding import Finding, make_finding
from sishui_eco.model.grid import Cell, Document, Grid, Picture
from sishui_eco.model.place import Place
from sishui_eco.reading.extras import (
    custom_properties,
    literal_choices,
    literal_lists,
    read_cell_images,
    read_comments,
    read_pictures,
)
from sishui_eco.reading.limits import OverLimit, ReadLimits, Unreadable
from sishui_eco.reading.merges import split_covered
from sishui_eco.reading.package import Package
from sishui_eco.reading.relations import Relation, main_part, read_relations
from sishui_eco.reading.shared_strings import read_shared_strings
from sishui_eco.reading.sheet import read_sheet
from sishui_eco.reading.sheet_cells import SheetContext, SheetFacts
from sishui_eco.reading.styles import read_styles
from sishui_eco.reading.xml_text import attribute, local, parse_tree
from sishui_eco.zh import word

_SHEET_KINDS = ("worksheet", "xlMacrosheet", "xlIntlMacrosheet", "dialogsheet")
_SHEET_FILE = re.compile(r"(?:^|/)worksheets/[^/]*?([0-9]*)\.xml$")


@dataclass(frozen=True, slots=True)
class _SheetEntry:
    name: str
    part: str
    index: int
    hidden: bool


@dataclass(slots=True)
class _Workbook:
    """The workbook part: its sheets, relations and date system."""

    part: str
    relations: Mapping[str, Relation]
    sheets: list[_SheetEntry]
    date1904: bool


def read_xlsx(content: bytes, place: Place, limits: ReadLimits) -> Document:
    """Return every sheet of a workbook as a sparse grid, with everything that stands beside cells.

    Raises: Unreadable when another reader may still try, OverLimit when none may.
    """
    package = Package(content, limits)
    workbook = _workbook(package, limits)
    repairs = ["part names"] if package.repaired else []
    context, missing = _context(package, workbook, limits)
    repairs += missing
    images = read_cell_images(package)
    grids: list[Grid] = []
    for entry in workbook.sheets:
        grid, mended = _grid(package, entry, context, images)
        grids.append(grid)
        if mended:
            repairs.append("control characters")
    has_macros = package.has_name_with("vbaproject", "macrosheets/")
    links = sum(relation.kind == "externalLink" for relation in workbook.relations.values())
    return Document(
        reader="xlsx",
        grids=tuple(grids),
        properties=custom_properties(package),
        notices=_notices(place, has_macros, links, repairs),
        has_macros=has_macros,
        external_links=links,
        pictures=sum(len(grid.pictures) for grid in grids),
    )


def _notices(place: Place, has_macros: bool, links: int, repairs: Iterable[str]) -> tuple[Finding, ...]:
    notices: list[Finding] = []
    if has_macros:
        notices.append(make_finding("R302", place))
    if links:
        notices.append(make_finding("R303", place, count=links))
    what = sorted(set(repairs))
    if what:
        notices.append(make_finding("R304", place, what=word("list_mark", "reading").join(repair_words(what))))
    return tuple(notices)


def repair_words(repairs: Iterable[str]) -> list[str]:
    """Return the Chinese words of repairs (keys of `[repairs]` in zh/reading.toml)."""
    return [word(f"repairs.{key.replace(' ', '_')}", "reading") for key in repairs]


def _workbook(package: Package, limits: ReadLimits) -> _Workbook:
    part = main_part(package, "xl/workbook.xml")
    known = package.meaning(part, _workbook_part)
    if known is None:
        raise Unreadable("R103")
    date1904, listed = known
    relations = read_relations(package, part)
    if len(listed) > limits.sheets:
        raise OverLimit("R205", count=len(listed), limit=limits.sheets)
    sheets: list[_SheetEntry] = []
    for index, (name, link, hidden) in enumerate(listed):
        relation = relations.get(link)
        if (relation is None and not link) or (relation and relation.kind == "chartsheet"):
            continue  # a chart, or a module of macros, has no cells
        target = relation.target if relation is not None and not relation.external else ""
        if target not in package:
            numbered = [] if target else _numbered_sheets(package)
            target = numbered[index] if index < len(numbered) else ""
        if not target:
            raise Unreadable("R106", what=name[:40] or f"sheet{index + 1}")
        sheets.append(_SheetEntry(name or f"Sheet{index + 1}", target, index, hidden))
    return _Workbook(part, relations, sheets, date1904)


def _workbook_part(data: bytes) -> tuple[bool, tuple[tuple[str, str, bool], ...]]:
    """Return the date system, and name, relation and hidden state of every sheet."""
    root = parse_tree(data)
    if local(root.tag) != "workbook":
        raise Unreadable("R103")
    date1904, entries = False, []
    for child in root:
        if local(child.tag) == "workbookPr":
            date1904 = attribute(child, "date1904").lower() in ("1", "true", "on")
        elif local(child.tag) == "sheets":
            entries = [item for item in child if local(item.tag) == "sheet"]
    return date1904, tuple(
        (attribute(item, "name"), attribute(item, "id"), attribute(item, "state").lower() in ("hidden", "veryhidden"))
        for item in entries
    )


def _numbered_sheets(package: Package) -> list[str]:
    found = [(match, name) for name in package.names() if (match := _SHEET_FILE.search(name))]
    return [name for _, name in sorted((int(match.group(1) or 0), name) for match, name in found)]


def _context(package: Package, workbook: _Workbook, limits: ReadLimits) -> tuple[SheetContext, list[str]]:
    repairs: list[str] = []
    folder = workbook.part.rpartition("/")[0]
    paths = {"sharedStrings": f"{folder}/sharedStrings.xml", "styles": f"{folder}/styles.xml"}
    for relation in workbook.relations.values():
        if relation.kind in paths and not relation.external and relation.target in package:
            paths[relation.kind] = relation.target
    styles = read_styles(package, paths["styles"], limits)
    if styles is None:
        repairs.append("no styles")
    strings = read_shared_strings(package.read(paths["sharedStrings"]), limits)
    context = SheetContext(
        strings=strings,
        styles=styles,
        date1904=workbook.date1904,
        limits=limits,
        picture_word=word("words.picture_cell", "reading"),
    )
    return context, repairs


def _grid(package: Package, entry: _SheetEntry, context: SheetContext, images: dict[str, str]) -> tuple[Grid, bool]:
    data = package.read(entry.part)
    if data is None:
        raise Unreadable("R106", what=entry.name[:40])
    facts, mended = read_sheet(data, entry.name, context)
    merges = tuple(
        merge for merge in facts.merges if merge is not None and (merge.top, merge.left) != (merge.bottom, merge.right)
    )
    covered = split_covered(facts.cells, merges, entry.name, context.limits.merges)
    relations = read_relations(package, entry.part)
    hidden_columns, validations = _within_used(facts)
    unknown = frozenset({"number_formats"}) if context.styles is None else frozenset()
    grid = Grid(
        name=entry.name,
        index=entry.index,
        cells=facts.cells,
        merges=merges,
        covered=covered,
        hidden=entry.hidden,
        hidden_rows=frozenset(facts.hidden_rows),
        hidden_columns=hidden_columns,
        comments=read_comments(package, relations),
        pictures=tuple(_in_cells(facts, images, package.looked) + read_pictures(package, relations)),
        validations=validations,
        unknown=unknown,
    )
    return grid, mended


def _within_used(facts: SheetFacts) -> tuple[frozenset[int], dict[tuple[int, int], tuple[str, ...]]]:
    """Return hidden columns and choices within the used area; beyond it they mean nothing."""
    lists, hidden = literal_lists(facts.validations), facts.hidden_columns
    areas = [place for places, _ in lists for place in places]
    rows = _used(facts.cells, 0, [place.bottom - 1 for place in areas])
    columns = _used(facts.cells, 1, [place.right - 1 for place in areas] + [end for _, end in hidden])
    columns_hidden = (range(max(first, 1), min(end, columns) + 1) for first, end in hidden)
    return frozenset(chain.from_iterable(columns_hidden)), literal_choices(lists, rows + 1, columns + 1)


def _used(cells: dict[tuple[int, int], Cell], axis: int, asked: list[int]) -> int:
    """Return the last used row (axis 0) or column (1), at most the furthest that is asked about.

    A cell that far is soon found, rows from the end; so a large sheet is seldom walked through.
    """
    furthest = max(asked, default=0)
    order = iter(cells) if axis else reversed(cells)
    if furthest < 1 or next(filter(furthest.__le__, map(itemgetter(axis), order)), None):
        return furthest
    return max(map(itemgetter(axis), cells), default=0)


def _in_cells(facts: SheetFacts, images: dict[str, str], looked: dict[str, bool | None]) -> list[Picture]:
    return [
        Picture(row, column, name, digest, looked.get(digest))
        for (row, column), name in sorted(facts.images.items())
        for digest in [images.get(name, "")]
    ]
