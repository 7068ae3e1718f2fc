"""Tables as other counties published them (facts on the field, section 2.1): each drawn as it stood, read or told."""

from __future__ import annotations

import pytest
from drawing import classes, codes, keys, one, record_of, take

from sishui_eco.model.arrival import ArrivalVerdict


def values(understood: object, key: str) -> dict[str, str]:
    return {name: answer.value for name, answer in record_of(understood, key).answers.items()}  # type: ignore[arg-type]


BANNER_2022 = """
领域|任务|序号|指标名称|单位|指标值|指标属性|2020年现状值|达标情况|2023年规划值|2025年规划值
生态安全|生态环境质量改善|7|环境空气质量\\n优良天数比例\\nPM2.5浓度下降幅度|%|完成上级规定的考核任务|约束性|2020年：21.255\\n2019年：19.560|达标|达到全国平均水平|完成上级管控目标
^|生态系统保护|10|林草覆盖率|%|≥40|参考性|42.5|未达标|45|50
生态经济|资源节约与利用|17|单位地区生产总值能耗|吨标准煤/万元|≤0.70|约束性|0.65|达标|1.2|1.2
"""


def test_planned_years_are_carried_and_no_present_value() -> None:
    understood = take(BANNER_2022)
    found = values(understood, "单位地区生产总值能耗")
    assert found["actual.2020"] == "0.65"
    assert (found["extra.2023年规划值"], found["extra.2025年规划值"]) == ("1.2", "1.2")
    assert values(understood, "林草覆盖率")["domain"] == "生态安全"


def test_lines_that_tell_years_are_not_shared_out_to_sub_indicators() -> None:
    understood = take(BANNER_2022)
    assert keys(understood)[:2] == ["环境空气质量／优良天数比例", "环境空气质量／PM2.5浓度下降幅度"]
    assert not any(values(understood, key).get("actual.2020") for key in keys(understood)[:2])
    assert "I308" in codes(understood)


def test_a_column_of_another_year_is_not_suggested_for_a_missing_one() -> None:
    told = [finding for finding in one(take(BANNER_2022)).findings if finding.field.startswith("actual.")]
    assert {finding.code for finding in told if finding.field in ("actual.2021", "actual.2022")} == {"I201"}


def test_the_national_table_of_2017_with_its_remark_called_difference() -> None:
    understood = take("""
领域|任务|序号|指标名称|单位|指标值|指标属性|差别
生态安全|生态环境质量改善|9|生态环境状况指数（EI）|-|≥55且不降低|约束性|基准年2015
^|生态系统保护|10|林草覆盖率|%|市：≥16，县：≥18\\n山区≥60\\n丘陵≥40|参考性|
生态空间|空间格局优化|15|自然生态空间\\n生态保护红线\\n自然保护地|-|开展划定|约束性|
""")
    assert keys(understood)[0] == "生态环境状况指数（EI）"
    assert values(understood, "生态环境状况指数（EI）")["remarks"] == "基准年2015"
    assert values(understood, "林草覆盖率")["target"] == "市：≥16，县：≥18\n山区≥60\n丘陵≥40"
    assert keys(understood)[2:] == ["自然生态空间／生态保护红线", "自然生态空间／自然保护地"]


def test_a_measure_broken_over_two_lines_and_an_indicator_without_its_leaves() -> None:
    understood = take("""
领域|任务|序号|指标名称|单位|指标值|指标属性|2022年
生态经济|资源节约与利用|17|单位地区生产总值能耗|吨标煤\\n/万元|≤0.70 且能源消耗总量不超过控制目标值|约束性|0.65
生态空间|空间格局优化|15|自然生态空间|-|划定并遵守|约束性|已划定
""")
    assert values(understood, "单位地区生产总值能耗")["actual.2022"] == "0.65"
    assert "I310" in codes(understood)


def test_the_province_that_calls_it_the_provincial_value() -> None:
    understood = take("""
领域|任务|序号|指标名称|单位|省级指标值|指标属性|2020年|2021年|2022年
生态安全|生态环境质量改善|7|环境空气质量优良天数比例|%|高于上年和县市区平均水平|约束性|80|81|82
^|^|8|黑臭水体消除比例|%|基本消除|约束性|90|95|100
生态生活|人居环境改善|31|城镇新建绿色建筑比例|%|20%以上|参考性|30|40|50
""")
    assert keys(understood) == ["环境空气质量／优良天数比例", "水环境质量／黑臭水体消除比例", "城镇新建绿色建筑比例"]
    assert [values(understood, key)["target"] for key in keys(understood)] == [
        "高于上年和县市区平均水平",
        "基本消除",
        "20%以上",
    ]
    assert values(understood, "水环境质量／黑臭水体消除比例")["task"] == "生态环境质量改善"


