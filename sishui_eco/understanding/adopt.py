"""Learning the county's official blank: its headings matched to known keys, with the reason, or refused."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sishui_eco.errors import FormLearningError
from sishui_eco.model.grid import Document
from sishui_eco.model.place import Place
from sishui_eco.spec.campaign import Campaign, Field, Form
from sishui_eco.understanding.columns import Assigned, naming_fields
from sishui_eco.understanding.forms import title_found, titles_of
from sishui_eco.understanding.table import Table, Words
from sishui_eco.understanding.tables import read_sheet
from sishui_eco.understanding.understand import read_with
from sishui_eco.understanding.view import view
from sishui_eco.understanding.vocabulary import EXTRA, SEVERAL_YEARS, bare, words
from sishui_eco.zh import load_table, word

FEWEST_MATCHED = 4
LEAST_LIKENESS = 0.4
YEAR_MARK = "{year}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What an official blank taught: `rows` are the rows of the 表样 sheet of its form, by column key.

    `matched` holds (key, heading, why) in column order; `unmatched` the headings carried as extras;
    `missing` the known headings the blank does not have; `doubts` what a person must look at.
    """

    form: Form
    matched: tuple[tuple[str, str, str], ...]
    unmatched: tuple[str, ...]
    missing: tuple[str, ...]
    fields: tuple[Field, ...]
    doubts: tuple[str, ...]
    rows: tuple[Mapping[str, str], ...]
    evidence: str = ""


def learn_form(document: Document, campaign: Campaign) -> Learned:
    """Return what an official blank of one form teaches.

    Raises: FormLearningError when no table is surely a form, or the document holds several forms.
    """
    learned = learn_forms(document, campaign)
    if len(learned) > 1:
        labels = word("records.list", "understanding").join(item.form.label for item in learned)
        raise _unsure(document, word("learn.several_forms", "understanding", labels=labels))
    return learned[0]


def learn_forms(document: Document, campaign: Campaign) -> tuple[Learned, ...]:
    """Return what every form of a document teaches, in the order of the forms.

    Raises: FormLearningError when no table is surely a form, or a table could be two forms.
    """
    tools = read_with(campaign)
    reads = [read_sheet(view(grid, Place(file="", sheet=grid.name)), "", tools) for grid in document.grids]
    rivals = [item for read in reads for item in read.findings if item.code == "I101"]
    if rivals:
        raise _unsure(document, rivals[0].message)
    tables = [table for read in reads for table in read.tables if _sure(table, campaign)]
    if not tables:
        raise _unsure(document, word("learn.no_form", "understanding"))
    found: list[Learned] = []
    for form in campaign.forms:
        own = [table for table in tables if table.form == form.key]
        if own:
            found.append(_learned(own, form, tools))
    return tuple(found)


def _unsure(document: Document, reason: str) -> FormLearningError:
    name = next((grid.name for grid in document.grids), "")
    return FormLearningError("form_unsure", name=name, reason=reason)


def _sure(table: Table, campaign: Campaign) -> bool:
    """Tell whether a table is surely a form: a list with enough known columns, the one that names its records too."""
    if table.layout is None:
        return False
    form = campaign.form_by_key[table.form]
    matched = [item for item in table.layout.columns if not item.field.startswith(EXTRA)]
    named = {item.field for item in matched if item.how != "suffix"} & naming_fields(form.key)
    return len(matched) >= FEWEST_MATCHED and len(matched) * 2 > len(table.layout.columns) and bool(named)


def _learned(tables: Sequence[Table], form: Form, tools: Words) -> Learned:
    table = tables[0]
    layout = table.layout
    columns = layout.columns if layout is not None else ()
    matched = [item for item in columns if not item.field.startswith(EXTRA)]
    extras = [item for item in columns if item.field.startswith(EXTRA)]
    several = any(item.field == SEVERAL_YEARS for item in matched)
    present = {item.field for item in matched}
    missing = [
        item for item in form.fields if item.in_blank and item.key not in present and not (several and item.year)
    ]
    fields = _fields(columns, form)
    title = _official_title(table, form)
    doubts = _doubts(matched, extras, missing, form)
    if len(tables) > 1:
        sheets = word("records.list", "understanding").join(item.sheet.grid.name for item in tables[1:])
        doubts.append(word("learn.doubt_several", "understanding", label=form.label, sheet=sheets))
    return Learned(
        form=replace(form, title=title or form.title, fields=fields),
        matched=tuple((item.field, item.heading, _why(item)) for item in matched),
        unmatched=tuple(item.heading for item in extras),
        missing=tuple(item.heading for item in missing),
        fields=fields,
        doubts=tuple(doubts),
        rows=_rows(fields, form, tools.campaign),
        evidence=table.evidence,
    )


