"""What the letters say: read back from the docx."""

from __future__ import annotations

import io
import sys
import zipfile
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from pathlib import Path

import pytest
from docx import Document
from lxml import etree

sys.path.insert(0, str(Path(__file__).parent))
from outcome_sample import sample_campaign, sample_outcome

from sishui_eco.model.finding import make_finding
from sishui_eco.model.outcome import Standing, StandingState
from sishui_eco.model.place import Place
from sishui_eco.outputs.letters import (
    choose_joint_letters,
    choose_letters,
    join_letters,
    short_text,
    write_circular,
    write_letter,
    write_notice,
)
from sishui_eco.outputs.letters.frame import share, signature
from sishui_eco.outputs.letters.titles import split_title
from sishui_eco.outputs.letters.wording import cells_text, lines_of, numeral

CAMPAIGN = sample_campaign()
OUTCOME = sample_outcome()
PLANS = {plan.unit_id: plan for plan in choose_letters(OUTCOME, CAMPAIGN)}
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def lines(content: bytes) -> list[str]:
    return [paragraph.text for paragraph in Document(io.BytesIO(content)).paragraphs]


def text(content: bytes) -> str:
    return "\n".join(lines(content))


def letter(unit_id: str, **changes) -> bytes:
    return write_letter(replace(PLANS[unit_id], **changes), OUTCOME, CAMPAIGN)


def part(content: bytes, name: str) -> bytes:
    return zipfile.ZipFile(io.BytesIO(content)).read(name)


# --- a letter --------------------------------------------------------------------------------------------


def test_a_chasing_letter_from_number_to_note():
    made = lines(letter("U05", kind="chase", title="催报函"))
    assert made[0] == "____函〔2023〕__号"
    assert made[1:3] == ["", ""] and "".join(made.pop(3) for _ in range(2)).startswith("关于催报")
    made.insert(3, "")
    assert made[4] == ""
    assert made[5] == "县工业和信息化局："
    assert "（泗政字〔2023〕64号）要求，贵单位应于2023年7月31日17时30分前报送附件4《重点工程项目提报表》" in made[6]
    assert "已逾期5个工作日" in made[6]
    assert "2023年8月10日17时30分前" in made[7] and "附件4加盖单位公章" in made[7] and "零报告" in made[7]
    assert made[8] == "特此函达。"
    assert made[-3:-1] == [CAMPAIGN.office.signature, "2023年8月7日"]
    assert made[-1].startswith("（联系人：领导小组办公室工作专班")


def test_findings_are_quoted_with_cell_value_and_remedy():
    made = text(letter("U07"))
    assert "有2处须修改、1处须核实说明" in made
    assert "1.“附件2”表A6单元格：指标值“≥30”与下发的不一致，应为“≥40”。请把指标值改回“≥40”。" in made
    assert "（核实）：“98.5”与2021年的9.75相差十倍以上。" in made.replace(" ", "")
    assert "附件：建设指标任务分解表退改表（电子件）" in made


def test_missing_and_faulty_stand_in_one_letter_under_headings():
    made = lines(letter("U07", kind="chase", missing=("annex4",)))
    headings = [line for line in made if line[1:2] == "、"]
    assert headings == ["一、尚未报送的材料", "二、须修改和核实的问题", "三、有关要求"]
    assert "贵单位尚未报送附件4《重点工程项目提报表》。" in made


def test_many_findings_go_into_an_attached_table():
    place = Place(file="甲.xlsx", sheet="Sheet1", row=5, column=3)
    many = tuple(
        make_finding("C202", place.at(5 + at, 3), unit_id="U07", form="annex2", raw=f"≥{at}", expected="≥40")
        for at in range(12)
    )
    content = letter("U07", findings=many)
    (table,) = Document(io.BytesIO(content)).tables
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert len(rows) == 13 and rows[0] == ["序号", "位置", "问题", "修改要求"]
    assert rows[12][0] == "12" and "C16" in rows[12][1] and "≥11" in rows[12][2]
    made = text(content)
    assert "全部12处问题见附件1，" in made and "附件1" in made and made.count("与下发的不一致") == 5
    assert "附件：1.须修改和核实问题清单" in made


