"""The goals of understanding, on a few seeds; `python -m tests.untidy --seeds 20 [--hard]` takes the full measure."""

from __future__ import annotations

from functools import cache

import pytest

from sishui_eco.spec.campaign import Campaign
from sishui_eco.spec.settings import default_campaign
from tests.untidy.__main__ import listed, measure, table
from tests.untidy.counts import Score
from tests.untidy.generator import KINDS, Kind, make_file
from tests.untidy.scorer import score_file
from tests.untidy.test_untidy_generator import PLAIN, alone

SEEDS = range(3)


@cache
def campaign() -> Campaign:
    return default_campaign()


@cache
def scored(*, hard: bool) -> Score:
    return measure(SEEDS, hard=hard)


def told(score: Score) -> str:
    """Return what a person who broke something wants to see."""
    return "\n".join([table(score), *listed(score.misses, 2)])


def test_the_typical_mixture_is_understood() -> None:
    score = scored(hard=False)
    assert score.recall >= 0.998, told(score)
    assert score.precision >= 0.998, told(score)
    assert score.junk == 0, told(score)


def test_the_hardest_mixture_is_understood_or_told() -> None:
    score = scored(hard=True)
    assert score.recall >= 0.99, told(score)
    assert score.precision >= 0.99, told(score)
    assert score.untold == 0, told(score)


@pytest.mark.parametrize("hard", [False, True])
def test_no_unit_and_no_form_is_silently_wrong(hard: bool) -> None:
    score = scored(hard=hard)
    assert (score.units_silent, score.forms_silent) == (0, 0), told(score)


@pytest.mark.parametrize("hard", [False, True])
def test_every_place_holds_its_raw_text(hard: bool) -> None:
    score = scored(hard=hard)
    assert score.places > 1000
    assert score.places_wrong == 0, told(score)


@pytest.mark.parametrize("hard", [False, True])
def test_every_row_stands_in_one_account(hard: bool) -> None:
    score = scored(hard=hard)
    assert score.sheets > 50
    assert score.unbalanced == 0, told(score)


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if PLAIN.get(kind.group) != kind.name], ids=lambda kind: kind.name
)
def test_one_kind_alone_costs_nothing(kind: Kind) -> None:
    score = Score()
    for form in kind.forms:
        for seed in (3, 4) if form == kind.forms[0] else (3,):
            score.take(score_file(make_file(seed, campaign(), form=form, force=alone(kind), only=True), campaign()))
    lost = score.wanted - score.found
    assert (lost, score.junk, score.places_wrong, score.unbalanced, score.untold) == (0, 0, 0, 0, 0), told(score)
    assert (score.units_silent, score.forms_silent) == (0, 0), told(score)
