"""Faults of the settings workbook, collected until all are known."""

from __future__ import annotations

from sishui_eco.zh import word


class Faults:
    """A list of Chinese sentences; the only mutable thing in this room, local to one load."""

    def __init__(self) -> None:
        self.sentences: list[str] = []

    def add(self, key: str, **parameters: object) -> None:
        """Add the sentence `faults.<key>` of zh/settings.toml, filled in."""
        self.sentences.append(word(f"faults.{key}", "settings", **parameters))
