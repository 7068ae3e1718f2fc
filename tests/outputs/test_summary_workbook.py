"""The leaders' workbook as a reader, a printer and another spreadsheet program see it."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import msgspec
import openpyxl
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from outcome_sample import (
    AS_OF,
    SILENT,
    answer,
    arrival,
    record,
    sample_campaign,
    sample_outcome,
)

from sishui_eco.model.arrival import ArrivalVerdict, FileKind
from sishui_eco.model.finding import Severity
from sishui_eco.model.outcome import Judgement, MergedRow, Outcome, StandingState
from sishui_eco.model.place import Place
from sishui_eco.outputs.styles import writable
from sishui_eco.outputs.summary import write_summary
from sishui_eco.outputs.summary.coverage import years_in
from sishui_eco.outputs.summary.figures import figures_of
from sishui_eco.outputs.summary.longtexts import parts_of
from sishui_eco.outputs.summary.matters import calls_of, matters_of
from sishui_eco.outputs.summary.projects import yearly
from sishui_eco.outputs.summary.provenance import ARRIVAL_TONES
from sishui_eco.zh import load_table

SHEETS = [
    "总览",
    "报送进度",
    "催办清单",
    "附件2汇总",
    "附件3汇总",
    "材料缺口",
    "附件4汇总",
    "附件4分类",
    "附件4分单位",
    "问题清单",
    "版本变化",
    "整改情况",
    "版本取舍",
    "会商单",
    "人工复核",
    "来源",
    "来件登记",
    "收支平衡",
    "裁定",
]


@pytest.fixture(scope="module")
def content() -> bytes:
    return write_summary(sample_outcome(), sample_campaign(), inbox_link="../../收件")


@pytest.fixture(scope="module")
def book(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


@pytest.fixture(scope="module")
def values(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content), data_only=True)


def texts(sheet: object) -> list[str]:
    return [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]  # type: ignore[attr-defined]


def with_project(key: str, **values: str) -> Outcome:
    """The sample with one more project of the first unit, carrying these raw texts."""
    outcome = sample_outcome()
    place = Place(file="附件4.xlsx", sheet="Sheet1", row=9, column=1)
    typed = {name: (raw, "money" if name == "investment" else "text", None) for name, raw in values.items()}
    row = MergedRow(
        unit_id="U01",
        form="annex4",
        record=record("annex4", key, place, {"project": (key, "text", None), **typed}),
        version=1,
        arrival=arrival("附件4.xlsx", AS_OF),
    )
    return replace(outcome, merged={**outcome.merged, "annex4": (row, *outcome.merged["annex4"])})


def test_sheets_stand_in_the_order_leaders_read_them(book: openpyxl.Workbook) -> None:
    assert book.sheetnames == SHEETS


def test_same_outcome_gives_same_bytes(content: bytes) -> None:
    assert write_summary(sample_outcome(), sample_campaign(), inbox_link="../../收件") == content


def test_run_and_product_are_written_where_collect_recognises_its_own_output(content: bytes) -> None:
    properties = zipfile.ZipFile(io.BytesIO(content)).read("docProps/custom.xml").decode()
    assert 'name="eco_product"' in properties and ">summary<" in properties
    assert 'name="eco_run"' in properties and f"@{AS_OF:%Y%m%dT%H%M}" in properties


def test_every_internal_link_leads_to_a_cell_that_says_something(book: openpyxl.Workbook) -> None:
    followed = 0
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                link = cell.hyperlink
                if link is None or not link.location:
                    continue
                target, _, where = link.location.rpartition("!")
                assert book[target.strip("'")][where].value is not None, (sheet.title, cell.coordinate)
                followed += 1
    assert followed > 500


def test_a_figure_leads_to_its_source_line_and_from_there_to_the_file_and_back(book: openpyxl.Workbook) -> None:
    sheet = book["附件2汇总"]
    row = next(cells for cells in sheet.iter_rows(min_row=5) if cells[3].value == "林草覆盖率")
    figure = next(cell for cell in row if cell.value == 36.4)
    source = book["来源"][figure.hyperlink.location.rpartition("!")[2]]
    line = [cell.value for cell in book["来源"][source.row]]
    assert "林草覆盖率" in line and any("县自然资源和规划局附件2" in str(value) for value in line)
    links = [cell.hyperlink for cell in book["来源"][source.row] if cell.hyperlink]
    assert any(link.location == f"'附件2汇总'!G{figure.row}" for link in links)
    assert any(link.target and "收件" in link.target for link in links)


def test_without_an_inbox_no_link_leaves_the_workbook() -> None:
    package = zipfile.ZipFile(io.BytesIO(write_summary(sample_outcome(), sample_campaign())))
    assert not [name for name in package.namelist() if "sheets/_rels" in name and b"External" in package.read(name)]


@pytest.mark.parametrize(
    "typed", ["=1+1", '=HYPERLINK("http://x")', "http://example.invalid", "+86", "@SUM(A1)", "001"]
)
def test_what_a_unit_typed_stays_text(typed: str) -> None:
    content = write_summary(with_project(typed, site=typed, content=typed), sample_campaign())
    sheet = openpyxl.load_workbook(io.BytesIO(content))["附件4汇总"]
    hits = [cell for row in sheet.iter_rows() for cell in row if cell.value == typed]
    assert len(hits) == 3
    assert all(cell.data_type == "s" and cell.hyperlink is None for cell in hits)


@settings(max_examples=6, deadline=None, phases=[Phase.generate])
@given(st.lists(st.text(min_size=1, max_size=60), min_size=25, max_size=25))
def test_any_text_is_read_back_as_it_was_typed(typed: list[str]) -> None:
    rows = tuple(with_project(key, site=key).merged["annex4"][0] for key in typed)
    outcome = replace(sample_outcome(), merged={"annex4": rows}, verdicts=())
    content = write_summary(outcome, sample_campaign())
    sheet = openpyxl.load_workbook(io.BytesIO(content))["附件4汇总"]
    read = [unescape_control(row[6].value) for row in sheet.iter_rows(min_row=5) if isinstance(row[0].value, int)]
    assert read == [writable(key) for key in typed]
    shared = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet7.xml").decode()
    formulas = re.findall("<f>(.*?)</f>", shared)
    assert all(formula.startswith("SUBTOTAL(9,") for formula in formulas)


def unescape_control(value: object) -> str:
    """openpyxl leaves the escape of an escape (`_x005F_`) as it stands in the file."""
    return re.sub("_x005F_", "_", str(value)) if value is not None else ""


def test_control_characters_and_lone_surrogates_do_not_break_the_file() -> None:
    content = write_summary(with_project("名\x00称\ud800\ufffe", site="甲\r\n乙_x0041_"), sample_campaign())
    found = texts(openpyxl.load_workbook(io.BytesIO(content))["附件4汇总"])
    assert "名\ufffd称\ufffd\ufffd" in found
    assert any(text.startswith("甲\n乙_x") for text in found)


def test_long_texts_are_kept_whole_on_a_sheet_of_their_own() -> None:
    long = "".join(f"第{number}条建设内容及规模；" for number in range(4000))
    assert len(long) > 32_767
    book = openpyxl.load_workbook(io.BytesIO(write_summary(with_project("长项目", content=long), sample_campaign())))
    parts = [row[2].value for row in book["长文"].iter_rows(min_row=4) if row[0].value]
    assert "".join(parts) == long
    shown = next(text for text in texts(book["附件4汇总"]) if "全文见“长文”" in text)
    line = int(re.search(r"第(\d+)行）$", shown)[1])  # type: ignore[index]
    assert book["长文"].cell(line, 3).value == parts[0]


def test_parts_of_a_long_text_lose_no_line_break() -> None:
    long = "甲\n\n乙丙\n" * 900 + "丁"
    assert "".join(parts_of(long)) == long


def test_rows_are_tall_enough_for_their_longest_text(book: openpyxl.Workbook) -> None:
    for sheet in book:
        widths = column_widths(sheet)
        for row in sheet.iter_rows(min_row=4):
            height = sheet.row_dimensions[row[0].row].height or 15
            for cell in row:
                merged = any(cell.coordinate in area for area in sheet.merged_cells.ranges)
                if merged or not isinstance(cell.value, str) or cell.value.startswith("="):
                    continue
                width = widths[cell.column]
                units = sum(2 if ord(char) > 0x2000 else 1 for char in cell.value)
                assert units / width * 12 <= height, (sheet.title, cell.coordinate)


def test_a_linked_text_fits_one_line_because_libreoffice_does_not_wrap_links(book: openpyxl.Workbook) -> None:
    for sheet in book.worksheets[1:]:
        widths = column_widths(sheet)
        for row in sheet.iter_rows(min_row=4):
            for cell in row:
                if cell.hyperlink and isinstance(cell.value, str) and not cell.value.startswith("="):
                    units = sum(2 if ord(char) > 0x2000 else 1 for char in cell.value)
                    assert units <= widths[cell.column], (sheet.title, cell.coordinate)


def column_widths(sheet: object) -> dict[int, float]:
    dimensions = sheet.column_dimensions.values()  # type: ignore[attr-defined]
    return {number: item.width for item in dimensions for number in range(item.min, item.max + 1)}


def test_numbers_are_numbers_with_the_decimals_that_were_given(book: openpyxl.Workbook) -> None:
    cells = [cell for row in book["附件2汇总"].iter_rows() for cell in row if cell.value == 98.5]
    assert cells and all(cell.data_type == "n" and cell.number_format == "0.0" for cell in cells)


def with_actual(typed: str, value: str) -> openpyxl.Workbook:
    """The workbook in which the third leaf's first year was answered like this."""
    outcome = sample_outcome()
    row = outcome.merged["annex2"][2]
    changed = answer("actual.2020", typed, row.record.place, 1, "number", value)
    record_ = msgspec.structs.replace(row.record, answers={**row.record.answers, "actual.2020": changed})
    rows = (*outcome.merged["annex2"][:2], replace(row, record=record_), *outcome.merged["annex2"][3:])
    content = write_summary(replace(outcome, merged={**outcome.merged, "annex2": rows}), sample_campaign())
    return openpyxl.load_workbook(io.BytesIO(content))


