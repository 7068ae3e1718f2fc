"""附件3: the materials of the catalogue as reported, and the gaps by indicator, material and year."""

from __future__ import annotations

from decimal import Decimal

from sishui_eco.model.outcome import MergedRow, Outcome
from sishui_eco.outputs.styles import PAPER_A3
from sishui_eco.outputs.summary.book import Book, Entry, centred, count, text, words
from sishui_eco.outputs.summary.coverage import Coverage, YearState, coverage_of
from sishui_eco.outputs.summary.figures import MATERIAL_FORM
from sishui_eco.outputs.summary.laying import lay_sheet
from sishui_eco.outputs.summary.parts import (
    Filed,
    answer_cell,
    as_of_line,
    filed,
    form_title,
    found_entry,
    inner_notes,
    kept,
    linked_answer,
    marked,
    runs,
    source_entry,
    source_link,
    top_line,
    version_cell,
)
from sishui_eco.outputs.summary.table import Column, Row, Table, body_row, column_range
from sishui_eco.spec.campaign import Campaign, Material

_CENTRED = frozenset({"years", "medium", "version", "found"})


def lay_materials(book: Book, outcome: Outcome, campaign: Campaign) -> None:
    """Write the sheet of annex 3: catalogue materials first, then additional ones."""
    by_key: dict[tuple[str, str], list[Filed]] = {}
    for reported in filed(outcome, MATERIAL_FORM):
        by_key.setdefault((reported.row.unit_id, reported.row.record.key), []).append(reported)
    lines: list[Row] = []
    names: list[object] = []
    for material in campaign.materials:
        for found in by_key.pop((material.provider, material.key), None) or (None,):
            lines.append(_material_row(book, campaign, len(lines) + 1, material, found))
            names.append(material.indicator)
    for rows in by_key.values():
        for reported in rows:
            lines.append(_other_row(book, campaign, len(lines) + 1, reported))
            names.append(None)
    table = Table(
        title=form_title(campaign, MATERIAL_FORM, words("titles.annex3")),
        left=top_line(campaign),
        right=as_of_line(book),
        columns=kept(book, _columns()),
        rows=tuple(lines),
        merges=tuple(runs(names, 1)),
        notes=(words("marks.legend_gaps"), *inner_notes(book, "notes.returned_rows")),
        frozen=3,
        paper=PAPER_A3,
    )
    lay_sheet(book, "annex3", [table])


def _columns() -> tuple[Column, ...]:
    widths = {
        "number": (6, 6),
        "indicator": (16, 22),
        "material": (20, 26),
        "requirement": (16, 22),
        "years": (9, 16),
        "provider": (16, 20),
        "medium": (10, 12),
        "copies": (6, 8),
        "provided": (8, 10),
        "file_ref": (18, 34),
        "remarks": (12, 22),
        "version": (5, 6),
        "found": (8, 8),
        "source": (12, 13),
    }
    return tuple(
        Column(heading=words(f"headings.{key}"), least=a, most=b, align="center" if key in _CENTRED else "left")
        for key, (a, b) in widths.items()
    )


def _material_row(book: Book, campaign: Campaign, number: int, material: Material, found: Filed | None) -> Row:
    position, row = found or (None, None)
    years = words("punctuation.list").join(str(year) for year in material.years)
    cells = (
        number,
        material.indicator,
        material.name,
        material.requirement,
        (row.record.raw("years") if row else "") or years,
        campaign.unit_name(material.provider),
        (row.record.raw("medium") if row else "") or material.medium,
        linked_answer(row, "copies", source_link(book, MATERIAL_FORM, position)),
        _provided_entry(row),
        answer_cell(row, "file_ref"),
        answer_cell(row, "remarks"),
        version_cell(row.version if row else 0),
        found_entry(book, row.findings if row else ()),
        source_entry(book, MATERIAL_FORM, position),
    )
    kind = "missing" if row is None else "body"
    return Row(cells=kept(book, cells), kind=kind, anchor=("material", material.key) if position is None else position)


