"""What a unit wrote into our list of findings that came back with its mended workbook."""

from __future__ import annotations

from sishui_eco.model.remembered import Dull
from sishui_eco.understanding.view import Sheet
from sishui_eco.understanding.vocabulary import bare, bare_words

FEWEST_BESIDE = 2
LATEST_HEADING = 30

_ordinary = Dull()  # texts that head no explanations


def read_explanations(sheet: Sheet) -> dict[str, str] | None:
    """Return the explanations by finding identity (`code|record|field`), None when the sheet is no such list.

    Known by its columns (单位说明 and 编号 beside 位置, 问题 …), not by its name or a hidden tag.
    """
    told = bare_words("sendback", "explanation")
    rows = sheet.rows[:LATEST_HEADING]
    others = _ordinary.others(sheet.told(rows))
    if told.isdisjoint(map(bare, others)):
        for text in others:
            _ordinary.learn(text)
        return None
    for row in rows:
        if told.isdisjoint([bare(cell.text) for cell in sheet.own(row)]):
            continue
        heads = {bare(cell.text): cell.column for cell in sheet.own(row)}
        explanation = next((heads[key] for key in heads if key in bare_words("sendback", "explanation")), 0)
        number = next((heads[key] for key in heads if key in bare_words("sendback", "number")), 0)
        beside = sum(key in bare_words("sendback", "beside") for key in heads)
        if explanation and number and beside >= FEWEST_BESIDE:
            return _explained(sheet, row, explanation, number)
    return None


def _explained(sheet: Sheet, heading: int, explanation: int, number: int) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in sheet.rows:
        text = sheet.text(row, explanation) if row > heading else ""
        for identity in sheet.text(row, number).splitlines():  # like findings told together stand in one row
            if text and identity.count("|") >= 2:
                found[identity.strip()] = text
    return found
