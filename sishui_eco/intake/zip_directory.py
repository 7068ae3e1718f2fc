"""The table of contents of a zip, walked by hand and within bounds.

The standard `zipfile` refuses a whole archive when a name differs between its two headers (common
with Chinese packers), decodes names as cp437 and reads a million entries before one can say stop.
This walk keeps raw names, never raises and stops at a given number of entries.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, replace

LOCAL, CENTRAL, END, END64 = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"PK\x06\x06"
STORED, DEFLATED = 0, 8
_END_LENGTH, _CENTRAL_LENGTH, _LOCAL_LENGTH = 22, 46, 30
_COMMENT_MAXIMUM = 65_535 + _END_LENGTH
_PLACEHOLDER = 0xFFFFFFFF


@dataclass(frozen=True, slots=True, kw_only=True)
class ZipEntry:
    """One line of the directory; `offset` is the physical position of its local header."""

    raw_name: bytes
    flags: int
    method: int
    checksum: int
    packed: int
    size: int
    offset: int
    extra: bytes = b""
    attributes: int = 0

    @property
    def is_folder(self) -> bool:
        return self.raw_name.endswith((b"/", b"\\")) and self.size == 0

    @property
    def is_encrypted(self) -> bool:
        return bool(self.flags & 1) or self.method == 99


@dataclass(frozen=True, slots=True, kw_only=True)
class ZipDirectory:
    """`complete` is False when the end of the archive is missing or the directory is broken.

    `declared` is the number of entries the archive claims; `entries` holds at most the bound asked.
    """

    entries: tuple[ZipEntry, ...] = ()
    declared: int = 0
    complete: bool = False


def read_directory(content: bytes, maximum: int) -> ZipDirectory:
    """Return the directory, from the central list or, when that is lost, from the local headers."""
    end = _find_end(content)
    if end < 0:
        return _scan_local_headers(content, maximum)
    count, length, start = _end_record(content, end)
    position = _physical_start(content, end, length, start)
    if position < 0:
        return _scan_local_headers(content, maximum)
    shift = position - start
    entries: list[ZipEntry] = []
    while len(entries) < maximum and content.startswith(CENTRAL, position):
        parsed = _central_entry(content, position, shift)
        if parsed is None:
            break
        entry, position = parsed
        entries.append(entry)
    declared = max(count, len(entries))
    complete = not _is_split(content, end) and (len(entries) == count or len(entries) >= maximum)
    if not entries and (count or content.startswith(LOCAL)):
        return _scan_local_headers(content, maximum)
    return ZipDirectory(entries=_relocated(content, entries, maximum), declared=declared, complete=complete)


def _is_split(content: bytes, end: int) -> bool:
    """Say whether the archive is the last volume of several."""
    return content[end + 4 : end + 8] not in {bytes(4), b"\xff\xff\xff\xff"}


def _relocated(content: bytes, entries: list[ZipEntry], maximum: int) -> tuple[ZipEntry, ...]:
    """Return the entries; one whose local header is not where it should be is looked up by its name."""
    if all(content.startswith(LOCAL, entry.offset) for entry in entries):
        return tuple(entries)
    places: dict[bytes, list[int]] = {}
    for found in _scan_local_headers(content, maximum).entries:
        places.setdefault(found.raw_name, []).append(found.offset)
    return tuple(
        entry
        if content.startswith(LOCAL, entry.offset) or len(places.get(entry.raw_name, [])) != 1
        else replace(entry, offset=places[entry.raw_name][0])
        for entry in entries
    )


def data_start(content: bytes, entry: ZipEntry) -> int:
    """Return where the packed bytes of an entry begin, -1 when its local header is not there."""
    if not content.startswith(LOCAL, entry.offset) or entry.offset + _LOCAL_LENGTH > len(content):
        return -1
    name_length, extra_length = struct.unpack_from("<HH", content, entry.offset + 26)
    return int(entry.offset + _LOCAL_LENGTH + name_length + extra_length)


def peek(content: bytes, entry: ZipEntry, maximum: int) -> bytes:
    """Return at most `maximum` bytes of a plain entry, b"" when it cannot be had."""
    start = data_start(content, entry)
    if start < 0 or entry.is_encrypted:
        return b""
    if entry.method == STORED:
        return content[start : start + min(entry.packed or maximum, maximum)]
    if entry.method != DEFLATED:
        return b""
    try:
        return zlib.decompressobj(-15).decompress(content[start : start + 65_536], maximum)
    except zlib.error:
        return b""


def _find_end(content: bytes) -> int:
    """Return the position of the end record; junk after it is tolerated."""
    return content.rfind(END, max(0, len(content) - _COMMENT_MAXIMUM - 1024))


def _end_record(content: bytes, end: int) -> tuple[int, int, int]:
    """Return number of entries, length and claimed start of the directory (Zip64 followed)."""
    if end + _END_LENGTH > len(content):
        return 0, 0, 0
    count, length, start = struct.unpack_from("<HII", content, end + 10)
    if count == 0xFFFF or _PLACEHOLDER in (length, start):
        big = content.rfind(END64, max(0, end - 4096), end)
        if big >= 0 and big + 56 <= len(content):
            count, length, start = struct.unpack_from("<QQQ", content, big + 32)
    return count, length, start


def _physical_start(content: bytes, end: int, length: int, start: int) -> int:
    """Return where the directory really begins: as claimed, or shifted by junk before the archive."""
    big = content.rfind(END64, max(0, end - 4096), end)
    for candidate in (end - length, big - length, start):
        if 0 <= candidate < len(content) and content.startswith(CENTRAL, candidate):
            return candidate
    return end if length == 0 else -1


def _central_entry(content: bytes, position: int, shift: int) -> tuple[ZipEntry, int] | None:
    if position + _CENTRAL_LENGTH > len(content):
        return None
    flags, method = struct.unpack_from("<HH", content, position + 8)
    checksum, packed, size, names, extras, comments = struct.unpack_from("<IIIHHH", content, position + 16)
    attributes, offset = struct.unpack_from("<II", content, position + 38)
    name_end = position + _CENTRAL_LENGTH + names
    extra = content[name_end : name_end + extras]
    size, packed, offset = _widened(extra, size, packed, offset)
    entry = ZipEntry(
        raw_name=content[position + _CENTRAL_LENGTH : name_end],
        flags=flags,
        method=method,
        checksum=checksum,
        packed=packed,
        size=size,
        offset=offset + shift,
        extra=extra,
        attributes=attributes,
    )
    return entry, name_end + extras + comments


def extra_field(extra: bytes, wanted: int) -> bytes | None:
    """Return the payload of one extra field, None when it is absent or cut."""
    position = 0
    while position + 4 <= len(extra):
        identity, length = struct.unpack_from("<HH", extra, position)
        if identity == wanted and position + 4 + length <= len(extra):
            return extra[position + 4 : position + 4 + length]
        position += 4 + length
    return None


def _widened(extra: bytes, size: int, packed: int, offset: int) -> tuple[int, int, int]:
    """Return the three numbers with Zip64 values put in where a placeholder stands."""
    wide = extra_field(extra, 0x0001)
    if wide is None:
        return size, packed, offset
    values, position = [size, packed, offset], 0
    for index, value in enumerate(values):
        if value == _PLACEHOLDER and position + 8 <= len(wide):
            values[index] = struct.unpack_from("<Q", wide, position)[0]
            position += 8
    return values[0], values[1], values[2]


def _scan_local_headers(content: bytes, maximum: int) -> ZipDirectory:
    """Return what the local headers tell of a cut archive; for naming it, not for reading it."""
    entries: list[ZipEntry] = []
    position = content.find(LOCAL)
    while position >= 0 and position + _LOCAL_LENGTH <= len(content) and len(entries) < maximum:
        flags, method = struct.unpack_from("<HH", content, position + 6)
        checksum, packed, size, names, extras = struct.unpack_from("<IIIHH", content, position + 14)
        name_start = position + _LOCAL_LENGTH
        entries.append(
            ZipEntry(
                raw_name=content[name_start : name_start + names],
                flags=flags,
                method=method,
                checksum=checksum,
                packed=packed,
                size=size,
                offset=position,
                extra=content[name_start + names : name_start + names + extras],
            )
        )
        position = content.find(LOCAL, name_start + names)
    return ZipDirectory(entries=tuple(entries), declared=len(entries), complete=False)
