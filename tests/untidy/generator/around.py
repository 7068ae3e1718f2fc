"""What stands around a table: titles, whose it is, instructions, notes, signatures, footers."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from tests.untidy.generator import words
from tests.untidy.generator.content import short_names
from tests.untidy.generator.model import AROUND, NOT_A_RECORD, NOTE, Claim, Line, Part, Sheet
from tests.untidy.generator.spelling import Hand, chinese, chinese_year

REPORTED = datetime.date(2023, 7, 20)


@dataclass(eq=False)
class Frame:
    """The paper a table stands on: which columns it spans, and whether it is a Word document."""

    sheet: Sheet
    hand: Hand
    left: int
    width: int
    word: bool

    def line(self, classes: frozenset[str] = AROUND) -> Line:
        return Line(classes, block="paragraph" if self.word else "")

    def across(self, text: str, classes: frozenset[str] = AROUND, *, merged: bool = True) -> Line:
        """Return a line with one text, merged over the table as titles are."""
        line = self.line(classes)
        line.put(self.left, text)
        if merged and not self.word and self.width > 1:
            self.sheet.merge(line, self.left, line, self.left + self.width - 1)
        return line


def name_of(unit: Any, hand: Hand) -> str:
    """Return the unit's name as this clerk writes it."""
    name = str(unit.name)
    if hand.has("unit_alias") and unit.aliases:
        name = hand.pick(unit.aliases)
    elif hand.has("unit_with_county"):
        name = "泗水" + name if name.startswith("县") else ("济宁" + name if name.startswith("市") else "泗水县" + name)
        name = unit.name if "泗水" in str(unit.name) and not name.startswith("济宁市生") else name
    elif hand.has("unit_short"):
        name = hand.pick(short_names(unit) or (name,))
    if hand.has("unit_spaced") and len(name) > 4:
        middle = len(name) // 2
        name = name[:middle] + hand.pick((" ", "　", "  ")) + name[middle:]
    return name


def above(frame: Frame, form: str, unit_text: str, part: Part) -> list[Line]:
    """Return everything that stands over the headings."""
    hand, lines = frame.hand, []
    if hand.has("blank_rows_before") and not frame.word:
        lines += [Line() for _ in range(hand.chance.randint(1, 3))]
    title = hand.pick(words.TITLES[form])
    if hand.has("unit_in_title"):
        title = hand.pick((f"{unit_text}{title}", f"{title}（{unit_text}）", f"{title} —{unit_text}"))
    if hand.has("title_with_annex_line"):
        lines.append(frame.across(words.LABELS[form] + hand.pick(("", "：")), merged=False))
    elif hand.chance.random() < 0.4:
        title = words.LABELS[form] + hand.pick(("：", " ", "  ")) + title
    if hand.has("title_two_lines"):
        lines += [frame.across("泗水县创建省级生态文明建设示范区"), frame.across(title)]
    elif hand.has("title_row") or hand.has("unit_in_title"):
        lines.append(frame.across(title))
    lines += unit_lines(frame, unit_text, part)
    if hand.has("instructions"):
        lines.append(frame.across(hand.pick(words.INSTRUCTIONS), NOT_A_RECORD))
    return lines


def unit_lines(frame: Frame, unit_text: str, part: Part) -> list[Line]:
    """Return the line that says whose the table is, with the unit of money at its right."""
    hand, line = frame.hand, frame.line()
    label = hand.pick(words.REPORTING_LABELS)
    if hand.has("unit_in_one_cell") or (hand.has("unit_label_and_cell") and frame.word):
        tail = hand.pick(("", "", "（盖章）", "（公章）")) if "章" not in label else ""
        line.put(frame.left, f"{label}{hand.pick(('：', ':', '： '))}{unit_text}{tail}")
        _reporting(part, line, frame.left, unit_text, tail)
    elif hand.has("unit_label_and_cell"):
        line.put(frame.left, label + hand.pick(("", "：")))
        line.put(frame.left + 1, unit_text)
        _reporting(part, line, frame.left + 1, unit_text, "")
    if hand.has("measure_line") and not frame.word and frame.width > 2:
        line.put(
            frame.left + frame.width - 1, hand.pick(("单位：万元", "单位:万元", "（单位：万元）", "金额单位：万元"))
        )
    return [line] if line.cells else []


def _reporting(part: Part, line: Line, column: int, text: str, tail: str) -> None:
    part.claims.append(Claim("", "reporting_unit", text, [(line, column)], also=(text + tail,), kind="reporting_unit"))


def below(frame: Frame, unit_text: str, part: Part) -> list[Line]:
    """Return everything that stands under the records."""
    hand, lines = frame.hand, []
    if hand.has("notes_below"):
        lines += [frame.across(text, NOT_A_RECORD, merged=hand.chance.random() < 0.6) for text in _notes(hand)]
    if hand.has("signatures"):
        lines += signatures(frame, part)
    if hand.has("unit_in_seal_line"):
        lines += _seal(frame, unit_text)
    if hand.has("footer"):
        lines.append(frame.across(hand.pick(words.FOOTERS), NOT_A_RECORD, merged=False))
    if hand.has("contacts_below") and not frame.word:
        lines += [Line(), *_contacts(frame)]
    return lines


def _notes(hand: Hand) -> list[str]:
    return hand.chance.sample(words.NOTES, hand.chance.choice((1, 1, 2)))


def _seal(frame: Frame, unit_text: str) -> list[Line]:
    day = f"{REPORTED.year}年{REPORTED.month}月{REPORTED.day}日"
    at = frame.left + max(frame.width - 3, 0)
    seal, dated = frame.line(NOT_A_RECORD), frame.line(NOT_A_RECORD)
    seal.put(at, frame.hand.pick((f"{unit_text}（盖章）", f"{unit_text}（公章）", unit_text)))
    dated.put(at, day)
    return [Line(block=seal.block), seal, dated]


