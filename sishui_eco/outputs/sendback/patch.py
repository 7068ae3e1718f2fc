"""A unit's own workbook marked by changing only the parts concerned, and such marks taken out again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sishui_eco.outputs.sendback.issue_sheet import formats_in, issue_sheet
from sishui_eco.outputs.sendback.marks import CODES
from sishui_eco.outputs.sendback.notes import add_notes, remove_notes
from sishui_eco.outputs.sendback.package import MAIN, NotPatchable, Package
from sishui_eco.outputs.sendback.properties import drop_property, read_property, write_property
from sishui_eco.outputs.sendback.sheet_part import Position, Sheet
from sishui_eco.outputs.sendback.styles_part import Styles
from sishui_eco.outputs.sendback.words import Issue, gravest, note_text
from sishui_eco.outputs.sendback.workbook_part import (
    STYLES_TYPE,
    Book,
    find_our_sheet,
    free_sheet_name,
    open_book,
    put_in_front,
    state_workbook,
    take_out,
)
from sishui_eco.zh import word

PRODUCT, PRODUCT_BEFORE, ACTIVE = "eco_product", "eco_product_before", "eco_active_sheet"
FILL = "eco_fill_{}"  # fills that marks replaced, by the number the mark's colour holds
SENDBACK = "sendback"
_STYLED = re.compile(rb'\ss(?:tyle)?="[1-9]')


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A marked workbook: its bytes, the name of our sheet, how many cells are marked, how many without a note."""

    content: bytes
    sheet_name: str
    cells: int
    unnoted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A workbook opened to be marked once."""

    package: Package
    book: Book

    @property
    def marked(self) -> bool:
        """Whether it carries our issue list or our property."""
        stated = read_property(self.package, PRODUCT) == SENDBACK
        return stated or find_our_sheet(self.package, self.book) is not None

    def own_sheets(self) -> dict[str, bool]:
        """Return the unit's own worksheets in order, ours left out, and whether each is visible."""
        ours = find_our_sheet(self.package, self.book)
        return {sheet.name: sheet.visible for sheet in self.book.sheets if sheet.part and sheet != ours}


def open_workbook(content: bytes) -> Opened:
    """Return a workbook opened. Raises: NotPatchable when it cannot be marked without risk."""
    package = Package(content)
    return Opened(package=package, book=open_book(package))


def mark(opened: Opened, issues: Sequence[Issue], lines: Sequence[str]) -> Marked:
    """Return the workbook with cells filled and noted and the issue list in front; it cannot be marked again.

    Raises: NotPatchable when that cannot be done without risk; nothing is half done then.
    """
    package, book = opened.package, opened.book
    state_workbook(package, book)
    styles_part = _styles_part(package, book)
    styles, formats = formats_in(package, styles_part)
    name = free_sheet_name(book, word("sheet.name", "sendback"), word("sheet.numbered", "sendback"))
    cells = unnoted = 0
    for sheet in book.sheets:
        if not sheet.part:
            continue
        here = [issue for issue in issues if any(place.sheet == sheet.name for place in issue.cells)]
        marked, skipped = _mark_sheet(package, sheet.part, sheet.name, here, styles, name) if here else (0, 0)
        cells, unnoted = cells + marked, unnoted + skipped
    selected = _unselect(package, book)
    front = issue_sheet(issues, lines, formats)
    styles.count()
    package.touch(styles_part)
    active = put_in_front(package, book, name, front.content, front.last_row, front.header_row)
    before = read_property(package, PRODUCT)
    if before is not None:
        write_property(package, PRODUCT_BEFORE, before)
    write_property(package, PRODUCT, SENDBACK)
    for number, fill in enumerate(styles.memory, 1):
        write_property(package, FILL.format(number), fill)
    write_property(package, ACTIVE, f"{active}{'+' if active in selected else ''}")
    return Marked(content=package.content(), sheet_name=name, cells=cells, unnoted=unnoted)


