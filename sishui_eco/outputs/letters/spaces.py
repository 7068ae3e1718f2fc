"""The root elements of a Word package, with the namespaces that Word's own template declares on them."""

from __future__ import annotations

DECLARATION = "<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n"
_OPEN = "http://schemas.openxmlformats.org/"
_WORD = "http://schemas.microsoft.com/office/word/"
_MAC = "http://schemas.microsoft.com/office/mac/office/2008/main"
_SPACES = {
    "m": _OPEN + "officeDocument/2006/math",
    "mc": _OPEN + "markup-compatibility/2006",
    "mo": _MAC,
    "mv": "urn:schemas-microsoft-com:mac:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "r": _OPEN + "officeDocument/2006/relationships",
    "v": "urn:schemas-microsoft-com:vml",
    "w": _OPEN + "wordprocessingml/2006/main",
    "w10": "urn:schemas-microsoft-com:office:word",
    "w14": _WORD + "2010/wordml",
    "wne": _WORD + "2006/wordml",
    "wp": _OPEN + "drawingml/2006/wordprocessingDrawing",
    "wp14": _WORD + "2010/wordprocessingDrawing",
    "wpc": _WORD + "2010/wordprocessingCanvas",
    "wpg": _WORD + "2010/wordprocessingGroup",
    "wpi": _WORD + "2010/wordprocessingInk",
    "wps": _WORD + "2010/wordprocessingShape",
}
_IN_DOCUMENT = "wpc mo mc mv o r m v wp14 wp w10 w w14 wpg wpi wne wps"
_IN_HEADS = "m mc mo mv o r v w10 w14 w wne wp14 wp wpc wpg wpi wps"
_DECLARED = {
    "document": (_IN_DOCUMENT, "w14 wp14"),
    "hdr": (_IN_HEADS, "w14 wp14"),
    "ftr": (_IN_HEADS, "w14 wp14"),
    "styles": ("mc r w w14", "w14"),
}


def opening(tag: str) -> str:
    """Return a part up to and with the start of its root element: document, styles, hdr or ftr."""
    prefixes, ignorable = _DECLARED[tag]
    spaces = "".join(f' xmlns:{prefix}="{_SPACES[prefix]}"' for prefix in prefixes.split())
    return f'{DECLARATION}<w:{tag}{spaces} mc:Ignorable="{ignorable}">'


def part(tag: str, content: str) -> bytes:
    """Return a whole part of that root element."""
    return f"{opening(tag)}{content}</w:{tag}>".encode()
