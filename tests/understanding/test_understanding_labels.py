"""Form-level fields wherever they stand."""

from __future__ import annotations

import pytest
from drawing import draw, one, take

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


def test_telephone_behind_the_name() -> None:
    assert fields("联络员：测试甲 13800000001") == {"liaison_name": "测试甲", "liaison_phone": "13800000001"}


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
