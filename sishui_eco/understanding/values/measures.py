"""Measures: their spellings, what a heading says of them, and exact conversion."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cache

from sishui_eco.model.remembered import remembered
from sishui_eco.understanding.values.words import key_text, section, strip_invisible, words

_LONGEST = 200  # more is no heading
_BRACKET = re.compile(r"[(\[（【〔［]([^()（）\[\]【】〔〕［］]*)[)\]）】〕］]\s*$")


@cache
def measure_spellings() -> dict[str, str]:
    """Return every spelling of a measure with its canonical one."""
    table = {key_text(item): item for item in section("measures")["known"]}
    for canonical, others in section("measures")["alias"].items():
        table |= {key_text(other): canonical for other in others}
        table[key_text(canonical)] = canonical
    return table


@remembered
def normalise_measure(text: str) -> str:
    """Return the canonical spelling of a measure; "" for none at all, the bare text when it is unknown."""
    key = key_text(text)
    if key in {key_text(item) for item in section("measures")["none"]}:
        return ""
    known = measure_spellings().get(key)
    if known is not None:
        return known
    if "/" in key:
        return "/".join(_spell_part(part) for part in key.split("/"))
    return _spell_part(key)


def _spell_part(key: str) -> str:
    """Return one side of a measure spelt canonically, also behind a word of size (10 000 times km2)."""
    if key in measure_spellings():
        return measure_spellings()[key]
    for word in section("measures")["scale_words"]:
        if key.startswith(word) and key[len(word) :] in measure_spellings():
            return str(word) + measure_spellings()[key[len(word) :]]
    return key


def is_measure(text: str) -> bool:
    """Tell whether a text is surely a measure: known, a word of size before a known one, or a quotient of such."""
    key = key_text(text)
    if not key or key in {key_text(item) for item in section("measures")["none"]}:
        return False
    return all(_is_known(part) for part in key.split("/"))


def _is_known(part: str) -> bool:
    if part in measure_spellings():
        return True
    scales = section("measures")["scale_words"]
    return any(part.startswith(word) and part[len(word) :] in measure_spellings() for word in scales)


def heading_measure(text: str) -> tuple[str, str]:
    """Return a heading without its measure, and the measure; a bracket that is no measure stays where it is."""
    heading = strip_invisible(text).strip()
    if len(heading) > _LONGEST:
        return heading, ""
    found = _BRACKET.search(heading)
    if found:
        measure = _bare_measure(found.group(1))
        base = heading[: found.start()].strip()
        return (base, normalise_measure(measure)) if measure and base else (heading, "")
    return _trailing_measure(heading)


def _bare_measure(text: str) -> str:
    """Return the measure a bracket states, with or without the word for `measure` before it; "" when none."""
    key = key_text(text)
    for word in words("measures", "words"):
        key = key.removeprefix(word).lstrip(":")
    return key if is_measure(key) else ""


@cache
def money_measures() -> frozenset[str]:
    """Return the measures of money: the only ones of one sign that people write behind a slash in a heading."""
    return frozenset(key_text(item) for item in section("measures")["money_in_headings"])


def _trailing_measure(heading: str) -> tuple[str, str]:
    """Return heading and measure where the measure stands after a sign or a blank, or is a percent sign."""
    for sign in ("%", "％", "‰"):
        if heading.endswith(sign) and len(heading) > 1:
            return heading[:-1].rstrip("：:/／ \n"), normalise_measure(sign)
    slashed = re.match(r"(.+?)\s*[/／]\s*([^/／\s]+)$", heading, re.DOTALL)
    if slashed and _bare_measure(slashed[2]) in money_measures():
        return slashed[1].strip(), normalise_measure(slashed[2])
    parts = re.split(r"[：:/／\s]+", heading, maxsplit=1)
    while len(parts) == 2:
        measure = _bare_measure(parts[1])
        if measure and len(measure) > 1 and parts[0]:
            return parts[0], normalise_measure(measure)
        rest = re.split(r"[：:/／\s]+", parts[1], maxsplit=1)
        if len(rest) < 2:
            break
        parts = [heading[: len(heading) - len(rest[1])].rstrip("：:/／ \n"), rest[1]]
    return heading, ""


@remembered
def decompose(measure: str) -> tuple[Fraction, str]:
    """Return factor and base of a canonical measure: 10 000 and the base for ten thousand of it."""
    head, slash, rest = measure.partition("/")
    factor = Fraction(1)
    base, again = head, True
    while again:
        again = False
        for source, numerator, denominator, target in section("measures")["conversions"]:
            if base == source:
                factor, base, again = factor * Fraction(numerator, denominator), target, True
        for word, size in section("measures")["scale_words"].items():
            if base.startswith(word) and len(base) > len(word):
                factor, base, again = factor * size, base[len(word) :], True
    return factor, base + slash + rest


def conversion_factor(source: str, target: str) -> Fraction | None:
    """Return the factor from one canonical measure to another; None when they measure different things."""
    source_factor, source_base = decompose(source)
    target_factor, target_base = decompose(target)
    if source_base == target_base:
        return source_factor / target_factor
    counters = section("measures")["counters"]
    if source in counters and target in counters:
        return Fraction(1)
    return None
