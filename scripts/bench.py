"""Measure every stage and the whole beside the alternatives; write the table of docs/speed.md.

    python scripts/bench.py                 about a minute: reading, the per-file job, a county, outputs
    python scripts/bench.py --province 2000 a province of so many workbooks too
    python scripts/bench.py --write         put the tables into docs/speed.md

Inputs are made from a seed. What is compared is run in turns in one process (or in fresh processes, in
turns), and ratios are medians of the ratios of each turn: on a busy machine they hold, milliseconds do not.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "bench")]

import inputs  # noqa: E402
import rivals  # noqa: E402

AS_OF = datetime(2023, 8, 3, 23, 59)
PAGE = ROOT / "docs" / "speed.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
Job = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Line:
    """One measured thing: seconds, how it compares with the first of its table, peak memory in MB."""

    what: str
    seconds: float
    ratio: float = 1.0
    processor: float = 0.0
    memory: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    title: str
    lines: tuple[Line, ...]

    def __str__(self) -> str:
        whole = any(line.memory for line in self.lines)
        head = "| what | time | × the first |" + (" processor | peak memory |" if whole else "")
        rule = "|---|---|---|" + ("---|---|" if whole else "")
        rows = []
        for line in self.lines:
            shown = f"{line.seconds:.2f} s" if whole else f"{line.seconds * 1000:.2f} ms"
            more = f" {line.processor:.2f} s | {line.memory} MB |" if whole else ""
            rows.append(f"| {line.what} | {shown} | {line.ratio:.2f} |{more}")
        return "\n".join([f"### {self.title}", "", head, rule, *rows, ""])


# --- measuring -------------------------------------------------------------------------------------------


def in_turns(title: str, jobs: dict[str, Job], turns: int) -> Table:
    """Run jobs in turns; the ratio of each is the median of its ratios to the first job of the same turn."""
    spent: dict[str, list[float]] = {name: [] for name in jobs}
    for job in jobs.values():
        job()
    for _ in range(turns):
        for name, job in jobs.items():
            begun = time.perf_counter()
            job()
            spent[name].append(time.perf_counter() - begun)
    first = next(iter(spent.values()))
    return Table(
        title,
        tuple(
            Line(name, statistics.median(times), statistics.median(b / a for a, b in zip(first, times, strict=True)))
            for name, times in spent.items()
        ),
    )


def fresh(arguments: Sequence[str]) -> tuple[float, float, int]:
    """Run a fresh Python and return (seconds, processor seconds with children, peak MB of the main process)."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *arguments], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    peak = 0
    while (state := os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)) is None:
        peak = max(peak, _peak(process.pid))
        time.sleep(0.02)
    seconds = time.perf_counter() - begun
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1) or state is None:
        raise SystemExit(f"{arguments} ended with {process.returncode}")
    return seconds, usage.ru_utime + usage.ru_stime, peak


