"""Unit names: every alias, short forms, names inside texts; never a near name."""

from __future__ import annotations

from dataclasses import replace

import pytest
from value_cases import CAMPAIGN, read, told

from sishui_eco.spec.campaign import Unit
from sishui_eco.understanding.units import match_unit

ROSTER = {unit.name: unit.unit_id for unit in CAMPAIGN.units}
SPELLINGS = [
    (unit.unit_id, spelling, unit.name == spelling)
    for unit in CAMPAIGN.units
    for spelling in (unit.name, *unit.aliases)
]


def unit(name: str) -> str:
    return ROSTER[name]


@pytest.mark.parametrize(("unit_id", "spelling", "official"), SPELLINGS)
def test_every_name_and_alias_of_the_roster(unit_id, spelling, official):
    match = match_unit(spelling, CAMPAIGN)
    assert match.unit_id == unit_id
    assert match.how == "exact" if official else match.how in ("exact", "alias")


@pytest.mark.parametrize(("unit_id", "spelling", "_official"), SPELLINGS)
def test_every_name_with_the_county_before_it_with_blanks_and_in_file_names(unit_id, spelling, _official):
    bare = spelling.removeprefix("泗水县").removeprefix("县")
    assert match_unit("泗水县" + bare, CAMPAIGN).unit_id == unit_id
    assert match_unit("　".join(spelling), CAMPAIGN).unit_id == unit_id
    for drawn in (
        f"{spelling}-附件4(1).xlsx",
        f"附件2_{spelling}.xls",
        f"【{spelling}】重点工程项目提报表（最终版）.docx",
    ):
        match = match_unit(drawn, CAMPAIGN)
        assert (match.unit_id, match.how) == (unit_id, "contains"), drawn


SHORT = [
    ("生态环境局", "市生态环境局泗水县分局"), ("环境局", "市生态环境局泗水县分局"), ("水利", "县水利事业发展中心"), ("畜牧兽医", "县畜牧兽医事业发展中心"),
    ("畜牧中心", "县畜牧兽医事业发展中心"), ("住建", "县住房城乡建设局"), ("自规", "县自然资源和规划局"), ("发改", "县发展和改革局"), ("工信", "县工业和信息化局"),
    ("教体", "县教育和体育局"), ("卫健", "县卫生健康局"), ("文旅", "县文化和旅游局"), ("市监局", "县市场监管局"), ("市场监管", "县市场监管局"),
    ("应急", "县应急局"), ("统计", "县统计局"), ("审批局", "县行政审批服务局"), ("执法局", "县综合行政执法局"), ("泉林", "泉林镇人民政府"),
    ("泉林镇政府", "泉林镇人民政府"), ("圣水峪", "圣水峪镇人民政府"), ("济河", "济河街道办事处"), ("泗河", "泗河街道办事处"), ("泗河街办", "泗河街道办事处"),
    ("大黄沟", "大黄沟乡人民政府"), ("农业", "县农业农村局"), ("交通", "县交通运输局"), ("组织", "县委组织部"), ("宣传", "县委宣传部"), ("新经济", "县新经济发展促进中心"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "name"), SHORT)
def test_short_forms_of_exactly_one_unit(written, name):
    match = match_unit(written, CAMPAIGN)
    assert match.unit_id == unit(name)
    assert match.how in ("short", "alias")


@pytest.mark.parametrize(
    "written",
    ["街道办事处", "街道", "镇人民政府", "人民政府", "河街道", "河街道办事处", "发展中心", "中心", "镇政府", "发展"],
)
def test_short_forms_of_several_units_are_ambiguous(written):
    match = match_unit(written, CAMPAIGN)
    assert (match.unit_id, match.how) == ("", "ambiguous")
    assert len(match.candidates) > 1


@pytest.mark.parametrize(
    "written",
    [
        "县水力局", "县财正局", "县审汁局", "泗水经济开发区", "县公安局", "县司法局", "局", "县", "", "   ", "市财政局", "济宁市财政局", "山东省水利厅", "省财政厅",
        "曲阜市水利局", "微山县财政局", "邹城市审计局", "市生态环境局", "济宁市生态环境局", "建设指标任务分解表", "附件4", "测试甲", "123", "县人社局", "县民政局", "无",
    ],
)  # fmt: skip
def test_what_is_near_foreign_or_nothing_is_never_taken(written):
    match = match_unit(written, CAMPAIGN)
    assert (match.unit_id, match.how) == ("", "none")


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("县水力局", "县水利事业发展中心"),
        ("县审汁局", "县审计局"),
        ("县财正局", "县财政局"),
        ("泗合街道办事处", "泗河街道办事处"),
    ],
)
def test_near_names_are_suggested(written, name):
    assert unit(name) in match_unit(written, CAMPAIGN).candidates