def test_like_findings_of_neighbouring_cells_are_told_together():
    place = Place(file="甲.xlsx", sheet="Sheet1", row=5, column=3)
    alike = tuple(
        make_finding("C202", place.at(row, 3), unit_id="U07", form="annex2", raw="≥30", expected="≥40")
        for row in (5, 6, 7, 9)
    )
    made = text(letter("U07", findings=alike))
    assert "C5～C7、C9单元格" in made and made.count("与下发的不一致") == 1


def test_what_a_unit_typed_cannot_break_the_letter():
    place = Place(file="甲.xlsx", sheet="<b>&]]>", row=5, column=3)
    raw = "{unit}<w:p/>&amp;\x00\x0b\ud800\n" + "长" * 5000
    finding = make_finding("C202", place, unit_id="U07", form="annex2", raw=raw, expected="≥40")
    made = text(letter("U07", findings=(finding,)))
    assert "<b>&]]>" in made and "{unit}<w:p/>&amp;" in made
    assert made.count("长") < 300


@pytest.mark.parametrize("days", [-3, 0, 2, 7])
@pytest.mark.parametrize("sent", [(), (("chase", date(2023, 7, 1)),)])
def test_no_combination_leaves_a_placeholder_or_an_empty_clause(days, sent):
    as_of = CAMPAIGN.deadline + timedelta(days=days, hours=-1)
    states = [state for state in StandingState if state is not StandingState.NIL]
    for combination in product(states, repeat=3):
        standings = tuple(
            Standing(
                unit_id="U07",
                form=form,
                state=state,
                due=CAMPAIGN.deadline,
                days_overdue=max(0, days) if state is not StandingState.ACCEPTED else 0,
                owed=() if state is StandingState.ACCEPTED else ("所缺",),
            )
            for form, state in zip(("annex2", "annex3", "annex4"), combination, strict=True)
        )
        outcome = replace(OUTCOME, as_of=as_of, standings=standings)
        for plan in choose_letters(outcome, CAMPAIGN, {"U07": sent}):
            made = text(write_letter(plan, outcome, CAMPAIGN))
            for wrong in ("{", "}", "，，", "。。", "、、", "，。", "《》", "None", "报送。", "的收悉", "0个", "有0"):
                assert wrong not in made, made
            assert all(
                form.label in made
                for form, state in zip(CAMPAIGN.forms, combination, strict=True)
                if state is not StandingState.ACCEPTED
            ), made


def test_few_findings_of_a_unit_that_owes_nothing_else_need_no_headings_and_one_no_number():
    one, two, *_ = PLANS["U07"].findings
    made = lines(letter("U07", findings=(one,)))
    assert not [line for line in made if line[1:2] in ("、", ".")]
    assert "经审核，有1处须修改，现退回修改：“附件2”表A6单元格，指标值" in made[made.index("县自然资源和规划局：") + 1]
    assert [line[:2] for line in lines(letter("U07", findings=(one, two))) if line[1:2] == "."] == ["1.", "2."]


def test_a_form_in_good_standing_that_goes_back_marked_is_named_in_the_letter():
    made = text(letter("U05", check=("annex2",)))
    assert "附件2另须修改或核实，请一并办理。" in made
    assert "附件：建设指标任务分解表退改表（电子件）" in made and "另须" not in text(letter("U05"))


def test_a_unit_whose_file_could_not_be_read_is_not_told_that_nothing_came():
    arrivals = tuple(replace(line, unit_id="U18") if line.code == "R101" else line for line in OUTCOME.arrivals)
    outcome = replace(OUTCOME, arrivals=arrivals)
    plan = next(item for item in choose_letters(outcome, CAMPAIGN) if item.unit_id == "U18")
    assert plan.missing == ("annex4",) and [name for name, _, _ in plan.unread] == ["县市场监管局附件4.xlsx"]
    for kind in ("reminder", "chase", "urge"):
        made = text(write_letter(replace(plan, kind=kind, mend=(), findings=()), outcome, CAMPAIGN))
        assert "所发“县市场监管局附件4.xlsx”无法读取，" in made and "未收到可用的材料" in made
        assert "未收到" not in made.replace("未收到可用的材料", "")
    assert "附件4来件打不开" in short_text(plan, CAMPAIGN)
    silent = replace(outcome, standings=tuple(item for item in OUTCOME.standings if item.unit_id in ("U18", "U05")))
    made = text(write_circular(silent, CAMPAIGN))
    assert "县市场监管局（来件无法读取）" in made and "县工业和信息化局（" not in made


