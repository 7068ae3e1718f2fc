"""Headings of every shape: where they stand, how they are merged, spaced, renamed, moved or missing."""

from __future__ import annotations

import pytest
from drawing import codes, draw, one, record_of, take


def actuals(understood: object, key: str) -> list[str]:
    record = record_of(understood, key)  # type: ignore[arg-type]
    return [record.value(f"actual.{year}") for year in (2020, 2021, 2022)]


def test_two_heading_rows_merged() -> None:
    understood = take(
        """
序号|指标名称|单位|指标值|现状值|<|<|达标情况|支撑材料
^|^|^|^|2020年|2021年|2022年|^|^
10|林草覆盖率|%|≥40|40|41|42|达标|年报
"""
    )
    assert actuals(understood, "林草覆盖率") == ["40", "41", "42"]


def test_two_heading_rows_unmerged() -> None:
    understood = take(
        """
序号|指标名称|单位|指标值|现状值|||达标情况|支撑材料
||||2020年|2021年|2022年||
10|林草覆盖率|%|≥40|40|41|42|达标|年报
"""
    )
    assert actuals(understood, "林草覆盖率") == ["40", "41", "42"]


def test_years_written_as_numbers() -> None:
    understood = take(
        """
序号|指标名称|单位|指标值|现状值|<|<|达标情况|支撑材料
^|^|^|^|2020|2021|2022|^|^
10|林草覆盖率|%|≥40|40|41|42|达标|年报
"""
    )
    assert actuals(understood, "林草覆盖率") == ["40", "41", "42"]


def test_three_heading_rows() -> None:
    understood = take(
        """
序号|指标|<|<|现状值|<|<|自评|<
^|指标名称|单位|指标值|2020年|2021年|2022年|达标情况|支撑材料
^|^|^|^|（实际）|（实际）|（实际）|^|^
10|林草覆盖率|%|≥40|40|41|42|达标|年报
"""
    )
    assert actuals(understood, "林草覆盖率") == ["40", "41", "42"]
    assert record_of(understood, "林草覆盖率").value("self_verdict") == "达标"


def test_planned_years_beside_actual_years_are_extras() -> None:
    understood = take(
        """
序号|指标名称|单位|指标值|现状值|<|<|规划值|<|达标情况|支撑材料
^|^|^|^|2020年|2021年|2022年|2022年|2025年|^|^
10|林草覆盖率|%|≥40|40|41|42|43|45|达标|年报
"""
    )
    record = record_of(understood, "林草覆盖率")
    assert actuals(understood, "林草覆盖率") == ["40", "41", "42"]
    assert record.raw("extra.规划值·2022年") == "43"
    assert record.raw("extra.规划值·2025年") == "45"


def test_year_columns_in_reverse_order() -> None:
    understood = take(
        "指标名称|单位|指标值|2022年|2021年|2020年|达标情况|支撑材料\n林草覆盖率|%|≥40|42|41|40|达标|年报"
    )
    assert actuals(understood, "林草覆盖率") == ["40", "41", "42"]


@pytest.mark.parametrize(
    "heading",
    [
        "总 投 资（万元）",
        "总投资\\n（万元）",
        "总投资(万元)",
        "*总投资",
        "总　投　资",
        "８．总投资",
        "（三）总投资",
        "项目总投资（万元）",
    ],
)
def test_a_heading_wrapped_spaced_full_width_or_numbered(heading: str) -> None:
    understood = take(f"序号|项目名称|{heading}|起止年限|责任单位\n1|甲工程|1200|2023-2025|县水利局")
    assert record_of(understood, "甲工程").value("investment") == "1200"


def test_the_measure_in_the_heading_is_believed_and_the_conversion_noted() -> None:
    understood = take("序号|项目名称|总投资（亿元）|起止年限|责任单位\n1|甲工程|1.2|2023-2025|县水利局")
    assert record_of(understood, "甲工程").value("investment") == "12000"
    assert "N209" in codes(understood)


def test_the_measure_above_the_table_is_believed() -> None:
    understood = take("单位：亿元\n序号|项目名称|总投资|起止年限|责任单位\n1|甲工程|1.2|2023-2025|县水利局")
    assert record_of(understood, "甲工程").value("investment") == "12000"


