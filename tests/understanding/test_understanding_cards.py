"""One project a table, labels left and values right: the same records as a list."""

from __future__ import annotations

import pytest
from drawing import classes, codes, draw, keys, one, record_of, take

CARD = """
项目名称|甲工程|<|<
工程类别|生态安全|建设性质|新建
建设地点|中册镇|起止年限|2023-2025
总投资（万元）|1200|资金来源|上级资金
主要建设内容|治理河道3公里|<|<
责任单位|县水利局|支撑指标|河长制
"""
LIST = """
项目名称|工程类别|建设性质|建设地点|起止年限|总投资（万元）|资金来源|主要建设内容|责任单位|支撑指标
甲工程|生态安全|新建|中册镇|2023-2025|1200|上级资金|治理河道3公里|县水利局|河长制
"""


def values(drawing: object) -> dict[str, str]:
    return {name: answer.value for name, answer in one(take(drawing)).records[0].answers.items()}  # type: ignore[arg-type]


def test_a_card_gives_the_same_record_as_a_list() -> None:
    assert values(CARD) == values(LIST)


def test_a_card_in_word_gives_the_same_record() -> None:
    assert values(draw(CARD, kind="word_table", name="表格1")) == values(LIST)


def test_every_row_of_a_card_is_its_record() -> None:
    assert classes(take("重点工程项目提报表" + CARD)) == "HRRRRRR"


def test_several_cards_on_one_sheet() -> None:
    understood = take(CARD + "\n" + CARD.replace("甲工程", "乙工程").replace("1200", "800"))
    assert keys(understood) == ["甲工程", "乙工程"]
    assert record_of(understood, "乙工程").value("investment") == "800"


def test_one_card_a_word_table() -> None:
    second = draw(CARD.replace("甲工程", "乙工程"), kind="word_table", name="表格2")
    assert keys(take(draw(CARD, kind="word_table", name="表格1"), second)) == ["甲工程", "乙工程"]


def test_labels_with_their_value_in_the_same_cell() -> None:
    understood = take(
        "项目名称：甲工程\n工程类别：生态安全\n总投资（万元）：1200\n起止年限：2023-2025\n责任单位：县水利局"
    )
    assert record_of(understood, "甲工程").value("investment") == "1200"
    assert record_of(understood, "甲工程").answers["investment"].raw == "总投资（万元）：1200"


def test_an_unfilled_card_is_blank() -> None:
    understood = take("项目名称|\n工程类别|\n总投资（万元）|\n起止年限|\n责任单位|")
    assert understood.verdict.value == "blank"
    assert classes(understood) == "BBBBB"


def test_form_level_fields_in_a_card() -> None:
    fields = one(take("填报单位|县水利局" + CARD + "联络员|测试甲|联系电话|13800000001")).form_fields
    assert {name: item.value for name, item in fields.items()} == {
        "reporting_unit": "县水利局",
        "liaison_name": "测试甲",
        "liaison_phone": "13800000001",
    }


def test_an_indicator_as_a_card() -> None:
    understood = take(
        "指标名称|林草覆盖率|<|<\n单位|%|指标值|≥40\n2020年|40|2021年|41\n2022年|42|达标情况|达标\n支撑材料|年报|<|<"
    )
    record = record_of(understood, "林草覆盖率")
    assert [record.value(f"actual.{year}") for year in (2020, 2021, 2022)] == ["40", "41", "42"]
    assert one(understood).form == "annex2"


@pytest.mark.parametrize(
    ("label", "money"), [("总投资（亿元）：", "18920"), ("总投资（亿元）", "18920"), ("总投资（万元）：", "1.892")]
)
def test_the_measure_in_a_label_is_believed_before_a_colon_too(label: str, money: str) -> None:
    understood = take(CARD.replace("总投资（万元）|1200", f"{label}|1.892"))
    assert record_of(understood, "甲工程").value("investment") == money
    assert ("N209" in codes(understood)) is (money == "18920")


def test_notes_around_a_card_are_notes() -> None:
    understood = take("说明：1.本表一式两份；2.数据以统计部门公布为准。" + CARD + "备注：如有变动另行报送。")
    assert classes(understood) == "NRRRRRRN"
    assert "remarks" not in one(understood).records[0].answers


def test_remarks_of_a_card_are_no_note() -> None:
    beside = take(CARD + "备注|资金已到位|<|<")
    assert one(beside).records[0].value("remarks") == "资金已到位"
    within = take("项目名称：甲工程\n总投资（万元）：1200\n起止年限：2023-2025\n责任单位：县水利局\n备注：资金已到位")
    assert one(within).records[0].value("remarks") == "资金已到位"


ANNEX2 = "附件2\n建设指标任务分解表\n序号|指标名称|单位|指标值|2020年|2021年|2022年|达标情况\n1|林草覆盖率|%|≥40|40|41|42|达标"
SIGNED = "\n联络员：测试甲"


@pytest.mark.parametrize("below", [False, True])
def test_cards_and_a_list_of_another_form_on_one_sheet(below: bool) -> None:
    cards = f"附件4\n重点工程项目提报表{CARD}\n{CARD.replace('甲工程', '乙工程').strip()}{SIGNED}"
    listed = ANNEX2 + SIGNED.replace("甲", "乙")
    understood = take(f"{listed}\n\n{cards}" if below else f"{cards}\n\n{listed}")
    found = {item.form: item for item in understood.submissions}
    assert [record.key for record in found["annex4"].records] == ["甲工程", "乙工程"]
    assert [record.key for record in found["annex2"].records] == ["林草覆盖率"]
    assert found["annex4"].form_fields["liaison_name"].value == "测试甲"
    assert found["annex2"].form_fields["liaison_name"].value == "测试乙"


def test_a_heading_of_three_rows_repeated_makes_no_card() -> None:
    head = (
        "序号|指标名称|情况|<|<|达标情况|责任分工|<\n^|^|现状值|<|<|^|牵头单位|配合单位\n^|^|2020年|2021年|2022年|^|^|^"
    )
    row = "1|林草覆盖率|40|41|42|达标|县自然资源局|"
    understood = take(f"{head}\n{row}\n{head}\n{row.replace('林草覆盖率', '城镇污水处理率')}")
    assert keys(understood) == ["林草覆盖率", "城镇污水处理率"]
    assert classes(understood) == "HHHRHHHR"
