"""Settings workbook -> Campaign, every contradiction told at once by sheet and cell.

The same tables come from two sources: the text defaults in `spec/defaults` (reviewable in git) and the
clerk's workbook; `SettingsTable` is their common shape, and a test holds both together.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from sishui_eco.errors import SettingsError, TaskFolderError
from sishui_eco.model.place import column_letters
from sishui_eco.spec.build import build_campaign
from sishui_eco.spec.campaign import Campaign
from sishui_eco.spec.faults import Faults
from sishui_eco.spec.tables import SettingsRow, SettingsTable
from sishui_eco.zh import load_table

HEADER_SEARCH_ROWS = 5


def settings_words() -> dict[str, Any]:
    return load_table("settings")


@cache
def default_tables() -> Mapping[str, SettingsTable]:
    """Return the shipped tables by key, with the rows they have in the written-out workbook."""
    words = settings_words()
    tables = {}
    for key, title in words["sheets"].items():
        text = files("sishui_eco.spec").joinpath("defaults", f"{key}.csv").read_text(encoding="utf-8")
        rows = list(csv.reader(io.StringIO(text)))
        cells: list[list[Any]] = [[], *rows]
        tables[key] = table_from_cells(key, title, cells, Faults())
    return tables


@cache
def default_campaign() -> Campaign:
    """Return the shipped Sishui task as a Campaign. Raises: SettingsError if the defaults are broken."""
    return build_campaign(default_tables(), digest_of_tables(default_tables()))


def load_settings(path: Path) -> Campaign:
    """Return the Campaign of a settings workbook.

    Raises: TaskFolderError when the file is absent; SettingsError with every fault, each told by sheet
    and cell, when it contradicts itself.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise TaskFolderError("settings_absent", path=str(path)) from None
    except PermissionError:
        raise TaskFolderError("settings_locked", path=str(path)) from None
    return load_settings_bytes(content, path.name)


def load_settings_bytes(content: bytes, name: str) -> Campaign:
    """Return the Campaign of a settings workbook given as bytes. Raises: SettingsError."""
    faults = Faults()
    tables = read_tables(content, name, faults)
    return build_campaign(tables, hashlib.sha256(content).hexdigest(), faults)


def read_tables(content: bytes, name: str, faults: Faults) -> Mapping[str, SettingsTable]:
    """Return the known sheets of a settings workbook as tables; unknown or missing ones become faults."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
    except (CalamineError, OSError, ValueError) as error:
        raise SettingsError("settings_unreadable", (), name=name, reason=type(error).__name__) from None
    titles = {title: key for key, title in settings_words()["sheets"].items()}
    tables = {}
    for title in workbook.sheet_names:
        if title not in titles:
            faults.add("unknown_sheet", sheet=title)
            continue
        rows = workbook.get_sheet_by_name(title).to_python(skip_empty_area=False)
        tables[titles[title]] = table_from_cells(titles[title], title, rows, faults)
    for title, key in titles.items():
        if key not in tables:
            faults.add("no_sheet", sheet=title)
            tables[key] = SettingsTable(key=key, title=title, rows=())
    return tables


def table_from_cells(key: str, title: str, rows: list[list[Any]], faults: Faults) -> SettingsTable:
    """Return one sheet as rows of text by column key; headings that are unknown or missing become faults."""
    columns: dict[str, str] = settings_words()["columns"][key]
    header = _find_header(rows, columns)
    if header is None:
        faults.add("no_header", sheet=title, heading=next(iter(columns.values())))
        return SettingsTable(key=key, title=title, rows=())
    positions = _column_positions(title, rows[header], header + 1, columns, faults)
    table_rows = []
    for index in range(header + 1, len(rows)):
        values = {name: _text(rows[index][at]) if at < len(rows[index]) else "" for name, at in positions.items()}
        if any(values.values()):
            table_rows.append(SettingsRow(number=index + 1, values=values))
    letters = {name: column_letters(at + 1) for name, at in positions.items()}
    return SettingsTable(key=key, title=title, rows=tuple(table_rows), letters=letters)


def _find_header(rows: list[list[Any]], columns: Mapping[str, str]) -> int | None:
    wanted = set(columns.values())
    scores = [sum(_text(cell) in wanted for cell in row) for row in rows[:HEADER_SEARCH_ROWS]]
    best = max(scores, default=0)
    return scores.index(best) if best >= min(2, len(wanted)) else None


def _column_positions(
    title: str, header: list[Any], row: int, columns: Mapping[str, str], faults: Faults
) -> dict[str, int]:
    by_heading = {heading: name for name, heading in columns.items()}
    positions: dict[str, int] = {}
    for at, cell in enumerate(header):
        heading = _text(cell)
        if not heading:
            continue
        place = f"{title}!{column_letters(at + 1)}{row}"
        name = by_heading.get(heading)
        if name is None:
            faults.add("unknown_column", place=place, heading=heading)
        elif name in positions:
            faults.add("duplicate_column", place=place, heading=heading)
        else:
            positions[name] = at
    for name, heading in columns.items():
        if name not in positions and name not in ("note", "source"):
            faults.add("missing_column", sheet=title, heading=heading)
    return positions


def _text(value: object) -> str:
    """Return a settings cell as text: dates in ISO form, whole numbers without a point."""
    if isinstance(value, datetime):
        midnight = (value.hour, value.minute, value.second) == (0, 0, 0)
        return value.date().isoformat() if midnight else value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return "" if value is None else str(value).strip()


def digest_of_tables(tables: Mapping[str, SettingsTable]) -> str:
    """Return a hash of the tables' contents."""
    hasher = hashlib.sha256()
    for key in sorted(tables):
        for row in tables[key].rows:
            hasher.update(repr((key, sorted(row.values.items()))).encode())
    return hasher.hexdigest()
