"""Equal content gives equal bytes; untouched entries keep theirs."""

import io
import random
import zipfile
from datetime import datetime

import openpyxl
import pytest
import xlsxwriter
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st

from sishui_eco.outputs.packaging import (
    PackageError,
    make_entry,
    normalise_package,
    read_entries,
    write_entries,
)

MOMENT = datetime(2023, 7, 25, 15, 30)


def zipped(parts, order=None, stamp=(2023, 1, 2, 3, 4, 6), method=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name in order or parts:
            archive.writestr(zipfile.ZipInfo(name, stamp), parts[name], method)
    return buffer.getvalue()


def workbook(created):
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": created})
    book.add_worksheet("附件2").write_string(0, 0, "泗水")
    book.close()
    return buffer.getvalue()


def test_order_clock_and_method_of_the_zip_do_not_show_in_the_bytes():
    parts = {"b.xml": b"<b/>" * 50, "a/图.bin": bytes(range(256)), "[Content_Types].xml": b"<Types/>"}
    names = list(parts)
    random.Random(1).shuffle(names)
    one = normalise_package(zipped(parts), MOMENT)
    two = normalise_package(zipped(parts, names, (1999, 1, 1, 0, 0, 0), zipfile.ZIP_STORED), MOMENT)
    assert one == two
    with zipfile.ZipFile(io.BytesIO(one)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == sorted(parts)
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {name: archive.read(name) for name in archive.namelist()} == parts


def test_workbooks_written_at_different_times_become_equal_and_carry_the_given_moment():
    one, two = workbook(datetime(2001, 1, 1)), workbook(datetime(2020, 2, 2))
    assert one != two
    assert normalise_package(one, MOMENT) == normalise_package(two, MOMENT)
    book = openpyxl.load_workbook(io.BytesIO(normalise_package(one, MOMENT)))
    assert book.properties.created == datetime(2023, 7, 25, 7, 30)  # 15:30 in Sishui
    assert book.properties.modified == datetime(2023, 7, 25, 7, 30)
    assert book["附件2"]["A1"].value == "泗水"


def test_word_documents_too():
    buffer = io.BytesIO()
    document = Document()
    document.add_paragraph("函")
    document.save(buffer)
    content = normalise_package(buffer.getvalue(), MOMENT)
    again = Document(io.BytesIO(content))
    assert again.core_properties.created.replace(tzinfo=None) == datetime(2023, 7, 25, 7, 30)
    assert [paragraph.text for paragraph in again.paragraphs] == ["函"]


def test_normalising_twice_changes_nothing():
    once = normalise_package(workbook(MOMENT), MOMENT)
    assert normalise_package(once, MOMENT) == once


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.text("abc/é附.", min_size=1, max_size=8), st.binary(max_size=300), max_size=6))
def test_entries_are_copied_still_compressed(parts):
    source = zipped(parts)
    entries = read_entries(source)
    copy = write_entries(entries)
    assert [(e.name, e.data, e.crc) for e in read_entries(copy)] == [(e.name, e.data, e.crc) for e in entries]
    with zipfile.ZipFile(io.BytesIO(copy)) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == parts


@pytest.mark.parametrize("damage", [b"", b"not a zip", zipped({"a": b"x" * 90})[:60]], ids=["empty", "text", "cut"])
def test_what_is_no_package_is_refused(damage):
    with pytest.raises(PackageError):
        read_entries(damage)


def test_an_entry_that_lies_about_its_size_or_passes_the_limit_is_refused():
    entry = make_entry("bomb", b"0" * 5000)
    with pytest.raises(PackageError):
        entry.content(4999)
    lying = read_entries(write_entries([entry]).replace((5000).to_bytes(4, "little"), (10).to_bytes(4, "little")))[0]
    with pytest.raises(PackageError):
        lying.content(10_000)
