"""A question put to many cells: what is asked is worked out once, what a cell says once per text."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from sishui_eco.model.grid import Cell, CellKind
from sishui_eco.model.remembered import LONGEST, MOST
from sishui_eco.spec.campaign import Campaign
from sishui_eco.understanding.values.result import Interpretation

_TEXT, _NUMBER = CellKind.TEXT, CellKind.NUMBER


class Question(Struct, kw_only=True, eq=False):
    """What a field wants of its cells, and what it was told by short plain ones.

    Units write the same words in every row and every file: what they say is worked out once.
    """

    read: Callable[[Cell, Question], Interpretation]
    campaign: Campaign
    kind: str
    field_measure: str = ""
    heading_measure: str = ""
    choices: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    told: dict[object, Interpretation]
    asked: Asked

    def answer(self, cell: Cell) -> Interpretation:
        """Return what a cell says; of a plain text the text tells everything, of a plain number its format too."""
        kind = cell.kind
        if cell.formula is not None or cell.uncached or cell.struck or not (kind is _TEXT or kind is _NUMBER):
            return self.read(cell, self)
        key = cell.text if kind is _TEXT else (cell.text, cell.number, cell.number_format)
        known = self.told.get(key)
        return known if known is not None else self._learn(cell, key)

    def _learn(self, cell: Cell, key: object) -> Interpretation:
        said = self.read(cell, self)
        if len(cell.text) <= LONGEST:
            self.asked.count()
            self.told[key] = said
        return said


class Asked(Struct, kw_only=True, eq=False):
    """The questions of a campaign by what they ask, and by whom; all is forgotten when MOST is remembered."""

    questions: dict[object, Question] = {}
    columns: dict[object, dict[object, Question]] = {}
    kept: int = 0

    def count(self) -> None:
        """Count one thing more to remember."""
        if self.kept >= MOST:
            for question in list(self.questions.values()):  # another thread of a cluster may ask one more
                question.told.clear()
            self.questions.clear()
            self.columns.clear()
            self.kept = 0
        self.kept += 1


def asked_of(campaign: Campaign) -> Asked:
    """Return the questions of a campaign, one set a process."""
    known = campaign.worked_out.get("asked_of_cells")
    if not isinstance(known, Asked):
        known = campaign.worked_out["asked_of_cells"] = Asked()
    return known
