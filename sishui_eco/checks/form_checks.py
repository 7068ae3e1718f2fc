"""F2xx-F5xx: one form as a whole: what is missing from it, what does not belong in it, the nil return."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from sishui_eco.checks.examined import Examined, is_nil
from sishui_eco.checks.likeness import near_pairs
from sishui_eco.checks.material_checks import likely_meant
from sishui_eco.checks.saying import filled
from sishui_eco.checks.texts import bare, words
from sishui_eco.model.finding import Finding
from sishui_eco.model.remembered import LONGEST
from sishui_eco.model.submission import Blank, Record

ANNEX2, ANNEX3, ANNEX4 = "annex2", "annex3", "annex4"


def own_indicator_missing(examined: Examined) -> Iterator[Finding]:
    """F201: tell every leaf the unit leads that has no row; a row under a near name was already told."""
    if examined.submission.form != ANNEX2 or not examined.submission.records:
        return
    have = {record.key for record in examined.submission.records}
    suggested = {item.expected for item in examined.submission.findings if item.code[0] == "I" and item.expected}
    for leaf in examined.campaign.indicators_of(examined.unit_id):
        if leaf.name in have or leaf.key in have:
            continue
        if not any(leaf.key in text or leaf.name == text for text in suggested):
            yield examined.form_fault("F201", record=leaf.key, raw=leaf.key, indicator=leaf.key)


def indicator_of_another_unit(examined: Examined) -> Iterator[Finding]:
    """F202: tell an answered row whose indicator another unit leads. Rule B3."""
    if examined.submission.form != ANNEX2 or not examined.unit_id:
        return
    for record in examined.submission.records:
        leaf = examined.indicator(record)
        if leaf is not None and leaf.lead != examined.unit_id and not examined.facts(record).unanswered:
            lead = examined.campaign.unit_name(leaf.lead)
            yield examined.fault("F202", record, "indicator", raw=record.key, expected=lead, lead=lead)


def duplicate_record(examined: Examined) -> Iterator[Finding]:
    """F203: tell a record that stands twice, at the later place, with the earlier."""
    first: dict[str, Record] = {}
    for record in examined.submission.records:
        key = bare(record.key)
        if key in first and key:
            earlier = first[key].place
            yield examined.fault("F203", record, "", earlier, raw=record.key, first=earlier.row)
        first.setdefault(key, record)


def near_duplicate_project(examined: Examined) -> Iterator[Finding]:
    """F204: doubt a project with nearly the name and the investment of an earlier one; the first of those is told.

    Names that differ only in a number (一期, 二期) are told apart already.
    """
    if examined.submission.form != ANNEX4:
        return
    records = examined.submission.records
    names = [bare(record.key)[:LONGEST] for record in records]
    amounts = [record.value("investment") for record in records]
    told: set[int] = set()
    for at, after in near_pairs(names, amounts, float(words()["limits"]["near_name"])):
        if after not in told and _nearly_same(records[at], records[after]):
            told.add(after)
            yield examined.fault("F204", records[after], "project", records[at].place, other=records[at].key)


def _nearly_same(one: Record, other: Record) -> bool:
    names = (bare(one.key)[:LONGEST], bare(other.key)[:LONGEST])
    if names[0] == names[1] or not one.value("investment") or one.value("investment") != other.value("investment"):
        return False
    if _unnumbered(names[0]) == _unnumbered(names[1]):
        return False
    return difflib.SequenceMatcher(None, *names, autojunk=False).ratio() >= float(words()["limits"]["near_name"])


def _unnumbered(name: str) -> str:
    """Return a name with one sign in the place of every number."""
    return re.sub(f"[0-9{words()['content']['numerals']}]+", "#", name)


def owed_material_missing(examined: Examined) -> Iterator[Finding]:
    """F301: tell a material of the unit's list that has no row, nor one under a nearly equal name (C302)."""
    if examined.submission.form != ANNEX3 or not examined.submission.records:
        return
    have = examined.keys
    names = {bare(record.raw("material")) for record in examined.submission.records if not record.known}
    meant = {item.key for row in examined.submission.records if (item := likely_meant(examined, row)) is not None}
    for material in examined.campaign.materials_of(examined.unit_id):
        if bare(material.key) not in have and bare(material.name) not in names and material.key not in meant:
            yield examined.form_fault("F301", record=material.key, raw=material.name, indicator=material.indicator)


def indicator_without_material(examined: Examined) -> Iterator[Finding]:
    """F302: doubt an indicator the unit leads for which no material is provided. Rule C2."""
    if examined.submission.form != ANNEX3 or not examined.submission.records:
        return
    listed = {material.indicator for material in examined.campaign.materials}
    rows = examined.submission.records
    joint = words()["key_joint"]
    named = {bare(text) for row in rows for text in (row.key.partition(joint)[0], row.raw("indicator"))}
    for name in dict.fromkeys(leaf.name for leaf in examined.campaign.indicators_of(examined.unit_id)):
        if name not in listed and bare(name) not in named:
            yield examined.form_fault("F302", record=name, raw=name)


