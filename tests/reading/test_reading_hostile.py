"""Files made to hurt: each gets its own code, quickly, and nothing but Refused comes out."""

from __future__ import annotations

import io
import struct
import time
import zipfile
import zlib

import olefile
import pytest

from sishui_eco.model.arrival import TABLE_KINDS, FileKind
from sishui_eco.reading import ReadLimits
from sishui_eco.reading.limits import Unreadable
from sishui_eco.reading.second import compound_of, read_xls_again, read_xlsx_again
from tests.reading.reading_packages import (
    MAIN,
    PLACE,
    deflated,
    drawn,
    first_grid,
    refusal,
    sheet,
    strings,
    styles,
    word_file,
    workbook,
    workbook_parts,
)

ROW = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
GOOD = workbook(sheet(ROW), texts=strings("好文件"))


@pytest.fixture(autouse=True)
def _quick() -> object:
    started = time.perf_counter()
    yield None
    assert time.perf_counter() - started < 8, "a hostile file must be refused within seconds"


def test_bomb_by_ratio() -> None:
    parts = workbook_parts(sheet(ROW))
    parts["xl/sharedStrings.xml"] = strings("x") + " " * 40_000_000
    assert refusal(deflated(parts)) == "R204"


def test_bomb_by_part_and_by_total() -> None:
    noise = bytes(range(256)) * 4096 * 3
    loose = ReadLimits(entry_ratio=10**9, entry_bytes=2 * 1024 * 1024)
    parts = workbook_parts(sheet(ROW))
    parts["xl/sharedStrings.xml"] = noise
    assert refusal(deflated(parts), limits=loose) == "R202"
    assert refusal(deflated(parts), limits=ReadLimits(entry_ratio=10**9, total_bytes=1024 * 1024)) == "R203"


def test_declared_sizes_are_not_believed() -> None:
    content = bytearray(
        deflated({**workbook_parts(sheet(ROW)), "xl/sharedStrings.xml": strings("x") + " " * 40_000_000})
    )
    place = content.find(b"xl/sharedStrings.xml", content.find(b"PK\x01\x02")) - 46
    content[place + 24 : place + 28] = struct.pack("<I", 100)
    assert refusal(bytes(content)) == "R204"


def test_too_many_parts() -> None:
    parts = {**workbook_parts(sheet(ROW), texts=strings("多")), **{f"junk/{n}": b"" for n in range(2100)}}
    assert refusal(deflated(parts)) == "R201"


def test_too_large_a_file() -> None:
    assert refusal(GOOD, limits=ReadLimits(file_bytes=100)) == "R207"


@pytest.mark.parametrize("name", ["xl/worksheets/sheet1.xml", "XL/Worksheets/Sheet1.xml", "xl\\worksheets\\sheet1.xml"])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_parts_of_one_name(name: str) -> None:
    out = io.BytesIO(GOOD)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(name, sheet('<row r="1"><c r="A1"><v>666</v></c></row>'))
    assert refusal(out.getvalue()) == "R210"


def test_overlapping_parts() -> None:
    content = bytearray(GOOD)
    first = content.find(b"PK\x01\x02")
    second = content.find(b"PK\x01\x02", first + 4)
    content[second + 42 : second + 46] = content[first + 42 : first + 46]
    assert refusal(bytes(content)) == "R210"


def test_encrypted_member_and_encrypted_office() -> None:
    content = bytearray(GOOD)
    place = content.find(b"PK\x01\x02")
    while place >= 0:
        content[place + 8] |= 1
        place = content.find(b"PK\x01\x02", place + 4)
    assert refusal(bytes(content)) == "R101"
    assert refusal(b"\xd0\xcf\x11\xe0", FileKind.ENCRYPTED_OFFICE) == "R101"


LAUGHS = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize("declaration", [LAUGHS, OUTSIDE, "<!DOCTYPE sst>"])
@pytest.mark.parametrize(
    "part", ["xl/sharedStrings.xml", "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml"]
)
def test_document_types_are_refused_in_every_part(declaration: str, part: str) -> None:
    parts = workbook_parts(sheet(ROW), texts=strings("实体"))
    parts[part] = declaration + str(parts[part])
    assert refusal(deflated(parts)) == "R105"
    parts[part] = str(parts[part]).replace('<?xml version="1.0"?>', "").encode("utf-16")
    assert refusal(deflated(parts)) == "R105"


