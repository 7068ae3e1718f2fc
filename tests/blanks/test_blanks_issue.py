"""What a unit finds in the workbook it is sent, and what it is kept from doing in it."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from sishui_eco.outputs.blanks import blank_name, write_blank, write_generic_blank
from sishui_eco.outputs.blanks.generic import generic_blanks
from sishui_eco.outputs.blanks.measure_text import line_count
from sishui_eco.spec.campaign import Campaign, Unit
from sishui_eco.spec.settings import default_campaign

MOMENT = datetime(2023, 7, 13, 9, 0)
WORKBOOKS = Path(__file__).parents[2] / "workbooks"


@pytest.fixture(scope="module")
def campaign() -> Campaign:
    return default_campaign()


def unit_named(campaign: Campaign, name: str) -> Unit:
    return next(unit for unit in campaign.units if unit.name == name)


def opened(content: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def cells(sheet: Worksheet) -> dict[str, str]:
    return {cell.coordinate: str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None}


def where(sheet: Worksheet, text: str) -> str:
    found = [place for place, value in cells(sheet).items() if value == text]
    assert found, f"{text} is nowhere on {sheet.title}"
    return found[0]


def row_of(sheet: Worksheet, text: str) -> dict[str, object]:
    """Return a record's row by printed heading (lower heading for the years)."""
    header = next(row for row in range(1, 20) if sheet.cell(row, 1).value == "序号")
    record = sheet[where(sheet, text)].row
    found: dict[str, object] = {}
    for column in range(1, sheet.max_column + 1):
        lower = sheet.cell(header + 1, column).value if sheet.cell(header + 1, 1).value is None else None
        found[str(lower or sheet.cell(header, column).value)] = sheet.cell(record, column)
    return found


@pytest.fixture(scope="module")
def water(campaign: Campaign) -> Workbook:
    return opened(write_blank(unit_named(campaign, "县水利事业发展中心"), campaign, MOMENT))


def test_unit_gets_guide_and_the_forms_it_owes(water: Workbook) -> None:
    assert water.sheetnames == ["填表说明", "附件2", "附件3", "附件4"]


def test_unit_that_leads_nothing_gets_only_annex4(campaign: Campaign) -> None:
    book = opened(write_blank(unit_named(campaign, "泉林镇人民政府"), campaign, MOMENT))
    assert book.sheetnames == ["填表说明", "附件4"]


def test_unit_that_leads_nothing_but_owes_annex2_sees_what_it_supports(campaign: Campaign) -> None:
    town = replace(unit_named(campaign, "泉林镇人民政府"), forms=("annex2",))
    sheet = opened(write_blank(town, campaign, MOMENT))["附件2"]
    assert "农村生活污水治理率" in cells(sheet).values()
    assert "河长制" not in cells(sheet).values()


def test_every_unit_gets_exactly_its_own_indicators_and_materials(campaign: Campaign) -> None:
    for unit in campaign.units:
        if "annex2" not in unit.forms:
            continue
        book = opened(write_blank(unit, campaign, MOMENT))
        targets = [cell for cell in book["附件2"]["G"] if cell.protection.locked and cell.value]
        assert len(targets) - 2 == len(campaign.indicators_of(unit.unit_id)), unit.name  # heading and sample
        listed = [str(cell.value) for cell in book["附件3"]["C"] if cell.value]
        assert set(item.name for item in campaign.materials_of(unit.unit_id)) <= set(listed), unit.name


def test_indicator_comes_with_target_measure_attribute_and_units(water: Workbook) -> None:
    row = row_of(water["附件2"], "单位地区生产总值用水量")
    seen = {name: getattr(cell, "value", None) for name, cell in row.items()}
    assert seen["指标值"] == "完成上级规定的目标任务；保持稳定或持续改善"
    assert (seen["单位"], seen["指标属性"]) == ("立方米/万元", "约束性")
    assert (seen["牵头单位"], seen["配合单位"]) == ("县水利事业发展中心", "县统计局")


