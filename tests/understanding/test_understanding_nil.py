"""Nothing to report: a ticked box, an answered label, a sentence, a row, a file name; an instruction is none."""

from __future__ import annotations

import pytest
from drawing import arrive, campaign, classes, codes, draw, one, take

from sishui_eco.model.arrival import ArrivalVerdict, FileKind, MailContext
from sishui_eco.understanding import understand_unreadable

HEAD = "序号|工程类别|项目名称|建设内容|起止年限|总投资|责任单位|支撑指标"


@pytest.mark.parametrize(
    "line",
    [
        "无重点工程项目提报|是",
        "无重点工程项目提报：|√",
        "无重点工程项目提报|☑",
        "无重点工程项目提报||是",
        "☑无重点工程项目提报",
        "无重点工程项目提报 ☑",
        "无重点工程项目提报（√）",
        "√ 无重点工程项目提报",
        "■无重点工程项目",
        "无重点工程项目提报：是",
        "无重点工程项目提报|☑是 □否",
        "我单位无重点工程项目。",
        "经梳理，我局暂无重点工程项目提报。",
        "我镇2023—2030年无重点工程项目",
        "我单位没有符合条件的重点工程项目",
    ],
)
def test_statements_on_the_form(line: str) -> None:
    understood = take(f"填报单位：县财政局\n{line}\n{HEAD}")
    assert understood.verdict is ArrivalVerdict.NIL_RETURN
    statement = one(understood).nil_statement
    assert statement is not None
    assert statement.value == "yes"
    assert statement.place.row == 2


@pytest.mark.parametrize(
    "line",
    [
        "无重点工程项目提报",
        "无重点工程项目提报|否",
        "□无重点工程项目提报",
        "无重点工程项目提报|□是 □否",
        "无重点工程项目提报|□是 ☑否",
        "无重点工程项目提报|没有项目的单位在左边选“是”，并在表下由主要负责人签字、加盖单位公章。",
        "如无重点工程项目，请勾选并由主要负责人签字。",
        "没有重点工程项目的单位也要报附件4：在“无重点工程项目提报”处选“是”。",
        "注：无项目的单位须交“无重点工程项目提报”说明，由主要负责人签字并加盖公章。",
    ],
)
def test_instructions_and_unticked_boxes_are_no_statement(line: str) -> None:
    understood = take(f"填报单位：县财政局\n{line}\n{HEAD}")
    assert understood.verdict is ArrivalVerdict.BLANK


@pytest.mark.parametrize(
    "row", ["1||无", "||无", "1|无|无|无|无|无|县财政局|无", "||无重点工程项目|", "无", "1||/||||县财政局|", "|无|/"]
)
def test_a_row_that_says_none(row: str) -> None:
    understood = take(f"填报单位：县财政局\n{HEAD}\n{row}")
    if "无" not in row:
        assert understood.verdict is ArrivalVerdict.BLANK
        return
    assert understood.verdict is ArrivalVerdict.NIL_RETURN
    assert classes(understood) == "NHN"
    assert one(understood).records == ()


def test_projects_and_a_statement_together_are_both_kept() -> None:
    understood = take(f"无重点工程项目提报|是\n{HEAD}\n1|生态安全|甲工程|治理河道|2023-2025|1200|县水利局|河长制")
    assert understood.verdict is ArrivalVerdict.READ
    assert one(understood).nil_statement is not None
    assert len(one(understood).records) == 1


def test_a_word_statement() -> None:
    text = draw(
        "关于无重点工程项目提报的说明\n\n领导小组办公室：\n经研究，我单位无重点工程项目提报。特此说明。\n主要负责人（签字）：测试丙\n县财政局（盖章）\n2023年7月20日",
        name="正文",
        kind="text",
    )
    understood = take(text, name="说明.docx")
    submission = one(understood)
    assert understood.verdict is ArrivalVerdict.NIL_RETURN
    assert (submission.form, submission.unit_id) == ("annex4", "U06")
    assert submission.nil_statement is not None
    assert "我单位无重点工程项目提报" in submission.nil_statement.raw
    assert submission.form_fields["signatory"].value == "测试丙"


def test_a_statement_beside_other_annexes() -> None:
    annex2 = "指标名称|单位|指标值|2022年|达标情况|支撑材料\n政府绿色采购比例|%|≥80|85|达标|统计表"
    understood = take(draw(annex2, name="附件2"), draw("我单位无重点工程项目提报", name="附件4"), name="县财政局.xlsx")
    assert [item.form for item in understood.submissions] == ["annex2", "annex4"]
    assert understood.verdict is ArrivalVerdict.READ


