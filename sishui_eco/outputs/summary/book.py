"""One workbook in the making: sheets in tab order, the cells put on them, and where rows landed."""

from __future__ import annotations

import io
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

import msgspec
import xlsxwriter

from sishui_eco.outputs.styles import Formats, writable
from sishui_eco.outputs.summary.links import SheetLinks, internal
from sishui_eco.outputs.summary.longtexts import FIRST_LINE, LongText, parts_of
from sishui_eco.outputs.summary.splice import Region, SheetParts, spliced
from sishui_eco.outputs.summary.strings import SharedStrings
from sishui_eco.spec.campaign import Campaign
from sishui_eco.zh import word

MONEY_DECIMALS = 2
ANCHOR_COLUMNS = {"annex2": 6, "annex3": 2, "annex4": 2}  # where a link lands: a column that is never merged
EXACT_DIGITS = 15  # what a double holds; longer numbers stay text


def words(key: str, **parameters: object) -> str:
    """Return a word of zh/summary.toml, filled in."""
    found = _plain_word(key)
    return found.format_map(parameters) if parameters else found


@cache
def _plain_word(key: str) -> str:
    return word(key, "summary")


class Entry(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What one cell shows. With `formula`, `number` (or `text`) is the value cached beside it.

    A struct, because a dataclass takes ten times as long to make and a province has ten million cells.
    """

    text: str = ""
    number: Decimal | int | None = None
    formula: str = ""
    align: str = "left"
    tone: str = ""
    number_format: str = ""
    link: str = ""  # `internal:'sheet'!A5` or `external:` and the way to a file

    @property
    def shown(self) -> str:
        """The text as it will be seen, near enough to measure widths with."""
        if self.number is None:
            return self.text
        pattern = self.number_format.partition(";")[0]
        decimals = len(pattern.partition(".")[2])
        return f"{self.number:,.{decimals}f}" if "," in pattern else f"{self.number:.{decimals}f}"


NOTHING = Entry()  # what an empty cell shows, made once


def text(value: str, *, align: str = "left", tone: str = "", link: str = "") -> Entry:
    if not value and align == "left" and not tone and not link:
        return NOTHING
    return Entry(text=value, align=align, tone=tone, link=link)


def centred(value: str, *, tone: str = "", link: str = "") -> Entry:
    return Entry(text=value, align="center", tone=tone, link=link)


def count(value: int | Decimal, *, tone: str = "", link: str = "", formula: str = "") -> Entry:
    """Return a whole number, centred."""
    return Entry(number=value, align="center", tone=tone, link=link, formula=formula, number_format="0")


def figure(value: Decimal, *, link: str = "") -> Entry:
    """Return a number with as many decimals as were given; text when a double cannot hold it."""
    if len(value.as_tuple().digits) > EXACT_DIGITS or not value.is_finite():
        return Entry(text=format(value, "f"), align="center", link=link)
    return Entry(number=value, align="center", number_format=decimals_format(decimals_of(value)), link=link)


def money(value: Decimal, decimals: int, *, formula: str = "", link: str = "", dash: bool = False) -> Entry:
    """Return an amount in 万元, right-aligned with thousands separated; `dash` shows 0 as a dash.

    The value stays exact; at most two decimals are shown.
    """
    return Entry(number=value, align="right", number_format=_money_format(decimals, dash), formula=formula, link=link)


@cache
def _money_format(decimals: int, dash: bool) -> str:
    pattern = "#,##" + decimals_format(min(decimals, MONEY_DECIMALS))
    return f'{pattern};-{pattern};"{words("punctuation.nothing")}"' if dash else pattern


def decimals_of(value: Decimal) -> int:
    """Return how many decimals a finite number carries, at most eight."""
    exponent = value.as_tuple().exponent
    return min(max(-exponent, 0), 8) if isinstance(exponent, int) else 0


def decimals_format(decimals: int) -> str:
    return "0." + "0" * decimals if decimals else "0"


def stamp(value: datetime | None) -> str:
    """Return a moment for a narrow column, date above time; empty when unknown."""
    return f"{value:%Y-%m-%d\n%H:%M}" if value else ""


@dataclass(slots=True)
class Book:
    """The workbook, its formats and the rows things landed on. Lives inside one call only.

    `anchors` maps (sheet key, thing) to the 0-based row the thing stands on; `landed` form -> the rows that
    its merged rows stand on, by position; `sources` form -> the row of its first one on the sheet of sources.
    `mask` rewrites every text in the public copy. `inbox_link` is the relative way from the workbook to the
    inbox folder. `regions` are the printed rows of each sheet.
    """

    campaign: Campaign
    as_of: datetime
    keys: tuple[str, ...]
    mask: Callable[[str], str] = str
    inbox_link: str = ""
    product: str = "summary"
    buffer: io.BytesIO = field(default_factory=io.BytesIO)
    workbook: Any = None
    formats: Formats = field(init=False)
    sheets: dict[str, Any] = field(default_factory=dict)
    anchors: dict[tuple[str, object], int] = field(default_factory=dict)
    sources: dict[str, int] = field(default_factory=dict)
    landed: dict[str, array[int]] = field(default_factory=dict)
    strings: SharedStrings = field(default_factory=SharedStrings)
    links: dict[str, SheetLinks] = field(default_factory=dict)
    regions: dict[str, list[Region]] = field(default_factory=dict)
    long_texts: list[LongText] = field(default_factory=list)
    heights: dict[tuple[str, int], float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self.workbook = xlsxwriter.Workbook(self.buffer, options)
        self.formats = Formats(self.workbook)
        for key in self.keys:
            self.sheets[key] = self.workbook.add_worksheet(self.name(key))
            self.sheets[key].hide_gridlines(2)

    @staticmethod
    def name(key: str) -> str:
        return _plain_word(f"sheets.{key}")

    def clean(self, value: str) -> str:
        """Return a text fit to be written: masked in the public copy, without what XML cannot hold."""
        return writable(self.mask(value))

    def link(self, key: str, thing: object = None, row: int = 0) -> str:
        """Return the link to where `thing` stands on a sheet, empty when there is no such sheet or row."""
        if key not in self.sheets:
            return ""
        if thing is not None:
            found = self.row_of(key, thing)
            return self.link_to(key, found) if found is not None else ""
        return internal(self.name(key), row)

    def link_to(self, key: str, row: int) -> str:
        """Return the link to a 0-based row of a sheet, empty when there is no such sheet."""
        return internal(self.name(key), row, ANCHOR_COLUMNS.get(key, 0)) if key in self.sheets else ""

    def row_of(self, key: str, thing: object) -> int | None:
        """Return the 0-based row that a thing stands on; merged rows are known by their position."""
        if not isinstance(thing, int):
            return self.anchors.get((key, thing))
        rows = self.landed.get(key)
        return rows[thing] or None if rows is not None and thing < len(rows) else None

    def land(self, key: str, thing: object, row: int) -> None:
        """Say that a thing stands on this 0-based row; `row_of` finds it again."""
        if isinstance(thing, int):
            rows = self.landed.setdefault(key, array("l"))
            rows.extend([0] * (thing + 1 - len(rows)))
            rows[thing] = row
        else:
            self.anchors[key, thing] = row

    def keep_long(self, key: str, cell: str, content: str) -> int:
        """Keep a long text for the sheet of long texts; return the line (from 1) on which it will begin."""
        line = self.long_texts[-1].next_line if self.long_texts else FIRST_LINE
        parts = tuple(parts_of(content))
        self.long_texts.append(LongText(sheet_name=self.name(key), cell=cell, line=line, parts=parts))
        return line

    def set_height(self, key: str, row: int, height: float) -> None:
        """Set a row's height in points and remember it, for charts that stand beside it."""
        self.heights[key, row] = height
        self.sheets[key].set_row(row, height)

    def put(self, key: str, row: int, column: int, entry: Entry, cell_format: Any) -> None:
        """Write one cell; what a unit typed goes in as a string whatever it looks like."""
        sheet = self.sheets[key]
        shown = self.clean(entry.text)
        if entry.link:
            sheet.write_url(row, column, entry.link, cell_format, shown or " ")
        if entry.formula:
            value: Any = shown if entry.number is None else as_float(entry.number)
            sheet.write_formula(row, column, entry.formula, cell_format, value)
        elif entry.number is not None:
            sheet.write_number(row, column, as_float(entry.number), cell_format)
        elif shown:
            sheet.write_string(row, column, shown, cell_format)
        else:
            sheet.write_blank(row, column, None, cell_format)

    def close(self, title: str, run: str) -> bytes:
        """Finish the workbook with fixed properties, so that the same figures give the same bytes."""
        self.workbook.set_properties({"title": title, "author": "", "created": self.as_of})
        self.workbook.set_custom_property("eco_product", self.product)
        self.workbook.set_custom_property("eco_run", run)
        self.workbook.close()
        return spliced(self.buffer.getvalue(), [self.sheet_parts(key) for key in self.sheets], self.strings)

    def sheet_parts(self, key: str) -> SheetParts:
        """Return what is to be put into a sheet that XlsxWriter wrote."""
        links = self.links_of(key)
        return SheetParts(regions=self.regions.get(key, []), links=links.elements(), targets=links.targets)

    def links_of(self, key: str) -> SheetLinks:
        """Return the links of a sheet's long tables, to be added to."""
        return self.links.setdefault(key, SheetLinks())


def as_float(value: Decimal | int) -> float | int:
    return value if isinstance(value, int) else float(value)


def listed(names: Sequence[str], limit: int) -> str:
    """Return names joined as in a sentence, the rest counted: 甲、乙等5个."""
    joined = words("punctuation.list").join(names[:limit])
    return joined + words("overview.and_more", count=len(names)) if len(names) > limit else joined
