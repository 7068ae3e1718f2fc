"""Text, web pages, XML 2003, OpenDocument, old binary files: read as what they are, or refused by name."""

from __future__ import annotations

import shutil
import struct
import subprocess
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from sishui_eco.model.arrival import FileKind
from sishui_eco.model.grid import CellKind, Merge
from sishui_eco.reading import ReadLimits
from tests.reading.reading_packages import codes, deflated, drawn, first_grid, read_as, refusal, sheet, workbook

TABLE = '序号,名称,值\n001,泗河“a”,"1,200"\n2,"多\n行",\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_delimited_text_in_every_encoding(encoding: str) -> None:
    document = read_as(TABLE.encode(encoding), FileKind.CSV)
    assert drawn(document.grids[0]) == "A1=序号 B1=名称 C1=值\nA2=001 B2=泗河“a” C2=1,200\nA3=2 B3=多\n行"
    assert codes(document) == ["R305"]
    assert {cell.kind for cell in document.grids[0].cells.values()} == {CellKind.TEXT}


@pytest.mark.parametrize("delimiter", ["\t", ";", "|"])
def test_other_delimiters(delimiter: str) -> None:
    text = "\n".join(delimiter.join(row) for row in (("序号", "名称", "备注"), ("1", "甲，乙", ""), ("2", "丙", "x")))
    assert first_grid(text.encode("gb18030"), FileKind.CSV).text(2, 2) == "甲，乙"


def test_prose_is_paragraphs_not_a_table() -> None:
    grid = first_grid("关于重点工程的说明\n\n我单位无重点工程项目提报，特此说明。".encode(), FileKind.CSV)
    assert grid.kind == "text"
    assert drawn(grid) == "A1=关于重点工程的说明\nA3=我单位无重点工程项目提报，特此说明。"


def test_bytes_that_are_no_text_are_refused() -> None:
    assert refusal(bytes(range(32)) * 50, FileKind.CSV) == "R103"
    assert refusal(b" \n\t\n", FileKind.CSV) == "R103"
    assert refusal(("长" * 200_000 + ",b\n" + "c,d\n").encode(), FileKind.CSV) == "R209"


PAGE = (
    '<html><head><meta charset="gb2312"><style>td{}</style></head><body>标题'
    "<table><tr><th rowspan=2>序号<th colspan=2>投资<tr><td>总&nbsp;额<td>镕喆"
    '<tr style="display:none"><td>1<td>2<br>万元<td><table><tr><td>内</table></table>完<script>x</script></body>'
)


def test_web_page_tables_with_spans_nesting_and_wrong_charset() -> None:
    document = read_as(PAGE.encode("gb18030"), FileKind.HTML)
    first, inner, text = document.grids
    assert drawn(first) == "A1=序号 B1=投资\nB2=总\xa0额 C2=镕喆\nA3=1 B3=2\n万元"
    assert first.merges == (Merge(1, 1, 2, 1), Merge(1, 2, 1, 3))
    assert first.hidden_rows == {3}
    assert (drawn(inner), drawn(text)) == ("A1=内", "A1=标题\nA2=完")
    assert codes(document) == ["R305"]


def test_an_empty_page_and_wild_spans() -> None:
    assert refusal(b"<html><body> </body></html>", FileKind.HTML) == "R103"
    wild = "<table>" + "<tr>" + "<td colspan=99999 rowspan=99999>x" * 40
    assert refusal(wild.encode(), FileKind.HTML) == "R208"


