"""A hang, a bomb, a crash, a dead worker and a lost scheduler cost what they cost on one machine, and no more."""

from __future__ import annotations

import sys

import pytest

from sishui_eco.running.workers import Death, WorkLimits, run_tasks
from tests.cluster.doubles import NEEDS_DASK, behave, kill_the_machine_once

pytestmark = NEEDS_DASK

LIMITS = WorkLimits(seconds=1.0, memory=1024**3)
PATIENT = WorkLimits(seconds=20.0, memory=1024**3)


def test_results_come_in_order_and_equal_those_of_one_machine(two_workers):
    items = [str(number) for number in range(230)]
    here = list(run_tasks(behave, items, "ok:", workers=2, limits=LIMITS))
    assert list(two_workers.run_tasks(behave, items, "ok:", workers=2, limits=LIMITS)) == here
    assert [done.result for done in here] == [f"ok:{item}" for item in items]


@pytest.mark.parametrize(
    ("bad", "death"),
    [("hang", Death.TIMEOUT), ("abort", Death.CRASH), ("memory", Death.MEMORY), ("raise", Death.CRASH)],
)
def test_one_bad_item_is_named_and_the_others_finish(two_workers, bad, death):
    done = list(two_workers.run_tasks(behave, ["a", bad, "b"], "ok:", workers=2, limits=LIMITS))
    assert [(item.item, item.result, item.death) for item in done] == [
        ("a", "ok:a", None),
        (bad, None, death),
        ("b", "ok:b", None),
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="finds the Dask worker by /proc")
def test_a_worker_that_is_killed_loses_nothing(two_workers, tmp_path):
    items = [str(number) for number in range(120)]
    items[60] = "kill"
    mark = tmp_path / "killed"
    done = list(two_workers.run_tasks(kill_the_machine_once, items, str(mark), workers=2, limits=PATIENT))
    assert mark.exists()
    assert [(item.result, item.death) for item in done] == [(item, None) for item in items]
