"""What runs inside a Dask worker: a chunk of the per-file stage, in the same guarded process as on one machine.

Only texts and bytes cross the border, so that a worker with another edition of the code can say so before it
unpacks anything. Each thread of a worker keeps its guarded processes from chunk to chunk.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import pickle
import threading
import zlib
from multiprocessing.util import Finalize
from typing import Any

from sishui_eco.running.edition import edition_of_contents
from sishui_eco.running.fetching import with_bytes
from sishui_eco.running.packing import Task, pack
from sishui_eco.running.workers import LocalWorkers, WorkLimits

DONE, OTHER_EDITION = "done", "other edition"
UNSEEN = "unseen"
_local = threading.local()


def carry_out(edition: str, packed: bytes, shared: bytes) -> tuple[str, bytes]:
    """Do a chunk and return what became of it: DONE with pairs (packed result, death), or OTHER_EDITION with ours.

    An item whose bytes this worker does not see below the URL comes back as UNSEEN.
    """
    if edition != edition_of_contents():
        return OTHER_EDITION, edition_of_contents().encode()
    task, items, limits, inbox_url = pickle.loads(packed)  # noqa: S301 - Dask's own wire is pickle
    filled, unseen = with_bytes(items, inbox_url)
    pairs = iter(_run_guarded(task, filled, shared, limits))
    missing = frozenset(unseen)
    told = [(None, UNSEEN) if at in missing else next(pairs) for at in range(len(items))]
    return DONE, zlib.compress(pickle.dumps(told, protocol=pickle.HIGHEST_PROTOCOL), level=1)


def keep(shared: bytes) -> bytes:
    """Return what all chunks share. A task, not scattered data: when its last holder dies it is made again."""
    return shared


def _run_guarded(task: Task, items: list[Any], shared: bytes, limits: WorkLimits) -> list[tuple[Any, Any]]:
    done = _guard().run(do_packed, items, (task, _unpacked(shared)), limits=limits)
    return [(item.result, item.death) for item in done]


def do_packed(item: Any, given: tuple[Task, Any]) -> bytes:
    """Do a task and pack its result at once, so that the Dask worker hands it on as it is (worker task)."""
    task, shared = given
    return pack(task, task(item, shared))


def _guard() -> LocalWorkers:
    """Return this thread's guarded process."""
    if not hasattr(_local, "guard"):
        _allow_children()
        _local.guard = LocalWorkers(1)
        Finalize(None, _local.guard.__exit__, exitpriority=10)  # a Dask worker would wait for its children forever
    guard: LocalWorkers = _local.guard
    return guard


def _unpacked(shared: bytes) -> object:
    """Return what all chunks share, unpacked once for each thread."""
    digest = hashlib.sha256(shared).digest()
    if getattr(_local, "digest", b"") != digest:
        _local.shared, _local.digest = pickle.loads(shared), digest  # noqa: S301 - as above
    return _local.shared


def _allow_children() -> None:
    """Let a Dask worker have children: its nanny starts it as a daemon, which multiprocessing forbids them to.

    Dask has a setting for it (distributed.worker.daemon), but it is the operator's, and clusters differ.
    """
    multiprocessing.current_process()._config["daemon"] = False  # type: ignore[attr-defined]
