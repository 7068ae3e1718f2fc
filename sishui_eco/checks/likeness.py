"""Which of many names may be alike, without comparing each with each: a province holds 200,000 projects."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

Pair = tuple[int, int]  # (earlier, later) as positions in the sequence


def candidate_pairs(names: Sequence[str], amounts: Sequence[str], shortest: int, near: float) -> list[Pair]:
    """Return every pair that may be one project, ordered by the later, then the earlier; many are not.

    None is missed: equal names, a name of `shortest` signs or more within another, and names of the same
    stated amount whose `SequenceMatcher` ratio reaches `near`.
    """
    found = {*_contained(names, shortest), *near_pairs(names, amounts, near)}
    return sorted(found, key=lambda pair: (pair[1], pair[0]))


def _contained(names: Sequence[str], shortest: int) -> Iterable[Pair]:
    """Yield pairs of equal names, and of a name within a longer one, by looking up every part of each name."""
    places: dict[str, list[int]] = defaultdict(list)
    for at, name in enumerate(names):
        if name:
            places[name].append(at)
    lengths: dict[str, set[int]] = defaultdict(set)  # first signs -> how long names are that begin so
    for name in places:
        if len(name) >= shortest:
            lengths[name[:shortest]].add(len(name))
    for name, here in places.items():
        yield from ((one, other) for at, other in enumerate(here) for one in here[:at])
        for part in _parts(name, shortest, lengths):
            for there in places.get(part, ()):
                yield from ((min(one, there), max(one, there)) for one in here)


def _parts(name: str, shortest: int, lengths: Mapping[str, set[int]]) -> set[str]:
    """Return the proper parts of a name that begin as some name does and are as long."""
    whole = len(name)
    return {
        name[at : at + length]
        for at in range(whole - shortest + 1)
        for length in lengths.get(name[at : at + shortest], ())
        if at + length <= whole and length < whole
    }


def near_pairs(names: Sequence[str], amounts: Sequence[str], near: float) -> list[Pair]:
    """Return pairs of the same stated amount whose names share enough signs to be `near` alike, in order.

    Two texts x, y are alike by 2·m / (|x| + |y|), and m is at most the number of signs they share. So the
    shared signs are at least near·|x| / (2 - near), and two alike texts share one of the |x| - that + 1
    rarest signs of each: only those are looked up (the prefix filter of set-similarity joins).
    """
    groups: dict[str, list[int]] = defaultdict(list)
    for at, amount in enumerate(amounts):
        if amount and names[at]:
            groups[amount].append(at)
    return sorted(
        (pair for here in groups.values() if len(here) > 1 for pair in _near_in_group(names, here, near)),
        key=lambda pair: (pair[1], pair[0]),
    )


def _near_in_group(names: Sequence[str], here: Sequence[int], near: float) -> Iterable[Pair]:
    signs = {at: list(_counted(names[at])) for at in here}
    common = Counter(sign for at in here for sign in signs[at])
    holders: dict[tuple[str, int], list[int]] = defaultdict(list)
    for later in here:
        own = sorted(signs[later], key=lambda sign: (common[sign], sign))
        rare = own[: len(own) - math.ceil(near * len(own) / (2 - near) - 1e-9) + 1]
        for earlier in sorted({at for sign in rare for at in holders[sign]}):
            shared = len(set(own) & set(signs[earlier]))
            if 2 * shared >= near * (len(own) + len(signs[earlier])) - 1e-9:
                yield earlier, later
        for sign in rare:
            holders[sign].append(later)


def _counted(text: str) -> Iterable[tuple[str, int]]:
    """Yield each sign with how often it came before, so that a set of them keeps repetitions."""
    seen: dict[str, int] = {}
    for sign in text:
        times = seen.get(sign, 0)
        yield sign, times
        seen[sign] = times + 1
