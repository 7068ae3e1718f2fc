"""What the bench compares with: the floor of XML parsing, other readers, and the script people write."""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.parsers import expat


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

    pandas.read_excel(io.BytesIO(content), header=None, dtype=str)


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


def naive_script(inbox: Path, out: Path) -> None:
    """The usual script: read_excel each file, concat, drop what lacks a name, a styled workbook, letters."""
    import docx
    import pandas

    frames, wrong = [], {}
    for path in sorted(inbox.glob("*.xlsx")):
        frame = pandas.read_excel(path, header=3)
        frame["file"] = path.name
        name = next((column for column in frame.columns if "名称" in str(column)), frame.columns[2])
        wrong[path.name] = int(frame[name].isna().sum() + frame.isna().all(axis=1).sum())
        frames.append(frame.dropna(subset=[name]))
    whole = pandas.concat(frames)
    with pandas.ExcelWriter(out / "all.xlsx", engine="xlsxwriter") as writer:
        whole.to_excel(writer, index=False)
        look = writer.book.add_format({"border": 1, "text_wrap": True})
        writer.sheets["Sheet1"].set_column(0, len(whole.columns), 16, look)
    for number, (name, count) in enumerate(wrong.items()):
        if number % 3 == 0:  # about as many letters as the county's units
            letter = docx.Document()
            letter.add_heading("关于补报的函", 0)
            table = letter.add_table(rows=15, cols=4)
            for row in range(15):
                for column in range(4):
                    table.cell(row, column).text = f"{name} {row} {count}"
            letter.save(str(out / f"{number}.docx"))


if __name__ == "__main__":
    naive_script(Path(sys.argv[1]), Path(sys.argv[2]))
