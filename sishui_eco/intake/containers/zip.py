"""Zip archives, unpacked into memory while counting; no declared size is believed."""

from __future__ import annotations

import bz2
import lzma
import unicodedata
import zlib
from collections.abc import Iterator

from sishui_eco.intake.limits import MIB, Budget, ContainerFault
from sishui_eco.intake.member import Member, Opened, without_clashes
from sishui_eco.intake.names import clean_path, zip_entry_name
from sishui_eco.intake.zip_directory import ZipDirectory, ZipEntry, data_start, read_directory
from sishui_eco.zh import word

_CHUNK = 65_536
_METHODS = {0: "stored", 8: "deflate", 12: "bzip2", 14: "lzma"}
_SYMLINK = 0o120000


def open_zip(content: bytes, budget: Budget, entries: int) -> Opened:
    """Return the files of a zip; one that cannot be unpacked carries its own fault.

    The archive as a whole is refused when its directory lies or is lost, or a bound on all of it is
    passed; when every file has the same fault, the fault is the archive's.

    Findings: A102–A108, A201–A204, A208, A209 by way of ContainerFault.
    """
    directory = read_directory(content, entries + 1)
    files = _checked_files(content, directory, entries)
    names = [zip_entry_name(entry) for entry in files]
    _refuse_duplicates(names)
    paths = without_clashes(
        [clean_path(name, word("unnamed_member", "intake", number=at)) for at, name in enumerate(names, start=1)]
    )
    members = tuple(_member(content, entry, path, budget) for entry, path in zip(files, paths, strict=True))
    faults = {member.fault.code for member in members if member.fault}
    if len(faults) == 1 and all(member.fault for member in members):
        first = members[0].fault
        assert first is not None
        raise first
    return Opened(members=members)


def _checked_files(content: bytes, directory: ZipDirectory, entries: int) -> list[ZipEntry]:
    """Return the entries that are files, after the checks on the directory."""
    if max(directory.declared, len(directory.entries)) > entries:
        raise ContainerFault("A102", number=max(directory.declared, len(directory.entries)), limit=entries)
    if not directory.complete:
        raise ContainerFault("A202")
    files = [entry for entry in directory.entries if not entry.is_folder]
    if not files:
        raise ContainerFault("A208")
    _refuse_overlap(content, files)
    return files


def _refuse_overlap(content: bytes, files: list[ZipEntry]) -> None:
    """Refuse entries that share packed bytes: only bombs are built so."""
    end = -1
    for entry in sorted(files, key=lambda item: item.offset):
        if entry.offset < end:
            raise ContainerFault("A108")
        start = data_start(content, entry)
        end = max(end, start + entry.packed if start >= 0 else entry.offset + 1)


def _refuse_duplicates(names: list[str]) -> None:
    seen: set[str] = set()
    for name in names:
        plain = unicodedata.normalize("NFC", name).casefold()
        if plain in seen:
            raise ContainerFault("A107", name=clean_path(name))
        seen.add(plain)


def _member(content: bytes, entry: ZipEntry, path: str, budget: Budget) -> Member:
    """Return the unpacked member, or the member with its fault and its packed bytes (its raw name when
    there are none: refused members must not look like copies of one another).

    Raises: ContainerFault A104, A105 of the archive as a whole.
    """
    start = data_start(content, entry)
    packed = content[start : start + entry.packed] if start >= 0 else b""
    try:
        unpacked = _unpacked(entry, packed, start, budget)
    except ContainerFault as fault:
        if fault.code in {"A104", "A105"}:
            raise
        return Member(path=path, content=packed or entry.raw_name, fault=fault)
    return Member(path=path, content=unpacked)


def _unpacked(entry: ZipEntry, packed: bytes, start: int, budget: Budget) -> bytes:
    if entry.is_encrypted:
        raise ContainerFault("A201")
    if entry.attributes >> 16 & 0o170000 == _SYMLINK:
        raise ContainerFault("A209")
    if start < 0 or len(packed) < entry.packed:
        raise ContainerFault("A202")
    if entry.method not in _METHODS:
        raise ContainerFault("A203", method=entry.method)
    pieces: list[bytes] = []
    size = 0
    try:
        for piece in _inflate(entry.method, packed):
            size += len(piece)
            _check_entry(size, len(packed), budget)
            budget.spend(len(piece))
            pieces.append(piece)
    except (zlib.error, OSError, EOFError, ValueError, lzma.LZMAError) as fault:
        raise ContainerFault("A204") from fault
    whole = b"".join(pieces)
    if len(whole) != entry.size or zlib.crc32(whole) != entry.checksum:
        raise ContainerFault("A204")
    return whole


def _check_entry(size: int, packed: int, budget: Budget) -> None:
    limits = budget.limits
    if size > limits.entry_bytes:
        raise ContainerFault("A103", limit=limits.entry_bytes // MIB)
    if size > limits.ratio_floor and size > packed * limits.ratio:
        raise ContainerFault("A106", limit=limits.ratio)


def _inflate(method: int, packed: bytes) -> Iterator[bytes]:
    """Yield unpacked pieces of at most 64 KB, so that a bomb is met before it fills the memory."""
    if method == 0:
        yield from (packed[at : at + _CHUNK] for at in range(0, len(packed), _CHUNK))
        return
    if method == 8:
        yield from _inflate_deflate(packed)
        return
    decompressor: bz2.BZ2Decompressor | lzma.LZMADecompressor
    if method == 12:
        decompressor, data = bz2.BZ2Decompressor(), packed
    else:
        decompressor, data = _lzma(packed)
    piece = decompressor.decompress(data, max_length=_CHUNK)
    while piece:
        yield piece
        piece = b"" if decompressor.eof else decompressor.decompress(b"", max_length=_CHUNK)


def _inflate_deflate(packed: bytes) -> Iterator[bytes]:
    decompressor = zlib.decompressobj(-15)
    for at in range(0, len(packed), _CHUNK):
        data = packed[at : at + _CHUNK]
        while data and not decompressor.eof:
            yield decompressor.decompress(data, _CHUNK)
            data = decompressor.unconsumed_tail
    while not decompressor.eof and (piece := decompressor.decompress(b"", _CHUNK)):
        yield piece


def _lzma(packed: bytes) -> tuple[lzma.LZMADecompressor, bytes]:
    """Return a decoder for the raw LZMA stream of zip method 14 and the bytes after its properties."""
    length = int.from_bytes(packed[2:4], "little")
    properties = packed[4 : 4 + length]
    if len(properties) != 5:
        raise ValueError
    dictionary = min(int.from_bytes(properties[1:5], "little"), 64 * MIB)
    code = properties[0]
    filters = [
        {
            "id": lzma.FILTER_LZMA1,
            "dict_size": max(4096, dictionary),
            "lc": code % 9,
            "lp": code // 9 % 5,
            "pb": code // 45,
        }
    ]
    return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=filters), packed[4 + length :]
