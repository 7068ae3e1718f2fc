"""Which letter a unit gets: standing, deadline, letters already sent."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from outcome_sample import sample_campaign, sample_outcome

from sishui_eco.model.finding import make_finding
from sishui_eco.model.outcome import Outcome, Standing, StandingState
from sishui_eco.model.place import Place
from sishui_eco.outputs.letters import LetterPlan, choose_joint_letters, choose_letters, short_text

CAMPAIGN = sample_campaign()
DUE = CAMPAIGN.deadline  # 2023-07-31 17:30
MISSING, MEND, SEAL = StandingState.MISSING, StandingState.TO_MEND, StandingState.AWAITING_SEAL
GOOD, NIL = StandingState.ACCEPTED, StandingState.NIL


def standing(form: str, state: StandingState, days: int = 0, unit: str = "U08") -> Standing:
    owed = () if state in (GOOD, NIL) else ("所缺",)
    return Standing(unit_id=unit, form=form, state=state, due=DUE, days_overdue=days if owed else 0, owed=owed)


def plan_of(as_of: str, *standings: Standing, sent: tuple[tuple[str, date], ...] = ()) -> LetterPlan:
    outcome = Outcome(campaign=CAMPAIGN, as_of=datetime.fromisoformat(as_of), standings=standings)
    plans = choose_letters(outcome, CAMPAIGN, {"U08": sent} if sent else {})
    assert len(plans) == 1
    return plans[0]


BEFORE, AFTER, LONG_AFTER = "2023-07-27T09:00", "2023-08-02T09:00", "2023-08-07T09:00"
CHASED = (("chase", date(2023, 8, 1)),)
RETURNED = (("correction", date(2023, 8, 1)),)


@pytest.mark.parametrize(
    ("as_of", "states", "days", "sent", "kind"),
    [
        (BEFORE, {"annex4": MISSING}, 0, (), "reminder"),
        (BEFORE, {"annex4": SEAL}, 0, (), "reminder"),
        (BEFORE, {"annex2": MEND, "annex4": GOOD}, 0, (), "correction"),
        (BEFORE, {"annex2": MEND, "annex4": MISSING}, 0, (), "correction"),
        (AFTER, {"annex4": MISSING}, 2, (), "chase"),
        (AFTER, {"annex4": SEAL}, 2, (), "chase"),
        (AFTER, {"annex2": MEND, "annex4": MISSING}, 2, (), "chase"),
        (AFTER, {"annex2": MEND, "annex4": GOOD}, 2, (), "correction"),
        (AFTER, {"annex4": MISSING}, 4, (), "chase"),
        (AFTER, {"annex4": MISSING}, 5, (), "urge"),
        (AFTER, {"annex4": MISSING}, 2, CHASED, "urge"),
        (AFTER, {"annex2": MEND}, 2, RETURNED, "correction"),
        (LONG_AFTER, {"annex2": MEND}, 5, (), "correction"),
        (LONG_AFTER, {"annex2": MEND}, 5, RETURNED, "urge"),
        (LONG_AFTER, {"annex4": MISSING}, 2, (("reminder", date(2023, 7, 27)),), "chase"),
    ],
)
def test_kind_follows_standing_deadline_and_letters_sent(as_of, states, days, sent, kind):
    standings = [standing(form, state, days) for form, state in states.items()]
    assert plan_of(as_of, *standings, sent=sent).kind == kind


def test_a_letter_sent_today_does_not_make_today_s_letter_a_second_one():
    today = (("chase", date(2023, 8, 2)),)
    assert plan_of(AFTER, standing("annex4", MISSING, 2), sent=today).kind == "chase"


def test_a_unit_that_owes_nothing_gets_none():
    outcome = Outcome(
        campaign=CAMPAIGN,
        as_of=datetime.fromisoformat(AFTER),
        standings=(standing("annex2", GOOD), standing("annex4", NIL)),
    )
    assert choose_letters(outcome, CAMPAIGN) == ()


def test_every_owing_unit_gets_exactly_one_in_roster_order():
    outcome = sample_outcome()
    owing = {item.unit_id for item in outcome.standings if item.owed}
    plans = choose_letters(outcome, CAMPAIGN)
    assert [plan.unit_id for plan in plans] == [u.unit_id for u in CAMPAIGN.units if u.unit_id in owing]
    assert len(plans) > 10


def test_one_letter_tells_what_is_missing_and_what_is_to_be_mended():
    plan = plan_of(AFTER, standing("annex2", MEND, 2), standing("annex3", SEAL, 2), standing("annex4", MISSING, 2))
    assert (plan.mend, plan.seal, plan.missing) == (("annex2",), ("annex3",), ("annex4",))


def test_thresholds_come_from_the_settings():
    stricter = replace(CAMPAIGN, parameters={**CAMPAIGN.parameters, "督办逾期天数": "2"})
    outcome = Outcome(
        campaign=stricter, as_of=datetime.fromisoformat(AFTER), standings=(standing("annex4", MISSING, 2),)
    )
    assert choose_letters(outcome, stricter)[0].kind == "urge"
    assert choose_letters(outcome, CAMPAIGN)[0].kind == "chase"


@pytest.mark.parametrize(("as_of", "left", "timely"), [("2023-07-26T09:00", 3, True), ("2023-07-25T09:00", 4, False)])
def test_a_reminder_is_timely_within_the_days_of_the_settings(as_of, left, timely):
    plan = plan_of(as_of, standing("annex4", MISSING))
    assert (plan.days_left, plan.timely) == (left, timely)


def test_the_new_deadline_lies_three_working_days_on_and_jumps_weekend_and_holidays():
    assert plan_of(AFTER, standing("annex4", MISSING, 2)).due_again == date(2023, 8, 7)  # Wednesday to Monday
    holiday = replace(CAMPAIGN, holidays={date(2023, 8, 4): True, date(2023, 8, 5): False})
    outcome = Outcome(
        campaign=holiday, as_of=datetime.fromisoformat(AFTER), standings=(standing("annex4", MISSING, 2),)
    )
    assert choose_letters(outcome, holiday)[0].due_again == date(2023, 8, 7)  # 3rd, 5th (make-up day), 7th
    assert plan_of(BEFORE, standing("annex4", MISSING)).due_again == DUE.date()


def test_notes_and_what_is_for_the_clerk_stay_out_of_a_letter():
    outcome = sample_outcome()
    plans = {plan.unit_id: plan for plan in choose_letters(outcome, CAMPAIGN)}
    told = [finding for plan in plans.values() for finding in plan.findings]
    assert told
    assert {finding.audience for finding in told} == {"unit"}
    assert {finding.severity.value for finding in told} <= {"error", "doubt"}
    severities = [finding.severity.value for finding in plans["U07"].findings]
    assert severities == sorted(severities, key="error doubt".index) and len(severities) == 3


def test_units_that_disagree_get_one_joint_letter():
    (plan,) = choose_joint_letters(sample_outcome(), CAMPAIGN)
    assert plan.unit_ids == ("U12", "U13")
    assert plan.kind == "joint"


def test_a_finding_across_units_with_places_of_one_unit_makes_no_joint_letter():
    outcome = sample_outcome()
    mine = next(item for item in outcome.versions if item.submission.unit_id == "U12").submission.arrival
    place = Place(file=mine.file, sheet="Sheet1", row=5, column=2)
    alone = make_finding("P102", place, form="annex4", record="甲", raw="甲", told="甲；甲")
    assert choose_joint_letters(replace(outcome, findings=(alone,)), CAMPAIGN) == ()


# --- the short text --------------------------------------------------------------------------------------


def test_short_texts_fit_seventy_characters_and_name_unit_matter_and_day():
    for plan in choose_letters(sample_outcome(), CAMPAIGN):
        text = short_text(plan, CAMPAIGN)
        assert len(text) <= 70
        assert CAMPAIGN.unit_name(plan.unit_id) in text
        assert "附件" in text and "8月10日17时30分前" in text


def test_a_short_text_gives_up_the_address_before_the_matter():
    office = replace(CAMPAIGN.office, email="a.very.long.address.of.an.office@example.invalid")
    campaign = replace(CAMPAIGN, office=office)
    plan = plan_of(LONG_AFTER, standing("annex2", MISSING, 5), standing("annex4", MEND, 5))
    text = short_text(plan, campaign)
    assert len(text) <= 70 and "@" not in text
    assert "附件2未报" in text and "附件4须修改" in text
