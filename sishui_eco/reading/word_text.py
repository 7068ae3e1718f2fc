"""The text of a Word paragraph, with everything a reader of the page would see."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import dataclass, field

from sishui_eco.reading.limits import OverLimit
from sishui_eco.reading.xml_text import attribute, local
from sishui_eco.zh import word

# Wrappers that are looked through, and things that are not on the page.
_UNWRAPPED = frozenset(
    (
        "sdt",
        "sdtContent",
        "ins",
        "moveTo",
        "smartTag",
        "customXml",
        "hyperlink",
        "fldSimple",
        "dir",
        "bdo",
        "Choice",
        "ruby",
        "rubyBase",
    )
)
_UNSEEN = frozenset(
    ("del", "moveFrom", "delText", "instrText", "delInstrText", "rPr", "pPr", "tcPr", "tblPr", "Fallback", "rt")
)
_PLAIN = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "softHyphen": ""}
_MARKS = {
    **dict.fromkeys(("F052", "F0FE", "F0FC", "F050", "2611", "2713", "2714", "221A"), "check_mark"),
    **dict.fromkeys(("F051", "F0FB", "F0FD", "F04F", "2612"), "cross_mark"),
    **dict.fromkeys(("F0A3", "F0A8", "F06F", "F02A", "2610"), "box_mark"),
}
MAX_DEPTH = 120


@dataclass(slots=True)
class Seen:
    """What a walk over a paragraph met beside text."""

    pictures: list[str] = field(default_factory=list)  # relation ids
    comments: list[str] = field(default_factory=list)  # comment ids
    boxes: list[ElementTree.Element] = field(default_factory=list)  # text box contents
    struck: list[bool] = field(default_factory=list)


def unwrapped(element: ElementTree.Element, depth: int = 0) -> Iterator[tuple[str, ElementTree.Element]]:
    """Yield the children of a block with content controls and insertions looked through.

    Raises: OverLimit R213 when wrappers are nested beyond reason.
    """
    if depth > MAX_DEPTH:
        raise OverLimit("R213", limit=MAX_DEPTH)
    for child in element:
        name = local(child.tag)
        if name in _UNSEEN:
            continue
        if name in _UNWRAPPED or name == "AlternateContent":
            yield from unwrapped(child, depth + 1)
        else:
            yield name, child


def paragraph_text(paragraph: ElementTree.Element, seen: Seen) -> str:
    """Return the text of a paragraph, insertions in, deletions out, symbols as characters."""
    pieces: list[str] = []
    for name, child in unwrapped(paragraph):
        if name == "r":
            text = _run_text(child, seen, 0)
            if text.strip():
                seen.struck.append(_run_struck(child))
            pieces.append(text)
        else:
            pieces.append(_other_text(name, child, seen, 0))
    return "".join(pieces)


def _run_text(run: ElementTree.Element, seen: Seen, depth: int) -> str:
    if depth > MAX_DEPTH:
        raise OverLimit("R213", limit=MAX_DEPTH)
    return "".join(_other_text(name, child, seen, depth + 1) for name, child in unwrapped(run, depth))


def _other_text(name: str, element: ElementTree.Element, seen: Seen, depth: int) -> str:
    if name == "t":
        return element.text or ""
    if name in _PLAIN:
        return _PLAIN[name]
    if name == "sym":
        return _symbol(attribute(element, "char").upper())
    if name == "commentReference":
        seen.comments.append(attribute(element, "id"))
    elif name in ("drawing", "pict", "object"):
        _drawn(element, seen)
    elif name in ("oMath", "oMathPara"):
        return "".join(item.text or "" for item in element.iter() if local(item.tag) == "t")
    elif name == "r":
        return _run_text(element, seen, depth)
    return ""


def _symbol(code: str) -> str:
    if code in _MARKS:
        return word(f"words.{_MARKS[code]}", "reading")
    try:
        number = int(code, 16)
    except ValueError:
        return ""
    if 0xF020 <= number <= 0xF0FF:  # private area of symbol fonts
        return chr(number - 0xF000) if number < 0xF07F else ""
    return chr(number) if 0x20 <= number < 0xD800 else ""


def _drawn(element: ElementTree.Element, seen: Seen) -> None:
    for item in element.iter():
        name = local(item.tag)
        if name == "blip":
            seen.pictures.append(attribute(item, "embed"))
        elif name == "imagedata":
            seen.pictures.append(attribute(item, "id"))
        elif name == "txbxContent":
            seen.boxes.append(item)


def _run_struck(run: ElementTree.Element) -> bool:
    for properties in run:
        if local(properties.tag) == "rPr":
            for item in properties:
                if local(item.tag) in ("strike", "dstrike"):
                    return attribute(item, "val") not in ("0", "false", "off")
    return False
