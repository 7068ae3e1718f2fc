"""Inputs of the bench, from a seed: a typical returned workbook, a large one, a county of 180 files.

Everything is synthetic. The county is the shipped roster plus towns; provinces are made in `provinces.py`.
"""

from __future__ import annotations

import io
import os
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from xlsxwriter import Workbook

from sishui_eco.outputs.settings_workbook import write_settings
from sishui_eco.running.folder import TaskFolder
from sishui_eco.spec.campaign import Campaign, Unit
from sishui_eco.spec.settings import default_tables, load_settings

MADE = datetime(2023, 7, 13, 8)
FIRST_ROUND = datetime(2023, 7, 20, 9)
TYPICAL_ROWS = 36
PROVINCE_ROWS = 10
HEADS = {
    "annex2": [
        "序号",
        "领域",
        "建设任务",
        "指标名称",
        "子指标",
        "单位",
        "指标值",
        "指标属性",
        "2020年",
        "2021年",
        "2022年",
        "达标情况",
        "支撑材料",
    ],
    "annex3": [
        "序号",
        "指标名称",
        "资料名称",
        "资料要求",
        "年份",
        "提供单位",
        "资料形式",
        "份数",
        "是否提供",
        "文件名称/编号",
        "联络员",
        "备注",
    ],
    "annex4": [
        *["序号", "工程类别", "项目名称", "建设性质", "建设地点", "建设规模及主要内容"],
        *["起止年限", "总投资（万元）", "资金来源", "责任单位", "支撑指标", "是否列入十四五重大重点"],
    ],
}
TITLES = {"annex2": "建设指标任务分解表", "annex3": "资料清单", "annex4": "重点工程项目提报表"}
LABELS = {"annex2": "附件2", "annex3": "附件3", "annex4": "附件4"}
WORKS = ("河道综合治理工程", "污水管网改造工程", "湿地修复项目", "矿山生态修复项目", "畜禽粪污利用项目", "造林绿化项目")
CLASSES = ("生态安全", "生态生活", "生态安全", "生态安全", "生态经济", "生态安全")
SIGNS = (
    "安柏滨昌城崇川春翠大丹德东端恩凡芳丰峰福富甘冈高谷光广桂国海汉航和荷恒弘红洪湖虎华怀黄徽惠吉佳嘉建江金锦晋京景靖静九"
    "巨君开康科坤兰朗乐黎里连良林临灵凌岭柳龙隆鲁陆洛茂梅美蒙孟密绵民明牧南宁农盘沛彭平蒲浦齐祁奇启千乾桥钦青清庆秋曲泉仁荣"
)
Row = Sequence[str | int | float]


@dataclass(frozen=True, slots=True)
class Returned:
    """One returned workbook: where it lies in the inbox, what it holds, when it came."""

    name: str
    content: bytes
    received: datetime


# --- rows ----------------------------------------------------------------------------------------------


def figures(target: str, measure: str, chance: random.Random) -> tuple[str | float, str | float, str | float]:
    """Return three years' values that meet a target in a plain way; words where the target is words."""
    digits = "".join(sign if sign.isdigit() or sign == "." else " " for sign in target).split()
    if not digits or measure in ("", "-"):
        return ("已开展", "已开展", "已开展")
    level = float(digits[0]) * (1.05 if "≥" in target or ">" in target else 0.9)
    level = min(level, 100.0) if "%" in measure else level
    return (round(level, 2), round(level, 2), round(level + chance.choice((0, 0.01)) * (level < 99), 2))


def indicator_rows(campaign: Campaign, unit: Unit | None, count: int, chance: random.Random) -> list[Row]:
    leaves = campaign.indicators_of(unit.unit_id) if unit else campaign.indicators[:count]
    rows: list[Row] = []
    for number, leaf in enumerate(leaves, start=1):
        years = figures(leaf.target, leaf.measure, chance)
        fixed = (leaf.domain, leaf.task, leaf.name, leaf.sub_name, leaf.measure, leaf.target, leaf.attribute)
        rows.append((number, *fixed, *years, "达标", f"{leaf.name}证明材料"))
    return rows


