"""The sample inbox is what its plan says, looked at with other eyes than those that drew it."""

from __future__ import annotations

import csv
import email
import io
import json
import re
import zipfile
from collections import Counter
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from email.header import decode_header
from html import unescape
from pathlib import Path

import docx
import olefile
import openpyxl
import pytest
import xlrd
from lxml import etree, html
from openpyxl.cell.cell import Cell

from sishui_eco.intake.sniffing import sniff
from sishui_eco.model.arrival import FileKind
from sishui_eco.sample import FilePlan, Plan, build_sample
from sishui_eco.sample.faults import FAULTS, FORM_OF
from sishui_eco.sample.tables import facts, projects
from sishui_eco.spec.campaign import Campaign
from sishui_eco.spec.settings import default_campaign

NAME = re.compile(r"(?:分管责任人|联络员|主要负责人（签字）|分管责任人（签字）)：([^\s　]{1,6})")
PHONE = re.compile(r"1\d{10}")


@pytest.fixture(scope="module")
def campaign() -> Campaign:
    return default_campaign()


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sample") / "收件"


@pytest.fixture(scope="module")
def plan(inbox: Path, campaign: Campaign) -> Plan:
    return build_sample(inbox, campaign)


@pytest.fixture(scope="module")
def contents(inbox: Path, plan: Plan) -> dict[tuple[str, str], bytes]:
    """Every arrival's bytes by (file, member), unpacked here without our own intake."""
    found: dict[tuple[str, str], bytes] = {}
    for path in sorted(inbox.rglob("*")):
        if not path.is_file():
            continue
        file, raw = path.relative_to(inbox).as_posix(), path.read_bytes()
        if file.endswith(".zip"):
            with zipfile.ZipFile(io.BytesIO(raw)) as package:
                for info in package.infolist():
                    found[file, info.filename.encode("cp437").decode("gbk")] = package.read(info)
        elif file.endswith(".eml"):
            for part in email.message_from_bytes(raw).walk():
                if name := part.get_filename():
                    word, charset = decode_header(name)[0]
                    assert isinstance(word, bytes)
                    found[file, word.decode(charset or "")] = part.get_payload(decode=True)  # type: ignore[assignment]
        else:
            found[file, ""] = raw
    return found


def test_sixty_files_of_thirty_units_in_three_rounds(plan: Plan) -> None:
    assert len(plan.files) >= 60
    assert len(plan.returned_units) >= 30
    assert {file.round for file in plan.files} == {1, 2, 3}
    assert plan.missing_units


def test_the_inbox_holds_exactly_the_planned_arrivals(plan: Plan, contents: dict[tuple[str, str], bytes]) -> None:
    assert {(file.file, file.member) for file in plan.files} == set(contents)


def test_every_kind_of_verdict_occurs(plan: Plan) -> None:
    seen = {file.verdict for file in plan.files}
    assert seen == {
        "read",
        "nil_return",
        "duplicate",
        "superseded",
        "blank",
        "supporting",
        "ignored",
        "refused",
        "unrecognised",
    }


def test_file_times_are_those_of_the_rounds(plan: Plan, inbox: Path) -> None:
    days = {1: "2023-07-18", 2: "2023-07-27", 3: "2023-08-02"}
    for file in plan.files:
        stamp = (inbox / file.file).stat().st_mtime
        assert datetime.fromtimestamp(stamp, timezone(timedelta(hours=8))).date().isoformat() == days[file.round]


def test_same_seed_same_bytes(inbox: Path, plan: Plan, campaign: Campaign, tmp_path: Path) -> None:
    again = build_sample(tmp_path, campaign)
    assert again == plan
    for path in sorted(inbox.rglob("*")):
        if path.is_file():
            assert (tmp_path / path.relative_to(inbox)).read_bytes() == path.read_bytes(), path.name


def test_another_seed_writes_other_periods(inbox: Path, plan: Plan, campaign: Campaign, tmp_path: Path) -> None:
    other = build_sample(tmp_path, campaign, seed=1)
    assert other.answers[0] == plan.answers[0]
    name = "农业农村局重点工程.xlsx"
    assert (tmp_path / name).read_bytes() != (inbox / name).read_bytes()


