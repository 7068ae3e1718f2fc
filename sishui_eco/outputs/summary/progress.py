"""报送进度: every unit against every form; and whom to call first."""

from __future__ import annotations

from collections.abc import Sequence

from sishui_eco.model.outcome import Outcome, Standing
from sishui_eco.model.submission import Answer
from sishui_eco.outputs.styles import PAPER_A3
from sishui_eco.outputs.summary.book import Book, Entry, centred, count, stamp, text, words
from sishui_eco.outputs.summary.figures import overdue, standings_by_unit
from sishui_eco.outputs.summary.laying import lay_sheet
from sishui_eco.outputs.summary.matters import calls_of
from sishui_eco.outputs.summary.parts import as_of_line, state_entry, top_line
from sishui_eco.outputs.summary.table import Column, Row, Table, body_row, column_range
from sishui_eco.spec.campaign import Campaign, Form

PER_FORM = 6  # columns of one form: state, first, last, version, open findings, overdue
BEFORE_FORMS = 3
TOP_CALLS = 3


def lay_progress(book: Book, outcome: Outcome, campaign: Campaign) -> None:
    """Write one line a unit: per form its standing, times, version, open findings, days overdue."""
    by_unit = standings_by_unit(outcome)
    units = [unit for unit in campaign.units if unit.unit_id in by_unit]
    liaisons = contacts(outcome)
    rows = []
    for number, unit in enumerate(units, start=1):
        own = {item.form: item for item in by_unit[unit.unit_id]}
        name, phone = liaisons.get(unit.unit_id, ("", ""))
        owed = words("punctuation.clause").join(word for item in own.values() for word in item.owed)
        entries = (
            count(number),
            text(unit.name, tone="strong" if any(overdue(item) for item in own.values()) else ""),
            centred(unit.category),
            *(entry for form in campaign.forms for entry in _form_entries(book, own.get(form.key))),
            text(owed),
            centred(name),
            centred(phone),
        )
        rows.append(Row(cells=entries, anchor=unit.unit_id))
    columns = _columns(campaign.forms)
    if rows:
        rows.append(_returned_row(columns, campaign.forms, len(units), outcome))
    table = Table(
        title=words("titles.progress"),
        left=top_line(campaign),
        right=as_of_line(book),
        columns=columns,
        rows=rows,
        notes=(words("marks.legend_states"),),
        frozen=2,
        paper=PAPER_A3,
    )
    lay_sheet(book, "progress", [table])


def _columns(forms: Sequence[Form]) -> tuple[Column, ...]:
    def column(key: str, least: float, most: float, group: str = "") -> Column:
        return Column(heading=words(f"headings.{key}"), group=group, least=least, most=most)

    per_form = [
        column(key, least, most, form.label)
        for form in forms
        for key, least, most in (
            ("state", 12, 12),
            ("first", 11.5, 11.5),
            ("last", 11.5, 11.5),
            ("version", 5.5, 5.5),
            ("open", 8.5, 8.5),
            ("overdue", 10, 10),
        )
    ]
    ends = (column("owed", 18, 30), column("liaison", 9, 12), column("phone", 13, 16))
    return (column("number", 6, 6), column("unit", 22, 30), column("group", 7, 9), *per_form, *ends)


def _form_entries(book: Book, item: Standing | None) -> list[Entry]:
    if item is None:
        return [centred(words("states.not_owed"), tone="quiet"), *(centred("") for _ in range(PER_FORM - 1))]
    found = f"{item.errors}/{item.doubts}" if item.errors or item.doubts else ""
    return [
        state_entry(item.state),
        centred(stamp(item.first_received)),
        centred(stamp(item.last_received)),
        count(item.version, link=book.link(item.form)) if item.version else centred(""),
        centred(found, link=book.link("issues") if found else "", tone="bad" if item.errors else ""),
        count(item.days_overdue, tone="bad") if overdue(item) else centred(""),
    ]


def _returned_row(columns: tuple[Column, ...], forms: Sequence[Form], units: int, outcome: Outcome) -> Row:
    """Return the last line: how many of the owed returns came, counted by formula."""
    first, last = body_row(columns, 0), body_row(columns, units - 1)
    entries = [text("") for _ in columns]
    entries[1] = text(words("overview.tile_rate"))
    missing = words("marks.bad") + words("states.missing")
    for position, form in enumerate(forms):
        column = BEFORE_FORMS + position * PER_FORM
        cells = column_range(column, first, last)
        own = [item for item in outcome.standings if item.form == form.key]
        came = sum(1 for item in own if item.state.value != "missing")
        nothing = words("states.not_owed")
        marked_nothing = f'COUNTIF({cells},"{nothing}")'
        owed = f"(ROWS({cells})-{marked_nothing})"
        formula = f'=({owed}-COUNTIF({cells},"{missing}"))&"/"&{owed}'
        entries[column] = Entry(text=f"{came}/{len(own)}", formula=formula, align="center")
        late = column_range(column + PER_FORM - 1, first, last)
        entries[column + PER_FORM - 1] = count(sum(1 for item in own if overdue(item)), formula=f"=COUNT({late})")
    return Row(cells=tuple(entries), kind="total")


def contacts(outcome: Outcome) -> dict[str, tuple[str, str]]:
    """Return each unit's liaison and telephone, from its newest return that names them."""
    found: dict[str, tuple[str, str]] = {}
    ordered = sorted(outcome.versions, key=lambda item: (item.submission.arrival.received, item.submission.form))
    for version in ordered:
        fields = version.submission.form_fields
        name, phone = _raw(fields.get("liaison_name")), _raw(fields.get("liaison_phone"))
        before = found.get(version.submission.unit_id, ("", ""))
        found[version.submission.unit_id] = (name or before[0], phone or before[1])
    return found


def _raw(answer: Answer | None) -> str:
    return (answer.value or answer.raw) if answer else ""


def lay_calls(book: Book, outcome: Outcome, campaign: Campaign) -> None:
    """Write the clerk's worklist, the three calls that matter most on top."""
    liaisons = contacts(outcome)
    rows = []
    for rank, call in enumerate(calls_of(outcome, campaign), start=1):
        name, phone = liaisons.get(call.unit_id, ("", ""))
        tone = "strong" if rank <= TOP_CALLS else ""
        entries = (
            count(rank, tone=tone, link=book.link("progress", call.unit_id)),
            text(campaign.unit_name(call.unit_id), tone=tone),
            centred(name, tone=tone),
            centred(phone, tone=tone),
            text(call.why, tone=tone),
            text(call.say),
            text(""),
        )
        rows.append(Row(cells=entries))
    keys = {"rank": 6, "unit": 24, "liaison": 10, "phone": 15, "call_why": 40, "call_say": 40}
    columns = [Column(heading=words(f"headings.{key}"), least=width, most=width) for key, width in keys.items()]
    columns.append(Column(heading=words("calls.said"), least=20, most=20))
    table = Table(
        title=words("titles.calls"),
        left=top_line(campaign),
        right=as_of_line(book),
        columns=tuple(columns),
        rows=rows,
        notes=(words("calls.top"),) if rows else (words("calls.none"),),
        frozen=2,
    )
    lay_sheet(book, "calls", [table])
