"""Worker processes: a hang, a memory bomb or an abort costs one item, never its neighbours."""

from __future__ import annotations

import os
import signal
import time

import pytest

from sishui_eco.running.workers import CHUNK_BYTES, Death, LocalWorkers, WorkLimits, chunks, run_tasks

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


def whoami(item: str, shared: str) -> tuple[str, int]:
    return shared + item, os.getpid()


def test_processes_are_kept_from_task_to_task_with_what_each_shares():
    with LocalWorkers(1) as local:
        first = [done.result for done in local.run(whoami, ["a", "b"], "1", limits=LIMITS)]
        second = [done.result for done in local.run(whoami, ["a"], "2", limits=LIMITS)]
    assert [text for text, _ in (*first, *second)] == ["1a", "1b", "2a"]
    assert len({pid for _, pid in (*first, *second)}) == 1
    assert first[0][1] != os.getpid()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no way to kill a process unseen")
def test_idle_processes_that_were_killed_from_outside_are_started_anew():
    with LocalWorkers(1) as local:
        (pid,) = {done.result[1] for done in local.run(whoami, ["a"], "", limits=LIMITS)}
        os.kill(pid, signal.SIGKILL)
        done = list(local.run(whoami, ["b", "c"], "", limits=LIMITS, chunk=1))
    assert [item.result[0] for item in done] == ["b", "c"]
    assert pid not in {item.result[1] for item in done}


class Sized(str):
    size = CHUNK_BYTES // 2


def test_chunks_are_cut_by_number_and_by_bytes():
    assert list(chunks("abcde", 2)) == [["a", "b"], ["c", "d"], ["e"]]
    assert [len(part) for part in chunks([Sized(), Sized(), Sized()], 8)] == [2, 1]
