"""What a unit gets back: every faulty cell marked, its own things kept, and all of it removable."""

import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import datetime

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from openpyxl.comments import Comment
from openpyxl.styles import Border, Font, GradientFill, PatternFill, Side

from sishui_eco.model.arrival import Arrival, FileKind
from sishui_eco.model.finding import Finding, Severity
from sishui_eco.model.place import Place
from sishui_eco.model.submission import Answer, Record, Submission
from sishui_eco.outputs.blanks import write_blank
from sishui_eco.outputs.sendback import strip_marks, write_sendback
from sishui_eco.reading.read import read
from sishui_eco.spec.settings import default_campaign
from sishui_eco.zh import FindingEntry

ENTRIES = {
    "T001": ("error", "unit", "总投资“{raw}”读不成数。", "请只填数字，单位万元，例如 1200。"),
    "T002": ("doubt", "unit", "“{raw}”与上次不一致。", "请核对后填写，例如 98.5。"),
    "T003": ("note", "unit", "“{raw}”里有空格。", "请删去空格，例如 泗河。"),
    "T004": ("error", "clerk", "编号“{raw}”未登记。", "请登记。"),
}
SOLID = {"FAD1": "error", "FDE9": "doubt", "DCE9": "note", "9D27": "error", "8C5A": "doubt", "2A56": "note"}
BEFORE, AFTER = datetime(2023, 7, 25), datetime(2023, 9, 1)
HOSTILE = [
    "=cmd|'/c calc'!A0",
    "http://evil.example/x",
    "{{ x }}",
    "a\x01b\x0b",
    "_x0041_",
    "@SUM(1)",
    "<b>&amp;",
    "\ufffe",
]
ARRIVAL = Arrival(file="水利.xlsx", name="水利.xlsx", sha256="", size=0, kind=FileKind.XLSX, received=BEFORE)
SUBMISSION = Submission(arrival=ARRIVAL, form="annex4", unit_id=default_campaign().units[0].unit_id)


@pytest.fixture(autouse=True)
def catalogue(monkeypatch):
    def entry(code):
        severity, audience, sentence, remedy = ENTRIES[code]
        return FindingEntry(code, "x", severity, audience, sentence, remedy, "", "")

    monkeypatch.setattr("sishui_eco.model.finding.finding_entry", entry)


def at(cell, sheet="附件4", file="水利.xlsx"):
    letters = cell.rstrip("0123456789")
    column = openpyxl.utils.column_index_from_string(letters) if letters else 0
    return Place(file=file, sheet=sheet, row=int(cell[len(letters) :]), column=column)


def fault(code, *places, raw="约1.2亿", record="甲", field="investment"):
    severity = Severity(ENTRIES[code][0])
    return Finding(code=code, severity=severity, places=places, raw=raw, record=record, field=field)


def drawn(change=lambda book, sheet: None, title="附件4"):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in (
        ["重点工程项目提报表", None, None],
        ["项目名称", "总投资", "备注"],
        ["甲", "约1.2亿", None],
        ["乙", 1200, "无"],
    ):
        sheet.append(row)
    change(book, sheet)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def send(content, *findings, kind=FileKind.XLSX, submission=SUBMISSION, moment=BEFORE):
    return write_sendback(content, kind, submission, findings, default_campaign(), moment)


def opened(content):
    return openpyxl.load_workbook(io.BytesIO(content))


def tone(cell):
    """Return the severity a cell's colour says, None for a cell without a mark."""
    if cell.fill.fill_type != "solid" or not isinstance(cell.fill.fgColor.rgb, str):
        return None
    return SOLID.get(cell.fill.fgColor.rgb[2:6])


def look(cell):
    filled = repr(cell.fill) if cell.fill.fill_type else None
    note = cell.comment.text if cell.comment else None
    return cell.value, filled, repr(cell.font), repr(cell.border), cell.number_format, note


def looks(content):
    return {
        (sheet.title, cell.coordinate): look(cell)
        for sheet in opened(content).worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None or cell.fill.fill_type or cell.comment
    }