XML = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Styles><Style ss:ID="p"><NumberFormat ss:Format="0.0%"/></Style></Styles>
<Worksheet ss:Name="附件2"><Table><Row ss:Index="3" ss:Hidden="1"><Cell ss:Index="2" ss:MergeAcross="1" ss:StyleID="p">
<Data ss:Type="Number">0.985</Data></Cell><Cell><Data ss:Type="DateTime">2023-07-25T00:00:00.000</Data></Cell>
<Cell ss:Formula="=RC[-1]"/><Cell><Data ss:Type="Error">#REF!</Data><Comment><ss:Data>查</ss:Data></Comment></Cell></Row>
</Table></Worksheet></Workbook>"""


def test_workbook_in_the_xml_of_2003() -> None:
    grid = first_grid(XML.encode(), FileKind.XML_SHEET)
    assert (grid.name, drawn(grid)) == ("附件2", "B3=98.5% D3=2023-07-25 E3= F3=#REF!")
    assert grid.cells[(3, 2)].number == Decimal("0.985")
    assert grid.cells[(3, 4)].moment == date(2023, 7, 25)
    assert grid.cells[(3, 5)].uncached
    assert grid.merges == (Merge(3, 2, 3, 3),)
    assert (grid.hidden_rows, grid.comments) == ({3}, {(3, 6): "查"})
    assert refusal(b"<wordDocument/>", FileKind.XML_SHEET) == "R104"
    assert refusal(b"<html/>", FileKind.XML_SHEET) == "R103"
    assert refusal(XML[:-30].encode(), FileKind.XML_SHEET) == "R102"


ODS = (
    '<o:document-content xmlns:o="o" xmlns:t="t" xmlns:x="x" xmlns:s="s"><o:automatic-styles><s:style s:name="off" s:family="table">'
    '<s:table-properties t:display="false"/></s:style></o:automatic-styles><o:body><o:spreadsheet>'
    '<t:table t:name="表" t:style-name="off"><t:table-column t:number-columns-repeated="2"/><t:table-column t:visibility="collapse"/>'
    '<t:table-row t:number-rows-repeated="2"><t:table-cell/></t:table-row>'
    '<t:table-row t:visibility="collapse"><t:table-cell t:number-columns-spanned="2" o:value-type="percentage" o:value="0.985">'
    '<x:p>98.5%</x:p><o:annotation><x:p>查</x:p></o:annotation></t:table-cell><t:covered-table-cell o:value-type="string">'
    '<x:p>藏</x:p></t:covered-table-cell><t:table-cell o:value-type="string" t:number-columns-repeated="2"><x:p>一<x:s x:c="2"/>二</x:p>'
    '<x:p>三</x:p></t:table-cell><t:table-cell t:formula="of:=[.A1]" o:value-type="string"><x:p>#REF!</x:p></t:table-cell></t:table-row>'
    '<t:table-row t:number-rows-repeated="1048573"><t:table-cell t:number-columns-repeated="16384"/></t:table-row>'
    "</t:table></o:spreadsheet></o:body></o:document-content>"
)


def test_open_document_sheet() -> None:
    grid = first_grid(deflated({"content.xml": ODS}), FileKind.ODS)
    assert drawn(grid) == "A3=98.5% C3=一  二\n三 D3=一  二\n三 E3=#REF!"
    assert grid.cells[(3, 1)].number == Decimal("0.985")
    assert grid.cells[(3, 5)].kind is CellKind.ERROR
    assert grid.covered[(3, 2)].text == "藏"
    assert (grid.hidden, grid.hidden_rows, grid.hidden_columns) == (True, {3}, {3})
    assert (grid.merges, grid.comments) == ((Merge(3, 1, 3, 2),), {(3, 1): "查"})


def test_open_document_with_password_or_of_another_kind() -> None:
    locked = {"META-INF/manifest.xml": "<m><encryption-data/></m>", "content.xml": ODS}
    assert refusal(deflated(locked), FileKind.ODS) == "R101"
    assert refusal(deflated({"content.xml": ODS}), FileKind.ODT) == "R103"


def record(kind: int, payload: bytes) -> bytes:
    """Return one record of a binary workbook."""
    number = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, length = bytearray(), len(payload)
    while length > 0x7F:
        size.append(length & 0x7F | 0x80)
        length >>= 7
    return number + bytes(size) + bytes([length]) + payload


def wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def binary_workbook(sheet_records: bytes) -> bytes:
    from tests.reading.reading_packages import relations

    book = record(156, struct.pack("<II", 1, 1) + wide("rId1") + wide("附件2"))
    styles = record(44, struct.pack("<H", 164) + wide("0.0%")) + record(617, b"\0\0\0\0")
    styles += record(47, bytes(16)) + record(47, struct.pack("<HHH", 0, 164, 0) + bytes(10)) + record(618, b"")
    return deflated(
        {
            "_rels/.rels": relations(("r", "officeDocument", "xl/workbook.bin")),
            "xl/workbook.bin": book,
            "xl/_rels/workbook.bin.rels": relations(("rId1", "worksheet", "worksheets/sheet1.bin")),
            "xl/worksheets/sheet1.bin": sheet_records,
            "xl/styles.bin": styles,
            "xl/sharedStrings.bin": record(19, b"\0" + wide("泗河_x000D_")),
        }
    )


def cell(kind: int, column: int, payload: bytes, style: int = 0) -> bytes:
    return record(kind, struct.pack("<II", column, style) + payload)


def row(number: int, flags: int = 0) -> bytes:
    return record(0, struct.pack("<IIH", number, 0, 300) + bytes([0, flags]) + bytes(5))


def test_binary_workbook() -> None:
    rows = row(4, 0x10) + cell(7, 0, b"\0\0\0\0") + cell(5, 1, struct.pack("<d", 0.985), 1) + cell(3, 2, b"\x17")
    rows += cell(2, 3, struct.pack("<I", 1234 << 2 | 3)) + cell(4, 4, b"\1") + cell(1, 5, b"")
    rows += record(176, struct.pack("<4I", 4, 5, 0, 0))
    grid = first_grid(binary_workbook(rows), FileKind.XLSB)
    assert drawn(grid) == "A5=泗河\r B5=98.5% C5=#REF! D5=12.34 E5=TRUE"
    assert (grid.hidden, grid.hidden_rows, grid.merges) == (True, {5}, (Merge(5, 1, 6, 1),))
    assert "formulas" in grid.unknown


def test_broken_binary_workbooks_are_refused() -> None:
    assert refusal(binary_workbook(row(4) + cell(7, 0, b"\x09\0\0\0")), FileKind.XLSB) == "R106"
    assert refusal(binary_workbook(row(2_000_000) + cell(4, 0, b"\1")), FileKind.XLSB) == "R208"
    assert refusal(binary_workbook(row(4) + b"\x05\x7f"), FileKind.XLSB) == "R102"
    assert refusal(workbook(sheet("")), FileKind.XLSB) == "R103"


def test_the_second_reader_is_told_with_what_it_cannot_see() -> None:
    rows = '<row r="1"><c r="A1"><v>5</v></c></row>'
    broken = workbook(sheet(rows, after="<oops></mismatch>"))
    document = read_as(broken)
    assert (document.reader, drawn(document.grids[0])) == ("calamine", "A1=5")
    assert codes(document) == ["R301"]
    assert {"errors", "hidden", "number_formats"} <= document.grids[0].unknown


def test_kinds_that_are_no_tables_are_refused() -> None:
    for kind in (FileKind.PDF, FileKind.IMAGE, FileKind.ZIP, FileKind.UNKNOWN, FileKind.EMPTY):
        assert refusal(b"x", kind) == "R103"


needs_office = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One Word table and one workbook, saved by LibreOffice in the old formats."""
    import docx
    import xlsxwriter

    folder = tmp_path_factory.mktemp("office")
    document = docx.Document()
    document.add_paragraph("附件4 重点工程项目提报表")
    table = document.add_table(4, 4)
    for row_number, line in enumerate(table.rows):
        for column, item in enumerate(line.cells):
            item.text = f"{row_number + 1}行{column + 1}"
    table.cell(0, 0).merge(table.cell(1, 0)).text = "序号"
    table.cell(0, 1).merge(table.cell(0, 2)).text = "投资\n（万元）"
    table.cell(2, 1).text = ""
    table.cell(2, 2).text = ""
    document.add_paragraph("无重点工程项目提报")
    document.save(str(folder / "word.docx"))
    book = xlsxwriter.Workbook(str(folder / "book.xlsx"))
    page = book.add_worksheet("附件2")
    page.merge_range("A1:B1", "标题")
    page.write("A2", "镕喆")
    page.write("B2", 0.985, book.add_format({"num_format": "0.0%"}))
    page.write("C2", 45132, book.add_format({"num_format": 'yyyy"年"m"月"'}))
    page.write_formula("D2", "=1/0", value="#DIV/0!")
    page.write_comment("A2", "请核实")
    page.write("A3", "藏", book.add_format({"font_strikeout": True}))
    page.set_row(2, None, None, {"hidden": True})
    page.set_column("C:C", None, None, {"hidden": True})
    book.add_worksheet("隐").hide()
    book.close()
    for name, kinds in (("word.docx", ("doc", "odt")), ("book.xlsx", ("xls", "ods"))):
        for kind in kinds:
            profile = f"-env:UserInstallation=file://{folder}/profile"
            command = [
                "soffice",
                profile,
                "--headless",
                "--convert-to",
                kind,
                "--outdir",
                str(folder),
                str(folder / name),
            ]
            subprocess.run(command, capture_output=True, timeout=60)
    return folder


