"""What a row shows by itself: labels, nothing to report, an example, a sum, a name; whatever was read above it."""

from __future__ import annotations

from sishui_eco.understanding.body import Body
from sishui_eco.understanding.heading_rows import heads_another_table, repeats_heading
from sishui_eco.understanding.labels import is_label
from sishui_eco.understanding.marks import (
    blank_marker,
    counts_projects,
    is_sample,
    is_serial,
    is_signature,
    is_subtotal,
    nil_word,
)
from sishui_eco.understanding.named import next_row
from sishui_eco.understanding.vocabulary import bare, bare_words, key_text, pattern, words

# Fields a unit or a blank fills on every line before there is anything to say.
CARRIED_ALONG = frozenset(
    {"no", "responsible_unit", "provider", "contact", "lead_unit", "measure", "domain", "task", "attribute"}
)


def is_labelled_line(row: int, body: Body) -> bool:
    """Tell whether a row holds form-level fields or signatures: 填报单位：…, 审核人：…"""
    cells = body.sheet.own(row)
    first = cells[0]
    if is_label(first.text, body.labels):
        return True
    if is_signature(first.text) and all(is_signature(c.text) or is_label(c.text, body.labels) for c in cells):
        return True
    key = key_text(first.text)
    if len(cells) == 1 and pattern("rows", "signing").match(key):
        return True
    if key.endswith(":") and len(key) <= 14 and not is_subtotal(first.text):
        named = body.identity(row, body.main)
        if named is None or named is first:
            return len(body.filled(row)) <= 2
    return len(cells) <= 4 and any(body.labels.near.match(cell.text.strip()) for cell in cells[1:])


def is_nil_row(row: int, body: Body) -> bool:
    """Tell whether a row only says that there is nothing: 无 in the name, nothing else of weight."""
    if not body.form.nil_allowed:
        return False
    inside = body.inside(row)
    told = [cell for item, cell in inside if nil_word(cell.text) and item.field in (body.main, "content", "category")]
    own = body.sheet.own(row)
    alone = len(own) == 1 and nil_word(own[0].text) and own[0].column <= body.main_column
    if not told and not alone:
        return False
    weightless = CARRIED_ALONG | {"remarks", "category"}
    others = [
        cell
        for item, cell in inside
        if item.field not in weightless and not nil_word(cell.text) and not blank_marker(cell.text)
    ]
    name = body.identity(row, body.main)
    return not others and (name is None or nil_word(name.text) or blank_marker(name.text))


def is_sample_row(row: int, body: Body) -> bool:
    """Tell whether a row is an example: by its number, its name or its remarks."""
    numbers = [body.sheet.own(row)[0], *body.own(row, "no")]
    if any([is_sample(cell.text, whole=True) for cell in numbers]):
        return True
    names = [cell for name in body.names if (cell := body.identity(row, name)) and cell.row == row]
    return any([is_sample(cell.text) for cell in (*names, *body.own(row, "remarks"))])


def filled_like_real(row: int, body: Body) -> bool:
    """Tell whether a row marked as sample carries a name without any sign of a sample."""
    name = body.identity(row, body.main)
    if name is None or is_sample(name.text):
        return False
    marks = words()["rows"]["sample_stand_ins"]
    texts = [cell.text for cell in body.sheet.own(row)]
    return not any(mark in text for mark in marks for text in texts) and not any(is_sample(text) for text in texts[1:])


def is_subtotal_row(row: int, body: Body) -> bool:
    """Tell whether a row sums others up: 小计, 合计 … in front of, or instead of, a name."""
    cells = body.sheet.own(row)
    if any([counts_projects(cell.text) for cell in cells]) and not named_itself(row, body):
        return True
    leading = [cell for cell in cells if cell.column <= body.main_column]
    for cell in leading:
        if bare(cell.text) in bare_words("rows", "subtotal"):
            return True
        if is_subtotal(cell.text):
            name = body.identity(row, body.main)
            return name is None or name is cell or name.row != row or is_subtotal(name.text)
    return False


def named_itself(row: int, body: Body) -> bool:
    """Tell whether a row holds a name of its own, not one that reaches down to it."""
    for name in body.names:
        cell = body.identity(row, name)
        if cell is not None and cell.row == row and not blank_marker(cell.text):
            return True
    return False


def has_name(row: int, body: Body) -> bool:
    """Tell whether a row has a name, be it one that reaches down to it."""
    return any(body.name(row, name) is not None for name in body.names)


def titles_another_table(row: int, body: Body) -> bool:
    """Tell whether the heading of another table follows a row."""
    below = next_row(row, body)
    again = below in body.again or (below and repeats_heading(below, body))
    return bool(below) and not again and heads_another_table(below, body)


def is_numbered(row: int, body: Body) -> bool:
    """Tell whether a row has a number in the column for it."""
    return any(is_serial(cell.text) for cell in body.own(row, "no"))
