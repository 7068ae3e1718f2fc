"""Texts as XML holds them. `xml.sax.saxutils` would do, but loading it loads a web client."""

from __future__ import annotations

DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def escaped(text: str) -> str:
    """Return a text as XML holds it between tags."""
    if "&" not in text and "<" not in text and ">" not in text:
        return text
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def escaped_attribute(text: str) -> str:
    """Return a text as XML holds it between double quotes."""
    return escaped(text).replace('"', "&quot;")