def listed_project_missing(examined: Examined) -> Iterator[Finding]:
    """F401: tell a project known to stand on a 十四五 list that the unit left out. Rule D4."""
    if examined.submission.form != ANNEX4:
        return
    names = [record.key for record in examined.submission.records if len(record.key) <= LONGEST]
    for item in examined.campaign.listed_projects:
        if item.unit_id != examined.unit_id or bare(item.name) in examined.keys:
            continue
        near = difflib.get_close_matches(item.name, names, n=1, cutoff=words()["limits"]["near_listed"])
        told = words()["written_as"].format(name=near[0]) if near else ""
        yield examined.form_fault("F401", record=item.name, raw=item.name, level=item.level, near=told)


def nil_and_projects(examined: Examined) -> Iterator[Finding]:
    """F402: tell a form that reports projects and states that there are none. Rule D10."""
    nil = examined.submission.nil_statement
    if nil is not None and examined.submission.records and examined.submission.form == ANNEX4:
        first = examined.submission.records[0].place
        count = len(examined.submission.records)
        yield examined.form_fault("F402", "nil_statement", nil.place, first, raw=nil.raw, count=count)


def neither_nil_nor_projects(examined: Examined) -> Iterator[Finding]:
    """F403: tell an annex 4 without projects and without the statement. Rule D10."""
    submission = examined.submission
    if submission.form == ANNEX4 and not submission.records and submission.nil_statement is None:
        yield examined.form_fault("F403")


def nil_without_signatory(examined: Examined) -> Iterator[Finding]:
    """F404: tell a nil return that nobody signed. Rule D10; whether a name is a signature is for people."""
    nil = examined.submission.nil_statement
    signatory = examined.submission.form_fields.get("signatory")
    form = examined.campaign.form_by_key.get(examined.submission.form)
    if form is None or not form.nil_allowed:
        return  # F405
    if nil is not None and is_nil(examined) and (signatory is None or signatory.blank is not Blank.FILLED):
        place = signatory.place if signatory else examined.submission.label_places.get("signatory", nil.place)
        yield examined.form_fault("F404", "signatory", place)


def nil_not_allowed(examined: Examined) -> Iterator[Finding]:
    """F405: tell a nil statement on a form that cannot be left out."""
    form = examined.campaign.form_by_key.get(examined.submission.form)
    nil = examined.submission.nil_statement
    if form and nil is not None and not form.nil_allowed:
        yield examined.form_fault("F405", "nil_statement", nil.place, raw=nil.raw, label=form.label)


def form_without_records(examined: Examined) -> Iterator[Finding]:
    """F501: tell a form other than a nil return that has no rows at all."""
    submission = examined.submission
    if not submission.records and submission.nil_statement is None and submission.form != ANNEX4:
        form = examined.campaign.form_by_key.get(submission.form)
        yield examined.form_fault("F501", label=form.label if form else submission.form)


def column_missing(examined: Examined) -> Iterator[Finding]:
    """F502: tell a required column that the returned form does not have at all."""
    form = examined.campaign.form_by_key.get(examined.submission.form)
    if form is None or not examined.submission.records or not examined.submission.present_fields:
        return
    for name in missing_columns(examined):
        if not any(item.field == name for item in examined.submission.findings if item.code[0] in "IF"):
            yield examined.form_fault("F502", name, raw=examined.heading(name))


def missing_columns(examined: Examined) -> tuple[str, ...]:
    """Return required columns neither present nor answered anywhere."""
    form = examined.campaign.form_by_key.get(examined.submission.form)
    present = examined.submission.present_fields
    if form is None or not present:
        return ()
    absent = [item.key for item in form.fields if item.required and item.in_blank and item.key not in present]
    records = examined.submission.records
    return tuple(name for name in absent if not any(name in record.answers for record in records))


def edition_differs(examined: Examined) -> Iterator[Finding]:
    """F503: note a form returned on an edition of the blank that is not the current one."""
    edition = examined.submission.edition
    if edition and examined.campaign.edition and edition != examined.campaign.edition:
        yield examined.form_fault("F503", raw=edition, expected=examined.campaign.edition)


def reported_on_wrong_form(examined: Examined) -> Iterator[Finding]:
    """F504: note a form that the unit does not owe."""
    unit, form = examined.unit, examined.campaign.form_by_key.get(examined.submission.form)
    if unit and form and unit.forms and form.key not in unit.forms:
        yield examined.form_fault("F504", raw=form.label, unit=unit.name)


def answered_fields(record: Record) -> tuple[str, ...]:
    return tuple(name for name in record.answers if filled(record, name))


CHECKS = (
    own_indicator_missing,
    indicator_of_another_unit,
    duplicate_record,
    near_duplicate_project,
    owed_material_missing,
    indicator_without_material,
    listed_project_missing,
    nil_and_projects,
    neither_nil_nor_projects,
    nil_without_signatory,
    nil_not_allowed,
    form_without_records,
    column_missing,
    edition_differs,
    reported_on_wrong_form,
)
