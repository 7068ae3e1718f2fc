"""Worker processes: a hang, a memory bomb or an abort costs one item, never its neighbours."""

from __future__ import annotations

import os
import time

import pytest

from sishui_eco.running.workers import Death, WorkLimits, run_tasks

LIMITS = WorkLimits(seconds=1.0, memory=1024**3)


def behave(item: str, shared: str) -> str:
    if item == "hang":
        time.sleep(60)
    if item == "abort":
        os.abort()
    if item == "memory":
        return str(len(bytearray(4 * 1024**3)))
    if item == "raise":
        raise ValueError("no text of ours")
    if item == "exit":
        os._exit(0)
    return shared + item


def run(items, workers=2, chunk=3):
    return list(run_tasks(behave, items, "ok:", workers=workers, limits=LIMITS, chunk=chunk))


def test_results_come_in_order_whatever_the_number_of_workers():
    items = [str(number) for number in range(20)]
    for workers in (1, 2):
        assert [done.result for done in run(items, workers)] == [f"ok:{item}" for item in items]


@pytest.mark.parametrize(
    ("bad", "death"),
    [
        ("hang", Death.TIMEOUT),
        ("abort", Death.CRASH),
        ("memory", Death.MEMORY),
        ("raise", Death.CRASH),
        ("exit", Death.TIMEOUT),  # a worker that leaves without a word is only missed by the clock
    ],
)
def test_one_bad_item_is_named_and_the_others_finish(bad, death):
    done = run(["a", bad, "b", "c"], chunk=2)
    assert [(item.item, item.result, item.death) for item in done] == [
        ("a", "ok:a", None),
        (bad, None, death),
        ("b", "ok:b", None),
        ("c", "ok:c", None),
    ]


def test_nothing_to_do_starts_nothing():
    assert run([]) == []
