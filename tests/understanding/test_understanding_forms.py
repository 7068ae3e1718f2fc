"""Which form a table is: by what a person can see."""

from __future__ import annotations

import pytest
from drawing import arrive, classes, codes, draw, keys, one, take

from sishui_eco.model.arrival import ArrivalVerdict

ANNEX2 = """
序号|指标名称|单位|指标值|2020年|2021年|2022年|达标情况|支撑材料
1|河长制|-|全面实施|已实施|已实施|已实施|达标|文件
"""
ANNEX3 = """
序号|指标名称|资料名称|资料要求|提供单位|是否提供|文件名称
1|河长制|河长制工作文件|河长名单|县水利局|是|河长制.pdf
"""
ANNEX4 = """
序号|项目名称|总投资（万元）|起止年限|责任单位|支撑指标
1|泗河治理工程|1200|2023-2025|县水利局|河长制
"""


@pytest.mark.parametrize(("drawing", "form"), [(ANNEX2, "annex2"), (ANNEX3, "annex3"), (ANNEX4, "annex4")])
def test_each_form_is_known_by_its_headings_alone(drawing: str, form: str) -> None:
    understood = take(drawing)
    assert one(understood).form == form
    assert understood.verdict is ArrivalVerdict.READ


def test_evidence_counts_the_columns_and_names_the_missing_ones() -> None:
    assert "判为附件2：命中 9/18 列；缺 领域、任务、子指标" in one(take(ANNEX2)).evidence


def test_evidence_names_the_title() -> None:
    assert "标题含“重点工程项目提报表”" in one(take("泗水县重点工程项目提报表" + ANNEX4)).evidence


def test_three_forms_in_one_workbook_are_three_submissions() -> None:
    understood = take(ANNEX4, ANNEX2, ANNEX3)
    assert [item.form for item in understood.submissions] == ["annex2", "annex3", "annex4"]
    assert [len(item.records) for item in understood.submissions] == [1, 1, 1]


def test_three_forms_below_each_other_on_one_sheet() -> None:
    understood = take(ANNEX2 + "\n附件3\n资料清单" + ANNEX3 + "\n附件4" + ANNEX4)
    assert [item.form for item in understood.submissions] == ["annex2", "annex3", "annex4"]
    assert [len(item.records) for item in understood.submissions] == [1, 1, 1]
    assert classes(understood) == "HRHHHRHHR"


def test_headings_of_other_counties() -> None:
    understood = take(
        """
类别|编号|建设指标|计量单位|省级指标值|指标性质|2020年现状值|2021年完成值|2022年实际值|是否达标|印证材料
生态生活|26|城镇污水处理率|%|≥85|约束性|81|83|85.6|达标|台账
"""
    )
    record = one(understood).records[0]
    assert one(understood).form == "annex2"
    assert record.key == "城镇污水处理率"
    assert [record.value(f"actual.{year}") for year in (2020, 2021, 2022)] == ["81", "83", "85.6"]
    assert record.value("target") == "≥85"


def test_a_table_that_fits_two_forms_alike_is_told_and_not_read() -> None:
    understood = take("序号|指标名称|支撑材料|备注\n1|河长制|文件|无")
    assert understood.submissions == ()
    assert "I101" in codes(understood)


def test_a_title_settles_what_headings_alone_do_not() -> None:
    understood = take("附件3 资料清单\n序号|指标名称|支撑材料|备注\n1|河长制|文件|")
    assert one(understood).form == "annex3"


def test_other_tables_are_no_form() -> None:
    understood = take("序号|姓名|职务|联系电话\n1|测试甲|科员|13800000001", name="通讯录.xlsx")
    assert understood.submissions == ()
    assert understood.verdict is ArrivalVerdict.UNRECOGNISED
    assert "没有找到" in understood.evidence
    assert classes(understood) == "NN"


def test_a_material_of_a_known_unit_is_supporting() -> None:
    understood = take("月份|巡河次数\n1月|31\n2月|28", name="县水利局巡河记录.xlsx")
    assert understood.verdict is ArrivalVerdict.SUPPORTING
    assert understood.unit_id == "U12"


def test_an_empty_workbook_is_unrecognised() -> None:
    understood = take(draw("", name="Sheet1"), name="县水利局.xlsx")
    assert understood.verdict is ArrivalVerdict.UNRECOGNISED
    assert "没有任何内容" in understood.evidence


def test_a_sheet_that_is_no_form_has_only_notes() -> None:
    understood = take("填表说明\n一、填写全称\n二、按时报送", ANNEX4)
    assert classes(understood, "Sheet1") == "NNN"
    assert classes(understood, "Sheet2") == "HR"


def test_a_list_of_indicators_for_choosing_is_no_form() -> None:
    understood = take(ANNEX4, draw("序号|指标名称|承担方式\n1|河长制|牵头", name="填表说明"))
    assert [item.form for item in understood.submissions] == ["annex4"]


def test_two_tables_of_one_form_join_into_one_submission() -> None:
    understood = take(ANNEX4, ANNEX4.replace("泗河治理工程", "湿地修复工程"))
    assert keys(understood) == ["泗河治理工程", "湿地修复工程"]


