"""Whole files: whose they are, two units in one, our own list coming back, the official blank learned."""

from __future__ import annotations

import pytest
from drawing import arrive, campaign, codes, draw, keys, one, take

from sishui_eco.errors import FormLearningError
from sishui_eco.model.arrival import ArrivalVerdict, MailContext
from sishui_eco.model.grid import Document
from sishui_eco.understanding import learn_form, learn_forms

TABLE = (
    "序号|工程类别|项目名称|建设内容|起止年限|总投资|支撑指标\n1|生态安全|甲工程|治理河道3公里|2023-2025|1200|河长制"
)
WITH_UNIT = "序号|项目名称|起止年限|总投资|责任单位\n1|甲工程|2023-2025|1200|县水利局\n2|乙工程|2023-2025|1200|县水务局"


@pytest.mark.parametrize(
    "understood",
    [
        take("填报单位：县水利局\n" + TABLE),
        take(TABLE, name="县水利局-附件4(1).xlsx"),
        take(TABLE, arrival=arrive(file="县水利局/附件4.xlsx")),
        take(TABLE, arrival=arrive(file="县水利局.zip", member="附件4.xlsx")),
        take(TABLE, arrival=arrive(file="a.zip", member="县水利局/附件4.xlsx")),
        take(TABLE, arrival=arrive(mail=MailContext(sender_name="泗水县水利局"))),
        take(TABLE, arrival=arrive(mail=MailContext(subject="县水利局报送附件4"))),
        take(TABLE, properties={"eco_unit": "U12"}),
        take(draw(TABLE, name="县水利局")),
        take(WITH_UNIT),
        take(TABLE + "\n\n县水利局（盖章）"),
        take(draw(TABLE, kind="word_table", name="表格1"), draw("县水利局\n2023年7月20日", kind="text", name="正文")),
    ],
)
def test_the_unit_is_told_from_any_one_piece_of_evidence(understood: object) -> None:
    submission = one(understood)  # type: ignore[arg-type]
    assert submission.unit_id == "U12"
    assert "县水利事业发展中心" in submission.evidence


def test_nobody_is_named() -> None:
    understood = take(TABLE)
    assert one(understood).unit_id == ""
    assert "I408" in codes(understood)


def test_two_units_in_one_file_are_two_submissions_and_told() -> None:
    understood = take(draw("填报单位：县水利局\n" + TABLE, name="一"), draw("填报单位：县财政局\n" + TABLE, name="二"))
    assert [(item.form, item.unit_id) for item in understood.submissions] == [("annex4", "U12"), ("annex4", "U06")]
    assert "I107" in codes(understood)
    assert understood.unit_id == ""
    owners = [dict(rows.owner) for rows in understood.rows]
    assert owners == [{3: 0}, {3: 1}]


def test_two_units_on_one_sheet() -> None:
    understood = take("填报单位：县水利局\n" + TABLE + "\n填报单位：县财政局\n" + TABLE)
    assert [item.unit_id for item in understood.submissions] == ["U12", "U06"]


def test_the_reporting_unit_of_one_annex_holds_for_the_others() -> None:
    annex2 = "指标名称|单位|指标值|2022年|达标情况|支撑材料\n河长制|-|全面实施|已实施|达标|文件"
    understood = take("填报单位：县水利局\n" + TABLE, annex2)
    assert [item.unit_id for item in understood.submissions] == ["U12", "U12"]


def test_only_the_answered_form_of_a_workbook_is_submitted() -> None:
    annex2 = "指标名称|单位|指标值|2022年|达标情况|支撑材料\n河长制|-|全面实施|||"
    understood = take("填报单位：县水利局\n" + TABLE, annex2)
    assert [item.form for item in understood.submissions] == ["annex4"]
    assert [kind.value for kind in understood.rows[1].classes.values()] == ["heading", "blank_form"]


LISTED = (
    "退改表：县水利事业发展中心 附件4\n序号|位置|严重程度|问题|怎么改|单位说明|编号\n"
    "1|附件4!F2|核实|总投资偏小|请核实|该项目为规划编制，投资即为12万元|C431|甲工程|investment"
)


