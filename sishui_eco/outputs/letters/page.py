"""The page of the standard: styles, margins, heads and feet, made once with python-docx and then only filled.

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

from sishui_eco.outputs.letters.wording import default, names_of_list, setting, table, width
from sishui_eco.outputs.packaging import RawEntry, make_entry, read_entries
from sishui_eco.spec.campaign import Campaign

ACROSS = 28  # characters in a line
CHARACTER = 315  # twips: 16 pt less a quarter of a point
PITCH = 579  # twips: 225 mm / 22 lines
PAGE_TEXT = 607  # points of text on the first page of a letter, below the head
TYPE_AREA = 8844  # twips: 156 mm
HEAD_WIDTH = 425.0  # points: 150 mm
_LIMIT = 1 << 26
ROLES = ("body", "title", "black", "kai")


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """What the skeleton depends on: font names with their fallbacks by role, and the issuer in the red head."""

    fonts: tuple[tuple[str, ...], ...]
    issuer: str

    def font(self, role: str) -> str:
        return self.fonts[ROLES.index(role)][0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Skeleton:
    """Everything of the package that does not change from letter to letter."""

    entries: tuple[RawEntry, ...]
    opening: str  # document.xml up to and with <w:body>
    sections: Mapping[str, str]  # letter, plain, document -> sectPr


def face_of(campaign: Campaign) -> Face:
    """Return the fonts and the issuer that the settings name."""
    fonts = tuple(names_of_list(setting(f"{role}_font", campaign)) or (default(f"{role}_font"),) for role in ROLES)
    return Face(fonts=fonts, issuer=campaign.office.issuer)


@cache
def skeleton(face: Face) -> Skeleton:
    """Return the compiled skeleton: three sections (letter, pre-printed paper, ordinary document), one set of parts."""
    document = Document()
    _styles(document, face)
    document.settings.odd_and_even_pages_header_footer = True
    while len(document.sections) < 3:
        document.add_section(WD_SECTION.NEW_PAGE)
    for name, section in zip(("letter", "plain", "document"), document.sections, strict=True):
        _section(section, name, face)
    buffer = io.BytesIO()
    document.save(buffer)
    parts = {entry.name: entry.content(_LIMIT) for entry in read_entries(buffer.getvalue())}
    opening, sections = _split(parts.pop("word/document.xml").decode("utf-8"))
    parts["word/fontTable.xml"] = _font_table(face)
    for name in ("docProps/core.xml", "docProps/thumbnail.jpeg", "docProps/app.xml", "[Content_Types].xml"):
        parts.pop(name, None)
    parts["_rels/.rels"] = _ROOT_RELATIONS
    kept = _without_spare_parts(parts)
    entries = tuple(make_entry(name, content) for name, content in kept.items())
    types = make_entry("[Content_Types].xml", _content_types(kept))
    return Skeleton(entries=(*entries, types), opening=opening, sections=sections)


def _split(text: str) -> tuple[str, dict[str, str]]:
    start = text.index("<w:body>") + len("<w:body>")
    found = re.findall(r"<w:sectPr.*?</w:sectPr>", text[start:], re.DOTALL)
    return text[:start], dict(zip(("letter", "plain", "document"), found, strict=True))


# --- styles --------------------------------------------------------------------------------------------


def _styles(document: Any, face: Face) -> None:
    root = document.styles.element
    for child in list(root):
        root.remove(child)
    root.append(parse_xml(_DEFAULTS.format(ns=nsdecls("w"), fonts=fonts_xml(face.font("body")))))
    names: dict[str, str] = table("styles")
    for key, name in names.items():
        kind = ' w:default="1"' if key == "Normal" else ""
        based = "" if key == "Normal" else '<w:basedOn w:val="Normal"/>'
        paragraph, run = _style_parts(key, face)
        root.append(
            parse_xml(
                f'<w:style {nsdecls("w")} w:type="paragraph"{kind} w:styleId="{key}"><w:name w:val="{escape(name)}"/>'
                f"{based}<w:qFormat/><w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
            )
        )
    root.append(parse_xml(_TABLE_STYLE.format(ns=nsdecls("w"))))


def _style_parts(key: str, face: Face) -> tuple[str, str]:
    """Return paragraph and run properties of a style, in the order the schema wants."""
    body, title, black, kai = (fonts_xml(face.font(role)) for role in ROLES)
    line = f'<w:spacing w:before="0" w:after="0" w:line="{PITCH}" w:lineRule="exact"/>'
    none = indent_xml(first=0)
    tight = '<w:spacing w:before="20" w:after="20" w:line="300" w:lineRule="exact"/>'
    spacing = '<w:spacing w:val="{}"/>'
    plain = spacing.format(0)
    size = '<w:sz w:val="{0}"/><w:szCs w:val="{0}"/>'
    file_size, file_scale = head_type(table("parts")["file_head"].format(issuer=face.issuer))
    parts = {
        "Normal": (f'{_HABITS}{line}{indent_xml(first=2)}<w:jc w:val="both"/>', body + spacing.format(-5)),
        "EcoHead": (none + '<w:jc w:val="center"/>', f'{title}<w:color w:val="FF0000"/>{plain}'),
        "EcoNumber": (none + '<w:jc w:val="right"/>', ""),
        "EcoFileHead": (
            f'<w:spacing w:before="1985" w:after="0" w:line="{_head_line(file_size)}" w:lineRule="exact"/>{none}'
            '<w:jc w:val="center"/>',
            f'{title}<w:color w:val="FF0000"/>{plain}<w:w w:val="{file_scale}"/>{size.format(file_size)}',
        ),
        "EcoFileNumber": (
            '<w:pBdr><w:bottom w:val="single" w:sz="12" w:space="8" w:color="FF0000"/></w:pBdr>'
            f'{none}<w:jc w:val="center"/>',
            "",
        ),
        "EcoTitle": (
            f'<w:keepNext/><w:spacing w:line="640" w:lineRule="exact"/>{none}<w:jc w:val="center"/>',
            title + plain + size.format(44),
        ),
        "EcoAddressee": (none + '<w:jc w:val="left"/>', ""),
        "EcoLevel1": ("<w:keepNext/>", black),
        "EcoLevel2": ("<w:keepNext/>", kai),
        "EcoEnclosure": (indent_xml(left=6, hanging=4) + '<w:jc w:val="left"/>', ""),
        "EcoSignature": (f'<w:keepNext/>{none}<w:jc w:val="right"/>', ""),
        "EcoDate": (none + '<w:jc w:val="right"/>', ""),
        "EcoNote": ("", ""),
        "EcoCopies": (indent_xml(left=4, right=1, hanging=3) + '<w:jc w:val="left"/>', plain + size.format(28)),
        "EcoAnnexLabel": (f"<w:keepNext/>{none}", black),
        "EcoAnnexTitle": (
            f'<w:keepNext/><w:spacing w:line="640" w:lineRule="exact"/>{none}<w:jc w:val="center"/>',
            title + plain + size.format(44),
        ),
        "EcoCell": (f'{tight}{none}<w:jc w:val="left"/>', plain + size.format(21)),
        "EcoCellHead": (f'{tight}{none}<w:jc w:val="center"/>', black + plain + size.format(21)),
        "EcoPage": (
            f'<w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/>{none}<w:jc w:val="left"/>',
            fonts_xml(default("page_font")) + plain + size.format(28),
        ),
    }
    return parts[key]


def fonts_xml(name: str) -> str:
    """Return the run property that sets one font for Han and Latin alike."""
    font = escape(name, {'"': "&quot;"})
    return f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}" w:eastAsia="{font}" w:cs="{font}" w:hint="eastAsia"/>'


def indent_xml(
    *,
    first: float | None = None,
    left: float | None = None,
    right: float | None = None,
    hanging: float | None = None,
) -> str:
    """Return the indents, counted in characters and, for LibreOffice, in twips."""
    sides = (("left", left), ("right", right), ("hanging", hanging), ("firstLine", first))
    pairs = [
        f' w:{name}Chars="{round(count * 100)}" w:{name}="{round(count * CHARACTER)}"'
        for name, count in sides
        if count is not None
    ]
    return f"<w:ind{''.join(pairs)}/>" if pairs else ""


# --- sections, heads and feet ----------------------------------------------------------------------------


def _section(section: Any, name: str, face: Face) -> None:
    properties = section._sectPr
    for tag in ("w:pgSz", "w:pgMar", "w:cols", "w:docGrid", "w:type"):
        for child in properties.findall(qn(tag)):
            properties.remove(child)
    section.different_first_page_header_footer = name != "document"
    header = {"letter": 1673, "plain": 1673}.get(name, 851)
    places = (
        '<w:pgSz {ns} w:w="11906" w:h="16838"/>',
        f'<w:pgMar {{ns}} w:top="2098" w:right="1474" w:bottom="1984" w:left="1588" w:header="{header}" '
        'w:footer="1134" w:gutter="0"/>',
        '<w:pgNumType {ns} w:start="1"/>',
        '<w:cols {ns} w:space="425"/>',
    )
    made = [parse_xml(place.format(ns=nsdecls("w"))) for place in places]
    first_title = properties.find(qn("w:titlePg"))
    for child in made:
        if first_title is None:
            properties.append(child)
        else:
            first_title.addprevious(child)
    _fill(section.footer, _page_number(even=False))
    _fill(section.even_page_footer, _page_number(even=True))
    if name != "document":
        _fill(section.first_page_header, _red_head(face) if name == "letter" else _preprinted_head(face))
        _fill(section.first_page_footer, _RED_FOOT if name == "letter" else _EMPTY_FOOT)


def _fill(part: Any, xml: str) -> None:
    part.is_linked_to_previous = False
    element = part._element
    for child in list(element):
        element.remove(child)
    element.append(parse_xml(xml.format(ns=nsdecls("w"))))


def _page_number(*, even: bool) -> str:
    words = table("parts")
    side, where = ("left", "left") if even else ("right", "right")
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
        f'<w:ind w:{side}="280"/><w:jc w:val="{where}"/></w:pPr>{field}</w:p>'
    )


def head_type(text: str, space: float = HEAD_WIDTH) -> tuple[int, int]:
    """Return size in half points and horizontal scale in percent of the red issuer's name, to fill one line."""
    across = max(1.0, width(text))
    size = min(36.0, space / across)
    if size >= 30:
        return round(size * 2), 100
    scale = 66
    return round(min(30.0, space / across / scale * 100) * 2), scale


