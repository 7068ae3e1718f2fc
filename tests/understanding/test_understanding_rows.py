"""Every row below a heading is something: record, heading, section, subtotal, note, sample or blank line."""

from __future__ import annotations

from dataclasses import replace

import pytest
from drawing import classes, codes, draw, keys, one, record_of, take

from sishui_eco.model.arrival import ArrivalVerdict
from sishui_eco.model.grid import Cell, CellKind

HEAD = "序号|工程类别|项目名称|建设规模及主要内容|起止年限|总投资|责任单位|支撑指标"
FIRST = "1|生态安全|甲工程|治理河道3公里|2023-2025|1200|县水利局|河长制"
SECOND = "2|生态安全|乙工程|湿地100亩|2024-2025|800|县水利局|河长制"
THIRD = "3|生态安全|丙工程|绿化300亩|2024-2025|90|县水利局|河长制"


def body(*rows: str) -> str:
    return "\n".join([HEAD, *rows])


@pytest.mark.parametrize(
    "row",
    [
        "合计||||||",
        "合 计|||||2000|",
        "|合计|||||2000",
        "||小计||||2000",
        "生态安全类小计|||||2000",
        "总计（2个）|<|<|||2000",
        "合计|2个项目|||||2000",
        "|||||2000|",
        "合计：|||||2000",
        "总计:|2个项目|||||2000",
    ],
)
def test_sums_are_no_records(row: str) -> None:
    understood = take(body(FIRST, SECOND, row))
    assert keys(understood) == ["甲工程", "乙工程"]


def test_a_subtotal_row_is_told_apart_from_a_total_and_counted() -> None:
    assert classes(take(body(FIRST, "小计|||||1200", SECOND, "小计|||||800", "合计|||||2000"))) == "HRTRTT"


@pytest.mark.parametrize(
    "section",
    ["一、生态安全|<|<|<|<|<|<|<", "（一）生态安全类", "一、生态安全", "生态安全类", "||生态安全|", "|生态安全类项目"],
)
def test_section_rows(section: str) -> None:
    assert classes(take(body(section, FIRST, SECOND))) == "HSRR"


@pytest.mark.parametrize(
    "note",
    [
        "注：本表一式两份。",
        "备注：投资为估算数",
        "说明：1.本表由项目单位填写",
        "填表说明：",
        "※ 以上项目均已立项批复同意",
        "注1：金额单位为万元",
        "1.本表须加盖单位公章，由主要负责人签字后报送领导小组办公室，逾期不报的予以通报。",
    ],
)
def test_notes_below(note: str) -> None:
    assert classes(take(body(FIRST, SECOND, note))) == "HRRN"


@pytest.mark.parametrize(
    "line",
    [
        "填报单位（盖章）：县水利局|||填表人：测试甲||联系电话：13800000001",
        "分管责任人：测试乙",
        "审核人：|||复核人：",
        "主要负责人（签字）：",
        "填报日期：2023年7月20日",
        "泗水县水利事业发展中心",
        "2023年7月20日",
        "县水利局（盖章）|||||2023年7月20日",
    ],
)
def test_signature_lines_below(line: str) -> None:
    understood = take(body(FIRST, SECOND, "", line))
    assert classes(understood) == "HRRN"
    assert "I303" not in codes(understood)


STRAYS = [
    "12||||||||\n|||甲方|||||",  # a page number in front of the table's columns, then a word under the names
    "|12|||||||\n|||甲方|||||",
    "|||||||||12\n|||甲方|||||",
    "|||||||||说明\n|||甲方|||||",
    "||泗水县重点工作||||||\n|||甲方|||||",
    "|合计||||||\n|||甲方|||||",
]


@pytest.mark.parametrize("below", STRAYS)
def test_a_lone_word_below_a_gap_does_not_make_a_record_of_the_word_below_it(below: str) -> None:
    rows = ["|" + line for line in body(FIRST, SECOND).split("\n")]
    understood = take("\n".join([*rows, "", below]))
    assert keys(understood) == ["甲工程", "乙工程"]
    assert "R" not in classes(understood)[3:]


