"""Numbers, percentages and money, in every way units write them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest
from value_cases import CAMPAIGN, date_cell, number_cell, read, table, text_cell, told

from sishui_eco.model.grid import Cell, CellKind
from sishui_eco.model.submission import Blank
from sishui_eco.understanding.values import heading_measure, interpret, normalise_measure

PERCENT = table("""
98.5 => 98.5
98.50 => 98.5
98.5% => 98.5
98.5％ => 98.5
98.5 % => 98.5
１２．５％ => 12.5
9８.5% => 98.5
98．5 => 98.5
100% => 100
100 => 100
100.00% => 100
0 => 0
0% => 0
0.0 => 0
-0 => 0
.5% => 0.5
+3.5 => 3.5
-3.5 => -3.5
－3.5 => -3.5
−3.5 => -3.5
–3.5% => -3.5
985‰ => 98.5 N209=98.5
百分之八十五 => 85
百分之八十五点五 => 85.5
百分之85 => 85
百分之九十八 => 98
百分之一百 => 100
百分之百 => 100
≈98 => ~98 N204=98
下降3.5% => N201
1/3 => N210
二分之一 => N201
98.5±0.5 => N210
基本达到100% => N201
98.5%（2022年） => 98.5
千分之五 => 0.5 N209=0.5
98.5个百分点 => 98.5
98.5百分点 => 98.5
九成 => 90 N209=90
9成 => 90 N209=90
约98 => ~98 N204=98
约98% => ~98 N204=98
大约98% => ~98 N204=98
约为98% => ~98 N204=98
近98% => ~98 N204=98
98左右 => ~98 N204=98
98%左右 => ~98 N204=98
预计98% => ~98 N204=98
85以上 => ~85 N205=85
85%以上 => ~85 N205=85
85%及以上 => ~85 N205=85
超过85% => ~85 N205=85
高于85% => ~85 N205=85
达到98.5% => 98.5
达98.5% => 98.5
98.5%。 => 98.5
98.5%； => 98.5
98.5%（同比提高） => 98.5
98.5（%） => 98.5
␣98.5% => 98.5
98.5%⏎ => 98.5
0.985 => 0.985 N206=98.5
.985 => 0.985 N206=98.5
1 => 1 N206=100
0.5% => 0.5
2022年：85.6% => 85.6
2022年85.6% => 85.6
85.6%（2022年） => 85.6
3-5 => N202
3～5% => N202
100～120 => N202
95%-98% => N202
95%至98% => N202
95至98 => N202
≥85 => N203
≥85% => N203
＞85 => N203
>=85 => N203
≦85 => N203
不低于85 => N203
不少于85% => N203
不小于85 => N203
大于等于85 => N203
98。5 => N214=98.5
98、5 => N214=98.5
98·5 => N214=98.5
98,5 => N214=98.5
98，5 => N214=98.5
1O0 => N214=100
l00 => N214=100
(3.5) => N214=3.5
1,20 => N214=1.2
98.5.1 => N210
98 97 => N210
98⏎97 => N210
98/97 => N210
98.5%，其中城区99% => N210
2020年：81.2%；2021年：83.0% => N211
2020年81.2%、2021年83.0%、2022年85.6% => N211
1200吨 => N208
98.5分 => N208
较上年有所提高 => N201
完成 => N201
达标 => N201
三亿五 => N201
二十或三十 => N201
无 => <none>
/ => <not_applicable>
— => <not_applicable>
-- => <not_applicable>
不涉及 => <not_applicable>
待定 => <pending>
同上 => <same>
详见附件 => <elsewhere>
""")


@pytest.mark.parametrize(("written", "expected"), PERCENT)
def test_percentages(written, expected):
    assert told(read(written, "percent")) == expected


@pytest.mark.parametrize(("written", "expected"), PERCENT)
def test_a_number_field_in_percent_reads_like_a_percentage(written, expected):
    assert told(read(written, "number", field_measure="%")) == expected


MONEY = table("""
1200 => 1200
1200.00 => 1200
1,200 => 1200
1，200 => 1200
1,200.50 => 1200.5
12,345,678 => 12345678
1 200 => 1200
1 200 000 => 1200000
1200万元 => 1200
1200 万元 => 1200
1200万 => 1200
1200万圆 => 1200
1200w => 1200
1200（万元） => 1200
1.2亿元 => 12000
1.2亿 => 12000
１．２亿元 => 12000
1.2 亿元 => 12000
1.5个亿 => 15000
1亿2000万元 => 12000
1亿2000万 => 12000
1亿零500万元 => 10500
一亿零五百万元 => 10500
12亿 => 120000
0.05亿元 => 500
12000000元 => 1200
12,000,000元 => 1200
12000000.50元 => 1200.00005
1200元整 => 0.12
5000元 => 0.5
3千万元 => 3000
3千万 => 3000
300千元 => 30
3百万元 => 300
约1200万元 => ~1200 N204=1200
约1.2亿元 => ~12000 N204=12000
1200万元左右 => ~1200 N204=1200
1200左右 => ~1200 N204=1200
3000余万元 => ~3000 N204=3000
3000多万元 => ~3000 N204=3000
1200（暂估） => ~1200 N204=1200
1200万元（估算） => ~1200 N204=1200
5000万元以上 => ~5000 N205=5000
不足500万元 => ~500 N205=500
总投资1200万元 => 1200
总投资：1200万元 => 1200
总投资约1200万元 => ~1200 N204=1200
计划总投资1.2亿元 => 12000
共计1200万元 => 1200
人民币1200万元 => 1200
￥1200万元 => 1200
¥1200 => 0.12
1200万元人民币 => 1200
壹仟贰佰万元整 => 1200
一千二百万元 => 1200
一千二百 => 1200
五千万元 => 5000
大约五千万 => ~5000 N204=5000
3千 => N201
3千元 => 0.3
1,2亿 => N214=12000
12,00 => N214=12
1 2 0 0 => N210
1200万元(其中财政300万) => N210
约1.2-1.5亿元 => N202
待批复 => N201
一亿二千万元 => 12000
一亿元 => 10000
一千零五十万元 => 1050
十万元 => 10
二十五万元 => 25
5万 => 5
1e3 => 1000
1.2E+3 => 1200
0 => 0
0.00 => 0
-50 => -50
500-800万元 => N202
500万元至800万元 => N202
500～800 => N202
不超过500万元 => N203
≤500 => N203
总投资1200万元，其中财政300万元 => N210
1200+300 => N210
中央300；地方900 => N210
2023年100；2024年200 => N211
100万美元 => N208
1200吨 => N208
三亿五 => N201
一百二万元 => N201
待定 => <pending>
暂未确定 => <pending>
自筹 => N201
1200。5 => N214=1200.5
12OO => N214=1200
无 => <none>
""")


@pytest.mark.parametrize(("written", "expected"), [row for row in MONEY if not row[0].startswith("¥")])
def test_money_is_always_in_ten_thousands(written, expected):
    assert told(read(written, "money", field_measure="万元")) == expected


@pytest.mark.parametrize(
    ("written", "heading", "expected"),
    [
        ("1.2", "亿元", "12000 N209=12000"),
        ("12000000", "元", "1200 N209=1200"),
        ("1200", "万元", "1200"),
        ("1200万元", "亿元", "1200"),
        ("1.2亿元", "元", "12000"),
        ("约1.2", "亿元", "~12000 N209=12000 N204=12000"),
        ("1200", "千元", "120 N209=120"),
        ("1200万", "亿元", "1200"),
        ("1200", "吨", "N208"),
        ("1200", "", "1200"),
    ],
)
def test_the_measure_of_the_heading_is_believed_and_the_cell_before_it(written, heading, expected):
    assert told(read(written, "money", field_measure="万元", heading_measure=heading)) == expected


def test_money_without_any_measure_is_in_ten_thousands():
    assert read("1.2亿元", "money").value == "12000"


def test_a_conversion_is_noted():
    assert "亿元" in read("1.2亿元", "money", field_measure="万元").note
    assert read("1200万元", "money", field_measure="万元").note == ""
    result = read("1.2", "money", field_measure="万元", heading_measure="亿元")
    assert result.remarks[0].parameters == {"found": "亿元", "measure": "万元"}


MEASURED = [
    ("3.5万亩", "亩", "35000"),
    ("3.5万亩", "万亩", "3.5"),
    ("3.5万", "万亩", "3.5"),
    ("3.5万", "人", "35000"),
    ("35000亩", "万亩", "3.5 N209=3.5"),
    ("2公顷", "亩", "30 N209=30"),
    ("30亩", "公顷", "2 N209=2"),
    ("1亩", "公顷", "N208"),
    ("1.5平方公里", "公顷", "150 N209=150"),
    ("1.5km2", "平方千米", "1.5"),
    ("1.5 km²", "公顷", "150 N209=150"),
    ("1200m³", "立方米", "1200"),
    ("1200 m3", "立方米", "1200"),
    ("1200方", "立方米", "1200"),
    ("0.35吨标煤/万元", "吨标准煤/万元", "0.35"),
    ("0.35吨标准煤／万元", "吨标准煤/万元", "0.35"),
    ("21.255立方米/万元", "立方米/万元", "21.255"),
    ("21.255 m³/万元", "立方米/万元", "21.255"),
    ("35μg/m3", "微克/立方米", "35"),
    ("35微克/立方米", "μg/m³", "35"),
    ("5千克", "千克", "5"),
    ("5公斤", "千克", "5"),
    ("5000千克", "吨", "5 N209=5"),
    ("2吨", "千克", "2000 N209=2000"),
    ("500度", "千瓦时", "500"),
    ("3套", "份", "3"),
    ("3份", "份", "3"),
    ("一式三份", "份", "N201"),
    ("3", "份", "3"),
    ("三", "份", "3"),
    ("十二", "个", "12"),
    ("98.5%", "吨", "N208"),
    ("5吨", "", "5"),
    ("12公里", "千米", "12"),
    ("12km", "米", "12000 N209=12000"),
]


@pytest.mark.parametrize(("written", "measure", "expected"), MEASURED)
def test_measures_in_the_cell(written, measure, expected):
    assert told(read(written, "number", field_measure=measure)) == expected


NUMBERS = [
    ("98.5", "General", "percent", "98.5"),
    ("0.985", "0.0%", "percent", "98.5"),
    ("0.985", "0%", "percent", "98.5"),
    ("1", "0%", "percent", "100"),
    ("0", "0%", "percent", "0"),
    ("0.28999999999999998", "0.00%", "percent", "29"),
    ("98.499999999999986", "General", "percent", "98.5"),
    ("0.985", "General", "percent", "0.985 N206=98.5"),
    ("0.005", "0.0%", "percent", "0.5"),
    ("98.5", "0.0%", "percent", "N207=98.5"),
    ("1.05", "0%", "percent", "105"),
    ("1E-7", "General", "number", "0.0000001"),
    ("1200", "General", "money", "1200"),
    ("1200.50", "#,##0.00", "money", "1200.5"),
    ("1200", '0"万元"', "money", "1200"),
    ("1.2", '0.00"亿元"', "money", "12000"),
    ("12000000", '#,##0"元"', "money", "1200"),
    ("12000000", '0!.0,"万元"', "money", "N216"),
    ("12000000", "#,##0,", "money", "N216"),
    ("12000", "#,##0", "money", "12000"),
    ("123456789012345000", "General", "number", "N213"),
    ("1000000000000000", "General", "number", "N213"),
    ("999999999999999", "General", "number", "999999999999999"),
    ("-0.0", "General", "number", "0"),
]


@pytest.mark.parametrize(("stored", "number_format", "kind", "expected"), NUMBERS)
def test_stored_numbers_by_their_format(stored, number_format, kind, expected):
    cell = number_cell(stored, number_format)
    measure = {"money": "万元"}.get(kind, "")
    assert told(interpret(cell, kind=kind, field_measure=measure, campaign=CAMPAIGN)) == expected


def test_a_stored_number_under_a_heading_in_hundred_millions():
    cell = number_cell("1.2")
    result = interpret(cell, kind="money", field_measure="万元", heading_measure="亿元", campaign=CAMPAIGN)
    assert told(result) == "12000 N209=12000"


def test_a_date_where_a_number_was_asked():
    result = interpret(date_cell(datetime(2023, 3, 5)), kind="number", campaign=CAMPAIGN)
    assert told(result) == "N212"


@pytest.mark.parametrize(
    "kind", ["text", "number", "percent", "money", "year", "period", "choice", "yes-no", "units", "date"]
)
def test_cells_that_hold_no_value_are_told_in_every_kind(kind):
    error = Cell(1, 1, CellKind.ERROR, "#REF!")
    uncached = Cell(1, 1, CellKind.TEXT, "", formula="B3/C3", uncached=True)
    picture = Cell(1, 1, CellKind.TEXT, '=DISPIMG("ID_01",1)', formula='_xlfn.DISPIMG("ID_01",1)')
    for cell, code in ((error, "N101"), (uncached, "N102"), (picture, "N104")):
        assert told(interpret(cell, kind=kind, campaign=CAMPAIGN)) == code


def test_a_struck_or_garbled_cell_is_doubted_but_kept():
    struck = Cell(1, 1, CellKind.TEXT, "98.5", struck=True)
    assert told(interpret(struck, kind="percent", campaign=CAMPAIGN)) == "98.5 N103"
    assert told(read("污水处\ufffd厂", "text")) == "污水处\ufffd厂 N105"


@pytest.mark.parametrize(
    ("years", "expected"), [((2022,), "85.6"), ((2021,), "N215"), ((), "85.6"), ((2020, 2021, 2022), "85.6")]
)
def test_a_year_told_in_the_cell_must_be_that_of_the_column(years, expected):
    assert told(read("2022年：85.6%", "percent", years=years)) == expected


BLANKS = [
    ("无", Blank.NONE), ("暂无", Blank.NONE), ("没有", Blank.NONE), ("空", Blank.NONE), ("无。", Blank.NONE), ("　无　", Blank.NONE),
    ("/", Blank.NOT_APPLICABLE), ("／", Blank.NOT_APPLICABLE), ("\\", Blank.NOT_APPLICABLE), ("-", Blank.NOT_APPLICABLE),
    ("—", Blank.NOT_APPLICABLE), ("——", Blank.NOT_APPLICABLE), ("–", Blank.NOT_APPLICABLE), ("－", Blank.NOT_APPLICABLE),
    ("//", Blank.NOT_APPLICABLE), ("不涉及", Blank.NOT_APPLICABLE), ("不适用", Blank.NOT_APPLICABLE), ("N/A", Blank.NOT_APPLICABLE),
    ("n/a", Blank.NOT_APPLICABLE), ("不 涉 及", Blank.NOT_APPLICABLE), ("本单位不涉及", Blank.NOT_APPLICABLE),
    ("同上", Blank.SAME), ("〃", Blank.SAME), ("″", Blank.SAME), ('"', Blank.SAME), ("”", Blank.SAME), ("同 上", Blank.SAME),
    ("待定", Blank.PENDING), ("待补充", Blank.PENDING), ("TBD", Blank.PENDING), ("？", Blank.PENDING), ("正在统计", Blank.PENDING),
    ("详见附件", Blank.ELSEWHERE), ("见附件1", Blank.ELSEWHERE), ("另报", Blank.ELSEWHERE), ("详见附件3说明", Blank.ELSEWHERE), ("附后", Blank.ELSEWHERE),
    ("", Blank.EMPTY), ("  ", Blank.EMPTY), ("\u200b", Blank.EMPTY), ("\n", Blank.EMPTY), ("＿＿＿", Blank.EMPTY), ("____", Blank.EMPTY), ("\u3000", Blank.EMPTY),
]  # fmt: skip


@pytest.mark.parametrize(("written", "blank"), BLANKS)
@pytest.mark.parametrize("kind", ["text", "number", "date", "period", "units"])
def test_blank_markers_have_classes(written, blank, kind):
    result = read(written, kind)
    assert (result.value, result.blank, result.remarks) == ("", blank, ())


def test_zero_is_a_value_and_no_cell_is_empty():
    assert read("0", "number").blank is Blank.FILLED
    assert interpret(number_cell("0"), kind="number", campaign=CAMPAIGN).value == "0"
    assert interpret(None, kind="number", campaign=CAMPAIGN).blank is Blank.EMPTY


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("总投资（亿元）", ("总投资", "亿元")),
        ("总投资(万元)", ("总投资", "万元")),
        ("总投资（单位：万元）", ("总投资", "万元")),
        ("总投资\n（万元）", ("总投资", "万元")),
        ("总投资 （ 万 元 ）", ("总投资", "万元")),
        ("总投资/万元", ("总投资", "万元")),
        ("总投资 单位：万元", ("总投资", "万元")),
        ("总投资【亿元】", ("总投资", "亿元")),
        ("占比%", ("占比", "%")),
        ("占比（％）", ("占比", "%")),
        ("2022年（%）", ("2022年", "%")),
        ("浓度（μg/m³）", ("浓度", "微克/立方米")),
        ("能耗（吨标煤/万元）", ("能耗", "吨标准煤/万元")),
        ("面积（万亩）", ("面积", "万亩")),
        ("份数（份）", ("份数", "份")),
        ("填报单位（盖章）", ("填报单位（盖章）", "")),
        ("指标名称（序号）", ("指标名称（序号）", "")),
        ("文件名称/编号", ("文件名称/编号", "")),
        ("年份/年限", ("年份/年限", "")),
        ("生态环境状况指数（EI）", ("生态环境状况指数（EI）", "")),
        ("总投资", ("总投资", "")),
        ("（万元）", ("（万元）", "")),
        ("", ("", "")),
    ],
)
def test_the_measure_of_a_heading(heading, expected):
    assert heading_measure(heading) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("吨标煤", "吨标准煤"), ("吨标煤/万元", "吨标准煤/万元"), ("m³", "立方米"), ("m3", "立方米"), ("㎡", "平方米"), ("％", "%"),
        ("个百分点", "%"), ("-", ""), ("—", ""), ("/", ""), ("", ""), ("μg/m³", "微克/立方米"), ("µg/m3", "微克/立方米"), ("km²", "平方千米"),
        ("万平方公里", "万平方千米"), ("立方米／万元", "立方米/万元"), (" 万 元 ", "万元"), ("公顷", "公顷"), ("hm²", "公顷"), ("怪单位", "怪单位"),
    ],
)  # fmt: skip
def test_measures_in_one_spelling(written, expected):
    assert normalise_measure(written) == expected


def test_amounts_stay_exact():
    assert Decimal(read("0.1亿元", "money").value) == Decimal(1000)
    assert read("123456789.123456元", "money").value == "12345.6789123456"


def test_text_keeps_its_inside_and_loses_only_what_nobody_sees():
    assert read("  第一行_x000D_\n第二 行\u200b ", "text").value == "第一行\n第二 行"
    assert interpret(number_cell("13800000001"), kind="text", campaign=CAMPAIGN).value == "13800000001"
    assert interpret(number_cell("1.0"), kind="text", campaign=CAMPAIGN).value == "1"
    assert interpret(text_cell("001"), kind="text", campaign=CAMPAIGN).value == "001"
