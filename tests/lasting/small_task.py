"""A task of three towns that owe annex 4 only, so that a whole run takes a moment; returns drawn from text."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import openpyxl

from sishui_eco.outputs.settings_workbook import write_settings
from sishui_eco.running.folder import TaskFolder
from sishui_eco.spec.settings import default_tables

AS_OF = datetime(2023, 8, 3, 23, 59)
TOWNS = {"U25": "泗河街道办事处", "U26": "济河街道办事处", "U27": "泉林镇人民政府"}
HEADINGS = [
    "序号",
    "工程类别",
    "项目名称",
    "建设性质",
    "建设地点",
    "建设规模及主要内容",
    "起止年限",
    "总投资（万元）",
    "资金来源",
    "分年度投资（万元）",
    "实施阶段",
    "责任单位",
    "支撑指标",
    "是否列入十四五重大重点",
    "备注",
]
GOOD = "1200"
WORSE = "若干"


def settings(decisions: Sequence[Mapping[str, str]] = ()) -> bytes:
    """Return a settings workbook of the three towns, with decisions."""
    tables = default_tables()
    rows = {key: [dict(row.values) for row in table.rows] for key, table in tables.items()}
    rows["units"] = [row for row in rows["units"] if row["name"] in TOWNS.values() or row["unit_id"] == "U06"]
    rows["indicators"] = [row for row in rows["indicators"] if row["lead"] == "县财政局"]
    next(row for row in rows["campaign"] if row["key"] == "应有指标项数")["value"] = str(len(rows["indicators"]))
    rows["materials"] = []
    rows["listed_projects"] = []
    rows["decisions"] = [dict(item) for item in decisions]
    return write_settings(rows, datetime(2023, 7, 13))


def annex4(unit_id: str, investment: str = GOOD, *, project: str = "污水管网改造工程", size: str = "3") -> bytes:
    """Return the annex of a town with one project; `size` makes another edition of the same good form."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "附件4"
    name = TOWNS[unit_id]
    sheet.append(["附件4"])
    sheet.append(["泗水县创建省级生态文明建设示范区重点工程项目提报表"])
    sheet.append(
        ["填报单位", name, None, None, None, "分管责任人", "测试甲", None, None, None, "分管责任人电话", "13800000001"]
    )
    sheet.append(
        ["联络员", "样例乙", None, None, None, "联系电话", "13800000002", None, None, None, "填报日期", "2023-07-19"]
    )
    sheet.append(HEADINGS)
    town = name[:3]
    sheet.append([
        1, "生态安全", f"{town}{project}", "新建", town, f"新建污水管网{size}公里", "2023-2025", investment, "县级资金",
        "", "前期", name, "政府绿色采购比例", "否", "",
    ])  # fmt: skip
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def make_small_task(root: Path, decisions: Sequence[Mapping[str, str]] = ()) -> TaskFolder:
    task = TaskFolder(root)
    task.inbox.mkdir(parents=True)
    task.settings.write_bytes(settings(decisions))
    return task


def drop(task: TaskFolder, file: str, content: bytes, received: str) -> Path:
    """Put a file into the inbox as if it had come at a time of the county."""
    path = task.inbox / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    moment = (datetime.fromisoformat(received) - datetime(1970, 1, 1)).total_seconds() - 8 * 3600
    os.utime(path, (moment, moment))
    return path


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }
