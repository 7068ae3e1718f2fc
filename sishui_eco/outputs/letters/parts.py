"""The parts of the package beside the text: settings, fonts, relations, content types."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sishui_eco.outputs.letters.spaces import part
from sishui_eco.outputs.letters.styles import Face, styles_xml
from sishui_eco.outputs.letters.wording import default
from sishui_eco.outputs.markup import DECLARATION, escaped_attribute

_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/"
_TYPES = {
    "word/document.xml": _MAIN + "document.main+xml",
    "word/styles.xml": _MAIN + "styles+xml",
    "word/settings.xml": _MAIN + "settings+xml",
    "word/fontTable.xml": _MAIN + "fontTable+xml",
    "docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    "docProps/custom.xml": "application/vnd.openxmlformats-officedocument.custom-properties+xml",
}
_WRITTEN_LATER = ("word/document.xml", "docProps/core.xml", "docProps/custom.xml")
_BESIDE = ("fontTable", "settings", "styles")
_SETTINGS = (
    '<w:zoom w:percent="100"/><w:defaultTabStop w:val="420"/><w:evenAndOddHeaders/>'
    '<w:characterSpacingControl w:val="doNotCompress"/><w:compat><w:compatSetting w:name="compatibilityMode" '
    'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
    '<w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/>'
)


def other_parts(heads: Mapping[str, bytes], face: Face) -> dict[str, bytes]:
    """Return the parts of a letter beside its text; `heads` are heads and feet by name, their relation id too."""
    kept = {f"word/{name}.xml": content for name, content in heads.items()}
    kept["word/styles.xml"] = styles_xml(face)
    kept["word/settings.xml"] = part("settings", _SETTINGS)
    kept["word/fontTable.xml"] = _font_table(face)
    kept["word/_rels/document.xml.rels"] = _document_relations((*_BESIDE, *heads))
    kept["_rels/.rels"] = _root_relations()
    kept["[Content_Types].xml"] = _content_types(kept)
    return kept


def _document_relations(names: Iterable[str]) -> bytes:
    return _relations(
        "".join(
            f'<Relationship Id="{name}" Type="{_OFFICE}{name.rstrip("0123456789")}" Target="{name}.xml"/>'
            for name in names
        )
    )


def _root_relations() -> bytes:
    targets = (
        (_OFFICE + "officeDocument", "word/document.xml"),
        (_PACKAGE + "relationships/metadata/core-properties", "docProps/core.xml"),
        (_OFFICE + "custom-properties", "docProps/custom.xml"),
    )
    return _relations(
        "".join(
            f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>'
            for number, (kind, target) in enumerate(targets, 1)
        )
    )


def _relations(inner: str) -> bytes:
    return f'{DECLARATION}<Relationships xmlns="{_PACKAGE}relationships">{inner}</Relationships>'.encode()


def _content_types(parts: Mapping[str, bytes]) -> bytes:
    overrides = []
    for name in sorted({*parts, *_WRITTEN_LATER}):
        kind = _TYPES.get(name) or (_MAIN + ("header" if "header" in name else "footer") + "+xml")
        if not name.endswith(".rels"):
            overrides.append(f'<Override PartName="/{name}" ContentType="{kind}"/>')
    return (
        f'{DECLARATION}<Types xmlns="{_PACKAGE}content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{"".join(overrides)}</Types>'
    ).encode()


def _font_table(face: Face) -> bytes:
    """Return the font table: each font with the fallbacks of the settings as its other names."""
    fonts = []
    for names in dict.fromkeys((*face.fonts, (default("page_font"),))):
        others = escaped_attribute(",".join(names[1:]))
        other = f'<w:altName w:val="{others}"/>' if others else ""
        name = escaped_attribute(names[0])
        fonts.append(f'<w:font w:name="{name}">{other}<w:charset w:val="86"/><w:family w:val="auto"/></w:font>')
    return part("fonts", "".join(fonts))
