"""A file as it came, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sishui_eco.model.place import Place


class FileKind(StrEnum):
    """What a file is by its content, never by its name."""

    XLSX = "xlsx"  # xlsx, xlsm, xltx, .et holding a zip
    XLSB = "xlsb"
    XLS = "xls"  # OLE2/BIFF: .xls, .et
    ODS = "ods"
    ODT = "odt"
    DOCX = "docx"  # docx, docm, dotx
    DOC = "doc"  # OLE2 Word binary: .doc, .wps
    CSV = "csv"  # delimited or plain text
    HTML = "html"  # a web page, often named .xls
    XML_SHEET = "xml_sheet"  # SpreadsheetML 2003
    EML = "eml"
    MSG = "msg"
    MBOX = "mbox"
    TNEF = "tnef"  # winmail.dat
    ZIP = "zip"
    SEVEN_ZIP = "7z"
    RAR = "rar"
    PDF = "pdf"
    IMAGE = "image"
    ENCRYPTED_OFFICE = "encrypted_office"  # OLE2 with EncryptedPackage
    EMPTY = "empty"
    TEMPORARY = "temporary"  # ~$x.xlsx, Thumbs.db, .DS_Store, __MACOSX
    UNKNOWN = "unknown"


CONTAINER_KINDS = frozenset(
    {FileKind.EML, FileKind.MSG, FileKind.MBOX, FileKind.TNEF, FileKind.ZIP, FileKind.SEVEN_ZIP, FileKind.RAR}
)
TABLE_KINDS = frozenset(
    {
        FileKind.XLSX,
        FileKind.XLSB,
        FileKind.XLS,
        FileKind.ODS,
        FileKind.ODT,
        FileKind.DOCX,
        FileKind.DOC,
        FileKind.CSV,
        FileKind.HTML,
        FileKind.XML_SHEET,
    }
)


class ArrivalVerdict(StrEnum):
    """The one account every arrival ends in (DESIGN.md §6)."""

    READ = "read"
    NIL_RETURN = "nil_return"
    DUPLICATE = "duplicate"
    SUPERSEDED = "superseded"
    BLANK = "blank"
    SUPPORTING = "supporting"
    OWN_OUTPUT = "own_output"
    IGNORED = "ignored"
    REFUSED = "refused"
    UNRECOGNISED = "unrecognised"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailContext:
    """The mail a file came in; all texts decoded, for display and as evidence only."""

    sender_name: str = ""
    sender_address: str = ""
    subject: str = ""
    sent: datetime | None = None
    body: str = ""  # plain text, capped


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One file as it came: a loose file, or one member of a mail or archive.

    `file` is the path of the top-level file below the inbox (`/`-separated, NFC); `member` the
    path inside the container chain, joined by `/`, empty for a loose file. `sha256` is the hash of
    this file's own bytes. `received` is naive local time of the county (UTC+8): from the mail when
    there is one, else the file's own time. `name` is the bare display name.
    """

    file: str
    member: str = ""
    name: str
    sha256: str
    size: int
    kind: FileKind
    received: datetime
    mail: MailContext | None = None
    content: bytes = field(default=b"", repr=False, compare=False)

    @property
    def place(self) -> Place:
        return Place(file=self.file, member=self.member)
