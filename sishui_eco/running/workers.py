"""Worker processes: untrusted files are parsed under limits, and a bad one hurts only itself.

A task is a top-level function of one item. Items go out in chunks; when a chunk dies (time, memory,
abort), its items are tried one by one, so that only the guilty one is refused.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

from pebble import ProcessExpired, ProcessPool

Item = TypeVar("Item")
Result = TypeVar("Result")


class Death(StrEnum):
    """How a task ended without a result."""

    TIMEOUT = "timeout"
    MEMORY = "memory"
    CRASH = "crash"


@dataclass(frozen=True, slots=True)
class WorkLimits:
    """Bounds of one item: wall seconds and bytes of address space of its worker."""

    seconds: float = 20.0
    memory: int = 2 * 1024**3


@dataclass(frozen=True, slots=True)
class Done(Generic[Item, Result]):
    """One item with its result, or with the way its worker died."""

    item: Item
    result: Result | None
    death: Death | None = None


_state: dict[str, Any] = {}


def prepare_worker(task: Callable[[Any, Any], Any], shared: object, memory: int) -> None:
    """Set up a fresh worker: its task, what all its items share, and its memory bound."""
    _state["task"], _state["shared"] = task, shared
    silence = os.open(os.devnull, os.O_WRONLY)  # native parsers print their own panics; a clerk must not see them
    os.dup2(silence, 2)
    os.close(silence)
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def run_chunk(items: Sequence[Any]) -> list[Any]:
    return [_state["task"](item, _state["shared"]) for item in items]


def run_tasks(
    task: Callable[[Item, Any], Result],
    items: Sequence[Item],
    shared: object,
    *,
    workers: int,
    limits: WorkLimits,
    chunk: int = 8,
) -> Iterator[Done[Item, Result]]:
    """Yield every item in the given order with its result or its death.

    `task(item, shared)` must be a top-level function; `shared` is sent to each worker once.
    """
    if not items:
        return
    with start_pool(prepare_worker, (task, shared, limits.memory), task.__module__, workers) as pool:
        try:
            yield from run_in_pool(pool, items, limits, chunk)
        except BaseException:
            pool.stop()  # type: ignore[no-untyped-call]
            raise


def start_pool(prepare: Callable[..., None], given: tuple[Any, ...], preload: str, workers: int) -> ProcessPool:
    """Return a pool whose every fresh worker calls `prepare(*given)`; the module `preload` is loaded once for all."""
    context = multiprocessing.get_context("spawn" if sys.platform == "win32" else "forkserver")
    if hasattr(context, "set_forkserver_preload"):
        context.set_forkserver_preload([preload])
    return ProcessPool(max_workers=workers, initializer=prepare, initargs=given, context=context)


def run_in_pool(
    pool: ProcessPool, items: Sequence[Item], limits: WorkLimits, chunk: int
) -> Iterator[Done[Item, Result]]:
    """Yield every item in the given order, done by a pool that stays for what comes next."""
    chunks = [list(items[at : at + chunk]) for at in range(0, len(items), chunk)]
    futures = [pool.schedule(run_chunk, args=(part,), timeout=limits.seconds * len(part)) for part in chunks]
    for part, future in zip(chunks, futures, strict=True):
        yield from _settle(pool, part, future, limits)


def _settle(pool: Any, part: list[Any], future: Any, limits: WorkLimits) -> Iterator[Done[Any, Any]]:
    death, results = _outcome(future)
    if death is None:
        yield from (Done(item, result) for item, result in zip(part, results, strict=True))
    elif len(part) == 1:
        yield Done(part[0], None, death)
    else:
        for item in part:
            yield from _settle(pool, [item], pool.schedule(run_chunk, args=([item],), timeout=limits.seconds), limits)


def _outcome(future: Any) -> tuple[Death | None, list[Any]]:
    try:
        return None, future.result()
    except FutureTimeout:
        return Death.TIMEOUT, []
    except MemoryError:
        return Death.MEMORY, []
    except (ProcessExpired, Exception):
        return Death.CRASH, []
