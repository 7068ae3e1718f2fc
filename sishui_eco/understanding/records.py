"""Raw rows -> records: every cell interpreted by its field, every record known by its canonical key."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec.structs import replace

from sishui_eco.model.finding import Finding, make_finding
from sishui_eco.model.remembered import remembered
from sishui_eco.model.submission import Blank, Record
from sishui_eco.spec.campaign import Indicator
from sishui_eco.understanding.answers import Named, answers_of
from sishui_eco.understanding.body import Body, Classified, RecordRows
from sishui_eco.understanding.columns import naming_fields
from sishui_eco.understanding.indicators import KEY_JOINT, indicator_name, match_indicator
from sishui_eco.understanding.rawrows import RawRow, RawValue, gather, part_lines, several_names
from sishui_eco.understanding.values import blank_class, clean_text, key_text
from sishui_eco.zh import word


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """The records of one table and the findings made while reading them."""

    records: tuple[Record, ...]
    findings: tuple[Finding, ...]


def read_records(body: Body, classified: Classified, measure: str = "") -> Read:
    """Return every record of a classified table body; `measure` is the one stated above the table for amounts."""
    records: list[Record] = []
    findings: list[Finding] = []
    above: RawRow | None = None
    used: set[tuple[int, int]] = set()
    for rows in classified.records:
        gathered = gather(rows, body, above, used, measure)
        used.update(gathered.money_anchors)
        above = gathered.values
        parted, told = part_lines(above, body) if gathered.lines else ((above,), ())
        for index, values in enumerate(parted):
            record, faults = _record(values, rows, body)
            records.append(record)
            if index == 0 and (gathered.findings or told):
                faults = [*gathered.findings, *told, *faults]
            if faults:
                findings.extend([_of_record(item, record) for item in faults])
    return Read(records=tuple(records), findings=tuple(findings))


def _of_record(finding: Finding, record: Record) -> Finding:
    if finding.record and finding.form:
        return finding
    return replace(finding, record=finding.record or record.key, form=finding.form or record.form)


def _record(values: RawRow, rows: RecordRows, body: Body) -> tuple[Record, list[Finding]]:
    hidden = not body.sheet.grid.hidden_rows.isdisjoint(rows.rows)
    return make_record(values, rows.rows, body, hidden=hidden, first=rows.rows[0])


def make_record(
    values: RawRow, rows: tuple[int, ...], body: Body, *, hidden: bool, first: int
) -> tuple[Record, list[Finding]]:
    """Return a record of raw values with its key and answers, and what had to be told."""
    key, known, indicator, findings = _key(values, first, body)
    campaign = body.vocabulary.campaign
    told = answers_of(Named(key=key, indicator=indicator, values=values, form=body.form, campaign=campaign))
    findings += told.findings
    place = body.sheet.at(first)
    lines = several_names(values, body)
    if lines:
        told_at = values["project"]
        findings.append(
            make_finding("I307", told_at.place, record=key, field="project", raw=told_at.raw, count=len(lines))
        )
    record = Record(
        form=body.form.key, key=key, place=place, rows=rows, answers=told.answers, known=known, hidden=hidden
    )
    return record, findings


# --- keys ---------------------------------------------------------------------------------------------


def _key(values: RawRow, first: int, body: Body) -> tuple[str, bool, Indicator | None, list[Finding]]:
    """Return (key, known, catalogue leaf, findings) of a record."""
    if body.form.key == "annex2":
        return _indicator_key(values, first, body)
    if body.form.key == "annex3":
        return _material_key(values, first, body)
    main = values.get(body.main)
    name = _one_line(_named(main))
    return (name, True, None, []) if name else _nameless(first, body)


def _named(value: RawValue | None) -> str:
    """Return the text of a naming cell, "" for a blank marker."""
    return _name(value.cell.text) if value is not None else ""


@remembered
def _name(text: str) -> str:
    return clean_text(text) if blank_class(text) is Blank.FILLED else ""


def _one_line(text: str) -> str:
    """Return a name without the line breaks and spaces that came from typing it into a narrow cell."""
    parts = text.split()
    joined = ""
    for part in parts:
        ascii_seam = joined[-1:].isascii() and part[:1].isascii() and joined[-1:].isalnum() and part[:1].isalnum()
        joined += (" " if ascii_seam and joined else "") + part
    return joined


def _nameless(first: int, body: Body) -> tuple[str, bool, Indicator | None, list[Finding]]:
    """Return the key of a record without a name; where the column of names is missing, that is told instead."""
    key = word("records.nameless", "understanding", row=first)
    if body.layout.columns and not body.layout.fields & naming_fields(body.form.key):
        return key, False, None, []
    column = next((item.column for item in body.layout.columns if item.field == body.main), 0)
    place = body.sheet.at(first, column)
    finding = make_finding("I302", place, record=key, field=body.main, form=body.form.key, row=first)
    return key, False, None, [finding]


def _indicator_key(values: RawRow, first: int, body: Body) -> tuple[str, bool, Indicator | None, list[Finding]]:
    name, sub = _named(values.get("indicator")), _named(values.get("sub_indicator"))
    if not name and not sub:
        return _nameless(first, body)
    match = match_indicator(name, sub, body.catalogue)
    if match.known:
        return match.key, True, match.indicator, []
    source = values.get("sub_indicator") if not name else values.get("indicator")
    place = source.place if source else body.sheet.at(first)
    findings: list[Finding] = []
    if match.whole:
        leaves = body.catalogue.leaves(match.key)
        told = word("records.joint", "understanding").join(item.sub_name for item in leaves)
        findings.append(
            make_finding("I310", place, field="indicator", raw=name, expected=told, count=len(leaves), leaves=told)
        )
    elif match.suggestions:
        raw = _one_line(KEY_JOINT.join(item for item in (name, sub) if item))
        told = word("records.or", "understanding").join(match.suggestions)
        findings.append(make_finding("I309", place, field="indicator", raw=raw, expected=told, suggestion=told))
    return match.key, False, None, findings


def _material_key(values: RawRow, first: int, body: Body) -> tuple[str, bool, Indicator | None, list[Finding]]:
    raw, material = _one_line(_named(values.get("indicator"))), _one_line(_named(values.get("material")))
    if not material:
        key, known, _, findings = _nameless(first, body)
        return key, known, None, findings
    name = indicator_name(raw, body.catalogue)
    wanted = key_text(material)
    same = body.catalogue.materials.get(wanted, ())
    exact = next((item for item in same if item.indicator == name), None)
    if exact is None and not raw and len(same) == 1:
        exact = same[0]
    if exact is not None:
        return exact.key, True, None, []
    return KEY_JOINT.join(item for item in (name or raw, material) if item), False, None, []