def material_rows(campaign: Campaign, unit: Unit) -> list[Row]:
    return [
        (
            number, item.indicator, item.name, item.requirement, "；".join(map(str, item.years)), unit.name,
            item.medium, 1, "是", f"{item.name}.pdf", "样例乙", "",
        )
        for number, item in enumerate(campaign.materials_of(unit.unit_id), start=1)
    ]  # fmt: skip


def supported(campaign: Campaign, unit: Unit) -> str:
    """Return an indicator the unit leads or supports, as its projects must name one."""
    for leaf in campaign.indicators:
        groups = any(group.endswith(unit.category) for group in leaf.support_groups)
        if leaf.lead == unit.unit_id or unit.unit_id in leaf.supports or groups:
            return leaf.name
    return campaign.indicators[0].name


def project_rows(unit_name: str, count: int, chance: random.Random, supports: str) -> list[Row]:
    rows: list[Row] = []
    for number in range(1, count + 1):
        kind = chance.randrange(len(WORKS))
        amount = chance.randrange(100, 9000)
        content = f"治理河道{chance.randrange(2, 60)}公里，新建生态护岸3.6公里，配套监测站{chance.randrange(1, 9)}座"
        name = f"{unit_name}{number}片区{WORKS[kind]}"
        rows.append(
            (
                number, CLASSES[kind], name, "新建", f"{unit_name}辖区", content, "2023-2025", amount,
                "县级资金", unit_name, supports, "否",
            )
        )  # fmt: skip
    return rows


# --- workbooks -------------------------------------------------------------------------------------------


def workbook(form: str, unit_name: str, rows: Sequence[Row]) -> bytes:
    """Return a returned workbook as units send it: title, head block, two-row heading, merges, styles, notes."""
    buffer = io.BytesIO()
    book = Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": MADE})
    sheet = book.add_worksheet(LABELS[form])
    look = {"border": 1, "font_name": "仿宋", "text_wrap": True, "valign": "vcenter"}
    plain, number = book.add_format(look), book.add_format({**look, "num_format": "#,##0.00"})
    heads, last = HEADS[form], len(HEADS[form]) - 1
    sheet.merge_range(0, 0, 0, last, f"{LABELS[form]}　{TITLES[form]}", plain)
    block = ("填报单位", unit_name, "分管责任人", "测试甲", "联络员", "样例乙", "联系电话", "13800000002")
    for column, text in enumerate(block):
        sheet.write(1, column, text, plain)
    years = [column for column, head in enumerate(heads) if head.startswith("20")]
    if years:
        sheet.merge_range(2, years[0], 2, years[-1], "现状值", plain)
    for column, head in enumerate(heads):
        if column in years:
            sheet.write(3, column, head, plain)
        else:
            sheet.merge_range(2, column, 3, column, head, plain)
    for at, row in enumerate(rows, start=4):
        for column, value in enumerate(row):
            sheet.write(at, column, value, number if isinstance(value, float) else plain)
    _finish(sheet, rows, len(heads), plain, form)
    book.close()
    return buffer.getvalue()


def _finish(sheet: object, rows: Sequence[Row], width: int, plain: object, form: str) -> None:
    """Merge equal neighbours of the second column down, add choices and three notes."""
    start = 0
    for stop in range(1, len(rows) + 1):
        if form == "annex2" and (stop == len(rows) or rows[stop][1] != rows[start][1]):
            if stop - start > 1:
                sheet.merge_range(4 + start, 1, 3 + stop, 1, rows[start][1], plain)  # type: ignore[attr-defined]
            start = stop
    source = {"validate": "list", "source": ["达标", "未达标", "不涉及"]}
    sheet.data_validation(4, width - 1, 40, width - 1, source)  # type: ignore[attr-defined]
    for row in (5, 9, 20):
        sheet.write_comment(row, 3, "请核实")  # type: ignore[attr-defined]


def typical(campaign: Campaign, seed: int = 1) -> bytes:
    """Return the typical returned workbook: 36 rows × 12 columns and evidence, all that units add to a sheet."""
    unit = campaign.units[0]
    rows = indicator_rows(campaign, None, TYPICAL_ROWS, random.Random(seed))
    return workbook("annex2", unit.name, [_as_another_would(row, seed) for row in rows])


