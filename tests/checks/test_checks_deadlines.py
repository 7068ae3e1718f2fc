"""Working days, standings, scores, and the list for people."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from returned import GREEN, PROJECT, annex2, annex3, annex4, campaign, nil_return, project

from sishui_eco.checks import (
    add_working_days,
    all_standings,
    check_submission,
    choose_versions,
    days_overdue,
    deadlines,
    human_review,
    judge_submission,
    unit_scores,
    unknown_years,
    working_day,
)
from sishui_eco.model.outcome import StandingState
from sishui_eco.model.submission import Submission

DEADLINE = datetime(2023, 7, 31, 17, 30)  # a Monday
AS_OF = datetime(2023, 8, 4, 12, 0)


@pytest.mark.parametrize(
    "day, working",
    [("2023-07-31", True), ("2023-08-05", False), ("2023-10-02", False), ("2023-10-07", True), ("2023-10-08", True),
     ("2023-01-28", True), ("2023-01-23", False), ("2022-10-08", True)],
)  # fmt: skip
def test_holidays_and_make_up_days(day, working):
    found = working_day(date.fromisoformat(day), campaign())
    assert (found.working, found.known) == (working, True)


def test_the_campaigns_own_holidays_stand_above_the_calendar():
    spec = replace(campaign(), holidays={date(2023, 8, 1): True, date(2023, 8, 5): False})
    assert not working_day(date(2023, 8, 1), spec).working
    assert working_day(date(2023, 8, 5), spec).working


def test_an_unknown_year_is_monday_to_friday_and_says_so():
    found = [working_day(date(2043, 10, day), campaign()) for day in (1, 2, 3)]
    assert [(day.working, day.known) for day in found] == [(True, False), (True, False), (False, False)]
    assert unknown_years(date(2043, 1, 1), date(2043, 1, 5), campaign()) == (2043,)
    assert unknown_years(date(2023, 1, 1), date(2023, 12, 31), campaign()) == ()


def test_without_the_calendar_package_the_campaigns_days_still_count(monkeypatch):
    monkeypatch.setattr("sishui_eco.checks.deadlines.chinese_calendar", None)
    assert working_day(date(2023, 10, 7), campaign()).working  # in the settings' own holidays
    assert not working_day(date(2023, 5, 3), campaign()).known


@pytest.mark.parametrize(
    "moment, days",
    [("2023-07-31 17:30", 0), ("2023-07-31 17:31", 1), ("2023-07-30 09:00", 0), ("2023-08-01 08:00", 1),
     ("2023-08-04 12:00", 4), ("2023-08-05 12:00", 4), ("2023-08-06 12:00", 4), ("2023-08-07 00:00", 5)],
)  # fmt: skip
def test_days_overdue(moment, days):
    assert days_overdue(DEADLINE, datetime.fromisoformat(moment), campaign()) == days


def test_a_deadline_before_a_long_holiday():
    assert days_overdue(datetime(2023, 9, 28, 17, 30), datetime(2023, 10, 7, 9), campaign()) == 1
    assert days_overdue(datetime(2023, 9, 28, 17, 30), datetime(2023, 10, 3, 9), campaign()) == 1


def test_the_day_of_the_deadline_need_not_count():
    spec = replace(campaign(), parameters={**campaign().parameters, "截止日当日算按时": "否"})
    assert days_overdue(DEADLINE, datetime(2023, 7, 31, 9), spec) == 1
    assert days_overdue(DEADLINE, datetime(2023, 7, 30, 9), spec) == 0


def test_adding_working_days():
    assert add_working_days(date(2023, 8, 4), 3, campaign()) == date(2023, 8, 9)
    assert add_working_days(date(2023, 8, 7), -1, campaign()) == date(2023, 8, 4)
    assert add_working_days(date(2023, 8, 7), 0, campaign()) == date(2023, 8, 7)


MOMENTS = st.datetimes(datetime(2023, 7, 1), datetime(2024, 2, 1))


@settings(max_examples=120, deadline=None)
@given(MOMENTS, MOMENTS)
def test_later_is_never_less_overdue(one, other):
    early, late = sorted((one, other))
    assert days_overdue(DEADLINE, early, campaign()) <= days_overdue(DEADLINE, late, campaign())
    assert (days_overdue(DEADLINE, late, campaign()) > 0) == (late > DEADLINE)


@settings(max_examples=60, deadline=None)
@given(st.dates(date(2023, 1, 1), date(2023, 12, 1)), st.integers(1, 15))
def test_adding_working_days_ends_on_one_and_counts_them(day, count):
    end = add_working_days(day, count, campaign())
    between = [day + timedelta(days=offset) for offset in range(1, (end - day).days + 1)]
    assert sum(working_day(item, campaign()).working for item in between) == count
    assert working_day(end, campaign()).working


# --- standings ---------------------------------------------------------------------------------------


def standings(*items: Submission, supporting=None, as_of: datetime = AS_OF, spec=None):
    spec = spec or campaign()
    checked = [replace(item, findings=check_submission(item, spec)) for item in items]
    versions = choose_versions(checked, spec, as_of).versions
    return {(s.unit_id, s.form): s for s in all_standings(versions, spec, as_of, supporting or {})}


def test_every_unit_has_a_standing_for_every_form_it_owes():
    found = standings()
    assert set(found) == {(unit.unit_id, form) for unit in campaign().units for form in unit.forms}
    assert {item.state for item in found.values()} == {StandingState.MISSING}
    assert found["U06", "annex2"].owed == ("附件2《建设指标任务分解表》",) and found["U06", "annex2"].days_overdue == 4


def test_accepted_in_time_owes_nothing():
    item = standings(annex2("U06"))["U06", "annex2"]
    assert (item.state, item.days_overdue, item.late, item.owed, item.version) == (
        StandingState.ACCEPTED,
        0,
        False,
        (),
        1,
    )


def test_a_form_with_errors_is_to_be_mended():
    item = standings(annex2("U06", {GREEN: {"y2022": "101"}}))["U06", "annex2"]
    assert (item.state, item.errors, item.days_overdue) == (StandingState.TO_MEND, 1, 4)
    assert item.owed == ("修改后的附件2（1处须修改）",)


def test_accepted_late_says_so():
    item = standings(annex2("U06", received="2023-08-02 09:00"))["U06", "annex2"]
    assert (item.state, item.late, item.days_overdue) == (StandingState.ACCEPTED, True, 0)


def test_a_sealed_form_waits_for_its_sealed_copy():
    item = standings(annex4("U10"))["U10", "annex4"]
    assert item.state is StandingState.AWAITING_SEAL and item.owed == ("附件4盖章件",)


@pytest.mark.parametrize("name", ["附件4盖章扫描件.pdf", "重点工程项目提报表.jpg", "县住建局盖章件.PDF", "附件4.png"])
def test_a_scan_named_after_the_form_or_its_seal_is_evidence(name):
    assert standings(annex4("U10"), supporting={"U10": [name]})["U10", "annex4"].state is StandingState.ACCEPTED


@pytest.mark.parametrize("name", ["附件2盖章扫描件.pdf", "附件4.docx", "工作总结.pdf", "巡河记录.jpg"])
def test_other_files_are_no_evidence_of_a_seal(name):
    assert standings(annex4("U10"), supporting={"U10": [name]})["U10", "annex4"].state is StandingState.AWAITING_SEAL


def test_a_picture_in_the_workbook_is_evidence():
    assert standings(annex4("U10", pictures=1))["U10", "annex4"].state is StandingState.ACCEPTED


def test_a_nil_return_needs_statement_signatory_and_seal():
    assert standings(nil_return("U10"))["U10", "annex4"].state is StandingState.AWAITING_SEAL
    scan = {"U10": ["无重点工程项目说明（盖章）.pdf"]}
    assert standings(nil_return("U10"), supporting=scan)["U10", "annex4"].state is StandingState.NIL
    unsigned = nil_return("U10", people={"signatory": ""})
    assert standings(unsigned, supporting=scan)["U10", "annex4"].state is StandingState.TO_MEND


def test_a_good_version_followed_by_a_bad_one_stays_accepted():
    bad = annex2("U06", {GREEN: {"y2022": "101"}}, received="2023-08-02 09:00", sha="f" * 64)
    item = standings(annex2("U06"), bad)["U06", "annex2"]
    assert (item.state, item.version, item.late) == (StandingState.ACCEPTED, 1, False)
    assert item.last_received == datetime(2023, 8, 2, 9)


# --- scores and people -------------------------------------------------------------------------------


def scores(*items: Submission):
    return {item.unit_id: item for item in unit_scores(tuple(standings(*items).values()), campaign())}


def test_a_unit_with_everything_in_time_has_all_points():
    found = scores(
        annex2("U06"),
        annex3("U06"),
        annex4("U06", [], pictures=1, nil="无重点工程项目", people={"signatory": "测试丙"}),
    )["U06"]
    assert (found.timeliness, found.completeness, found.quality, found.total) == (40, 30, 30, 100)


def test_a_silent_unit_has_none():
    assert scores()["U06"].total == 0


def test_lateness_and_errors_cost_points_and_more_cost_more():
    late = scores(annex2("U06", received="2023-08-02 09:00"))["U06"]
    later = scores(annex2("U06", received="2023-08-03 09:00"))["U06"]
    timely = scores(annex2("U06"))["U06"]
    faulty = scores(annex2("U06", {GREEN: {"y2022": "101"}}))["U06"]
    assert later.timeliness < late.timeliness < timely.timeliness
    assert faulty.quality < timely.quality and faulty.completeness < timely.completeness


def test_the_weights_are_the_campaigns():
    spec = replace(campaign(), parameters={**campaign().parameters, "及时性分值": "10", "质量分值": "乱写"})
    found = unit_scores(tuple(standings(annex2("U06"), spec=spec).values()), spec)
    mine = next(item for item in found if item.unit_id == "U06")
    assert mine.timeliness <= 10 and mine.quality == 10  # one of three forms; unreadable weight falls back to 30


def test_people_are_shown_what_no_program_may_judge():
    items = [annex4("U10"), nil_return("U06"), annex2("U04")]
    versions = choose_versions(items, campaign(), AS_OF).versions
    verdicts = [verdict for item in items for verdict in judge_submission(item, campaign())]
    scans = {"U10": ["附件4盖章扫描件.pdf"]}
    review = human_review(versions, verdicts, campaign(), scans)
    found = {(item.unit_id, item.subject): item.evidence for item in review}
    assert found["U10", "公章"] == "随件有“附件4盖章扫描件.pdf”（未查看图面）"
    assert found["U06", "公章"] == "没有找到扫描件或图片"
    assert "测试丙" in found["U06", "主要负责人签字"]
    assert found["U10", "建设内容是否详实具体；是否具备成熟条件"] == (
        "建设内容“新建污水管网12公里，改造泵站2座，配套检查井300座”；实施阶段“前期”"
    )
    assert ("U04", "是否达标") in found
    assert not any("真" in item.evidence or "有效" in item.evidence for item in review)
    assert [item.record for item in review].count(PROJECT) == 1


def test_of_a_project_that_says_nothing_people_are_told_so():
    bare = annex4("U10", [project(content="", stage="")])
    versions = choose_versions([bare], campaign(), AS_OF).versions
    (item,) = (item for item in human_review(versions, [], campaign(), {}) if item.record)
    assert item.evidence == "没有写建设内容；没有写实施阶段"


def test_a_span_of_days_is_counted_once_however_many_units_are_late(monkeypatch):
    asked = []
    real = deadlines.working_day
    monkeypatch.setattr(deadlines, "working_day", lambda day, spec: asked.append(day) or real(day, spec))
    spec = replace(campaign(), deadline=datetime(2023, 3, 20, 18))  # as in the plan: before the notice itself
    standings = all_standings([], spec, datetime(2023, 8, 4, 12), {})
    assert len(standings) > 50 and {item.days_overdue for item in standings} == {96}
    assert len(asked) == len(set(asked)) == 137
