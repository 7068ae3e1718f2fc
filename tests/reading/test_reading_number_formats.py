"""Numbers and dates show what a person sees in WPS or Excel."""

from __future__ import annotations

from decimal import Decimal

import pytest

from sishui_eco.reading.cells import exact_number, number_parts
from sishui_eco.reading.number_format import builtin_format, compile_format

SHOWN = [
    ("0.985", "0.0%", "98.5%"),
    ("0.985", "0%", "99%"),
    ("-0.05", "0.0%", "-5.0%"),
    ("1234567.891", "#,##0.00", "1,234,567.89"),
    ("1234.5", "#,##0.00_ ", "1,234.50"),
    ("-5.5", "#,##0.00_ ;[Red]-#,##0.00\\ ", "-5.50"),
    ("-5.5", "0.0;(0.0)", "(5.5)"),
    ("0", '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "-"),
    ("1200", '0"万元"', "1200万元"),
    ("12345678", '0!.0,"万"', "1234.6万"),
    ("5371234567", "000-0000-0000", "053-7123-4567"),
    ("12345", "0.00E+00", "1.23E+04"),
    ("1", "000", "001"),
    ("0", "#", ""),
    ("12.5", "0.##", "12.5"),
    ("1234567", "#,##0,", "1,235"),
    ("15", '[>10]"大";"小"', "大"),
    ("5", '[>10]"大";"小"', "小"),
    ("12", ";;;", ""),
    ("1234", "[$￥-804]#,##0.0", "￥1,234.0"),
    ("2.5", "0", "3"),
    ("0.125", "0.00", "0.13"),
    ("0.29", "General", "0.29"),
    ("0.3333333333333333", "General", "0.3333333333"),
    ("123456789012", "General", "123456789012"),
    ("1E-12", "General", "1E-12"),
    ("1.5E20", "General", "1.5E+20"),
    ("-1234.5678", "General", "-1234.5678"),
    ("44986", 'yyyy"年"m"月"', "2023年3月"),
    ("44986", '[$-804]yyyy"年"m"月"d"日";@', "2023年3月1日"),
    ("44986", "yyyy/m/d;@", "2023/3/1"),
    ("44986", "mmm-yy", "Mar-23"),
    ("44986", "aaaa", "星期三"),
    ("44986.5", "yyyy-mm-dd hh:mm:ss", "2023-03-01 12:00:00"),
    ("44986.75", "m/d/yy h:mm AM/PM", "3/1/23 6:00 PM"),
    ("0.5", '上午/下午h"时"mm"分"', "下午12时00分"),
    ("1.5", "[h]:mm", "36:00:00"),
    ("1", "yyyy-mm-dd", "1900-01-01"),
    ("61", "yyyy-mm-dd", "1900-03-01"),
    ("60", "yyyy-mm-dd", "60"),
    ("0.999999999", "yyyy-mm-dd hh:mm", "0.999999999"),
    ("2958466", "yyyy-mm-dd", "2958466"),
]


@pytest.mark.parametrize(("number", "code", "seen"), SHOWN)
def test_number_shows_as_in_the_cell(number: str, code: str, seen: str) -> None:
    assert number_parts(Decimal(number), compile_format(code), False)[1] == seen


@pytest.mark.parametrize(
    ("code", "is_date"),
    [
        ("yyyy-mm-dd", True),
        ("[Red]0.00", False),
        ('0"年"', False),
        ('"d"0', False),
        ("mm:ss.0", True),
        ("General", False),
        ("[h]:mm", True),
        ("[DBNum1]General", False),
        ("#,##0.00_ ", False),
        ("0.00E+00", False),
        ("@", False),
        ('e"年"m"月"', True),
    ],
)
def test_dates_are_known_by_their_format(code: str, is_date: bool) -> None:
    assert compile_format(code).is_date is is_date


def test_builtin_numbers_mean_what_chinese_excel_means() -> None:
    assert builtin_format(14) == "yyyy/m/d"
    assert builtin_format(31) == 'yyyy"年"m"月"d"日"'
    assert builtin_format(10) == "0.00%"
    assert builtin_format(777) == "General"


@pytest.mark.parametrize("text", ["", "abc", "1_000", "NaN", "inf", "1e999999", "--1", "1,2", "0x1f", "1" * 500])
def test_what_is_no_number_is_none(text: str) -> None:
    assert exact_number(text) is None


@pytest.mark.parametrize(
    "code",
    ["0.0.0", "%%%", "[", '"', "\\", ";;;;;;", "[<", "E+", "#" * 300, "0" * 2000, "[>1e9]0", "*", "_", "[h", "?/?"],
)
def test_senseless_formats_still_show_something(code: str) -> None:
    for number in ("0", "-1.5", "44986", "1E+300", "-1E-300"):
        assert isinstance(number_parts(Decimal(number), compile_format(code), False)[1], str)
