"""The inbox: the files that lie there, and what earlier runs received and is no longer in it, by their bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sishui_eco.errors import EmptyInboxError, TaskFolderError
from sishui_eco.intake.listing import list_inbox
from sishui_eco.ledger import Ledger
from sishui_eco.running.folder import TaskFolder
from sishui_eco.running.storing import Held, Keeping, Together, original_path, read_original
from sishui_eco.zh import word

if TYPE_CHECKING:
    from sishui_eco.intake.receive import Received

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


def contents_of(inbox: Inbox) -> Contents:
    """Return the bytes of all leaves."""
    return Contents(inbox.held)


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
            sha256 = hashlib.sha256(item.file.encode() if content is None else content).hexdigest()
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
