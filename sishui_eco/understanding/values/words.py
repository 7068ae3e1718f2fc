"""The word lists of `zh/values.toml`, and texts made comparable."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Any

from sishui_eco.model.remembered import LETTERS, remembered
from sishui_eco.zh import load_table

_INVISIBLE = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
)
_ODD = re.compile(f"{_INVISIBLE.pattern}|\r|_x000")  # has anything to be stripped, or likely
_SPACES = re.compile(r"\s+")
_CARRIAGE = re.compile(r"(?:_x000[dD]_|\r)+\n?")


def section(name: str) -> dict[str, Any]:
    """Return one section of the value words."""
    table: dict[str, Any] = load_table("values")[name]
    return table


@cache
def words(part: str, name: str) -> tuple[str, ...]:
    """Return a word list made comparable, longest first, so that a longer word is tried before its part."""
    keys = {key_text(item) or item for item in section(part)[name]}
    return tuple(sorted(keys, key=lambda item: (-len(item), item)))


@cache
def pattern(part: str, name: str) -> str:
    """Return a regular expression alternative of a word list, longest first."""
    return "|".join(re.escape(item) for item in words(part, name))


@cache
def _signs() -> dict[int, str | None]:
    keys = section("keys")
    table: dict[int, str | None] = {}
    for name, sign in (("dashes", "-"), ("tildes", "~"), ("colons", ":"), ("slashes", "/"), ("dots", "·")):
        table |= {ord(character): sign for character in keys[name]}
    table |= {ord(character): "(" for character in keys["opening"]}
    table |= {ord(character): ")" for character in keys["closing"]}
    return table


@cache
def _quotes() -> dict[int, None]:
    return {ord(character): None for character in section("keys")["quotes"]}


def strip_invisible(text: str) -> str:
    """Return the text without zero-width and control characters, with plain line ends."""
    return _stripped(text) if _ODD.search(text) else text


@remembered
def _stripped(text: str) -> str:
    return _INVISIBLE.sub("", _CARRIAGE.sub("\n", text))


def clean_text(text: str) -> str:
    """Return the text as a person reads it: nothing invisible, no blanks around it; else verbatim."""
    return strip_invisible(text).strip()


def folded(text: str) -> str:
    """Return a copy for parsing: NFKC, signs made one, lower case, blanks kept."""
    return text if LETTERS.fullmatch(text) else _folded(text)


@remembered
def _folded(text: str) -> str:
    plain = strip_invisible(text).translate(_signs())
    return strip_invisible(unicodedata.normalize("NFKC", plain)).translate(_signs()).lower()


def key_text(text: str) -> str:
    """Return a copy for matching only: NFKC, no blanks, quotes or zero-width signs, one dash, bracket and colon."""
    return text if LETTERS.fullmatch(text) else _key_text(text)


@remembered
def _key_text(text: str) -> str:
    return unicodedata.normalize("NFKC", _SPACES.sub("", folded(text).translate(_quotes())))
