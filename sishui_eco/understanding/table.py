"""What a table comes to, what every table is read with, and how the lines around a table are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sishui_eco.model.finding import Finding
from sishui_eco.model.remembered import LONGEST, keep
from sishui_eco.model.submission import Record, RowClass
from sishui_eco.spec.campaign import Campaign, Form
from sishui_eco.understanding.columns import Layout
from sishui_eco.understanding.forms import title_keys
from sishui_eco.understanding.headers import HeaderBlock
from sishui_eco.understanding.indicators import Catalogue
from sishui_eco.understanding.labels import Labelled, Labels, is_label
from sishui_eco.understanding.plain import Marks
from sishui_eco.understanding.view import Sheet
from sishui_eco.understanding.vocabulary import Vocabulary, key_text, pattern

TITLE_ROWS = 12
LONGEST_TITLE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What every table of a file is read with."""

    campaign: Campaign
    vocabulary: Vocabulary
    catalogue: Catalogue
    labels: Labels
    marks: Marks


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One form found on a sheet: its records, the class of each of its rows, its labels, its nil statement."""

    form: str
    sheet: Sheet
    records: tuple[Record, ...]
    classes: dict[int, RowClass]
    evidence: str
    present: frozenset[str]
    labelled: tuple[Labelled, ...] = ()
    nil: Labelled | None = None
    findings: tuple[Finding, ...] = ()
    layout: Layout | None = None
    block: HeaderBlock | None = None


def title_text(text: str, campaign: Campaign) -> bool:
    """Tell whether a text is the title of a form, or holds one; worked out once for a short text."""
    known: dict[str, bool] = campaign.worked_out.setdefault("title_texts", {})
    told = known.get(text)
    if told is None:
        key = key_text(text)
        told = len(key) <= LONGEST_TITLE and any(name in key for name in title_keys(campaign))
        if len(text) <= LONGEST:
            keep(known, text, told)
    return told


def texts_of(sheet: Sheet, rows: Sequence[int]) -> tuple[str, ...]:
    return tuple(cell.text for row in rows[-TITLE_ROWS:] for cell in sheet.own(row))


def stated_measure(texts: Sequence[str]) -> str:
    """Return the measure of amounts stated above a table (单位：万元), "" when none is."""
    for text in texts:
        found = pattern("labels", "measure").search(key_text(text))
        if found:
            return found.group("measure")
    return ""


def class_above(sheet: Sheet, row: int, form: Form, words: Words) -> RowClass:
    """A title above a table is heading; labels, the measure line and whatever else stands there are notes."""
    texts = [cell.text for cell in sheet.own(row)]
    if any(title_text(text, words.campaign) and not is_label(text, words.labels) for text in texts):
        return RowClass.HEADING
    return RowClass.NOTE


def present_labels(sheet: Sheet, rows: Sequence[int], labels: Labels) -> frozenset[str]:
    found = (labels.field_of(cell.text) for row in rows for cell in sheet.own(row))
    return frozenset(item for item in found if item)
