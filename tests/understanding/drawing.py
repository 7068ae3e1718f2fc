"""Sheets drawn as text: one line a row, cells parted by |, `<` merged into the left, `^` into the cell above.

A plain number is a number cell, `'12` is text, `#REF!` an error, `\\n` inside a cell a line break. An
empty line is a blank row. Nothing here knows the words of the package.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from functools import cache

from sishui_eco.model.arrival import Arrival, FileKind, MailContext
from sishui_eco.model.grid import Cell, CellKind, Document, Grid, Merge
from sishui_eco.model.submission import Record, RowClass, Submission, Understood
from sishui_eco.spec.campaign import Campaign
from sishui_eco.spec.settings import default_campaign
from sishui_eco.understanding import understand

RECEIVED = datetime(2023, 7, 20, 9, 0)
NUMBER = re.compile(r"-?\d+(\.\d+)?")
PERCENT = re.compile(r"(-?\d+(?:\.\d+)?)\[(0(?:\.0+)?%)\]")


@cache
def campaign() -> Campaign:
    return default_campaign()


def draw(text: str, *, name: str = "Sheet1", at: tuple[int, int] = (1, 1), kind: str = "sheet", **more: object) -> Grid:
    """Return the grid of a drawing whose first cell stands at `at`."""
    cells: dict[tuple[int, int], Cell] = {}
    areas: dict[tuple[int, int], tuple[int, int]] = {}
    anchors: dict[tuple[int, int], tuple[int, int]] = {}
    for row, line in enumerate(text.strip("\n").split("\n"), start=at[0]):
        for column, piece in enumerate(line.split("|"), start=at[1]):
            piece = piece.strip()
            if piece in ("<", "^"):
                source = (row, column - 1) if piece == "<" else (row - 1, column)
                anchor = anchors.get(source, source)
                anchors[row, column] = anchor
                bottom, right = areas.get(anchor, anchor)
                areas[anchor] = (max(bottom, row), max(right, column))
            elif piece:
                cells[row, column] = cell_of(row, column, piece)
    merges = tuple(Merge(top, left, bottom, right) for (top, left), (bottom, right) in sorted(areas.items()))
    return Grid(name=name, kind=kind, cells=cells, merges=merges, **more)  # type: ignore[arg-type]


def cell_of(row: int, column: int, piece: str) -> Cell:
    percent = PERCENT.fullmatch(piece)
    if percent:
        number = Decimal(percent.group(1))
        shown = f"{(number * 100).normalize():f}%"
        return Cell(row, column, CellKind.NUMBER, shown, number=number, number_format=percent.group(2))
    if NUMBER.fullmatch(piece):
        return Cell(row, column, CellKind.NUMBER, piece, number=Decimal(piece))
    if piece.startswith("#") and piece.endswith(("!", "?")):
        return Cell(row, column, CellKind.ERROR, piece)
    return Cell(row, column, CellKind.TEXT, piece.removeprefix("'").replace("\\n", "\n"))


def arrive(name: str = "来件.xlsx", *, file: str = "", member: str = "", mail: MailContext | None = None) -> Arrival:
    return Arrival(
        file=file or name,
        member=member,
        name=name,
        sha256="0" * 64,
        size=1,
        kind=FileKind.XLSX,
        received=RECEIVED,
        mail=mail,
    )


def take(
    *grids: Grid | str,
    name: str = "来件.xlsx",
    properties: Mapping[str, str] | None = None,
    arrival: Arrival | None = None,
) -> Understood:
    """Return what is understood of a file with these sheets; every law that always holds is asserted here."""
    drawn = tuple(
        grid if isinstance(grid, Grid) else draw(grid, name=f"Sheet{index}")
        for index, grid in enumerate(grids, start=1)
    )
    document = Document(reader="drawing", grids=drawn, properties=properties or {})
    understood = understand(arrival or arrive(name), document, campaign())
    assert_lawful(understood, drawn)
    return understood


def assert_lawful(understood: Understood, grids: tuple[Grid, ...]) -> None:
    """Every row in one class, every record row owned, every answer at a place that holds its raw text."""
    assert [rows.sheet for rows in understood.rows] == [grid.name for grid in grids]
    by_name = {grid.name: grid for grid in grids}
    for rows in understood.rows:
        grid = by_name[rows.sheet]
        assert set(rows.classes) == {row for row, _ in (*grid.cells, *grid.covered)}
        records = {row for row, kind in rows.classes.items() if kind is RowClass.RECORD}
        assert set(rows.owner) == records
    for submission in understood.submissions:
        for record in submission.records:
            for answer in record.answers.values():
                assert by_name[answer.place.sheet].cells[answer.place.row, answer.place.column].text == answer.raw
        for answer in submission.form_fields.values():
            assert by_name[answer.place.sheet].cells[answer.place.row, answer.place.column].text == answer.raw


def one(understood: Understood) -> Submission:
    assert len(understood.submissions) == 1, understood.evidence
    return understood.submissions[0]


def keys(understood: Understood) -> list[str]:
    return [record.key for record in one(understood).records]


def record_of(understood: Understood, key: str) -> Record:
    return next(record for record in one(understood).records if record.key == key)


def classes(understood: Understood, sheet: str = "Sheet1") -> str:
    """Return one letter a non-blank row: R record, H heading, S section, T subtotal, N note, X sample, B blank."""
    letters = {
        RowClass.RECORD: "R",
        RowClass.HEADING: "H",
        RowClass.SECTION: "S",
        RowClass.SUBTOTAL: "T",
        RowClass.NOTE: "N",
        RowClass.SAMPLE: "X",
        RowClass.BLANK_FORM: "B",
    }
    rows = next(item for item in understood.rows if item.sheet == sheet)
    return "".join(letters[rows.classes[row]] for row in sorted(rows.classes))


def codes(understood: Understood) -> set[str]:
    found = {finding.code for finding in understood.findings}
    return found | {finding.code for submission in understood.submissions for finding in submission.findings}
