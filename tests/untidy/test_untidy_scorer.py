"""The scorer notices: each thing it measures, spoilt on purpose, shows in its count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import msgspec
import pytest

from sishui_eco.model.submission import Submission, Understood
from sishui_eco.spec.campaign import Campaign
from sishui_eco.spec.settings import default_campaign
from tests.untidy.counts import Score
from tests.untidy.generator import Untidy, make_file
from tests.untidy.scorer import Judge, Outcome, examine

PLAIN = frozenset({"list_in_workbook", "unit_in_one_cell", "unit_full_name", "plain_heading", "title_row"})


@cache
def campaign() -> Campaign:
    return default_campaign()


@cache
def plain() -> tuple[Untidy, Understood]:
    untidy = make_file(2, campaign(), form="annex4", force=PLAIN, only=True)
    understood = examine(untidy, campaign()).understood
    assert understood is not None
    return untidy, understood


def judged(spoil: Callable[[Submission], Submission] = lambda submission: submission, **more: object) -> Score:
    """Return the score of a plain file after its only submission (or the whole) was spoilt; no finding tells."""
    untidy, understood = plain()
    changed = {"submissions": tuple(map(spoil, understood.submissions)), **more}
    spoilt = replace(understood, **changed)  # type: ignore[arg-type]
    return Judge(untidy, Outcome(spoilt, ())).judge()


def with_answer(submission: Submission, **changed: object) -> Submission:
    record = submission.records[0]
    answer = msgspec.structs.replace(record.answers["investment"], **changed)  # type: ignore[arg-type]
    first = msgspec.structs.replace(record, answers={**record.answers, "investment": answer})
    return replace(submission, records=(first, *submission.records[1:]))


def test_a_plain_file_is_understood_wholly() -> None:
    score = judged()
    assert score.found == score.wanted > 10
    assert (score.wrong, score.junk, score.places_wrong, score.unbalanced, score.rows_wrong, score.untold) == (0,) * 6
    assert (score.units_right, score.forms_right) == (1, 1)


def test_a_wrong_value_is_missed_and_wrong_and_untold() -> None:
    score = judged(lambda submission: with_answer(submission, value="1"))
    assert (score.wanted - score.found, score.wrong, score.untold) == (1, 1, 1)


def test_a_value_not_understood_is_missed_but_not_wrong() -> None:
    score = judged(lambda submission: with_answer(submission, value=""))
    assert (score.wanted - score.found, score.wrong) == (1, 0)


def test_a_moved_place_is_noticed() -> None:
    def moved(submission: Submission) -> Submission:
        place = submission.records[0].answers["investment"].place
        return with_answer(submission, place=place.at(place.row, place.column - 1))

    assert judged(moved).places_wrong > 0


def test_a_raw_text_that_is_not_in_the_cell_is_noticed() -> None:
    assert judged(lambda submission: with_answer(submission, raw="9.5")).places_wrong == 1


def test_a_lost_record_costs_all_its_answers() -> None:
    score = judged(lambda submission: replace(submission, records=submission.records[1:]))
    assert score.records - score.records_found == 1
    assert score.wanted - score.found > 10
    assert score.untold == score.wanted - score.found


def test_a_record_that_is_none_is_junk() -> None:
    def doubled(submission: Submission) -> Submission:
        return replace(
            submission, records=(*submission.records, msgspec.structs.replace(submission.records[0], key="合计"))
        )

    score = judged(doubled)
    assert score.junk == 1
    assert score.precision < 1


@pytest.mark.parametrize("unit_id", ["", "U01"])
def test_a_wrong_unit_without_a_finding_is_silent(unit_id: str) -> None:
    score = judged(lambda submission: replace(submission, unit_id=unit_id))
    assert (score.units_right, score.units_silent) == (0, 1)


def test_a_lost_form_without_a_finding_is_silent() -> None:
    score = judged(submissions=())
    assert (score.forms_right, score.forms_silent) == (0, 1)


def test_another_form_is_silent_and_junk() -> None:
    score = judged(lambda submission: replace(submission, form="annex3"))
    assert score.forms_silent > 0
    assert score.junk > 0


def test_a_row_in_no_account_and_a_row_that_is_not_there_are_noticed() -> None:
    rows = plain()[1].rows[0]
    classes = dict(rows.classes)
    classes.pop(min(classes))
    assert judged(rows=(replace(rows, classes=classes), *plain()[1].rows[1:])).unbalanced == 1
    more = {**rows.classes, 900: classes[max(classes)]}
    assert judged(rows=(replace(rows, classes=more), *plain()[1].rows[1:])).unbalanced == 1


def test_a_record_row_that_belongs_to_nobody_is_noticed() -> None:
    rows = plain()[1].rows[0]
    assert judged(rows=(replace(rows, owner={}), *plain()[1].rows[1:])).unbalanced == 1
