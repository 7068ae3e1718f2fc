"""Worker processes: untrusted files are parsed under limits, and a bad one hurts only itself.

A task is a top-level function of one item. Items go out in chunks; when a chunk dies (time, memory,
abort), its items are tried one by one, so that only the guilty one is refused.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import pickle
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import TimeoutError as FutureTimeout
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from threading import Thread
from typing import Any, Generic, Protocol, TypeVar

from pebble import ProcessExpired, ProcessPool

from sishui_eco.running.bounds import bound_memory
from sishui_eco.running.forking import processes_with
from sishui_eco.running.packing import message_of, pack, unpack

Item = TypeVar("Item")
Result = TypeVar("Result")
CHUNK = 8  # items that go out together
CHUNK_BYTES = 4 * 1024**2  # and no more bytes than these, where items tell their `size`
AHEAD = 64  # chunks out at once, so that what came back and waits for its turn stays small
RENEWALS = 3  # times that broken processes are started anew for one chunk


class Death(StrEnum):
    """How a task ended without a result."""

    TIMEOUT = "timeout"
    MEMORY = "memory"
    CRASH = "crash"


@dataclass(frozen=True, slots=True)
class WorkLimits:
    """Bounds of one item: wall seconds, and bytes of address space of its worker (0: none)."""

    seconds: float = 20.0
    memory: int = 2 * 1024**3


@dataclass(frozen=True, slots=True)
class Done(Generic[Item, Result]):
    """One item with its result, or with the way its worker died."""

    item: Item
    result: Result | None
    death: Death | None = None
    message: bytes = b""  # the result as MessagePack, where it came so


class Workers(Protocol):
    """Where tasks run: processes of this machine (`LocalWorkers`), or a cluster that stands in their place."""

    def run(
        self,
        task: Callable[[Item, Any], Result],
        items: Sequence[Item],
        shared: object,
        *,
        limits: WorkLimits,
        chunk: int = CHUNK,
    ) -> Iterator[Done[Item, Result]]:
        """Yield every item in the given order with its result or its death.

        `task(item, shared)` must be a top-level function; `shared` is the same for all items.
        """
        ...


@contextmanager
def employ(workers: int | Workers | None, *, preload: str) -> Iterator[Workers]:
    """Give the workers that were brought along, or so many processes of this machine for as long as they are used.

    Those of this machine begin at once to load the module that holds the tasks.
    """
    if workers is not None and not isinstance(workers, int):
        yield workers
        return
    local = LocalWorkers(workers or default_workers())
    local.start(preload)
    try:
        yield local
    finally:
        local.dismiss()  # they go while the caller goes on: waiting would cost each run some tenths of a second


def default_workers() -> int:
    return max(1, min(8, os.cpu_count() or 1))


def run_tasks(
    task: Callable[[Item, Any], Result],
    items: Sequence[Item],
    shared: object,
    *,
    workers: int,
    limits: WorkLimits,
    chunk: int = CHUNK,
) -> Iterator[Done[Item, Result]]:
    """Yield every item in the given order with its result or its death, from processes started for this one task."""
    with LocalWorkers(workers) as local:
        yield from local.run(task, items, shared, limits=limits, chunk=chunk)


# --- within a worker ------------------------------------------------------------------------------------

_state: dict[str, Any] = {}


def _prepare_worker(memory: int) -> None:
    """Set up a fresh worker: its memory bound, and silence; it goes when the process it works for was killed."""
    Thread(target=_leave_with_parent, daemon=True).start()
    silence = os.open(os.devnull, os.O_WRONLY)  # native parsers print their own panics; a clerk must not see them
    os.dup2(silence, 2)
    os.close(silence)
    bound_memory(memory)


def _leave_with_parent() -> None:
    """Wait until the process we work for is gone, killed perhaps, then go too, be it in the middle of a hang."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _run_chunk(task: Callable[[Any, Any], Any], name: str, packed: bytes, items: Sequence[Any]) -> list[bytes]:
    """Do a chunk of one of several tasks and pack what it says; what its items share is unpacked once."""
    if _state.get("name") != name:
        _state["shared"], _state["name"] = pickle.loads(packed), name  # noqa: S301  packed by our own main process
    return [pack(task, task(item, _state["shared"])) for item in items]


def _ready() -> None:
    """Do nothing: the first task makes a pool start its processes."""


# --- in the main process --------------------------------------------------------------------------------


