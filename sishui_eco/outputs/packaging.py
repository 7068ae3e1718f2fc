"""Office packages as zip entries: copied still compressed, or rewritten so that equal content is equal bytes.

`normalise_package` makes the output of XlsxWriter and python-docx reproducible; `read_entries` and
`write_entries` change a few parts of a package without touching a byte of the others.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone

import msgspec

COUNTY_ZONE = timezone(timedelta(hours=8))
DOS_EPOCH_DATE = (1 << 5) | 1  # 1980-01-01
LEVEL = 6
STORED, DEFLATED = 0, 8
ENCRYPTED_FLAG, UTF8_FLAG = 0x0001, 0x0800
LIMIT = 0xFFFFFFFF
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_STAMP = re.compile(rb"(<(?P<tag>(?:\w+:)?(?:created|modified))\b[^>]*>)[^<]*(</(?P=tag)>)")


class PackageError(ValueError):
    """The bytes are not a zip package that can be copied entry by entry."""


class RawEntry(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One entry of a zip file with its data still compressed."""

    name: str
    raw_name: bytes
    flags: int
    method: int
    time: int = 0
    date: int = DOS_EPOCH_DATE
    crc: int
    size: int
    data: bytes

    def content(self, limit: int) -> bytes:
        """Return the entry decompressed. Raises: PackageError when it lies, is encrypted or passes the limit."""
        if self.flags & ENCRYPTED_FLAG or self.method not in (STORED, DEFLATED):
            raise PackageError(f"{self.name}: encrypted or method {self.method}")
        if self.size > limit:
            raise PackageError(f"{self.name}: {self.size} bytes")
        content = self.data if self.method == STORED else _inflate(self.name, self.data, self.size)
        if len(content) != self.size or zlib.crc32(content) != self.crc:
            raise PackageError(f"{self.name}: size or checksum is wrong")
        return content


def _inflate(name: str, data: bytes, size: int) -> bytes:
    machine = zlib.decompressobj(-15)
    try:
        return machine.decompress(data, size + 1)
    except zlib.error as error:
        raise PackageError(f"{name}: {error}") from None


def make_entry(name: str, content: bytes) -> RawEntry:
    """Return a new compressed entry, stamped 1980-01-01."""
    machine = zlib.compressobj(LEVEL, zlib.DEFLATED, -15)
    data = machine.compress(content) + machine.flush()
    ascii_only = name.isascii()
    return RawEntry(
        name=name,
        raw_name=name.encode("ascii" if ascii_only else "utf-8"),
        flags=0 if ascii_only else UTF8_FLAG,
        method=DEFLATED,
        crc=zlib.crc32(content),
        size=len(content),
        data=data,
    )


def read_entries(content: bytes) -> tuple[RawEntry, ...]:
    """Return the entries of a zip file in its own order, data untouched.

    Raises: PackageError when the directory is damaged, needs zip64 or points outside the file.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error) as error:
        raise PackageError(str(error)) from None
    return tuple(_raw_entry(content, info) for info in infos)


def _raw_entry(content: bytes, info: zipfile.ZipInfo) -> RawEntry:
    start = info.header_offset
    head = content[start : start + _LOCAL.size]
    if len(head) < _LOCAL.size or head[:4] != b"PK\x03\x04":
        raise PackageError(f"{info.filename}: no local header")
    fields = _LOCAL.unpack(head)
    name_start = start + _LOCAL.size
    data_start = name_start + fields[9] + fields[10]
    data = content[data_start : data_start + info.compress_size]
    if len(data) != info.compress_size or max(info.file_size, len(data)) >= LIMIT:
        raise PackageError(f"{info.filename}: data is cut off or needs zip64")
    return RawEntry(
        name=info.filename,
        raw_name=content[name_start : name_start + fields[9]],
        flags=info.flag_bits & (UTF8_FLAG | ENCRYPTED_FLAG),
        method=info.compress_type,
        time=fields[4],
        date=fields[5],
        crc=info.CRC,
        size=info.file_size,
        data=data,
    )


def write_entries(entries: Iterable[RawEntry]) -> bytes:
    """Return a zip file of these entries in this order: no extra fields, fixed attributes, no zip64."""
    pieces: list[bytes] = []  # joined once: a summary of a province has many million bytes
    directory = bytearray()
    count = start = 0
    for entry in entries:
        common = (entry.flags, entry.method, entry.time, entry.date, entry.crc, len(entry.data), entry.size)
        directory += _CENTRAL.pack(b"PK\x01\x02", 20, 20, *common, len(entry.raw_name), 0, 0, 0, 0, 0, start)
        directory += entry.raw_name
        head = _LOCAL.pack(b"PK\x03\x04", 20, *common, len(entry.raw_name), 0) + entry.raw_name
        pieces += (head, entry.data)
        start += len(head) + len(entry.data)
        count += 1
    end = _END.pack(b"PK\x05\x06", 0, 0, count, count, len(directory), start, 0)
    return b"".join((*pieces, directory, end))


def normalise_package(content: bytes, moment: datetime) -> bytes:
    """Return an Office package whose bytes depend only on its parts and on `moment`.

    Entries are sorted by name, stamped 1980-01-01 with fixed attributes and compressed anew; created
    and modified in docProps/core.xml become `moment` (naive means county time, UTC+8).
    Raises: PackageError when the bytes are no sound zip package.
    """
    parts = {entry.name: entry.content(LIMIT) for entry in read_entries(content)}
    if "docProps/core.xml" in parts:
        parts["docProps/core.xml"] = _stamp(parts["docProps/core.xml"], moment)
    return write_entries(make_entry(name, parts[name]) for name in sorted(parts))


def _stamp(core: bytes, moment: datetime) -> bytes:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=COUNTY_ZONE)
    stamp = aware.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    return _STAMP.sub(lambda found: found.group(1) + stamp + found.group(3), core)
