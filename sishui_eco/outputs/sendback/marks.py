"""The colours of marks, and how a mark remembers the fill it replaced.

Programs renumber formats when they save, so a mark cannot point to the format it came from; but every
program keeps a solid colour as it is. So the last step of a mark's blue says the number of the fill
that stood there (0: none), invisible to the eye, and the fills are kept by number beside it.
"""

from __future__ import annotations

from lxml import etree

from sishui_eco.outputs.sendback.package import MAIN, child, local

MARKS = {  # severity -> fill under dark and under light text
    "error": ("FFFAD1CB", "FF9D2749"),
    "doubt": ("FFFDE9B3", "FF8C5A37"),
    "note": ("FFDCE9F7", "FF2A5685"),
}
CODES = 32  # different fills remembered in one workbook
DESCRIPTION_LIMIT = 250  # a document property holds 255 characters
LISTED_TONE = 0x10000  # one step of red, so that the list's own colours are no marks


def colour(severity: str, light_text: bool, code: int) -> str:
    """Return the colour of a mark that remembers fill number `code`."""
    return f"{int(MARKS[severity][light_text], 16) - code:08X}"


def listed_colour(severity: str) -> str:
    """Return the colour a severity has in the issue list: alike to the eye, but no mark."""
    return f"{int(MARKS[severity][0], 16) - LISTED_TONE:08X}"


def code_of(rgb: str) -> int | None:
    """Return the number of the remembered fill, None when a colour is no mark of ours."""
    try:
        value = int(rgb, 16) | 0xFF000000
    except ValueError:
        return None
    for tones in MARKS.values():
        for tone in tones:
            if 0 <= int(tone, 16) - value < CODES:
                return int(tone, 16) - value
    return None


def mark_fill(rgb: str) -> etree._Element:
    """Return a solid fill."""
    fill = etree.Element(f"{{{MAIN}}}fill")
    pattern = etree.SubElement(fill, f"{{{MAIN}}}patternFill", patternType="solid")
    etree.SubElement(pattern, f"{{{MAIN}}}fgColor", rgb=rgb)
    etree.SubElement(pattern, f"{{{MAIN}}}bgColor", indexed="64")
    return fill


def code_of_fill(fill: etree._Element | None) -> int | None:
    """Return the number a mark's fill remembers, None for any other fill."""
    pattern = child(fill, "patternFill") if fill is not None else None
    front = child(pattern, "fgColor") if pattern is not None and pattern.get("patternType") == "solid" else None
    return code_of(front.get("rgb", "")) if front is not None else None


def is_empty(fill: etree._Element | None) -> bool:
    """Tell whether a fill shows nothing."""
    pattern = child(fill, "patternFill") if fill is not None else None
    if pattern is None:
        return fill is None or not len(fill)
    return pattern.get("patternType", "none") == "none"


def describe(fill: etree._Element) -> str:
    """Return a fill as a short XML text without namespaces."""
    return etree.tostring(_plain(fill), encoding="unicode")


def undescribe(text: str) -> etree._Element | None:
    """Return the fill of a description, None when it is none of ours."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        wrapped = etree.fromstring(f'<x xmlns="{MAIN}">{text}</x>', parser)
    except etree.XMLSyntaxError:
        return None
    item = wrapped[0] if len(wrapped) == 1 and local(wrapped[0]) == "fill" else None
    if item is not None:
        wrapped.remove(item)
    return item


def _plain(item: etree._Element) -> etree._Element:
    copy = etree.Element(local(item))
    for name, value in item.attrib.items():
        if not str(name).startswith("{"):
            copy.set(str(name), str(value))
    copy.extend(_plain(part) for part in item if local(part))
    return copy
