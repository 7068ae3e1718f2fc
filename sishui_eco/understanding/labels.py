"""Form-level fields wherever they stand: in one cell, in a line of several, or beside their label."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from msgspec import Struct

from sishui_eco.model.grid import Cell
from sishui_eco.model.place import Place
from sishui_eco.model.remembered import LONGEST, keep, remembered
from sishui_eco.spec.campaign import Campaign
from sishui_eco.understanding.view import Sheet
from sishui_eco.understanding.vocabulary import (
    bare,
    bare_words,
    heading_keys,
    key_text,
    pattern,
    without_brackets,
    words,
)

NIL_FIELD = "nil_statement"
LONGEST_LABEL = 30
FAR_LABEL = 4
FAR_VALUE = 4
FEWEST_LISTED = 3  # columns and rows of a list

_BRACKETS_AFTER = r"(?:\s*[\uff08(\u3010\[][^\uff09)\u3011\]]{0,12}[\uff09)\u3011\]])*"
_OPENED = re.compile(r"[\s\uff08(\u3010\[]+$")
_OPENING = re.compile(r"[\uff08(\u3010\[]")
_CLOSED = re.compile(r"[\s\uff09)\u3011\]]+$")
_COLON = r"\s*[:\uff1a]"


class Labelled(Struct, frozen=True, kw_only=True):
    """One labelled text: the field, what stands for it, and the cell it stands in."""

    field: str
    text: str
    raw: str
    place: Place
    cell: Cell | None = None  # the value's own cell, when it has one


@dataclass(frozen=True, slots=True)
class Labels:
    """The spellings of the form-level labels, ready to find."""

    fields: Mapping[str, str]  # matching key -> field
    near: re.Pattern[str]  # label + colon at the start of a text or after a space or separator
    far: re.Pattern[str]  # long labels + colon anywhere
    headings: frozenset[str]  # matching keys of words that head columns: never a value
    parts: dict[str, Sequence[tuple[str, str]]] = field(default_factory=dict, compare=False, repr=False)
    told: dict[str, bool] = field(default_factory=dict, compare=False, repr=False)  # texts, and whether they are labels
    named: dict[str, str] = field(default_factory=dict, compare=False, repr=False)  # texts, and what they are labels of
    values: dict[str, bool] = field(default_factory=dict, compare=False, repr=False)  # texts that may stand beside one

    def field_of(self, text: str) -> str:
        """Return the field a whole cell text is the label of, "" when it is none."""
        if len(text) > LONGEST_LABEL:
            return ""
        known = self.named.get(text)
        if known is None:
            key = key_text(text).rstrip(":")
            known = self.fields[key] if key in self.fields else self.fields.get(without_brackets(text), "")
            keep(self.named, text, known)
        return known


def build_labels(campaign: Campaign) -> Labels:
    """Return the labels of a campaign's form-level fields, the nil box excepted (it has its own reading)."""
    spellings = tuple(
        (text, item.key)
        for item in campaign.form_fields
        if item.key != NIL_FIELD
        for text in (item.heading, *item.aliases)
    )
    headings = tuple(text for form in campaign.forms for item in form.fields for text in (item.heading, *item.aliases))
    return _compiled(spellings, headings)


@cache
def _compiled(spellings: tuple[tuple[str, str], ...], headings: tuple[str, ...]) -> Labels:
    fields: dict[str, str] = {}
    for text, name in spellings:
        fields.setdefault(key_text(text), name)
    ordered = sorted({text for text, _ in spellings}, key=lambda text: (-len(text), text))
    near = "|".join(_spaced(text) for text in ordered)
    far = "|".join(_spaced(text) for text in ordered if len(text) >= FAR_LABEL)
    return Labels(
        fields,
        re.compile(rf"(?<![\w\u4e00-\u9fff])(?P<label>{near}){_BRACKETS_AFTER}{_COLON}"),
        re.compile(rf"(?P<label>{far}){_BRACKETS_AFTER}{_COLON}"),
        frozenset(bare(text) for text in headings) | bare_words("rows", "heading_words"),
    )


def _spaced(text: str) -> str:
    opening, closing = r"[\uff08(]", r"[\uff09)]"
    bracket = {"\uff08": opening, "(": opening, "\uff09": closing, ")": closing}
    return r"\s*".join(bracket.get(character, re.escape(character)) for character in text if not character.isspace())


