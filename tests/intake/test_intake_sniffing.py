"""What a file is, told by its content under any name."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sishui_eco.intake.sniffing import sniff
from sishui_eco.model.arrival import FileKind
from tests.compound_files import compound
from tests.corpora import CORPORA


def package(*names: str, content: bytes = b"<x/>") -> bytes:
    """Return a zip with one small part per name."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in names:
            archive.writestr(name, content)
    return target.getvalue()


MAIL = b"From: a@example.invalid\r\nTo: b@example.invalid\r\nSubject: x\r\n\r\nbody\r\n"
FROM_LINE = b"From a@example.invalid Mon Jun 01 10:00:00 2009\n"
CASES = [
    ("empty", b"", FileKind.EMPTY),
    ("xlsx", package("[Content_Types].xml", "xl/workbook.xml"), FileKind.XLSX),
    ("xlsx with odd case", package("[Content_Types].xml", "XL/Workbook.xml"), FileKind.XLSX),
    ("xlsx with backslashes", package("[Content_Types].xml", "xl\\workbook.xml"), FileKind.XLSX),
    ("xlsx with junk before it", b"junk\x00" * 40 + package("xl/workbook.xml"), FileKind.XLSX),
    ("xlsx without its workbook part", package("[Content_Types].xml", "xl/worksheets/sheet1.xml"), FileKind.XLSX),
    ("xlsx cut in half", package("xl/workbook.xml", "xl/worksheets/sheet1.xml")[:-120], FileKind.XLSX),
    ("xlsb", package("[Content_Types].xml", "xl/workbook.bin"), FileKind.XLSB),
    ("docx", package("[Content_Types].xml", "word/document.xml"), FileKind.DOCX),
    ("pptx is nothing we read", package("[Content_Types].xml", "ppt/presentation.xml"), FileKind.UNKNOWN),
    ("ods", package("mimetype", content=b"application/vnd.oasis.opendocument.spreadsheet"), FileKind.ODS),
    ("odt", package("mimetype", content=b"application/vnd.oasis.opendocument.text"), FileKind.ODT),
    ("zip", package("附件2.xlsx", "附件3.xlsx"), FileKind.ZIP),
    ("empty zip", b"PK\x05\x06" + bytes(18), FileKind.ZIP),
    ("zip holding an unpacked workbook in a folder", package("附件2/xl/workbook.xml"), FileKind.ZIP),
    ("self-extracting zip", b"MZ\x90\x00\x03" + bytes(300) + package("a.txt"), FileKind.ZIP),
    ("pdf", b"%PDF-1.4\n%\xe2\xe3", FileKind.PDF),
    ("pdf with junk before it", b"\x00\x01\xff\xfe\x90" + b"%PDF-1.4\n%\xe2\xe3", FileKind.PDF),
    ("ofd", package("OFD.xml", "Doc_0/Document.xml"), FileKind.PDF),
    ("jpeg", b"\xff\xd8\xff\xe0\x00\x10JFIF", FileKind.IMAGE),
    ("png", b"\x89PNG\r\n\x1a\n\x00\x00", FileKind.IMAGE),
    ("gif", b"GIF89a\x01\x00", FileKind.IMAGE),
    ("bmp", b"BM" + bytes(12) + b"\x28\x00\x00\x00" + bytes(40), FileKind.IMAGE),
    ("tiff", b"II*\x00\x08\x00", FileKind.IMAGE),
    ("webp", b"RIFF\x00\x00\x00\x00WEBPVP8 ", FileKind.IMAGE),
    ("heic from a telephone", b"\x00\x00\x00\x18ftypheic\x00\x00", FileKind.IMAGE),
    ("rar 4", b"Rar!\x1a\x07\x00rest", FileKind.RAR),
    ("rar 5", b"Rar!\x1a\x07\x01\x00rest", FileKind.RAR),
    ("7z", b"7z\xbc\xaf\x27\x1c\x00\x04", FileKind.SEVEN_ZIP),
    ("winmail.dat", b"\x78\x9f\x3e\x22\x01\x00", FileKind.TNEF),
    ("mail", MAIL, FileKind.EML),
    ("mail with lone line feeds", MAIL.replace(b"\r\n", b"\n"), FileKind.EML),
    ("mail with one coded subject only", b"Subject: =?UTF-8?B?VEVTVA==?=\n\nTEST\n", FileKind.EML),
    ("mail saved with its From line", FROM_LINE + MAIL, FileKind.EML),
    ("mailbox of two mails", (FROM_LINE + MAIL + b"\n") * 2, FileKind.MBOX),
    ("html", b"<html><body><table><tr><td>1</td></tr></table></body></html>", FileKind.HTML),
    ("html in gb2312", "<meta charset=gb2312><table><tr><td>泗水</td></table>".encode("gbk"), FileKind.HTML),
    ("html in utf-16", "<html><table></table></html>".encode("utf-16"), FileKind.HTML),
    (
        "xml 2003",
        b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-'
        b'microsoft-com:office:spreadsheet"/>',
        FileKind.XML_SHEET,
    ),
    ("old workbook, .et of WPS", compound({"Workbook": b"x"}), FileKind.XLS),
    ("workbook of Excel 5", compound({"Book": b"x"}), FileKind.XLS),
    ("old Word file, .wps of WPS", compound({"WordDocument": b"x", "1Table": b"x"}), FileKind.DOC),
    ("Works file", compound({"MatOST": b"x", "CompObj": b"x"}), FileKind.DOC),
    (
        "package under a password",
        compound({"EncryptionInfo": b"x", "EncryptedPackage": b"x"}),
        FileKind.ENCRYPTED_OFFICE,
    ),
    ("password and decoy", compound({"Workbook": b"x", "EncryptedPackage": b"x"}), FileKind.ENCRYPTED_OFFICE),
    ("Outlook mail", compound({"__properties_version1.0": b"x", "__nameid_version1.0/x": b"x"}), FileKind.MSG),
    (
        "Outlook mail with a Word file",
        compound({"a/WordDocument": b"x", "__properties_version1.0": b"x"}),
        FileKind.MSG,
    ),
    ("compound file of another kind", compound({"PowerPoint Document": b"x"}), FileKind.UNKNOWN),
    ("dotm", package("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), FileKind.DOCX),
    ("other xml", b'<?xml version="1.0"?><note/>', FileKind.UNKNOWN),
    ("csv in utf-8", "单位,指标\n水利局,1\n".encode(), FileKind.CSV),
    ("csv in utf-8 with mark", "单位,指标\n".encode("utf-8-sig"), FileKind.CSV),
    ("csv in gbk", "单位,指标\n水利局,1\n".encode("gbk"), FileKind.CSV),
    ("tab text in utf-16", "单位\t指标\n".encode("utf-16"), FileKind.CSV),
    ("tab text in utf-16 without mark", "name\tvalue\n单位\t12\n".encode("utf-16-le"), FileKind.CSV),
    ("zeros of a broken download", bytes(100_000), FileKind.EMPTY),
    ("compound file whose directory is lost", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(400), FileKind.XLS),
    ("noise", bytes(range(256)) * 40, FileKind.UNKNOWN),
]


@pytest.mark.parametrize(("content", "kind"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
@pytest.mark.parametrize("name", ["", "附件4.xls", "x.docx", "图.jpg"])
def test_kind_is_told_by_content_under_any_name(content: bytes, kind: FileKind, name: str) -> None:
    assert sniff(content, name) is kind


@pytest.mark.parametrize(
    "name",
    [
        "~$附件4.xlsx",
        ".~附件4.xlsx",
        "Thumbs.db",
        "收件/thumbs.db",
        ".DS_Store",
        "desktop.ini",
        "__MACOSX/._附件2.xlsx",
    ],
)
def test_temporary_and_system_files_are_told_by_name(name: str) -> None:
    assert sniff(b"PK\x03\x04", name) is FileKind.TEMPORARY


def test_shadow_file_of_macos_is_told_by_content() -> None:
    assert sniff(b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X", "附件2.xlsx") is FileKind.TEMPORARY


@settings(max_examples=300, deadline=None)
@given(content=st.binary(max_size=400), name=st.text(max_size=30))
def test_any_bytes_under_any_name_have_a_kind(content: bytes, name: str) -> None:
    assert isinstance(sniff(content, name), FileKind)


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_damaged_files_have_a_kind(data: st.DataObject) -> None:
    original = data.draw(st.sampled_from([case[1] for case in CASES if case[1]]))
    cut = data.draw(st.integers(0, len(original)))
    flipped = bytearray(original[:cut])
    for _ in range(data.draw(st.integers(0, 5))):
        if flipped:
            flipped[data.draw(st.integers(0, len(flipped) - 1))] = data.draw(st.integers(0, 255))
    assert isinstance(sniff(bytes(flipped)), FileKind)


EXPECTED = {
    "xls": {FileKind.XLS},
    "xlsx": {FileKind.XLSX, FileKind.ENCRYPTED_OFFICE},
    "xlsm": {FileKind.XLSX},
    "xlsb": {FileKind.XLSB, FileKind.ENCRYPTED_OFFICE},
    "docx": {FileKind.DOCX, FileKind.ENCRYPTED_OFFICE},
    "ods": {FileKind.ODS},
    "eml": {FileKind.EML},
    "msg": {FileKind.MSG},
    "rar": {FileKind.RAR},
    "7z": {FileKind.SEVEN_ZIP},
}
ODD = {
    "stress025.docx",  # a theme package, no Word part in it
    "clusterfuzz-testcase-minimized-POIHSSFFuzzer-5786329142919168.xls",
    "clusterfuzz-testcase-minimized-POIFuzzer-5040805309710336.xlsx",  # a Word package named xlsx
    "clusterfuzz-testcase-minimized-XLSX2CSVFuzzer-5636439151607808.xlsx",
    "invalid.xlsx",  # an empty zip
}


@pytest.mark.skipif(not CORPORA.is_dir(), reason="the shared corpora are not beside the project")
def test_real_files_are_what_they_are() -> None:
    wrong = []
    for path in sorted(CORPORA.rglob("*")):
        kinds = EXPECTED.get(path.suffix.lower().lstrip("."))
        if kinds and path.is_file() and path.name not in ODD and sniff(path.read_bytes()) not in kinds:
            wrong.append(path.name)
    assert wrong == []