class LocalWorkers:
    """Processes of this machine, started once and kept from stage to stage and from task folder to task folder."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._limits = WorkLimits()
        self._pool: ProcessPool | None = None
        self._starting = Thread()
        self._leaving: list[Thread] = []

    def __enter__(self) -> LocalWorkers:
        return self

    def __exit__(self, *raised: object) -> None:
        self.dismiss()
        for thread in self._leaving:
            thread.join()

    def start(self, module: str) -> None:
        """Let the processes begin to load the module that holds the tasks, while the caller does other things."""
        if self._pool is None:
            self._pool = _new_pool(module, self._count, self._limits.memory)
            self._starting = Thread(target=_begin, args=(self._pool,))
            self._starting.start()

    def dismiss(self) -> None:
        """Send the processes away, whatever they are doing, without waiting for their end."""
        if self._pool is not None:
            self._leaving.append(Thread(target=_end, args=(self._pool, self._starting)))
            self._leaving[-1].start()
            self._pool = None

    def run(
        self,
        task: Callable[[Item, Any], Result],
        items: Sequence[Item],
        shared: object,
        *,
        limits: WorkLimits,
        chunk: int = CHUNK,
    ) -> Iterator[Done[Item, Result]]:
        """Yield every item in the given order with its result or its death (see `Workers`)."""
        if not items:
            return
        if limits != self._limits:
            self.dismiss()
            self._limits = limits
        packed = pickle.dumps(shared, protocol=pickle.HIGHEST_PROTOCOL)
        name = hashlib.sha256(packed).hexdigest()

        def schedule(part: list[Item]) -> Any:
            return self._schedule(task, (name, packed, part))

        try:
            for done in _flow(chunks(items, chunk), schedule):
                yield done if done.result is None else _unpacked(task, done)
        except BaseException:
            self.dismiss()
            raise

    def _schedule(self, task: Callable[[Any, Any], Any], given: tuple[str, bytes, list[Any]]) -> Any:
        """Return the promise of a chunk, None when the pool broke just now; a broken one is replaced."""
        if self._pool is not None and not self._pool.active:
            self.dismiss()
        self.start(task.__module__)
        pool: Any = self._pool
        try:
            return pool.schedule(_run_chunk, args=(task, *given), timeout=self._limits.seconds * len(given[-1]))
        except RuntimeError:
            return None


def _unpacked(task: Callable[[Any, Any], Any], done: Done[Any, Any]) -> Done[Any, Any]:
    packed = bytes(done.result or b"")
    return Done(done.item, unpack(task, packed), message=message_of(packed))


def _new_pool(preload: str, workers: int, memory: int) -> ProcessPool:
    """Return a pool of processes that have the module `preload` loaded."""
    context = processes_with(preload)
    return ProcessPool(max_workers=workers, initializer=_prepare_worker, initargs=(memory,), context=context)


def _flow(parts: Iterator[list[Any]], schedule: Callable[[list[Any]], Any]) -> Iterator[Done[Any, Any]]:
    """Yield the items of all chunks in order, some chunks being out ahead of the one that is waited for."""
    waiting: deque[tuple[list[Any], Any]] = deque()
    for part in parts:
        waiting.append((part, schedule(part)))
        if len(waiting) >= AHEAD:
            yield from _settle(*waiting.popleft(), schedule)
    while waiting:
        yield from _settle(*waiting.popleft(), schedule)


def _settle(
    part: list[Any], promise: Any, schedule: Callable[[list[Any]], Any], renewals: int = RENEWALS
) -> Iterator[Done[Any, Any]]:
    """Yield the items of a chunk. Raises: BrokenProcessPool when no process stays alive, whatever it is given."""
    try:
        death, results = _outcome(promise)
    except BrokenProcessPool:
        if not renewals:
            raise
        yield from _settle(part, schedule(part), schedule, renewals - 1)
        return
    if death is None:
        yield from (Done(item, result) for item, result in zip(part, results, strict=True))
    elif len(part) == 1:
        yield Done(part[0], None, death)
    else:
        for item in part:
            yield from _settle([item], schedule([item]), schedule)


def _begin(pool: Any) -> None:
    with suppress(RuntimeError, OSError):  # told when the pool is given its first real task
        pool.schedule(_ready)


def _end(pool: Any, starting: Thread) -> None:
    starting.join()
    pool.stop()
    pool.join()


def chunks(items: Sequence[Item], most: int) -> Iterator[list[Item]]:
    """Yield the items in order, cut by number and, where they tell their `size`, by bytes."""
    part: list[Item] = []
    size = 0
    for item in items:
        own = int(getattr(item, "size", 0))
        if part and (len(part) >= most or size + own > CHUNK_BYTES):
            yield part
            part, size = [], 0
        part.append(item)
        size += own
    if part:
        yield part


def _outcome(promise: Any) -> tuple[Death | None, list[Any]]:
    """Return how a chunk died, or its results. Raises: BrokenProcessPool when it was not its fault."""
    if promise is None:
        raise BrokenProcessPool
    try:
        return None, promise.result()
    except FutureTimeout:
        return Death.TIMEOUT, []
    except MemoryError:
        return Death.MEMORY, []
    except BrokenProcessPool:
        raise
    except (ProcessExpired, Exception):
        return Death.CRASH, []