def test_columns_moved_and_inserted() -> None:
    understood = take("责任单位|项目负责人|起止年限|总投资|项目名称|序号\n县水利局|测试乙|2023-2025|1200|甲工程|1")
    record = record_of(understood, "甲工程")
    assert (record.value("investment"), record.value("period")) == ("1200", "2023-01/2025-12")
    assert record.raw("extra.项目负责人") == "测试乙"
    assert "I202" in codes(understood)


def test_a_missing_required_column_is_told_once() -> None:
    understood = take(
        "序号|项目名称|起止年限|责任单位|支撑指标\n1|甲工程|2023-2025|县水利局|河长制\n2|乙工程|2024|县水利局|河长制"
    )
    told = [item.field for item in one(understood).findings if item.code == "I201"]
    assert told.count("investment") == 1
    assert "investment" not in one(understood).present_fields


def test_a_nearly_known_heading_is_suggested_not_taken() -> None:
    understood = take("序号|项目名称|总投次|起止年限|责任单位\n1|甲工程|1200|2023-2025|县水利局")
    assert record_of(understood, "甲工程").value("investment") == ""
    assert record_of(understood, "甲工程").raw("extra.总投次") == "1200"
    assert "I208" in codes(understood)


def test_a_heading_that_ends_in_a_known_one_is_taken_and_told() -> None:
    understood = take("序号|县级重点工程项目名称|总投资|起止年限|责任单位\n1|甲工程|1200|2023-2025|县水利局")
    assert [item.key for item in one(understood).records] == ["甲工程"]
    assert "I203" in codes(understood)


def test_a_hidden_column_is_read_and_told() -> None:
    grid = draw(
        "序号|项目名称|总投资|起止年限|责任单位\n1|甲工程|1200|2023-2025|县水利局", hidden_columns=frozenset({3})
    )
    understood = take(grid)
    assert record_of(understood, "甲工程").value("investment") == "1200"
    assert "I206" in codes(understood)


def test_responsible_unit_leads_where_no_lead_column_stands_beside() -> None:
    understood = take("指标名称|单位|指标值|2022年|达标情况|责任单位\n河长制|-|全面实施|已实施|达标|县水利局")
    assert record_of(understood, "河长制").value("lead_unit") == "U12"


def test_responsible_unit_supports_where_a_lead_column_stands_beside() -> None:
    understood = take(
        "指标名称|单位|指标值|2022年|达标情况|牵头单位|责任单位\n河长制|-|全面实施|已实施|达标|县水利局|县财政局"
    )
    record = record_of(understood, "河长制")
    assert (record.value("lead_unit"), record.value("support_units")) == ("U12", "U06")


def test_completion_is_a_verdict_by_its_content() -> None:
    understood = take("指标名称|单位|指标值|2022年|完成情况\n林草覆盖率|%|≥40|42|达标\n城镇污水处理率|%|≥85|80|未达标")
    assert record_of(understood, "城镇污水处理率").value("self_verdict") == "未达标"


def test_completion_is_prose_of_several_years_by_its_content() -> None:
    understood = take(
        "指标名称|单位|指标值|完成情况|是否达标\n林草覆盖率|%|≥40|2020年：40%；2021年：41.5%；2022年：42%|达标"
    )
    assert actuals(understood, "林草覆盖率") == ["40", "41.5", "42"]
    answer = record_of(understood, "林草覆盖率").answers["actual.2021"]
    assert answer.place.cell == "D2"
    assert answer.kind == "percent"


def test_a_number_without_a_year_is_kept_and_told_not_guessed() -> None:
    understood = take("指标名称|单位|指标值|现状值|达标情况\n林草覆盖率|%|≥40|42|达标")
    record = record_of(understood, "林草覆盖率")
    assert actuals(understood, "林草覆盖率") == ["", "", ""]
    assert record.raw("extra.现状值") == "42"
    assert "I314" in codes(understood)


def test_a_state_without_a_year_is_told() -> None:
    understood = take("指标名称|单位|指标值|现状值|达标情况\n河长制|-|全面实施|已全面实施|达标")
    assert actuals(understood, "河长制") == ["", "", "已全面实施"]
    assert "I313" in codes(understood)


def test_units_under_the_heading_of_measures_are_not_measures() -> None:
    understood = take("指标名称|单位|指标值|2022年|达标情况\n河长制|县水利局|全面实施|已实施|达标")
    record = record_of(understood, "河长制")
    assert record.value("measure") == ""
    assert record.value("lead_unit") == "U12"


