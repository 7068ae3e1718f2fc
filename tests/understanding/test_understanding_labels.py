"""Form-level fields wherever they stand."""

from __future__ import annotations

import pytest
from drawing import classes, draw, one, take

from sishui_eco.model.submission import Submission

TABLE = "序号|工程类别|项目名称|建设内容|起止年限|总投资|责任单位|支撑指标\n1|生态安全|甲工程|治理河道3公里|2023-2025|1200|县水利局|河长制"


def fields(*lines: str, below: str = "") -> dict[str, str]:
    submission: Submission = one(take("\n".join([*lines, TABLE, below])))
    return {name: answer.value for name, answer in submission.form_fields.items()}


def test_label_and_value_in_one_cell() -> None:
    assert fields("填报单位：县水利局") == {"reporting_unit": "县水利局"}


def test_label_with_a_bracket_and_half_width_colon() -> None:
    assert fields("填报单位 (盖章): 县水利局") == {"reporting_unit": "县水利局"}


def test_spaced_label() -> None:
    assert fields("填 报 单 位：县水利局") == {"reporting_unit": "县水利局"}


def test_value_right_of_its_label() -> None:
    assert fields("填报单位|县水利局||联络员|测试甲") == {"reporting_unit": "县水利局", "liaison_name": "测试甲"}


def test_value_right_of_a_merged_label() -> None:
    assert fields("填报单位：|<|县水利局|<|联络员|测试甲")["reporting_unit"] == "县水利局"


def test_value_right_of_a_label_with_a_gap() -> None:
    assert fields("填报单位：||县水利局")["reporting_unit"] == "县水利局"


def test_values_below_their_labels() -> None:
    assert fields("填报单位|联络员|联系电话", "县水利局|测试甲|13800000001") == {
        "reporting_unit": "县水利局",
        "liaison_name": "测试甲",
        "liaison_phone": "13800000001",
    }


def test_several_labels_in_one_line() -> None:
    assert fields("填报单位：县水利局    联络员：测试甲  电话：13800000001   填报日期：2023年7月20日") == {
        "reporting_unit": "县水利局",
        "liaison_name": "测试甲",
        "liaison_phone": "13800000001",
        "report_date": "2023-07-20",
    }


def test_telephones_belong_to_the_person_before_them() -> None:
    assert fields("分管责任人：测试乙 电话：13800000002 联络员：测试甲 电话：13800000001") == {
        "responsible_name": "测试乙",
        "responsible_phone": "13800000002",
        "liaison_name": "测试甲",
        "liaison_phone": "13800000001",
    }


@pytest.mark.parametrize(
    "line",
    [
        "联络员：测试甲 13800000001",
        "联络员：测试甲（13800000001）",
        "联络员：测试甲(电话：13800000001)",
        "联络员：测试甲【13800000001】",
        "联络员（电话）：测试甲 （13800000001）",
    ],
)
def test_telephone_behind_the_name(line: str) -> None:
    assert fields(line) == {"liaison_name": "测试甲", "liaison_phone": "13800000001"}


def test_labels_glued_to_the_value_before_them() -> None:
    assert fields("联络员：测试甲联系电话：13800000001") == {"liaison_name": "测试甲", "liaison_phone": "13800000001"}


def test_fields_below_the_table() -> None:
    assert fields(below="\n主要负责人（签字）：测试丙||填表人：测试甲||联系电话：13800000001") == {
        "signatory": "测试丙",
        "liaison_name": "测试甲",
        "liaison_phone": "13800000001",
    }


@pytest.mark.parametrize(
    "empty", ["填报单位：", "填报单位：＿＿＿＿＿＿", "填报单位：______", "填报单位（盖章）：　　　"]
)
def test_empty_fields_give_nothing(empty: str) -> None:
    assert fields(empty) == {}


def test_a_label_next_to_a_label_is_not_its_value() -> None:
    assert fields("填报单位|联络员|联系电话") == {}


def test_an_instruction_is_no_value() -> None:
    assert fields("填报单位：请填写单位全称") == {}


def test_an_empty_label_still_counts_as_present() -> None:
    assert "reporting_unit" in one(take("填报单位\n" + TABLE)).present_fields
    assert "reporting_unit" not in one(take(TABLE)).present_fields


def test_fields_on_a_cover_sheet() -> None:
    understood = take(
        draw("填报单位|县水利局\n联络员|测试甲\n联系电话|13800000001", name="封面"), draw(TABLE, name="附件4")
    )
    assert {name: answer.place.sheet for name, answer in one(understood).form_fields.items()} == {
        "reporting_unit": "封面",
        "liaison_name": "封面",
        "liaison_phone": "封面",
    }


