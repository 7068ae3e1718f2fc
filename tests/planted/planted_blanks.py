"""Issued blanks filled in the way a careful unit would, found by what stands on the sheet; and faults planted in them.

Knows nothing of the plan by which a blank is laid out: headings and labels are looked for as a person would.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from sishui_eco.examining import examine_arrival
from sishui_eco.intake.limits import Limits
from sishui_eco.intake.receive import expand
from sishui_eco.model.finding import Finding
from sishui_eco.model.submission import Understood
from sishui_eco.outputs.blanks import write_blank
from sishui_eco.spec.campaign import Campaign
from sishui_eco.spec.settings import default_campaign

ISSUED = datetime(2023, 7, 13, 8)
RECEIVED = datetime(2023, 7, 20, 9)
LABELS = {"annex2": "附件2", "annex3": "附件3", "annex4": "附件4"}
PEOPLE = {
    "分管责任人": "测试甲",
    "分管责任人电话": "0537-4220000",
    "联络员": "样例乙",
    "联系电话": "13800000002",
    "填报日期": date(2023, 7, 19),
}
# What a unit that meets the target would write, by the words of the target.
STATES = {
    "制定实施": "规划已经县政府批准印发实施",
    "有效开展": "已召开专题会议6次，有效开展",
    "全面实施": "已全面实施",
    "开展": "已开展",
    "不明显": "不明显",
    "建立": "已建立",
    "实施": "已实施",
    "面积不减少，性质不改变，功能不降低": "面积未减少，性质未改变，功能未降低",
}
FIGURES = {"+": (95.1, 96.2, 97.3), "-": (0.53, 0.52, 0.51)}

Project = Mapping[str, object]
PROJECTS: dict[str, Project] = {
    "U10": {
        "工程类别": "生态生活", "项目名称": "泗水县城区污水管网改造工程", "建设性质": "新建", "建设地点": "泗水县城区",
        "建设规模及主要内容": "新建污水管网12公里，改造泵站2座，配套检查井300座", "起止年限": "2023-2025",
        "总投资（万元）": 1200, "资金来源": "上级资金500；县级资金700", "分年度投资（万元）": "2023年500；2024年400；2025年300",
        "实施阶段": "前期", "责任单位": "县住房城乡建设局", "支撑指标": "城镇污水处理率", "是否列入十四五重大重点": "否",
    },
    "U12": {
        "工程类别": "生态安全", "项目名称": "泗河干流河道综合治理工程", "建设性质": "续建", "建设地点": "泗张镇",
        "建设规模及主要内容": "治理河道8.6公里，新建护岸6.2公里", "起止年限": "2022-2024",
        "总投资（万元）": 8600, "资金来源": "中央资金6000；县级资金2600", "分年度投资（万元）": "2022年2000；2023年4000；2024年2600",
        "实施阶段": "正在实施", "责任单位": "县水利事业发展中心", "支撑指标": "河长制", "是否列入十四五重大重点": "县级",
    },
    "U07": {
        "工程类别": "生态安全", "项目名称": "泗水县荒山造林项目", "建设性质": "新建", "建设地点": "圣水峪镇",
        "建设规模及主要内容": "人工造林2600亩，森林抚育5000亩", "起止年限": "2024-2026",
        "总投资（万元）": 960, "资金来源": "上级资金960", "分年度投资（万元）": "2024年320；2025年320；2026年320",
        "实施阶段": "前期", "责任单位": "县自然资源和规划局", "支撑指标": "林草覆盖率", "是否列入十四五重大重点": "否",
    },
}  # fmt: skip


@cache
def campaign() -> Campaign:
    return default_campaign()


@dataclass(slots=True)
class Form:
    """One sheet of a filled blank with the cells a person would point at."""

    sheet: Worksheet
    columns: dict[str, int]  # heading -> column; year columns by their year (2022年)
    rows: dict[str, int]  # record key -> row
    labels: dict[str, tuple[int, int]] = field(default_factory=dict)  # label -> cell to fill

    def cell(self, key: str, heading: str) -> str:
        return self.sheet.cell(self.rows[key], self.columns[heading]).coordinate

    def put(self, key: str, heading: str, value: object) -> str:
        self.sheet.cell(self.rows[key], self.columns[heading]).value = value
        return self.cell(key, heading)

    def put_label(self, label: str, value: object) -> str:
        row, column = self.labels[label]
        self.sheet.cell(row, column).value = value
        return self.sheet.cell(row, column).coordinate


def locate(sheet: Worksheet) -> Form:
    """Return where the headings, the rows and the labels of a sheet are, by what stands in it."""
    cells = {(c.row, c.column): str(c.value) for row in sheet.iter_rows() for c in row if c.value not in (None, "")}
    top = next(row for (row, _), text in sorted(cells.items()) if text == "序号")
    columns = {text: column for (row, column), text in cells.items() if row == top}
    columns |= {text: column for (row, column), text in cells.items() if row == top + 1 and text.endswith("年")}
    sample = next(row for (row, column), text in cells.items() if text == "示例" and column == columns["序号"])
    labels = _labels(sheet, cells, top)
    rows = {"": sample + 1}
    for merge in sheet.merged_cells.ranges:  # a name over several rows is the name of each of them
        if merge.min_row > sample and (merge.min_row, merge.min_col) in cells:
            text = cells[merge.min_row, merge.min_col]
            cells |= {(row, merge.min_col): text for row in range(merge.min_row, merge.max_row + 1)}
    parts = [columns[name] for name in ("指标名称", "资料名称", "子指标") if name in columns]
    for row in range(sample + 1, sheet.max_row + 1):
        named = [cells[row, column] for column in parts if (row, column) in cells]
        if named and (row, columns["序号"]) in cells and not cells[row, columns["序号"]].startswith("注"):
            rows.setdefault("／".join(named), row)
    return Form(sheet=sheet, columns=columns, rows=rows, labels=labels)


def _labels(sheet: Worksheet, cells: Mapping[tuple[int, int], str], top: int) -> dict[str, tuple[int, int]]:
    """Return label -> the cell right of it, merged or not."""
    wanted = {*PEOPLE, "填报单位", "无重点工程项目提报", "主要负责人（签字）"}
    ends = {(merge.min_row, merge.min_col): merge.max_col for merge in sheet.merged_cells.ranges}
    return {
        text: (row, ends.get((row, column), column) + 1)
        for (row, column), text in cells.items()
        if text in wanted and (row < top or text.startswith("主要负责人"))
    }


@dataclass(slots=True)
class Book:
    """A filled workbook of one unit."""

    unit_id: str
    book: Workbook
    forms: dict[str, Form]

    def content(self) -> bytes:
        buffer = io.BytesIO()
        self.book.save(buffer)
        return buffer.getvalue()


def open_book(unit_id: str, content: bytes) -> Book:
    book = load_workbook(io.BytesIO(content))
    forms = {key: locate(book[label]) for key, label in LABELS.items() if label in book.sheetnames}
    return Book(unit_id=unit_id, book=book, forms=forms)


@cache
def clean_content(unit_id: str) -> bytes:
    """Return a unit's blank with every answer a careful unit would give."""
    unit = campaign().unit_by_id[unit_id]
    filled = open_book(unit_id, write_blank(unit, campaign(), ISSUED))
    for form in filled.forms.values():
        for label, value in PEOPLE.items():
            form.put_label(label, value)
    if "annex2" in filled.forms:
        fill_indicators(filled.forms["annex2"], unit_id)
    if "annex3" in filled.forms:
        fill_materials(filled.forms["annex3"], unit_id)
    fill_projects(filled.forms["annex4"], unit_id)
    return filled.content()