def test_a_nil_return_without_signature_is_asked_to_confirm():
    plan = replace(PLANS["U28"], kind="nil_confirm", nil=("annex4",), heading="关于确认的函")
    made = text(write_letter(plan, OUTCOME, CAMPAIGN))
    assert "附件4《重点工程项目提报表》收悉" in made and "由主要负责人签字并加盖单位公章" in made
    assert "有项目的，请填报附件4《重点工程项目提报表》" in made


def test_a_joint_letter_addresses_all_units():
    (plan,) = choose_joint_letters(OUTCOME, CAMPAIGN)
    made = text(write_letter(plan, OUTCOME, CAMPAIGN))
    assert "县水利事业发展中心、县农业农村局：" in made
    assert "贵单位等2家单位" in made and "泗河生态修复工程（二期）" in made
    place = Place(file="甲.xlsx", sheet="附件4", row=5, column=3)
    many = tuple(make_finding("C202", place.at(5, at), form="annex4", raw=f"≥{at}", expected="≥40") for at in range(12))
    assert "附件：须会商事项清单" in text(write_letter(replace(plan, findings=many), OUTCOME, CAMPAIGN))


def test_an_urging_letter_counts_the_letters_sent():
    assert "本办已发函2次" in text(letter("U05", sent_before=2))
    assert "发函" not in text(letter("U05", sent_before=0))


def test_number_copies_and_paper_come_from_the_settings():
    extra = {"函号样式": "泗创建办函〔{year}〕　号", "抄送单位": "县政府办公室", "函件用纸": "预印红头纸"}
    campaign = replace(CAMPAIGN, parameters={**CAMPAIGN.parameters, **extra})
    content = write_letter(PLANS["U05"], OUTCOME, campaign)
    made = lines(content)
    assert made[0] == "泗创建办函〔2023〕　号" and made[-2] == "抄送：县政府办公室。"
    section = Document(io.BytesIO(content)).sections[0]
    assert section.first_page_header.paragraphs[0].text == ""


def test_the_red_head_names_the_issuer_and_no_seal_is_drawn():
    content = letter("U05")
    section = Document(io.BytesIO(content)).sections[0]
    assert section.first_page_header.paragraphs[0].text == CAMPAIGN.office.issuer
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert not [name for name in names if "media" in name or "drawing" in name]
    assert b"w:drawing" not in part(content, "word/document.xml")


def test_fonts_are_the_first_of_the_settings_with_the_others_as_fallbacks():
    content = letter("U05")
    styles = etree.fromstring(part(content, "word/styles.xml"))
    found = {
        style.get(f"{W}styleId"): fonts.get(f"{W}eastAsia")
        for style in styles.iter(f"{W}style")
        if (fonts := style.find(f"{W}rPr/{W}rFonts")) is not None
    }
    assert found["Normal"] == "仿宋_GB2312" and found["EcoTitle"] == "方正小标宋_GBK"
    assert found["EcoLevel1"] == "黑体" and found["EcoPage"] == "宋体"
    assert 'w:val="仿宋,FangSong,Noto Serif CJK SC"' in part(content, "word/fontTable.xml").decode()


# --- packages --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("product", ["letter", "circular", "notice"])
def test_the_product_is_told_in_a_property(product):
    made = {
        "letter": lambda: letter("U05"),
        "circular": lambda: write_circular(OUTCOME, CAMPAIGN),
        "notice": lambda: write_notice(CAMPAIGN),
    }[product]()
    custom = etree.fromstring(part(made, "docProps/custom.xml"))
    assert custom[0].get("name") == "eco_product" and custom[0][0].text == product


