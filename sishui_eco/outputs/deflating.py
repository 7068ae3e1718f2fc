"""Parts of a package that are too long to hold: deflated piece by piece, then put together as one zip entry."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

from sishui_eco.outputs.packaging import DEFLATED, RawEntry

LEVEL = 4  # 8 % longer than 6 for the sheets of a summary, in less than half the time
PIECES = 500  # texts held before they are deflated
_ZEROS = bytes(1 << 20)
_NOTHING_MORE = b"\x03\x00"  # the deflate block that ends a stream


class Deflated:
    """A text in the making: only its deflated bytes, its length and its checksum are kept.

    The machine takes a quarter of a megabyte: a short text has one only while it is closed.
    """

    def __init__(self) -> None:
        self.crc = 0
        self.size = 0
        self._machine: zlib._Compress | None = None
        self._pieces: list[bytes] = []
        self._waiting: list[str] = []

    def write(self, text: str) -> None:
        self._waiting.append(text)
        if len(self._waiting) > PIECES:
            self._press()

    def _press(self) -> None:
        content = "".join(self._waiting).encode("utf-8")
        self._waiting.clear()
        self.crc = zlib.crc32(content, self.crc)
        self.size += len(content)
        if self._machine is None:
            self._machine = zlib.compressobj(LEVEL, zlib.DEFLATED, -15)
        self._pieces.append(self._machine.compress(content))

    def close(self) -> list[bytes]:
        """Return the deflated bytes up to a byte boundary, without the block that would end the stream."""
        self._press()
        assert self._machine is not None
        self._pieces.append(self._machine.flush(zlib.Z_SYNC_FLUSH))
        pieces, self._pieces, self._machine = self._pieces, [], None
        return pieces


def entry_of(name: str, parts: Iterable[str | Deflated]) -> RawEntry:
    """Return a zip entry that holds the parts one after the other; each `Deflated` is used up."""
    pieces: list[bytes] = []
    crc = size = 0
    for part in parts:
        if isinstance(part, str):
            text, part = part, Deflated()
            part.write(text)
        pieces += part.close()
        crc, size = joined_crc(crc, part.crc, part.size), size + part.size
    pieces.append(_NOTHING_MORE)
    return RawEntry(
        name=name, raw_name=name.encode("ascii"), flags=0, method=DEFLATED, crc=crc, size=size, data=b"".join(pieces)
    )


def joined_crc(first: int, second: int, length: int) -> int:
    """Return the checksum of two texts in a row from theirs and the length of the second.

    A checksum is linear in what it is started with, so the first is carried over as many zero bytes.
    """
    carried, blank = first, 0
    while length:
        zeros = _ZEROS[:length]
        carried, blank = zlib.crc32(zeros, carried), zlib.crc32(zeros, blank)
        length -= len(zeros)
    return carried ^ blank ^ second
