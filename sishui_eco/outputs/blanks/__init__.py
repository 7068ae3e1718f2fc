"""The empty workbooks issued to units, prefilled with what each of them owes.

A unit's workbook holds a guide sheet and one sheet per form of `Unit.forms`. A unit that leads no
indicator owes no annex 2 by the shipped roster, and then has no such sheet: a supporting unit is not
asked for figures that the lead unit reports. Where the roster says otherwise, its annex 2 lists the
indicators it supports. Hidden custom properties say which task, unit, forms and edition the workbook
is; recognition must never depend on them, because units copy the sheets into workbooks of their own.
"""

from sishui_eco.outputs.blanks.filled import write_filled
from sishui_eco.outputs.blanks.workbook import blank_name, write_blank, write_generic_blank

__all__ = ["blank_name", "write_blank", "write_filled", "write_generic_blank"]
