"""Serial numbers to moments, and moments to what a date format shows."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache

from sishui_eco.zh import load_table

Moment = date | datetime | time
Pieces = tuple[tuple[str, str], ...]
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DATE_LETTERS = "ymdhsae"
_LAST_SERIAL = 2_958_465  # 9999-12-31


def tokens_are_date(pieces: Pieces) -> bool:
    """Say whether the pieces of a format show a date or a time of day."""
    kinds = {kind for kind, _ in pieces}
    if "elapsed" in kinds or "half" in kinds:
        return True
    if kinds & {"general", "text", "exponent", "percent"}:
        return False
    letters = {text.lower() for kind, text in pieces if kind == "letter"}
    return bool(letters & set("ymdhs")) or letters == {"e"} or (bool(letters & {"a"}) and letters <= {"a"})


@lru_cache(maxsize=1024)
def date_tokens(pieces: Pieces) -> tuple[str, ...]:
    """Return the pieces as runs: yyyy, m (month), n (minute), hh, A (half of day), "'" plus literal.

    An m next to hours or seconds is a minute, as Excel has it; it is returned as n. Months come as M.
    """
    runs: list[str] = []
    for kind, text in pieces:
        letter = text.lower() if kind == "letter" else ""
        if letter and letter in _DATE_LETTERS:
            if runs and runs[-1][0] == letter:
                runs[-1] += letter
            else:
                runs.append(letter)
        elif kind == "elapsed":
            runs.append("[" + text)
        elif kind == "half":
            runs.append("A" + text)
        elif kind == "digits":
            runs.append("." + text if text.strip("0.") == "" else "'" + text)
        else:
            runs.append("'" + text)
    return tuple(_minutes(_halves(runs)))


def _halves(runs: list[str]) -> list[str]:
    halves = load_table("reading")["halves"]
    words = f"{halves['morning']}/{halves['afternoon']}"
    out: list[str] = []
    for run in runs:
        out.append(run)
        tail = out[-len(words) :]
        if all(item[0] == "'" for item in tail) and "".join(item[1:] for item in tail) == words:
            out[-len(words) :] = ["AZH"]
    return out


def _minutes(runs: list[str]) -> list[str]:
    marks = [index for index, run in enumerate(runs) if run[0] in "ymdhs["]
    for position, index in enumerate(marks):
        if runs[index][0] != "m":
            continue
        before = runs[marks[position - 1]] if position else ""
        after = runs[marks[position + 1]] if position + 1 < len(marks) else ""
        if before[:1] == "h" or before[:2] == "[h" or after[:1] == "s":
            runs[index] = "n" * len(runs[index])
        else:
            runs[index] = "M" * len(runs[index])
    return runs


def moment_of(serial: Decimal, date1904: bool, has_calendar: bool, has_clock: bool) -> Moment | None:
    """Return the moment a serial number means, None when it is none (negative, too large, day 0 or 60).

    Source: Excel counts a 29 February 1900 that never was; serials below 60 are one day off.
    """
    if serial < 0 or serial > _LAST_SERIAL:
        return None
    if serial < 1 and not date1904:
        return _clock(serial) if has_clock else None
    days = int(serial)
    if date1904:
        start = datetime(1904, 1, 1)
    elif days == 60:
        return None
    else:
        start = datetime(1899, 12, 30) if days > 60 else datetime(1899, 12, 31)
    try:
        whole = start + timedelta(days=days) + timedelta(milliseconds=_milliseconds(serial - days))
    except OverflowError:
        return None
    if serial == days and not (has_clock and has_calendar):
        return whole.date()
    return whole


def _milliseconds(part: Decimal) -> int:
    exact = part * 86_400_000
    seconds = round(float(exact) / 1000)
    return seconds * 1000 if abs(exact - seconds * 1000) < 2 else round(float(exact))


def _clock(serial: Decimal) -> time | None:
    milliseconds = _milliseconds(serial)
    if milliseconds >= 86_400_000:
        return None
    seconds, milliseconds = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return time(hours, minutes, seconds, milliseconds * 1000)


def show_date(moment: Moment, pieces: Pieces) -> str:
    """Return a moment as the pieces of a date format show it."""
    runs = date_tokens(pieces)
    if isinstance(moment, time):
        whole = datetime(1900, 1, 1, moment.hour, moment.minute, moment.second, moment.microsecond)
    elif isinstance(moment, datetime):
        whole = moment
    else:
        whole = datetime(moment.year, moment.month, moment.day)
    half = any(run[0] == "A" for run in runs)
    return "".join(_run(run, whole, half) for run in runs).strip()


def _run(run: str, moment: datetime, half: bool) -> str:
    size, kind = len(run), run[0]
    if kind == "'":
        return run[1:]
    if kind in "ye":
        return f"{moment.year % 100:02d}" if kind == "y" and size < 3 else str(moment.year)
    if kind in "Md" and size > 2:
        name = _MONTHS[moment.month - 1] if kind == "M" else _DAYS[moment.weekday()]
        return name if size == 4 else name[:1] if size > 4 else name[:3]
    if kind == "a":
        return str(load_table("reading")["weekdays"]["long" if size > 3 else "short"][moment.weekday()])
    if kind == "A":
        return _half(run, moment.hour >= 12)
    if kind == ".":
        return f"{moment.microsecond / 1_000_000:.{max(size - 2, 0)}f}"[1:] if size > 2 else run[1:]
    return _digits(run, moment, half)


def _digits(run: str, moment: datetime, half: bool) -> str:
    kind = run[1] if run[0] == "[" else run[0]
    size = len(run) - (run[0] == "[")
    hour = (moment.hour % 12 or 12) if half else moment.hour
    if run[0] == "[" and kind == "m":
        kind = "n"
    value = {"M": moment.month, "m": moment.month, "d": moment.day, "h": hour, "n": moment.minute, "s": moment.second}
    return f"{value[kind]:0{min(size, 2)}d}"


def _half(run: str, afternoon: bool) -> str:
    if run == "AZH":
        return str(load_table("reading")["halves"]["afternoon" if afternoon else "morning"])
    names = run[1:].split("/")
    return names[1] if afternoon else names[0]