def test_same_inputs_same_bytes_and_the_moment_is_the_outcome_s():
    assert letter("U05") == letter("U05")
    assert write_circular(OUTCOME, CAMPAIGN) == write_circular(OUTCOME, CAMPAIGN)
    later = replace(OUTCOME, as_of=OUTCOME.as_of + timedelta(days=1))
    assert "2023年8月8日" in text(write_letter(PLANS["U05"], later, CAMPAIGN))
    assert b"2023-08-07T01:30:00Z" in part(letter("U05"), "docProps/core.xml")


def test_every_part_is_well_formed_typed_and_reached():
    for content in (letter("U07"), write_circular(OUTCOME, CAMPAIGN), write_notice(CAMPAIGN)):
        archive = zipfile.ZipFile(io.BytesIO(content))
        names = set(archive.namelist())
        for name in names:
            etree.fromstring(archive.read(name))
        types = {item.get("PartName") for item in etree.fromstring(archive.read("[Content_Types].xml"))} - {None}
        assert types == {f"/{name}" for name in names if not name.endswith(".rels") and "Content_Types" not in name}
        targets = {
            f"word/{item.get('Target')}" for item in etree.fromstring(archive.read("word/_rels/document.xml.rels"))
        }
        assert targets == {n for n in names if n.startswith("word/") and n.count("/") == 1} - {"word/document.xml"}
        ids = {item.get("Id") for item in etree.fromstring(archive.read("word/_rels/document.xml.rels"))}
        used = set(etree.fromstring(archive.read("word/document.xml")).xpath("//@*[local-name()='id']"))
        assert used <= ids and used


def test_joined_letters_keep_order_sections_and_text():
    letters = [letter(unit) for unit in ("U05", "U07", "U10")]
    joined = join_letters(letters)
    made = lines(joined)
    assert [line for line in made if line.endswith("局：")] == [
        "县工业和信息化局：",
        "县自然资源和规划局：",
        "县住房城乡建设局：",
    ]
    document = Document(io.BytesIO(joined))
    assert len(document.sections) == 3
    assert all(section.different_first_page_header_footer for section in document.sections)
    assert Counter(made) - Counter({"": 99}) == sum((Counter(lines(item)) for item in letters), Counter()) - Counter(
        {"": 99}
    )
    assert join_letters(letters) == joined


def test_letters_of_different_campaigns_are_not_joined():
    other = replace(CAMPAIGN, office=replace(CAMPAIGN.office, issuer="另一办公室"))
    with pytest.raises(ValueError, match="different campaigns"):
        join_letters([letter("U05"), write_letter(PLANS["U05"], OUTCOME, other)])
    with pytest.raises(ValueError, match="no letters"):
        join_letters([])


# --- circular and notice -----------------------------------------------------------------------------------


def test_the_circular_counts_names_and_shares():
    content = write_circular(OUTCOME, CAMPAIGN)
    made = text(content)
    units = {}
    for item in OUTCOME.standings:
        units.setdefault(item.unit_id, []).append(item.state)
    good = (StandingState.ACCEPTED, StandingState.NIL)
    done = sum(all(state in good for state in states) for states in units.values())
    silent = [unit for unit, states in units.items() if set(states) == {StandingState.MISSING}]
    assert f"应报送单位{len(units)}家，应报材料{len(OUTCOME.standings)}份" in made
    assert f"审核合格的单位{done}家，占{share(done, len(units))}" in made
    names = "、".join(CAMPAIGN.unit_name(unit) for unit in silent)
    assert f"未报送任何材料的单位（{len(silent)}家）：{names}。" in made
    (table,) = Document(io.BytesIO(content)).tables
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert len(rows) == len(units) + 1
    row = next(row for row in rows if row[1] == "县工业和信息化局")
    assert row[2:] == ["—", "—", "未报", "5"]


def test_the_circular_tells_forms_once_when_they_are_the_same_for_all():
    states = {item.unit_id: item.state for item in OUTCOME.standings if item.form == "annex4"}
    standings = tuple(
        replace(item, state=StandingState.AWAITING_SEAL if item.form == "annex4" else StandingState.ACCEPTED)
        for item in OUTCOME.standings
    )
    made = text(write_circular(replace(OUTCOME, standings=standings), CAMPAIGN))
    names = "、".join(CAMPAIGN.unit_name(unit) for unit in states)
    assert len(states) > 1 and f"须补报盖章件的单位（{len(states)}家）：{names}（均为附件4）。" in made