def _as_another_would(row: Row, seed: int) -> Row:
    """Return a row with figures and words of another unit; what was issued filled in stays."""
    figures = [round(value * (1 - seed % 13 / 1000), 2) if isinstance(value, float) else value for value in row[:-1]]
    return (*figures, f"{row[-1]}{seed}份")


def typicals(campaign: Campaign, count: int) -> list[bytes]:
    """Return typical workbooks that differ as those of so many units would: what is remembered of one helps little."""
    return [typical(campaign, seed) for seed in range(1, count + 1)]


def large(rows: int, seed: int = 1) -> bytes:
    """Return one workbook of many project rows."""
    return workbook("annex4", "泉林镇人民政府", project_rows("泉林镇人民政府", rows, random.Random(seed), "河长制"))


# --- tasks -------------------------------------------------------------------------------------------------


def place_name(number: int) -> str:
    """Return a place name of two signs that no other number below 13,689 has."""
    first, second = divmod(number * 7919 % 13689, 117)
    return SIGNS[first] + SIGNS[second]


def extended(units: int) -> bytes:
    """Return a settings workbook with the shipped catalogue and a roster of so many units; the added owe annex 4."""
    rows = {key: [dict(row.values) for row in table.rows] for key, table in default_tables().items()}
    shipped = rows["units"]
    for number in range(len(shipped) + 1, units + 1):
        name = f"{place_name(number // 50)}县{place_name(number + 7000)}镇人民政府"
        fresh = {key: "" for key in shipped[0]}
        shipped.append({**fresh, "unit_id": f"U{number:05d}", "name": name, "category": "镇街", "forms": "附件4"})
    return write_settings(rows, MADE)


def make_folder(folder: Path, settings: bytes) -> tuple[TaskFolder, Campaign]:
    task = TaskFolder(folder)
    task.inbox.mkdir(parents=True)
    task.settings.write_bytes(settings)
    return task, load_settings(task.settings)


def put(task: TaskFolder, item: Returned) -> None:
    """Lay a file into the inbox with the time it came."""
    path = task.inbox / item.name
    path.write_bytes(item.content)
    stamp = item.received.timestamp()
    os.utime(path, (stamp, stamp))


def county(folder: Path, *, units: int = 60, files: int = 180, seed: int = 1) -> TaskFolder:
    """Make a county's task: 60 units, every form owed, sent in rounds until there are 180 files."""
    task, campaign = make_folder(folder, extended(units))
    for item in rounds(campaign, files, seed):
        put(task, item)
    return task


def rounds(campaign: Campaign, files: int, seed: int) -> Iterator[Returned]:
    """Yield files in rounds: a unit that sends a form again has changed one cell of it."""
    owed = [(unit, form) for unit in campaign.units for form in unit.forms]
    for at in range(files):
        unit, form = owed[at % len(owed)]
        times = at // len(owed)
        rows = rows_of(campaign, unit, form, seed)
        if times:
            rows[0] = (*rows[0][:-1], f"{rows[0][-1]}（第{times + 1}次）")
        received = FIRST_ROUND + timedelta(days=times, minutes=at)
        yield Returned(f"{unit.name}{LABELS[form]}-{times + 1}.xlsx", workbook(form, unit.name, rows), received)


def rows_of(campaign: Campaign, unit: Unit, form: str, seed: int) -> list[Row]:
    """Return the rows of a unit's form; same seed, same rows."""
    chance = random.Random(f"{seed} {unit.unit_id} {form}")
    if form == "annex2":
        return indicator_rows(campaign, unit, 0, chance)
    if form == "annex3":
        return material_rows(campaign, unit)
    return project_rows(unit.name, TYPICAL_ROWS, chance, supported(campaign, unit))


def one_more(campaign: Campaign, seed: int = 2) -> Returned:
    """Return the one file that comes after a run."""
    unit = campaign.units[-1]
    rows = project_rows(unit.name, TYPICAL_ROWS, random.Random(seed), supported(campaign, unit))
    return Returned(f"{unit.name}附件4-改.xlsx", workbook("annex4", unit.name, rows), FIRST_ROUND + timedelta(days=9))
