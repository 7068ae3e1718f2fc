"""Tasks with the faults of hostile files and sick machines; top-level functions, as worker processes need them.

Nothing heavy is imported here: a fresh process that must load it first has a second or two for all.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def started_scheduler() -> tuple[subprocess.Popen[str], str]:
    """Start a scheduler as a process of its own, as on a real cluster, and return it with its address."""
    process = _start("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
    assert process.stderr is not None
    told = (re.search(r"Scheduler at:\s+(tcp://[0-9.:]+)", line) for line in process.stderr)
    return process, next(found[1] for found in told if found)


def started_worker(address: str) -> subprocess.Popen[str]:
    return _start("dask_worker", address, "--nthreads", "1", "--no-dashboard", "--no-nanny")


def _start(module: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", f"distributed.cli.{module}", *arguments],
        stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip


def behave(item: str, shared: str) -> str:
    """Do as the item says; the worker process must survive or be replaced."""
    if item == "hang":
        time.sleep(60)
    if item == "abort":
        os.abort()
    if item == "memory":
        return str(len(bytearray(4 * 1024**3)))
    if item == "raise":
        raise ValueError("no text of ours")
    return shared + item


def slow(item: str, shared: str) -> str:
    time.sleep(0.01)
    return shared + item


def kill_the_machine_once(item: str, shared: str) -> str:
    """At the item "kill", end the Dask worker above this guarded process, the first time."""
    mark = Path(shared)
    if item == "kill" and not mark.exists():
        mark.write_text(str(os.getpid()))
        dask_worker = parent(os.getppid())  # guarded process -> fork server -> Dask worker
        os.kill(dask_worker, signal.SIGKILL)
        time.sleep(60)
    return item


def parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