def test_the_second_column_under_a_merged_name_holds_sub_indicators() -> None:
    understood = take(
        """
序号|指标名称|<|单位|指标值|2022年|达标情况
7|环境空气质量|优良天数比例|%|完成|80|达标
^|^|PM2.5浓度下降幅度|%|完成|3|达标
10|林草覆盖率|<|%|≥40|42|达标
"""
    )
    assert [item.key for item in one(understood).records] == [
        "环境空气质量／优良天数比例",
        "环境空气质量／PM2.5浓度下降幅度",
        "林草覆盖率",
    ]


def test_sub_indicators_in_a_column_without_heading() -> None:
    understood = take(
        "序号|指标名称||单位|指标值|2022年\n7|环境空气质量|优良天数比例|%|完成|80\n|环境空气质量|PM2.5浓度下降幅度|%|完成|3"
    )
    assert one(understood).records[0].key == "环境空气质量／优良天数比例"


def test_start_and_end_columns_make_one_period() -> None:
    understood = take("序号|项目名称|总投资|起止年限|<|责任单位\n^|^|^|起|止|^\n1|甲工程|1200|2023|2025|县水利局")
    record = record_of(understood, "甲工程")
    assert record.value("period") == "2023-01/2025-12"
    assert "E3" in record.answers["period"].note
    assert "period_end" not in record.answers


def test_start_and_end_headings_of_their_own() -> None:
    understood = take("序号|项目名称|总投资|开工时间|竣工时间|责任单位\n1|甲工程|1200|2023年3月|2025年12月|县水利局")
    assert record_of(understood, "甲工程").value("period") == "2023-03/2025-12"


def test_parts_of_an_amount_keep_their_group_in_the_name() -> None:
    understood = take(
        """
序号|项目名称|总投资（万元）|资金来源|<|起止年限|责任单位
^|^|^|中央资金|县级资金|^|^
1|甲工程|1200|800|400|2023-2025|县水利局
"""
    )
    record = record_of(understood, "甲工程")
    assert record.raw("extra.资金来源·中央资金") == "800"
    assert record.value("investment") == "1200"


def test_a_measure_row_under_the_heading_belongs_to_it() -> None:
    understood = take("序号|项目名称|总投资|起止年限|责任单位\n||（亿元）||\n1|甲工程|1.2|2023-2025|县水利局")
    assert record_of(understood, "甲工程").value("investment") == "12000"


def test_the_heading_repeated_on_further_pages_is_no_record() -> None:
    head = "序号|项目名称|总投资|起止年限|责任单位"
    understood = take(f"{head}\n1|甲工程|1|2023|县水利局\n{head}\n2|乙工程|2|2024|县水利局")
    assert [item.key for item in one(understood).records] == ["甲工程", "乙工程"]


def test_a_two_row_heading_repeated() -> None:
    head = "序号|指标名称|单位|指标值|现状值|<|<|达标情况\n^|^|^|^|2020年|2021年|2022年|^"
    understood = take(f"{head}\n1|林草覆盖率|%|≥40|40|41|42|达标\n{head}\n2|城镇污水处理率|%|≥85|81|83|86|达标")
    assert actuals(understood, "城镇污水处理率") == ["81", "83", "86"]
    assert len(one(understood).records) == 2


def test_two_columns_for_one_field_keep_the_exact_one_and_carry_the_other() -> None:
    understood = take("序号|项目名称|总投资|责任单位|建设单位|起止年限\n1|甲工程|1|县水利局|某某公司|2023")
    record = record_of(understood, "甲工程")
    assert record.value("responsible_unit") == "U12"
    assert record.raw("extra.建设单位") == "某某公司"


def test_a_percent_format_counts_as_percent() -> None:
    understood = take("指标名称|单位|指标值|2020年|2021年|2022年|达标情况\n林草覆盖率|%|≥40|0.401[0.0%]|41|42%|达标")
    assert actuals(understood, "林草覆盖率") == ["40.1", "41", "42"]


def test_kind_of_present_values_follows_the_measure_of_the_catalogue() -> None:
    understood = take(
        "指标名称|单位|指标值|2022年|达标情况\n河长制|-|全面实施|已实施|达标\n林草覆盖率||≥40|42|达标\n单位地区生产总值能耗|吨标煤/万元|下降|0.52|达标"
    )
    kinds = [item.answers["actual.2022"].kind for item in one(understood).records]
    assert kinds == ["text", "percent", "number"]


