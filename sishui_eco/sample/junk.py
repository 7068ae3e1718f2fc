"""Files that are no tables: a scan, a photo, a locked workbook, a torn one."""

from __future__ import annotations

import struct
import zlib

SECTOR = 512
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
STREAM_SECTORS = 8  # 4096 bytes: the smallest stream that needs no mini sectors
ENCRYPTION_INFO = struct.pack("<HHI", 4, 4, 0x40) + b'<?xml version="1.0"?><encryption/>'


def sealed_scan() -> bytes:
    """Return a one-page PDF with a red round stroke where a seal would be; written by hand."""
    drawing = b"1 0 0 RG 4 w 420 180 m 420 235 330 235 330 180 c 330 125 420 125 420 180 c S"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawing), drawing),
    ]
    out, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    return out + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)


def photo(shade: int, width: int = 320, height: int = 240) -> bytes:
    """Return a PNG of a plain gradient with a red ring; `shade` makes pictures differ."""
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            ring = 55**2 < (x - 220) ** 2 + (y - 150) ** 2 < 62**2
            grey = (y * 90 // height + 140 + shade) % 256
            rows += bytes((220, 30, 30)) if ring else bytes((grey, grey, min(255, grey + 6)))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def encrypted_workbook() -> bytes:
    """Return an OLE2 file with EncryptionInfo and EncryptedPackage, as a password-protected xlsx has them."""
    package = struct.pack("<Q", 4000) + bytes((number * 37 + 11) % 256 for number in range(4088))
    return compound_file([("EncryptionInfo", ENCRYPTION_INFO), ("EncryptedPackage", package)])


def compound_file(streams: list[tuple[str, bytes]]) -> bytes:
    """Return a minimal OLE2 compound file: at most three streams, 63 KB together, padded to whole sectors."""
    padded = [(name, _padded(content)) for name, content in streams]
    chains, firsts = [FAT, END], []
    for _, content in padded:
        firsts.append(len(chains))
        chains += [*range(firsts[-1] + 1, firsts[-1] + len(content) // SECTOR), END]
    chains += [FREE] * (SECTOR // 4 - len(chains))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    header += bytes(6) + struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, END, 0, END, 0)
    header += struct.pack("<I", 0) + struct.pack("<I", FREE) * 108
    entries = [_entry("Root Entry", 5, FREE, FREE, 1, END, 0)]
    for number, (name, content) in enumerate(padded):
        right = number + 2 if number + 1 < len(padded) else FREE
        entries.append(_entry(name, 2, FREE, right, FREE, firsts[number], len(content)))
    directory = b"".join(entries).ljust(SECTOR, b"\0")
    body = b"".join(content for _, content in padded)
    return header + struct.pack(f"<{len(chains)}I", *chains) + directory + body


def _padded(content: bytes) -> bytes:
    size = max(len(content), SECTOR * STREAM_SECTORS)
    return content.ljust(-(-size // SECTOR) * SECTOR, b"\0")


def _entry(name: str, kind: int, left: int, right: int, child: int, start: int, size: int) -> bytes:
    raw = name.encode("utf-16-le")
    head = raw.ljust(64, b"\0") + struct.pack("<HBBIII", len(raw) + 2, kind, 1, left, right, child)
    return head + bytes(36) + struct.pack("<IQ", start, size)
