"""Word documents of the Office Open XML kind: every table as a grid, the other text as a last one."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping
from dataclasses import dataclass, field

from sishui_eco.model.finding import Finding, make_finding
from sishui_eco.model.grid import Document, Grid, Merge, Picture
from sishui_eco.model.place import Place
from sishui_eco.reading.extras import custom_properties, picture_hash, tree_of
from sishui_eco.reading.limits import OverLimit, ReadLimits, Unreadable
from sishui_eco.reading.package import Package
from sishui_eco.reading.relations import Relation, main_part, read_relations
from sishui_eco.reading.tables import TEXT_UNKNOWN, CellCounter, TableBuilder, text_grid
from sishui_eco.reading.word_text import MAX_DEPTH, Seen, paragraph_text, unwrapped
from sishui_eco.reading.xml_text import attribute, local, parse_tree
from sishui_eco.zh import word

_LINKED = frozenset(("attachedTemplate", "oleObject", "image", "subDocument", "frame", "externalLink"))


@dataclass(slots=True)
class _Walk:
    """State of one walk through the document body."""

    package: Package
    relations: Mapping[str, Relation]
    comments: dict[str, str]
    counter: CellCounter
    tables: list[TableBuilder] = field(default_factory=list)
    paragraphs: list[str] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    numbered: int = 0


def read_docx(content: bytes, place: Place, limits: ReadLimits) -> Document:
    """Return each table as a grid of kind word_table (nested ones after their parent), then the text.

    Raises: Unreadable R102, R103; OverLimit.
    """
    package = Package(content, limits)
    part = main_part(package, "word/document.xml")
    data = package.read(part)
    root = parse_tree(data) if data is not None else None
    if root is None or local(root.tag) != "document":
        raise Unreadable("R103")
    relations = read_relations(package, part)
    walk = _Walk(package, relations, _comments(package, relations), CellCounter(limits))
    for child in root:
        if local(child.tag) == "body":
            _blocks(walk, child, 0)
    return _document(walk, package, place)


def _document(walk: _Walk, package: Package, place: Place) -> Document:
    grids: list[Grid] = [table.grid(index, "word_table", TEXT_UNKNOWN) for index, table in enumerate(walk.tables)]
    name = word("words.word_text", "reading")
    grids.append(text_grid(walk.paragraphs, name, len(grids), walk.counter, tuple(walk.pictures)))
    has_macros = any("vbaproject" in part for part in package.names())
    links = [item for item in walk.relations.values() if item.external and item.kind in _LINKED]
    settings = read_relations(package, "word/settings.xml").values()
    count = len(links) + sum(item.external and item.kind in _LINKED for item in settings)
    notices: list[Finding] = [make_finding("R302", place)] if has_macros else []
    if count:
        notices.append(make_finding("R303", place, count=count))
    return Document(
        reader="docx",
        grids=tuple(grids),
        properties=custom_properties(package),
        notices=tuple(notices),
        has_macros=has_macros,
        external_links=count,
        pictures=sum(len(grid.pictures) for grid in grids),
    )


def _comments(package: Package, relations: Mapping[str, Relation]) -> dict[str, str]:
    found: dict[str, str] = {}
    for relation in relations.values():
        if relation.kind == "comments" and not relation.external:
            root = tree_of(package, relation.target)
            for item in root if root is not None else ():
                lines = [paragraph_text(p, Seen()) for p in item.iter() if local(p.tag) == "p"]
                found[attribute(item, "id")] = "\n".join(lines)
    return found


def _blocks(walk: _Walk, element: ElementTree.Element, depth: int) -> None:
    for name, child in unwrapped(element, depth):
        if name == "p":
            seen = Seen()
            walk.paragraphs.append(paragraph_text(child, seen))
            walk.pictures += [_picture(walk, target, 0, 0) for target in seen.pictures]
            for box in seen.boxes:
                _blocks(walk, box, depth + 1)
        elif name == "tbl":
            walk.numbered += 1
            _table(walk, child, word("words.word_table", "reading", number=walk.numbered), depth + 1)


def _picture(walk: _Walk, target: str, row: int, column: int) -> Picture:
    relation = walk.relations.get(target)
    digest = picture_hash(walk.package, relation.target) if relation and not relation.external else ""
    return Picture(row, column, "", digest, walk.package.looked.get(digest))


def _table(walk: _Walk, element: ElementTree.Element, name: str, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise OverLimit("R213", limit=MAX_DEPTH)
    if len(walk.tables) >= walk.counter.limits.cell_formats:
        raise OverLimit("R205", count=len(walk.tables), limit=walk.counter.limits.cell_formats)
    table = TableBuilder(name, walk.counter)
    walk.tables.append(table)
    inner: list[ElementTree.Element] = []
    open_merges: dict[int, list[int]] = {}  # left column -> top, bottom, width
    for kind, row in unwrapped(element, depth):
        if kind != "tr" or _property(row, "trPr", "del") is not None:
            continue
        table.next_row(hidden=_property(row, "trPr", "hidden") is not None)
        before = _property(row, "trPr", "gridBefore")
        table.skip(_number(before, 0))
        _row(walk, table, row, open_merges, inner, depth)
    for left, (top, bottom, width) in sorted(open_merges.items()):
        _close(table, left, top, bottom, width)
    for number, nested in enumerate(inner, start=1):
        title = word("words.word_nested_table", "reading", number=name, inner=number)
        _table(walk, nested, title, depth + 1)


def _row(
    walk: _Walk,
    table: TableBuilder,
    row: ElementTree.Element,
    open_merges: dict[int, list[int]],
    inner: list[ElementTree.Element],
    depth: int,
) -> None:
    merged_across: int | None = None
    for kind, cell in unwrapped(row, depth):
        if kind != "tc":
            continue
        width = min(max(1, _number(_property(cell, "tcPr", "gridSpan"), 1)), 1000)
        left = table.column + 1
        text, struck = _cell_text(walk, table, cell, table.row, left, inner, depth)
        table.column += width
        across = _property(cell, "tcPr", "hMerge")
        if across is not None and attribute(across, "val") != "restart" and merged_across is not None:
            open_merges[merged_across][2] += width
            table.cover(table.row, left, text)
            continue
        merged_across = left if across is not None else None
        _place(table, open_merges, left, width, text, struck, _property(cell, "tcPr", "vMerge"))


def _place(
    table: TableBuilder,
    open_merges: dict[int, list[int]],
    left: int,
    width: int,
    text: str,
    struck: bool,
    down: ElementTree.Element | None,
) -> None:
    current = open_merges.get(left)
    if down is not None and attribute(down, "val") != "restart" and current and current[1] == table.row - 1:
        current[1] = table.row
        table.cover(table.row, left, text)
        return
    for column in [c for c in open_merges if left <= c < left + width]:
        top, bottom, span = open_merges.pop(column)
        _close(table, column, top, bottom, span)
    open_merges[left] = [table.row, table.row, width]
    table.put(table.row, left, text, struck)


def _close(table: TableBuilder, left: int, top: int, bottom: int, width: int) -> None:
    if bottom > top or width > 1:
        table.merge(Merge(top, left, bottom, left + width - 1))


def _cell_text(
    walk: _Walk,
    table: TableBuilder,
    cell: ElementTree.Element,
    row: int,
    column: int,
    inner: list[ElementTree.Element],
    depth: int,
) -> tuple[str, bool]:
    seen, lines = Seen(), []
    for name, child in unwrapped(cell, depth):
        if name == "p":
            lines.append(paragraph_text(child, seen))
        elif name == "tbl":
            inner.append(child)
    for box in seen.boxes[:100]:
        lines += [paragraph_text(item, Seen()) for item in box.iter() if local(item.tag) == "p"]
    table.pictures += [_picture(walk, target, row, column) for target in seen.pictures]
    notes = [walk.comments[number] for number in seen.comments if number in walk.comments]
    if notes:
        table.comments[(row, column)] = "\n".join(notes)
    return "\n".join(lines).strip("\n"), bool(seen.struck) and all(seen.struck)


def _property(element: ElementTree.Element, group: str, name: str) -> ElementTree.Element | None:
    for properties in element:
        if local(properties.tag) == group:
            return next((item for item in properties if local(item.tag) == name), None)
    return None


def _number(element: ElementTree.Element | None, default: int) -> int:
    value = attribute(element, "val") if element is not None else ""
    return int(value) if value.isdigit() and len(value) < 6 else default
