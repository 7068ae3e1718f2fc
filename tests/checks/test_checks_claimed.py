"""Projects that several units claim: every two are found, and a name is one conflict however many claim it."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from returned import project

from sishui_eco.checks.claimed import Held, conflicts, core_name, same_project

HELD = st.lists(
    st.tuples(
        st.sampled_from(["U01", "U02", "U03"]),
        st.text("河道治理工程一二", min_size=4, max_size=10),
        st.sampled_from(["", "100", "200"]),
    ),
    max_size=9,
)


def held(rows: list[tuple[str, str, str]]) -> list[Held]:
    return [(unit, project(project=name, investment=amount)) for unit, name, amount in rows]


@given(HELD)
def test_every_two_units_with_one_project_are_in_a_conflict_and_nobody_else(rows: list[tuple[str, str, str]]) -> None:
    all_held = held(rows)
    found = conflicts(all_held)
    wanted = {
        frozenset((core_name(one[1].key), core_name(other[1].key)))
        for one, other in combinations(all_held, 2)
        if one[0] != other[0] and same_project(other[1], one[1])
    }
    told = [frozenset(core_name(all_held[at][1].key) for at in places) for places in found]
    assert set(told) == wanted
    assert len(told) == len(set(told))
    for places in found:
        assert list(places) == sorted(places, reverse=True)
        assert len({all_held[at][0] for at in places}) > 1


def test_one_name_claimed_by_very_many_units_is_one_conflict(monkeypatch: pytest.MonkeyPatch) -> None:
    many = held([(f"T{at}", "农村生活污水治理项目", str(100 + at)) for at in range(3000)])
    compared = []
    monkeypatch.setattr(
        "sishui_eco.checks.claimed.same_project", lambda one, other: compared.append(1) or same_project(one, other)
    )
    (places,) = conflicts([*many, *held([("V1", "泉林镇农村生活污水治理项目", "7")])])[:1]
    assert len(conflicts(many)) == 1
    assert len(places) == 3000
    assert len(compared) == 1
