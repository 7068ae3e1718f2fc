"""The zip package of an Office file: its parts by tolerant names, inflated under counting."""

from __future__ import annotations

import io
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable

from sishui_eco.reading.limits import OverLimit, ReadLimits, Unreadable

_LOCAL_HEADER = b"PK\x03\x04"
_HEADER_SIZE = 30
_STEP = 1024 * 1024


def part_key(name: str) -> str:
    """Return the name a part is looked up by: forward slashes, no leading one, lower case."""
    return unicodedata.normalize("NFC", name.replace("\\", "/")).lstrip("/").lower()


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
        self._entries = self._index(_directory(content))

    def _index(self, infos: Iterable[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
        entries: dict[str, zipfile.ZipInfo] = {}
        end = 0
        ordered = sorted(infos, key=lambda info: info.header_offset)
        if len(ordered) > self._limits.entries:
            raise OverLimit("R201", count=len(ordered), limit=self._limits.entries)
        for info in ordered:
            if info.header_offset < end:
                raise OverLimit("R210", name=info.filename[:80])
            end = info.header_offset + _HEADER_SIZE + info.compress_size
            key = part_key(info.filename)
            if key in entries:
                raise OverLimit("R210", name=info.filename[:80])
            if "\\" in info.orig_filename:
                self.repaired = True
            entries[key] = info
        return entries

    def __contains__(self, name: str) -> bool:
        return part_key(name) in self._entries

    def names(self) -> list[str]:
        """Return the lookup names of all parts, sorted."""
        return sorted(self._entries)

    def read(self, name: str) -> bytes | None:
        """Return the inflated bytes of a part, None when there is no such part."""
        info = self._entries.get(part_key(name))
        if info is None:
            return None
        if info.flag_bits & 0x1:
            raise OverLimit("R101")
        data = self._inflate(info)
        if zlib.crc32(data) != info.CRC:
            raise Unreadable("R102")
        return data

    def _inflate(self, info: zipfile.ZipInfo) -> bytes:
        start = info.header_offset
        header = self._content[start : start + _HEADER_SIZE]
        if len(header) < _HEADER_SIZE or header[:4] != _LOCAL_HEADER:
            raise Unreadable("R102")
        start += _HEADER_SIZE + int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
        raw = self._content[start : start + info.compress_size]
        if len(raw) < info.compress_size:
            raise Unreadable("R102")
        if info.compress_type == zipfile.ZIP_STORED:
            self._count(info, len(raw), len(raw))
            return raw
        if info.compress_type != zipfile.ZIP_DEFLATED:
            raise Unreadable("R104", what=f"zip method {info.compress_type}")
        return self._deflated(info, raw)

    def _deflated(self, info: zipfile.ZipInfo, raw: bytes) -> bytes:
        inflater = zlib.decompressobj(-15)
        pieces: list[bytes] = []
        size = 0
        try:
            while not inflater.eof:
                piece = inflater.decompress(raw, _STEP)
                raw = inflater.unconsumed_tail
                size += len(piece)
                self._count(info, len(piece), size)
                pieces.append(piece)
                if not piece and not raw:
                    raise Unreadable("R102")
        except zlib.error:
            raise Unreadable("R102") from None
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def _count(self, info: zipfile.ZipInfo, more: int, size: int) -> None:
        limits = self._limits
        self._inflated += more
        if size > limits.entry_bytes:
            raise OverLimit("R202", name=info.filename[:80], limit=_mib(limits.entry_bytes))
        if self._inflated > limits.total_bytes:
            raise OverLimit("R203", limit=_mib(limits.total_bytes))
        if size > limits.ratio_floor and size > limits.entry_ratio * max(info.compress_size, 1):
            raise OverLimit("R204", name=info.filename[:80], limit=limits.entry_ratio)


def _directory(content: bytes) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return archive.infolist()
    except (zipfile.BadZipFile, ValueError, OverflowError, EOFError, OSError, NotImplementedError, UnicodeError):
        raise Unreadable("R102") from None
    except Exception as fault:  # struct.error and whatever else a mangled directory provokes
        if type(fault).__name__ in ("error", "IndexError", "KeyError"):
            raise Unreadable("R102") from None
        raise


def _mib(size: int) -> str:
    return f"{size / (1024 * 1024):.0f} MB"
