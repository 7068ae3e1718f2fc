"""A rule that is not asked of a record would have said nothing of it."""

from __future__ import annotations

import random

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


def test_a_rule_that_is_not_asked_has_nothing_to_say() -> None:
    chance, spoke = random.Random(7), set()
    rules = (*every_check.EVERY_RECORD, *every_check.RECORD_CHECKS["annex2"])
    for _ in range(1500):
        examined = Examined(submission=drawn(chance), campaign=returned.campaign())
        for record in examined.submission.records:
            asked = rules_for(rules, examined.situation(record))
            said = {rule for rule in rules if list(rule(examined, record))}
            assert said <= set(asked), [rule.__name__ for rule in said.difference(asked)]
            spoke |= said
    silent = {rule.__name__ for rule in _ONLY if rule not in spoke}
    assert silent == {"not_applicable_answer"}  # of materials and projects only


def test_of_a_row_in_order_few_rules_are_asked() -> None:
    clean = Examined(submission=returned.annex2(), campaign=returned.campaign())
    rules = (*every_check.EVERY_RECORD, *every_check.RECORD_CHECKS["annex2"])
    for record in clean.submission.records:
        assert len(rules_for(rules, clean.situation(record))) <= len(rules) // 4
