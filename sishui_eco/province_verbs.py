"""The verbs on a folder of task folders: one line a task, then one page over all."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sishui_eco.inbox import Progress
from sishui_eco.running.folder import TaskFolder
from sishui_eco.saying import say
from sishui_eco.zh import word

if TYPE_CHECKING:
    from sishui_eco.running.workers import Workers

OK, FINDINGS = 0, 1


def collect_tasks(
    options: Namespace,
    folders: Sequence[Path],
    workers: int | Workers | None,
    progress: Progress,
) -> int:
    """Collect every task folder, say a line of each and return the exit code: a fault of ours before findings."""
    from sishui_eco.province import Report, collect_all, write_page

    reports: list[Report] = []
    for report in collect_all(
        options.folder,
        folders,
        as_of=options.moment,
        workers=workers,
        progress=progress,
        who=options.who,
        by_clock=options.by_clock,
    ):
        reports.append(report)
        if report.told is None:
            say("task_fault", name=report.name, fault=report.fault)
            continue
        told = report.told
        key = "task" if report.changed else "task_same"
        say(
            key, name=report.name, units=told.units, returned=told.returned_units, late=told.late,
            findings=told.findings, projects=told.projects, investment=f"{told.investment:f}",
        )  # fmt: skip
    say("tasks", count=len(reports), path=write_page(options.folder, reports, options.moment))
    codes = [report.code for report in reports if report.code]
    if codes:
        return codes[0]
    return FINDINGS if any(report.told and report.told.findings for report in reports) else OK


def tell_tasks(options: Namespace, folders: Sequence[Path]) -> int:
    """Say a line of each task folder as of its last collect."""
    found = [status_of(options.folder, folder) for folder in folders]
    for item in found:
        if item.owed is None:
            say("task_status_none", name=item.name)
        else:
            say(
                "task_status", name=item.name, done=item.total - item.owed, total=item.total, missing=item.missing,
                days=item.days_overdue,
            )  # fmt: skip
    say("task_status_sum", count=len(found), owing=sum(item.owed != 0 for item in found))
    return FINDINGS if any(item.owed != 0 for item in found) else OK


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Where one task stands by its published set; `owed` counts things owed, None when nothing was published."""

    name: str
    total: int = 0
    owed: int | None = None
    missing: int = 0
    days_overdue: int = 0


def status_of(root: Path, folder: Path) -> Status:
    """Return where one task stands as of its last collect."""
    standings = TaskFolder(folder).latest / word("outputs.export", "folder") / "standings.jsonl"
    if not standings.is_file():
        return Status(name=folder.relative_to(root).as_posix())
    rows = [json.loads(line) for line in standings.read_text(encoding="utf-8").splitlines()]
    return Status(
        name=folder.relative_to(root).as_posix(),
        total=len(rows),
        owed=sum(bool(row["owed"]) for row in rows),
        missing=sum(row["standing"] == "missing" for row in rows),
        days_overdue=max((row["days_overdue"] for row in rows), default=0),
    )