def test_a_numbered_line_below_a_gap_is_no_line_of_the_form_outside_its_columns() -> None:
    rows = ["|" + line for line in body(FIRST, SECOND).split("\n")]
    assert classes(take("\n".join([*rows, "", "12"]))) == "HRRN"


def test_a_table_goes_on_behind_a_gap_where_a_section_or_a_record_shows_it() -> None:
    for between in ("二、生态生活", THIRD, HEAD):
        understood = take(body(FIRST, "", between, "||丁工程"))
        assert keys(understood)[-1] == "丁工程", between


@pytest.mark.parametrize(
    "sample",
    [
        "示例|生态安全|（示例）某某河治理工程|建设内容|2023-2025|100|某某局|水环境质量",
        "例|生态安全|某某河治理工程|建设内容|2023-2025|100|某某局|水环境质量",
        "1|生态安全|示例：某某河治理工程|建设内容|2023-2025|100|某某局|水环境质量",
        "|生态安全|某某河治理工程（样例）|建设内容|2023-2025|100|某某局|水环境质量",
        "例：|生态安全|××河治理工程|建设内容|2023-2025|100|某某局|水环境质量",
    ],
)
def test_sample_rows(sample: str) -> None:
    understood = take(body(sample, FIRST))
    assert classes(understood) == "HXR"
    assert "I306" not in codes(understood)


@pytest.mark.parametrize("sign", ["示例", "例", "（示例）", "样例"])
def test_a_sample_is_known_by_its_number_wherever_that_column_stands(sign: str) -> None:
    head = "项目名称|总投资|起止年限|序号|责任单位"
    understood = take(f"{head}\n某某工程|100|2023-2025|{sign}|县水利局\n乙工程|100|2023-2025|1|县水利局")
    assert keys(understood) == ["乙工程"]
    assert classes(understood) == "HXR"


def test_a_total_with_a_colon_is_a_subtotal() -> None:
    assert classes(take(body(FIRST, "合计：|||||1200"))) == "HRT"


def test_a_sample_row_typed_over_is_told() -> None:
    understood = take(body(FIRST.replace("1|", "示例|", 1), SECOND))
    assert classes(understood) == "HXR"
    assert "I306" in codes(understood)


@pytest.mark.parametrize("line", ["3", "3||||||", "3|||||/|", "3||||||县水利局|", "（3）"])
def test_lines_prepared_but_not_filled(line: str) -> None:
    understood = take(body(FIRST, SECOND, line))
    assert classes(understood) == "HRRB"


def test_a_row_numbering_the_columns_is_heading() -> None:
    assert classes(take(body("1|2|3|4|5|6|7|8", FIRST))) == "HHR"
    assert classes(take(body("甲|乙|1|2|3|4|5|6", FIRST))) == "HHR"


def test_the_word_continued_is_heading() -> None:
    understood = take(body(FIRST, "续表", HEAD, SECOND))
    assert classes(understood) == "HRHHR"


def test_blank_rows_in_the_middle() -> None:
    assert keys(take(body(FIRST, "", SECOND))) == ["甲工程", "乙工程"]


def test_a_name_alone_far_below_is_told_and_no_record() -> None:
    understood = take(body(FIRST, "", "", "||办公用品采购"))
    assert keys(understood) == ["甲工程"]
    assert "I303" in codes(understood)


def test_another_table_below_is_not_read_and_told() -> None:
    understood = take(
        body(FIRST, "", "序号|姓名|职务|联系电话", "1|测试甲|科员|13800000001", "2|测试乙|科长|13800000002")
    )
    assert classes(understood) == "HRNNN"
    assert "I104" in codes(understood)


