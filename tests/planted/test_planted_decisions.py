"""Each decision of the real settings workbook, through the whole river: what it does, and where that is shown."""

from __future__ import annotations

from datetime import datetime

import pytest
from openpyxl import Workbook
from planted_blanks import clean_content, clean_sheet, open_book
from planted_river import River, make_river, texts_of

from sishui_eco.model.outcome import StandingState, Version

SEWAGE, BUILDINGS, PROJECT = "城镇污水处理率", "城镇新建绿色建筑比例", "泗水县城区污水管网改造工程"
WHO = {"裁定人": "测试丙", "理由": "电话核实后办公室商定"}


def changed(unit: str, form: str, key: str, heading: str, value: object) -> bytes:
    book = open_book(unit, clean_content(unit))
    book.forms[form].put(key, heading, value)
    return book.content()


def anonymous(unit: str) -> bytes:
    """A clean annex 4 of a unit that says nowhere whose it is."""
    book = open_book(unit, clean_sheet(unit, "annex4"))
    for prop in list(book.book.custom_doc_props.props):
        del book.book.custom_doc_props[prop.name]
    book.forms["annex4"].put_label("填报单位", None)
    book.forms["annex4"].sheet.title = "Sheet1"
    book.forms["annex4"].put("", "责任单位", None)
    return book.content()


def ambiguous() -> bytes:
    """A table that is as much of annex 2 as of annex 3, without any title: not read until somebody decides."""
    book = Workbook()
    sheet = book.active
    sheet.append(["填报单位", "县财政局"])
    sheet.append(["序号", "指标名称", "资料名称", "是否提供", "份数", "文件名称/编号", "备注"])
    sheet.append([1, "政府绿色采购比例", "政府采购统计表", "是", 3, "政府采购统计表.pdf", ""])
    return as_bytes(book)


def as_bytes(book: Workbook) -> bytes:
    import io

    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def river(tmp_path_factory) -> River:
    made = make_river(tmp_path_factory.mktemp("decisions"))
    made.put("财政局.xlsx", clean_content("U06"), "2023-07-20 09:00")
    made.put("财政局旧表.xlsx", changed("U06", "annex2", "政府绿色采购比例", "2022年", 98.4), "2023-07-24 09:00")
    made.put("水利.xlsx", changed("U12", "annex4", "", "起止年限", "2018-2020"))
    made.put("无名.xlsx", anonymous("U07"))
    book = open_book("U10", clean_content("U10"))
    book.forms["annex2"].put(SEWAGE, "2022年", "较高")
    book.forms["annex4"].put("", "责任单位", "县水利事业发展中心")
    book.forms["annex4"].put("", "建设规模及主要内容", "管网")
    made.put("住建局.xlsx", book.content())
    for cells in (
        {"裁定": "剔除", "文件": "财政局旧表.xlsx"},
        {"裁定": "采用", "单位": "县水利事业发展中心", "表": "附件4"},
        {"裁定": "指定单位", "文件": "无名.xlsx", "内容": "县自然资源和规划局"},
        {"裁定": "免除问题", "单位": "县住房城乡建设局", "问题代码": "C451"},
        {
            "裁定": "更正",
            "单位": "县住房城乡建设局",
            "表": "附件2",
            "记录": SEWAGE,
            "字段": "现状值2022年",
            "内容": "97.3",
        },
        {"裁定": "免除问题", "单位": "县住房城乡建设局", "问题代码": "C421", "有效期至": "2023-07-01"},
        {"裁定": "免除问题", "单位": "县住房城乡建设局", "问题代码": "C422"},
    ):
        made.decide(**cells, **WHO)
    made.collect()
    return made


def versions(river: River, unit: str, form: str) -> list[Version]:
    return [v for v in river.outcome.versions if (v.submission.unit_id, v.submission.form) == (unit, form)]


def effect(river: River, number: int) -> tuple[int, str]:
    item = river.outcome.decisions[number - 1]
    return item.matched, item.what


def test_an_excluded_file_counts_no_more(river: River) -> None:
    assert [(v.number, v.counts, v.excluded) for v in versions(river, "U06", "annex2")] == [
        (1, True, False),
        (2, False, True),
    ]
    assert effect(river, 1) == (3, "剔除3份")  # its three forms
    row = next(item for item in river.outcome.merged["annex2"] if item.unit_id == "U06")
    assert row.record.value("actual.2022") == "97.3"
    lines = [line for line in river.outcome.tally if line.file == "财政局旧表.xlsx" and line.excluded]
    assert [line.excluded for line in lines] == [1, 1]


def test_an_accepted_version_counts_with_its_error(river: River) -> None:
    (version,) = versions(river, "U12", "annex4")
    assert version.counts and version.acceptable
    assert effect(river, 2) == (1, "采用1份")
    assert "C413" in {finding.code for finding in version.findings}
    (standing,) = [s for s in river.outcome.standings if (s.unit_id, s.form) == ("U12", "annex4")]
    assert standing.state is StandingState.AWAITING_SEAL
    assert [row.unit_id for row in river.outcome.merged["annex4"] if row.unit_id == "U12"] == ["U12"]


