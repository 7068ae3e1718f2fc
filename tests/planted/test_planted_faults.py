"""On clean blanks nothing is found; of each planted fault, its cell and no other is named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

import pytest
from openpyxl.styles import Font
from planted_blanks import PROJECTS, Book, campaign, cells_of, clean_content, clean_sheet, examine, grave, open_book

from sishui_eco.model.arrival import ArrivalVerdict

SEWAGE, BUILDINGS, WATER = "城镇污水处理率", "城镇新建绿色建筑比例", "水环境质量／黑臭水体消除比例"
LEDGER = "城镇污水处理率／污水处理厂运行台账"
RIVER = "河长制"


# Every unit that leads indicators, and one department and one town that owe annex 4 alone.
UNITS = [unit.unit_id for unit in campaign().units if len(unit.forms) > 1 or unit.unit_id in ("U02", "U26")]


@pytest.mark.parametrize("unit_id", UNITS)
def test_nothing_grave_is_found_on_a_clean_blank(unit_id: str) -> None:
    understood = examine(clean_content(unit_id))
    assert [(item.code, cells_of(item)) for item in grave(understood)] == []
    unit = campaign().unit_by_id[unit_id]
    counts = {item.form: len(item.records) for item in understood.submissions}
    assert list(counts) == list(unit.forms)
    assert {item.unit_id for item in understood.submissions} == {unit_id}
    if "annex2" in counts:
        assert counts["annex2"] == len(campaign().indicators_of(unit_id))
        assert counts["annex3"] == len(campaign().materials_of(unit_id))
    nil = counts == {"annex4": 0}
    assert understood.verdict is (ArrivalVerdict.NIL_RETURN if nil else ArrivalVerdict.READ)


@dataclass(frozen=True)
class Fault:
    """One value put into one cell of a clean workbook, and the code that must name that cell."""

    code: str
    form: str
    key: str  # record; "" with a label in `heading`, or the first project row
    heading: str
    value: object
    unit: str = "U10"
    more: tuple[tuple[str, str, str, object], ...] = ()  # further edits that the fault needs to stand alone
    number_format: str = ""

    @property
    def name(self) -> str:
        return f"{self.code} {self.key or self.form} {self.heading}={self.value!r}"


def two(code: str, key: str, heading: str, value: object, **parts: object) -> Fault:
    return Fault(code, "annex2", key, heading, value, **parts)  # type: ignore[arg-type]


def three(code: str, heading: str, value: object, **parts: object) -> Fault:
    return Fault(code, "annex3", LEDGER, heading, value, **parts)  # type: ignore[arg-type]


def four(code: str, heading: str, value: object, **parts: object) -> Fault:
    return Fault(code, "annex4", "", heading, value, **parts)  # type: ignore[arg-type]


UNMET = (
    ("annex2", SEWAGE, "2020年", 70),
    ("annex2", SEWAGE, "2021年", 71),
    ("annex2", SEWAGE, "2022年", 72),
    ("annex2", SEWAGE, "达标情况", "未达标"),
    ("annex2", SEWAGE, "未达标原因及整改措施", "管网老化，2023年改造管网12公里后可达标"),
    ("annex2", SEWAGE, "完成时限", date(2023, 12, 31)),
)

FAULTS = (
    # annex 2: how a figure is written
    two("N201", SEWAGE, "2022年", "较高"),
    two("N202", SEWAGE, "2022年", "90-95"),
    two("N203", SEWAGE, "2022年", "≥96"),
    two("N205", SEWAGE, "2022年", "97以上"),
    two("N206", SEWAGE, "2022年", 0.973),
    two("N208", SEWAGE, "2022年", "97.3公顷"),
    two("N210", SEWAGE, "2022年", "96.2；97.3"),
    two("N211", SEWAGE, "2022年", "2021年96.2，2022年97.3"),
    two("N212", SEWAGE, "2022年", datetime(2022, 9, 7)),
    two("N203", WATER, "2022年", "完成上级规定的考核任务；保持稳定或持续改善"),
    two("N214", SEWAGE, "2022年", "97。3"),
    two("N215", SEWAGE, "2022年", "2019年97.3"),
    two("N101", SEWAGE, "2022年", "#REF!"),
    two("N102", SEWAGE, "2022年", "=I9+2"),
    two("N105", RIVER, "支撑材料", "河长制工作�件", unit="U12"),
    # annex 2: what the figure says
    two("C101", SEWAGE, "2022年", None),
    two("C101", SEWAGE, "支撑材料", None),
    two("C103", SEWAGE, "2022年", "待定"),
    two("C104", SEWAGE, "2022年", "详见附件"),
    two("C105", SEWAGE, "达标情况", "不涉及", more=(("annex2", SEWAGE, "备注", "本县无此类设施，不涉及"),)),
    two("C106", BUILDINGS, "达标情况", "不涉及"),
    two("C222", SEWAGE, "2022年", 197.3),
    two("C223", SEWAGE, "2022年", -97.3),
    two("C224", "单位地区生产总值用水量", "2022年", 0.0251, unit="U12"),
    # annex 2: what may not be altered
    two("C202", SEWAGE, "指标值", "≥80"),
    two("C203", "单位地区生产总值用水量", "单位", "立方米/元", unit="U12"),
    two("C204", SEWAGE, "指标属性", "参考性"),
    two("C205", SEWAGE, "牵头单位", "县水利事业发展中心"),
    two("C206", SEWAGE, "牵头单位", "县住房城乡建设局、县财政局"),
    two("C207", WATER, "配合单位", "县住房城乡建设局"),
    two("N601", WATER, "配合单位", "县宇航局"),
    # annex 2: the unit's own verdict
    two("N501", SEWAGE, "达标情况", "优秀"),
    two("C231", SEWAGE, "达标情况", "达标", more=UNMET[:3]),
    two("C241", SEWAGE, "未达标原因及整改措施", None, more=UNMET),
    two("C242", SEWAGE, "完成时限", None, more=UNMET),
    two("N401", SEWAGE, "完成时限", "尽快", more=UNMET),
    two("N409", SEWAGE, "完成时限", "2023-02-30", more=UNMET),
    two("C244", SEWAGE, "完成时限", date(2022, 12, 31), more=UNMET),
    two("C245", SEWAGE, "未达标原因及整改措施", "加强管理", more=UNMET),
    # annex 2: which indicator
    two("I309", SEWAGE, "指标名称", "城镇污水处埋率"),
    # annex 3
    three("C101", "是否提供", None),
    three("N505", "是否提供", "基本"),
    three("C303", "文件名称/编号", None),
    three("C304", "是否提供", "否", more=(("annex3", LEDGER, "文件名称/编号", None),)),
    three("C305", "年份", "2021、2022"),
    three("C306", "份数", 0),
    three("C307", "份数", 1.5),
    three("N201", "份数", "若干"),
    three("C308", "提供单位", "县水利事业发展中心"),
    # annex 4: the project
    four("I302", "项目名称", None),
    four("C402", "项目名称", "待定项目"),
    four("C401", "项目名称", "工程"),
    four("N501", "工程类别", "其他类"),
    four("C101", "工程类别", None),
    four("N502", "建设性质", "翻新"),
    four("N503", "建设性质", "新建、改建"),
    # annex 4: when
    four("C411", "起止年限", "2031-2033"),
    four("C412", "起止年限", "2025-2023"),
    four("C413", "起止年限", "2018-2020"),
    four("N406", "起止年限", "2023年起"),
    four("N407", "起止年限", "2023年3月"),
    four("C416", "实施阶段", "已竣工"),
    four("C417", "实施阶段", None, unit="U12"),
    four("N401", "起止年限", "分期实施"),
    four("N405", "起止年限", "长期"),
    four("N413", "起止年限", "2023、2025年"),
    # annex 4: what
    four("C421", "建设规模及主要内容", "管网"),
    four("C422", "建设规模及主要内容", "改造老旧污水管网，更换破损管道，疏通堵塞管段"),
    four("C104", "建设规模及主要内容", "详见附件"),
    four("C423", "建设规模及主要内容", "按规划实施"),
    four("C424", "建设规模及主要内容", "泗水县城区污水管网改造工程"),
    # annex 4: money
    four("C101", "总投资（万元）", None),
    four("C431", "总投资（万元）", 0),
    four("C432", "总投资（万元）", 12000000),
    four("C433", "总投资（万元）", 0.12),
    four("N201", "总投资（万元）", "若干"),
    four("N213", "总投资（万元）", 1234567890123456),
    four("N202", "总投资（万元）", "1000-1500"),
    four("C434", "资金来源", "上级资金500；县级资金300"),
    four("C436", "分年度投资（万元）", "2023年500；2024年400"),
    four("C437", "分年度投资（万元）", "2023年500；2024年400；2027年300"),
    # annex 4: whom and what it serves
    four("C441", "支撑指标", "全民健身设施覆盖率"),
    four("C442", "支撑指标", "林草覆盖率"),
    four("C101", "支撑指标", None),
    four("C451", "责任单位", "县水利事业发展中心"),
    four("C461", "是否列入十四五重大重点", "是"),
    four("C461", "是否列入十四五重大重点", "也许"),
    # above the table
    Fault("F101", "annex2", "", "联络员", None),
    Fault("F101", "annex4", "", "分管责任人", None),
    Fault("F102", "annex2", "", "联络员", "样例乙、样例丁"),
    Fault("F103", "annex2", "", "分管责任人", "测试甲、测试丁"),
    Fault("F104", "annex3", "", "联系电话", "12345"),
    Fault("F106", "annex2", "", "联络员", "办公室"),
    Fault("F111", "annex2", "", "填报日期", date(2023, 9, 19)),
    Fault("F112", "annex2", "", "填报日期", date(2022, 7, 19)),
    Fault("F404", "annex4", "", "主要负责人（签字）", None, unit="U06"),
)


def put(book: Book, form: str, key: str, heading: str, value: object) -> str:
    sheet = book.forms[form]
    cell = sheet.put_label(heading, value) if heading in sheet.labels else sheet.put(key, heading, value)
    return f"{sheet.sheet.title}!{cell}"


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_planted_fault_is_named_at_its_cell_and_nowhere_else(fault: Fault) -> None:
    book = open_book(fault.unit, clean_sheet(fault.unit, fault.form))
    for edit in fault.more:
        put(book, *edit)
    cell = put(book, fault.form, fault.key, fault.heading, fault.value)
    found = {(item.code, cells_of(item)[0]) for item in grave(examine(book.content()))}
    assert found == {(fault.code, cell)}


# --- faults that are more than one value in one cell ------------------------------------------------------


def add_row(book: Book, form: str, row: int, **cells: object) -> int:
    """Fill an empty row below the records; headings are given by their first characters."""
    sheet = book.forms[form]
    for heading, column in sheet.columns.items():
        if heading in cells:
            sheet.sheet.cell(row, column).value = cells[heading]
    return row


def struck(book: Book) -> list[str]:
    cell = book.forms["annex2"].sheet[book.forms["annex2"].cell(SEWAGE, "2022年")]
    cell.font = Font(strike=True)
    return [f"附件2!{cell.coordinate}"]


def percent_of_percent(book: Book) -> list[str]:
    cell = book.forms["annex2"].sheet[book.forms["annex2"].cell(SEWAGE, "2022年")]
    cell.number_format = "0.0%"
    return [f"附件2!{cell.coordinate}"]


def scaled(book: Book) -> list[str]:
    cell = book.forms["annex4"].sheet[book.forms["annex4"].put("", "总投资（万元）", 1200)]
    cell.number_format = "0.0,"
    return [f"附件4!{cell.coordinate}"]


def row_unanswered(book: Book) -> list[str]:
    form = book.forms["annex2"]
    for heading in ("2020年", "2021年", "2022年", "达标情况", "支撑材料"):
        form.put(SEWAGE, heading, None)
    return [f"附件2!{form.rows[SEWAGE]}"]


def own_indicator_missing(book: Book) -> list[str]:
    form = book.forms["annex2"]
    for merge in [item for item in form.sheet.merged_cells.ranges if item.min_row == form.rows[SEWAGE]]:
        form.sheet.unmerge_cells(str(merge))
    for column in form.columns.values():
        form.sheet.cell(form.rows[SEWAGE], column).value = None
    return ["附件2!"]


def indicator_of_another(book: Book) -> list[str]:
    """A row inserted under the unit's own, with an indicator that another unit leads."""
    form = book.forms["annex2"]
    row = max(form.rows.values()) + 1
    for merge in [str(item) for item in form.sheet.merged_cells.ranges if item.min_row >= row]:
        form.sheet.unmerge_cells(merge)
    form.sheet.insert_rows(row)
    leaf = campaign().indicator_by_key["政府绿色采购比例"]
    answers = {
        "序号": 33,
        "指标名称": leaf.name,
        "单位": "%",
        "指标值": leaf.target,
        "指标属性": "约束性",
        "牵头单位": "县财政局",
    }
    answers |= {"2020年": 85, "2021年": 86, "2022年": 87, "达标情况": "达标", "支撑材料": "政府采购统计表"}
    for heading, value in answers.items():
        form.sheet.cell(row, form.columns[heading]).value = value
    return [f"附件2!{form.sheet.cell(row, form.columns['指标名称']).coordinate}"]


