"""What the generator makes: lines of cells that remember what they mean, and the truth of a whole file.

A cell stands at (line object, column number), so lines can be put in and shuffled until the file is
written; only then do the claims learn their addresses.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field

Value = str | int | float | bool | datetime.date | None

RECORD = frozenset({"record"})
HEADING = frozenset({"heading"})
# What stands above or below a table may be called a heading or a note; both say: no record.
AROUND = frozenset({"heading", "note"})
SECTION = frozenset({"section"})
SUBTOTAL = frozenset({"subtotal"})
NOTE = frozenset({"note"})
SAMPLE = frozenset({"sample"})
UNFILLED = frozenset({"blank_form"})
NOT_A_RECORD = frozenset({"heading", "section", "subtotal", "note", "sample", "blank_form"})


@dataclass(eq=False)
class Entry:
    """One cell as it is typed."""

    value: Value
    number_format: str = "General"
    formula: str = ""
    cached: bool = True
    comment: str = ""
    struck: bool = False


@dataclass(eq=False)
class Line:
    """One physical row: what it is, and its cells by column."""

    classes: frozenset[str] = NOT_A_RECORD
    cells: dict[int, Entry] = field(default_factory=dict)
    hidden: bool = False
    block: str = ""  # for a Word file: "paragraph" or the name of the table the line belongs to

    def put(self, column: int, value: Value, **more: object) -> Entry:
        entry = value if isinstance(value, Entry) else Entry(value, **more)  # type: ignore[arg-type]
        self.cells[column] = entry
        return entry


@dataclass(eq=False)
class Claim:
    """One answer that is true of the file.

    `places` are the cells it may be traced to (its own, or the one it is filled from). `also` are
    other values a careful reader may take. `optional`: neither wanted nor wrong. `tell`: the cell
    cannot be read for sure, so a finding must say so, whatever value is taken.
    """

    record: str
    field: str
    value: str
    places: list[tuple[Line, int]]
    also: tuple[str, ...] = ()
    optional: bool = False
    tell: bool = False
    kind: str = ""  # the kind of untidiness that touched it, for the list of misses


@dataclass(eq=False)
class Part:
    """One form of one unit inside a file: what a submission should be."""

    form: str
    unit_id: str
    claims: list[Claim] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    nil: bool = False


@dataclass(eq=False)
class Sheet:
    """A sheet being built, or a Word document (its lines are paragraphs and table rows)."""

    name: str
    lines: list[Line] = field(default_factory=list)
    merges: list[tuple[Line, int, Line, int]] = field(default_factory=list)
    hidden: bool = False
    hidden_columns: set[int] = field(default_factory=set)
    far: list[tuple[int, int, str]] = field(default_factory=list)  # stray cells at fixed addresses
    under_merge: list[tuple[Line, int, Value]] = field(default_factory=list)

    def add(self, *lines: Line) -> None:
        self.lines.extend(lines)

    def merge(self, top: Line, left: int, bottom: Line, right: int) -> None:
        if top is not bottom or left != right:
            self.merges.append((top, left, bottom, right))

    def rows(self) -> dict[int, int]:
        """Return the physical row of every line, by identity."""
        return {id(line): row for row, line in enumerate(self.lines, start=1)}


@dataclass(eq=False)
class Untidy:
    """A returned file with its truth."""

    name: str
    seed: int
    kinds: tuple[str, ...]
    sheets: list[Sheet]
    parts: list[Part]
    word: bool = False
    unit_id: str = ""
    unit_must_tell: bool = False  # evidence contradicts itself: wrong is allowed, silence is not
    content: bytes = b""
    header: tuple[int, int] = (0, 0)  # first table: last heading row (0-based) and sheet index; for tools told so

    def forms(self) -> set[str]:
        return {part.form for part in self.parts}


def address(row: int, column: int) -> str:
    """Return A1 letters of 1-based coordinates."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def text_width(lines: Iterable[Line]) -> int:
    return max((max(line.cells, default=1) for line in lines), default=1)
