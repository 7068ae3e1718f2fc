"""More files made to hurt: huge tokens, far corners, merges, chains, halves, disguises, mails (rows 8 to 24)."""

from __future__ import annotations

import re
import struct
import zlib

from sishui_eco.reading.second import compound_of
from tests.robustness.hostile import BIFF_BEGIN, BIFF_END, SHEET, case, given, swollen
from tests.robustness.hostile_parts import (
    GOOD_ROWS,
    LINKS,
    MAIN,
    MIB,
    OLE,
    attached,
    book,
    book_parts,
    document,
    endless,
    entry,
    mail,
    noise,
    packed,
    records,
    relation,
    relations,
    stored,
    zipped,
)
from tests.robustness.seeds import sample_files, zip_parts

# --- 8: huge tokens ---------------------------------------------------------------------------------------

given(
    8,
    "comment of 64 MiB.xlsx",
    lambda: swollen(SHEET, endless(SHEET, b"x" * MIB, 64, b"<worksheet><!--")),
    "refused R204",
)
given(
    8, "comment that hardly compresses.xlsx", lambda: book(before=f"<!--{noise(4 * MIB).decode()}-->"), "unrecognised"
)
given(8, "attribute of 4 MiB.xlsx", lambda: book(before=f'<x y="{noise(4 * MIB).decode()}"/>'), "unrecognised")
given(
    8,
    "text of 4 MiB.xlsx",
    lambda: book(f'<row r="1"><c r="A1" t="str"><v>{noise(4 * MIB).decode()}</v></c></row>'),
    "refused R209",
)
given(
    8,
    "text of 4 MiB.docx",
    lambda: document(f"<w:p><w:r><w:t>{noise(4 * MIB).decode()}</w:t></w:r></w:p>"),
    "refused R209",
)
given(8, "line of 4 MiB.csv", lambda: noise(4 * MIB), "refused R209")
given(8, "three million commas.csv", lambda: b"," * 3_000_000, "unrecognised")
given(8, "quotes.csv", lambda: b'"' * 3_000_000, "refused R209")
UNCLOSED = {
    "tags": (b"<td", "refused R209"), "comments": (b"<!--", "refused R209"), "sections": (b"<![", "refused R209"),
    "quotes": (b'<a "', "refused R209"), "scripts": (b"<script>", "unrecognised"), "entities": (b"&#", "refused R209"),
    "ends": (b"</", "refused R209"), "marks": (b"<!", "refused R209"), "values": (b'<a b="', "refused R209"),
}  # fmt: skip
CLOSED_LATE = {
    "tags": (b"<td", b">"), "comments": (b"<!--", b"-->"), "brackets": (b'<a b=">"', b""), "quotes": (b"<a b='", b"'>"),
    "values": (b'<a b="', b'>"'), "scripts": (b"<script>", b"</script>"), "ends": (b"</a", b">"), "words": (b"<b>x</b>", b""),
}  # fmt: skip
PAGE = b"<html><table><tr><td>1</td></tr></table>"
for _what, (_piece, _ends) in UNCLOSED.items():
    given(8, f"unclosed {_what}.html.xls", lambda piece=_piece: PAGE + piece * 400_000, _ends)
for _what, (_piece, _close) in CLOSED_LATE.items():
    _ends = "refused R209" if _what in ("words", "brackets") else "unrecognised"
    given(8, f"closed late {_what}.html.xls", lambda piece=_piece, end=_close: PAGE + piece * 100_000 + end, _ends)
given(
    10,
    "spans from above.html.xls",
    b"<html><table><tr>" + b"<td rowspan=60000 colspan=1000>1" * 16 + b"<tr><td>2" * 50_000,
    "refused R206",
)

# --- 9: far corners ---------------------------------------------------------------------------------------


def cell(reference: str, row: str = "1") -> bytes:
    return book(f'{GOOD_ROWS}<row r="{row}"><c r="{reference}"><v>2</v></c></row>')


