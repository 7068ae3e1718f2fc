"""Raw text -> answers: numbers, money, dates, choices, unit lists, each in its one canonical form."""

from __future__ import annotations

from sishui_eco.model.grid import Cell, CellKind
from sishui_eco.model.remembered import LONGEST
from sishui_eco.model.submission import Blank
from sishui_eco.spec.campaign import Campaign
from sishui_eco.understanding.values.blanks import blank_class
from sishui_eco.understanding.values.choices import interpret_choice, interpret_yes_no
from sishui_eco.understanding.values.dates import interpret_date, interpret_period, interpret_year
from sishui_eco.understanding.values.measures import heading_measure, normalise_measure
from sishui_eco.understanding.values.numbers import interpret_number
from sishui_eco.understanding.values.numerals import canonical, without_noise
from sishui_eco.understanding.values.questions import Question, asked_of
from sishui_eco.understanding.values.result import Interpretation, Remark, refused, remark
from sishui_eco.understanding.values.unit_lists import interpret_units
from sishui_eco.understanding.values.words import clean_text, key_text, section
from sishui_eco.understanding.values.years import interpret_years

__all__ = [
    "Interpretation",
    "Question",
    "Remark",
    "asked_of",
    "blank_class",
    "clean_text",
    "heading_measure",
    "interpret",
    "interpret_years",
    "key_text",
    "normalise_measure",
    "question",
]

_NUMBER_KINDS = ("number", "percent", "money")


def interpret(
    cell: Cell | None,
    *,
    kind: str,
    field_measure: str = "",
    heading_measure: str = "",
    choices: tuple[str, ...] = (),
    years: tuple[int, ...] = (),
    campaign: Campaign,
) -> Interpretation:
    """Return what a cell says in a field of a kind; the raw text stays with the cell.

    A number field whose measure is a percent sign is read as a percentage. `years` are the years
    the cell is about: the year of its column, or all years asked for.

    Shape:    one cell in, one interpretation out; what is uncertain has value "" or a remark.
    Findings: N101 to N105 here, the others by kind.
    """
    if cell is None:
        return Interpretation(value="", kind=kind, blank=Blank.EMPTY)
    return question(kind, field_measure, heading_measure, choices, years, campaign).answer(cell)


def question(
    kind: str,
    field_measure: str,
    heading_measure: str,
    choices: tuple[str, ...],
    years: tuple[int, ...],
    campaign: Campaign,
) -> Question:
    """Return what `interpret` asks of any cell of a field, to be put to many of them; one for all who ask the same."""
    asked = asked_of(campaign)
    key = (kind, field_measure, heading_measure, choices, years)
    known = asked.questions.get(key)
    if known is None:
        known = Question(
            read=_interpret,
            campaign=campaign,
            kind=kind,
            field_measure=field_measure,
            heading_measure=heading_measure,
            choices=choices,
            years=years,
            told={},
            asked=asked,
        )
        if len(field_measure) + len(heading_measure) <= LONGEST:
            asked.count()
            asked.questions[key] = known
    return known


def _interpret(cell: Cell, asked: Question) -> Interpretation:
    kind = asked.kind
    fault = _unreadable(cell, kind)
    if fault:
        return fault
    if kind in ("choice", "yes-no"):
        result = _choose(cell, kind, asked.choices, asked.campaign)
    elif cell.kind is not CellKind.NUMBER and blank_class(cell.text) is not Blank.FILLED:
        result = Interpretation(value="", kind=kind, blank=blank_class(cell.text))
    else:
        result = _by_kind(cell, kind, asked.field_measure, asked.heading_measure, asked.years, asked.campaign)
    return _doubted(cell, result)


def _unreadable(cell: Cell, kind: str) -> Interpretation | None:
    """Return the refusal of a cell that holds no value at all: an error, a picture, a formula without result."""
    formula = cell.formula or cell.text
    if "(" in formula and any(name in formula.upper() for name in section("text")["picture_formulas"]):
        return refused(kind, "N104")
    if cell.kind is CellKind.ERROR:
        return refused(kind, "N101")
    if cell.uncached:
        return refused(kind, "N102", formula=cell.formula or "")
    return None


def _choose(cell: Cell, kind: str, choices: tuple[str, ...], campaign: Campaign) -> Interpretation:
    if kind == "choice":
        return interpret_choice(cell.text, choices, campaign)
    if cell.kind is CellKind.BOOLEAN and cell.number is not None:
        return Interpretation(value="yes" if cell.number else "no", kind=kind)
    return interpret_yes_no(cell.text)


def _by_kind(
    cell: Cell, kind: str, field_measure: str, heading: str, years: tuple[int, ...], campaign: Campaign
) -> Interpretation:
    if kind in _NUMBER_KINDS:
        return interpret_number(cell, kind, field_measure, heading, years)
    if kind == "date":
        return interpret_date(cell)
    if kind == "period":
        return interpret_period(cell)
    if kind == "year":
        return interpret_year(cell, years or campaign.years)
    if kind == "units":
        return interpret_units(cell.text, campaign)
    return Interpretation(value=_plain_text(cell), kind=kind)


def _plain_text(cell: Cell) -> str:
    """Return what a text field says; a number without a format of its own is told without exponent."""
    if cell.kind is CellKind.NUMBER and cell.number is not None and cell.number_format == "General":
        return canonical(without_noise(cell.number))
    return clean_text(cell.text)


def _doubted(cell: Cell, result: Interpretation) -> Interpretation:
    """Return the interpretation with doubts about the cell itself: struck through, or garbled."""
    garbled = "\ufffd" in cell.text
    if result.blank is not Blank.FILLED or not (cell.struck or garbled):
        return result
    doubts = tuple(remark(code) for code, true in (("N103", cell.struck), ("N105", garbled)) if true)
    return Interpretation(
        value=result.value,
        kind=result.kind,
        blank=result.blank,
        approximate=result.approximate,
        note=result.note,
        remarks=result.remarks + doubts,
    )