def _red_head(face: Face) -> str:
    size, scale = head_type(face.issuer)
    return (
        '<w:p {ns}><w:pPr><w:pStyle w:val="EcoHead"/><w:pBdr><w:bottom w:val="thickThinSmallGap" w:sz="24" '
        f'w:space="8" w:color="FF0000"/></w:pBdr><w:spacing w:before="0" w:after="0" w:line="{_head_line(size)}" '
        'w:lineRule="exact"/><w:ind w:left="-454" w:right="-340" w:firstLine="0"/></w:pPr>'
        f'<w:r><w:rPr><w:w w:val="{scale}"/><w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr>'
        f"<w:t>{_braced(face.issuer)}</w:t></w:r></w:p>"
    )


def _preprinted_head(face: Face) -> str:
    size, _ = head_type(face.issuer)
    return (
        '<w:p {ns}><w:pPr><w:pStyle w:val="EcoHead"/><w:spacing w:before="0" w:after="240" '
        f'w:line="{_head_line(size)}" w:lineRule="exact"/></w:pPr></w:p>'
    )


def _head_line(size: int) -> int:
    return round(size * 10 * 1.15)


def _braced(text: str) -> str:
    return escape(text).replace("{", "{{").replace("}", "}}")


_RED_FOOT = (
    '<w:p {ns}><w:pPr><w:pStyle w:val="EcoPage"/><w:pBdr><w:bottom w:val="thinThickSmallGap" w:sz="24" w:space="1" '
    'w:color="FF0000"/></w:pBdr><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
    '<w:ind w:left="-454" w:right="-340" w:firstLine="0"/></w:pPr></w:p>'
)
_EMPTY_FOOT = '<w:p {ns}><w:pPr><w:pStyle w:val="EcoPage"/></w:pPr></w:p>'
_HABITS = '<w:widowControl w:val="0"/><w:overflowPunct w:val="0"/><w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>'
_DEFAULTS = (
    "<w:docDefaults {ns}><w:rPrDefault><w:rPr>{fonts}"
    '<w:sz w:val="32"/><w:szCs w:val="32"/><w:lang w:val="zh-CN" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr>'
    "</w:rPrDefault><w:pPrDefault/></w:docDefaults>"
)
_TABLE_STYLE = (
    '<w:style {ns} w:type="table" w:default="1" w:styleId="EcoTable"><w:name w:val="Normal Table"/>'
    '<w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/>'
    '<w:left w:w="85" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/><w:right w:w="85" w:type="dxa"/>'
    "</w:tblCellMar></w:tblPr></w:style>"
)