def test_an_approximate_number_is_shown_as_it_was_typed() -> None:
    assert "约20" in texts(with_actual("约20", "20")["附件2汇总"])


def test_a_long_answer_is_not_linked_itself_but_its_row_is() -> None:
    long = "2020年因统计口径调整，按旧口径为19.8，按新口径为20.3，两者均有统计部门盖章文件"
    row = next(cells for cells in with_actual(long, "")["附件2汇总"].iter_rows() if cells[8].value == long)
    assert row[8].hyperlink is None
    assert row[-1].hyperlink.location.startswith("'来源'!")


def test_an_indicator_is_as_good_as_its_worst_part() -> None:
    states = {item.name: item.state for item in figures_of(sample_outcome(), sample_campaign()).indicators}
    assert states["三大粮食作物化肥农药利用率"] == "not_met"  # one of its two parts is
    assert states["农业废弃物综合利用率"] == "met"
    assert states["城镇生活垃圾分类减量化行动"] == "missing"


def test_gaps_count_only_the_years_that_are_asked_and_not_named(values: openpyxl.Workbook) -> None:
    rows = {row[2].value: [cell.value for cell in row[4:9]] for row in values["材料缺口"].iter_rows(min_row=4)}
    assert rows["巡河记录"] == ["●", "●", "●", "—", 0]
    assert rows["党政实绩考核办法及分值表"] == ["■", "●", "●", "—", 1]  # “2021、2022”
    assert rows["统计年鉴或统计公报（能耗）"] == ["■", "■", "■", "—", 3]  # nothing came


