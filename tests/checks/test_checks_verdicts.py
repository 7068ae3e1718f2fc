"""Targets against values: a table written by hand, and what holds for all of them."""

from __future__ import annotations

import csv
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from returned import GREEN, annex2, answer, campaign

from sishui_eco.checks import cross_table, judge_indicator, judge_submission, overall, parse_target, unparsed_targets
from sishui_eco.checks.targets import TargetKind
from sishui_eco.model.outcome import Judgement, Verdict
from sishui_eco.model.place import Place
from sishui_eco.model.submission import Record
from sishui_eco.spec.campaign import Indicator

with Path(__file__).with_name("verdict_cases.csv").open(encoding="utf-8", newline="") as handle:
    CASES = list(csv.DictReader(handle))


def leaf(
    target: str,
    measure: str = "%",
    polarity: str = "+",
    attribute: str = "约束性",
    name: str = "处理率",
    superior: str = "",
) -> Indicator:
    return Indicator(
        no="1", domain="", task="", name=name, sub_name="", measure=measure, target=target, attribute=attribute,
        polarity=polarity, lead="U06", supports=(), superior_target=superior,
    )  # fmt: skip


def returned(values: list[str], measure: str, **texts: str) -> Record:
    kind = "text" if measure == "-" else "percent" if measure == "%" else "number"
    place = Place(file="a.xlsx", sheet="附件2", row=6, column=9)
    answers = {}
    for at, (year, raw) in enumerate(zip(campaign().years, values, strict=True)):
        if raw:
            name = f"actual.{year}"
            number = kind == "text" or raw.lstrip("-").replace(".", "", 1).isdigit()
            value = raw if number else ""
            answers[name] = msgspec.structs.replace(
                answer(name, raw, place.at(6, 9 + at), kind, value), approximate=raw.startswith("约")
            )
    for name, raw in texts.items():
        if raw:
            answers[name] = answer(name, raw, place.at(6, 20))
    return Record(form="annex2", key="x", place=place, rows=(6,), answers=answers)


def verdict(target: str, *values: str, **parts: str) -> Verdict:
    texts = {name: parts.pop(name) for name in ("evidence", "remarks", "self_verdict") if name in parts}
    indicator = leaf(target, **parts)
    return judge_indicator(indicator, returned(list(values), indicator.measure, **texts), campaign())


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['kind']} {case['target']} {case['third']}")
def test_the_table(case):
    found = verdict(
        case["target"], case["first"], case["second"], case["third"], measure=case["measure"], polarity=case["polarity"],
        attribute=case["attribute"], name=case["name"], superior=case["superior"], evidence=case["evidence"], remarks=case["remarks"],
    )  # fmt: skip
    assert found.judgement == case["expected"], found.basis
    assert case["basis"] in found.basis, found.basis


def test_the_table_is_large_and_covers_every_kind():
    assert len(CASES) >= 300
    assert {case["kind"] for case in CASES} >= {
        f"F{n}" for n in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16, 17, 18)
    }


KINDS = {
    "≥20": "at_least", "≤0.7": "at_most", "100": "full", "15": "bare", "建立": "state", "不明显": "none_or_slight",
    "完成上级规定的考核任务": "superior", "持续提高": "trend", "≥55且不降低": "all_of", "≥90或持续提高": "any_of",
    "山区≥60；丘陵≥40": "by_tier", "△EQI>-1": "change", "面积不减少，性质不改变，功能不降低": "three_nots",
    "70左右": "about", "*": "not_applicable", "Ⅲ类及以上": "ordered_class", "达到全国平均水平": "outside", "适宜": "manual",
}  # fmt: skip


@pytest.mark.parametrize("text", KINDS)
def test_every_kind_is_known_by_its_words(text):
    assert parse_target(text, polarity="+", measure="%").kind == KINDS[text]


def test_the_shipped_catalogue_is_understood_whole():
    assert unparsed_targets(campaign()) == ()


def test_what_cannot_be_parsed_says_why():
    target = parse_target("视情况而定", polarity="+", measure="%")
    assert target.kind is TargetKind.MANUAL and target.reason


@pytest.mark.parametrize(
    "one, other", [("≥20", "不低于20%"), ("≥20", "20以上"), ("≥55且不降低", "不降低；≥55"), ("≤5", "不超过5")]
)
def test_the_same_meaning_has_the_same_signature(one, other):
    assert (
        parse_target(one, polarity="+", measure="%").signature()
        == parse_target(other, polarity="+", measure="%").signature()
    )


@pytest.mark.parametrize("one, other", [("≥20", ">20"), ("≥20", "≥21"), ("≥20", "≤20"), ("建立", "实施")])
def test_another_meaning_has_another_signature(one, other):
    assert (
        parse_target(one, polarity="+", measure="%").signature()
        != parse_target(other, polarity="+", measure="%").signature()
    )


NUMBERS = st.decimals(min_value=0, max_value=100, places=2, allow_nan=False, allow_infinity=False)
RISING = [
    "≥20",
    ">80",
    "不低于85",
    "20%以上",
    "100",
    "15",
    "≥55且不降低",
    "≥90或持续提高",
    "持续提高",
    "保持稳定或持续改善",
    "高于上年",
    "山区≥60；丘陵≥40；平原≥18",
]
FALLING = ["≤20", "<80", "不超过85", "20%以下", "15", "持续下降", "保持稳定或持续改善", "低于上年", "≤50或持续下降"]
WORTH = {Judgement.NOT_MET: 0, Judgement.MANUAL: 1, Judgement.MET: 2}


