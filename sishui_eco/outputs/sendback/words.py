"""Findings turned into the words of a sendback: lines of the issue list and texts of notes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from sishui_eco.model.finding import Finding, Severity
from sishui_eco.model.outcome import Change
from sishui_eco.model.place import Place, column_letters
from sishui_eco.model.submission import Submission
from sishui_eco.outputs.folding import Folded, fold_findings
from sishui_eco.outputs.styles import widest_line, wrapped_lines
from sishui_eco.spec.campaign import Campaign
from sishui_eco.zh import word

SPACE_PRESERVE = "{http://www.w3.org/XML/1998/namespace}space"
RANK = {Severity.ERROR: 0, Severity.DOUBT: 1, Severity.NOTE: 2}
NOTE_LIMIT = 900  # characters; a longer note does not fit on a screen
CELL_LIMIT = 8_000  # characters of one cell of the issue list
PLACES_SHOWN = 6
NOTE_WIDTH, NOTE_TALLEST = 300, 420  # pixels
_CHARACTERS_ACROSS, _LINE_PIXELS = 44.0, 17
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One line of the issue list. `cells` are the marked places by sheet; `target` is where its link leads."""

    number: int
    finding: Finding
    cells: tuple[Place, ...]
    place_text: str
    target: Place | None
    also: tuple[Finding, ...] = ()  # like findings of neighbouring cells, told on the same line
    said: str = ""  # what the unit wrote last time, which did not settle it

    @property
    def key(self) -> str:
        """What the unit's explanation is filed under when the copy comes back, one line a finding."""
        return "\n".join(_identity(item) for item in (self.finding, *self.also))

    @property
    def remedy(self) -> str:
        """What to do, and why the unit's last explanation was not enough."""
        if not self.said:
            return self.finding.remedy
        kind = "said_error" if self.finding.severity is Severity.ERROR else "said_doubt"
        return f"{self.finding.remedy}\n{word(f'sheet.{kind}', 'sendback')}"

    @property
    def severity_text(self) -> str:
        return word(f"severity.{self.finding.severity.value}", "sendback")


def _identity(finding: Finding) -> str:
    return f"{finding.code}|{finding.record}|{finding.field}"


def issues_of(findings: Iterable[Finding], submission: Submission, sheets: Mapping[str, bool]) -> tuple[Issue, ...]:
    """Return what a unit must be told, the gravest first, then by sheet, row and column.

    `sheets` names the worksheets in order and says which are visible: no link reaches a hidden one.
    Findings meant for the clerk stay out. Places in other files are told in words, not linked.
    """
    arrival, said = submission.arrival, submission.explanations
    order = {name: index for index, name in enumerate(sheets)}
    told: list[tuple[tuple[object, ...], Folded, tuple[Place, ...]]] = []
    for folded in fold_findings((item for item in findings if item.audience == "unit"), exact=True):
        finding = folded.first
        here = tuple(
            place
            for place in folded.places
            if place.file == arrival.file and place.member == arrival.member and place.sheet in order
        )
        first = min(((order[place.sheet], place.row, place.column) for place in here), default=(len(order), 0, 0))
        told.append(((RANK[finding.severity], first, finding.code, finding.record, finding.field), folded, here))
    told.sort(key=lambda item: item[0])
    return tuple(
        Issue(
            number=number,
            finding=folded.first,
            also=folded.others,
            said=next(filter(None, (said.get(_identity(item), "") for item in (folded.first, *folded.others))), ""),
            cells=tuple(place for place in here if place.row and place.column),
            place_text=_place_text(folded.first, here, sheets),
            target=min(
                (place for place in here if sheets[place.sheet]),
                key=lambda place: (order[place.sheet], place.row, place.column),
                default=None,
            ),
        )
        for number, (_, folded, here) in enumerate(told, 1)
    )


def _place_text(finding: Finding, here: tuple[Place, ...], sheets: Mapping[str, bool]) -> str:
    if not here:
        return word("places.elsewhere" if finding.places else "places.whole", "sendback")
    parts = []
    for sheet in dict.fromkeys(place.sheet for place in here):
        cells = cell_ranges([place for place in here if place.sheet == sheet])
        shown = word("places.joint", "sendback").join(cells[:PLACES_SHOWN]) or word("places.whole", "sendback")
        if len(cells) > PLACES_SHOWN:
            shown = word("places.more", "sendback", places=shown, count=len(cells))
        named = f"{sheet}!{shown}" if len(sheets) > 1 else shown
        parts.append(named if sheets[sheet] else word("places.hidden", "sendback", place=named))
    return "\n".join(parts)


