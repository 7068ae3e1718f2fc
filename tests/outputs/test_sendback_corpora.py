"""Real workbooks, marked and stripped: what was not concerned keeps every byte, and every cell comes back."""

import functools
import io
import re
import shutil
import subprocess
import zipfile
from datetime import datetime

import openpyxl
import pytest

from sishui_eco.model.arrival import Arrival, FileKind
from sishui_eco.model.finding import Finding, Severity
from sishui_eco.model.place import Place
from sishui_eco.model.submission import Submission
from sishui_eco.outputs.packaging import read_entries
from sishui_eco.outputs.sendback import strip_marks, write_sendback
from sishui_eco.spec.settings import default_campaign
from sishui_eco.zh import FindingEntry
from tests.corpora import CORPORA

SPREADSHEETS = CORPORA / "apache_poi" / "test-data" / "spreadsheet"
WORKBOOKS = """
123233_charts 45540_classic_Footer 45544 48539 48923 49156 50795 50867_with_table 51470 51850 52425 54436 55406_Conditional_formatting_sample
55745 55814 56017 56557 56644 56702 57171_57163_57165 57362 57828 59388 59687 60255_extra_drawingparts 61034 61652 62629_toMerge 64450
64508 64759 AverageTaxRates BrNotClosed DataTableCities DataValidationEvaluations DataValidations-49244 ExcelPivotTableSample
GroupTest InlineStrings NewStyleConditionalFormattings RepeatingRowsCols SampleSS SimpleScatterChart SimpleWithComments Tables
TwoSheetsOneHidden WithChart WithChartSheet WithConditionalFormatting WithEmbeded WithTextBox WithThreeCharts WithVariousData
bug64512_embed bug66827 commentTest customIndexedColors right-to-left sharedhyperlink sheetProtection_allLocked simple-monthly-budget
unicodeSheetName workbookProtection_workbook_structure_protected 54288 47889 59021
""".split()  # noqa: SIM905
CONCERNED = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|docProps/custom\.xml|xl/workbook\.xml|xl/_rels/workbook\.xml\.rels|xl/styles\.xml"
    r"|xl/worksheets/[^/]+\.xml|xl/worksheets/_rels/[^/]+\.rels|xl/(worksheets/)?comments/?[^/]*\.xml|xl/drawings/[^/]*\.vml",
    re.IGNORECASE,
)
MOMENT = datetime(2023, 7, 25)
pytestmark = [
    pytest.mark.skipif(not SPREADSHEETS.is_dir(), reason="../shared/corpora is not here"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]


@pytest.fixture(autouse=True)
def catalogue(monkeypatch):
    entry = FindingEntry("T001", "x", "error", "unit", "“{raw}”读不成数。", "请只填数字，例如 1200。", "", "")
    monkeypatch.setattr("sishui_eco.model.finding.finding_entry", lambda code: entry)


@functools.cache
def original(name):
    found = sorted([*SPREADSHEETS.glob(f"{name}.xlsx"), *CORPORA.rglob(f"{name}.xlsx")])
    if not found:
        pytest.skip(f"{name}.xlsx is not in the corpora")
    return found[0].read_bytes()


@functools.cache
def read(content):
    return openpyxl.load_workbook(io.BytesIO(content))


def chosen(book):
    """Return three cells that hold something and an empty one of every sheet, as places."""
    places = []
    for sheet in book.worksheets:
        held = [key for key, cell in sorted(sheet._cells.items()) if cell.value is not None][:3]
        row = max((key[0] for key in sheet._cells), default=0) + 3
        places += [Place(file="a.xlsx", sheet=sheet.title, row=at[0], column=at[1]) for at in [*held, (row, 2)]]
    return places


def marked(name):
    places = chosen(read(original(name)))
    content = original(name)
    arrival = Arrival(file="a.xlsx", name="a.xlsx", sha256="", size=0, kind=FileKind.XLSX, received=MOMENT)
    campaign = default_campaign()
    submission = Submission(arrival=arrival, form="annex4", unit_id=campaign.units[0].unit_id)
    findings = [Finding(code="T001", severity=Severity.ERROR, places=(place,), raw="x") for place in places]
    return write_sendback(content, FileKind.XLSX, submission, findings, campaign, MOMENT), places


def entries(content):
    return {entry.name: (entry.method, entry.data) for entry in read_entries(content)}


def cells(book):
    """Return every cell that shows something: value, note, and its whole look."""
    looks, shown = {}, {}
    for sheet in book.worksheets:
        for key, cell in sheet._cells.items():
            style = tuple(getattr(cell, "_style", None) or ())
            if style not in looks:
                filled = (
                    (repr(cell.fill.fgColor) if hasattr(cell.fill, "fgColor") else repr(cell.fill))
                    if cell.fill.fill_type
                    else ""
                )
                looks[style] = (
                    cell.number_format,
                    filled,
                    repr(cell.font),
                    repr(cell.border),
                    repr(cell.alignment),
                    repr(cell.protection),
                )
            value = vars(cell.value) if hasattr(cell.value, "__dict__") else cell.value
            if value is not None or cell.comment:
                shown[sheet.title, key] = (value, cell.comment.text if cell.comment else None, looks[style])
    return shown


def anchor(sheet, place):
    for merge in sheet.merged_cells.ranges:
        if merge.min_row <= place.row <= merge.max_row and merge.min_col <= place.column <= merge.max_col:
            return sheet.cell(merge.min_row, merge.min_col)
    return sheet.cell(place.row, place.column)


def test_the_list_is_long_enough():
    assert len(set(WORKBOOKS)) >= 60


@pytest.mark.parametrize("name", WORKBOOKS)
def test_round_trip(name):
    content = original(name)
    result, places = marked(name)
    assert result.marked, result.told
    before, after, stripped = entries(content), entries(result.content), entries(strip_marks(result.content))
    for part, data in before.items():
        if not CONCERNED.fullmatch(part):
            assert after[part] == stripped[part] == data, part
    assert set(before) - set(after) == set()
    assert not {part for part in set(stripped) ^ set(before) if part not in ("docProps/custom.xml", "xl/styles.xml")}
    book = openpyxl.load_workbook(io.BytesIO(result.content))
    assert book.sheetnames[1:] == read(content).sheetnames
    for place in places:
        cell = anchor(book[place.sheet], place)
        threaded = cell.comment is not None and cell.comment.author.startswith("tc=")
        if name != "123233_charts":  # its relationship parts differ from their sheets in case; openpyxl finds none
            assert threaded or "读不成数" in cell.comment.text, place
        assert cell.fill.fgColor.rgb[2:6] in ("FAD1", "9D27"), place
    if name not in (
        "54288",
        "47889",
        "59021",
    ):  # openpyxl miscounts cells without address; formats where there were none
        assert cells(openpyxl.load_workbook(io.BytesIO(strip_marks(result.content)))) == cells(read(content))


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_marked_copies(tmp_path):
    names = ["WithThreeCharts", "56644", "commentTest", "ExcelPivotTableSample", "59021"]
    for name in names:
        (tmp_path / f"{name}.xlsx").write_bytes(marked(name)[0].content)
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/home", "--headless", "--convert-to", "ods"]
    files = [str(tmp_path / f"{name}.xlsx") for name in names]
    subprocess.run([*command, "--outdir", str(tmp_path / "out"), *files], check=True, capture_output=True, timeout=120)
    for name in names:
        with zipfile.ZipFile(tmp_path / "out" / f"{name}.ods") as archive:
            text = archive.read("content.xml").decode()
        assert "退改表：" in text, name
        assert text.count("【退改提示】") >= 1, name