def _official_title(table: Table, form: Form) -> str:
    """Return which of the form's known titles stands on the blank, "" when none does."""
    texts = [cell.text for row in table.sheet.rows[:12] for cell in table.sheet.own(row)]
    return title_found(form, texts) if titles_of(form) else ""


def _why(item: Assigned) -> str:
    return word(f"learn.{item.how}", "understanding", known=item.known)


def _doubts(matched: Sequence[Assigned], extras: Sequence[Assigned], missing: Sequence[Field], form: Form) -> list[str]:
    told: list[str] = []
    for item in matched:
        known = form.field(item.field)
        if item.how in ("suffix", "ambiguous", "position") and known is not None:
            told.append(word("learn.doubt_read_as", "understanding", heading=item.heading, known=known.heading))
    for item in extras:
        near = difflib.get_close_matches(
            bare(item.heading), [bare(field.heading) for field in missing], n=1, cutoff=LEAST_LIKENESS
        )
        known = next((field for field in missing if near and bare(field.heading) == near[0]), None)
        if known is not None:
            told.append(word("learn.doubt_unmatched", "understanding", heading=item.heading, known=known.heading))
    for field in missing:
        if field.required:
            told.append(word("learn.doubt_missing", "understanding", heading=field.heading))
    return told


def _fields(columns: Sequence[Assigned], form: Form) -> tuple[Field, ...]:
    """Return the form's fields in the order of the blank, its headings first, the former ones kept as aliases."""
    found: list[Field] = []
    seen: set[str] = set()
    for item in columns:
        known = form.field(item.field)
        if item.field in seen or item.field == SEVERAL_YEARS:
            continue
        seen.add(item.field)
        found.append(_renamed(known, item) if known is not None else _extra(item, form))
    several = any(item.field == SEVERAL_YEARS for item in columns)
    for field in form.fields:
        if field.key not in seen:
            keep = several and field.year is not None
            found.append(replace(field, in_blank=False, required=field.required and keep))
    return tuple(found)


def _renamed(known: Field, item: Assigned) -> Field:
    """Return a known field under the official heading; measure and group as the blank has them."""
    separator = words()["headings"]["separator"]
    parts = item.heading.split(separator)
    leaf = parts[-1]
    spellings = dict.fromkeys((known.heading, *known.aliases))
    aliases = tuple(text for text in spellings if bare(text) != bare(leaf))
    if bare(leaf) == bare(known.heading):
        leaf = known.heading
    group = parts[-2] if len(parts) > 1 else (known.group if known.year and leaf == known.heading else "")
    return replace(known, heading=leaf, aliases=aliases, group=group, in_blank=True)


def _extra(item: Assigned, form: Form) -> Field:
    return Field(form=form.key, key=item.field, heading=item.heading, kind="text")


# --- rows of the settings sheet ------------------------------------------------------------------------------


def _rows(fields: Sequence[Field], form: Form, campaign: Campaign) -> tuple[dict[str, str], ...]:
    """Return the 表样 rows of the learned fields; the years of one question share one row with {year}."""
    rows: list[dict[str, str]] = []
    templates: set[str] = set()
    for field in fields:
        row = _row(field, form, campaign)
        if field.year is not None:
            if row["key"] in templates:
                continue
            templates.add(row["key"])
        rows.append(row)
    return tuple(rows)


def _row(field: Field, form: Form, campaign: Campaign) -> dict[str, str]:
    settings = load_table("settings")
    labels: Mapping[str, str] = settings["forms"]
    yes, no = word("learn.yes", "understanding"), word("learn.no", "understanding")
    joint = word("records.joint", "understanding")
    choices = joint.join(field.choices)
    if field.choices and field.choices == campaign.categories:
        choices = word("learn.categories", "understanding")

    def year(text: str) -> str:
        return text.replace(str(field.year), YEAR_MARK) if field.year is not None else text

    return {
        "form": labels.get(form.key, form.label),
        "key": year(field.key),
        "group": field.group,
        "heading": year(field.heading),
        "aliases": joint.join(dict.fromkeys(year(text) for text in field.aliases)),
        "kind": settings["kinds"][field.kind],
        "required": yes if field.required else no,
        "prefilled": yes if field.prefilled else no,
        "measure": field.measure,
        "choices": choices,
        "note": field.note,
        "in_blank": yes if field.in_blank else no,
    }
