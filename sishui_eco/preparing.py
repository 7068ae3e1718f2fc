"""Before anything comes back: make a task folder, issue blanks, learn an official form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path

from sishui_eco.corresponding import office_templates
from sishui_eco.errors import FormLearningError, TaskFolderError
from sishui_eco.intake.limits import limits_of
from sishui_eco.intake.receive import open_single
from sishui_eco.model.finding import Refused
from sishui_eco.outputs.blanks import write_blank
from sishui_eco.outputs.letters import template_files, write_notice
from sishui_eco.outputs.settings_workbook import write_settings
from sishui_eco.reading import read, read_limits_of
from sishui_eco.running.folder import TaskFolder
from sishui_eco.running.storing import write_file
from sishui_eco.sample import Plan, build_sample
from sishui_eco.spec.campaign import Campaign
from sishui_eco.spec.faults import Faults
from sishui_eco.spec.settings import default_tables, load_settings, read_tables
from sishui_eco.understanding import Learned, learn_form
from sishui_eco.zh import load_table, word


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A new task folder and, for a sample task, the truth about its returned files."""

    task: TaskFolder
    plan: Plan | None = None


def issuing_moment(campaign: Campaign) -> datetime:
    """The moment written into everything that is issued: the day of the notice."""
    return datetime.combine(campaign.notice_date, time(8, 0))


def make_task(folder: Path, *, sample: bool) -> Made:
    """Make a task folder with the shipped settings; with sample returns in the inbox when asked.

    Raises: TaskFolderError when the folder exists and is not empty.
    """
    if folder.exists() and any(folder.iterdir()):
        raise TaskFolderError("folder_not_empty", path=str(folder))
    task = TaskFolder(folder)
    task.inbox.mkdir(parents=True, exist_ok=True)
    task.blanks.mkdir(exist_ok=True)
    write_file(task.settings, default_settings())
    for name, verb in load_table("folder")["buttons"].items():
        write_file(folder / name, button(verb))
    campaign = load_settings(task.settings)
    for name, content in template_files(campaign).items():
        write_file(task.templates / name, content)
    plan = build_sample(task.inbox, campaign) if sample else None
    return Made(task=task, plan=plan)


def button(verb: str) -> bytes:
    """Return a batch file that runs one verb on the folder it lies in and keeps the window open."""
    lines = ["@echo off", f'python -m sishui_eco {verb} "%~dp0."', "pause", ""]
    return "\r\n".join(lines).encode("gbk")


def default_settings() -> bytes:
    """Return the shipped settings workbook, written from the text defaults."""
    tables = default_tables()
    rows = {key: [row.values for row in table.rows] for key, table in tables.items()}
    notice_date = next(row["value"] for row in rows["campaign"] if row["key"] == word("keys.notice_date", "settings"))
    return write_settings(rows, datetime.fromisoformat(notice_date))


def issue_blanks(folder: Path) -> tuple[int, Path]:
    """Write one blank workbook per unit that owes something, and the notice; return their number and its path."""
    task = TaskFolder(folder).require()
    campaign = load_settings(task.settings)
    moment = issuing_moment(campaign)
    owing = [unit for unit in campaign.units if unit.forms]
    blanks = {
        word("outputs.blank", "folder", order=unit.order + 1, unit=unit.name): write_blank(unit, campaign, moment)
        for unit in owing
    }
    notice, templates = word("outputs.notice", "folder"), office_templates(task, campaign)
    for name, content in {**blanks, notice: write_notice(campaign, templates)}.items():
        write_file(task.blanks / name, content)
    return len(blanks), task.blanks / notice


def adopt_form(folder: Path, file: Path) -> tuple[Learned, Path]:
    """Learn an official blank into the settings workbook; the old one is kept beside it.

    Raises: FormLearningError when it is not surely one of the forms; TaskFolderError when it is absent.
    """
    task = TaskFolder(folder).require()
    campaign = load_settings(task.settings)
    if not file.is_file():
        raise TaskFolderError("file_absent", path=str(file))
    received = open_single(file, limits_of(campaign))
    try:
        document = read(received.content, received.kind, received.place, read_limits_of(campaign))
    except Refused as refused:
        raise FormLearningError("form_unsure", name=file.name, reason=refused.finding.message) from None
    learned = learn_form(document, campaign)
    before = task.settings.read_bytes()
    backup = _backup_path(task.settings)
    tables = read_tables(before, task.settings.name, Faults())
    rows = {key: [dict(row.values) for row in table.rows] for key, table in tables.items()}
    rows["fields"] = _replace_fields(rows["fields"], learned)
    after = write_settings(rows, issuing_moment(campaign))
    write_file(backup, before)
    write_file(task.settings, after)
    load_settings(task.settings)
    return learned, backup


def _backup_path(settings: Path) -> Path:
    number = 1
    while (path := settings.with_name(f"{settings.stem}_{number}{settings.suffix}")).exists():
        number += 1
    return path


def _replace_fields(rows: list[dict[str, str]], learned: Learned) -> list[dict[str, str]]:
    """Return the 表样 rows with those of one form replaced by what was learned, in the new order."""
    label = load_table("settings")["forms"][learned.form.key]
    at = next((index for index, row in enumerate(rows) if row["form"] == label), len(rows))
    others = [row for row in rows if row["form"] != label]
    fresh: list[dict[str, str]] = [dict(row) for row in learned.rows]
    return [*others[:at], *fresh, *others[at:]]
