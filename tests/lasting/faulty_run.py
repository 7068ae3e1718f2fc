"""A program that runs `collect` and is hit at its k-th file-system event: killed, or refused by the system.

    python faulty_run.py TEMPLATE SCRATCH FAULT AS_OF K,K,…

For every k the template folder is copied to SCRATCH/k; a forked child, which imports nothing anew, calls
the command line on it with the fault armed; another child then runs it again without one. One JSON line a k.
FAULT is kill, ENOSPC, EACCES, EIO, or count (k is then ignored and the events are listed).
Events are what changes the disk: files opened for writing, each half of a write, fsync, renames, removals,
folders made, modes changed, every SQL statement and commit, and the call that swaps two folders.
"""

from __future__ import annotations

import errno
import io
import json
import os
import shutil
import signal
import sqlite3
import sys
import threading
from pathlib import Path

from sishui_eco import cli, pipeline, verbs  # noqa: F401  imported once, before any child
from sishui_eco.running import storing

WATCHED = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.chmod", "os.truncate", "os.link", "ctypes.dlopen"}
REAL_OPEN, REAL_FSYNC, REAL_CONNECT = io.open, os.fsync, sqlite3.connect


class Fault:
    """Counts events and strikes at one of them."""

    def __init__(self, kind: str, strike_at: int, told: int) -> None:
        self.kind, self.strike_at, self.told, self.count = kind, strike_at, told, 0
        self.names: list[str] = []

    def event(self, name: str) -> None:
        if threading.current_thread() is not threading.main_thread():
            return
        self.count += 1
        self.names.append(name)
        if self.kind == "count" or self.count != self.strike_at:
            return
        if name == "sql committed" and self.kind != "kill":  # too late for the system to refuse anything
            return
        os.write(self.told, f"{name}\n".encode())
        if self.kind == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if name.startswith("sql"):
            error = sqlite3.OperationalError("injected")
            error.sqlite_errorname = {"ENOSPC": "SQLITE_FULL", "EIO": "SQLITE_IOERR_WRITE"}.get(
                self.kind, "SQLITE_READONLY"
            )
            raise error
        number = getattr(errno, self.kind)
        raise OSError(number, os.strerror(number))


def arm(fault: Fault) -> None:
    def hook(name: str, arguments: tuple) -> None:
        if name == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR):
            if not isinstance(arguments[0], int) and not str(arguments[0]).startswith("/dev"):
                fault.event("open")
        elif name in WATCHED:
            fault.event(name)

    class Connection(sqlite3.Connection):
        def execute(self, sql, *arguments):
            if not sql.startswith("SELECT"):
                fault.event(f"sql {sql.split()[0]}")
            return super().execute(sql, *arguments)

        def executemany(self, sql, *arguments):
            fault.event(f"sql {sql.split()[0]}")
            return super().executemany(sql, *arguments)

        def __exit__(self, *raised):
            if self.in_transaction and raised[0] is None:
                try:
                    fault.event("sql commit")
                except sqlite3.Error:
                    self.rollback()
                    raise
            result = super().__exit__(*raised)
            if raised[0] is None:
                fault.event("sql committed")
            return result

    class Stream:
        def __init__(self, stream) -> None:
            self.stream = stream

        def __enter__(self):
            return self

        def __exit__(self, *raised) -> None:
            self.stream.close()

        def write(self, content: bytes) -> int:
            half = len(content) // 2
            self.stream.write(content[:half])
            self.stream.flush()
            fault.event("write")
            return half + self.stream.write(content[half:])

        def __getattr__(self, name: str):
            return getattr(self.stream, name)

    def open_torn(file, mode="r", *arguments, **options):
        stream = REAL_OPEN(file, mode, *arguments, **options)
        return Stream(stream) if mode == "wb" else stream

    def fsync(descriptor: int) -> None:
        fault.event("fsync")
        REAL_FSYNC(descriptor)

    storing.SYNCERS = 0  # one by one in this thread, so that every event has its number
    sqlite3.connect = lambda *a, **o: REAL_CONNECT(*a, factory=Connection, **o)
    io.open = open_torn
    os.fsync = fsync
    sys.addaudithook(hook)


def child(folder: Path, as_of: str, fault: Fault | None, output: Path) -> tuple[int, int]:
    """Run collect in a forked child and return (exit code, signal)."""
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        code = 99
        try:
            stream = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(stream, 1)
            os.dup2(stream, 2)
            if fault:
                arm(fault)
            code = cli.main(["collect", str(folder), "--as-of", as_of, "--workers", "1"])
            sys.stdout.flush()
            sys.stderr.flush()
            if fault and fault.kind == "count":
                os.write(fault.told, ("\n".join(fault.names) + "\n").encode())
        finally:
            os._exit(code)
    _, status = os.waitpid(pid, 0)
    return (os.WEXITSTATUS(status) if os.WIFEXITED(status) else -1), (
        os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    )


def strike(template: Path, scratch: Path, kind: str, as_of: str, k: int) -> dict[str, object]:
    folder = scratch / f"{kind}{k}"
    shutil.copytree(template, folder)
    reading, writing = os.pipe()
    code, killed = child(folder, as_of, Fault(kind, k, writing), scratch / f"{kind}{k}.txt")
    os.close(writing)
    with os.fdopen(reading) as stream:
        fired = stream.read().split("\n")[:-1]
    said = (scratch / f"{kind}{k}.txt").read_text(encoding="utf-8", errors="replace")
    if kind != "count":
        shutil.copytree(folder, scratch / f"{kind}{k}_struck")
    again, _ = child(folder, as_of, None, scratch / f"{kind}{k}_again.txt")
    return {"k": k, "code": code, "signal": killed, "fired": fired, "said": said, "again": again, "folder": folder.name}


if __name__ == "__main__":
    template, scratch, kind, as_of, wanted = sys.argv[1:]
    for text in wanted.split(","):
        print(json.dumps(strike(Path(template), Path(scratch), kind, as_of, int(text)), ensure_ascii=False), flush=True)
