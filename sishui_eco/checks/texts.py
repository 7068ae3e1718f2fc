"""How texts are made alike before they are compared, and the words they are compared with."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache
from typing import Any

from sishui_eco.model.remembered import LETTERS, remembered
from sishui_eco.zh import load_table

_SPACE = re.compile(r"[\s\u200b-\u200f\ufeff\u2060]+")
_MARKS = re.compile(r"[\W_]+")
_BRACKETED = re.compile(r"[(（【\[〔][^()（）【】\[\]〔〕]*[)）】\]〕]")
FIGURE = re.compile(r"[\d.,%\-]*", re.ASCII)  # plain as it is; such texts are many, and no two files have the same
NUMBER = r"-?\d+(?:\.\d+)?"


@cache
def targets() -> dict[str, Any]:
    """Return zh/targets.toml."""
    return load_table("targets")


@cache
def words() -> dict[str, Any]:
    """Return zh/checks.toml."""
    return load_table("checks")


def plain(text: str) -> str:
    """Return a text for comparison: NFKC, no spaces, one sign for each comparator and for minus."""
    return text if LETTERS.fullmatch(text) else _plain(text)


@remembered
def _plain(text: str) -> str:
    text = _SPACE.sub("", unicodedata.normalize("NFKC", text))
    comparators, minus, any_sign = _signs()
    if not any_sign.search(text):
        return text
    for spelling, sign in comparators:
        text = text.replace(spelling, sign)
    return text.translate(minus)


@cache
def _signs() -> tuple[tuple[tuple[str, str], ...], dict[int, str], re.Pattern[str]]:
    """Return (spelling, sign) of comparators, longest first, the table of minus signs, and what finds any of them."""
    signs = targets()["signs"]
    comparators = tuple(
        (spelling, sign)
        for name, sign in (("at_least", "\u2265"), ("at_most", "\u2264"))
        for spelling in sorted(signs[name], key=len, reverse=True)
    )
    any_sign = re.compile("[" + re.escape("".join(spelling for spelling, _ in comparators) + signs["minus"]) + "]")
    return comparators, {ord(mark): "-" for mark in signs["minus"]}, any_sign


def bare(text: str) -> str:
    """Return only letters, digits and Han of a text, in lower case."""
    return text if LETTERS.fullmatch(text) else _bare(text)


@remembered
def _bare(text: str) -> str:
    return _MARKS.sub("", plain(text)).lower()


def without_brackets(text: str) -> str:
    """Return a text without what stands in brackets."""
    return _BRACKETED.sub("", text)


def any_of(options: Iterable[str]) -> str:
    """Return a regular expression for any of these words, longest first."""
    return _any_of(tuple(options))


@lru_cache(maxsize=256)
def _any_of(options: tuple[str, ...]) -> str:
    return "(?:" + "|".join(re.escape(item) for item in _longest_first(options)) + ")"


@lru_cache(maxsize=256)
def _longest_first(options: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(options, key=lambda word: (-len(word), word)))


def first_word(text: str, options: Iterable[str]) -> str:
    """Return the longest of these words that stands in a text, "" when none does."""
    for item in _longest_first(tuple(options)):
        if item in text:
            return item
    return ""


def without_words(text: str, options: Iterable[str]) -> str:
    """Return a text from which these words are taken out, the longest first."""
    for item in _longest_first(tuple(options)):
        text = text.replace(item, "")
    return text


def to_decimal(text: str) -> Decimal | None:
    """Return a finite number written plainly, None for anything else."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def show(number: Decimal) -> str:
    """Return a number without trailing zeros and never in exponent form."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def shorten(text: str, longest: int) -> str:
    """Return a text cut to a length, marked when it was cut."""
    return text if len(text) <= longest else text[: longest - 1] + str(targets()["basis"]["over_short"])


@remembered
def measure_key(text: str) -> str:
    """Return one spelling for every way to write a unit of measurement; "" for none."""
    table = targets()["measures"]
    key = plain(text).lower()
    if key in table["none"]:
        return ""
    for group in table["alias"]:
        if key in group:
            return str(group[0])
    return key


@remembered
def is_meaningful(text: str) -> bool:
    """Whether a text says something: six characters at least, and none of the empty phrases."""
    table = words()["perfunctory"]
    rest = bare(text)
    if rest in table["whole"]:
        return False
    return len(without_words(rest, table["parts"])) >= int(table["shortest"])
