"""Small pieces that hostile files are made of: zips with lying headers, streams that inflate without end, plain packages."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from random import Random

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
LINKS = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of a zip as it shall be written, truth or lie."""

    name: bytes
    packed: bytes
    crc: int = 0
    size: int = 0
    method: int = 8
    flags: int = 0x800
    mode: int = 0  # the unix mode, for links
    packed_size: int | None = None
    offset: int | None = None  # another place of the local header


def entry(name: str | bytes, content: str | bytes, **lies: object) -> Entry:
    """Return an honest deflated entry, unless told otherwise."""
    raw = content.encode() if isinstance(content, str) else content
    squeezer = zlib.compressobj(6, zlib.DEFLATED, -15)
    truth: dict[str, object] = {
        "name": name.encode() if isinstance(name, str) else name,
        "packed": squeezer.compress(raw) + squeezer.flush(),
        "crc": zlib.crc32(raw),
        "size": len(raw),
    }
    return Entry(**{**truth, **lies})  # type: ignore[arg-type]


def stored(name: str, content: bytes) -> Entry:
    """Return an honest entry that is not compressed: no ratio betrays what repeats in it."""
    return Entry(name=name.encode(), packed=content, crc=zlib.crc32(content), size=len(content), method=0)


def endless(name: str, chunk: bytes, times: int, head: bytes = b"") -> Entry:
    """Return an entry whose one compressed chunk is repeated: gigabytes inside, kilobytes outside, made at once."""
    squeezer = zlib.compressobj(9, zlib.DEFLATED, -15)
    first = squeezer.compress(head) + squeezer.flush(zlib.Z_FULL_FLUSH)
    block = squeezer.compress(chunk) + squeezer.flush(zlib.Z_FULL_FLUSH)
    last = zlib.compressobj(9, zlib.DEFLATED, -15).flush()
    size = len(head) + len(chunk) * times
    return Entry(name=name.encode(), packed=first + block * times + last, size=size & 0xFFFFFFFF)


def zipped(*entries: Entry) -> bytes:
    """Return a zip of entries as they are told to be."""
    body, directory = bytearray(), bytearray()
    for item in entries:
        place = len(body) if item.offset is None else item.offset
        size = len(item.packed) if item.packed_size is None else item.packed_size
        common = struct.pack(
            "<HHHHHLLLHH", 20, item.flags, item.method, 0, 33, item.crc, size, item.size, len(item.name), 0
        )
        if item.offset is None:
            body += b"PK\x03\x04" + common + item.name + item.packed
        directory += b"PK\x01\x02" + struct.pack("<H", 0x0314) + common
        directory += struct.pack("<HHHLL", 0, 0, 0, item.mode << 16, place) + item.name
    end = struct.pack(
        "<4s4H2LH", b"PK\x05\x06", 0, 0, len(entries) & 0xFFFF, len(entries) & 0xFFFF, len(directory), len(body), 0
    )
    return bytes(body + directory + end)


def sheet(rows: str = "", before: str = "", after: str = "") -> str:
    return f'<?xml version="1.0"?><worksheet {MAIN} {LINKS}>{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


GOOD_ROWS = '<row r="1"><c r="A1" t="inlineStr"><is><t>\u6d4b\u8bd5</t></is></c><c r="B1"><v>1</v></c></row>'


def relation(number: int, kind: str, target: str, external: bool = False) -> str:
    mode = ' TargetMode="External"' if external else ""
    return f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{target}"{mode}/>'


def relations(*lines: str) -> str:
    return f'<?xml version="1.0"?><Relationships xmlns="{PACKAGE}/relationships">{"".join(lines)}</Relationships>'


def book_parts(
    rows: str = GOOD_ROWS,
    *,
    before: str = "",
    after: str = "",
    strings: str = "",
    styles: str = "",
    listed: str = "",
    more: str = "",
) -> dict[str, str | bytes]:
    """Return the parts of a minimal workbook with one sheet."""
    sheets = listed or '<sheet name="Sheet1" sheetId="1" r:id="rId1"/>'
    lines = [relation(1, "worksheet", "worksheets/sheet1.xml")]
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<?xml version="1.0"?><Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": relations(relation(1, "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<?xml version="1.0"?><workbook {MAIN} {LINKS}><sheets>{sheets}</sheets></workbook>',
        "xl/worksheets/sheet1.xml": sheet(rows, before, after),
    }
    if strings:
        lines.append(relation(2, "sharedStrings", "sharedStrings.xml"))
        parts["xl/sharedStrings.xml"] = strings
    if styles:
        lines.append(relation(3, "styles", "styles.xml"))
        parts["xl/styles.xml"] = styles
    parts["xl/_rels/workbook.xml.rels"] = relations(*lines, more)
    return parts


def packed(parts: dict[str, str | bytes]) -> bytes:
    return zipped(*(entry(name, content) for name, content in parts.items()))


def book(rows: str = GOOD_ROWS, **told: str) -> bytes:
    """Return a minimal workbook."""
    return packed(book_parts(rows, **told))


def document(body: str, head: str = "", **more: str) -> bytes:
    """Return a minimal Word file."""
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<?xml version="1.0"?><Types xmlns="{PACKAGE}/content-types"/>',
        "_rels/.rels": relations(relation(1, "officeDocument", "word/document.xml")),
        "word/document.xml": f'<?xml version="1.0"?>{head}<w:document {space}><w:body>{body}</w:body></w:document>',
        **more,
    }
    return packed(parts)


def mail(body: bytes, *heads: bytes) -> bytes:
    """Return a mail of usual headers, others added, and a body."""
    usual = (
        b"From: a <a@example.invalid>",
        b"To: b@example.invalid",
        b"Date: Tue, 25 Jul 2023 10:30:00 +0800",
        b"MIME-Version: 1.0",
    )
    subject = () if any(line.lower().startswith(b"subject:") for line in heads) else (b"Subject: x",)
    return b"\r\n".join((*usual, *subject, *heads)) + b"\r\n\r\n" + body


def attached(name: bytes, content: bytes) -> bytes:
    """Return a mail with one attachment of a raw name."""
    import base64

    part = b"--b\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n"
    part += b'Content-Disposition: attachment; filename="' + name + b'"\r\n\r\n' + base64.encodebytes(content)
    return mail(part + b"\r\n--b--\r\n", b"Content-Type: multipart/mixed; boundary=b")


def noise(size: int, seed: int = 1) -> bytes:
    """Return text that hardly compresses, the same every time."""
    return Random(seed).randbytes(size // 2).hex().encode()


def records(*items: tuple[int, bytes]) -> bytes:
    """Return BIFF records."""
    return b"".join(struct.pack("<HH", kind, len(payload)) + payload for kind, payload in items)
