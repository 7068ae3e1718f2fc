"""Which leaf of the catalogue a name is: equal after normalisation, or not at all."""

from __future__ import annotations

import pytest
from drawing import campaign, codes, keys, one, record_of, take

from sishui_eco.understanding.indicators import build_catalogue, match_indicator

HEAD = "序号|指标名称|子指标|单位|指标值|2020年|2021年|2022年|达标情况"


@pytest.mark.parametrize("indicator", [item.key for item in campaign().indicators])
def test_every_leaf_is_known_by_its_own_name(indicator: str) -> None:
    item = campaign().indicator_by_key[indicator]
    match = match_indicator(item.name, item.sub_name, build_catalogue(campaign()))
    assert match.indicator is item


@pytest.mark.parametrize(
    ("name", "sub", "key"),
    [
        ("７．环境空气质量", "优良天数比例", "环境空气质量／优良天数比例"),
        ("环境空气质量-优良天数比例", "", "环境空气质量／优良天数比例"),
        ("环境空气质量（优良天数比例）", "", "环境空气质量／优良天数比例"),
        ("环境空气质量：优良天数比例", "", "环境空气质量／优良天数比例"),
        ("优良天数比例", "", "环境空气质量／优良天数比例"),
        ("", "优良天数比例", "环境空气质量／优良天数比例"),
        ("PM2.5 浓度下降幅度", "", "环境空气质量／PM2.5浓度下降幅度"),
        ("ＰＭ２．５浓度下降幅度", "", "环境空气质量／PM2.5浓度下降幅度"),
        ("生态环境状况指数", "", "生态环境状况指数（EI）"),
        ("生态环境状况指数(EI)", "", "生态环境状况指数（EI）"),
        ("水环境质量", "水质达到或优于III类比例提高幅度", "水环境质量／水质达到或优于Ⅲ类比例提高幅度"),
        ("林 草 覆 盖 率", "", "林草覆盖率"),
        ("*林草覆盖率（%）", "", "林草覆盖率"),
        ("林草覆盖率", "/", "林草覆盖率"),
        ("林草覆盖率", "林草覆盖率", "林草覆盖率"),
        ("（10）林草覆盖率", "", "林草覆盖率"),
        ("⑩林草覆盖率", "", "林草覆盖率"),
        ("10林草覆盖率", "", "林草覆盖率"),
        ("环境空气质量", "①优良天数比例", "环境空气质量／优良天数比例"),
        ("环境空气质量", "② PM2.5浓度\n下降幅度", "环境空气质量／PM2.5浓度下降幅度"),
        ("环境空气质量", "其中：优良天数比例", "环境空气质量／优良天数比例"),
        ("环境空气质量", "其中：（1）优良天数比例", "环境空气质量／优良天数比例"),
    ],
)
def test_spellings_of_a_leaf(name: str, sub: str, key: str) -> None:
    match = match_indicator(name, sub, build_catalogue(campaign()))
    assert match.indicator is not None
    assert match.key == key


@pytest.mark.parametrize("name", ["林草复盖率", "河湖岸线保护比例", "城镇污水集中处理率", "政府绿色采购占比"])
def test_near_names_are_suggested_never_taken(name: str) -> None:
    match = match_indicator(name, "", build_catalogue(campaign()))
    assert match.indicator is None
    assert match.suggestions


def test_a_name_of_nothing_has_no_suggestion() -> None:
    assert match_indicator("办公用品采购", "", build_catalogue(campaign())).suggestions == ()


def test_numbers_of_other_counties_are_no_key() -> None:
    understood = take(f"{HEAD}\n3|林草覆盖率||%|≥40|40|41|42|达标")
    assert keys(understood) == ["林草覆盖率"]


def test_a_near_name_is_told_and_the_record_kept_unknown() -> None:
    understood = take(f"{HEAD}\n3|林草复盖率||%|≥40|40|41|42|达标")
    record = one(understood).records[0]
    assert (record.key, record.known) == ("林草复盖率", False)
    assert [item.expected for item in one(understood).findings if item.code == "I309"] == ["林草覆盖率"]


def test_an_indicator_without_its_leaves_is_told() -> None:
    understood = take(f"{HEAD}\n7|环境空气质量||%|完成|80|81|82|达标")
    assert one(understood).records[0].known is False
    assert "I310" in codes(understood)


def test_a_parent_row_above_its_leaves_is_a_section() -> None:
    understood = take(
        f"{HEAD}\n7|环境空气质量|||||||\n|优良天数比例||%|完成|80|81|82|达标\n|PM2.5浓度下降幅度||%|完成|3|4|5|达标"
    )
    assert keys(understood) == ["环境空气质量／优良天数比例", "环境空气质量／PM2.5浓度下降幅度"]


def test_sub_indicators_with_the_name_only_in_the_first_row() -> None:
    understood = take(
        f"{HEAD}\n7|环境空气质量|优良天数比例|%|完成|80|81|82|达标\n||PM2.5浓度下降幅度|%|完成|3|4|5|达标"
    )
    assert keys(understood) == ["环境空气质量／优良天数比例", "环境空气质量／PM2.5浓度下降幅度"]


LINES = "环境空气质量|优良天数比例\\nPM2.5浓度下降幅度"


def test_lines_in_one_cell_make_one_record_a_leaf() -> None:
    understood = take(f"{HEAD}\n7|{LINES}|%|完成|80\\n3|81\\n4|82\\n5|达标\\n未达标")
    first, second = one(understood).records
    assert (first.key, second.key) == ("环境空气质量／优良天数比例", "环境空气质量／PM2.5浓度下降幅度")
    assert [first.value("actual.2022"), second.value("actual.2022")] == ["82", "5"]
    assert [first.value("self_verdict"), second.value("self_verdict")] == ["达标", "未达标"]
    assert first.answers["actual.2022"].place == second.answers["actual.2022"].place


def test_the_main_name_and_its_leaves_as_lines_of_one_cell() -> None:
    understood = take(
        "序号|指标名称|单位|指标值|2022年|达标情况\n7|环境空气质量\\n优良天数比例\\nPM2.5浓度下降幅度|%|完成|82\\n5|达标"
    )
    assert [item.value("actual.2022") for item in one(understood).records] == ["82", "5"]
    assert [item.value("self_verdict") for item in one(understood).records] == ["达标", "达标"]


def test_lines_that_do_not_match_are_told_not_guessed() -> None:
    understood = take(f"{HEAD}\n7|{LINES}|%|完成|80|81|82\\n5|达标")
    first, second = one(understood).records
    assert (first.value("actual.2020"), second.value("actual.2020")) == ("", "")
    assert second.value("actual.2022") == "5"
    assert [item.field for item in one(understood).findings if item.code == "I308"] == ["actual.2020", "actual.2021"]


def test_prose_of_years_for_a_leaf() -> None:
    understood = take(
        "指标名称|单位|指标值|现状值|达标情况\n优良天数比例|%|完成|2020年：80%；2021年：81%；2022年：82%|达标"
    )
    assert record_of(understood, "环境空气质量／优良天数比例").value("actual.2020") == "80"


def test_findings_of_values_know_their_record_field_and_place() -> None:
    understood = take(f"{HEAD}\n3|林草覆盖率||%|≥40|约四成|41|#REF!|达标")
    found = {item.code: item for item in one(understood).findings if item.code.startswith("N")}
    assert found["N101"].record == "林草覆盖率"
    assert found["N101"].field == "actual.2022"
    assert found["N101"].places[0].cell == "H2"
    assert found["N101"].raw == "#REF!"
