"""Canvases as the odd formats that come under the name of a workbook: HTML, XML 2003, GBK text."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from html import escape

from sishui_eco.sample.canvas import Canvas, Position

SPREADSHEET = "urn:schemas-microsoft-com:office:spreadsheet"


def _spans(canvas: Canvas) -> tuple[dict[Position, tuple[int, int]], set[Position]]:
    """Return (rows, columns) spanned by top left cells, and the positions that lie under a merge."""
    spans: dict[Position, tuple[int, int]] = {}
    covered: set[Position] = set()
    for top, left, bottom, right in canvas.merges:
        spans[top, left] = (bottom - top + 1, right - left + 1)
        area = ((row, column) for row in range(top, bottom + 1) for column in range(left, right + 1))
        covered |= set(area) - {(top, left)}
    return spans, covered


def _extent(canvas: Canvas) -> tuple[int, int]:
    last = max((column for _, column in canvas.cells), default=1)
    return canvas.next_row, max([last, *(right for *_, right in canvas.merges)])


def html_bytes(canvas: Canvas) -> bytes:
    """Return an HTML page in gb2312, as reporting systems export it under the name .xls."""
    spans, covered = _spans(canvas)
    rows, columns = _extent(canvas)
    lines = ['<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"></head><body>']
    lines.append('<table border="1">')
    for row in range(1, rows):
        cells = []
        for column in range(1, columns + 1):
            if (row, column) in covered:
                continue
            down, across = spans.get((row, column), (1, 1))
            span = (f' rowspan="{down}"' if down > 1 else "") + (f' colspan="{across}"' if across > 1 else "")
            cells.append(f"<td{span}>{escape(str(canvas.cells.get((row, column), '')))}</td>")
        lines.append("<tr>" + "".join(cells) + "</tr>")
    lines.append("</table></body></html>")
    return "\r\n".join(lines).encode("gb18030")


def xml_bytes(canvas: Canvas) -> bytes:
    """Return a SpreadsheetML 2003 document."""
    spans, _ = _spans(canvas)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<?mso-application progid="Excel.Sheet"?>']
    lines.append(f'<Workbook xmlns="{SPREADSHEET}" xmlns:ss="{SPREADSHEET}">')
    lines.append(f'<Worksheet ss:Name="{escape(canvas.name)}"><Table>')
    by_row: dict[int, list[int]] = {}
    for row, column in sorted(canvas.cells):
        by_row.setdefault(row, []).append(column)
    for row, columns in by_row.items():
        cells = "".join(_xml_cell(canvas, row, column, spans.get((row, column), (1, 1))) for column in columns)
        lines.append(f'<Row ss:Index="{row}">{cells}</Row>')
    lines.append("</Table></Worksheet></Workbook>")
    return "\n".join(lines).encode("utf-8")


def _xml_cell(canvas: Canvas, row: int, column: int, span: tuple[int, int]) -> str:
    value = canvas.cells[row, column]
    down, across = span
    merge = (f' ss:MergeAcross="{across - 1}"' if across > 1 else "") + (
        f' ss:MergeDown="{down - 1}"' if down > 1 else ""
    )
    kind = "Number" if isinstance(value, Decimal) else "String"
    return f'<Cell ss:Index="{column}"{merge}><Data ss:Type="{kind}">{escape(str(value))}</Data></Cell>'


def csv_bytes(canvas: Canvas) -> bytes:
    """Return the canvas as comma separated text in GBK, every row of equal length."""
    rows, columns = _extent(canvas)
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    for row in range(1, rows):
        writer.writerow([str(canvas.cells.get((row, column), "")) for column in range(1, columns + 1)])
    return buffer.getvalue().encode("gb18030")