def test_prose_of_a_state_keeps_its_own_signs() -> None:
    understood = take(
        "指标名称|单位|指标值|现状值|达标情况\n河长制|-|全面实施|2020年：已制定，未印发；2021年：已印发（县级）；2022年：全面实施|达标"
    )
    assert actuals(understood, "河长制") == ["已制定，未印发", "已印发（县级）", "全面实施"]


@pytest.mark.parametrize(
    ("start", "end"), [("2023.01", "2025.12"), ("2023年1月", "2025年12月"), ("'2023-01", "'2025-12")]
)
def test_a_month_in_a_column_of_starts_is_no_doubt(start: str, end: str) -> None:
    understood = take(f"序号|项目名称|总投资|开工时间|竣工时间|责任单位\n1|甲工程|1200|{start}|{end}|县水利局")
    assert record_of(understood, "甲工程").value("period") == "2023-01/2025-12"
    assert "N407" not in codes(understood)


def test_a_month_in_a_column_of_periods_is_a_doubt() -> None:
    understood = take("序号|项目名称|总投资|起止年限|责任单位\n1|甲工程|1200|2023年1月|县水利局")
    assert "N407" in codes(understood)


@pytest.mark.parametrize("heading", ["总投资/元", "总投\\n资/元", "总投资 / 元", "总投资/元（必填）", "总投资（元）*"])
def test_a_measure_behind_a_slash(heading: str) -> None:
    understood = take(f"序号|项目名称|{heading}|起止年限|责任单位\n1|甲工程|8900000|2023-2025|县水利局")
    assert record_of(understood, "甲工程").value("investment") == "890"


def test_an_unknown_column_behind_a_blank_one_belongs_to_the_table() -> None:
    understood = take(
        "序号|项目名称|总投资|起止年限|责任单位||序列码\n1|甲工程|1|2023|县水利局||B07\n2|乙工程|2|2023|县水利局||B08"
    )
    assert record_of(understood, "乙工程").raw("extra.序列码") == "B08"
    assert "I304" not in codes(understood)


def test_a_list_beside_the_table_does_not() -> None:
    understood = take(
        "序号|项目名称|总投资|起止年限|责任单位||选项\n1|甲工程|1|2023|县水利局||是\n||||||否\n||||||不涉及"
    )
    assert set(record_of(understood, "甲工程").answers) == {"no", "project", "investment", "period", "responsible_unit"}


def test_upper_headings_that_fill_the_gaps_of_the_lower_row_are_heading() -> None:
    understood = take(
        "|||现状|||审核意见\n序号|指标名称|指标值|2020|2021年|2022年||达标情况\n1|林草覆盖率|≥40|40|41|42|同意|达标"
    )
    assert actuals(understood, "林草覆盖率") == ["40", "41", "42"]
    assert record_of(understood, "林草覆盖率").raw("extra.审核意见") == "同意"


@pytest.mark.parametrize("year", ["现状值（2022年）（必填）", "★2022年（必填）", "2022年*", "2022年（现状值）"])
def test_remarks_behind_a_year_say_nothing_about_the_column(year: str) -> None:
    understood = take(f"序号|指标名称|指标值|2020年|2021年|{year}|达标情况\n1|林草覆盖率|≥40|40|41|42|达标")
    assert actuals(understood, "林草覆盖率") == ["40", "41", "42"]


def test_remarks_behind_a_year_under_its_group() -> None:
    head = "序号|指标名称|指标值|现状值|<|<|达标情况\n^|^|^|2020（必填）|*2021|2022年|^"
    assert actuals(take(f"{head}\n1|林草覆盖率|≥40|40|41|42|达标"), "林草覆盖率") == ["40", "41", "42"]


def test_a_section_merged_under_the_heading_is_no_second_heading_row() -> None:
    understood = take(
        "指标名称||资料名称|提供单位|是否提供|备注\n一、河长制|<|<|<|<|<\n河长制||工作文件|县水利局|是|\n河长制||巡河记录|县水利局|是|"
    )
    assert [item.key for item in one(understood).records] == ["河长制／工作文件", "河长制／巡河记录"]


def test_a_lone_group_over_years_is_heading() -> None:
    understood = take("|||现状值||\n序号|指标名称|指标值|2020|2021年|2022年|达标情况\n1|林草覆盖率|≥40|40|41|42|达标")
    assert actuals(understood, "林草覆盖率") == ["40", "41", "42"]
    assert {row for rows in understood.rows for row, kind in rows.classes.items() if kind.value == "heading"} == {1, 2}
