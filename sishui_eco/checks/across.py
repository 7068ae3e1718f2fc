"""X: across the forms of one unit. P, across units, is `across_units`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from sishui_eco.checks.across_units import check_units
from sishui_eco.checks.examined import Examined
from sishui_eco.checks.material_checks import owed_not_provided
from sishui_eco.checks.people_checks import names_in
from sishui_eco.checks.project_checks import support_parts
from sishui_eco.checks.saying import filled, said
from sishui_eco.checks.texts import bare, plain, words
from sishui_eco.model.finding import Finding
from sishui_eco.model.remembered import remembered
from sishui_eco.model.submission import Answer, Blank, Record, Submission
from sishui_eco.spec.campaign import Campaign

LONGEST_LIST = 4000  # characters of the longest list of file names in one cell
_ENDING = re.compile(r"\.[A-Za-z0-9]{2,5}$")


def check_across(
    submissions: Sequence[Submission], campaign: Campaign, supporting: Mapping[str, Sequence[str]]
) -> tuple[Finding, ...]:
    """Return what the versions that count say against each other: within each unit, then across units.

    `supporting` maps a unit to the names of the files that came from it beside its forms.
    """
    examined = [Examined(submission=item, campaign=campaign) for item in submissions]
    by_unit: dict[str, list[Examined]] = {}
    for item in examined:
        by_unit.setdefault(item.unit_id, []).append(item)
    found: list[Finding] = []
    for unit in campaign.units:
        own = by_unit.get(unit.unit_id, [])
        if own:
            forms = _Forms(own, campaign, supporting.get(unit.unit_id, ()))
            for check in _CHECKS:
                found.extend(check(forms))
    found.extend(check_units(examined, campaign))
    return tuple(dict.fromkeys(found))


class _Forms:
    """The counting submissions of one unit, and the files that came with them."""

    def __init__(self, examined: Sequence[Examined], campaign: Campaign, files: Sequence[str]) -> None:
        self.campaign = campaign
        self.files = tuple(sorted(files))
        self.all = examined

    def of(self, form: str) -> list[Examined]:
        return [item for item in self.all if item.submission.form == form]

    def records(self, form: str) -> list[tuple[Examined, Record]]:
        return [(item, record) for item in self.of(form) for record in item.submission.records]


@remembered
def file_key(name: str) -> str:
    """Return a file name for comparison: no folder, no ending, no punctuation."""
    return bare(_ENDING.sub("", plain(name.replace("\\", "/")).rpartition("/")[2]))


def file_keys(names: Iterable[str]) -> frozenset[str]:
    return frozenset(map(file_key, names))


def names_file(text: str, files: frozenset[str]) -> bool:
    """Whether a text names one of these files: equal, or one contained in the other with at least four characters."""
    key, shortest = file_key(text), words()["supporting"]["shortest_name"]
    if not key or key in files:
        return bool(key)
    return any((len(key) >= shortest and key in other) or (len(other) >= shortest and other in key) for other in files)


def parts_of(text: str) -> list[str]:
    """Return the names listed in a cell, numbering in front dropped; a text longer than any list is taken whole."""
    table = words()["supporting"]
    if len(text) > LONGEST_LIST:
        return [text] if bare(text) else []
    parts = [re.sub(table["bracket_numbers"], "", part.strip()) for part in re.split(table["file_separators"], text)]
    return [part for part in parts if bare(part)]


def evidence_without_material(forms: _Forms) -> Iterator[Finding]:
    """X101: note supporting material named in annex 2 that neither annex 3 nor the files know."""
    rows = forms.records("annex3")
    if not rows:
        return
    known = file_keys(text for _, row in rows for text in (row.raw("material"), row.raw("file_ref"), row.key) if text)
    known |= file_keys(forms.files)
    for examined, record in forms.records("annex2"):
        answer = filled(record, "evidence")
        if answer is None or not examined.leads(record):
            continue
        for part in parts_of(said(answer)):
            if len(bare(part)) >= 2 and not names_file(part, known):
                yield examined.fault("X101", record, "evidence", raw=part)


def _files_named(record: Record) -> list[str]:
    """Return what a provided material names that looks like a file; paper and archive boxes are not looked for."""
    answer = filled(record, "file_ref")
    medium = bare(record.value("medium") or record.raw("medium"))
    if answer is None or record.value("provided") != "yes" or medium in map(bare, words()["supporting"]["paper"]):
        return []
    return [part for part in parts_of(said(answer)) if _ENDING.search(plain(part))]


def named_file_did_not_come(forms: _Forms) -> Iterator[Finding]:
    """X102: tell a file named in annex 3 that is not among those that came. Rule C5."""
    if not forms.files:
        return
    came = file_keys(forms.files)
    for examined, record in forms.records("annex3"):
        for part in _files_named(record):
            if not names_file(part, came):
                yield examined.fault("X102", record, "file_ref", raw=part)


def no_file_came(forms: _Forms) -> Iterator[Finding]:
    """X105: doubt, once, a list that names files where no file came at all."""
    if forms.files:
        return
    for examined in forms.of("annex3"):
        wanted = [record for record in examined.submission.records if _files_named(record)]
        if wanted:
            yield examined.form_fault("X105", count=len(wanted))


def evidence_said_not_provided(forms: _Forms) -> Iterator[Finding]:
    """X106: doubt material that annex 2 names as evidence and annex 3 says is not provided; owed ones are C304."""
    missing = [
        (item, row)
        for item, row in forms.records("annex3")
        if row.value("provided") == "no" and not any(owed_not_provided(item, row))
    ]
    for examined, record in forms.records("annex2"):
        answer = filled(record, "evidence")
        for part in parts_of(said(answer)) if answer else []:
            row = next((row for _, row in missing if bare(part) and bare(part) == bare(row.raw("material"))), None)
            if row is not None:
                yield examined.fault("X106", record, "evidence", row.place, raw=part)


def _people(forms: _Forms, name: str) -> list[tuple[Examined, Answer]]:
    found = [(item, item.submission.form_fields.get(name)) for item in forms.all]
    return [(item, answer) for item, answer in found if answer is not None and answer.blank is Blank.FILLED]


def _differing_people(forms: _Forms, name: str, code: str) -> Iterator[Finding]:
    people = _people(forms, name)
    different = {tuple(sorted(names_in(said(answer)))) for _, answer in people} - {()}
    if len(different) > 1:
        told = words()["joint"].join(_told(examined, answer) for examined, answer in people)
        places = [answer.place for _, answer in people]
        yield people[0][0].form_fault(code, name, *places, names=told)


def _told(examined: Examined, answer: Answer) -> str:
    form = examined.campaign.form_by_key.get(examined.submission.form)
    label = form.label if form else examined.submission.form
    return str(words()["told"]["of_form"]).format(label=label, value=said(answer))


def liaison_differs(forms: _Forms) -> Iterator[Finding]:
    """X103: doubt different liaisons on the forms of one unit. Rule A3."""
    yield from _differing_people(forms, "liaison_name", "X103")


def responsible_person_differs(forms: _Forms) -> Iterator[Finding]:
    """X104: doubt different responsible persons on the forms of one unit. Rule A3."""
    yield from _differing_people(forms, "responsible_name", "X104")


def phone_differs(forms: _Forms) -> Iterator[Finding]:
    """X107: note one liaison with different numbers."""
    people = {tuple(names_in(said(answer))) for _, answer in _people(forms, "liaison_name")}
    phones = _people(forms, "liaison_phone")
    if len(people) == 1 and len({bare(said(answer)) for _, answer in phones}) > 1:
        told = words()["joint"].join(_told(examined, answer) for examined, answer in phones)
        yield phones[0][0].form_fault("X107", "liaison_phone", *[a.place for _, a in phones], phones=told)


def supports_without_answer(forms: _Forms) -> Iterator[Finding]:
    """X108: note a project that supports an indicator the unit leads and has not answered in annex 2."""
    if not forms.of("annex2"):
        return
    answered = {
        record.key
        for _, record in forms.records("annex2")
        if any(name.startswith("actual.") and filled(record, name) for name in record.answers)
    }
    for examined, record in forms.records("annex4"):
        for part, leaves in support_parts(examined, record):
            own = [leaf for leaf in leaves if leaf.lead == examined.unit_id]
            if own and not any(leaf.key in answered for leaf in own):
                yield examined.fault("X108", record, "supports", raw=part)


_CHECKS = (
    evidence_without_material,
    named_file_did_not_come,
    no_file_came,
    evidence_said_not_provided,
    liaison_differs,
    responsible_person_differs,
    phone_differs,
    supports_without_answer,
)
