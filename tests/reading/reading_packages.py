"""Small packages built by hand, so that a test can draw exactly the fault it is about."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from sishui_eco.model.arrival import FileKind
from sishui_eco.model.finding import Refused
from sishui_eco.model.grid import Document, Grid
from sishui_eco.model.place import Place
from sishui_eco.reading import ReadLimits, read

PLACE = Place(file="收件/附件4.xlsx")
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELS = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
Parts = dict[str, str | bytes]


def deflated(parts: Mapping[str, str | bytes]) -> bytes:
    """Return a compressed zip of the parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def relations(*items: tuple[str, str, str]) -> str:
    """Return a relations part of (id, kind, target)."""
    rows = "".join(f'<Relationship Id="{i}" Type="{OFFICE}/{kind}" Target="{target}"/>' for i, kind, target in items)
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{rows}</Relationships>'


def sheet(rows: str, before: str = "", after: str = "") -> str:
    """Return a worksheet part around `row` elements."""
    return f"<worksheet {MAIN} {RELS}>{before}<sheetData>{rows}</sheetData>{after}</worksheet>"


def strings(*texts: str) -> str:
    return f"<sst {MAIN}>" + "".join(f"<si><t>{text}</t></si>" for text in texts) + "</sst>"


def styles(*codes: str, fonts: str = "<font/>", xf: str = "") -> str:
    """Return a styles part: format 0 is General, 1.. are the codes given."""
    formats = "".join(f'<numFmt numFmtId="{164 + n}" formatCode="{escape(code)}"/>' for n, code in enumerate(codes))
    xfs = "".join(f'<xf numFmtId="{164 + n}" fontId="0"/>' for n in range(len(codes)))
    return (
        f"<styleSheet {MAIN}><numFmts>{formats}</numFmts><fonts>{fonts}</fonts>"
        f'<cellXfs><xf numFmtId="0" fontId="0"/>{xfs}{xf}</cellXfs></styleSheet>'
    )


def escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def workbook_parts(*sheets: str, texts: str | None = None, style: str | None = None, settings: str = "") -> Parts:
    """Return the parts of a workbook with the given sheet parts."""
    listed = "".join(f'<sheet name="表{n}" sheetId="{n}" r:id="rId{n}"/>' for n in range(1, len(sheets) + 1))
    links = [(f"rId{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(sheets) + 1)]
    parts: Parts = {
        "_rels/.rels": relations(("rId1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f"<workbook {MAIN} {RELS}>{settings}<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": relations(*links),
    }
    for number, text in enumerate(sheets, start=1):
        parts[f"xl/worksheets/sheet{number}.xml"] = text
    if texts is not None:
        parts["xl/sharedStrings.xml"] = texts
    parts["xl/styles.xml"] = style if style is not None else styles()
    return parts


def workbook(*sheets: str, texts: str | None = None, style: str | None = None, settings: str = "") -> bytes:
    return deflated(workbook_parts(*sheets, texts=texts, style=style, settings=settings))


def word_file(body: str, extra: Mapping[str, str | bytes] | None = None) -> bytes:
    """Return a Word file around body XML."""
    parts: Parts = {
        "_rels/.rels": relations(("rId1", "officeDocument", "word/document.xml")),
        "word/document.xml": f"<w:document {WORD} {RELS}><w:body>{body}</w:body></w:document>",
    }
    return deflated({**parts, **(extra or {})})


def read_as(content: bytes, kind: FileKind = FileKind.XLSX, limits: ReadLimits | None = None) -> Document:
    return read(content, kind, PLACE, limits) if limits else read(content, kind, PLACE)


def first_grid(content: bytes, kind: FileKind = FileKind.XLSX) -> Grid:
    return read_as(content, kind).grids[0]


def refusal(content: bytes, kind: FileKind = FileKind.XLSX, limits: ReadLimits | None = None) -> str:
    """Return the code a file is refused with, or what it was read by."""
    try:
        return "read by " + read_as(content, kind, limits).reader
    except Refused as refused:
        assert refused.finding.message and refused.finding.remedy
        return refused.finding.code


def drawn(grid: Grid) -> str:
    """Return a grid as text: one line a row, cells as A1=text in column order."""
    lines: dict[int, list[str]] = {}
    for (row, column), cell in sorted(grid.cells.items()):
        lines.setdefault(row, []).append(f"{PLACE.at(row, column).cell}={cell.text}")
    return "\n".join(" ".join(items) for _, items in sorted(lines.items()))


def codes(document: Document) -> list[str]:
    return [notice.code for notice in document.notices]
