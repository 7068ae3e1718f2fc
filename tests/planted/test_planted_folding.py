"""Like findings in neighbouring cells are told as one line, and explained in one line; the export keeps each."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook
from planted_blanks import clean_content, open_book
from planted_river import River, make_river, texts_of

from sishui_eco.model.finding import Finding, make_finding
from sishui_eco.model.place import Place
from sishui_eco.outputs.folding import fold_findings


def finding(row: int, *, code: str = "C101", column: int = 8, heading: str = "总投资", raw: str = "") -> Finding:
    place = Place(file="a.xlsx", sheet="附件4", row=row, column=column)
    more = {"heading": heading} if code == "C101" else {"found": "亿元", "measure": "万元"}
    return make_finding(
        code, place, unit_id="U10", form="annex4", record=f"P{row}", field="investment", raw=raw, **more
    )


def rows(*findings: Finding) -> list[list[int]]:
    return [[item.places[0].row for item in folded.findings] for folded in fold_findings(findings)]


def test_neighbours_with_the_same_words_are_one() -> None:
    assert rows(finding(7), finding(8), finding(9)) == [[7, 8, 9]]


def test_order_of_arrival_does_not_matter_within_a_line() -> None:
    assert rows(finding(8), finding(7)) == [[7, 8]]


def test_a_gap_parts_them() -> None:
    assert rows(finding(7), finding(8), finding(20)) == [[7, 8], [20]]


def test_another_column_or_other_words_part_them() -> None:
    assert rows(finding(7), finding(8, column=9)) == [[7], [8]]
    assert rows(finding(7), finding(8, heading="项目名称")) == [[7], [8]]


def test_notes_are_one_whatever_they_quote() -> None:
    assert rows(finding(7, code="N209", raw="1亿元"), finding(8, code="N209", raw="2亿元")) == [[7, 8]]


def test_two_findings_of_one_cell_are_two() -> None:
    assert rows(finding(7, code="N209", raw="1亿元"), finding(7, code="N209", raw="2亿元")) == [[7], [7]]


def test_what_has_no_cell_stays_alone() -> None:
    whole = make_finding("F403", Place(file="a.xlsx", sheet="附件4"), unit_id="U10", form="annex4")
    other = make_finding("F403", Place(file="b.xlsx", sheet="附件4"), unit_id="U11", form="annex4")
    assert [len(folded.findings) for folded in fold_findings([whole, other, whole])] == [1, 1]


@pytest.fixture(scope="module")
def river(tmp_path_factory) -> River:
    book = open_book("U10", clean_content("U10"))
    form = book.forms["annex4"]
    first = form.rows[""]
    for at in range(1, 4):  # four projects in 亿元, none of which says whose it is
        for column in form.columns.values():
            form.sheet.cell(first + at, column).value = form.sheet.cell(first, column).value
        for heading, value in {"序号": at + 1, "项目名称": f"泗水县第{at}片区雨污分流工程"}.items():
            form.sheet.cell(first + at, form.columns[heading]).value = value
    for at in range(4):
        form.sheet.cell(first + at, form.columns["总投资（万元）"]).value = at + 1.5
        form.sheet.cell(first + at, form.columns["资金来源"]).value = None
        form.sheet.cell(first + at, form.columns["分年度投资（万元）"]).value = None
        form.sheet.cell(first + at, form.columns["责任单位"]).value = "县水利事业发展中心"
    form.sheet.cell(first - 2, form.columns["总投资（万元）"]).value = "总投资（亿元）"
    made = make_river(tmp_path_factory.mktemp("folding"), {"住建局.xlsx": book.content()})
    made.collect()
    return made


def test_the_summary_tells_neighbours_in_one_line_and_the_export_each(river: River) -> None:
    lines = [line for line in texts_of(river.summary(), "问题清单").splitlines() if "| N209" in line]
    (line,) = lines
    assert "相邻 4 格" in line and "附件4!H8、H9、H10、H11" in line and "等4项" in line
    export = river.published("导出")["findings.jsonl"].decode("utf-8")
    assert export.count('"N209"') == 4


def test_the_marked_copy_lists_neighbours_once_and_one_explanation_settles_all(river: River) -> None:
    (content,) = [content for name, content in river.published("退改表").items() if "住房" in name]
    book = load_workbook(io.BytesIO(content))
    sheet = book["问题清单"]
    heading = next(row for row in sheet.iter_rows() if any(cell.value == "单位说明" for cell in row))
    columns = {cell.value: cell.column for cell in heading}
    told = [row for row in sheet.iter_rows(min_row=heading[0].row + 1) if "C451" in str(row[columns["编号"] - 1].value)]
    (row,) = told
    assert str(row[columns["位置"] - 1].value) == "附件4!L8–L11"
    sheet.cell(row[0].row, columns["单位说明"]).value = "这些工程由水利中心组织实施，本单位牵头验收"
    buffer = io.BytesIO()
    book.save(buffer)
    river.put("住建局再报.xlsx", buffer.getvalue(), "2023-07-25 09:00")
    assert "C451" in {item.code for item in river.outcome.findings}
    assert "C451" not in {item.code for item in river.look().findings}