def test_the_sheet_of_the_form_goes_before_the_cover() -> None:
    understood = take(draw("联络员|测试乙", name="封面"), draw("联络员：测试甲\n" + TABLE, name="附件4"))
    assert one(understood).form_fields["liaison_name"].value == "测试甲"


def test_raw_text_and_place_of_a_field() -> None:
    answer = one(take("填报单位（盖章）：县水利局\n" + TABLE)).form_fields["reporting_unit"]
    assert (answer.raw, answer.place.cell) == ("填报单位（盖章）：县水利局", "A1")


def test_a_date_cell_behind_its_label() -> None:
    assert fields("填报日期|2023.7.20")["report_date"] == "2023-07-20"


def test_the_date_behind_a_unit_is_not_part_of_its_name() -> None:
    assert fields("填报单位（盖章）：县水利局      2023年7月20日")["reporting_unit"] == "县水利局"


MATERIALS = "序号|指标名称|资料名称|年份|报送单位|资料形式|是否提供|联络员|备注"


def test_a_repeated_heading_gives_no_fields() -> None:
    understood = take(
        f"填报单位：县统计局\n{MATERIALS}\n1|公众对生态文明建设的满意度|问卷调查报告|2022|县统计局|扫描件|是|测试甲|\n"
        f"{MATERIALS}\n2|公众对生态文明建设的参与度|问卷调查报告|2022|县统计局|扫描件|是|测试甲|\n联络员：测试乙"
    )
    found = {name: (item.value, item.place.row) for name, item in one(understood).form_fields.items()}
    assert found == {"reporting_unit": ("县统计局", 1), "liaison_name": ("测试乙", 6)}
    assert one(understood).unit_id == "U19"


def test_both_rows_of_a_repeated_heading_are_heading() -> None:
    head = "序号|指标名称|指标值|现状值|<|<|达标情况\n^|^|^|2020年|2021年|2022年|^"
    understood = take(f"{head}\n1|林草覆盖率|≥40|40|41|42|达标\n{head}\n2|城镇污水处理率|≥85|86|86|87|达标")
    assert classes(understood) == "HHRHHR"


@pytest.mark.parametrize(
    "decoy",
    [
        "日期|带班领导|值班人员\n7月1日|测试丙|测试丁\n7月2日|测试丁|测试丙",
        "姓名|职务|联系电话\n测试丙|科员|13800000008\n测试丁|科长|13800000009",
        "联系人|编号|日期",
    ],
)
def test_a_list_of_something_else_gives_no_fields(decoy: str) -> None:
    understood = take(draw("填报单位：县水利局\n" + TABLE, name="附件4"), draw(decoy, name="其他"))
    assert set(one(understood).form_fields) == {"reporting_unit"}


SIGNED = "分管负责人|测试乙|联络员|测试丙\n手机|13800000002|填报日期|2023年7月20日"


def signatures(text: str) -> dict[str, list[str]]:
    names = ("responsible_name", "liaison_name", "report_date")
    found = take(text).submissions
    return {item.form: [item.form_fields[name].value for name in names if name in item.form_fields] for item in found}


@pytest.mark.parametrize("between", ["附件3\n资料清单\n填报单位：县水利局", "附件3\n填报说明：请如实填写。"])
def test_signatures_belong_to_the_table_they_stand_under(between: str) -> None:
    text = f"{TABLE}\n{SIGNED}\n\n{between}\n{MATERIALS}\n1|河长制|工作文件|2022|县水利局|扫描件|是|测试甲|\n联络员：测试丁"
    assert signatures(text) == {"annex3": ["测试丁"], "annex4": ["测试乙", "测试丙", "2023-07-20"]}


def test_a_blank_row_parts_signatures_from_the_labels_of_the_next_table() -> None:
    text = f"{TABLE}\n{SIGNED}\n\n联络员：测试丁\n{MATERIALS}\n1|河长制|工作文件|2022|县水利局|扫描件|是|测试甲|"
    assert signatures(text) == {"annex3": ["测试丁"], "annex4": ["测试乙", "测试丙", "2023-07-20"]}


def test_signatures_nearer_to_the_table_above_are_its_own_without_any_title() -> None:
    text = f"{TABLE}\n{SIGNED}\n\n\n{MATERIALS}\n1|河长制|工作文件|2022|县水利局|扫描件|是|测试甲|\n联络员：测试丁"
    assert signatures(text) == {"annex3": ["测试丁"], "annex4": ["测试乙", "测试丙", "2023-07-20"]}


def test_a_unit_over_a_heading_is_that_of_the_table_below() -> None:
    text = f"{TABLE}\n\n填报单位：县水利局\n{MATERIALS}\n1|河长制|工作文件|2022||扫描件|是|测试甲|"
    found = {item.form: item.form_fields for item in take(text).submissions}
    assert found["annex3"]["reporting_unit"].value == "县水利局"
    assert "reporting_unit" not in found["annex4"]
