"""What people get from the sample, looked at as a printer, a browser and a calculator see it."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import zipfile
from decimal import Decimal
from pathlib import Path
from urllib.parse import unquote

import openpyxl
import pytest

from sishui_eco.outputs.board import write_board
from sishui_eco.outputs.public import scan_for_personal_data, write_public_copy
from sishui_eco.preparing import issue_blanks

needs_office = pytest.mark.skipif(
    not (shutil.which("soffice") and shutil.which("pdftotext")), reason="LibreOffice or pdftotext is not installed"
)
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), "")
HIGHER = 1.5  # points a row may want more than it has: rounding


def summary_path(sample) -> Path:
    return next(sample.task.latest.glob("*_汇总.xlsx"))


def bare(content: bytes) -> bytes:
    """Return a workbook without row heights and results: LibreOffice must work them out."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                data = re.sub(rb"</f>\s*<v>[^<]*</v>", b"</f>", data)
                data = re.sub(rb'(<row\b[^>]*?) ht="[^"]*"', rb"\1", data)
                data = re.sub(rb'(<row\b[^>]*?) customHeight="[^"]*"', rb"\1", data)
                data = re.sub(rb"<sheetFormatPr[^>]*/>", b'<sheetFormatPr defaultRowHeight="13"/>', data)
            new.writestr(name, data)
    return buffer.getvalue()


def office(folder: Path, ending: str, names: list[str], out: Path) -> None:
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", ending, "--outdir", str(out), *names]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=180)


@pytest.fixture(scope="module")
def rendered(sample, tmp_path_factory):
    """Print summary, settings, a blank with three forms and two marked copies; let LibreOffice size their rows."""
    folder = tmp_path_factory.mktemp("rendered")
    issue_blanks(sample.task.root)
    blanks = sorted(sample.task.blanks.glob("*.xlsx"), key=lambda path: (-path.stat().st_size, path.name))
    copies = sorted((sample.task.latest / "退改表").iterdir(), key=lambda path: (-path.stat().st_size, path.name))
    chosen = {
        "summary": summary_path(sample),
        "settings": sample.task.settings,
        "blank": blanks[0],
        "sendback": copies[0],
        "sendback_small": copies[-1],
    }
    for name, path in chosen.items():
        (folder / f"{name}.xlsx").write_bytes(path.read_bytes())
        (folder / f"{name}_bare.xlsx").write_bytes(bare(path.read_bytes()))
    office(folder, "pdf", [f"{name}.xlsx" for name in chosen], folder)
    office(folder, "xlsx", [f"{name}_bare.xlsx" for name in chosen], folder / "again")
    return folder, list(chosen)


@needs_office
def test_no_number_is_too_wide_for_its_column(rendered):
    folder, names = rendered
    for name in names:
        printed = subprocess.run(
            ["pdftotext", "-enc", "UTF-8", f"{name}.pdf", "-"], cwd=folder, check=True, capture_output=True
        ).stdout.decode("utf-8")
        assert len(printed) > 500, name
        assert "###" not in printed, name


@needs_office
def test_no_text_is_higher_than_its_row(rendered):
    folder, names = rendered
    checked = 0
    for name in names:
        ours = openpyxl.load_workbook(folder / f"{name}.xlsx")
        wanted = openpyxl.load_workbook(folder / "again" / f"{name}_bare.xlsx")
        for sheet in ours.worksheets:
            for row, size in sheet.row_dimensions.items():
                want = wanted[sheet.title].row_dimensions[row].height
                if size.height and want and not size.hidden:
                    assert want <= size.height + HIGHER, (name, sheet.title, row, size.height, want)
                    checked += 1
    assert checked > 500


@needs_office
def test_what_libreoffice_reckons_is_what_the_summary_shows(rendered):
    folder, _ = rendered
    formulas = openpyxl.load_workbook(folder / "summary.xlsx")
    shown = openpyxl.load_workbook(folder / "summary.xlsx", data_only=True)
    reckoned = openpyxl.load_workbook(folder / "again" / "summary_bare.xlsx", data_only=True)
    checked = 0
    for sheet in formulas.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    place = (sheet.title, cell.coordinate)
                    cached, found = (book[sheet.title][cell.coordinate].value for book in (shown, reckoned))
                    assert found == (pytest.approx(cached) if isinstance(cached, int | float) else cached), place
                    checked += 1
    assert checked > 400


