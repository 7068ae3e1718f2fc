"""The zip package of an Office file: its parts by tolerant names, inflated under counting."""

from __future__ import annotations

import io
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import TypeVar, cast

from msgspec import Struct

from sishui_eco.reading.limits import OverLimit, ReadLimits, Unreadable

_LOCAL_HEADER = b"PK\x03\x04"
_HEADER_SIZE = 30
_STEP = 1024 * 1024  # inflated at once, so that a bomb is met after a megabyte
_FED = 64 * 1024  # deflated at once: what a step leaves over is copied
_KEPT, _SMALL = 256, 64 * 1024
_MEANINGS: dict[tuple[object, ...], tuple[int, object]] = {}  # at most 16 MiB of inflated parts
_END = struct.Struct("<4s4H2LH")
_CENTRAL = struct.Struct("<8xHH4xLLLHHH8xL")


Meaning = TypeVar("Meaning")


def part_key(name: str) -> str:
    """Return the name a part is looked up by: forward slashes, no leading one, lower case."""
    if not name.isascii():
        name = unicodedata.normalize("NFC", name)
    return name.replace("\\", "/").lstrip("/").lower()


def resolve(base: str, target: str) -> str:
    """Return the part name a relationship target means, seen from the part `base`."""
    target = target.replace("\\", "/")
    pieces = [] if target.startswith("/") else base.split("/")[:-1]
    for piece in target.split("/"):
        if piece == "..":
            pieces = pieces[:-1]
        elif piece not in ("", "."):
            pieces.append(piece)
    return "/".join(pieces)


class Entry(Struct, frozen=True, gc=False):
    """One entry of the central directory; the sizes it declares for inflated data are not even kept."""

    name: str
    flags: int
    method: int
    crc: int
    size: int
    offset: int


class Package:
    """Parts of a zip, found whatever their case or slashes; sizes are counted, never believed.

    Raises: Unreadable R102 for a damaged zip or part, R101 for an encrypted one, OverLimit.
    """

    def __init__(self, content: bytes, limits: ReadLimits) -> None:
        if len(content) > limits.file_bytes:
            raise OverLimit("R207", size=_mib(len(content)), limit=_mib(limits.file_bytes))
        self._content = content
        self._limits = limits
        self._inflated = 0
        self.repaired = False
        self.looked: dict[str, bool | None] = {}  # pictures by hash: whether a round red mark is on them
        self._entries = self._index(_directory(content))

    def _index(self, infos: Iterable[Entry]) -> dict[str, Entry]:
        entries: dict[str, Entry] = {}
        end = 0
        ordered = sorted(infos, key=attrgetter("offset"))
        if len(ordered) > self._limits.entries:
            raise OverLimit("R201", count=len(ordered), limit=self._limits.entries)
        for info in ordered:
            if info.offset < end:
                raise OverLimit("R210", name=info.name[:80])
            end = info.offset + _HEADER_SIZE + info.size
            key = part_key(info.name)
            if key in entries:
                raise OverLimit("R210", name=info.name[:80])
            if "\\" in info.name:
                self.repaired = True
            entries[key] = info
        return entries

    def __contains__(self, name: str) -> bool:
        return part_key(name) in self._entries

    def names(self) -> list[str]:
        """Return the lookup names of all parts, sorted."""
        return sorted(self._entries)

    def has_name_with(self, *pieces: str) -> bool:
        """Say whether any of these stands in the lookup name of any part."""
        names = "\n".join(self._entries)
        return any(piece in names for piece in pieces)

    def read(self, name: str) -> bytes | None:
        """Return the inflated bytes of a part, None when there is no such part."""
        info = self._entries.get(part_key(name))
        return None if info is None else self._part(info)

    def _part(self, info: Entry) -> bytes:
        if info.flags & 0x1:
            raise OverLimit("R101")
        data = self._inflate(info)
        if zlib.crc32(data) != info.crc:
            raise Unreadable("R102")
        return data

    def meaning(self, name: str, parse: Callable[..., Meaning], *arguments: object) -> Meaning | None:
        """Return what `parse(bytes, *arguments)` makes of a part, None when there is no such part.

        The returns of one template share small parts (styles, relations) byte for byte, so what they
        mean is remembered: by their compressed bytes and checksum, the sizes counted as if inflated
        anew. Only for functions that depend on nothing else and whose result nobody changes; failures
        are not remembered.
        """
        info = self._entries.get(part_key(name))
        if info is None:
            return None
        key = (parse, info.flags, info.method, info.crc, self._raw(info), *arguments)
        known = _MEANINGS.get(key)
        if known is not None:
            self._count(info, known[0], known[0])
            return cast(Meaning, known[1])
        data = self._part(info)
        made = parse(data, *arguments)
        if len(data) <= _SMALL:
            if len(_MEANINGS) >= _KEPT:
                del _MEANINGS[next(iter(_MEANINGS))]
            _MEANINGS[key] = len(data), made
        return made

    def _raw(self, info: Entry) -> bytes:
        start = info.offset
        header = self._content[start : start + _HEADER_SIZE]
        if len(header) < _HEADER_SIZE or header[:4] != _LOCAL_HEADER:
            raise Unreadable("R102")
        start += _HEADER_SIZE + int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
        raw = self._content[start : start + info.size]
        if len(raw) < info.size:
            raise Unreadable("R102")
        return raw

    def _inflate(self, info: Entry) -> bytes:
        raw = self._raw(info)
        if info.method == zipfile.ZIP_STORED:
            self._count(info, len(raw), len(raw))
            return raw
        if info.method != zipfile.ZIP_DEFLATED:
            raise Unreadable("R104", what=f"zip method {info.method}")
        return self._deflated(info, raw)

    def _deflated(self, info: Entry, raw: bytes) -> bytes:
        inflater = zlib.decompressobj(-15)
        pieces: list[bytes] = []
        size = 0
        try:
            for start in range(0, len(raw), _FED):
                fed = raw if len(raw) <= _FED else raw[start : start + _FED]
                while fed and not inflater.eof:
                    piece = inflater.decompress(fed, _STEP)
                    fed = inflater.unconsumed_tail
                    size += len(piece)
                    self._count(info, len(piece), size)
                    pieces.append(piece)
            while not inflater.eof:  # what a full step held back
                piece = inflater.decompress(b"", _STEP)
                size += len(piece)
                self._count(info, len(piece), size)
                if not piece:
                    raise Unreadable("R102")
                pieces.append(piece)
        except zlib.error:
            raise Unreadable("R102") from None
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def _count(self, info: Entry, more: int, size: int) -> None:
        limits = self._limits
        self._inflated += more
        if size > limits.entry_bytes:
            raise OverLimit("R202", name=info.name[:80], limit=_mib(limits.entry_bytes))
        if self._inflated > limits.total_bytes:
            raise OverLimit("R203", limit=_mib(limits.total_bytes))
        if size > limits.ratio_floor and size > limits.entry_ratio * max(info.size, 1):
            raise OverLimit("R204", name=info.name[:80], limit=limits.entry_ratio)