def split_labels(text: str, labels: Labels) -> Sequence[tuple[str, str]]:
    """Return (field, text) for every label with a colon in one text, in order; texts may be empty."""
    known = labels.parts.get(text)
    if known is None:
        known = _split(text, labels)
        if len(text) <= LONGEST:
            keep(labels.parts, text, known)
    return known


def _split(text: str, labels: Labels) -> Sequence[tuple[str, str]]:
    found = list(labels.near.finditer(text))
    if not found:
        return []
    spans = sorted([*found, *_further(text, found, labels)], key=lambda match: match.start())
    parts: list[tuple[str, str]] = []
    for index, match in enumerate(spans):
        end = spans[index + 1].start() if index + 1 < len(spans) else len(text)
        parts.append((_field(match, labels), _trimmed(text[match.end() : end])))
    return parts


def _further(text: str, found: list[re.Match[str]], labels: Labels) -> list[re.Match[str]]:
    """Return long labels glued to the value before them."""
    taken = [(match.start(), match.end()) for match in found]
    first = found[0].start()
    return [
        match
        for match in labels.far.finditer(text)
        if match.start() > first and not any(start < match.end() and match.start() < end for start, end in taken)
    ]


def _field(match: re.Match[str], labels: Labels) -> str:
    whole = key_text(match.group(0)).rstrip(":")
    return labels.fields.get(whole) or labels.fields.get(key_text(match.group("label")), "")


@remembered
def _trimmed(text: str) -> str:
    """Return a value without the signs around it, the date behind it, or one half of a pair of brackets."""
    line = pattern("labels", "date_behind").sub("", text).strip(words()["labels"]["trim"] + "\n\t")
    line = _OPENED.sub("", line)
    if _CLOSED.search(line) and not _OPENING.search(line):
        line = _CLOSED.sub("", line)
    return "" if not key_text(line).strip("_-") else line


def is_label(text: str, labels: Labels) -> bool:
    """Tell whether a cell text is, or begins with, a form-level label."""
    known = labels.told.get(text)
    if known is None:
        known = bool(labels.field_of(text)) or labels.near.match(text.strip()) is not None
        if len(text) <= LONGEST:
            keep(labels.told, text, known)
    return known


def read_labels(sheet: Sheet, rows: Sequence[int], labels: Labels) -> list[Labelled]:
    """Return every labelled text of the given rows in reading order, telephones given to their person."""
    found: list[Labelled] = []
    for row in rows:
        cells = sheet.own(row)
        for index in range(len(cells)):
            found.extend(_cell_labels(sheet, cells, index, labels))
    return _telephones(found)


def empty_labels(sheet: Sheet, rows: Sequence[int], labels: Labels) -> list[Labelled]:
    """Return the labels of the given rows with nothing filled in, at the cell where their value belongs.

    That is the cell right of a label, or the label's own cell when it ends in a colon.
    """
    found: list[Labelled] = []
    for row in rows:
        cells = sheet.own(row)
        for index, cell in enumerate(cells):
            parts = split_labels(cell.text, labels)
            field = labels.field_of(cell.text)
            if (not parts and not field) or _cell_labels(sheet, cells, index, labels):
                continue
            merge = sheet.merge(row, cell.column)
            column = cell.column if parts else (merge.right if merge else cell.column) + 1
            found += [
                Labelled(field=name, text="", raw="", place=sheet.at(row, column))
                for name in ([name for name, text in parts if not text] or [field])
            ]
    return found


def _cell_labels(sheet: Sheet, cells: Sequence[Cell], index: int, labels: Labels) -> list[Labelled]:
    cell = cells[index]
    parts = split_labels(cell.text, labels)
    place = sheet.at(cell.row, cell.column)
    if parts:
        told = [
            Labelled(field=field, text=text, raw=cell.text, place=place) for field, text in parts if _sensible(text)
        ]
        if parts[-1][1] == "":
            beside = _beside(sheet, cells, index, labels)
            if beside is not None:
                return [*told, _from_cell(parts[-1][0], beside, sheet)]
        return told
    field = labels.field_of(cell.text)
    if not field or _heads_list(sheet, cells, labels):
        return []
    beside = _beside(sheet, cells, index, labels)
    return [_from_cell(field, beside, sheet)] if beside is not None else []


