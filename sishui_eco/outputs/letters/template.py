"""A letter's text as a template: the nouns, and how the lines of a document become them.

A line is a paragraph with its style or a table row. What stands in marks is ours: a name is filled in,
a condition or a loop holds text of its line or, alone in its paragraph, the lines down to its end.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TypeAlias

import msgspec

from sishui_eco.outputs.letters.blocks import ADDRESSEE, BODY, TITLE
from sishui_eco.zh import load_table, word

TABLE_NAME = "letter_templates"
LEVELS = ("level1", "level2", "item")


class Value(msgspec.Struct, frozen=True):
    key: str


class Counter(msgspec.Struct, frozen=True):
    """A number that counts up: `level` is an index of LEVELS."""

    level: int


class If(msgspec.Struct, frozen=True):
    """`negative` turns the condition round; `loop` is set for a loop over the rows of `key`."""

    key: str
    negative: bool = False
    loop: bool = False
    then: tuple[Node, ...] = ()
    otherwise: tuple[Node, ...] = ()


class Line(msgspec.Struct, frozen=True):
    """A paragraph to be filled in."""

    style: str
    parts: tuple[Node, ...]


class Rows(msgspec.Struct, frozen=True):
    """A table to be filled in; each row with the rows it repeats for, "" for a row written once."""

    columns: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[str, tuple[tuple[Node, ...], ...]], ...]
    centred: tuple[int, ...] = ()
    dense: bool = False


Node: TypeAlias = str | Value | Counter | If | Line | Rows


class Template(msgspec.Struct, frozen=True):
    """The text of one kind of letter. Shape: title and addressee are lines of names only; the rest in order."""

    title: tuple[Node, ...]
    addressee: tuple[Node, ...]
    body: tuple[Node, ...]


class SourceLine(msgspec.Struct, frozen=True, kw_only=True):
    """One paragraph of a document before it is understood; `where` is told with its faults."""

    style: str = BODY
    text: str
    where: str = ""


class SourceTable(msgspec.Struct, frozen=True, kw_only=True):
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]
    centred: tuple[int, ...] = ()
    dense: bool = False
    where: tuple[str, ...] = ()


Source: TypeAlias = SourceLine | SourceTable


class Vocabulary(msgspec.Struct, frozen=True, kw_only=True):
    """The names a template may use, each with our key; of a loop also the names of its rows."""

    values: Mapping[str, str]
    flags: Mapping[str, str]
    rows: Mapping[str, tuple[str, Mapping[str, str], Mapping[str, str]]]


class _Frame(msgspec.Struct):
    """A condition or a loop that is still open."""

    head: If
    name: str
    where: str
    then: list[Node] = msgspec.field(default_factory=list)
    otherwise: list[Node] | None = None
    row: tuple[Mapping[str, str], Mapping[str, str]] | None = None

    @property
    def into(self) -> list[Node]:
        return self.then if self.otherwise is None else self.otherwise

    def closed(self) -> If:
        head = self.head
        return If(head.key, head.negative, head.loop, tuple(self.then), tuple(self.otherwise or ()))


def parse_template(sources: Sequence[Source], vocabulary: Vocabulary) -> tuple[Template, tuple[tuple[str, str], ...]]:
    """Return the template and every fault as (where, what in Chinese); with faults the template is incomplete."""
    parser = _Parser(vocabulary)
    for source in sources:
        if isinstance(source, SourceTable):
            parser.table(source)
        else:
            parser.line(source)
    return parser.finished()


def say(key: str, **parameters: object) -> str:
    return word(key, TABLE_NAME, **parameters)


def fault(key: str, **parameters: object) -> str:
    return say(f"faults.{key}", **parameters)


@cache
def _words() -> dict[str, str]:
    words: dict[str, str] = load_table(TABLE_NAME)["words"]
    return words


@cache
def _pieces() -> re.Pattern[str]:
    opening, closing = re.escape(_words()["open"]), re.escape(_words()["close"])
    return re.compile(f"{opening}([^{opening}{closing}]*){closing}|([{opening}{closing}])")


class _Parser:
    """Lines in, nodes out; every fault is kept with its line."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._faults: list[tuple[str, str]] = []
        self._body: list[Node] = []
        self._open: list[_Frame] = []
        self._heads: dict[str, list[tuple[Node, ...]]] = {TITLE: [], ADDRESSEE: []}

    def _fault(self, where: str, key: str, **parameters: object) -> None:
        self._faults.append((where, fault(key, **parameters)))

    # --- lines ---

    def line(self, source: SourceLine) -> None:
        """Take a paragraph: a mark alone in it holds the lines down to its end."""
        text = source.text.strip()
        if not text:
            return
        found = _pieces().fullmatch(text)
        name = (found.group(1) or "").strip() if found else ""
        if found and self._control(name, source.where, alone=True):
            return
        parts = self._inline(text, source.where)
        if source.style in self._heads:
            if self._open:
                self._fault(source.where, "title_plain")
            self._heads[source.style].append(parts)
        else:
            self._into().append(Line(source.style, parts))

    def _into(self) -> list[Node]:
        return self._open[-1].into if self._open else self._body

    def table(self, source: SourceTable) -> None:
        """Take a table: the first row is its heading, a row may begin with a loop."""
        head, *rest = source.rows
        for cell in head:
            if _pieces().search(cell):
                self._fault(source.where[0], "head_row")
        rows = []
        for where, cells in zip(source.where[1:], rest, strict=True):
            if len(cells) != len(head):
                self._fault(where, "uneven")
            rows.append(self._row(cells, where))
        self._into().append(Rows(head, source.widths, tuple(rows), source.centred, source.dense))

    def _row(self, cells: Sequence[str], where: str) -> tuple[str, tuple[tuple[Node, ...], ...]]:
        found = _pieces().match(cells[0].strip()) if cells else None
        name = (found.group(1) or "").strip() if found else ""
        if found is None or not name.startswith(_words()["each"]):
            return "", tuple(self._inline(cell.strip(), where) for cell in cells)
        if not self._begin(name, where):
            return "", ()
        rest = (cells[0].strip()[found.end() :], *cells[1:])
        parts = tuple(self._inline(cell.strip(), where) for cell in rest)
        return self._open.pop().head.key, parts

    # --- marks ---

    def _inline(self, text: str, where: str) -> tuple[Node, ...]:
        """Return the parts of one line; what it opens it must close."""
        outer, self._open = self._open, [*self._open, _Frame(If(""), "", where)]
        depth = len(self._open)
        at = 0
        for found in _pieces().finditer(text):
            if found.start() > at:
                self._into().append(text[at : found.start()])
            at = found.end()
            if found.group(2):
                self._fault(where, "open_bracket" if found.group(2) == _words()["open"] else "close_bracket")
                continue
            name = found.group(1).strip()
            if not self._control(name, where, alone=False, floor=depth):
                self._named(name, where, first=not found.start())
        if at < len(text):
            self._into().append(text[at:])
        for frame in self._open[depth:]:
            self._fault(where, "unclosed", name=self._marked(frame.name))
        parts = tuple(self._open[depth - 1].then)
        self._open = outer
        return parts

    def _control(self, name: str, where: str, *, alone: bool, floor: int = 0) -> bool:
        """Take a condition, a loop, an else or an end; return False for any other name."""
        words = _words()
        if name.startswith(words["each"]) and not alone:
            self._fault(where, "inline_each", name=self._marked(name))
        elif name.startswith((words["has"], words["lacks"], words["each"])):
            self._begin(name, where)
        elif name in (words["otherwise"], words["end"]):
            self._continue(name, where, floor)
        else:
            return False
        return True

    def _continue(self, name: str, where: str, floor: int) -> None:
        frame = self._open[-1] if len(self._open) > floor else None
        if frame is None or (name == _words()["otherwise"] and (frame.head.loop or frame.otherwise is not None)):
            self._fault(where, "unopened", name=self._marked(name))
        elif name == _words()["otherwise"]:
            frame.otherwise = []
        else:
            self._open.pop()
            if frame.head.key:
                self._into().append(frame.closed())

    def _begin(self, name: str, where: str) -> bool:
        """Open a condition or a loop; one of an unknown name is opened too, so that its end is not told as well."""
        words = _words()
        frame = _Frame(If(""), name, where)
        if name.startswith(words["each"]):
            rows = self._vocabulary.rows.get(name.removeprefix(words["each"]))
            if any(item.row is not None for item in self._open):
                self._fault(where, "nested", name=self._marked(name))
            if rows is not None:
                frame.head, frame.row = If(rows[0], loop=True), rows[1:]
        else:
            negative = name.startswith(words["lacks"])
            key = self._flag(name.removeprefix(words["lacks" if negative else "has"]))
            frame.head = If(key, negative)
        if not frame.head.key:
            self._fault(where, "unknown", name=self._marked(name))
        self._open.append(frame)
        return bool(frame.head.key)

    def _flag(self, name: str) -> str:
        known = [frame.row[1] for frame in reversed(self._open) if frame.row is not None]
        return next((names[name] for names in (*known, self._vocabulary.flags) if name in names), "")

    def _named(self, name: str, where: str, *, first: bool) -> None:
        words = _words()
        for level, key in enumerate(LEVELS):
            if name == words[key]:
                nested = len(self._open) > 1 and self._open[-1].head.key
                if not first and not nested:
                    self._fault(where, "counter", name=self._marked(name))
                self._into().append(Counter(level))
                return
        known = [frame.row[0] for frame in reversed(self._open) if frame.row is not None]
        key = next((names[name] for names in (*known, self._vocabulary.values) if name in names), "")
        if not key:
            self._fault(where, "unknown", name=self._marked(name))
        self._into().append(Value(key))

    def _marked(self, name: str) -> str:
        return f"{_words()['open']}{name}{_words()['close']}"

    # --- the end ---

    def finished(self) -> tuple[Template, tuple[tuple[str, str], ...]]:
        """Return what was found; what is still open, and a missing title, are faults of the whole."""
        for frame in self._open:
            self._fault(frame.where, "unclosed", name=self._marked(frame.name))
        titles, addressees = self._heads[TITLE], self._heads[ADDRESSEE]
        whole = fault("whole")
        if len(titles) != 1:
            self._fault(whole, "many_titles" if titles else "no_title")
        if not self._body and not self._open:
            self._fault(whole, "no_body")
        title = titles[0] if titles else ()
        addressee = addressees[0] if addressees else ()
        return Template(title, addressee, tuple(self._body)), tuple(self._faults)