given(9, "far corner.xlsx", cell("XFD1048576", "1048576"), "unrecognised")
given(9, "lying dimension.xlsx", book(before='<dimension ref="A1"/>'), "unrecognised")
given(9, "vast dimension.xlsx", book(before='<dimension ref="A1:XFD1048576"/>'), "unrecognised")
given(9, "row zero.xlsx", cell("A0", "0"), "refused R208")
given(9, "row out of range.xlsx", cell("A1048577", "1048577"), "refused R208")
given(9, "row of 2^32.xlsx", cell("A4294967296", "4294967296"), "refused R208")
given(9, "row of thirty digits.xlsx", cell("A" + "9" * 30, "9" * 30), "refused R208")
given(9, "row below zero.xlsx", cell("A-1", "-1"), "refused R102")
given(9, "column out of range.xlsx", cell("XFE1"), "refused R208")
given(9, "column of forty letters.xlsx", cell("Z" * 40 + "1"), "refused R208")
given(
    9,
    "cells that say no place in the last row.xlsx",
    book('<row r="1048576">' + "<c><v>1</v></c>" * 2000 + "</row>", after="<oops></mismatch>"),
    "refused R102",
)
given(
    9,
    "reference of no sense.xlsx",
    cell("1A", "x"),
    "refused R102",
)

# --- 10 and 11: merges, sheets ----------------------------------------------------------------------------


def merged(*ranges: str, rows: str = GOOD_ROWS) -> bytes:
    listed = "".join(f'<mergeCell ref="{item}"/>' for item in ranges)
    return book(rows, after=f"<mergeCells>{listed}</mergeCells>")


given(10, "one merge over all.xlsx", merged("A1:XFD1048576"), "unrecognised")
given(10, "200k merges.xlsx", lambda: merged(*(f"A{n}:B{n}" for n in range(1, 200_001))), "refused R211")
given(
    10,
    "40k merges over one another.xlsx",
    lambda: merged(*(f"A{n}:XFD1048576" for n in range(1, 40_001))),
    "unrecognised",
)
given(
    10,
    "merge to row 2^32.xlsx",
    merged("A1:B4294967296"),
    "unrecognised",
)
given(
    10,
    "validation over all.xlsx",
    book(
        after='<dataValidations><dataValidation type="list" sqref="A1:XFD1048576"><formula1>"a,b"</formula1></dataValidation></dataValidations>'
    ),
    "unrecognised",
)
given(
    10,
    "hidden columns to the end.xlsx",
    book(before='<cols><col min="1" max="16384" hidden="1"/></cols>'),
    "unrecognised",
)
given(
    10,
    "hidden columns beyond the end.xlsx",
    book(before='<cols><col min="1" max="4294967295" hidden="1"/></cols>'),
    "unrecognised",
)
given(
    10,
    "span of a word cell.docx",
    document(
        '<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="2000000000"/></w:tcPr><w:p/></w:tc><w:tc><w:p><w:r><w:t>x</w:t></w:r></w:p></w:tc></w:tr></w:tbl>'
    ),
    "unrecognised",
)
given(
    10,
    "span of a web cell.xls",
    b"<html><table><tr><td colspan=2000000000 rowspan=2000000000>a</td><td>b</td></tr></table></html>",
    "unrecognised",
)


@case(11, "ten thousand sheets.xlsx", "refused R205")
def _() -> bytes:
    names = range(1, 10_001)
    listed = "".join(f'<sheet name="{n * 7919:x}" sheetId="{n}" r:id="rId1"/>' for n in names)
    return book(listed=listed)


@case(11, "five hundred real sheets.xlsx", "refused R205")
def _() -> bytes:
    listed = "".join(f'<sheet name="s{n}" sheetId="{n}" r:id="rId{n + 10}"/>' for n in range(500))
    more = "".join(relation(n + 10, "worksheet", f"worksheets/s{n}.xml") for n in range(500))
    parts = book_parts(listed=listed, more=more)
    return packed({**parts, **{f"xl/worksheets/s{n}.xml": parts[SHEET] for n in range(500)}})


# --- 12: compound files -----------------------------------------------------------------------------------


