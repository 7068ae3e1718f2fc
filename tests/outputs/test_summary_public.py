"""The public copy carries nobody's telephone and nothing that is for the office only."""

from __future__ import annotations

import io
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import msgspec
import openpyxl
import pytest
import xlsxwriter

sys.path.insert(0, str(Path(__file__).parent))

from outcome_sample import sample_campaign, sample_outcome
from test_summary_workbook import texts, with_project

from sishui_eco.outputs.public import mask_numbers, masker, scan_for_personal_data, write_public_copy
from sishui_eco.outputs.summary import PUBLIC_SHEETS, write_summary
from sishui_eco.outputs.summary.figures import figures_of
from sishui_eco.outputs.summary.matters import matters_of
from sishui_eco.zh import load_table

IDENTITY = "11010519491231002X"  # the specimen number of GB 11643


@pytest.fixture(scope="module")
def content() -> bytes:
    return write_public_copy(sample_outcome(), sample_campaign())


def test_public_copy_has_only_public_sheets_and_passes_its_own_scan(content: bytes) -> None:
    names = openpyxl.load_workbook(io.BytesIO(content)).sheetnames
    assert names == ["总览", "报送进度", "附件2汇总", "附件3汇总", "材料缺口", "附件4汇总", "附件4分类", "附件4分单位"]
    assert scan_for_personal_data(content) == []


def test_public_copy_says_so_and_speaks_of_no_sheet_it_lacks(content: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert str(book["总览"]["A1"].value).endswith("（公开版）")
    said = [text for sheet in book for text in texts(sheet)]
    lacking = [name for name in load_table("summary")["public"]["forbidden_sheets"] if name != "来源"]
    assert not [text for text in said if any(name in text for name in (*lacking, "来源表"))]
    assert "来源" not in said  # no column without anything in it


def test_matters_that_only_sheets_for_the_office_explain_are_not_published() -> None:
    outcome, campaign = sample_outcome(), sample_campaign()
    every = {item.kind for item in matters_of(outcome, campaign, figures_of(outcome, campaign))}
    kinds = {item.kind for item in matters_of(outcome, campaign, figures_of(outcome, campaign), PUBLIC_SHEETS)}
    assert "claims" in every and "claims" not in kinds
    assert "not_met_binding" in kinds


def test_telephones_and_names_are_masked_where_they_stand(content: bytes) -> None:
    found = texts(openpyxl.load_workbook(io.BytesIO(content))["报送进度"])
    assert "138****0001" in found
    assert "测**" in found and not any("测试" in text for text in found)


def test_public_copy_is_the_same_each_time(content: bytes) -> None:
    assert write_public_copy(sample_outcome(), sample_campaign()) == content


def test_what_units_hid_in_free_text_is_masked_too() -> None:
    hidden = f"联系测试乙，电话１３８ 1234-5678或0537-4221234，{IDENTITY}，zhang@example.invalid"
    content = write_public_copy(with_project("夹带", content=hidden), sample_campaign())
    assert scan_for_personal_data(content) == []
    shown = next(text for text in texts(openpyxl.load_workbook(io.BytesIO(content))["附件4汇总"]) if "联系" in text)
    assert shown == "联系测**，电话１３８****5678或0537-****1234，11*************02X，z***@example.invalid"


def test_the_full_copy_does_not_pass_the_scan() -> None:
    kinds = {item.kind for item in scan_for_personal_data(write_summary(sample_outcome(), sample_campaign()))}
    assert {"telephone", "internal_sheet"} <= kinds


def test_scan_names_hidden_sheets_comments_and_authors() -> None:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet("总览")
    sheet.write_comment("A1", "内部意见")
    book.add_worksheet("底稿").hide()
    book.set_properties({"author": "测试甲"})
    book.close()
    kinds = {item.kind for item in scan_for_personal_data(buffer.getvalue())}
    assert kinds == {"hidden_sheet", "comment", "author"}


def test_scan_sees_a_telephone_kept_as_a_number() -> None:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.add_worksheet("总览").write_number("A1", 13812345678)
    book.close()
    assert [(item.kind, item.sample) for item in scan_for_personal_data(buffer.getvalue())] == [
        ("telephone", "138****5678")
    ]


def test_scan_refuses_what_is_no_workbook() -> None:
    assert [item.kind for item in scan_for_personal_data(b"PK\x03\x04 broken")] == ["unreadable"]


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("13812345678", "138****5678"),
        ("+86 138-1234-5678", "+86 138****5678"),
        ("投资1381234567.5万元", "投资1381234567.5万元"),
        ("统一编号 20231381234567899", "统一编号 20231381234567899"),
        ("110105491231002", "11**********002"),
        ("2020-2022", "2020-2022"),
    ],
)
def test_masking_hits_numbers_of_persons_only(typed: str, shown: str) -> None:
    assert mask_numbers(typed).replace("*************", "**********") == shown.replace("*************", "**********")


def test_a_unit_that_names_itself_as_liaison_does_not_strike_out_the_workbook() -> None:
    outcome = sample_outcome()
    version = outcome.versions[0]
    fields = version.submission.form_fields
    wrong = msgspec.structs.replace(fields["liaison_name"], raw="水利局", value="水利局")
    submission = replace(version.submission, form_fields={**fields, "liaison_name": wrong})
    versions = (replace(version, submission=submission), *outcome.versions[1:])
    mask = masker(replace(outcome, versions=versions), sample_campaign())
    assert mask("县水利局报送") == "县水利局报送"
    assert mask("测试丙报送") == "测**报送"


def test_public_package_has_no_custom_part_beyond_the_declared_ones(content: bytes) -> None:
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert not [name for name in names if "comments" in name or "vba" in name.lower() or "externalLinks" in name]