def _contacts(frame: Frame) -> list[Line]:
    rows = (
        ("通讯录", "", ""),
        ("姓名", "部门", "手机号码"),
        ("测试庚", "办公室", "13800000021"),
        ("测试辛", "业务股", "13800000022"),
    )
    lines = []
    for row in rows:
        line = Line(NOT_A_RECORD)
        for offset, text in enumerate(row):
            if text:
                line.put(frame.left + offset, text)
        lines.append(line)
    return lines


def signatures(frame: Frame, part: Part) -> list[Line]:
    """Return who answers for the table, in one cell, in cells of their own, or on two lines."""
    hand = frame.hand
    people = {
        "responsible_name": hand.pick(words.PEOPLE),
        "liaison_name": hand.pick(words.PEOPLE),
        "liaison_phone": f"1380000{hand.chance.randint(0, 9999):04}",
        "report_date": hand.pick(_days()),
    }
    labels = {name: hand.pick(options) for name, options in words.ROLE_LABELS.items()}
    rows = [list(people)] if not hand.has("signatures_two_lines") else [list(people)[:2], list(people)[2:]]
    if hand.has("signatures_in_parts") and not frame.word:
        return [_parted(frame, row, people, labels, part) for row in rows]
    return [_joined(frame, row, people, labels, part) for row in rows]


def _days() -> tuple[str, ...]:
    day = REPORTED
    return (
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y-%m-%d}",
        f"{day:%Y.%m.%d}",
        f"{day.year}年 {day.month}月 {day.day}日",
        f"{day:%Y/%m/%d}",
        f"{chinese_year(day.year)}年{chinese(day.month)}月{chinese(day.day)}日",
    )


def _parted(frame: Frame, names: list[str], people: dict[str, str], labels: dict[str, str], part: Part) -> Line:
    """Return label and value in neighbouring cells."""
    line, column = frame.line(NOT_A_RECORD), frame.left
    for name in names:
        if column + 1 > frame.left + frame.width + 6:
            break
        line.put(column, labels[name] + frame.hand.pick(("", "：")))
        line.put(column + 1, people[name])
        part.claims.append(_claim(name, people[name], line, column + 1))
        column += frame.hand.chance.choice((2, 2, 3))
    return line


def _joined(frame: Frame, names: list[str], people: dict[str, str], labels: dict[str, str], part: Part) -> Line:
    """Return all in one cell with wide gaps, or one cell each."""
    hand = frame.hand
    line = frame.line(NOT_A_RECORD)
    texts = [f"{labels[name]}{hand.pick(('：', ':', '： '))}{people[name]}" for name in names]
    if frame.word or hand.chance.random() < 0.6:
        line.put(frame.left, hand.pick(("    ", "        ", "　　　", "；")).join(texts))
        if not frame.word and frame.width > 1:
            frame.sheet.merge(line, frame.left, line, frame.left + frame.width - 1)
        part.claims += [_claim(name, people[name], line, frame.left) for name in names]
        return line
    for step, (name, text) in enumerate(zip(names, texts, strict=True)):
        line.put(frame.left + step * 2, text)
        part.claims.append(_claim(name, people[name], line, frame.left + step * 2))
    return line


def _claim(name: str, text: str, line: Line, column: int) -> Claim:
    value = REPORTED.isoformat() if name == "report_date" else text
    return Claim("", name, value, [(line, column)], kind="signatures")


def decoy_sheets(hand: Hand) -> list[Sheet]:
    """Return the sheets that have nothing to do with the forms."""
    sheets = []
    if hand.has("decoy_sheet"):
        sheets.append(_decoy(hand.chance.choice(words.DECOY_SHEETS)))
    if hand.has("hidden_decoy_sheet"):
        sheets.append(_decoy(("备份", words.DECOY_SHEETS[2][1]), hidden=True))
    if hand.has("prose_sheet"):
        sheets.append(_decoy(("填报说明", tuple((text,) for text in words.PROSE))))
    if hand.has("empty_sheets"):
        sheets += [Sheet("Sheet2"), Sheet("Sheet3")]
    taken: set[str] = set()
    return [sheet for sheet in sheets if not (sheet.name in taken or taken.add(sheet.name))]  # type: ignore[func-returns-value]


def _decoy(drawn: tuple[str, tuple[tuple[object, ...], ...]], *, hidden: bool = False) -> Sheet:
    sheet = Sheet(drawn[0], hidden=hidden)
    for row in drawn[1]:
        line = Line(NOT_A_RECORD)
        for column, value in enumerate(row, start=1):
            line.put(column, value)  # type: ignore[arg-type]
        sheet.add(line)
    return sheet


def inside_note(frame: Frame) -> Line:
    line = Line(NOT_A_RECORD)
    line.put(frame.left, frame.hand.pick(words.NOTES_INSIDE))
    if frame.hand.chance.random() < 0.6 and frame.width > 1:
        frame.sheet.merge(line, frame.left, line, frame.left + frame.width - 1)
    return line


NIL_TEXTS = (
    "经研究，我单位无重点工程项目提报。",
    "本单位无重点工程项目。",
    "无重点工程项目提报",
    "我单位2023年至2030年无重点工程项目，特此说明。",
)


def nil_lines(frame: Frame, part: Part, note: frozenset[str] = NOTE | NOT_A_RECORD) -> list[Line]:
    part.nil = True
    return [frame.across(frame.hand.pick(NIL_TEXTS), note, merged=False)]
