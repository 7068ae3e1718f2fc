"""A file opened again by openpyxl or python-docx, so that places and rows are judged by a reader that shares
nothing with the package."""

from __future__ import annotations

import datetime
import io
import re
import unicodedata
import warnings
from typing import Any

import docx
import openpyxl

from tests.untidy.generator import Untidy

INVISIBLE = re.compile(r"[\s\u200b\u200c\u200d\u2060\ufeff]+")


class Reopened:
    """The file in the eyes of another reader: texts by place, and which rows are not blank."""

    def __init__(self, untidy: Untidy) -> None:
        self.cells: dict[tuple[str, int, int], tuple[Any, str]] = {}
        self.rows: dict[str, set[int]] = {}
        self.names: list[str] = []
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if untidy.word:
                self._word(docx.Document(io.BytesIO(untidy.content)))
            else:
                self._book(untidy.content)

    def _book(self, content: bytes) -> None:
        values = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
        typed = openpyxl.load_workbook(io.BytesIO(content))
        for page in typed.worksheets:
            self.names.append(page.title)
            rows = self.rows.setdefault(page.title, set())
            for (row, column), cell in page._cells.items():
                shown = values[page.title]._cells.get((row, column))
                if cell.value is not None and bare(str(cell.value)):
                    rows.add(row)
                if getattr(cell, "value", None) is not None:
                    self.cells[page.title, row, column] = (getattr(shown, "value", None), cell.number_format)

    def _word(self, document: Any) -> None:
        for number, table in enumerate(document.tables, start=1):
            name = f"#{number}"
            self.names.append(name)
            self.rows[name] = set()
            seen: list[Any] = []
            for row, line in enumerate(table.rows, start=1):
                for column, cell in enumerate(line.cells, start=1):
                    if bare(cell.text):
                        self.cells[name, row, column] = (cell.text, "General")
                    if bare(cell.text) and not any(cell._tc is known for known in seen):
                        seen.append(cell._tc)
                        self.rows[name].add(row)
        self.names.append("#0")
        self.rows["#0"] = set()
        for row, paragraph in enumerate(document.paragraphs, start=1):
            if bare(paragraph.text):
                self.rows["#0"].add(row)
                self.cells["#0", row, 1] = (paragraph.text, "General")

    def holds(self, place: tuple[str, int, int], raw: str) -> bool:
        """Say whether the cell shows the raw text (or, for a cell shared by several answers, contains it)."""
        if place not in self.cells:
            return not bare(raw)
        value, number_format = self.cells[place]
        if isinstance(value, bool) or value is None:
            return True
        if isinstance(value, (datetime.date, datetime.datetime)):
            return [int(part) for part in re.findall(r"\d+", raw)][:3] in _moments(value)
        if isinstance(value, (int, float)):
            return _shows(value, raw, number_format)
        return bool(raw.strip()) and raw.strip() in str(value).replace("_x000D_", "")


def _moments(value: datetime.date) -> list[list[int]]:
    return [[value.year, value.month, value.day], [value.year, value.month], [value.month, value.day, value.year]]


def _shows(value: float, raw: str, number_format: str) -> bool:
    match = re.search(r"-?[\d,]*\.?\d+(?:[eE][-+]?\d+)?", raw)
    if match is None:
        return False
    shown = float(match.group().replace(",", ""))
    scale = 100 if "%" in raw or "%" in number_format else 1
    places = len(match.group().partition(".")[2])
    return abs(shown - value * scale) <= 0.5000001 * 10**-places


def bare(text: str) -> str:
    return INVISIBLE.sub("", text)


def same(left: str, right: str) -> bool:
    """Compare two values: widths, spaces and line breaks of a text are not its meaning."""
    if left == right:
        return True
    return bare(unicodedata.normalize("NFKC", left)) == bare(unicodedata.normalize("NFKC", right))


def positions(untidy: Untidy) -> dict[int, tuple[str, int]]:
    """Return where every line stands: sheet and row; in a Word file `#n` for a table, `#0` for the text."""
    found: dict[int, tuple[str, int]] = {}
    if not untidy.word:
        for sheet in untidy.sheets:
            found |= {line: (sheet.name, row) for line, row in sheet.rows().items()}
        return found
    paragraph, tables = 0, {"": 0}
    counts: dict[str, int] = {}
    for line in untidy.sheets[0].lines:
        if not line.block.startswith("table"):
            paragraph += 1
            found[id(line)] = ("#0", paragraph)
            continue
        name = f"#{tables.setdefault(line.block, len(tables))}"
        counts[name] = counts.get(name, 0) + 1
        found[id(line)] = (name, counts[name])
    return found