def test_subtotals_of_each_class_and_the_total_are_formulas_with_right_values(
    book: openpyxl.Workbook, values: openpyxl.Workbook
) -> None:
    figures = figures_of(sample_outcome(), sample_campaign())
    formulas, cached = book["附件4汇总"], values["附件4汇总"]
    rows = {str(cells[2].value): cells for cells in formulas.iter_rows(min_row=5) if cells[2].value}
    for item in figures.classes:
        cell = rows[f"{item.name}小计（{item.projects}个）"][9]
        assert cell.value.startswith("=SUBTOTAL(9,")
        assert Decimal(str(cached[cell.coordinate].value)) == item.investment
    total = rows["合计"][9]
    assert Decimal(str(cached[total.coordinate].value)) == figures.current.investment


def test_an_indicator_nobody_reported_is_shown_as_missing(values: openpyxl.Workbook) -> None:
    row = next(cells for cells in values["附件2汇总"].iter_rows() if cells[3].value == "城镇生活垃圾分类减量化行动")
    assert "■未报" in [cell.value for cell in row]
    judged = [str(cells[12].value)[:1] for cells in values["附件2汇总"].iter_rows(min_row=5) if cells[12].value]
    assert len(judged) == 45 and set(judged) == {"●", "▲", "■"}


def test_overview_counts_agree_with_the_outcome(values: openpyxl.Workbook) -> None:
    outcome = sample_outcome()
    came = [item for item in outcome.standings if item.state is not StandingState.MISSING]
    sentence = str(values["总览"]["A3"].value)
    assert f"应报{len(outcome.standings)}份表，已报{len(came)}份" in sentence
    assert "36项指标中" in sentence
    figures = figures_of(outcome, sample_campaign())
    assert sum(item.total for item in figures.attributes) == 36
    assert set(figures.silent_units) == set(SILENT)


