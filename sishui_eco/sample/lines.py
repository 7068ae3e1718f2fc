"""Sub-indicators as lines within one cell: one row an indicator, as many lines as it has leaves."""

from __future__ import annotations

from itertools import groupby

from sishui_eco.sample.canvas import Canvas
from sishui_eco.sample.columns import DrawnColumn
from sishui_eco.sample.drafts import Draft, Entry

SHARED = frozenset({"no", "domain", "task", "indicator", "measure", "target", "attribute", "lead_unit"})


def draw_in_lines(canvas: Canvas, draft: Draft, columns: list[DrawnColumn], left: int) -> None:
    """Draw annex 2 with the leaves of an indicator as lines of its cells.

    Columns that are the same for every leaf are written once; the others hold one line a leaf.
    """
    indexed = list(enumerate(draft.records))
    for _, group in groupby(indexed, key=lambda item: str(item[1]["indicator"].raw)):
        leaves = list(group)
        for number, column in enumerate(columns, start=left):
            texts = [str(record.get(column.key, Entry(raw="")).raw) for _, record in leaves]
            once = column.key in SHARED and len(set(texts)) == 1
            canvas.put(canvas.next_row, number, texts[0] if once else "\n".join(texts).strip("\n"))
            for index, record in leaves:
                if column.key in record and record[column.key].raw != "":
                    canvas.places[index, column.key] = (canvas.next_row, number)
        canvas.accounts[canvas.next_row] = "records"
        canvas.next_row += 1
