"""A rule that is not asked of a record would have said nothing of it."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
import returned

from sishui_eco.checks import submission as every_check
from sishui_eco.checks.examined import Examined
from sishui_eco.checks.situations import _ONLY, rules_for
from sishui_eco.model.submission import Submission

NUMBERS = [("95", "95"), ("９５", "95"), ("95.5%", "95.5"), ("0", "0"), ("-3", "-3"), ("120", "120"), ("1.2", "1.2")]
WORDS = ["已建立", "未建立", "不涉及", "无", "/", "待定", "详见附件", "≥20", "约95", "不明显", "", "100"]
CELLS = {
    "target": ["≥20", "不低于20", "制定实施", "100", "", "/", "８０"],
    "measure": ["%", "", "-", "个", "/"],
    "attribute": ["约束性", "参考性", "", "约束"],
    "lead_unit": [("甲", "U06"), ("甲", "U10"), ("甲、乙", "U06;U10"), ("", ""), ("某", "")],
    "support_units": [("甲", "U06"), ("乙", "U10;U13"), ("", "")],
    "self_verdict": ["达标", "未达标", "未达标", "基本达标", "不涉及", "", "/"],
    "gap_plan": ["", "无", "加快建设污水管网，年内完成整改", "抓紧"],
    "due": ["", ("年底前", ""), ("2023年12月", "2023-12"), ("2020年", "2020"), "无"],
    "evidence": ["", "统计报表"],
    "remarks": ["", "不涉及该项工作，县内没有此类设施"],
}


def drawn(chance: random.Random) -> Submission:
    """Return an annex 2 of one row or two whose cells are taken at random."""
    leaf = chance.choice(returned.campaign().indicators)
    cells = returned.indicator_cells(leaf.key)
    for name, options in CELLS.items():
        if chance.random() < 0.4:
            cells[name] = chance.choice(options)
    if chance.random() < 0.1:
        for name in set(cells) - {"target", "measure", "attribute", "indicator", "sub_indicator"}:
            cells[name] = ""
    same = chance.choice(NUMBERS) if chance.random() < 0.2 else None
    for year in returned.campaign().years:
        if same or chance.random() < 0.4:
            cells[f"actual.{year}"] = same or chance.choice([*NUMBERS, *WORDS, leaf.target])
    known, times = chance.random() < 0.9, chance.choice((1, 1, 1, 2))
    rows = [returned.record("annex2", leaf.key, cells, 6 + at, "附件2.xlsx", known) for at in range(times)]
    return returned.submission("annex2", chance.choice((leaf.lead, leaf.lead, "U01", "")), rows)


LONG = "泗水县城区及周边乡镇污水管网新建改造与泵站提升配套检查井综合治理工程（一期和二期）"
PROJECT = {
    "project": [LONG, LONG, "治污", "XX工程", "新建污水管网12公里", "泗水县城区污水管网改造工程", ""],
    "category": ["生态生活", "生态空间", "其他类", "", "/"],
    "content": ["见附件", returned.PROJECT, LONG, LONG, "新建污水管网", "新建管网", "", "详见方案", "新建污水管网12公里，改造泵站2座，配套检查井300座", "改善城区环境，提高群众的生活质量"],
    "period": [("略", y) for y in ("2023-01/2025-12", "2019-01/2024-12", "2018-01/2019-06", "2031-01/2032-01",
                                   "2024-01/2035-12", "2025-01/2023-01", "2024-01/", "/2024-06", "", "2023-01")],
    "investment": ["待定", "详见附件", "0", "-5", "0.2", "1200", "900000000", "", "/"],
    "funding": ["上级资金500万元，县财政600万元", "上级资金30%，县财政40%", "", "县财政"],
    "investment_by_year": ["2023年500；2024年600", "2031年1200", ""],
    "stage": ["已完工", "前期", "", "/"],
    "supports": ["城镇污水处理率", "河长制", "没有的指标", ""],
    "responsible_unit": [("甲", "U10"), ("乙", "U06"), ("", "")],
    "listed": ["是", "否", "市级", "无", ""],
    "remarks": ["", "无"],
}  # fmt: skip


def drawn_projects(chance: random.Random) -> Submission:
    """Return an annex 4 of one project whose cells are taken at random."""
    cells = returned.project_cells()
    for name, options in PROJECT.items():
        if chance.random() < 0.3:
            cells[name] = chance.choice(options)
    return returned.annex4(chance.choice(("U10", "U06", "")), [returned.project(**cells)])


@pytest.mark.parametrize(
    ("draw", "form", "silent"),
    [
        (drawn, "annex2", {"not_applicable_answer"}),
        (drawn_projects, "annex4", {"row_unanswered", "binding_not_applicable", "not_applicable_without_reason"}),
    ],
    ids=["indicators", "projects"],
)
def test_a_rule_that_is_not_asked_has_nothing_to_say(
    draw: Callable[[random.Random], Submission], form: str, silent: set[str]
) -> None:
    chance, spoke = random.Random(7), set()
    rules = (*every_check.EVERY_RECORD, *every_check.RECORD_CHECKS[form])
    for _ in range(1500):
        examined = Examined(submission=draw(chance), campaign=returned.campaign())
        for record in examined.submission.records:
            asked = rules_for(rules, examined.situation(record))
            said = {rule for rule in rules if list(rule(examined, record))}
            assert said <= set(asked), [rule.__name__ for rule in said.difference(asked)]
            spoke |= said
    assert {rule.__name__ for rule in rules if rule in _ONLY and rule not in spoke} == silent


@pytest.mark.parametrize("clean", [returned.annex2(), returned.annex4()], ids=["indicators", "projects"])
def test_of_a_row_in_order_few_rules_are_asked(clean: Submission) -> None:
    examined = Examined(submission=clean, campaign=returned.campaign())
    rules = (*every_check.EVERY_RECORD, *every_check.RECORD_CHECKS[clean.form])
    for record in clean.records:
        assert len(rules_for(rules, examined.situation(record))) <= len(rules) // 2
