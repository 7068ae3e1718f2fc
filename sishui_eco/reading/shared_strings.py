"""The shared texts of a workbook: rich text joined, phonetic guides dropped."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree

from sishui_eco.reading.cells import is_blank, unescape_text
from sishui_eco.reading.limits import OverLimit, ReadLimits
from sishui_eco.reading.xml_text import attribute, decode_xml, has_controls, local, parse_tree, unescape_xml

_SIMPLE = re.compile(r'<si><t(?: xml:space="preserve")?>([^<]*)</t>(?:<phoneticPr [^<>]*/>)?</si>')


class SharedStrings:
    """Texts by number; blank ones are "". `struck` holds those written struck through as a whole."""

    __slots__ = ("longest", "struck", "texts")

    def __init__(self, texts: list[str], struck: frozenset[int] = frozenset()) -> None:
        self.texts = texts
        self.struck = struck
        self.longest = max(map(len, texts), default=0)


def read_shared_strings(data: bytes | None, limits: ReadLimits) -> SharedStrings | None:
    """Return the shared texts, None when the part is missing.

    Raises: Unreadable R102 when it is not XML, OverLimit R206 when there are too many, R105.
    """
    if data is None:
        return None
    text = decode_xml(data)
    count = text.count("<si")
    if count > limits.cells and sum(map(text.count, ("<si>", "<si ", "<si/>"))) > limits.cells:
        raise OverLimit("R206", limit=limits.cells)
    if "\r" not in text and not has_controls(data):
        texts = _SIMPLE.findall(text)
        if 0 < count == len(texts) and "<!" not in text:
            if "&" in text or "_x" in text:
                texts = [unescape_text(unescape_xml(item)) if "&" in item or "_x" in item else item for item in texts]
            return SharedStrings(_emptied(texts))
    return _from_tree(parse_tree(text))


def _emptied(texts: list[str]) -> list[str]:
    """Return texts with "" for those that show nothing."""
    # No blank character lies in the two ranges most texts begin in, so most need no closer look.
    return [text if "\u3001" <= text < "\ufeff" or "!" <= text < "\x7f" or not is_blank(text) else "" for text in texts]


def _from_tree(root: ElementTree.Element) -> SharedStrings:
    texts: list[str] = []
    struck: set[int] = set()
    for item in root:
        if local(item.tag) not in ("si", "sstItem"):  # sstItem: Excel 2007 beta
            continue
        text, line = rich_text(item)
        if line and text:
            struck.add(len(texts))
        texts.append(unescape_text(text))
    return SharedStrings(_emptied(texts), frozenset(struck))


def rich_text(element: ElementTree.Element) -> tuple[str, bool]:
    """Return the joined text of an `si`, `is` or comment `text`, and whether all of it is struck."""
    pieces: list[str] = []
    lines: list[bool] = []
    for child in element:
        name = local(child.tag)
        if name == "t":
            pieces.append(child.text or "")
            lines.append(False)
        elif name == "r":
            text = "".join(item.text or "" for item in child if local(item.tag) == "t")
            pieces.append(text)
            if text.strip():
                lines.append(_run_struck(child))
    return "".join(pieces), bool(lines) and all(lines)


def _run_struck(run: ElementTree.Element) -> bool:
    for properties in run:
        if local(properties.tag) == "rPr":
            return any(
                local(item.tag) == "strike" and attribute(item, "val") not in ("0", "false") for item in properties
            )
    return False
