"""Custom document properties: the mark by which a returned copy is known, beside the unit's own."""

from __future__ import annotations

from lxml import etree

from sishui_eco.outputs.sendback.package import Package

CUSTOM = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
VALUES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
CUSTOM_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
FORMAT_ID = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_PROPERTY = f"{{{CUSTOM}}}property"


def read_property(package: Package, name: str) -> str | None:
    """Return a custom property's text, None when it is absent."""
    part = _part(package)
    if not part:
        return None
    for item in package.tree(part).iterchildren(_PROPERTY):
        if item.get("name") == name:
            return "".join(str(text) for text in item.itertext())
    return None


def write_property(package: Package, name: str, value: str) -> None:
    """Set a custom property, making the part when the package has none."""
    part = _part(package)
    if not part:
        part = (
            package.free_name("docProps/custom.xml") if not package.has("docProps/custom.xml") else "docProps/eco.xml"
        )
        package.put(part, f'<Properties xmlns="{CUSTOM}" xmlns:vt="{VALUES}"/>'.encode())
        package.declare(part, CUSTOM_TYPE)
        package.relate("", "custom-properties", part)
    root = package.tree(part)
    item = next((item for item in root.iterchildren(_PROPERTY) if item.get("name") == name), None)
    if item is None:
        numbers = [int(other.get("pid", "1")) for other in root.iterchildren(_PROPERTY)]
        item = etree.SubElement(root, _PROPERTY, fmtid=FORMAT_ID, pid=str(max([1, *numbers]) + 1), name=name)
    for old in list(item):
        item.remove(old)
    etree.SubElement(item, f"{{{VALUES}}}lpwstr", nsmap={"vt": VALUES}).text = value
    package.touch(part)


def drop_property(package: Package, name: str) -> None:
    """Remove a custom property, and the part when nothing is left in it."""
    part = _part(package)
    if not part:
        return
    root = package.tree(part)
    found = [item for item in root.iterchildren(_PROPERTY) if item.get("name") == name]
    for item in found:
        root.remove(item)
    if not found:
        return
    if len(root):
        package.touch(part)
        return
    relation = next(item for item in package.relations("") if item.target == part)
    package.remove(part)
    package.unrelate("", relation.id)


def _part(package: Package) -> str:
    for item in package.relations(""):
        if item.kind == "custom-properties" and package.has(item.target):
            return item.target
    return ""
