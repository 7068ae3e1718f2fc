"""Several years told in one cell: prose such as `year: value; year: value`."""

from __future__ import annotations

import re
from functools import cache

from sishui_eco.understanding.values.words import folded, pattern, section, strip_invisible

_LONGEST = 4000
_A_YEAR = re.compile(r"(?:19|20)\d\d")
_NARROW = {0xFF01 + offset: 0x21 + offset for offset in range(94)} | {0x3000: 0x20}


@cache
def _year_token() -> re.Pattern[str]:
    year = pattern("dates", "year")
    return re.compile(rf"(?<![\d.])((?:19|20)\d\d)\s*(?:(?:{year})\s*[:：]?|[:：])")


@cache
def _lead() -> re.Pattern[str]:
    return re.compile(rf"(?:[:：\s]*(?:{pattern('years', 'value_words')}))?[:：\s]*")


def interpret_years(text: str, years: tuple[int, ...]) -> dict[int, str] | None:
    """Return the part of the text that belongs to each year, None when the text is not told by years.

    The parts are as written (full-width signs made narrow), without the year and the marks around them.
    `years` are those asked for: one of them at least must be told; an empty tuple asks for none in particular.
    """
    plain = strip_invisible(text).translate(_NARROW).strip()
    if len(plain) > _LONGEST or not _A_YEAR.search(plain):
        return None
    told = _spread(plain) or _year_first(plain) or _year_last(plain)
    if not told or (years and not set(years) & set(told)):
        return None
    return dict(sorted(told.items()))


def _marks() -> str:
    return str(section("years")["marks"]) + " \n\t"


def _year_first(text: str) -> dict[int, str] | None:
    """Return the parts of `year: value; year: value`."""
    found = list(_year_token().finditer(text))
    if not found or text[: found[0].start()].strip(_marks()):
        return None
    ends = [item.start() for item in found[1:]] + [len(text)]
    told: dict[int, str] = {}
    for item, end in zip(found, ends, strict=True):
        rest = text[item.end() : end]
        lead = _lead().match(rest)
        part = rest[lead.end() if lead else 0 :].strip(_marks())
        marked = item.group().rstrip().endswith((":", "："))
        if int(item.group(1)) in told or not part or not (marked or _starts_as_value(rest, part)):
            return None
        told[int(item.group(1))] = part
    return told


def _starts_as_value(rest: str, part: str) -> bool:
    """Tell whether what follows a bare year is a value: a number, or a word such as `was` before something."""
    lead = f"{pattern('numbers', 'comparators')}|{pattern('numbers', 'approximate_before')}|[-+]"
    return re.match(rf"(?:{lead})?\.?\d", folded(part)) is not None or not rest.lstrip().startswith(part[:1])


def _year_last(text: str) -> dict[int, str] | None:
    """Return the parts of `value (year); value (year)`."""
    year = pattern("dates", "year")
    shape = re.compile(rf"([^()（）]++)[(（]\s*((?:19|20)\d\d)\s*(?:{year})?\s*[)）]")
    told: dict[int, str] = {}
    position = 0
    while found := shape.match(text, position):
        part = found.group(1).strip().strip(_marks())
        if not part or int(found.group(2)) in told:
            return None
        told[int(found.group(2))] = part
        position = found.end()
    return told if told and not text[position:].strip(_marks() + ".。") else None


def _spread(text: str) -> dict[int, str] | None:
    """Return the same part for every year of `years A to B were all value`."""
    year, every = pattern("dates", "year"), pattern("years", "every_words")
    joint = r"\s*(?:[-~—－～–]+|" + pattern("dates", "range_words") + r")\s*"
    joints = re.escape("".join(section("dates")["list_marks"])) + "，"
    several = re.fullmatch(rf"((?:(?:19|20)\d\d(?:{year})?[{joints}]?\s*)+)(?:{every})\s*[:：]?(.+)", text, re.S)
    if several:
        named = [int(item) for item in re.findall(r"(?:19|20)\d\d", several.group(1))]
        return {item: several.group(2).strip(_marks()) for item in named} if len(named) > 1 else None
    span = re.fullmatch(
        rf"((?:19|20)\d\d)(?:{year})?{joint}((?:19|20)\d\d)(?:{year})?\s*(?:{every})\s*[:：]?(.+)", text, re.S
    )
    if span and int(span.group(1)) < int(span.group(2)) < int(span.group(1)) + 10:
        part = span.group(3).strip(_marks())
        return {item: part for item in range(int(span.group(1)), int(span.group(2)) + 1)}
    return None
