"""The page of the standard: margins, heads and feet, made once a run and then only filled.

A letter is the compiled skeleton with a new `document.xml`; the other parts are copied still compressed.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import msgspec

from sishui_eco.outputs.letters.parts import other_parts
from sishui_eco.outputs.letters.spaces import opening, part
from sishui_eco.outputs.letters.styles import ROLES, Face, head_line, head_type
from sishui_eco.outputs.letters.wording import default, names_of_list, setting, table
from sishui_eco.outputs.markup import escaped
from sishui_eco.outputs.packaging import RawEntry, make_entry
from sishui_eco.outputs.styles import writable
from sishui_eco.spec.campaign import Campaign

ACROSS = 28  # characters in a line
PAGE_TEXT = 605  # points of text on the first page of a letter, below the head
TYPE_AREA = 8844  # twips: 156 mm
SECTIONS = ("letter", "plain", "document")
_ROOTS = {"header": "hdr", "footer": "ftr"}
_OWN_PAGES = {"letter": ("header3", "footer3"), "plain": ("header4", "footer4"), "document": ()}
_HEADER_AT = {"letter": 1673, "plain": 1673, "document": 851}  # twips from the top of the page


class Skeleton(msgspec.Struct, frozen=True, kw_only=True):
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
    heads = {name: part(_ROOTS[name[:-1]], content) for name, _, content in _heads(face)}
    kept = other_parts(heads, face)
    return Skeleton(
        entries=tuple(make_entry(name, content) for name, content in sorted(kept.items())),
        opening=f"{opening('document')}<w:body>",
        sections={name: _section(name, face) for name in SECTIONS},
    )


def _heads(face: Face) -> tuple[tuple[str, str, str], ...]:
    """Return heads and feet: name, type of page, content. The last two are for plain paper."""
    return (
        ("footer1", "default", _page_number("right")),
        ("footer2", "even", _page_number("left")),
        ("header1", "default", _EMPTY_HEAD),
        ("header2", "even", _EMPTY_HEAD),
        ("header3", "first", _red_head(face)),
        ("footer3", "first", _RED_FOOT),
        ("header4", "first", _preprinted_head(face)),
        ("footer4", "first", _EMPTY_FOOT),
    )


def _section(name: str, face: Face) -> str:
    """Return a section: the heads and page numbers that all share, its own first page, the measures."""
    references = [
        f'<w:{head[:-1]}Reference w:type="{page}" r:id="{head}"/>'
        for head, page, _ in _heads(face)
        if page != "first" or head in _OWN_PAGES[name]
    ]
    own_page = "<w:titlePg/>" if _OWN_PAGES[name] else ""
    return (
        f'<w:sectPr>{"".join(references)}<w:pgSz w:w="11906" w:h="16838"/>'
        f'<w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1588" w:header="{_HEADER_AT[name]}" '
        'w:footer="1134" w:gutter="0"/><w:pgNumType w:start="1"/><w:cols w:space="425"/>'
        f"{own_page}</w:sectPr>"
    )


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
        f'<w:p><w:pPr><w:pStyle w:val="EcoPage"/><w:spacing w:after="283"/>'
        f'<w:ind w:{side}="280"/><w:jc w:val="{side}"/></w:pPr>{field}</w:p>'
    )


def _red_head(face: Face) -> str:
    size, scale = head_type(face.issuer)
    return (
        '<w:p><w:pPr><w:pStyle w:val="EcoHead"/><w:pBdr><w:bottom w:val="thickThinSmallGap" w:sz="24" '
        f'w:space="8" w:color="FF0000"/></w:pBdr><w:spacing w:before="0" w:after="93" w:line="{head_line(size)}" '
        'w:lineRule="exact"/><w:ind w:left="-454" w:right="-340" w:firstLine="0"/></w:pPr>'
        f'<w:r><w:rPr><w:w w:val="{scale}"/><w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr>'
        f"<w:t>{escaped(writable(face.issuer))}</w:t></w:r></w:p>"
    )


def _preprinted_head(face: Face) -> str:
    """Return an empty head as high as the red one, so that the text begins at the same place."""
    size, _ = head_type(face.issuer)
    return (
        '<w:p><w:pPr><w:pStyle w:val="EcoHead"/><w:spacing w:before="0" w:after="343" '
        f'w:line="{head_line(size)}" w:lineRule="exact"/></w:pPr></w:p>'
    )


_RED_FOOT = (
    '<w:p><w:pPr><w:pStyle w:val="EcoPage"/><w:pBdr><w:bottom w:val="thinThickSmallGap" w:sz="24" w:space="1" '
    'w:color="FF0000"/></w:pBdr><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
    '<w:ind w:left="-454" w:right="-340" w:firstLine="0"/></w:pPr></w:p>'
)
# Without it LibreOffice shows the head of a joined letter's first page on its other pages too.
_EMPTY_HEAD = (
    '<w:p><w:pPr><w:pStyle w:val="EcoPage"/><w:spacing w:before="0" w:after="0" w:line="20" '
    'w:lineRule="exact"/></w:pPr></w:p>'
)
_EMPTY_FOOT = '<w:p><w:pPr><w:pStyle w:val="EcoPage"/></w:pPr></w:p>'
