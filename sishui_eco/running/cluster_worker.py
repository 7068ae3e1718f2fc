"""What runs inside a Dask worker: a chunk of the per-file stage, in the same guarded process as on one machine.

Only texts and bytes cross the border, so that a worker with another edition of the code can say so before it
unpacks anything. Each thread of a worker keeps its guarded processes from chunk to chunk.
"""

from __future__ import annotations

import ctypes
import hashlib
import multiprocessing
import pickle
import signal
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable
from multiprocessing.util import Finalize
from typing import Any

from pebble import ProcessPool

from sishui_eco.running.edition import edition_of_contents
from sishui_eco.running.fetching import with_bytes
from sishui_eco.running.workers import Death, Done, WorkLimits, prepare_worker, run_chunk, run_in_pool, start_pool

DONE, OTHER_EDITION = "done", "other edition"
UNSEEN = "unseen"
KEPT = 2  # guarded processes a thread keeps: one that opens files and one that reads them
SUB_CHUNK = 8  # as on one machine: what dies together is tried one by one
START = 120.0  # seconds for a fresh guarded process to load the package
_local = threading.local()


def carry_out(edition: str, packed: bytes, shared: bytes) -> tuple[str, bytes]:
    """Do a chunk and return what became of it: DONE with packed pairs (result, death), or OTHER_EDITION with ours.

    An item whose bytes this worker does not see below the URL comes back as UNSEEN.
    """
    if edition != edition_of_contents():
        return OTHER_EDITION, edition_of_contents().encode()
    task, items, limits, inbox_url = pickle.loads(packed)  # noqa: S301 - Dask's own wire is pickle
    filled, unseen = with_bytes(items, inbox_url)
    pairs = iter(_run_guarded(task, filled, shared, limits))
    missing = frozenset(unseen)
    told = [(None, UNSEEN) if at in missing else next(pairs) for at in range(len(items))]
    return DONE, pickle.dumps(told, protocol=pickle.HIGHEST_PROTOCOL)


def keep(shared: bytes) -> bytes:
    """Return what all chunks share. A task, not scattered data: when its last holder dies it is made again."""
    return shared


def _run_guarded(task: Callable[..., Any], items: list[Any], shared: bytes, limits: WorkLimits) -> list[Any]:
    if not items:
        return []
    pool = _guard(task, shared, limits)
    done: list[Done[Any, Any]] = list(run_in_pool(pool, items, limits, SUB_CHUNK))
    if any(item.death is Death.CRASH for item in done):
        _require_sound(pool)
    return [(item.result, item.death) for item in done]


def _guard(task: Callable[..., Any], shared: bytes, limits: WorkLimits) -> ProcessPool:
    """Return this thread's guarded process for a task, started when it is not there."""
    pools: OrderedDict[Any, ProcessPool] = _local.__dict__.setdefault("pools", OrderedDict())
    key = (task.__module__, task.__qualname__, hashlib.sha256(shared).digest(), limits)
    if key not in pools:
        while len(pools) >= KEPT:
            _stop(pools.popitem(last=False)[1])
        pool = start_pool(_prepare, (task, shared, limits.memory), task.__module__, 1)
        _allow_children()
        Finalize(None, _stop, (pool,), exitpriority=10)  # the worker would wait for its guarded process forever
        _require_sound(pool)
        pools[key] = pool
    pools.move_to_end(key)
    return pools[key]


def _require_sound(pool: ProcessPool) -> None:
    """Fail when a guarded process cannot do even nothing: a sick node must not refuse good files by name."""
    pool.schedule(run_chunk, args=([],), timeout=START).result()


def _stop(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]
    pool.join()


def _allow_children() -> None:
    """Let a Dask worker have children: its nanny starts it as a daemon, which multiprocessing forbids them to.

    Dask has a setting for it (distributed.worker.daemon), but it is the operator's, and clusters differ.
    """
    multiprocessing.current_process()._config["daemon"] = False  # type: ignore[attr-defined]


def _prepare(task: Callable[..., Any], shared: bytes, memory: int) -> None:
    """Set up a guarded process; it goes when its Dask worker is killed, even in the middle of a hang."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG, linux/prctl.h
    prepare_worker(task, pickle.loads(shared), memory)  # noqa: S301 - as above