def canonical(cell: Cell) -> str:
    """Read a cell the plain way: percent formats undone, dates as ISO, numbers without trailing zeros."""
    value = cell.value
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, int | float):
        number = Decimal(repr(value)) * (100 if "%" in cell.number_format else 1)
        return f"{number.normalize():f}"
    return str(value)


@pytest.fixture(scope="module")
def workbooks(contents: dict[tuple[str, str], bytes], plan: Plan) -> dict[tuple[str, str], openpyxl.Workbook]:
    readable = {"read", "nil_return", "superseded", "blank"}
    return {
        (file.file, file.member): openpyxl.load_workbook(io.BytesIO(contents[file.file, file.member]))
        for file in plan.files
        if file.verdict in readable and (file.member or file.file).endswith(".xlsx")
    }


def test_every_expected_number_and_choice_stands_in_its_cell(
    plan: Plan, workbooks: dict[tuple[str, str], openpyxl.Workbook]
) -> None:
    looked = 0
    for answer in plan.answers:
        book = workbooks.get((answer.file, answer.member))
        if book is None:
            continue
        cell = book[answer.sheet][answer.cell]
        text = canonical(cell)
        if answer.field == "period":
            start, end = answer.value.split("/")
            assert text.startswith(start[:4]) and end[:4] in text, answer
        elif answer.field == "provided":
            assert text == {"yes": "是", "no": "否"}[answer.value], answer
        elif answer.field == "investment" and "亿元" in str(_heading_of(book[answer.sheet], cell)):
            assert Decimal(text) * 10000 == Decimal(answer.value), answer
        elif "；20" in text or "\n" in text:
            assert answer.value in text, answer
        else:
            assert text == answer.value, answer
        looked += 1
    assert looked > 350


def _heading_of(sheet: openpyxl.worksheet.worksheet.Worksheet, cell: Cell) -> object:
    above = (sheet.cell(row, cell.column).value for row in range(cell.row - 1, 0, -1))
    return next((value for value in above if isinstance(value, str)), "")


def test_every_non_blank_row_is_planned(plan: Plan, workbooks: dict[tuple[str, str], openpyxl.Workbook]) -> None:
    looked = 0
    for file in plan.files:
        book = workbooks.get((file.file, file.member))
        for sheet in file.sheets if book else ():
            assert book is not None
            rows = [row for row in book[sheet.sheet].iter_rows() if any(cell.value not in (None, "") for cell in row)]
            assert sheet.rows == len(rows), (file.file, sheet.sheet)
            looked += 1
    assert looked > 60


def test_csv_html_and_xml_hold_the_expected_answers(plan: Plan, contents: dict[tuple[str, str], bytes]) -> None:
    texts = {
        "农业农村局附件2.csv": contents["农业农村局附件2.csv", ""].decode("gbk"),
        "县畜牧局.xls": html.fromstring(contents["县畜牧局.xls", ""].decode("gb18030")).text_content(),
        "卫健局附件2.xls": "".join(etree.fromstring(contents["卫健局附件2.xls", ""]).itertext()),
    }
    for name, text in texts.items():
        expected = [answer.value for answer in plan.answers if answer.file == name]
        assert len(expected) >= 4 and all(value in text for value in expected), name
    grid = list(csv.reader(io.StringIO(texts["农业农村局附件2.csv"])))
    answer = next(item for item in plan.answers if item.file == "农业农村局附件2.csv")
    column, row = ord(answer.cell[0]) - 65, int(answer.cell[1:]) - 1
    assert grid[row][column] == answer.value


