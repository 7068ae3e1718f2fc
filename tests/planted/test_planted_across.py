"""Faults that show only when forms, units or versions are held side by side: their cells, and no others."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from planted_blanks import PEOPLE, PROJECTS, Book, campaign, cells_of, clean_content, file_of, open_book
from planted_river import conclude_files

from sishui_eco.model.outcome import Outcome

GREEN, SEWAGE = "政府绿色采购比例", "城镇污水处理率"
LEDGER = "城镇污水处理率／污水处理厂运行台账"
EARLY, LATE = "2023-07-20 09:00", "2023-07-25 09:00"
Edit = Callable[[Book], None]


def book_of(unit: str, edit: Edit | None = None) -> bytes:
    if edit is None:
        return clean_content(unit)
    book = open_book(unit, clean_content(unit))
    edit(book)
    return book.content()


def came(files: Mapping[str, tuple[str, bytes]], units: tuple[str, ...] = ("U10",)) -> Outcome:
    """Return what these files (received, content) come to, with every material file that the units name."""
    papers = {
        f"{campaign().unit_name(unit)}/{file_of(item.name)}": (EARLY, b"%PDF-1.4 " + item.name.encode())
        for unit in units
        for item in campaign().materials_of(unit)
    }
    return conclude_files({**files, **papers})


def told(outcome: Outcome, *letters: str) -> set[tuple[str, str, tuple[str, ...]]]:
    """Return (code, unit, places) of every error and doubt, and of the notes of the given letters."""
    return {
        (
            item.code,
            item.unit_id,
            tuple(f"{p.file} {cell}" for p, cell in zip(item.places, cells_of(item), strict=True)),
        )
        for item in outcome.findings
        if item.severity != "note" or item.code in letters
    }


def put(form: str, key: str, heading: str, value: object) -> Edit:
    return lambda book: void(book.forms[form].put(key, heading, value))


def label(form: str, heading: str, value: object) -> Edit:
    return lambda book: void(book.forms[form].put_label(heading, value))


def void(_: object) -> None:
    return None


def test_nothing_is_found_across_clean_forms_of_several_units() -> None:
    units = ("U06", "U07", "U10", "U12", "U26")
    outcome = came({f"{unit}.xlsx": (EARLY, clean_content(unit)) for unit in units}, units)
    assert told(outcome) == set()


ONE_UNIT = {
    "X102 the file named did not come": (
        put("annex3", LEDGER, "文件名称/编号", "污泥处置合同.pdf"),
        ("X102", "附件3!J8"),
    ),
    "X103 another liaison on one form": (label("annex3", "联络员", "样例丁"), ("X103", "附件2!D4")),
    "X104 another responsible person on one form": (label("annex4", "分管责任人", "测试丁"), ("X104", "附件2!J3")),
}


@pytest.mark.parametrize("name", ONE_UNIT)
def test_a_fault_across_the_forms_of_one_unit(name: str) -> None:
    edit, (code, cell) = ONE_UNIT[name]
    found = told(came({"住建局.xlsx": (EARLY, book_of("U10", edit))}))
    assert {(item[0], item[2][0]) for item in found} == {(code, f"住建局.xlsx {cell}")}


def test_files_are_named_and_none_came() -> None:
    outcome = came({"住建局.xlsx": (EARLY, clean_content("U10"))}, units=())
    assert told(outcome) == {("X105", "U10", ("住建局.xlsx 附件3!",))}


def test_a_project_claimed_by_two_units() -> None:
    def claim(book: Book) -> None:
        for heading, value in PROJECTS["U10"].items():
            book.forms["annex4"].put("", heading, value)
        book.forms["annex4"].put("", "项目名称", "泗水县城区污水管网改造项目")
        book.forms["annex4"].put("", "责任单位", "县水利事业发展中心")
        book.forms["annex4"].put("", "支撑指标", "河长制")

    files = {"住建局.xlsx": (EARLY, clean_content("U10")), "水利.xlsx": (EARLY, book_of("U12", claim))}
    (found,) = told(came(files, ("U10", "U12")))
    assert found[0] == "P102"
    assert set(found[2]) == {"住建局.xlsx 附件4!C8", "水利.xlsx 附件4!C8"}


VERSIONS = {
    "V101 a figure changed without a word": (put("annex2", SEWAGE, "2021年", 98.9), ("V101", "附件2!J9")),
    "V102 an answer vanished": (put("annex4", "", "资金来源", None), ("V102", "附件4!I8")),
    "V105 an older form came later": (label("annex3", "填报日期", "2023-07-15"), ("V105", "附件3!J4")),
}


@pytest.mark.parametrize("name", VERSIONS)
def test_a_fault_between_two_versions(name: str) -> None:
    edit, (code, cell) = VERSIONS[name]
    files = {"一.xlsx": (EARLY, clean_content("U10")), "二.xlsx": (LATE, book_of("U10", edit))}
    found = told(came(files))
    assert {(item[0], item[2][0]) for item in found} == {(code, f"二.xlsx {cell}")}


def test_a_fault_of_last_time_left_unmended_is_told_again() -> None:
    edit = put("annex2", SEWAGE, "2022年", 197.3)

    def again(book: Book) -> None:
        edit(book)
        book.forms["annex2"].put(SEWAGE, "备注", "再次报送，其余未改")

    found = told(came({"一.xlsx": (EARLY, book_of("U10", edit)), "二.xlsx": (LATE, book_of("U10", again))}))
    assert found == {("C222", "U10", ("二.xlsx 附件2!K9",)), ("V104", "U10", ("二.xlsx 附件2!K9",))}


def test_the_labels_these_tests_rely_on() -> None:
    assert {"联络员", "分管责任人", "填报日期"} <= set(PEOPLE)
