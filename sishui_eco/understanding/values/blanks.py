"""What kind of emptiness a cell states."""

from __future__ import annotations

import re
from functools import cache

from sishui_eco.model.remembered import LONGEST, remembered
from sishui_eco.model.submission import Blank
from sishui_eco.understanding.values.words import key_text, section, strip_invisible, words

_SPACES = re.compile(r"\s+")
_CLASSES = (
    ("none", Blank.NONE),
    ("not_applicable", Blank.NOT_APPLICABLE),
    ("same", Blank.SAME),
    ("pending", Blank.PENDING),
    ("elsewhere", Blank.ELSEWHERE),
)


@cache
def _markers() -> dict[str, Blank]:
    return {marker: blank for name, blank in _CLASSES for marker in words("blanks", name)}


@cache
def _starts() -> frozenset[str]:
    """Return every sign that a cell which states a blank may begin with, and every sign that is not read as it is."""
    signs = section("blanks")["signs"] + section("blanks")["unticked"] + "".join(section("keys").values())
    firsts = (item[0] for item in (*_markers(), *words("blanks", "elsewhere_prefixes")))
    return frozenset(signs) | frozenset(firsts)


def blank_class(text: str) -> Blank:
    """Return the class of a blank marker, FILLED for a real value; 0 is a value."""
    first = text[:1].lower()
    plain = "\u4e00" <= first <= "\u9fff" or "0" <= first <= "9" or "a" <= first <= "z"
    return Blank.FILLED if plain and first not in _starts() else _blank_class(text)


@remembered
def _blank_class(text: str) -> Blank:
    bare = strip_invisible(text).strip()
    if not bare:
        return Blank.EMPTY
    if len(bare) > LONGEST:
        bare = _SPACES.sub("", bare)
        if len(bare) > LONGEST:  # longer than any marker: nothing but signs, or a value
            signs = "".join(sorted(set(bare)))
            return (_sign_class(key_text(signs), signs) if len(signs) <= LONGEST else None) or Blank.FILLED
    key = key_text(bare)
    marker = _markers().get(key) or _markers().get(bare) or _markers().get(key.rstrip("。.;,"))
    if marker:
        return marker
    return _sign_class(key, bare) or _elsewhere(key) or Blank.FILLED


def _sign_class(key: str, bare: str) -> Blank | None:
    """Return the class of a cell that holds only signs: dashes and slashes, underlines, unticked boxes."""
    if not key:
        return Blank.SAME if set(bare) <= set(section("keys")["quotes"]) else None
    if set(key) <= set(section("blanks")["unticked"]) or set(key) == {"_"}:
        return Blank.EMPTY
    if set(key) <= set(section("blanks")["signs"]):
        return Blank.NOT_APPLICABLE
    return None


def _elsewhere(key: str) -> Blank | None:
    prefixes = words("blanks", "elsewhere_prefixes")
    if len(key) <= int(section("blanks")["elsewhere_longest"]) and key.startswith(prefixes):
        return Blank.ELSEWHERE
    return None
