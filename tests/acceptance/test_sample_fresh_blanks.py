"""Returns in Word and .xls go back as the unit's own blank with its data, and what comes back reads the same."""

from __future__ import annotations

import email
import email.policy
import hashlib
import io
from collections import Counter
from dataclasses import replace
from datetime import datetime

import msgspec
import openpyxl
import pytest
from docx import Document

from sishui_eco.examining import examine_arrival
from sishui_eco.model.arrival import Arrival, FileKind
from sishui_eco.model.finding import make_finding
from sishui_eco.model.place import Place
from sishui_eco.outputs.compose import compose_letters, compose_sendbacks
from sishui_eco.outputs.letters import choose_letters, write_letter
from sishui_eco.outputs.sendback import write_sendback


def returned(sample):
    """Return the newest version of every unit and form that came neither as xlsx nor as a mere statement."""
    return [
        version.submission
        for version in sample.outcome.versions
        if version.counts and version.submission.arrival.kind is not FileKind.XLSX and version.submission.records
    ]


def sent_back(sample, submission):
    record = submission.records[0]
    answer = next(item for item in record.answers.values() if item.place.row)
    finding = make_finding(
        "C301", answer.place, unit_id=submission.unit_id, form=submission.form, record=record.key, field=answer.field
    )
    return write_sendback(b"", submission.arrival.kind, submission, [finding], sample.campaign, sample.outcome.as_of)


def test_the_sample_has_such_returns_in_word_and_old_workbooks(sample):
    kinds = {item.arrival.kind for item in returned(sample)}
    assert {FileKind.XLS, FileKind.DOCX} <= kinds


def test_the_unit_gets_its_blank_with_dropdowns_and_protection_and_is_told(sample):
    for submission in returned(sample):
        made = sent_back(sample, submission)
        assert not made.marked and "誊入新的空白表" in made.told
        book = openpyxl.load_workbook(io.BytesIO(made.content))
        label = sample.campaign.form_by_key[submission.form].label
        assert book.sheetnames[0] == "问题清单" and label in book.sheetnames
        assert book[label].protection.sheet and book[label].data_validations.dataValidation
        assert "誊入后面这张新的空白表" in book["问题清单"]["A3"].value


def test_the_mail_says_why_a_fresh_blank_was_sent(sample):
    copies = compose_sendbacks(sample.outcome, sample.campaign, {})
    told = [item.told for items in copies.values() for item in items]
    assert any(item.startswith("原文件为文字文档，不能在原文件上标注") for item in told)
    mails = [
        email.message_from_bytes(content, policy=email.policy.default).get_body().get_content()
        for name, content in compose_letters(sample.outcome, sample.campaign, copies).items()
        if name.endswith(".eml")
    ]
    assert not [item for item in told if not any(f"   {item}" in text for text in mails)]


def test_every_copy_that_goes_along_is_named_in_its_letter(sample):
    copies = compose_sendbacks(sample.outcome, sample.campaign, {})
    plans = {plan.unit_id: plan for plan in choose_letters(sample.outcome, sample.campaign)}
    assert any(plan.check for plan in plans.values()) and any(plan.mend for plan in plans.values())
    for unit, items in copies.items():
        forms = {*plans[unit].mend, *plans[unit].check}
        letter = Document(io.BytesIO(write_letter(plans[unit], sample.outcome, sample.campaign)))
        made = "\n".join(paragraph.text for paragraph in letter.paragraphs)
        assert len(items) == len(forms) == made.count("退改表（电子件）")
        assert not [key for key in forms if f"{sample.campaign.form_by_key[key].title}退改表（电子件）" not in made]


def test_what_comes_back_says_what_the_unit_had_said(sample):
    compared = 0
    for submission in returned(sample):
        content = sent_back(sample, submission).content
        arrival = Arrival(
            file="again.xlsx",
            name=f"{sample.campaign.unit_name(submission.unit_id)}.xlsx",
            sha256=hashlib.sha256(content).hexdigest(),
            size=len(content),
            kind=FileKind.XLSX,
            received=submission.arrival.received,
            content=content,
        )
        again = examine_arrival(arrival, sample.campaign)
        (read,) = [item for item in again.submissions if item.form == submission.form]
        assert read.unit_id == submission.unit_id
        found = {record.key: record for record in read.records}
        for record in submission.records:
            for key, answer in record.answers.items():
                if answer.value and not _prefilled(sample, submission.form, key) and not answer.approximate:
                    assert found[record.key].value(key) == answer.value, (submission.arrival.file, record.key, key)
                    compared += 1
    assert compared > 60


