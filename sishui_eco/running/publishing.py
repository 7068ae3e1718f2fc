"""Outputs are staged, then published together; killed at any moment, the last good set stays whole.

stage: the set is written twice beside the published one. The ledger then records it; from there on the
publication counts. publish: two renames put it in place. `repair` finishes what was recorded and takes
back what was not, so that ledger and published set agree whenever a run begins.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import shutil
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sishui_eco.running.storing import Together, guard, manifest_of, manifest_of_hashes, sync_folder, write_below
from sishui_eco.zh import word


@dataclass(frozen=True, slots=True)
class Shelf:
    """The places below the results folder that a publication moves things between."""

    results: Path

    @property
    def latest(self) -> Path:
        return self.results / word("latest", "folder")

    @property
    def staging(self) -> Path:
        return self.results / word("staging", "folder")

    @property
    def coming(self) -> Path:
        return self.results / word("next", "folder")

    @property
    def old(self) -> Path:
        return self.results / word("old", "folder")

    @property
    def unfinished(self) -> bool:
        """Whether a run was cut off here."""
        return any(path.exists() for path in (self.staging, self.coming, self.old))

    def edited(self) -> Path:
        """Return where a published set that people have changed is put aside."""
        number = 1
        while (path := self.results / word("edited", "folder", number=number)).exists():
            number += 1
        return path


class Staging:
    """A set of outputs written as they are made, twice: as the coming run and as the coming latest set.

    Nothing published is touched. Leaving the block makes all of it durable; a fault leaves nothing behind.
    Raises: StorageError, OutputBusyError.
    """

    def __init__(self, results: Path) -> None:
        self._shelf = Shelf(results)
        self._writes = Together()
        self._hashes: dict[str, bytes] = {}

    def __enter__(self) -> Staging:
        for folder in (self._shelf.staging, self._shelf.coming):
            if folder.exists():
                guard(folder, partial(shutil.rmtree, folder))
        return self

    def put(self, name: str, content: bytes) -> None:
        """Add an output by its path below the set. Raises: ValueError when there is one of that name already."""
        if name in self._hashes:
            raise ValueError(f"two outputs are called {name}")
        self._hashes[name] = hashlib.sha256(content).digest()
        for folder in (self._shelf.staging, self._shelf.coming):
            self._writes.do(write_below, folder / name, content)

    @property
    def manifest(self) -> str:
        """The manifest of what was put so far."""
        return manifest_of_hashes(self._hashes)

    def __exit__(self, kind: object, raised: BaseException | None, trace: object) -> None:
        try:
            self._writes.__exit__(kind, raised, trace)
            if raised is None:
                self._sync_folders()
        except BaseException:
            unstage(self._shelf.results)
            raise
        if raised is not None:
            unstage(self._shelf.results)

    def _sync_folders(self) -> None:
        with Together() as syncs:
            for folder in (self._shelf.staging, self._shelf.coming):
                for below in sorted({folder, *((folder / name).parent for name in self._hashes)}):
                    syncs.do(sync_folder, below)


def stage(results: Path, outputs: Mapping[str, bytes]) -> str:
    """Stage a whole set in the order of its names and return its manifest. Raises: StorageError, OutputBusyError."""
    with Staging(results) as staging:
        for name in sorted(outputs):
            staging.put(name, outputs[name])
    return staging.manifest


def unstage(results: Path) -> None:
    """Take back what was staged and not recorded; the coming set first, for `repair` asks for the staged one."""
    shelf = Shelf(results)
    shutil.rmtree(shelf.coming, ignore_errors=True)
    shutil.rmtree(shelf.staging, ignore_errors=True)


def next_run(results: Path, day: str, taken: Collection[str] = ()) -> Path:
    """Return the folder of the next run of a day: 2023-08-02_第1次, 第2次 …; a name once recorded stays taken."""
    number = 1
    while (path := results / word("run", "folder", date=day, number=number)).exists() or path.name in taken:
        number += 1
    return path


def publish(results: Path, run: Path, known: Collection[str]) -> None:
    """Put a staged and recorded set in place, as the run's folder and as the latest set.

    `known` are the manifests of all sets ever published: a latest set not among them was changed by
    people and is put aside, not removed. Every step can be repeated.
    Raises: StorageError, OutputBusyError.
    """
    shelf = Shelf(results)
    if shelf.staging.exists():
        if run.exists():
            shutil.rmtree(shelf.staging, ignore_errors=True)
        else:
            guard(run, lambda: shelf.staging.rename(run))
    if shelf.latest.exists():
        shutil.rmtree(shelf.old, ignore_errors=True)
    aside = shelf.old if manifest_of(shelf.latest) in known else shelf.edited()
    if shelf.latest.exists() and not _exchange(shelf.coming, shelf.latest):
        guard(shelf.latest, lambda: shelf.latest.rename(aside))
    if not shelf.latest.exists():
        guard(shelf.latest, lambda: shelf.coming.rename(shelf.latest))
    elif shelf.coming.exists():
        guard(aside, lambda: shelf.coming.rename(aside))
    shutil.rmtree(shelf.old, ignore_errors=True)
    sync_folder(results)


def repair(results: Path, recorded: tuple[str, str], known: Collection[str]) -> None:
    """Finish a publication that the ledger knows, or take back one that it does not know.

    `recorded` is the run and manifest the ledger holds last, ("", "") when it holds none.
    """
    shelf = Shelf(results)
    if not shelf.unfinished:
        return
    run, digest = recorded
    if digest and manifest_of(shelf.latest) != digest and manifest_of(shelf.coming) == digest:
        publish(results, results / run, known)
        return
    if not shelf.latest.exists() and manifest_of(shelf.old) in known:
        guard(shelf.latest, lambda: shelf.old.rename(shelf.latest))
    if shelf.staging.exists():
        unstage(results)
    elif shelf.coming.exists():  # swapped out, and the run ended before it was put away
        shutil.rmtree(shelf.old, ignore_errors=True)
        aside = shelf.old if manifest_of(shelf.coming) in known else shelf.edited()
        guard(aside, lambda: shelf.coming.rename(aside))
    shutil.rmtree(shelf.old, ignore_errors=True)


AT_CWD, EXCHANGE = -100, 2  # linux/fcntl.h, linux/fs.h


def _exchange(one: Path, other: Path) -> bool:
    """Swap two folders in one step where the system can (Linux), so that neither name is ever missing."""
    if not sys.platform.startswith("linux"):
        return False
    rename = getattr(ctypes.CDLL(None), "renameat2", None)
    if rename is None:
        return False
    return bool(rename(AT_CWD, os.fsencode(one), AT_CWD, os.fsencode(other), EXCHANGE) == 0)
