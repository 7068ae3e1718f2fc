"""What a file is, by its content; a name decides only about temporary and system files."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterable
from itertools import islice

import olefile

from sishui_eco.intake.zip_directory import END, LOCAL, ZipDirectory, peek, read_directory
from sishui_eco.model.arrival import FileKind

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEAD = 65_536
_NAMES = 5_000
_SYSTEM_NAMES = frozenset({"thumbs.db", "ehthumbs.db", ".ds_store", "desktop.ini"})

_MAGICS: tuple[tuple[bytes, FileKind], ...] = (
    (b"%PDF", FileKind.PDF),
    (b"Rar!\x1a\x07", FileKind.RAR),
    (b"7z\xbc\xaf\x27\x1c", FileKind.SEVEN_ZIP),
    (b"\x78\x9f\x3e\x22", FileKind.TNEF),
    (b"\xff\xd8\xff", FileKind.IMAGE),
    (b"\x89PNG\r\n\x1a\n", FileKind.IMAGE),
    (b"GIF87a", FileKind.IMAGE),
    (b"GIF89a", FileKind.IMAGE),
    (b"II*\x00", FileKind.IMAGE),
    (b"MM\x00*", FileKind.IMAGE),
    (b"\x00\x05\x16\x07", FileKind.TEMPORARY),  # AppleDouble, the ._name shadows of macOS
    # Excel streams of the nineties that never were wrapped in OLE2.
    (b"\x09\x08\x10\x00\x00\x06", FileKind.XLS),
    (b"\x09\x08\x08\x00\x00\x05", FileKind.XLS),
    (b"\x09\x04\x06\x00", FileKind.XLS),
    (b"\x09\x02\x06\x00", FileKind.XLS),
    (b"\x09\x00\x04\x00", FileKind.XLS),
)
# Root streams in order of weight: an encrypted package may keep decoys beside it.
_OLE_STREAMS: tuple[tuple[str, FileKind], ...] = (
    ("encryptedpackage", FileKind.ENCRYPTED_OFFICE),
    ("__properties_version1.0", FileKind.MSG),
    ("worddocument", FileKind.DOC),
    ("workbook", FileKind.XLS),
    ("book", FileKind.XLS),
    ("matost", FileKind.DOC),  # Microsoft Works, also named .wps: refused by name by the reader of Word files
)
_OPEN_DOCUMENT: tuple[tuple[bytes, FileKind], ...] = (
    (b"opendocument.spreadsheet", FileKind.ODS),
    (b"opendocument.text", FileKind.ODT),
)
_MAIL_HEADER_WORDS = (
    "from to cc subject date received return-path message-id mime-version content-type reply-to sender "
    "delivered-to x-mailer content-transfer-encoding in-reply-to references dkim-signature x-uidl x-sender "
    "x-originating-ip envelope-to x-original-to resent-from resent-to content-disposition bcc importance"
)
_MAIL_HEADERS = frozenset(_MAIL_HEADER_WORDS.split())
_HTML_ROOTS = frozenset(
    ["html", "head", "body", "table", "meta", "style", "tr", "td", "div", "p", "span", "font", "center", "title"]
)
_HEADER_LINE = re.compile(rb"([!-9;-~]{1,76})[ \t]*:")
_MBOX_LINE = re.compile(rb"(?:^|\r?\n\r?\n)From [^\r\n]{0,200}\d{1,2}:\d{2}[^\r\n]{0,40}\r?\n")
_CONTROLS = frozenset(range(32)) - {7, 8, 9, 10, 11, 12, 13, 26, 27}


def sniff(content: bytes, name: str = "") -> FileKind:
    """Return what `content` is. Never raises, never reads beyond bounds, never believes `name`.

    A truncated or damaged file keeps the kind its beginning shows, so that its reader can say what
    is wrong with it. OFD, the Chinese fixed-layout format, counts as PDF: a page image to be filed.
    """
    if is_temporary(name):
        return FileKind.TEMPORARY
    if not content.strip(b"\0"):  # a download that was reserved on the disk and never filled is as empty
        return FileKind.EMPTY
    try:
        return _by_magic(content) or _by_text(content) or _by_depth(content)
    except Exception:  # the promise to callers: a kind for anything, whatever a library stumbles on
        return FileKind.UNKNOWN


def is_temporary(name: str) -> bool:
    """Say whether a name is one that office programs and systems leave behind."""
    parts = name.replace("\\", "/").split("/")
    last = parts[-1].lower()
    return "__MACOSX" in parts or last.startswith(("~$", ".~")) or last in _SYSTEM_NAMES


def _by_magic(content: bytes) -> FileKind | None:
    for magic, kind in _MAGICS:
        if content.startswith(magic):
            return kind
    if content.startswith(OLE_MAGIC):
        return _ole_kind(content)
    if content.startswith((LOCAL, END, b"PK\x07\x08PK\x03\x04", b"PK00PK\x03\x04")):
        return _zip_kind(read_directory(content, _NAMES), content)
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return FileKind.IMAGE
    if content[4:8] == b"ftyp" and content[8:12] in {b"heic", b"heix", b"mif1", b"msf1", b"avif", b"hevc"}:
        return FileKind.IMAGE
    if content[:2] == b"BM" and content[14:18] in {bytes([size, 0, 0, 0]) for size in (12, 40, 52, 56, 64, 108, 124)}:
        return FileKind.IMAGE
    return None


def _ole_kind(content: bytes) -> FileKind:
    """Return the kind of a compound file; one whose directory is lost counts as XLS, so that its reader refuses it."""
    names = _ole_root_names(content)
    for stream, kind in _OLE_STREAMS:
        if stream in names:
            return kind
    return FileKind.UNKNOWN if names else FileKind.XLS


def _ole_root_names(content: bytes) -> frozenset[str]:
    """Return the lower-case names at the root; from the raw directory bytes when olefile gives up."""
    try:
        with olefile.OleFileIO(io.BytesIO(content)) as ole:
            names = frozenset(path[0].lower() for path in ole.listdir(streams=True) if len(path) == 1)
    except Exception:  # olefile raises many kinds on cyclic or cut files
        names = frozenset()
    if names & {stream for stream, _ in _OLE_STREAMS}:
        return names
    found = {stream for stream, _ in _OLE_STREAMS if _directory_entry(stream, content)}
    return names | (found if not names else frozenset())


def _directory_entry(stream: str, content: bytes) -> bool:
    """Say whether a 128-byte directory entry of this name stands in the bytes."""
    pattern = b"".join(b"[" + letter.lower() + letter.upper() + b"]\\x00" for letter in _letters(stream))
    for hit in re.finditer(pattern + b"\\x00\\x00", content):
        at = hit.start() + 64
        if hit.start() % 128 == 0 and content[at : at + 2] == bytes([2 * len(stream) + 2, 0]):
            return True
    return False


def _letters(stream: str) -> list[bytes]:
    return [re.escape(letter).encode() if not letter.isalnum() else letter.encode() for letter in stream]


def _zip_kind(directory: ZipDirectory, content: bytes) -> FileKind:
    """Return the kind of a package by the parts at its root, ZIP for an ordinary archive."""
    names = {_part_name(entry.raw_name): entry for entry in directory.entries}
    if "xl/workbook.bin" in names:
        return FileKind.XLSB
    if "xl/workbook.xml" in names:
        return FileKind.XLSX
    if "word/document.xml" in names:
        return FileKind.DOCX
    if "ofd.xml" in names:
        return FileKind.PDF
    for part in ("mimetype", "meta-inf/manifest.xml"):
        if part in names:
            text = peek(content, names[part], 4096)
            for mark, kind in _OPEN_DOCUMENT:
                if mark in text:
                    return kind
            if b"opendocument" in text:
                return FileKind.UNKNOWN
    if "[content_types].xml" in names:
        kind = _package_kind(peek(content, names["[content_types].xml"], 65_536), frozenset(names))
        if kind is not FileKind.UNKNOWN or directory.complete:
            return kind
    return FileKind.ZIP if directory.complete else _cut_package_kind(names)


def _cut_package_kind(names: Iterable[str]) -> FileKind:
    """Return what the first parts of a truncated package show; its directory at the end is lost."""
    folders = {name.partition("/")[0] for name in names}
    if "xl" in folders:
        return FileKind.XLSX
    return FileKind.DOCX if "word" in folders else FileKind.ZIP


def _part_name(raw: bytes) -> str:
    return raw.decode("latin-1").replace("\\", "/").lower().removeprefix("./").lstrip("/")


def _package_kind(types: bytes, names: frozenset[str]) -> FileKind:
    """Return the kind of an Office package whose main part lies at an unusual place, or is lost."""
    if b"ms-excel.sheet.binary" in types:
        return FileKind.XLSB
    if b"spreadsheetml.sheet.main" in types or b"spreadsheetml.template.main" in types or b"ms-excel" in types:
        return FileKind.XLSX
    if b"wordprocessingml.document.main" in types or b"wordprocessingml.template.main" in types:
        return FileKind.DOCX
    if any(name.startswith("xl/") for name in names):
        return FileKind.XLSX
    if any(name.startswith("word/") for name in names):
        return FileKind.DOCX
    return FileKind.UNKNOWN


def _by_text(content: bytes) -> FileKind | None:
    """Return the kind of a text, None when the bytes are no text."""
    head = content[:_HEAD]
    if mail := _mail_kind(head, content):
        return mail
    text = _decoded(head)
    if text is None:
        return None
    start = text.lstrip("\ufeff\x00 \t\r\n")[:16_384].lower()
    if start.startswith("{\\rtf"):
        return FileKind.UNKNOWN
    if start.startswith("<"):
        return _markup_kind(start)
    if re.search(r"<html[\s>]|<table[\s>]", start[:2048]) and "</" in text.lower():
        return FileKind.HTML
    return None if re.match(r"%!ps|%pdf-", start) else FileKind.CSV


def _markup_kind(start: str) -> FileKind:
    if "urn:schemas-microsoft-com:office:spreadsheet" in start or 'progid="excel.sheet"' in start:
        return FileKind.XML_SHEET if "<html" not in start else FileKind.HTML
    root = re.search(r"<((?:\w+:)?[a-z]\w*)", re.sub(r"<!--.*?-->", "", start, flags=re.DOTALL))
    name = root.group(1).rpartition(":")[2] if root else ""
    if name in _HTML_ROOTS or start.startswith("<!doctype html"):
        return FileKind.HTML
    if name == "workbook":
        return FileKind.XML_SHEET
    return FileKind.UNKNOWN


def _mail_kind(head: bytes, content: bytes) -> FileKind | None:
    """Return EML or MBOX when the text begins with the headers of a mail.

    A single mail saved with its `From ` line is an EML; the second such line makes a mailbox.
    """
    start = head.removeprefix(codecs.BOM_UTF8).lstrip(b"\r\n")
    if _MBOX_LINE.match(start):
        return FileKind.MBOX if len(list(islice(_MBOX_LINE.finditer(content), 2))) > 1 else FileKind.EML
    if start.startswith((b"<", b"{")):
        return None
    known = _header_names(start)
    lone = len(known) == 1 and re.match(rb"(?i)subject:[^\r\n]*=\?[^\r\n]*\?=", start)
    return FileKind.EML if len(known) >= 2 or lone else None


def _header_names(start: bytes) -> frozenset[str]:
    """Return the usual mail headers before the first blank line; two odd lines are forgiven."""
    known: set[str] = set()
    odd = 0
    for number, line in enumerate(re.split(rb"\r\n|\n|\r", start)[:400]):
        if line[:1] in (b" ", b"\t"):
            continue
        hit = _HEADER_LINE.match(line)
        if hit is None:
            if not line.strip() and number > 0:
                break
            odd += 1
            if odd > 2:
                break
            continue
        name = hit.group(1).decode("ascii").lower()
        if name in _MAIL_HEADERS:
            known.add(name)
    return frozenset(known)


def _decoded(head: bytes) -> str | None:
    """Return the text of the bytes in whichever usual encoding fits, None for binary data."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if head.startswith(mark):
            return head[len(mark) :].decode(encoding, "replace")
    if b"\x00" in head:
        return _unmarked_utf16(head)
    if sum(head.count(bytes([code])) for code in _CONTROLS) > len(head) // 200:
        return None
    for encoding in ("utf-8", "gb18030"):
        try:
            return codecs.getincrementaldecoder(encoding)().decode(head)
        except UnicodeDecodeError:
            continue
    text = head.decode("gb18030", "replace")
    return text if text.count("\ufffd") * 20 <= len(text) else None


