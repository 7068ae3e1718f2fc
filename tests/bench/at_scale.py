"""What is measured at scale: a summary of 200,000 records, a province in one task and in many, a cluster beside one machine."""

from __future__ import annotations

import json
import pickle
import shutil
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import one_machine
import provinces
from measuring import HERE, Line, Run, Spent, Table, fresh, in_fresh_processes

RECORDS = 200_000
SIZES = (2_000, 20_000)
WORKBOOKS = 1_000


def summary(work: Path, turns: int) -> list[Table]:
    """The summary workbook of 200,000 records, in a process of its own."""
    told = json.loads(fresh([str(HERE / "child.py"), "summary", str(RECORDS)]).said)
    line = Line(
        key="summary", what=f"{RECORDS:,} records, {told['bytes'] / 1024**2:.0f} MB", seconds=told["seconds"],
        processor=told["processor"], memory=told["peak"], amount=told["peak"] - told["before"],
        note=f"{told['before']:.0f} MB of it the records themselves",
    )  # fmt: skip
    return [Table(key="summary", title="The summary workbook of a province", lines=(line,))]


def province(work: Path, turns: int, sizes: tuple[int, ...] = SIZES) -> list[Table]:
    """Provinces in one task and in many, from nothing and with one file more."""
    tables = []
    for size in sizes:
        tables.append(one_task(work, size))
        tables.append(many_tasks(work, size))
    return tables


def one_task(work: Path, files: int) -> Table:
    """A province in one task, its run taken apart by stages."""
    root = work / f"one{files}"
    task = provinces.one_task(root, files=files)
    runs = {"from nothing": fresh([str(HERE / "child.py"), "stages", str(root)])}
    provinces.one_more(task)
    runs["one file more"] = fresh([str(HERE / "child.py"), "stages", str(root)])
    shutil.rmtree(root)
    first = runs["from nothing"].seconds
    lines = [line for name, spent in runs.items() for line in _stage_lines(name, spent, first, files)]
    return Table(key=f"one_{files}", title=f"A province in one task: {files:,} workbooks", lines=tuple(lines))


def _stage_lines(name: str, spent: Spent, first: float, files: int) -> Iterator[Line]:
    yield Line(
        key=name.replace(" ", "_"), what=f"collect, {name}", seconds=spent.seconds, ratio=spent.seconds / first,
        processor=spent.processor, memory=spent.memory, note=f"{spent.seconds / files * 1000:.1f} ms a workbook",
    )  # fmt: skip
    for stage, seconds in json.loads(spent.said.splitlines()[-1]).items():
        key = f"{name} {stage}".replace(" ", "_")
        yield Line(key=key, what=f"　{stage}", seconds=seconds, ratio=seconds / first)


def many_tasks(work: Path, files: int) -> Table:
    """The same number of workbooks in 136 task folders, one a county."""
    root = work / f"many{files}"
    tasks = provinces.many_tasks(root, files=files)
    collect = ["-m", "sishui_eco", "collect", str(root), *one_machine.COLLECT]
    runs = {
        "collect, from nothing": Run(arguments=collect),
        "collect, one file more": Run(arguments=collect, prepare=lambda: provinces.one_more(tasks[0])),
    }
    title = f"A province in {len(tasks)} tasks: {files:,} workbooks"
    table = in_fresh_processes(f"many_{files}", title, runs, 1)
    shutil.rmtree(root)
    return table


# --- a cluster beside one machine -----------------------------------------------------------------------------


def cluster(work: Path, turns: int) -> list[Table]:
    """The per-file stage of 1,000 workbooks by two local workers and by two Dask workers, and what travels for it."""
    from sishui_eco.examining import examine_arrival, work_limits
    from sishui_eco.running.cluster import open_cluster
    from sishui_eco.running.workers import LocalWorkers

    campaign = one_machine.owned_campaign()
    items, limits = [one_machine.opened(campaign)] * WORKBOOKS, work_limits(campaign)

    def by(workers: object) -> Callable[[], list[object]]:
        return lambda: list(workers.run(examine_arrival, items, campaign, limits=limits))  # type: ignore[attr-defined]

    spent: dict[str, list[float]] = {"here": [], "cluster": []}
    begun = time.perf_counter()
    with LocalWorkers(2) as here, open_cluster("local", workers=2) as there:
        started = time.perf_counter() - begun
        jobs = {"here": by(here), "cluster": by(there)}
        for turn in range(max(2, turns // 2) + 1):
            for name, job in jobs.items():
                begun, own = time.perf_counter(), time.process_time()
                job()
                if turn:  # the first only starts the processes
                    spent[name].append(time.perf_counter() - begun)
                elif name == "cluster":
                    main = (time.process_time() - own) / WORKBOOKS
    ratio = statistics.median(b / a for a, b in zip(spent["here"], spent["cluster"], strict=True))
    here_, there_ = (statistics.median(times) for times in spent.values())
    sent, back = traffic(campaign)
    lines = (
        Line(key="here", what="two worker processes", seconds=here_, note=f"{WORKBOOKS / here_:.0f} a second"),
        Line(key="dask", what="two Dask workers, chunks of 50", seconds=there_, ratio=ratio,
             note=f"{WORKBOOKS / there_:.0f} a second"),
        Line(key="start", what="starting a trial cluster, once", seconds=started, ratio=started / here_),
        Line(key="main", what="main process, a workbook", seconds=main, ratio=main / here_, note="processor"),
        Line(key="sent", what="sent for a workbook", seconds=0, ratio=0, amount=sent, note=f"{sent:,.0f} bytes"),
        Line(key="back", what="back for a workbook", seconds=0, ratio=0, amount=back, note=f"{back:,.0f} bytes"),
    )  # fmt: skip
    return [
        Table(key="cluster", title=f"The per-file stage past one machine: {WORKBOOKS:,} typical workbooks", lines=lines)
    ]


def traffic(campaign: object) -> tuple[float, float]:
    """Return the bytes that go to a worker and come back for one typical workbook, in a chunk of 50."""
    from sishui_eco.examining import examine_arrival
    from sishui_eco.running.cluster import CHUNK
    from sishui_eco.spec.campaign import Campaign

    assert isinstance(campaign, Campaign)
    arrival = one_machine.opened(campaign)
    items = [pickle.loads(pickle.dumps(arrival)) for _ in range(CHUNK)]
    results = [(examine_arrival(item, campaign), None) for item in items]
    return len(pickle.dumps(items, -1)) / CHUNK, len(pickle.dumps(results, -1)) / CHUNK
