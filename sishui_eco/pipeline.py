"""The whole river on one page; the only module that knows every stage.

collect: receive -> examine (in workers) -> conclude -> compose -> publish. A run that would say what the
last one said ends before anything is loaded that reads or composes; else the workers load that at the same time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sishui_eco.inbox import Inbox, Progress, contents_of, top_files
from sishui_eco.ledger import open_ledger, run_lock
from sishui_eco.model.outcome import Outcome
from sishui_eco.releasing import publish_outcome, repair_results
from sishui_eco.running.folder import TaskFolder
from sishui_eco.running.forking import PER_FILE
from sishui_eco.running.uncollected import uncollected
from sishui_eco.running.workers import Workers, employ
from sishui_eco.spec.campaign import Campaign
from sishui_eco.spec.settings import load_settings
from sishui_eco.telling import Told, tell
from sishui_eco.unchanged import mark_of_run, moments_told, remember_told, told_before

if TYPE_CHECKING:
    import pandas


def silent(stage_name: str, done: int, total: int) -> None:
    """Report nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What a published run left behind."""

    run: Path
    changed: bool  # False when the results equal those already published
    told: Told
    campaign: Campaign
    conclusion: Callable[[], Outcome]

    @property
    def outcome(self) -> Outcome:
        """The outcome; worked out when it is asked for, where the run had no need of it."""
        return self.conclusion()


def collect(
    folder: Path | str,
    *,
    as_of: datetime,
    workers: int | Workers | None = None,
    progress: Progress = silent,
    who: str = "",
    by_clock: bool = False,
) -> Collected:
    """Receive, read, judge, merge and publish everything in a task folder's inbox.

    `by_clock` says that `as_of` was read from the clock (see `unchanged.moments_told`).
    Raises: EcoError of every kind of `errors.py`; nothing that was published before is lost.
    """
    task = TaskFolder(Path(folder)).require()
    with run_lock(task.lock, who), uncollected():
        campaign = load_settings(task.settings)
        with open_ledger(task.ledger) as ledger:
            repair_results(task, ledger)
            files = top_files(task, ledger)
            for moment in moments_told(as_of, by_clock, campaign, ledger):
                before = told_before(task, mark_of_run(task, campaign, moment, files, ledger), ledger)
                if before is not None:
                    return unchanged(task, campaign, moment, before, workers, progress)
            with employ(workers, preload=PER_FILE) as crew:
                from sishui_eco import stages

                office = stages.correspondence(task, campaign, ledger)
                known = stages.recollect(task, campaign, as_of)
                inbox = stages.receive(task, files, campaign, crew, progress)
                understood = stages.examine(task, inbox, known, crew, progress)
            outcome = stages.conclude(inbox, understood, campaign, as_of, ledger)
            pieces = stages.Pieces(task.memory, "sendback", stages.Sendback)
            outputs = stages.compose_outputs(outcome, campaign, contents_of(inbox), office, pieces)
            run, changed = publish_outcome(task, inbox, outcome, counted(outputs, progress), ledger)
            told = tell(outcome)
            pieces.keep()
            remember_told(task, mark_of_run(task, campaign, as_of, files, ledger), told)
            return Collected(run=run, changed=changed, told=told, campaign=campaign, conclusion=lambda: outcome)


def unchanged(
    task: TaskFolder,
    campaign: Campaign,
    as_of: datetime,
    before: tuple[str, Told],
    workers: int | Workers | None,
    progress: Progress,
) -> Collected:
    """Return what a run left behind that saw what the last one saw: nothing is read, composed or written."""
    run, told = before
    for stage in ("receive", "examine"):
        progress(stage, 0, 0)
    conclusion = cache(lambda: look(task, as_of, workers, silent)[1])
    return Collected(run=task.results / run, changed=False, told=told, campaign=campaign, conclusion=conclusion)


def counted(outputs: Iterable[tuple[str, bytes]], progress: Progress) -> Iterator[tuple[str, bytes]]:
    """Yield outputs as they are made, and tell at the end how many."""
    progress("compose", 0, 1)
    number = 0
    for number, output in enumerate(outputs, start=1):  # noqa: B007  told below
        yield output
    progress("compose", number, number)


def look(task: TaskFolder, as_of: datetime, workers: int | Workers | None, progress: Progress) -> tuple[Inbox, Outcome]:
    """Return what a task folder says now, without writing anything."""
    campaign = load_settings(task.settings)
    with open_ledger(task.ledger) if task.ledger.exists() else nullcontext() as ledger:
        files = top_files(task, ledger, keep=False)
        with employ(workers, preload=PER_FILE) as crew:
            from sishui_eco import stages

            known = stages.recollect(task, campaign, as_of)
            inbox = stages.receive(task, files, campaign, crew, progress, keep=False)
            understood = stages.examine(task, inbox, known, crew, progress)
        return inbox, stages.conclude(inbox, understood, campaign, as_of, ledger)


def collect_outcome(folder: Path | str, *, as_of: datetime, workers: int | Workers | None = None) -> Outcome:
    """Run the whole river on a task folder and return what it found (the Python face of `collect`).

    Raises: EcoError of every kind of `errors.py`.
    """
    return collect(folder, as_of=as_of, workers=workers).outcome


def frames(outcome: Outcome) -> Mapping[str, pandas.DataFrame]:
    """Return an outcome as pandas frames: the six tables of the export, and the merged rows of every form.

    Shape: answers, findings, arrivals, tally, standings, verdicts; annex2, annex3 … by form key. Texts stay texts.
    """
    from sishui_eco import merge
    from sishui_eco.outputs.export import export_rows

    campaign = outcome.campaign
    if not isinstance(campaign, Campaign):
        raise TypeError("an outcome made without a campaign has no frames")
    tables = {name: merge.plain_frame(rows) for name, rows in export_rows(outcome, campaign).items()}
    return tables | {form: merge.frame(rows, campaign) for form, rows in outcome.merged.items()}