def test_overview_has_three_charts_with_titles_that_draw_filled_cells(content: bytes) -> None:
    package = zipfile.ZipFile(io.BytesIO(content))
    charts = [package.read(name).decode() for name in package.namelist() if name.startswith("xl/charts/chart")]
    titles = ["各表报送状态（份）", "指标达标情况（项）", "分类别总投资（万元）"]
    assert len(charts) == 3
    assert all(title in chart for title, chart in zip(titles, charts, strict=True))
    assert all("<c:v>" in chart or "<c:f>" in chart for chart in charts)


def test_overview_prints_on_one_a4_page_and_tables_repeat_their_headings(book: openpyxl.Workbook) -> None:
    page = book["总览"].page_setup
    assert (page.paperSize, page.orientation, page.fitToHeight or 1) == (9, "portrait", 1)
    for name in SHEETS[1:]:
        sheet = book[name]
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows and sheet.freeze_panes and sheet.auto_filter.ref
        assert sheet.oddFooter.center.text == "第&P页 共&N页"


def test_every_sheet_holds_one_table_so_that_the_repeated_headings_are_its_own(book: openpyxl.Workbook) -> None:
    for name in SHEETS[1:]:
        titles = [cell.value for row in book[name].iter_rows() for cell in row if cell.value and cell.font.sz == 18]
        assert len(titles) == 1, name


def test_five_matters_at_most_the_missed_binding_indicators_first() -> None:
    outcome, campaign = sample_outcome(), sample_campaign()
    matters = matters_of(outcome, campaign, figures_of(outcome, campaign))
    assert [item.kind for item in matters][:2] == ["not_met_binding", "silent"]
    assert len(matters) == 5 and "城镇污水处理率" in matters[0].what


def test_the_first_call_goes_to_a_unit_that_owes_most(values: openpyxl.Workbook) -> None:
    calls = calls_of(sample_outcome(), sample_campaign())
    assert [call.weight for call in calls] == sorted((call.weight for call in calls), reverse=True)
    assert values["催办清单"]["B4"].value == sample_campaign().unit_name(calls[0].unit_id)


def test_a_matter_between_units_stands_on_the_joint_sheet_with_both_names() -> None:
    content = write_summary(sample_outcome(), sample_campaign())
    row = [cell.value for cell in openpyxl.load_workbook(io.BytesIO(content))["会商单"][4]]
    assert row[1] == "泗河生态修复工程"
    assert row[2] == "县水利事业发展中心、县农业农村局"


def test_every_kind_verdict_state_and_action_has_its_word() -> None:
    table = load_table("summary")
    assert set(FileKind) == set(table["file_kinds"])
    assert set(ArrivalVerdict) == set(table["arrival_verdicts"]) == set(ARRIVAL_TONES)
    assert set(StandingState) <= set(table["states"])
    assert set(Judgement) <= set(table["verdicts"])
    assert set(Severity) == set(table["severities"])


