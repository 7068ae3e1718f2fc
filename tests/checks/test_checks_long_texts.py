"""No cell, however long and whatever it repeats, makes a check run back and forth over it."""

from __future__ import annotations

import time

import pytest
from msgspec import structs
from returned import annex2, annex3, annex4, campaign, project

from sishui_eco.checks import (
    check_across,
    check_submission,
    check_versions,
    choose_versions,
    compare_successive,
    judge_submission,
)
from sishui_eco.checks.targets import parse_target
from sishui_eco.model.submission import Record, Submission

LENGTH = 32_000  # a cell holds 32,767 characters
SLOW = 1.5  # processor seconds for a form full of one such text: a tenth of that is usual, squared work takes minutes
PARTS = (
    "9", "9.", "1,", "1%", "1-", "亿", "一", "县水利局、", "（", "（）", "( ", "2023年", "2023年1；", "未", "计划", "已建立，", "且", "或", "山区≥1", "≥9", "Ⅲ类",
    "、", "和", "甲 ", "13800000001、", "1.pdf、", "《", "共1", "〔", "\n", "a", "\ufffd", "第1项、", "面积不减少，",
)  # fmt: skip


def everywhere(records: tuple[Record, ...], text: str) -> tuple[Record, ...]:
    """Return the records with this text in every answer, and as a part of every key but the first."""
    found = []
    for at, one in enumerate(records):
        answers = {name: structs.replace(answer, raw=text, value=text) for name, answer in one.answers.items()}
        key = one.key if at == 0 else f"{text}{at}"
        found.append(structs.replace(one, answers=answers, key=key, known=one.form == "annex4" or at == 0))
    return tuple(found)


def filled_with(one: Submission, text: str) -> Submission:
    labels = {name: structs.replace(answer, raw=text, value=text) for name, answer in one.form_fields.items()}
    parts = {name: getattr(one, name) for name in ("arrival", "form", "unit_id", "present_fields")}
    return Submission(**parts, records=everywhere(one.records, text), form_fields=labels)


def forms() -> list[Submission]:
    projects = [project(row=6 + at) for at in range(4)]
    return [annex2("U10"), annex3("U10"), annex4("U10", projects)]


@pytest.mark.parametrize("part", PARTS, ids=range(len(PARTS)))
def test_no_text_makes_a_check_slow(part: str) -> None:
    text = part * (LENGTH // len(part))
    for one in forms():
        full = filled_with(one, text)
        began = time.process_time()
        check_submission(full, campaign())
        judge_submission(full, campaign())
        check_across([full], campaign(), {full.unit_id: [f"{text}.pdf"]})
        versions = choose_versions([full, one], campaign(), full.arrival.received).versions
        check_versions(versions, campaign(), compare_successive(versions))
        assert time.process_time() - began < SLOW, one.form
    began = time.process_time()
    for polarity in ("+", "-", ""):
        parse_target(text, polarity=polarity, measure="%")
    assert time.process_time() - began < SLOW
