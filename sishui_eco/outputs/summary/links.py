"""Links of long tables: kept as text, counted, and replaced by formulas where Excel allows no more of them."""

from __future__ import annotations

from functools import lru_cache

from xlsxwriter.utility import xl_col_to_name

from sishui_eco.outputs.deflating import Deflated

FEW, MANY = 30_000, 65_000  # Excel refuses more than 65,530 links on one sheet
_INTERNAL, _EXTERNAL = "internal:", "external:"
_ESCAPES = str.maketrans(
    {char: f"%{ord(char):02x}" for char in '%"<>[]^`{} #'}  # what Excel escapes in the path of a file
)


class SheetLinks:
    """The links of one sheet. Once it has `FEW`, only the way to a row's source is linked, up to `MANY`."""

    def __init__(self) -> None:
        self._elements: Deflated | None = None
        self._count = 0
        self.targets: dict[str, str] = {}  # of the files it leads to: target -> relation id

    def add(self, cell: str, link: str, *, way: bool) -> bool:
        """Keep a link of a cell; return False when the cell must lead there by a formula instead.

        `way` says that the cell is there to be followed, not a figure that is linked besides.
        """
        inner = link.startswith(_INTERNAL)
        if self._count >= (MANY if way else FEW):
            return not way or not inner
        self._count += 1
        if self._elements is None:
            self._elements = Deflated()
        where = f'location="{link[len(_INTERNAL) :]}"' if inner else f'r:id="{self._relation(link)}"'
        self._elements.write(f'<hyperlink ref="{cell}" {where}/>')
        return True

    def _relation(self, link: str) -> str:
        target = _target(link)
        return self.targets.get(target) or self.targets.setdefault(target, f"rId{len(self.targets) + 1}")

    def elements(self) -> list[str | Deflated]:
        """Return the links as the sheet's XML holds them, in pieces; nothing when it has none."""
        return ["<hyperlinks>", self._elements, "</hyperlinks>"] if self._elements is not None else []


@lru_cache(maxsize=1024)
def _target(link: str) -> str:
    """Return the way to a file as a relation tells it."""
    return link.removeprefix(_EXTERNAL).replace("/", "\\").translate(_ESCAPES)


def internal(sheet_name: str, row: int, column: int = 0) -> str:
    """Return the link to a cell (0-based) of this workbook."""
    return f"{_INTERNAL}'{sheet_name}'!{xl_col_to_name(column) if column else 'A'}{row + 1}"


def link_formula(link: str, shown: str) -> str:
    """Return the formula that leads where an internal link leads; Excel sets no limit to those.

    Both parts are words of ours and row numbers, never what a unit typed.
    """
    return f'=HYPERLINK("#{link.removeprefix(_INTERNAL)}","{shown}")'
