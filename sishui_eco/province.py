"""Many task folders below one, as a province has counties: each keeps its own lock, ledger and results.

So many at a time as there are workers, each in a process of its own that keeps its worker warm from one task to the
next; memory is bounded by the largest task. A task that fails is told in one sentence and hurts no other.
"""

from __future__ import annotations

import math
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from multiprocessing.util import Finalize
from pathlib import Path

from sishui_eco import stages
from sishui_eco.inbox import Progress
from sishui_eco.outputs.rollup import Line, write_rollup
from sishui_eco.pipeline import collect, silent
from sishui_eco.running.cluster import Cluster, open_cluster
from sishui_eco.running.folder import TaskFolder
from sishui_eco.running.forking import PER_FILE
from sishui_eco.running.storing import write_file
from sishui_eco.running.uncollected import uncollected
from sishui_eco.running.workers import LocalWorkers, Workers, WorkLimits, default_workers
from sishui_eco.telling import Told, sentence_of
from sishui_eco.zh import word

NO_LIMITS = WorkLimits(seconds=math.inf, memory=0)  # of our own code; what reads files has its own
DONE = ("accepted", "nil")
LOADED = stages  # once, before the processes are forked


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """One task folder on its way to a process: its name below the folder of all, and how many files wait in it."""

    name: str
    folder: Path
    files: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """What holds for all task folders."""

    as_of: datetime
    by_clock: bool = False
    who: str
    cluster: str = ""  # address of a scheduler that reads for all processes
    inbox_url: str = ""  # the inboxes as its workers see them, {task} standing for the name of a task folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What became of one task folder: what is told of it, or the sentence and exit code of a fault of ours."""

    name: str
    told: Told | None = None
    changed: bool = False
    fault: str = ""
    code: int = 0


def collect_all(
    root: Path,
    folders: Sequence[Path],
    *,
    as_of: datetime,
    workers: int | Workers | None = None,
    progress: Progress = silent,
    who: str = "",
    by_clock: bool = False,
) -> Iterator[Report]:
    """Yield what became of each task folder, in the given order; what is done stays done when the run is stopped."""
    errands = [Errand(name=_name(root, path), folder=path, files=_count(path)) for path in folders]
    total = sum(errand.files for errand in errands)
    orders, seen = Orders(as_of=as_of, by_clock=by_clock, who=who), 0
    progress("tasks", 0, total)
    for errand, report in zip(errands, _reports(errands, orders, workers), strict=True):
        seen += errand.files
        progress("tasks", seen, total)
        yield report


def _reports(errands: Sequence[Errand], orders: Orders, workers: int | Workers | None) -> Iterator[Report]:
    if isinstance(workers, Cluster):
        orders = replace(orders, cluster=workers.address, inbox_url=workers.inbox_url)
        workers = workers.writers
    if workers is not None and not isinstance(workers, int):
        for errand in errands:
            yield collected(errand, orders, lambda: workers)
        return
    count = min(workers or default_workers(), max(1, len(errands)))
    with LocalWorkers(count) as processes:
        for done in processes.run(collect_task, errands, orders, limits=NO_LIMITS, chunk=1):
            dead = Report(name=done.item.name, fault=word("task_died", "errors"), code=_died())
            yield done.result or dead


def _died() -> int:
    return sentence_of(RuntimeError())[1]


def collect_task(errand: Errand, orders: Orders) -> Report:
    """Collect one task folder with what reads for this process (task of a process of its own)."""

    def crew() -> Workers:
        if not orders.cluster:
            return _own_worker()
        return _own_cluster(orders.cluster).of_task(orders.inbox_url, errand.name)

    signal.signal(signal.SIGTERM, _stop)
    _process["busy"] = True
    try:
        with uncollected():  # around it all: when a run is over hardly anything is left to be walked over
            return collected(errand, orders, crew)
    finally:
        _process["busy"] = False


_process = {"busy": False}


@cache
def _own_worker() -> LocalWorkers:
    """Return the one worker of this process, started when it is first used; it goes when the process goes."""
    worker = LocalWorkers(1)
    worker.start(PER_FILE)
    Finalize(None, worker.__exit__, exitpriority=10)
    return worker


@cache
def _own_cluster(address: str) -> Cluster:
    """Return this process's own connection to a cluster, made when it is first used. Raises: ClusterError."""
    connection = ExitStack()
    cluster = connection.enter_context(open_cluster(address, workers=1))
    Finalize(None, connection.close, exitpriority=10)
    return cluster


def _stop(number: int, frame: object) -> None:
    """End the run that is under way as a keystroke would, so that what was read is remembered; else go in peace."""
    if _process["busy"]:
        raise KeyboardInterrupt


def collected(errand: Errand, orders: Orders, crew: Callable[[], Workers]) -> Report:
    """Return what became of one task folder; a fault of ours becomes a sentence."""
    try:
        done = collect(errand.folder, as_of=orders.as_of, workers=crew(), who=orders.who, by_clock=orders.by_clock)
    except Exception as error:
        sentence, code = sentence_of(error)
        return Report(name=errand.name, fault=sentence.partition("\n")[0], code=code)
    return Report(name=errand.name, told=done.told, changed=done.changed)


def _name(root: Path, folder: Path) -> str:
    return folder.relative_to(root).as_posix()


def _count(folder: Path) -> int:
    inbox = TaskFolder(folder).inbox
    return sum(path.is_file() for path in inbox.rglob("*")) if inbox.is_dir() else 0


# --- one page over all -----------------------------------------------------------------------------------


def line_of(report: Report) -> Line:
    """Return a report as a line of the page over all."""
    told = report.told
    if told is None:
        return Line(name=report.name, note=report.fault)
    return Line(
        name=report.name,
        units=told.units,
        returned=told.returned_units,
        owed=told.standings,
        done=sum(told.states.get(state, 0) for state in DONE),
        late=told.late,
        findings=told.findings,
        projects=told.projects,
        investment=told.investment,
    )


def write_page(root: Path, reports: Sequence[Report], as_of: datetime) -> Path:
    """Write the workbook over all task folders, unless it lies there as it would be. Raises: StorageError."""
    path = root / word("rollup", "folder")
    content = write_rollup([line_of(report) for report in reports], as_of)
    if not path.is_file() or path.read_bytes() != content:
        write_file(path, content)
    return path
