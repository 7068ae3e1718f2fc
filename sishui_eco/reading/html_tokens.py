"""A web page as tags and text, in one pass whose time grows with its length and nothing else.

The standard html.parser looks again and again to the end of the page for what is never closed:
400,000 unclosed tags, comments or quotes cost it minutes. Here whatever has no end is known to have
none after one look, and is taken as text: nothing of a broken page vanishes.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_NAME = re.compile(r"[A-Za-z][^\s/>]*")
_ATTRIBUTE = re.compile(r"[\s/]*([^\s/>=]+)(\s*=\s*)?")
_BARE_VALUE = re.compile(r"[^\s>]*")
_LONG_REFERENCE = re.compile(r"&#(?:[0-9]{8,}|[xX][0-9A-Fa-f]{8,});?")
_RAW = ("script", "style")
_END_OF_RAW = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in _RAW}


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a page: `kind` is text, start or end; `name` a tag in lower case, or the text."""

    kind: str
    name: str
    attributes: dict[str, str] = field(default_factory=dict)


def tokens(page: str) -> Iterator[Token]:
    """Yield the tags and texts of a page; comments, declarations and the inside of scripts are left out."""
    scanner = _Scanner(page)
    position = 0
    while position < len(page):
        opening = page.find("<", position)
        if opening < 0:
            break
        if opening > position:
            yield Token("text", plain(page[position:opening]))
        token, position = scanner.markup(opening)
        if token is not None:
            yield token
            if token.kind == "start" and token.name in _RAW:
                found = _END_OF_RAW[token.name].search(page, position)
                position = found.start() if found else len(page)
    if position < len(page):
        yield Token("text", plain(page[position:]))


def plain(text: str) -> str:
    """Return text with its character references resolved; a reference of many digits is no character."""
    return html.unescape(_LONG_REFERENCE.sub("\ufffd", text)) if "&" in text else text


class _Scanner:
    """Reads one piece of markup at a time and remembers where the last of each closing sign stands."""

    def __init__(self, page: str) -> None:
        self.page = page
        self.last = {sign: page.rfind(sign) for sign in (">", "-->", '"', "'")}
        self.careful = True

    def markup(self, at: int) -> tuple[Token | None, int]:
        """Return what begins with the bracket at a place, None for what shows nothing, and where to go on."""
        page = self.page
        if self.last[">"] < at:
            return Token("text", plain(page[at:])), len(page)
        if page.startswith("<!--", at):
            return self._comment(at)
        following = page[at + 1 : at + 3]
        if following[:1] in ("!", "?"):
            return None, page.index(">", at) + 1
        if following[:1] == "/" and following[1:].isascii() and following[1:].isalpha():
            name = _NAME.match(page, at + 2)
            return Token("end", name.group().lower() if name else ""), page.index(">", at) + 1
        if following[:1].isascii() and following[:1].isalpha():
            return self._start(at)
        return Token("text", "<"), at + 1

    def _comment(self, at: int) -> tuple[Token | None, int]:
        if self.last["-->"] < at + 2:
            return Token("text", "<!--"), at + 4
        if self.page.startswith((">", "->"), at + 4):  # <!--> and <!---> are whole comments
            return None, self.page.index(">", at) + 1
        return None, self.page.index("-->", at + 4) + 3 if self.last["-->"] >= at + 4 else len(self.page)

    def _start(self, at: int) -> tuple[Token, int]:
        """Read a start tag; once one had no end outside its quotes, each ends at its first closing bracket."""
        found = _NAME.match(self.page, at + 1)
        name = found.group() if found else ""
        attributes: dict[str, str] = {}
        begin = at + 1 + len(name)
        end = self._attributes(begin, len(self.page), attributes) if self.careful else -1
        if end < 0:
            self.careful = False
            attributes, end = {}, self.page.index(">", at)
            self._attributes(begin, end, attributes)
        return Token("start", name.lower(), attributes), end + 1

    def _attributes(self, position: int, stop: int, attributes: dict[str, str]) -> int:
        """Fill in the attributes that stand before a place and return where the tag closes, -1 when it never does."""
        page = self.page
        while found := _ATTRIBUTE.match(page, position, stop):
            value, position = self._value(found.end(), stop) if found.group(2) else ("", found.end())
            attributes.setdefault(found.group(1).lower(), plain(value))
        return page.find(">", position, stop) if self.last[">"] >= position else -1

    def _value(self, position: int, stop: int) -> tuple[str, int]:
        """Return the value that begins at a place, and the place behind it."""
        page, sign = self.page, self.page[position : position + 1]
        if sign in ('"', "'") and position < self.last[sign]:
            close = page.find(sign, position + 1, stop)
            if close >= 0:
                return page[position + 1 : close], close + 1
        bare = _BARE_VALUE.match(page, position, stop)
        return (bare.group(), bare.end()) if bare else ("", position)
