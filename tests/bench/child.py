"""What is measured in a process of its own, for its memory: `python child.py NAME ARGUMENTS`, one line of JSON out.

`before` is the memory once everything is loaded and ready, `peak` the most while the job ran, both in MB.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import measuring
import rivals

from sishui_eco.model.outcome import Outcome


def reading(reader: str, path: str) -> Callable[[], object]:
    """Read one workbook with one reader."""
    content = Path(path).read_bytes()
    if reader in rivals.READERS:
        rivals.READERS[reader](Path(path).with_name("typical.xlsx").read_bytes())  # loads what it needs
        return lambda: rivals.READERS[reader](content)
    from sishui_eco.model.arrival import FileKind
    from sishui_eco.model.place import Place
    from sishui_eco.reading import read

    return lambda: read(content, FileKind.XLSX, Place(file="x.xlsx"))


def summary(records: str) -> Callable[[], object]:
    """Write the summary workbook of so many records."""
    from many_records import outcome_of

    from sishui_eco.outputs.summary import write_summary
    from sishui_eco.spec.campaign import Campaign

    outcome: Outcome = outcome_of(int(records))
    assert isinstance(outcome.campaign, Campaign)
    campaign = outcome.campaign
    return lambda: write_summary(outcome, campaign)


AFTER = {"receive": "examine", "examine": "conclude", "compose": "publish"}


def stages(folder: str) -> None:
    """Collect a task as the command does and print of each stage the seconds by the clock and of the main process's processor."""
    from many_records import AS_OF

    from sishui_eco.pipeline import collect

    marks = [("prepare", time.perf_counter(), time.process_time())]

    def mark(stage: str, done: int, total: int) -> None:
        now = AFTER[stage] if done >= total else stage
        if now != marks[-1][0]:
            marks.append((now, time.perf_counter(), time.process_time()))

    collect(folder, as_of=AS_OF, workers=2, progress=mark)
    marks.append(("", time.perf_counter(), time.process_time()))
    spans: dict[str, list[float]] = {}
    for (stage, since, used), (_, until, then) in pairwise(marks):
        seconds, processor = spans.get(stage, (0.0, 0.0))
        spans[stage] = [seconds + until - since, processor + then - used]
    print(json.dumps(spans))


JOBS: dict[str, Callable[..., Callable[[], object]]] = {"reading": reading, "summary": summary}


def main() -> None:
    if sys.argv[1] == "stages":
        stages(sys.argv[2])
        return
    job = JOBS[sys.argv[1]](*sys.argv[2:])
    before = measuring.memory_of("self", "VmRSS")
    begun, spent = time.perf_counter(), time.process_time()
    made = job()
    told = {"seconds": time.perf_counter() - begun, "processor": time.process_time() - spent, "before": before}
    told["peak"] = measuring.memory_of("self", "VmHWM")
    told["bytes"] = len(made) if isinstance(made, bytes) else 0
    print(json.dumps(told))


if __name__ == "__main__":
    main()
