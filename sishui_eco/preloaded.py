"""What worker processes are forked from: the per-file stage, put to work once, so that all have its words and patterns.

A form of the shipped campaign is understood and checked as if it had come; what it says is let go.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from sishui_eco import checks
from sishui_eco.examining import examine_leaf
from sishui_eco.model.arrival import Arrival, FileKind
from sishui_eco.model.grid import Cell, CellKind, Document, Grid
from sishui_eco.reading.read import readers_of
from sishui_eco.spec.campaign import Campaign, Form
from sishui_eco.spec.settings import default_campaign
from sishui_eco.understanding import understand

__all__ = ["examine_leaf", "practise"]


def practise() -> int:
    """Understand and check a small table of every form and return how many records were understood."""
    readers_of(FileKind.XLSX)
    campaign = default_campaign()
    return sum(_tried(form, campaign) for form in campaign.forms)


def _tried(form: Form, campaign: Campaign) -> int:
    headings = [field.heading for field in form.fields]
    rows = [[form.title], headings, [str(campaign.years[-1])] * len(headings), headings[::-1]]
    cells = {
        (row, column): Cell(row, column, CellKind.TEXT, text)
        for row, texts in enumerate(rows, 1)
        for column, text in enumerate(texts, 1)
    }
    document = Document(reader="xlsx", grids=(Grid(name=form.label, cells=cells),))
    name = f"{form.label}.xlsx"
    arrival = Arrival(file=name, name=name, sha256="", size=0, kind=FileKind.XLSX, received=datetime(2023, 1, 1))
    found = understand(arrival, document, campaign).submissions
    for submission in found:
        checks.check_submission(submission, campaign)
    return sum(len(submission.records) for submission in found)


with suppress(Exception):  # without it the first file of every process takes a tenth of a second longer, no more
    practise()