PAIRS = [
    ("县财政局", "县审计局"),
    ("泗河街道办事处", "济河街道办事处"),
    ("县农业农村局", "县畜牧兽医事业发展中心"),
    ("县委组织部", "县委宣传部"),
    ("金庄镇人民政府", "中册镇人民政府"),
    ("泗张镇人民政府", "泗河街道办事处"),
]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_like_names_are_never_confused(one, other):
    for name in (one, other):
        assert match_unit(name, CAMPAIGN).unit_id == unit(name)
        assert match_unit(f"{name}附件2.xlsx", CAMPAIGN).unit_id == unit(name)
    both = match_unit(f"{one}、{other}联合报送.xlsx", CAMPAIGN)
    assert (both.unit_id, both.how, set(both.candidates)) == ("", "ambiguous", {unit(one), unit(other)})


def test_a_name_nested_in_a_longer_one_does_not_count():
    match = match_unit("关于报送县卫生健康局材料的说明", CAMPAIGN)
    assert (match.unit_id, match.how) == (unit("县卫生健康局"), "contains")
    assert match_unit("济宁市泗水生态环境监控中心附件4", CAMPAIGN).unit_id == unit("济宁市泗水生态环境监控中心")


@pytest.mark.parametrize(
    "written", ["曲阜市水利局附件4.xlsx", "微山县水利局附件4.xlsx", "济宁市财政局文件.docx", "山东省财政局"]
)
def test_a_name_of_another_county_inside_a_text_does_not_count(written):
    assert match_unit(written, CAMPAIGN).unit_id == ""


LISTS = [
    ("县财政局", ["县财政局"], ""),
    ("县财政局、县审计局", ["县财政局", "县审计局"], ""),
    ("县财政局，县审计局；县统计局", ["县财政局", "县审计局", "县统计局"], ""),
    ("县财政局 县审计局", ["县财政局", "县审计局"], ""),
    ("县财政局\n县审计局", ["县财政局", "县审计局"], ""),
    ("县财政局/县审计局", ["县财政局", "县审计局"], ""),
    ("县财政局和县审计局", ["县财政局", "县审计局"], ""),
    ("县财政局与县审计局、县统计局", ["县财政局", "县审计局", "县统计局"], ""),
    ("县发展和改革局", ["县发展和改革局"], ""),
    ("县发展和改革局和县文化和旅游局", ["县发展和改革局", "县文化和旅游局"], ""),
    ("住房和城乡建设局、发改局", ["县住房城乡建设局", "县发展和改革局"], ""),
    ("住房和城乡建设局和县财政局", ["县住房城乡建设局", "县财政局"], ""),
    ("县水利局（牵头）、县财政局", ["县水利事业发展中心", "县财政局"], ""),
    ("牵头单位：县财政局；配合单位：县审计局、县统计局等", ["县财政局", "县审计局", "县统计局"], ""),
    ("县财政局等单位", ["县财政局"], ""),
    ("县财政局、县财政局", ["县财政局"], ""),
    ("县财政局、", ["县财政局"], ""),
    ("县 财 政 局", ["县财政局"], ""),
    ("县财政局、各镇街", ["县财政局"], "N603"),
    ("各镇街", [], "N603"),
    ("有关部门", [], "N603"),
    ("县财政局、县某某服务站", ["县财政局"], "N601"),
    ("县水力局", [], "N601"),
    ("县财政局、街道办事处", ["县财政局"], "N602"),
    ("市财政局", [], "N601"),
]


@pytest.mark.parametrize(("written", "names", "code"), LISTS)
def test_lists_of_units(written, names, code):
    result = read(written, "units")
    assert result.value == ";".join(unit(name) for name in names)
    assert [item.code for item in result.remarks] == ([code] if code else [])


def test_an_unknown_unit_is_told_with_a_suggestion():
    (item,) = read("县财政局、县水力局", "units").remarks
    assert (item.parameters["name"], item.expected) == ("县水力局", "县水利事业发展中心")


def test_blank_unit_lists():
    assert told(read("/", "units")) == "<not_applicable>"
    assert told(read("无", "units")) == "<none>"


def test_another_units_name_nested_in_a_longer_one_does_not_count():
    roster = (Unit(unit_id="A", name="县农业农村局"), Unit(unit_id="B", name="农村局"))
    campaign = replace(CAMPAIGN, units=roster)
    match = match_unit("县农业农村局附件4.xlsx", campaign)
    assert (match.unit_id, match.how) == ("A", "contains")
    assert match_unit("农村局附件4.xlsx", campaign).unit_id == "B"
