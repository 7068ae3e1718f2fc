"""A province from a seed: 136 counties × 50 units, thousands of workbooks, quickly made.

A few hundred packages are prepared once (each form of each unit of one model county, in rounds); every county gets
them under its own names, with figures of its own. Many tasks: a folder of 136 task folders, each with its own
settings workbook. One task: one roster of all 6,800 units, everybody owes annex 4.
"""

from __future__ import annotations

import io
import os
import random
import re
import zipfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, partial
from pathlib import Path

import inputs

from sishui_eco.running.folder import TaskFolder
from sishui_eco.spec.campaign import Campaign, Unit
from sishui_eco.spec.settings import default_tables, load_settings

COUNTIES, UNITS = 136, 50
PROCESSES = 2
HOLDER = "占位"  # stands for the county's two signs in what is prepared
AMOUNT = re.compile(rb'(<c r="H[0-9]+" s="[0-9]+">)<v>([0-9]+)</v>')
STAMP = (2023, 7, 13, 8, 0, 0)
TEXTS = ("xl/sharedStrings.xml",)
FIGURES = "xl/worksheets/sheet1.xml"
Part = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A package that becomes every county's: its parts inflated, and how one of its files is called and when it came."""

    name: str
    received: datetime
    parts: tuple[Part, ...]

    def of_county(self, county: str, seed: int) -> bytes:
        """Return the package under a county's name, with figures of its own."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for name, data in self.parts:
                archive.writestr(zipfile.ZipInfo(name, STAMP), _changed(name, data, county, seed), zipfile.ZIP_DEFLATED)
        return buffer.getvalue()


def _changed(name: str, data: bytes, county: str, seed: int) -> bytes:
    if name in TEXTS:
        return data.replace(HOLDER.encode(), county.encode())
    if name == FIGURES:
        return AMOUNT.sub(lambda cell: b"%s<v>%d</v>" % (cell[1], 100 + (seed * 7 + int(cell[2])) % 8900), data)
    return data


def prepare(name: str, content: bytes, received: datetime) -> Prepared:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return Prepared(name, received, tuple((part, archive.read(part)) for part in archive.namelist()))


# --- the model county --------------------------------------------------------------------------------------


def settings_rows(county: str) -> dict[str, list[dict[str, str]]]:
    """Return the tables of a county's settings: the shipped roster and catalogue under its name, and its own towns."""
    rows = {key: [dict(row.values) for row in table.rows] for key, table in default_tables().items()}
    for key in rows:
        rows[key] = [{column: text.replace("泗水", county) for column, text in row.items()} for row in rows[key]]
    names = {unit["name"]: _own_name(unit["name"], county) for unit in rows["units"]}
    for key in rows:
        rows[key] = [{column: _renamed(text, names) for column, text in row.items()} for row in rows[key]]
    for unit in rows["units"]:
        unit["aliases"] = ""
    blank = {column: "" for column in rows["units"][0]}
    for number in range(len(rows["units"]) + 1, UNITS + 1):
        name = f"{county}县{inputs.place_name(number + 7000)}镇人民政府"
        rows["units"].append({**blank, "unit_id": f"U{number:02d}", "name": name, "category": "镇街", "forms": "附件4"})
    return rows


def _own_name(name: str, county: str) -> str:
    return f"{county}{name}" if name.startswith("县") else name if county in name else f"{county}县{name}"


def _renamed(text: str, names: dict[str, str]) -> str:
    parts = re.split("([；;])", text)
    return "".join(names.get(part, part) for part in parts)


@cache
def model(files: int) -> tuple[Prepared, tuple[Prepared, ...]]:
    """Return the model county: its settings workbook and so many returned workbooks, under the holder's name."""
    content = inputs.write_settings(settings_rows(HOLDER), inputs.MADE)
    campaign = _loaded(content)
    returned = tuple(prepare(item.name, item.content, item.received) for item in inputs.rounds(campaign, files, 1))
    return prepare("", content, inputs.MADE), returned


