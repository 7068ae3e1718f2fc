"""Laws: a table moved anywhere, its columns permuted, decoys around it, gives the same records at the right places."""

from __future__ import annotations

from dataclasses import replace

from drawing import campaign, draw, one, take
from hypothesis import given, settings
from hypothesis import strategies as st

from sishui_eco.model.grid import Cell, CellKind, Grid, Merge
from sishui_eco.model.submission import RowClass

ANNEX2 = [
    [
        "序号",
        "指标名称",
        "子指标",
        "单位",
        "指标值",
        "2020年",
        "2021年",
        "2022年",
        "达标情况",
        "牵头单位",
        "支撑材料",
        "备注",
    ],
    ["1", "河长制", "", "-", "全面实施", "已实施", "已实施", "全面实施", "达标", "县水利局", "文件", ""],
    ["2", "环境空气质量", "优良天数比例", "%", "完成", "80.1", "81", "82", "达标", "环保局", "年报", ""],
    ["3", "环境空气质量", "PM2.5浓度下降幅度", "%", "完成", "3", "4", "5", "未达标", "环保局", "年报", "整改中"],
    ["4", "林草覆盖率", "", "%", "≥40", "40", "41", "42.5", "达标", "县自规局", "年报", ""],
]
ANNEX4 = [
    ["序号", "工程类别", "项目名称", "建设内容", "起止年限", "总投资", "责任单位", "支撑指标", "项目负责人"],
    ["1", "生态安全", "甲工程", "治理河道3公里", "2023-2025", "1200", "县水利局", "河长制", "测试甲"],
    ["2", "生态生活", "乙工程", "建设污水站1座", "2024", "800.5", "县水利局", "水环境质量", "测试乙"],
    ["3", "生态安全", "丙工程", "湿地100亩", "2023年3月-2024年5月", "约300", "县水利局", "河长制", ""],
]
DECOYS = ["泗水县重点工作", "内部资料", "第1页", "2023年7月", "请核对", "密级：内部", "12", "3", "说明", "测试甲", "/"]

tables = st.sampled_from([ANNEX2, ANNEX4])


def records(grid: Grid) -> list[tuple[str, dict[str, tuple[str, str]]]]:
    submission = one(take(grid))
    return [
        (record.key, {name: (answer.raw, answer.value) for name, answer in sorted(record.answers.items())})
        for record in submission.records
    ]


def drawing(table: list[list[str]], order: list[int] | None = None) -> str:
    columns = order or list(range(len(table[0])))
    return "\n".join("|".join(row[index] for index in columns) for row in table)


@settings(max_examples=60, deadline=None)
@given(data=st.data(), table=tables, top=st.integers(1, 1000), left=st.integers(1, 300))
def test_moved_permuted_and_surrounded_by_decoys(
    data: st.DataObject, table: list[list[str]], top: int, left: int
) -> None:
    plain = records(draw(drawing(table)))
    order = data.draw(st.permutations(range(len(table[0]))))
    grid = draw(drawing(table, order), at=(top + 3, left + 2))
    cells = dict(grid.cells)
    bottom = top + 3 + len(table)
    lines = st.sampled_from((top, top + 1, bottom + 1, bottom + 2, bottom + 3))
    spots = st.tuples(lines, st.integers(left, left + len(order) + 3))
    for spot in data.draw(st.lists(spots, unique_by=lambda spot: spot[0])):  # one a line: three words are a record
        cells[spot] = Cell(*spot, CellKind.TEXT, data.draw(st.sampled_from(DECOYS)))
    assert records(replace(grid, cells=cells)) == plain


@settings(max_examples=40, deadline=None)
@given(data=st.data(), table=tables)
def test_the_order_of_rows_changes_only_the_order_of_records(data: st.DataObject, table: list[list[str]]) -> None:
    order = data.draw(st.permutations(range(1, len(table))))
    shuffled = [table[0], *(table[index] for index in order)]
    assert sorted(records(draw(drawing(shuffled)))) == sorted(records(draw(drawing(table))))


@settings(max_examples=40, deadline=None)
@given(data=st.data(), table=tables)
def test_columns_nobody_knows_change_nothing_but_themselves(data: st.DataObject, table: list[list[str]]) -> None:
    at = data.draw(st.integers(0, len(table[0])))
    wider = [[*row[:at], "项目联络群" if index == 0 else "群一", *row[at:]] for index, row in enumerate(table)]
    found = records(draw(drawing(wider)))
    for _, answers in found:
        assert answers.pop("extra.项目联络群") == ("群一", "群一")
    assert found == records(draw(drawing(table)))


@settings(max_examples=40, deadline=None)
@given(data=st.data(), table=tables)
def test_rows_between_that_are_no_records_change_nothing(data: st.DataObject, table: list[list[str]]) -> None:
    noise = ["合计|||||", "小计", "注：以上为初步数据。", "", "一、生态安全", "|".join(table[0])]
    lines = drawing(table).split("\n")
    for _ in range(data.draw(st.integers(1, 3))):
        lines.insert(data.draw(st.integers(2, len(lines))), data.draw(st.sampled_from(noise)))
    assert records(draw("\n".join(lines))) == records(draw(drawing(table)))


words = st.text(alphabet="一二三项目名称指标单位注：合计无0123456789/-（） \n年月", min_size=1, max_size=12)


@settings(max_examples=150, deadline=None)
@given(
    cells=st.dictionaries(st.tuples(st.integers(1, 12), st.integers(1, 8)), words, max_size=40),
    merges=st.lists(st.tuples(*[st.integers(1, 12)] * 4), max_size=4),
    heading=st.sampled_from([[], ANNEX2[0], ANNEX4[0]]),
)
def test_any_sheet_is_classified_row_by_row(
    cells: dict[tuple[int, int], str], merges: list[tuple[int, int, int, int]], heading: list[str]
) -> None:
    filled = {(6, column): text for column, text in enumerate(heading, start=1)}
    grid = Grid(
        name="任意",
        cells={place: Cell(*place, CellKind.TEXT, text) for place, text in sorted({**cells, **filled}.items())},
        merges=tuple(Merge(min(a, c), min(b, d), max(a, c), max(b, d)) for a, b, c, d in merges),
    )
    understood = take(grid)
    assert set(understood.rows[0].classes) == {row for row, _ in grid.cells}
    assert all(isinstance(kind, RowClass) for kind in understood.rows[0].classes.values())


def test_the_same_file_twice_says_the_same() -> None:
    grid = draw(drawing(ANNEX2))
    assert take(grid) == take(grid)
    assert campaign() is campaign()