def test_a_star_for_indicators_with_a_condition_is_not_part_of_the_name() -> None:
    understood = take("""
领域|任务|序号|指标名称|单位|指标值|2022年
生态安全|生态环境质量改善|1|环境空气质量|%|完成上级规定的考核任务，且≥90或持续提高|
^|^|^|优良天数比例|%|≥90|91
^|^|2|*生态环境状况指数（EI）|-|△EQI>-1|56
生态制度|目标责任体系与制度建设|3|河长制|-|有效保障|已建立
""")
    assert keys(understood)[1:] == ["环境空气质量／优良天数比例", "生态环境状况指数（EI）", "河长制"]
    assert "环境空气质量" not in {key for key in keys(understood) if record_of(understood, key).known}


def test_measures_in_the_name_and_four_leaves_in_one_cell() -> None:
    understood = take("""
指标类别|编号|建设指标|指标要求|指标性质|完成情况
生态经济|17|单位地区生产总值能耗（吨标煤/万元）|≤0.70|约束性|2020年：0.66；2021年：0.65；2022年：0.64
生态安全|8|水环境质量\\n水质达到或优于Ⅲ类比例提高幅度\\n劣Ⅴ类水体比例下降幅度\\n黑臭水体消除比例|<4.0\\n<5.0\\n<0.5|约束性|
生态生活|26|城镇污水处理率（%）|≥85|参考性|2022年：95
""")
    assert [record_of(understood, key).known for key in keys(understood)] == [True] * 5
    assert [values(understood, key)["target"] for key in keys(understood)] == ["≤0.70", "<4.0", "<5.0", "<0.5", "≥85"]
    assert values(understood, "单位地区生产总值能耗")["actual.2021"] == "0.65"


def test_targets_by_region_under_one_heading_are_carried() -> None:
    understood = take("""
类别|序号|指标名称|指标要求|<|<|指标完成情况
^|^|^|珠三角|东西两翼|山区|^
生态安全|10|林草覆盖率|≥30|≥40|≥60|42.5%
生态生活|26|城镇污水处理率|≥90|≥85|≥80|2020年：81.2%；2021年：83.0%；2022年：85.6%
""")
    assert classes(understood) == "HHRR"
    assert values(understood, "林草覆盖率")["extra.指标要求·山区"] == "≥60"
    assert "I314" in codes(understood)  # 42.5% of which year?
    assert [values(understood, "城镇污水处理率")[f"actual.{year}"] for year in (2020, 2021, 2022)] == [
        "81.2",
        "83",
        "85.6",
    ]


def test_years_as_columns_beside_a_sum_in_tortoise_shell_brackets() -> None:
    understood = take("""
指标|2015年|2020年|〔累计〕|属性
单位国内生产总值建设用地使用面积下降率|20|18|〔18〕|约束性
林草覆盖率|40左右|42|<5|预期性
""")
    found = values(understood, "林草覆盖率")
    assert (found["actual.2020"], found["extra.2015年"], found["extra.〔累计〕"]) == ("42", "40左右", "<5")
    assert "N501" in codes(understood)


@pytest.mark.parametrize(
    "drawing",
    [
        "任务内容|标准或要求|工作内容及要求|责任单位或牵头单位|协助单位|完成期限\n绿地建设|建成区绿地率≥35%|编制绿地系统规划|县住房和城乡建设局 县财政局|有关部门|2010年9月20日前",
        "序号|任务（含目标）|完成时限|措施|责任单位\n1|河道治理|2014年|巡河|县水利局、县财政局\n2|绿化|日常工作|植树|^",
    ],
)
def test_tables_of_tasks_without_any_indicator_are_no_form(drawing: str) -> None:
    understood = take(drawing)
    assert not understood.submissions
    assert understood.verdict in (ArrivalVerdict.UNRECOGNISED, ArrivalVerdict.SUPPORTING)
