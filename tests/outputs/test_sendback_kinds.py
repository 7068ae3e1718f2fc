"""The workbooks of the round trip really hold what the marked copy must not lose; sparklines are made here.

In the corpora no workbook has sparklines (all .xlsx were looked through), so one is written with XlsxWriter.
"""

from __future__ import annotations

import io
import re
import sys
import zipfile
from collections import Counter
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from lxml import etree

sys.path.insert(0, str(Path(__file__).parent))
import test_sendback_corpora as corpora
from test_sendback_corpora import catalogue, cells, entries  # noqa: F401 (a fixture)

from sishui_eco.outputs.sendback import strip_marks

KINDS = {
    "chart": (r"xl/charts/chart\d*\.xml", rb"<c:chart>"),
    "picture": (r"xl/drawings/drawing\d*\.xml", rb"<xdr:pic\b"),
    "text box": (r"xl/drawings/drawing\d*\.xml", rb"<xdr:txBody>"),
    "rich text": (r"xl/sharedStrings\.xml", rb"<r><"),
    "validation": (r"xl/worksheets/sheet\d+\.xml", rb"<dataValidation\b"),
    "conditional format": (r"xl/worksheets/sheet\d+\.xml", rb"<conditionalFormatting\b"),
    "comment": (r"xl/comments\d*\.xml", rb"<comment\b"),
    "pivot table": (r"xl/pivotTables/.*\.xml", rb"<pivotTableDefinition\b"),
    "table": (r"xl/tables/table\d+\.xml", rb"<table\b"),
    "embedded object": (r"xl/embeddings/.*", rb""),
    "hyperlink": (r"xl/worksheets/sheet\d+\.xml", rb"<hyperlink\b"),
    "sparkline": (r"xl/worksheets/sheet\d+\.xml", rb"<x14:sparkline>"),
}
FEWEST = {"chart": 9, "picture": 4, "text box": 2, "rich text": 3, "validation": 4, "comment": 12, "pivot table": 4}
pytestmark = [*corpora.pytestmark]
AUDITED = [
    "123233_charts",
    "49156",
    "51850",
    "56644",
    "WithTextBox",
    "ExcelPivotTableSample",
    "WithEmbeded",
    "commentTest",
]


def holds(content: bytes, kind: str) -> bool:
    name, mark = KINDS[kind]
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return any(re.fullmatch(name, part) and re.search(mark, package.read(part)) for part in package.namelist())


def with_sparklines() -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet("数据")
    for row in range(5):
        sheet.write_row(row, 0, [row, row * 2, 7 - row])
        sheet.add_sparkline(row, 3, {"range": f"数据!A{row + 1}:C{row + 1}", "markers": True})
    sheet.conditional_format("A1:A5", {"type": "data_bar", "data_bar_2010": True})
    sheet.data_validation("B1:B5", {"validate": "list", "source": ["是", "否"]})
    bold = book.add_format({"bold": True})
    sheet.write_rich_string(6, 0, "前", bold, "中", "后")
    sheet.insert_textbox(8, 1, "说明")
    book.close()
    return buffer.getvalue()


def extension(part: bytes) -> bytes:
    """Return what a sheet holds beyond the standard, in canonical form."""
    (found,) = etree.fromstring(part).iterfind("{*}extLst")
    return etree.tostring(found, method="c14n", exclusive=True)


def test_every_kind_is_among_the_workbooks_of_the_round_trip():
    found = {kind: [name for name in corpora.WORKBOOKS if holds(corpora.original(name), kind)] for kind in KINDS}
    found["sparkline"].append("made here") if holds(with_sparklines(), "sparkline") else None
    assert {kind: len(names) for kind, names in found.items() if len(names) < FEWEST.get(kind, 1)} == {}, found


def test_sparklines_data_bars_rich_text_and_text_boxes_survive(monkeypatch):
    content = with_sparklines()
    monkeypatch.setattr(corpora, "original", lambda name: content)
    result, places = corpora.marked("made")
    assert result.marked and places
    for kind in ("sparkline", "text box", "rich text", "validation", "conditional format"):
        assert holds(content, kind) and holds(result.content, kind) and holds(strip_marks(result.content), kind)
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(io.BytesIO(result.content)) as new:
        sheet = "xl/worksheets/sheet1.xml"
        before, after = (extension(package.read(sheet)) for package in (old, new))
        assert before == after and b"x14:dataBar" in before and b"x14:sparkline" in before
    stripped = strip_marks(result.content)
    for part, data in entries(content).items():
        if not corpora.CONCERNED.fullmatch(part):
            assert entries(result.content)[part] == entries(stripped)[part] == data, part
    assert cells(openpyxl.load_workbook(io.BytesIO(stripped))) == cells(openpyxl.load_workbook(io.BytesIO(content)))


@pytest.mark.parametrize("name", AUDITED)
def test_marking_brings_no_fault_against_the_schemas(name, tmp_path):
    audit = pytest.importorskip("openxml_audit", reason="openxml-audit is not installed")

    def faults(content: bytes) -> Counter[tuple[str, str]]:
        path = tmp_path / "a.xlsx"
        path.write_bytes(content)
        found = audit.OpenXmlValidator().validate(str(path)).errors
        told = ((re.sub(r"\d+", "", item.part_uri or ""), item.description) for item in found)
        return Counter(item for item in told if "inline-string cell(s)" not in item[1])

    fresh = faults(corpora.marked(name)[0].content) - faults(corpora.original(name))
    if name == "123233_charts":  # relations named in another case than their sheets, which the validator does not find
        fresh = Counter({item: count for item, count in fresh.items() if "referenced by attribute 'id'" not in item[1]})
    assert not fresh
