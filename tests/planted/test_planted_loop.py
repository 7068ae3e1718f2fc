"""The marked copy goes to the unit, comes back mended and explained, and is understood for what it is."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping

import pytest
from openpyxl import Workbook, load_workbook
from planted_blanks import campaign, cells_of, clean_content, file_of, open_book
from planted_river import River, make_river, texts_of

SEWAGE = "城镇污水处理率"
UNIT = "U10"
MARKED = "退改表"


def faulty() -> bytes:
    book = open_book(UNIT, clean_content(UNIT))
    book.forms["annex2"].put(SEWAGE, "2022年", "较高")
    book.forms["annex4"].put("", "建设规模及主要内容", "管网")
    book.forms["annex4"].put("", "责任单位", "县水利事业发展中心")
    return book.content()


def answer_list(book: Workbook, words: Mapping[str, str]) -> None:
    """Write into 单位说明 what the unit says to each code of the issue list."""
    sheet = book["问题清单"]
    heading = next(row for row in sheet.iter_rows() if any(cell.value == "单位说明" for cell in row))
    columns = {cell.value: cell.column for cell in heading}
    for row in range(heading[0].row + 1, sheet.max_row + 1):
        code = str(sheet.cell(row, columns["编号"]).value).split("|")[0]
        if code in words:
            sheet.cell(row, columns["单位说明"]).value = words[code]


def send_back(river: River, edit: Callable[[Workbook], None], name: str, received: str) -> None:
    """Take the marked copy of the last run, let the unit work in it, and put it into the inbox."""
    content = next(content for name, content in river.marked_copies().items() if "住房" in name)
    book = load_workbook(io.BytesIO(content))
    edit(book)
    buffer = io.BytesIO()
    book.save(buffer)
    river.put(name, buffer.getvalue(), received)


@pytest.fixture(scope="module")
def river(tmp_path_factory) -> River:
    made = make_river(tmp_path_factory.mktemp("loop"), {"住建局.xlsx": faulty()})
    made.put("财政局.xlsx", clean_content("U06"))
    made.put("县财政局/政府采购统计表.pdf", b"%PDF-1.4")
    for item in campaign().materials_of(UNIT):
        made.put(f"县住房城乡建设局/{file_of(item.name)}", b"%PDF-1.4 " + item.name.encode())
    return made


@pytest.fixture(scope="module")
def rounds(river: River) -> list[dict[str, object]]:
    """Three rounds: as sent; mended and half explained; fully mended in the second marked copy."""
    told = [look(river)]

    def first(book: Workbook) -> None:
        book["附件2"]["K9"] = 97.3
        answer_list(book, {"C451": "该工程由水利中心组织实施，本单位只负责验收", "C421": "同上"})

    def second(book: Workbook) -> None:
        book["附件4"]["F8"] = "新建污水管网12公里，改造泵站2座"

    worse = open_book("U06", clean_content("U06"))
    worse.forms["annex2"].put("政府绿色采购比例", "2022年", 197.3)
    river.put("财政局新.xlsx", worse.content(), "2023-07-25 09:00")
    for edit, name, received in (
        (first, "住建局修改.xlsx", "2023-07-25 09:00"),
        (second, "住建局再改.xlsx", "2023-07-26 09:00"),
    ):
        send_back(river, edit, name, received)
        told.append(look(river))
    return told


def look(river: River) -> dict[str, object]:
    copies = [content for name, content in river.marked_copies().items() if "住房" in name]
    return {
        "findings": {(item.code, cells_of(item)[0]) for item in river.grave(UNIT)},
        "others": {(item.code, cells_of(item)[0]) for item in river.grave("U06")},
        "fates": {(item.code, item.fate) for item in river.outcome.changes if item.fate and item.unit_id == UNIT},
        "latest": max(v.number for v in river.outcome.versions if v.submission.unit_id == UNIT),
        "states": {item.form: str(item.state) for item in river.outcome.standings if item.unit_id == UNIT},
        "copy": texts_of(load_workbook(io.BytesIO(copies[0])), "问题清单") if copies else "",
        "verdicts": {str(line.verdict) for line in river.outcome.arrivals if line.arrival.name.startswith("住建局")},
    }


def test_first_round_names_the_faults(rounds) -> None:
    assert rounds[0]["findings"] == {("N201", "附件2!K9"), ("C421", "附件4!F8"), ("C451", "附件4!L8")}
    assert rounds[0]["states"]["annex2"] == "to_mend"
    assert "上一版" not in rounds[0]["copy"]


def test_the_mended_copy_is_read_as_a_new_version(rounds) -> None:
    assert rounds[1]["latest"] == 2
    assert rounds[1]["verdicts"] == {"superseded", "read"}
    assert rounds[1]["states"]["annex2"] == "accepted"


def test_an_explanation_settles_its_doubt_and_a_perfunctory_one_does_not(rounds) -> None:
    assert rounds[1]["findings"] == {("C421", "附件4!F8")}


def test_what_became_of_every_finding_is_told(rounds) -> None:
    assert rounds[1]["fates"] == {("N201", "mended"), ("C451", "explained"), ("C421", "open")}
    expected = "上一版（第1版）指出的问题：已改正 1 处，已说明 1 处，仍有 1 处；这一版新出现 0 处。"
    assert expected in rounds[1]["copy"]


def test_the_published_results_tell_the_same(river: River, rounds) -> None:
    river.collect()
    assert not [name for name in river.published(MARKED) if "住房" in name]
    shown = texts_of(river.summary(), "整改情况")
    assert "●已说明" in shown and "●已改正" in shown and "▲新出现" in shown


def test_an_explanation_once_given_holds_in_later_versions(rounds) -> None:
    assert rounds[2]["latest"] == 3
    assert rounds[2]["findings"] == set()
    assert rounds[2]["copy"] == ""
    assert ("C421", "mended") in rounds[2]["fates"]
    assert ("C451", "new") not in rounds[2]["fates"]


def test_a_new_fault_is_told_as_new_and_a_faulty_version_does_not_replace_a_good_one(river, rounds) -> None:
    assert rounds[0]["others"] == set()
    assert rounds[1]["others"] == {("C222", "附件2!K8")}
    assert ("C222", "new") in {(item.code, item.fate) for item in river.outcome.changes if item.unit_id == "U06"}
    own = [v for v in river.outcome.versions if (v.submission.unit_id, v.submission.form) == ("U06", "annex2")]
    assert [(v.number, v.counts) for v in own] == [(1, True), (2, False)]