MATERIAL = {"资料要求": "按要求", "年份": "2020、2021、2022", "提供单位": "县住房城乡建设局", "资料形式": "电子表",
            "份数": 1, "是否提供": "是", "文件名称/编号": "污水管网台账.xlsx"}  # fmt: skip


def material_row(book: Book, **cells: object) -> int:
    row = max(book.forms["annex3"].rows.values()) + 1
    return add_row(book, "annex3", row, **{"序号": 4, **MATERIAL, **cells})


def material_of_unknown_indicator(book: Book) -> list[str]:
    row = material_row(book, 指标名称="全民健身设施覆盖率", 资料名称="健身设施台账")
    return [f"附件3!B{row}"]


def material_of_another_unit(book: Book) -> list[str]:
    row = material_row(book, 指标名称="政府绿色采购比例", 资料名称="政府采购统计表", 提供单位="县财政局")
    return [f"附件3!C{row}"]


def material_twice(book: Book) -> list[str]:
    row = material_row(book, 指标名称="城镇污水处理率", 资料名称="污水处理厂运行台账")
    return [f"附件3!{row}"]


def owed_material_missing(book: Book) -> list[str]:
    form = book.forms["annex3"]
    for column in form.columns.values():
        form.sheet.cell(form.rows[LEDGER], column).value = None
    return ["附件3!"]


