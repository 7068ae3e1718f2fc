"""A text that states one quantity: amount, measure, and how sure the writer was."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

from msgspec import Struct, structs

from sishui_eco.understanding.values.measures import is_measure, measure_spellings, normalise_measure
from sishui_eco.understanding.values.numerals import chinese_number, numeral_signs
from sishui_eco.understanding.values.words import folded, pattern, section, words

NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+|\.\d+|\d+)(?:e[+-]?\d{1,3}(?!\d))?"
_DIGIT_GAP = re.compile(r"(?<=[\d.,])[ \t\n]+(?=[\d.,])")
_GROUPS = re.compile(r"(?<![\d.,])\d{1,3}(?: \d{3})+(?![\d,])")
_LONGEST, _LONGEST_WRITTEN = 80, 1000  # more is prose, without blanks and with them
_BLANKS = re.compile(r"\s+")
_NUMBERS = re.compile(r"\d+(?:\.\d+)?")


class Quantity(Struct, frozen=True, kw_only=True, gc=False):
    """One amount as written, in its own `measure` (canonical, "" when none is attached).

    `scale` is the word of size the number ends with; it is already multiplied into `amount`.
    """

    amount: Decimal
    measure: str = ""
    scale: str = ""
    approximate: bool = False
    bound: bool = False


class Unread(Struct, frozen=True, kw_only=True, gc=False):
    """Why a text is no single quantity: the code of a finding, and what was probably `meant`."""

    code: str
    meant: Quantity | None = None


def read_quantity(text: str) -> Quantity | Unread:
    """Return the one quantity a text states, or why there is none."""
    line = folded(text)
    if len(line) > _LONGEST_WRITTEN:
        line = _BLANKS.sub(" ", line)
    line = _joined(line) if len(line) <= _LONGEST_WRITTEN else line
    if len(line) > _LONGEST:
        return Unread(code="N210" if len(_NUMBERS.findall(line)) > 1 else "N201")
    if line.startswith(words("numbers", "comparators")):
        return Unread(code="N203")
    line, estimated = _without_comment(line)
    line, approximate, bound = _without_lead(line)
    if line.startswith(words("numbers", "comparators")):
        return Unread(code="N203")
    if _is_range(line):
        return Unread(code="N202")
    quantity = _amount_and_measure(line)
    if quantity is None:
        return _why_unread(line)
    soft = quantity.approximate or approximate or estimated
    return structs.replace(quantity, approximate=soft, bound=bound or quantity.bound)


def _joined(line: str) -> str:
    """Return the text without blanks, but with a mark where a blank parts two numbers."""
    line = _GROUPS.sub(lambda found: found.group().replace(" ", ""), line.strip())
    line = _DIGIT_GAP.sub("|", line)
    line = _measure_signs().sub(lambda found: normalise_measure(found.group()), _BLANKS.sub("", line).strip("'"))
    for spoken, meant in section("numbers")["fillers"].items():
        line = line.replace(spoken, meant)
    return line


@cache
def _measure_signs() -> re.Pattern[str]:
    """Return a pattern of the measures that are spelt with a digit: m3, km2."""
    spelt = [item for item in measure_spellings() if re.search(r"\d", item)]
    forms = "|".join(re.escape(item) for item in sorted(spelt, key=lambda item: (-len(item), item)))
    return re.compile(rf"(?<![a-z])(?:{forms})(?![\d.])")


def _without_comment(line: str) -> tuple[str, bool]:
    """Return the text without a closing bracket that holds no number, and whether it says `estimated`."""
    found = re.fullmatch(r"(.+)\(([^()\d]*)\)", line)
    if not found:
        return line, False
    comment = found.group(2)
    if is_measure(comment):
        return found.group(1) + comment, False
    return found.group(1), any(item in comment for item in words("numbers", "estimate_comments"))


def _without_lead(line: str) -> tuple[str, bool, bool]:
    """Return the text without the words before the number: labels, `about`, `more than`."""
    approximate = bound = False
    while True:
        for name in ("bound_before", "approximate_before", "labels"):
            lead = next((item for item in words("numbers", name) if line.startswith(item) and line != item), "")
            if lead:
                line = line[len(lead) :]
                bound, approximate = bound or name == "bound_before", approximate or name == "approximate_before"
                break
        else:
            return line, approximate, bound


def _is_range(line: str) -> bool:
    return _range().fullmatch(line) is not None


@cache
def _range() -> re.Pattern[str]:
    signs = "".join(re.escape(sign) for sign in section("numbers")["range_signs"])
    joint = f"(?:[{signs}]|{pattern('numbers', 'range_words')})"
    return re.compile(rf"[+-]?{NUMBER}[^\d.,;|:~-]{{0,8}}{joint}-?{NUMBER}\D{{0,10}}")


@cache
def _scales() -> str:
    return "|".join(sorted(section("numerals")["scales"], key=lambda item: (-len(item), item)))


@cache
def _shapes() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the form of a quantity, first with as much as possible read as number, then with as little.

    The second is for measures that begin like a number: percentage points begin with a hundred. Groups
    are atomic: these texts come from strangers, and no text may make the matching slow.
    """
    numeral, scale = f"[{numeral_signs()}]", f"(?:{_scales()})"
    about, late = pattern("numbers", "approximate_after"), pattern("numbers", "bound_after")
    lead = "|".join(re.escape(key) for key in section("numbers")["percent_before"])
    start = rf"(?P<sign>[+-]?)(?P<lead>{lead})?(?=[\d.]|{numeral})"
    one = f"(?:(?>{NUMBER})|{numeral}++)"
    steps = rf"(?P<parts>(?>(?:{one}{scale}[{section('numerals')['zeros']}]?)*{one}?))"
    rest = r"(?P<measure>[^\d\s,;:|()]*?)"
    tail = rf"(?P<tail>{about})?(?P<bound>{late})?(?P<end>{pattern('numbers', 'endings')})?"
    return (
        re.compile(rf"{start}{steps}(?P<about>{about})?(?P<late>{scale})?(?!{numeral}){rest}{tail}"),
        re.compile(rf"{start}(?P<parts>(?>{NUMBER})|{numeral}+?)(?P<about>{about})?(?P<late>\b\B)?{rest}{tail}"),
    )


