"""Unit names: exact, by alias, by short form, inside a longer text; never by likeness."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field
from typing import Any

from sishui_eco.model.remembered import LONGEST, keep
from sishui_eco.spec.campaign import Campaign, Unit
from sishui_eco.understanding.values.words import key_text
from sishui_eco.zh import load_table

_LONGEST = 60  # no name is longer

SURE = ("exact", "alias")


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitMatch:
    """What a text says of a unit. `how` is exact, alias, short, contains, none or ambiguous.

    `candidates` are the units an ambiguous text may mean; for `none` they are suggestions only.
    """

    unit_id: str
    how: str
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Register:
    """Every spelling of every unit. `full` maps official names, `other` aliases, each to unit_ids."""

    full: dict[str, tuple[str, ...]]
    other: dict[str, tuple[str, ...]]
    region: tuple[str, ...]  # what names the county itself, longest first
    inside: re.Pattern[str]  # finds, at every position, the longest spelling that begins there
    matched: dict[str, UnitMatch] = field(default_factory=dict, compare=False, repr=False)  # of short texts

    sure: dict[str, bool] = field(default_factory=dict, compare=False, repr=False)  # whether they name one surely

    def spellings(self) -> list[tuple[str, tuple[str, ...]]]:
        return [*self.full.items(), *self.other.items()]


def _names() -> dict[str, Any]:
    table: dict[str, Any] = load_table("units")["names"]
    return table


def _register_of(campaign: Campaign) -> _Register:
    """Return the register of a campaign's units, made once per process."""
    known = campaign.worked_out.get("register")
    if isinstance(known, _Register):
        return known
    made = _register(campaign.units, campaign.region)
    campaign.worked_out["register"] = made
    return made


def _register(units: tuple[Unit, ...], region: str) -> _Register:
    key = key_text(region)
    short = key[:-1] if len(key) > 2 and key.endswith(tuple(_names()["region_endings"])) else key
    regions = tuple(dict.fromkeys(item for item in (key, short) if item))
    full: dict[str, tuple[str, ...]] = {}
    other: dict[str, tuple[str, ...]] = {}
    for unit in units:
        for table, spellings in ((full, (unit.name,)), (other, unit.aliases)):
            for spelling in spellings:
                for form in _forms_of_name(key_text(spelling), regions):
                    if unit.unit_id not in table.get(form, ()):
                        table[form] = (*table.get(form, ()), unit.unit_id)
    shortest = int(_names()["shortest_inside"])
    forms = sorted((form for form in {**other, **full} if len(form) >= shortest), key=lambda item: (-len(item), item))
    inside = re.compile("(?=(" + "|".join(re.escape(form) for form in forms) + "))" if forms else "(?!)()")
    return _Register(full=full, other=other, region=regions, inside=inside)


def _forms_of_name(key: str, regions: tuple[str, ...]) -> list[str]:
    """Return a registered spelling as it is and without the words of place before it."""
    forms = [key, _without_own(key, regions)]
    forms.append(_without_superior(forms[-1]))
    return [form for form in dict.fromkeys(forms) if form]


def _without_own(key: str, regions: tuple[str, ...]) -> str:
    """Return a name without the county before it, in its several wordings."""
    prefixes = sorted((*regions, *_names()["own_prefixes"]), key=lambda item: (-len(item), item))
    while not key.startswith(tuple(_names()["not_prefixes"])):
        prefix = next((item for item in prefixes if key.startswith(item)), "")
        if not prefix or len(key) - len(prefix) < int(_names()["shortest"]):
            return key
        key = key[len(prefix) :]
    return key


def _without_superior(key: str) -> str:
    if key.startswith(tuple(_names()["not_prefixes"])):
        return key
    prefix = next((item for item in _names()["superior_prefixes"] if key.startswith(item)), "")
    return key[len(prefix) :] if len(key) - len(prefix) >= int(_names()["shortest"]) else key


def match_unit(text: str, campaign: Campaign) -> UnitMatch:
    """Return the unit a text names: exactly, by an alias, by a short form, or by holding exactly one name.

    A short form counts when it is a subsequence of the spellings of exactly one unit. Nothing is
    taken by likeness; likeness gives candidates only.
    """
    matched = _register_of(campaign).matched
    known = matched.get(text)
    if known is not None:
        return known
    match = _match(text, campaign)
    return keep(matched, text, match) if len(text) <= LONGEST else match


def surely_unit(text: str, campaign: Campaign) -> bool:
    """Tell whether a text is the name or an alias of one unit; nothing like it is looked for, which costs most."""
    sure = _register_of(campaign).sure
    known = sure.get(text)
    if known is None:
        exact = _exact(text, _bare(text, campaign), campaign)
        known = exact is not None and exact.how in SURE
        if len(text) <= LONGEST:
            keep(sure, text, known)
    return known