def test_a_record_without_a_name_is_kept_and_told() -> None:
    understood = take(body(FIRST, "2|生态安全||湿地100亩|2024-2025|800|县水利局|河长制"))
    assert classes(understood) == "HRR"
    assert keys(understood)[1] == "（第3行）"
    assert "I302" in codes(understood)


@pytest.mark.parametrize("mark", ["同上", "〃", "″", '"'])
def test_ditto_marks_take_the_value_above_and_keep_their_raw_text(mark: str) -> None:
    understood = take(body(FIRST, f"2|{mark}|乙工程|湿地100亩|{mark}|800|{mark}|{mark}"))
    answer = record_of(understood, "乙工程").answers["responsible_unit"]
    assert (answer.value, answer.raw, answer.place.cell) == ("U12", mark, "G3")
    assert "G2" in answer.note
    assert record_of(understood, "乙工程").value("period") == "2023-01/2025-12"


def test_ditto_marks_in_a_row() -> None:
    third = "3|〃|丙工程|x|〃|1|〃|〃"
    understood = take(body(FIRST, "2|〃|乙工程|x|〃|1|〃|〃", third))
    assert record_of(understood, "丙工程").value("category") == "生态安全"


def test_vertical_merges_fill_down_with_the_place_of_their_top_cell() -> None:
    understood = take(body(FIRST, "2|^|乙工程|湿地100亩|2024-2025|800|^|^"))
    answer = record_of(understood, "乙工程").answers["category"]
    assert (answer.value, answer.place.cell) == ("生态安全", "B2")


def test_an_amount_merged_over_two_projects_counts_once_and_is_told() -> None:
    understood = take(body(FIRST, "2|生态安全|乙工程|湿地100亩|2024-2025|^|县水利局|河长制"))
    assert record_of(understood, "甲工程").value("investment") == "1200"
    assert record_of(understood, "乙工程").value("investment") == ""
    assert "I311" in codes(understood)


def test_a_project_over_two_rows_is_one_record() -> None:
    understood = take(body(FIRST, "^|^|^|^|^|^|县财政局|^", SECOND))
    assert keys(understood) == ["甲工程", "乙工程"]
    assert record_of(understood, "甲工程").rows == (2, 3)
    assert record_of(understood, "甲工程").value("responsible_unit") == "U12"
    assert "I312" in codes(understood)


def test_hidden_rows_are_read_counted_and_told() -> None:
    understood = take(draw(body(FIRST, SECOND), hidden_rows=frozenset({3})))
    assert record_of(understood, "乙工程").hidden
    assert not record_of(understood, "甲工程").hidden
    assert [item.places[0].cell for item in one(understood).findings if item.code == "I301"] == ["3"]


def test_values_under_a_merge_are_told() -> None:
    grid = draw(body(FIRST, "2|生态安全|乙工程|湿地100亩|2024-2025|^|县水利局|河长制"))
    grid = replace(grid, covered={(3, 6): Cell(3, 6, CellKind.NUMBER, "300")})
    assert "I305" in codes(take(grid))


def test_a_row_with_only_covered_values_is_still_counted() -> None:
    grid = replace(draw(body(FIRST)), covered={(9, 6): Cell(9, 6, CellKind.TEXT, "x")})
    assert classes(take(grid)) == "HRN"


def test_text_beside_the_table_is_told() -> None:
    understood = take(body(FIRST + "||待核"))
    assert keys(understood) == ["甲工程"]
    assert "I304" in codes(understood)


def test_line_breaks_and_spaces_in_a_name_are_not_part_of_the_key() -> None:
    assert keys(take(body(FIRST.replace("甲工程", "泗河综合\\n治理 工程")))) == ["泗河综合治理工程"]


def test_two_projects_in_one_cell_are_told_not_split() -> None:
    understood = take(body(FIRST.replace("甲工程", "1.河道治理工程\\n2.湿地修复工程")))
    assert len(one(understood).records) == 1
    assert "I307" in codes(understood)


