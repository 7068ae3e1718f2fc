"""Which leaf of the catalogue a name is: equal after normalisation, or not at all; near names are suggestions."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from msgspec import Struct

from sishui_eco.model.remembered import LONGEST, keep, remembered
from sishui_eco.spec.campaign import Campaign, Indicator, Material
from sishui_eco.understanding.vocabulary import key_text, pattern
from sishui_eco.zh import word

LEAST_LIKENESS = 0.6
KEY_JOINT = word("records.key_joint", "understanding")  # the joint of Indicator.key

_NOT_WORD = re.compile(r"[^\w]+")
_BRACKETS = re.compile(r"\([^()]*\)")


class IndicatorMatch(Struct, frozen=True, kw_only=True):
    """What a name is. `indicator` is the leaf, None when not recognised; `whole` when a name with several
    leaves came without saying which; `suggestions` are near catalogue keys, never taken."""

    key: str
    indicator: Indicator | None = None
    whole: bool = False
    suggestions: tuple[str, ...] = ()

    @property
    def known(self) -> bool:
        return self.indicator is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """The leaves by normalised spelling; a spelling that would mean two leaves is absent."""

    campaign: Campaign
    pairs: Mapping[tuple[str, str], Indicator]
    joined: Mapping[str, Indicator]
    subs: Mapping[str, Indicator]
    parents: Mapping[str, str]  # spelling -> indicator name that has leaves
    materials: Mapping[str, tuple[Material, ...]]  # spelling -> the materials of that name
    matched: dict[tuple[str, str], IndicatorMatch] = field(default_factory=dict, compare=False, repr=False)

    def leaves(self, name: str) -> tuple[Indicator, ...]:
        """Return the leaves of an indicator by its catalogue name."""
        return tuple(item for item in self.campaign.indicators if item.name == name)


@remembered
def name_key(text: str) -> str:
    """Return the matching key of an indicator name: numbering in front, spaces and punctuation dropped."""
    return _NOT_WORD.sub("", _unnumbered(text))


def _unnumbered(text: str) -> str:
    """Return the matching copy of a name without numbers, circled ones too, or `of which` in front."""
    key = key_text(pattern("headings", "circled").sub("", text))
    for name in ("leading", "among", "glued_number"):
        key = pattern("headings", name).sub("", key)
    return key


@remembered
def _short_key(text: str) -> str:
    """Return the key without brackets: 生态环境状况指数（EI） is also 生态环境状况指数."""
    return _NOT_WORD.sub("", _BRACKETS.sub("", _unnumbered(text)))


def build_catalogue(campaign: Campaign) -> Catalogue:
    """Return the catalogue's spellings; ambiguous short ones are left out."""
    pairs: dict[tuple[str, str], Indicator] = {}
    joined: dict[str, list[Indicator]] = {}
    subs: dict[str, list[Indicator]] = {}
    parents: dict[str, str] = {}
    for item in campaign.indicators:
        for name in dict.fromkeys((name_key(item.name), _short_key(item.name))):
            if item.sub_name:
                parents.setdefault(name, item.name)
                for sub in dict.fromkeys((name_key(item.sub_name), _short_key(item.sub_name))):
                    pairs.setdefault((name, sub), item)
                    joined.setdefault(name + sub, []).append(item)
                    subs.setdefault(sub, []).append(item)
            else:
                pairs.setdefault((name, ""), item)
                joined.setdefault(name, []).append(item)
    return Catalogue(
        campaign=campaign,
        pairs=pairs,
        joined={key: _only(items) for key, items in joined.items() if len(set(map(id, items))) == 1},
        subs={
            key: _only(items) for key, items in subs.items() if len(set(map(id, items))) == 1 and (key, "") not in pairs
        },
        parents=parents,
        materials=_materials(campaign),
    )


def _materials(campaign: Campaign) -> dict[str, tuple[Material, ...]]:
    found: dict[str, tuple[Material, ...]] = {}
    for item in campaign.materials:
        key = key_text(item.name)
        found[key] = (*found.get(key, ()), item)
    return found


