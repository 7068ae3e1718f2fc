"""Past one machine: the per-file stage on a Dask cluster, a `workers.Workers` like the processes of one machine.

Dask schedules; nothing here queues beyond a window of chunks, so that the scheduler never holds everything. A chunk
that the cluster cannot do is done here. When the cluster is lost the run stops with a fault of ours.
Dask is imported when a cluster is asked for, not before (optional extra `[cluster]`).
"""

from __future__ import annotations

import gc
import hashlib
import logging
import pickle
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from sishui_eco.errors import ClusterError
from sishui_eco.running import cluster_worker
from sishui_eco.running.edition import edition_of_contents
from sishui_eco.running.fetching import with_own_bytes, without_bytes
from sishui_eco.running.packing import message_of, unpack
from sishui_eco.running.uncollected import uncollected
from sishui_eco.running.workers import CHUNK as LOCAL_CHUNK
from sishui_eco.running.workers import Death, Done, WorkLimits, chunks, run_tasks
from sishui_eco.zh import word

Item = TypeVar("Item")
Result = TypeVar("Result")

CHUNK = 50  # files that travel together: 1,393 workbooks a second against 544 one by one (facts/speed.md)
WINDOW = 3  # chunks on their way for each thread of the cluster
AHEAD = 8  # windows that may be finished before a slow one in front of them
RETRIES = 2  # times Dask tries a chunk again that failed without killing its worker
HELPED = 3  # chunks done here before a cluster counts as broken
TICK = 2.0  # seconds between looks at the cluster while nothing ends
ALONE = 60.0  # seconds that a cluster may have no worker at all
CONNECT = 10.0
CLOSE = 2.0
LOCAL = "local"


@dataclass(slots=True)
class Cluster:
    """A connected cluster. `inbox_url` is the inbox as the workers see it, empty when they do not.

    `writers` is how many processes may use it at a time, each for a task folder of its own.
    """

    client: Any
    inbox_url: str = ""
    writers: int = 1
    window: int = 0
    helped: int = 0

    @property
    def address(self) -> str:
        """Where other processes connect to the same cluster."""
        return str(self.client.scheduler.address)

    def of_task(self, inbox_url: str, name: str) -> Cluster:
        """Return the same cluster for one of many task folders, {task} in the URL standing for its name."""
        return replace(self, inbox_url=inbox_url.replace("{task}", name), helped=0)

    def run(
        self,
        task: Callable[[Item, Any], Result],
        items: Sequence[Item],
        shared: object,
        *,
        limits: WorkLimits,
        chunk: int = LOCAL_CHUNK,
    ) -> Iterator[Done[Item, Result]]:
        """Yield every item in the given order with its result or its death (see `workers.Workers`).

        `chunk` is for processes of one machine; what travels goes in larger ones.

        Raises: ClusterError when the cluster is lost, broken, or has another edition of the code.
        """
        if not items:
            return
        blob = pickle.dumps(shared, protocol=pickle.HIGHEST_PROTOCOL)
        key = f"sishui-eco-{hashlib.sha256(blob).hexdigest()}"
        work = _Work(task=task, shared=shared, limits=limits, chunks=list(chunks(items, CHUNK)))
        with self._translating():
            held = self.client.submit(cluster_worker.keep, blob, key=key)
            yield from self._flow(work, held)

    # --- the window ------------------------------------------------------------------------------------

    def _flow(self, work: _Work, held: Any) -> Iterator[Done[Any, Any]]:
        """Keep a window of chunks on their way and yield the finished ones in order."""
        window = self.window or WINDOW * max(1, sum(self.client.nthreads().values()))
        flying: dict[Any, int] = {}
        ready: dict[int, list[Done[Any, Any]]] = {}
        sent = 0
        try:
            for number in range(len(work.chunks)):
                while number not in ready:
                    while len(flying) < window and sent < min(len(work.chunks), number + AHEAD * window):
                        flying[self._send(work, work.chunks[sent], held, self.inbox_url)] = sent
                        sent += 1
                    for future in self._first(flying):
                        at = flying.pop(future)
                        ready[at] = self._settle(work, work.chunks[at], future, held)
                yield from ready.pop(number)
        finally:
            with suppress(Exception):
                self.client.cancel(list(flying), force=True)

    def _send(self, work: _Work, items: Sequence[Any], held: Any, inbox_url: str) -> Any:
        travelling = [without_bytes(item) if inbox_url else with_own_bytes(item) for item in items]
        packed = pickle.dumps((work.task, travelling, work.limits, inbox_url), protocol=pickle.HIGHEST_PROTOCOL)
        return self.client.submit(
            cluster_worker.carry_out, edition_of_contents(), packed, held, pure=False, retries=RETRIES
        )

    def _first(self, flying: dict[Any, int]) -> list[Any]:
        """Return what has ended, waiting until something has.

        Raises: ClusterError when the connection is lost, or no worker is left for a while.
        """
        from distributed import wait

        since = time.monotonic()
        while True:
            with suppress(TimeoutError), self.client.as_current():
                wait(list(flying), timeout=TICK, return_when="FIRST_COMPLETED")
            ended = [future for future in flying if future.done()]
            if ended:
                return ended
            if self.client.status != "running":
                raise ClusterError("cluster_lost")
            if self.client.nthreads():
                since = time.monotonic()
            elif time.monotonic() - since > ALONE:
                raise ClusterError("cluster_without_workers", seconds=int(ALONE))

    # --- what came back --------------------------------------------------------------------------------

    def _settle(self, work: _Work, items: list[Any], future: Any, held: Any) -> list[Done[Any, Any]]:
        if future.status in ("cancelled", "lost"):
            raise ClusterError("cluster_lost")
        if future.status == "error":
            return self._help(work, items, future)
        state, blob = future.result()
        if state == cluster_worker.OTHER_EDITION:
            raise ClusterError("cluster_edition", ours=edition_of_contents()[:8], theirs=blob.decode()[:8])
        pairs = pickle.loads(zlib.decompress(blob))  # noqa: S301 - Dask's own wire is pickle: a cluster is trusted
        if any(death == cluster_worker.UNSEEN for _, death in pairs):
            return self._send_bytes(work, items, pairs, held)
        return [_done(work, item, pair) for item, pair in zip(items, pairs, strict=True)]

    def _send_bytes(self, work: _Work, items: list[Any], pairs: list[Any], held: Any) -> list[Done[Any, Any]]:
        """Send the bytes of what the workers did not see; when they saw nothing of a chunk they are not asked again."""
        missing = [item for item, (_, death) in zip(items, pairs, strict=True) if death == cluster_worker.UNSEEN]
        if len(missing) == len(items):
            self.inbox_url = ""
        future = self._send(work, missing, held, "")
        self._first({future: 0})
        again = iter(self._settle(work, missing, future, held))
        return [
            next(again) if pair[1] == cluster_worker.UNSEEN else _done(work, item, pair)
            for item, pair in zip(items, pairs, strict=True)
        ]

    def _help(self, work: _Work, items: list[Any], future: Any) -> list[Done[Any, Any]]:
        """Do here, under the same limits, what the cluster could not; after a few such it counts as broken."""
        self.helped += 1
        error = future.exception()
        if isinstance(error, ImportError):
            raise ClusterError("cluster_edition", ours=edition_of_contents()[:8], theirs=str(error.name))
        if self.helped > HELPED:
            raise ClusterError("cluster_broken", kind=type(error).__name__)
        return list(run_tasks(work.task, items, work.shared, workers=1, limits=work.limits))

    @contextmanager
    def _translating(self) -> Iterator[None]:
        """Turn what Dask raises when its connection breaks into a fault of ours."""
        from concurrent.futures import CancelledError

        try:
            yield
        except (CancelledError, TimeoutError, OSError) as error:
            raise ClusterError("cluster_lost") from error
        except RuntimeError as error:
            if self.client.status == "running":
                raise
            raise ClusterError("cluster_lost") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """One stage over all its items, in chunks."""

    task: Callable[[Any, Any], Any]
    shared: object
    limits: WorkLimits
    chunks: list[list[Any]]


