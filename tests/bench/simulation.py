"""A discrete simulation of the country: 400,000 workbooks of 2,720 counties through one Dask scheduler.

What a workbook costs in a worker and in the process that writes, and the bytes that move, are read from what the bench
measured. What cannot be measured on one machine is assumed, and named in ASSUMED. A writer is one `collect` over its
share of the task folders: it reads a county's inbox, sends chunks, waits, and writes that county's results.
"""

from __future__ import annotations

import heapq
import random
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from measuring import Table, told_seconds
from one_machine import FILES

WORKBOOKS, COUNTIES = 400_000, 2_720
CHUNK = 50
CORES = 8  # of a machine


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumed:
    """What one machine cannot tell: the network, the scheduler, and what goes wrong how often."""

    bandwidth: float = 1e9 / 8  # bytes a second at the scheduler: 1 Gbit/s
    dispatch: float = 0.001  # seconds of the scheduler for a chunk; Dask's own manual says under a millisecond a task
    hang: float = 1e-4  # files that run into the limit of 20 s
    limit: float = 20.0
    lost: float = 1 / (1000 * 3600)  # machines lost, each second each
    noticed: float = 30.0  # seconds until a lost machine is noticed


ASSUMED = Assumed()


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """What a workbook costs, as measured: seconds of a worker's core and of the writer, and bytes."""

    worker: float
    reading: float  # the writer: hash, keep the original, pack, unpack, remember
    writing: float  # the writer: conclude, compose, publish
    sent: float
    sent_by_url: float
    back: float


def costs_from(tables: Sequence[Table]) -> Costs:
    """Return costs from what the bench kept. Raises: KeyError for what was not measured."""
    found = {table.key: {line.key: line for line in table.lines} for table in tables}
    file, cluster, stages = found["file"], found["cluster"], found["stages"]

    def stage(*names: str) -> float:
        return sum(stages[f"from_nothing_{name}"].processor for name in names) / FILES

    return Costs(
        worker=sum(file[name].seconds for name in ("open", "read", "understand", "check")),
        reading=stage("prepare", "receive") + cluster["main"].seconds + file["remember_and_record"].seconds,
        writing=stage("conclude", "compose", "publish"),
        sent=cluster["sent"].amount,
        sent_by_url=cluster["sent_by_url"].amount,
        back=cluster["back"].amount,
    )


@dataclass(slots=True)
class Plan:
    """One arrangement and what the simulation says of it."""

    writers: int
    cores: int
    by_url: bool
    tasks: Sequence[int]
    seconds: float = 0.0
    moved: float = 0.0
    busy: dict[str, float] = field(default_factory=lambda: {"workers": 0.0, "writers": 0.0, "scheduler": 0.0})

    def share(self, name: str) -> float:
        """Return how much of its time a kind of machine is busy."""
        many = {"workers": self.cores, "writers": self.writers, "scheduler": 1}[name]
        return self.busy[name] / many / self.seconds if self.seconds else 0.0

    @property
    def limit(self) -> str:
        return max(self.busy, key=self.share)


