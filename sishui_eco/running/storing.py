"""Files made durable, originals kept by their hash, sets of outputs known by one manifest."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import stat
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path

from sishui_eco.errors import EcoError, OutputBusyError, StorageError

RETRIES = 6
FIRST_WAIT = 0.05
ON_WINDOWS = os.name == "nt"  # there, a file open in another program cannot be replaced


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
            busy = isinstance(error, PermissionError) and ON_WINDOWS
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
        return OutputBusyError("output_busy", path=name) if ON_WINDOWS else StorageError("no_permission", path=name)
    return StorageError("write_failed", path=name, reason=error.strerror or type(error).__name__)


def write_file(path: Path, content: bytes) -> None:
    """Write a file and make it durable: temporary name, fsync, rename. Raises: StorageError, OutputBusyError."""
    temporary = path.with_name(f".{path.name}.part")

    def act() -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_durably(temporary, content)
        temporary.replace(path)

    try:
        guard(path, act)
    except EcoError:
        _forget(temporary)
        raise


def write_set(folder: Path, outputs: Mapping[str, bytes]) -> None:
    """Write a set of files into a fresh folder and make it durable. Raises: StorageError, OutputBusyError."""
    if folder.exists():
        guard(folder, lambda: shutil.rmtree(folder))
    for name in sorted(outputs):
        path, content = folder / name, outputs[name]
        guard(path, partial(_write_below, path, content))
    for below in sorted({folder, *((folder / name).parent for name in outputs)}):
        sync_folder(below)


def _write_below(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    _write_durably(path, content)


def sync_folder(folder: Path) -> None:
    """Make names and renames below a folder durable, where the system has a way."""
    if not ON_WINDOWS:
        with suppress(OSError):
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


def _write_durably(path: Path, content: bytes) -> None:
    with path.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _forget(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)


def keep_original(folder: Path, sha256: str, content: bytes) -> Path:
    """Keep the bytes of an arrival under their hash, read-only; a second time is a no-op."""
    path = original_path(folder, sha256)
    if not path.exists():
        write_file(path, content)
        guard(path, lambda: path.chmod(stat.S_IREAD | stat.S_IRGRP))
    return path


def original_path(folder: Path, sha256: str) -> Path:
    return folder / sha256[:2] / sha256


def read_original(folder: Path, sha256: str) -> bytes | None:
    """Return the bytes kept under a hash; None when they are gone or no longer have that hash."""
    try:
        content = original_path(folder, sha256).read_bytes()
    except OSError:
        return None
    return content if hashlib.sha256(content).hexdigest() == sha256 else None


def manifest(outputs: Mapping[str, bytes]) -> str:
    """Return one hash over names and contents of a set of outputs."""
    hasher = hashlib.sha256()
    for name in sorted(outputs):
        hasher.update(name.encode() + b"\0" + hashlib.sha256(outputs[name]).digest())
    return hasher.hexdigest()


def manifest_of(folder: Path) -> str:
    """Return the manifest of a folder as it lies on disk, "" when it is not there."""
    if not folder.is_dir():
        return ""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return manifest({path.relative_to(folder).as_posix(): path.read_bytes() for path in files})
