"""Templates that the office edits in Word: the same letters, its own words, faults told by paragraph."""

from __future__ import annotations

import io
import sys
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from docx import Document

sys.path.insert(0, str(Path(__file__).parent))
from outcome_sample import sample_campaign, sample_outcome

from sishui_eco.errors import SettingsError
from sishui_eco.model.finding import make_finding
from sishui_eco.model.place import Place
from sishui_eco.outputs.letters import (
    choose_joint_letters,
    choose_letters,
    circular,
    letter,
    notice,
    write_circular,
    write_letter,
    write_notice,
)
from sishui_eco.outputs.letters.letter import headed
from sishui_eco.outputs.letters.rendering import render
from sishui_eco.outputs.letters.template_files import (
    file_name,
    form_labels,
    kinds,
    read_templates,
    template_files,
    template_of,
    vocabulary,
)

CAMPAIGN = sample_campaign()
OUTCOME = sample_outcome()
PLANS = {plan.unit_id: plan for plan in choose_letters(OUTCOME, CAMPAIGN)}
FILES = template_files(CAMPAIGN)
CHASE = replace(PLANS["U05"], kind="chase", mend=(), findings=())


def texts(content: bytes) -> list[str]:
    return [paragraph.text for paragraph in Document(io.BytesIO(content)).paragraphs]


def edited(kind: str, edit) -> dict[str, bytes]:
    """Return the folder with one template changed as a person changes it in Word."""
    document = Document(io.BytesIO(FILES[file_name(kind)]))
    edit(document)
    buffer = io.BytesIO()
    document.save(buffer)
    return {**FILES, file_name(kind): buffer.getvalue()}


def faults(kind: str, edit) -> list[str]:
    with pytest.raises(SettingsError) as told:
        read_templates(edited(kind, edit), CAMPAIGN)
    assert told.value.key == "template_faults"
    return list(told.value.faults)


def at(document, start: str):
    return next(paragraph for paragraph in document.paragraphs if paragraph.text.startswith(start))


def number(kind: str, start: str) -> int:
    return next(n for n, text in enumerate(texts(FILES[file_name(kind)]), 1) if text.startswith(start))


# --- the Word files and the built-in text are the same ---------------------------------------------------


def test_every_kind_of_letter_has_a_template():
    assert set(kinds()) == {
        "reminder", "chase", "urge", "correction", "nil_confirm", "joint", "notice", "circular"
    }  # fmt: skip
    assert set(FILES) == {*(file_name(kind) for kind in kinds()), "说明.txt"}
    assert len({file_name(kind) for kind in kinds()}) == 8


@pytest.mark.parametrize("kind", kinds())
def test_the_word_file_says_what_the_built_in_template_says(kind):
    assert read_templates(FILES, CAMPAIGN)[kind] == template_of(kind, CAMPAIGN)


def test_letters_from_untouched_templates_are_the_built_in_letters():
    templates = read_templates(FILES, CAMPAIGN)
    for plan in (*PLANS.values(), *choose_joint_letters(OUTCOME, CAMPAIGN)):
        assert headed(plan, OUTCOME, CAMPAIGN, templates) == plan
        assert write_letter(plan, OUTCOME, CAMPAIGN, templates=templates) == write_letter(plan, OUTCOME, CAMPAIGN)
    assert write_circular(OUTCOME, CAMPAIGN, templates) == write_circular(OUTCOME, CAMPAIGN)
    assert write_notice(CAMPAIGN, templates) == write_notice(CAMPAIGN)


def test_the_guide_names_every_name():
    guide = FILES["说明.txt"].decode("utf-8-sig")
    assert "催报函.docx" in guide and "【截止时间】" in guide and "逐条问题：" in guide and "【如有核实】" in guide


@pytest.mark.parametrize("kind", kinds())
def test_every_name_of_the_guide_is_filled_in(kind, monkeypatch):
    """A name that is offered and then left empty would be lost in silence."""
    given = []

    def spy(template, facts):
        given.append(facts)
        return render(template, facts)

    for module in (letter, notice, circular):
        monkeypatch.setattr(module, "render", spy)
    if kind == "notice":
        write_notice(CAMPAIGN)
    elif kind == "circular":
        write_circular(OUTCOME, CAMPAIGN)
    else:
        write_letter(replace(PLANS["U07"], kind=kind), OUTCOME, CAMPAIGN)
    known, (facts,) = vocabulary(kind, form_labels(CAMPAIGN)), given
    assert not set(known.values.values()) - set(facts.values)
    assert not set(known.flags.values()) - set(facts.flags)
    for key, values, flags in known.rows.values():
        for row in facts.rows[key]:
            assert not set(values.values()) - set(row.values) and not set(flags.values()) - set(row.flags)
    assert all(facts.rows[key] for key, _, _ in known.rows.values())


# --- edited ---------------------------------------------------------------------------------------------------


