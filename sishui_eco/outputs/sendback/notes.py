"""Cell notes: ours added beside or below the unit's own, and taken out again.

A note lives in two parts, the words in the comments part and the box in an old-style (VML) drawing.
That drawing is often no well-formed XML in real files, so it is changed as text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from lxml import etree

from sishui_eco.model.place import column_letters, column_number
from sishui_eco.outputs.sendback.package import MAIN, NotPatchable, Package, child, insert_in_order
from sishui_eco.outputs.sendback.sheet_part import LAST_COLUMN, LAST_ROW, Position, Sheet
from sishui_eco.outputs.sendback.words import SPACE_PRESERVE, note_size, xml_text
from sishui_eco.zh import word

COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
GAP = "\n\n"  # between the unit's own words and ours
THREADED = "tc="  # author of the plain stand-in that Excel keeps for a threaded comment
COMMENT, RUN, TEXT = f"{{{MAIN}}}comment", f"{{{MAIN}}}r", f"{{{MAIN}}}t"
_SHAPE = re.compile(r"<(?P<prefix>\w+:)?shape\b.*?</(?P=prefix)shape>\s*", re.DOTALL)
_SHAPE_NUMBER = re.compile(r"_x0000_s(\d+)")
_NOTE_ROW = re.compile(r"<(?:\w+:)?Row>\s*(\d+)\s*<")
_NOTE_COLUMN = re.compile(r"<(?:\w+:)?Column>\s*(\d+)\s*<")
_ANCHOR = re.compile(r"(<(?:\w+:)?Anchor>)[^<]*")
_WIDTH, _HEIGHT = (re.compile(rf"((?<![-\w]){side}:)[\d.]+(?:pt|px)") for side in ("width", "height"))
_END = re.compile(r"</(?:\w+:)?xml>\s*$")
_SET_UP = re.compile(r"<(?P<name>(?:\w+:)?shape(?:type|layout))\b.*?</(?P=name)>", re.DOTALL)
_ANY_OTHER = re.compile(r"<(?!/?(?:\w+:)?xml\b|[?!])")
EMPTY_VML = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel">'
    '<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout>'
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype></xml>'
)
SHAPE = (  # brings its own namespaces: the prefixes of the drawing it joins are unknown
    '<v:shape xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel" id="_x0000_s{number}" type="#_x0000_t202" '
    'style="position:absolute;margin-left:80pt;margin-top:5pt;width:{width}pt;height:{height}pt;'
    'z-index:{order};visibility:hidden" fillcolor="#fff7e0" o:insetmode="auto"><v:fill color2="#fff7e0"/>'
    '<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
    '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
    '<x:ClientData ObjectType="Note"><x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill>'
    "<x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)


def add_notes(package: Package, part: str, sheet: Sheet, texts: Mapping[Position, str]) -> int:
    """Add a note to each cell; below the unit's own words where there are some.

    Returns how many cells were left without one because a threaded comment stands there, which hides it.
    """
    comments_part = _comments_part(package, part)
    root = package.tree(comments_part)
    container = child(root, "commentList")
    if container is None:
        raise NotPatchable("broken")
    author = _author(root)
    authors = [item.text or "" for item in root.iter(f"{{{MAIN}}}author")]
    present = {item.get("ref", ""): item for item in container.iterchildren(COMMENT)}
    new: dict[Position, str] = {}
    longer: dict[Position, str] = {}
    skipped = 0
    for position, text in sorted(texts.items()):
        reference = f"{column_letters(position[1])}{position[0]}"
        old = present.get(reference)
        if old is None:
            container.append(_comment(reference, author, text))
            new[position] = text
        elif authors[int(old.get("authorId", "0"))].startswith(THREADED):
            skipped += 1
        else:
            _append(old, text)
            longer[position] = "".join(item.text or "" for item in old.iter(TEXT))
    package.touch(comments_part)
    _draw_boxes(package, part, sheet, new, longer)
    return skipped


def _comments_part(package: Package, part: str) -> str:
    for relation in package.relations(part):
        if relation.kind == "comments" and package.has(relation.target):
            return relation.target
    name = package.free_name("xl/comments{}.xml")
    package.put(name, f'<comments xmlns="{MAIN}"><authors/><commentList/></comments>'.encode())
    package.declare(name, COMMENTS_TYPE)
    package.relate(part, "comments", name)
    return name


def _author(root: etree._Element) -> str:
    authors = child(root, "authors")
    if authors is None:
        authors = etree.Element(f"{{{MAIN}}}authors")
        root.insert(0, authors)
    ours = word("note.author", "sendback")
    for index, item in enumerate(authors):
        if item.text == ours:
            return str(index)
    etree.SubElement(authors, f"{{{MAIN}}}author").text = ours
    return str(len(authors) - 1)


def _comment(reference: str, author: str, text: str) -> etree._Element:
    comment = etree.Element(COMMENT, ref=reference, authorId=author)
    holder = etree.SubElement(comment, f"{{{MAIN}}}text")
    for run in _runs(text):
        holder.append(run)
    return comment


def _runs(text: str) -> tuple[etree._Element, ...]:
    """Return our words as two runs: the header that a later round knows them by, and the rest."""
    header, _, rest = text.partition("\n")
    return _run(header + "\n", bold=True), _run(rest, bold=False)


def _run(text: str, *, bold: bool) -> etree._Element:
    run = etree.Element(RUN)
    properties = etree.SubElement(run, f"{{{MAIN}}}rPr")
    if bold:
        etree.SubElement(properties, f"{{{MAIN}}}b")
    etree.SubElement(properties, f"{{{MAIN}}}sz", val="9")
    etree.SubElement(properties, f"{{{MAIN}}}color", rgb="FF1A1A1A")
    etree.SubElement(properties, f"{{{MAIN}}}rFont", val=word("sheet.font_body", "sendback"))
    item = etree.SubElement(run, TEXT)
    item.set(SPACE_PRESERVE, "preserve")
    item.text = xml_text(text)
    return run


def _append(comment: etree._Element, text: str) -> None:
    holder = child(comment, "text")
    if holder is None:
        holder = etree.SubElement(comment, f"{{{MAIN}}}text")
    plain = child(holder, "t")
    if plain is not None:  # plain words first become a run, so that ours can follow
        run = etree.Element(RUN)
        holder.replace(plain, run)
        plain.set(SPACE_PRESERVE, "preserve")
        run.append(plain)
    later = frozenset({"rPh", "phoneticPr"})
    for run in (_run(GAP, bold=False), *_runs(text)):
        insert_in_order(holder, run, later)


def _draw_boxes(
    package: Package, part: str, sheet: Sheet, new: Mapping[Position, str], longer: Mapping[Position, str]
) -> None:
    """Draw boxes for new notes and make those of lengthened notes large enough."""
    name = _drawing(package, part, sheet)
    if not name:
        if not new:
            return
        name = package.free_name("xl/drawings/vmlDrawing{}.vml")
        package.put(name, EMPTY_VML.encode())
        package.declare_extension("vml", VML_TYPE)
        sheet.unlink_notes()
        sheet.link_notes(package.relate(part, "vmlDrawing", name))

    def enlarge(found: re.Match[str]) -> str:
        position = _shown_at(found.group())
        text = longer.get(position) if position else None
        return _enlarged(found.group(), sheet, position, text) if position and text else found.group()

    drawing = _SHAPE.sub(enlarge, decode(package.read(name)))
    end = _END.search(drawing)
    if end is None:
        raise NotPatchable("broken")
    first = max([1024, *(int(number) for number in _SHAPE_NUMBER.findall(drawing))]) + 1
    shapes = [_shape(sheet, position, text, first + at) for at, (position, text) in enumerate(sorted(new.items()))]
    package.put(name, (drawing[: end.start()] + "".join(shapes) + drawing[end.start() :]).encode())


def _drawing(package: Package, part: str, sheet: Sheet) -> str:
    """Return the name of the drawing that holds a sheet's note boxes, "" when there is none."""
    relation_id = sheet.relation_of_notes()
    name = next((item.target for item in package.relations(part) if item.id == relation_id and relation_id), "")
    return name if name and package.has(name) else ""