def test_years_stand_under_one_heading(water: Workbook, campaign: Campaign) -> None:
    sheet = water["附件2"]
    top = sheet[where(sheet, "现状值")]
    years = [sheet.cell(top.row + 1, top.column + step).value for step in range(len(campaign.years))]
    assert years == [f"{year}年" for year in campaign.years]
    merged = {str(area) for area in sheet.merged_cells.ranges}
    last = sheet.cell(top.row, top.column + len(campaign.years) - 1).coordinate
    assert f"{top.coordinate}:{last}" in merged


def test_prefilled_cells_are_locked_and_answers_are_open_without_password(water: Workbook) -> None:
    for title in ("附件2", "附件3", "附件4"):
        assert water[title].protection.sheet, title
        assert not water[title].protection.password, title
    row = row_of(water["附件2"], "河长制")
    locked = {name for name, cell in row.items() if cell.protection.locked}  # type: ignore[attr-defined]
    assert {"指标名称", "指标值", "单位", "指标属性", "牵头单位"} <= locked
    assert not {"2020年", "2021年", "2022年", "达标情况", "支撑材料", "备注"} & locked


def test_rows_can_be_inserted(water: Workbook) -> None:
    for title in ("附件3", "附件4"):
        assert water[title].protection.insertRows is False  # False: not forbidden


def test_heading_block_names_the_unit_and_leaves_the_rest_open(water: Workbook) -> None:
    for title in ("附件2", "附件3", "附件4"):
        sheet = water[title]
        label = sheet[where(sheet, "填报单位")]
        assert sheet.cell(label.row, label.column).value == "填报单位"
        assert "县水利事业发展中心" in [cell.value for cell in sheet[label.row]]
        for heading in ("分管责任人", "联络员", "联系电话", "填报日期"):
            cell = next(item for row in sheet["A1:Z8"] for item in row if item.value == heading)
            last = max([item.max_col for item in sheet.merged_cells.ranges if cell.coordinate in item] or [cell.column])
            assert not sheet.cell(cell.row, last + 1).protection.locked, heading


def dropdown(sheet: Worksheet, coordinate: str) -> str:
    for check in sheet.data_validations.dataValidation:
        if coordinate in check.sqref and check.type == "list":
            return str(check.formula1)
    return ""


def test_verdict_category_and_yes_no_are_dropdowns(water: Workbook) -> None:
    row = row_of(water["附件2"], "河长制")
    assert dropdown(water["附件2"], row["达标情况"].coordinate) == '"达标,未达标,不涉及"'  # type: ignore[attr-defined]
    row = row_of(water["附件3"], "巡河记录")
    assert dropdown(water["附件3"], row["是否提供"].coordinate) == '"是,否"'  # type: ignore[attr-defined]
    sheet = water["附件4"]
    first = sheet[where(sheet, "示例")].row + 1
    category = sheet.cell(first, sheet[where(sheet, "工程类别")].column).coordinate
    assert dropdown(sheet, category).startswith('"生态制度,生态安全')


def test_every_prompt_and_refusal_is_chinese_and_within_excel_limits(water: Workbook) -> None:
    checks = [item for sheet in water for item in sheet.data_validations.dataValidation]
    assert len(checks) > 20
    for check in checks:
        assert len(check.promptTitle or "") <= 32 and len(check.prompt or "") <= 255
        assert len(check.error or "") <= 255
        if check.type:
            assert check.error and any("一" <= letter <= "鿿" for letter in check.error)


def test_supported_indicators_are_offered_from_the_guide(water: Workbook) -> None:
    sheet = water["附件4"]
    first = sheet[where(sheet, "示例")].row + 1
    source = dropdown(sheet, sheet.cell(first, sheet[where(sheet, "支撑指标")].column).coordinate)
    _, _, area = source.partition("!")
    offered = [row[0].value for row in water["填表说明"][area.replace("$", "")]]
    assert "河长制" in offered and "水环境质量" in offered and "政府绿色采购比例" not in offered