def test_the_office_changes_words_and_the_letter_says_them():
    def edit(document):
        at(document, "请贵单位抓紧办理").text = "请【单位】于【新期限】前办结。"
        at(document, "关于催报").text = "关于再次请报【事项】的函"

    templates = read_templates(edited("chase", edit), CAMPAIGN)
    plan = headed(CHASE, OUTCOME, CAMPAIGN, templates)
    assert plan.heading.startswith("关于再次请报") and plan.heading.endswith("的函")
    made = texts(write_letter(plan, OUTCOME, CAMPAIGN, templates=templates))
    assert "请县工业和信息化局于2023年8月10日17时30分前办结。" in made
    assert plan.heading in "".join(made)


def test_a_name_that_word_cut_into_runs_is_one_name():
    def edit(document):
        paragraph = at(document, "请贵单位抓紧办理")
        paragraph.text = ""
        for piece in ("务于【新", "期", "限】", "前报送"):
            paragraph.add_run(piece).bold = piece == "期"

    templates = read_templates(edited("chase", edit), CAMPAIGN)
    assert "务于2023年8月10日17时30分前报送" in texts(write_letter(CHASE, OUTCOME, CAMPAIGN, templates=templates))


def test_a_loop_over_table_rows_and_its_own_columns():
    def edit(document):
        table = document.tables[0]
        table.rows[0].cells[1].paragraphs[0].text = "在哪"
        table.rows[1].cells[1].paragraphs[0].text = "见【位置】【如有核实】（核实）【结束】"

    templates = read_templates(edited("correction", edit), CAMPAIGN)
    place = Place(file="a.xlsx", sheet="附件2", row=6, column=1)
    findings = tuple(
        msgspec.structs.replace(item, places=(msgspec.structs.replace(place, sheet=f"表{n}"),))
        for n in range(4)
        for item in PLANS["U07"].findings
    )
    plan = replace(PLANS["U07"], kind="correction", missing=(), seal=(), findings=findings)
    made = Document(io.BytesIO(write_letter(plan, OUTCOME, CAMPAIGN, templates=templates))).tables[0]
    assert made.rows[0].cells[1].text == "在哪" and len(made.rows) == len(findings) + 1 > 9
    assert all(row.cells[1].text.startswith("见附件2“表") for row in made.rows[1:])
    assert sum("（核实）" in row.cells[1].text for row in made.rows) == 4


def test_what_a_unit_typed_is_never_a_template():
    place = Place(file="a.xlsx", sheet="附件2", row=6, column=1)
    finding = make_finding("C301", place, unit_id="U07", form="annex2", raw="【邮箱】{email}【如有问题】")
    plan = replace(PLANS["U07"], findings=(finding,))
    for templates in (None, read_templates(FILES, CAMPAIGN)):
        assert "“【邮箱】{email}【如有问题】”" in "".join(
            texts(write_letter(plan, OUTCOME, CAMPAIGN, templates=templates))
        )


# --- faults -----------------------------------------------------------------------------------------------------


def test_all_faults_of_a_template_are_told_at_once_by_paragraph():
    def edit(document):
        at(document, "请贵单位抓紧办理").text = "【新期线】前报送到【邮箱"
        at(document, "特此函达").text = "【如有盖章】盖章"
        document.tables[0].rows[1].cells[2].paragraphs[0].text = "【问提】"

    first, second = number("chase", "请贵单位抓紧办理"), number("chase", "特此函达")
    told = faults("chase", edit)
    assert [item.startswith("“催报函.docx”") for item in told] == [True] * len(told)
    assert any(f"第{first}段：没有“【新期线】”" in item for item in told)
    assert any(f"第{first}段：“【”没有配对" in item for item in told)
    assert any(f"第{second}段：“【如有盖章】”没有“【结束】”" in item for item in told)
    assert any("第1个表格第2行：没有“【问提】”" in item for item in told)
    assert len(told) == 4


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("【逐条问题】", "“【逐条问题】”没有“【结束】”"),
        ("【结束】", "“【结束】”前面没有"),
        ("【否则】", "“【否则】”前面没有"),
        ("先说【逐条问题】再说【结束】", "要独占一段"),
        ("【如有天气】好【结束】", "没有“【如有天气】”"),
        ("【位置】", "没有“【位置】”"),
        ("说】完", "“】”没有配对"),
        ("先【一、】", "要写在段首"),
    ],
)
def test_a_fault_is_named(text, fault):
    def edit(document):
        at(document, "贵单位报送的【所报材料】收悉，所报情况").text = text

    where = number("nil_confirm", "贵单位报送的【所报材料】收悉，所报情况")
    told = faults("nil_confirm", edit)
    assert any(f"“零报告确认函.docx”第{where}段：" in item and fault in item for item in told), told


def test_a_template_without_title_and_one_that_is_no_document():
    def edit(document):
        at(document, "关于催报").text = ""

    assert faults("chase", edit) == ["“催报函.docx”全文：没有样式为“公文标题”的段落"]
    with pytest.raises(SettingsError) as told:
        read_templates({"催报函.docx": b"PK\x03\x04", "别的.docx": b"x"}, CAMPAIGN)
    assert len(told.value.faults) == 1 and "不是 Word 文档" in told.value.faults[0]
