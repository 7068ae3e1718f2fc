"""Where something stands: file, member, sheet, cell."""

from __future__ import annotations

from functools import lru_cache

import msgspec


@lru_cache(maxsize=1 << 14)
def column_letters(column: int) -> str:
    """Return the letters of a 1-based column number: 1 is A, 27 is AA."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """Return the 1-based number of column letters: A is 1, AA is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


class Place(msgspec.Struct, frozen=True, kw_only=True, order=True, gc=False, array_like=True):
    """A physical place in a file as it came.

    `file` is the path below the inbox with `/`; `member` the path inside a container (mail, zip)
    or empty. `row` and `column` are 1-based; 0 means the whole sheet (or file, when `sheet` is
    empty too). For Word tables `sheet` is the table's name and the cell counts grid columns.
    """

    file: str
    member: str = ""
    sheet: str = ""
    row: int = 0
    column: int = 0

    @property
    def cell(self) -> str:
        """`H12`; `12` for a whole row; empty for a whole sheet or file."""
        letters = column_letters(self.column) if self.column else ""
        return f"{letters}{self.row}" if self.row else letters

    def at(self, row: int, column: int) -> Place:
        """Return the place of another cell of the same sheet."""
        return Place(file=self.file, member=self.member, sheet=self.sheet, row=row, column=column)

    def __str__(self) -> str:
        whole = self.file + (f" › {self.member}" if self.member else "")
        if not self.sheet:
            return whole
        return f"{whole} › {self.sheet}" + (f"!{self.cell}" if self.cell else "")