def _mark_sheet(
    package: Package, part: str, sheet_name: str, issues: Sequence[Issue], styles: Styles, list_name: str
) -> tuple[int, int]:
    sheet = Sheet(package.tree(part))
    by_cell: dict[Position, list[Issue]] = {}
    for issue in issues:
        positions = {sheet.anchor(place.row, place.column): None for place in issue.cells if place.sheet == sheet_name}
        for position in positions:
            by_cell.setdefault(position, []).append(issue)
    for position, found in sorted(by_cell.items()):
        sheet.set_format(position, styles.marked(sheet.format_of(position), gravest(found)))
    texts = {position: note_text(found, list_name) for position, found in by_cell.items()}
    skipped = add_notes(package, part, sheet, texts)
    package.touch(part)
    return len(by_cell), skipped


def _styles_part(package: Package, book: Book) -> str:
    for relation in package.relations(book.part):
        if relation.kind == "styles":
            return relation.target
    if any(sheet.part and _STYLED.search(package.read(sheet.part)) for sheet in book.sheets):
        raise NotPatchable("broken")  # cells point to formats that are not there; ours would take their place
    folder = book.part.rpartition("/")[0]
    part = f"{folder}/styles.xml".lstrip("/")
    if package.has(part):
        part = package.free_name(f"{folder}/styles{{}}.xml".lstrip("/"))
    package.put(part, f'<styleSheet xmlns="{MAIN}"/>'.encode())
    package.declare(part, STYLES_TYPE)
    package.relate(book.part, "styles", part)
    return part


def _unselect(package: Package, book: Book) -> set[int]:
    """Take the selection off every sheet: two selected sheets are a group, and typing in one types in both."""
    selected = set()
    for sheet in book.sheets:
        if sheet.part and b"tabSelected" in package.read(sheet.part):
            opened = Sheet(package.tree(sheet.part))
            if opened.select_tab(False):
                selected.add(sheet.position)
                package.touch(sheet.part)
    return selected


def is_marked(content: bytes) -> bool:
    """Tell whether a workbook carries our issue list or our property."""
    try:
        return open_workbook(content).marked
    except NotPatchable:
        return False


def strip(content: bytes) -> bytes:
    """Return a marked copy without our sheet, fills and notes, whoever saved it since. Raises: NotPatchable."""
    package = Package(content)
    book = open_book(package)
    styles_part = _styles_part(package, book)
    styles = Styles(package.tree(styles_part))
    kept = {code: read_property(package, FILL.format(code)) or "" for code in range(1, CODES)}
    mapping = styles.restorations({code: fill for code, fill in kept.items() if fill})
    ours = find_our_sheet(package, book)
    for sheet in book.sheets:
        if sheet.part and sheet != ours:
            opened = Sheet(package.tree(sheet.part))
            noted = remove_notes(package, sheet.part, opened)
            if opened.restore_formats(mapping) or noted:
                package.touch(sheet.part)
    if mapping:
        styles.count()
        package.touch(styles_part)
    if ours is not None:
        stated = read_property(package, ACTIVE) or ""
        digits = stated.rstrip("+")
        others = [sheet for sheet in book.sheets if sheet != ours]
        active = int(digits) if digits.isdigit() and int(digits) < len(others) else 0
        take_out(package, book, ours, active)
        if others and others[active].part and (stated.endswith("+") or not stated):
            opened = Sheet(package.tree(others[active].part))
            if opened.select_tab(True):
                package.touch(others[active].part)
    _restore_properties(package)
    return package.content()


def _restore_properties(package: Package) -> None:
    before = read_property(package, PRODUCT_BEFORE)
    if before is not None:
        write_property(package, PRODUCT, before)
        drop_property(package, PRODUCT_BEFORE)
    elif read_property(package, PRODUCT) == SENDBACK:
        drop_property(package, PRODUCT)
    for name in (ACTIVE, *(FILL.format(code) for code in range(1, CODES))):
        drop_property(package, name)