def _shown_at(shape: str) -> Position | None:
    row, column = _NOTE_ROW.search(shape), _NOTE_COLUMN.search(shape)
    return (int(row.group(1)) + 1, int(column.group(1)) + 1) if row and column else None


def _enlarged(shape: str, sheet: Sheet, position: Position, text: str) -> str:
    width, height = note_size(text)
    shape = _ANCHOR.sub(lambda found: found.group(1) + _anchor(sheet, position, width, height), shape, count=1)
    shape = _WIDTH.sub(f"\\g<1>{width * 0.75:g}pt", shape, count=1)
    return _HEIGHT.sub(f"\\g<1>{height * 0.75:g}pt", shape, count=1)


def decode(content: bytes) -> str:
    """Return a VML drawing as text. Raises: NotPatchable when it is not UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotPatchable("broken") from None


def _shape(sheet: Sheet, position: Position, text: str, number: int) -> str:
    width, height = note_size(text)
    row, column = position
    return SHAPE.format(
        number=number,
        width=round(width * 0.75, 2),
        height=round(height * 0.75, 2),
        order=number - 1023,
        anchor=_anchor(sheet, position, width, height),
        row=row - 1,
        column=column - 1,
    )


def _anchor(sheet: Sheet, position: Position, width: int, height: int) -> str:
    """Return where a box stands: to the right of its cell and a little above it, by columns, rows and pixels."""
    row, column = position
    left, left_rest = _walk(sheet.column_pixels, column + 1, 12, LAST_COLUMN)
    top, top_rest = _walk(sheet.row_pixels, max(row - 1, 1), 6, LAST_ROW)
    right, right_rest = _walk(sheet.column_pixels, left, left_rest + width, LAST_COLUMN)
    bottom, bottom_rest = _walk(sheet.row_pixels, top, top_rest + height, LAST_ROW)
    return f"{left - 1}, {left_rest}, {top - 1}, {top_rest}, {right - 1}, {right_rest}, {bottom - 1}, {bottom_rest}"


def _walk(measure: Callable[[int], int], start: int, distance: int, last: int) -> tuple[int, int]:
    """Return the row or column that lies `distance` pixels after the start of another, and the rest."""
    at = min(start, last)
    while at < last and distance >= (size := measure(at)):
        distance -= size
        at += 1
    return at, distance


def remove_notes(package: Package, part: str, sheet: Sheet) -> bool:
    """Take our words out of every note of a sheet, and the note where nothing else is left. Returns whether any."""
    relation = next((item for item in package.relations(part) if item.kind == "comments"), None)
    if relation is None or not package.has(relation.target):
        return False
    root = package.tree(relation.target)
    container = child(root, "commentList")
    if container is None:
        return False
    gone: set[Position] = set()
    changed = False
    for comment in list(container.iterchildren(COMMENT)):
        if _cut_ours(comment):
            changed = True
            if not "".join(item.text or "" for item in comment.iter(TEXT)).strip():
                container.remove(comment)
                gone.add(_position(comment.get("ref", "")))
    if not changed:
        return False
    _remove_boxes(package, part, sheet, gone)
    if len(container):
        _forget_author(root)
        package.touch(relation.target)
    else:
        package.remove(relation.target)
        package.unrelate(part, relation.id)
    return True


def _cut_ours(comment: etree._Element) -> bool:
    """Remove everything from our header on; works on our own runs and on what other programs made of them."""
    header = word("note.header", "sendback")
    items = list(comment.iter(TEXT))
    whole = "".join(item.text or "" for item in items)
    at = whole.find(header)
    if at < 0:
        return False
    keep = len(whole[:at].removesuffix(GAP))
    for item in items:
        text = item.text or ""
        kept, keep = text[:keep], max(keep - len(text), 0)
        item.text = kept
        parent = item.getparent()
        if not kept and parent is not None and parent.tag == RUN:
            holder = parent.getparent()
            assert holder is not None
            holder.remove(parent)
    return True


def _forget_author(root: etree._Element) -> None:
    authors = child(root, "authors")
    if authors is None or not len(authors) or authors[-1].text != word("note.author", "sendback"):
        return
    number = str(len(authors) - 1)
    if all(comment.get("authorId") != number for comment in root.iter(COMMENT)):
        authors.remove(authors[-1])


def _position(reference: str) -> Position:
    letters = reference.rstrip("0123456789")
    return int(reference[len(letters) :] or 0), column_number(letters)


def _remove_boxes(package: Package, part: str, sheet: Sheet, gone: set[Position]) -> None:
    name = _drawing(package, part, sheet)
    if not gone or not name:
        return
    drawing = decode(package.read(name))
    left = _SHAPE.sub(lambda found: "" if _shown_at(found.group()) in gone else found.group(), drawing)
    if _ANY_OTHER.search(_SET_UP.sub("", left)) is None:
        package.remove(name)
        package.unrelate(part, sheet.relation_of_notes())
        sheet.unlink_notes()
    elif left != drawing:
        package.put(name, left.encode())