def _amount_and_measure(line: str) -> Quantity | None:
    """Return the quantity of a text that is nothing but one, else None."""
    for shape in _shapes():
        found = shape.fullmatch(line)
        quantity = _quantity(found) if found else None
        if quantity is not None:
            return quantity
    return None


def _quantity(found: re.Match[str]) -> Quantity | None:
    written = found["parts"] + (found["late"] or "")
    amount = _split(written, None)
    measure = found["measure"]
    if found["end"] and found["end"].startswith(str(section("numbers")["ending_yuan"])):
        measure += str(section("measures")["money"])
    if found["lead"]:
        measure = measure or str(section("numbers")["percent_before"][found["lead"]])
    if amount is None or (found["lead"] and found["measure"]) or (measure and not _may_be_measure(measure)):
        return None
    scale = _last_scale(written)
    return Quantity(
        amount=-amount if found["sign"] == "-" else amount,
        measure=normalise_measure(measure) if measure else "",
        scale=scale,
        approximate=bool(found["about"] or found["tail"]),
        bound=bool(found["bound"]),
    )


def _last_scale(written: str) -> str:
    """Return the word of size a number ends with; behind a Chinese numeral only the large ones stand for themselves."""
    behind_digit, large = _last_scales()
    found = behind_digit.search(written) or large.search(written)
    return found.group() if found else ""


@cache
def _last_scales() -> tuple[re.Pattern[str], re.Pattern[str]]:
    return re.compile(rf"(?<=[\d.])(?:{_scales()})$"), re.compile(rf"(?:{pattern('numerals', 'large')})$")


@cache
def _steps() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Return what finds the number a step begins with, a word of size, and zeros before the next number."""
    head, zeros = rf"{NUMBER}|[{numeral_signs()}]+", section("numerals")["zeros"]
    return re.compile(head), re.compile(_scales()), re.compile(rf"^[{zeros}](?=\d)")


def _may_be_measure(text: str) -> bool:
    """Tell whether the rest behind a number can be a measure at all; a sentence or more number cannot."""
    if is_measure(text):
        return True
    if set(text) <= set(section("numbers")["lookalikes"]):
        return False
    numeral = re.search(rf"[{numeral_signs()}]|{_scales()}", text)
    return not numeral and len(text) <= 6 and re.fullmatch(r"[^\W\d_]+(?:/[^\W\d_]+)?", text) is not None


def _split(text: str, ceiling: Decimal | None) -> Decimal | None:
    """Return the sum of a number written in steps, largest first; None when it is not sure.

    `ceiling` is the size of the step before: what follows must be smaller than one of it.
    """
    a_head, a_scale, zeros = _steps()
    head = a_head.match(text)
    if not head:
        return None
    scales: dict[str, int] = section("numerals")["scales"]
    chinese = head.group()[0] in numeral_signs()
    number = chinese_number(head.group()) if chinese else Decimal(head.group().replace(",", ""))
    scale = a_scale.match(text[head.end() :])
    rest = text[head.end() + (scale.end() if scale else 0) :]
    rest = zeros.sub("", rest)
    if number is None or (rest and not scale):
        return None
    size = Decimal(scales[scale.group()]) if scale else Decimal(1)
    total = number * size
    if ceiling is not None:
        colloquial = not scale and total < ceiling / 10 and head.group()[0] not in section("numerals")["zeros"]
        if total >= ceiling or colloquial:
            return None  # three hundred million and five: five what?
    tail = _split(rest, size) if rest else Decimal(0)
    return None if tail is None else total + tail


def _why_unread(line: str) -> Unread:
    """Return the best reason why a text is no quantity, with a suggestion where there is an obvious one."""
    if len(_NUMBERS.findall(line)) == 0:
        return Unread(code="N201")
    mended = "".join("." if sign in section("numbers")["own_decimal_marks"] else sign for sign in line)
    lookalikes: dict[str, str] = section("numbers")["lookalikes"]
    candidates = (
        mended,
        "".join(lookalikes.get(sign, sign) for sign in line),
        line.replace(",", "."),
        line.strip("()"),
    )
    for candidate in candidates:
        quantity = _amount_and_measure(candidate) if candidate != line else None
        if quantity is not None and len(_NUMBERS.findall(candidate)) == 1:
            return Unread(code="N214", meant=quantity)
    if len(_NUMBERS.findall(line)) > 1:
        return Unread(code="N210")
    return Unread(code="N201")
