"""A text that a unit typed stays that text in every workbook we write with XlsxWriter."""

from __future__ import annotations

import io

import openpyxl
import pytest
import xlsxwriter

from sishui_eco.outputs.plain_text import write_text

TYPED = ["<r></b></r>", "<r>a</r>", "=1+1", "http://a.b", "<r>", "&amp;", "+86", "@x", "{=1}", "泗水<b>县</b>"]


@pytest.mark.parametrize("text", TYPED)
def test_a_typed_text_is_read_back_as_it_was(text: str) -> None:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    write_text(book.add_worksheet("表"), 0, 0, text, book.add_format({"bold": True}))
    book.close()
    cell = openpyxl.load_workbook(io.BytesIO(stream.getvalue()), rich_text=False)["表"]["A1"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)