@settings(max_examples=150, deadline=None)
@given(
    target=st.sampled_from(RISING),
    attribute=st.sampled_from(["约束性", "参考性"]),
    years=st.tuples(NUMBERS, NUMBERS, NUMBERS, NUMBERS),
)
def test_a_higher_value_than_one_that_meets_also_meets(target, attribute, years):
    first, second, low, high = *years[:2], min(years[2:]), max(years[2:])
    if verdict(target, str(first), str(second), str(low), attribute=attribute).judgement is Judgement.MET:
        assert verdict(target, str(first), str(second), str(high), attribute=attribute).judgement is Judgement.MET


@settings(max_examples=150, deadline=None)
@given(
    target=st.sampled_from(FALLING),
    attribute=st.sampled_from(["约束性", "参考性"]),
    years=st.tuples(NUMBERS, NUMBERS, NUMBERS, NUMBERS),
)
def test_a_lower_value_than_one_that_meets_also_meets_where_less_is_better(target, attribute, years):
    first, second, low, high = *years[:2], min(years[2:]), max(years[2:])
    parts = {"polarity": "-", "attribute": attribute, "name": "消耗率"}
    if verdict(target, str(first), str(second), str(high), **parts).judgement is Judgement.MET:
        assert verdict(target, str(first), str(second), str(low), **parts).judgement is Judgement.MET


CLAUSES = ["≥55", "不降低", "完成上级规定的考核任务", "保持稳定或持续改善", "≤90", "高于上年", "达到全国平均水平"]


@settings(max_examples=150, deadline=None)
@given(
    clauses=st.lists(st.sampled_from(CLAUSES), min_size=2, max_size=4, unique=True).flatmap(lambda items: st.tuples(st.just(items), st.permutations(items))),
    joint=st.sampled_from(["；", "，且", "，", "。"]),
    years=st.tuples(NUMBERS, NUMBERS, NUMBERS),
)  # fmt: skip
def test_the_order_of_clauses_does_not_matter(clauses, joint, years):
    values = [str(year) for year in years]
    found = {verdict(joint.join(order), *values).judgement for order in clauses}
    assert len(found) == 1


@settings(max_examples=60, deadline=None)
@given(clauses=st.permutations(["≥90", "持续提高", "达到全国平均水平"]), years=st.tuples(NUMBERS, NUMBERS, NUMBERS))
def test_the_order_of_alternatives_does_not_matter(clauses, years):
    values = [str(year) for year in years]
    assert verdict("或".join(clauses), *values).judgement == verdict("或".join(sorted(clauses)), *values).judgement


NEVER = ["未", "尚未", "没有", "拟", "计划于明年", "正在", "筹备", "基本", "部分", "即将", "力争", "待", "初步"]


@pytest.mark.parametrize("word", NEVER)
@pytest.mark.parametrize("state", ["建立", "制定实施", "全面实施", "开展", "编制"])
def test_negation_future_and_partial_wording_never_counts_as_met(word, state):
    assert verdict(state, "", "", f"{word}{state}", measure="-", polarity="").judgement is not Judgement.MET


@pytest.mark.parametrize(
    "said, value, expected",
    [("达标", "85", "agrees"), ("达标", "70", "claims_met"), ("未达标", "85", "claims_not_met"), ("未达标", "70", "agrees"),
     ("", "85", "cannot_tell"), ("基本达标", "70", "cannot_tell"), ("√", "70", "claims_met"), ("×", "85", "claims_not_met"),
     ("达标", "约85", "cannot_tell"), ("不涉及", "70", "cannot_tell")],
)  # fmt: skip
def test_what_the_unit_says_of_itself(said, value, expected):
    assert verdict("≥80", "", "", value, self_verdict=said).agreement == expected


def test_a_verdict_names_year_number_and_cell():
    found = next(item for item in judge_submission(annex2("U06"), campaign()) if item.record == GREEN)
    assert (found.judgement, found.year, found.actual, found.unit_id) == (Judgement.MET, "2022", "97", "U06")
    assert found.basis == "目标“≥80”：2022年 97，满足"
    assert found.place is not None and found.place.cell == "K6"


def test_the_catalogue_target_is_judged_not_the_one_typed():
    altered = annex2("U06", {GREEN: {"target": "≥10", "y2022": "50"}})
    assert judge_submission(altered, campaign())[0].judgement is Judgement.NOT_MET


def test_an_indicator_is_met_only_when_all_its_leaves_are():
    straw = "农业废弃物综合利用率／秸秆综合利用率"
    whole = {item.indicator: item for item in overall(judge_submission(annex2("U13"), campaign()), campaign())}
    assert whole["农业废弃物综合利用率"].judgement is Judgement.MANUAL  # one leaf is another unit's, not reported yet
    assert whole["农业废弃物综合利用率"].missing == ("农业废弃物综合利用率／畜禽粪污综合利用率",)
    worse = annex2("U13", {straw: {"y2020": "60", "y2021": "59", "y2022": "58"}})
    both = (*judge_submission(worse, campaign()), *judge_submission(annex2("U14"), campaign()))
    assert (
        next(i for i in overall(both, campaign()) if i.indicator == "农业废弃物综合利用率").judgement
        is Judgement.NOT_MET
    )
    good = (*judge_submission(annex2("U13"), campaign()), *judge_submission(annex2("U14"), campaign()))
    assert (
        next(i for i in overall(good, campaign()) if i.indicator == "农业废弃物综合利用率").judgement is Judgement.MET
    )


def test_the_cross_table_counts_every_indicator_once():
    table = cross_table(overall(judge_submission(annex2("U10"), campaign()), campaign()))
    assert sum(sum(row.values()) for row in table.values()) == campaign().expected_indicators
    assert table["约束性"]["met"] == 1 and table["参考性"]["met"] == 1  # sewage; buildings