def issue_rows(content):
    sheet = opened(content).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    start = next(index for index, row in enumerate(rows) if row[0] == "序号")
    return rows[start:]


def links(book):
    """Return where the cells of the issue list lead to, from top to bottom."""
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row]
    return [cell.hyperlink.location for cell in cells if cell.hyperlink]


# marks and notes


def test_only_the_faulty_cells_are_filled_and_noted_with_what_why_and_what_to_do():
    result = send(drawn(), fault("T001", at("B3")), fault("T003", at("A4"), raw="乙 "))
    sheet = opened(result.content)["附件4"]
    marked = {cell.coordinate: tone(cell) for row in sheet.iter_rows() for cell in row if tone(cell)}
    assert marked == {"B3": "error", "A4": "note"}
    assert {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment} == {"B3", "A4"}
    note = sheet["B3"].comment
    assert note.author == "退改提示"
    assert "总投资“约1.2亿”读不成数。" in note.text
    assert "改法：请只填数字，单位万元，例如 1200。" in note.text
    assert result.marked
    assert "2 个格" in result.told
    assert result.name_suffix == "_退改表.xlsx"


def test_two_findings_in_one_cell_make_one_note_in_the_colour_of_the_graver():
    result = send(drawn(), fault("T003", at("B3")), fault("T001", at("B3")))
    cell = opened(result.content)["附件4"]["B3"]
    assert tone(cell) == "error"
    assert cell.comment.text.count("改法：") == 2
    assert len(re.findall(rb"ObjectType=\"Note\"", vml(result.content))) == 1