def test_old_xls_holds_the_expected_answers(plan: Plan, inbox: Path) -> None:
    for name in ("金庄镇附件4.xls", "财政局附件3资料清单.xls"):
        sheet = xlrd.open_workbook(inbox / name, formatting_info=True).sheet_by_index(0)
        assert sheet.merged_cells
        expected = [item for item in plan.answers if item.file == name and item.field in ("investment", "copies")]
        assert expected
        for answer in expected:
            match = re.fullmatch(r"([A-Z])(\d+)", answer.cell)
            assert match is not None
            assert sheet.cell_value(int(match[2]) - 1, ord(match[1]) - 65) == float(answer.value)


def test_word_tables_hold_the_expected_answers(plan: Plan, contents: dict[tuple[str, str], bytes]) -> None:
    for name in ("农业局附件3资料清单.docx", "监控中心重点工程项目.docx"):
        table = docx.Document(io.BytesIO(contents[name, ""])).tables[0]
        for answer in (item for item in plan.answers if item.file == name and item.field in ("copies", "investment")):
            match = re.fullmatch(r"([A-Z])(\d+)", answer.cell)
            assert match is not None
            assert table.cell(int(match[2]) - 1, ord(match[1]) - 65).text == answer.value


KINDS = {
    "县畜牧局.xls": FileKind.HTML,
    "卫健局附件2.xls": FileKind.XML_SHEET,
    "金庄镇附件4.xls": FileKind.XLS,
    "财政局附件3资料清单.xls": FileKind.XLS,
    "农业农村局附件2.csv": FileKind.CSV,
    "住建局报送材料.eml": FileKind.EML,
    "镇街汇总.zip": FileKind.ZIP,
    "行政审批局附件4.xlsx": FileKind.ENCRYPTED_OFFICE,
    "附件3(2).xlsx": FileKind.EMPTY,
    "~$附件2(1).xlsx": FileKind.TEMPORARY,
    "微信图片_20230718093122.png": FileKind.IMAGE,
    "县委组织部附件4盖章件.pdf": FileKind.PDF,
    "县文旅局无项目说明.docx": FileKind.DOCX,
    "附件2(1).xlsx": FileKind.XLSX,
}


@pytest.mark.parametrize("name", sorted(KINDS))
def test_content_is_of_the_kind_meant(name: str, inbox: Path, plan: Plan) -> None:
    assert sniff((inbox / name).read_bytes(), name) is KINDS[name]


def test_locked_workbook_is_an_ole_file_with_an_encrypted_package(inbox: Path, plan: Plan) -> None:
    with olefile.OleFileIO(inbox / "行政审批局附件4.xlsx") as package:
        assert sorted(package.listdir()) == [["EncryptedPackage"], ["EncryptionInfo"]]
        assert len(package.openstream("EncryptedPackage").read()) == 4096


def test_torn_workbook_cannot_be_opened(inbox: Path, plan: Plan) -> None:
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(inbox / "县审计局附件4.xlsx")


def test_zip_names_are_gbk_without_the_utf8_flag(inbox: Path, plan: Plan) -> None:
    with zipfile.ZipFile(inbox / "自然资源局报送材料.zip") as package:
        assert all(not info.flag_bits & 0x800 for info in package.infolist())
    assert "附件2.xlsx".encode("gbk") in (inbox / "自然资源局报送材料.zip").read_bytes()


def test_duplicates_are_exact_and_nothing_else_is(plan: Plan, contents: dict[tuple[str, str], bytes]) -> None:
    counts = Counter(contents.values())
    copies = sum(count - 1 for count in counts.values())
    assert copies == sum(file.verdict == "duplicate" for file in plan.files) == 2


def all_texts(contents: dict[tuple[str, str], bytes]) -> str:
    parts = []
    for (file, member), raw in sorted(contents.items()):
        name = member or file
        if name.endswith((".csv", ".xls")):
            parts.append(raw.decode("gb18030", errors="replace") + raw.decode("utf-8", errors="replace"))
        elif name.endswith((".xlsx", ".docx")) and raw[:2] == b"PK" and len(raw) > 3000:
            with zipfile.ZipFile(io.BytesIO(raw)) as package:
                entries = [item for item in package.namelist() if item.endswith(".xml")]
                parts += [re.sub(r"<[^>]+>", " ", package.read(item).decode("utf-8")) for item in entries]
    return unescape("\n".join(parts))