def test_explanations_come_back_with_our_list() -> None:
    grid = draw(LISTED.replace("C431|甲工程|investment", "C431¦甲工程¦investment"), name="问题清单")
    cells = {place: cell for place, cell in grid.cells.items()}
    place = max(cells)
    cells[place] = type(cells[place])(*place, cells[place].kind, "C431|甲工程|investment")
    front = type(grid)(name=grid.name, cells=cells, merges=grid.merges)
    understood = take(front, draw(TABLE, name="附件4"), name="县水利局.xlsx", properties={"eco_product": "sendback"})
    assert one(understood).explanations == {"C431|甲工程|investment": "该项目为规划编制，投资即为12万元"}
    assert keys(understood) == ["甲工程"]
    assert {kind.value for kind in understood.rows[0].classes.values()} == {"note"}


OFFICIAL = """
附件4
重点工程项目提报表
编号|六大类|重点工程名称|建设单位|主要建设内容|建设周期|投资概算（万元）|支撑指标|项目负责人
"""


def blank(*grids: object) -> Document:
    drawn = tuple(grid if not isinstance(grid, str) else draw(grid) for grid in grids)
    return Document(reader="drawing", grids=drawn)  # type: ignore[arg-type]


def test_an_official_blank_is_learned() -> None:
    learned = learn_form(blank(OFFICIAL), campaign())
    assert learned.form.key == "annex4"
    assert ("project", "重点工程名称", "是“项目名称”的别名") in learned.matched
    assert learned.unmatched == ("项目负责人",)
    assert "资金来源" in learned.missing
    project = next(row for row in learned.rows if row["key"] == "project")
    assert project["heading"] == "重点工程名称"
    assert "项目名称" in project["aliases"]
    assert [row["heading"] for row in learned.rows][:3] == ["编号", "六大类", "重点工程名称"]
    assert next(row for row in learned.rows if row["key"] == "funding")["in_blank"] == "否"


def test_the_years_of_an_official_blank_share_one_row() -> None:
    learned = learn_form(
        blank("序号|指标名称|单位|指标值|现状值|<|<|达标情况\n^|^|^|^|2020年|2021年|2022年|^"), campaign()
    )
    years = [row for row in learned.rows if "{year}" in row["key"]]
    assert [(row["key"], row["group"], row["heading"]) for row in years] == [("actual.{year}", "现状值", "{year}年")]


def test_an_official_blank_in_word_is_learned() -> None:
    assert learn_form(blank(draw(OFFICIAL, kind="word_table", name="表格1")), campaign()).form.key == "annex4"


@pytest.mark.parametrize(
    "drawing",
    [
        "序号|姓名|职务\n1|测试甲|科员",
        "序号|指标名称|支撑材料|备注",
        "附件4\n重点工程项目提报表",
        "序号|指标|资料|要求|年度|责任单位|数量|备注",  # of annex 3 but for the name; four columns are annex 2's too
        "附件3 资料清单\n序号|指标|资料|要求|年度|责任单位|数量|备注",
        "序号|指标名称|责任单位|备注|甲|乙|丙|丁",
    ],
)
def test_what_is_not_surely_a_form_is_not_learned(drawing: str) -> None:
    with pytest.raises(FormLearningError):
        learn_form(blank(drawing), campaign())


def test_several_forms_in_one_blank_are_refused_one_by_one_offered() -> None:
    document = blank(draw(OFFICIAL, name="一"), draw("序号|指标名称|资料名称|提供单位|是否提供", name="二"))
    with pytest.raises(FormLearningError):
        learn_form(document, campaign())
    assert [item.form.key for item in learn_forms(document, campaign())] == ["annex3", "annex4"]


def test_a_file_of_another_unit_by_name_is_told() -> None:
    understood = take("填报单位：县水利局\n" + TABLE, name="县财政局附件4.xlsx")
    assert one(understood).unit_id == "U12"
    assert "I404" in codes(understood)


def test_the_order_of_sheets_does_not_matter() -> None:
    first, second = draw(TABLE, name="一"), draw("填报单位：县水利局", name="二")
    assert one(take(first, second)).unit_id == one(take(second, first)).unit_id == "U12"


def test_verdict_words_for_a_file_of_nobody() -> None:
    understood = take("会议通知\n请准时参加", name="通知.xlsx")
    assert understood.verdict is ArrivalVerdict.UNRECOGNISED
    assert "没有任何单位线索" in understood.evidence
