"""One point in time as written, with its precision."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from sishui_eco.understanding.values.numerals import chinese_number
from sishui_eco.understanding.values.words import folded, pattern, section

_SERIAL_EPOCH = date(1899, 12, 30)
_LONGEST = 200  # more is prose, and no date
_BLANKS = re.compile(r"\s+")
_SERIALS = range(36526, 55154)  # the years 2000 to 2050


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A point in time: the months it may mean (`first` to `last`), and the day when one is told.

    `precision` is year, half, month or day; `vague` says that a word such as `end of` was read.
    """

    year: int
    first: int = 1
    last: int = 12
    day: int = 0
    precision: str = "year"
    vague: bool = False
    short: bool = False  # the year was written with two digits

    @property
    def iso(self) -> str:
        """The date to its own precision: 2023, 2023-12 or 2023-07-25."""
        if self.day:
            return f"{self.year:04d}-{self.last:02d}-{self.day:02d}"
        if self.precision == "year":
            return f"{self.year:04d}"
        return f"{self.year:04d}-{self.last:02d}"


class ImpossibleDate(ValueError):
    """A text has the form of a date, but there is no such day or month."""


@cache
def _shapes() -> tuple[re.Pattern[str], ...]:
    year, month, day = (f"(?:{pattern('dates', name)})" for name in ("year", "month", "day"))
    ends = "|".join(pattern("dates", name) for name in ("year_start", "year_middle", "year_end"))
    parts = f"(?:{pattern('dates', 'month_parts')})?"
    half = f"(?P<first>{pattern('dates', 'first_half')})|(?P<second>{pattern('dates', 'second_half')})"
    numbers = "".join(section("dates")["quarter_numbers"])
    quarter = rf"(?:{section('dates')['ordinal']})?(?P<quarter>[{numbers}])(?:{pattern('dates', 'quarter')})"
    y = r"(?P<y>(?:19|20)\d\d)"
    short = rf"(?P<s>\d\d){year}"
    named = f"(?:{y}{year}|{short})"
    return tuple(
        re.compile(shape)
        for shape in (
            rf"(?:{y}{year}?|{short})(?P<end>{ends})?",
            rf"{named}(?:{half}|{quarter})(?:{ends})?",
            rf"{named}(?P<m>\d{{1,2}})(?:{month}{parts}(?:(?P<d>\d{{1,2}})(?:{day})?)?)?",
            r"(?P<y>(?:19|20)\d\d)[./](?P<m>\d{1,2})(?:[./](?P<d>\d{1,2}))?(?:" + month + r")?" + f"(?:{day})?",
            r"(?P<y>(?:19|20)\d\d)-(?P<m>\d{1,2})(?:-(?P<d>\d{1,2}))?(?:" + month + r")?",
            r"(?P<y>(?:19|20)\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>\d\d)?",
            r"(?P<s>\d\d)[./](?P<m>\d{1,2})[./](?P<d>\d{1,2})",
        )
    )


def read_moment(text: str) -> Moment | None:
    """Return the one point in time a prepared text states; None when it states none.

    Raises: ImpossibleDate for a thirteenth month or a 30th of February.
    """
    for shape in _shapes():
        found = shape.fullmatch(text)
        if found:
            return _moment(found.groupdict())
    return None


def _moment(parts: dict[str, str | None]) -> Moment:
    short = parts.get("y") is None
    year = int(parts.get("y") or "20" + (parts.get("s") or ""))
    if parts.get("first") or parts.get("second"):
        return Moment(
            year=year,
            first=1 if parts["first"] else 7,
            last=6 if parts["first"] else 12,
            precision="half",
            vague=True,
            short=short,
        )
    if parts.get("quarter"):
        number = int(section("dates")["quarter_numbers"][parts["quarter"]])
        return Moment(year=year, first=number * 3 - 2, last=number * 3, precision="half", vague=True, short=short)
    if parts.get("end"):
        month = _month_of(str(parts["end"]))
        return Moment(year=year, first=month, last=month, precision="month", vague=True, short=short)
    if not parts.get("m"):
        return Moment(year=year, short=short)
    month, day = int(str(parts["m"])), int(parts.get("d") or 0)
    if not 1 <= month <= 12 or (parts.get("d") and not _exists(year, month, day)):
        raise ImpossibleDate
    return Moment(year=year, first=month, last=month, day=day, precision="day" if day else "month", short=short)


def _month_of(word: str) -> int:
    if word in section("dates")["year_start"]:
        return 1
    return 6 if word in section("dates")["year_middle"] else 12


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def from_serial(text: str) -> date | None:
    """Return the day a bare spreadsheet date number means, None when it is out of the years in question."""
    found = re.fullmatch(r"(\d{5})(?:\.\d+)?", text)
    if not found or int(found[1]) not in _SERIALS:
        return None
    return _SERIAL_EPOCH + timedelta(days=int(found[1]))


def prepare(text: str, gap: str = "") -> str:
    """Return a text ready to be read as a date: folded, `gap` for blanks, Chinese numerals as digits; "" for prose."""
    if len(text) > _LONGEST:
        text = _BLANKS.sub(" ", text).strip()
        if len(text) > _LONGEST:
            return ""
    line = re.sub(r"(?<=\d)\s+(?=\d)", "|", folded(text).strip())
    return _digits(re.sub(r"\s+", gap, line))


def _digits(line: str) -> str:
    digits: dict[str, int] = section("numerals")["digits"]
    year = pattern("dates", "year")
    line = re.sub(rf"[{''.join(digits)}]{{4}}|[{''.join(digits)}]{{2,3}}(?=(?:{year}))", _one_by_one, line)
    units = "|".join(pattern("dates", name) for name in ("month", "day"))
    tens = "".join(sign for sign, size in section("numerals")["small"].items() if size == 10)
    return re.sub(rf"[{''.join(digits)}{tens}]{{1,3}}(?=(?:{units}))", _small, line)


def _one_by_one(found: re.Match[str]) -> str:
    return "".join(str(section("numerals")["digits"][sign]) for sign in found.group())


def _small(found: re.Match[str]) -> str:
    number = chinese_number(found.group())
    return found.group() if number is None else str(number)