def vml(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return b"".join(archive.read(name) for name in archive.namelist() if name.endswith(".vml"))


def test_an_empty_cell_far_outside_the_table_can_be_marked():
    result = send(drawn(), fault("T001", at("H40")))
    sheet = opened(result.content)["附件4"]
    assert tone(sheet["H40"]) == "error"
    assert sheet["H40"].value is None
    assert looks(strip_marks(result.content)) == looks(drawn())


def test_a_place_under_a_merge_is_marked_where_the_merge_shows():
    def merge(book, sheet):
        sheet.merge_cells("A1:C1")

    sheet = opened(send(drawn(merge), fault("T001", at("B1"))).content)["附件4"]
    assert tone(sheet["A1"]) == "error"
    assert sheet["A1"].comment is not None


def test_white_text_on_a_dark_cell_stays_readable_and_its_colour_comes_back():
    def dark(book, sheet):
        sheet["B2"].fill = PatternFill("solid", fgColor="FF1F4E78")
        sheet["B2"].font = Font(color="FFFFFFFF")

    original = drawn(dark)
    result = send(original, fault("T001", at("B2")), fault("T001", at("B3")))
    sheet = opened(result.content)["附件4"]
    darkness = [sum(bytes.fromhex(sheet[name].fill.fgColor.rgb[2:])) for name in ("B2", "B3")]
    assert darkness[0] < 300 < 550 < darkness[1]
    assert looks(strip_marks(result.content)) == looks(original)


def test_borders_number_formats_and_graded_fills_come_back():
    def dress(book, sheet):
        sheet["B3"].border = Border(left=Side("thick", color="FF00FF00"))
        sheet["B4"].number_format = '0"万元"'
        sheet["B4"].fill = PatternFill("solid", fgColor="FFFFFF00")
        sheet["A3"].fill = GradientFill(stop=("FF0000FF", "FFFFFFFF"))
        sheet["A4"].fill = PatternFill("gray125")

    original = drawn(dress)
    result = send(original, *(fault("T002", at(name)) for name in ("B3", "B4", "A3", "A4")))
    sheet = opened(result.content)["附件4"]
    assert [tone(sheet[name]) for name in ("B3", "B4", "A3", "A4")] == ["doubt"] * 4
    assert sheet["B4"].number_format == '0"万元"'
    assert looks(strip_marks(result.content)) == looks(original)


def test_many_different_fills_are_all_remembered_or_left_alone():
    def paint(book, sheet):
        for row in range(10, 50):
            sheet.cell(row, 1, row).fill = PatternFill("solid", fgColor=f"FF00{row:02X}00")

    original = drawn(paint)
    result = send(original, *(fault("T001", at(f"A{row}")) for row in range(10, 50)))
    sheet = opened(result.content)["附件4"]
    assert sum(tone(sheet[f"A{row}"]) == "error" for row in range(10, 50)) == 31
    assert all(sheet[f"A{row}"].comment for row in range(10, 50))
    assert looks(strip_marks(result.content)) == looks(original)


def test_the_units_own_comment_stays_above_ours_and_alone_after_stripping():
    def comment(book, sheet):
        sheet["B3"].comment = Comment("自己的批注\n", "水利")
        sheet["C4"].comment = Comment("别处的批注", "水利")

    original = drawn(comment)
    result = send(original, fault("T001", at("B3")), fault("T001", at("A3")))
    sheet = opened(result.content)["附件4"]
    assert sheet["B3"].comment.text.startswith("自己的批注\n")
    assert "【退改提示】" in sheet["B3"].comment.text
    assert sheet["B3"].comment.author == "水利"
    assert sheet["C4"].comment.text == "别处的批注"
    assert "【退改提示】" in sheet["A3"].comment.text
    assert looks(strip_marks(result.content)) == looks(original)
    assert len(re.findall(rb"ObjectType=\"Note\"", vml(strip_marks(result.content)))) == 2


# the issue list


def test_the_list_stands_in_front_gravest_first_with_links_and_keys():
    result = send(drawn(), fault("T003", at("A4"), raw="乙 ", record="乙", field="project"), fault("T001", at("B3")))
    rows = issue_rows(result.content)
    assert rows[0] == ["序号", "位置", "严重程度", "问题", "怎么改", "单位说明", "编号"]
    assert rows[1] == [
        1,
        "B3",
        "■退回修改",
        "总投资“约1.2亿”读不成数。",
        "请只填数字，单位万元，例如 1200。",
        None,
        "T001|甲|investment",
    ]
    assert rows[2][1:4] == ["A4", "●提示", "“乙 ”里有空格。"]
    assert rows[2][6] == "T003|乙|project"
    book = opened(result.content)
    assert book.sheetnames == ["问题清单", "附件4"]
    assert book.active.title == "问题清单"
    assert links(book) == ["'附件4'!B3", "'附件4'!A4"]


def test_only_the_explanations_can_be_typed_in_and_the_key_column_is_hidden():
    sheet = opened(send(drawn(), fault("T001", at("B3"))).content).worksheets[0]
    unlocked = {cell.column_letter for row in sheet.iter_rows() for cell in row if not cell.protection.locked}
    assert sheet.protection.sheet
    assert not sheet.protection.password
    assert unlocked == {"F"}
    assert sheet.column_dimensions["G"].hidden


def test_only_one_sheet_is_selected():
    """Two selected sheets are a group: what is typed in one goes into both."""

    def second(book, sheet):
        book.create_sheet("附件3").sheet_view.tabSelected = True

    result = send(drawn(second), fault("T001", at("B3")))
    assert [sheet.title for sheet in opened(result.content) if sheet.sheet_view.tabSelected] == ["问题清单"]


def test_findings_for_the_clerk_stay_out():
    result = send(drawn(), fault("T004", at("B3")), fault("T001", at("B4")))
    assert [row[0] for row in issue_rows(result.content)[1:]] == [1]
    assert "未登记" not in str(issue_rows(result.content))
    assert tone(opened(result.content)["附件4"]["B3"]) is None


def test_a_finding_without_a_cell_is_listed_and_marks_nothing():
    result = send(drawn(), fault("T001"), fault("T002", at("3")), fault("T002", at("B3", file="别的.xlsx"), field="x"))
    sheet = opened(result.content)["附件4"]
    assert not [cell for row in sheet.iter_rows() for cell in row if tone(cell) or cell.comment]
    assert sorted(row[1] for row in issue_rows(result.content)[1:]) == sorted(["整张表", "第3行", "本表以外"])
    assert "未标色" in result.told


def test_neighbours_are_told_together_and_the_sheet_is_named_only_when_there_are_several():
    places = [at(f"B{row}") for row in (3, 5, 6, 7)]
    assert issue_rows(send(drawn(), fault("T001", *places)).content)[1][1] == "B3、B5–B7"
    two = drawn(lambda book, sheet: book.create_sheet("附件3"))
    assert issue_rows(send(two, fault("T001", *places)).content)[1][1] == "附件4!B3、B5–B7"


def test_the_deadline_says_whether_it_has_passed():
    lines = [str(opened(send(drawn(), moment=moment).content).worksheets[0]["A3"].value) for moment in (BEFORE, AFTER)]
    assert "2023年7月31日17:30。" in lines[0]
    assert "（已过）" in lines[1]


def test_awkward_sheet_names_are_linked_rightly_and_a_name_in_use_is_not_taken():
    def own_list(book, sheet):
        book.create_sheet("问题清单")

    result = send(drawn(own_list, title="张'三 &<1>"), fault("T001", at("B3", sheet="张'三 &<1>")))
    book = opened(result.content)
    assert book.sheetnames == ["问题清单2", "张'三 &<1>", "问题清单"]
    assert links(book) == ["'张''三 &<1>'!B3"]
    assert looks(strip_marks(result.content)) == looks(drawn(own_list, title="张'三 &<1>"))


def test_a_hidden_sheet_is_named_as_such_and_not_linked():
    def hide(book, sheet):
        book.create_sheet("附件3")
        sheet.sheet_state = "hidden"
        book.active = 1

    result = send(drawn(hide), fault("T001", at("B3")), fault("T001", at("A1", sheet="附件3")))
    assert [row[1] for row in issue_rows(result.content)[1:]] == ["附件4!B3（所在表已隐藏，请先取消隐藏）", "附件3!A1"]
    assert links(opened(result.content)) == ["'附件3'!A1"]
    assert opened(result.content)["附件4"].sheet_state == "hidden"


def test_a_template_becomes_an_ordinary_workbook():
    def template(book, sheet):
        book.template = True

    parts = parts_of(send(drawn(template), fault("T001", at("B3"))).content)
    assert b"template.main+xml" in parts_of(drawn(template))["[Content_Types].xml"]
    assert b"template.main+xml" not in parts["[Content_Types].xml"]
    assert b"spreadsheetml.sheet.main+xml" in parts["[Content_Types].xml"]


@pytest.mark.parametrize(("code", "told"), [("T001", "说明不能代替修改"), ("T002", "改写具体")])
def test_what_the_unit_said_last_time_is_shown_with_why_it_was_not_enough(code, told):
    submission = replace(SUBMISSION, explanations={f"{code}|甲|investment": "=同上"})
    _, row = issue_rows(send(drawn(), fault(code, at("B3")), submission=submission).content)
    assert row[5] == "=同上" and told in row[4]
    _, fresh = issue_rows(send(drawn(), fault(code, at("B3"))).content)
    assert fresh[5] is None and fresh[4] == row[4].split("\n")[0]


# nothing a unit typed acts


def hostile_parts(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = [name for name in archive.namelist() if re.search(r"worksheets/sheet\d+\.xml$|comments", name)]
        return {name: archive.read(name).decode() for name in names}


@pytest.mark.parametrize("kind", [FileKind.XLSX, FileKind.XLS])
def test_hostile_text_stays_text(kind):
    answers = {"investment": Answer(field="investment", kind="money", raw=HOSTILE[0], value="", place=at("B3"))}
    record = Record(form="annex4", key=HOSTILE[0], place=at("A3"), rows=(3,), answers=answers)
    submission = Submission(arrival=ARRIVAL, form="annex4", unit_id="=1+1", records=(record,))
    found = [fault("T001", at("B3"), raw=raw, record=raw) for raw in HOSTILE]
    result = send(drawn(), *found, kind=kind, submission=submission)
    assert result.marked is (kind is FileKind.XLSX)
    for name, part in hostile_parts(result.content).items():
        assert "<f>" not in part and "<f " not in part, name
        assert "r:id" not in re.sub(r"<(legacyDrawing|drawing)[^>]*>", "", part), name
    texts = [str(row[3]) for row in issue_rows(result.content)[1:]]
    assert "总投资“=cmd|'/c calc'!A0”读不成数。" in texts
    assert "总投资“http://evil.example/x”读不成数。" in texts
    assert "总投资“{{ x }}”读不成数。" in texts
    assert "总投资“<b>&amp;”读不成数。" in texts
    assert "总投资“_x005F_x0041_”读不成数。" in texts  # what Excel shows as _x0041_
    assert "总投资“a\ufffdb\ufffd”读不成数。" in texts


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=60), st.text(max_size=20))
def test_any_text_is_shown_as_it_is(raw, record):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "sishui_eco.model.finding.finding_entry",
            lambda code: FindingEntry(code, "", "error", "unit", "{raw}", "x", "", ""),
        )
        rows = issue_rows(send(drawn(), fault("T001", at("B3"), raw=raw, record=record)).content)
    shown = re.sub(
        "[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "\ufffd", raw.replace("\r\n", "\n").replace("\r", "\n")
    )
    assert (rows[1][3] or "").replace("_x005F_", "_") == shown.replace("_x005F_", "_")


