"""Bytes to a document: the first reader of a kind, the second one, or a refusal by name."""

from __future__ import annotations

from sishui_eco.model.arrival import FileKind
from sishui_eco.model.finding import Refused
from sishui_eco.model.grid import Document
from sishui_eco.model.place import Place
from sishui_eco.reading.docx import read_docx
from sishui_eco.reading.limits import ReadLimits, Unreadable, refuse
from sishui_eco.reading.xlsx import read_xlsx

READERS = {FileKind.XLSX: read_xlsx, FileKind.DOCX: read_docx}
_DEFAULT = ReadLimits()


def read(content: bytes, kind: FileKind, place: Place, limits: ReadLimits = _DEFAULT) -> Document:
    """Return everything that can be seen in a file of a known kind.

    Findings: R3xx in `Document.notices`.
    Raises:   Refused with an R finding, and nothing else whatever the bytes.
    """
    if kind is FileKind.ENCRYPTED_OFFICE:
        refuse("R101", place)
    reader = READERS.get(kind)
    if reader is None:
        refuse("R103", place)
    try:
        return reader(content, place, limits)
    except Refused:
        raise
    except Unreadable as fault:
        raise Refused(fault.finding(place)) from None
