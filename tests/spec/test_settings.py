"""The settings workbook: the shipped task, and every contradiction told at once by sheet and cell."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from sishui_eco.errors import SettingsError, TaskFolderError
from sishui_eco.outputs.settings_workbook import write_settings
from sishui_eco.spec.settings import default_campaign, default_tables, load_settings, load_settings_bytes

MOMENT = datetime(2023, 7, 13)
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"


def default_rows() -> dict[str, list[dict[str, str]]]:
    return {key: [dict(row.values) for row in table.rows] for key, table in default_tables().items()}


def settings_with(change) -> bytes:
    rows = default_rows()
    change(rows)
    return write_settings(rows, MOMENT)


def faults_of(content: bytes) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        load_settings_bytes(content, "填报任务.xlsx")
    return caught.value.faults


def value_of(rows, key: str, value: str) -> None:
    next(row for row in rows["campaign"] if row["key"] == key)["value"] = value


def test_shipped_task_has_37_units_36_indicators_45_leaves():
    campaign = default_campaign()
    assert len(campaign.units) == 37
    assert len({item.no for item in campaign.indicators}) == 36 == campaign.expected_indicators
    assert len(campaign.indicators) == 45
    assert campaign.years == (2020, 2021, 2022)
    assert campaign.window == (2023, 2030)
    assert len(campaign.categories) == 6
    assert len(campaign.project_domains) == 10
    assert [form.key for form in campaign.forms] == ["annex2", "annex3", "annex4"]


def test_shipped_deadline_is_provisional_and_says_why():
    campaign = default_campaign()
    assert campaign.deadline == datetime(2023, 7, 31, 17, 30)
    assert "截止时间" in campaign.provisional
    row = next(row for row in default_rows()["campaign"] if row["key"] == "截止时间")
    assert "3月20日" in row["note"] and "早于成文日期" in row["note"]


def test_every_indicator_has_a_material_and_yearly_ones_cover_every_year():
    campaign = default_campaign()
    named = {item.indicator for item in campaign.materials}
    assert named == {item.name for item in campaign.indicators}
    assert {item.years for item in campaign.materials} == {(), (2020, 2021, 2022)}


@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/data is not beside this checkout")
def test_roster_and_catalogue_equal_the_drafts():
    with (SHARED / "units_draft.csv").open(encoding="utf-8-sig", newline="") as stream:
        drafts = list(csv.DictReader(stream))
    campaign = default_campaign()
    assert [unit.name for unit in campaign.units] == [row["单位名称"] for row in drafts]
    assert [";".join(unit.aliases) for unit in campaign.units] == [row["别名"] for row in drafts]
    with (SHARED / "indicators_draft.csv").open(encoding="utf-8-sig", newline="") as stream:
        leaves = list(csv.DictReader(stream))
    assert [(i.no, i.name, i.sub_name, i.target) for i in campaign.indicators] == [
        (row["序号"], row["指标名称"], row["子指标"], row["指标值"]) for row in leaves
    ]
    assert [campaign.unit_name(i.lead) for i in campaign.indicators] == [row["牵头单位(暂定)"] for row in leaves]


def test_no_telephone_number_or_mail_address_is_shipped():
    import re

    text = "".join(value for rows in default_rows().values() for row in rows for value in row.values())
    assert not re.search(r"1[3-9]\d{9}|0\d{2,3}-[1-9]\d{6,7}", text)


def test_workbook_and_text_defaults_are_the_same_task():
    from_text = default_campaign()
    from_workbook = load_settings_bytes(write_settings(default_rows(), MOMENT), "填报任务.xlsx")
    for name in from_text.__dataclass_fields__:
        if name != "digest":
            assert getattr(from_workbook, name) == getattr(from_text, name), name


def test_committed_workbook_equals_the_defaults():
    path = Path(__file__).resolve().parents[2] / "workbooks" / "settings_sishui.xlsx"
    assert path.read_bytes() == write_settings(default_rows(), MOMENT)


def test_settings_are_written_byte_for_byte_the_same_twice():
    assert write_settings(default_rows(), MOMENT) == write_settings(default_rows(), MOMENT)


def second_lead(rows):
    rows["indicators"][2]["lead"] = "县委组织部；县财政局"


def lead_also_supports(rows):
    rows["indicators"][2]["supports"] = "县委组织部"


def no_lead(rows):
    rows["indicators"][2]["lead"] = ""


def unknown_lead(rows):
    rows["indicators"][2]["lead"] = "县不存在局"


def duplicate_alias(rows):
    rows["units"][1]["aliases"] += "；组织部"


def duplicate_unit(rows):
    rows["units"][1]["name"] = "县委组织部"


def duplicate_id(rows):
    rows["units"][1]["unit_id"] = "U01"


def deadline_before_notice(rows):
    value_of(rows, "截止时间", "2023-03-20 17:30")


def year_missing(rows):
    value_of(rows, "填报年份", "2020；2022")


def years_empty(rows):
    value_of(rows, "填报年份", "")


def year_misspelt(rows):
    value_of(rows, "填报年份", "2020；二一；2022")


def unknown_kind(rows):
    rows["fields"][3]["kind"] = "大概"


def unknown_form(rows):
    rows["units"][0]["forms"] = "附件9"


def duplicate_heading(rows):
    rows["fields"][1]["heading"] = "序号"


def duplicate_indicator(rows):
    rows["indicators"][1]["name"] = rows["indicators"][0]["name"]


def unknown_indicator(rows):
    rows["materials"][0]["indicator"] = "不存在的指标"


def unknown_provider(rows):
    rows["materials"][0]["provider"] = "县不存在局"


def material_year_outside(rows):
    rows["materials"][2]["years"] = "2019"


def bad_date(rows):
    value_of(rows, "下发日期", "七月")


def bad_deadline(rows):
    value_of(rows, "截止时间", "下周五")


def window_reversed(rows):
    value_of(rows, "项目终止年", "2022")


def wrong_count(rows):
    value_of(rows, "应有指标项数", "35")


def unknown_category(rows):
    value_of(rows, "十领域", "国土绿化项目＝生态海洋")


def unknown_attribute(rows):
    rows["indicators"][0]["attribute"] = "随便"


def unknown_polarity(rows):
    rows["indicators"][2]["polarity"] = "升"


def unknown_action(rows):
    rows["decisions"].append({"action": "随便", "who": "甲", "why": "试试"})


def decision_without_reason(rows):
    rows["decisions"].append({"action": "剔除", "file": "a.xlsx", "who": "", "why": "试试"})


def decision_on_unknown_unit(rows):
    rows["decisions"].append({"action": "剔除", "unit": "县不存在局", "who": "甲", "why": "试试"})


def decision_on_unknown_code(rows):
    rows["decisions"].append({"action": "免除问题", "code": "Z999", "who": "甲", "why": "试试"})


def bad_holiday(rows):
    rows["holidays"][0]["day"] = "国庆"


def missing_key(rows):
    rows["campaign"] = [row for row in rows["campaign"] if row["key"] != "联系人"]


CONTRADICTIONS = [
    (second_lead, "指标任务!J5", "两个牵头单位"),
    (lead_also_supports, "指标任务!K5", "既牵头又配合"),
    (no_lead, "指标任务!J5", "没有牵头单位"),
    (unknown_lead, "指标任务!J5", "县不存在局"),
    (duplicate_alias, "单位名录!C4", "组织部"),
    (duplicate_unit, "单位名录!B4", "县委组织部"),
    (duplicate_id, "单位名录!A4", "U01"),
    (deadline_before_notice, "任务!B10", "早于下发日期"),
    (year_missing, "任务!B11", "2021"),
    (years_empty, "任务!B11", "填报年份"),
    (year_misspelt, "任务!B11", "二一"),
    (unknown_kind, "表样!F6", "大概"),
    (unknown_form, "单位名录!E3", "附件9"),
    (duplicate_heading, "表样!D4", "序号"),
    (duplicate_indicator, "指标任务!D4", "生态文明建设规划"),
    (unknown_indicator, "资料清单!A3", "不存在的指标"),
    (unknown_provider, "资料清单!E3", "县不存在局"),
    (material_year_outside, "资料清单!D5", "2019"),
    (bad_date, "任务!B9", "七月"),
    (bad_deadline, "任务!B10", "下周五"),
    (window_reversed, "任务!B13", "早于起始年"),
    (wrong_count, "指标任务", "35"),
    (unknown_category, "任务!B16", "生态海洋"),
    (unknown_attribute, "指标任务!H3", "随便"),
    (unknown_polarity, "指标任务!I5", "升"),
    (unknown_action, "裁定!B3", "随便"),
    (decision_without_reason, "裁定!J3", "裁定人"),
    (decision_on_unknown_unit, "裁定!D3", "县不存在局"),
    (decision_on_unknown_code, "裁定!H3", "Z999"),
    (bad_holiday, "节假日!A3", "国庆"),
    (missing_key, "任务", "联系人"),
]


@pytest.mark.parametrize(("change", "where", "what"), CONTRADICTIONS, ids=[c[0].__name__ for c in CONTRADICTIONS])
def test_contradiction_is_told_by_sheet_and_cell(change, where, what):
    faults = faults_of(settings_with(change))
    assert any(where in fault and what in fault for fault in faults), faults


def test_all_contradictions_are_told_at_once():
    def change(rows):
        second_lead(rows)
        duplicate_alias(rows)
        deadline_before_notice(rows)
        unknown_kind(rows)

    faults = faults_of(settings_with(change))
    for where in ("指标任务!J5", "单位名录!C4", "任务!B10", "表样!F6"):
        assert any(where in fault for fault in faults), (where, faults)


def edited(edit) -> bytes:
    workbook = openpyxl.load_workbook(io.BytesIO(write_settings(default_rows(), MOMENT)))
    edit(workbook)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def test_unknown_column_is_told_by_its_cell():
    def edit(workbook):
        workbook["单位名录"]["G2"] = "书记姓名"

    assert any("单位名录!G2" in fault and "书记姓名" in fault for fault in faults_of(edited(edit)))


def test_missing_column_is_told():
    def edit(workbook):
        workbook["单位名录"].delete_cols(5)

    assert any("单位名录" in fault and "应报表" in fault for fault in faults_of(edited(edit)))


def test_missing_and_unknown_sheets_are_told():
    def edit(workbook):
        workbook["节假日"].title = "放假"

    faults = faults_of(edited(edit))
    assert any("节假日" in fault for fault in faults) and any("放假" in fault for fault in faults)


def test_dates_typed_as_dates_in_wps_are_understood():
    def edit(workbook):
        sheet = workbook["任务"]
        sheet["B9"] = datetime(2023, 7, 13)
        sheet["B9"].number_format = "yyyy-mm-dd"
        sheet["B10"] = datetime(2023, 7, 31, 17, 30)
        sheet["B10"].number_format = "yyyy-mm-dd hh:mm"

    campaign = load_settings_bytes(edited(edit), "填报任务.xlsx")
    assert (campaign.notice_date.isoformat(), campaign.deadline) == ("2023-07-13", datetime(2023, 7, 31, 17, 30))


def test_a_severity_may_be_changed_and_an_unknown_code_is_told():
    def change(rows):
        rows["campaign"].append({"key": "问题级别 Z999", "value": "提示"})

    assert any("Z999" in fault for fault in faults_of(settings_with(change)))


def test_decisions_are_read_with_their_scope():
    def change(rows):
        rows["decisions"].append(
            {
                "number": "1",
                "action": "指定单位",
                "file": "a.xlsx",
                "value": "财政局",
                "who": "经办人甲",
                "why": "来电确认",
            }
        )

    (decision,) = load_settings_bytes(settings_with(change), "填报任务.xlsx").decisions
    assert (decision.action, decision.file, decision.value) == ("assign_unit", "a.xlsx", "U06")


def test_broken_file_and_absent_file_are_our_faults_with_a_sentence(tmp_path):
    with pytest.raises(SettingsError) as caught:
        load_settings_bytes(b"not a workbook", "填报任务.xlsx")
    assert caught.value.key == "settings_unreadable"
    with pytest.raises(TaskFolderError) as absent:
        load_settings(tmp_path / "填报任务.xlsx")
    assert absent.value.key == "settings_absent"