@cache
def clean_sheet(unit_id: str, form: str) -> bytes:
    """Return only one form of a unit's clean workbook, for tests that look at nothing else."""
    filled = open_book(unit_id, clean_content(unit_id))
    for sheet in filled.book.worksheets:
        if sheet.title != LABELS[form]:
            filled.book.remove(sheet)
    return filled.content()


def fill_indicators(form: Form, unit_id: str) -> None:
    for leaf in campaign().indicators_of(unit_id):
        for at, year in enumerate(campaign().years):
            value: object = STATES.get(leaf.target)
            if value is None and leaf.measure in ("", "-"):
                value = (61.2, 61.8, 62.5)[at]
            elif value is None:
                value = 100 if leaf.target == "100" else FIGURES[leaf.polarity or "+"][at]
            form.put(leaf.key, f"{year}年", value)
        form.put(leaf.key, "达标情况", "达标")
        form.put(leaf.key, "支撑材料", material_of(leaf.name))


def material_of(indicator: str) -> str:
    return next(item.name for item in campaign().materials if item.indicator == indicator)


def file_of(name: str) -> str:
    return f"{name.replace('、', '及')}.pdf"


def fill_materials(form: Form, unit_id: str) -> None:
    for item in campaign().materials_of(unit_id):
        form.put(item.key, "份数", 3)
        form.put(item.key, "是否提供", "是")
        form.put(item.key, "文件名称/编号", file_of(item.name))
        form.put(item.key, "联络员", PEOPLE["联络员"])


def fill_projects(form: Form, unit_id: str) -> None:
    project = PROJECTS.get(unit_id)
    if project is None:
        form.put_label("无重点工程项目提报", "是")
        form.put_label("主要负责人（签字）", "测试丙")
        return
    for heading, value in project.items():
        form.put("", heading, value)
    form.put("", "序号", 1)


def examine(content: bytes, *, file: str = "来件.xlsx", received: datetime = RECEIVED) -> Understood:
    """Return what the real per-file path says of a workbook: opened, read, understood, checked."""
    (item,) = expand(file, content, received, Limits())
    assert item.refusal is None
    return examine_arrival(item.arrival, campaign())


def grave(understood: Understood) -> list[Finding]:
    """Return every error and doubt, of the file and of its submissions."""
    found = [*understood.findings, *(item for part in understood.submissions for item in part.findings)]
    return [item for item in found if item.severity != "note"]


def cells_of(finding: Finding) -> tuple[str, ...]:
    return tuple(f"{place.sheet}!{place.cell}" for place in finding.places)


Plant = Callable[[Book], str]
