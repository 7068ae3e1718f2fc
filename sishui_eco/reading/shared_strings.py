"""The shared texts of a workbook: rich text joined, phonetic guides dropped."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree

from sishui_eco.reading.cells import is_blank, unescape_text
from sishui_eco.reading.limits import OverLimit, ReadLimits
from sishui_eco.reading.xml_text import attribute, decode_xml, has_controls, local, parse_tree

_SIMPLE = re.compile(r'<si><t(?: xml:space="preserve")?>([^<]*)</t>(?:<phoneticPr [^<>]*/>)?</si>')
_ENTITY = re.compile(r"&(amp|lt|gt|quot|apos|#[0-9]+|#x[0-9A-Fa-f]+);")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


def unescape_xml(text: str) -> str:
    """Return XML character data with its references resolved, line ends as XML has them."""
    if "&" in text:
        text = _ENTITY.sub(_resolved, text)
    return text


def _resolved(match: re.Match[str]) -> str:
    name = match.group(1)
    if name[0] != "#":
        return _NAMED[name]
    digits = name[2:] if name[1] == "x" else name[1:]
    number = int(digits, 16 if name[1] == "x" else 10) if len(digits) < 8 else 0
    legal = 0x20 <= number < 0xD800 or 0xE000 <= number < 0x110000 or number in (9, 10, 13)
    return chr(number) if legal else ""


class SharedStrings:
    """Texts by number; blank ones are "". `struck` holds those written struck through as a whole."""

    __slots__ = ("struck", "texts")

    def __init__(self, texts: list[str], struck: frozenset[int] = frozenset()) -> None:
        self.texts = texts
        self.struck = struck


def read_shared_strings(data: bytes | None, limits: ReadLimits) -> SharedStrings | None:
    """Return the shared texts, None when the part is missing.

    Raises: Unreadable R102 when it is not XML, OverLimit R206 when there are too many, R105.
    """
    if data is None:
        return None
    text = decode_xml(data)
    count = text.count("<si>") + text.count("<si ") + text.count("<si/>")
    if count > limits.cells:
        raise OverLimit("R206", limit=limits.cells)
    if count and "<!" not in text and "\r" not in text and not has_controls(data):
        texts = _SIMPLE.findall(text)
        if len(texts) == count and count == text.count("<t>") + text.count("<t "):
            return SharedStrings([_finished(unescape_xml(item)) if _needs(item) else item for item in texts])
    return _from_tree(parse_tree(text))


def _needs(text: str) -> bool:
    return "&" in text or "_x" in text or not text or text[0] <= " " or text[0] > "\u9fff" or not text[0].isalnum()


def _finished(text: str) -> str:
    text = unescape_text(text)
    return "" if is_blank(text) else text


def _from_tree(root: ElementTree.Element) -> SharedStrings:
    texts: list[str] = []
    struck: set[int] = set()
    for item in root:
        if local(item.tag) not in ("si", "sstItem"):  # sstItem: Excel 2007 beta
            continue
        text, line = rich_text(item)
        if line and text:
            struck.add(len(texts))
        texts.append(_finished(text))
    return SharedStrings(texts, frozenset(struck))


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