def compound(chain: int = 0, directory: int = 1, difat: int = 0xFFFFFFFE, tables: int = 1) -> bytes:
    """Return a compound file of two sectors whose chains lead where they are told."""
    head = bytearray(OLE + bytes(504))
    struct.pack_into("<HHHHH", head, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<IIIIIIII", head, 44, tables, directory, 0, 4096, 0xFFFFFFFE, 0, difat, 0xFFFF)
    head[76:] = struct.pack("<I", 0) + b"\xff" * 432
    return bytes(head) + struct.pack("<128I", *([chain] * 128)) + bytes(512)


given(12, "oleloop.xls", compound(), "refused R102")
given(12, "chain to itself.et", compound(chain=1), "refused R102")
given(12, "endless table of tables.xls", compound(difat=0), "refused R102")
given(12, "two billion tables.doc", compound(tables=0x7FFFFFFF), "refused R102")
given(12, "directory outside.wps", compound(directory=0xFFFF), "refused R102")
given(
    12,
    "texts that are not there.xls",
    compound_of(records(BIFF_BEGIN, (0x00FC, struct.pack("<II", 1, 0xFFFFFFF0)), BIFF_END)),
    "refused R103",
)
given(
    12,
    "cell outside.xls",
    compound_of(records(BIFF_BEGIN, (0x0203, struct.pack("<HHHd", 65_535, 65_535, 0, 1.0)), BIFF_END)),
    "refused R103",
)

# --- 13: halves and nothing -------------------------------------------------------------------------------

given(13, "half.xlsx", book()[: len(book()) // 2], "refused R102")
given(13, "half then zeros.xlsx", book()[: len(book()) // 2] + bytes(len(book())), "refused R102")
given(13, "nothing.xlsx", b"", "refused R103")
given(13, "zeros.xlsx", bytes(MIB), "refused R103")
given(
    13,
    "half.zip",
    zipped(
        entry("a.xlsx", book()),
        entry(
            "b.xlsx",
            book(""),
        ),
    )[:900],
    "refused A202",
)
given(13, "half.docx", document("<w:p/>")[:400], "refused R102")
given(13, "half.xls", (compound_of(records(BIFF_BEGIN, BIFF_END)))[:1500], "refused R102")
given(13, "half.eml", attached(b"a.xlsx", book())[:900], "refused R102")
given(13, "one byte.xlsx", b"P", "unrecognised")
given(13, "noise.xlsx", lambda: bytes.fromhex(noise(60_000).decode()), "unrecognised")
given(13, "noise.7z", b"7z\xbc\xaf\x27\x1c\x00\x04" + bytes(range(200)), "refused A202")
given(13, "noise.rar", b"Rar!\x1a\x07\x00" + bytes(range(200)), "refused A202")
given(13, "winmail.dat", b"\x78\x9f\x3e\x22\x01\x00" + b"\x01" + b"\xff" * 400, "refused A202")

# --- 14 to 17: disguises, leavings, macros ----------------------------------------------------------------

given(14, "web page.xls", "<html><table><tr><td>甲</td><td>1</td></tr></table></html>".encode(), "unrecognised")
given(14, "text.xls", "甲\t1\r\n乙\t2\r\n".encode("gb18030"), "unrecognised")
given(14, "word.xls", document("<w:p><w:r><w:t>x</w:t></w:r></w:p>"), "unrecognised")
given(14, "workbook.doc", book(), "unrecognised")
given(
    14,
    "picture.xlsx",
    b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBBBBB", 13, b"IHDR", 0x7FFFFFFF, 0x7FFFFFFF, 8, 2, 0, 0, 0),
    "supporting",
)
given(14, "program.xlsx", b"MZ\x90\x00" + bytes(range(256)) * 20, "unrecognised")
given(14, "script.csv", b"=cmd|'/c calc'!A0,@SUM(1),+1,-1,\t=1\r\n", "unrecognised")
given(15, "~$附件4.xlsx", b"\x05user" + b" " * 160, "ignored")
given(15, ".~附件4.xlsx", b"x", "ignored")
given(15, "Thumbs.db", compound(), "ignored")
given(15, "desktop.ini", b"[.ShellClassInfo]", "ignored")


@case(16, "macros.xlsm", "unrecognised")
def _() -> bytes:
    return packed({**book_parts(), "xl/vbaProject.bin": compound()})


@case(16, "macro sheet.xlsm", "unrecognised")
def _() -> bytes:
    listed = '<sheet name="m" sheetId="1" r:id="rId8"/><sheet name="d" sheetId="2" r:id="rId1"/>'
    more = '<Relationship Id="rId8" Type="http://schemas.microsoft.com/office/2006/relationships/xlMacrosheet" Target="macrosheets/sheet1.xml"/>'
    parts = book_parts(listed=listed, more=more)
    rows = '<row r="1"><c r="A1"><f>EXEC("calc.exe")</f><v>0</v></c></row>'
    parts["xl/macrosheets/sheet1.xml"] = (
        f"<xm:macrosheet xmlns:xm='http://schemas.microsoft.com/office/excel/2006/main' {MAIN} {LINKS}><sheetData>{rows}</sheetData></xm:macrosheet>"
    )
    return packed(parts)


# --- 19 and 20: numbers and dates, texts against patterns -------------------------------------------------

ODD_NUMBERS = (
    "NaN", "INF", "-INF", "1e400", "1e999999999", "-1e999999999", "1e-999999999", "9" * 4000, "0." + "0" * 4000 + "1",
    "-2958466", "2958466", "1e15", "1e300", "-0", "0x10", "１２", "",
)  # fmt: skip


@case(20, "odd numbers under every format.xlsx", "unrecognised")
def _() -> bytes:
    codes = [
        "0.00",
        "0%",
        "yyyy-mm-dd",
        "[h]:mm:ss",
        "# ?/?",
        "0.00E+00",
        "@",
        "#,##0",
        "0" * 250,
        "General",
        "[$-804]aaaa",
        '"x"0' + "." + "0" * 200,
    ]
    formats = "".join(
        f'<numFmt numFmtId="{164 + at}" formatCode="{code.replace(chr(34), "&quot;")}"/>'
        for at, code in enumerate(codes)
    )
    xfs = "".join(f'<xf numFmtId="{164 + at}"/>' for at in range(len(codes)))
    rows = "".join(
        f'<row r="{row}">'
        + "".join(f'<c r="{chr(65 + at)}{row}" s="{at}"><v>{number}</v></c>' for at in range(len(codes)))
        + "</row>"
        for row, number in enumerate(ODD_NUMBERS, start=1)
    )
    styles = f"<styleSheet {MAIN}><numFmts>{formats}</numFmts><cellXfs>{xfs}</cellXfs></styleSheet>"
    return book(rows, styles=styles)


# Texts on which a careless pattern or a careless reading of numbers runs away.
RUNAWAYS = {
    "digits": "9" * 32_000, "huge exponent": "1e999999999", "numerals": "一" * 32_000, "units of ten": "亿" * 32_000, "commas": "1," * 16_000,
    "points": "1." * 16_000, "spaces": "1" + " " * 32_000 + "x", "wide spaces": "\u3000" * 32_000 + "x", "brackets": "（" * 32_000,
    "closed brackets": "（）" * 16_000, "years": "2023年" * 6000, "dates": "2023-01-" * 4000, "ranges": "1-" * 16_000, "percents": "1%" * 16_000,
    "measures": "1万元" * 9000, "list marks": "、" * 32_000, "unit names": "县水利局、" * 6000, "same as above": "同上" * 16_000, "lines": "\n" * 32_000,
    "slashes": "/" * 32_000, "equals": "=" * 32_000, "letters": "a" * 32_000, "marks": "☑□" * 16_000, "half of a pair": "\ufffd" * 32_000,
    "combining": "e" + "\u0301" * 32_000, "braces": "{raw}{expected}{0}" * 1000, "mixed": "第一二三、1.（1）①" * 2000, "phones": "13800000001" * 2900,
}  # fmt: skip
RETURNS = (
    "县城管局附件4.xlsx",
    "工信局附件4.xlsx",
    "应急局附件4.xlsx",
    "分局附件3.xlsx",
    "市生态环境局泗水分局附件2.xlsx",
)


def runaway(text: str, number: int) -> bytes:
    """Return a real return in which every third text below its headings, and every number, is replaced."""
    parts = zip_parts(sample_files()[RETURNS[number % len(RETURNS)]])
    shown = text.replace("\n", "&#10;").encode()
    part = next(name for name in parts if name.endswith(("sharedStrings.xml", "sheet1.xml")))
    whole = re.compile(rb"(<t(?: [^>]*)?>)([^<]{1,400})(</t>)")
    hits = [hit.start() for hit in whole.finditer(parts[part])]
    chosen = set(hits[len(hits) // 2 + 1 :])
    swapped = whole.sub(lambda hit: hit[1] + shown + hit[3] if hit.start() in chosen else hit[0], parts[part])
    return zipped(*(stored(name, content) for name, content in {**parts, part: swapped}.items()))


for _number, (_what, _text) in enumerate(RUNAWAYS.items()):
    given(
        20,
        f"runaway {_what}.xlsx",
        lambda text=_text, number=_number: runaway(text, number),
        "read",
    )

# --- 21 and 22: mails -------------------------------------------------------------------------------------

MIXED = b"Content-Type: multipart/mixed; boundary=b"
for _number, _name in enumerate(
    (b"../../../../etc/cron.d/x.xlsx", b"..\\\\..\\\\x.xlsx", b"x\x00.xlsx", b"n" * 10_000 + b".xlsx", b"=?utf-8?B?4oCueHNseA==?=.xlsx",
     "县水利局附件4.xlsx".encode("gbk"), b"=?gb2312?B?/////w==?=", b"CON", b"=?utf-8?Q?=00=1b=5b31m?=.xlsx", b"")
):  # fmt: skip
    _ends = "supporting" if _number == 5 else "unrecognised"  # the sixth names its unit
    given(21, f"mail name {_number}.eml", attached(_name, book(GOOD_ROWS.replace("<v>1<", f"<v>2{_number}<"))), _ends)


@case(22, "mails 2000 deep.eml", "refused A111")
def _() -> bytes:
    return mail((b"Content-Type: message/rfc822\r\n\r\n") * 2000 + mail(b"x"), b"Content-Type: message/rfc822")


@case(
    22,
    "parts 2000 deep.eml",
    "refused A111",
)
def _() -> bytes:
    inner = b"".join(b"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (n, n + 1) for n in range(2000))
    return mail(inner + b"--b2000\r\n\r\nx\r\n", b"Content-Type: multipart/mixed; boundary=b0")


given(22, "100k parts.eml", lambda: mail(b"--b\r\n\r\nx\r\n" * 100_000, MIXED), "refused A110")
given(22, "100k parts of one letter.eml", lambda: mail(b"--b\n" * 100_000, MIXED), "refused A110")
given(22, "header of quotes.eml", mail(b"x", b"To: " + b'"' * 50_000), "unrecognised")
given(22, "header of brackets.eml", mail(b"x", b"Cc: " + b"(" * 60_000), "unrecognised")
given(22, "header of two MiB.eml", mail(b"x", b"Subject: " + b"a" * 2 * MIB), "refused A112")
given(22, "200k encoded words.eml", mail(b"x", b"Subject: " + b"=?utf-8?Q?=C3=A9?=\r\n " * 200_000), "refused A112")
given(
    22, "two thousand encoded words.eml", mail(b"x", b"Subject: " + b"=?utf-8?Q?=C3=A9?=\r\n " * 2_000), "unrecognised"
)
given(22, "100k headers.eml", mail(b"x", *([b"Received: by x"] * 100_000)), "refused A112")
given(
    22,
    "name in 60k pieces.eml",
    mail(
        b"--b\r\nContent-Disposition: attachment; "
        + b"; ".join(b"filename*%d=x" % n for n in range(4000))
        + b"\r\n\r\nx\r\n--b--",
        MIXED,
    ),
    "refused A112",
)
given(
    22,
    "boundary of 60k.eml",
    mail(b"--" + b"b" * 60_000 + b"\r\n\r\nx\r\n", b"Content-Type: multipart/mixed; boundary=" + b"b" * 60_000),
    "refused R209",
)
given(
    22,
    "boundary that begins all lines.eml",
    mail(b"--\r\n" * 100_000, b'Content-Type: multipart/mixed; boundary=""'),
    "unrecognised",
)
given(22, "lines of dashes.eml", mail(b"--bb\r\n" * 300_000, MIXED), "unrecognised")
given(22, "web body of brackets.eml", mail(b"<" * 500_000, b"Content-Type: text/html"), "unrecognised")
given(22, "web body of scripts.eml", mail(b"<script " * 100_000, b"Content-Type: text/html"), "unrecognised")
given(22, "web body of comments.eml", mail(b"<!--" * 200_000, b"Content-Type: text/html"), "unrecognised")
given(22, "links.eml", mail(b"http://" * 200_000, b"Content-Type: text/plain"), "unrecognised")
given(22, "uu lines.eml", mail(b"begin 644 a\n" * 100_000, b"Content-Transfer-Encoding: uuencode"), "unrecognised")
given(
    22,
    "base64 pieces.eml",
    mail(
        b"QQ==\r\n" * 300_000, b"Content-Transfer-Encoding: base64", b"Content-Disposition: attachment; filename=a.csv"
    ),
    "unrecognised",
)
given(
    22,
    "mailbox of 100k.mbox",
    b"From a@b Mon Jun 01 10:00:00 2009\nSubject: x\nTo: b\n\nx\n\n" * 100_000,
    "refused A102",
)

# --- deep nesting, wherever a reader could recurse ---------------------------------------------------------

given(12, "deep.xlsx", book(after="<x>" * 5000 + "</x>" * 5000), "refused R213")
given(
    12,
    "deep tables.docx",
    document("<w:tbl><w:tr><w:tc>" * 1000 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 1000),
    "refused R213",
)
given(12, "deep insertions.docx", document("<w:ins>" * 5000 + "<w:p/>" + "</w:ins>" * 5000), "refused R213")
given(12, "deep.html.xls", b"<html>" + b"<table><tr><td>" * 20_000 + b"x", "refused R213")
CASES_ADDED = True


# --- pictures: they are looked at for a red seal, and a look must not cost the workbook its reading ----------


def picture(width: int, height: int, colour: bytes, number: int = 0) -> bytes:
    """Return a PNG of one colour: vast inside, small outside."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress((b"\0" + colour * width) * height, 1)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"tEXt", b"n\0%d" % number)
        + chunk(b"IDAT", rows)
        + chunk(b"IEND", b"")
    )


def pictured(*pictures: bytes) -> bytes:
    """Return a workbook with pictures on its sheet."""
    space = 'xmlns:d="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    anchors = "".join(
        f'<d:oneCellAnchor><d:from><d:col>0</d:col><d:row>{at}</d:row></d:from><d:pic><d:nvPicPr><d:cNvPr id="{at}" name="p"/></d:nvPicPr>'
        f'<d:blipFill><a:blip r:embed="rId{at}"/></d:blipFill></d:pic></d:oneCellAnchor>'
        for at in range(1, len(pictures) + 1)
    )
    parts = book_parts(after='<drawing r:id="rId1"/>')
    parts["xl/worksheets/_rels/sheet1.xml.rels"] = relations(relation(1, "drawing", "../drawings/drawing1.xml"))
    parts["xl/drawings/drawing1.xml"] = f"<d:wsDr {space} {LINKS}>{anchors}</d:wsDr>"
    parts["xl/drawings/_rels/drawing1.xml.rels"] = relations(
        *(relation(at, "image", f"../media/p{at}.png") for at in range(1, len(pictures) + 1))
    )
    media = [stored(f"xl/media/p{at}.png", content) for at, content in enumerate(pictures, start=1)]
    return zipped(*(entry(name, content) for name, content in parts.items()), *media)


@case(1, "pictures of sixty million dots.xlsx", "unrecognised")
def _() -> bytes:
    vast = picture(7_700, 7_700, b"\xff\xff\xff")
    return pictured(*(vast + bytes([number]) for number in range(24)))


@case(1, "pictures all red.xlsx", "unrecognised")
def _() -> bytes:
    return pictured(*(picture(420, 420, b"\xff\x00\x00", number) for number in range(24)))


given(1, "picture of sixty million dots.png", lambda: picture(7_700, 7_700, b"\xff\x00\x00"), "supporting")


@case(1, "scan of vast pages.pdf", "supporting")
def _() -> bytes:
    vast = b"\xff\xd8\xff" + picture(7_700, 7_700, b"\xff\x00\x00")
    return b"%PDF-1.4\n" + b"".join(b"stream\n" + vast + b"endstream\n" for _ in range(20))


given(1, "scan of streams without end.pdf", b"%PDF-1.4\n" + b"stream\n\xff\xd8\xff" * 400_000, "supporting")