def test_sample_row_is_marked_grey_italic_and_locked(water: Workbook) -> None:
    for title in ("附件2", "附件3", "附件4"):
        mark = water[title][where(water[title], "示例")]
        assert mark.font.italic and mark.font.color.rgb == "FF808080" and mark.protection.locked


def test_annex4_has_twenty_open_rows_a_nil_box_and_a_place_for_seal(water: Workbook) -> None:
    sheet = water["附件4"]
    first = sheet[where(sheet, "示例")].row + 1
    last = sheet[where(sheet, "单位公章")].row
    assert last - first == 20
    nil = sheet[where(sheet, "无重点工程项目提报")]
    area = next(item for item in sheet.merged_cells.ranges if nil.coordinate in item)
    box = sheet.cell(nil.row, area.max_col + 1)
    assert dropdown(sheet, box.coordinate) == '"是,否"' and not box.protection.locked and box.value is None
    assert where(sheet, "主要负责人（签字）")


def test_sheets_print_on_one_page_width_with_repeated_heading(water: Workbook) -> None:
    papers = {"附件2": 8, "附件3": 9, "附件4": 8}
    for title, paper in papers.items():
        sheet = water[title]
        header = sheet[where(sheet, "序号")].row
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (paper, "landscape")
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.fitToWidth in (None, 1) and sheet.page_setup.fitToHeight == 0
        assert str(sheet.print_title_rows).startswith(f"${header}:")
        assert "&P" in sheet.oddFooter.center.text


def test_hidden_identification(water: Workbook, campaign: Campaign) -> None:
    found = {item.name: item.value for item in water.custom_doc_props.props}
    assert found["eco_product"] == "blank"
    assert (found["eco_task"], found["eco_unit"], found["eco_edition"]) == (campaign.task_id, "U12", campaign.edition)
    assert found["eco_forms"] == "annex2;annex3;annex4"


def test_guide_tells_deadline_and_address(water: Workbook) -> None:
    text = "\n".join(cells(water["填表说明"]).values())
    assert "2023年7月31日17:30前" in text and "example@example.invalid" in text


def test_same_unit_and_moment_same_bytes(campaign: Campaign) -> None:
    unit = campaign.units[7]
    assert write_blank(unit, campaign, MOMENT) == write_blank(unit, campaign, MOMENT)


def test_file_names_follow_the_roster(campaign: Campaign) -> None:
    names = [blank_name(unit, campaign) for unit in campaign.units]
    assert names == sorted(names) and len(set(names)) == len(names)
    assert names[11] == "12_县水利事业发展中心_指标资料填报表.xlsx"


def test_generic_annex2_lists_the_whole_catalogue(campaign: Campaign) -> None:
    sheet = opened(write_generic_blank("annex2", campaign, MOMENT))["附件2"]
    assert {item.name for item in campaign.indicators} <= set(cells(sheet).values())
    label = sheet[where(sheet, "填报单位")]
    assert all(cell.value != "县水利事业发展中心" for cell in sheet[label.row])


def test_committed_generic_blanks_are_what_the_code_makes(campaign: Campaign) -> None:
    made = generic_blanks(campaign)
    assert sorted(made) == ["blank_annex2.xlsx", "blank_annex3.xlsx", "blank_annex4.xlsx"]
    for name, content in made.items():
        assert (WORKBOOKS / name).read_bytes() == content, f"rebuild workbooks/{name}"


def test_a_chinese_text_is_measured_twice_as_wide() -> None:
    assert line_count("指标名称", 10) == 1
    assert line_count("指标名称指标名称", 10) == 2
    assert line_count("abcdefgh", 10) == 1
    assert line_count("一\n二", 10) == 2
