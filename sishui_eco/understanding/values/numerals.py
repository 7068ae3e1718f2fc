"""Chinese numerals, and decimals in canonical form."""

from __future__ import annotations

from decimal import Context, Decimal
from fractions import Fraction
from functools import cache

from sishui_eco.understanding.values.words import section

_WRITTEN = Context(prec=60)
_SIGNIFICANT = Context(prec=15)  # what a spreadsheet keeps; the rest of a stored double is noise


def canonical(amount: Decimal) -> str:
    """Return a decimal without exponent and without trailing zeros; minus zero is 0."""
    if not amount:
        return "0"
    text = format(amount, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def without_noise(amount: Decimal) -> Decimal:
    """Return a stored spreadsheet number rounded to the 15 digits a spreadsheet means."""
    return _SIGNIFICANT.plus(amount)


def times(amount: Decimal, factor: Fraction) -> Decimal | None:
    """Return the exact product, None when it is no finite decimal."""
    product = Fraction(amount) * factor
    rest, twos, fives = product.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        return None
    places = max(twos, fives)
    return Decimal(product.numerator * (10**places // product.denominator)).scaleb(-places, _WRITTEN)


def as_written(amount: Decimal) -> Decimal:
    """Return a number as `times` returns it once: to as many digits as any number is told with."""
    return _WRITTEN.plus(amount)


@cache
def numeral_signs() -> str:
    """Return every character a Chinese numeral below ten thousand may hold."""
    table = section("numerals")
    return "".join(table["digits"]) + "".join(table["small"]) + str(table["point"])


def chinese_number(text: str) -> Decimal | None:
    """Return the number a Chinese numeral below ten thousand writes; None when it is colloquial or none."""
    table = section("numerals")
    whole, point, decimals = text.partition(table["point"])
    digits: dict[str, int] = table["digits"]
    if point and (not decimals or any(sign not in digits for sign in decimals)):
        return None
    total = _whole(whole, digits, table["small"], table["zeros"])
    if total is None or not point:
        return None if total is None else Decimal(total)
    return Decimal(f"{total}." + "".join(str(digits[sign]) for sign in decimals))


def _whole(text: str, digits: dict[str, int], small: dict[str, int], zeros: str) -> int | None:
    if not text:
        return None
    if all(sign in digits for sign in text):
        return int("".join(str(digits[sign]) for sign in text))
    total, digit, last, zero = 0, None, 10000, False
    for sign in text:
        if sign in small:
            size = small[sign]
            if size >= last or (digit is None and (size != 10 or total)):
                return None
            total, digit, last, zero = total + (1 if digit is None else digit) * size, None, size, False
        elif digit is not None:
            return None
        elif sign in zeros:
            zero = True
        else:
            digit = digits.get(sign)
            if digit is None:
                return None
    if digit is not None and last > 10 and not zero:
        return None  # a hundred and two, or a hundred and twenty? spoken form, not to be guessed
    return total + (digit or 0)
