"""F204: projects under nearly one name and one amount are doubted once each, and not when a number tells them apart."""

from __future__ import annotations

import pytest
from returned import annex4, campaign, project

from sishui_eco.checks import check_submission

STEM = "泗水县泉林镇农村生活污水治理"


def doubted(*names: str) -> list[tuple[str, str]]:
    records = [project(row=6 + at, project=name) for at, name in enumerate(names)]
    found = check_submission(annex4("U10", records), campaign())
    return [(item.record, item.message) for item in found if item.code == "F204"]


def test_of_many_near_names_each_later_one_is_told_once_beside_the_first() -> None:
    names = [f"{STEM}{end}" for end in ("工程", "项目", "改造", "建设", "提升")]
    told = doubted(*names)
    assert [record for record, _ in told] == names[1:]
    assert all(f"与“{names[0]}”" in message for _, message in told)


@pytest.mark.parametrize("ends", [("一期工程", "二期工程"), ("1标段", "12标段"), ("工程（2023年）", "工程（2024年）")])
def test_names_told_apart_by_a_number_are_no_doubt(ends: tuple[str, str]) -> None:
    assert not doubted(*(STEM + end for end in ends))


def test_a_number_more_is_still_a_doubt() -> None:
    assert len(doubted(f"{STEM}工程", f"{STEM}工程2")) == 1
