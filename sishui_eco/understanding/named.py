"""What a row names: a leaf of the catalogue, a group of rows, the unit that sealed the table."""

from __future__ import annotations

from bisect import bisect_right

from sishui_eco.model.grid import Cell
from sishui_eco.understanding.body import Body
from sishui_eco.understanding.indicators import match_indicator, parent_of
from sishui_eco.understanding.marks import is_signature, opens_section
from sishui_eco.understanding.units import surely_unit

GROUPING = ("category", "domain", "task")


def sealed(row: int, cell: Cell, body: Body) -> bool:
    """Tell whether a lone text is a seal line: a unit, and the next row is nothing but a date."""
    below = next_row(row, body)
    if not below or not surely_unit(cell.text, body.vocabulary.campaign):
        return False
    return all(is_signature(other.text) for other in body.sheet.own(below))


def next_row(row: int, body: Body) -> int:
    """Return the next row of a table body with anything in it, 0 when there is none."""
    below = range(bisect_right(body.rows, row), len(body.rows))
    return next((body.rows[at] for at in below if body.sheet.own(body.rows[at])), 0)


def titles_group(row: int, cell: Cell, name: str, body: Body) -> bool:
    """Tell whether a lone text numbers a group, in front of the table or where names stand; a leaf is a record."""
    if not opens_section(cell.text):
        return False
    if name in body.names:
        return not known(row, body)
    return cell.column <= body.block.left or name in ("no", *GROUPING)


def leaves_follow(row: int, body: Body) -> bool:
    """Tell whether the next row names a leaf of the indicator that this row names."""
    later = next_row(row, body)
    if not later:
        return False
    parent = body.identity(row, "indicator")
    own = body.identity(later, "indicator")
    sub = body.identity(later, "sub_indicator")
    texts = [cell.text for cell in (own, sub) if cell is not None and cell.row == later]
    if parent is None or not texts:
        return False
    wanted = parent_of(parent.text, body.catalogue)
    found = [match_indicator(wanted, text, body.catalogue).indicator for text in texts]
    alone = [match_indicator(text, "", body.catalogue).indicator for text in texts]
    return any(item is not None and item.name == wanted for item in (*found, *alone))


def known(row: int, body: Body) -> bool:
    """Tell whether the catalogue knows what a row names."""
    cells = [body.identity(row, name) for name in body.names]
    texts = [cell.text if cell else "" for cell in cells]
    if body.form.key == "annex2":
        match = match_indicator(texts[0], texts[1], body.catalogue)
        return match.known or match.whole
    if body.form.key == "annex3":
        return bool(texts[0]) and bool(parent_of(texts[0], body.catalogue) or _is_indicator(texts[0], body))
    return False


def _is_indicator(text: str, body: Body) -> bool:
    match = match_indicator(text, "", body.catalogue)
    return match.known
