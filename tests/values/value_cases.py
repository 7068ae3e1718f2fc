"""Draw one cell and read it; tables of cases as text: what is written | what is understood | remarks."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from sishui_eco.model.grid import Cell, CellKind
from sishui_eco.model.submission import Blank
from sishui_eco.spec.campaign import Campaign
from sishui_eco.spec.settings import default_campaign
from sishui_eco.understanding.values import Interpretation, interpret

CAMPAIGN: Campaign = replace(default_campaign(), years=(2020, 2021, 2022))


def text_cell(text: str) -> Cell:
    return Cell(1, 1, CellKind.TEXT, text)


def number_cell(number: str, number_format: str = "General", shown: str = "") -> Cell:
    return Cell(1, 1, CellKind.NUMBER, shown or number, number=Decimal(number), number_format=number_format)


def date_cell(moment: datetime) -> Cell:
    return Cell(1, 1, CellKind.DATE, f"{moment:%Y-%m-%d}", moment=moment)


def read(text: str, kind: str, **options: object) -> Interpretation:
    return interpret(text_cell(text), kind=kind, campaign=CAMPAIGN, **options)  # type: ignore[arg-type]


def told(result: Interpretation) -> str:
    """Return an interpretation as one line: value, ~ when approximate, the blank class, the codes."""
    parts = [("~" if result.approximate else "") + result.value]
    if result.blank is not Blank.FILLED:
        parts.append(f"<{result.blank.value}>")
    parts += [item.code + (f"={item.expected}" if item.expected else "") for item in result.remarks]
    return " ".join(part for part in parts if part)


def table(drawn: str) -> list[tuple[str, str]]:
    """Return the rows of a drawn table; ␣ is a blank, ⏎ a line end, ⇥ a tab, ∅ nothing."""
    rows = []
    for line in drawn.strip().splitlines():
        written, _, expected = line.rpartition(" => ") if " => " in line else (line.strip().removesuffix(" =>"), "", "")
        for sign, meant in (("␣", " "), ("⏎", "\n"), ("⇥", "\t"), ("∅", "")):
            written = written.replace(sign, meant)
        rows.append((written.strip(" ") if "␣" not in line else written, expected.strip()))
    return rows