def _peak(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0
    return next((int(line.split()[1]) // 1024 for line in status.splitlines() if line.startswith("VmHWM")), 0)


def in_fresh_processes(title: str, jobs: dict[str, tuple[Job, Sequence[str]]], turns: int) -> Table:
    """Like `in_turns`, each job a fresh process after its own preparation."""
    found: dict[str, list[tuple[float, float, int]]] = {name: [] for name in jobs}
    for _ in range(turns):
        for name, (prepare, arguments) in jobs.items():
            prepare()
            found[name].append(fresh(arguments))
    first = [item[0] for item in next(iter(found.values()))]
    lines = []
    for name, runs in found.items():
        seconds = [item[0] for item in runs]
        ratio = statistics.median(b / a for a, b in zip(first, seconds, strict=True))
        processor = statistics.median(item[1] for item in runs)
        lines.append(Line(name, statistics.median(seconds), ratio, processor, max(item[2] for item in runs)))
    return Table(title, tuple(lines))


# --- what is measured ------------------------------------------------------------------------------------


def reading(turns: int) -> list[Table]:
    """The typical workbook and a large one, read by us and by others."""
    from sishui_eco.model.arrival import FileKind
    from sishui_eco.model.place import Place
    from sishui_eco.reading import read
    from sishui_eco.spec.settings import default_campaign

    def readers(content: bytes, but: Sequence[str] = ()) -> dict[str, Job]:
        jobs: dict[str, Job] = {"sishui_eco.reading": lambda: read(content, FileKind.XLSX, Place(file="x.xlsx"))}
        for name, reader in rivals.READERS.items():
            if name not in but:
                jobs[name] = lambda reader=reader: reader(content)
        return jobs

    small, large = inputs.typical(default_campaign()), inputs.large(20_000)
    return [
        in_turns("Reading a typical returned workbook (36 rows)", readers(small), turns),
        in_turns("Reading 20,000 rows × 12", readers(large, ("openpyxl", "pandas, openpyxl")), 3),
    ]


def per_file(turns: int) -> Table:
    """The whole per-file job on the typical workbook, stage by stage, beside the naive way of only reading it."""
    from sishui_eco import checks
    from sishui_eco.examining import examine_arrival
    from sishui_eco.intake import expand, limits_of
    from sishui_eco.reading import read
    from sishui_eco.spec.settings import default_campaign
    from sishui_eco.understanding import understand

    campaign = default_campaign()
    owner = campaign.units[0]
    campaign = replace(campaign, indicators=tuple(replace(i, lead=owner.unit_id) for i in campaign.indicators))
    content, name, limits = inputs.typical(campaign), f"{owner.name}.xlsx", limits_of(campaign)
    arrival = next(iter(expand(name, content, inputs.FIRST_ROUND, limits))).arrival
    bare, document = replace(arrival, content=b""), read(content, arrival.kind, arrival.place)
    submissions = understand(bare, document, campaign).submissions

    def whole() -> None:
        for item in expand(name, content, inputs.FIRST_ROUND, limits):
            examine_arrival(item.arrival, campaign)

    jobs: dict[str, Job] = {
        "the whole per-file job": whole,
        "  open": lambda: list(expand(name, content, inputs.FIRST_ROUND, limits)),
        "  read": lambda: read(content, arrival.kind, arrival.place),
        "  understand": lambda: understand(bare, document, campaign),
        "  check": lambda: [checks.check_submission(item, campaign) for item in submissions],
        "pandas.read_excel alone": lambda: rivals.with_pandas(content),
    }
    return in_turns("The per-file job on a typical workbook", jobs, turns)


def county(work: Path, turns: int) -> list[Table]:
    """A county of 180 files: from nothing, again, with one more file; beside the naive script."""
    task = inputs.county(work / "county")
    pristine, copy, out = work / "county", work / "copy", work / "naive"
    out.mkdir()
    collect = ["-m", "sishui_eco", "collect", str(copy), "--as-of", AS_OF.date().isoformat(), "--workers", "2"]

    def renew() -> None:
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(pristine, copy)

    def one_more() -> None:
        from sishui_eco.spec.settings import load_settings

        copied = type(task)(copy)
        inputs.put(copied, inputs.one_more(load_settings(copied.settings)))

    runs = {
        "collect, from nothing": (renew, collect),
        "collect, nothing changed": (lambda: None, collect),
        "collect, one file more": (one_more, collect),
        "naive pandas.concat script": (lambda: None, [rivals.__file__, str(task.inbox), str(out)]),
    }
    small = {
        "--help": (lambda: None, ["-m", "sishui_eco", "--help"]),
        "status": (lambda: None, ["-m", "sishui_eco", "status", str(copy)]),
    }
    return [
        in_fresh_processes("A county: 60 units, 180 files", runs, turns),
        in_fresh_processes("Small commands", small, turns),
    ]


def outputs(work: Path, turns: int) -> Table:
    """The outputs of the county's outcome, each alone."""
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
    return in_turns("Outputs of the county", jobs, turns)


def thousands(work: Path) -> Table:
    """What the speed issue asks of outputs: 1,000 letters in 4 s, 1,000 marked copies in 6 s."""
    from itertools import cycle, islice

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
    rounds = -(-1000 // made)

    def letters() -> None:
        for plan in islice(cycle(plans), 1000):
            write_letter(plan, outcome, campaign)

    def copies() -> None:
        for _ in range(rounds):
            compose.compose_sendbacks(few, campaign, contents)

    jobs: dict[str, Job] = {"1,000 letters": letters, f"{rounds * made:,} marked copies": copies}
    return in_turns("By the thousand, one process", jobs, 1)


def province(work: Path, files: int) -> Table:
    """A province: so many workbooks, three of each unit; then once more with one file more."""
    root = work / f"province{files}"
    task = inputs.province(root, files=files)
    collect = ["-m", "sishui_eco", "collect", str(root), "--as-of", AS_OF.date().isoformat(), "--workers", "2"]

    def one_more() -> None:
        from sishui_eco.spec.settings import load_settings

        inputs.put(task, inputs.one_more(load_settings(task.settings)))

    runs = {"collect, from nothing": (lambda: None, collect), "collect, one file more": (one_more, collect)}
    return in_fresh_processes(f"A province: {files} workbooks in one task", runs, 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=5, help="turns of each comparison")
    parser.add_argument("--only", default="", help="reading, file, county, outputs")
    parser.add_argument("--province", type=int, default=0, metavar="N", help="also a province of N workbooks")
    parser.add_argument("--write", action="store_true", help="write the tables into docs/speed.md")
    options = parser.parse_args()
    tables: list[Table] = []
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        parts: dict[str, Callable[[], list[Table]]] = {
            "reading": lambda: reading(options.turns * 4),
            "file": lambda: [per_file(options.turns * 4)],
            "county": lambda: county(work, max(1, options.turns // 2)),
            "outputs": lambda: [outputs(work, max(1, options.turns // 2)), thousands(work)],
        }
        for key, part in parts.items():
            if options.only in ("", key):
                tables += _told(part())
        if options.province:
            tables += _told([province(work, options.province)])
    if options.write:
        text = PAGE.read_text(encoding="utf-8")
        before, after = text.partition(BEGIN)[0], text.partition(END)[2]
        shown = "\n".join(str(table) for table in tables)
        PAGE.write_text(f"{before}{BEGIN}\n\n{shown}\n{END}{after}", encoding="utf-8")


def _told(tables: list[Table]) -> list[Table]:
    for table in tables:
        print(table, flush=True)
    return tables


if __name__ == "__main__":
    main()
