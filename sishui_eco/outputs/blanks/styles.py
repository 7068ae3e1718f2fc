"""Cell formats of a blank, made once per workbook."""

from __future__ import annotations

from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from sishui_eco.zh import load_table

BORDER = {"border": 1, "border_color": "#808080"}
WRAP = {"text_wrap": True, "valign": "vcenter"}
LOCKED_FILL = {"bg_color": "#F2F2F2"}

STYLES: dict[str, dict[str, Any]] = {
    "label_line": {"bold": True, "font_size": 12, "valign": "vcenter"},
    "title": {"bold": True, "font_size": 18, "align": "center", "valign": "vcenter", "face": "title"},
    "label": {**BORDER, **WRAP, "bold": True, "align": "center", "bg_color": "#DDEBF7", "face": "heading"},
    "entry": {**BORDER, **WRAP, "locked": False},
    "entry_text": {**BORDER, **WRAP, "locked": False, "num_format": "@"},
    "entry_date": {**BORDER, **WRAP, "locked": False, "num_format": "yyyy-mm-dd", "align": "left"},
    "entry_fixed": {**BORDER, **WRAP, **LOCKED_FILL, "bold": True},
    "hint": {**BORDER, **WRAP, "font_color": "#595959", "font_size": 10},
    "heading": {**BORDER, **WRAP, "bold": True, "align": "center", "bg_color": "#DDEBF7", "face": "heading"},
    "heading_required": {**BORDER, **WRAP, "bold": True, "align": "center", "bg_color": "#FFF2CC", "face": "heading"},
    "sample": {**BORDER, **WRAP, "italic": True, "font_color": "#808080", "bg_color": "#FAFAFA"},
    "sample_centre": {
        **BORDER,
        **WRAP,
        "italic": True,
        "font_color": "#808080",
        "bg_color": "#FAFAFA",
        "align": "center",
    },
    "fixed": {**BORDER, **WRAP, **LOCKED_FILL},
    "fixed_centre": {**BORDER, **WRAP, **LOCKED_FILL, "align": "center"},
    "answer": {**BORDER, **WRAP, "locked": False},
    "answer_centre": {**BORDER, **WRAP, "locked": False, "align": "center"},
    "answer_text": {**BORDER, **WRAP, "locked": False, "num_format": "@"},
    "answer_text_centre": {**BORDER, **WRAP, "locked": False, "num_format": "@", "align": "center"},
    "answer_number": {**BORDER, **WRAP, "locked": False, "align": "center"},
    "answer_date": {**BORDER, **WRAP, "locked": False, "num_format": "yyyy-mm-dd", "align": "center"},
    "note": {"text_wrap": True, "valign": "top", "font_size": 10, "font_color": "#404040"},
    "guide_title": {"bold": True, "font_size": 18, "align": "center", "valign": "vcenter", "face": "title"},
    "guide_head": {"bold": True, "font_size": 13, "valign": "vcenter", "face": "heading", "bottom": 2},
    "guide_text": {"text_wrap": True, "valign": "vcenter", "font_size": 11},
    "guide_number": {"align": "center", "valign": "top", "font_size": 11},
    "guide_step": {"text_wrap": True, "valign": "top", "font_size": 11},
    "guide_label": {**BORDER, **WRAP, "bold": True, "align": "center", "bg_color": "#DDEBF7"},
    "guide_value": {**BORDER, **WRAP},
    "guide_centre": {**BORDER, **WRAP, "align": "center"},
}


class Styles:
    """The formats of one workbook by name."""

    def __init__(self, workbook: Workbook) -> None:
        fonts = load_table("blanks")["fonts"]
        self._formats: dict[str, Format] = {}
        for name, properties in STYLES.items():
            plain = {key: value for key, value in properties.items() if key != "face"}
            plain.setdefault("font_size", 11)
            plain["font_name"] = fonts[properties.get("face", "body")]
            self._formats[name] = workbook.add_format(plain)

    def __getitem__(self, name: str) -> Format:
        return self._formats[name]
