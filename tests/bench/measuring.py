"""How things are measured: in turns within one process by processor time, or in fresh processes by the clock.

A ratio is the median of the ratios of each turn: on a busy machine it holds where milliseconds do not.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
MB = 1024**2
Job = Callable[[], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One measured thing: seconds by the clock or of the processor, against the first of its table, peak memory."""

    key: str
    what: str
    seconds: float
    ratio: float = 1.0
    processor: float = 0.0  # seconds of the main process and of children it waited for
    memory: float = 0.0  # MB, peak of the main process
    largest: float = 0.0  # MB, peak of the largest process, be it a worker
    note: str = ""
    amount: float = 0.0  # what is no time: bytes, MB


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What was measured together."""

    key: str
    title: str
    lines: tuple[Line, ...]

    def __str__(self) -> str:
        extra = {
            "processor": any(line.processor for line in self.lines),
            "memory": any(line.memory for line in self.lines),
            "largest": any(line.largest for line in self.lines),
            "note": any(line.note for line in self.lines),
        }
        heads = {"processor": " processor |", "memory": " peak memory |", "largest": " largest process |", "note": " |"}
        head = "| what | time | × the first |" + "".join(heads[name] for name, shown in extra.items() if shown)
        rule = "|---|---|---|" + "---|" * sum(extra.values())
        return "\n".join([f"### {self.title}", "", head, rule, *(_row(line, extra) for line in self.lines), ""])


def _row(line: Line, extra: Mapping[str, bool]) -> str:
    cells = [line.what, told_seconds(line.seconds), f"{line.ratio:.2f}"] if line.seconds else [line.what, "", ""]
    if extra["processor"]:
        cells.append(told_seconds(line.processor) if line.processor else "")
    if extra["memory"]:
        cells.append(f"{line.memory:.0f} MB" if line.memory else "")
    if extra["largest"]:
        cells.append(f"{line.largest:.0f} MB" if line.largest else "")
    if extra["note"]:
        cells.append(line.note)
    return "| " + " | ".join(cells) + " |"


def told_seconds(seconds: float) -> str:
    """Return a time in the measure a reader expects of it."""
    if seconds >= 100:
        return f"{seconds:.0f} s"
    return f"{seconds:.2f} s" if seconds >= 0.1 else f"{seconds * 1000:.2f} ms"


def tables_from(rows: Sequence[Mapping[str, object]]) -> list[Table]:
    """Return tables as they were kept."""
    return [
        Table(key=str(row["key"]), title=str(row["title"]), lines=tuple(Line(**line) for line in row["lines"]))  # type: ignore[attr-defined]
        for row in rows
    ]


def kept(tables: Sequence[Table]) -> list[Mapping[str, object]]:
    """Return tables as they are kept: rounded, so that a diff shows what changed."""
    return json.loads(
        json.dumps([asdict(table) for table in tables]), parse_float=lambda text: float(f"{float(text):.4g}")
    )  # type: ignore[no-any-return]


# --- in one process ---------------------------------------------------------------------------------------


def in_turns(
    key: str, title: str, jobs: Mapping[str, Job], turns: int, *, per: Mapping[str, float] | None = None
) -> Table:
    """Run jobs in turns by processor time. A job of `per` things counts as one of them.

    Every second turn runs backwards: the caches that a large job leaves cold are paid by both neighbours.
    """
    spent: dict[str, list[float]] = {name: [] for name in jobs}
    for job in jobs.values():
        job()
    for turn in range(turns):
        for name, job in list(jobs.items())[:: -1 if turn % 2 else 1]:
            begun = time.process_time()
            job()
            spent[name].append((time.process_time() - begun) / (per or {}).get(name, 1))
    return Table(key=key, title=title, lines=_lines(spent))


def _lines(spent: Mapping[str, Sequence[float]]) -> tuple[Line, ...]:
    first = next(iter(spent.values()))
    lines = []
    for name, times in spent.items():
        ratio = statistics.median(b / a for a, b in zip(first, times, strict=True))
        lines.append(Line(key=key_of(name), what=name, seconds=statistics.median(times), ratio=ratio))
    return tuple(lines)


def key_of(name: str) -> str:
    """Return the key of a line: its words without what changes from run to run."""
    return "_".join("".join(sign if sign.isalnum() else " " for sign in name.lower()).split())


# --- in fresh processes -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One fresh process: what must be prepared before it, and its arguments after `python`."""

    arguments: Sequence[str]
    prepare: Job = lambda: None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What one process took."""

    seconds: float
    processor: float
    memory: float
    largest: float
    said: str


def fresh(arguments: Sequence[str]) -> Spent:
    """Run a fresh Python to its end, looking at the peak memory of its processes. Raises: SystemExit when it failed."""
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{HERE}"}
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        begun = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, *arguments], env=environment, stdout=output, stderr=subprocess.DEVNULL
        )
        peaks: dict[int, float] = {}
        while (state := os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)) is None:
            for pid in family(process.pid):
                peaks[pid] = max(peaks.get(pid, 0.0), memory_of(pid, "VmHWM"))
            time.sleep(0.02)
        seconds = time.perf_counter() - begun
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        said = output.read()
    if process.returncode not in (0, 1) or state is None:
        raise SystemExit(f"{arguments} ended with {process.returncode}: {said[-500:]}")
    processor = usage.ru_utime + usage.ru_stime
    main, largest = peaks.get(process.pid, 0.0), max(peaks.values(), default=0.0)
    return Spent(seconds=seconds, processor=processor, memory=main, largest=largest, said=said)


def family(pid: int) -> Iterator[int]:
    """Yield a process and all that descend from it, whichever of its threads started them."""
    yield pid
    with suppress(OSError):
        for thread in list(Path(f"/proc/{pid}/task").iterdir()):
            for child in (thread / "children").read_text(encoding="ascii").split():
                yield from family(int(child))


def memory_of(pid: int | str, field: str) -> float:
    """Return a memory figure of a process in MB (VmHWM: the peak, VmRSS: now), 0 when it is not to be had."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith(f"{field}:")), 0.0)


def in_fresh_processes(key: str, title: str, runs: Mapping[str, Run], turns: int) -> Table:
    """Run processes in turns by the clock, each after its own preparation."""
    found: dict[str, list[Spent]] = {name: [] for name in runs}
    for _ in range(turns):
        for name, run in runs.items():
            run.prepare()
            found[name].append(fresh(run.arguments))
    lines = []
    for line, spent in zip(
        _lines({n: [s.seconds for s in all_] for n, all_ in found.items()}), found.values(), strict=True
    ):
        processor = statistics.median(item.processor for item in spent)
        fields = asdict(line) | {"processor": processor, "memory": max(item.memory for item in spent)}
        fields["largest"] = max(item.largest for item in spent)
        lines.append(Line(**fields))
    return Table(key=key, title=title, lines=tuple(lines))
