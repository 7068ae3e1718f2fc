"""A table drawn anywhere, its rows and columns in any order, decoys around it: always the same records."""

from __future__ import annotations

import random
from decimal import Decimal
from functools import cache

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sishui_eco.model.submission import Understood
from sishui_eco.spec.campaign import Campaign
from sishui_eco.spec.settings import default_campaign
from tests.untidy.generator.model import NOT_A_RECORD, RECORD, Entry, Line, Sheet, Untidy
from tests.untidy.generator.writing import write
from tests.untidy.reopening import Reopened
from tests.untidy.scorer import examine

COLUMNS = (
    "序号",
    "工程类别",
    "项目名称",
    "建设性质",
    "建设地点",
    "建设规模及主要内容",
    "起止年限",
    "总投资（万元）",
    "责任单位",
    "支撑指标",
)
TEXTS = st.text(alphabet="甲乙丙丁河道治理绿化污水处理湿地", min_size=2, max_size=8)
PROJECT = st.fixed_dictionaries(
    {
        "工程类别": st.sampled_from(("生态安全", "生态经济", "生态生活")),
        "项目名称": TEXTS.map(lambda text: text + "工程"),
        "建设性质": st.sampled_from(("新建", "续建")),
        "建设地点": st.sampled_from(("泉林镇", "星村镇")),
        "建设规模及主要内容": st.integers(1, 90).map(lambda length: f"治理河道{length}公里"),
        "起止年限": st.integers(2023, 2028).map(lambda year: f"{year}-{year + 2}"),
        "总投资（万元）": st.integers(10, 99999),
        "责任单位": st.just("县统计局"),
        "支撑指标": st.just("公众对生态文明建设的满意度"),
    }
)
PROJECTS = st.lists(PROJECT, min_size=1, max_size=6, unique_by=lambda project: project["项目名称"])
DECOYS = ("请于月底前报送。", "联系人见通讯录", "数据来源：年鉴", "共1页")


@cache
def campaign() -> Campaign:
    return default_campaign()


def sheet_of(
    projects: list[dict[str, object]], columns: tuple[str, ...], down: int, right: int, decoys: list[str]
) -> Sheet:
    """Return a sheet with the table's first cell `down` rows and `right` columns from the corner."""
    sheet = Sheet("Sheet1", [Line() for _ in range(down)])
    for text in decoys[:1]:
        sheet.add(Line(NOT_A_RECORD, {right + 1: Entry(text)}))
    sheet.add(Line(NOT_A_RECORD, {right + 1: Entry("附件4 重点工程项目提报表")}))
    sheet.add(Line(NOT_A_RECORD, {right + place: Entry(name) for place, name in enumerate(columns, start=1)}))
    for number, project in enumerate(projects, start=1):
        row = {**project, "序号": number}
        sheet.add(Line(RECORD, {right + place: Entry(row[name]) for place, name in enumerate(columns, start=1)}))
    sheet.add(Line())
    sheet.add(*(Line(NOT_A_RECORD, {right + 1: Entry(text)}) for text in decoys[1:]))
    return sheet


def written(*sheets: Sheet) -> Untidy:
    untidy = Untidy("县统计局.xlsx", 0, (), list(sheets), [])
    untidy.content = write(untidy, random.Random(len(sheets[0].lines)))
    return untidy


def records_of(understood: Understood | None) -> dict[str, dict[str, str]]:
    """Return every record's values by field, without its number, which the order decides."""
    assert understood is not None
    assert len(understood.submissions) == 1, understood.evidence
    return {
        record.key: {name: answer.value for name, answer in record.answers.items() if name != "no"}
        for record in understood.submissions[0].records
    }


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    PROJECTS,
    st.permutations(COLUMNS),
    st.randoms(use_true_random=False),
    st.integers(0, 9),
    st.integers(0, 6),
    st.lists(st.sampled_from(DECOYS), max_size=4),
    st.booleans(),
)
def test_where_and_in_what_order_a_table_stands_changes_nothing(
    projects: list[dict[str, object]],
    columns: list[str],
    chance: random.Random,
    down: int,
    right: int,
    decoys: list[str],
    beside: bool,
) -> None:
    plain = records_of(examine(written(sheet_of(projects, COLUMNS, 0, 0, [])), campaign()).understood)
    shuffled = list(projects)
    chance.shuffle(shuffled)
    other = Sheet(
        "值班",
        [
            Line(NOT_A_RECORD, {1: Entry("姓名"), 2: Entry("班次")}),
            Line(NOT_A_RECORD, {1: Entry("测试甲"), 2: Entry(1)}),
        ],
    )
    sheets = [sheet_of(shuffled, tuple(columns), down, right, decoys), *([other] if beside else [])]
    untidy = written(*sheets)
    outcome = examine(untidy, campaign())
    assert records_of(outcome.understood) == plain
    assert_places_and_tally(untidy, outcome.understood)
    assert plain == expected(projects)


def expected(projects: list[dict[str, object]]) -> dict[str, dict[str, str]]:
    """Return what the table says, worked out here by hand."""
    return {
        str(project["项目名称"]): {
            "category": str(project["工程类别"]),
            "project": str(project["项目名称"]),
            "nature": str(project["建设性质"]),
            "site": str(project["建设地点"]),
            "content": str(project["建设规模及主要内容"]),
            "period": "{}-01/{}-12".format(*str(project["起止年限"]).split("-")),
            "investment": str(Decimal(str(project["总投资（万元）"]))),
            "responsible_unit": "U19",
            "supports": str(project["支撑指标"]),
        }
        for project in projects
    }


def assert_places_and_tally(untidy: Untidy, understood: Understood | None) -> None:
    """Every answer's cell, reopened by another reader, holds its raw text; every row read is classified once."""
    assert understood is not None
    reopened = Reopened(untidy)
    for submission in understood.submissions:
        for record in submission.records:
            for answer in record.answers.values():
                assert reopened.holds((answer.place.sheet, answer.place.row, answer.place.column), answer.raw)
    assert {rows.sheet: set(rows.classes) for rows in understood.rows} == reopened.rows
