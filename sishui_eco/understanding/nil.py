"""Does a unit state that it has nothing to report: a ticked box, an answered label, a sentence, a file name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sishui_eco.model.grid import Cell
from sishui_eco.spec.campaign import Campaign, Field
from sishui_eco.understanding.labels import NIL_FIELD, Labelled
from sishui_eco.understanding.view import Sheet
from sishui_eco.understanding.vocabulary import bare, key_text, pattern, words

LONGEST_STATEMENT = 400
NEAR_CELLS = 4

_CLAUSES = re.compile("[\u3002\uff1b;\uff01!\n]")


def nil_field(campaign: Campaign) -> Field | None:
    return next((item for item in campaign.form_fields if item.key == NIL_FIELD), None)


def nil_form(campaign: Campaign) -> str:
    """Return the first form that a nil statement may replace, "" when none may be."""
    return next((form.key for form in campaign.forms if form.nil_allowed), "")


def find_nil(sheet: Sheet, rows: Sequence[int], campaign: Campaign, *, bare_label: bool = False) -> Labelled | None:
    """Return the nil statement in the given rows, None when there is none; an instruction is none.

    On our blank the label stands beside an empty box and states nothing. With `bare_label` it does:
    in a file without that form, somebody wrote it down.
    """
    field = nil_field(campaign)
    if field is None:
        return None
    for row in rows:
        cells = sheet.own(row)
        for index, cell in enumerate(cells):
            stated = _stated(cell, cells[index + 1 : index + 1 + NEAR_CELLS], field, bare_label=bare_label)
            if stated is not None:
                return Labelled(
                    field=NIL_FIELD,
                    text=stated.text.strip(),
                    raw=stated.text,
                    place=sheet.at(stated.row, stated.column),
                    cell=stated,
                )
    return None


def _stated(cell: Cell, beside: Sequence[Cell], field: Field, *, bare_label: bool) -> Cell | None:
    """Return the cell that states it: the cell itself, or the ticked one beside its label."""
    if len(cell.text) > LONGEST_STATEMENT or not pattern("nil", "hint").search(cell.text):
        return None
    label = _label_in(cell.text, field)
    if label:
        answer = _box_or_value(cell.text, label)
        if answer is not None:
            return cell if answer else None
        if _is_only_label(cell.text, field):
            return cell if bare_label and not beside else _answered_beside(cell, beside)
    return cell if says_nil(cell.text, field) else None


def _spellings(field: Field) -> list[str]:
    return sorted({key_text(text) for text in (field.heading, *field.aliases)}, key=lambda text: (-len(text), text))


def _label_in(text: str, field: Field) -> str:
    key = key_text(text)
    return next((label for label in _spellings(field) if label in key), "")


def _is_only_label(text: str, field: Field) -> bool:
    """Tell whether a text is the label and nothing else but brackets, boxes and a colon."""
    return bare(re.sub(r"\([^()]*\)", "", key_text(text))) in {bare(label) for label in _spellings(field)}


def _box_or_value(text: str, label: str) -> bool | None:
    """Return what a box or a value in the label's own cell says, None when it says nothing."""
    key = key_text(text)
    before, _, after = key.partition(label)
    after = after.lstrip("):")
    near = (before[-4:].strip("(:"), after[:4].strip("(:"))
    yes = tuple(key_text(item) or item for item in words()["nil"]["ticked"])
    no = tuple(key_text(item) or item for item in words()["nil"]["unticked"])
    if len(key) > len(label) + 12:
        near = (before[-1:], after[:1])
    if any(piece.endswith(yes) if index == 0 else piece.startswith(yes) for index, piece in enumerate(near)):
        return True
    if any(piece.endswith(no) if index == 0 else piece.startswith(no) for index, piece in enumerate(near)):
        return False
    value = key.partition(label)[2]
    return yes_or_no(value.lstrip("):")) if ":" in value[:2] else None


def _answered_beside(cell: Cell, beside: Sequence[Cell]) -> Cell | None:
    """Return the first cell right of a label that answers yes; a no, or another text, ends the search."""
    for other in beside:
        answer = yes_or_no(other.text)
        if answer is not None:
            return other if answer else None
        if bare(other.text):
            return None
    return None


def yes_or_no(text: str) -> bool | None:
    """Return what an answer to the nil label says: 是, √, ☑是 □否 …; None when neither."""
    boxes = (*words()["nil"]["ticked"], *words()["nil"]["unticked"])
    side = "before" if text.strip().startswith(boxes) else "behind"
    if pattern("nil", f"yes_box_{side}").search(text):
        return True
    if pattern("nil", f"no_box_{side}").search(text):
        return False
    key = key_text(text).strip("().")
    signs = text.strip()
    if key in {key_text(item) for item in words()["nil"]["yes"]} - {""} or signs in words()["nil"]["ticked"]:
        return True
    if key in {key_text(item) for item in words()["nil"]["no"]} - {""} or signs in words()["nil"]["unticked"]:
        return False
    return None


def says_nil(text: str, field: Field | None = None) -> bool:
    """Tell whether a text states in a sentence that there is no project; instructions and conditions do not."""
    if field is not None and _is_only_label(text, field):
        return False
    for clause in _CLAUSES.split(text) if pattern("nil", "hint").search(text) else ():
        key = pattern("nil", "closing").sub("", key_text(clause))
        guarded = key.endswith(tuple(words()["nil"]["title_ends"])) or any(
            key_text(word) in key for word in words()["nil"]["guard"]
        )
        if pattern("nil", "sentence").search(key) and not guarded:
            return not clause.strip().startswith(tuple(words()["nil"]["unticked"]))
    return False


def name_says_nil(name: str) -> bool:
    """Tell whether a file name states it: 县财政局无重点工程项目提报说明.docx"""
    key = key_text(name)
    return any(key_text(item) in key for item in words()["nil"]["name_words"]) or says_nil(name)