def test_document_types_in_word_and_xml_files() -> None:
    content = word_file("<w:p/>")
    parts = dict.fromkeys(("word/document.xml",), LAUGHS + "<w:document xmlns:w='w'/>")
    assert refusal(deflated(parts), FileKind.DOCX) == "R105"
    assert refusal(content, FileKind.DOCX) == "read by docx"
    assert refusal(LAUGHS.encode() + b"<Workbook/>", FileKind.XML_SHEET) == "R105"


def test_huge_token_is_read_over_or_refused() -> None:
    parts = workbook_parts(sheet(ROW, before="<!--" + "x" * 8_000_000 + "-->"), texts=strings("注释"))
    assert refusal(deflated(parts), limits=ReadLimits(entry_ratio=10**6)) == "read by xlsx"


def test_deep_nesting() -> None:
    deep = "<x>" * 400 + "</x>" * 400
    assert refusal(workbook(sheet(ROW, after=deep), texts=strings("深"))) == "R213"
    table = "<w:p/>"
    for _ in range(200):
        table = f"<w:tbl><w:tr><w:tc>{table}</w:tc></w:tr></w:tbl>"
    assert refusal(word_file(table), FileKind.DOCX) == "R213"
    wrapped = "<w:ins>" * 3000 + "<w:p/>" + "</w:ins>" * 3000
    assert refusal(word_file(wrapped), FileKind.DOCX) == "R213"
    assert refusal(("<table><tr><td>" * 500 + "x").encode(), FileKind.HTML) == "R213"


def test_ten_thousand_sheets() -> None:
    listed = "".join(f'<sheet name="s{n}" sheetId="{n}" r:id="rId1"/>' for n in range(1, 10_001))
    parts = workbook_parts(sheet(ROW), texts=strings("张"))
    book = str(parts["xl/workbook.xml"])
    parts["xl/workbook.xml"] = book[: book.index("<sheets>")] + f"<sheets>{listed}</sheets></workbook>"
    assert refusal(deflated(parts), limits=ReadLimits(entry_ratio=10**6)) == "R205"


def test_too_many_cells() -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 3000))
    assert refusal(workbook(sheet(rows)), limits=ReadLimits(cells=2000)) == "R206"
    assert refusal(workbook(sheet(rows.replace("<c ", "<c  "))), limits=ReadLimits(cells=2000)) == "R206"


def test_merge_bombs() -> None:
    many = "".join(f'<mergeCell ref="A{n}:B{n}"/>' for n in range(1, 60_000))
    after = f"<mergeCells>{many}</mergeCells>"
    assert refusal(workbook(sheet(ROW, after=after), texts=strings("合"))) == "R211"
    whole = first_grid(
        workbook(sheet(ROW, after='<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'), texts=strings("合"))
    )
    assert drawn(whole) == "A1=合"


def test_overlapping_whole_sheet_merges_end_quickly() -> None:
    rows = "".join(
        f'<row r="{r}">' + "".join(f'<c r="{c}{r}"><v>1</v></c>' for c in "ABCDEFGHIJ") + "</row>"
        for r in range(1, 2001)
    )
    merges = "".join(f'<mergeCell ref="A{n}:XFD1048576"/>' for n in range(1, 2000))
    content = workbook(sheet(rows, after=f"<mergeCells>{merges}</mergeCells>"))
    assert refusal(content) in ("read by xlsx", "R211")


def test_too_many_formats() -> None:
    xf = '<xf numFmtId="0"/>' * 66_000
    limits = ReadLimits(entry_ratio=10**6)
    assert refusal(workbook(sheet(ROW), texts=strings("式"), style=styles(xf=xf)), limits=limits) == "R212"


def test_two_million_shared_texts() -> None:
    texts = f"<sst {MAIN}>" + "<si><t/></si>" * 2_000_001 + "</sst>"
    assert refusal(workbook(sheet(ROW), texts=texts), limits=ReadLimits(entry_ratio=10**6)) == "R206"


def test_repeated_cells_of_open_document_are_counted() -> None:
    content = (
        '<o:document-content xmlns:o="o" xmlns:t="t" xmlns:x="x"><o:body><o:spreadsheet><t:table t:name="s">'
        '<t:table-row t:number-rows-repeated="1000000"><t:table-cell t:number-columns-repeated="16000" o:value-type="string">'
        "<x:p>1</x:p></t:table-cell></t:table-row></t:table></o:spreadsheet></o:body></o:document-content>"
    )
    limits = ReadLimits(cells=10_000)
    assert refusal(deflated({"content.xml": content}), FileKind.ODS, limits) == "R206"
    blank = content.replace("<x:p>1</x:p>", "")
    assert refusal(deflated({"content.xml": blank}), FileKind.ODS) == "read by ods"