def _loaded(content: bytes) -> Campaign:
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "settings.xlsx"
        path.write_bytes(content)
        return load_settings(path)


# --- many tasks ----------------------------------------------------------------------------------------------


def many_tasks(folder: Path, *, files: int, counties: int = COUNTIES) -> list[TaskFolder]:
    """Make a folder of task folders, one a county, with so many workbooks in all."""
    each = [files // counties + (number < files % counties) for number in range(counties)]
    with ProcessPoolExecutor(PROCESSES) as pool:
        return list(pool.map(partial(_county, folder), range(counties), each, chunksize=8))


def _county(folder: Path, number: int, files: int) -> TaskFolder:
    settings, returned = model(files)
    name = county_name(number)
    task = TaskFolder(folder / f"{number + 1:03d}_{name}县")
    task.inbox.mkdir(parents=True)
    task.settings.write_bytes(settings.of_county(name, number))
    for item in returned:
        _put(task, item.name.replace(HOLDER, name), item.of_county(name, number), item.received)
    return task


def county_name(number: int) -> str:
    return inputs.place_name(number)


def _put(task: TaskFolder, name: str, content: bytes, received: datetime) -> None:
    path = task.inbox / name
    path.write_bytes(content)
    os.utime(path, (received.timestamp(), received.timestamp()))


def one_more(task: TaskFolder) -> None:
    """Lay the one file that comes after a run into a task's inbox."""
    inputs.put(task, inputs.one_more(load_settings(task.settings)))


# --- one task ------------------------------------------------------------------------------------------------


def one_task(folder: Path, *, files: int, times: int = 3) -> TaskFolder:
    """Make one task whose units all owe annex 4 and sent it `times` times, so many workbooks in all; 10 projects each."""
    units = -(-files // times)
    task, campaign = inputs.make_folder(folder, roster(units))
    supports = inputs.supported(campaign, campaign.units[-1])
    rows = inputs.project_rows(HOLDER, inputs.PROVINCE_ROWS, random.Random(3), supports)
    package = prepare("", inputs.workbook("annex4", HOLDER, rows), inputs.FIRST_ROUND)
    shares = [range(start, files, PROCESSES) for start in range(PROCESSES)]
    with ProcessPoolExecutor(PROCESSES) as pool:
        list(pool.map(partial(_fill, task, package, campaign.units[:units]), shares))
    return task


def _fill(task: TaskFolder, package: Prepared, units: Sequence[Unit], numbers: range) -> None:
    for number in numbers:
        unit, time = units[number % len(units)], number // len(units)
        received = inputs.FIRST_ROUND + timedelta(days=time, minutes=number % 600)
        _put(task, f"{unit.unit_id}附件4-{time + 1}.xlsx", package.of_county(unit.name, number), received)


def roster(units: int) -> bytes:
    """Return settings whose roster holds so many units, named after their county, all owing annex 4 only."""
    rows = {key: [dict(row.values) for row in table.rows] for key, table in default_tables().items()}
    for unit in rows["units"]:
        unit["forms"] = "附件4"
    blank = {column: "" for column in rows["units"][0]}
    for number in range(len(rows["units"]) + 1, units + 1):
        name = f"{county_name(number // UNITS)}县{inputs.place_name(number + 7000)}镇人民政府"
        fresh = {"unit_id": f"U{number:05d}", "name": name, "category": "镇街", "forms": "附件4"}
        rows["units"].append({**blank, **fresh})
    return inputs.write_settings(rows, inputs.MADE)


def weight(folder: Path) -> tuple[int, int]:
    """Return the number and bytes of the workbooks below a folder."""
    sizes = [path.stat().st_size for path in _inboxes(folder)]
    return len(sizes), sum(sizes)


def _inboxes(folder: Path) -> Iterator[Path]:
    for name in (TaskFolder(folder).inbox.name,):
        yield from (path for inbox in folder.rglob(name) for path in inbox.rglob("*.xlsx"))
