"""The paragraph styles of official documents, as the standard measures them."""

from __future__ import annotations

import msgspec

from sishui_eco.outputs.letters.spaces import part
from sishui_eco.outputs.letters.wording import default, table, width
from sishui_eco.outputs.markup import escaped_attribute

CHARACTER = 315  # twips: 16 pt less a quarter of a point
PITCH = 579  # twips: 225 mm / 22 lines
HEAD_WIDTH = 425.0  # points: 150 mm
ROLES = ("body", "title", "black", "kai")


class Face(msgspec.Struct, frozen=True, kw_only=True):
    """What the skeleton depends on: font names with their fallbacks by role, and the issuer in the red head."""

    fonts: tuple[tuple[str, ...], ...]
    issuer: str

    def font(self, role: str) -> str:
        return self.fonts[ROLES.index(role)][0]


def styles_xml(face: Face) -> bytes:
    """Return the part of styles: ours, and none of those that Word's template brings."""
    parts = _style_parts(face)
    names: dict[str, str] = table("styles")
    styles = []
    for key, name in names.items():
        kind = ' w:default="1"' if key == "Normal" else ""
        based = "" if key == "Normal" else '<w:basedOn w:val="Normal"/>'
        paragraph, run = parts[key]
        styles.append(
            f'<w:style w:type="paragraph"{kind} w:styleId="{key}"><w:name w:val="{escaped_attribute(name)}"/>'
            f"{based}<w:qFormat/>{_properties('pPr', paragraph)}{_properties('rPr', run)}</w:style>"
        )
    defaults = _DEFAULTS.format(fonts=fonts_xml(face.font("body")))
    return part("styles", f"{defaults}{''.join(styles)}{_TABLE_STYLE}")


def _properties(tag: str, inner: str) -> str:
    return f"<w:{tag}>{inner}</w:{tag}>" if inner else f"<w:{tag}/>"


def _style_parts(face: Face) -> dict[str, tuple[str, str]]:
    """Return paragraph and run properties of each style, in the order the schema wants."""
    body, title, black, kai = (fonts_xml(face.font(role)) for role in ROLES)
    page = fonts_xml(default("page_font"))
    file_size, file_scale = head_type(table("parts")["file_head"].format(issuer=face.issuer))
    file_line = _line(head_line(file_size), before=1985)
    normal = f"{_HABITS}{_line(PITCH)}{indent_xml(first=2)}{_align('both')}"
    big = f"<w:keepNext/>{_line(640)}{_FLUSH}{_align('center')}"
    tight = '<w:spacing w:before="20" w:after="20" w:line="300" w:lineRule="exact"/>'
    file_head = f'{title}{_RED}{_PLAIN}<w:w w:val="{file_scale}"/>{_size(file_size)}'
    return {
        "Normal": (normal, body + _spacing(-5)),
        "EcoHead": (_FLUSH + _align("center"), title + _RED + _PLAIN),
        "EcoNumber": (_FLUSH + _align("right"), ""),
        "EcoFileHead": (file_line + _FLUSH + _align("center"), file_head),
        "EcoFileNumber": (_RED_LINE + _FLUSH + _align("center"), ""),
        "EcoTitle": (big, title + _PLAIN + _size(44)),
        "EcoAddressee": (_FLUSH + _align("left"), ""),
        "EcoLevel1": ("<w:keepNext/>", black),
        "EcoLevel2": ("<w:keepNext/>", kai),
        "EcoEnclosure": (_FLUSH + _align("left"), ""),
        "EcoSignature": ("<w:keepNext/>" + _FLUSH + _align("right"), ""),
        "EcoDate": (_FLUSH + _align("right"), ""),
        "EcoNote": ("", ""),
        "EcoCopies": (_FLUSH + _align("left"), _PLAIN + _size(28)),
        "EcoAnnexLabel": ("<w:keepNext/>" + _FLUSH, black),
        "EcoAnnexTitle": (big, title + _PLAIN + _size(44)),
        "EcoCell": (tight + _FLUSH + _align("left"), _PLAIN + _size(21)),
        "EcoCellDense": (_line(255) + _FLUSH + _align("left"), _PLAIN + _size(21)),
        "EcoCellHead": (tight + _FLUSH + _align("center"), black + _PLAIN + _size(21)),
        "EcoPage": (_line(240, rule="auto") + _FLUSH + _align("left"), page + _PLAIN + _size(28)),
    }


def _line(pitch: int, *, before: int = 0, rule: str = "exact") -> str:
    return f'<w:spacing w:before="{before}" w:after="0" w:line="{pitch}" w:lineRule="{rule}"/>'


def _align(side: str) -> str:
    return f'<w:jc w:val="{side}"/>'


def _size(half_points: int) -> str:
    return f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>'


def _spacing(twips: int) -> str:
    return f'<w:spacing w:val="{twips}"/>'


def fonts_xml(name: str) -> str:
    """Return the run property that sets one font for Han and Latin alike."""
    font = escaped_attribute(name)
    return f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}" w:eastAsia="{font}" w:cs="{font}" w:hint="eastAsia"/>'


def indent_xml(
    *,
    first: float | None = None,
    left: float | None = None,
    right: float | None = None,
    hanging: float | None = None,
) -> str:
    """Return the indents, counted in characters and, for LibreOffice, in twips.

    A hanging indent is told in twips alone: LibreOffice adds one counted in characters to its style's.
    """
    sides = (("left", left), ("right", right), ("hanging", hanging), ("firstLine", first))
    counted = hanging is None
    pairs = [
        (f' w:{name}Chars="{round(count * 100)}"' if counted else "") + f' w:{name}="{round(count * CHARACTER)}"'
        for name, count in sides
        if count is not None
    ]
    return f"<w:ind{''.join(pairs)}/>" if pairs else ""


def head_type(text: str, space: float = HEAD_WIDTH) -> tuple[int, int]:
    """Return size in half points and horizontal scale in percent of the red issuer's name, to fill one line."""
    across = max(1.0, width(text))
    size = min(36.0, space / across)
    if size >= 30:
        return round(size * 2), 100
    scale = 66
    return round(min(30.0, space / across / scale * 100) * 2), scale


def head_line(size: int) -> int:
    """Return the exact line height (twips) of a red head of so many half points."""
    return round(size * 10 * 1.15)


_FLUSH = indent_xml(first=0)
_PLAIN = _spacing(0)
_RED = '<w:color w:val="FF0000"/>'
_RED_LINE = '<w:pBdr><w:bottom w:val="single" w:sz="12" w:space="8" w:color="FF0000"/></w:pBdr>'
_HABITS = '<w:widowControl w:val="0"/><w:overflowPunct w:val="0"/><w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>'
_DEFAULTS = (
    "<w:docDefaults><w:rPrDefault><w:rPr>{fonts}"
    '<w:sz w:val="32"/><w:szCs w:val="32"/><w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr>'
    "</w:rPrDefault><w:pPrDefault/></w:docDefaults>"
)
_TABLE_STYLE = (
    '<w:style w:type="table" w:default="1" w:styleId="EcoTable"><w:name w:val="Normal Table"/>'
    '<w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/>'
    '<w:left w:w="85" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/><w:right w:w="85" w:type="dxa"/>'
    "</w:tblCellMar></w:tblPr></w:style>"
)
