"""What is measured at scale: a summary of 200,000 records, a province in one task and in many, a cluster beside one machine."""

from __future__ import annotations

import json
import pickle
import shutil
import statistics
import time
import zlib
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path

import one_machine
import provinces
from measuring import HERE, Line, Run, Spent, Table, fresh, in_fresh_processes, in_turns, key_of

from sishui_eco.examining import Leaf, examine_leaf, work_limits
from sishui_eco.running.cluster import CHUNK
from sishui_eco.running.fetching import with_own_bytes, without_bytes
from sishui_eco.running.packing import pack, unpack
from sishui_eco.running.storing import Held
from sishui_eco.running.workers import Workers
from sishui_eco.spec.campaign import Campaign

RECORDS = 200_000
SIZES = (2_000, 20_000)
WORKBOOKS = 400


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
        processor=spent.processor, memory=spent.memory, largest=spent.largest, note=f"{spent.seconds / files * 1000:.1f} ms a workbook",
    )  # fmt: skip
    yield from one_machine.stage_lines(name, spent, first)


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
    """The per-file stage by two local workers and by two Dask workers, and what travels for it."""
    from sishui_eco.running.cluster import open_cluster
    from sishui_eco.running.workers import LocalWorkers

    campaign = one_machine.owned_campaign()
    items = [leaf(work, campaign, seed) for seed in range(1, CHUNK + 1)]
    spent: dict[str, list[float]] = {"here": [], "there": []}
    begun = time.perf_counter()
    with LocalWorkers(2) as here, open_cluster("local", workers=2) as there:
        started = time.perf_counter() - begun
        for turn in range(max(2, turns // 2) + 1):
            for name, workers in (("here", here), ("there", there)):
                begun = time.perf_counter()
                examine_all(workers, list(islice(cycle(items), WORKBOOKS if turn else 2 * CHUNK)), campaign)
                if turn:  # the first only starts the processes
                    spent[name].append(time.perf_counter() - begun)
    ratio = statistics.median(b / a for a, b in zip(spent["here"], spent["there"], strict=True))
    one, other = (statistics.median(times) for times in spent.values())
    lines = (
        Line(key="here", what="two worker processes", seconds=one, note=f"{WORKBOOKS / one:.0f} a second"),
        Line(key="there", what="two Dask workers, chunks of 50", seconds=other, ratio=ratio,
             note=f"{WORKBOOKS / other:.0f} a second"),
        Line(key="start", what="starting a trial cluster, once", seconds=started, ratio=started / one),
        *traffic(items, campaign, one / WORKBOOKS),
    )  # fmt: skip
    return [Table(key="cluster", title=f"The per-file stage on Dask: {WORKBOOKS:,} typical workbooks", lines=lines)]


def leaf(work: Path, campaign: Campaign, seed: int) -> Leaf:
    """Return a typical workbook on its way to be read, its bytes in a file."""
    arrival = one_machine.opened(campaign, seed)
    path = work / f"typical{seed}.xlsx"
    path.write_bytes(arrival.content)
    return Leaf(arrival=replace(arrival, content=b""), held=Held(arrival.sha256, arrival.size, arrival.file, (path,)))


def examine_all(workers: Workers, items: list[Leaf], campaign: Campaign) -> None:
    for done in workers.run(examine_leaf, items, campaign, limits=work_limits(campaign)):
        assert done.death is None


def traffic(items: list[Leaf], campaign: Campaign, first: float) -> Iterator[Line]:
    """Yield what the main process does, sends and gets for a workbook in a chunk, by processor time."""
    sending = [
        pickle.dumps([with_own_bytes(one) for one in items], -1),
        pickle.dumps([without_bytes(one) for one in items], -1),
    ]
    told = [pack(examine_leaf, examine_leaf(one, campaign)) for one in items]
    back = zlib.compress(pickle.dumps([(one, None) for one in told], -1), level=1)

    def main() -> None:
        pickle.dumps([with_own_bytes(one) for one in items], -1)
        for packed, _ in pickle.loads(zlib.decompress(back)):
            unpack(examine_leaf, packed)

    seconds = in_turns("", "", {"main": main}, 9, per={"main": CHUNK}).lines[0].seconds
    yield Line(
        key="main", what="the main process, for a workbook", seconds=seconds, ratio=seconds / first, note="processor"
    )
    sizes = {"sent": sending[0], "sent by URL": sending[1], "back": back}
    for name, content in sizes.items():
        size = len(content) / CHUNK
        what = f"{name}, a workbook"
        yield Line(key=key_of(name), what=what, seconds=0, ratio=0, amount=size, note=f"{size:,.0f} bytes")
