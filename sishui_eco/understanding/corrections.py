"""What a clerk writes into a correction (裁定), read as the unit's cell would have been read."""

from __future__ import annotations

from sishui_eco.model.grid import Cell, CellKind
from sishui_eco.model.submission import Blank
from sishui_eco.spec.campaign import Campaign, Field
from sishui_eco.understanding.answers import TEXT_MEASURES
from sishui_eco.understanding.values import Interpretation, blank_class, interpret, normalise_measure

NUMBERS = ("number", "percent", "money")


def read_correction(text: str, field: Field, record: str, campaign: Campaign) -> Interpretation:
    """Return what a text says in a field of a record, in canonical form; as written when it is not understood.

    A number must be sure: 约97 or ≥97 stays as it is written, and a person judges.
    """
    kind, measure = _kind_and_measure(field, record, campaign)
    result = interpret(
        Cell(row=0, column=0, kind=CellKind.TEXT, text=text),
        kind=kind,
        field_measure=measure,
        choices=field.choices,
        years=(field.year,) if field.year else campaign.years,
        campaign=campaign,
    )
    unsure = result.approximate and kind in NUMBERS
    if unsure or (not result.value and result.blank is Blank.FILLED):
        return Interpretation(value=text, kind="text" if unsure else kind)
    return result


def _kind_and_measure(field: Field, record: str, campaign: Campaign) -> tuple[str, str]:
    """Return how a field is read: present values by the measure of their indicator, others as specified."""
    leaf = campaign.indicator_by_key.get(record)
    if field.year is None or not field.key.startswith("actual.") or leaf is None:
        return field.kind, field.measure
    measure = normalise_measure(leaf.measure)
    if measure in TEXT_MEASURES or blank_class(leaf.measure) is not Blank.FILLED:
        return "text", ""
    return ("percent", "%") if measure == "%" else ("number", leaf.measure)