# stripping


def test_stripping_gives_the_workbook_back():
    original = drawn(lambda book, sheet: book.create_sheet("附件3"))
    stripped = strip_marks(send(original, fault("T001", at("B3")), fault("T002", at("H40"))).content)
    assert looks(stripped) == looks(original)
    with zipfile.ZipFile(io.BytesIO(original)) as one, zipfile.ZipFile(io.BytesIO(stripped)) as two:
        assert set(one.namelist()) == set(two.namelist())
        sheets = [name for name in one.namelist() if "worksheets/" in name]
        for name in sheets:
            assert canonical(one.read(name)) == canonical(two.read(name)), name
    assert opened(stripped).active.title == "附件4"


def canonical(part):
    return etree.tostring(etree.fromstring(part), method="c14n")


def test_a_workbook_without_marks_comes_back_as_it_is():
    original = drawn()
    assert strip_marks(original) is original
    assert strip_marks(b"no workbook") == b"no workbook"


def test_marking_a_marked_copy_again_replaces_the_marks():
    first = send(drawn(), fault("T001", at("B3")), fault("T001", at("C4")))
    second = send(first.content, fault("T002", at("B4")))
    fresh = send(drawn(), fault("T002", at("B4")))
    assert opened(second.content).sheetnames == ["问题清单", "附件4"]
    assert looks(second.content) == looks(fresh.content)