def _directory(content: bytes) -> list[Entry]:
    """Return the entries of the central directory; an unusual one is left to zipfile."""
    end = content.rfind(b"PK\x05\x06")
    if end < 0 or len(content) - end < _END.size:
        return _directory_by_zipfile(content)
    _, disk, first_disk, here, count, size, offset, comment = _END.unpack_from(content, end)
    usual = disk == first_disk == 0 and here == count < 0xFFFF and offset < 0xFFFFFFFF
    if not usual or end + _END.size + comment != len(content) or size > end or offset > end - size:
        return _directory_by_zipfile(content)
    junk = end - size - offset
    entries: list[Entry] = []
    position = end - size
    for _ in range(count):
        if not content.startswith(b"PK\x01\x02", position) or position + _CENTRAL.size > end:
            return _directory_by_zipfile(content)
        flags, method, crc, packed, unpacked, name, extra, note, start = _CENTRAL.unpack_from(content, position)
        if 0xFFFFFFFF in (packed, unpacked, start):
            return _directory_by_zipfile(content)
        position += _CENTRAL.size
        raw = content[position : position + name]
        entries.append(Entry(_decoded(raw, flags), flags, method, crc, packed, start + junk))
        position += name + extra + note
    return entries


def _decoded(raw: bytes, flags: int) -> str:
    if raw.isascii():
        return raw.decode("ascii")
    try:
        return raw.decode("utf-8" if flags & 0x800 else "cp437")
    except UnicodeDecodeError:
        return raw.decode("cp437")


def _directory_by_zipfile(content: bytes) -> list[Entry]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return [
                Entry(
                    info.orig_filename,
                    info.flag_bits,
                    info.compress_type,
                    info.CRC,
                    info.compress_size,
                    info.header_offset,
                )
                for info in archive.infolist()
            ]
    except MemoryError:
        raise
    except Exception:  # BadZipFile, struct.error, OSError, UnicodeError … as the directory is mangled
        raise Unreadable("R102") from None


def _mib(size: int) -> str:
    return f"{size / (1024 * 1024):.0f} MB"