def _bare(text: str, campaign: Campaign) -> str:
    key = key_text(text)
    return _without_own(key, _register_of(campaign).region) if len(key) <= LONGEST else key


def _exact(text: str, bare: str, campaign: Campaign) -> UnitMatch | None:
    """Return the unit of which a text is a name or an alias, with or without the county before it."""
    if text.strip() in campaign.unit_by_id:
        return UnitMatch(unit_id=text.strip(), how="exact")
    register = _register_of(campaign)
    for table, how in ((register.full, "exact"), (register.other, "alias")):
        found = table.get(key_text(text)) or table.get(bare)
        if found:
            return _one_of(found, how)
    return None


def _match(text: str, campaign: Campaign) -> UnitMatch:
    register, bare = _register_of(campaign), _bare(text, campaign)
    exact = _exact(text, bare, campaign)
    if exact is not None:
        return exact
    if not bare or len(bare) < int(_names()["shortest"]):
        return UnitMatch(unit_id="", how="none")
    short = () if _of_superior(bare, register) else _short_form(bare, register)
    if len(short) == 1:
        return UnitMatch(unit_id=short[0], how="short")
    inside = units_inside(text, campaign)
    if inside:
        return _one_of(inside, "contains")
    if short:
        return UnitMatch(unit_id="", how="ambiguous", candidates=short)
    return UnitMatch(unit_id="", how="none", candidates=_near(bare, register))


def _one_of(found: tuple[str, ...], how: str) -> UnitMatch:
    if len(found) == 1:
        return UnitMatch(unit_id=found[0], how=how)
    return UnitMatch(unit_id="", how="ambiguous", candidates=found)


def _of_superior(bare: str, register: _Register) -> bool:
    """Tell whether a text names the body of the city or province that one of ours is like: never ours."""
    rest = _without_superior(bare)
    return rest != bare and any(rest in form for form, _ in register.spellings()) and len(rest) >= 3


def _short_form(bare: str, register: _Register) -> tuple[str, ...]:
    """Return the units of which a text is a subsequence of a spelling, in roster order."""
    if len(bare) > _LONGEST or not re.fullmatch(r"[^\W\d_a-z]+", bare):
        return ()
    found = [unit_id for form, owners in register.spellings() if _is_subsequence(bare, form) for unit_id in owners]
    return tuple(dict.fromkeys(found))


def _is_subsequence(short: str, name: str) -> bool:
    rest = iter(name)
    return all(sign in rest for sign in short)


def _near(bare: str, register: _Register) -> tuple[str, ...]:
    """Return units with a like spelling, as suggestions."""
    if len(bare) > _LONGEST:
        return ()
    spellings = dict(reversed(register.spellings()))
    close = difflib.get_close_matches(bare, sorted(spellings), n=3, cutoff=float(_names()["near"]))
    return tuple(dict.fromkeys(unit_id for form in close for unit_id in spellings[form]))


def units_inside(text: str, campaign: Campaign) -> tuple[str, ...]:
    """Return the units whose names or aliases a longer text holds; a name nested in a longer one does not count."""
    key = key_text(text)
    register = _register_of(campaign)
    spans: list[tuple[int, int, tuple[str, ...]]] = []
    for found in register.inside.finditer(key):
        if not _belongs_elsewhere(key[max(0, found.start() - _LONGEST) : found.start()], register.region):
            form = found.group(1)
            owners = tuple(dict.fromkeys((*register.full.get(form, ()), *register.other.get(form, ()))))
            spans.append((found.start(), found.start() + len(form), owners))
    found_units: list[str] = []
    reached = 0
    for _, end, owners in spans:  # by beginning, one a position; one that ends inside an earlier one is nested
        if end > reached:
            found_units.extend(owners)
            reached = end
    return tuple(dict.fromkeys(found_units))


def _belongs_elsewhere(before: str, regions: tuple[str, ...]) -> bool:
    """Tell whether what stands before a name makes it a body of the city, or of another county."""
    if before.endswith(regions):
        return False
    bare = before[:-1] if before.endswith(tuple(_names()["region_endings"])) else before
    if bare.endswith(tuple(_names()["elsewhere"])):
        return True
    return before.endswith(tuple(_names()["superior_prefixes"]))


def is_group(text: str) -> bool:
    """Tell whether a text names a group of units, not one."""
    key = key_text(text)
    groups = load_table("units")["groups"]
    return key in groups["words"] or (key.startswith(tuple(groups["prefixes"])) and len(key) <= 12)
