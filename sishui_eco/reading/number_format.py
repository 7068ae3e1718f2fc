"""What a person sees of a number under a number format of Excel or WPS."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

from sishui_eco.reading.dates import Moment, date_tokens, show_date, tokens_are_date
from sishui_eco.zh import load_table

_WIDE = Context(prec=700, rounding=ROUND_HALF_UP)
_GENERAL_DIGITS = 11
_TOKEN = re.compile(
    r'"([^"]*)"?|[\\!](.)|_(.)|\*(.)|\[([^\]]*)\]|(general)|([0#?.,]+)|(E[+-])|(AM/PM|A/P)|(%)|(@)|(.)',
    re.IGNORECASE | re.DOTALL,
)
_QUICK = re.compile(r"(#,##)?0(?:\.(0+))?(%)?(?:_.)*(?:;|$)")
_CONDITION = re.compile(r"^(<=|>=|<>|<|>|=)\s*(-?[0-9.]+)$")


@dataclass(frozen=True, slots=True)
class Section:
    """One of the up to four sections of a format, split into (kind, text) pieces."""

    pieces: tuple[tuple[str, str], ...]
    condition: tuple[str, Decimal] | None = None
    elapsed: bool = False


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """A compiled format; `is_date` says that its numbers are moments."""

    code: str
    sections: tuple[Section, ...]
    is_date: bool
    is_general: bool
    has_clock: bool = False
    has_calendar: bool = False
    elapsed: bool = False
    quick: tuple[Decimal, str, str] | None = None  # quantum, format spec, suffix of the first section


@lru_cache(maxsize=4096)
def builtin_format(number: int) -> str:
    """Return the format text of a built-in number as Chinese Excel shows it, General when unknown."""
    return str(load_table("reading")["builtin_formats"].get(str(number), "General"))


@lru_cache(maxsize=4096)
def compile_format(code: str) -> NumberFormat:
    """Return a format ready for use; a format that makes no sense shows numbers as General does."""
    if code in ("", "General", "GENERAL", "general", "@") or len(code) > 1024:
        return NumberFormat(code, (), False, True)
    sections = tuple(_section(text) for text in _split(code)[:4])
    tokens = date_tokens(sections[0].pieces)
    is_date = tokens_are_date(sections[0].pieces)
    general = sections[0].pieces == (("general", ""),) and len(sections) == 1
    return NumberFormat(
        code,
        sections,
        is_date,
        general,
        has_clock=is_date and any(token[0] in "hsA" for token in tokens),
        has_calendar=is_date and any(token[0] in "ydaeM" for token in tokens),
        elapsed=sections[0].elapsed,
        quick=_quick(code),
    )


def _quick(code: str) -> tuple[Decimal, str, str] | None:
    """Return how to show numbers above zero for the commonest formats (0.00, #,##0_ , 0.0%)."""
    found = _QUICK.match(code)
    if not found or "[<" in code or "[>" in code or "[=" in code:
        return None
    comma, decimals, percent = found.groups()
    return Decimal(1).scaleb(-len(decimals or "")), ",f" if comma else "f", percent or ""


def _split(code: str) -> list[str]:
    parts, start, position = [], 0, 0
    while position < len(code):
        character = code[position]
        if character in "\\!_*":
            position += 1
        elif character == '"':
            end = code.find('"', position + 1)
            position = end if end > 0 else len(code)
        elif character == "[":
            end = code.find("]", position)
            position = end if end > 0 else position
        elif character == ";":
            parts.append(code[start:position])
            start = position + 1
        position += 1
    parts.append(code[start:])
    return parts


def _section(text: str) -> Section:
    pieces: list[tuple[str, str]] = []
    condition, elapsed = None, False
    for match in _TOKEN.finditer(text):
        quoted, escaped, space, fill, bracket, general, digits, exponent, half, percent, at, other = match.groups()
        if bracket is not None:
            found = _CONDITION.match(bracket.strip())
            if found and found.group(2).count(".") < 2 and found.group(2).strip("-."):
                condition = (found.group(1), Decimal(found.group(2)))
            elif bracket.lower().strip("hms") == "" and bracket:
                pieces.append(("elapsed", bracket.lower()))
                elapsed = True
            elif bracket.startswith("$"):
                pieces.append(("literal", bracket[1:].split("-")[0]))
        elif space is not None or fill is not None:
            pieces.append(("literal", " " if space is not None else ""))
        elif quoted is not None or escaped is not None:
            pieces.append(("literal", quoted if quoted is not None else escaped))
        elif general:
            pieces.append(("general", ""))
        else:
            kinds = (("digits", digits), ("exponent", exponent), ("half", half), ("percent", percent), ("text", at))
            pieces.append(next(((kind, value) for kind, value in kinds if value), ("letter", other)))
    return Section(tuple(pieces), condition, elapsed)


def show_general(number: Decimal) -> str:
    """Return a number as a General cell shows it: eleven significant digits, whole numbers whole.

    Excel itself turns whole numbers of twelve digits and more into 1.2E+11; here they stay whole up
    to fifteen digits, because what is quoted to a unit must be recognisable.
    """
    if number == 0:
        return "0"
    exponent = number.adjusted()
    if exponent >= 15 or exponent < -9:
        mantissa = number.scaleb(-exponent, _WIDE)
        digits = _trim(str(_WIDE.quantize(mantissa, Decimal("0.00001"))))
        return f"{digits}E{'+' if exponent >= 0 else '-'}{abs(exponent):02d}"
    places = max(0, min(_GENERAL_DIGITS - 1 - max(exponent, 0), 9 if exponent >= 0 else 10))
    return _trim(format(_WIDE.quantize(number, Decimal(1).scaleb(-places)), "f"))


def _trim(text: str) -> str:
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def show_number(number: Decimal, shape: NumberFormat) -> str:
    """Return what a cell with this number and format shows, padding stripped."""
    if shape.is_general:
        return show_general(number)
    if shape.quick is not None and (number > 0 or len(shape.sections) < (2 if number else 3)):
        quantum, spec, suffix = shape.quick
        rounded = _WIDE.quantize(number.scaleb(2, _WIDE) if suffix else number, quantum)
        return format(rounded or abs(rounded), spec) + suffix  # never -0.00
    section, value = _choose(shape.sections, number)
    pieces = section.pieces
    if not pieces:
        return ""
    kinds = {kind for kind, _ in pieces}
    if "general" in kinds or "text" in kinds:
        shown = show_general(value)
        return "".join(shown if kind in ("general", "text") else text for kind, text in pieces).strip()
    if "digits" not in kinds or any(kind == "letter" and text == "/" for kind, text in pieces):
        fixed = "".join(text for kind, text in pieces if kind in ("literal", "letter", "percent"))
        return fixed.strip() if "digits" not in kinds else show_general(number)
    return _fill(pieces, value).strip()


def _choose(sections: tuple[Section, ...], number: Decimal) -> tuple[Section, Decimal]:
    if any(section.condition for section in sections):
        for section in sections:
            if section.condition is None or _holds(section.condition, number):
                return section, number
        return sections[-1], number
    if number > 0 or len(sections) == 1:
        return sections[0], number
    if number < 0:
        return sections[1], abs(number)
    return (sections[2] if len(sections) > 2 else sections[0]), number


def _holds(condition: tuple[str, Decimal], number: Decimal) -> bool:
    tests: dict[str, Callable[[Decimal], bool]] = {
        "<": number.__lt__,
        "<=": number.__le__,
        ">": number.__gt__,
        ">=": number.__ge__,
        "=": number.__eq__,
        "<>": number.__ne__,
    }
    return tests[condition[0]](condition[1])


def _fill(pieces: tuple[tuple[str, str], ...], number: Decimal) -> str:
    whole, decimals, commas, scale = _placeholders(pieces)
    percents = sum(kind == "percent" for kind, _ in pieces)
    value = abs(number).scaleb(2 * percents - 3 * scale, _WIDE)
    exponent = ""
    if any(kind == "exponent" for kind, _ in pieces):
        shift = value.adjusted() if value else 0
        shift -= shift % max(len(whole), 1) if len(whole) > 1 else 0
        value = value.scaleb(-shift, _WIDE)
        exponent = f"E{'-' if shift < 0 else '+'}{abs(shift):02d}"
    places = len(decimals)
    digits = format(_WIDE.quantize(value, Decimal(1).scaleb(-places)), "f")
    integer, _, fraction = digits.partition(".")
    integer = integer.lstrip("0").rjust(whole.count("0"), "0")
    if commas and integer:
        integer = f"{int(integer):0{len(integer)},}" if whole.count("0") < 2 else _grouped(integer)
    while fraction and decimals[len(fraction) - 1] != "0" and fraction[-1] == "0":
        fraction = fraction[:-1]
    point = "." if "." in "".join(text for kind, text in pieces if kind == "digits") else ""
    sign = "-" if number < 0 and digits.strip("0.") else ""
    return sign + _laid_out(pieces, integer, point + fraction if fraction or point else "", exponent)


def _grouped(integer: str) -> str:
    groups = []
    while integer:
        groups.append(integer[-3:])
        integer = integer[:-3]
    return ",".join(reversed(groups))


def _placeholders(pieces: tuple[tuple[str, str], ...]) -> tuple[str, str, bool, int]:
    before: list[str] = []
    for kind, text in pieces:
        if kind == "exponent":
            break
        if kind == "digits":
            before.append(text)
    pattern = "".join(before)
    whole, _, decimals = pattern.partition(".")
    scale = len(pattern) - len(pattern.rstrip(","))
    bare = whole.rstrip(",") if not decimals else whole
    return whole.replace(",", ""), decimals.replace(",", "").replace(".", ""), "," in bare, scale


def _laid_out(pieces: tuple[tuple[str, str], ...], integer: str, fraction: str, exponent: str) -> str:
    groups = [text.partition(".")[0].replace(",", "") for kind, text in pieces if kind == "digits"]
    split = _spread(integer, groups, pieces)
    out: list[str] = []
    index, placed, scientific = 0, False, False
    for kind, text in pieces:
        if kind == "digits" and not scientific:
            out.append(split[index])
            index += 1
            if "." in text or (not placed and index == len(groups)):
                out.append(fraction)
                placed, fraction = True, ""
        elif kind == "exponent":
            out.append(exponent)
            scientific = True
        elif kind in ("literal", "letter", "percent"):
            out.append(text)
    return "".join(out)


def _spread(integer: str, groups: list[str], pieces: tuple[tuple[str, str], ...]) -> list[str]:
    """Deal the integer digits to the digit groups from the right, as 000-0000 wants it."""
    last = next((i for i, (_, text) in enumerate(p for p in pieces if p[0] == "digits") if "." in text), None)
    if any(kind == "exponent" for kind, _ in pieces):
        last = 0
    end = (len(groups) if last is None else last + 1) - 1
    dealt = [""] * len(groups)
    for index in range(end, 0, -1):
        size = len(groups[index])
        dealt[index] = integer[-size:] if size else ""
        integer = integer[:-size] if size else integer
    dealt[0] = integer
    return dealt


def show_moment(moment: Moment, shape: NumberFormat) -> str:
    """Return what a cell with this moment and date format shows."""
    return show_date(moment, shape.sections[0].pieces)
