"""Cell styles of a workbook: number format and strike-through of every cell format."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

from sishui_eco.reading.cells import PLAIN, CellStyle
from sishui_eco.reading.limits import OverLimit, ReadLimits, Unreadable
from sishui_eco.reading.number_format import builtin_format, compile_format
from sishui_eco.reading.package import Package
from sishui_eco.reading.xml_text import attribute, local, parse_tree


def read_styles(package: Package, part: str, limits: ReadLimits) -> tuple[CellStyle, ...] | None:
    """Return one CellStyle per cell format in order, None when the part is missing or broken.

    Only numFmts, fonts and cellXfs are looked at, so an empty fill or a wrong colour hurts nobody.
    Raises: OverLimit R212, R105.
    """
    try:
        return package.meaning(part, _styles_part, limits.cell_formats)
    except OverLimit:
        raise
    except Unreadable:
        return None


def _styles_part(data: bytes, most: int) -> tuple[CellStyle, ...]:
    formats: dict[int, str] = {}
    struck: list[bool] = []
    styles: list[CellStyle] = []
    for child in parse_tree(data):
        name = local(child.tag)
        if name == "numFmts":
            formats = _formats(child)
        elif name == "fonts":
            struck = [_is_struck(font) for font in child]
        elif name == "cellXfs":
            if len(child) > most:
                raise OverLimit("R212", limit=most)
            styles = _styles(child, formats, struck)
    return tuple(styles)


def _formats(element: ElementTree.Element) -> dict[int, str]:
    found: dict[int, str] = {}
    for item in element:
        number = attribute(item, "numFmtId")
        if number.isdigit() and len(number) < 9:
            found[int(number)] = attribute(item, "formatCode")
    return found


def _is_struck(font: ElementTree.Element) -> bool:
    return any(local(item.tag) == "strike" and attribute(item, "val") not in ("0", "false") for item in font)


def _styles(element: ElementTree.Element, formats: dict[int, str], struck: list[bool]) -> list[CellStyle]:
    made: dict[tuple[int, bool], CellStyle] = {}
    styles: list[CellStyle] = []
    for item in element:
        number, font = attribute(item, "numFmtId"), attribute(item, "fontId")
        identity = int(number) if number.isdigit() and len(number) < 9 else 0
        place = int(font) if font.isdigit() and len(font) < 9 else -1
        line = struck[place] if 0 <= place < len(struck) else False
        style = made.get((identity, line))
        if style is None:
            code = formats.get(identity) or builtin_format(identity)
            style = CellStyle(compile_format(code), line) if line or code != "General" else PLAIN
            made[(identity, line)] = style
        styles.append(style)
    return styles
