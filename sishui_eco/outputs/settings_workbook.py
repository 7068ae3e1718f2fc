"""The settings workbook written from tables of text: what `init` lays down and `adopt` rewrites."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import xlsxwriter

from sishui_eco.model.place import column_letters
from sishui_eco.outputs.plain_text import write_text
from sishui_eco.outputs.styles import set_up_page, text_height, widest_line
from sishui_eco.zh import load_table

# Column widths in characters, by kind of content; long columns wrap.
LONGEST, SHORTEST = 44, 10
DROPDOWN_ROWS = 400


def write_settings(tables: Mapping[str, Sequence[Mapping[str, str]]], moment: datetime) -> bytes:
    """Return the settings workbook: one sheet a table, a line of instruction, headings, rows as text.

    Shape: `tables` maps a table key (campaign, units …) to rows of text by column key.
    """
    words = load_table("settings")
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as workbook:
        workbook.set_properties({"created": moment})
        workbook.set_custom_property("eco_product", "settings")
        formats = _formats(workbook)
        for key, title in words["sheets"].items():
            sheet = workbook.add_worksheet(title)
            _write_sheet(sheet, key, tables.get(key, ()), words, formats)
    return buffer.getvalue()


def _formats(workbook: Any) -> dict[str, Any]:
    base = {
        "font_name": load_table("settings")["font"],
        "font_size": 11,
        "valign": "vcenter",
        "text_wrap": True,
        "border": 1,
    }
    return {
        "intro": workbook.add_format(
            {"font_name": load_table("settings")["font"], "font_size": 10, "italic": True, "valign": "vcenter"}
        ),
        "heading": workbook.add_format({**base, "bold": True, "align": "center", "bg_color": "#D9E2D5"}),
        "cell": workbook.add_format({**base, "num_format": "@"}),
        "open": workbook.add_format({**base, "num_format": "@", "bg_color": "#FFF8E1"}),
    }


def _write_sheet(
    sheet: Any, key: str, rows: Sequence[Mapping[str, str]], words: Mapping[str, Any], formats: Mapping[str, Any]
) -> None:
    columns = words["columns"][key]
    sheet.write_string(0, 0, words["intro"][key], formats["intro"])
    widths = []
    for at, (name, heading) in enumerate(columns.items()):
        sheet.write_string(1, at, heading, formats["heading"])
        width = max([widest_line(heading), *(widest_line(row.get(name, "")) for row in rows)]) + 2
        widths.append(min(max(width, SHORTEST), LONGEST))
        sheet.set_column(at, at, widths[-1])
    for number, row in enumerate(rows, start=2):
        heights = [text_height(row.get(name, ""), width, 11) for name, width in zip(columns, widths, strict=True)]
        sheet.set_row(number, max(heights))
        for at, name in enumerate(columns):
            text = row.get(name, "")
            mark = key == "campaign" and name == "value"
            style = formats["open" if mark and row.get("status") == words["provisional"] else "cell"]
            write_text(sheet, number, at, text, style) if text else sheet.write_blank(number, at, None, style)
    _add_dropdowns(sheet, key, columns, words)
    sheet.freeze_panes(2, 1)
    set_up_page(sheet)
    sheet.repeat_rows(0, 1)


def _add_dropdowns(sheet: Any, key: str, columns: Mapping[str, str], words: Mapping[str, Any]) -> None:
    lists = {
        ("fields", "kind"): list(words["kinds"].values()),
        ("fields", "form"): list(words["forms"].values()),
        ("decisions", "action"): list(words["actions"].values()),
        ("holidays", "arrangement"): list(words["holiday"].values()),
        ("indicators", "attribute"): words["attributes"]["allowed"],
    }
    for at, name in enumerate(columns):
        if (key, name) in lists:
            letter = column_letters(at + 1)
            sheet.data_validation(
                f"{letter}3:{letter}{DROPDOWN_ROWS}",
                {"validate": "list", "source": lists[key, name], "ignore_blank": True},
            )
