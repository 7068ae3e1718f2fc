"""Receive: the inbox, and what earlier runs received and is no longer in it -> leaf arrivals in a fixed order."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sishui_eco.errors import EmptyInboxError, TaskFolderError
from sishui_eco.examining import lost_container, open_file, work_limits
from sishui_eco.intake import Received, limits_of, list_inbox
from sishui_eco.ledger import Ledger
from sishui_eco.model.arrival import Arrival, FileKind
from sishui_eco.model.finding import make_finding
from sishui_eco.running.folder import TaskFolder
from sishui_eco.running.recall import edition_of_code, opening_key, recall, remember
from sishui_eco.running.storing import keep_original, read_original
from sishui_eco.running.workers import Death, Workers
from sishui_eco.spec.campaign import Campaign
from sishui_eco.zh import word

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class TopFile:
    """A file of the inbox, or one that was there once: then `gone`, and its bytes come from the originals."""

    file: str
    sha256: str
    received: datetime
    content: bytes | None  # None: not to be had (gone with its original, or held by another program)
    gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox:
    """Everything that was ever received and holds something: top-level files and their leaves."""

    files: tuple[TopFile, ...]
    received: tuple[Received, ...]


@dataclass(frozen=True, slots=True)
class _Opened:
    """What opening a file gave, as it is remembered: leaves without their bytes."""

    leaves: tuple[Received, ...]


def receive(
    task: TaskFolder,
    campaign: Campaign,
    ledger: Ledger | None,
    workers: Workers,
    progress: Progress,
    *,
    keep: bool = True,
) -> Inbox:
    """Return every leaf arrival in a fixed order, containers opened in workers.

    A file that left the inbox still counts: history never shrinks. Originals are kept by hash before
    anything else happens.
    Raises: TaskFolderError, EmptyInboxError, StorageError, LedgerError.
    """
    files = top_files(task, ledger)
    if keep:
        for file in files:
            if file.content is not None:
                keep_original(task.originals, file.sha256, file.content)
    leaves = open_all(task, files, campaign, workers, progress)
    if keep:
        for item in leaves:
            if _sha256(item.arrival.content) == item.arrival.sha256:
                keep_original(task.originals, item.arrival.sha256, item.arrival.content)
    received = tuple(sorted(leaves, key=lambda item: (item.arrival.file, item.arrival.member)))
    return Inbox(files=files, received=received)


# --- top-level files: those of the inbox, and those the ledger knows ------------------------------------


def top_files(task: TaskFolder, ledger: Ledger | None) -> tuple[TopFile, ...]:
    """Return the files of the inbox, then those the ledger knows whose bytes are no longer there.

    Raises: TaskFolderError, EmptyInboxError, StorageError, LedgerError.
    """
    if not task.inbox.is_dir():
        raise TaskFolderError("inbox_absent", path=str(task.inbox))
    names: dict[str, str] = {}
    since: dict[str, datetime] = {}
    for payload in (ledger.state("file") if ledger else {}).values():
        sha256, moment = payload["sha256"], datetime.fromisoformat(payload["received"])
        names[sha256] = payload["file"]
        since[sha256] = min(moment, since.get(sha256, moment))
    present = _present_files(task.inbox, since)
    here = {item.sha256 for item in present}
    gone = {sha256: name for sha256, name in names.items() if sha256 not in here}
    if not present and not gone:
        raise EmptyInboxError("inbox_empty", path=str(task.inbox))
    return (*present, *_gone_files(task.originals, gone, since, {item.file for item in present}))


def _present_files(inbox: Path, since: Mapping[str, datetime]) -> list[TopFile]:
    """Return the files of the inbox; the first copy of bytes keeps the earliest time they were known.

    A cloud drive, a copy or a rescue from a backup may give a file a new time, which must not make it late.
    """
    files: list[TopFile] = []
    first: dict[str, TopFile] = {}
    for item in list_inbox(inbox):
        content = _read_bytes(item.path)
        sha256 = _sha256(item.file.encode() if content is None else content)
        files.append(TopFile(file=item.file, sha256=sha256, received=item.received, content=content))
    for file in sorted(files, key=lambda item: (item.received, item.file)):
        first.setdefault(file.sha256, file)
    return [
        replace(file, received=min(file.received, since.get(file.sha256, file.received)))
        if first[file.sha256] is file
        else file
        for file in files
    ]


def _gone_files(
    originals: Path, gone: Mapping[str, str], since: Mapping[str, datetime], taken: Collection[str]
) -> list[TopFile]:
    """Return files from the originals under their old name, or below the originals' when that is taken."""
    names = list(gone.values())
    files = []
    for sha256, name in sorted(gone.items(), key=lambda item: (item[1], item[0])):
        unique = name not in taken and names.count(name) == 1
        file = name if unique else f"{word('originals', 'folder')}/{sha256[:8]}/{name}"
        content = read_original(originals, sha256)
        files.append(TopFile(file=file, sha256=sha256, received=since[sha256], content=content, gone=True))
    return files


def _read_bytes(path: Path) -> bytes | None:
    """Return the bytes of a file, None when another program or its rights keep us from reading it."""
    try:
        return path.read_bytes()
    except OSError:
        return None


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


# --- leaves: what was opened before is not opened again -------------------------------------------------


def open_all(
    task: TaskFolder, files: Sequence[TopFile], campaign: Campaign, workers: Workers, progress: Progress
) -> list[Received]:
    """Return the leaves of all files; those opened by an earlier run are remembered, their bytes kept."""
    limits, code = limits_of(campaign), edition_of_code()
    keys = {file.file: opening_key(file.file, file.sha256, file.received, limits, code) for file in files}
    known = recall(task.memory, "open", keys.values(), _Opened)
    found = {file.file: _refilled(task.originals, file, known.get(keys[file.file])) for file in files}
    items = [
        (file.file, file.content, file.received)
        for file in files
        if file.content is not None and found[file.file] is None
    ]
    fresh: dict[str, object] = {}
    progress("receive", 0, len(items))
    for at, done in enumerate(workers.run(open_file, items, limits, limits=work_limits(campaign), chunk=16), start=1):
        name = done.item[0]
        found[name] = done.result
        if done.result is None:
            found[name] = [lost_container(done.item, done.death or Death.CRASH)]
        else:
            fresh[keys[name]] = _Opened(tuple(_bare(item) for item in done.result))
        progress("receive", at, len(items))
    if fresh:
        remember(task.memory, "open", fresh, set(keys.values()))
    return [leaf for file in files for leaf in _leaves(file, found[file.file])]


def _leaves(file: TopFile, found: list[Received] | None) -> list[Received]:
    return [_not_to_be_had(file)] if found is None else found


def _bare(item: Received) -> Received:
    return replace(item, arrival=replace(item.arrival, content=b""))


def _refilled(originals: Path, file: TopFile, opened: _Opened | None) -> list[Received] | None:
    """Return remembered leaves with their bytes, None when any byte is not to be had."""
    if opened is None or file.content is None:
        return None
    leaves = []
    for item in opened.leaves:
        content = file.content
        if item.arrival.sha256 != file.sha256:
            kept = b"" if item.arrival.sha256 == _sha256(b"") else read_original(originals, item.arrival.sha256)
            if kept is None:
                return None
            content = kept
        leaves.append(replace(item, arrival=replace(item.arrival, content=content)))
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