def _other_row(book: Book, campaign: Campaign, number: int, found: Filed) -> Row:
    position, row = found
    raw = row.record.raw
    cells = (
        number,
        raw("indicator"),
        raw("material") or row.record.key,
        raw("requirement"),
        raw("years"),
        campaign.unit_name(row.unit_id),
        raw("medium"),
        linked_answer(row, "copies", source_link(book, MATERIAL_FORM, position)),
        _provided_entry(row),
        raw("file_ref"),
        raw("remarks"),
        version_cell(row.version),
        found_entry(book, row.findings),
        source_entry(book, MATERIAL_FORM, position),
    )
    return Row(cells=kept(book, cells), anchor=position)


def _provided_entry(row: MergedRow | None) -> Entry:
    if row is None:
        return marked("bad", words("states.missing"))
    value = row.record.value("provided")
    if value in ("yes", "no"):
        return marked("good" if value == "yes" else "bad", words(f"yes_no.{value}"))
    return marked("warn", row.record.raw("provided"))


def lay_gaps(book: Book, outcome: Outcome, campaign: Campaign) -> None:
    """Write the matrix of gaps: one line a material, one column a year."""
    items = coverage_of(outcome, campaign)
    columns = _gap_columns(campaign)
    rows = [_gap_row(book, campaign, number, item, columns) for number, item in enumerate(items, start=1)]
    rows.append(_gap_total(items, columns, campaign))
    table = Table(
        title=words("titles.gaps"),
        left=top_line(campaign),
        right=as_of_line(book),
        columns=columns,
        rows=tuple(rows),
        merges=tuple(runs([item.material.indicator for item in items], 1)),
        notes=(words("marks.legend_gaps"),),
        frozen=3,
    )
    lay_sheet(book, "gaps", [table])


def _gap_columns(campaign: Campaign) -> tuple[Column, ...]:
    return (
        Column(heading=words("headings.number"), least=6, most=6),
        Column(heading=words("headings.indicator"), least=18, most=26),
        Column(heading=words("headings.material"), least=24, most=32),
        Column(heading=words("headings.provider"), least=18, most=24),
        *(Column(heading=words("headings.year", year=year), least=9, most=9) for year in campaign.years),
        Column(heading=words("headings.no_year"), least=9, most=9),
        Column(heading=words("headings.missing_count"), least=9, most=9),
    )


def _gap_row(book: Book, campaign: Campaign, number: int, item: Coverage, columns: tuple[Column, ...]) -> Row:
    thing = ("material", item.material.key) if item.position is None else item.position
    link = book.link("annex3", thing)
    states = dict(item.states)
    first = 4
    row = body_row(columns, number - 1)
    cells = column_range_row(row, first, len(columns) - 2)
    lacking = words("gap_states.lacking")
    entries = (
        count(number, link=link),
        text(item.material.indicator),
        text(item.material.name),
        text(campaign.unit_name(item.material.provider)),
        *(_gap_entry(states.get(year, YearState.NOT_ASKED)) for year in (*campaign.years, 0)),
        count(item.lacking, formula=f'=COUNTIF({cells},"{lacking}")', tone="bad" if item.lacking else ""),
    )
    return Row(cells=entries)


def column_range_row(row: int, first: int, last: int) -> str:
    """Return the A1 range of part of one row."""
    return column_range(first, row, row).split(":")[0] + ":" + column_range(last, row, row).split(":")[0]


def _gap_entry(state: YearState) -> Entry:
    tone = {YearState.HAVE: "good", YearState.UNCLEAR: "warn", YearState.LACKING: "bad"}.get(state, "quiet")
    return centred(words(f"gap_states.{state}"), tone=tone)


def _gap_total(items: tuple[Coverage, ...], columns: tuple[Column, ...], campaign: Campaign) -> Row:
    last = len(columns) - 1
    first_row, last_row = body_row(columns, 0), body_row(columns, max(len(items) - 1, 0))
    lacking = words("gap_states.lacking")
    totals = []
    for offset, year in enumerate((*campaign.years, 0)):
        value = sum(1 for item in items if dict(item.states).get(year) is YearState.LACKING)
        totals.append(count(value, formula=f'=COUNTIF({column_range(4 + offset, first_row, last_row)},"{lacking}")'))
    whole = Decimal(sum(item.lacking for item in items))
    entries = (
        text(""),
        centred(words("headings.total")),
        text(words("headings.missing_count")),
        text(""),
        *totals,
        count(whole, formula=f"=SUM({column_range(last, first_row, last_row)})"),
    )
    return Row(cells=entries, kind="total")