def test_people_and_telephones_are_visibly_synthetic(plan: Plan, contents: dict[tuple[str, str], bytes]) -> None:
    text = all_texts(contents)
    names = set(NAME.findall(text))
    phones = set(PHONE.findall(text))
    assert len(names) > 20 and all(name.startswith(("测试", "样例", "示例", "某")) for name in names), names
    assert len(phones) > 20 and all(phone.startswith("1380000") for phone in phones), phones


def test_a_better_and_a_worse_resubmission(plan: Plan) -> None:
    by_name = {file.file: file for file in plan.files}
    first, better = by_name["县水利局-生态文明.xlsx"], by_name["县水务局-生态文明（修改后）.xlsx"]
    assert first.verdict == "superseded" and all(part.counts for part in better.submissions)
    good, worse = by_name["综合执法局附件2.xlsx"], by_name["综合执法局附件2-更新.xlsx"]
    assert good.submissions[0].counts and good.verdict == "read"
    assert not worse.submissions[0].counts and worse.verdict == "read" and not worse.submissions[0].superseded


def test_every_form_a_unit_owes_and_sent_counts_once(plan: Plan, campaign: Campaign) -> None:
    counting = Counter((part.unit_id, part.form) for file in plan.files for part in file.submissions if part.counts)
    assert set(counting.values()) == {1}
    for unit in campaign.units:
        if unit.unit_id in plan.returned_units:
            assert {form for owner, form in counting if owner == unit.unit_id} == set(unit.forms), unit.name


def test_every_indicator_is_reported_by_its_lead(plan: Plan, campaign: Campaign) -> None:
    assert plan.records_merged["annex2"] == len(campaign.indicators)


def test_tally_accounts_for_every_row_of_every_table(
    plan: Plan, workbooks: dict[tuple[str, str], openpyxl.Workbook], contents: dict[tuple[str, str], bytes]
) -> None:
    assert sum(plan.tally.values()) >= sum(sheet.rows for file in plan.files for sheet in file.sheets)
    assert all(count > 0 for count in plan.tally.values())


def test_all_planted_faults_are_in_the_plan_and_lie_in_their_form(plan: Plan) -> None:
    assert {item.meaning for item in plan.planted} == set(FORM_OF) == set(FAULTS) | {"not_own"}
    for item in plan.planted:
        file: FilePlan = next(one for one in plan.files if (one.file, one.member) == (item.file, item.member))
        assert item.form in file.forms and item in file.planted


def test_facts_cover_the_catalogue_and_projects_name_known_units(campaign: Campaign) -> None:
    assert set(facts()) == set(campaign.indicator_by_key)
    assert {row["unit"] for row in projects()} <= set(campaign.unit_by_id)
    assert {row["category"] for row in projects()} <= set(campaign.categories)
    indicators = {item.name for item in campaign.indicators}
    assert {row["supports"] for row in projects()} <= indicators


def test_parts_of_every_investment_add_up(plan: Plan, workbooks: dict[tuple[str, str], openpyxl.Workbook]) -> None:
    sheet = workbooks["25_泗河街道办事处_指标资料填报表.xlsx", ""]["附件4"]
    rows = [row for row in sheet.iter_rows(values_only=True) if isinstance(row[0], int)]
    assert len(rows) == 2
    for row in rows:
        funding = [int(number) for number in re.findall(r"资金(\d+)", str(row[8]))]
        yearly = [int(number) for number in re.findall(r"年(\d+)", str(row[9]))]
        assert sum(funding) == sum(yearly) == row[7]


def test_truth_is_told_as_json_and_never_written_to_the_inbox(plan: Plan, inbox: Path) -> None:
    told = json.loads(plan.to_json())
    assert len(told["files"]) == len(plan.files)
    assert told["answers"][0]["cell"] == plan.answers[0].cell
    assert not [path for path in inbox.rglob("*") if path.suffix == ".json"]
