"""What interpreting one cell says: a value, and remarks that become findings."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from sishui_eco.model.submission import Blank


class Remark(Struct, frozen=True, kw_only=True, gc=False):
    """A fault of one value; the caller makes an N finding of it by adding place, record, field and raw."""

    code: str
    parameters: Mapping[str, str] = {}
    expected: str = ""


class Interpretation(Struct, frozen=True, kw_only=True, gc=False):
    """One cell understood: `value` is canonical (DESIGN.md §6), "" when blank or not understood."""

    value: str
    kind: str
    blank: Blank = Blank.FILLED
    approximate: bool = False
    note: str = ""
    remarks: tuple[Remark, ...] = ()


def remark(code: str, expected: str = "", **parameters: str) -> Remark:
    """Return a remark; a shorter way to write it."""
    return Remark(code=code, parameters=parameters, expected=expected)


def refused(kind: str, code: str, expected: str = "", **parameters: str) -> Interpretation:
    """Return a filled cell that could not be understood, with the one remark that says why."""
    return Interpretation(value="", kind=kind, remarks=(remark(code, expected, **parameters),))
