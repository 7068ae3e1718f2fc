"""The styles part: cell formats added for marks and for our sheet, and marks traced back to what was there.

A mark is the cell's own format with another fill; `marks` says how that fill remembers the old one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from functools import lru_cache

from lxml import etree

from sishui_eco.outputs.sendback.marks import (
    CODES,
    DESCRIPTION_LIMIT,
    code_of_fill,
    colour,
    describe,
    is_empty,
    mark_fill,
    undescribe,
)
from sishui_eco.outputs.sendback.package import MAIN, NotPatchable, child, insert_in_order, local, unset

ORDER = [
    "numFmts",
    "fonts",
    "fills",
    "borders",
    "cellStyleXfs",
    "cellXfs",
    "cellStyles",
    "dxfs",
    "tableStyles",
    "colors",
    "extLst",
]
DEFAULTS = {  # what a workbook without formats of its own has
    "fonts": ('<font><sz val="11"/><name val="Calibri"/></font>',),
    "fills": ('<fill><patternFill patternType="none"/></fill>', '<fill><patternFill patternType="gray125"/></fill>'),
    "borders": ("<border><left/><right/><top/><bottom/><diagonal/></border>",),
    "cellStyleXfs": ('<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>',),
    "cellXfs": ('<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>',),
}
LIGHT_FONT = 160  # mean of red, green and blue above which a font needs a dark fill


class Styles:
    """The formats of a workbook, given the root of its part; equal elements are never added twice."""

    def __init__(self, root: etree._Element) -> None:
        self._root = root
        for name, fragments in DEFAULTS.items():
            if not len(self._section(name)):
                self._section(name).extend(_fragment(fragment) for fragment in fragments)
        self._known: dict[str, dict[object, int]] = {}
        self._counts: dict[str, int] = {}
        self._marked: dict[tuple[int, str], int] = {}
        self.memory: list[str] = []  # fills that marks replaced, numbered from 1

    def again(self, root: etree._Element) -> Styles:
        """Return these formats over another root that was parsed from what this one was written as."""
        other = Styles(root)
        other._known = {name: dict(known) for name, known in self._known.items()}
        other._counts = dict(self._counts)
        return other

    def count(self) -> None:
        """State how many formats there are now; to be called when all were added."""
        for name in ("fonts", "fills", "borders", "cellXfs"):
            section = child(self._root, name)
            if section is not None and section.get("count") is not None:
                section.set("count", str(len(_items(section))))

    def intern(self, section_name: str, item: etree._Element) -> int:
        """Return the index of an element in a section, appending it when no equal one is there."""
        return self._intern(section_name, _canonical(item), lambda: item)

    def _intern_text(self, section_name: str, text: str) -> int:
        return self._intern(section_name, _canonical_text(text), lambda: _fragment(text))

    def _intern(self, section_name: str, wanted: object, made: Callable[[], etree._Element]) -> int:
        known = self._known.get(section_name)
        if known is None:
            known = self._known[section_name] = {}
            present = _items(self._section(section_name))
            for index, item in enumerate(present):
                known.setdefault(_canonical(item), index)
            self._counts[section_name] = len(present)
        if wanted not in known:
            self._section(section_name).append(made())
            known[wanted] = self._counts[section_name]
            self._counts[section_name] += 1
        return known[wanted]

    def add_format(self, fill: str = "", font: str = "", border: str = "", alignment: str = "", extra: str = "") -> int:
        """Return the index of a cell format given as XML fragments of its parts."""
        numbers = {
            "fontId": self._intern_text("fonts", font) if font else 0,
            "fillId": self._intern_text("fills", fill) if fill else 0,
            "borderId": self._intern_text("borders", border) if border else 0,
        }
        flags = "".join(
            f' {flag}="1"'
            for flag, used in (
                ("applyFont", font),
                ("applyFill", fill),
                ("applyBorder", border),
                ("applyAlignment", alignment),
                ("applyProtection", "protection" in extra),
            )
            if used
        )
        attributes = " ".join(f'{name}="{number}"' for name, number in numbers.items())
        quoted = ' quotePrefix="1"' if "quote" in extra else ""
        inner = alignment + ('<protection locked="0"/>' if "protection" in extra else "")
        return self._intern_text("cellXfs", f'<xf numFmtId="0" {attributes} xfId="0"{quoted}{flags}>{inner}</xf>')

    def marked(self, index: int, severity: str) -> int:
        """Return the index of format `index` with the fill of a mark; `index` when its fill cannot be remembered."""
        if (index, severity) not in self._marked:
            self._marked[index, severity] = self._mark(index, severity)
        return self._marked[index, severity]

    def _mark(self, index: int, severity: str) -> int:
        formats = _items(self._section("cellXfs"))
        if index >= len(formats):
            raise NotPatchable("broken")
        base = formats[index]
        code = self._remember(self._fill(base))
        if code is None:
            return index
        copy = deepcopy(base)
        copy.set("fillId", str(self.intern("fills", mark_fill(colour(severity, self._font_is_light(base), code)))))
        copy.set("applyFill", "1")
        return self.intern("cellXfs", copy)

    def _remember(self, fill: etree._Element | None) -> int | None:
        if fill is None or is_empty(fill) or code_of_fill(fill) is not None:
            return 0
        description = describe(fill)
        if description not in self.memory:
            if len(self.memory) >= CODES - 1 or len(description) > DESCRIPTION_LIMIT:
                return None
            self.memory.append(description)
        return self.memory.index(description) + 1

    def restorations(self, memory: Mapping[int, str]) -> Mapping[int, int]:
        """Map each marked format to the one it was made from, rebuilding that one where it is gone."""
        found: dict[int, int] = {}
        formats = list(_items(self._section("cellXfs")))
        for index, item in enumerate(formats):
            code = code_of_fill(self._fill(item))
            if code is not None:
                found[index] = self._unmarked(item, undescribe(memory.get(code, "")), formats)
        return found

    def _unmarked(self, item: etree._Element, old: etree._Element | None, formats: list[etree._Element]) -> int:
        wanted = _without_fill(item)
        fill = _canonical(old) if old is not None else None
        for index, other in enumerate(formats):
            present = self._fill(other)
            alike = is_empty(present) if fill is None else present is not None and _canonical(present) == fill
            if alike and _without_fill(other) == wanted:
                return index
        copy = deepcopy(item)
        copy.set("fillId", str(self.intern("fills", old) if old is not None else 0))
        if old is None:
            unset(copy, "applyFill")
        return self.intern("cellXfs", copy)

    def _section(self, name: str) -> etree._Element:
        section = child(self._root, name)
        if section is None:
            section = etree.Element(f"{{{MAIN}}}{name}")
            insert_in_order(self._root, section, frozenset(ORDER[ORDER.index(name) + 1 :]))
        return section

    def _fill(self, item: etree._Element) -> etree._Element | None:
        fills = _items(self._section("fills"))
        number = int(item.get("fillId", "0"))
        return fills[number] if number < len(fills) else None

    def _font_is_light(self, item: etree._Element) -> bool:
        fonts = _items(self._section("fonts"))
        number = int(item.get("fontId", "0"))
        ink = child(fonts[number], "color") if number < len(fonts) else None
        if ink is None:
            return False
        if ink.get("theme") in ("0", "2"):  # the two background colours of a theme
            return float(ink.get("tint", "0")) > -0.3
        if ink.get("indexed") in ("1", "9"):
            return True
        rgb = ink.get("rgb", "")[-6:]
        try:
            return len(rgb) == 6 and sum(bytes.fromhex(rgb)) / 3 > LIGHT_FONT
        except ValueError:
            return False


def _items(section: etree._Element) -> list[etree._Element]:
    """Return the counted elements of a section, those inside compatibility wrappers by their fallback."""
    if all(isinstance(item.tag, str) and local(item) != "AlternateContent" for item in section):
        return list(section)
    items: list[etree._Element] = []
    for item in section:
        if local(item) == "AlternateContent":
            raise NotPatchable("broken")
        if isinstance(item.tag, str):
            items.append(item)
    return items


def _canonical(item: etree._Element) -> object:
    inner = tuple(_canonical(part) for part in item if isinstance(part.tag, str))
    return item.tag, tuple(sorted((str(key), str(value)) for key, value in item.attrib.items())), inner


@lru_cache(maxsize=512)
def _canonical_text(text: str) -> object:
    return _canonical(_fragment(text))


def _without_fill(item: etree._Element) -> object:
    copy = deepcopy(item)
    for name in ("fillId", "applyFill"):
        unset(copy, name)
    return _canonical(copy)


def _fragment(text: str) -> etree._Element:
    wrapped = etree.fromstring(f'<x xmlns="{MAIN}">{text}</x>')
    item = wrapped[0]
    wrapped.remove(item)
    return item
