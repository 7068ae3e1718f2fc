"""Shared formulas: the text of a follower, moved from its master's cell to its own."""

from __future__ import annotations

import re

from sishui_eco.model.place import column_letters, column_number

_REFERENCE = re.compile(
    r"""("(?:[^"]|"")*"|'(?:[^']|'')*'!?|\[[^\]]*\])|(?<![A-Za-z0-9_.])(\$?)([A-Z]{1,3})(\$?)([0-9]{1,7})(?![A-Za-z0-9_(.])"""
)


def moved(formula: str, rows: int, columns: int) -> str:
    """Return a formula with its relative references moved; quoted texts and $ parts stay."""

    def shifted(match: re.Match[str]) -> str:
        if match.group(1) is not None:
            return match.group(1)
        _, fixed_column, letters, fixed_row, digits = match.groups()
        column = column_number(letters) + (0 if fixed_column else columns)
        row = int(digits) + (0 if fixed_row else rows)
        if column < 1 or row < 1 or column > 16_384 or row > 1_048_576:
            return "#REF!"
        return f"{fixed_column}{column_letters(column)}{fixed_row}{row}"

    return _REFERENCE.sub(shifted, formula)