def _heads_list(sheet: Sheet, cells: Sequence[Cell], labels: Labels) -> bool:
    """Tell whether a row heads a list of its own (a duty roster): the rows below have its columns and no label."""
    if len(cells) < FEWEST_LISTED:
        return False
    columns = [cell.column for cell in cells]
    below = [sheet.own(row) for row in range(cells[0].row + 1, cells[0].row + FEWEST_LISTED)]
    return all(
        [cell.column for cell in row] == columns and not any(is_label(cell.text, labels) for cell in row)
        for row in below
    )


def _from_cell(field: str, cell: Cell, sheet: Sheet) -> Labelled:
    return Labelled(
        field=field, text=_trimmed(cell.text), raw=cell.text, place=sheet.at(cell.row, cell.column), cell=cell
    )


def _sensible(text: str) -> bool:
    """Tell whether a text may be a value: not empty, not an instruction, not a paragraph."""
    if not text or len(text) > words()["labels"]["longest_value"]:
        return False
    return not any(word in text for word in words()["labels"]["instruction"])


def _beside(sheet: Sheet, cells: Sequence[Cell], index: int, labels: Labels) -> Cell | None:
    """Return the value cell right of a label, or below it in a row of values under a row of labels."""
    cell = cells[index]
    merge = sheet.merge(cell.row, cell.column)
    right = (merge.right if merge else cell.column) + 1
    following = cells[index + 1] if index + 1 < len(cells) else None
    if following is not None and _is_value(following, labels):
        box = sheet.merge(cell.row, right)
        near = following.column == right or (box is None and following.column - right < FAR_VALUE)
        return following if near else None
    if following is not None and not is_label(following.text, labels):
        return None
    return _below(sheet, cells, cell, (merge.bottom if merge else cell.row) + 1, labels)


def _is_value(cell: Cell, labels: Labels) -> bool:
    """Tell whether a cell beside a label may be its value: no label or heading, no place for a seal, no instruction."""
    known = labels.values.get(cell.text)
    if known is None:
        known = _may_be_value(cell.text, labels)
        if len(cell.text) <= LONGEST:
            keep(labels.values, cell.text, known)
    return known


def _may_be_value(text: str, labels: Labels) -> bool:
    if is_label(text, labels) or bare(text) in bare_words("labels", "not_values"):
        return False
    if any(key in labels.headings for key in heading_keys(text)):
        return False
    return _sensible(_trimmed(text))


def _below(sheet: Sheet, cells: Sequence[Cell], cell: Cell, row: int, labels: Labels) -> Cell | None:
    """Return the cell below a label when a row of labels stands over a row of values."""
    columns = {other.column for other in cells}
    values = sheet.own(row)
    if len(values) < 2 or len(columns) < 2 or any(value.column not in columns for value in values):
        return None
    if not all(_is_value(value, labels) for value in values) or not all(is_label(c.text, labels) for c in cells):
        return None
    return next((value for value in values if value.column == cell.column), None)


def _telephones(found: list[Labelled]) -> list[Labelled]:
    """Give each telephone to the person named before it, and part a name from the number behind it."""
    phones = {row["person"]: row["phone"] for row in words()["labels"]["phone_of"]}
    person = ""
    told: list[Labelled] = []
    for item in found:
        if item.field in phones:
            person = item.field
            told.extend(_name_and_phone(item, phones[item.field]))
        elif item.field == _liaison_phone(phones) and person and phones[person] != item.field:
            if phones[person]:
                told.append(_as(item, phones[person]))
        else:
            told.append(item)
    return told


def _liaison_phone(phones: Mapping[str, str]) -> str:
    return phones.get("liaison_name", "")


def _as(item: Labelled, field: str) -> Labelled:
    return Labelled(field=field, text=item.text, raw=item.raw, place=item.place, cell=item.cell)


def _name_and_phone(item: Labelled, phone_field: str) -> list[Labelled]:
    match = re.search(words()["labels"]["phone"], item.text)
    if match is None or not phone_field or not item.text[: match.start()].strip():
        return [item]
    name = _trimmed(item.text[: match.start()])
    return [
        Labelled(field=item.field, text=name, raw=item.raw, place=item.place),
        Labelled(field=phone_field, text=match.group(0), raw=item.raw, place=item.place),
    ]
