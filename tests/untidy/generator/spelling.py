"""The ways people write one value: numbers, money, dates, periods, years, choices, units, blanks."""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from tests.untidy.generator.model import Entry, Value
from tests.untidy.generator.words import SEPARATORS

FULL = {ord(plain): chr(ord(plain) + 0xFEE0) for plain in "0123456789.%,-/()"}
DIGITS = "零一二三四五六七八九"


@dataclass(eq=False)
class Spelled:
    """A cell as typed and what a careful reader takes it for."""

    entry: Entry
    value: str
    also: tuple[str, ...] = ()
    tell: bool = False
    optional: bool = False
    kind: str = ""


@dataclass
class Hand:
    """One clerk's hand: which kinds it has, how often it strays, and the chance it draws on."""

    kinds: frozenset[str]
    chance: random.Random
    often: float = 0.35
    used: set[str] = field(default_factory=set)

    def has(self, kind: str) -> bool:
        """Say whether the file has a kind, remembering that it was asked and so may show."""
        return kind in self.kinds

    def strays(self, kind: str) -> bool:
        if kind in self.kinds and self.chance.random() < self.often:
            self.used.add(kind)
            return True
        return False

    def pick(self, options: tuple[str, ...] | list[str]) -> str:
        return self.chance.choice(list(options))

    def one_of(self, options: dict[str, Callable[[], Spelled]]) -> Spelled | None:
        """Return the spelling of one kind among those the hand has, or None for the plain one."""
        able = [name for name in options if name in self.kinds]
        if not able or self.chance.random() > self.often + 0.1 * len(able):
            return None
        name = self.chance.choice(able)
        self.used.add(name)
        result = options[name]()
        result.kind = name
        return result


def plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def as_number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def chinese(value: int) -> str:
    """Return Chinese numerals of a whole number below a hundred million."""
    if value >= 10000:
        rest = value % 10000
        joint = "零" if 0 < rest < 1000 else ""
        return chinese(value // 10000) + "万" + (joint + chinese(rest) if rest else "")
    text, gap = "", False
    for unit, size in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit = value // size % 10
        if digit:
            text += ("零" if gap else "") + DIGITS[digit] + unit
            gap = False
        elif text:
            gap = True
    return (text or DIGITS[0]).removeprefix("一") if 10 <= value < 20 else text or DIGITS[0]


def chinese_decimal(value: Decimal) -> str:
    whole, _, part = plain(value).partition(".")
    return chinese(int(whole)) + ("点" + "".join(DIGITS[int(digit)] for digit in part) if part else "")


def chinese_year(year: int) -> str:
    return "".join("〇" if digit == "0" else DIGITS[int(digit)] for digit in str(year))


def spell_percent(value: Decimal, hand: Hand) -> Spelled:
    """Spell a figure of a column whose measure is %."""
    shown = plain(value)
    choice = hand.one_of(
        {
            "percent_sign": lambda: Spelled(Entry(hand.pick((shown + "%", shown + "％"))), shown),
            "percent_format": lambda: Spelled(
                Entry(float(value / 100), "0.00%" if value * 10 % 1 else hand.pick(("0.0%", "0.00%"))), shown
            ),
            "chinese_numerals": lambda: Spelled(Entry("百分之" + chinese_decimal(value)), shown),
            **_common(value, hand, "%"),
        }
    )
    return choice or Spelled(Entry(as_number(value)), shown)


def spell_quantity(value: Decimal, measure: str, hand: Hand) -> Spelled:
    """Spell a figure in another measure."""
    shown = plain(value)
    options = _common(value, hand, measure)
    if measure not in ("", "-"):
        options["unit_attached"] = lambda: Spelled(Entry(shown + measure), shown)
    return hand.one_of(options) or Spelled(Entry(as_number(value)), shown)


def _common(value: Decimal, hand: Hand, suffix: str) -> dict[str, Callable[[], Spelled]]:
    shown, sign = plain(value), hand.pick(("", suffix)) if suffix == "%" else ""
    options: dict[str, Callable[[], Spelled]] = {
        "text_numbers": lambda: Spelled(Entry(shown), shown),
        "full_width_digits": lambda: Spelled(Entry((shown + sign).translate(FULL)), shown),
        "error_cells": lambda: Spelled(Entry(hand.pick(("#REF!", "#DIV/0!", "#VALUE!"))), "", tell=True),
        "formulas": lambda: Spelled(Entry(as_number(value), formula=_sum_of(value, hand)), shown),
        "formulas_uncached": lambda: Spelled(Entry(None, formula=_sum_of(value, hand), cached=False), "", tell=True),
    }
    if value > 1:
        options |= {
            "approximate": lambda: Spelled(Entry(hand.pick(("约{}", "{}左右", "近{}")).format(shown + sign)), shown),
            "bound": lambda: Spelled(Entry(f"{shown}{sign}以上"), shown, also=("",), tell=True),
            "range": lambda: Spelled(Entry(_range(value, sign, hand)), "", tell=True),
        }
    if value % 1:
        options["float_noise"] = lambda: Spelled(Entry(float(f"{float(value):.17g}") * (1 + 2.3e-16)), shown)
    return options


def _range(value: Decimal, sign: str, hand: Hand) -> str:
    upper = plain(value + 2)
    return hand.pick(("{a}{s}～{b}{s}", "{a}-{b}{s}", "{a}{s}至{b}{s}")).format(a=plain(value), b=upper, s=sign)


def _sum_of(value: Decimal, hand: Hand) -> str:
    part = (value / 3).quantize(Decimal("0.01"))
    return hand.pick((f"={plain(part)}+{plain(value - part)}", f"=ROUND({plain(value)},4)"))


def spell_money(value: Decimal, hand: Hand, heading: str) -> Spelled:
    """Spell an amount known in 万元 under a heading in 万元 (or without), 亿元 or 元."""
    scale = {"亿元": Decimal(10000), "元": Decimal(1) / 10000}.get(heading, Decimal(1))
    shown, typed = plain(value), value / scale
    options = {
        "text_numbers": lambda: Spelled(Entry(plain(typed)), shown),
        "full_width_digits": lambda: Spelled(Entry(plain(typed).translate(FULL)), shown),
        "unit_attached": lambda: Spelled(Entry(shown + hand.pick(("万元", "万元", "万"))), shown),
        "approximate": lambda: Spelled(Entry(hand.pick(("约{}", "{}左右")).format(shown + "万元")), shown),
        "range": lambda: Spelled(Entry(f"{shown}-{plain(value + 300)}万元"), "", tell=True),
        "formulas": lambda: Spelled(Entry(as_number(typed), formula=_sum_of(typed, hand)), shown),
        "formulas_uncached": lambda: Spelled(Entry(None, formula=_sum_of(typed, hand), cached=False), "", tell=True),
        "error_cells": lambda: Spelled(Entry(hand.pick(("#REF!", "#N/A"))), "", tell=True),
        "thousands": lambda: _thousands(typed, shown, hand),
    }
    if value >= 1000:
        options["amount_in_hundred_millions"] = lambda: Spelled(
            Entry(plain(value / 10000) + hand.pick(("亿元", "亿"))), shown
        )
    if heading in ("", "万元"):
        options["number_format_with_unit"] = lambda: Spelled(
            Entry(as_number(value), hand.pick(('0.##"万元"', '#,##0.00"万元"'))), shown
        )
    if value == value.to_integral_value() and value < 10000:
        options["chinese_numerals"] = lambda: Spelled(Entry(chinese(int(value)) + "万元"), shown)
    if typed % 1:
        options["float_noise"] = lambda: Spelled(Entry(float(typed) * (1 + 2.3e-16)), shown)
    return hand.one_of(options) or Spelled(Entry(as_number(typed)), shown)


def _thousands(typed: Decimal, shown: str, hand: Hand) -> Spelled:
    if hand.chance.random() < 0.5 or (typed % 1 and -typed.as_tuple().exponent > 2):  # type: ignore[operator]
        return Spelled(Entry(f"{typed.normalize():,f}"), shown)
    return Spelled(Entry(as_number(typed), "#,##0.00" if typed % 1 else hand.pick(("#,##0", "#,##0.00"))), shown)


def spell_date(day: datetime.date, hand: Hand) -> Spelled:
    """Spell a due date; precision is a day or a month, as the writing has it."""
    month = f"{day:%Y-%m}"
    if hand.strays("real_dates"):
        entry = Entry(day, hand.pick(("yyyy/m/d", 'yyyy"年"m"月"d"日"', "yyyy-mm-dd", "yyyy\\.mm\\.dd")))
        return Spelled(entry, day.isoformat(), kind="real_dates")
    if not hand.strays("dates_spelled"):
        return Spelled(Entry(f"{day.year}年{day.month}月"), month)
    full = (
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}.{day.month}.{day.day}",
        f"{day:%Y-%m-%d}",
        f"{day:%Y/%m/%d}",
        f"{day:%Y%m%d}",
        f"{day.year}年{day.month}月{day.day}日前",
        f"{day.year} 年 {day.month} 月 {day.day} 日",
    )
    monthly = (
        f"{day:%Y-%m}",
        f"{day:%Y/%m}",
        f"{day:%Y.%m}",
        f"{day:%Y}年{day:%m}月",
        f"{chinese_year(day.year)}年{chinese(day.month)}月",
        f"{day.year}年{day.month}月".translate(FULL),
        f"{day.year}年{day.month}月底",
        f"{day.year}年{day.month}月底前",
        f"{str(day.year)[2:]}年{day.month}月",
    )
    if hand.chance.random() < 0.5:
        return Spelled(Entry(hand.pick(full)), day.isoformat(), kind="dates_spelled")
    last = (day.replace(day=28) + datetime.timedelta(days=4)).replace(day=1) - datetime.timedelta(days=1)
    return Spelled(Entry(hand.pick(monthly)), month, also=(last.isoformat(),), kind="dates_spelled")


