"""The table of shared strings: every text of the long tables once, written as it comes."""

from __future__ import annotations

import re

from sishui_eco.outputs.deflating import Deflated
from sishui_eco.outputs.markup import escaped

REMEMBERED = 50_000  # texts looked up again; beyond that the table starts to forget, and a text may stand twice
_ESCAPE = re.compile("(_x[0-9a-fA-F]{4}_)")


class SharedStrings:
    """Texts by their number. A text too rare to be looked up again costs nothing but its deflated bytes."""

    def __init__(self) -> None:
        self.count = 0
        self.items = Deflated()
        self._known: dict[str, int] = {}

    def number(self, text: str) -> int:
        """Return the number of a text, the same for the same text as long as it is remembered."""
        found = self._known.get(text)
        if found is None:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            plain = not ("&" in text or "<" in text or ">" in text or "_x" in text) and text == text.strip()
            self.items.write(f"<si><t>{text}</t></si>" if plain else string_item(text))
            found = self._known[text] = self.count
            self.count += 1
        return found


def string_item(text: str) -> str:
    """Return a text as an item of the table. `_x0041_` is escaped, or Excel would read it as one character."""
    if "_x" in text:
        text = _ESCAPE.sub(r"_x005F\1", text)
    keep = "" if text == text.strip() else ' xml:space="preserve"'
    return f"<si><t{keep}>{escaped(text)}</t></si>"
