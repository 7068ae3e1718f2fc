"""Numbers, percentages and amounts of money, always in the field's own measure."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

from sishui_eco.model.grid import Cell, CellKind
from sishui_eco.model.remembered import remembered
from sishui_eco.understanding.values.measures import conversion_factor, is_measure, normalise_measure
from sishui_eco.understanding.values.numerals import as_written, canonical, times, without_noise
from sishui_eco.understanding.values.quantities import Quantity, Unread, read_quantity
from sishui_eco.understanding.values.result import Interpretation, Remark, refused, remark
from sishui_eco.understanding.values.words import section
from sishui_eco.understanding.values.years import interpret_years
from sishui_eco.zh import word

_LITERAL = re.compile(r'"([^"]*)"|\\(.)')
_TOO_LONG = Decimal(10) ** 15


def _small_scales() -> frozenset[str]:
    """Return the words of size that say nothing of money by themselves."""
    scales: dict[str, int] = section("numerals")["scales"]
    return frozenset(key for key, size in scales.items() if size < 10000)


def interpret_number(
    cell: Cell, kind: str, field_measure: str, heading_measure: str, years: tuple[int, ...]
) -> Interpretation:
    """Return the number a cell states, in the field's measure.

    Measure:  a measure in the cell counts first, then that of the heading, then that of the field.
    Findings: N201 to N216.
    """
    measure = normalise_measure(field_measure)
    if kind == "money":
        measure = measure or str(section("measures")["money_default"])
    elif kind == "percent":
        measure = str(section("measures")["percent"])
    heading = normalise_measure(heading_measure)
    if cell.kind is CellKind.DATE:
        return refused(kind, "N212")
    if cell.kind is CellKind.NUMBER and cell.number is not None:
        return _stored_number(cell, cell.number, kind, measure, heading)
    return _written_number(cell.text, kind, measure, heading, years)


def _stored_number(cell: Cell, stored: Decimal, kind: str, measure: str, heading: str) -> Interpretation:
    number = without_noise(stored)
    if abs(number) >= _TOO_LONG:
        return refused(kind, "N213")
    scaled, percentage, own = _told_by_format(cell.number_format)
    if scaled:
        return refused(kind, "N216", format=cell.number_format)
    if percentage:
        percent = str(section("measures")["percent"])
        if measure == percent and Decimal(10) <= abs(number) <= 100:
            return refused(kind, "N207", expected=canonical(number))
        return _settle(Quantity(amount=number * 100, measure=percent), kind, measure, "")
    return _settle(Quantity(amount=number, measure=own), kind, measure, heading)


@remembered
def _told_by_format(number_format: str) -> tuple[bool, bool, str]:
    """Return whether a format shows a number scaled, whether as a percentage, and the measure it writes behind it."""
    shown = number_format.split(";")[0]
    literal = "".join(part for found in _LITERAL.findall(shown) for part in found)
    plain = _LITERAL.sub("", shown)
    scaled = re.search(r"[0#?],+(?![0#?,])", plain) is not None or "!." in plain
    return scaled, "%" in plain, normalise_measure(literal) if is_measure(literal) else ""


def _written_number(text: str, kind: str, measure: str, heading: str, years: tuple[int, ...]) -> Interpretation:
    by_year = interpret_years(text, ())
    if by_year:
        ((year, part), *more) = by_year.items()
        if more:
            return refused(kind, "N211")
        if years and year not in years:
            return refused(kind, "N215", year=str(year))
        text = part
    quantity = read_quantity(text)
    if isinstance(quantity, Unread):
        meant = _settle(quantity.meant, kind, measure, heading) if quantity.meant else None
        if meant is not None and not meant.value:
            return meant
        return refused(kind, quantity.code, expected=meant.value if meant else "")
    if kind == "money" and quantity.scale in _small_scales() and not quantity.measure:
        return refused(kind, "N201")  # three thousand of what?
    if (
        not quantity.scale
        and abs(quantity.amount) >= _TOO_LONG
        and quantity.amount == quantity.amount.to_integral_value()
    ):
        return refused(kind, "N213")
    return _settle(quantity, kind, measure, heading)


def _unscaled(measure: str, scale: str) -> str:
    """Return the measure a number with its own word of size is in: 1200 ten-thousands are not ten-thousands of it."""
    if not scale:
        return measure
    word_of_size = next((item for item in section("measures")["scale_words"] if measure.startswith(item)), "")
    return measure[len(word_of_size) :] or measure


def _settle(quantity: Quantity, kind: str, measure: str, heading: str) -> Interpretation:
    """Return a quantity in the field's measure, with what had to be done for it."""
    target = measure or quantity.measure or heading
    own = quantity.measure or _unscaled(heading or target, quantity.scale)
    spelt = normalise_measure(quantity.scale + own) if quantity.scale else own
    amount: Decimal | None = as_written(quantity.amount)
    factor = Fraction(1)
    if own != target:
        found = conversion_factor(own, target)
        amount, factor = (times(quantity.amount, found), found) if found is not None else (None, factor)
    if amount is None:
        return refused(kind, "N208", found=own, measure=target)
    value = canonical(amount)
    remarks: list[Remark] = []
    note = ""
    if own != target and spelt != target and factor != 1:
        note = word("notes.converted", "values", found=spelt, value=value, measure=target)
        if not (quantity.measure or quantity.scale) or kind != "money":
            remarks.append(remark("N209", expected=value, found=spelt, measure=target))
    elif not measure and quantity.measure:
        note = word("notes.measured", "values", measure=own)
    if quantity.bound:
        remarks.append(remark("N205", expected=value))
    elif quantity.approximate:
        remarks.append(remark("N204", expected=value))
    if target == section("measures")["percent"] and not quantity.measure and 0 < abs(amount) <= 1:
        remarks.append(remark("N206", expected=canonical(amount * 100)))
    return Interpretation(
        value=value,
        kind=kind,
        approximate=quantity.approximate or quantity.bound,
        note=note,
        remarks=tuple(remarks),
    )
