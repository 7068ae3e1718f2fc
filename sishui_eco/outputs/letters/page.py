"""The page of the standard: margins, heads and feet, made once with python-docx and then only filled.

A letter is the compiled skeleton with a new `document.xml`; the other parts are copied still compressed.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

from docx import Document
from docx.enum.section import WD_SECTION
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from sishui_eco.outputs.letters.parts import other_parts
from sishui_eco.outputs.letters.styles import ROLES, Face, head_line, head_type, replace_styles
from sishui_eco.outputs.letters.wording import default, names_of_list, setting, table
from sishui_eco.outputs.packaging import RawEntry, make_entry, read_entries
from sishui_eco.spec.campaign import Campaign

ACROSS = 28  # characters in a line
PAGE_TEXT = 605  # points of text on the first page of a letter, below the head
TYPE_AREA = 8844  # twips: 156 mm
SECTIONS = ("letter", "plain", "document")
_LIMIT = 1 << 26
_HEADER_AT = {"letter": 1673, "plain": 1673, "document": 851}  # twips from the top of the page


@dataclass(frozen=True, slots=True, kw_only=True)
class Skeleton:
    """Everything of the package that does not change from letter to letter."""

    entries: tuple[RawEntry, ...]
    opening: str  # document.xml up to and with <w:body>
    sections: Mapping[str, str]  # letter, plain (pre-printed paper), document -> sectPr


def face_of(campaign: Campaign) -> Face:
    """Return the fonts and the issuer that the settings name."""
    fonts = tuple(names_of_list(setting(f"{role}_font", campaign)) or (default(f"{role}_font"),) for role in ROLES)
    return Face(fonts=fonts, issuer=campaign.office.issuer)


@cache
def skeleton(face: Face) -> Skeleton:
    """Return the compiled skeleton: three sections over one set of parts, so that letters can be joined."""
    document = Document()
    replace_styles(document, face)
    while len(document.sections) < len(SECTIONS):
        document.add_section(WD_SECTION.NEW_PAGE)
    for name, section in zip(SECTIONS, document.sections, strict=True):
        _section(section, name, face)
    buffer = io.BytesIO()
    document.save(buffer)
    parts = {entry.name: entry.content(_LIMIT) for entry in read_entries(buffer.getvalue())}
    opening, sections = _split(parts.pop("word/document.xml").decode("utf-8"))
    kept = other_parts(parts, face)
    entries = tuple(make_entry(name, content) for name, content in sorted(kept.items()))
    return Skeleton(entries=entries, opening=opening, sections=sections)


def _split(text: str) -> tuple[str, dict[str, str]]:
    """Return the head of the document part and its sections, each with the heads and page numbers of the first."""
    start = text.index("<w:body>") + len("<w:body>")
    found = re.findall(r"<w:sectPr[^>]*>(.*?)</w:sectPr>", text[start:], re.DOTALL)
    shared = re.findall(r'<w:(?:header|footer)Reference w:type="(?:default|even)"[^>]*/>', found[0])
    inner = [found[0], *("".join(shared) + section for section in found[1:])]
    return text[:start], {
        name: f"<w:sectPr>{section}</w:sectPr>" for name, section in zip(SECTIONS, inner, strict=True)
    }


def _section(section: Any, name: str, face: Face) -> None:
    properties = section._sectPr
    for tag in ("w:pgSz", "w:pgMar", "w:cols", "w:docGrid", "w:type"):
        for child in properties.findall(qn(tag)):
            properties.remove(child)
    if name == SECTIONS[0]:
        _fill(section.footer, _page_number("right"))
        _fill(section.even_page_footer, _page_number("left"))
        _fill(section.header, _EMPTY_HEAD)
        _fill(section.even_page_header, _EMPTY_HEAD)
    places = [
        '<w:pgSz {ns} w:w="11906" w:h="16838"/>',
        f'<w:pgMar {{ns}} w:top="2098" w:right="1474" w:bottom="1984" w:left="1588" w:header="{_HEADER_AT[name]}" '
        'w:footer="1134" w:gutter="0"/>',
        '<w:pgNumType {ns} w:start="1"/>',
        '<w:cols {ns} w:space="425"/>',
    ]
    if name != "document":
        _fill(section.first_page_header, _red_head(face) if name == "letter" else _preprinted_head(face))
        _fill(section.first_page_footer, _RED_FOOT if name == "letter" else _EMPTY_FOOT)
        places.append("<w:titlePg {ns}/>")
    for place in places:
        properties.append(parse_xml(place.format(ns=nsdecls("w"))))


def _fill(part: Any, xml: str) -> None:
    part.is_linked_to_previous = False
    element = part._element
    for child in list(element):
        element.remove(child)
    element.append(parse_xml(xml.format(ns=nsdecls("w"))))


def _page_number(side: str) -> str:
    """Return the paragraph `— 1 —`, one character from the outer edge."""
    words = table("parts")
    field = "".join(
        f"<w:r>{piece}</w:r>"
        for piece in (
            f'<w:t xml:space="preserve">{words["page"]}</w:t>',
            '<w:fldChar w:fldCharType="begin"/>',
            '<w:instrText xml:space="preserve"> PAGE </w:instrText>',
            '<w:fldChar w:fldCharType="separate"/>',
            "<w:t>1</w:t>",
            '<w:fldChar w:fldCharType="end"/>',
            f'<w:t xml:space="preserve">{words["page_end"]}</w:t>',
        )
    )
    return (
        f'<w:p {{ns}}><w:pPr><w:pStyle w:val="EcoPage"/><w:spacing w:after="283"/>'
        f'<w:ind w:{side}="280"/><w:jc w:val="{side}"/></w:pPr>{field}</w:p>'
    )


def _red_head(face: Face) -> str:
    size, scale = head_type(face.issuer)
    issuer = escape(face.issuer).replace("{", "{{").replace("}", "}}")
    return (
        '<w:p {ns}><w:pPr><w:pStyle w:val="EcoHead"/><w:pBdr><w:bottom w:val="thickThinSmallGap" w:sz="24" '
        f'w:space="8" w:color="FF0000"/></w:pBdr><w:spacing w:before="0" w:after="93" w:line="{head_line(size)}" '
        'w:lineRule="exact"/><w:ind w:left="-454" w:right="-340" w:firstLine="0"/></w:pPr>'
        f'<w:r><w:rPr><w:w w:val="{scale}"/><w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr>'
        f"<w:t>{issuer}</w:t></w:r></w:p>"
    )


def _preprinted_head(face: Face) -> str:
    """Return an empty head as high as the red one, so that the text begins at the same place."""
    size, _ = head_type(face.issuer)
    return (
        '<w:p {ns}><w:pPr><w:pStyle w:val="EcoHead"/><w:spacing w:before="0" w:after="343" '
        f'w:line="{head_line(size)}" w:lineRule="exact"/></w:pPr></w:p>'
    )


_RED_FOOT = (
    '<w:p {ns}><w:pPr><w:pStyle w:val="EcoPage"/><w:pBdr><w:bottom w:val="thinThickSmallGap" w:sz="24" w:space="1" '
    'w:color="FF0000"/></w:pBdr><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
    '<w:ind w:left="-454" w:right="-340" w:firstLine="0"/></w:pPr></w:p>'
)
# Without it LibreOffice shows the head of a joined letter's first page on its other pages too.
_EMPTY_HEAD = (
    '<w:p {ns}><w:pPr><w:pStyle w:val="EcoPage"/><w:spacing w:before="0" w:after="0" w:line="20" '
    'w:lineRule="exact"/></w:pPr></w:p>'
)
_EMPTY_FOOT = '<w:p {ns}><w:pPr><w:pStyle w:val="EcoPage"/></w:pPr></w:p>'
