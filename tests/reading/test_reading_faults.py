"""The faults of facts/formats.md that other tests of this folder do not draw, and the list that none is without a test."""

from __future__ import annotations

import struct
from importlib import import_module

import pytest

from sishui_eco.model.arrival import FileKind
from sishui_eco.model.grid import CellKind, Merge
from sishui_eco.model.place import Place
from sishui_eco.reading import read
from tests.compound_files import compound
from tests.reading.reading_packages import deflated as packed
from tests.reading.reading_packages import (
    drawn,
    first_grid,
    read_as,
    refusal,
    relations,
    sheet,
    strings,
    styles,
    word_file,
    workbook,
    workbook_parts,
)

# --- §2.1, what is left of it ----------------------------------------------------------------------------


def test_choices_of_the_later_kind_are_read() -> None:
    extension = (
        '<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"><x14:dataValidations xmlns:x14="x14" xmlns:xm="xm">'
        '<x14:dataValidation type="list"><x14:formula1><xm:f>"达标,未达标"</xm:f></x14:formula1><xm:sqref>A1</xm:sqref>'
        "</x14:dataValidation></x14:dataValidations></ext></extLst>"
    )
    grid = first_grid(workbook(sheet('<row r="1"><c r="A1"><v>1</v></c></row>', after=extension)))
    assert grid.validations == {(1, 1): ("达标", "未达标")}


def test_texts_that_other_readers_take_for_nothing_or_numbers_stay_as_they_are() -> None:
    texts = ["NA", "N/A", "None", "null", "nan", "001", "1E5", "#N/A", "TRUE", "=1+1", "370831000000000000"]
    cells = "".join(f'<c r="{chr(65 + at)}1" t="s"><v>{at}</v></c>' for at in range(len(texts)))
    grid = first_grid(workbook(sheet(f'<row r="1">{cells}</row>'), texts=strings(*texts)))
    assert [cell.text for cell in grid.cells.values()] == texts
    assert {cell.kind for cell in grid.cells.values()} == {CellKind.TEXT}
    assert not any(cell.formula for cell in grid.cells.values())


def test_senseless_styles_and_links_without_a_target_hurt_nobody() -> None:
    odd = '<xf numFmtId="164" fontId="99" fillId="x" borderId="-1"><alignment horizontal="middle" vertical="中"/></xf>'
    style = styles("0.0%", fonts='<font><u val="1"/><family val="34"/><color rgb="red"/></font>', xf=odd)
    rows = '<row r="1"><c r="A1" s="2"><v>0.985</v></c></row>'
    links = (
        '<hyperlinks><hyperlink ref="A1" r:id="rId9"/></hyperlinks><legacyDrawing r:id="rId8"/><picture r:id="rId7"/>'
    )
    assert drawn(first_grid(workbook(sheet(rows, after=links), style=style))) == "A1=98.5%"


def test_overlapping_merges_keep_every_value() -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c><c r="C1"><v>3</v></c></row>'
    after = '<mergeCells><mergeCell ref="A1:B1"/><mergeCell ref="B1:C1"/><mergeCell ref="B1:A1"/></mergeCells>'
    grid = first_grid(workbook(sheet(rows, after=after)))
    assert sorted([*grid.cells, *grid.covered]) == [(1, 1), (1, 2), (1, 3)]


