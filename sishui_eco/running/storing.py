"""Files made durable, many side by side; originals kept by their hash; sets of outputs known by one manifest."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore

from sishui_eco.errors import EcoError, OutputBusyError, StorageError

RETRIES = 6
FIRST_WAIT = 0.05
SYNCERS = 8  # files on their way to the disk at once: it settles many together for the price of one; 0 is one by one
PENDING = 64  # files that may wait for it, so that their bytes do not fill the memory
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


class Together:
    """Actions on the disk side by side, each durable when it ends; leaving the block waits for all of them.

    The first fault of any of them is raised, at the next action or on leaving; no action begins after it.
    """

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(SYNCERS) if SYNCERS else None
        self._room = BoundedSemaphore(PENDING)
        self._fault: BaseException | None = None

    def __enter__(self) -> Together:
        return self

    def __exit__(self, kind: object, raised: BaseException | None, trace: object) -> None:
        if raised is not None:
            self._fault = self._fault or raised
        if self._threads is not None:
            self._threads.shutdown()
        if raised is None and self._fault is not None:
            raise self._fault

    def do(self, action: Callable[..., object], *arguments: object) -> None:
        """Begin an action. Raises: the first fault of an earlier one."""
        if self._threads is None:
            action(*arguments)
            return
        if self._fault is not None:
            raise self._fault
        self._room.acquire()
        self._threads.submit(self._act, action, arguments)

    def _act(self, action: Callable[..., object], arguments: tuple[object, ...]) -> None:
        try:
            if self._fault is None:
                action(*arguments)
        except BaseException as fault:
            self._fault = self._fault or fault
        finally:
            self._room.release()


def write_below(path: Path, content: bytes) -> None:
    """Write a file of a set that nobody sees yet, and make it durable. Raises: StorageError, OutputBusyError."""

    def act() -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_durably(path, content)

    guard(path, act)


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


class Keeping:
    """Originals kept side by side with other work; bytes that came twice are written once."""

    def __init__(self, folder: Path, writes: Together) -> None:
        self._folder, self._writes = folder, writes
        self._begun: set[str] = set()

    def keep(self, sha256: str, content: bytes) -> Path:
        """Let bytes be kept under their hash and return where they will be. Raises: as `Together.do`."""
        path = original_path(self._folder, sha256)
        if sha256 not in self._begun and not path.exists():
            self._begun.add(sha256)
            self._writes.do(keep_original, self._folder, sha256, content)
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


@dataclass(frozen=True, slots=True)
class Held:
    """Bytes by reference: where they lie, or carried along where they lie nowhere yet.

    `file` is their path below the inbox, "" for a member of a mail or archive.
    """

    sha256: str
    size: int
    file: str = ""
    paths: tuple[Path, ...] = ()
    content: bytes | None = None

    def read(self) -> bytes | None:
        """Return the bytes; None when they lie nowhere any more as they were."""
        if self.content is not None:
            return self.content
        for path in self.paths:
            with suppress(OSError):
                content = path.read_bytes()
                if hashlib.sha256(content).hexdigest() == self.sha256:
                    return content
        return None


def manifest(outputs: Mapping[str, bytes]) -> str:
    """Return one hash over names and contents of a set of outputs."""
    return manifest_of_hashes({name: hashlib.sha256(content).digest() for name, content in outputs.items()})


def manifest_of_hashes(hashes: Mapping[str, bytes]) -> str:
    """Return the manifest of a set from the hash of each of its files."""
    hasher = hashlib.sha256()
    for name in sorted(hashes):
        hasher.update(name.encode() + b"\0" + hashes[name])
    return hasher.hexdigest()


def manifest_of(folder: Path) -> str:
    """Return the manifest of a folder as it lies on disk, "" when it is not there."""
    if not folder.is_dir():
        return ""
    return manifest_of_hashes(dict(_hashes_below(os.fspath(folder), "")))


def _hashes_below(folder: str, inside: str) -> Iterator[tuple[str, bytes]]:
    """Yield the name below and the hash of every file of a folder; without a Path for each of many small files."""
    with os.scandir(folder) as entries:
        for entry in entries:
            name = f"{inside}{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                yield from _hashes_below(entry.path, f"{name}/")
            elif entry.is_file():
                with open(entry.path, "rb") as stream:  # noqa: PTH123
                    yield name, hashlib.sha256(stream.read()).digest()