@pytest.mark.parametrize("kind", sorted(TABLE_KINDS))
def test_every_truncation_and_every_wrong_kind_is_refused_by_name(kind: FileKind) -> None:
    for size in range(0, len(GOOD), 97):
        code = refusal(GOOD[:size], kind)
        assert code[0] == "R" or kind in (FileKind.CSV, FileKind.HTML), (kind, size, code)
    for content in (
        b"",
        b"\0" * 5000,
        b"PK\x03\x04",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 4096,
        b"<" * 9999,
    ):
        refusal(content, kind)


def test_a_part_with_a_wrong_checksum_is_damaged() -> None:
    content = bytearray(GOOD)
    place = content.find(b"PK\x01\x02")
    while content[place + 46 : place + 46 + 20] != b"xl/sharedStrings.xml":
        place = content.find(b"PK\x01\x02", place + 4)
    content[place + 16 : place + 20] = struct.pack("<I", zlib.crc32(b"other"))
    assert refusal(bytes(content)) == "R102"


def test_the_second_reader_is_not_asked_about_far_corners() -> None:
    broken = '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1048576"><v>2</v></c></row><oops'
    assert refusal(workbook(sheet(broken))) == "R102"


def test_cyclic_chain_of_a_compound_file_is_damaged() -> None:
    head = bytearray(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504)
    struct.pack_into("<HHHHH", head, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<IIIIIIII", head, 44, 1, 0, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    struct.pack_into("<I", head, 76, 0)
    fat = struct.pack("<128I", *([0] * 128))
    for kind in (FileKind.XLS, FileKind.DOC):
        assert refusal(bytes(head) + fat, kind) in ("R102", "R103")


def records(*items: tuple[int, bytes]) -> bytes:
    return b"".join(struct.pack("<HH", kind, len(payload)) + payload for kind, payload in items)


BEGIN, END = (0x0809, struct.pack("<HH12x", 0x0600, 5)), (0x000A, b"")


@pytest.mark.parametrize(
    "hostile",
    [
        (0x0203, struct.pack("<HHHd", 65_535, 65_535, 0, 1.0)),
        (0x0203, struct.pack("<HHHd", 65_535, 255, 0, 1.0)),
        (0x00FC, struct.pack("<II", 1, 0xFFFFFFF0)),
        (0x0200, struct.pack("<IIHHH", 0, 0xFFFFFFFF, 0, 255, 0)),
        (0x0200, struct.pack("<IIHHH", 9, 3, 0, 255, 0)),
        (0x0200, struct.pack("<IIHHH", 0, 0xFFFFFF00, 65_535, 65_535, 0)),
    ],
)
def test_an_old_workbook_that_would_fill_memory_never_reaches_the_second_reader(hostile: tuple[int, bytes]) -> None:
    content = compound_of(records(BEGIN, hostile, END))
    with pytest.raises(Unreadable, match="R102"):
        read_xls_again(content, PLACE, ReadLimits())


def test_the_container_made_anew_is_sound() -> None:
    for size in (0, 10, 4096, 70_000, 3_000_000):
        stream = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
        with olefile.OleFileIO(io.BytesIO(compound_of(stream))) as compound:
            assert compound.openstream("Workbook").read()[:size] == stream
            assert compound.listdir() == [["Workbook"]]


def test_password_in_an_old_workbook() -> None:
    content = compound_of(records(BEGIN, (0x002F, b"\1\0" * 20), END))
    assert refusal(content, FileKind.XLS) == "R101"


@pytest.mark.parametrize("part", ["xl/sharedStrings.xml", "xl/styles.xml"])
def test_a_declared_count_that_cannot_be_true_never_reaches_the_second_reader(part: str) -> None:
    parts = workbook_parts(sheet(ROW), texts=strings("数"))
    parts[part] = str(parts[part]).replace(MAIN, MAIN + ' uniqueCount="2147483648" count="2147483648"', 1)
    with pytest.raises(Unreadable, match="R102"):
        read_xlsx_again(deflated(parts), PLACE, ReadLimits())
    assert refusal(deflated(parts)) == "read by xlsx"