def spell_period(start: tuple[int, int], end: tuple[int, int], hand: Hand) -> Spelled:
    """Spell a period of whole years (months 1 and 12) or of months."""
    value = f"{start[0]}-{start[1]:02}/{end[0]}-{end[1]:02}"
    yearly = start[1] == 1 and end[1] == 12
    if hand.strays("open_periods"):
        text = hand.pick((f"{start[0]}年起", f"{start[0]}年{start[1]}月起", f"{start[0]}年至今"))
        return Spelled(
            Entry(text), "", also=(f"{start[0]}-{start[1]:02}/", f"{start[0]}-01/"), tell=True, kind="open_periods"
        )
    if not hand.strays("periods_spelled"):
        text = f"{start[0]}-{end[0]}" if yearly else f"{start[0]}年{start[1]}月-{end[0]}年{end[1]}月"
        return Spelled(Entry(text), value)
    (a, b), (c, d) = start, end
    months = (
        f"{a}.{b}-{c}.{d}",
        f"{a}.{b:02}—{c}.{d:02}",
        f"{a}/{b}-{c}/{d}",
        f"{a}年{b}月至{c}年{d}月",
        f"{a}年{b}月—{c}年{d}月",
        f"{a}年{b}月~{c}年{d}月",
        f"{a}{b:02}-{c}{d:02}",
        f"{a} 年{b} 月\n至{c}年{d}月",
        f"{a}年{b}月－{c}年{d}月".translate(FULL),
        f"{a}年{b}月1日至{c}年{d}月28日",
    )
    years = (
        f"{a}~{c}年",
        f"{a}—{c}",
        f"{a}年至{c}年",
        f"{a}～{c}年",
        f"{a}年-{c}年",
        f"{chinese_year(a)}年至{chinese_year(c)}年",
        f"{a}-{c}".translate(FULL),
        f"{str(a)[2:]}年-{str(c)[2:]}年",
        f"{a}年——{c}年",
        f"{a}至{c}年",
    )
    return Spelled(Entry(hand.pick(years if yearly else months)), value, kind="periods_spelled")


