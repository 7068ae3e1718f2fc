"""What lies beside the cells of a workbook: comments, pictures, validations, custom properties."""

from __future__ import annotations

import hashlib
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping
from itertools import islice, product

from sishui_eco.model.grid import Merge, Picture
from sishui_eco.reading.cells import unescape_text
from sishui_eco.reading.limits import OverLimit, Unreadable
from sishui_eco.reading.merges import area
from sishui_eco.reading.package import Package
from sishui_eco.reading.relations import Relation, read_relations
from sishui_eco.reading.seals import MOST_PICTURES, red_round
from sishui_eco.reading.shared_strings import rich_text
from sishui_eco.reading.xml_text import attribute, local, parse_tree

_CHOICES = 20_000
_AREAS = 100_000


def tree_of(package: Package, part: str) -> ElementTree.Element | None:
    """Return the tree of an unimportant part, None when it is missing or broken. Raises: OverLimit."""
    try:
        data = package.read(part)
        return parse_tree(data) if data is not None else None
    except OverLimit:
        raise
    except Unreadable:
        return None


def read_comments(package: Package, relations: Mapping[str, Relation]) -> dict[tuple[int, int], str]:
    """Return comment texts by cell; a thread's texts replace its legacy stand-in."""
    found: dict[tuple[int, int], str] = {}
    threads: dict[tuple[int, int], list[str]] = {}
    for relation in relations.values():
        if relation.external or relation.kind not in ("comments", "threadedComment"):
            continue
        try:
            comments = package.meaning(relation.target, _comments_part) or ()
        except OverLimit:
            raise
        except Unreadable:
            continue
        for place, text, threaded in comments:
            if threaded:
                threads.setdefault(place, []).append(text)
            else:
                found[place] = text
    found.update({place: "\n".join(texts) for place, texts in threads.items()})
    return dict(sorted(found.items()))


def _comments_part(data: bytes) -> tuple[tuple[tuple[int, int], str, bool], ...]:
    """Return place and text of every comment, and whether it belongs to a thread."""
    found: list[tuple[tuple[int, int], str, bool]] = []
    for item in parse_tree(data).iter():
        name = local(item.tag) if item.tag.endswith("omment") else ""
        place = area(attribute(item, "ref")) if name in ("comment", "threadedComment") else None
        if place is None:
            continue
        text = "".join(rich_text(child)[0] or (child.text or "") for child in item if local(child.tag) == "text")
        threaded = name == "threadedComment"
        found.append(((place.top, place.left), text if threaded else unescape_text(text), threaded))
    return tuple(found)


def read_pictures(package: Package, relations: Mapping[str, Relation]) -> list[Picture]:
    """Return the pictures of a sheet's drawings, each at the top left cell of its anchor."""
    pictures: list[Picture] = []
    for relation in relations.values():
        if relation.kind != "drawing" or relation.external:
            continue
        root = tree_of(package, relation.target)
        if root is None:
            continue
        targets = read_relations(package, relation.target)
        for anchor in root:
            row, column = _corner(anchor)
            for element in anchor.iter():
                if local(element.tag) == "pic":
                    pictures.append(_picture(package, element, targets, row, column))
    return sorted(pictures, key=lambda picture: (picture.row, picture.column, picture.name, picture.sha256))


def _corner(anchor: ElementTree.Element) -> tuple[int, int]:
    for child in anchor:
        if local(child.tag) == "from":
            values = {local(item.tag): (item.text or "").strip() for item in child}
            row, column = values.get("row", ""), values.get("col", "")
            if row.isdigit() and column.isdigit() and len(row) < 9 and len(column) < 9:
                return int(row) + 1, int(column) + 1
    return 0, 0


def _picture(
    package: Package, element: ElementTree.Element, targets: Mapping[str, Relation], row: int, column: int
) -> Picture:
    name, digest = "", ""
    for item in element.iter():
        if local(item.tag) == "cNvPr":
            name = name or attribute(item, "name")
        elif local(item.tag) == "blip":
            relation = targets.get(attribute(item, "embed"))
            digest = digest or (picture_hash(package, relation.target) if relation and not relation.external else "")
    return Picture(row, column, name, digest, package.looked.get(digest))


def picture_hash(package: Package, part: str) -> str:
    """Return the SHA-256 of a picture's bytes, "" when it is missing or damaged; a few of a file are looked at.

    Raises: OverLimit.
    """
    try:
        data = package.read(part)
    except OverLimit:
        raise
    except Unreadable:
        return ""
    if data is None:
        return ""
    digest = hashlib.sha256(data).hexdigest()
    if digest not in package.looked and len(package.looked) < MOST_PICTURES:
        package.looked[digest] = red_round(data)
    return digest


def read_cell_images(package: Package) -> dict[str, str]:
    """Return the SHA-256 of WPS pictures in cells by their DISPIMG id.

    Source: WPS keeps them in xl/cellimages.xml; one picture may have several ids.
    """
    part = "xl/cellimages.xml"
    root = tree_of(package, part)
    if root is None:
        return {}
    targets = read_relations(package, part)
    return {
        picture.name: picture.sha256
        for element in root.iter()
        if local(element.tag) == "pic"
        for picture in [_picture(package, element, targets, 0, 0)]
    }


def literal_lists(validations: list[tuple[str, str]]) -> list[tuple[list[Merge], tuple[str, ...]]]:
    """Return areas and choices of literal list validations, given as `sqref` and first formula."""
    found: list[tuple[list[Merge], tuple[str, ...]]] = []
    left = _AREAS
    for areas, formula in validations:
        text = formula.strip()
        if len(text) > 1 and text[-1] == '"':
            choices = tuple(item.strip() for item in text[1:-1].replace('""', '"').split(","))
            found.append((list(filter(None, map(area, areas.split()[: min(1000, left)]))), choices))
            left -= len(found[-1][0])
    return found


def literal_choices(
    lists: list[tuple[list[Merge], tuple[str, ...]]], rows: int, columns: int
) -> dict[tuple[int, int], tuple[str, ...]]:
    """Return the choices of literal list validations by cell, within the used area only.

    Shape: a validation down to row 1048576 is cut at the last used row, and at 20,000 cells in all.
    """
    found: dict[tuple[int, int], tuple[str, ...]] = {}
    for places, choices in lists:
        for place in places:
            height = range(place.top, min(place.bottom, rows) + 1)
            width = range(place.left, min(place.right, columns) + 1)
            if not found:
                found = dict.fromkeys(islice(product(height, width), _CHOICES), choices)
                continue
            for cell in product(height, width):
                if len(found) >= _CHOICES:
                    return found
                found.setdefault(cell, choices)
    return found


def custom_properties(package: Package) -> dict[str, str]:
    """Return custom document properties; one without a name is passed over."""
    root = tree_of(package, "docProps/custom.xml")
    found: dict[str, str] = {}
    for item in root if root is not None else ():
        name = attribute(item, "name")
        if name:
            found[name] = "".join(item.itertext()).strip()
    return found
