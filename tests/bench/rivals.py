"""What the bench compares with: the floor of XML parsing, other readers, and two scripts that people write.

`python rivals.py naive INBOX OUT` is the usual script; `python rivals.py best INBOX OUT` is what a colleague writes who knows
the fast parts. Both read, apply four simple rules, write one styled workbook with a chart, and a Word letter for each
unit. Neither knows forms, versions, units, places, marked copies, mails, a ledger or limits.
"""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.parsers import expat
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    import pandas

HEADING_ROW = 3
SHOWN = 15  # rows of a letter's table


def floor(content: bytes) -> None:
    """Inflate the sheet and let C expat run over it: nothing that parses XML is faster."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        expat.ParserCreate().Parse(archive.read("xl/worksheets/sheet1.xml"), True)


def with_calamine(content: bytes) -> None:
    from python_calamine import CalamineWorkbook

    CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python(skip_empty_area=False)


def with_openpyxl(content: bytes) -> None:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(content))
    for row in book.active.iter_rows():
        for cell in row:
            cell.value  # noqa: B018


def with_pandas(content: bytes) -> None:
    import pandas

    pandas.read_excel(io.BytesIO(content), header=None, dtype=str, engine="openpyxl")


def with_pandas_calamine(content: bytes) -> None:
    import pandas

    pandas.read_excel(io.BytesIO(content), header=None, dtype=str, engine="calamine")


READERS: dict[str, Callable[[bytes], None]] = {
    "inflate + C expat (floor)": floor,
    "python-calamine": with_calamine,
    "pandas, calamine": with_pandas_calamine,
    "pandas, openpyxl": with_pandas,
    "openpyxl": with_openpyxl,
}


# --- the rules both scripts apply -----------------------------------------------------------------------


def name_column(frame: pandas.DataFrame) -> Any:
    return next((column for column in frame.columns if "名称" in str(column)), frame.columns[2])


def faults_of(frame: pandas.DataFrame, file: str) -> list[tuple[str, int, str]]:
    """Return (file, row, what) of blank names, names given twice, money that is no number, years out of range."""
    import pandas

    name, faults = name_column(frame), []
    faults += [(file, row, "名称空缺") for row in frame.index[frame[name].isna()]]
    faults += [(file, row, "名称重复") for row in frame.index[frame[name].duplicated() & frame[name].notna()]]
    for column in frame.columns:
        if "万元" in str(column):
            bad = pandas.to_numeric(frame[column], errors="coerce").isna() & frame[column].notna()
            faults += [(file, row, f"{column}不是数字") for row in frame.index[bad]]
        if "年限" in str(column):
            bad = ~frame[column].astype(str).str.fullmatch(r"20\d\d-20\d\d") & frame[column].notna()
            faults += [(file, row, f"{column}看不懂") for row in frame.index[bad]]
    return faults


def unit_of(file: str) -> str:
    return file.partition("附件")[0]


# --- the usual script -----------------------------------------------------------------------------------


def naive_script(inbox: Path, out: Path) -> None:
    """read_excel each file, concat, style cell by cell with openpyxl, a chart, letters built from nothing."""
    import pandas

    frames, faults = [], []
    for path in sorted(inbox.glob("*.xlsx")):
        frame = pandas.read_excel(path, header=HEADING_ROW, engine="openpyxl")
        faults += faults_of(frame, path.name)
        frame["来源"] = path.name
        frames.append(frame)
    whole = pandas.concat(frames)
    counts = whole.groupby("来源").size().reset_index(name="行数")
    with pandas.ExcelWriter(out / "汇总.xlsx", engine="openpyxl") as writer:
        whole.to_excel(writer, sheet_name="汇总", index=False)
        pandas.DataFrame(faults, columns=["文件", "行", "问题"]).to_excel(writer, sheet_name="问题", index=False)
        counts.to_excel(writer, sheet_name="统计", index=False)
        for sheet in writer.book.worksheets:
            _style(sheet)
        _chart(writer.book["统计"], len(counts))
    for unit in sorted({unit_of(frame["来源"].iloc[0]) for frame in frames}):
        _letter(unit, [item for item in faults if unit_of(item[0]) == unit], out)


def _style(sheet: Any) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

    side = Side(style="thin")
    border, wrap = Border(left=side, right=side, top=side, bottom=side), Alignment(wrap_text=True, vertical="center")
    for row in sheet.iter_rows():
        for cell in row:
            cell.border, cell.alignment = border, wrap
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="D9E2D5")
    for column in sheet.columns:
        longest = max(len(str(cell.value or "")) for cell in column)
        sheet.column_dimensions[column[0].column_letter].width = min(40, 4 + 2 * longest)
    sheet.freeze_panes = "A2"


def _chart(sheet: Any, count: int) -> None:
    from openpyxl.chart import BarChart, Reference

    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=count + 1), titles_from_data=True)
    sheet.add_chart(chart, "D2")


def _letter(unit: str, faults: list[tuple[str, int, str]], out: Path) -> None:
    import docx

    letter = docx.Document()
    letter.add_heading("关于补报指标资料的函", 0)
    letter.add_paragraph(f"{unit}：你单位报送的材料有以下问题，请于三日内改正重报。")
    table = letter.add_table(rows=SHOWN, cols=3)
    table.style = "Table Grid"
    for row in range(SHOWN):
        shown = faults[row] if row < len(faults) else ("", "", "")
        for column in range(3):
            table.cell(row, column).text = str(shown[column])
    letter.save(str(out / f"{unit}.docx"))


# --- the best combination -------------------------------------------------------------------------------


def best_script(inbox: Path, out: Path) -> None:
    """python-calamine, pandas, XlsxWriter with formats of whole columns, letters from a template filled as text."""
    import pandas
    from python_calamine import CalamineWorkbook

    frames, faults = [], []
    for path in sorted(inbox.glob("*.xlsx")):
        rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
        frame = pandas.DataFrame(rows[HEADING_ROW + 1 :], columns=_headings(rows)).replace("", None)
        faults += faults_of(frame, path.name)
        frame["来源"] = path.name
        frames.append(frame)
    whole = pandas.concat(frames)
    counts = whole.groupby("来源").size().reset_index(name="行数")
    with pandas.ExcelWriter(out / "汇总.xlsx", engine="xlsxwriter") as writer:
        whole.to_excel(writer, sheet_name="汇总", index=False)
        pandas.DataFrame(faults, columns=["文件", "行", "问题"]).to_excel(writer, sheet_name="问题", index=False)
        counts.to_excel(writer, sheet_name="统计", index=False)
        look = writer.book.add_format({"border": 1, "text_wrap": True, "valign": "vcenter"})
        for name, frame in (("汇总", whole), ("问题", None), ("统计", counts)):
            writer.sheets[name].set_column(0, len(frame.columns) if frame is not None else 3, 18, look)
            writer.sheets[name].freeze_panes(1, 0)
        chart = writer.book.add_chart({"type": "column"})
        chart.add_series({"values": ["统计", 1, 1, len(counts), 1]})
        writer.sheets["统计"].insert_chart("D2", chart)
    template = _template()
    for unit in sorted({unit_of(frame["来源"].iloc[0]) for frame in frames}):
        _fill(template, unit, [item for item in faults if unit_of(item[0]) == unit], out)


def _headings(rows: list[list[Any]]) -> list[str]:
    upper, lower = rows[HEADING_ROW - 1], rows[HEADING_ROW]
    return [str(below or above or at) for at, (above, below) in enumerate(zip(upper, lower, strict=True))]


def _template() -> dict[str, bytes]:
    """Return the parts of a letter made once with python-docx, its words to be replaced."""
    import docx

    letter = docx.Document()
    letter.add_heading("关于补报指标资料的函", 0)
    letter.add_paragraph("@unit@：你单位报送的材料有以下问题，请于三日内改正重报。")
    table = letter.add_table(rows=SHOWN, cols=3)
    table.style = "Table Grid"
    for at, row in enumerate(table.rows):
        for column, cell in enumerate(row.cells):
            cell.text = f"@{at}.{column}@"
    buffer = io.BytesIO()
    letter.save(buffer)
    with zipfile.ZipFile(buffer) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _fill(template: dict[str, bytes], unit: str, faults: list[tuple[str, int, str]], out: Path) -> None:
    text = template["word/document.xml"].decode().replace("@unit@", escape(unit))
    for row in range(SHOWN):
        shown = faults[row] if row < len(faults) else ("", "", "")
        for column in range(3):
            text = text.replace(f"@{row}.{column}@", escape(str(shown[column])))
    with zipfile.ZipFile(out / f"{unit}.docx", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in template.items():
            archive.writestr(name, text if name == "word/document.xml" else data)


if __name__ == "__main__":
    scripts = {"naive": naive_script, "best": best_script}
    scripts[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
