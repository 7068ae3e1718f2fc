"""Lists of units in one cell."""

from __future__ import annotations

import re

from sishui_eco.spec.campaign import Campaign
from sishui_eco.understanding.values.result import Interpretation, Remark, remark
from sishui_eco.understanding.values.unit_names import is_group, match_unit
from sishui_eco.understanding.values.words import clean_text, folded, key_text
from sishui_eco.zh import load_table, word

_LONGEST_LIST = 2000
_LONGEST = 200  # more is prose, not a list of names
_SURE = ("exact", "alias", "short")


def interpret_units(text: str, campaign: Campaign) -> Interpretation:
    """Return the unit_ids a text names, in its order, joined by `;`.

    Findings: N601 unknown name, N602 name of several units, N603 words for a group of units.
    """
    found: list[str] = []
    remarks: list[Remark] = []
    for piece in _pieces(text, campaign):
        match = match_unit(piece, campaign)
        name = piece if len(piece) <= 40 else piece[:39] + "…"
        if match.how in _SURE:
            found.append(match.unit_id)
        elif is_group(piece):
            remarks.append(remark("N603", name=name))
        elif match.how == "ambiguous":
            names = _names(match.candidates, campaign)
            remarks.append(remark("N602", name=name, candidates=names))
        else:
            remarks.append(_unknown(name, match.candidates[:1], campaign))
    if not found and not remarks:  # prose, or nothing but signs
        remarks.append(_unknown(clean_text(text)[:40], (), campaign))
    return Interpretation(value=";".join(dict.fromkeys(found)), kind="units", remarks=tuple(remarks))


def _unknown(name: str, candidates: tuple[str, ...], campaign: Campaign) -> Remark:
    nearest = _names(candidates, campaign)
    near = word("evidence.near", "units", names=nearest) if nearest else word("evidence.nothing_near", "units")
    return remark("N601", nearest, name=name, near=near)


def _names(unit_ids: tuple[str, ...], campaign: Campaign) -> str:
    return "/".join(campaign.unit_name(unit_id) for unit_id in unit_ids)


def _pieces(text: str, campaign: Campaign) -> list[str]:
    """Return the names of a list: parted by marks, by blanks, then by words for `and` when both sides are units."""
    lists = load_table("units")["lists"]
    whole = clean_text(text)
    if len(whole) > _LONGEST_LIST:
        return []
    if _known(whole, campaign):
        return [whole]
    pieces: list[str] = []
    for part in re.split("[" + re.escape(lists["marks"]) + "]", _without_labels(folded(whole), lists)):
        bare = _bare(part, lists)
        if not bare:
            continue
        pieces.extend(_parted(bare, campaign, lists))
    return pieces


def _without_labels(text: str, lists: dict[str, list[str]]) -> str:
    labels = "|".join(re.escape(item) for item in lists["labels"])
    return re.sub(rf"(?:^|(?<=[\s;,，；、。]))(?:{labels})\s*:\s*", "、", text)


def _bare(part: str, lists: dict[str, list[str]]) -> str:
    part = re.sub(r"\([^()]*\)", "", part).strip(" .:()")
    for ending in lists["endings"]:
        part = part.removesuffix(ending)
    return part.strip()


def _known(text: str, campaign: Campaign) -> bool:
    return match_unit(text, campaign).how in _SURE


def _parted(part: str, campaign: Campaign, lists: dict[str, list[str]]) -> list[str]:
    if _known(part, campaign) or len(part) > _LONGEST:
        return [key_text(part)]
    by_blanks = [_bare(item, lists) for item in part.split()]
    if len(by_blanks) > 1 and any(_known(item, campaign) for item in by_blanks):
        return [piece for item in by_blanks if item for piece in _parted(item, campaign, lists)]
    for joint in lists["joints"]:
        for found in re.finditer(re.escape(joint), part):
            left, right = part[: found.start()], part[found.end() :]
            if _known(left, campaign) and (_known(right, campaign) or is_group(right) or joint in right):
                return [key_text(left), *_parted(right, campaign, lists)]
    return [key_text(part)]