def test_every_finding_is_listed_once_the_grave_ones_first(values: openpyxl.Workbook) -> None:
    rows = list(values["问题清单"].iter_rows(min_row=4, max_row=3 + len(sample_outcome().findings)))
    kinds = [str(row[1].value)[1:] for row in rows]
    assert set(kinds) <= {"退回修改", "核实", "提示"}
    assert kinds == sorted(kinds, key=["退回修改", "核实", "提示"].index)
    assert all(row[7].value and row[8].value and row[12].value for row in rows)


def test_nothing_received_gives_a_workbook_all_the_same() -> None:
    campaign = sample_campaign()
    content = write_summary(Outcome(campaign=campaign, as_of=datetime(2023, 7, 14, 8, 0)), campaign)
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    assert "首次统计，暂无上次数据。" in texts(book["总览"])
    assert texts(book["附件2汇总"]).count("■未报") == 45
    assert "（无）" in texts(book["来源"])


def test_provisional_deadline_is_marked_until_it_is_settled(values: openpyxl.Workbook) -> None:
    assert "截止时间：2023年7月31日17时30分（暂定）" in str(values["报送进度"]["A2"].value)
    settled = replace(sample_campaign(), provisional=())
    book = openpyxl.load_workbook(io.BytesIO(write_summary(sample_outcome(), settled)))
    assert "（暂定）" not in str(book["报送进度"]["A2"].value)
    assert not any("暂定" in text for text in texts(book["总览"]))


def test_an_unbalanced_sheet_shows_in_the_check_column() -> None:
    outcome = sample_outcome()
    broken = replace(outcome.tally[0], rows=outcome.tally[0].rows + 1)
    content = write_summary(replace(outcome, tally=(broken, *outcome.tally[1:])), sample_campaign())
    sheet = openpyxl.load_workbook(io.BytesIO(content), data_only=True)["收支平衡"]
    assert [sheet["P4"].value, sheet["P5"].value, sheet.cell(sheet.max_row - 1, 16).value] == ["不平", "平", "不平"]


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("2020-2022年", {2020, 2021, 2022}),
        ("2020年至2022年", {2020, 2021, 2022}),
        ("2020、2022", {2020, 2022}),
        ("近三年", set()),
        ("鲁政字〔2021〕3号", {2021}),
        ("12020228", set()),
    ],
)
def test_years_named_in_a_text(text: str, years: set[int]) -> None:
    assert years_in(text) == years


@pytest.mark.parametrize(
    ("text", "plan"),
    [
        ("2023年100；2024年200.5万元", {2023: Decimal(100), 2024: Decimal("200.5")}),
        ("2023：80,2024：20", {2023: Decimal(80), 2024: Decimal(20)}),
        ("按进度拨付", {}),
        ("2023年100；以后再定", {}),
        ("2023年1；2023年2", {}),
    ],
)
def test_yearly_investment_is_taken_only_when_all_of_it_reads(text: str, plan: dict[int, Decimal]) -> None:
    row = with_project("分年", investment_by_year=text).merged["annex4"][0]
    assert yearly(row) == plan


def _numbers(book: openpyxl.Workbook, formulas: openpyxl.Workbook) -> Iterator[tuple[str, str, object]]:
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    yield sheet.title, cell.coordinate, book[sheet.title][cell.coordinate].value


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_recalculates_every_formula_to_the_cached_value(
    content: bytes, book: openpyxl.Workbook, values: openpyxl.Workbook, tmp_path: Path
) -> None:
    stripped = tmp_path / "summary.xlsx"  # without cached values LibreOffice must work every formula out
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stripped, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                data = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", data)
            new.writestr(name, data)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "ods", "--outdir", str(tmp_path), str(stripped)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    command[4:8] = ["xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path / "again"), str(tmp_path / "summary.ods")]
    subprocess.run(command[:8], check=True, capture_output=True, timeout=120)
    again = openpyxl.load_workbook(tmp_path / "again" / "summary.xlsx", data_only=True)
    checked = 0
    for sheet, cell, cached in _numbers(values, book):
        found = again[sheet][cell].value
        if isinstance(cached, int | float):
            assert found == pytest.approx(cached), (sheet, cell)
        else:
            assert found == cached, (sheet, cell)
        checked += 1
    assert checked > 150
