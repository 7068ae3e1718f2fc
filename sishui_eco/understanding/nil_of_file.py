"""Does a file state that a unit has nothing to report: on its form, on another sheet, in its name."""

from __future__ import annotations

from collections.abc import Sequence

from sishui_eco.model.arrival import Arrival
from sishui_eco.spec.campaign import Campaign
from sishui_eco.understanding.labels import NIL_FIELD, Labelled
from sishui_eco.understanding.nil import find_nil, name_says_nil, nil_form
from sishui_eco.understanding.table import Table
from sishui_eco.understanding.tables import LOOSE_ROWS, SheetRead


def file_nil(
    arrival: Arrival, reads: Sequence[SheetRead], tables: Sequence[Table], campaign: Campaign
) -> Labelled | None:
    """Return the nil statement of a file, wherever it stands; its name speaks only where no project is reported."""
    form = nil_form(campaign)
    if not form:
        return None
    found = [table.nil for table in tables if table.form == form and table.nil is not None]
    found += [read.nil for read in reads if read.nil is not None]
    found += [table.nil for table in tables if table.form != form and table.nil is not None]
    found = found or _written_down(reads, tables, form, campaign)
    if found:
        return found[0]
    projects = any(table.records for table in tables if table.form == form)
    if projects or not name_says_nil(arrival.name) or (tables and not any(t.form == form for t in tables)):
        return None
    return Labelled(field=NIL_FIELD, text=arrival.name, raw=arrival.name, place=arrival.place)


def _written_down(reads: Sequence[SheetRead], tables: Sequence[Table], form: str, campaign: Campaign) -> list[Labelled]:
    """Return the nil label standing alone on a sheet without a table, in a file without that form."""
    if any(table.form == form for table in tables):
        return []
    loose = [read.sheet for read in reads if not read.tables and not read.sheet.grid.hidden]
    told = (find_nil(sheet, sheet.rows[:LOOSE_ROWS], campaign, bare_label=True) for sheet in loose)
    return [item for item in told if item is not None]