def test_a_wrapped_name_is_one_project() -> None:
    assert "I307" not in codes(take(body(FIRST.replace("甲工程", "泗河中游河道\\n综合治理工程"))))


def test_prefilled_rows_unanswered_are_records_where_others_are_answered() -> None:
    understood = take(
        "序号|指标名称|单位|指标值|2022年|达标情况\n4|河长制|-|全面实施|已实施|达标\n16|河湖岸线保护率|%|完成上级管控目标||"
    )
    assert classes(understood) == "HRR"
    assert record_of(understood, "河湖岸线保护率").value("self_verdict") == ""


def test_a_blank_sent_back_unfilled_is_blank() -> None:
    understood = take(
        "填报单位：县水利局\n序号|指标名称|单位|指标值|2022年|达标情况\n4|河长制|-|全面实施||\n16|河湖岸线保护率|%|完成上级管控目标||"
    )
    assert understood.verdict is ArrivalVerdict.BLANK
    assert understood.submissions == ()
    assert classes(understood) == "NHBB"
    assert understood.unit_id == "U12"


def test_a_heading_block_filled_in_over_no_projects_is_no_blank() -> None:
    understood = take("填报单位：县水利局\n联络员：测试甲\n" + HEAD)
    assert understood.verdict is ArrivalVerdict.READ
    assert one(understood).records == ()


def test_blank_markers_are_answers_without_value() -> None:
    understood = take(body("1|生态安全|甲工程|/|待定|无|县水利局|—"))
    record = record_of(understood, "甲工程")
    assert record.answers["investment"].blank.value == "none"
    assert record.answers["period"].blank.value == "pending"
    assert record.answers["supports"].blank.value == "not_applicable"
    assert record.answers["content"].value == ""
    assert "no" in record.answers


def test_empty_cells_give_no_answers() -> None:
    assert "content" not in record_of(take(body("1|生态安全|甲工程||2023-2025|1200|县水利局|河长制")), "甲工程").answers


def test_a_million_rows_away() -> None:
    grid = draw(body(FIRST, SECOND), at=(1_048_000, 16_000))
    understood = take(grid)
    assert keys(understood) == ["甲工程", "乙工程"]
    assert record_of(understood, "甲工程").place.row == 1_048_001


def test_materials_with_the_indicator_only_in_the_first_row() -> None:
    understood = take(
        "序号|指标名称|资料名称|提供单位|是否提供|文件名称\n1|河长制|河长制工作文件|县水利局|是|a.pdf\n2||巡河记录|县水利局|否|"
    )
    assert keys(understood) == ["河长制／河长制工作文件", "河长制／巡河记录"]
    assert all(record.known for record in one(understood).records)
    assert record_of(understood, "河长制／巡河记录").answers["indicator"].place.cell == "B2"
    assert "I315" in codes(understood)


def test_materials_with_the_indicator_merged() -> None:
    understood = take(
        "序号|指标名称|资料名称|提供单位|是否提供|文件名称\n1|河长制|河长制工作文件|县水利局|是|a.pdf\n2|^|巡河记录|县水利局|否|"
    )
    assert keys(understood) == ["河长制／河长制工作文件", "河长制／巡河记录"]
    assert "I315" not in codes(understood)


def test_materials_under_a_band_that_names_the_indicator() -> None:
    understood = take(
        "序号|资料名称|提供单位|是否提供|文件名称|指标名称\n河长制|<|<|<|<|<\n1|河长制工作文件|县水利局|是|a.pdf|\n2|巡河记录|县水利局|否||"
    )
    assert keys(understood) == ["河长制／河长制工作文件", "河长制／巡河记录"]


@pytest.mark.parametrize("section", ["一、生态安全类", "（一）河道治理", "|||三、生态生活"])
def test_a_numbered_title_is_a_section_whatever_column_it_stands_in(section: str) -> None:
    head = "是否列入|责任单位|总投资|项目名称|起止年限|序号"
    understood = take(f"{head}\n{section}\n是|县水利局|1200|甲工程|2023-2025|1\n否|县水利局|800|乙工程|2024-2025|2")
    assert classes(understood) == "HSRR"
    assert "I303" not in codes(understood)


