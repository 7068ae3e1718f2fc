"""The workbook part: its sheets, our sheet put in front and taken out again."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from sishui_eco.outputs.sendback.package import (
    MAIN,
    RELATION,
    NotPatchable,
    Package,
    child,
    insert_in_order,
    local,
    unset,
)

SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
STYLES_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
TEMPLATE_SUFFIX = "template.main+xml"
MARKER_NAME = "eco_sendback"  # a hidden defined name: survives being saved by Excel, WPS and LibreOffice
ORDER = [
    "fileVersion",
    "fileSharing",
    "workbookPr",
    "workbookProtection",
    "bookViews",
    "sheets",
    "functionGroups",
    "externalReferences",
    "definedNames",
    "calcPr",
    "oleSize",
    "customWorkbookViews",
    "pivotCaches",
    "smartTagPr",
    "smartTagTypes",
    "webPublishing",
    "fileRecoveryPr",
    "webPublishObjects",
    "extLst",
]
REVISIONS = "xl/revisions/"
MACRO_KINDS = frozenset({"vbaProject", "xlMacrosheet", "xlIntlMacrosheet", "attachedToolbars"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetPart:
    """One sheet of the workbook; `part` is "" when it is not a worksheet (a chart sheet, a dialog)."""

    name: str
    part: str
    position: int
    visible: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """The workbook part of a package with its sheets in order."""

    part: str
    sheets: tuple[SheetPart, ...]

    def sheet(self, name: str) -> SheetPart | None:
        return next((sheet for sheet in self.sheets if sheet.name == name and sheet.part), None)


def open_book(package: Package) -> Book:
    """Return the workbook of a package.

    Raises: NotPatchable for a package without one, a strict one, one with macros, a signed or shared one.
    """
    part = next((item.target for item in package.relations("") if item.kind == "officeDocument"), "")
    if not package.has(part):
        raise NotPatchable("broken")
    root = package.tree(part)
    if root.tag != f"{{{MAIN}}}workbook":
        raise NotPatchable("strict" if "purl.oclc.org" in str(root.tag) else "kind_other")
    relations = {item.id: item for item in package.relations(part)}
    if any(item.kind in MACRO_KINDS for item in relations.values()) or "macroEnabled" in package.content_type(part):
        raise NotPatchable("macros")
    names = tuple(package.names())
    if any(name.startswith("_xmlsignatures/") for name in names):
        raise NotPatchable("signed")
    if any(name.startswith(REVISIONS) for name in names):
        raise NotPatchable("shared")
    return Book(part=part, sheets=_sheets(package, root, part))


def _sheets(package: Package, root: etree._Element, part: str) -> tuple[SheetPart, ...]:
    relations = {item.id: item for item in package.relations(part)}
    container = child(root, "sheets")
    if container is None or not len(container):
        raise NotPatchable("broken")
    sheets = []
    for position, item in enumerate(element for element in container if local(element) == "sheet"):
        relation = relations.get(item.get(f"{{{RELATION}}}id", ""))
        is_sheet = relation is not None and relation.kind == "worksheet" and package.has(relation.target)
        sheets.append(
            SheetPart(
                name=item.get("name", ""),
                part=relation.target if is_sheet and relation is not None else "",
                position=position,
                visible=item.get("state", "visible") == "visible",
            )
        )
    return tuple(sheets)


def state_workbook(package: Package, book: Book) -> None:
    """Make a template an ordinary workbook: Excel refuses one under the name of the other."""
    if package.content_type(book.part).endswith(TEMPLATE_SUFFIX):
        package.redeclare(book.part, WORKBOOK_TYPE)


def free_sheet_name(book: Book, wanted: str, numbered: str) -> str:
    """Return a sheet name that no sheet has yet, whatever the case."""
    taken = {sheet.name.lower() for sheet in book.sheets}
    number, name = 1, wanted
    while name.lower() in taken:
        number += 1
        name = numbered.format(number=number)
    return name


def put_in_front(package: Package, book: Book, name: str, content: bytes, last_row: int, header_row: int) -> int:
    """Add a worksheet as the first one and open the workbook on it.

    Positions that other parts of the workbook count by (scopes of names, the active tab) are moved up.
    Returns the position, before the insertion, of the sheet that was active.
    """
    root = package.tree(book.part)
    part = package.free_name(f"{book.part.rpartition('/')[0]}/worksheets/sheet{{}}.xml".lstrip("/"))
    package.put(part, content)
    package.declare(part, SHEET_TYPE)
    container = child(root, "sheets")
    assert container is not None
    identities = [int(item.get("sheetId", "0")) for item in container if local(item) == "sheet"]
    item = etree.Element(f"{{{MAIN}}}sheet", nsmap={"r": RELATION}, name=name, sheetId=str(max(identities) + 1))
    item.set(f"{{{RELATION}}}id", package.relate(book.part, "worksheet", part))
    container.insert(0, item)
    active = _move_views(root, 1)
    _add_names(root, name, last_row, header_row)
    package.touch(book.part)
    return active


def _move_views(root: etree._Element, step: int) -> int:
    """Move what counts sheets by position; the first window then shows the first sheet. Returns the old active tab."""
    for item in root.iter(f"{{{MAIN}}}definedName"):
        scope = item.get("localSheetId")
        if scope is not None:
            item.set("localSheetId", str(int(scope) + step))
    views = child(root, "bookViews")
    active = 0
    for index, view in enumerate(views if views is not None else ()):
        if local(view) != "workbookView":
            continue
        if index == 0:
            active = int(view.get("activeTab", "0"))
        unset(view, "activeTab")
        unset(view, "firstSheet")
    return active


def _add_names(root: etree._Element, name: str, last_row: int, header_row: int) -> None:
    names = child(root, "definedNames")
    if names is None:
        names = etree.Element(f"{{{MAIN}}}definedNames")
        insert_in_order(root, names, frozenset(ORDER[ORDER.index("definedNames") + 1 :]))
    quoted = quote_sheet(name)
    area = f"{quoted}!$A$1:$F${last_row}"
    for label, text, hidden in (
        ("_xlnm.Print_Area", area, False),
        ("_xlnm.Print_Titles", f"{quoted}!${header_row}:${header_row}", False),
        (MARKER_NAME, f"{quoted}!$A${header_row}", True),
    ):
        item = etree.SubElement(names, f"{{{MAIN}}}definedName", name=label)
        if hidden:
            item.set("hidden", "1")
        else:
            item.set("localSheetId", "0")
        item.text = text


def find_our_sheet(package: Package, book: Book) -> SheetPart | None:
    """Return the issue list put in front earlier, by the hidden name that points to it."""
    for item in package.tree(book.part).iter(f"{{{MAIN}}}definedName"):
        if item.get("name") == MARKER_NAME and item.text:
            name = item.text.rpartition("!")[0].strip("'").replace("''", "'")
            return book.sheet(name)
    return None


def take_out(package: Package, book: Book, sheet: SheetPart, active: int) -> None:
    """Remove a sheet with its names and parts; positions counted by other parts close up; `active` is shown then."""
    root = package.tree(book.part)
    container = child(root, "sheets")
    assert container is not None
    elements = [item for item in container if local(item) == "sheet"]
    relation_id = elements[sheet.position].get(f"{{{RELATION}}}id", "")
    container.remove(elements[sheet.position])
    for owned in package.relations(sheet.part):
        if not owned.external and owned.kind in ("comments", "vmlDrawing", "printerSettings"):
            package.remove(owned.target)
    package.remove(sheet.part)
    package.unrelate(book.part, relation_id)
    _drop_names(root, sheet.position)
    views = child(root, "bookViews")
    for view in views if views is not None else ():
        unset(view, "firstSheet")
        unset(view, "activeTab")
        if active:
            view.set("activeTab", str(active))
    package.touch(book.part)


def _drop_names(root: etree._Element, position: int) -> None:
    names = child(root, "definedNames")
    if names is None:
        return
    for item in list(names):
        scope = item.get("localSheetId")
        if item.get("name") == MARKER_NAME or scope == str(position):
            names.remove(item)
        elif scope is not None and int(scope) > position:
            item.set("localSheetId", str(int(scope) - 1))
    if not len(names):
        root.remove(names)


def quote_sheet(name: str) -> str:
    """Return a sheet name as it stands in a reference."""
    return "'" + name.replace("'", "''") + "'"
