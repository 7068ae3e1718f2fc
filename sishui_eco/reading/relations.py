"""Relations between the parts of a package, and the place of the main part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sishui_eco.reading.limits import OverLimit, Unreadable
from sishui_eco.reading.package import Package, resolve
from sishui_eco.reading.xml_text import attribute, local, parse_tree


@dataclass(frozen=True, slots=True)
class Relation:
    """One relation; `target` is a part name, or an address when `external`."""

    kind: str
    target: str
    external: bool


def read_relations(package: Package, part: str) -> Mapping[str, Relation]:
    """Return the relations of a part by id, {} when there are none or they cannot be read.

    `kind` is the last piece of the type, so strict and transitional files look alike.
    """
    folder, _, name = part.rpartition("/")
    path = f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"
    try:
        return package.meaning(path, _relations, part) or {}
    except OverLimit:
        raise
    except Unreadable:
        return {}


def _relations(data: bytes, part: str) -> Mapping[str, Relation]:
    found: dict[str, Relation] = {}
    for item in parse_tree(data):
        if local(item.tag) != "Relationship":
            continue
        external = attribute(item, "TargetMode").lower() == "external"
        target = attribute(item, "Target")
        kind = attribute(item, "Type").rstrip("/").rpartition("/")[2]
        found[attribute(item, "Id")] = Relation(kind, target if external else resolve(part, target), external)
    return MappingProxyType(found)


def main_part(package: Package, usual: str) -> str:
    """Return the main part by the package's relation, else by its usual name wherever it lies.

    Raises: Unreadable R103 when there is none.
    """
    for relation in read_relations(package, "").values():
        if relation.kind == "officeDocument" and relation.target in package:
            return relation.target
    if usual in package:
        return usual
    bare = usual.rpartition("/")[2]
    for name in package.names():
        if name.rpartition("/")[2] == bare:
            return name
    raise Unreadable("R103")
