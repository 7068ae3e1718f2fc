"""A workbook package opened for patching: parts are parsed only when asked for, written only when changed."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from lxml import etree

from sishui_eco.outputs.packaging import PackageError, RawEntry, make_entry, read_entries, write_entries

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006"
STRICT = "http://purl.oclc.org/ooxml/"
CONTENT_TYPES = "[Content_Types].xml"
PART_LIMIT = 32 * 1024 * 1024


class NotPatchable(Exception):
    """This package cannot be patched safely; `reason` is a key of zh/sendback.toml, [reasons]."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """A relationship of a part; `target` is the full name of the part, or as written when external."""

    id: str
    kind: str  # last segment of the relationship type
    target: str
    external: bool = False


class Package:
    """The parts of a zip package, with the changes made to them.

    Unchanged entries are written back as they came, still compressed and in their own order; changed
    parts keep their position, new ones come last.
    """

    def __init__(self, content: bytes) -> None:
        try:
            entries = read_entries(content)
        except PackageError:
            raise NotPatchable("broken") from None
        self._entries: dict[str, RawEntry] = {entry.name: entry for entry in entries}
        self._spelt = {name.lower(): name for name in self._entries}
        if len(self._spelt) != len(entries) or any("\\" in name for name in self._spelt):
            raise NotPatchable("broken")
        self._trees: dict[str, etree._Element] = {}
        self._changed: dict[str, bytes | None] = {}
        self._touched: set[str] = set()  # changed trees that are not written yet
        self._relations: dict[str, tuple[Relation, ...]] = {}  # by their part, until it is changed

    def names(self) -> Iterator[str]:
        """Yield the names of all parts, those added included, those removed left out."""
        for name in (*self._entries, *(added for added in self._changed if added not in self._entries)):
            if self._changed.get(name, b"") is not None:
                yield name

    def spelling(self, name: str) -> str:
        """Return a part's name as the package spells it: references may differ in case."""
        return self._spelt.get(name.lower(), name)

    def has(self, name: str) -> bool:
        name = self.spelling(name)
        if name in self._changed:
            return self._changed[name] is not None
        return name in self._entries

    def read(self, name: str) -> bytes:
        """Return a part's bytes. Raises: NotPatchable when it is absent, damaged or too large."""
        name = self.spelling(name)
        self._settle(name)
        changed = self._changed.get(name)
        if changed is not None:
            return changed
        if name not in self._entries or name in self._changed:
            raise NotPatchable("broken")
        try:
            return self._entries[name].content(PART_LIMIT)
        except PackageError:
            raise NotPatchable("broken") from None

    def tree(self, name: str) -> etree._Element:
        """Return a part parsed; call `touch` after changing it."""
        name = self.spelling(name)
        if name not in self._trees:
            self._trees[name] = parse(self.read(name))
        return self._trees[name]

    def touch(self, name: str) -> None:
        """Say that the parsed part was changed; it is written when the part or the package is asked for."""
        name = self.spelling(name)
        self._changed[name] = b""
        self._touched.add(name)
        self._relations.pop(name, None)

    def _settle(self, name: str) -> None:
        if name in self._touched:
            self._touched.remove(name)
            self._changed[name] = serialise(self._trees[name])

    def put(self, name: str, content: bytes) -> None:
        """Add or replace a part."""
        name = self._spelt.setdefault(name.lower(), name)
        self._forget(name)
        self._changed[name] = content

    def remove(self, name: str) -> None:
        """Drop a part with its relationships and its content type."""
        for gone in (self.spelling(name), self.spelling(relations_name(name))):
            self._forget(gone)
            if gone in self._entries:
                self._changed[gone] = None
            else:
                self._changed.pop(gone, None)
        types = self.tree(CONTENT_TYPES)
        for item in types.findall(f"{{{TYPES}}}Override"):
            if item.get("PartName", "").lstrip("/").lower() == name.lower():
                types.remove(item)
                self.touch(CONTENT_TYPES)

    def _forget(self, name: str) -> None:
        self._trees.pop(name, None)
        self._touched.discard(name)
        self._relations.pop(name, None)

    def free_name(self, pattern: str) -> str:
        """Return `pattern` with the first number not yet in use, whatever the case."""
        number = 1
        while pattern.format(number).lower() in self._spelt:
            number += 1
        return pattern.format(number)

    def content(self) -> bytes:
        """Return the package as a zip file."""
        for name in tuple(self._touched):
            self._settle(name)
        return write_entries(
            make_entry(name, changed) if (changed := self._changed.get(name)) is not None else self._entries[name]
            for name in self.names()
        )

    def relations(self, part: str) -> tuple[Relation, ...]:
        """Return the relationships of a part ("" for the package itself)."""
        name = self.spelling(relations_name(part))
        if not self.has(name):
            return ()
        if name not in self._relations:
            self._relations[name] = self._read_relations(part, name)
        return self._relations[name]

    def _read_relations(self, part: str, name: str) -> tuple[Relation, ...]:
        return tuple(
            Relation(
                id=item.get("Id", ""),
                kind=item.get("Type", "").rpartition("/")[2],
                target=item.get("Target", "") if external else resolve(part, item.get("Target", "")),
                external=external,
            )
            for item in self.tree(name).iter(f"{{{PACKAGE_RELATIONS}}}Relationship")
            for external in (item.get("TargetMode") == "External",)
        )

    def relate(self, part: str, kind: str, target: str) -> str:
        """Add a relationship and return its id."""
        name = self.spelling(relations_name(part))
        if not self.has(name):
            self.put(name, f'<Relationships xmlns="{PACKAGE_RELATIONS}"/>'.encode())
        root = self.tree(name)
        taken = {item.get("Id") for item in root}
        number = len(taken) + 1
        while f"rId{number}" in taken:
            number += 1
        etree.SubElement(
            root,
            f"{{{PACKAGE_RELATIONS}}}Relationship",
            Id=f"rId{number}",
            Type=kind if "://" in kind else f"{RELATION}/{kind}",
            Target=posixpath.relpath(target, posixpath.dirname(part) or "."),
        )
        self.touch(name)
        return f"rId{number}"

    def unrelate(self, part: str, relation_id: str) -> None:
        """Drop a relationship, and the relationships part when it was the last."""
        name = self.spelling(relations_name(part))
        root = self.tree(name)
        for item in list(root):
            if item.get("Id") == relation_id:
                root.remove(item)
        if len(root):
            self.touch(name)
        else:
            self._forget(name)
            self._changed[name] = None
            if name not in self._entries:
                del self._changed[name]

    def declare(self, name: str, content_type: str) -> None:
        """State the content type of one part."""
        types = self.tree(CONTENT_TYPES)
        etree.SubElement(types, f"{{{TYPES}}}Override", PartName=f"/{name}", ContentType=content_type)
        self.touch(CONTENT_TYPES)

    def redeclare(self, name: str, content_type: str) -> None:
        """Change the stated content type of one part."""
        for item in self.tree(CONTENT_TYPES).findall(f"{{{TYPES}}}Override"):
            if unquote(item.get("PartName", "")).lstrip("/").lower() == name.lower():
                item.set("ContentType", content_type)
        self.touch(CONTENT_TYPES)

    def declare_extension(self, extension: str, content_type: str) -> None:
        """State the content type of an extension unless it is stated already."""
        types = self.tree(CONTENT_TYPES)
        defaults = types.findall(f"{{{TYPES}}}Default")
        if any(item.get("Extension", "").lower() == extension for item in defaults):
            return
        item = etree.Element(f"{{{TYPES}}}Default", Extension=extension, ContentType=content_type)
        types.insert(len(defaults), item)
        self.touch(CONTENT_TYPES)

    def content_type(self, name: str) -> str:
        """Return the stated content type of a part, "" when only its extension has one."""
        for item in self.tree(CONTENT_TYPES).findall(f"{{{TYPES}}}Override"):
            if unquote(item.get("PartName", "")).lstrip("/").lower() == name.lower():
                return item.get("ContentType", "")
        return ""