def project_row(book: Book, **cells: object) -> int:
    return add_row(book, "annex4", book.forms["annex4"].rows[""] + 1, **{**PROJECTS["U10"], "序号": 2, **cells})


def project_twice(book: Book) -> list[str]:
    return [f"附件4!{project_row(book)}"]


def project_nearly_twice(book: Book) -> list[str]:
    row = project_row(book, 项目名称="泗水县城区污水管网改造工程项目")
    return [f"附件4!C{row}"]


def two_projects_in_a_cell(book: Book) -> list[str]:
    cell = book.forms["annex4"].put("", "项目名称", "1.泗水县城区污水管网改造工程\n2.泗水县城区雨水管网改造工程")
    return [f"附件4!{cell}"]


def nil_and_projects(book: Book) -> list[str]:
    return [f"附件4!{book.forms['annex4'].put_label('无重点工程项目提报', '是')}"]


def neither_nil_nor_projects(book: Book) -> list[str]:
    for heading in (*PROJECTS["U10"], "序号"):
        book.forms["annex4"].put("", heading, None)
    return ["附件4!"]


def column_renamed(book: Book) -> list[str]:
    form = book.forms["annex4"]
    cell = form.sheet.cell(form.rows[""] - 2, form.columns["总投资（万元）"])
    cell.value = "经济效益"
    return [f"附件4!{cell.row}"]


