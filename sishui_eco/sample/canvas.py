"""A drawn sheet that no file format knows yet, with the truth about its rows and cells."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from sishui_eco.sample.drafts import Raw
from sishui_eco.sample.plan import SheetPlan

Position = tuple[int, int]  # row, column; 1-based


@dataclass(slots=True)
class Canvas:
    """Cells by position. `accounts` says what each drawn row is; `places` where each answer stands."""

    name: str
    cells: dict[Position, Raw] = field(default_factory=dict)
    formats: dict[Position, str] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    accounts: dict[int, str] = field(default_factory=dict)
    places: dict[tuple[int, str], Position] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    heading_rows: set[int] = field(default_factory=set)
    titles: set[Position] = field(default_factory=set)
    next_row: int = 1

    def put(self, row: int, column: int, value: Raw, number_format: str = "") -> None:
        if value == "":
            return
        self.cells[row, column] = value
        if number_format:
            self.formats[row, column] = number_format

    def line(self, text: str, column: int, last: int, account: str = "other") -> None:
        """Write a text across the columns of the next row."""
        self.put(self.next_row, column, text)
        self.merges.append((self.next_row, column, self.next_row, last))
        self.accounts[self.next_row] = account
        self.next_row += 1

    def merge_rows(self, top: int, bottom: int, column: int) -> None:
        """Merge cells of a column into the topmost and forget what the merge hides."""
        self.merges.append((top, column, bottom, column))
        for row in range(top + 1, bottom + 1):
            self.cells.pop((row, column), None)
            self.places = {key: place for key, place in self.places.items() if place != (row, column)}

    def sheet_plan(self) -> SheetPlan:
        """Return how many non-blank rows are of each kind."""
        counts = Counter(self.accounts[row] for row in sorted({row for row, _ in self.cells}))
        return SheetPlan(sheet=self.name, **counts)