def test_half_a_workbook_and_another_kind_under_its_name_are_refused_by_name() -> None:
    whole = workbook(sheet('<row r="1"><c r="A1"><v>1</v></c></row>'))
    assert refusal(whole[: len(whole) // 2]) == "R102"
    assert refusal(whole[:-30] + bytes(30)) == "R102"
    assert refusal(compound({"Workbook": b"x"})) == "R102"


def test_a_sheet_behind_a_wrong_link_is_found_by_its_number() -> None:
    parts = workbook_parts(sheet('<row r="1"><c r="A1"><v>1</v></c></row>'))
    parts["xl/_rels/workbook.xml.rels"] = relations(("rId1", "worksheet", "worksheets/gone.xml"))
    assert refusal(packed(parts)) == "R106"
    parts["xl/_rels/workbook.xml.rels"] = relations()
    assert drawn(first_grid(packed(parts))) == "A1=1"


# --- §2.3: old workbooks ---------------------------------------------------------------------------------


def biff(
    version: int, codepage: int, *cells: tuple[int, bytes], styles_of: tuple[tuple[int, bytes], ...] = ()
) -> bytes:
    """Return the stream of an old workbook with one sheet."""
    late = version >= 0x0600

    def begin(kind: int) -> tuple[int, bytes]:
        return 0x0809, struct.pack("<HHHHII", version, kind, 0, 0, 0, 0)[: 16 if late else 8]

    name = "表1".encode("utf-16-le" if late else "gbk")
    head = struct.pack("<BB", 2, 1) if late else struct.pack("<B", len(name))

    def book(offset: int) -> bytes:
        listed = struct.pack("<IH", offset, 0) + head + name
        return records(begin(5), (0x0042, struct.pack("<H", codepage)), *styles_of, (0x0085, listed), (0x000A, b""))

    return book(len(book(0))) + records(begin(0x10), *cells, (0x000A, b""))


def records(*items: tuple[int, bytes]) -> bytes:
    return b"".join(struct.pack("<HH", kind, len(payload)) + payload for kind, payload in items)


def number(row: int, column: int, value: float, style: int = 0) -> tuple[int, bytes]:
    return 0x0203, struct.pack("<HHHd", row, column, style, value)


@pytest.mark.parametrize("codepage", [936, 1200, 21010, 10008, 5212])
@pytest.mark.parametrize("wrapped", [True, False])
def test_old_workbooks_under_code_pages_other_readers_stumble_over(codepage: int, wrapped: bool) -> None:
    text = "泗河治理镕".encode("gb18030")
    label = (0x0204, struct.pack("<HHHH", 0, 0, 0, len(text)) + text)
    stream = biff(0x0500, codepage, label, number(0, 1, 12.5))
    grid = first_grid(compound({"Book": stream}) if wrapped else stream, FileKind.XLS)
    assert (grid.name, drawn(grid)) == ("表1", "A1=泗河治理镕 B1=12.5")


def labelled(codepage: int, *texts: bytes) -> bytes:
    labels = [(0x0204, struct.pack("<HHHH", at, 0, 0, len(text)) + text) for at, text in enumerate(texts)]
    return biff(0x0500, codepage, *labels)


@pytest.mark.parametrize("codepage", [1252, 437, 10000])
def test_an_old_workbook_that_calls_chinese_western_is_read_as_chinese_and_says_so(codepage: int) -> None:
    stream = labelled(codepage, "泗水县泉林镇人民政府".encode("gbk"), "COD≤30mg/L，达标".encode("gbk"))
    document = read(stream, FileKind.XLS, Place(file="旧表.xls"))
    assert (document.grids[0].name, drawn(document.grids[0])) == ("表1", "A1=泗水县泉林镇人民政府\nA2=COD≤30mg/L，达标")
    (notice,) = document.notices
    assert notice.code == "R304" and "西文" in notice.message


def test_an_old_western_workbook_stays_western() -> None:
    texts = ["Qualité de l'eau", "Übergröße", "né à Besançon, café"]
    document = read(labelled(1252, *(text.encode("cp1252") for text in texts)), FileKind.XLS, Place(file="旧表.xls"))
    assert [document.grids[0].text(row, 1) for row in (1, 2, 3)] == texts
    assert not document.notices


def test_old_workbook_tells_dates_errors_and_merges() -> None:
    plain, day = struct.pack("<HH16x", 0, 0), struct.pack("<HH16x", 0, 14)
    cells = [
        number(0, 0, 44986, 1),
        number(0, 1, 44986),
        (0x0205, struct.pack("<HHHBB", 1, 0, 0, 0x17, 1)),
        (0x0205, struct.pack("<HHHBB", 1, 1, 0, 1, 0)),
        number(2, 0, 7),
        number(2, 1, 8),
        (0x00E5, struct.pack("<5H", 1, 2, 2, 0, 1)),
    ]
    grid = first_grid(
        compound({"Workbook": biff(0x0600, 1200, *cells, styles_of=((0xE0, plain), (0xE0, day)))}), FileKind.XLS
    )
    assert drawn(grid) == "A1=2023/3/1 B1=44986\nA2=#REF! B2=TRUE\nA3=7"
    assert [grid.cells[place].kind for place in ((1, 1), (1, 2), (2, 1))] == [
        CellKind.DATE,
        CellKind.NUMBER,
        CellKind.ERROR,
    ]
    assert (grid.merges, [cell.text for cell in grid.covered.values()]) == ((Merge(3, 1, 3, 2),), ["8"])


def test_a_works_file_is_refused_by_name() -> None:
    assert refusal(compound({"MatOST": b"x"}), FileKind.DOC) == "R104"


# --- §2.4: Word ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["F052", "F0FE", "F0FC", "f052"])
def test_check_marks_of_symbol_fonts(code: str) -> None:
    run = f'<w:p><w:r><w:t>达标</w:t><w:sym w:font="Wingdings 2" w:char="{code}"/></w:r></w:p>'
    assert drawn(read_as(word_file(run), FileKind.DOCX).grids[0]) == "A1=达标√"


@pytest.mark.parametrize(
    "kind", ["template.main+xml", "template.macroEnabledTemplate.main+xml", "document.macroEnabled.main+xml"]
)
def test_templates_and_macro_documents_are_read_like_documents(kind: str) -> None:
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" '
        f'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}"/></Types>'
    )
    body = "<w:p><w:r><w:t>无重点工程项目提报</w:t></w:r></w:p>"
    content = word_file(body, {"[Content_Types].xml": types})
    assert drawn(read_as(content, FileKind.DOCX).grids[0]) == "A1=无重点工程项目提报"


# --- the list --------------------------------------------------------------------------------------------

XLSX, WORD, OTHER, HOSTILE, HERE = (
    "test_reading_xlsx", "test_reading_word", "test_reading_other_formats", "test_reading_hostile", "test_reading_faults",
)  # fmt: skip
FAULTS: dict[str, tuple[str, str]] = {
    "2.1 empty fill": (XLSX, "test_empty_fill_and_broken_font_hurt_nobody"),
    "2.1 font family, colour, border": (XLSX, "test_empty_fill_and_broken_font_hurt_nobody"),
    "2.1 alignment middle, underline 1": (HERE, "test_senseless_styles_and_links_without_a_target_hurt_nobody"),
    "2.1 custom property without name": (XLSX, "test_custom_properties_are_read_and_a_nameless_one_passed_over"),
    "2.1 core.xml date": (XLSX, "test_custom_properties_are_read_and_a_nameless_one_passed_over"),
    "2.1 wrong dimension": (XLSX, "test_lying_dimension_is_not_believed"),
    "2.1 strict": (XLSX, "test_strict_workbook_is_read"),
    "2.1 case and backslashes of part names": (XLSX, "test_part_names_in_other_case_or_with_backslashes_are_found"),
    "2.1 shared texts missing": (XLSX, "test_missing_shared_texts_are_refused_not_blanked"),
    "2.1 relation to NULL, drawing gone": (XLSX, "test_broken_drawing_relations_hurt_nobody"),
    "2.1 hyperlink relation gone": (HERE, "test_senseless_styles_and_links_without_a_target_hurt_nobody"),
    "2.1 style index out of range": (XLSX, "test_style_index_out_of_range_is_plain"),
    "2.1 no styles.xml": (XLSX, "test_missing_styles_are_told_as_unknown_formats"),
    "2.1 validation to row 1048577": (XLSX, "test_literal_choices_within_the_used_area_only"),
    "2.1 control characters": (XLSX, "test_control_characters_are_mended_and_told"),
    "2.1 shared texts in GBK": (XLSX, "test_shared_texts_in_gbk_and_utf16_are_read"),
    "2.1 shared texts in UTF-16": (XLSX, "test_shared_texts_in_gbk_and_utf16_are_read"),
    "2.1 row 0": (XLSX, "test_row_zero_is_refused_unless_the_cell_itself_is_placed"),
    "2.1 error cells": (XLSX, "test_errors_booleans_and_iso_dates_are_told_apart"),
    "2.1 formula without result": (XLSX, "test_formulas_with_and_without_result"),
    "2.1 20230301 under a date format": (XLSX, "test_a_number_that_is_no_date_under_a_date_format_stays_a_number"),
    "2.1 negative serial": (XLSX, "test_a_number_that_is_no_date_under_a_date_format_stays_a_number"),
    "2.1 _x000D_": (XLSX, "test_escapes_rich_text_and_phonetic_guides"),
    "2.1 DISPIMG": (XLSX, "test_wps_pictures_in_cells"),
    "2.1 x14 validation": (HERE, "test_choices_of_the_later_kind_are_read"),
    "2.1 date1904": (XLSX, "test_dates_under_both_date_systems"),
    "2.1 phonetic, rich text": (XLSX, "test_escapes_rich_text_and_phonetic_guides"),
    "2.1 inlineStr": (XLSX, "test_inline_texts_plain_and_rich"),
    "2.1 prefix": (XLSX, "test_prefixed_names_are_read"),
    "2.1 t=d": (XLSX, "test_errors_booleans_and_iso_dates_are_told_apart"),
    "2.1 rows out of order, r missing": (XLSX, "test_missing_references_and_disorder_are_placed_rightly"),
    "2.1 overlapping merges": (HERE, "test_overlapping_merges_keep_every_value"),
    "2.1 leading junk": (XLSX, "test_leading_junk_is_passed_over"),
    "2.1 XFD1048576": (XLSX, "test_the_far_corner_is_one_cell"),
    "2.1 truncated, xls named xlsx": (HERE, "test_half_a_workbook_and_another_kind_under_its_name_are_refused_by_name"),
    "2.1 password": (HOSTILE, "test_encrypted_member_and_encrypted_office"),
    "2.1 leading empty rows and columns": (XLSX, "test_lying_dimension_is_not_believed"),
    "2.1 NA, None, nan, 001": (HERE, "test_texts_that_other_readers_take_for_nothing_or_numbers_stay_as_they_are"),
    "2.1 values under merges": (XLSX, "test_values_under_merges_are_kept_apart"),
    "2.1 second reader told": (OTHER, "test_the_second_reader_is_told_with_what_it_cannot_see"),
    "2.3 dates as numbers": (HERE, "test_old_workbook_tells_dates_errors_and_merges"),
    "2.3 merged cells": (HERE, "test_old_workbook_tells_dates_errors_and_merges"),
    "2.3 code pages": (HERE, "test_old_workbooks_under_code_pages_other_readers_stumble_over"),
    "2.4 tracked insertion and deletion": (WORD, "test_insertions_are_in_and_deletions_out"),
    "2.4 content controls inline, block, cell, row, table": (WORD, "test_content_controls_are_looked_through_at_every_level"),
    "2.4 nested table": (WORD, "test_nested_tables_follow_their_parent"),
    "2.4 merged cells": (WORD, "test_spans_across_and_down"),
    "2.4 vMerge from nowhere, gridSpan 0": (WORD, "test_merge_continued_from_nowhere_and_span_zero"),
    "2.4 gridBefore": (WORD, "test_grid_before_shifts_the_row"),
    "2.4 relation to NULL, to a bookmark": (WORD, "test_broken_relations_and_strict_documents_are_read"),
    "2.4 strict": (WORD, "test_strict_document_is_read"),
    "2.4 another kind named docx": (WORD, "test_a_workbook_named_word_is_refused_by_name"),
    "2.4 dotx, docm": (HERE, "test_templates_and_macro_documents_are_read_like_documents"),
    "2.4 sym": (HERE, "test_check_marks_of_symbol_fonts"),
    "2.4 breaks, tabs, smart tags, links": (WORD, "test_breaks_tabs_symbols_and_links"),
    "2.4 text boxes": (WORD, "test_paragraphs_of_a_cell_are_lines_and_text_boxes_are_read"),
}  # fmt: skip


def test_every_fault_of_the_facts_has_its_test() -> None:
    assert len(FAULTS) >= 56
    missing = [
        key for key, (module, name) in FAULTS.items() if not hasattr(import_module(f"tests.reading.{module}"), name)
    ]
    assert missing == []
