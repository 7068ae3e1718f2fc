"""Fonts, colours, formats and measures shared by every workbook that XlsxWriter writes here.

Three colours carry meaning and never alone: each goes with a shape (zh/summary.toml, marks) and a
tint light enough to stay readable on a black and white printer.
"""

from __future__ import annotations

import math
import re
import unicodedata
from functools import lru_cache
from typing import Any

from sishui_eco.zh import word

INK = "#1A1A1A"
RULE = "#8C8C8C"
HEADING_FILL = "#DDE7EF"
SUBTOTAL_FILL = "#F0F0F0"
TOTAL_FILL = "#E2E2E2"
GOOD, GOOD_TINT = "#1B5E20", "#E6F2E6"
WARN, WARN_TINT = "#8A5300", "#FFF3D6"
BAD, BAD_TINT = "#A31515", "#FBE3E1"
LINK = "#1F4E8C"

PAPER_A3, PAPER_A4 = 8, 9
BODY_SIZE = 10.0
TALLEST_ROW = 390.0  # Excel stops at 409.5 points
LONGEST_CELL = 32_767  # characters, Excel's own limit

TONES: dict[str, dict[str, object]] = {
    "": {},
    "good": {"font_color": GOOD, "bg_color": GOOD_TINT},
    "warn": {"font_color": WARN, "bg_color": WARN_TINT},
    "bad": {"font_color": BAD, "bg_color": BAD_TINT},
    "quiet": {"font_color": "#595959"},
    "link": {"font_color": LINK, "underline": 1},
    "strong": {"bold": True},
}
KINDS: dict[str, dict[str, object]] = {
    "body": {},
    "missing": {"italic": True},
    "section": {"bold": True, "bg_color": SUBTOTAL_FILL},
    "subtotal": {"bold": True, "bg_color": SUBTOTAL_FILL},
    "total": {"bold": True, "bg_color": TOTAL_FILL, "top": 2},
}


class Formats:
    """Formats of one workbook, made once for each combination asked for."""

    def __init__(self, workbook: Any) -> None:
        self._workbook = workbook
        self._made: dict[tuple[tuple[str, object], ...], Any] = {}
        self._cells: dict[tuple[str, str, str, str], Any] = {}

    def make(self, **properties: object) -> Any:
        """Return the format with exactly these XlsxWriter properties."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._workbook.add_format(dict(properties))
        return self._made[key]

    def cell(self, *, align: str = "left", tone: str = "", kind: str = "body", number: str = "") -> Any:
        """Return the format of a table cell: bordered, wrapped, in the middle."""
        asked = (align, tone, kind, number)
        if asked not in self._cells:
            self._cells[asked] = self._cell(*asked)
        return self._cells[asked]

    @staticmethod
    def number_of(look: Any) -> int:
        """Return the number by which cells name a format; from then on it is fixed.

        XlsxWriter keeps it to itself, but asks for it in the same way when it writes row by row.
        """
        return int(look._get_xf_index())

    def _cell(self, align: str, tone: str, kind: str, number: str) -> Any:
        properties: dict[str, object] = {
            **_body(),
            "align": align,
            "valign": "vcenter",
            "text_wrap": True,
            "border": 1,
            "border_color": RULE,
            **KINDS[kind],
            **TONES[tone],
        }
        if number:
            properties["num_format"] = number
        if align == "right":
            properties["indent"] = 1  # or a number touches the text of the next column
        return self.make(**properties)

    def heading(self) -> Any:
        return self.make(
            font_name=word("fonts.heading", "summary"),
            font_size=BODY_SIZE,
            font_color=INK,
            align="center",
            valign="vcenter",
            text_wrap=True,
            border=1,
            border_color=RULE,
            bg_color=HEADING_FILL,
        )

    def title(self, size: float = 18) -> Any:
        return self.make(font_name=word("fonts.title", "summary"), font_size=size, align="center", valign="vcenter")

    def line(self, align: str = "left", wrap: bool = False) -> Any:
        """Return the format of the line under the title and of notes."""
        return self.make(**_body(), align=align, valign="vcenter", text_wrap=wrap)


def _body() -> dict[str, object]:
    return {"font_name": word("fonts.body", "summary"), "font_size": BODY_SIZE, "font_color": INK}


_NARROW = "\u203a"  # what GBK does not know, but stands in every place told to people: one unit wide


@lru_cache(maxsize=16_384)
def text_width(text: str) -> int:
    """Return the width of one line in half-width units: a CJK character counts two."""
    known = text.encode("gbk", "replace")  # the very same for all it knows, ten times as fast
    lost = known.count(b"?") - text.count("?")
    if lost and lost != text.count(_NARROW):
        return len(text) + sum([1 for char in text if unicodedata.east_asian_width(char) in "WFA"])
    return len(known)


def widest_line(text: str) -> int:
    """Return the width of the widest line of a text."""
    if "\n" not in text:
        return text_width(text)
    return max((text_width(line) for line in text.split("\n")), default=0)


def count_lines(text: str, width: float) -> int:
    """Return how many lines a text takes in a column, a little on the generous side."""
    return lines_within(text, usable_width(width))


def lines_within(text: str, usable: float) -> int:
    """Return how many lines a text takes in so much usable width."""
    if "\n" in text:
        return sum([_lines_of(line, usable) for line in text.split("\n")])
    return _lines_of(text, usable)


def usable_width(width: float) -> float:
    """Return how much of a column's width a line of text takes at most."""
    return max(width * 1.02 - 0.8, 2.0)


