"""Receive: the inbox, and what earlier runs received and is no longer in it -> leaf arrivals in a fixed order."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from sishui_eco.errors import EmptyInboxError, TaskFolderError
from sishui_eco.examining import Opening, lost_container, open_file, work_limits
from sishui_eco.intake import Received, limits_of, list_inbox
from sishui_eco.ledger import Ledger
from sishui_eco.model.arrival import Arrival, FileKind
from sishui_eco.model.finding import make_finding
from sishui_eco.running.folder import TaskFolder
from sishui_eco.running.recall import edition_of_code, opening_key, recall, remember
from sishui_eco.running.storing import Held, Keeping, Together, original_path, read_original
from sishui_eco.running.workers import Death, Done, Workers
from sishui_eco.spec.campaign import Campaign
from sishui_eco.zh import word

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class TopFile:
    """A file of the inbox, or one that was there once: then `gone`, and its bytes come from the originals."""

    file: str
    received: datetime
    held: Held | None  # None: not to be had (gone with its original, or held by another program)
    sha256: str
    gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox:
    """Everything that was ever received and holds something: top-level files and their leaves.

    Leaves carry no bytes; `held` tells by file and member where they are to be had.
    """

    files: tuple[TopFile, ...]
    received: tuple[Received, ...]
    held: Mapping[tuple[str, str], Held] = field(default_factory=dict)


class Contents(Mapping[tuple[str, str], bytes]):
    """The bytes of leaves by file and member, read when they are asked for and not kept."""

    def __init__(self, held: Mapping[tuple[str, str], Held]) -> None:
        self._held = held

    def __getitem__(self, key: tuple[str, str]) -> bytes:
        content = self._held[key].read()
        if content is None:
            raise KeyError(key)
        return content

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)


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


# --- top-level files: those of the inbox, and those the ledger knows ------------------------------------


def top_files(task: TaskFolder, ledger: Ledger | None, *, keep: bool = True) -> tuple[TopFile, ...]:
    """Return the files of the inbox, then those the ledger knows whose bytes are no longer there.

    A file that left the inbox still counts: history never shrinks. Originals are kept by hash before anything
    else happens; from there on a file is read from them.
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
    present = _present_files(task, since, keep)
    here = {item.sha256 for item in present}
    gone = {sha256: name for sha256, name in names.items() if sha256 not in here}
    if not present and not gone:
        raise EmptyInboxError("inbox_empty", path=str(task.inbox))
    return (*present, *_gone_files(task.originals, gone, since, {item.file for item in present}))


def _present_files(task: TaskFolder, since: Mapping[str, datetime], keep: bool) -> list[TopFile]:
    """Return the files of the inbox; the first copy of bytes keeps the earliest time they were known.

    Every file is read and hashed in every run: neither its time nor its size vouches for its bytes.
    A cloud drive, a copy or a rescue from a backup may give a file a new time, which must not make it late.
    """
    files: list[TopFile] = []
    first: dict[str, TopFile] = {}
    folder = task.originals
    with Together() as writes:
        originals = Keeping(folder, writes)
        for item in list_inbox(task.inbox):
            content = _read_bytes(item.path)
            sha256 = _sha256(item.file.encode() if content is None else content)
            held = None
            if content is not None:
                path = original_path(folder, sha256)
                held = Held(sha256, len(content), item.file, (path, item.path))
                if keep:
                    originals.keep(sha256, content)
                elif not path.exists():
                    held = replace(held, content=content)
            files.append(TopFile(file=item.file, sha256=sha256, received=item.received, held=held))
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
        held = None if content is None else Held(sha256, len(content), "", (original_path(originals, sha256),))
        files.append(TopFile(file=file, sha256=sha256, received=since[sha256], held=held, gone=True))
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
    fresh: dict[str, object] = {}
    progress("receive", 0, len(items))
    done = workers.run(open_file, items, limits, limits=work_limits(campaign), chunk=16)
    try:
        for at, item in enumerate(done, start=1):
            yield from _leaves(item)
            if item.result is not None:
                fresh[keys[item.item.file]] = _Opened(tuple(bare(leaf) for leaf in item.result))
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
            if sha256 == _sha256(b""):
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
