"""What is measured on one machine: reading, the per-file job, two workers, a county, small commands, outputs."""

from __future__ import annotations

import json
import shutil
import statistics
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import inputs
import rivals
from measuring import HERE, Job, Line, Run, Spent, Table, fresh, in_fresh_processes, in_turns, key_of

from sishui_eco.intake.receive import Received
from sishui_eco.model.arrival import Arrival
from sishui_eco.spec.campaign import Campaign

AS_OF = datetime(2023, 8, 3, 23, 59)
LARGE = 100_000
FILES = 180  # of a county
WORKBOOKS = 200
BATCH = 50  # results recorded together
COLLECT = ("--as-of", AS_OF.date().isoformat(), "--workers", "2")


# --- reading ------------------------------------------------------------------------------------------------


def reading(work: Path, turns: int) -> list[Table]:
    """The typical workbook and a large one, read by us and by others."""
    from sishui_eco.model.arrival import FileKind
    from sishui_eco.model.place import Place
    from sishui_eco.reading import read
    from sishui_eco.spec.settings import default_campaign

    contents = inputs.typicals(default_campaign(), BATCH)
    place = Place(file="x.xlsx")
    jobs: dict[str, Job] = {"sishui_eco.reading": each(lambda content: read(content, FileKind.XLSX, place), contents)}
    for name, reader in rivals.READERS.items():
        jobs[name] = each(reader, contents)
    small = in_turns("reading", f"Reading a typical returned workbook ({inputs.TYPICAL_ROWS} rows)", jobs, turns * 6)
    return [small, large(work, contents[0], max(1, turns // 2))]


def each(act: Callable[[Any], object], things: Sequence[Any]) -> Job:
    """Return a job that does one thing after the other, a turn each."""
    turn = cycle(things)
    return lambda: act(next(turn))


def large(work: Path, typical: bytes, turns: int) -> Table:
    """A workbook of 100,000 rows, each reader in a process of its own, so that its memory can be seen."""
    path = work / "large.xlsx"
    path.write_bytes(inputs.large(LARGE))
    path.with_name("typical.xlsx").write_bytes(typical)
    names = ["sishui_eco.reading", *rivals.READERS]
    spent: dict[str, list[dict[str, float]]] = {name: [] for name in names}
    for turn in range(turns):
        for name in names:
            if turn and "openpyxl" in name:
                continue  # once is enough to see by how much
            said = fresh([str(HERE / "child.py"), "reading", name, str(path)]).said
            spent[name].append(json.loads(said))
    first = statistics.median(item["processor"] for item in spent[names[0]])
    size = path.stat().st_size / 1024**2
    with zipfile.ZipFile(path) as archive:
        inflated = sum(part.file_size for part in archive.infolist()) / 1024**2
    lines = [_large_line(name, runs, first, inflated) for name, runs in spent.items()]
    title = f"Reading {LARGE:,} rows × 12 ({size:.1f} MB packed, {inflated:.0f} MB inflated)"
    return Table(key="large", title=title, lines=tuple(lines))


def _large_line(name: str, runs: Sequence[dict[str, float]], first: float, inflated: float) -> Line:
    seconds = statistics.median(item["processor"] for item in runs)
    grown = max(item["peak"] - item["before"] for item in runs)
    return Line(
        key=key_of(name), what=name, seconds=seconds, ratio=seconds / first, memory=max(item["peak"] for item in runs),
        note=f"{grown:.0f} MB more than before", amount=grown / inflated,
    )  # fmt: skip


# --- the per-file job ---------------------------------------------------------------------------------------


def owned_campaign() -> Campaign:
    """Return the shipped campaign with every indicator led by its first unit, as the typical workbook says."""
    from sishui_eco.spec.settings import default_campaign

    campaign = default_campaign()
    leads = tuple(replace(item, lead=campaign.units[0].unit_id) for item in campaign.indicators)
    return replace(campaign, indicators=leads)


def opened(campaign: Campaign, seed: int = 1) -> Arrival:
    """Return a typical workbook as an arrival of the first unit."""
    from sishui_eco.intake.limits import limits_of
    from sishui_eco.intake.receive import expand

    name, content = f"{campaign.units[0].name}.xlsx", inputs.typical(campaign, seed)
    return next(iter(expand(name, content, inputs.FIRST_ROUND, limits_of(campaign)))).arrival


def per_file(work: Path, turns: int) -> list[Table]:
    """The whole per-file job on typical workbooks, stage by stage, beside the naive way of only reading them."""
    from sishui_eco import checks
    from sishui_eco.examining import examine_arrival
    from sishui_eco.intake.limits import limits_of
    from sishui_eco.intake.receive import expand
    from sishui_eco.reading import read
    from sishui_eco.understanding import understand

    campaign = owned_campaign()
    limits, arrivals = limits_of(campaign), [opened(campaign, seed) for seed in range(1, BATCH + 1)]
    bare = replace(arrivals[0], content=b"")
    documents = [read(item.content, item.kind, item.place) for item in arrivals]
    understood = [understand(bare, document, campaign).submissions for document in documents]
    record = recording(work, arrivals[0], campaign)

    def open_one(arrival: Arrival) -> list[Received]:
        return list(expand(arrival.file, arrival.content, inputs.FIRST_ROUND, limits))

    def whole() -> None:
        for arrival in arrivals:
            for item in open_one(arrival):
                examine_arrival(item.arrival, campaign)
        record()

    jobs: dict[str, Job] = {
        "the whole per-file job": whole,
        "  open": each(open_one, arrivals),
        "  read": each(lambda item: read(item.content, item.kind, item.place), arrivals),
        "  understand": each(lambda document: understand(bare, document, campaign), documents),
        "  check": each(lambda found: [checks.check_submission(item, campaign) for item in found], understood),
        "  remember and record": record,
        "pandas.read_excel alone": each(lambda item: rivals.with_pandas(item.content), arrivals),
    }
    many = {"the whole per-file job": BATCH, "  remember and record": BATCH}
    table = in_turns("file", "The per-file job on a typical workbook", jobs, turns * 2, per=many)
    return [table, two_workers(arrivals, campaign, turns)]


def recording(work: Path, arrival: Arrival, campaign: Campaign) -> Job:
    """Return the job of remembering and recording a batch of results: once read, never again; in the ledger for good."""
    from sishui_eco.examining import examine_arrival
    from sishui_eco.ledger import open_ledger
    from sishui_eco.running.packing import message_of, pack
    from sishui_eco.running.recall import kept, remember

    result, rounds = examine_arrival(arrival, campaign), iter(range(10**6))

    def record() -> None:
        number = next(rounds)
        keys = {f"{number}-{at}": kept(result, message_of(pack(examine_arrival, result))) for at in range(BATCH)}
        remember(work / "memory.sqlite", "read", keys, keys)
        events = [("arrival", key, {"verdict": "read", "file": key, "unit_id": "U01", "code": ""}) for key in keys]
        with open_ledger(work / "ledger.sqlite") as ledger:
            ledger.append(events)

    return record


COUNTED = 40_000  # what a counting task counts to: some milliseconds


def counted(most: int, shared: object) -> int:
    """Count, and touch no memory: what this machine gives two processes that want nothing but its cores."""
    return sum(number & 1 for number in range(most))


def two_workers(arrivals: Sequence[Arrival], campaign: Campaign, turns: int) -> Table:
    """The same workbooks by one worker process and by two, by the clock, once the processes are there.

    Beside them tasks that only count, by the same processes: no work could gain more by a second one.
    """
    from sishui_eco.examining import examine_arrival, work_limits
    from sishui_eco.running.workers import LocalWorkers

    limits, items = work_limits(campaign), list(islice(cycle(arrivals), WORKBOOKS))
    spent: dict[str, list[float]] = {"one": [], "two": [], "one counting": [], "two counting": []}
    with LocalWorkers(1) as one, LocalWorkers(2) as two:
        for turn in range(max(2, turns) + 1):
            for name, crew in (("one", one), ("two", two)):
                seconds = _clocked(lambda: crew.run(examine_arrival, items, campaign, limits=limits))  # noqa: B023
                counting = _clocked(lambda: crew.run(counted, [COUNTED] * WORKBOOKS, None, limits=limits))  # noqa: B023
                if turn:  # the first starts them
                    spent[name].append(seconds)
                    spent[f"{name} counting"].append(counting)
    lines = (
        *_gained(spent, "one", "two", "one worker", "two workers"),
        *_gained(spent, "one counting", "two counting", "one that only counts", "two that only count"),
    )
    return Table(key="workers", title=f"{WORKBOOKS} typical workbooks through worker processes", lines=lines)


def _clocked(run: Callable[[], Iterator[object]]) -> float:
    begun = time.perf_counter()
    for _ in run():
        pass
    return time.perf_counter() - begun


def _gained(spent: Mapping[str, Sequence[float]], one: str, two: str, *words: str) -> Iterator[Line]:
    """Yield the lines of one process and of two; a ratio is the median over turns."""
    ratio = statistics.median(b / a for a, b in zip(spent[one], spent[two], strict=True))
    for key, what, share in ((one, words[0], 1.0), (two, words[1], ratio)):
        seconds = statistics.median(spent[key])
        note = f"{WORKBOOKS / seconds:.0f} a second" + (f", {1 / ratio:.2f} × as many" if key == two else "")
        yield Line(key=key_of(key), what=what, seconds=seconds, ratio=share, note=note)


# --- a county -----------------------------------------------------------------------------------------------


def county(work: Path, turns: int) -> list[Table]:
    """A county of 180 files: from nothing, again, with one more file; beside the scripts people write."""
    from sishui_eco.running.folder import TaskFolder
    from sishui_eco.spec.settings import load_settings

    pristine, copy = inputs.county(work / "county"), TaskFolder(work / "copy")
    outs = {name: work / name for name in ("naive", "best")}
    for out in outs.values():
        out.mkdir()
    collect = ["-m", "sishui_eco", "collect", str(copy.root), *COLLECT]

    def renew() -> None:
        shutil.rmtree(copy.root, ignore_errors=True)
        shutil.copytree(pristine.root, copy.root)

    def one_more() -> None:
        inputs.put(copy, inputs.one_more(load_settings(copy.settings)))

    scripts = {
        name: Run(arguments=[rivals.__file__, name, str(pristine.inbox), str(out)]) for name, out in outs.items()
    }
    runs = {
        "collect, from nothing": Run(arguments=collect, prepare=renew),
        "collect, nothing changed": Run(arguments=collect),
        "collect, one file more": Run(arguments=collect, prepare=one_more),
        "the usual script (pandas.concat)": scripts["naive"],
        "the best combination (calamine, pandas, XlsxWriter, filled letters)": scripts["best"],
    }
    small = {
        "--help": Run(arguments=["-m", "sishui_eco", "--help"]),
        "status": Run(arguments=["-m", "sishui_eco", "status", str(copy.root)]),
    }
    return [
        in_fresh_processes("county", "A county: 60 units, 180 files", runs, max(1, turns // 2)),
        in_fresh_processes("small", "Small commands", small, turns),
        stages(copy.root, renew, max(1, turns // 2)),
    ]


def stages(folder: Path, renew: Job, turns: int) -> Table:
    """Where the time of a county from nothing goes: the run whose processor time was the middle one."""
    found = []
    for _ in range(turns):
        renew()
        found.append(fresh([str(HERE / "child.py"), "stages", str(folder)]))
    middle = sorted(found, key=lambda spent: spent.processor)[len(found) // 2]
    lines = tuple(stage_lines("from nothing", middle, middle.seconds))
    return Table(
        key="stages", title="A county from nothing, stage by stage (processor of the main process)", lines=lines
    )


def stage_lines(name: str, spent: Spent, first: float) -> Iterator[Line]:
    """Yield a line for each stage of a run in a process of its own."""
    for stage, (seconds, processor) in json.loads(spent.said.splitlines()[-1]).items():
        key = key_of(f"{name} {stage}")
        yield Line(key=key, what=f"　{stage}", seconds=seconds, ratio=seconds / first, processor=processor)


# --- outputs ------------------------------------------------------------------------------------------------


def outputs(work: Path, turns: int) -> list[Table]:
    """The outputs of the county's outcome, each alone; then letters and marked copies by the thousand."""
    from sishui_eco.outputs.compose import compose_letters, compose_sendbacks
    from sishui_eco.outputs.export import write_export
    from sishui_eco.outputs.summary import write_summary
    from sishui_eco.pipeline import collect
    from sishui_eco.spec.settings import load_settings

    task = inputs.county(work / "outputs")
    outcome = collect(task.root, as_of=AS_OF, workers=2).outcome
    campaign = load_settings(task.settings)
    contents = {(path.name, ""): path.read_bytes() for path in task.inbox.iterdir()}
    sendbacks = compose_sendbacks(outcome, campaign, contents)
    letters = compose_letters(outcome, campaign, sendbacks)
    records = sum(len(rows) for rows in outcome.merged.values())
    jobs: dict[str, Job] = {
        f"summary workbook of {records} records": lambda: write_summary(outcome, campaign),
        f"{sum(map(len, sendbacks.values()))} marked copies": lambda: compose_sendbacks(outcome, campaign, contents),
        f"{len(letters)} letters, drafts, notices": lambda: compose_letters(outcome, campaign, sendbacks),
        "export": lambda: write_export(outcome, campaign),
    }
    return [in_turns("outputs", "Outputs of the county", jobs, max(1, turns // 2)), thousands(work)]


def thousands(work: Path) -> Table:
    """What the speed issue asks of outputs: 1,000 letters in 4 s, 1,000 marked copies in 6 s."""
    from sishui_eco.outputs import compose
    from sishui_eco.outputs.letters import choose_letters, write_letter
    from sishui_eco.pipeline import collect
    from sishui_eco.preparing import make_task
    from sishui_eco.spec.settings import load_settings

    task = make_task(work / "thousands", sample=True).task
    outcome = collect(task.root, as_of=AS_OF, workers=2).outcome
    campaign = load_settings(task.settings)
    plans = choose_letters(outcome, campaign)
    contents = {(path.relative_to(task.inbox).as_posix(), ""): path.read_bytes() for path in task.inbox.rglob("*.xlsx")}
    own = [item for item in outcome.versions if (item.submission.arrival.file, "") in contents]
    own = [item for item in own if not item.submission.arrival.member and item.submission.arrival.kind.value == "xlsx"]
    few = replace(outcome, versions=tuple(own))
    made = sum(map(len, compose.compose_sendbacks(few, campaign, contents).values()))

    def letters() -> None:
        for plan in islice(cycle(plans), 1000):
            write_letter(plan, outcome, campaign)

    def copies() -> None:
        for _ in range(-(-1000 // made)):
            compose.compose_sendbacks(few, campaign, contents)

    jobs: dict[str, Job] = {"1,000 letters": letters, "1,000 marked copies": copies}
    per = {"1,000 marked copies": -(-1000 // made) * made / 1000}
    return in_turns("thousands", "By the thousand, one process", jobs, 1, per=per)