def _only(items: list[Indicator]) -> Indicator:
    return items[0]


def match_indicator(name: str, sub: str, catalogue: Catalogue) -> IndicatorMatch:
    """Return the leaf that a name and a sub-name mean, worked out once for short names.

    Equal after normalisation only: name and sub-name, both in one cell, the sub-name alone. A sub-name
    that says nothing new (equal to the name, or a blank marker) is passed over.
    """
    known = catalogue.matched.get((name, sub))
    if known is None:
        known = _match(name, sub, catalogue)
        if len(name) + len(sub) <= LONGEST:
            keep(catalogue.matched, (name, sub), known)
    return known


def _match(name: str, sub: str, catalogue: Catalogue) -> IndicatorMatch:
    subs = [sub] if name_key(sub) else []
    found = _exact(name, subs[0] if subs else "", catalogue)
    if found is not None:
        return IndicatorMatch(key=found.key, indicator=found)
    if not subs and _parent(name, catalogue):
        return IndicatorMatch(key=_parent(name, catalogue), whole=True)
    plain = KEY_JOINT.join(" ".join(text.split()) for text in (name, *subs) if text.strip())
    return IndicatorMatch(key=plain, suggestions=_near(name, subs, catalogue))


def _exact(name: str, sub: str, catalogue: Catalogue) -> Indicator | None:
    names = [name_key(name), _short_key(name)]
    second = [name_key(sub), _short_key(sub)]
    for first in names:
        for last in second:
            found = catalogue.pairs.get((first, last)) or catalogue.joined.get(first + last)
            if found is not None and first:
                return found
    if sub and names[0] == second[0]:
        return _exact(name, "", catalogue)
    if not name.strip():
        alone = next((catalogue.subs[key] for key in second if key in catalogue.subs), None)
        return alone or _exact_name(sub, catalogue)
    return next((catalogue.subs[key] for key in names if key in catalogue.subs), None) if not sub else None


def _exact_name(text: str, catalogue: Catalogue) -> Indicator | None:
    return catalogue.joined.get(name_key(text)) if text.strip() else None


def _parent(name: str, catalogue: Catalogue) -> str:
    return catalogue.parents.get(name_key(name)) or catalogue.parents.get(_short_key(name)) or ""


def parent_of(name: str, catalogue: Catalogue) -> str:
    """Return the catalogue name of an indicator that has leaves, "" when the name is no such indicator."""
    return _parent(name, catalogue)


def _near(name: str, subs: list[str], catalogue: Catalogue) -> tuple[str, ...]:
    """Return up to two catalogue keys that look like a name, best first; for telling only."""
    wanted = name_key(name) + (name_key(subs[0]) if subs else "")
    keys: dict[str, str] = {}
    for item in catalogue.campaign.indicators:
        keys.setdefault(name_key(item.name) + name_key(item.sub_name), item.key)
        if item.sub_name and not subs:
            keys.setdefault(name_key(item.sub_name), item.key)
            keys.setdefault(name_key(item.name), item.name)
    close = difflib.get_close_matches(wanted, list(keys), n=2, cutoff=LEAST_LIKENESS)
    return tuple(dict.fromkeys(keys[key] for key in close))


def indicator_name(text: str, catalogue: Catalogue) -> str:
    """Return the catalogue's indicator name (not a leaf) for a name in annex 3, "" when unknown."""
    for key in dict.fromkeys((name_key(text), _short_key(text))):
        if key in catalogue.parents:
            return catalogue.parents[key]
        found = catalogue.pairs.get((key, "")) or catalogue.joined.get(key) or catalogue.subs.get(key)
        if found is not None:
            return found.name
    return ""


def nearly_named(text: str, catalogue: Catalogue) -> bool:
    """Tell whether a name looks like one of the catalogue's, so that it should be told as such."""
    return bool(_near(text, [], catalogue))