def _unmarked_utf16(head: bytes) -> str | None:
    """Return UTF-16 text without a byte order mark: line ends and ASCII show half of the bytes as zero."""
    for encoding, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
        if zeros.count(0) * 20 < len(zeros) or zeros.count(0) < head.count(0) * 0.9:
            continue
        text = head[: len(head) // 2 * 2].decode(encoding, "replace")
        odd = sum(1 for letter in text if letter < " " and letter not in "\t\r\n\f") + text.count("\ufffd")
        if odd * 50 <= len(text):
            return text
    return None


def _by_depth(content: bytes) -> FileKind:
    """Return the kind of a file with junk in front: a saved download, a self-extracting archive."""
    head = content[:_HEAD]
    if OLE_MAGIC in head[:4096]:
        return FileKind.UNKNOWN
    if re.search(rb"%PDF-\d", head[:1024]):
        return FileKind.PDF
    if content.startswith(b"MZ") and b"Rar!\x1a\x07" in content[:1_048_576]:
        return FileKind.RAR
    if LOCAL in content[:1_048_576] and content.rfind(END, -66_000 if len(content) > 66_000 else 0) > 0:
        directory = read_directory(content, _NAMES)
        if directory.entries and directory.declared == len(directory.entries):
            return _zip_kind(directory, content)
    return FileKind.UNKNOWN