def test_a_file_of_nobody_is_given_to_its_unit(river: River) -> None:
    (version,) = versions(river, "U07", "annex4")
    assert version.submission.arrival.name == "无名.xlsx"
    assert effect(river, 3) == (1, "1份改记为县自然资源和规划局")
    assert not [f for f in river.outcome.findings if f.code[:2] == "I4" and f.places[0].file == "无名.xlsx"]


def test_a_waived_finding_is_open_no_more(river: River) -> None:
    assert "C451" not in {finding.code for finding in river.outcome.findings if finding.unit_id == "U10"}
    assert effect(river, 4) == (1, "免除1个问题")


def test_a_corrected_value_takes_the_place_of_the_unreadable_one(river: River) -> None:
    row = next(item for item in river.outcome.merged["annex2"] if item.unit_id == "U10" and item.record.key == SEWAGE)
    answer = row.record.answers["actual.2022"]
    assert (answer.value, answer.raw) == ("97.3", "较高")
    assert "D5" in answer.note
    assert row.verdict is not None and row.verdict.judgement == "met"
    assert "N201" not in {finding.code for finding in river.outcome.findings}
    assert effect(river, 5) == (1, "更正1处")


def test_an_expired_decision_does_nothing_and_is_told(river: River) -> None:
    assert "C421" in {finding.code for finding in river.outcome.findings if finding.unit_id == "U10"}
    assert effect(river, 6) == (0, "已过有效期2023-07-01")


def test_a_decision_that_matches_nothing_is_told(river: River) -> None:
    assert effect(river, 7) == (0, "没有对应的来件、记录或问题")


def test_every_decision_is_shown_with_who_why_and_effect(river: River) -> None:
    lines = texts_of(river.summary(), "裁定").splitlines()
    for number in range(1, 8):
        line = next(line for line in lines if line.startswith(f"D{number} |"))
        assert "测试丙" in line and "电话核实后办公室商定" in line
        assert effect(river, number)[1] in line


def test_a_form_assigned_to_a_table_is_how_it_is_read(tmp_path) -> None:
    made = make_river(tmp_path, {"财政局资料.xlsx": ambiguous()})
    made.decide(裁定="指定表", 文件="财政局资料.xlsx", 内容="附件2", **WHO)
    assert {v.submission.form for v in made.look().versions} == {"annex2"}
    assert effect(made, 1) == (1, "1份改记为附件2")
    (version,) = made.outcome.versions
    assert [record.key for record in version.submission.records] == ["政府绿色采购比例"]
    again = make_river(tmp_path / "again", {"财政局资料.xlsx": ambiguous()})
    again.decide(裁定="指定表", 文件="财政局资料.xlsx", 内容="附件2", 有效期至="2023-07-01", **WHO)
    assert {v.submission.form for v in again.look(datetime(2023, 7, 28)).versions} == {"annex3"}
    assert effect(again, 1) == (0, "已过有效期2023-07-01")


def test_a_correction_is_read_as_the_cell_would_have_been(tmp_path) -> None:
    """What the clerk writes is made canonical, and the headings of the blank name the fields."""
    written = {
        ("附件2", SEWAGE, "现状值2022年"): ("97.3%", "97.3"),
        ("附件2", SEWAGE, "达标情况"): ("是", "达标"),
        ("附件3", f"{SEWAGE}／污水处理厂运行台账", "是否提供"): ("是", "yes"),
        ("附件4", PROJECT, "起止年限"): ("2023年3月至2025年12月", "2023-03/2025-12"),
        ("附件4", PROJECT, "总投资（万元）"): ("0.12亿元", "1200"),
        ("附件4", PROJECT, "责任单位"): ("县住建局", "U10"),
        ("附件2", BUILDINGS, "现状值2022年"): ("约60", "约60"),  # not sure: as written, for a person
    }
    made = make_river(tmp_path, {"住建局.xlsx": changed("U10", "annex2", SEWAGE, "2022年", "较高")})
    for (form, record, heading), (text, _) in written.items():
        made.decide(裁定="更正", 单位="县住房城乡建设局", 表=form, 记录=record, 字段=heading, 内容=text, **WHO)
    made.look()
    assert [item.matched for item in made.outcome.decisions] == [1] * len(written)
    rows = [row for merged in made.outcome.merged.values() for row in merged]
    corrected = {
        (row.record.key, answer.value)
        for row in rows
        for answer in row.record.answers.values()
        if "更正" in answer.note
    }
    assert corrected == {(record, value) for (_, record, _), (_, value) in written.items()}
    verdicts = {row.record.key: row.verdict.judgement for row in rows if row.verdict}
    assert (verdicts[SEWAGE], verdicts[BUILDINGS]) == ("met", "manual")
    assert not {"C451", "N201", "C304"} & {item.code for item in made.outcome.findings if item.unit_id == "U10"}
