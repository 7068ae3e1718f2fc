"""Blocks to bytes: the document part as text, put into the compiled skeleton."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache

from sishui_eco.outputs.letters.blocks import CELL, CELL_DENSE, CELL_HEAD, Block, Paragraph, Table
from sishui_eco.outputs.letters.page import TYPE_AREA, skeleton
from sishui_eco.outputs.letters.styles import PITCH, Face, fonts_xml, indent_xml
from sishui_eco.outputs.markup import DECLARATION, escaped
from sishui_eco.outputs.packaging import COUNTY_ZONE, make_entry, write_entries

_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LONG_WORD = re.compile("[!-~]{12}")  # a mail address: justified, the line above it would be torn apart
_AT_BOTTOM = (
    f'<w:framePr w:w="{TYPE_AREA}" w:wrap="notBeside" w:vAnchor="margin" w:hAnchor="margin" w:xAlign="left" '
    'w:yAlign="bottom"/>'
)
_KEEPS_PITCH = frozenset({"EcoTitle", "EcoAnnexTitle", CELL, CELL_DENSE, CELL_HEAD, "EcoHead"})


def write_document(
    blocks: Iterable[Block],
    *,
    face: Face,
    section: str,
    product: str,
    title: str,
    moment: datetime,
    pitch: int = PITCH,
) -> bytes:
    """Return a docx: `section` is letter, plain or document; `product` goes into its custom properties."""
    frame = skeleton(face)
    body = "".join(block_xml(block, face, pitch) for block in blocks)
    text = f"{frame.opening}{body}{frame.sections[section]}</w:body></w:document>"
    own = (
        make_entry("word/document.xml", text.encode("utf-8")),
        _shared_entry("docProps/core.xml", core_xml(title, face.issuer, moment)),
        _shared_entry("docProps/custom.xml", custom_xml(product)),
    )
    return write_entries(sorted((*frame.entries, *own), key=lambda entry: entry.name))


_shared_entry = lru_cache(maxsize=64)(make_entry)  # letters of one kind and day have the same properties


def xml_text(text: str) -> str:
    """Return a text as XML may hold it, line breaks made blanks."""
    return escaped(_UNWRITABLE.sub("\ufffd", " ".join(text.split("\n")).replace("\r", "").replace("\t", " ")))


def block_xml(block: Block, face: Face, pitch: int) -> str:
    return table_xml(block) if isinstance(block, Table) else paragraph_xml(block, face, pitch)


def paragraph_xml(block: Paragraph, face: Face, pitch: int) -> str:
    """Return one paragraph, its properties in the order the schema wants."""
    properties = [f'<w:pStyle w:val="{block.style}"/>' if block.style != "Normal" else ""]
    properties.append("<w:keepNext/>" if block.keep else "")
    properties.append("<w:pageBreakBefore/>" if block.new_page else "")
    properties.append(_AT_BOTTOM if block.bottom else "")
    if block.tiny:
        properties.append('<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>')
    elif pitch != PITCH and block.style not in _KEEPS_PITCH:
        properties.append(f'<w:spacing w:line="{pitch}" w:lineRule="exact"/>')
    properties.append(indent_xml(left=block.left, right=block.right, hanging=block.hanging))
    align = "left" if block.style == "Normal" and _LONG_WORD.search(block.text) else block.align
    properties.append(f'<w:jc w:val="{align}"/>' if align else "")
    inner = "".join(properties)
    runs = _run(block.lead, fonts_xml(face.font("kai"))) + _run(block.text) if block.lead else _run(block.text)
    return f"<w:p>{f'<w:pPr>{inner}</w:pPr>' if inner else ''}{runs}</w:p>"


def _run(text: str, properties: str = "") -> str:
    if not text:
        return ""
    inner = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{inner}<w:t xml:space="preserve">{xml_text(text)}</w:t></w:r>'


def table_xml(block: Table) -> str:
    """Return a bordered table as wide as the type area, its heading repeated on every page."""
    total = sum(block.widths)
    widths = [TYPE_AREA * share // total for share in block.widths]
    grid = "".join(f'<w:gridCol w:w="{size}"/>' for size in widths)
    edges = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    rows = [_row(block.columns, widths, range(len(widths)), CELL_HEAD, "<w:cantSplit/><w:tblHeader/>")]
    style = CELL_DENSE if block.dense else CELL
    rows += [_row(row, widths, block.centred, style, "<w:cantSplit/>") for row in block.rows]
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{edges}</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def _row(texts: Sequence[str], widths: Sequence[int], centred: Iterable[int], style: str, properties: str) -> str:
    middle = frozenset(centred)
    cells = []
    for at, (text, size) in enumerate(zip(texts, widths, strict=True)):
        centre = '<w:jc w:val="center"/>' if at in middle and style != CELL_HEAD else ""
        cells.append(
            f'<w:tc><w:tcPr><w:tcW w:w="{size}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
            f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{centre}</w:pPr>{_run(text)}</w:p></w:tc>'
        )
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def core_xml(title: str, author: str, moment: datetime) -> bytes:
    """Return docProps/core.xml; a naive moment is county time."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=COUNTY_ZONE)
    stamp = aware.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return (
        f"{DECLARATION}<cp:coreProperties "
        'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{xml_text(title)}</dc:title><dc:creator>{xml_text(author)}</dc:creator>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{stamp}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{stamp}</dcterms:modified></cp:coreProperties>'
    ).encode()


def custom_xml(product: str) -> bytes:
    return (
        f"{DECLARATION}<Properties "
        'xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
        'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
        '<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="eco_product">'
        f"<vt:lpwstr>{xml_text(product)}</vt:lpwstr></property></Properties>"
    ).encode()