def test_marks_are_taken_out_of_a_copy_that_another_program_saved():
    """openpyxl stands for it here: it renumbers every format and rewrites every part."""

    def dark(book, sheet):
        sheet["B2"].fill = PatternFill("solid", fgColor="FF1F4E78")
        sheet["C4"].comment = Comment("别处的批注", "水利")

    original = drawn(dark)
    book = opened(send(original, fault("T001", at("B2")), fault("T002", at("B3")), fault("T002", at("C4"))).content)
    book["附件4"].insert_rows(3)
    book["附件4"]["B5"] = 1300
    buffer = io.BytesIO()
    book.save(buffer)
    stripped = opened(strip_marks(buffer.getvalue()))
    sheet = stripped["附件4"]
    assert stripped.sheetnames == ["附件4"]
    assert not [cell.coordinate for row in sheet.iter_rows() for cell in row if tone(cell)]
    assert sheet["B2"].fill.fgColor.rgb == "FF1F4E78"
    assert sheet["B5"].value == 1300
    notes = [cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment]
    assert notes == ["别处的批注"]
    assert "eco_sendback" not in stripped.defined_names


def test_our_own_reader_sees_an_issued_blank_unchanged_after_marking_and_stripping():
    campaign = default_campaign()
    blank = write_blank(campaign.units[0], campaign, BEFORE)
    place = Place(file="a.xlsx")
    before = read(blank, FileKind.XLSX, place)
    sheets = [grid.name for grid in before.grids]
    found = [fault("T001", at("E9", sheet=sheet)) for sheet in sheets] + [fault("T002", at("C99", sheet=sheets[-1]))]
    marked = send(blank, *found).content
    copy = read(marked, FileKind.XLSX, place)
    assert [grid.name for grid in copy.grids] == ["问题清单", *sheets]
    assert copy.properties["eco_product"] == "sendback"
    assert [grid.cells for grid in copy.grids[1:]] == [grid.cells for grid in before.grids]
    after = read(strip_marks(marked), FileKind.XLSX, place)
    assert after.grids == before.grids
    assert after.properties == before.properties


