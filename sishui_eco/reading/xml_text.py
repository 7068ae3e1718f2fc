"""XML bytes of any honest encoding to text, and text to a tree, with no DTD and no entity."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from codecs import BOM_UTF8
from xml.parsers import expat

from sishui_eco.reading.limits import OverLimit, Unreadable

_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_USUAL_BEGINNING = b'<?xml version="1.0" encoding="UTF-8"'
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_BAD_REFERENCE = re.compile(r"&#(?:x([0-9A-Fa-f]+)|([0-9]+));")
_BARE_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#[0-9]+|#x[0-9A-Fa-f]+);)")
_ENTITY = re.compile(r"&(amp|lt|gt|quot|apos|#[0-9]+|#x[0-9A-Fa-f]+);")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_CONTROL_BYTES = bytes(sorted(set(range(32)) - {9, 10, 13}))
# Encodings an XML part may declare; what is not here is tried as UTF-8.
_ENCODINGS = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "cp936": "gb18030",
    "big5": "big5",
    "iso-8859-1": "cp1252",
    "windows-1252": "cp1252",
    "us-ascii": "utf-8",
}


def decode_xml(data: bytes) -> str:
    """Return the text of an XML part: BOM first, then the declared encoding, then UTF-8, then GB18030.

    Raises: OverLimit R105 when it declares a document type or an entity, Unreadable R102.
    """
    text = _decode(data)
    if "<!" in text and ("<!DOCTYPE" in text or "<!ENTITY" in text):
        raise OverLimit("R105")
    return text


def has_controls(data: bytes) -> bool:
    """Say whether a part holds bytes that XML forbids (also true of every UTF-16 part)."""
    return len(data.translate(None, _CONTROL_BYTES)) != len(data)


def _decode(data: bytes) -> str:
    if data[:3] == b"\xef\xbb\xbf":
        data = data[3:]
    for encoding in _candidates(data):
        try:
            return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    raise Unreadable("R102")


def _candidates(data: bytes) -> tuple[str, ...]:
    if data.startswith(_USUAL_BEGINNING):
        return ("utf-8", "gb18030")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return ("utf-16",)
    if data[:4] in (b"<\0?\0", b"<\0w\0", b"<\0s\0"):
        return ("utf-16-le",)
    if data[:2] == b"\0<":
        return ("utf-16-be",)
    declared = _DECLARED.match(data[:400])
    name = declared.group(1).decode("ascii").lower() if declared else "utf-8"
    return (_ENCODINGS.get(name, "utf-8"), "utf-8", "gb18030")


def is_usual(data: bytes) -> bool:
    """Say whether a part is UTF-8 by its own word, so that it may be decoded piece by piece."""
    return _candidates(data.removeprefix(BOM_UTF8))[0] == "utf-8"


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


class Unusual(Exception):
    """Something has another shape than a quick way knows; the slow and sure one must read the part."""


def character_data(text: str) -> str:
    """Return character data as `unescape_xml` does, if a parser would have nothing to say about it.

    Raises: Unusual for what XML forbids, for line ends to be changed, and for numbered characters.
    """
    if "]]>" in text or "\r" in text or _FORBIDDEN.search(text):
        raise Unusual
    if "&" in text:
        if "&#" in text or _BARE_AMPERSAND.search(text):
            raise Unusual
        return unescape_xml(text)
    return text


def mend(text: str) -> str:
    """Return XML text without the characters and references XML forbids, bare ampersands escaped.

    Source: business systems write raw control characters and `&#x1;` into shared strings.
    """
    text = _FORBIDDEN.sub("", text)
    return _BARE_AMPERSAND.sub("&amp;", _BAD_REFERENCE.sub(_kept_reference, text))


def _kept_reference(match: re.Match[str]) -> str:
    digits = match.group(1) or match.group(2)
    number = int(digits, 16 if match.group(1) else 10) if len(digits) < 9 else -1
    legal = (
        number in (9, 10, 13) or 0x20 <= number < 0xD800 or 0xE000 <= number < 0xFFFE or 0x10000 <= number < 0x110000
    )
    return match.group(0) if legal else ""


def parse_tree(data: bytes | str) -> ElementTree.Element:
    """Return the root of a small part; a part with forbidden characters is mended and tried again.

    Raises: Unreadable R102 when it is not well-formed even then, OverLimit R105.
    """
    text = decode_xml(data) if isinstance(data, bytes) else data
    try:
        return _tree(text)
    except (ElementTree.ParseError, expat.ExpatError, UnicodeError):
        pass
    try:
        return _tree(mend(text))
    except (ElementTree.ParseError, expat.ExpatError, UnicodeError):
        raise Unreadable("R102") from None


def _tree(text: str) -> ElementTree.Element:
    parser = ElementTree.XMLParser()  # noqa: S314 - document types were refused by decode_xml
    parser.feed(text)  # half the time of fromstring, which brings a target of its own
    return parser.close()


def local(tag: str) -> str:
    """Return a tag or attribute name without its namespace."""
    return tag.rpartition("}")[2]


def attribute(element: ElementTree.Element, name: str) -> str:
    """Return an attribute by local name, whatever its namespace; "" when absent."""
    found = element.get(name)
    if found is not None:
        return found
    for key, value in element.items():
        if key.endswith("}" + name):
            return value
    return ""
