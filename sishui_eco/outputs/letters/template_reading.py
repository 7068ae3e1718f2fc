"""A Word file of the office as lines: paragraphs with the styles we know, tables by row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from sishui_eco.outputs.letters.blocks import BODY, CELL_DENSE
from sishui_eco.outputs.letters.template import Source, SourceLine, SourceTable, fault
from sishui_eco.outputs.letters.wording import table
from sishui_eco.outputs.packaging import PackageError, read_entries

DOCUMENT, STYLES = "word/document.xml", "word/styles.xml"
LARGEST = 1 << 24
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SKIPPED = frozenset({f"{_W}del", f"{_W}moveFrom", f"{_W}pPr", f"{_W}rPr", f"{_W}txbxContent"})
_SPACE = re.compile(r"[\u00a0\s]+")


class Unreadable(ValueError):
    """The bytes are no Word document."""


def read_sources(content: bytes) -> tuple[Source, ...]:
    """Return the lines of a document in order; every paragraph counts, empty ones too, those in tables by row.

    Raises: Unreadable.
    """
    body, names = _parsed(content)
    found: list[Source] = []
    paragraphs = tables = 0
    for element in _blocks(body):
        if element.tag == f"{_W}p":
            paragraphs += 1
            style = names.get(_value(element, "pPr", "pStyle"), BODY)
            found.append(SourceLine(style=style, text=_text(element), where=fault("paragraph", number=paragraphs)))
        else:
            tables += 1
            found.append(_table(element, tables, names))
    return tuple(found)


def _parsed(content: bytes) -> tuple[Any, dict[str, str]]:
    """Return the body and our style of each style id: by name, for WPS numbers the ids anew."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        parts = {entry.name: entry for entry in read_entries(content)}
        document = etree.fromstring(parts[DOCUMENT].content(LARGEST), parser)
        styles = etree.fromstring(parts[STYLES].content(LARGEST), parser) if STYLES in parts else None
    except (PackageError, KeyError, etree.XMLSyntaxError) as error:
        raise Unreadable(str(error)) from None
    body = document.find(f"{_W}body")
    if body is None:
        raise Unreadable("no body")
    ours = {name: key for key, name in table("styles").items()}
    names: dict[str, str] = {}
    for style in styles.iterfind(f"{_W}style") if styles is not None else ():
        name = _value(style, "name")
        if name in ours:
            names[style.get(f"{_W}styleId", "")] = ours[name]
    return body, names


def _blocks(body: Any) -> Iterator[Any]:
    for element in body:
        if element.tag in (f"{_W}p", f"{_W}tbl"):
            yield element
        elif element.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins"):
            yield from _blocks(element)


def _table(element: Any, number: int, names: dict[str, str]) -> SourceTable:
    rows = list(element.iterfind(f"{_W}tr"))
    cells = [[_cell(cell) for cell in row.iterfind(f"{_W}tc")] for row in rows]
    widths = [int(float(column.get(f"{_W}w") or 0)) for column in element.iterfind(f"{_W}tblGrid/{_W}gridCol")]
    across = len(cells[0]) if cells else 0
    if len(widths) != across or not sum(widths):
        widths = [1] * across
    last = list(rows[-1].iterfind(f"{_W}tc")) if rows else []
    styles = {names.get(_value(paragraph, "pPr", "pStyle"), "") for paragraph in element.iter(f"{_W}p")}
    return SourceTable(
        rows=tuple(tuple(row) for row in cells),
        widths=tuple(round(100 * width / sum(widths)) or 1 for width in widths),
        centred=tuple(at for at, cell in enumerate(last) if _value(cell, "p", "pPr", "jc") == "center"),
        dense=CELL_DENSE in styles,
        where=tuple(fault("row", number=number, row=row) for row in range(1, len(rows) + 1)),
    )


def _cell(cell: Any) -> str:
    return "".join(_text(paragraph) for paragraph in cell.iterfind(f"{_W}p"))


def _text(element: Any) -> str:
    """Return the text of a paragraph as it stands, runs joined: Word cuts them where it likes."""
    return _SPACE.sub(" ", "".join(_pieces(element))).strip()


def _pieces(element: Any) -> Iterator[str]:
    for child in element:
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag in (f"{_W}tab", f"{_W}br"):
            yield " "
        elif child.tag not in _SKIPPED:
            yield from _pieces(child)


def _value(element: Any, *path: str) -> str:
    found = element.find("/".join(f"{_W}{name}" for name in path))
    return "" if found is None else str(found.get(f"{_W}val") or "")
