"""Bytes to a document: the first reader of a kind, the second one, or a refusal by name."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache

from sishui_eco.model.arrival import FileKind
from sishui_eco.model.finding import Refused, make_finding
from sishui_eco.model.grid import Document
from sishui_eco.model.place import Place
from sishui_eco.reading.limits import OverLimit, ReadLimits, Unreadable
from sishui_eco.zh import load_table, word

Reader = Callable[[bytes, Place, ReadLimits], Document]
_DEFAULT = ReadLimits()


def read(content: bytes, kind: FileKind, place: Place, limits: ReadLimits = _DEFAULT) -> Document:
    """Return everything that can be seen in a file of a known kind.

    When the first reader of a kind fails, a second one is asked if that is safe, and Document.notices
    says so with R301.
    Findings: R301 to R305 in `Document.notices`.
    Raises:   Refused with an R1xx or R2xx finding, and nothing else whatever the bytes.
    """
    try:
        with _without_collections():
            return _read(content, kind, place, limits)
    except Refused:
        raise
    except Unreadable as fault:
        raise Refused(fault.finding(place)) from None
    except MemoryError:
        raise Refused(make_finding("R203", place, limit=f"{limits.total_bytes // 1024 // 1024} MB")) from None
    except Exception:  # the promise of this room: any other failure is a damaged file, told by name
        raise Refused(make_finding("R102", place)) from None


@contextmanager
def _without_collections() -> Iterator[None]:
    """Keep the cycle collector from walking the cells again and again while they are made.

    Cells hold no cycles; a third of the time on 900,000 cells went there. Put back whatever happens.
    """
    paused = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if paused:
            gc.enable()


def _read(content: bytes, kind: FileKind, place: Place, limits: ReadLimits) -> Document:
    if kind is FileKind.ENCRYPTED_OFFICE:
        raise OverLimit("R101")
    first, second = readers_of(kind)
    if first is None:
        raise Unreadable("R103")
    try:
        return first(content, place, limits)
    except OverLimit:
        raise
    except (Unreadable, RecursionError) as fault:
        if second is None or (isinstance(fault, Unreadable) and fault.code in ("R103", "R104")):
            raise
        failure = fault
    try:
        document = second(content, place, limits)
    except OverLimit:
        raise
    except Unreadable:
        raise failure from None
    if not any(grid.cells or grid.covered for grid in document.grids):
        raise failure  # a damaged file must not pass for an empty one
    return _told(document, place)


def _told(document: Document, place: Place) -> Document:
    names = load_table("reading")["features"]
    unknown = sorted(set().union(*(grid.unknown for grid in document.grids)))
    shown = word("list_mark", "reading").join(str(names[name]) for name in unknown)
    notice = make_finding("R301", place, reader=document.reader, unknown=shown)
    return replace(document, notices=(notice, *document.notices))


@cache
def readers_of(kind: FileKind) -> tuple[Reader | None, Reader | None]:
    """Return first and second reader; imported here so that a run pays only for the kinds it meets."""
    if kind is FileKind.XLSX:
        from sishui_eco.reading.second import read_xlsx_again
        from sishui_eco.reading.xlsx import read_xlsx

        return read_xlsx, read_xlsx_again
    if kind is FileKind.DOCX:
        from sishui_eco.reading.docx import read_docx

        return read_docx, None
    if kind is FileKind.XLS:
        from sishui_eco.reading.second import read_xls_again
        from sishui_eco.reading.xls import read_xls

        return read_xls, read_xls_again
    if kind in (FileKind.ODS, FileKind.XLSB):
        return _open_document_or_binary(kind)
    return _single(kind), None


def _open_document_or_binary(kind: FileKind) -> tuple[Reader, Reader | None]:
    if kind is FileKind.ODS:
        from sishui_eco.reading.odf import read_ods

        return read_ods, None
    from sishui_eco.reading.xlsb import read_xlsb

    return read_xlsb, None


def _single(kind: FileKind) -> Reader | None:
    if kind is FileKind.DOC:
        from sishui_eco.reading.doc import read_doc

        return read_doc
    if kind is FileKind.ODT:
        from sishui_eco.reading.odf import read_odt

        return read_odt
    if kind is FileKind.CSV:
        from sishui_eco.reading.text import read_text

        return read_text
    if kind is FileKind.HTML:
        from sishui_eco.reading.html import read_html

        return read_html
    if kind is FileKind.XML_SHEET:
        from sishui_eco.reading.xml_sheet import read_xml_sheet

        return read_xml_sheet
    return None