_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def parse(content: bytes) -> etree._Element:
    """Return the root of an XML part. Raises: NotPatchable for broken, strict or entity-bearing XML."""
    try:
        root = etree.fromstring(content, _PARSER)
    except (etree.XMLSyntaxError, ValueError):
        raise NotPatchable("broken") from None
    if getattr(root.getroottree().docinfo, "doctype", ""):
        raise NotPatchable("broken")
    if any(space.startswith(STRICT) for space in root.nsmap.values()):
        raise NotPatchable("strict")
    return root


def serialise(root: etree._Element) -> bytes:
    return etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8", standalone=True)


def relations_name(part: str) -> str:
    """Return the name of the relationships part of a part."""
    folder, _, name = part.rpartition("/")
    return f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"


def resolve(part: str, target: str) -> str:
    """Return the full name of a relationship's target."""
    target = unquote(target.partition("#")[0])
    if target.startswith("/"):
        return posixpath.normpath(target).lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(part), target))


def local(element: etree._Element) -> str:
    """Return an element's name without its namespace, "" for comments and instructions."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def child(element: etree._Element, name: str) -> etree._Element | None:
    """Return the first child of the main namespace with this name."""
    return element.find(f"{{{MAIN}}}{name}")


def insert_in_order(parent: etree._Element, item: etree._Element, later: frozenset[str]) -> None:
    """Insert a child before the first one whose name is in `later` (looking into compatibility wrappers)."""
    for index, sibling in enumerate(parent):
        name = local(sibling)
        if name == "AlternateContent":
            inner = next((grand for choice in sibling for grand in choice), None)
            name = local(inner) if inner is not None else ""
        if name in later:
            parent.insert(index, item)
            return
    parent.append(item)


def unset(element: etree._Element, name: str) -> None:
    """Remove an attribute where it is there."""
    if element.get(name) is not None:
        del element.attrib[name]
