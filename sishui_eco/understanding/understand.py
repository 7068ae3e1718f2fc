"""A document -> what a unit says with it: a pure function of the arrival, what was read, and the campaign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from sishui_eco.model.arrival import Arrival, ArrivalVerdict
from sishui_eco.model.finding import Finding, make_finding
from sishui_eco.model.grid import Cell, CellKind, Document
from sishui_eco.model.place import Place
from sishui_eco.model.submission import Answer, RowClass, SheetRows, Submission, Understood
from sishui_eco.spec.campaign import Campaign
from sishui_eco.understanding.claims import (
    REPORTING,
)
from sishui_eco.understanding.explanations import read_explanations
from sishui_eco.understanding.forms import title_found
from sishui_eco.understanding.indicators import build_catalogue
from sishui_eco.understanding.labels import NIL_FIELD, Labelled, build_labels
from sishui_eco.understanding.nil import nil_form
from sishui_eco.understanding.nil_of_file import file_nil
from sishui_eco.understanding.plain import Marks
from sishui_eco.understanding.table import Table, Words
from sishui_eco.understanding.tables import SheetRead, read_sheet
from sishui_eco.understanding.units import UnitVerdict, decide_unit
from sishui_eco.understanding.values import interpret
from sishui_eco.understanding.view import Sheet, view
from sishui_eco.understanding.vocabulary import build_vocabulary, words
from sishui_eco.understanding.whose import Group, file_claims, group_claims, groups_of, labelled_of
from sishui_eco.zh import word

PRODUCT = "eco_product"
EDITION = "eco_edition"
# Form-level fields that our own blanks print, and that are no answer of the unit.
PRINTED = frozenset({REPORTING, NIL_FIELD})


def understand(arrival: Arrival, document: Document, campaign: Campaign) -> Understood:
    """Return what an arrival says: its submissions, the class of every row, whose it is, and why.

    Recognition rests on what a person can see; hidden tags are one voice among others.

    Shape:    every row with any cell of every grid is in exactly one class.
    Findings: I101 to I109 about the file, I2xx and I3xx and N within submissions.
    """
    product = document.properties.get(PRODUCT, "")
    sheets = tuple(view(grid, msgspec.structs.replace(arrival.place, sheet=grid.name)) for grid in document.grids)
    if product in words()["own_output"]["products"]:
        evidence = word("evidence.own_output", "understanding", product=product)
        return Understood(arrival=arrival, verdict=ArrivalVerdict.OWN_OUTPUT, rows=_notes(sheets), evidence=evidence)
    explanations: dict[str, str] = {}
    reads: list[SheetRead] = []
    tools = read_with(campaign)
    for sheet in sheets:
        told = read_explanations(sheet)
        if told is not None:
            explanations |= told
            reads.append(SheetRead(sheet=sheet, classes=dict.fromkeys(sheet.every_row, RowClass.NOTE)))
        else:
            reads.append(read_sheet(sheet, arrival.name, tools))
    reads, hidden = _without_hidden_doubles(reads)
    return _conclude(arrival, document, campaign, reads, hidden, explanations)


def read_with(campaign: Campaign) -> Words:
    """Return the vocabulary, the catalogue and the labels of a campaign, made once per process."""
    known = campaign.worked_out.get("understanding")
    if isinstance(known, Words):
        return known
    labels = build_labels(campaign)
    made = Words(
        campaign=campaign,
        vocabulary=build_vocabulary(campaign),
        catalogue=build_catalogue(campaign),
        labels=labels,
        marks=Marks(labels),
    )
    campaign.worked_out["understanding"] = made
    return made


def _notes(sheets: Sequence[Sheet]) -> tuple[SheetRows, ...]:
    return tuple(
        SheetRows(sheet=sheet.grid.name, classes=dict.fromkeys(sheet.every_row, RowClass.NOTE)) for sheet in sheets
    )


def _without_hidden_doubles(reads: Sequence[SheetRead]) -> tuple[list[SheetRead], list[Finding]]:
    """Leave out forms on hidden sheets when a visible sheet has the same form; tell both cases."""
    seen = {table.form for read in reads if not read.sheet.grid.hidden for table in read.tables}
    kept: list[SheetRead] = []
    findings: list[Finding] = []
    for read in reads:
        if not read.sheet.grid.hidden or not read.tables:
            kept.append(read)
            continue
        doubles = [table for table in read.tables if table.form in seen]
        code = "I103" if doubles else "I102"
        if any(table.records for table in read.tables):
            findings.append(make_finding(code, read.sheet.place, sheet=read.sheet.grid.name))
        notes = dict.fromkeys(read.sheet.every_row, RowClass.NOTE)
        kept.append(SheetRead(sheet=read.sheet, classes=notes) if doubles else read)
    return kept, findings


# --- what it comes to ------------------------------------------------------------------------------------


def _conclude(
    arrival: Arrival,
    document: Document,
    campaign: Campaign,
    reads: Sequence[SheetRead],
    findings: Sequence[Finding],
    explanations: dict[str, str],
) -> Understood:
    tables = [table for read in reads for table in read.tables]
    nil = file_nil(arrival, reads, tables, campaign)
    answered = [table for table in tables if _answered(table, campaign)]
    groups = groups_of(answered, campaign)
    if nil is not None and not any(group.form == nil_form(campaign) for group in groups):
        own = tuple(table for table in tables if table.form == nil_form(campaign))
        groups = (*groups, Group(form=nil_form(campaign), tables=own))
    about = [*findings, *(finding for read in reads for finding in read.findings)]
    submissions = tuple(_submission(group, arrival, document, campaign, reads, nil, explanations) for group in groups)
    about += _file_findings(arrival, submissions, groups, reads, tables, campaign)
    rows = _sheet_rows(reads, groups)
    if submissions:
        return _returned(arrival, submissions, rows, about)
    decided = decide_unit(file_claims(arrival, document, reads, campaign), campaign)
    if tables:
        return _blank(arrival, tables, rows, about, decided, campaign)
    return _no_form(arrival, reads, rows, about, decided)


def _answered(table: Table, campaign: Campaign) -> bool:
    """Tell whether a unit wrote anything into a form beyond what our blank prints in it.

    A record that the catalogue does not know was typed by somebody, whatever its columns.
    """
    form = campaign.form_by_key[table.form]
    printed = {item.key for item in form.fields if item.prefilled} | {"no"}
    if any(not record.known or set(record.answers) - printed for record in table.records):
        return True
    return any(item.field not in PRINTED and item.text for item in table.labelled)


def _submission(
    group: Group,
    arrival: Arrival,
    document: Document,
    campaign: Campaign,
    reads: Sequence[SheetRead],
    nil: Labelled | None,
    explanations: dict[str, str],
) -> Submission:
    records = tuple(record for table in group.tables for record in table.records)
    decided = decide_unit(group_claims(group, arrival, document, reads, campaign), campaign, form=group.form)
    statement = _nil_answer(nil) if nil is not None and group.form == nil_form(campaign) else None
    why = [table.evidence for table in group.tables]
    if statement is not None:
        key = "evidence.nil" if nil is not None and nil.place != arrival.place else "evidence.nil_name"
        why.append(word(key, "understanding", text=" ".join(statement.raw.split())[:60]))
    findings = [finding for table in group.tables for finding in table.findings]
    labelled = labelled_of(group, reads)
    fields, told = _form_fields(labelled, campaign)
    findings += [*told, *decided.findings]
    return Submission(
        arrival=arrival,
        form=group.form,
        unit_id=decided.unit_id,
        records=records,
        form_fields=fields,
        nil_statement=statement,
        findings=tuple(item.about(unit_id=decided.unit_id, form=group.form) for item in findings),
        evidence=word("evidence.joint", "understanding").join(dict.fromkeys([*why, decided.evidence])),
        edition=document.properties.get(EDITION, ""),
        pictures=document.pictures or sum(len(grid.pictures) for grid in document.grids),
        present_fields=frozenset().union(*(table.present for table in group.tables)) | frozenset(fields),
        explanations=explanations,
        label_places=_label_places(labelled, fields),
    )


def _label_places(labelled: Sequence[Labelled], fields: Mapping[str, Answer]) -> dict[str, Place]:
    """Return where form-level fields that nobody filled in belong: beside their label."""
    places: dict[str, Place] = {}
    for item in labelled:
        if not item.text and item.field not in fields:
            places.setdefault(item.field, item.place)
    return places


def _form_fields(labelled: Sequence[Labelled], campaign: Campaign) -> tuple[dict[str, Answer], list[Finding]]:
    """Return the form-level answers; of several texts for one field the first that says something counts."""
    known = {item.key: item for item in campaign.form_fields}
    fields: dict[str, Answer] = {}
    findings: list[Finding] = []
    for item in labelled:
        if item.field in fields or item.field not in known or not item.text:
            continue
        cell = item.cell if item.cell is not None and item.cell.text.strip() == item.text else _text_cell(item)
        result = interpret(cell, kind=known[item.field].kind, campaign=campaign)
        fields[item.field] = Answer(
            field=item.field,
            kind=result.kind,
            raw=item.raw,
            value=result.value,
            place=item.place,
            blank=result.blank,
            approximate=result.approximate,
            note=result.note,
        )
        findings += [
            make_finding(
                told.code, item.place, field=item.field, raw=item.raw, expected=told.expected, **dict(told.parameters)
            )
            for told in result.remarks
        ]
    return fields, findings


def _text_cell(item: Labelled) -> Cell:
    return Cell(row=item.place.row, column=item.place.column, kind=CellKind.TEXT, text=item.text)


def _nil_answer(nil: Labelled) -> Answer:
    return Answer(field=NIL_FIELD, kind="yes-no", raw=nil.raw, value="yes", place=nil.place)


# --- rows and verdicts -------------------------------------------------------------------------------------


def _sheet_rows(reads: Sequence[SheetRead], groups: Sequence[Group]) -> tuple[SheetRows, ...]:
    """Return every row of every sheet with its class; records of forms nobody answered are blank form rows."""
    owners = {id(table): index for index, group in enumerate(groups) for table in group.tables}
    found: list[SheetRows] = []
    for read in reads:
        classes = dict(read.classes)
        owner: dict[int, int] = {}
        for table in read.tables:
            for row, kind in table.classes.items():
                if kind is not RowClass.RECORD:
                    continue
                if id(table) in owners:
                    owner[row] = owners[id(table)]
                else:
                    classes[row] = RowClass.BLANK_FORM
        found.append(SheetRows(sheet=read.sheet.grid.name, classes=classes, owner=owner))
    return tuple(found)


def _returned(
    arrival: Arrival, submissions: tuple[Submission, ...], rows: tuple[SheetRows, ...], about: Sequence[Finding]
) -> Understood:
    nil_only = all(item.nil_statement is not None and not item.records for item in submissions)
    units = list(dict.fromkeys(item.unit_id for item in submissions))
    return Understood(
        arrival=arrival,
        verdict=ArrivalVerdict.NIL_RETURN if nil_only else ArrivalVerdict.READ,
        submissions=submissions,
        rows=rows,
        findings=tuple(about),
        unit_id=units[0] if len(units) == 1 else "",
        evidence=word("evidence.joint", "understanding").join(
            dict.fromkeys(item.evidence for item in submissions if item.evidence)
        ),
    )


def _blank(
    arrival: Arrival,
    tables: Sequence[Table],
    rows: tuple[SheetRows, ...],
    about: Sequence[Finding],
    decided: UnitVerdict,
    campaign: Campaign,
) -> Understood:
    labels = dict.fromkeys(campaign.form_by_key[table.form].label for table in tables)
    forms = word("records.list", "understanding").join(labels)
    why = [word("evidence.blank", "understanding", forms=forms), decided.evidence]
    return Understood(
        arrival=arrival,
        verdict=ArrivalVerdict.BLANK,
        rows=rows,
        findings=tuple(about),
        unit_id=decided.unit_id,
        evidence=word("evidence.joint", "understanding").join(why),
    )


def _no_form(
    arrival: Arrival,
    reads: Sequence[SheetRead],
    rows: tuple[SheetRows, ...],
    about: Sequence[Finding],
    decided: UnitVerdict,
) -> Understood:
    """A file without any of the forms: a supporting file when its unit is known, else unrecognised."""
    empty = not any(read.sheet.every_row for read in reads)
    supporting = bool(decided.unit_id) and not empty
    unsure = any(item.code == "I101" for item in about)
    missed = "unrecognised_empty" if empty else ("unrecognised_unsure" if unsure else "unrecognised")
    key = "supporting" if supporting else missed
    return Understood(
        arrival=arrival,
        verdict=ArrivalVerdict.SUPPORTING if supporting else ArrivalVerdict.UNRECOGNISED,
        rows=rows,
        findings=tuple(about),
        unit_id=decided.unit_id,
        evidence=word("evidence.joint", "understanding").join(
            [word(f"evidence.{key}", "understanding"), decided.evidence]
        ),
    )


def _file_findings(
    arrival: Arrival,
    submissions: Sequence[Submission],
    groups: Sequence[Group],
    reads: Sequence[SheetRead],
    tables: Sequence[Table],
    campaign: Campaign,
) -> list[Finding]:
    findings: list[Finding] = []
    units = list(dict.fromkeys(item.unit_id for item in submissions if item.unit_id))
    if len(units) > 1:
        named = word("records.list", "understanding").join(campaign.unit_name(unit) for unit in units)
        findings.append(make_finding("I107", arrival.place, units=named))
    found = {table.form for table in tables} | {item.form for item in submissions}
    for read in reads:
        if read.sheet.grid.kind == "text" or read.tables or not read.sheet.grid.pictures:
            continue
        texts = tuple(cell.text for row in read.sheet.rows[:12] for cell in read.sheet.own(row))
        for form in campaign.forms:
            if form.key not in found and title_found(form, (*texts, read.sheet.grid.name)):
                findings.append(make_finding("I109", read.sheet.place, form=form.key, label=form.label))
    return findings
