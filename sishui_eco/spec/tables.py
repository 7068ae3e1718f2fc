"""The common shape of a settings sheet, whether it came from text or from a workbook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsRow:
    """One row: `number` is its physical row in the sheet, `values` text by column key."""

    number: int
    values: Mapping[str, str]

    def get(self, name: str) -> str:
        return self.values.get(name, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsTable:
    """One sheet of the settings workbook."""

    key: str
    title: str
    rows: tuple[SettingsRow, ...]
    letters: Mapping[str, str] = field(default_factory=dict)

    def place(self, row: SettingsRow, column: str) -> str:
        """Return `任务!B9` for a cell."""
        return f"{self.title}!{self.letters.get(column, '')}{row.number}"
