"""The shared texts of a workbook: rich text joined, phonetic guides dropped."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree

from sishui_eco.reading.cells import is_blank, unescape_text
from sishui_eco.reading.limits import OverLimit, ReadLimits, Unreadable
from sishui_eco.reading.xml_text import attribute, decode_xml, has_controls, local, parse_tree, unescape_xml

_NUMBERS = tuple(map(str, range(4096)))  # the commonest references, made once
_SIMPLE = re.compile(r'<si><t(?: xml:space="preserve")?>([^<]*)</t>(?:<phoneticPr [^<>]*/>)?</si>')


class SharedStrings(dict[str, str]):
    """Texts by their number as cells write it; blank ones are "". High and odd numbers cost a closer look.

    `struck` holds the numbers of those written struck through as a whole; `size` is the length of
    the part, and no text is longer.
    Raises: Unreadable R106 when a text is asked for that is not there.
    """

    def __init__(self, texts: list[str], size: int, struck: frozenset[int] = frozenset()) -> None:
        super().__init__(zip(_NUMBERS, texts, strict=False))
        self.texts = texts
        self.size = size
        self.struck = struck

    def __missing__(self, reference: str) -> str:
        number = reference.strip()
        if not number:
            return ""
        if not number.isdecimal() or len(number) > 9 or int(number) >= len(self.texts):
            raise Unreadable("R106", what="sharedStrings")
        return self.texts[int(number)]

    def is_struck(self, reference: str) -> bool:
        """Say whether a text that is there is struck through."""
        return bool(self.struck) and reference.strip().isdecimal() and int(reference) in self.struck


def read_shared_strings(data: bytes | None, limits: ReadLimits) -> SharedStrings:
    """Return the shared texts, none when the part is missing.

    Raises: Unreadable R102 when it is not XML, OverLimit R206 when there are too many, R105.
    """
    if data is None:
        return SharedStrings([], 0)
    text = decode_xml(data)
    items = text.count("<si")
    if items > limits.cells and sum(map(text.count, ("<si>", "<si ", "<si/>"))) > limits.cells:
        raise OverLimit("R206", limit=limits.cells)
    if "\r" not in text and not has_controls(data):
        texts = _SIMPLE.findall(text)
        if 0 < items == len(texts) and "<!" not in text:
            if "&" in text or "_x" in text:
                texts = [unescape_text(unescape_xml(item)) if "&" in item or "_x" in item else item for item in texts]
            return SharedStrings(_emptied(texts), len(text))
    return _from_tree(parse_tree(text), len(text))


def _emptied(texts: list[str]) -> list[str]:
    """Return texts with "" for those that show nothing."""
    # No blank character lies in the two ranges most texts begin in, so most need no closer look.
    return [text if "\u3001" <= text < "\ufeff" or "!" <= text < "\x7f" or not is_blank(text) else "" for text in texts]


def _from_tree(root: ElementTree.Element, size: int) -> SharedStrings:
    texts: list[str] = []
    struck: set[int] = set()
    for item in root:
        if local(item.tag) not in ("si", "sstItem"):  # sstItem: Excel 2007 beta
            continue
        text, line = rich_text(item)
        if line and text:
            struck.add(len(texts))
        texts.append(unescape_text(text))
    return SharedStrings(_emptied(texts), size, frozenset(struck))


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
