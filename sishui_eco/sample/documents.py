"""Word files: a table pasted into a document, a nil statement, and documents that are no forms."""

from __future__ import annotations

import io
from collections.abc import Sequence

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt

from sishui_eco.sample.canvas import Canvas
from sishui_eco.sample.drafts import Draft
from sishui_eco.sample.drawing import people_text, unit_text
from sishui_eco.sample.packages import normalised
from sishui_eco.sample.tables import words
from sishui_eco.spec.campaign import Campaign
from sishui_eco.zh import load_table


def _new_document() -> WordDocument:
    document = Document()
    font = load_table("blanks")["fonts"]["body"]
    style = document.styles["Normal"]
    style.font.name, style.font.size = font, Pt(10.5)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), font)
    return document


def _saved(document: WordDocument) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return normalised(buffer.getvalue())


def table_document(draft: Draft, canvas: Canvas, campaign: Campaign, shape: dict[str, str]) -> bytes:
    """Return a landscape document: title and unit line as paragraphs, then the canvas as a table."""
    document, drawing = _new_document(), words()["drawing"]
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width
    form = campaign.form_by_key[draft.form]
    document.add_paragraph(drawing["label_title"].format(label=form.label))
    title = document.add_paragraph(drawing["main_title"].format(region=campaign.region, title=form.title))
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.add_paragraph(drawing["unit_line"].format(unit=unit_text(draft, campaign, shape)))
    columns = max(column for _, column in canvas.cells)
    table = document.add_table(rows=canvas.next_row - 1, cols=columns, style="Table Grid")
    for (row, column), value in sorted(canvas.cells.items()):
        table.cell(row - 1, column - 1).text = str(value)
    document.add_paragraph(people_text(draft))
    return _saved(document)


def nil_document(draft: Draft, campaign: Campaign, shape: dict[str, str]) -> bytes:
    """Return the statement of a unit that has no project to report."""
    texts, document = words()["nil"], _new_document()
    heading = document.add_paragraph(texts["title"])
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for key in ("to", "body", "sign", "contact"):
        document.add_paragraph(texts[key].format(**draft.heading))
    for key in ("seal", "date"):
        text = texts[key].format(unit=unit_text(draft, campaign, shape), **draft.heading)
        document.add_paragraph(text).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    return _saved(document)


def plain_document(paragraphs: Sequence[str]) -> bytes:
    """Return a document of paragraphs that has nothing to do with the forms."""
    document = _new_document()
    for text in paragraphs:
        document.add_paragraph(text)
    return _saved(document)
