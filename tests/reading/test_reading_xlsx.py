"""Workbooks as they really come: every fault of facts/formats.md §2.1 reads right or is refused by name."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, time
from decimal import Decimal

import pytest

from sishui_eco.model.grid import CellKind, Merge
from tests.reading.reading_packages import (
    MAIN,
    OFFICE,
    codes,
    deflated,
    drawn,
    first_grid,
    read_as,
    refusal,
    relations,
    sheet,
    strings,
    styles,
    workbook,
    workbook_parts,
)

ROW = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><v>12.5</v></c></row>'


def test_shared_text_and_number_are_read() -> None:
    grid = first_grid(workbook(sheet(ROW), texts=strings("泗河治理")))
    assert drawn(grid) == "A1=泗河治理 B1=12.5"
    assert grid.cells[(1, 2)].number == Decimal("12.5")


def test_empty_fill_and_broken_font_hurt_nobody() -> None:
    style = styles("0.0%").replace(
        "<cellXfs>", '<fills><fill/></fills><borders><border style="solid"/></borders><cellXfs>'
    )
    style = style.replace("<font/>", '<font><family val="34"/><color rgb="#FF0000"/></font>')
    grid = first_grid(workbook(sheet('<row r="1"><c r="A1" s="1"><v>0.985</v></c></row>'), style=style))
    assert grid.cells[(1, 1)].text == "98.5%"


def test_lying_dimension_is_not_believed() -> None:
    grid = first_grid(workbook(sheet('<row r="9"><c r="C9"><v>7</v></c></row>', before='<dimension ref="A1"/>')))
    assert drawn(grid) == "C9=7"


def test_strict_workbook_is_read() -> None:
    parts = workbook_parts(sheet(ROW), texts=strings("严格"))
    strict = {
        name: str(data)
        .replace(
            "http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main"
        )
        .replace(OFFICE, "http://purl.oclc.org/ooxml/officeDocument/relationships")
        for name, data in parts.items()
    }
    assert drawn(first_grid(deflated(strict))) == "A1=严格 B1=12.5"


def test_prefixed_names_are_read() -> None:
    prefixed = (
        '<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData>'
        '<x:row r="2"><x:c r="B2" t="s"><x:v>0</x:v></x:c></x:row></x:sheetData>'
        '<x:mergeCells><x:mergeCell ref="B2:C3"/></x:mergeCells></x:worksheet>'
    )
    texts = '<x:sst xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:si><x:t>前缀</x:t></x:si></x:sst>'
    grid = first_grid(workbook(prefixed, texts=texts))
    assert drawn(grid) == "B2=前缀"
    assert grid.merges == (Merge(2, 2, 3, 3),)


def test_part_names_in_other_case_or_with_backslashes_are_found() -> None:
    parts = workbook_parts(sheet(ROW), texts=strings("反斜杠"))
    parts["xl/SharedStrings.xml"] = parts.pop("xl/sharedStrings.xml")
    assert drawn(first_grid(deflated(parts))) == "A1=反斜杠 B1=12.5"
    document = read_as(deflated({name.replace("/", "\\"): data for name, data in parts.items()}))
    assert drawn(document.grids[0]) == "A1=反斜杠 B1=12.5"


def test_missing_shared_texts_are_refused_not_blanked() -> None:
    assert refusal(workbook(sheet(ROW))) == "R106"
    assert refusal(workbook(sheet(ROW.replace("<v>0<", "<v>5<")), texts=strings("一"))) == "R106"


def test_missing_styles_are_told_as_unknown_formats() -> None:
    parts = workbook_parts(sheet(ROW), texts=strings("无样式"))
    del parts["xl/styles.xml"]
    document = read_as(deflated(parts))
    assert drawn(document.grids[0]) == "A1=无样式 B1=12.5"
    assert "number_formats" in document.grids[0].unknown
    assert codes(document) == ["R304"]


def test_style_index_out_of_range_is_plain() -> None:
    grid = first_grid(workbook(sheet('<row r="1"><c r="A1" s="999"><v>3</v></c></row>')))
    assert drawn(grid) == "A1=3"


def test_broken_drawing_relations_hurt_nobody() -> None:
    parts = workbook_parts(sheet(ROW, after='<drawing r:id="rId1"/>'), texts=strings("图"))
    parts["xl/worksheets/_rels/sheet1.xml.rels"] = relations(
        ("rId1", "drawing", "NULL"), ("rId2", "image", "../media/gone.png"), ("rId3", "comments", "../gone.xml")
    )
    assert drawn(first_grid(deflated(parts))) == "A1=图 B1=12.5"


def test_custom_properties_are_read_and_a_nameless_one_passed_over() -> None:
    parts = workbook_parts(sheet(ROW), texts=strings("属性"))
    parts["docProps/custom.xml"] = (
        '<Properties><property pid="2"><lpwstr>x</lpwstr></property>'
        '<property pid="3" name="sishui"><lpwstr>unit-07</lpwstr></property></Properties>'
    )
    parts["docProps/core.xml"] = "<cp:broken"
    assert read_as(deflated(parts)).properties == {"sishui": "unit-07"}


def test_control_characters_are_mended_and_told() -> None:
    texts = strings("泗\x01河", "沂&#x1;河").encode()
    document = read_as(
        workbook(sheet('<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'), texts=texts)
    )
    assert drawn(document.grids[0]) == "A1=泗河 B1=沂河"


def test_shared_texts_in_gbk_and_utf16_are_read() -> None:
    gbk = ('<?xml version="1.0" encoding="GBK"?>' + strings("镕喆")).encode("gb18030")
    utf16 = ('<?xml version="1.0" encoding="UTF-16"?>' + strings("镕喆")).encode("utf-16")
    for texts in (gbk, utf16):
        assert drawn(first_grid(workbook(sheet(ROW), texts=texts))) == "A1=镕喆 B1=12.5"


def test_row_zero_is_refused_unless_the_cell_itself_is_placed() -> None:
    assert drawn(first_grid(workbook(sheet('<row r="0"><c r="A1"><v>4</v></c></row>')))) == "A1=4"
    assert refusal(workbook(sheet('<row r="0"><c r="A0"><v>4</v></c></row>'))) == "R208"
    assert refusal(workbook(sheet('<row r="0"><c><v>4</v></c></row>'))) == "R208"


@pytest.mark.parametrize("reference", ["A1048577", "XFE1", "A4294967297", "ZZZZ1"])
def test_cells_beyond_the_sheet_are_refused(reference: str) -> None:
    assert refusal(workbook(sheet(f'<row r="1"><c r="{reference}"><v>4</v></c></row>'))) == "R208"


def test_the_far_corner_is_one_cell() -> None:
    grid = first_grid(workbook(sheet('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')))
    assert list(grid.cells) == [(1_048_576, 16_384)]


def test_styled_but_empty_and_whitespace_cells_are_no_cells() -> None:
    rows = '<row r="1"><c r="A1" s="0"/><c r="B1" t="s"><v>0</v></c><c r="C1" t="str"><v>\u3000 </v></c><c r="D1"><v></v></c></row>'
    assert first_grid(workbook(sheet(rows), texts=strings(" \u200b\u3000"))).cells == {}


def test_missing_references_and_disorder_are_placed_rightly() -> None:
    rows = '<row><c><v>1</v></c><c><v>2</v></c></row><row r="5"><c r="C5"><v>9</v></c><c><v>8</v></c><c r="A5"><v>7</v></c></row><row><c><v>6</v></c></row>'
    assert drawn(first_grid(workbook(sheet(rows)))) == "A1=1 B1=2\nA5=7 C5=9 D5=8\nA6=6"


def test_errors_booleans_and_iso_dates_are_told_apart() -> None:
    rows = (
        '<row r="1"><c r="A1" t="e"><v>#REF!</v></c><c r="B1" t="b"><v>1</v></c>'
        '<c r="C1" t="d"><v>2023-07-25T08:30:00</v></c><c r="D1"><v>NaN</v></c></row>'
    )
    grid = first_grid(workbook(sheet(rows)))
    assert drawn(grid) == "A1=#REF! B1=TRUE C1=2023-07-25 08:30:00 D1=NaN"
    kinds = [grid.cells[(1, column)].kind for column in (1, 2, 3, 4)]
    assert kinds == [CellKind.ERROR, CellKind.BOOLEAN, CellKind.DATE, CellKind.ERROR]
    assert grid.cells[(1, 3)].moment == datetime(2023, 7, 25, 8, 30)


def test_formulas_with_and_without_result() -> None:
    rows = (
        '<row r="1"><c r="A1"><f>SUM(B1:C1)</f><v>30</v></c><c r="B1"><f>A1&amp;"x"</f></c>'
        '<c r="C1" t="str"><f>T(A1)</f><v></v></c><c r="D1"><f>1/0</f><v/></c></row>'
    )
    grid = first_grid(workbook(sheet(rows)))
    seen = {column: (cell.formula, cell.text, cell.uncached) for (_, column), cell in grid.cells.items()}
    assert seen == {
        1: ("SUM(B1:C1)", "30", False),
        2: ('A1&"x"', "", True),
        3: ("T(A1)", "", False),
        4: ("1/0", "", True),
    }


def test_shared_formulas_move_to_their_own_cells() -> None:
    rows = (
        '<row r="1"><c r="C1"><f t="shared" ref="C1:C3" si="0">A1*$B$1+A$2&amp;"A1"</f><v>2</v></c></row>'
        '<row r="3"><c r="C3"><f t="shared" si="0"/><v>4</v></c></row>'
    )
    assert first_grid(workbook(sheet(rows))).cells[(3, 3)].formula == 'A3*$B$1+A$2&"A1"'


@pytest.mark.parametrize(
    ("stored", "number"),
    [
        ("0.28999999999999998", "0.29"),
        ("1.1000000000000001", "1.1"),
        ("123456789012345", "123456789012345"),
        ("1E-3", "0.001"),
        ("-0.1", "-0.1"),
        ("12345.6789", "12345.6789"),
        ("100000000000000000", "100000000000000000"),
    ],
)
def test_numbers_are_exact_and_free_of_binary_noise(stored: str, number: str) -> None:
    grid = first_grid(workbook(sheet(f'<row r="1"><c r="A1"><v>{stored}</v></c></row>')))
    assert grid.cells[(1, 1)].number == Decimal(number)


def test_dates_under_both_date_systems() -> None:
    rows = '<row r="1"><c r="A1" s="1"><v>44986</v></c><c r="B1" s="2"><v>44986.5</v></c><c r="C1" s="3"><v>0.25</v></c></row>'
    style = styles('yyyy"年"m"月"', "yyyy-mm-dd hh:mm", "h:mm")
    grid = first_grid(workbook(sheet(rows), style=style))
    assert drawn(grid) == "A1=2023年3月 B1=2023-03-01 12:00 C1=6:00"
    moments = [grid.cells[(1, column)].moment for column in (1, 2, 3)]
    assert moments == [date(2023, 3, 1), datetime(2023, 3, 1, 12), time(6)]
    later = first_grid(workbook(sheet(rows), style=style, settings='<workbookPr date1904="1"/>'))
    assert later.cells[(1, 1)].moment == date(2027, 3, 2)


def test_a_number_that_is_no_date_under_a_date_format_stays_a_number() -> None:
    rows = '<row r="1"><c r="A1" s="1"><v>20230301</v></c><c r="B1" s="1"><v>-3</v></c></row>'
    grid = first_grid(workbook(sheet(rows), style=styles("yyyy/m/d")))
    assert drawn(grid) == "A1=20230301 B1=-3"
    assert {cell.kind for cell in grid.cells.values()} == {CellKind.NUMBER}


def test_escapes_rich_text_and_phonetic_guides() -> None:
    texts = (
        f"<sst {MAIN}><si><t>泗河_x000D_\n段</t></si>"
        '<si><r><t>总</t></r><r><rPr><b/></rPr><t xml:space="preserve">投资 </t></r>'
        '<rPh sb="0" eb="1"><t>zong</t></rPh></si><si><t>_x005F_x000D_</t></si></sst>'
    )
    rows = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c></row>'
    grid = first_grid(workbook(sheet(rows), texts=texts))
    assert [grid.cells[(1, column)].text for column in (1, 2, 3)] == ["泗河\r\n段", "总投资 ", "_x000D_"]


def test_inline_texts_plain_and_rich() -> None:
    rows = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>甲&amp;乙</t></is></c>'
        '<c r="B1" t="inlineStr"><is><r><rPr><strike/></rPr><t>作废</t></r></is></c></row>'
    )
    grid = first_grid(workbook(sheet(rows)))
    assert drawn(grid) == "A1=甲&乙 B1=作废"
    assert (grid.cells[(1, 1)].struck, grid.cells[(1, 2)].struck) == (False, True)


def test_struck_cells_by_font() -> None:
    style = styles(fonts="<font/><font><strike/></font>", xf='<xf numFmtId="0" fontId="1"/>')
    grid = first_grid(
        workbook(sheet('<row r="1"><c r="A1" s="1"><v>5</v></c><c r="B1"><v>6</v></c></row>'), style=style)
    )
    assert (grid.cells[(1, 1)].struck, grid.cells[(1, 2)].struck) == (True, False)


def test_values_under_merges_are_kept_apart() -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row><row r="2"><c r="A2"><v>3</v></c></row>'
    after = '<mergeCells><mergeCell ref="A1:B1"/><mergeCell ref="A2:A1048576"/><mergeCell ref="C1"/></mergeCells>'
    grid = first_grid(workbook(sheet(rows, after=after)))
    assert drawn(grid) == "A1=1\nA2=3"
    assert {place: cell.text for place, cell in grid.covered.items()} == {(1, 2): "2"}
    assert grid.merges == (Merge(1, 1, 1, 2), Merge(2, 1, 1_048_576, 1))


def test_hidden_rows_columns_and_sheets() -> None:
    parts = workbook_parts(
        sheet(
            '<row r="1"><c r="A1"><v>1</v></c><c r="E1"><v>1</v></c></row><row r="2" hidden="1"><c r="A2"><v>2</v></c></row>',
            before='<cols><col min="2" max="3" hidden="1"/><col min="5" max="16384" hidden="true"/></cols>',
        ),
        sheet(""),
        sheet(""),
    )
    book = str(parts["xl/workbook.xml"])
    book = book.replace('sheetId="2"', 'sheetId="2" state="hidden"').replace(
        'sheetId="3"', 'sheetId="3" state="veryHidden"'
    )
    parts["xl/workbook.xml"] = book
    document = read_as(deflated(parts))
    assert document.grids[0].hidden_rows == {2}
    assert document.grids[0].hidden_columns == {2, 3, 5}
    assert [grid.hidden for grid in document.grids] == [False, True, True]


def test_comments_legacy_and_threaded() -> None:
    parts = workbook_parts(sheet(ROW), texts=strings("批注"))
    parts["xl/worksheets/_rels/sheet1.xml.rels"] = relations(
        ("rId1", "comments", "../comments1.xml"), ("rId2", "threadedComment", "../threadedComments/t1.xml")
    )
    parts["xl/comments1.xml"] = (
        f'<comments {MAIN}><commentList><comment ref="A1"><text><r><t>请</t></r><r><t>核实</t></r></text></comment>'
        '<comment ref="B1"><text><t>[Threaded comment]</t></text></comment></commentList></comments>'
    )
    parts["xl/threadedComments/t1.xml"] = (
        '<ThreadedComments><threadedComment ref="B1"><text>是否含税</text></threadedComment>'
        '<threadedComment ref="B1"><text>含</text></threadedComment></ThreadedComments>'
    )
    assert first_grid(deflated(parts)).comments == {(1, 1): "请核实", (1, 2): "是否含税\n含"}


DRAWING = (
    '<xdr:wsDr xmlns:xdr="x" xmlns:a="a" {rels}><xdr:twoCellAnchor><xdr:from><xdr:col>3</xdr:col><xdr:row>7</xdr:row></xdr:from>'
    '<xdr:pic><xdr:nvPicPr><xdr:cNvPr id="1" name="图章"/></xdr:nvPicPr><xdr:blipFill><a:blip r:embed="rId1"/></xdr:blipFill>'
    "</xdr:pic></xdr:twoCellAnchor></xdr:wsDr>"
).replace("{rels}", f'xmlns:r="{OFFICE}"')


def test_pictures_with_their_anchor() -> None:
    parts = workbook_parts(sheet(ROW, after='<drawing r:id="rId1"/>'), texts=strings("章"))
    parts["xl/worksheets/_rels/sheet1.xml.rels"] = relations(("rId1", "drawing", "../drawings/drawing1.xml"))
    parts["xl/drawings/drawing1.xml"] = DRAWING
    parts["xl/drawings/_rels/drawing1.xml.rels"] = relations(("rId1", "image", "../media/image1.png"))
    parts["xl/media/image1.png"] = b"seal"
    document = read_as(deflated(parts))
    (picture,) = document.grids[0].pictures
    assert (picture.row, picture.column, picture.name) == (8, 4, "图章")
    assert picture.sha256 == hashlib.sha256(b"seal").hexdigest()
    assert document.pictures == 1


def test_wps_pictures_in_cells() -> None:
    rows = '<row r="2"><c r="B2" t="str"><f>_xlfn.DISPIMG("ID_7",1)</f><v>=DISPIMG("ID_7",1)</v></c></row>'
    parts = workbook_parts(sheet(rows))
    parts["xl/cellimages.xml"] = DRAWING.replace("图章", "ID_7")
    parts["xl/_rels/cellimages.xml.rels"] = relations(("rId1", "image", "media/image1.png"))
    parts["xl/media/image1.png"] = b"seal"
    grid = first_grid(deflated(parts))
    assert drawn(grid) == "B2=[图片]"
    assert [(p.row, p.column, p.name, p.sha256) for p in grid.pictures] == [
        (2, 2, "ID_7", hashlib.sha256(b"seal").hexdigest())
    ]


def test_literal_choices_within_the_used_area_only() -> None:
    after = (
        '<dataValidations count="1"><dataValidation type="list" sqref="B1:B1048577 D9"><formula1>"达标, 未达标"</formula1>'
        '</dataValidation><dataValidation type="list" sqref="A1"><formula1>$F$1:$F$2</formula1></dataValidation></dataValidations>'
    )
    grid = first_grid(workbook(sheet(ROW, after=after), texts=strings("选")))
    assert grid.validations == {(1, 2): ("达标", "未达标"), (2, 2): ("达标", "未达标")}


def test_macros_and_external_links_are_told_not_touched() -> None:
    parts = workbook_parts(sheet(ROW), texts=strings("宏"))
    parts["xl/vbaProject.bin"] = b"\0"
    parts["xl/_rels/workbook.xml.rels"] = str(parts["xl/_rels/workbook.xml.rels"]).replace(
        "</Relationships>",
        f'<Relationship Id="e1" Type="{OFFICE}/externalLink" Target="externalLinks/e1.xml"/></Relationships>',
    )
    document = read_as(deflated(parts))
    assert (document.has_macros, document.external_links, codes(document)) == (True, 1, ["R302", "R303"])


def test_leading_junk_is_passed_over() -> None:
    assert (
        drawn(first_grid(b"\r\nHTTP junk" + workbook(sheet(ROW), texts=strings("前缀字节")))) == "A1=前缀字节 B1=12.5"
    )


def test_huge_text_of_a_cell_is_refused() -> None:
    assert refusal(workbook(sheet(ROW), texts=strings("长" * 32_768))) == "R209"
    assert refusal(workbook(sheet(ROW), texts=strings("长" * 32_767))) == "read by xlsx"


def test_comments_and_cdata_among_cells_send_the_part_to_expat() -> None:
    rows = '<row r="1"><!-- <c r="Z9"><v>1</v></c> --><c r="A1" t="str"><v><![CDATA[<甲>]]></v></c></row>'
    assert drawn(first_grid(workbook(sheet(rows)))) == "A1=<甲>"