def test_names_and_print_areas_keep_pointing_to_their_sheets():
    def names(book, sheet):
        second = book.create_sheet("附件3")
        second.print_area = "A1:B2"
        sheet.print_title_rows = "1:2"
        book.active = 1

    original = drawn(names)
    marked = send(original, fault("T001", at("B3"))).content
    for content in (marked, strip_marks(marked)):
        book = opened(content)
        assert book["附件3"].print_area == "'附件3'!$A$1:$B$2"
        assert book["附件4"].print_title_rows == "$1:$2"
    assert opened(strip_marks(marked)).active.title == "附件3"


def test_the_copy_is_tagged_and_the_blanks_own_tag_comes_back():
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_custom_property("eco_product", "blank")
    book.set_custom_property("eco_unit", "U01")
    book.add_worksheet("附件4").write_string("B3", "x")
    book.close()
    marked = send(buffer.getvalue(), fault("T001", at("B3"))).content
    tags = {item.name: item.value for item in opened(marked).custom_doc_props.props}
    assert (tags["eco_product"], tags["eco_unit"]) == ("sendback", "U01")
    stripped = {item.name: item.value for item in opened(strip_marks(marked)).custom_doc_props.props}
    assert stripped == {"eco_product": "blank", "eco_unit": "U01"}


def test_same_inputs_same_bytes_in_any_order_of_findings():
    found = [fault("T001", at("B3")), fault("T002", at("B3")), fault("T003", at("A4")), fault("T001", at("H40"))]
    original = drawn()
    one, two = send(original, *found), send(original, *reversed(found))
    assert one.content == two.content


# originals that cannot be marked


def annex4():
    answers = {
        "no": Answer(field="no", kind="text", raw="1", value="1", place=at("A3")),
        "project": Answer(field="project", kind="text", raw="甲", value="甲", place=at("B3")),
        "investment": Answer(field="investment", kind="money", raw="约1.2亿", value="", place=at("E3")),
        "extra.分管领导": Answer(field="extra.分管领导", kind="text", raw="测试甲", value="测试甲", place=at("F3")),
    }
    record = Record(form="annex4", key="甲", place=at("A3"), rows=(3,), answers=answers)
    unit = Answer(field="reporting_unit", kind="text", raw="水利中心", value="", place=at("A2"))
    return Submission(
        arrival=ARRIVAL,
        form="annex4",
        unit_id=SUBMISSION.unit_id,
        records=(record,),
        form_fields={"reporting_unit": unit},
    )