def _lines_of(line: str, usable: float) -> int:
    most = 2 * len(line)
    if most <= usable:
        return 1
    needed = text_width(line)
    if needed <= usable:
        return 1
    lines = math.ceil(needed / usable)
    if most - needed >= LONG and _LONG_LATIN.search(line):
        lines += 1  # a Latin word or number that moves down whole leaves a hole behind it
    return lines


wrapped_lines = lru_cache(maxsize=16_384)(count_lines)
LONG = 7  # characters of a Latin word, half as wide as others: without that many narrow ones there is none
_LONG_LATIN = re.compile(f"[!-~]{{{LONG}}}")


def text_height(text: str, width: float, size: float = BODY_SIZE) -> float:
    """Return the height in points a text needs in a column of that width, at a font size."""
    return height_of_lines(wrapped_lines(text, width * BODY_SIZE / size), size)


def height_of_lines(lines: int, size: float = BODY_SIZE) -> float:
    """Return the height in points of so many lines and the air around them."""
    return lines * size * 1.48 + 5


def set_up_page(
    sheet: Any, *, paper: int = PAPER_A4, landscape: bool = True, left: str = "", right: str = "", tall: int = 0
) -> None:
    """Prepare a sheet for the printer: paper, margins, fit to width, page numbers.

    `tall` is the number of pages in height, 0 for as many as it takes.
    """
    sheet.set_paper(paper)
    if landscape:
        sheet.set_landscape()
    sheet.set_margins(left=0.45, right=0.45, top=0.55, bottom=0.6)
    sheet.fit_to_pages(1, tall)
    sheet.center_horizontally()
    small = "&8"
    first = f"&L{small}{_footer_text(left)}" if left else ""
    last = f"&R{small}{_footer_text(right)}" if right else ""
    sheet.set_footer(f"{first}&C&9{word('line.page', 'summary')}{last}", {"margin": 0.3})


def _footer_text(text: str) -> str:
    return " " + text.replace("&", "&&")  # the blank keeps a leading digit from joining the size


_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def writable(text: str) -> str:
    """Return the text with line ends unified and what XML cannot hold shown as U+FFFD."""
    if text.isprintable():
        return text
    return _UNWRITABLE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
