"""A task folder whose inbox holds filled blanks, collected through the whole river."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook, load_workbook
from planted_blanks import campaign

from sishui_eco.concluding import conclude
from sishui_eco.examining import READ_IN_WORKERS, examine_arrival, examine_unread
from sishui_eco.inbox import Inbox, contents_of
from sishui_eco.intake.limits import Limits
from sishui_eco.intake.receive import expand
from sishui_eco.model.finding import Finding
from sishui_eco.model.outcome import Outcome
from sishui_eco.outputs.compose import compose_sendbacks
from sishui_eco.pipeline import collect, look, silent
from sishui_eco.preparing import make_task
from sishui_eco.running.folder import TaskFolder
from sishui_eco.spec.settings import load_settings

AS_OF = datetime(2023, 7, 28, 12)


@dataclass
class River:
    """A task folder: put files into its inbox, decide in its settings workbook, collect, look at what came out."""

    task: TaskFolder
    decided: int = 0
    outcome: Outcome = field(init=False)

    def put(self, name: str, content: bytes, received: str = "2023-07-20 09:00") -> None:
        path = self.task.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        moment = datetime.fromisoformat(f"{received}+08:00").timestamp()
        os.utime(path, (moment, moment))

    def decide(self, **cells: str) -> None:
        """Add one row to the 裁定 sheet by its headings."""
        book = load_workbook(self.task.settings)
        sheet = book["裁定"]
        heading = next(
            row[0].row for row in sheet.iter_rows() if {"裁定编号", "裁定"} & {str(cell.value) for cell in row}
        )
        columns = {str(cell.value): cell.column for cell in sheet[heading] if cell.value}
        self.decided += 1
        for name, value in {"编号": f"D{self.decided}", **cells}.items():
            sheet.cell(heading + self.decided, columns[name]).value = value
        book.save(self.task.settings)

    def collect(self, as_of: datetime = AS_OF) -> Outcome:
        self.outcome = collect(self.task.root, as_of=as_of, workers=1).outcome
        return self.outcome

    def look(self, as_of: datetime = AS_OF) -> Outcome:
        """Return what the folder says, without writing anything."""
        self.outcome = look(self.task, as_of, 1, silent)[1]
        return self.outcome

    def marked_copies(self, as_of: datetime = AS_OF) -> dict[str, bytes]:
        """Return the marked copies of now, and keep the outcome, without publishing anything."""
        received, self.outcome = look(self.task, as_of, 1, silent)
        made = compose_sendbacks(self.outcome, load_settings(self.task.settings), contents_of(received))
        return {item.name: item.content for items in made.values() for item in items}

    def published(self, folder: str) -> dict[str, bytes]:
        found = sorted((self.task.latest / folder).iterdir()) if (self.task.latest / folder).is_dir() else []
        return {path.name: path.read_bytes() for path in found}

    def summary(self) -> Workbook:
        path = next(item for item in self.task.latest.iterdir() if item.suffix == ".xlsx" and "汇总" in item.name)
        return load_workbook(io.BytesIO(path.read_bytes()))

    def grave(self, unit_id: str = "") -> list[Finding]:
        return [f for f in self.outcome.findings if f.severity != "note" and unit_id in ("", f.unit_id)]


def conclude_files(files: Mapping[str, tuple[str, bytes]], as_of: datetime = AS_OF) -> Outcome:
    """Return what files (name -> time received, content) come to, by the stages alone: no folder, no workers."""
    received = [
        item
        for name, (moment, content) in sorted(files.items())
        for item in expand(name, content, datetime.fromisoformat(moment), Limits())
    ]
    understood = [
        examine_arrival(item.arrival, campaign())
        if item.arrival.kind in READ_IN_WORKERS
        else examine_unread(item, campaign())
        for item in received
    ]
    return conclude(Inbox(files=(), received=tuple(received)), understood, campaign(), as_of, None)


def make_river(folder: Path, files: Mapping[str, bytes] | None = None) -> River:
    river = River(task=make_task(folder / "任务", sample=False).task)
    for name, content in (files or {}).items():
        river.put(name, content)
    return river


def texts_of(book: Workbook, sheet: str) -> str:
    """Return every text of a sheet, cells parted by | and rows by line breaks."""
    rows = (" | ".join(str(cell.value) for cell in row if cell.value is not None) for row in book[sheet].iter_rows())
    return "\n".join(row for row in rows if row)