# --- the other parts ---------------------------------------------------------------------------------------

_ROOT_RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/><Relationship Id="rId2" '
    'Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" '
    'Target="docProps/core.xml"/><Relationship Id="rId3" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties" '
    'Target="docProps/custom.xml"/></Relationships>'
).encode()
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_TYPES = {
    "word/document.xml": _MAIN + "document.main+xml",
    "word/styles.xml": _MAIN + "styles+xml",
    "word/settings.xml": _MAIN + "settings+xml",
    "word/fontTable.xml": _MAIN + "fontTable+xml",
    "docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    "docProps/custom.xml": "application/vnd.openxmlformats-officedocument.custom-properties+xml",
}
_NEEDED = re.compile(
    r"_rels/\.rels|word/(styles|settings|fontTable|header\d+|footer\d+)\.xml|word/_rels/document\.xml\.rels"
)
_RELATION = re.compile(rb"<Relationship [^>]*?/>")
_TARGET = re.compile(rb'Target="([^"]+)"')


def _without_spare_parts(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the parts that a letter needs, without python-docx's theme, numbering and thumbnails."""
    kept = {name: content for name, content in sorted(parts.items()) if _NEEDED.fullmatch(name)}
    name = "word/_rels/document.xml.rels"
    relations = [
        item
        for item in _RELATION.findall(kept[name])
        if (target := _TARGET.search(item)) and f"word/{target.group(1).decode()}" in kept
    ]
    head = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    kept[name] = head + b"".join(sorted(relations)) + b"</Relationships>"
    return kept


def _content_types(parts: Mapping[str, bytes]) -> bytes:
    names = {*parts, "word/document.xml", "docProps/core.xml", "docProps/custom.xml"}
    overrides = []
    for name in sorted(names):
        kind = _TYPES.get(name) or (_MAIN + ("header" if "header" in name else "footer") + "+xml")
        if not name.endswith(".rels"):
            overrides.append(f'<Override PartName="/{name}" ContentType="{kind}"/>')
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{"".join(overrides)}</Types>'
    ).encode()


def _font_table(face: Face) -> bytes:
    """Return the font table: each font with the fallbacks of the settings as its other names."""
    fonts = []
    for names in dict.fromkeys((*face.fonts, (default("page_font"),))):
        others = escape(",".join(names[1:]), {'"': "&quot;"})
        other = f'<w:altName w:val="{others}"/>' if others else ""
        name = escape(names[0], {'"': "&quot;"})
        fonts.append(f'<w:font w:name="{name}">{other}<w:charset w:val="86"/><w:family w:val="auto"/></w:font>')
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<w:fonts xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        f"{''.join(fonts)}</w:fonts>"
    ).encode()
