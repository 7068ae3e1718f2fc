"""Outputs are staged, then published together; killed at any moment, the last good set stays whole."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import stat
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from sishui_eco.errors import EcoError, OutputBusyError, StorageError
from sishui_eco.zh import word

RETRIES = 6
FIRST_WAIT = 0.05


def guard(path: Path, action: Callable[[], object]) -> None:
    """Run a file-system action; turn what the system refuses into our own faults.

    A file held open by another program (Windows) is tried again for about three seconds.
    Raises: OutputBusyError, StorageError.
    """
    wait = FIRST_WAIT
    for attempt in range(RETRIES):
        try:
            action()
            return
        except OSError as error:
            busy = isinstance(error, PermissionError) and os.name == "nt"
            if not busy or attempt == RETRIES - 1:
                raise fault_of(error, path) from error
            time.sleep(wait)
            wait *= 2


def fault_of(error: OSError, path: Path) -> EcoError:
    """Return our fault for a system error on a path."""
    name = str(path)
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StorageError("disk_full", path=name)
    if error.errno == errno.EROFS:
        return StorageError("read_only", path=name)
    if isinstance(error, PermissionError):
        return (
            OutputBusyError("output_busy", path=name) if os.name == "nt" else StorageError("no_permission", path=name)
        )
    return StorageError("write_failed", path=name, reason=error.strerror or type(error).__name__)


def write_file(path: Path, content: bytes) -> None:
    """Write a file and make it durable: temporary name, fsync, rename. Raises: StorageError, OutputBusyError."""
    temporary = path.with_name(f".{path.name}.part")

    def act() -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)

    try:
        guard(path, act)
    except EcoError:
        temporary.unlink(missing_ok=True)
        raise


def keep_original(folder: Path, sha256: str, content: bytes) -> Path:
    """Keep the bytes of an arrival under their hash, read-only; a second time is a no-op."""
    path = folder / sha256[:2] / sha256
    if not path.exists():
        write_file(path, content)
        path.chmod(stat.S_IREAD | stat.S_IRGRP)
    return path


def manifest(outputs: Mapping[str, bytes]) -> str:
    """Return one hash over names and contents of a set of outputs."""
    hasher = hashlib.sha256()
    for name in sorted(outputs):
        hasher.update(name.encode() + b"\0" + hashlib.sha256(outputs[name]).digest())
    return hasher.hexdigest()


def manifest_of(folder: Path) -> str:
    """Return the manifest of a folder as it lies on disk."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return manifest({path.relative_to(folder).as_posix(): path.read_bytes() for path in files})


def stage(results: Path, outputs: Mapping[str, bytes]) -> Path:
    """Write every output below a fresh staging folder and return it. Nothing published is touched."""
    staging = results / word("staging", "folder")
    repair(results)
    shutil.rmtree(staging, ignore_errors=True)
    try:
        for name in sorted(outputs):
            write_file(staging / name, outputs[name])
    except EcoError:
        shutil.rmtree(staging, ignore_errors=True)
        raise
    return staging


def next_run(results: Path, day: str) -> Path:
    """Return the folder of the next run of a day: 2023-08-02_第1次, 第2次 …"""
    number = 1
    while (path := results / word("run", "folder", date=day, number=number)).exists():
        number += 1
    return path


def publish(results: Path, staging: Path, run: Path) -> None:
    """Make a staged set the run's folder and the latest one.

    The latest folder is always complete: a full copy is made beside it and swapped in by two renames;
    `repair` finishes a swap that was cut off between them.
    """
    latest = results / word("latest", "folder")
    coming, old = results / word("next", "folder"), results / word("old", "folder")

    def act() -> None:
        shutil.rmtree(coming, ignore_errors=True)
        shutil.copytree(staging, coming)

    guard(coming, act)
    guard(run, lambda: staging.rename(run))
    if latest.exists():
        guard(latest, lambda: latest.rename(old))
    guard(latest, lambda: coming.rename(latest))
    shutil.rmtree(old, ignore_errors=True)


def repair(results: Path) -> None:
    """Finish or roll back a swap that was cut off, so that the latest folder is complete again."""
    latest = results / word("latest", "folder")
    coming, old = results / word("next", "folder"), results / word("old", "folder")
    if not latest.exists() and old.exists():
        guard(latest, lambda: old.rename(latest))
    shutil.rmtree(coming, ignore_errors=True)
    shutil.rmtree(old, ignore_errors=True)
