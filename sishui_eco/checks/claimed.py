"""Projects that several units claim: each conflict once, however many units claim the same name."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from sishui_eco.checks.likeness import candidate_pairs, near_pairs
from sishui_eco.checks.texts import bare, words
from sishui_eco.model.remembered import LONGEST, remembered
from sishui_eco.model.submission import Record

Held = tuple[str, Record]  # unit and its project


def conflicts(held: Sequence[Held]) -> list[tuple[int, ...]]:
    """Return the projects claimed by several units as positions in the sequence, the latest of each first.

    All that go by one name are one conflict. Two names of which one is within the other, or which are alike at
    the same amount, are one conflict, told of two units that claim them.
    """
    names = [core_name(record.key) for _, record in held]
    groups: dict[str, list[int]] = {}
    for at, name in enumerate(names):
        if name:
            groups.setdefault(name, []).append(at)
    same = [tuple(reversed(here)) for here in groups.values() if len({held[at][0] for at in here}) > 1]
    related: dict[frozenset[str], tuple[int, ...]] = {}
    for one, other in _related(groups, held):
        pair = _of_two_units(one, other, held)
        if pair and same_project(held[pair[0]][1], held[pair[1]][1]):
            related.setdefault(frozenset((names[pair[0]], names[pair[1]])), pair)
    return sorted([*same, *related.values()], key=lambda places: (places[0], places[-1]))


def _related(groups: dict[str, list[int]], held: Sequence[Held]) -> Iterator[tuple[list[int], list[int]]]:
    """Yield the places of two names that may be one project: one within the other, or alike at the same amount."""
    limits = words()["limits"]
    near, names = float(limits["near_name"]), list(groups)
    for one, other in candidate_pairs(names, [""] * len(names), limits["core_name"], near):
        yield groups[names[one]], groups[names[other]]
    amounts: dict[tuple[str, str], list[int]] = {}
    for name, here in groups.items():
        for at in here:
            amounts.setdefault((name, held[at][1].value("investment")), []).append(at)
    keys = list(amounts)
    for one, other in near_pairs([name for name, _ in keys], [amount for _, amount in keys], near):
        yield amounts[keys[one]], amounts[keys[other]]


def _of_two_units(one: Sequence[int], other: Sequence[int], held: Sequence[Held]) -> tuple[int, int] | None:
    """Return a place of each that belong to different units, the later first; None when all are of one unit."""
    for first, places in ((one[0], other), (other[0], one)):
        second = next((at for at in places if held[at][0] != held[first][0]), None)
        if second is not None:
            return max(first, second), min(first, second)
    return None


def same_project(one: Record, other: Record) -> bool:
    """Whether two projects are likely one: the same core name, one name within the other, or like names and money."""
    names = core_name(one.key), core_name(other.key)
    shorter, longer = sorted(names, key=len)
    if not shorter:
        return False
    limits = words()["limits"]
    if shorter == longer or (len(shorter) >= limits["core_name"] and shorter in longer):
        return True
    amounts = one.value("investment"), other.value("investment")
    if not amounts[0] or amounts[0] != amounts[1]:
        return False
    ratio = difflib.SequenceMatcher(None, *names, autojunk=False).ratio()
    return ratio >= float(limits["near_name"])


@remembered
def core_name(text: str) -> str:
    """Return a project name without its general ending (工程, 项目, 建设项目), cut to the length of a name."""
    name = bare(text)[:LONGEST]
    ending = next((end for end in words()["project"]["endings"] if name.endswith(end) and len(name) > len(end) + 3), "")
    return name.removesuffix(ending)
