"""From when to when: two points in time, in every way people write them."""

from __future__ import annotations

import re

from sishui_eco.understanding.values.moments import ImpossibleDate, Moment, prepare, read_moment
from sishui_eco.understanding.values.result import Interpretation, Remark, refused, remark
from sishui_eco.understanding.values.words import pattern, section, words
from sishui_eco.zh import word

_LISTING = (",", ";", "、", "|")


def read_period(text: str) -> Interpretation:
    """Return the months a text spans, or the one remark that says why it is not told.

    A blank or a line end parts two points in time only when the text makes no sense without it.
    """
    result = _read(prepare(text))
    again = result if result.value else _read(prepare(text, gap="|"))
    return again if again.value else result


def _read(prepared: str) -> Interpretation:
    if prepared in words("dates", "vague") or _is_duration(prepared):
        return refused("period", "N405")
    line = _stripped(prepared)
    plan = _plan(line)
    if plan:
        return plan
    if line in words("dates", "vague") or _is_duration(line):
        return refused("period", "N405")
    try:
        return _spans(line)
    except ImpossibleDate:
        return refused("period", "N409")


def _stripped(line: str) -> str:
    """Return the text without words such as `planned` and `finished`; `begun,` is the sign between two points."""
    line = re.sub(r"\([^()\d]*\)|\([^()]*\)$", "", line).strip(".;,:|、")
    line = re.sub(rf"[,;、|]?(?:{pattern('dates', 'end_labels')}):", "~", line)
    line = re.sub(rf"(?:{pattern('dates', 'start_labels')}):", "", line)
    line = re.sub(rf"(?:{pattern('dates', 'start_words')})[,;、|]+", "~", line)
    return re.sub(rf"(?:{pattern('dates', 'noise')}):?", "", line).strip(".;,:|、") or line


def _plan(line: str) -> Interpretation | None:
    bare = re.sub("[" + re.escape(section("keys")["quotes"]) + "]", "", line)
    for name, (first, last) in section("dates")["plans"].items():
        if bare == name:
            note = word("notes.plan", "values", plan=name)
            return Interpretation(value=f"{first}-01/{last}-12", kind="period", note=note)
    return None


def _is_duration(line: str) -> bool:
    half = section("numerals")["half"]
    numbers = "".join(section("numerals")["digits"]) + "".join(section("numerals")["small"])
    return re.fullmatch(
        rf"[\d.{numbers}{half}]+(?:{pattern('dates', 'duration_units')})", line
    ) is not None and not re.match(r"(?:19|20)\d\d", line)


def _spans(line: str) -> Interpretation:
    readings = sorted({_period(start, end): (start, end) for start, end in _pairs(line)}.items())
    single = read_moment(line)
    if single is not None and not readings:
        return _single(single)
    if len(readings) == 1 and single is None:
        ((value, (start, end)),) = readings
        return _told(value, start, end)
    listed = _listed(line)
    if listed is not None:
        return listed
    open_ended = _open(line)
    if open_ended is not None:
        return open_ended
    if any(_impossible(part) for part in re.split(rf"[-~,;、/|]|{pattern('dates', 'range_words')}", line)):
        raise ImpossibleDate
    return refused("period", "N413" if readings or len(re.findall(r"(?:19|20)\d\d", line)) > 1 else "N401")


def _pairs(line: str) -> list[tuple[Moment, Moment]]:
    """Return every way to read a text as start, sign, end."""
    joint = rf"(?:[-~]+|{pattern('dates', 'range_words')}|[,;、/|])"
    found: list[tuple[Moment, Moment]] = []
    for sign in re.finditer(joint, line):
        start, end = _quiet(line[: sign.start()]), line[sign.end() :]
        if start is not None:
            finish = _ending(end, start, sign.group())
            if finish is not None and not (sign.group() in _LISTING and "year" in (start.precision, finish.precision)):
                found.append((start, finish))
    return found


def _quiet(text: str) -> Moment | None:
    """Return a moment, None when there is none or no such day."""
    try:
        return read_moment(text.strip(":,"))
    except ImpossibleDate:
        return None


def _impossible(text: str) -> bool:
    try:
        read_moment(text)
    except ImpossibleDate:
        return True
    return False


def _ending(text: str, start: Moment, sign: str) -> Moment | None:
    """Return the end of a period; a year may be short or left out where it cannot be mistaken."""
    text = re.sub(rf"(?:{pattern('dates', 'before')})$", "", text.strip(":,"))
    whole = _quiet(text)
    if whole is not None:
        return whole
    if sign in _LISTING or sign == "/":
        return None
    short = re.fullmatch(rf"(\d\d)(?:{pattern('dates', 'year')})?", text)
    if short and start.precision == "year" and int(short[1]) > 12:
        return Moment(year=start.year // 100 * 100 + int(short[1]), short=True)
    if start.precision in ("month", "day") and re.match(rf"\d{{1,2}}(?:{pattern('dates', 'month')})", text):
        return _quiet(f"{start.year}{words('dates', 'year')[-1]}{text}")
    return None


def _period(start: Moment, end: Moment) -> str:
    return f"{start.year:04d}-{start.first:02d}/{end.year:04d}-{end.last:02d}"


def _told(value: str, start: Moment, end: Moment) -> Interpretation:
    remarks: tuple[Remark, ...] = ()
    if start.short or end.short:
        remarks += (remark("N408", value),)
    return Interpretation(value=value, kind="period", approximate=start.vague or end.vague, remarks=remarks)


def _single(moment: Moment) -> Interpretation:
    value = _period(moment, moment)
    remarks: tuple[Remark, ...] = ()
    if moment.precision in ("month", "day"):
        remarks += (remark("N407", value),)
    if moment.short:
        remarks += (remark("N408", value),)
    return Interpretation(value=value, kind="period", approximate=moment.vague, remarks=remarks)


def _listed(line: str) -> Interpretation | None:
    """Return the span of years told one by one, when none between is left out."""
    parts = [part for part in re.split("[" + re.escape("".join(section("dates")["list_marks"])) + "]", line) if part]
    found = [re.fullmatch(rf"((?:19|20)\d\d)(?:{pattern('dates', 'year')})?", part) for part in parts]
    years = [int(item[1]) for item in found if item]
    if len(years) < 2 or len(years) != len(parts):
        return None
    if years != list(range(years[0], years[0] + len(years))):
        return refused("period", "N413")
    return Interpretation(value=f"{years[0]}-01/{years[-1]}-12", kind="period")


def _open(line: str) -> Interpretation | None:
    """Return a period with one end only."""
    joint = rf"(?:[-~]+|{pattern('dates', 'range_words')})?"
    until = re.fullmatch(rf"(.+?){joint}(?:{pattern('dates', 'until_now')}|[-~/]+|{pattern('dates', 'vague')})", line)
    start = _quiet(until[1]) if until else None
    if start is not None:
        value = f"{start.year:04d}-{start.first:02d}/"
        return Interpretation(value=value, kind="period", remarks=(remark("N406", value),))
    before = re.fullmatch(rf"(?:[-~/]+|{pattern('dates', 'range_words')})?(.+?)(?:{pattern('dates', 'before')})?", line)
    end = _quiet(before[1]) if before and before[1] != line else None
    if end is not None:
        value = f"/{end.year:04d}-{end.last:02d}"
        return Interpretation(value=value, kind="period", remarks=(remark("N406", value),))
    return None