def test_own_outputs_are_known_by_their_tag() -> None:
    understood = take(ANNEX4, properties={"eco_product": "summary"})
    assert understood.verdict is ArrivalVerdict.OWN_OUTPUT
    assert understood.submissions == ()


@pytest.mark.parametrize("tags", [{}, {"eco_product": "blank", "eco_unit": "U12", "eco_forms": "annex2"}])
def test_the_hidden_forms_tag_does_not_decide_the_form(tags: dict[str, str]) -> None:
    assert one(take(ANNEX4, properties=tags)).form == "annex4"


def test_a_hidden_double_of_a_form_is_told_and_not_read() -> None:
    old = draw(ANNEX4.replace("泗河治理工程", "旧工程"), name="旧稿", hidden=True)
    understood = take(draw(ANNEX4), old)
    assert keys(understood) == ["泗河治理工程"]
    assert "I103" in codes(understood)
    assert classes(understood, "旧稿") == "NN"


def test_a_form_only_on_a_hidden_sheet_is_read_and_told() -> None:
    understood = take(draw(ANNEX4, hidden=True))
    assert keys(understood) == ["泗河治理工程"]
    assert "I102" in codes(understood)


def test_the_form_in_a_word_table() -> None:
    understood = take(
        draw(ANNEX4, name="表格1", kind="word_table"), draw("填报单位：县水利局", name="正文", kind="text")
    )
    assert one(understood).unit_id == "U12"
    assert keys(understood) == ["泗河治理工程"]


def test_a_title_over_a_picture_is_told() -> None:
    from sishui_eco.model.grid import Picture

    understood = take(draw("附件4\n重点工程项目提报表", pictures=(Picture(3, 1),)), name="县水利局.xlsx")
    assert "I109" in codes(understood)


def test_file_name_of_another_form_does_not_override_the_headings() -> None:
    assert one(take(ANNEX4, arrival=arrive("附件2.xlsx"))).form == "annex4"


TITLED = "生态文明建设示范区重点工程项目提报表（泗水县水利事业发展中心）"


@pytest.mark.parametrize("rest", ["\n我单位无重点工程项目。", ANNEX4.replace("县水利局", "")])
def test_the_unit_in_the_title_counts(rest: str) -> None:
    submission = one(take(TITLED + rest, name="附件4.xlsx"))
    assert submission.unit_id == "U12"
    assert "表的标题" in submission.evidence


def test_a_title_against_a_file_name_is_not_settled() -> None:
    submission = one(take(TITLED + ANNEX4.replace("县水利局", ""), name="县财政局附件4.xlsx"))
    assert submission.unit_id == ""
    assert "I403" in {item.code for item in submission.findings}


def test_the_office_that_issued_the_form_in_a_title_is_no_evidence_against_another() -> None:
    title = "重点工程项目提报表（市生态环境局泗水县分局）"
    submission = one(take(title + ANNEX4, name="县财政局附件4.xlsx"))
    assert "I404" not in {item.code for item in submission.findings}
    alone = one(take(title + "\n我单位无重点工程项目。", name="附件4.xlsx"))
    assert alone.unit_id == "U08"


def test_the_name_of_a_sheet_with_nothing_but_a_statement_counts() -> None:
    understood = take(draw("附件4\n无重点工程项目提报", name="县财政局"), draw("", name="Sheet2"), name="附件4.xlsx")
    assert one(understood).unit_id == "U06"


UNNAMED3 = "序号|指标|资料|要求|年度|责任单位|数量|备注\n1|河长制|工作方案|盖章|2020-2022|县水利局|1|"
UNNAMED4 = (
    "序号|工程类别|重点工程|内容|起止年限|总投资|责任单位|支撑指标\n1|生态安全|甲工程|绿化|2023|100|县水利局|河长制"
)


@pytest.mark.parametrize(
    ("drawing", "form", "field", "raw"),
    [
        ("附件3 资料清单\n" + UNNAMED3, "annex3", "material", "资料"),
        ("附件4 重点工程项目提报表\n" + UNNAMED4, "annex4", "project", "重点工程"),
        (UNNAMED4, "annex4", "project", "重点工程"),
    ],
)
def test_a_form_whose_naming_column_is_renamed_is_still_that_form_and_told_once(
    drawing: str, form: str, field: str, raw: str
) -> None:
    submission = one(take(drawing))
    assert submission.form == form
    assert [(item.field, item.raw) for item in submission.findings if item.code == "I208"][:1] == [(field, raw)]
    assert "I302" not in {item.code for item in submission.findings}  # one cause, one finding
    assert [record.answers[f"extra.{raw}"].raw for record in submission.records] in (["工作方案"], ["甲工程"])


def test_an_untitled_list_that_fits_another_form_better_is_told_and_not_read_as_the_lesser_one() -> None:
    understood = take(UNNAMED3)
    assert not understood.submissions
    assert codes(understood) == {"I101"}
    assert "分不清" in understood.evidence
