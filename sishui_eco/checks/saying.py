"""What one answer says: as text, as a value, and of the unit itself."""

from __future__ import annotations

from sishui_eco.checks.texts import plain, targets
from sishui_eco.model.remembered import remembered
from sishui_eco.model.submission import FILLED, Answer, Record

QUOTED_WHOLE = 30  # a longer cell than this is quoted by the value read from it
TEXT_KINDS = ("text",)


def said(answer: Answer) -> str:
    """Return what an answer says as text: its own part of a cell that holds several, else the cell."""
    raw, value = answer.raw, answer.value
    if not value:
        return raw
    return raw if answer.kind not in TEXT_KINDS and len(raw) <= QUOTED_WHOLE and "\n" not in raw else value


def filled(record: Record, name: str) -> Answer | None:
    """Return an answer that states a value, None when it is absent or a blank marker."""
    answer = record.answers.get(name)
    return answer if answer is not None and answer.blank is FILLED else None


def self_verdict(record: Record) -> str:
    """Return what the unit says of itself: met, not_met or "" (nothing, not applicable, not understood)."""
    answer = record.answers.get("self_verdict")
    return _of_itself(answer.value or answer.raw) if answer is not None else ""


@remembered
def _of_itself(text: str) -> str:
    text, table = plain(text).lower(), targets()["self_verdict"]
    if text in table["not_met"]:
        return "not_met"
    return "met" if text in table["met"] else ""
