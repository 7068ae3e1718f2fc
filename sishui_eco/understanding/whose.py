"""Which tables belong together, and everything that says whose they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sishui_eco.model.arrival import Arrival
from sishui_eco.model.grid import Document
from sishui_eco.model.submission import RowClass
from sishui_eco.spec.campaign import Campaign
from sishui_eco.understanding.claims import (
    REPORTING,
    arrival_claims,
    hidden_claims,
    reporting_claims,
    row_claims,
    seal_claims,
    sheet_claims,
)
from sishui_eco.understanding.labels import Labelled
from sishui_eco.understanding.table import TITLE_ROWS, Table, title_text
from sishui_eco.understanding.tables import LOOSE_ROWS, SheetRead
from sishui_eco.understanding.units import SURE, UnitClaim, match_unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The tables of one form that one unit reports."""

    form: str
    tables: tuple[Table, ...]
    unit: str = ""  # named in the tables themselves, when tables of a file name different units


def groups_of(tables: Sequence[Table], campaign: Campaign) -> tuple[Group, ...]:
    """Return the tables by form, in the order of the forms, and by unit where tables name different units."""
    groups: list[Group] = []
    for form in campaign.forms:
        own = [table for table in tables if table.form == form.key]
        units = [_named_unit(table, campaign) for table in own]
        distinct = list(dict.fromkeys(unit for unit in units if unit))
        if len(distinct) < 2:
            groups += [Group(form=form.key, tables=tuple(own))] if own else []
            continue
        current = distinct[0]
        parted: dict[str, list[Table]] = {unit: [] for unit in distinct}
        for table, unit in zip(own, units, strict=True):
            current = unit or current
            parted[current].append(table)
        groups += [Group(form=form.key, tables=tuple(found), unit=unit) for unit, found in parted.items()]
    return tuple(groups)


def _named_unit(table: Table, campaign: Campaign) -> str:
    for item in table.labelled:
        if item.field == REPORTING:
            match = match_unit(item.text, campaign)
            if match.how in SURE:
                return match.unit_id
    return ""


def labelled_of(group: Group, reads: Sequence[SheetRead]) -> list[Labelled]:
    """Return the form-level texts of a group: its own tables first, then sheets and rows that are no form."""
    own = [item for table in group.tables for item in table.labelled]
    sheets = {table.sheet.grid.name for table in group.tables}
    near = [item for read in reads if read.sheet.grid.name in sheets for item in read.labelled]
    far = [item for read in reads if read.sheet.grid.name not in sheets and not read.tables for item in read.labelled]
    if group.unit:
        far = [item for item in far if item.field != REPORTING]
    return [*own, *near, *far]


def group_claims(
    group: Group, arrival: Arrival, document: Document, reads: Sequence[SheetRead], campaign: Campaign
) -> tuple[UnitClaim, ...]:
    reporting = reporting_claims(labelled_of(group, reads))
    if not reporting and not group.unit:
        reporting = reporting_claims(item for read in reads for table in read.tables for item in table.labelled)
    if group.unit:
        return reporting[: len(group.tables)]
    seals: tuple[UnitClaim, ...] = ()
    for table in group.tables:
        last = max((row for record in table.records for row in record.rows), default=0)
        below = [row for row in table.sheet.rows if row > last and table.classes.get(row) is RowClass.NOTE]
        seals += seal_claims(table.sheet, below, campaign)
    records = [record for table in group.tables for record in table.records]
    own = [table.sheet for table in group.tables]
    sheets = own or [read.sheet for read in reads if read.sheet.rows and not read.tables]
    names = tuple(claim for sheet in sheets for claim in sheet_claims(sheet))
    names = (*_titles(group.tables, reads, campaign), *names)
    return (
        *hidden_claims(document.properties.items(), arrival.place),
        *reporting,
        *(seals or _loose_seals(reads, campaign, sheets=not group.tables)),
        *names,
        *arrival_claims(arrival),
        *row_claims(records, campaign),
    )


def _titles(tables: Sequence[Table], reads: Sequence[SheetRead], campaign: Campaign) -> tuple[UnitClaim, ...]:
    """Return the titles over the tables, or those on sheets without any table where a group has none."""
    rows = [(table.sheet, row) for table in tables for row, kind in table.classes.items() if kind is RowClass.HEADING]
    if not tables:
        rows = [(read.sheet, row) for read in reads if not read.tables for row in read.sheet.rows[:TITLE_ROWS]]
    return tuple(
        UnitClaim(source="title", text=cell.text, place=sheet.at(cell.row, cell.column))
        for sheet, row in rows
        for cell in sheet.own(row)
        if title_text(cell.text, campaign)
    )


def _loose_seals(reads: Sequence[SheetRead], campaign: Campaign, *, sheets: bool = False) -> tuple[UnitClaim, ...]:
    """Return the seal lines among the loose paragraphs of a Word file.

    `sheets`: also those on sheets without a table, where one unit is named and no other.
    """
    found: list[UnitClaim] = []
    for read in reads:
        loose = read.sheet.grid.kind == "text"
        if not loose and (read.tables or not sheets):
            continue
        claims = seal_claims(read.sheet, read.sheet.rows[:LOOSE_ROWS], campaign)
        units = {match_unit(claim.text, campaign).unit_id for claim in claims}
        if loose or len(units) == 1:
            found.extend(claims)
    return tuple(found)


def file_claims(
    arrival: Arrival, document: Document, reads: Sequence[SheetRead], campaign: Campaign
) -> tuple[UnitClaim, ...]:
    labelled = [item for read in reads for item in read.labelled]
    labelled += [item for read in reads for table in read.tables for item in table.labelled]
    return (
        *hidden_claims(document.properties.items(), arrival.place),
        *reporting_claims(labelled),
        *_loose_seals(reads, campaign),
        *arrival_claims(arrival),
    )