def test_names_telephones_and_the_day_stand_each_in_its_own_cell(sample):
    checked = 0
    for submission in returned(sample):
        label = sample.campaign.form_by_key[submission.form].label
        sheet = openpyxl.load_workbook(io.BytesIO(sent_back(sample, submission).content))[label]
        shown = {cell.value for row in sheet.iter_rows(max_row=8) for cell in row if cell.value}
        for key, answer in submission.form_fields.items():
            if key.endswith(("_name", "_phone")) and answer.value:
                assert answer.value in shown, (submission.arrival.file, key)
                checked += 1
            if answer.kind == "date" and answer.value:
                assert datetime.fromisoformat(answer.value) in shown
    assert checked > 10


def _prefilled(sample, form: str, key: str) -> bool:
    field = sample.campaign.form_by_key[form].field(key)
    return key == "no" or (field is not None and field.prefilled)


def test_nothing_a_unit_typed_becomes_a_formula(sample):
    submission = returned(sample)[0]
    record = submission.records[0]
    answers = {
        key: msgspec.structs.replace(answer, raw="=1+1|cmd", value="")
        if not _prefilled(sample, submission.form, key)
        else answer
        for key, answer in record.answers.items()
    }
    hostile = replace(submission, records=(msgspec.structs.replace(record, answers=answers), *submission.records[1:]))
    label = sample.campaign.form_by_key[submission.form].label
    sheet = openpyxl.load_workbook(io.BytesIO(sent_back(sample, hostile).content))[label]
    typed = [cell for row in sheet.iter_rows() for cell in row if cell.value == "=1+1|cmd"]
    assert typed and all(cell.data_type != "f" for cell in typed)


@pytest.mark.parametrize("twice", [1, 3])
def test_a_record_given_twice_and_many_more_than_the_blank_has_rows_are_all_there(sample, twice):
    submission = next(item for item in returned(sample) if item.form == "annex4")
    many = tuple(
        msgspec.structs.replace(record, key=f"{record.key}") for _ in range(10 * twice) for record in submission.records
    )
    label = sample.campaign.form_by_key[submission.form].label
    made = sent_back(sample, replace(submission, records=many))
    sheet = openpyxl.load_workbook(io.BytesIO(made.content))[label]
    name = submission.records[0].raw("project")
    assert sum(cell.value == name for row in sheet.iter_rows() for cell in row) == 10 * twice


def test_a_workbook_of_several_forms_that_cannot_be_marked_goes_back_form_by_form(sample):
    counting = [version for version in sample.outcome.versions if version.counts and version.submission.records]
    units = Counter(item.submission.unit_id for item in counting)
    unit = next(unit for unit, number in units.items() if number > 1)
    parts = [item for item in counting if item.submission.unit_id == unit]
    arrival = next(item.submission.arrival for item in parts if item.submission.arrival.kind is FileKind.XLSX)
    together = tuple(replace(item, submission=replace(item.submission, arrival=arrival)) for item in parts)
    findings = tuple(
        make_finding(
            "C301",
            Place(file=arrival.file, member=arrival.member, sheet="x", row=3, column=1),
            unit_id=unit,
            form=item.submission.form,
        )
        for item in together
    )
    outcome = replace(sample.outcome, versions=together, findings=findings)
    broken = {(arrival.file, arrival.member): b"no workbook"}
    made = compose_sendbacks(outcome, sample.campaign, broken)[unit]
    sheets = [openpyxl.load_workbook(io.BytesIO(item.content)).sheetnames for item in made]
    labels = [sample.campaign.form_by_key[item.submission.form].label for item in together]
    assert len({item.name for item in made}) == len(together) > 1
    assert sorted(names[-1] for names in sheets) == sorted(labels)
