"""How officials write dates, lists, names of forms and places; settings with their defaults."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from sishui_eco.model.place import Place, column_letters
from sishui_eco.spec.campaign import Campaign
from sishui_eco.zh import load_table, word


def say(key: str, **parameters: object) -> str:
    """Return a sentence of zh/letters.toml, filled in."""
    return word(key, "letters", **parameters)


def table(key: str) -> Any:
    """Return a list or sub-table of zh/letters.toml."""
    return load_table("letters")[key]


def setting(name: str, campaign: Campaign) -> str:
    """Return a setting of the sheet 任务 by our name for it, "" when it is not there."""
    return campaign.parameter(say(f"parameters.{name}"))


def number_setting(name: str, campaign: Campaign) -> int:
    """Return a whole number of the settings, its default when absent or no number."""
    text = setting(name, campaign)
    return int(text) if text.isdecimal() else int(table("defaults")[name])


def names_of_list(text: str) -> tuple[str, ...]:
    """Return the parts of a list as the settings write them."""
    for separator in load_table("settings")["separators"]:
        text = text.replace(separator, "\n")
    return tuple(part.strip() for part in text.split("\n") if part.strip())


def default(name: str) -> str:
    return str(table("defaults")[name])


def subject_of(campaign: Campaign) -> str:
    """Return what is collected, as titles name it: the setting, or the task's name without its last word."""
    given = setting("subject", campaign)
    if given:
        return given
    for ending in table("subject_endings"):
        if campaign.name.endswith(ending) and campaign.name != ending:
            return campaign.name.removesuffix(ending)
    return campaign.name


def basis_of(campaign: Campaign) -> str:
    """Return the document that letters rest on, in the words of an opening."""
    key = "basis.notice" if campaign.notice_number else "basis.notice_unnumbered"
    return say(key, title=campaign.notice_title, number=campaign.notice_number)


# --- dates and numbers -------------------------------------------------------------------------------


def full_date(day: date) -> str:
    return say("yes_date", year=day.year, month=day.month, day=day.day)


def short_date(day: date) -> str:
    return say("short_date", month=day.month, day=day.day)


def full_moment(moment: datetime) -> str:
    return full_date(moment.date()) + clock(moment.time())


def again_moment(day: date, campaign: Campaign) -> str:
    """Return the end of a new deadline: the day with the clock of the campaign's own deadline."""
    return full_date(day) + clock(campaign.deadline.time())


def clock(moment: time) -> str:
    """Return 17时30分, 17时, or nothing for midnight."""
    if moment.hour == 0 and moment.minute == 0:
        return ""
    return say("clock_minute" if moment.minute else "clock_hour", hour=moment.hour, minute=moment.minute)


def numeral(number: int) -> str:
    """Return the Chinese numeral of 1..99."""
    digits = str(table("numerals"))
    tens, ones = divmod(number, 10)
    head = digits[9] if tens == 1 else (digits[tens - 1] + digits[9] if tens else "")
    return head + (digits[ones - 1] if ones else "")


# --- names of forms and places -------------------------------------------------------------------------


def form_label(key: str, campaign: Campaign) -> str:
    form = campaign.form_by_key.get(key)
    return form.label if form else key


def form_name(key: str, campaign: Campaign) -> str:
    form = campaign.form_by_key.get(key)
    return say("owed.form", label=form.label, title=form.title) if form else key


def form_title(key: str, campaign: Campaign) -> str:
    form = campaign.form_by_key.get(key)
    return form.title if form else key


def labels(keys: Iterable[str], campaign: Campaign) -> str:
    return str(table("joint")).join(form_label(key, campaign) for key in keys)


def cells_text(places: Sequence[Place]) -> str:
    """Return the cells of the first place's sheet in words: H7、H9–H12; whole rows by their number."""
    if not places:
        return say("whole")
    first = places[0]
    here = [item for item in places if (item.file, item.member, item.sheet) == (first.file, first.member, first.sheet)]
    texts = [say("row", row=row) for row in sorted({place.row for place in here if place.row and not place.column})]
    cells = sorted({(place.column, place.row) for place in here if place.row and place.column})
    for column, rows in _runs(cells):
        name = column_letters(column)
        end = f"{say('range')}{name}{rows[-1]}" if len(rows) > 1 else ""
        texts.append(f"{name}{rows[0]}{end}")
    shown = table("body")["places_shown"]
    text = str(table("joint")).join(texts[:shown])
    if len(texts) > shown:
        return say("body.cells_more", cells=text, count=len(texts))
    return (say("body.cells", cells=text) if cells else text) or say("whole")


def _runs(cells: Sequence[tuple[int, int]]) -> list[tuple[int, list[int]]]:
    runs: list[tuple[int, list[int]]] = []
    for column, row in cells:
        if runs and runs[-1][0] == column and runs[-1][1][-1] == row - 1:
            runs[-1][1].append(row)
        else:
            runs.append((column, [row]))
    return runs


# --- widths --------------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def width(text: str, latin: float = 0.5) -> float:
    """Return the width of a text in characters: a Han is 1, a digit or a Latin letter one half."""
    return sum(1.0 if unicodedata.east_asian_width(char) in "WFA" else latin for char in text)


@lru_cache(maxsize=4096)
def lines_of(text: str, across: float, first: float = 0.0) -> int:
    """Return how many lines a text takes that starts `first` characters in.

    Latin words and numbers are not broken, closing marks do not begin a line, opening ones do not end it.
    """
    lines, used = 1, first
    for piece in _PIECES.findall(text) if text else ():
        size = width(piece, _LATIN)
        if used + size > across + _TOLERANCE and used > 0:
            lines += 1
            used = 0.0
        whole = int(size // across)
        lines += whole
        used += size - whole * across
    return lines


_TOLERANCE = 0.05
_LATIN = 0.62  # of a Han: the widest digits of the fonts that stand in for the body's
_OPEN, _CLOSE = (re.escape(say(key)) for key in ("opener", "closer"))
_PIECES = re.compile(f"[{_OPEN}]*(?:[!-~]+|[^{_OPEN}])[{_CLOSE}]*|[{_OPEN}]+", re.DOTALL)
