"""Rows below a heading that are headings themselves: repeated, numbering the columns, a title, another table's."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from sishui_eco.model.grid import Cell, CellKind
from sishui_eco.understanding.body import Body
from sishui_eco.understanding.forms import title_keys
from sishui_eco.understanding.headers import hits
from sishui_eco.understanding.vocabulary import REMEMBERED, bare, bare_words, key_text, pattern, words

ALL_FORMS_HEADINGS = 2


def rows_like_heading(body: Body) -> frozenset[int]:
    """Return the rows in which any text is one of the table's own headings: only they may repeat the heading."""
    words = frozenset().union(*(heading_parts(item.heading) for item in body.layout.columns))
    alike, unlike = set(), body.layout.unlike
    for text in unlike.others(body.sheet.told(body.rows)):
        if bare(text) in words:
            alike.add(text)
        else:
            unlike.learn(text)
    texts = body.sheet.texts
    return frozenset([row for row in body.rows if not alike.isdisjoint(texts.get(row, ()))])


def repeats_heading(row: int, body: Body) -> bool:
    """Tell whether a row repeats the headings above it, as on a further page."""
    inside = body.inside(row)
    alike = sum([bare(cell.text) in heading_parts(item.heading) for item, cell in inside])
    return alike >= 2 and alike * 2 > len(inside)


@lru_cache(maxsize=REMEMBERED)
def heading_parts(heading: str) -> frozenset[str]:
    """Return the matching keys of a heading and of each of its parts from group to leaf."""
    parts = heading.split(words()["headings"]["separator"])
    return frozenset(map(bare, (*parts, heading)))


def numbers_columns(row: int, body: Body) -> bool:
    """Tell whether a row right below the heading numbers the columns: 1 2 3 …, or 甲 乙 1 2."""
    if len(body.sheet.own(row)) < 3:
        return False
    keys = [key_text(cell.text) for cell in body.sheet.own(row)]
    if not all(pattern("headings", "column_numbers").match(key) for key in keys):
        return False
    numbers = [int(key.strip("()")) for key in keys if key.strip("()").isdigit()]
    steps = all(later - earlier == 1 for earlier, later in pairwise(numbers))
    return len(keys) * 2 > len(body.layout.columns) and steps


def titles_page(cells: Sequence[Cell], body: Body) -> bool:
    """Tell whether a row in the body is the title of a page or of the next table."""
    if len(cells) > 2:
        return False
    keys = [key_text(cell.text) for cell in cells]
    if any(key.strip("()") in bare_words("rows", "continued") for key in keys):
        return True
    names = title_keys(body.vocabulary.campaign)
    return any(key == name or (key.endswith(name) and len(key) <= 50) for key in keys for name in names)


def heads_another_table(row: int, body: Body) -> bool:
    """Tell whether another kind of table begins: a row of heading words that are not this table's."""
    cells = body.sheet.own(row)
    if len(cells) < 2 or any(cell.kind is not CellKind.TEXT or len(cell.text) > 20 for cell in cells):
        return False
    generic = bare_words("rows", "heading_words")
    told = sum(bare(cell.text) in generic for cell in cells)
    return told >= ALL_FORMS_HEADINGS and (told * 2 >= len(cells) or hits(cells, body.vocabulary) >= 2)
