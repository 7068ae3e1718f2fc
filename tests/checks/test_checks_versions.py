"""Which version counts, what decisions do, what changed, and what holds whatever the order of arrival."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from returned import GREEN, PROJECT, annex2, annex4, campaign, codes, nil_return, project

from sishui_eco.checks import (
    all_changes,
    check_submission,
    check_versions,
    choose_versions,
    compare,
    compare_successive,
    identity,
    mended,
    settle,
)
from sishui_eco.model.finding import Severity, make_finding
from sishui_eco.model.submission import Submission
from sishui_eco.spec.campaign import Campaign, Decision

AS_OF = datetime(2023, 8, 4, 12, 0)
BAD = {GREEN: {"y2022": "101"}}


def checked(item: Submission) -> Submission:
    return replace(item, findings=(*item.findings, *check_submission(item, campaign())))


def came(day: int, changes=None, unit: str = "U06", **parts) -> Submission:
    name = f"{unit}-{day}.xlsx"
    return checked(annex2(unit, changes, file=name, received=f"2023-07-{day:02d} 09:00", **parts))


def spec_with(*decisions: Decision, **parts) -> Campaign:
    return replace(campaign(), decisions=decisions, **parts)


def decision(action: str, **scope) -> Decision:
    return Decision(**{"number": "1", "action": action, "who": "测试戊", "why": "核对原件后决定", **scope})


def chosen(*items: Submission, spec: Campaign | None = None, as_of: datetime = AS_OF):
    return choose_versions(items, spec or campaign(), as_of)


def told(selection) -> list[tuple[int, bool, bool]]:
    return [(item.number, item.counts, item.acceptable) for item in selection.versions]


def test_the_latest_acceptable_version_counts():
    assert told(chosen(came(10), came(20))) == [(1, False, True), (2, True, True)]


def test_an_invalid_resubmission_never_replaces_a_valid_one():
    assert told(chosen(came(10), came(20, BAD))) == [(1, True, True), (2, False, False)]


def test_when_none_is_acceptable_the_latest_counts():
    assert told(chosen(came(10, BAD), came(20, BAD))) == [(1, False, False), (2, True, False)]


def test_an_older_mail_that_is_collected_later_keeps_its_place_in_time():
    assert [v.submission.arrival.file for v in chosen(came(20), came(10)).versions] == ["U06-10.xlsx", "U06-20.xlsx"]


def test_units_and_forms_are_apart():
    selection = chosen(came(10), came(11, unit="U10"), checked(annex4("U10")))
    assert [(v.submission.unit_id, v.submission.form, v.counts) for v in selection.versions] == [
        ("U06", "annex2", True), ("U10", "annex2", True), ("U10", "annex4", True),
    ]  # fmt: skip


def test_a_return_of_unknown_unit_counts_for_nobody():
    selection = chosen(replace(came(10), unit_id=""), replace(came(11), unit_id=""))
    assert [(v.counts, v.acceptable) for v in selection.versions] == [(False, False), (False, False)]


def test_two_tables_of_one_form_in_one_file_are_parts_of_one_version():
    first = checked(annex4("U10", [project()]))
    second = checked(annex4("U10", [project(row=30, project="城区雨污分流改造工程")]))
    assert [(v.number, v.counts) for v in chosen(first, second).versions] == [(1, True), (1, True)]


def test_sub_units_do_not_overwrite_each_other():
    vets = checked(annex4("U13", [project()], file="a.xlsx", people={"reporting_unit": "县农业农村局（农机站）"}))
    seeds = checked(
        annex4("U13", [project(project="优质粮种繁育基地建设")], file="b.xlsx", received="2023-07-22 09:00",
               people={"reporting_unit": "县农业农村局种子站（盖章）"})
    )  # fmt: skip
    assert [v.counts for v in chosen(vets, seeds).versions] == [True, True]
    assert not all_changes(compare_successive(chosen(vets, seeds).versions))


@pytest.mark.parametrize("name", ["县财政局（盖章）", "泗水县财政局", "财政局", "县财政局"])
def test_another_spelling_of_the_unit_is_no_sub_unit(name):
    first = checked(annex4("U06", [project(project="甲项目改造工程")], file="a.xlsx"))
    second = checked(
        annex4(
            "U06",
            [project(project="乙项目改造工程")],
            file="b.xlsx",
            received="2023-07-22 09:00",
            people={"reporting_unit": name},
        )
    )
    assert [v.counts for v in chosen(first, second).versions] == [False, True]


def test_a_sub_unit_that_corrects_itself_is_replaced():
    sub = {"reporting_unit": "县农业农村局（农机站）"}
    first = checked(annex4("U13", [project()], file="a.xlsx", people=sub))
    second = checked(
        annex4(
            "U13",
            [project(investment="1300", funding="", investment_by_year="")],
            file="b.xlsx",
            received="2023-07-22 09:00",
            people=sub,
        )
    )
    assert [v.counts for v in chosen(first, second).versions] == [False, True]


# --- decisions ---------------------------------------------------------------------------------------


def test_exclude_takes_a_version_out_and_says_so():
    spec = spec_with(decision("exclude", file="U06-20.xlsx"))
    selection = chosen(came(10), came(20), spec=spec)
    assert [(v.counts, v.excluded) for v in selection.versions] == [(True, False), (False, True)]
    assert "裁定1" in selection.versions[1].reason
    assert [(e.matched, e.what) for e in selection.effects] == [(1, "剔除1份")]


def test_accept_makes_a_faulty_version_count():
    selection = chosen(came(10), came(20, BAD), spec=spec_with(decision("accept", file="U06-20.xlsx")))
    assert told(selection) == [(1, False, True), (2, True, True)]


def test_waive_takes_a_finding_away():
    selection = chosen(came(20, BAD), spec=spec_with(decision("waive", code="C222", record=GREEN)))
    assert selection.versions[0].acceptable and "C222" not in codes(selection.versions[0].findings)
    assert selection.effects[0].matched == 1


def test_waive_is_scoped():
    spec = spec_with(decision("waive", code="C222", unit_id="U10"))
    selection = chosen(came(20, BAD), spec=spec)
    assert not selection.versions[0].acceptable and selection.effects[0].matched == 0


def test_a_waive_without_any_scope_waives_nothing():
    assert not chosen(came(20, BAD), spec=spec_with(decision("waive", unit_id="U06"))).versions[0].acceptable


def test_correct_puts_a_value_in_place_keeps_the_raw_and_checks_anew():
    spec = spec_with(decision("correct", unit_id="U06", form="annex2", record=GREEN, field="现状值2022年", value="91"))
    version = chosen(came(20, BAD), spec=spec).versions[0]
    changed = version.submission.records[0].answers["actual.2022"]
    assert (changed.value, changed.raw, version.acceptable) == ("91", "101", True)
    assert "裁定1" in changed.note


def test_a_corrected_value_silences_the_finding_that_it_could_not_be_read():
    unread = annex4("U10", [project(investment=("一千二百", ""))])
    fault = make_finding("N201", raw="一千二百", record=PROJECT, field="investment", form="annex4")
    spec = spec_with(decision("correct", record=PROJECT, field="investment", value="1200"))
    assert not codes(chosen(replace(unread, findings=(fault,)), spec=spec).versions[0].findings)


def test_assign_unit_gives_a_stray_return_its_owner():
    stray = checked(replace(came(20), unit_id="", findings=(make_finding("I408"),)))
    selection = chosen(stray, spec=spec_with(decision("assign_unit", file="U06-20.xlsx", value="U06")))
    assert [(v.submission.unit_id, v.counts, v.acceptable) for v in selection.versions] == [("U06", True, True)]


def test_assign_form_is_refused_for_rows_read_as_another_form():
    selection = chosen(came(20), spec=spec_with(decision("assign_form", file="U06-20.xlsx", value="annex4")))
    assert selection.versions[0].submission.form == "annex2"
    assert selection.effects[0].matched == 0 and "不能改表" in selection.effects[0].what


def test_excluding_a_record_leaves_one_row_out():
    two = checked(annex4("U10", [project(), project(row=7, project="城区雨污分流改造工程")]))
    selection = chosen(two, spec=spec_with(decision("exclude", record="城区雨污分流改造工程")))
    assert [r.key for r in selection.versions[0].submission.records] == [PROJECT]
    assert not selection.versions[0].excluded and selection.effects[0].matched == 1


def test_a_decision_that_matches_nothing_is_reported():
    effect = chosen(came(20), spec=spec_with(decision("exclude", file="没有这份.xlsx"))).effects[0]
    assert (effect.matched, effect.what) == (0, "没有对应的来件、记录或问题")


def test_an_expired_decision_does_nothing_and_says_so():
    spec = spec_with(decision("exclude", file="U06-20.xlsx", until=date(2023, 8, 1)))
    selection = chosen(came(20), spec=spec)
    assert selection.versions[0].counts and "已过有效期2023-08-01" in selection.effects[0].what
    assert not chosen(came(20), spec=spec, as_of=datetime(2023, 8, 1, 23)).versions[0].counts


def test_findings_outside_versions_can_be_waived_too():
    spec = spec_with(decision("waive", code="P102", record=PROJECT))
    selection = chosen(came(20), spec=spec)
    across = (make_finding("P102", record=PROJECT, told="x"), make_finding("P102", record="别的项目", told="x"))
    kept, effects = settle(across, selection.effects, spec, AS_OF)
    assert [item.record for item in kept] == ["别的项目"] and effects[0].matched == 1


def test_the_severity_of_a_code_is_the_campaigns():
    soft = chosen(came(20, BAD), spec=replace(campaign(), severities={"C222": "note"}))
    assert soft.versions[0].acceptable
    hard = chosen(came(20, {GREEN: {"y2021": "9"}}), spec=replace(campaign(), severities={"C224": "error"}))
    assert not hard.versions[0].acceptable


# --- explanations ------------------------------------------------------------------------------------

JUMP = {GREEN: {"y2021": "9"}}
JUMP_KEYS = (f"C224|{GREEN}|actual.2021", f"C224|{GREEN}|actual.2022")


@pytest.mark.parametrize(
    "words, settled",
    [("2021年只统计了县本级数据，2022年含镇街", True), ("同上", False), ("核实无误", False), ("数据经核实准确无误", False),
     ("情况属实", False), ("", False), ("口径不同", False), ("2022年扩大了统计口径", True)],
)  # fmt: skip
def test_only_an_explanation_that_says_something_settles_a_doubt(words, settled):
    item = came(20, JUMP, explanations=dict.fromkeys(JUMP_KEYS, words))
    assert ("C224" not in codes(chosen(item).versions[0].findings)) is settled


def test_words_do_not_settle_an_error():
    item = came(20, BAD, explanations={f"C222|{GREEN}|actual.2022": "这一比例确实超过了百分之百"})
    assert "C222" in codes(chosen(item).versions[0].findings)


def test_an_explanation_is_for_its_own_finding_only():
    item = came(20, JUMP, explanations={JUMP_KEYS[0]: "2021年只统计了县本级数据"})
    found = [identity(f) for f in chosen(item).versions[0].findings if f.code == "C224"]
    assert found == [JUMP_KEYS[1]]


# --- what changed ------------------------------------------------------------------------------------


def test_changes_are_told_in_the_words_of_the_form():
    versions = chosen(came(10), came(20, {GREEN: {"y2022": "99", "evidence": ""}})).versions
    changes = all_changes(compare_successive(versions))
    changes = tuple(item for item in changes if not item.fate)
    assert [(c.record, c.field, c.before, c.after, c.from_version, c.to_version) for c in changes] == [
        (GREEN, "actual.2022", "97", "99", 1, 2), (GREEN, "evidence", "统计报表", "", 1, 2),
    ]  # fmt: skip


def test_the_same_number_written_differently_is_no_change():
    assert not compare(came(10), came(20, {GREEN: {"y2022": ("97.0%", "97")}}))


def test_records_that_came_and_went_are_one_change_each():
    old = annex4("U10", [project()])
    new = annex4("U10", [project(project="城区雨污分流改造工程")])
    assert [(c.record, c.field, c.before, c.after) for c in compare(old, new)] == [
        ("城区雨污分流改造工程", "", "", "（新增）"), (PROJECT, "", PROJECT, "（已删去）"),
    ]  # fmt: skip


def test_findings_are_mended_still_open_or_new():
    old, new = (
        came(19, {GREEN: {"y2022": "101", "evidence": ""}}),
        came(20, {GREEN: {"y2022": "102", "self_verdict": ""}}),
    )
    gone, still, fresh = mended(old.findings, new.findings)
    assert (codes(gone), codes(still)) == (["C101"], ["C222"]) and codes(fresh) == ["C101"]
    assert gone[0].field == "evidence" and fresh[0].field == "self_verdict"


def test_mending_what_was_asked_for_is_not_a_change_without_a_word():
    versions = chosen(came(10, BAD), came(20)).versions
    assert "V101" not in codes(check_versions(versions, campaign(), compare_successive(versions)))


def test_a_history_of_one_version_tells_nothing():
    versions = chosen(came(20)).versions
    assert not check_versions(versions, campaign(), compare_successive(versions))


# --- laws --------------------------------------------------------------------------------------------

KINDS = ["good", "bad", "worse", "nil"]


def arriving(kind: str, day: int, unit: str) -> Submission:
    if kind == "nil":
        return checked(nil_return(unit, file=f"{unit}-{day}.xlsx", received=f"2023-07-{day:02d} 09:00"))
    changes = {} if kind == "good" else BAD if kind == "bad" else {GREEN: {"y2022": "101", "evidence": ""}}
    return came(day, changes, unit)


ARRIVALS = st.lists(
    st.tuples(st.sampled_from(KINDS), st.integers(1, 28), st.sampled_from(["U06"])),
    max_size=6,
    unique_by=lambda item: item[1],
)


def simple_model(items: list[tuple[str, int, str]], excluded: set[int]) -> dict[str, int]:
    """The rule in three lines: of what is not excluded, the latest good one, else the latest."""
    result = {}
    for form, kinds in (("annex2", ("good", "bad", "worse")), ("annex4", ("nil",))):
        days = sorted(day for kind, day, _ in items if kind in kinds and day not in excluded)
        good = [day for day in days if (dict((d, k) for k, d, _ in items)[day]) in ("good", "nil")]
        if days:
            result[form] = (good or days)[-1]
    return result


@settings(max_examples=120, deadline=None)
@given(items=ARRIVALS, order=st.randoms(use_true_random=False), excluded=st.sets(st.integers(1, 28), max_size=2))
def test_any_history_ends_where_the_simple_model_says_in_any_order(items, order, excluded):
    decisions = [decision("exclude", number=str(day), file=f"U06-{day}.xlsx") for day in sorted(excluded)]
    spec = spec_with(*decisions)
    submissions = [arriving(*item) for item in items]
    straight = chosen(*submissions, spec=spec)
    shuffled = list(submissions)
    order.shuffle(shuffled)
    assert chosen(*shuffled, spec=spec) == straight
    counting = {v.submission.form: v.submission.arrival.received.day for v in straight.versions if v.counts}
    assert counting == simple_model(items, excluded)
    assert len(straight.versions) == len(items)


@settings(max_examples=60, deadline=None)
@given(items=ARRIVALS, more=st.tuples(st.sampled_from(KINDS), st.just(30), st.just("U06")))
def test_history_never_shrinks_and_old_numbers_stay(items, more):
    before = {v.submission.arrival.file: v.number for v in chosen(*[arriving(*item) for item in items]).versions}
    after = {
        v.submission.arrival.file: v.number for v in chosen(*[arriving(*item) for item in [*items, more]]).versions
    }
    assert before.items() <= after.items() and len(after) == len(before) + 1


@settings(max_examples=40, deadline=None)
@given(items=ARRIVALS)
def test_collecting_twice_says_the_same(items):
    once = chosen(*[arriving(*item) for item in items])
    again = chosen(*[version.submission for version in once.versions])
    assert told(again) == told(once)
    errors = [
        finding for version in once.versions for finding in version.findings if finding.severity is Severity.ERROR
    ]
    assert bool(errors) == any(not version.acceptable for version in once.versions)


def steps_of(module: str, work: Callable[[], object]) -> int:
    """Return how many lines of one module are gone through while some work is done."""
    count = 0

    def trace(frame: FrameType, event: str, _: object) -> Any:
        nonlocal count
        count += event == "line"
        return trace if frame.f_globals.get("__name__") == module else None

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("unit_id", ["", "U06"])
def test_twice_as_many_returns_are_twice_the_work(unit_id):
    def returns(count: int) -> list[Submission]:
        moments = (datetime(2023, 7, 1) + timedelta(minutes=at) for at in range(count))
        return [nil_return(unit_id, file=f"{at}.xlsx", received=str(moment)) for at, moment in enumerate(moments)]

    def compared(items: list[Submission]) -> object:
        return all_changes(compare_successive(choose_versions(items, campaign(), AS_OF).versions))

    few, many = returns(40), returns(80)
    for module, work in (
        ("sishui_eco.checks.selection", lambda items: choose_versions(items, campaign(), AS_OF)),
        ("sishui_eco.checks.comparing", compared),
    ):
        assert steps_of(module, partial(work, many)) < 2.5 * steps_of(module, partial(work, few))
