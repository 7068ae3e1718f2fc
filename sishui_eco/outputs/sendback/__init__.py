"""The marked copy: a unit's own workbook with its faults marked, and the marks taken out again."""

from sishui_eco.outputs.sendback.writing import Sendback, strip_marks, write_sendback

__all__ = ["Sendback", "strip_marks", "write_sendback"]
