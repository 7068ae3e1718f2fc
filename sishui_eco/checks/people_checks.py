"""F1xx: who filled the form, who answers for it, when. Rule A3: exactly one responsible person, one liaison."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sishui_eco.checks.examined import Examined, is_nil
from sishui_eco.checks.indicator_checks import as_date
from sishui_eco.checks.saying import said
from sishui_eco.checks.texts import bare, plain, without_brackets, words
from sishui_eco.model.finding import Finding
from sishui_eco.model.submission import Answer, Blank

PERSONS = ("responsible_name", "liaison_name")
PHONES = ("responsible_phone", "liaison_phone")


def _filled(examined: Examined, name: str) -> Answer | None:
    answer = examined.submission.form_fields.get(name)
    return answer if answer is not None and answer.blank is Blank.FILLED else None


def form_field_missing(examined: Examined) -> Iterator[Finding]:
    """F101: tell a form-level field that must be filled and is not; a nil return has its own rules.

    A person and the number that are both missing are told as one.
    """
    if is_nil(examined):
        return
    persons: dict[str, str] = words()["person"]["phone_of"]
    missing: dict[str, str] = {}
    for item in examined.campaign.form_fields:
        if not item.required or _filled(examined, item.key) is not None:
            continue
        told = any(
            f.field == item.key or (item.key == "reporting_unit" and f.code[:2] == "I4") for f in _read(examined)
        )
        if told:
            continue
        person = persons.get(item.key, "")
        if person in missing:
            missing[person] += words()["person"]["both"] + item.heading
        else:
            missing[item.key] = item.heading
    for key, heading in missing.items():
        yield examined.form_fault("F101", key, heading=heading)


def _read(examined: Examined) -> list[Finding]:
    return [item for item in examined.submission.findings if item.code[0] in "RIN" and not item.record]


def names_in(text: str) -> list[str]:
    """Return the persons named in a cell: without titles in brackets, telephone numbers and duties after the name."""
    table = words()["person"]
    rest = re.sub(r"[\d*+\-()]{6,}", " ", without_brackets(text))
    parts = re.split(table["separators"], rest)
    if len(parts) == 1:
        pieces = rest.split()
        if len(pieces) > 1 and all(len(bare(piece)) >= 2 for piece in pieces) and not _titled(pieces):
            parts = pieces
    names = [bare(part) for part in parts]
    return [name for name in names if name and name not in table["not_names"]]


def _titled(pieces: list[str]) -> bool:
    return any(title in piece for piece in pieces for title in words()["person"]["titles"])


def several_liaisons(examined: Examined) -> Iterator[Finding]:
    """F102: tell more than one liaison."""
    answer = _filled(examined, "liaison_name")
    if answer and len(names_in(said(answer))) > 1:
        yield examined.form_fault("F102", "liaison_name", count=len(names_in(said(answer))))


def several_responsible(examined: Examined) -> Iterator[Finding]:
    """F103: tell more than one responsible person."""
    answer = _filled(examined, "responsible_name")
    if answer and len(names_in(said(answer))) > 1:
        yield examined.form_fault("F103", "responsible_name", count=len(names_in(said(answer))))


def phone_implausible(examined: Examined) -> Iterator[Finding]:
    """F104: doubt a telephone number that can be none; masked digits (138****0000) are taken."""
    for name in PHONES:
        answer = _filled(examined, name)
        if answer and not is_phone(said(answer)) and not any(item.field == name for item in _read(examined)):
            yield examined.form_fault("F104", name)


def is_phone(text: str) -> bool:
    """Whether every number in a text is a mobile number, or a landline number with or without area code."""
    table = words()["phone"]
    parts = [part for part in re.split(table["separators"], plain(text)) if part]
    return bool(parts) and all(re.fullmatch(table["pattern"], re.sub(r"[\-()]", "", part)) for part in parts)


def one_person_for_both(examined: Examined) -> Iterator[Finding]:
    """F105: note one person who is both responsible and liaison."""
    both = [_filled(examined, name) for name in PERSONS]
    if both[0] and both[1] and names_in(said(both[0])) == names_in(said(both[1])) != []:
        yield examined.form_fault("F105", "liaison_name")


def person_is_no_name(examined: Examined) -> Iterator[Finding]:
    """F106: doubt a person's name that can be none: digits, a unit, a placeholder."""
    table = words()["person"]
    for name in (*PERSONS, "signatory"):
        answer = _filled(examined, name)
        if answer is None:
            continue
        people = names_in(said(answer))
        wrong = [item for item in people if len(item) > table["longest"] or re.fullmatch(table["placeholder"], item)]
        if not people or wrong:
            yield examined.form_fault("F106", name, heading=examined.heading(name))


def report_date_after_receipt(examined: Examined) -> Iterator[Finding]:
    """F111: doubt a date of reporting later than the day the form came."""
    answer = _filled(examined, "report_date")
    stated = as_date(answer.value, last=False) if answer else None
    received = examined.submission.arrival.received.date()
    if stated is not None and stated > received:
        yield examined.form_fault("F111", "report_date", received=received.isoformat())


def report_date_before_notice(examined: Examined) -> Iterator[Finding]:
    """F112: doubt a date of reporting earlier than the notice that asked for it."""
    answer = _filled(examined, "report_date")
    stated = as_date(answer.value, last=True) if answer else None
    if stated is not None and stated < examined.campaign.notice_date:
        yield examined.form_fault("F112", "report_date", notice=examined.campaign.notice_date.isoformat())


CHECKS = (
    form_field_missing,
    several_liaisons,
    several_responsible,
    phone_implausible,
    one_person_for_both,
    person_is_no_name,
    report_date_after_receipt,
    report_date_before_notice,
)
