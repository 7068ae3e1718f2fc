"""Links of long tables: kept as text, counted, and replaced by formulas where Excel allows no more of them."""

from __future__ import annotations

from xlsxwriter.utility import xl_col_to_name

from sishui_eco.outputs.deflating import Deflated

FEW, MANY = 30_000, 65_000  # Excel refuses more than 65,530 links on one sheet
_INTERNAL, _EXTERNAL = "internal:", "external:"
_ESCAPES = str.maketrans(
    {char: f"%{ord(char):02x}" for char in '%"<>[]^`{} #'}  # what Excel escapes in the path of a file
)


class Links:
    """The links of every sheet. Once a sheet has `FEW`, only the way to a row's source is linked, up to `MANY`."""

    def __init__(self) -> None:
        self._elements: dict[str, Deflated] = {}
        self._count: dict[str, int] = {}
        self._targets: dict[str, dict[str, str]] = {}

    def add(self, key: str, cell: str, link: str, *, way: bool) -> bool:
        """Keep a link of a cell; return False when the cell must lead there by a formula instead.

        `way` says that the cell is there to be followed, not a figure that is linked besides.
        """
        count = self._count.get(key, 0)
        if count >= (MANY if way else FEW):
            return not way or not link.startswith(_INTERNAL)
        self._count[key] = count + 1
        elements = self._elements.get(key) or self._elements.setdefault(key, Deflated())
        if link.startswith(_INTERNAL):
            elements.write(f'<hyperlink ref="{cell}" location="{link[len(_INTERNAL) :]}"/>')
        else:
            elements.write(f'<hyperlink ref="{cell}" r:id="{self._relation(key, link)}"/>')
        return True

    def _relation(self, key: str, link: str) -> str:
        targets = self._targets.setdefault(key, {})
        target = link.removeprefix(_EXTERNAL).replace("/", "\\").translate(_ESCAPES)
        return targets.setdefault(target, f"rId{len(targets) + 1}")

    def elements(self, key: str) -> list[str | Deflated]:
        """Return the links of a sheet as its XML holds them, in pieces; nothing when it has none."""
        found = self._elements.get(key)
        return ["<hyperlinks>", found, "</hyperlinks>"] if found is not None else []

    def targets(self, key: str) -> dict[str, str]:
        """Return target -> relation id of the files a sheet leads to."""
        return self._targets.get(key, {})


def internal(sheet_name: str, row: int, column: int = 0) -> str:
    """Return the link to a cell (0-based) of this workbook."""
    return f"{_INTERNAL}'{sheet_name}'!{xl_col_to_name(column) if column else 'A'}{row + 1}"


def link_formula(link: str, shown: str) -> str:
    """Return the formula that leads where an internal link leads; Excel sets no limit to those.

    Both parts are words of ours and row numbers, never what a unit typed.
    """
    return f'=HYPERLINK("#{link.removeprefix(_INTERNAL)}","{shown}")'