def test_a_numbered_text_in_a_column_of_contents_is_no_section() -> None:
    understood = take(body(FIRST, "|||（二）新建湿地100亩", SECOND))
    assert classes(understood) == "HRNR"
    assert "I303" in codes(understood)


def test_a_project_whose_name_begins_with_one_is_no_section() -> None:
    assert keys(take(body(FIRST, "||一体化污水处理项目", SECOND))) == ["甲工程", "一体化污水处理项目", "乙工程"]


@pytest.mark.parametrize("footer", ["第1页 共1页", "共3页，第2页", "- 1 -", "制表：业务股", "审核人：测试甲"])
def test_footers_are_notes_and_told_to_nobody(footer: str) -> None:
    understood = take(body(FIRST, SECOND, "", footer))
    assert classes(understood) == "HRRN"
    assert "I303" not in codes(understood)


def test_a_seal_in_the_column_of_units_is_a_seal() -> None:
    understood = take(body(FIRST, "", "||||||县水利局", "||||||2023年7月20日"), name="来件.xlsx")
    assert classes(understood) == "HRNN"
    assert "盖章处" in one(understood).evidence


@pytest.mark.parametrize("note", ["||以下为新增部分", "以下空白", "||以上均已立项"])
def test_a_remark_between_the_rows_is_a_note(note: str) -> None:
    understood = take(body(FIRST, note, SECOND))
    assert classes(understood) == "HRNR"


def test_a_lone_text_that_is_no_indicator_is_told_and_no_record() -> None:
    head = "指标名称|子指标|单位|指标值|2022年|达标情况"
    understood = take(f"{head}\n林草覆盖率||%|≥40|42|达标\n新增的内容\n城镇污水处理率||%|≥85|86|达标")
    assert keys(understood) == ["林草覆盖率", "城镇污水处理率"]
    assert "I303" in codes(understood)


def test_an_indicator_with_a_slip_and_no_value_stays_a_record() -> None:
    head = "指标名称|子指标|单位|指标值|2022年|达标情况"
    understood = take(f"{head}\n林草覆盖率||%|≥40|42|达标\n城镇污水集中处理率")
    assert "I309" in codes(understood)


@pytest.mark.parametrize("row", ["（一）生态安全|||||", "二、生态生活|||||"])
def test_a_section_left_of_the_table(row: str) -> None:
    understood = take(f"|项目名称|总投资|起止年限|责任单位\n{row}\n|甲工程|1200|2023-2025|县水利局")
    assert classes(understood) == "HSR"


def test_a_sum_without_the_word_is_known_by_its_count_of_projects() -> None:
    assert classes(take(body(FIRST, SECOND, "|||2个项目||2000"))) == "HRRT"


def test_a_remark_in_brackets_is_a_note() -> None:
    assert classes(take(body(FIRST, SECOND, "||（此表不够可另附页）"))) == "HRRN"


def test_the_title_of_another_table_is_told_with_it_only() -> None:
    understood = take(body(FIRST, SECOND, "||通讯录", "姓名|职务|联系电话", "测试甲|科员|13800000001"))
    assert classes(understood) == "HRRNNN"
    assert "I104" in codes(understood)
    assert "I303" not in codes(understood)


def test_a_section_over_a_repeated_heading_is_a_section() -> None:
    assert classes(take(body("一、生态安全", FIRST, "二、生态生活", HEAD, SECOND))) == "HSRSHR"


def test_a_row_without_a_name_is_told_though_its_first_cell_stands_in_brackets() -> None:
    understood = take(body(FIRST, "2|（生态安全类）||湿地100亩|2024-2025|800|县水利局|河长制", SECOND))
    assert "I302" in codes(understood)
    assert classes(understood) == "HRRR"