def test_a_circular_when_all_is_in_names_nobody():
    standings = tuple(
        replace(item, state=StandingState.ACCEPTED, owed=(), days_overdue=0, late=False) for item in OUTCOME.standings
    )
    made = text(write_circular(replace(OUTCOME, standings=standings), CAMPAIGN))
    assert "占100%" in made and "未发现须通报的问题" in made and "报送到位" not in made


def test_a_circular_before_anything_is_owed_does_not_divide_by_nothing():
    assert "应报送单位0家" in text(write_circular(replace(OUTCOME, standings=()), CAMPAIGN))


def test_the_notice_says_what_when_how_seal_and_nil():
    content = write_notice(CAMPAIGN)
    made = text(content)
    assert "关于填报" in made and "2023年7月31日17时30分前" in made and CAMPAIGN.office.email in made
    assert "附件4须加盖单位公章" in made and "零报告" in made and "2020年、2021年、2022年现状值" in made
    assert "附件：1.建设指标任务分解表（方案附件2）" in made and "4.报送单位及应报材料一览表" in made
    assert "2023年7月13日" in made
    assert len(Document(io.BytesIO(content)).tables[0].rows) == 38


# --- small parts -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("关于催报指标资料的函", ("关于催报指标资料的函",)),
        (
            "关于催报泗水县创建省级生态文明建设示范区指标资料的函",
            ("关于催报泗水县创建省级", "生态文明建设示范区指标资料的函"),
        ),
    ],
)
def test_titles_break_between_words(title, expected):
    assert split_title(title) == expected


@pytest.mark.parametrize("length", range(20, 120, 7))
def test_no_title_loses_a_character_or_ends_on_a_stub(length):
    title = "关于" + "甲乙丙丁戊己庚辛壬癸" * 20
    title = title[: length - 2] + "的函"
    made = split_title(title)
    assert "".join(made) == title
    assert all(len(line) <= 20 for line in made) and len(made[-1]) >= 4


def test_signature_without_seal_stands_as_the_standard_says():
    name, dated = signature("泗水县创建工作办公室", OUTCOME.as_of.date(), sealed=False, blanks=0)
    assert (name.right, dated.left) == (2, 28 - 2 - 10 + 2)


def test_signature_with_seal_is_centred_over_a_date_four_characters_from_the_right():
    name, dated = signature("县创建办公室", OUTCOME.as_of.date(), sealed=True, blanks=0)
    assert dated.right == 4
    assert name.right + 6 / 2 == dated.right + 6 / 2  # both six characters wide, on one axis


def test_a_short_signature_moves_left_of_a_longer_date():
    name, dated = signature("创建办", OUTCOME.as_of.date(), sealed=False, blanks=0)
    assert dated.right == 2
    assert 28 - name.right - 3 + 2 == 28 - dated.right - 6  # the date begins two characters further right


@pytest.mark.parametrize(("part_", "whole", "told"), [(2, 3, "66.7%"), (1, 2, "50%"), (1, 8, "12.5%"), (0, 0, "0%")])
def test_shares(part_, whole, told):
    assert share(part_, whole) == told


def test_numerals():
    assert [numeral(n) for n in (1, 9, 10, 11, 20, 25)] == ["一", "九", "十", "十一", "二十", "二十五"]


def test_lines_are_counted_as_they_break():
    assert lines_of("字" * 28, 28) == 1
    assert lines_of("字" * 27, 28, first=2) == 2
    assert lines_of("字" * 28 + "。", 28) == 2
    assert lines_of("字" * 20 + "example@example.invalid", 28) == 2
    assert lines_of("", 28) == 1


def test_cells_in_words():
    place = Place(file="甲.xlsx", sheet="Sheet1")
    assert cells_text(()) == "整表"
    assert cells_text((place,)) == "整表"
    assert cells_text((place.at(7, 0), place.at(3, 2))) == "第7行、B3单元格"
    assert cells_text(tuple(place.at(row, row) for row in range(1, 7))) == "A1、B2、C3、D4等6处单元格"
