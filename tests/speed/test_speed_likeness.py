"""The quick search for like names finds the very pairs that comparing each with each finds."""

from __future__ import annotations

import difflib

from hypothesis import given
from hypothesis import strategies as st

from sishui_eco.checks.likeness import candidate_pairs, near_pairs

NAMES = st.lists(st.tuples(st.text("河道治理工程一二", max_size=9), st.sampled_from(["", "100", "200"])), max_size=14)


def _alike(one: str, other: str, near: float) -> bool:
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio() >= near


@given(NAMES, st.sampled_from([0.6, 0.8, 0.85, 0.9, 1.0]))
def test_no_pair_alike_is_missed(rows: list[tuple[str, str]], near: float) -> None:
    names, amounts = [name for name, _ in rows], [amount for _, amount in rows]
    wanted = [
        (earlier, later)
        for later in range(len(rows))
        for earlier in range(later)
        if names[later] and names[earlier] and amounts[later] and amounts[later] == amounts[earlier]
        and (_alike(names[later], names[earlier], near) or _alike(names[earlier], names[later], near))
    ]  # fmt: skip
    found = near_pairs(names, amounts, near)
    assert found == sorted(found, key=lambda pair: (pair[1], pair[0]))
    assert set(wanted) <= set(found)


@given(NAMES)
def test_no_name_within_another_is_missed(rows: list[tuple[str, str]]) -> None:
    names, amounts = [name for name, _ in rows], [amount for _, amount in rows]
    wanted = {
        (earlier, later)
        for later in range(len(rows))
        for earlier in range(later)
        for shorter, longer in [sorted((names[earlier], names[later]), key=len)]
        if shorter and (shorter == longer or (len(shorter) >= 3 and shorter in longer))
    }
    found = candidate_pairs(names, amounts, 3, 0.9)
    assert len(found) == len(set(found))
    assert wanted <= set(found)


def test_many_different_projects_of_one_amount_are_hardly_compared() -> None:
    names = [f"{chr(0x4E00 + at)}{chr(0x5E00 + at)}{chr(0x6E00 + at)}河道综合治理工程" for at in range(400)]
    assert near_pairs(names, ["100"] * 400, 0.9) == []
    twins = [*names, names[7]]
    assert near_pairs(twins, ["100"] * 401, 0.9) == [(7, 400)]
