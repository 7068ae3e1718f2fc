"""A row taken for plain at once is what all the questions would have said of it; so are texts without any sign."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from unittest import mock

import pytest
from drawing import campaign, classes, draw, take
from hypothesis import example, given
from hypothesis import strategies as st

from sishui_eco.model.grid import Cell, CellKind
from sishui_eco.model.remembered import Dull
from sishui_eco.understanding import plain, rawrows, rows, vocabulary
from sishui_eco.understanding.labels import build_labels
from sishui_eco.understanding.units import SURE, match_unit, surely_unit
from sishui_eco.understanding.values import interpret, questions

HEAD = "序号|领域|指标名称|子指标|单位|指标值|2020年|2021年|2022年|达标情况|备注"
USUAL = ["1", "生态安全", "林草覆盖率", "", "%", "≥40", "40", "41", "42.5", "达标", ""]
MARKS = [
    *[
        "",
        "2",
        "(3)",
        "河长制",
        "某某率",
        "优良天数比例",
        "同上",
        "〃",
        "无",
        "/",
        "合计",
        "3个项目",
        "示例",
        "（例）河长制",
    ],
    *[
        "指标名称",
        "单位",
        "填报单位：某局",
        "县水利局（盖章）",
        "2023年7月",
        "审核人：",
        "注：以上属实",
        "一、生态安全",
        "^",
    ],
    *["优良天数比例\\nPM2.5浓度下降幅度", "100\\n200", "2022年现状值", "续表", "附件2", "县水利局"],
]
FIGURES = [*["1", "2", "某某率", "3", "4", "5"], *["6"] * 5]  # one text that is no number


def slow(drawn: object) -> object:
    """Return what is understood when every row is asked everything."""
    with (
        mock.patch.object(rows, "_surely_record", lambda *_: False),
        mock.patch.object(rawrows, "_marks", lambda *_: plain.SAME | plain.LINES),
    ):
        return take(drawn)  # type: ignore[arg-type]


@pytest.mark.parametrize("mark", MARKS)
def test_a_row_with_a_mark_anywhere_is_what_every_question_says_of_it(mark: str) -> None:
    marked = [[*USUAL[:at], mark, *USUAL[at + 1 :]] for at in range(len(USUAL))]
    for lines in (
        marked,
        [line for row in marked for line in (row, USUAL)],
        [[mark, *FIGURES[1:]], FIGURES, [mark] * 11],
    ):
        drawn = draw("\n".join([HEAD, *map("|".join, [USUAL, *lines, USUAL])]))
        assert take(drawn) == slow(drawn)


def test_most_rows_of_a_table_are_asked_nothing() -> None:
    usual = "\n".join("|".join([str(number), *USUAL[1:]]) for number in range(1, 31))
    with mock.patch.object(rows, "_class_of", wraps=rows._class_of) as asked:
        assert classes(take(f"{HEAD}\n{usual}\n合计|30")) == "H" + "R" * 30 + "T"
    assert asked.call_count == 1  # the sum


def test_what_is_remembered_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "MOST", 20)
    asker = replace(campaign())
    for number in range(100):
        for kind in ("text", "number"):
            cell = Cell(1, 1, CellKind.TEXT, f"{number}吨")
            assert interpret(cell, kind=kind, campaign=asker) == interpret(cell, kind=kind, campaign=campaign())
        asked = questions.asked_of(asker)
        assert sum(1 + len(item.told) for item in asked.questions.values()) <= asked.kept <= 20
    dull = Dull(most=3)
    for text in "abcde":
        dull.learn(text)
    dull.learn("x" * 1000)
    assert dull.others(set("abcdef") | {"x" * 1000}) == set("abcf") | {"x" * 1000}


@pytest.mark.parametrize(
    "text", ["U01", "县水利局", "泗水县水利局", "水利局", "县水利", "本局", "", "%", "城建水利", "县政府"]
)
def test_a_text_is_surely_a_unit_when_it_is_matched_as_one(text: str) -> None:
    assert surely_unit(text, campaign()) == (match_unit(text, campaign()).how in SURE)


@given(number=st.decimals(0, 10**9, places=2), sign=st.sampled_from(["", "%"]))
def test_a_figure_is_a_mark_of_nothing(number: Decimal, sign: str) -> None:
    labels = build_labels(campaign())
    for text in (f"{number}{sign}", f"{int(number)}{sign}"):
        assert plain.marks_of(text, labels) == plain.Marks(labels).of(text) == 0


@given(text=st.text("0123456789.,-%() :/*abEI", max_size=8))
@example("2020")
def test_a_text_of_ascii_signs_heads_nothing_but_a_year(text: str) -> None:
    usual = vocabulary.build_vocabulary(campaign())
    assert not usual.plain_signs
    found = vocabulary.may_mean(text, usual)
    object.__setattr__(usual, "plain_signs", True)
    assert vocabulary.may_mean(text, usual) == found


@given(text=st.text("指(（%/ *★\n①_m2x0d，。；≥.~-+", max_size=6))
@example("指标%")
@example("指标(%)")
@example("㈠指标")
@example("指_x000d_")
def test_words_without_any_sign_have_one_key_and_others_are_taken_apart(text: str) -> None:
    found = vocabulary.heading_keys.__wrapped__(text)
    with mock.patch.object(vocabulary, "_PLAIN", mock.Mock(fullmatch=lambda _: None)):
        assert vocabulary.heading_keys.__wrapped__(text) == found