def test_totals_of_the_summary_are_the_sums_of_the_export(sample):
    book = openpyxl.load_workbook(summary_path(sample), data_only=True)
    sheet = book["附件4汇总"]
    total = next(
        row for row in sheet.iter_rows() if any(str(cell.value or "").replace("　", "") == "合计" for cell in row)
    )
    merged = {(row.unit_id, row.record.key) for row in sample.outcome.merged["annex4"]}
    invested = [
        Decimal(line["value"])
        for line in sample.export("answers")
        if line["form"] == "annex4"
        and line["field"] == "investment"
        and line["value"]
        and (line["unit_id"], line["record"]) in merged
    ]
    assert len(invested) > 30 and sum(invested) > 0
    assert any(
        isinstance(cell.value, int | float) and abs(Decimal(str(cell.value)) - sum(invested)) < Decimal("0.005")
        for cell in total
    ), [cell.value for cell in total]
    tally = book["收支平衡"]
    (read,) = [cell.column for cell in tally[3] if cell.value == "读到行"]
    (last,) = [row for row in tally.iter_rows() if any(cell.value == "合计" for cell in row[:4])]
    assert last[read - 1].value == sum(line["rows"] for line in sample.export("tally"))


def test_links_of_the_summary_lead_to_filled_cells_and_to_files_that_are_there(sample):
    path = summary_path(sample)
    book = openpyxl.load_workbook(path)
    inner = outer = 0
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                link = cell.hyperlink
                if link is None:
                    continue
                if link.location and not link.target:
                    name, _, where = link.location.rpartition("!")
                    target = book[name.strip("'").replace("''", "'")][where.split(":")[0].replace("$", "")]
                    assert target.value not in (None, ""), (sheet.title, cell.coordinate, link.location)
                    inner += 1
                else:
                    file = unquote(link.target.split("#")[0].removeprefix("file:///").replace("\\", "/"))
                    assert (path.parent / file).resolve().is_file(), (sheet.title, cell.coordinate, link.target)
                    outer += 1
    assert inner > 200 and outer > 50


def test_the_public_copy_of_the_sample_is_clean_and_the_scan_would_have_seen(sample):
    public = write_public_copy(sample.outcome, sample.campaign)
    assert scan_for_personal_data(public) == []
    assert {item.kind for item in scan_for_personal_data(summary_path(sample).read_bytes())} >= {"telephone"}


# --- the board ------------------------------------------------------------------------------------------------

MEASURE = """
<script>addEventListener("load",()=>{const d=document.documentElement,out=[];
for(const e of document.querySelectorAll("main *")){const r=e.getBoundingClientRect();
if(r.width&&r.right>innerWidth+1&&!e.closest(".scroll"))out.push(e.tagName+":"+e.textContent.slice(0,20))}
document.title=JSON.stringify({width:innerWidth,scroll:d.scrollWidth,out:out.slice(0,5)})})</script>
"""


@pytest.mark.skipif(not CHROMIUM, reason="no Chromium is installed")
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_on_the_board_runs_out_of_the_screen(sample, tmp_path, width):
    page = write_board(sample.outcome, sample.campaign)
    assert (sample.task.latest / "看板.html").read_text(encoding="utf-8") == page
    opened = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    inner = tmp_path / "board.html"
    inner.write_text(opened.replace("</body>", MEASURE + "</body>"), encoding="utf-8")
    # A window narrower than 500 is not given by a headless browser: the page is measured in a frame.
    frame = tmp_path / "frame.html"
    frame.write_text(
        f'<iframe src="board.html" style="width:{width}px;height:900px;border:0"></iframe><script>'
        "addEventListener('load',()=>setTimeout(()=>{document.body.textContent="
        "document.querySelector('iframe').contentDocument.title},300))</script>",
        encoding="utf-8",
    )
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files", "--window-size=1400,1000"]
    command = [CHROMIUM, *flags, f"--user-data-dir={tmp_path}/profile", "--virtual-time-budget=5000", "--dump-dom"]
    dumped = subprocess.run([*command, frame.as_uri()], check=True, capture_output=True, timeout=90).stdout.decode()
    found = re.search(r"\{.*\}", dumped)
    assert found, dumped[:500]
    measured = json.loads(found.group().replace("&gt;", ">"))
    assert measured["width"] == width
    assert measured["scroll"] <= width and measured["out"] == []
