"""A folder -> the files in it, by name, size and time; none is opened."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

from sishui_eco.intake.names import decode_bytes

COUNTY_TIME = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxFile:
    """A file of the inbox: its `/`-separated NFC path below it, where it is, its own time (UTC+8)."""

    file: str
    path: Path
    size: int
    received: datetime


def list_inbox(folder: Path) -> list[InboxFile]:
    """Return every file below a folder, at any depth, sorted by its NFC path; links are not followed.

    Temporary and empty files are there too: they become ignored arrivals. Raises: OSError.
    """
    found = [(_below(folder, path), path, size, stamp) for path, size, stamp in _walk(folder)]
    found.sort(key=lambda item: (item[0], os.fsencode(item[1])))
    files: list[InboxFile] = []
    seen: dict[str, int] = {}
    for name, path, size, stamp in found:
        seen[name] = seen.get(name, 0) + 1
        file = name if seen[name] == 1 else f"{name} ({seen[name]})"
        files.append(InboxFile(file=file, path=path, size=size, received=county_moment(stamp)))
    return files


def _walk(folder: Path) -> Iterator[tuple[Path, int, float]]:
    waiting = [folder]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_symlink() or getattr(entry, "is_junction", bool)():
                    continue
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(Path(entry.path))
                elif entry.is_file(follow_symlinks=False):
                    status = entry.stat(follow_symlinks=False)
                    yield Path(entry.path), status.st_size, status.st_mtime


def _below(folder: Path, path: Path) -> str:
    return "/".join(shown_path(part) for part in path.relative_to(folder).parts)


def shown_path(part: str) -> str:
    """Return one part of a disk path as text: GBK names that a Linux disk holds as raw bytes are decoded."""
    try:
        part.encode("utf-8")
    except UnicodeEncodeError:
        part = decode_bytes(os.fsencode(part))
    return unicodedata.normalize("NFC", part)


def county_moment(stamp: float) -> datetime:
    """Return a file's time as naive county time, to the second, whatever zone the machine is in."""
    return datetime.fromtimestamp(int(stamp), COUNTY_TIME).replace(tzinfo=None)