@needs_office
@pytest.mark.parametrize("kind", ["docx", "doc", "odt"])
def test_word_table_is_the_same_in_every_format(converted: Path, kind: str) -> None:
    table, text = read_as((converted / f"word.{kind}").read_bytes(), FileKind(kind)).grids
    assert drawn(table) == (
        "A1=序号 B1=投资\n（万元） D1=1行4\nB2=2行2 C2=2行3 D2=2行4\nA3=3行1 D3=3行4\nA4=4行1 B4=4行2 C4=4行3 D4=4行4"
    )
    assert set(table.merges) == {Merge(1, 1, 2, 1), Merge(1, 2, 1, 3)}
    assert drawn(text) == "A1=附件4 重点工程项目提报表\nA2=无重点工程项目提报"


@needs_office
@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_workbook_is_the_same_in_every_format(converted: Path, kind: str) -> None:
    document = read_as((converted / f"book.{kind}").read_bytes(), FileKind(kind))
    grid = document.grids[0]
    assert drawn(grid) == "A1=标题\nA2=镕喆 B2=98.5% C2=2023年7月 D2=#DIV/0!\nA3=藏"
    assert grid.cells[(2, 2)].number == Decimal("0.985")
    assert grid.cells[(2, 3)].moment == date(2023, 7, 25)
    assert grid.cells[(2, 4)].kind is CellKind.ERROR
    assert grid.merges == (Merge(1, 1, 1, 2),)
    assert (grid.hidden_rows, grid.hidden_columns) == ({3}, {3})
    assert grid.comments[(2, 1)].strip().endswith("请核实")
    assert [item.hidden for item in document.grids] == [False, True]
    if kind != "ods":
        assert grid.cells[(3, 1)].struck


@needs_office
def test_limits_hold_in_old_workbooks_too(converted: Path) -> None:
    content = (converted / "book.xls").read_bytes()
    assert refusal(content, FileKind.XLS, ReadLimits(cells=2)) == "R206"
    assert refusal(content, FileKind.XLS, ReadLimits(sheets=1)) == "R205"
    assert refusal(content[: len(content) // 2], FileKind.XLS) in ("R102", "R103")
