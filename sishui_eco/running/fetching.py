"""Bytes by reference: workers that see the inbox open files themselves, and no bytes travel through the scheduler.

Only files that lie in the inbox as they are can be fetched; members of mails and archives travel. What was fetched
counts only when its hash is the one that the main process read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sishui_eco.model.arrival import Arrival


@dataclass(frozen=True, slots=True)
class Absent:
    """Stands for bytes that did not travel: where they lie below the inbox, and their hash."""

    file: str
    sha256: str


def without_bytes(item: Any) -> Any:
    """Return an item of work whose bytes can be fetched without them, any other item as it is."""
    if isinstance(item, Arrival):
        if item.member or not item.content:
            return item
        return (replace(item, content=b""), Absent(item.file, item.sha256))
    match item:
        case (str(file), bytes(content), datetime() as received):
            return (file, Absent(file, hashlib.sha256(content).hexdigest()), received)
    return item


def with_bytes(items: Sequence[Any], inbox_url: str) -> tuple[list[Any], list[int]]:
    """Return items with their bytes, fetched below a URL, and the positions of those that could not be had there."""
    filled, unseen = [], []
    for position, item in enumerate(items):
        absent = next((part for part in item if isinstance(part, Absent)), None) if isinstance(item, tuple) else None
        if absent is None:
            filled.append(item)
            continue
        content = _fetch(inbox_url, absent)
        if content is None:
            unseen.append(position)
        elif isinstance(item[0], Arrival):
            filled.append(replace(item[0], content=content))
        else:
            filled.append((item[0], content, item[2]))
    return filled, unseen


def _fetch(inbox_url: str, absent: Absent) -> bytes | None:
    from fsspec.core import url_to_fs

    with suppress(Exception):  # every store has its own faults; whatever it was, the bytes travel instead
        system, root = url_to_fs(inbox_url)
        content: bytes = system.cat_file(f"{root.rstrip('/')}/{absent.file}" if root else absent.file)
        if hashlib.sha256(content).hexdigest() == absent.sha256:
            return content
    return None
