"""Old compound files built by hand: streams by path, folders made on the way, nothing cyclic."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

_END, _FREE, _TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_SECTOR, _LEAST = 512, 4096


@dataclass(slots=True)
class _Entry:
    name: str
    content: bytes | None
    children: dict[str, _Entry] = field(default_factory=dict)
    number: int = 0
    sibling: int = _FREE
    start: int = _END


def compound(streams: Mapping[str, bytes]) -> bytes:
    """Return a compound file; a stream's path has `/` between folders.

    The area for small streams is not used: a stream is filled up with zeros to its least size outside it.
    """
    entries = _entries({path: content.ljust(_LEAST, b"\0") for path, content in streams.items()})
    sectors: list[bytes] = []
    chain: list[int] = []
    whole = sum(-(-len(entry.content or b"") // _SECTOR) for entry in entries) + -(-len(entries) * 128 // _SECTOR)
    tables = next(n for n in range(1, 10_000) if n * 128 >= n + whole)
    assert tables <= 109, "too large for the header's own list"
    for entry in entries:
        if entry.content:
            entry.start = _append(sectors, chain, entry.content, tables)
    first = _append(sectors, chain, b"".join(map(_packed, entries)), tables)
    table = [_TABLE] * tables + chain
    table += [_FREE] * (tables * 128 - len(table))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<9I", 0, tables, first, 0, _LEAST, _END, 0, _END, 0)
    head += struct.pack("<109I", *range(tables), *[_FREE] * (109 - tables))
    return head + struct.pack(f"<{len(table)}I", *table) + b"".join(sectors)


def _entries(streams: Mapping[str, bytes]) -> list[_Entry]:
    root = _Entry("Root Entry", None)
    for path, content in streams.items():
        at = root
        *folders, name = path.split("/")
        for folder in folders:
            at = at.children.setdefault(folder, _Entry(folder, None))
        at.children[name] = _Entry(name, content)
    found = [root]
    for entry in found:
        for child in entry.children.values():
            child.number = len(found)
            found.append(child)
        for child, following in zip(list(entry.children.values()), list(entry.children.values())[1:], strict=False):
            child.sibling = following.number
    return found


def _append(sectors: list[bytes], chain: list[int], content: bytes, shift: int) -> int:
    """Lay content down and return its first sector; the table's own sectors stand before all others."""
    first = len(sectors) + shift
    count = -(-len(content) // _SECTOR)
    sectors += [content[at * _SECTOR : (at + 1) * _SECTOR].ljust(_SECTOR, b"\0") for at in range(count)]
    chain += [*range(first + 1, first + count), _END]
    return first


def _packed(entry: _Entry) -> bytes:
    raw = entry.name.encode("utf-16-le")
    kind = 5 if not entry.number else 1 if entry.content is None else 2
    child = next(iter(entry.children.values())).number if entry.children else _FREE
    links = struct.pack("<HBB3I", len(raw) + 2, kind, 1, _FREE, entry.sibling, child)
    return raw.ljust(64, b"\0") + links + bytes(36) + struct.pack("<IQ", entry.start, len(entry.content or b""))
