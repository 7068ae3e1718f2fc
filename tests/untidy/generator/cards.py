"""Label–value layouts: one project a table, labels at the left of what they ask for."""

from __future__ import annotations

from typing import Any

from tests.untidy.generator import words
from tests.untidy.generator.columns import MEASURES
from tests.untidy.generator.content import Item, spell
from tests.untidy.generator.model import RECORD, Line, Part, Sheet
from tests.untidy.generator.spelling import Hand
from tests.untidy.generator.tables import claim_of

LONG = {"project", "content", "supports", "investment_by_year", "remarks"}
ORDER = (
    "project",
    "category",
    "nature",
    "site",
    "period",
    "investment",
    "funding",
    "content",
    "investment_by_year",
    "stage",
    "responsible_unit",
    "supports",
    "listed",
)


def card_lines(item: Item, hand: Hand, campaign: Any, sheet: Sheet, left: int, part: Part, block: str) -> list[Line]:
    """Return the lines of one card, two fields a line where they are short."""
    money = next((measure for kind, measure in MEASURES.items() if hand.has(kind)), "")
    two_wide = hand.chance.random() < 0.7
    lines: list[Line] = []
    waiting: Line | None = None
    for name in ORDER:
        spelled = spell(item, name, hand, campaign, money)
        label = _label(name, hand, money)
        if name in LONG or not two_wide or waiting is None:
            line = Line(RECORD, block=block)
            lines.append(line)
            column = left
        else:
            line, column = waiting, left + 2
        line.put(column, label)
        if spelled is not None:
            line.put(column + 1, spelled.entry)
            part.claims.append(claim_of(item.key, name, spelled, line, column + 1))
        waiting = line if two_wide and name not in LONG and column == left else None
        if two_wide and name in LONG:
            sheet.merge(line, left + 1, line, left + 3)
    part.keys.append(item.key)
    return lines


def _label(name: str, hand: Hand, money: str) -> str:
    label = words.PLAIN["annex4"][name]
    if hand.strays("renamed_headings"):
        label = hand.pick(words.RENAMED["annex4"][name])
    if name == "investment" and money:
        label += f"（{money}）"
    if 2 <= len(label) <= 4 and hand.strays("spaced_headings"):
        label = " ".join(label)
    return label + (hand.pick(("：", ":")) if hand.chance.random() < 0.2 else "")
