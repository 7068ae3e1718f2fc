"""Real files that nobody here wrote: frozen verdicts, and agreement with openpyxl and calamine."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
import warnings
from datetime import datetime
from pathlib import Path

import pytest

from sishui_eco.model.arrival import FileKind
from sishui_eco.model.finding import Refused
from sishui_eco.model.grid import Cell, CellKind, Grid
from sishui_eco.model.place import Place
from sishui_eco.reading import read
from sishui_eco.reading import sheet as sheet_module
from tests.corpora import CORPORA

HERE = Path(__file__).parent
VERDICTS = HERE / "corpora_verdicts.csv"
pytestmark = pytest.mark.skipif(not CORPORA.is_dir(), reason="the shared corpora are not beside the project")


def frozen() -> list[dict[str, str]]:
    with VERDICTS.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def chosen(rows: list[dict[str, str]], every: int) -> list[dict[str, str]]:
    """Return every n-th row, all of them when SISHUI_ALL_CORPORA is set."""
    return rows if os.environ.get("SISHUI_ALL_CORPORA") else rows[::every]


def test_every_file_ends_as_frozen() -> None:
    """Improvements fail too: run with SISHUI_ALL_CORPORA=1, look at the difference, then freeze it."""
    rows = frozen()
    asked = "".join(f"{row['path']}\t{row['kind']}\n" for row in rows)
    run = subprocess.run(
        [sys.executable, str(HERE / "corpora_run.py")],
        input=asked,
        text=True,
        capture_output=True,
        timeout=180,
        env={**os.environ, "PYTHONPATH": str(HERE.parents[1]), "PYTHONIOENCODING": "utf-8"},
    )
    assert run.returncode == 0, "a reader took the whole process with it"
    seen = [tuple(line.split("\t")) for line in run.stdout.splitlines()]
    assert seen == [tuple(row.values()) for row in rows]


def test_the_frozen_table_knows_no_leak_and_every_spreadsheet_kind() -> None:
    rows = frozen()
    assert len(rows) > 1200
    assert {row["ends_as"] for row in rows} >= {
        "xlsx",
        "xls",
        "xlsb",
        "ods",
        "docx",
        "doc",
        "text",
        "calamine",
        "refused",
    }
    assert not [row for row in rows if row["ends_as"] == "LEAK"]


def workbooks(every: int) -> list[str]:
    return [row["path"] for row in chosen([row for row in frozen() if row["ends_as"] == "xlsx"], every)]


def same_value(cell: Cell, value: object) -> bool:
    if isinstance(value, bool):
        return cell.text == str(value).upper()
    if isinstance(value, int | float) and cell.number is not None:
        return abs(float(cell.number) - value) <= 1e-9 * max(1.0, abs(value))
    if cell.kind is CellKind.DATE:
        moment = (
            datetime.combine(cell.moment, datetime.min.time()) if type(cell.moment).__name__ == "date" else cell.moment
        )
        return str(moment)[:16] == str(value)[:16]
    return str(value).strip().replace("_x000D_", "\r") == cell.text.strip() or cell.kind is CellKind.NUMBER


def compared(grid: Grid, other: object) -> None:
    theirs = {}
    for place, cell in other._cells.items():  # type: ignore[attr-defined]
        if cell.value is not None and str(cell.value).strip() and not str(cell.value).startswith("=DISPIMG"):
            theirs[place] = cell.value
    ours = {place: cell for place, cell in grid.cells.items() if not (cell.formula is not None and not cell.text)}
    assert sorted(theirs) == sorted(ours)
    assert [place for place, value in theirs.items() if not same_value(ours[place], value)] == []
    merges = {(m.min_row, m.min_col, m.max_row, m.max_col) for m in other.merged_cells.ranges}  # type: ignore[attr-defined]
    assert {m for m in merges if m[:2] != m[2:]} == {(m.top, m.left, m.bottom, m.right) for m in grid.merges}
    hidden = {row for row, line in other.row_dimensions.items() if line.hidden}  # type: ignore[attr-defined]
    assert hidden == grid.hidden_rows
    assert (other.sheet_state != "visible") == grid.hidden  # type: ignore[attr-defined]
    notes = {place: cell.comment.text for place, cell in other._cells.items() if cell.comment}  # type: ignore[attr-defined]
    plain = {place: text.strip() for place, text in notes.items() if "[Threaded comment]" not in text}
    assert plain.items() <= {place: text.strip() for place, text in grid.comments.items()}.items()


# openpyxl's own faults: it calls 0 and -1 midnight, shows Strict and beta books as empty, keeps _x000d_ in
# lower case, drops cached texts of formulas over external links.
OPENPYXL_ERRS = (
    "61652",
    "FormulaEvalTestData_Copy",
    "bug60858",
    "123233_charts",
    "strict",
    "Strict",
    "57914",
    "poc-",
    "sample-beta",
    "60289",
    "52575_main",
)


@pytest.mark.parametrize(
    "path", [p for p in workbooks(9) if not any(e in p for e in OPENPYXL_ERRS)] if CORPORA.is_dir() else []
)
def test_values_merges_hidden_and_comments_agree_with_openpyxl(path: str) -> None:
    import openpyxl

    content = (CORPORA / path).read_bytes()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
        except Exception:
            pytest.skip("openpyxl cannot read it")
    document = read(content, FileKind.XLSX, Place(file=path))
    for grid in document.grids:
        if hasattr(book[grid.name], "_cells"):
            compared(grid, book[grid.name])


def test_scanner_and_expat_see_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """The quick way through the cells may decline a part, but must never read it differently."""
    contents = {path: (CORPORA / path).read_bytes() for path in workbooks(2)}
    quick = {path: read(content, FileKind.XLSX, Place(file=path)).grids for path, content in contents.items()}
    monkeypatch.setattr(sheet_module, "scan_cells", lambda *_: None)
    for path, content in contents.items():
        assert read(content, FileKind.XLSX, Place(file=path)).grids == quick[path], path


def test_old_workbooks_hold_every_cell_calamine_sees() -> None:
    """Read in this process: only files whose chains xlrd followed without complaint are shown to calamine."""
    from python_calamine import CalamineWorkbook

    for row in [row for row in frozen() if row["ends_as"] == "xls" and "clusterfuzz" not in row["path"]][::8]:
        content = (CORPORA / row["path"]).read_bytes()
        document = read(content, FileKind.XLS, Place(file=row["path"]))
        try:
            book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        except Exception:
            continue
        for grid in document.grids:
            try:
                rows = book.get_sheet_by_name(grid.name).to_python(skip_empty_area=False)
            except Exception:
                continue
            seen = {
                (r, c)
                for r, line in enumerate(rows, start=1)
                for c, value in enumerate(line, start=1)
                if not (isinstance(value, str) and not value.strip())
            }
            assert seen - set(grid.cells) - set(grid.covered) == set(), (row["path"], grid.name)


def test_no_mutation_of_real_files_escapes() -> None:
    """Cut, flipped and zeroed real files of every kind end in a document or a named refusal."""
    rows = [row for row in frozen() if row["ends_as"] in ("xlsx", "docx", "xlsb", "ods", "doc")]
    for number, row in enumerate(chosen(rows, 17)):
        content = bytearray((CORPORA / row["path"]).read_bytes())
        middle = len(content) * (number % 7 + 1) // 9
        mutants = [bytes(content[:middle])]
        content[middle : middle + 3] = b"\xff\x00\x7f"
        mutants.append(bytes(content))
        content[middle : middle + 600] = bytes(len(content[middle : middle + 600]))
        mutants.append(bytes(content))
        for mutant in mutants:
            try:
                read(mutant, FileKind(row["kind"]), Place(file=row["path"]))
            except Refused as refused:
                assert refused.finding.code.startswith("R")
