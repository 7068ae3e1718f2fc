"""The root elements of the parts of a Word package."""

from __future__ import annotations

from sishui_eco.outputs.markup import DECLARATION

_SPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)


def opening(tag: str) -> str:
    """Return a part up to and with the start of its root element: document, styles, settings, fonts, hdr or ftr."""
    return f"{DECLARATION}<w:{tag} {_SPACES}>"


def part(tag: str, content: str) -> bytes:
    """Return a whole part of that root element."""
    return f"{opening(tag)}{content}</w:{tag}>".encode()