def spell_years(years: tuple[int, ...], hand: Hand) -> Spelled:
    value = ";".join(map(str, years))
    first, last = years[0], years[-1]
    if len(years) == 1:
        return Spelled(Entry(hand.chance.choice([first, f"{first}年", str(first)])), value)
    whole = (f"{first}-{last}年", f"{first}—{last}", f"{first}至{last}年", f"{first}～{last}年")
    listed = "、".join(map(str, years))
    options = (*whole, "近三年", "逐年", f"{listed}年", listed)
    return Spelled(Entry(hand.pick(options) if hand.strays("dates_spelled") else f"{first}-{last}"), value)


def spell_yes_no(yes: bool, hand: Hand) -> Spelled:
    words = ("√", "✓", "有", "已提供", "Y", "是 ", "提供", "√ ") if yes else ("×", "无", "未提供", "N", "没有", "否 ")
    chosen = hand.pick(words) if hand.strays("yes_no_spelled") else ("是" if yes else "否")
    return Spelled(Entry(chosen), "yes" if yes else "no", kind="yes_no_spelled")


def spell_verdict(met: bool, hand: Hand) -> Spelled:
    words = ("√", "是", "已达标", "达标。", "Y", "达 标") if met else ("×", "否", "不达标", "未达", "N", "没有达标")
    value = "达标" if met else "未达标"
    return Spelled(Entry(hand.pick(words) if hand.strays("yes_no_spelled") else value), value, kind="yes_no_spelled")


CHOICES: dict[str, tuple[str, ...]] = {
    "约束性": ("约束", "约束性指标", "约束性 ", "约 束 性"),
    "参考性": ("参考", "参考性指标", "参考性 ", "参 考 性"),
    "扫描件": ("扫描", "扫描件 ", "PDF扫描件", "电子扫描件"),
    "纸质盖章件": ("纸质", "纸质件", "盖章纸质件", "纸质（盖章）"),
    "电子表": ("电子表格", "Excel", "excel表格"),
    "新建": ("新建项目", "新 建", "新建 "),
    "续建": ("续建项目", "续 建"),
    "改建": ("改建项目", "改 建"),
    "扩建": ("扩建项目", "扩建 "),
}


def spell_choice(value: str, hand: Hand) -> Spelled:
    words = CHOICES.get(value, (value + "类", value + "体系", value + " ") if value.startswith("生态") else (value,))
    return Spelled(Entry(hand.pick(words) if hand.strays("choices_spelled") else value), value, kind="choices_spelled")


def spell_units(units: list[tuple[str, tuple[str, ...]]], ids: list[str], hand: Hand) -> Spelled:
    """Spell a list of (full name, short names)."""
    separator = hand.pick(SEPARATORS) if hand.strays("unit_lists_spelled") else "、"
    names, touched = [], ""
    for name, short in units:
        other = short and hand.strays("units_by_alias")
        touched = "units_by_alias" if other else touched
        names.append(hand.pick(short) if other else name)
    text = separator.join(names)
    if hand.has("unit_lists_spelled") and hand.chance.random() < 0.1:
        text += hand.pick(("。", "等", "；"))
    return Spelled(Entry(text), ";".join(ids), kind=touched or "unit_lists_spelled")


def spell_text(text: str, hand: Hand) -> Spelled:
    if len(text) > 8 and hand.strays("line_breaks_in_text"):
        middle = len(text) // 2
        return Spelled(Entry(text[:middle] + "\n" + text[middle:]), text, kind="line_breaks_in_text")
    return Spelled(Entry(text), text)


def spell_blank(hand: Hand) -> Entry | None:
    """Return how a cell without a value is left: empty, or a word that says so."""
    if hand.strays("blank_markers"):
        return Entry(hand.pick(("无", "/", "—", "不涉及", "无", "-", "／", "暂无", "——")))
    return Entry("  ") if hand.has("spaces_around") and hand.chance.random() < 0.05 else None


def padded(spelled: Spelled, hand: Hand) -> Spelled:
    """Return a text with spaces before or after it, as pasted from elsewhere."""
    value: Value = spelled.entry.value
    if isinstance(value, str) and value and not spelled.entry.formula and hand.strays("spaces_around"):
        spelled.entry.value = hand.pick((" {}", "{} ", "　{}", "{}\n", "\u00a0{}", "{}\u200b")).format(value)
        spelled.kind = spelled.kind or "spaces_around"
    return spelled
