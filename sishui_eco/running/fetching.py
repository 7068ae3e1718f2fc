"""Bytes by reference: workers that see the inbox open files themselves, and no bytes travel through the scheduler.

Only files that lie in the inbox as they are can be fetched; members of mails and archives travel, for the originals
lie on the disk of the main process. What was fetched counts only when its hash is the one that was read there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from sishui_eco.running.storing import Held


def held_by(item: Any) -> Held | None:
    """Return the bytes of an item of work by reference, None when it has none."""
    held = getattr(item, "held", None)
    return held if isinstance(held, Held) else None


def with_own_bytes(item: Any) -> Any:
    """Return an item that carries its bytes along and names no path of this machine."""
    held = held_by(item)
    return item if held is None else replace(item, held=replace(held, content=held.read(), paths=()))


def without_bytes(item: Any) -> Any:
    """Return an item without its bytes when they can be fetched, with them when they cannot."""
    held = held_by(item)
    if held is None or not held.file:
        return with_own_bytes(item)
    return replace(item, held=replace(held, content=None, paths=()))


def with_bytes(items: Sequence[Any], inbox_url: str) -> tuple[list[Any], list[int]]:
    """Return items with their bytes, fetched below a URL, and the positions of those that could not be had there.

    Without a URL an item that carries no bytes stays as it is: they are to be had nowhere, and its task says so.
    """
    filled, unseen = [], []
    for position, item in enumerate(items):
        held = held_by(item)
        if held is None or held.content is not None or not held.file or not inbox_url:
            filled.append(item)
            continue
        content = _fetch(inbox_url, held)
        if content is None:
            unseen.append(position)
        else:
            filled.append(replace(item, held=replace(held, content=content)))
    return filled, unseen


def _fetch(inbox_url: str, held: Held) -> bytes | None:
    from fsspec.core import url_to_fs

    with suppress(Exception):  # every store has its own faults; whatever it was, the bytes travel instead
        system, root = url_to_fs(inbox_url)
        content: bytes = system.cat_file(f"{root.rstrip('/')}/{held.file}" if root else held.file)
        if hashlib.sha256(content).hexdigest() == held.sha256:
            return content
    return None
