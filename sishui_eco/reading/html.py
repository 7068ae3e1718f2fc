"""Web pages (often named .xls): every table as a grid, the other text as a last one."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from sishui_eco.model.finding import make_finding
from sishui_eco.model.grid import Document
from sishui_eco.model.place import Place
from sishui_eco.reading.cells import is_blank
from sishui_eco.reading.html_tokens import tokens
from sishui_eco.reading.limits import OverLimit, ReadLimits, Unreadable
from sishui_eco.reading.tables import TEXT_UNKNOWN, CellCounter, TableBuilder, text_grid
from sishui_eco.reading.text import decode_text
from sishui_eco.zh import word

_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9._-]{2,40})""", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_BREAKS = frozenset(("br", "p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6"))
_SILENT = frozenset(("script", "style", "title", "head", "noscript", "xml"))
_UNKNOWN = TEXT_UNKNOWN | {"comments", "pictures"}
_SPACE = re.compile(r"[ \t\r\n\f]+")
_MAX_NESTING = 60


def read_html(content: bytes, place: Place, limits: ReadLimits) -> Document:
    """Return the tables of a web page with their spans, nested ones after their parent, then the text.

    Raises: Unreadable R103 when it shows nothing, OverLimit.
    """
    if len(content) > limits.file_bytes:
        raise OverLimit("R207", size=f"{len(content) >> 20} MB", limit=f"{limits.file_bytes >> 20} MB")
    page = _Page(CellCounter(limits))
    page.read(_decoded(content))
    grids = [table.grid(index, "sheet", _UNKNOWN) for index, table in enumerate(page.tables)]
    grids = [grid for grid in grids if grid.cells]
    if page.lines:
        grids.append(text_grid(page.lines, word("words.word_text", "reading"), len(grids), page.counter))
    if not grids:
        raise Unreadable("R103")
    what = word("disguises.web_page", "reading")
    return Document(reader="html", grids=tuple(grids), notices=(make_finding("R305", place, what=what),))


def _decoded(content: bytes) -> str:
    declared = _CHARSET.search(content[:4096])
    name = declared.group(1).decode("ascii").lower() if declared else ""
    if name.startswith("gb") or name in ("x-gbk", "cp936", "936"):
        try:
            return content.decode("gb18030")
        except UnicodeDecodeError:
            pass
    return decode_text(content)


@dataclass(slots=True)
class _Open:
    """A table whose end has not come yet."""

    table: TableBuilder
    in_cell: bool = False
    pieces: list[str] = field(default_factory=list)
    columns: int = 1
    rows: int = 1
    struck: int = 0


class _Page:
    """Collects tables and loose lines; forgiving about missing end tags."""

    def __init__(self, counter: CellCounter) -> None:
        self.counter = counter
        self.tables: list[TableBuilder] = []
        self.open: list[_Open] = []
        self.lines: list[str] = []
        self.loose: list[str] = []
        self.silent = 0

    def read(self, page: str) -> None:
        """Take in a whole page and close what it left open."""
        for token in tokens(page):
            if token.kind == "text":
                self._text(token.name)
            elif token.kind == "start":
                self._start(token.name, token.attributes)
            else:
                self._end(token.name)
        while self.open:
            self._close_cell()
            self.open.pop()
        self._break()

    def _start(self, tag: str, given: dict[str, str]) -> None:
        if tag in _SILENT and tag not in ("head", "xml"):
            self.silent += 1
        elif tag == "table":
            self._open_table()
        elif tag == "tr" and self.open:
            self._close_cell()
            self.open[-1].table.next_row(hidden=bool(_HIDDEN.search(given.get("style", ""))) or "hidden" in given)
        elif tag in ("td", "th") and self.open:
            self._close_cell()
            current = self.open[-1]
            current.in_cell, current.pieces = True, []
            current.columns, current.rows = _span(given.get("colspan")), _span(given.get("rowspan"))
        elif tag in _BREAKS:
            self._break()

    def _open_table(self) -> None:
        if len(self.open) >= _MAX_NESTING:
            raise OverLimit("R213", limit=_MAX_NESTING)
        if len(self.tables) >= self.counter.limits.sheets * 40:
            raise OverLimit("R205", count=len(self.tables), limit=self.counter.limits.sheets * 40)
        self._break()
        table = TableBuilder(word("words.web_table", "reading", number=len(self.tables) + 1), self.counter)
        self.tables.append(table)
        self.open.append(_Open(table))

    def _end(self, tag: str) -> None:
        if tag in _SILENT:
            self.silent = max(0, self.silent - 1)
        elif tag in ("td", "th") or tag == "tr":
            self._close_cell()
        elif tag == "table" and self.open:
            self._close_cell()
            self.open.pop()
            self._break()
        elif tag in _BREAKS and tag != "br":
            self._break()

    def _text(self, data: str) -> None:
        if self.silent:
            return
        data = _SPACE.sub(" ", data)
        if self.open:
            if self.open[-1].in_cell:
                self.open[-1].pieces.append(data)
        else:
            self.loose.append(data)

    def _break(self) -> None:
        if self.open:
            self.open[-1].pieces.append("\n")
        else:
            line = "".join(self.loose).strip()
            self.loose = []
            if line:
                self.lines.append(line)

    def _close_cell(self) -> None:
        if not self.open or not self.open[-1].in_cell:
            return
        current = self.open[-1]
        lines = [line.strip(" ") for line in "".join(current.pieces).split("\n")]
        text = "\n".join(lines).strip("\n")
        current.table.add("" if is_blank(text) else text, current.columns, current.rows)
        current.in_cell, current.pieces = False, []


def _span(value: str | None) -> int:
    text = (value or "").strip()
    return int(text) if text.isdigit() and len(text) < 6 else 1
