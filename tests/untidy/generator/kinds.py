"""The kinds of untidiness: each a switch with its likelihood in the typical and in the hardest mixture.

The likelihoods are a guess of what offices send: most returns keep the issued columns and differ in a
few habits; the hard ones come from units that copied another table and typed everything again.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

ALL = ("annex2", "annex3", "annex4")


@dataclass(frozen=True)
class Kind:
    name: str
    what: str
    typical: float
    hard: float
    forms: tuple[str, ...] = ALL
    group: str = ""  # of the kinds of one group exactly one is chosen (likelihoods are weights)
    needs: str = ""  # only with this kind
    not_with: tuple[str, ...] = ()
    word: bool = True  # possible in a Word file


LAYOUT = (
    Kind("list_in_workbook", "一行一条，Excel", 80, 66, group="layout"),
    Kind("list_in_word", "一行一条，Word表格", 10, 12, group="layout"),
    Kind("cards_in_workbook", "一项目一表，左标签右值，Excel", 6, 12, ("annex4",), "layout"),
    Kind("cards_in_word", "一项目一表，左标签右值，Word", 4, 10, ("annex4",), "layout"),
    Kind("nil_in_workbook", "表里写无项目", 3, 4, ("annex4",), "layout"),
    Kind("nil_in_word", "Word里写无项目", 3, 4, ("annex4",), "layout"),
)
UNIT = (
    Kind("unit_label_and_cell", "填报单位与单位名称分在两格", 20, 10, group="unit"),
    Kind("unit_in_one_cell", "填报单位：某某局", 44, 20, group="unit"),
    Kind("unit_only_in_file_name", "单位只写在文件名里", 14, 25, group="unit"),
    Kind("unit_in_seal_line", "单位只在落款", 6, 20, group="unit"),
    Kind("unit_in_title", "单位写在标题里", 6, 10, group="unit"),
    Kind("unit_in_sheet_name", "单位写在工作表名里", 2, 5, group="unit", word=False),
    Kind("unit_full_name", "单位写全称", 40, 10, group="unit_name"),
    Kind("unit_alias", "单位写别名", 30, 35, group="unit_name"),
    Kind("unit_with_county", "单位前加县名", 20, 20, group="unit_name"),
    Kind("unit_short", "单位写简称", 10, 35, group="unit_name"),
    Kind("unit_spaced", "单位名称中间有空格", 0.04, 0.15, not_with=("unit_only_in_file_name", "unit_in_sheet_name")),
    Kind("file_name_of_another_unit", "文件名写的是别的单位", 0.0, 0.06, not_with=("unit_only_in_file_name",)),
)
AROUND_TABLE = (
    Kind("title_row", "表名一行", 0.85, 0.6),
    Kind("title_with_annex_line", "附件号单独一行", 0.35, 0.4),
    Kind("title_two_lines", "标题分两行", 0.05, 0.2, needs="title_row"),
    Kind("blank_rows_before", "表前有空行", 0.2, 0.6, word=False),
    Kind("blank_columns_before", "表左有空列", 0.1, 0.5, word=False),
    Kind("measure_line", "右上角写单位：万元", 0.3, 0.4, ("annex4",)),
    Kind("instructions", "表前有填表说明", 0.15, 0.4),
    Kind("notes_below", "表后有注", 0.25, 0.5),
    Kind("signatures", "表后有责任人、联络员、日期", 0.6, 0.5),
    Kind("signatures_in_parts", "标签与值分格", 0.3, 0.5, needs="signatures"),
    Kind("signatures_two_lines", "落款分两行", 0.3, 0.4, needs="signatures"),
    Kind("footer", "页码、制表人等页脚", 0.1, 0.3),
    Kind("stray_far_cell", "很远处有一个字", 0.05, 0.2, word=False),
    Kind("contacts_below", "表下另有通讯录", 0.02, 0.2, word=False),
    Kind("decoy_sheet", "另有不相干的工作表", 0.12, 0.5, word=False),
    Kind("hidden_decoy_sheet", "另有隐藏的工作表", 0.03, 0.2, word=False),
    Kind("empty_sheets", "留着空的Sheet2、Sheet3", 0.25, 0.4, word=False),
    Kind("prose_sheet", "另有填报说明工作表", 0.06, 0.3, word=False),
    Kind("several_forms", "几张表在一个工作簿里", 0.15, 0.35, word=False),
    Kind("forms_on_one_sheet", "几张表上下排在一个工作表里", 0.0, 0.3, needs="several_forms", word=False),
    Kind("split_tables", "一张表分成几段，各带表头", 0.04, 0.2),
    Kind("comments", "有批注", 0.1, 0.3, word=False),
)
HEADINGS = (
    Kind("plain_heading", "一行表头", 52, 22, group="heading"),
    Kind("two_row_heading", "两行表头，合并", 40, 30, group="heading"),
    Kind("two_row_heading_unmerged", "两行表头，没有合并", 4, 18, group="heading"),
    Kind("three_row_heading", "三行表头", 2, 14, group="heading"),
    Kind("two_row_heading_all_merged", "单层列也占两行合并", 2, 16, group="heading"),
    Kind("renamed_headings", "表头换了叫法", 0.3, 0.8),
    Kind("wrapped_headings", "表头里换行", 0.3, 0.5),
    Kind("spaced_headings", "表头里空格", 0.15, 0.5),
    Kind("full_width_headings", "表头全角", 0.05, 0.3),
    Kind("starred_headings", "必填项带星号", 0.05, 0.2),
    Kind("explained_headings", "表头后带括号说明", 0.15, 0.4),
    Kind("measure_in_heading", "总投资（万元）", 0.5, 0.3, ("annex4",)),
    Kind("hundred_million_heading", "总投资（亿元）", 0.04, 0.2, ("annex4",), not_with=("measure_in_heading",)),
    Kind(
        "yuan_heading",
        "总投资（元）",
        0.01,
        0.08,
        ("annex4",),
        not_with=("measure_in_heading", "hundred_million_heading", "measure_line"),
    ),
    Kind("numbered_columns", "表头下有栏次", 0.06, 0.25),
    Kind("repeated_headings", "表头每页重复", 0.06, 0.3),
    Kind("columns_moved", "列换了次序", 0.12, 0.6),
    Kind("columns_removed", "删了列", 0.15, 0.4),
    Kind("columns_added", "加了列", 0.15, 0.5),
    Kind("unnamed_column", "夹着空列", 0.03, 0.2),
    Kind("hidden_columns", "有隐藏列", 0.06, 0.3, word=False),
    Kind("period_in_two_columns", "起止年限分开工、竣工两列", 0.05, 0.2, ("annex4",)),
    Kind("year_headings_plain", "年份列只写年份", 0.5, 0.4, ("annex2",)),
)
ROWS = (
    Kind("merged_down", "纵向合并", 0.55, 0.5, not_with=("ditto", "same_as_above", "blank_below")),
    Kind("blank_below", "名称只写一次，下面空着", 0.06, 0.25, not_with=("ditto", "same_as_above")),
    Kind("ditto", "用〃代替", 0.04, 0.2, not_with=("same_as_above",)),
    Kind("same_as_above", "写同上", 0.05, 0.2),
    Kind("section_rows", "有分段行", 0.12, 0.35),
    Kind("subtotals", "有小计", 0.1, 0.35, ("annex4",), needs="section_rows"),
    Kind("total_below", "末行合计", 0.35, 0.35, ("annex4",)),
    Kind("total_above", "首行合计", 0.03, 0.2, ("annex4",), not_with=("total_below",)),
    Kind("total_counts_projects", "合计行写几个项目", 0.2, 0.4, ("annex4",), needs="total_below"),
    Kind("sample_row", "留着示例行", 0.06, 0.3),
    Kind("hidden_rows", "有隐藏行", 0.05, 0.25, word=False),
    Kind("numbers_missing", "没有填序号", 0.1, 0.3),
    Kind("renumbered", "重新编号", 0.3, 0.4),
    Kind("numbers_in_brackets", "序号写成（1）、一", 0.06, 0.25),
    Kind("rows_reordered", "行换了次序", 0.15, 0.6),
    Kind("blank_rows_inside", "表中有空行", 0.1, 0.4),
    Kind("note_inside", "表中夹着说明行", 0.03, 0.2),
    Kind("unfilled_rows", "留着空行号", 0.15, 0.3, ("annex4",)),
    Kind("lines_in_cell", "子指标写在一格里分行", 0.1, 0.3, ("annex2",)),
    Kind("leaf_joined_to_name", "子指标接在指标名称后", 0.0, 0.15, ("annex2",), not_with=("lines_in_cell",)),
    Kind("leaf_numbered", "子指标带（1）、①", 0.1, 0.3, ("annex2",)),
    Kind("names_spaced", "名称里有空格或换行", 0.08, 0.3),
    Kind("names_full_width", "名称里全角半角混用", 0.06, 0.25),
    Kind("two_projects_in_one_cell", "一格里两个项目", 0.0, 0.08, ("annex4",)),
    Kind("values_merged_down", "责任单位纵向合并", 0.06, 0.25, ("annex4", "annex2")),
)
VALUES = (
    Kind("years_in_prose", "三年数写在一格里", 0.06, 0.25, ("annex2",), not_with=("lines_in_cell",)),
    Kind("text_numbers", "数存成文本", 0.3, 0.6),
    Kind("thousands", "千分位", 0.15, 0.4, ("annex4",)),
    Kind("unit_attached", "数后带单位", 0.25, 0.6),
    Kind("percent_sign", "数后带%", 0.3, 0.6, ("annex2",)),
    Kind("percent_format", "百分比格式", 0.2, 0.5, ("annex2",)),
    Kind("approximate", "约、左右", 0.08, 0.3, ("annex2", "annex4")),
    Kind("bound", "以上、不低于", 0.03, 0.2, ("annex2",)),
    Kind("range", "写成范围", 0.02, 0.2, ("annex2", "annex4")),
    Kind("full_width_digits", "全角数字", 0.08, 0.35),
    Kind("chinese_numerals", "汉字数字", 0.02, 0.2),
    Kind("amount_in_hundred_millions", "1.2亿元", 0.05, 0.3, ("annex4",)),
    Kind("number_format_with_unit", "格式里带单位", 0.04, 0.2, ("annex4",), word=False),
    Kind("float_noise", "浮点尾数", 0.06, 0.25, ("annex4", "annex2"), word=False),
    Kind("formulas", "公式", 0.1, 0.3, ("annex4", "annex2"), word=False),
    Kind("formulas_uncached", "公式没有结果", 0.0, 0.06, ("annex4", "annex2"), word=False, not_with=("formulas",)),
    Kind("error_cells", "#REF!", 0.02, 0.15, ("annex4", "annex2"), word=False),
    Kind("dates_spelled", "日期各种写法", 0.6, 0.9),
    Kind("real_dates", "日期单元格", 0.2, 0.4, word=False),
    Kind("periods_spelled", "起止年限各种写法", 0.6, 0.9, ("annex4",)),
    Kind("open_periods", "只有起点或终点", 0.02, 0.2, ("annex4",)),
    Kind("blank_markers", "无、/、—、不涉及", 0.4, 0.7),
    Kind("yes_no_spelled", "√、有、已提供", 0.5, 0.9, ("annex2", "annex3")),
    Kind("choices_spelled", "选项换写法", 0.2, 0.6),
    Kind("unit_lists_spelled", "单位之间用各种分隔", 0.4, 0.8),
    Kind("units_by_alias", "单位列写别名、简称", 0.3, 0.8),
    Kind("spaces_around", "值前后有空格", 0.2, 0.6),
    Kind("line_breaks_in_text", "长文字换行", 0.2, 0.5),
    Kind("struck_out", "加了删除线", 0.0, 0.05, ("annex4",), word=False),
    Kind("zeros", "0", 0.08, 0.2, ("annex2",)),
    Kind("missing_answers", "有的没填", 0.2, 0.5),
    Kind("values_under_merge", "合并格下面压着值", 0.0, 0.08, needs="merged_down", word=False, not_with=("formulas",)),
)
KINDS = (*LAYOUT, *UNIT, *AROUND_TABLE, *HEADINGS, *ROWS, *VALUES)
BY_NAME = {kind.name: kind for kind in KINDS}
GROUPS = ("layout", "unit", "unit_name", "heading")


def choose(chance: random.Random, form: str, *, hard: bool, force: frozenset[str] = frozenset()) -> frozenset[str]:
    """Return a mixture of kinds that go together, for one file whose first form is `form`."""
    chosen: set[str] = set(force)
    for group in GROUPS:
        members = [kind for kind in KINDS if kind.group == group and form in kind.forms]
        if not any(kind.name in chosen for kind in members):
            if group != "layout" and _is_word(chosen):
                members = [kind for kind in members if kind.word]
            weights = [kind.hard if hard else kind.typical for kind in members]
            chosen.add(chance.choices(members, weights)[0].name)
    for kind in KINDS:
        likely = chance.random() < (kind.hard if hard else kind.typical)
        if not kind.group and likely and kind.name not in chosen and _fits(kind, form, chosen):
            chosen.add(kind.name)
    return frozenset(chosen)


def _is_word(chosen: set[str]) -> bool:
    return bool(chosen & {"list_in_word", "cards_in_word", "nil_in_word"})


def _fits(kind: Kind, form: str, chosen: set[str]) -> bool:
    if form not in kind.forms or (_is_word(chosen) and not kind.word) or (kind.needs and kind.needs not in chosen):
        return False
    clashes = set(kind.not_with) | {name for name in chosen if kind.name in BY_NAME[name].not_with}
    return not clashes & chosen