def cell_ranges(places: Sequence[Place]) -> list[str]:
    """Return cells in words, neighbours in a column told together: H7, H9–H12; a whole row by its number."""
    rows = sorted({place.row for place in places if place.row and not place.column})
    texts = [word("places.row", "sendback", row=row) for row in rows]
    cells = sorted({(place.column, place.row) for place in places if place.row and place.column})
    for column, group in groupby(cells, key=lambda cell: cell[0]):
        numbers = [row for _, row in group]
        letters = column_letters(column)
        for _, run in groupby(enumerate(numbers), key=lambda item: item[1] - item[0]):
            found = [row for _, row in run]
            last = f"{word('places.range', 'sendback')}{letters}{found[-1]}" if len(found) > 1 else ""
            texts.append(f"{letters}{found[0]}{last}")
    return texts


def gravest(issues: Iterable[Issue]) -> str:
    """Return the severity that decides a cell's colour."""
    return min((issue.finding.severity for issue in issues), key=lambda item: RANK[item]).value


def note_text(issues: Sequence[Issue], sheet_name: str) -> str:
    """Return the note of one cell: every issue of it with number, severity, sentence and remedy."""
    parts = [word("note.header", "sendback")]
    for at, issue in enumerate(issues):
        line = word(
            "note.line",
            "sendback",
            number=f"{issue.number}{word('note.separator', 'sendback')}",
            severity=issue.severity_text,
            message=issue.finding.message,
        )
        text = f"{line}\n{word('note.remedy', 'sendback', remedy=issue.finding.remedy)}"
        if at and len("\n".join(parts)) + len(text) > NOTE_LIMIT:
            parts.append(word("note.more", "sendback", count=len(issues) - at, sheet=sheet_name))
            break
        parts.append(text[:NOTE_LIMIT])
    return "\n".join(parts)


def note_size(text: str) -> tuple[int, int]:
    """Return width and height in pixels of the box a note needs."""
    lines = sum(wrapped_lines(line, _CHARACTERS_ACROSS) for line in text.split("\n"))
    width = NOTE_WIDTH if widest_line(text) > _CHARACTERS_ACROSS / 2 else NOTE_WIDTH * 2 // 3
    return width, min(lines * _LINE_PIXELS + 14, NOTE_TALLEST)


def xml_text(text: str) -> str:
    """Return a text as XML may hold it: no control characters, and nothing that Excel would decode."""
    plain = _UNWRITABLE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _LOOKS_ESCAPED.sub("_x005F_", plain)[:CELL_LIMIT]


def heading_lines(
    issues: Sequence[Issue],
    submission: Submission,
    campaign: Campaign,
    overdue: bool,
    fates: Sequence[Change] = (),
) -> list[str]:
    """Return the lines above the issue list: title, counts, what became of the last list, deadline, contact, use."""
    named = {submission.form, *(issue.finding.form for issue in issues)}
    labels = [form.label for form in campaign.forms if form.key in named]
    due = campaign.deadline
    counts = {rank: sum(1 + len(i.also) for i in issues if i.finding.severity is rank) for rank in Severity}
    parameters: Mapping[str, object] = {
        "unit": campaign.unit_name(submission.unit_id) or word("fresh.unnamed", "sendback"),
        "label": word("sheet.joint", "sendback").join(labels) or submission.form,
        "total": sum(counts.values()),
        "errors": counts[Severity.ERROR],
        "doubts": counts[Severity.DOUBT],
        "notes": counts[Severity.NOTE],
        "year": due.year,
        "month": due.month,
        "day": due.day,
        "clock": due.strftime("%H:%M"),
        "contact": campaign.office.contact,
        "phone": campaign.office.phone,
        "email": campaign.office.email,
    }
    keys = ("title", "summary", "overdue" if overdue else "deadline", "contact", "how")
    lines = [word(f"sheet.{key}", "sendback", **parameters) for key in keys]
    return [*lines[:2], *_history(fates), *lines[2:]]


def _history(fates: Sequence[Change]) -> list[str]:
    """Return the one line that says what became of the findings of the version before, none without one."""
    if not fates:
        return []
    counts = {name: sum(item.fate == name for item in fates) for name in ("mended", "explained", "open", "new")}
    return [word("sheet.history", "sendback", version=max(item.from_version for item in fates), **counts)]
