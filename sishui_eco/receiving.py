"""Receive: the files of the inbox -> leaf arrivals in a fixed order, containers opened in workers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sishui_eco.examining import Opening, lost_container, open_file, work_limits
from sishui_eco.inbox import Inbox, Progress, TopFile
from sishui_eco.intake.limits import limits_of
from sishui_eco.intake.receive import Received
from sishui_eco.model.arrival import Arrival, FileKind
from sishui_eco.model.finding import make_finding
from sishui_eco.running.folder import TaskFolder
from sishui_eco.running.recall import edition_of_code, kept, opening_key, recall, remember
from sishui_eco.running.storing import Held, Keeping, Together, original_path
from sishui_eco.running.workers import Death, Done, Workers
from sishui_eco.spec.campaign import Campaign
from sishui_eco.zh import word

NOTHING = hashlib.sha256(b"").hexdigest()


@dataclass(frozen=True, slots=True)
class _Opened:
    """What opening a file gave, as it is remembered: leaves without their bytes."""

    leaves: tuple[Received, ...]


def receive(
    task: TaskFolder,
    files: Sequence[TopFile],
    campaign: Campaign,
    workers: Workers,
    progress: Progress,
    *,
    keep: bool = True,
) -> Inbox:
    """Return every leaf arrival in a fixed order, containers opened in workers, members kept as originals by hash.

    Raises: StorageError.
    """
    received: list[Received] = []
    held: dict[tuple[str, str], Held] = {}
    with Together() as writes:
        originals = Keeping(task.originals, writes)
        for item, own in open_all(task, files, campaign, workers, progress):
            if own is not None and own.content is not None and keep:
                own = replace(own, content=None, paths=(originals.keep(own.sha256, own.content),))
            if own is not None:
                held[item.arrival.file, item.arrival.member] = own
            received.append(bare(item))
    received.sort(key=lambda item: (item.arrival.file, item.arrival.member))
    return Inbox(files=tuple(files), received=tuple(received), held=held)


# --- leaves: what was opened before is not opened again -------------------------------------------------


def open_all(
    task: TaskFolder, files: Sequence[TopFile], campaign: Campaign, workers: Workers, progress: Progress
) -> Iterator[tuple[Received, Held | None]]:
    """Yield the leaves of all files and where their bytes are; those opened by an earlier run are remembered."""
    limits, code = limits_of(campaign), edition_of_code()
    keys = {file.file: opening_key(file.file, file.sha256, file.received, limits, code) for file in files}
    known = recall(task.memory, "open", keys.values(), _Opened)
    items = []
    for file in files:
        again = _again(task.originals, file, known.get(keys[file.file]))
        if again is not None:
            yield from again
        elif file.held is None:
            yield _not_to_be_had(file), None
        else:
            items.append(Opening(file=file.file, received=file.received, held=file.held))
    fresh: dict[str, bytes] = {}
    progress("receive", 0, len(items))
    done = workers.run(open_file, items, limits, limits=work_limits(campaign), chunk=16)
    try:
        for at, item in enumerate(done, start=1):
            yield from _leaves(item)
            if item.result is not None:
                fresh[keys[item.item.file]] = kept(_Opened(tuple(bare(leaf) for leaf in item.result)))
            progress("receive", at, len(items))
    finally:
        if fresh:
            remember(task.memory, "open", fresh, set(keys.values()))


def _leaves(done: Done[Opening, list[Received]]) -> Iterator[tuple[Received, Held]]:
    """Yield the leaves of an opened file; the file itself is held already, members are carried along."""
    held = done.item.held
    for leaf in done.result or [lost_container(done.item, done.death or Death.CRASH)]:
        arrival = leaf.arrival
        own = arrival.sha256 == held.sha256
        yield leaf, held if own else Held(arrival.sha256, arrival.size, content=arrival.content)


def bare(item: Received) -> Received:
    """Return an arrival without its bytes."""
    return replace(item, arrival=replace(item.arrival, content=b"")) if item.arrival.content else item


def _again(originals: Path, file: TopFile, opened: _Opened | None) -> list[tuple[Received, Held]] | None:
    """Return remembered leaves and where their bytes are, None when any byte is not to be had."""
    if opened is None or file.held is None:
        return None
    leaves = []
    for item in opened.leaves:
        sha256, size = item.arrival.sha256, item.arrival.size
        held = file.held
        if sha256 != file.sha256:
            held = Held(sha256, size, paths=(original_path(originals, sha256),))
            if sha256 == NOTHING:
                held = replace(held, content=b"")
            elif held.read() is None:
                return None
        leaves.append((item, held))
    return leaves


def _not_to_be_had(file: TopFile) -> Received:
    """A402, A403: refuse a file whose original is gone or was changed, or that cannot be read just now."""
    arrival = Arrival(
        file=file.file,
        name=file.file.rpartition("/")[2],
        sha256=file.sha256,
        size=0,
        kind=FileKind.UNKNOWN,
        received=file.received,
    )
    if not file.gone:
        return Received(arrival=arrival, refusal=make_finding("A403", arrival.place, name=arrival.name))
    path = f"{word('originals', 'folder')}/{file.sha256[:2]}/{file.sha256}"
    return Received(arrival=arrival, refusal=make_finding("A402", arrival.place, name=arrival.name, path=path))
