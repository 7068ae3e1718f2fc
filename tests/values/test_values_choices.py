"""Choices and yes-no: all spellings, near misses, halfway answers, boxes."""

from __future__ import annotations

import pytest
from value_cases import CAMPAIGN, read, table, told

from sishui_eco.model.grid import Cell, CellKind
from sishui_eco.understanding.values import interpret

VERDICT = ("达标", "未达标", "不涉及")
CATEGORIES = ("生态制度", "生态安全", "生态空间", "生态经济", "生态生活", "生态文化")
MEDIA = ("纸质盖章件", "扫描件", "电子表", "照片", "网页截图")
NATURES = ("新建", "改建", "扩建", "续建", "迁建")


@pytest.mark.parametrize(
    ("written", "expected"),
    table("""
达标 => 达标
已达标 => 达标
达　标 => 达标
达 标 => 达标
达标。 => 达标
是 => 达标
√ => 达标
✓ => 达标
✔ => 达标
Y => 达标
y => 达标
Ｙ => 达标
YES => 达标
达标√ => 达标
√达标 => 达标
未达标 => 未达标
不达标 => 未达标
不达 => 未达标
没有达标 => 未达标
否 => 未达标
× => 未达标
x => 未达标
X => 未达标
N => 未达标
不涉及 => 不涉及
不适用 => 不涉及
☑达标□未达标 => 达标
□达标☑未达标 => 未达标
☑达标 □未达标 □不涉及 => 达标
达标☑ 未达标□ => 达标
达标□ 未达标☑ => 未达标
■达标 □未达标 => 达标
达标（√） 未达标（ ） => 达标
达标( ) 未达标(√) => 未达标
□达标 □未达标 => <empty>
□达标□未达标 => <empty>
☑达标☑未达标 => N503
基本达标 => N506
部分达标 => N506
已整改 => N506
预计达标 => N506
正在整改 => N506
达标、未达标 => N503
达标/未达标 => N503
达彪 => N502=达标
未达彪 => N502=未达标
已完成治理任务 => N501
/ => <not_applicable>
— => <not_applicable>
待定 => <pending>
同上 => <same>
无 => <none>
"""),
)
def test_self_verdicts(written, expected):
    assert told(read(written, "choice", choices=VERDICT)) == expected


@pytest.mark.parametrize(
    ("choices", "written", "expected"),
    [
        (CATEGORIES, "生态安全", "生态安全"),
        (CATEGORIES, "生态安全类", "生态安全"),
        (CATEGORIES, "生态安全体系", "生态安全"),
        (CATEGORIES, "生态 安全", "生态安全"),
        (CATEGORIES, "“生态安全”", "生态安全"),
        (CATEGORIES, "国土绿化项目", "生态安全 N504=生态安全"),
        (CATEGORIES, "污染防治项目", "生态安全 N504=生态安全"),
        (CATEGORIES, "生态按全", "N502=生态安全"),
        (CATEGORIES, "生态", "N502=生态文化"),
        (CATEGORIES, "道路工程", "N501"),
        (CATEGORIES, "生态安全、生态空间", "N503"),
        (MEDIA, "扫描", "扫描件"),
        (MEDIA, "扫描版", "扫描件"),
        (MEDIA, "电子扫描件", "扫描件"),
        (MEDIA, "纸质（盖章）", "纸质盖章件"),
        (MEDIA, "PDF", "扫描件"),
        (MEDIA, "纸质", "纸质盖章件"),
        (MEDIA, "Excel表格", "电子表"),
        (MEDIA, "图片", "照片"),
        (MEDIA, "网站截图", "网页截图"),
        (MEDIA, "纸质盖章件、扫描件", "N503"),
        (MEDIA, "光盘", "N501"),
        (NATURES, "新建", "新建"),
        (NATURES, "新建项目", "新建"),
        (NATURES, "改造", "改建"),
        (NATURES, "新建、改建", "N503"),
        (NATURES, "新健", "N502=新建"),
        (("约束性", "参考性"), "约束性指标", "约束性"),
        (("约束性", "参考性"), "参考", "参考性"),
        (("约束性", "参考性"), "预期性", "N501"),
    ],
)
def test_other_choices(choices, written, expected):
    result = read(written, "choice", choices=choices)
    if expected.startswith("N502"):
        assert result.value == "" and result.remarks[0].code == "N502" and result.remarks[0].expected in choices
    else:
        assert told(result) == expected


def test_a_spelling_counts_only_when_its_choice_is_offered():
    assert told(read("√", "choice", choices=("新建", "改建"))) == "N501"
    assert told(read("不涉及", "choice", choices=("达标", "未达标"))) == "<not_applicable>"


def test_without_choices_the_text_stands():
    assert read("省级", "choice").value == "省级"


@pytest.mark.parametrize(
    "written",
    [
        "是",
        "有",
        "√",
        "✓",
        "✔",
        "☑",
        "Y",
        "y",
        "Ｙ",
        "yes",
        "Yes",
        "对",
        "已提供",
        "提供",
        "具备",
        "齐全",
        "TRUE",
        "1",
        "是。",
        " 是 ",
        "√ 是",
        "☑是□否",
        "是☑否□",
        "是（√）否（ ）",
        "☒是 ☐否",
        "有。",
    ],
)
def test_yes(written):
    assert told(read(written, "yes-no")) == "yes"


@pytest.mark.parametrize(
    "written",
    [
        "否",
        "无",
        "没有",
        "×",
        "x",
        "X",
        "✗",
        "N",
        "n",
        "no",
        "未提供",
        "不具备",
        "缺",
        "FALSE",
        "0",
        "暂无",
        "□是☑否",
        "是□否☑",
        "是（ ）否（√）",
        "无。",
    ],
)
def test_no(written):
    assert told(read(written, "yes-no")) == "no"


@pytest.mark.parametrize(
    ("written", "expected"),
    [("/", "<not_applicable>"), ("不涉及", "<not_applicable>"), ("□是□否", "<empty>"), ("□", "<empty>"), ("", "<empty>"), ("待定", "<pending>"), ("同上", "<same>"),
     ("部分提供", "N506"), ("正在办理", "N506"), ("部门留存", "N505"), ("是√否", "N505"), ("是/否", "N505"), ("☑是☑否", "N505"), ("☒", "N505")],
)  # fmt: skip
def test_neither_yes_nor_no(written, expected):
    assert told(read(written, "yes-no")) == expected


def test_a_boolean_cell_is_yes_or_no():
    for number, expected in ((1, "yes"), (0, "no")):
        cell = Cell(1, 1, CellKind.BOOLEAN, "TRUE" if number else "FALSE", number=number)
        assert interpret(cell, kind="yes-no", campaign=CAMPAIGN).value == expected


def test_a_choice_taken_for_a_synonym_is_noted():
    assert "已达标" in read("已达标", "choice", choices=VERDICT).note
    assert read("达标", "choice", choices=VERDICT).note == ""
