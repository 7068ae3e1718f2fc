"""Binary workbooks (.xlsb), read by calamine after their extent was walked record by record."""

from __future__ import annotations

from sishui_eco.model.grid import Document
from sishui_eco.model.place import Place
from sishui_eco.reading.calamine import read_calamine
from sishui_eco.reading.limits import ReadLimits, Unreadable
from sishui_eco.reading.package import Package


def read_xlsb(content: bytes, place: Place, limits: ReadLimits) -> Document:
    package = Package(content, limits)
    for name in package.names():
        package.read(name)
    if "xl/workbook.bin" not in package:
        raise Unreadable("R103")
    return read_calamine(content, place, limits)
