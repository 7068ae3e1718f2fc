"""A hang, a bomb, a crash, a dead worker and a lost scheduler cost what they cost on one machine, and no more."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from sishui_eco.running.workers import Death, WorkLimits, run_tasks
from tests.cluster.doubles import behave, kill_the_machine_once
from tests.cluster.needs import NEEDS_DASK

pytestmark = NEEDS_DASK

LIMITS = WorkLimits(seconds=2.0, memory=1024**3)
PATIENT = WorkLimits(seconds=20.0, memory=1024**3)


def test_results_come_in_order_and_equal_those_of_one_machine(two_workers):
    items = [str(number) for number in range(230)]
    here = list(run_tasks(behave, items, "ok:", workers=2, limits=LIMITS))
    assert list(two_workers.run(behave, items, "ok:", limits=LIMITS)) == here
    assert [done.result for done in here] == [f"ok:{item}" for item in items]


@pytest.mark.parametrize(
    ("bad", "death"),
    [("hang", Death.TIMEOUT), ("abort", Death.CRASH), ("memory", Death.MEMORY), ("raise", Death.CRASH)],
)
def test_one_bad_item_is_named_and_the_other_finishes(two_workers, bad, death):
    done = list(two_workers.run(behave, ["a", bad], "ok:", limits=LIMITS))
    assert [(item.item, item.result, item.death) for item in done] == [
        ("a", "ok:a", None),
        (bad, None, death),
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="finds the Dask worker by /proc")
def test_a_worker_that_is_killed_loses_nothing(two_workers, tmp_path):
    items = [str(number) for number in range(120)]
    items[60] = "kill"
    mark = tmp_path / "killed"
    done = list(two_workers.run(kill_the_machine_once, items, str(mark), limits=PATIENT))
    assert [(item.result, item.death) for item in done] == [(item, None) for item in items]
    assert gone(int(mark.read_text()))


def gone(pid: int) -> bool:
    """Return whether a guarded process has left with the Dask worker that was killed, though it was in a hang."""
    for _ in range(100):
        stat = Path(f"/proc/{pid}/stat")
        if not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.05)
    return False
