"""Entries that several sheets share: marks with a colour, values of a record, links to their source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple, TypeVar

import msgspec

from sishui_eco.model.finding import Finding, Severity
from sishui_eco.model.outcome import Judgement, MergedRow, Outcome, StandingState
from sishui_eco.model.submission import Answer, Blank
from sishui_eco.outputs.summary.book import Book, Entry, centred, figure, words
from sishui_eco.outputs.summary.figures import DONE, MISSING, deadline_words, moment_words
from sishui_eco.outputs.summary.links import internal
from sishui_eco.outputs.summary.table import LAST_ROW, Cell, Column
from sishui_eco.spec.campaign import Campaign

Kept = TypeVar("Kept", Cell, Column)
NUMERIC_KINDS = frozenset({"number", "percent", "money"})
TONES = {"good": "good", "warn": "warn", "bad": "bad", "none": "quiet"}


def marked(tone: str, shown: str) -> Entry:
    """Return a word with its shape and colour, readable without the colour."""
    return centred(words(f"marks.{tone}") + shown, tone=TONES[tone])


def state_tone(state: StandingState) -> str:
    if state in DONE:
        return "good"
    return "bad" if state is StandingState.MISSING else "warn"


def state_entry(state: StandingState) -> Entry:
    return marked(state_tone(state), words(f"states.{state}"))


def verdict_entry(state: str) -> Entry:
    """Return met, not_met, manual or missing as a mark."""
    tone = {Judgement.MET: "good", Judgement.MANUAL: "warn"}.get(Judgement(state)) if state != MISSING else "bad"
    return marked(tone or "bad", words(f"verdicts.{state}"))


def answer_cell(row: MergedRow | None, field: str) -> Cell:
    """Return what a unit answered: a plain exact number as a number, anything else as it was typed."""
    answer = row.record.answers.get(field) if row else None
    if answer is None:
        return ""
    if answer.kind in NUMERIC_KINDS and not answer.approximate:
        amount = answer.amount
        if amount is not None and amount.is_finite():
            return figure(amount)
    return answer.raw or shown_answer(answer)


def linked_answer(row: MergedRow | None, field: str, link: str) -> Entry:
    """Return what a unit answered as a centred entry that leads somewhere, when there is an answer."""
    if row is None or field not in row.record.answers:
        return centred("")
    cell = answer_cell(row, field)
    return msgspec.structs.replace(cell, link=link) if isinstance(cell, Entry) else centred(str(cell), link=link)


def shown_answer(answer: Answer) -> str:
    """Return the raw text, or the words taken over from a merged or ditto cell."""
    return answer.raw if answer.raw or answer.blank is not Blank.FILLED else answer.value


def amount_of(row: MergedRow, field: str) -> Decimal | None:
    answer = row.record.answers.get(field)
    amount = answer.amount if answer else None
    return amount if amount is not None and amount.is_finite() else None


class Filed(NamedTuple):
    """A merged row and its position among those of its form, by which every sheet knows it."""

    position: int
    row: MergedRow


def filed(outcome: Outcome, form: str) -> Iterator[Filed]:
    """Yield the merged rows of a form with their positions."""
    return (Filed(position, row) for position, row in enumerate(outcome.merged.get(form, ())))


def source_entry(book: Book, form: str, position: int | None) -> Cell:
    """Return the link from a summary row to its line on the sheet of sources."""
    if position is None or form not in book.sources:
        return ""
    row = book.sources[form] + position
    return centred(words("headings.source_link", row=row + 1), tone="link", link=source_link(book, form, position))


def source_link(book: Book, form: str, position: int | None) -> str:
    if position is None or form not in book.sources:
        return ""
    row = book.sources[form] + position
    return internal(book.name("sources"), row) if row < LAST_ROW else ""


def found_entry(book: Book, findings: Sequence[Finding]) -> Cell:
    """Return errors/doubts of a row as `2/1`, linked to the list of issues; blank when there are none."""
    if not findings:
        return ""
    errors = sum(1 for finding in findings if finding.severity is Severity.ERROR)
    doubts = sum(1 for finding in findings if finding.severity is Severity.DOUBT)
    if not errors and not doubts:
        return ""
    return centred(f"{errors}/{doubts}", tone="bad" if errors else "warn", link=book.link("issues"))


def version_cell(number: int) -> Cell:
    """Return the number of a version, nothing for none."""
    return number or ""


def kept(book: Book, cells: tuple[Kept, ...]) -> tuple[Kept, ...]:
    """Return a row's entries, or the columns, without the last one, the source, where the workbook has no sources."""
    return cells if book.sources else cells[:-1]


def top_line(campaign: Campaign) -> str:
    """Return the line under a title: who fills it in, by when."""
    units = words("line.units", region=campaign.region, count=len(campaign.units))
    return units + "\u3000\u3000" + words("line.deadline", deadline=deadline_words(campaign))


def as_of_line(book: Book) -> str:
    return words("line.as_of", as_of=moment_words(book.as_of))


def form_title(campaign: Campaign, form: str, title: str) -> str:
    """Return a title, marked when the form itself is provisional."""
    found = campaign.form_by_key.get(form)
    return title + (words("line.sheet_provisional") if found and found.provisional else "")


def inner_notes(book: Book, *keys: str) -> tuple[str, ...]:
    """Return notes that speak of sheets for the office only; none in the public copy."""
    return tuple(words(key) for key in keys) if "sources" in book.sheets else ()


def runs(values: Sequence[object], column: int, first: int = 0) -> list[tuple[int, int, int]]:
    """Return merges for equal neighbours of a column, None never merged."""
    merges = []
    start = 0
    for index in range(1, len(values) + 1):
        if index == len(values) or values[index] != values[start]:
            if values[start] is not None and index - start > 1:
                merges.append((column, first + start, first + index - 1))
            start = index
    return merges