@pytest.mark.parametrize(
    ("kind", "content", "reason"),
    [
        (FileKind.XLS, b"\xd0\xcf\x11\xe0", "旧版表格"),
        (FileKind.DOCX, b"PK", "文字文档"),
        (FileKind.CSV, b"a,b", "文本或网页"),
        (FileKind.ENCRYPTED_OFFICE, b"\xd0\xcf", "加了密码"),
        (FileKind.PDF, b"%PDF", "不是表格工作簿"),
        (FileKind.XLSX, b"PK\x03\x04 broken", "内部有损坏"),
        (FileKind.XLSX, drawn()[:-200], "内部有损坏"),
    ],
)
def test_what_cannot_be_marked_is_copied_out_and_the_unit_is_told(kind, content, reason):
    result = send(content, fault("T001", at("E3")), fault("T002", field="project"), kind=kind, submission=annex4())
    assert not result.marked
    assert reason in result.told
    book = opened(result.content)
    assert book.sheetnames[0] == "问题清单"
    sheet = book["附件4"]
    marked = {cell.value: tone(cell) for row in sheet.iter_rows() for cell in row if tone(cell) in ("error", "doubt")}
    assert marked == {"约1.2亿": "error", "甲": "doubt"}
    texts = {cell.value for row in sheet.iter_rows() for cell in row}
    assert {default_campaign().unit_name(SUBMISSION.unit_id), "测试甲", "分管领导"} <= texts
    assert any(str(text).startswith("总投资") for text in texts)
    assert sheet.protection.sheet and sheet.data_validations.dataValidation
    cell = next(cell for row in sheet.iter_rows() for cell in row if cell.value == "约1.2亿")
    assert f"'{sheet.title}'!{cell.coordinate}" in links(book)


def parts_of(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return buffer.getvalue()


def test_a_workbook_with_macros_is_never_sent_on():
    original = drawn()
    parts = parts_of(original)
    rels = "xl/_rels/workbook.xml.rels"
    relation = b'<Relationship Id="rId99" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" Target="vbaProject.bin"/></Relationships>'
    parts[rels] = parts[rels].replace(b"</Relationships>", relation)
    parts["xl/vbaProject.bin"] = b"macro"
    result = send(zipped(parts), fault("T001", at("E3")), submission=annex4())
    assert "含宏" in result.told
    with zipfile.ZipFile(io.BytesIO(result.content)) as archive:
        assert not [name for name in archive.namelist() if "vba" in name.lower()]


def test_an_entity_bomb_in_a_part_to_be_patched_is_not_expanded():
    original = drawn()
    parts = parts_of(original)
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>'
    parts["xl/styles.xml"] = bomb + parts["xl/styles.xml"].rpartition(b"?>")[2]
    result = send(zipped(parts), fault("T001", at("B3")))
    assert not result.marked
    assert "内部有损坏" in result.told


def test_the_copied_out_workbook_is_deterministic():
    one = send(b"", fault("T001", at("E3")), kind=FileKind.XLS, submission=annex4())
    two = send(b"", fault("T001", at("E3")), kind=FileKind.XLS, submission=annex4())
    assert one.content == two.content


# LibreOffice as referee


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_reads_the_copy_and_our_marks_survive_its_saving(tmp_path):
    def dark(book, sheet):
        sheet["B2"].fill = PatternFill("solid", fgColor="FF1F4E78")
        sheet["C4"].comment = Comment("别处的批注", "水利")

    found = [
        fault("T001", at("B2")),
        fault("T002", at("B3")),
        *(fault("T003", at("C3"), raw=raw) for raw in HOSTILE[:3]),
    ]
    (tmp_path / "own.xlsx").write_bytes(send(drawn(dark), *found).content)
    (tmp_path / "fresh.xlsx").write_bytes(send(b"", *found, kind=FileKind.XLS, submission=annex4()).content)
    home = f"-env:UserInstallation=file://{tmp_path}/home"
    command = ["soffice", home, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path / "out")]
    subprocess.run(
        [*command, str(tmp_path / "own.xlsx"), str(tmp_path / "fresh.xlsx")],
        check=True,
        capture_output=True,
        timeout=90,
    )
    saved = (tmp_path / "out" / "own.xlsx").read_bytes()
    texts = [str(row[3]) for row in issue_rows(saved)[1:]]
    assert {f"“{raw}”里有空格。" for raw in HOSTILE[:3]} <= set(texts)
    stripped = opened(strip_marks(saved))
    sheet = stripped["附件4"]
    assert stripped.sheetnames == ["附件4"]
    assert sheet["B2"].fill.fgColor.rgb[2:] == "1F4E78"
    assert sheet["B3"].fill.fill_type is None
    assert [cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment] == ["别处的批注"]
    assert opened((tmp_path / "out" / "fresh.xlsx").read_bytes()).sheetnames[0] == "问题清单"