def _done(work: _Work, item: Any, pair: tuple[bytes | None, Death | None]) -> Done[Any, Any]:
    packed, death = pair
    if packed is None:
        return Done(item, None, death)
    return Done(item, unpack(work.task, packed), death, message_of(packed))


# --- connecting -----------------------------------------------------------------------------------------


@contextmanager
def open_cluster(address: str, *, workers: int, inbox_url: str = "") -> Iterator[Cluster]:
    """Connect to a running scheduler, or start a cluster on this machine for trial (`local`, or its Chinese word).

    Raises: ClusterError when Dask is not installed or nothing answers at the address.
    """
    try:
        import distributed  # noqa: F401
    except ImportError:
        raise ClusterError("cluster_absent") from None
    _hush()
    with ExitStack() as stack:
        client = _connected(address, workers, stack)
        if client is None:
            gc.collect()
            raise ClusterError("cluster_unreachable", address=address)
        yield Cluster(client=client, inbox_url=inbox_url, writers=workers)


def _connected(address: str, workers: int, stack: ExitStack) -> Any:
    """Return a client, None when nothing answers.

    The collector of cycles rests, and a client that never connected is collected right afterwards: Dask waits for
    itself for ever when an old client is let go in the middle of making or closing another.
    """
    from distributed import Client

    with uncollected():
        try:
            if address in (LOCAL, word("cluster_local", "cli")):
                address = stack.enter_context(_trial(workers))
            client = Client(address, timeout=CONNECT, set_as_default=False)
        except (OSError, ValueError):
            return None
        stack.callback(client.close, timeout=CLOSE)
        return client


def _hush() -> None:
    """Keep Dask's own log off the screen: a clerk is told by us, in a sentence."""
    for name in list(logging.root.manager.loggerDict):
        if name.partition(".")[0] == "distributed":
            logging.getLogger(name).setLevel(logging.CRITICAL)


def _trial(workers: int) -> Any:
    from distributed import LocalCluster

    return LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        processes=True,
        dashboard_address=":0",
        silence_logs=logging.CRITICAL,
    )
