"""Dates, periods and years."""

from __future__ import annotations

import re
from datetime import date, datetime

from sishui_eco.model.grid import Cell, CellKind
from sishui_eco.understanding.values.moments import ImpossibleDate, Moment, from_serial, prepare, read_moment
from sishui_eco.understanding.values.numerals import canonical
from sishui_eco.understanding.values.periods import read_period
from sishui_eco.understanding.values.result import Interpretation, Remark, refused, remark
from sishui_eco.understanding.values.words import pattern, section, words
from sishui_eco.zh import word


def _day_of(cell: Cell) -> date | None:
    if isinstance(cell.moment, datetime):
        return cell.moment.date()
    return cell.moment if isinstance(cell.moment, date) else None


def interpret_date(cell: Cell) -> Interpretation:
    """Return an ISO date to the precision that was written: 2023-07-25, 2023-07 or 2023.

    Findings: N401, N402, N403, N409, N410, N412.
    """
    day = _day_of(cell)
    if day:
        return Interpretation(value=day.isoformat(), kind="date")
    if _ambiguous_month(cell):
        return refused("date", "N402")
    line = _stripped(prepare(_text_of(cell)))
    serial = from_serial(line)
    if serial:
        value = serial.isoformat()
        return Interpretation(
            value=value, kind="date", note=word("notes.serial", "values"), remarks=(remark("N403", value),)
        )
    try:
        moment = read_moment(line)
    except ImpossibleDate:
        return refused("date", "N409")
    if moment is None:
        several = len(re.findall(r"(?:19|20)\d\d", line)) > 1
        return refused("date", "N412" if several else "N401")
    return _told(moment)


def _told(moment: Moment) -> Interpretation:
    remarks: tuple[Remark, ...] = (remark("N410", moment.iso),) if moment.vague else ()
    if moment.short:
        remarks += (remark("N408", moment.iso),)
    note = word("notes.precise_to_year", "values") if moment.precision == "year" else ""
    return Interpretation(value=moment.iso, kind="date", approximate=moment.vague, note=note, remarks=remarks)


def _stripped(line: str) -> str:
    """Return the text without words such as `before`, `planned`, `finished by`, and without a remark in brackets."""
    line = re.sub(r"\([^()]*\)$", "", line).strip(".;,:|")
    line = re.sub(rf"^(?:{pattern('dates', 'noise')})+", "", line)
    line = re.sub(rf"(?:{pattern('dates', 'noise')})+$", "", line)
    line = re.sub(rf"(?:{pattern('dates', 'before')})$", "", line)
    return re.sub(r"t?\|?\d{1,2}:\d{2}(?::\d{2})?$", "", line)


def _text_of(cell: Cell) -> str:
    """Return what a cell shows, without the thousands mark a number format may have put into a year."""
    if cell.kind is CellKind.NUMBER and cell.number is not None and "," in cell.text:
        return canonical(cell.number)
    return cell.text


def _ambiguous_month(cell: Cell) -> bool:
    """Tell whether a number such as 2023.1 stands here: January, or October that lost its zero."""
    return cell.kind is CellKind.NUMBER and re.fullmatch(r"(?:19|20)\d\d\.1", cell.text.strip()) is not None


def interpret_period(cell: Cell) -> Interpretation:
    """Return months `2023-01/2025-12`; an open end stays empty: `2023-01/`.

    Findings: N401, N402, N405 to N410, N413.
    """
    day = _day_of(cell)
    if day:
        value = f"{day:%Y-%m}/{day:%Y-%m}"
        return Interpretation(value=value, kind="period", remarks=(remark("N407", value),))
    if _ambiguous_month(cell):
        return refused("period", "N402")
    return read_period(_text_of(cell))


def interpret_year(cell: Cell, years: tuple[int, ...]) -> Interpretation:
    """Return one year, or several in order joined by `;`. `years` are those that `every year` means.

    Findings: N411.
    """
    day = _day_of(cell)
    if day:
        return Interpretation(value=str(day.year), kind="year")
    found: tuple[int, ...] = ()
    for gap in ("", "|"):
        line = re.sub(r"\([^()]*\)$", "", prepare(_text_of(cell), gap))
        found = found or _every_year(line, years) or _year_list(line)
    if not found:
        return refused("year", "N411")
    return Interpretation(value=";".join(str(item) for item in sorted(set(found))), kind="year")


def _every_year(line: str, years: tuple[int, ...]) -> tuple[int, ...]:
    return years if line in words("dates", "every_year") else ()


def _year_list(line: str) -> tuple[int, ...]:
    """Return the years of a list or a span, nothing when anything else is said."""
    year, joint = pattern("dates", "year"), pattern("dates", "range_words")
    found: list[int] = []
    for part in re.split("[" + re.escape("".join(section("dates")["list_marks"])) + "|]", line):
        span = re.fullmatch(rf"((?:19|20)\d\d)(?:{year})?(?:[-~]+|{joint})((?:19|20)\d\d)(?:{year})?", part)
        single = re.fullmatch(rf"((?:19|20)\d\d)(?:{year})?(?:\.0)?", part)
        if span and int(span[1]) <= int(span[2]) <= int(span[1]) + 30:
            found.extend(range(int(span[1]), int(span[2]) + 1))
        elif single:
            found.append(int(single[1]))
        elif part:
            return ()
    return tuple(found)