class Simulation:
    """Events in the order of their time; a core takes the chunk that waits longest."""

    def __init__(self, plan: Plan, costs: Costs, seed: int) -> None:
        self.plan, self.costs = plan, costs
        self.now = 0.0
        self._chance = random.Random(seed)
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._count = 0
        self._free = plan.cores
        self._queue: deque[tuple[int, Callable[[], None]]] = deque()
        self._link = 0.0  # when the scheduler is free again
        self._tasks = deque(plan.tasks)

    def at(self, moment: float, act: Callable[[], None]) -> None:
        self._count += 1
        heapq.heappush(self._events, (moment, self._count, act))

    def run(self) -> Plan:
        for _ in range(self.plan.writers):
            self._next_task()
        while self._events:
            self.now, _, act = heapq.heappop(self._events)
            act()
        self.plan.seconds = self.now
        return self.plan

    def _next_task(self) -> None:
        """A writer takes its next county: it reads chunk after chunk, each of which then goes its way."""
        if not self._tasks:
            return
        files = self._tasks.popleft()
        left = [-(-files // CHUNK)]
        moment = self.now
        for start in range(0, files, CHUNK):
            size = min(CHUNK, files - start)
            moment += size * self.costs.reading
            self.plan.busy["writers"] += size * self.costs.reading
            self.at(moment, lambda size=size: self._send(size, files, left))  # type: ignore[misc]

    def _send(self, size: int, files: int, left: list[int]) -> None:
        each = self.costs.sent_by_url if self.plan.by_url else self.costs.sent
        self.at(
            self._through(size * each, ASSUMED.dispatch),
            lambda: self._wait(size, lambda: self._back(size, files, left)),
        )

    def _through(self, size: float, dispatch: float) -> float:
        """Return when bytes have passed the scheduler."""
        spent = size / ASSUMED.bandwidth + dispatch
        self.plan.moved += size
        self.plan.busy["scheduler"] += spent
        self._link = max(self._link, self.now) + spent
        return self._link

    def _wait(self, size: int, then: Callable[[], None]) -> None:
        self._queue.append((size, then))
        self._begin()

    def _begin(self) -> None:
        while self._free and self._queue:
            size, then = self._queue.popleft()
            self._free -= 1
            spent = self._work(size)
            self.plan.busy["workers"] += spent
            self.at(self.now + spent, lambda then=then: self._end(then))  # type: ignore[misc]

    def _work(self, size: int) -> float:
        """Return the seconds of a core for a chunk: files differ, some hang, some machines are lost and the chunk done again."""
        spent = size * self.costs.worker * self._chance.lognormvariate(-0.02, 0.2)
        spent += sum(ASSUMED.limit for _ in range(size) if self._chance.random() < ASSUMED.hang)
        if self._chance.random() < spent * ASSUMED.lost:
            spent += ASSUMED.noticed + spent
        return spent

    def _end(self, then: Callable[[], None]) -> None:
        self._free += 1
        then()
        self._begin()

    def _back(self, size: int, files: int, left: list[int]) -> None:
        self.at(self._through(size * self.costs.back, 0.0), lambda: self._arrived(files, left))

    def _arrived(self, files: int, left: list[int]) -> None:
        left[0] -= 1
        if not left[0]:
            spent = files * self.costs.writing
            self.plan.busy["writers"] += spent
            self.at(self.now + spent, self._next_task)


def counties() -> list[int]:
    return [WORKBOOKS // COUNTIES + (number < WORKBOOKS % COUNTIES) for number in range(COUNTIES)]


ARRANGEMENTS: Mapping[str, Sequence[tuple[int, int, bool]]] = {
    "2,720 tasks": (
        (1, 2, False), (1, 8, False), (8, 8, False), (8, 64, False), (20, 20, False), (20, 20, True), (64, 64, True), (128, 128, True),
    ),
    "one task": ((1, 2, True), (1, 64, True)),
}  # fmt: skip


def plans(costs: Costs, seed: int = 1) -> list[tuple[str, Plan]]:
    """Return every arrangement with what the simulation says of it; same seed, same plan."""
    done = []
    for name, arrangements in ARRANGEMENTS.items():
        tasks = counties() if name != "one task" else [WORKBOOKS]
        for writers, cores, by_url in arrangements:
            plan = Plan(writers=writers, cores=cores, by_url=by_url, tasks=tasks)
            done.append((name, Simulation(plan, costs, seed).run()))
    return done


def plan_text(tables: Sequence[Table]) -> str:
    """Return the tables of the plan, from what is kept of the bench."""
    try:
        costs = costs_from(tables)
    except KeyError as missing:
        return (
            f"Not planned: {missing} was not measured (`python scripts/bench.py --only file,cluster,county --write`).\n"
        )
    told = (
        f"Measured, a workbook: {told_seconds(costs.worker)} of a worker's core; of the writer {told_seconds(costs.reading)} to "
        f"receive and {told_seconds(costs.writing)} to write; {costs.sent:,.0f} bytes sent ({costs.sent_by_url:,.0f} by URL), "
        f"{costs.back:,.0f} back.\n\n"
        f"Assumed: {ASSUMED.bandwidth * 8 / 1e9:.0f} Gbit/s at the scheduler and {ASSUMED.dispatch * 1000:.0f} ms of it a chunk; "
        f"one file in {1 / ASSUMED.hang:,.0f} runs into the limit of {ASSUMED.limit:.0f} s; each core lost once in "
        f"{1 / ASSUMED.lost / 3600:,.0f} hours.\n"
    )
    heads = "| | writers | worker cores | machines | bytes | minutes | workers busy | writers busy | scheduler busy | through the scheduler | limit |"
    rows = [heads, "|---|---|---|---|---|---|---|---|---|---|---|"]
    for name, plan in plans(costs):
        busy = " | ".join(f"{plan.share(kind):.0%}" for kind in plan.busy)
        how = "by URL" if plan.by_url else "sent"
        machines = -(-(plan.cores + plan.writers) // CORES)
        cells = f"{plan.writers} | {plan.cores} | {machines} | {how} | {plan.seconds / 60:.1f} | {busy}"
        rows.append(f"| {name} | {cells} | {plan.moved / 1e9:.1f} GB | {plan.limit} |")
    return told + "\n" + "\n".join(rows) + "\n"