def test_the_file_name_says_so_over_an_empty_form() -> None:
    understood = take(HEAD, name="县财政局附件4（无项目）.xlsx")
    assert understood.verdict is ArrivalVerdict.NIL_RETURN
    assert "文件名称" in one(understood).evidence


def test_the_official_title_in_a_file_name_says_nothing() -> None:
    understood = take(HEAD, name="县财政局附件4重点工程项目提报说明.xlsx")
    assert understood.verdict is ArrivalVerdict.BLANK


def test_a_scan_named_so_is_told_to_the_clerk_not_taken() -> None:
    arrival = arrive("县财政局无重点工程项目提报说明.pdf")
    arrival = type(arrival)(**{name: getattr(arrival, name) for name in arrival.__slots__} | {"kind": FileKind.PDF})
    understood = understand_unreadable(arrival, campaign())
    assert understood.verdict is ArrivalVerdict.SUPPORTING
    assert understood.unit_id == "U06"
    assert [item.code for item in understood.findings] == ["I108"]


def test_a_mail_without_attachments_that_says_so() -> None:
    mail = MailContext(sender_name="县财政局", subject="回复", body="您好：\n我单位无重点工程项目。\n")
    arrival = arrive("回复.eml", mail=mail)
    arrival = type(arrival)(**{name: getattr(arrival, name) for name in arrival.__slots__} | {"kind": FileKind.EML})
    understood = understand_unreadable(arrival, campaign())
    assert [item.code for item in understood.findings] == ["I108"]
    assert understood.unit_id == "U06"


@pytest.mark.parametrize(
    ("kind", "verdict"),
    [
        (FileKind.PDF, ArrivalVerdict.SUPPORTING),
        (FileKind.IMAGE, ArrivalVerdict.SUPPORTING),
        (FileKind.UNKNOWN, ArrivalVerdict.UNRECOGNISED),
    ],
)
def test_files_that_are_not_read(kind: FileKind, verdict: ArrivalVerdict) -> None:
    arrival = arrive("扫描件.pdf")
    arrival = type(arrival)(**{name: getattr(arrival, name) for name in arrival.__slots__} | {"kind": kind})
    understood = understand_unreadable(arrival, campaign())
    assert understood.verdict is verdict
    assert understood.evidence
    assert codes(understood) == set()


STATEMENTS = ["本单位无重点工程项目。", "无重点工程项目提报", "我单位2023年至2030年无重点工程项目，特此说明。"]


@pytest.mark.parametrize("kind", ["sheet", "text"])
@pytest.mark.parametrize("line", STATEMENTS)
def test_a_statement_without_any_table(line: str, kind: str) -> None:
    understood = take(draw(f"附件4 重点工程项目提报表\n填报单位：县财政局\n{line}\n联络员：测试甲", kind=kind))
    assert understood.verdict is ArrivalVerdict.NIL_RETURN
    submission = one(understood)
    assert (submission.form, submission.unit_id) == ("annex4", "U06")
    assert submission.nil_statement is not None
    assert submission.nil_statement.place.row == 3
    assert submission.form_fields["liaison_name"].value == "测试甲"


@pytest.mark.parametrize("line", ["无重点工程项目提报|否", "□无重点工程项目提报", "无重点工程项目提报：□"])
def test_a_refused_statement_without_any_table(line: str) -> None:
    assert take(f"填报单位：县财政局\n{line}").verdict is ArrivalVerdict.SUPPORTING


def test_the_bare_label_on_another_sheet_beside_an_empty_form_is_no_statement() -> None:
    understood = take(draw("无重点工程项目提报", name="封面"), draw(HEAD, name="附件4"), name="县财政局.xlsx")
    assert understood.verdict is ArrivalVerdict.BLANK


@pytest.mark.parametrize("kind", ["sheet", "text"])
def test_the_unit_over_the_date_of_a_statement(kind: str) -> None:
    understood = take(draw("本单位无重点工程项目。\n\n泗水县财政局\n2023年7月20日", kind=kind), name="附件4.xlsx")
    assert one(understood).unit_id == "U06"


def test_units_listed_on_another_sheet_seal_nothing() -> None:
    statement = draw("本单位无重点工程项目。", name="附件4")
    understood = take(statement, draw("县财政局\n县水利局", name="名录"), name="附件4.xlsx")
    assert one(understood).unit_id == ""