def value_outside_records(book: Book) -> list[str]:
    form = book.forms["annex4"]
    row = form.rows[""] + 2
    form.sheet.cell(row, form.columns["建设地点"]).value = "泗水县城区"
    return [f"附件4!{row}"]


STRUCTURAL = (
    ("N103", struck, "U10"),
    ("N207", percent_of_percent, "U10"),
    ("N216", scaled, "U10"),
    ("C102", row_unanswered, "U10"),
    ("F201", own_indicator_missing, "U10"),
    ("F202", indicator_of_another, "U10"),
    ("C301", material_of_unknown_indicator, "U10"),
    ("C311", material_of_another_unit, "U10"),
    ("F203", material_twice, "U10"),
    ("F301", owed_material_missing, "U10"),
    ("F203", project_twice, "U10"),
    ("F204", project_nearly_twice, "U10"),
    ("I307", two_projects_in_a_cell, "U10"),
    ("F402", nil_and_projects, "U10"),
    ("F403", neither_nil_nor_projects, "U10"),
    ("I201", column_renamed, "U10"),
    ("I303", value_outside_records, "U10"),
)


@pytest.mark.parametrize(("code", "planting", "unit"), STRUCTURAL, ids=[f"{c}-{p.__name__}" for c, p, _ in STRUCTURAL])
def test_a_planted_fault_of_structure_is_named_where_it_is(
    code: str, planting: Callable[[Book], list[str]], unit: str
) -> None:
    book = open_book(unit, clean_content(unit))
    where = planting(book)
    found = {(item.code, cells_of(item)[0]) for item in grave(examine(book.content()))}
    assert found == {(code, cell) for cell in where}


def test_there_are_enough_kinds_of_planted_faults() -> None:
    assert len({fault.code for fault in FAULTS} | {code for code, _, _ in STRUCTURAL}) >= 75
    assert len(FAULTS) == len({fault.name for fault in FAULTS})


# --- items that are no fault, and one fault under two names ---------------------------------------------------


def test_a_material_beyond_the_list_is_welcome() -> None:
    book = open_book("U10", clean_content("U10"))
    material_row(book, 指标名称="城镇污水处理率", 资料名称="排水户许可证复印件")
    assert [item.code for item in grave(examine(book.content()))] == []


def test_an_owed_material_under_another_name_is_told_once() -> None:
    book = open_book("U10", clean_content("U10"))
    cell = book.forms["annex3"].put(LEDGER, "资料名称", "污水处理厂台账")
    found = [(item.code, cells_of(item)[0], item.expected) for item in grave(examine(book.content()))]
    assert found == [("C302", f"附件3!{cell}", "污水处理厂运行台账")]
